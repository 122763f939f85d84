"""How do approvals go in an area? By stage, department and process type: in time or late, how long, where time goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from citywright.kernel.models import Area

from .. import plan
from ..models import Dossier, Handling, HandlingEvent
from ..rules import clock as clocks
from ..rules import people as rules
from ..rules import window
from ..rules.catalogue import Catalogue
from ..rules.people import Spent
from ..words import ItemStatus, Span
from . import catalogue, desk, dossiers
from .plans import ACCEPTANCE, Calendar

Pauses = dict[Span, list[tuple[int, int]]]


@dataclass(frozen=True)
class Item:
    """One handling as the page counts it; days are numbers of working days, `until` today while it runs."""

    dossier: UUID
    process: str
    stage: str
    department: str
    code: str
    status: str
    accepted: int
    until: int
    used: int
    was_late: bool
    ended: bool
    remaining: int
    pauses: Pauses

    @property
    def is_late(self) -> bool:
        """Whether its clock runs past its day."""
        return self.status in clocks.RUNS and self.remaining < 0

    @property
    def at_risk(self) -> bool:
        """Whether one working day is left at most."""
        return self.status in clocks.RUNS and 0 <= self.remaining <= clocks.YELLOW_FROM

    @property
    def spell(self) -> tuple[int, int, list[tuple[int, int]], list[tuple[int, int]]]:
        """As the counting of where time goes takes it."""
        return self.accepted, self.until, self.pauses.get(Span.OWNER, []), self.pauses.get(Span.SPECIAL, [])


@dataclass
class Line:
    """One line of a table: items in hand in time, at risk, late; ended items with their days and how many were late."""

    code: str
    items: list[Item] = field(default_factory=list)

    @cached_property
    def open(self) -> list[Item]:
        """Items in hand."""
        return [one for one in self.items if not one.ended]

    @property
    def late(self) -> int:
        """Past their day."""
        return sum(one.is_late for one in self.open)

    @property
    def at_risk(self) -> int:
        """A day left at most."""
        return sum(one.at_risk for one in self.open)

    @property
    def in_time(self) -> int:
        """All others in hand."""
        return len(self.open) - self.late - self.at_risk

    @cached_property
    def ended(self) -> list[int]:
        """Working days of those decided."""
        return [one.used for one in self.items if one.ended]

    @property
    def ended_late(self) -> int:
        """Decided after their day."""
        return sum(one.was_late for one in self.items if one.ended)

    @property
    def middle(self) -> float | None:
        """Half took no longer."""
        return rules.middle(self.ended)

    @property
    def ninth(self) -> int | None:
        """Nine in ten took no longer."""
        return rules.ninth(self.ended)

    @property
    def dossiers(self) -> int:
        """How many projects."""
        return len({one.dossier for one in self.items})


@dataclass(frozen=True)
class Whole:
    """How long projects took for a stage, or from the first acceptance to the permit, of those that are through."""

    code: str
    spent: tuple[Spent, ...]

    @property
    def days(self) -> list[int]:
        """Working days of each, from its first acceptance to its last end."""
        return [one.whole for one in self.spent]

    @property
    def middle(self) -> float | None:
        """Half took no longer."""
        return rules.middle(self.days)

    @property
    def ninth(self) -> int | None:
        """Nine in ten took no longer."""
        return rules.ninth(self.days)

    @property
    def government(self) -> float | None:
        """The median of days on which something was in review: what published limits count."""
        return rules.middle([one.review for one in self.spent])

    def mean(self, part: str) -> float:
        """The average of one part."""
        return sum(getattr(one, part) for one in self.spent) / len(self.spent) if self.spent else 0.0


@dataclass
class Overview:
    """Everything of one page: the items of an area on a day, and the catalogue that names things."""

    items: list[Item]
    content: Catalogue | None
    references: dict[str, dict[str, int]]

    def by(self, name: str) -> list[Line]:
        """Lines by "stage", "department" or "process", in the order of the catalogue, else by name."""
        found: dict[str, Line] = {}
        for one in self.items:
            found.setdefault(getattr(one, name), Line(getattr(one, name))).items.append(one)
        codes: list[str] = []
        if self.content:
            codes = ([one.code for one in self.content.stages] if name == "stage"
                     else [one.code for one in self.content.departments])
        places = {code: n for n, code in enumerate(codes)}
        return sorted(found.values(), key=lambda line: (places.get(line.code, len(places)), line.code))

    @cached_property
    def stages(self) -> list[Whole]:
        """Each stage, over the projects whose items of it have all ended."""
        return [Whole(line.code, tuple(_spent(line.items))) for line in self.by("stage")]

    @cached_property
    def processes(self) -> list[Whole]:
        """Each process type, over the projects that have their permit: everything up to acceptance."""
        return [Whole(line.code, tuple(_spent(_permitted(line.items)))) for line in self.by("process")]


def _permitted(items: Iterable[Item]) -> list[Item]:
    """The items before the acceptance of projects that have their permit, cut at its day."""
    found = [one for one in items if one.stage != ACCEPTANCE]
    last = {one.dossier: one.until for one in found if one.ended and one.code in plan.GOALS
            and one.status in window.PASSED}
    return [one for one in found if one.dossier in last and one.ended and one.accepted < last[one.dossier]
            and one.until <= last[one.dossier]]


def _spent(items: Iterable[Item]) -> list[Spent]:
    """Where the days of each project went; only of those of which nothing is in hand."""
    known: dict[UUID, list[Item]] = defaultdict(list)
    for one in items:
        known[one.dossier].append(one)
    told = (rules.spent(one.spell for one in of) for of in known.values() if all(one.ended for one in of))
    return [one for one in told if one is not None]


def overview(person: Any, area: Area, on: date) -> Overview:
    """The handlings of an area that the person may see, on a day: five queries however many."""
    rows = desk.within(dossiers.handlings(person), area).filter(accepted_on__isnull=False)
    told = list(rows.order_by().values_list("pk", "dossier", "code", "stage", "department", "status",
                                            "accepted_on", "ended_on", "due_on", "used_days", "was_late"))
    version = catalogue.in_force(area)
    if not told:
        return Overview([], catalogue.content(version) if version else None, {})
    calendar = Calendar(min(row[6] for row in told if row[6]))
    pauses, number = _pauses(rows, calendar, on), calendar.days.number
    kinds = {key: rules.process_of(kind, answers) for key, kind, answers in Dossier.objects.filter(
        pk__in=rows.values("dossier")).values_list("pk", "project_class", "answers")}
    items = [_item(row, kinds[row[1]], pauses.get(row[0], {}), number, on) for row in told]
    return Overview(items, catalogue.content(version) if version else None,
                    rules.references(version.content) if version else {})


def _item(row: tuple[Any, ...], process: str, pauses: Pauses, number: Callable[[date], int], on: date) -> Item:
    _, dossier, code, stage, department, status, accepted, ended, due, used, late = row
    until = min(ended or on, on)
    remaining = number(due) - number(on) if due else 0
    if due and due < on:
        remaining = min(remaining, -1)
    return Item(dossier, process, stage, department, code, status, number(accepted), number(until), used, late,
                ended is not None, remaining, pauses)


def _pauses(rows: QuerySet[Handling], calendar: Calendar, on: date) -> dict[UUID, Pauses]:
    """Handling to its pauses by whose they are."""
    kinds = [*clocks.PAUSES, ItemStatus.SUPPLEMENTED, ItemStatus.SPECIAL_OVER, *clocks.ENDS]
    events = (HandlingEvent.objects.filter(status__in=kinds, handling__in=HandlingEvent.objects.filter(
        status__in=list(clocks.PAUSES), handling__in=rows.values("pk")).values("handling"))
        .order_by("handling", "number").values_list("handling", "status", "on"))
    found: dict[UUID, Pauses] = defaultdict(lambda: defaultdict(list))
    begun: dict[UUID, tuple[Span, date]] = {}
    for key, status, day in events:
        if key in begun:
            span, first = begun.pop(key)
            found[key][span].append((calendar.days.number(first), calendar.days.number(day)))
        if status in clocks.PAUSES:
            begun[key] = (clocks.PAUSES[status], day)
    for key, (span, first) in begun.items():
        found[key][span].append((calendar.days.number(first), calendar.days.number(max(on, first))))
    return found


def late_share(line: Line) -> str:
    """The share of decided items that were late, as a whole per cent; "—" of none."""
    return f"{round(line.ended_late * 100 / len(line.ended))}%" if line.ended else "—"
