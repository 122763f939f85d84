"""What is a year of an area told from? Rows as the database keeps them: keys and days as text, money in 分.

72,000 reports of a district need no UUID, no Decimal and no date of their own; `Ground` finds a project by its key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache, reduce
from typing import Any

from django.db.models import BigIntegerField, Count, F, Max, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast

from citywright.kernel import clock
from citywright.kernel.models import Area

from ..models import (
    AnnualPlan,
    FundFact,
    FundSource,
    GatePassage,
    InvestmentFact,
    LampRun,
    LampSnapshot,
    PlanMonth,
    Problem,
    ProgressReport,
    Project,
    ReportingMonth,
)
from ..queries import judging, ledger
from ..words import ReportStep, Source

EPOCH = date(1970, 1, 1)


def fen(name: str) -> Cast:
    """A money column as the database keeps it."""
    return Cast(name, BigIntegerField())


def text(name: str) -> Cast:
    """A column as text."""
    return Cast(name, TextField())


@cache
def day_of_text(day: str) -> int:
    """Days since 1970-01-01 of "2024-03-27"."""
    return (date.fromisoformat(day) - EPOCH).days


def day_number(day: date | None) -> int | None:
    """Days since 1970-01-01."""
    return None if day is None else (day - EPOCH).days


def digest(*values: Any) -> str:
    """SHA-256 (hex) of values as they are written down."""
    return hashlib.sha256(repr(values).encode()).hexdigest()


@dataclass(frozen=True)
class Ground:
    """An area that publishes, without the areas in it that publish for themselves: no row is told twice."""

    area: Area
    apart: tuple[str, ...]

    def here(self, to: str) -> Q:
        """Those whose area, reached by the lookup `to` ("project__area", "area"), is told by this area."""
        without = (~Q(**{f"{to}__path__startswith": path}) for path in self.apart)
        return reduce(Q.__and__, without, Q(**{f"{to}__path__startswith": self.area.path}))

    def of_projects(self, rows: QuerySet[Any], to: str = "project") -> QuerySet[Any]:
        """Rows of this area's projects, in no order."""
        return rows.filter(self.here(f"{to}__area")).order_by()


def ground(area: Area) -> Ground:
    """The area with the areas below it that publish for themselves."""
    below = [place.path for place in judging.publishing_areas()
             if place.path != area.path and place.path.startswith(area.path)]
    return Ground(area, tuple(path for path in below if not any(path != o and path.startswith(o) for o in below)))


def projects(place: Ground) -> list[tuple[Any, ...]]:
    """Every leaf: key, code, name, area, path, unit, its name, category, its name, funding, total."""
    rows = ledger.leaves(Project.objects.filter(place.here("area")))
    return list(rows.order_by("code").values_list(
        text("pk"), "code", "name", "area__code", "area__path", "lead_unit__code", "lead_unit__short_name",
        "category__code", "category__name", "funding_type", fen("total_investment")))


def passages(place: Ground) -> list[tuple[Any, ...]]:
    """Every passage in force: project, gate, event day, result, rank."""
    rows = place.of_projects(GatePassage.objects.filter(in_force=True))
    return list(rows.order_by("rank", "pk").values_list(text("project"), "gate", text("event_on"), "result", "rank"))


def funds(place: Ground) -> tuple[dict[str, int], list[tuple[str, str, int]]]:
    """Agreed of every project that has a source, and what arrived on which day."""
    agreed = {pk: int(amount) for pk, amount in place.of_projects(FundSource.objects.all()).values_list(
        text("project")).annotate(n=Sum(fen("agreed")))}
    arrived = place.of_projects(FundFact.objects.all(), "source__project")
    return agreed, sorted(arrived.values_list(text("source__project"), text("arrived_on"), fen("arrived")))


def problems(place: Ground) -> list[tuple[str, date, bool, date | None, int]]:
    """Every problem: project, due day, whether it is closed, the day it was closed, how often it came back."""
    rows = place.of_projects(Problem.objects.all()).order_by("pk").values_list(
        text("project"), "due_on", "step", "closed_at", "reopened_count")
    return [(pk, due, step == "closed", clock.day_of(at) if at else None, again) for pk, due, step, at, again in rows]


# --- of one year ----------------------------------------------------------------------------------------------------

def plans(place: Ground, year: int) -> list[tuple[Any, ...]]:
    """Every plan in force: project, kind, version of the area's plan, amount, planned start, finish, production."""
    rows = place.of_projects(AnnualPlan.objects.filter(year=year, in_force=True)).order_by("pk")
    return list(rows.values_list(text("project"), "kind", "frozen_in__number", fen("invest_year"),
                                 text("planned_start"), text("planned_finish"), text("planned_production")))


def plan_months(place: Ground, year: int) -> QuerySet[Any, Any]:
    """Planned from January to each month: project, month, amount."""
    rows = place.of_projects(PlanMonth.objects.filter(plan__year=year, plan__in_force=True), "plan__project")
    return rows.values_list(text("plan__project"), "month", fen("invest_to_date"))


def _year(year: int) -> dict[str, date]:
    return {"period__gte": date(year, 1, 1), "period__lte": date(year, 12, 1)}


def money(place: Ground, year: int, source: Source) -> QuerySet[Any, Any]:
    """Money in force of a calibre: project, period, of the month, of the year, in total."""
    rows = place.of_projects(InvestmentFact.objects.filter(**_year(year), source=source, in_force=True))
    return rows.values_list(text("project"), text("period"), fen("amount_month"), fen("amount_year"),
                            fen("amount_total"))


def reports(place: Ground, year: int) -> QuerySet[Any, Any]:
    """Reports: project, period, step, percent, how often returned."""
    rows = place.of_projects(ProgressReport.objects.filter(**_year(year)))
    return rows.values_list(text("project"), text("period"), "step", text("physical_percent"), "returned_count")


def late_reports(place: Ground, year: int) -> list[tuple[str, str]]:
    """Locked reports that were sent after the area's lock: project, period."""
    locks = ReportingMonth.objects.filter(area=place.area, **_year(year)).values_list("period", "lock_at")
    late = [Q(period=period, submitted_at__gt=lock_at) for period, lock_at in locks]
    if not late:
        return []
    rows = place.of_projects(ProgressReport.objects.filter(reduce(Q.__or__, late), step=ReportStep.LOCKED))
    return sorted(rows.values_list(text("project"), text("period")))


def unsent_again(place: Ground, year: int) -> list[tuple[str, str]]:
    """Drafts that were sent once: project, period."""
    rows = ProgressReport.objects.filter(**_year(year), step=ReportStep.DRAFT, submitted_at__isnull=False)
    return sorted(place.of_projects(rows).values_list(text("project"), text("period")))


def judgings(place: Ground, on: date) -> list[tuple[str, date, int, int]]:
    """Judgings up to a day that cover the area, the one that counts first: area, day, number, key."""
    above = [place.area.path[:length] for length in range(2, len(place.area.path) + 1)]
    runs = LampRun.objects.filter(area__path__in=above, as_of__lte=on)
    return list(runs.order_by("-area__path", "-as_of", "-number").values_list("area__path", "as_of", "number", "pk"))


def lamps(run: int) -> QuerySet[Any, Any]:
    """The lamp people see of each project in a judging."""
    return LampSnapshot.objects.filter(run=run).order_by().values_list(text("project"), "shown")


def tells_of(place: Ground, year: int) -> list[Any]:
    """What changes when money, months of plans or reports of the year change: counts, sums, last keys and moments.

    Facts are only ever appended; a report is counted by its steps, a plan's months by their weighted sum.
    """
    facts = place.of_projects(InvestmentFact.objects.filter(**_year(year))).aggregate(
        n=Count("pk"), last=Max("pk"), at=Max("recorded_at"))
    months = place.of_projects(PlanMonth.objects.filter(plan__year=year, plan__in_force=True), "plan__project")
    planned = months.aggregate(n=Count("pk"), last=Max("pk"), whole=Sum(fen("invest_to_date")),
                               weighed=Sum(fen("invest_to_date") * F("month")))
    written = place.of_projects(ProgressReport.objects.filter(**_year(year)))
    steps = sorted(written.values_list("step").annotate(n=Count("pk"), back=Sum("returned_count")))
    moments = written.aggregate(filled=Max("filled_at"), sent=Max("submitted_at"), seen=Max("reviewed_at"),
                                locked=Max("locked_at"), percent=Sum("physical_percent"))
    return [facts, planned, steps, moments, late_reports(place, year)]
