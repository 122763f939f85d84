"""Who moves a task from step to step, until when, and how often may it be put off? Tables, one per loop. Pure.

All loops run on the kernel's one engine; they differ in what must be proved and in how long they may take.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum

from citywright.kernel.steps import Loop, Move
from citywright.kernel.words import Role, Word

from ..words import LimitKind, LoopName, Origin, TaskProof, TaskStep, TaskVerb


class Side(StrEnum):
    """Whose act it is: of those who raised the task, or of the unit that does it."""

    RAISER = "raiser"
    DOER = "doer"


S, V = TaskStep, TaskVerb
DOERS = frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.VERIFIER, Role.STEWARD})
#: The roles that speak for the raiser's side; those of the whole area speak for every unit that raised something.
RAISERS = frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.VERIFIER, Role.CITY, Role.LEADER, Role.STEWARD})
OVER_AREA = frozenset({Role.OFFICE, Role.CITY, Role.LEADER})
#: Steps in which a task is not closed yet.
OPEN: tuple[TaskStep, ...] = (S.DRAFTED, S.ASSIGNED, S.OBJECTED, S.HANDLING, S.REPLIED)
#: Steps in which the doing unit owes something.
OWED: tuple[TaskStep, ...] = (S.ASSIGNED, S.HANDLING)
#: Whose side makes which move.
SIDE: dict[TaskVerb, Side] = {
    V.ASSIGN: Side.RAISER, V.SIGN: Side.DOER, V.OBJECT: Side.DOER, V.REPORT: Side.DOER, V.REPLY: Side.DOER,
    V.AGAIN: Side.DOER, V.REFUSE: Side.RAISER, V.CONFIRM: Side.RAISER, V.REOPEN: Side.RAISER,
    V.EXTEND: Side.RAISER, V.CANCEL: Side.RAISER,
}


def _loop(name: LoopName, *proofs: Word, more: tuple[Move, ...] = ()) -> Loop:
    """The moves of a followed task and `more`; `proofs` must be there before it is answered as done."""
    return Loop(name.value, S.DRAFTED, frozenset({S.CONFIRMED, S.CANCELLED}), (
        Move(V.ASSIGN, frozenset({S.DRAFTED, S.OBJECTED}), S.ASSIGNED, OVER_AREA),
        Move(V.SIGN, frozenset({S.ASSIGNED}), S.HANDLING, DOERS),
        Move(V.OBJECT, frozenset({S.ASSIGNED, S.HANDLING}), S.OBJECTED, DOERS),
        Move(V.REPORT, frozenset({S.HANDLING}), S.HANDLING, DOERS),
        Move(V.REPLY, frozenset({S.HANDLING}), S.REPLIED, DOERS, proofs),
        Move(V.REFUSE, frozenset({S.REPLIED}), S.HANDLING, RAISERS),
        Move(V.CONFIRM, frozenset({S.REPLIED}), S.CONFIRMED, RAISERS),
        Move(V.REOPEN, frozenset({S.CONFIRMED}), S.HANDLING, RAISERS),
        Move(V.EXTEND, frozenset({S.ASSIGNED}), S.ASSIGNED, RAISERS),
        Move(V.EXTEND, frozenset({S.HANDLING}), S.HANDLING, RAISERS),
        Move(V.CANCEL, frozenset(OPEN), S.CANCELLED, RAISERS),
        *more,
    ))


#: One table of moves per loop: a problem closes on evidence, a proposal on its class, its number and every opinion.
LOOPS: dict[LoopName, Loop] = {
    LoopName.DECISION: _loop(LoopName.DECISION),
    LoopName.SUPERVISION: _loop(LoopName.SUPERVISION),
    LoopName.PROPOSAL: _loop(LoopName.PROPOSAL, TaskProof.OPINIONS, TaskProof.ANSWER,
                             more=(Move(V.AGAIN, frozenset({S.CONFIRMED}), S.REPLIED, DOERS),)),
    LoopName.PROBLEM: _loop(LoopName.PROBLEM, TaskProof.FILE),
}

# ---- limits (PRACTICE 1.4, 6.2, 6.5)

#: Limits when none is set, by what the task comes from.
DEFAULT_LIMITS: dict[Origin, tuple[LimitKind, int]] = {
    Origin.DOCUMENT: (LimitKind.NATURAL_DAY, 30), Origin.MINUTES: (LimitKind.NATURAL_DAY, 20),
    Origin.URGENT: (LimitKind.NATURAL_DAY, 5), Origin.ORDINARY: (LimitKind.NATURAL_DAY, 15),
    Origin.HARD: (LimitKind.NATURAL_DAY, 30),
}
#: What a loop's tasks come from when nobody says; a proposal has its months.
ORIGINS: dict[LoopName, Origin] = {LoopName.DECISION: Origin.MINUTES, LoopName.SUPERVISION: Origin.DOCUMENT,
                                   LoopName.PROBLEM: Origin.ORDINARY}
PROPOSAL_MONTHS, OPINION_MONTHS, PROPOSAL_MONTHS_MOST = 3, 1, 6
#: Workdays from the assignment within which a unit may say that the task is not its own.
OBJECTION_DAYS = 3
#: How often the limit may be put off. A parameter of the city.
EXTENSIONS: dict[LoopName, int] = {LoopName.DECISION: 1, LoopName.SUPERVISION: 1, LoopName.PROPOSAL: 2,
                                   LoopName.PROBLEM: 1}
LONGEST = 3650
SEVERITIES = (1, 2, 3)
#: A task falls due soon when so many days are left.
SOON_DAYS = 3


def limit_of(loop: LoopName, kind: LimitKind, limit: int, on: date,
             origin: Origin | None = None) -> tuple[LimitKind, int]:
    """The limit as set, or, when it is 0, what is usual for its origin; a proposal has three calendar months."""
    if limit:
        return kind, limit
    if loop is LoopName.PROPOSAL:
        return LimitKind.NATURAL_DAY, (months_later(on, PROPOSAL_MONTHS) - on).days
    return DEFAULT_LIMITS[origin or ORIGINS[loop]]


def months_later(day: date, months: int) -> date:
    """The same day so many months later, the month's last when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_reply(on: date, cycle_days: int | None, due_on: date) -> date | None:
    """The day of the next report in the cycle; the last one is the limit itself. None without a cycle."""
    if not cycle_days:
        return None
    following = date.fromordinal(on.toordinal() + cycle_days)
    return due_on if on < due_on < following else following


def is_late(step: str, due_at: datetime | None, next_reply_on: date | None, *, at: datetime, today: date) -> bool:
    """Whether the doing unit is behind: its limit is over, or a report of the cycle is missing."""
    if step not in OWED:
        return False
    return (due_at is not None and due_at < at) or (next_reply_on is not None and next_reply_on < today)


def parts_of(units: Sequence[int]) -> list[tuple[int, bool]]:
    """Units by key, each once, with whether it leads: the first does (PRACTICE 0, rule 8)."""
    return [(unit, position == 0) for position, unit in enumerate(dict.fromkeys(units))]


def proofs(*, files: Iterable[object], opinions_missing: int, answered: bool) -> list[TaskProof]:
    """What is there to prove an answer."""
    found = [TaskProof.FILE] if list(files) else []
    found += [TaskProof.OPINIONS] if not opinions_missing else []
    return [*found, TaskProof.ANSWER] if answered else found
