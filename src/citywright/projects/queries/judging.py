"""What is looked at when lamps are judged: everything about an area's projects on a day, in a dozen queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, FilteredRelation, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from citywright.kernel import clock, periods
from citywright.kernel.models import Area, Membership
from citywright.kernel.money import MoneyField
from citywright.kernel.words import Role

from ..models import (
    FundSource,
    GatePassage,
    InvestmentFact,
    LampOverride,
    PlanMonth,
    Problem,
    ProgressReport,
    Project,
    ReportingMonth,
)
from ..rules.lamps import Fund, LampInputs, Late
from ..words import Dimension, FundKind, Gate, Lamp, PassageResult, ProblemKind, ProblemStep, ReportStep, Source
from . import months
from .ledger import PASSED, leaves, within

#: Problems of these kinds are needs for elements (要素) and light that lamp; the others light 问题.
ELEMENT_KINDS = frozenset({
    ProblemKind.LAND, ProblemKind.PLANNING, ProblemKind.ENVIRONMENT, ProblemKind.ENERGY, ProblemKind.FUNDS,
    ProblemKind.FOREST, ProblemKind.UTILITIES, ProblemKind.LABOUR,
})
#: How evidence owed after a waiver is called among the needs.
OWED = "容缺材料"
#: Units fill from this day of the month where the month was not opened.
FILL_FROM = 20
FIELDS = tuple(f.name for f in fields(LampInputs))


@dataclass(frozen=True)
class Candidate:
    """One project to be judged: who it is, what is looked at, and the named lamps in force on the day."""

    project_id: Any
    code: str
    name: str
    unit_id: int
    area_id: int
    seen: LampInputs
    overrides: dict[str, Lamp]


@dataclass(frozen=True)
class Month:
    """The month whose figures are judged, and whether units may still be filling it."""

    period: date
    filling: bool


def month_of(area: Area, on: date) -> Month:
    """The latest month of which units are filling or have filled; before the filling begins, the month before.

    A city without days of its own goes by those of its districts.
    """
    this = periods.first_of(on)
    own = months.calendar(area, this)
    days = [own] if own else list(ReportingMonth.objects.filter(period=this, area__path__startswith=area.path))
    begins = min((day.fill_from for day in days), default=this.replace(day=FILL_FROM))
    if on < begins:
        return Month(periods.shifted(this, -1), False)
    return Month(this, on <= max((day.fill_to for day in days), default=periods.last_of(this)))


def candidates(area: Area, on: date) -> list[Candidate]:
    """Every leaf of the area with all that the rules ask for on the day."""
    month = month_of(area, on)
    projects = _projects(area, on, month.period.year)
    year = month.period.year
    plans, done = _plan_months(area, year), _done(area, month.period)
    locked, funds, excused = _locked(area, on), _funds(area, on), _overrides(area, on)
    elements, problems = _problems(area, on)
    found = []
    for row in projects:
        pk = row["pk"]
        judged_at, amount = _figures(done.get(pk, {}), month)
        named = excused.get(pk, {})
        excuse = named.get(Dimension.START)
        seen = LampInputs(
            as_of=on, month=judged_at, plan_year=row["plan_year"], scheduled=plans.get(pk, {}).get(judged_at),
            done_year=amount, planned_start=row["planned_start"], started_on=row["started_on"],
            must_start=Gate.G4.value in (row["category__gates"] or []), excused_until=_excuse(excuse),
            total=row["stat_total"] or row["total_investment"], registered_on=row["registered_on"],
            must_register=Gate.G4S.value in (row["category__gates"] or []), funds=tuple(funds.get(pk, ())),
            elements=tuple(elements.get(pk, ())), problems=tuple(problems.get(pk, ())), last_locked_on=locked.get(pk),
            reports_since=clock.day_of(row["created_at"]) if row["plan_year"] is not None else None)
        found.append(Candidate(pk, row["code"], row["name"], row["lead_unit"], row["area"], seen,
                               {d: Lamp(o.lamp) for d, o in named.items()}))
    return found


def _excuse(override: LampOverride | None) -> date | None:
    """A yellow that somebody put on 开工 is an accepted excuse until its last day."""
    return override.until if override is not None and override.lamp == Lamp.YELLOW else None


def _figures(done: dict[date, Decimal], month: Month) -> tuple[int, Decimal]:
    """Month and yearly sum to judge: while units still fill, a project that is not there yet is judged a month back."""
    if month.filling and month.period not in done:
        return month.period.month - 1, done[max(done)] if done else Decimal(0)
    return month.period.month, done[max(done)] if done else Decimal(0)


def _mine(area: Area) -> dict[str, Any]:
    return {"project__area__path__startswith": area.path, "project__is_leaf": True}


def _projects(area: Area, on: date, year: int) -> Iterable[Mapping[str, Any]]:
    rows: QuerySet[Project] = within(leaves(Project.objects.all()), area)
    for name, gate in (("started", Gate.G4), ("registered", Gate.G4S)):
        rows = rows.annotate(**{
            name: FilteredRelation("passages", condition=Q(
                passages__gate=gate, passages__in_force=True, passages__result__in=PASSED, passages__event_on__lte=on)),
            f"{name}_on": F(f"{name}__event_on")})
    rows = rows.annotate(plan=FilteredRelation("plans", condition=Q(plans__year=year, plans__in_force=True)),
                         plan_year=F("plan__invest_year"), planned_start=F("plan__planned_start"))
    return rows.order_by("code").values(
        "pk", "code", "name", "lead_unit", "area", "category__gates", "total_investment", "stat_total", "created_at",
        "plan_year", "planned_start", "started_on", "registered_on")


def _plan_months(area: Area, year: int) -> dict[Any, dict[int, Decimal]]:
    found: dict[Any, dict[int, Decimal]] = defaultdict(dict)
    rows = PlanMonth.objects.filter(plan__year=year, plan__in_force=True,
                                    plan__project__area__path__startswith=area.path)
    for pk, number, amount in rows.order_by().values_list("plan__project", "month", "invest_to_date"):
        found[pk][number] = amount
    return found


def _done(area: Area, period: date) -> dict[Any, dict[date, Decimal]]:
    found: dict[Any, dict[date, Decimal]] = defaultdict(dict)
    rows = InvestmentFact.objects.filter(**_mine(area), source=Source.UNIT, in_force=True, period__lte=period,
                                         period__gte=period.replace(month=1))
    for pk, month, amount in rows.order_by().values_list("project", "period", "amount_year"):
        found[pk][month] = amount
    return found


def _end_of(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), time(), tzinfo=clock.CITY)


def _locked(area: Area, on: date) -> dict[Any, date]:
    rows = (ProgressReport.objects.filter(**_mine(area), step=ReportStep.LOCKED, locked_at__lt=_end_of(on))
            .order_by().values_list("project").annotate(last=Max("locked_at")))
    return {pk: clock.day_of(last) for pk, last in rows}


def _funds(area: Area, on: date) -> dict[Any, list[Fund]]:
    found: dict[Any, list[Fund]] = defaultdict(list)
    rows = FundSource.objects.filter(**_mine(area), agreed__gt=0).annotate(
        here=Coalesce(Sum("facts__arrived", filter=Q(facts__arrived_on__lte=on)), Decimal(0),
                      output_field=MoneyField()))
    columns = ("project", "kind", "agreed", "due_on", "here")
    for pk, kind, agreed, due_on, here in rows.order_by("pk").values_list(*columns):
        found[pk].append(Fund(agreed, here, due_on, kind == FundKind.SPECIAL_BOND))
    return found


def _problems(area: Area, on: date) -> tuple[dict[Any, list[Late]], dict[Any, list[Late]]]:
    """Open needs for elements and other open problems, by project; evidence owed after a waiver is a need too."""
    workdays = clock.city_calendar()
    elements: dict[Any, list[Late]] = defaultdict(list)
    others: dict[Any, list[Late]] = defaultdict(list)
    still_open = Q(closed_at__isnull=True) | Q(closed_at__gte=_end_of(on))
    for problem in Problem.objects.filter(still_open, **_mine(area), raised_at__lt=_end_of(on)).order_by("pk"):
        late = clock.workdays_between(problem.due_on, on, workdays) if problem.due_on < on else 0
        again = problem.reopened_count + (problem.due_on < on and problem.step != ProblemStep.CLOSED)
        kept = elements if problem.kind in ELEMENT_KINDS else others
        kept[problem.project_id].append(Late(problem.title, problem.due_on, late, problem.severity, int(again)))
    owed = GatePassage.objects.filter(**_mine(area), result=PassageResult.WAIVED, in_force=True,
                                      waiver_due_on__lt=on, waiver_met_on__isnull=True)
    for pk, due_on in owed.order_by("pk").values_list("project", "waiver_due_on"):
        if due_on is not None:
            elements[pk].append(Late(OWED, due_on, clock.workdays_between(due_on, on, workdays)))
    return elements, others


def _overrides(area: Area, on: date) -> dict[Any, dict[str, LampOverride]]:
    """The named lamps in force on a day; the latest of a dimension wins."""
    found: dict[Any, dict[str, LampOverride]] = defaultdict(dict)
    for override in LampOverride.objects.filter(**_mine(area), from_on__lte=on, until__gte=on).order_by("at", "pk"):
        found[override.project_id][override.dimension] = override
    return found


def obligations(area: Area, on: date) -> list[GatePassage]:
    """Waivers (容缺) of the area whose evidence is due by a day and not in."""
    rows = GatePassage.objects.filter(**_mine(area), result=PassageResult.WAIVED, in_force=True,
                                      waiver_due_on__lte=on, waiver_met_on__isnull=True)
    return list(rows.select_related("project"))


def speaks(area: Area) -> bool:
    """Whether the area's judging tells the units: a city leaves that to the districts that open their own months."""
    return not ReportingMonth.objects.filter(area__path__startswith=area.path).exclude(area=area).exists()


def opened_areas() -> list[Area]:
    """Every area that ever opened a reporting month: what the nightly judges unless told otherwise."""
    return list(Area.objects.filter(pk__in=ReportingMonth.objects.values("area")).order_by("path"))


def publishing_areas() -> list[Area]:
    """Areas that opened a reporting month, and areas with an office or a city's office, by path.

    Each is judged and published every night; a project is told by the nearest of them at or above it.
    """
    kept = {place.pk: place for place in opened_areas()}
    offices = Membership.objects.filter(role__in=[Role.OFFICE, Role.CITY], valid_to__isnull=True)
    for held in offices.select_related("area"):
        kept[held.area_id] = held.area
    return sorted(kept.values(), key=lambda place: place.path)
