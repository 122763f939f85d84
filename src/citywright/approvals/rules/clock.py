"""When is an item due, and whose time is it? The lawful clock from the status codes of the national exchange. Pure.

Whole working days, counted from the day after acceptance (行政许可法 article 82). The day on which a pause begins still
counts; the days after it, up to and with the day on which it ends, do not (补正, 特别程序). Days are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from citywright.kernel.steps import CannotMove, Loop, Move
from citywright.kernel.words import Role

from ..words import Card, ItemStatus, ItemVerb, Span

Workdays = Callable[[date], bool]
WINDOW = frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE})
#: Working days before the due day from which an item shows a yellow card. A parameter.
YELLOW_FROM = 1
#: States in which the clock runs, and in which it stands still and for whom.
RUNS = frozenset({ItemStatus.ACCEPTED, ItemStatus.SUPPLEMENTED, ItemStatus.IN_REVIEW, ItemStatus.SPECIAL_OVER})
PAUSES: dict[str, Span] = {ItemStatus.SUPPLEMENTING: Span.OWNER, ItemStatus.SPECIAL: Span.SPECIAL}
ENDS = frozenset({ItemStatus.TAKEN_BACK, ItemStatus.NOT_TAKEN, ItemStatus.REFUSED_ENTRY, ItemStatus.PASSED,
                  ItemStatus.PASSED_LACKING, ItemStatus.NOT_PASSED, ItemStatus.WITHDRAWN, ItemStatus.REVOKED})
_RUNNING = RUNS


def _move(verb: ItemVerb, sources: frozenset[ItemStatus], target: ItemStatus) -> Move:
    return Move(verb, sources, target, WINDOW)


#: 事项状态: codes 1–15; whoever pauses names why, and what ended is ended (only a decision can be revoked).
LOOP = Loop("item", ItemStatus.RECEIVED, ENDS, (
    _move(ItemVerb.ACCEPT, frozenset({ItemStatus.RECEIVED}), ItemStatus.ACCEPTED),
    _move(ItemVerb.NOT_TAKE, frozenset({ItemStatus.RECEIVED}), ItemStatus.NOT_TAKEN),
    _move(ItemVerb.REFUSE_ENTRY, frozenset({ItemStatus.RECEIVED}), ItemStatus.REFUSED_ENTRY),
    _move(ItemVerb.TAKE_BACK, frozenset({ItemStatus.RECEIVED, *_RUNNING, *(ItemStatus(p) for p in PAUSES)}),
          ItemStatus.TAKEN_BACK),
    _move(ItemVerb.TO_DEPARTMENT, frozenset({ItemStatus.ACCEPTED, ItemStatus.SUPPLEMENTED}), ItemStatus.IN_REVIEW),
    _move(ItemVerb.ASK_MORE, frozenset({ItemStatus.RECEIVED, *_RUNNING}), ItemStatus.SUPPLEMENTING),
    _move(ItemVerb.GOT_MORE, frozenset({ItemStatus.SUPPLEMENTING}), ItemStatus.SUPPLEMENTED),
    _move(ItemVerb.BEGIN_SPECIAL, _RUNNING, ItemStatus.SPECIAL),
    _move(ItemVerb.END_SPECIAL, frozenset({ItemStatus.SPECIAL}), ItemStatus.SPECIAL_OVER),
    _move(ItemVerb.PASS, _RUNNING, ItemStatus.PASSED),
    _move(ItemVerb.PASS_LACKING, _RUNNING, ItemStatus.PASSED_LACKING),
    _move(ItemVerb.NOT_PASS, _RUNNING, ItemStatus.NOT_PASSED),
    _move(ItemVerb.WITHDRAW, frozenset({ItemStatus.PASSED_LACKING}), ItemStatus.WITHDRAWN),
    _move(ItemVerb.REVOKE, frozenset({ItemStatus.PASSED, ItemStatus.PASSED_LACKING}), ItemStatus.REVOKED),
))


class Happened(NamedTuple):
    """The item came to a status on a day."""

    status: ItemStatus
    on: date


@dataclass(frozen=True)
class Clock:
    """What the clock of an item says on a day: working days used and left, paused days, and whose time it was.

    `due_on` is None before acceptance; `left` is negative when late. The three spans are working days.
    """

    accepted_on: date | None
    due_on: date | None
    used: int
    left: int | None
    owner: int
    special: int
    is_running: bool
    ended_on: date | None
    card: Card

    @property
    def is_late(self) -> bool:
        """Whether the item ended, or stands, after its due day."""
        return self.card == Card.RED


def read(events: Sequence[Happened], limit: int, today: date, works: Workdays) -> Clock:
    """The clock of an item with a limit of so many working days; later events have not happened yet."""
    told = [event for event in events if event.on <= today]
    accepted = next((event.on for event in told if event.status in RUNS), None)
    ended = next((event.on for event in told if event.status in ENDS), None)
    spans = _spans(told, ended or today)
    count = {span: sum(_working(first, last, works) for kind, first, last in spans if kind == span) for span in Span}
    last = told[-1].status if told else ItemStatus.RECEIVED
    used, running = count[Span.GOVERNMENT], last in RUNS
    due = None if accepted is None else _due(spans, limit, running, ended or today, works)
    return Clock(accepted, due, used, None if accepted is None else limit - used, count[Span.OWNER],
                 count[Span.SPECIAL], running, ended, _card(used, limit, accepted, ended))


def _spans(events: Sequence[Happened], until: date) -> list[tuple[Span, date, date]]:
    """(whose time, after this day, up to and with this day), one for each status that holds the clock or lets it go."""
    found = []
    for number, event in enumerate(events):
        end = events[number + 1].on if number + 1 < len(events) else until
        kind = Span.GOVERNMENT if event.status in RUNS else PAUSES.get(event.status)
        if kind is not None:
            found.append((kind, event.on, end))
    return found


def _working(after: date, until: date, works: Workdays) -> int:
    """Working days after one day up to and with another."""
    return sum(works(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


def _due(spans: Sequence[tuple[Span, date, date]], limit: int, running: bool, until: date, works: Workdays) -> date:
    """The day on which the last working day of the limit falls; what is left runs on from the end of the spans."""
    left = limit
    for kind, after, end in spans:
        if kind != Span.GOVERNMENT:
            continue
        day = after
        while day < end and left:
            day += timedelta(days=1)
            left -= works(day)
        if not left:
            return day
    day = until
    while left:
        day += timedelta(days=1)
        left -= works(day)
    return day


def _card(used: int, limit: int, accepted: date | None, ended: date | None) -> Card:
    if accepted is None:
        return Card.NONE
    if used > limit:
        return Card.RED
    return Card.YELLOW if ended is None and limit - used <= YELLOW_FROM else Card.NONE


def check(events: Sequence[Happened]) -> None:
    """Refuse a history that no window could have written: a move the loop has not, or days that run backwards."""
    status, day = ItemStatus.RECEIVED, None
    for event in events:
        if day is not None and event.on < day:
            raise CannotMove("“%(step)s”的日期早于上一步", step=event.status.zh)
        if event.status != status and not any(status in m.sources and m.target == event.status for m in LOOP.moves):
            raise CannotMove("当前为“%(step)s”，不能转为“%(next)s”", step=status.zh, next=event.status.zh)
        status, day = event.status, event.on
