"""How does a meeting go, and what belongs on its agenda? The loop and the rules of collecting, as tables. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from citywright.kernel.steps import Loop, Move
from citywright.kernel.words import Role, Word

from ..words import AgendaSource, AlertKind, AlertStep, MeetingKind, MeetingStep, MeetingVerb, TaskStep
from .alerts import RUNG

#: Who calls meetings and keeps their papers.
HOSTS = frozenset({Role.OFFICE, Role.CITY})
#: 会议: called, held, minuted; cancelled only while it has not been held.
MEETING = Loop(
    "meeting", MeetingStep.CALLED, frozenset({MeetingStep.MINUTED, MeetingStep.CANCELLED}),
    (Move(MeetingVerb.HOLD, frozenset({MeetingStep.CALLED}), MeetingStep.HELD, HOSTS),
     Move(MeetingVerb.CANCEL, frozenset({MeetingStep.CALLED}), MeetingStep.CANCELLED, HOSTS),
     Move(MeetingVerb.MINUTE, frozenset({MeetingStep.HELD}), MeetingStep.MINUTED, HOSTS)),
)
#: Steps in which the agenda may still change, and those in which a decision may be recorded.
OPEN_AGENDA = (MeetingStep.CALLED, MeetingStep.HELD)
DECIDING = (MeetingStep.HELD,)
#: An open alert comes on the agenda from this rung on, or on any rung when nobody signed for it in so many days.
ALERT_FROM = RUNG[AlertKind.URGE]
UNTAKEN_DAYS = 3
#: Steps of a task that is not finished; one that waits for the raiser's word still is not.
UNFINISHED = (TaskStep.ASSIGNED, TaskStep.OBJECTED, TaskStep.HANDLING, TaskStep.REPLIED)
#: In which order sources stand on a freshly collected agenda.
ORDER: tuple[Word, ...] = (AgendaSource.CONFIDENCE, AgendaSource.TASK, AgendaSource.ALERT, AgendaSource.PROBLEM,
                           AgendaSource.HAND)
#: How many matters of each source collecting puts on an agenda, the worst first: a morning holds no more. What is
#: taken off makes room for the next. A parameter.
MOST: dict[Word, int] = {AgendaSource.CONFIDENCE: 5, AgendaSource.TASK: 10, AgendaSource.ALERT: 12,
                         AgendaSource.PROBLEM: 8}
#: Kinds of meeting that belong to a task force.
OF_A_FORCE = frozenset({MeetingKind.TASK_FORCE})


def alert_belongs(kind: Word, step: Word, raised_on: date, on: date) -> bool:
    """Whether an open alert is a matter for a meeting: high enough on the ladder, or left unsigned too long."""
    if RUNG[kind] >= ALERT_FROM:
        return True
    return step == AlertStep.RAISED and on - raised_on >= timedelta(days=UNTAKEN_DAYS)


def fitting(sources: Sequence[AgendaSource], standing: Mapping[AgendaSource, int]) -> list[int]:
    """Places, in their order, of those matters that still fit beside so many of each source that stand already."""
    count, kept = dict(standing), []
    for place, source in enumerate(sources):
        if count.get(source, 0) < MOST.get(source, len(sources)):
            count[source] = count.get(source, 0) + 1
            kept.append(place)
    return kept


def next_due(last_held: date | None, cycle_days: int) -> date | None:
    """The day by which a task force meets again; None before its first meeting."""
    return None if last_held is None else last_held + timedelta(days=cycle_days)


def moved(keys: Sequence[int], key: int, step: int) -> list[int]:
    """The keys with one of them moved up (-1) or down (+1); at the edge nothing changes."""
    order = list(keys)
    here = order.index(key)
    there = min(max(here + step, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    return order
