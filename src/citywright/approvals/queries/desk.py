"""What waits at a window? Handlings by their due moment, with their cards; who owes papers; how much each carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OrderBy, Q, QuerySet, Value, When

from citywright.kernel import access, clock
from citywright.kernel.models import Area
from citywright.kernel.words import Role

from ..models import Handling
from ..rules import clock as rules
from ..rules import window
from ..words import Card, ItemStatus
from . import catalogue, dossiers
from .dossiers import File

#: Statuses in which papers can still be owed.
OWING = frozenset({ItemStatus.PASSED_LACKING, *window.OPEN})
#: Roles that work at a window.
CLERKS = (Role.CLERK, Role.REVIEWER)


def visible_to(person: Any) -> QuerySet[Handling]:
    """Every handling the person may see, with what lists show of it."""
    return dossiers.handlings(person).select_related("dossier__project", "unit")


def within(rows: QuerySet[Handling], area: Area) -> QuerySet[Handling]:
    """Those of projects in the area."""
    return rows.filter(dossier__project__area__path__startswith=area.path)


def of_area(area: Area) -> QuerySet[Handling]:
    """All handlings of an area that a unit stands behind: for the program itself."""
    return within(Handling.objects.filter(unit__isnull=False).select_related("dossier__project", "unit"), area)


def mine(person: Any, rows: QuerySet[Handling]) -> QuerySet[Handling]:
    """Those at the person's own window; over the area for an office."""
    units = access.reach(person, CLERKS).units
    if units:
        return rows.filter(unit__in=units)
    return access.rows(person, rows, area="dossier__project__area__path", unit="unit", only=[Role.OFFICE])


# --- parts of the list

def running() -> Q:
    """The clock runs."""
    return Q(status__in=rules.RUNS)


def unfinished() -> Q:
    """Not ended, whether the clock runs or not."""
    return Q(status__in=window.OPEN)


def late(today: date) -> Q:
    """红牌: the clock runs past the due day."""
    return running() & Q(due_on__lt=today)


def due_soon(today: date, works: clock.Workdays) -> Q:
    """黄牌: one working day left at most."""
    return running() & Q(due_on__gte=today, due_on__lte=clock.statutory_due(today, rules.YELLOW_FROM, works))


def owes() -> Q:
    """容缺: papers are still owed."""
    return Q(status__in=OWING, lacking_due_on__isnull=False, lacking_met_on__isnull=True)


def blue() -> Q:
    """蓝章: a pre-review opinion that still waits to be exchanged."""
    return Q(status__in=window.PASSED, is_preview=True, exchanged_on__isnull=True)


def unchecked() -> Q:
    """告知承诺: decided upon a promise that was not checked yet."""
    return Q(status__in=window.PASSED, by_commitment=True, checked_on__isnull=True)


def waiting() -> Q:
    """Everything a window still has to do something about."""
    return unfinished() | owes() | blue() | unchecked()


def owed(rows: QuerySet[Handling]) -> QuerySet[Handling]:
    """Those that owe papers."""
    return rows.filter(owes())


def owing_soon(rows: QuerySet[Handling], on: date, days: int) -> QuerySet[Handling]:
    """Those whose papers are owed within so many days."""
    return owed(rows).filter(lacking_due_on__lte=on + timedelta(days=days))


def carded(rows: QuerySet[Handling], on: date, works: clock.Workdays) -> QuerySet[Handling]:
    """Those with a yellow or red card."""
    return rows.filter(late(on) | due_soon(on, works))


def order() -> list[OrderBy]:
    """By due moment; what is not started comes after what runs, then what stands still, ended last."""
    stands = Case(When(status__in=window.PAUSED, then=Value(1)), default=Value(0), output_field=IntegerField())
    return [F("ended_on").asc(nulls_first=True), stands.asc(), F("due_on").asc(nulls_last=True),
            F("received_at").asc(), F("pk").asc()]


# --- one row

def left(row: Handling, today: date, works: clock.Workdays) -> int | None:
    """Working days until the due day, negative when late; what is left of the limit while the clock stands."""
    if row.due_on is None or row.status not in window.OPEN:
        return None
    if row.status in rules.PAUSES:
        return row.limit - row.used_days
    if row.due_on < today:
        return -clock.workdays_between(row.due_on, today, works)
    return clock.workdays_between(today, row.due_on, works)


def due(row: Handling, today: date, works: clock.Workdays) -> date | None:
    """The day the item is due; while the clock stands it moves on day by day."""
    if row.status not in rules.PAUSES or row.due_on is None:
        return row.due_on
    return clock.statutory_due(today, max(row.limit - row.used_days, 0), works)


def card_of(row: Handling, today: date, works: clock.Workdays) -> Card:
    """The card of an item today; what ended keeps its red one."""
    if row.status not in window.OPEN:
        return Card.RED if row.was_late else Card.NONE
    remaining = left(row, today, works)
    if remaining is None or row.status in rules.PAUSES:
        return Card.NONE
    return Card.RED if remaining < 0 else Card.YELLOW if remaining <= rules.YELLOW_FROM else Card.NONE


# --- load

@dataclass(frozen=True)
class Load:
    """What one department carries: items open and late, its windows, items for each window."""

    unit: str
    name: str
    open: int
    late: int
    windows: int

    @property
    def each(self) -> str:
        """Items for each window."""
        return f"{self.open / self.windows:.1f}"


def loads(rows: QuerySet[Handling], area: Area, today: date) -> list[Load]:
    """Each department's items in hand, the fullest windows first: two queries."""
    windows = catalogue.windows(area)
    found = (rows.filter(status__in=window.OPEN, unit__isnull=False).order_by()
             .values("department", "unit__code", "unit__short_name")
             .annotate(n=Count("pk"), n_late=Count("pk", filter=late(today))))
    made = [Load(row["unit__code"], row["unit__short_name"], row["n"], row["n_late"],
                 windows.get(row["department"], 1)) for row in found]
    return sorted(made, key=lambda one: (-one.open / one.windows, one.unit))


def fellows_of(row: Handling, rows: Iterable[Handling]) -> list[Handling]:
    """The members of the same package that came in the same submission, the item itself among them."""
    return [one for one in rows if row.package and (one.package, one.received_at) == (row.package, row.received_at)]


def starting(row: Handling, file: File) -> list[Handling]:
    """The members of a joint package that came in the same submission and still wait to start; else the item alone."""
    rows = fellows_of(row, file.handlings.values())
    if not window.is_joint(file.catalogue, row.package, len(rows)):
        return [row]
    return [row, *(one for one in rows if one.status == ItemStatus.RECEIVED and one.pk != row.pk)]
