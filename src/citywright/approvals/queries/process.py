"""The event log of an area's own handlings, as one may see them, and what it tells: paths, times, what was late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

from django.db.models import QuerySet

from citywright.kernel.clock import CITY
from citywright.kernel.models import Area

from ..models import Handling, HandlingEvent
from ..rules import clock as rules
from ..rules import events
from ..rules.events import Case, Event, Log
from ..words import ItemStatus
from . import dossiers, samples

FIELDS = ("pk", "dossier__project__code", "code", "name", "stage", "department", "unit__short_name", "status", "limit",
          "used_days", "owner_days", "special_days", "was_late", "received_at", "accepted_on", "due_on", "ended_on")


def visible(person: Any, area: Area, department: str = "") -> QuerySet[Handling]:
    """The handlings of an area that the person may see, of one department where it is named."""
    rows = of_area(area) & dossiers.handlings(person)
    return rows.filter(department=department) if department else rows


def of_area(area: Area) -> QuerySet[Handling]:
    """Every handling of an area and what lies below it."""
    return Handling.objects.filter(dossier__project__area__path__startswith=area.path)


@dataclass(frozen=True)
class Row:
    """One handling as the log needs it."""

    key: Any
    project: str
    code: str
    name: str
    stage: str
    department: str
    unit: str | None
    status: str
    limit: int
    used: int
    owner: int
    special: int
    was_late: bool
    received_at: datetime
    accepted_on: date | None
    due_on: date | None
    ended_on: date | None

    def is_late(self, today: date) -> bool:
        """Ended after its limit, or runs past it."""
        if self.ended_on is not None:
            return self.was_late
        return self.due_on is not None and self.due_on < today and self.status in rules.RUNS


def rows(found: QuerySet[Handling]) -> list[Row]:
    """The handlings in the order of their reception: one query."""
    return [Row(*line) for line in found.order_by("received_at", "dossier__project__code", "code").values_list(*FIELDS)]


def log(found: QuerySet[Handling], of: Sequence[Row]) -> Log:
    """One case a handling, one event a status it came to; the department's unit stands for whoever acted."""
    told: dict[Any, list[tuple[str, datetime]]] = defaultdict(list)
    passed = HandlingEvent.objects.filter(handling__in=found.values("pk")).order_by("handling", "number")
    for key, status, at in passed.values_list("handling_id", "status", "at"):
        told[key].append((status, at))
    return Log([_case(row, told[row.key]) for row in of])


def _case(row: Row, told: Sequence[tuple[str, datetime]]) -> Case:
    days = {"startdate": row.received_at.timestamp()}
    if row.due_on is not None:
        days["enddate_planned"] = _end_of(row.due_on)
    if row.ended_on is not None:
        days["enddate"] = told[-1][1].timestamp()
    passed = tuple(Event(status, at.timestamp(), row.unit or "") for status, at in told)
    return Case(f"{row.project} {row.code}", passed, days, {
        "project": row.project, "item": row.code, "item_name": row.name, "stage": row.stage,
        "department": row.department})


def _end_of(day: date) -> float:
    """The last moment of a day in the city."""
    return datetime.combine(day + timedelta(days=1), time(0), CITY).timestamp() - 0.001


def named(found: Log, name: Callable[[ItemStatus], str] = lambda status: status.zh) -> Log:
    """The same log with the words of the statuses instead of their codes, as a file has it."""
    return Log([Case(case.name, tuple(event._replace(activity=name(ItemStatus(event.activity)))
                                      for event in case.events), case.days, case.texts) for case in found.cases])


@dataclass
class Spent:
    """What items of one kind took: how many, their limit, working days of those that ended, how many late."""

    code: str
    name: str
    limit: int = 0
    count: int = 0
    late: int = 0
    used: list[int] = field(default_factory=list)
    owner: int = 0
    special: int = 0

    @property
    def ended(self) -> int:
        return len(self.used)

    @property
    def median(self) -> float | None:
        return median(self.used) if self.used else None

    @property
    def p90(self) -> int | None:
        """Nine in ten took no longer."""
        return sorted(self.used)[-(-len(self.used) * 9 // 10) - 1] if self.used else None

    @property
    def late_share(self) -> Fraction | None:
        return Fraction(self.late, self.count) if self.count else None

    @property
    def owner_mean(self) -> float | None:
        return self.owner / self.ended if self.used else None

    @property
    def special_mean(self) -> float | None:
        return self.special / self.ended if self.used else None


def spent(of: Sequence[Row], today: date, key: Callable[[Row], tuple[str, str]]) -> list[Spent]:
    """The rows put together by a code and its name; those with most late ones first."""
    found: dict[str, Spent] = {}
    for row in of:
        code, name = key(row)
        one = found.setdefault(code, Spent(code, name, row.limit))
        one.count += 1
        one.late += row.is_late(today)
        if row.ended_on is not None:
            one.used.append(row.used)
            one.owner += row.owner
            one.special += row.special
    return sorted(found.values(), key=lambda one: (-one.late, -one.count, one.code))


@dataclass(frozen=True)
class Process:
    """Everything the page says."""

    log: Log
    told: events.Told
    whole: Spent
    departments: list[Spent]
    items: list[Spent]


def process(found: QuerySet[Handling], today: date) -> Process:
    """The log and what it tells: two queries."""
    of = rows(found)
    kept = log(found, of)
    whole = spent(of, today, lambda row: ("", ""))
    return Process(kept, events.tell(kept), whole[0] if whole else Spent("", ""),
                   spent(of, today, lambda row: (row.department, row.unit or row.department)),
                   spent(of, today, lambda row: (row.code, row.name)))


def of_area_named(area: Area) -> Log:
    """The log of every handling of an area, in words: for whoever runs the installation."""
    found = of_area(area)
    return named(log(found, rows(found)))


def exported(found: QuerySet[Handling]) -> tuple[bytes, Log]:
    """The log as a gzipped XES file."""
    kept = named(log(found, rows(found)))
    return samples.packed(kept), kept
