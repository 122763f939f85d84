"""What does an area plan for a year? One line per planned project, its step, and the sums that add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Prefetch, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from citywright.kernel import access
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area
from citywright.kernel.money import ZERO, MoneyField
from citywright.kernel.words import Role

from ..models import AnnualPlan, PlanMonth
from ..rules import years
from ..words import PlanStep, PlanVerb, YearKind
from . import ledger

UNCLASSIFIED = "unclassified"
LAST = 1_000_000
#: Steps of a plan besides those of its review.
DRAFT, FROZEN = "draft", "frozen"
#: What the page calls each step.
STEP_LABELS = {DRAFT: "草稿", **{step.value: step.zh for step in PlanStep}, FROZEN: "已冻结"}


@dataclass(frozen=True)
class Line:
    """One planned project of the year. Amounts in 万元; `months` is None where the year is not parted."""

    plan: int
    code: str
    name: str
    unit: str
    unit_code: str
    category: tuple[int, str, str]
    kind: str
    total: Decimal
    done_before: Decimal
    invest: Decimal
    months: tuple[Decimal, ...] | None = None
    months_sum: Decimal | None = None
    start: date | None = None
    finish: date | None = None
    production: date | None = None
    goal: str = ""
    step: str = DRAFT
    version: int | None = None
    reason: str = ""
    may: frozenset[str] = frozenset()
    unit_place: int = 0

    @property
    def sums(self) -> bool | None:
        """Whether the months sum to the year; None without months."""
        return None if self.months_sum is None else self.months_sum == self.invest


def plans_of(person: Any, area: Area, year: int) -> Any:
    """The plans in force of the visible projects of an area that figures count: the rows behind 年度计划投资."""
    projects = ledger.within(ledger.leaves(ledger.visible_to(person)), area)
    return AnnualPlan.objects.filter(project__in=projects, year=year, in_force=True)


def rows_of(person: Any, area: Area, year: int) -> QuerySet[AnnualPlan]:
    """The plans with all that a line reads, in one query: `step`, and the sum and number of their months."""
    stepped = Case(When(frozen_at__isnull=False, then=Value(FROZEN)),
                   default=Coalesce(F("review__step"), Value(DRAFT)), output_field=CharField())
    months = PlanMonth.objects.filter(plan=OuterRef("pk")).order_by().values("plan").annotate(n=Sum("invest"))
    found: QuerySet[AnnualPlan] = plans_of(person, area, year).select_related(
        "project__area", "project__lead_unit", "project__category__parent", "frozen_in", "review")
    return found.annotate(step=stepped, months_sum=Subquery(months.values("n"), output_field=MoneyField()))


def lines(person: Any, area: Area, year: int, *, months: bool = False) -> list[Line]:
    """Every planned project of the year, by unit and code: one query; one more with its months."""
    found = rows_of(person, area, year).order_by(
        "project__lead_unit__position", "project__lead_unit__code", "project__code")
    if months:
        found = found.prefetch_related(Prefetch("months", PlanMonth.objects.order_by("month")))
    return [line_of(person, plan, months=months) for plan in found]


def line_of(person: Any, plan: Any, *, months: bool = False) -> Line:
    """The line of a row of `rows_of`."""
    project, review = plan.project, getattr(plan, "review", None)
    top = project.category.parent or project.category
    return Line(
        plan=plan.pk, code=project.code, name=project.name, unit=project.lead_unit.short_name,
        unit_code=project.lead_unit.code, unit_place=project.lead_unit.position,
        category=(LAST if top.code == UNCLASSIFIED else top.position, top.code, top.name), kind=plan.kind,
        total=project.total_investment, done_before=plan.done_before, invest=plan.invest_year,
        months=tuple(month.invest for month in plan.months.all()) or None if months else None,
        months_sum=plan.months_sum, start=plan.planned_start, finish=plan.planned_finish,
        production=plan.planned_production, goal=plan.goal, step=plan.step,
        version=plan.frozen_in.number if plan.frozen_in else None,
        reason=review.reason if review and plan.step == PlanStep.RETURNED else "", may=_may(person, plan, plan.step))


def _may(person: Any, plan: AnnualPlan, step: str) -> frozenset[str]:
    """What the person may do to the plan now: submit, review, return, freeze, adjust."""
    project = plan.project
    held = access.roles_over(person, unit=project.lead_unit_id, area=project.area)
    if step == FROZEN:
        return frozenset({"adjust"} if Role.OFFICE in held else ())
    now = None if step == DRAFT else PlanStep(step)
    if now is None:
        return frozenset({PlanVerb.SUBMIT.value} if held & years.FILLERS else ())
    found = {move.verb.value for move in years.LOOP.open_moves(now, held)}
    if now is PlanStep.REVIEWED and Role.OFFICE in held:
        found.add("freeze")
    if plan.review.submitted_by_id == person.pk:
        found.discard(PlanVerb.REVIEW.value)
    return frozenset(found)


def grouped(found: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """The lines by top category in the order of categories, 未归类 last; only categories that have any."""
    groups: dict[tuple[int, str, str], list[Line]] = {}
    for line in found:
        groups.setdefault(line.category, []).append(line)
    return [(key[2], groups[key]) for key in sorted(groups)]


def total_of(found: Sequence[Line]) -> Line:
    """The sum of lines as a line; its months are the sums of those that are parted, None when none is."""
    parted = [line.months for line in found if line.months is not None]
    months = tuple(sum(column, ZERO) for column in zip(*parted, strict=True)) if parted else None
    return Line(plan=0, code="", name="", unit="", unit_code="", category=(0, "", ""), kind="",
                total=sum((line.total for line in found), ZERO),
                done_before=sum((line.done_before for line in found), ZERO),
                invest=sum((line.invest for line in found), ZERO), months=months)


@dataclass(frozen=True)
class Tally:
    """One row of a table of sums: how many projects, of which kinds, how much."""

    key: str
    label: str
    count: int
    kinds: dict[str, int]
    steps: dict[str, int]
    invest: Decimal
    unparted: int
    wrong: int


def summed(key: str, label: str, found: Sequence[Line]) -> Tally:
    """The sums of some lines."""
    return Tally(key, label, len(found), {kind.value: sum(line.kind == kind for line in found) for kind in YearKind},
               {step: sum(line.step == step for line in found) for step in STEP_LABELS},
               sum((line.invest for line in found), ZERO), sum(line.months_sum is None for line in found),
               sum(line.sums is False for line in found))


def by_category(found: Sequence[Line]) -> list[Tally]:
    """Sums by top category; 未归类 always stands last, even when it is empty, so that the parts are seen to add up."""
    groups = grouped(found)
    rows = [summed(members[0].category[1], name, members) for name, members in groups]
    return rows if any(row.key == UNCLASSIFIED for row in rows) else [*rows, summed(UNCLASSIFIED, "未归类", [])]


def by_unit(found: Sequence[Line]) -> list[Tally]:
    """Sums by unit, in the order of units."""
    groups: dict[tuple[int, str, str], list[Line]] = {}
    for line in found:
        groups.setdefault((line.unit_place, line.unit_code, line.unit), []).append(line)
    return [summed(key[1], key[2], groups[key]) for key in sorted(groups)]


def curve(person: Any, area: Area, year: int) -> list[Decimal]:
    """January to each month of the whole plan; what is not parted by months counts a twelfth each, as lamps do."""
    plans = plans_of(person, area, year)
    by_month = dict(PlanMonth.objects.filter(plan__in=plans).order_by().values("month").annotate(n=Sum("invest"))
                    .values_list("month", "n"))
    whole = plans.aggregate(n=Sum("invest_year"))["n"] or ZERO
    months = [by_month.get(number) or ZERO for number in range(1, years.MONTHS + 1)]
    rest = whole - sum(months)
    return [amount + rest * number / years.MONTHS for number, amount in enumerate(years.cumulative(months), 1)]


def picked(person: Any, area: Area, year: int, keys: Iterable[str]) -> list[AnnualPlan]:
    """The visible plans of these keys; refused when one of them is hidden, of another area or year, or no number."""
    wanted = set(keys)
    if not all(key.isascii() and key.isdigit() and len(key) < 12 for key in wanted):
        raise CannotReach("没有这份计划，或您无权办理")
    found = list(plans_of(person, area, year).filter(pk__in=wanted).select_related(
        "project__area", "project__lead_unit", "frozen_in").prefetch_related("months").order_by("project__code"))
    if len(found) != len(wanted):
        raise CannotReach("没有这份计划，或您无权办理")
    return found


def years_of(person: Any, area: Area, *around: int) -> list[int]:
    """The years that have a plan in the area, and those around the month in force."""
    projects = ledger.within(ledger.visible_to(person), area)
    known = AnnualPlan.objects.filter(project__in=projects).order_by().values_list("year", flat=True).distinct()
    return sorted({*known, *around})
