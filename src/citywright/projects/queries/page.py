"""One project: everything its page shows, each part asked for once and only when the page needs it.

About fifteen queries for the whole page; the sheet (一页纸) asks the same object for fewer parts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from citywright.kernel import periods
from citywright.kernel.errors import Said
from citywright.kernel.http import Standing
from citywright.kernel.money import MoneyField
from citywright.kernel.words import Lamp

from ..models import (
    AnnualPlan,
    FundSource,
    GatePassage,
    InvestmentFact,
    LampSnapshot,
    ListEntry,
    Milestone,
    Problem,
    ProgressReport,
    Project,
    ProjectRelation,
    Responsibility,
)
from ..rules import curves, gates, lamps, rates
from ..words import Dimension, Gate, MilestoneStatus, PassageResult, ProblemStep, Source, Stage
from . import history, ledger, way

SEVEN = tuple(d for d in Dimension if d is not Dimension.OVERALL)
#: How many months back the lamps are shown, and how many lines of the history are read.
MONTHS_BACK = 6
LINES = 200


@dataclass(frozen=True)
class LampLine:
    """One dimension: its lamp, why, and the lamps of the last six months, None where none was judged."""

    dimension: Dimension
    lamp: Lamp
    why: Said | None
    months: tuple[Lamp | None, ...]


@dataclass(frozen=True)
class Money:
    """One calibre in one month, 万元."""

    source: Source
    period: date
    month: Decimal
    year: Decimal
    total: Decimal


@dataclass(frozen=True)
class Gap:
    """口径差 of the latest month that statistics know: (dispatch − statistics) / statistics, unrounded."""

    period: date
    share: Fraction


@dataclass(frozen=True)
class Node:
    """One milestone with what its picture needs; `late` counts days against the baseline, 0 when it keeps it."""

    milestone: Milestone
    claimed_on: date | None
    late: int | None


@dataclass
class ProjectPage:
    """The project of this code as the person sees it, for the month and on the day they stand in."""

    person: Any
    code: str
    standing: Standing
    project: Project = field(init=False)

    def __post_init__(self) -> None:
        self.project = ledger.project(self.person, self.code)

    @property
    def as_of(self) -> date:
        """The day the page speaks of: today, or the end of an earlier month in force."""
        return min(periods.last_of(self.standing.period), self.standing.today)

    # --- lamps

    @cached_property
    def snapshots(self) -> list[LampSnapshot]:
        """The judgings of the last six months up to the day, the latest first."""
        first = periods.shifted(periods.first_of(self.as_of), 1 - MONTHS_BACK)
        return list(LampSnapshot.objects.filter(project=self.project, run__as_of__gte=first, run__as_of__lte=self.as_of)
                    .select_related("run__rule_set").defer("inputs").order_by("-run__as_of", "-run__number")[:200])

    @property
    def snapshot(self) -> LampSnapshot | None:
        return self.snapshots[0] if self.snapshots else None

    @cached_property
    def lamp_lines(self) -> list[LampLine]:
        """The seven dimensions with their reasons; [] when the project was never judged."""
        now = self.snapshot
        if now is None:
            return []
        by_month: dict[date, LampSnapshot] = {}
        for one in self.snapshots:
            by_month.setdefault(periods.first_of(one.run.as_of), one)
        here = periods.first_of(self.as_of)
        kept = [by_month.get(period) for period in periods.between(periods.shifted(here, 1 - MONTHS_BACK), here)]
        return [LampLine(d, Lamp(getattr(now, d.value)), why(now, d),
                         tuple(Lamp(getattr(one, d.value)) if one else None for one in kept)) for d in SEVEN]

    @property
    def deciding(self) -> list[Dimension]:
        """The dimensions whose lamp is the overall one, when it is red or yellow."""
        now = self.snapshot
        if now is None or now.overall not in (Lamp.RED, Lamp.YELLOW):
            return []
        return [line.dimension for line in self.lamp_lines if line.lamp == now.overall]

    # --- money

    @cached_property
    def plans(self) -> list[AnnualPlan]:
        """The plans in force, earliest year first."""
        return [plan for plan, _to_date in self.planned]

    @cached_property
    def planned(self) -> list[tuple[AnnualPlan, dict[int, Decimal]]]:
        """Each plan in force with its money to date by month ({} without monthly plan), in one query."""
        found: dict[int, tuple[AnnualPlan, dict[int, Decimal]]] = {}
        rows = AnnualPlan.objects.filter(project=self.project, in_force=True).order_by("year").annotate(
            number=F("months__month"), to_date=F("months__invest_to_date"))
        for row in rows:
            _plan, to_date = found.setdefault(row.pk, (row, {}))
            if row.number is not None:
                to_date[row.number] = row.to_date
        return list(found.values())

    @property
    def plan(self) -> AnnualPlan | None:
        """The plan of the year in force."""
        return next((plan for plan in self.plans if plan.year == self.standing.period.year), None)

    @cached_property
    def money(self) -> dict[Source, list[Money]]:
        """Every month's amounts up to the month in force, by calibre, earliest first."""
        found: dict[Source, list[Money]] = defaultdict(list)
        rows = InvestmentFact.objects.filter(project=self.project, in_force=True, period__lte=self.standing.period)
        columns = ("source", "period", "amount_month", "amount_year", "amount_total")
        for source, period, month, year, total in rows.order_by("period").values_list(*columns):
            found[Source(source)].append(Money(Source(source), period, month, year, total))
        return found

    @property
    def calibres(self) -> list[Money]:
        """The latest month of each calibre, never merged."""
        return [self.money[source][-1] for source in Source if self.money.get(source)]

    @property
    def dispatch(self) -> Money | None:
        """The latest dispatch amounts of the year in force."""
        known = [one for one in self.money.get(Source.UNIT, []) if one.period.year == self.standing.period.year]
        return known[-1] if known else None

    @property
    def done_total(self) -> Decimal | None:
        """Dispatch calibre since the start of works."""
        known = self.money.get(Source.UNIT)
        return known[-1].total if known else None

    @cached_property
    def pace(self) -> rates.Pace | None:
        """Done against plan and schedule of the year; None without a plan."""
        plan, period = self.plan, self.standing.period
        if plan is None or not plan.invest_year:
            return None
        by_months = next(to_date for one, to_date in self.planned if one is plan)
        time = periods.time_progress(period)
        scheduled = by_months.get(period.month, None if by_months else Fraction(plan.invest_year) * time)
        done = self.dispatch.year if self.dispatch else Decimal(0)
        return rates.Pace(done, plan.invest_year, scheduled or Decimal(0), time)

    @cached_property
    def gap(self) -> Gap | None:
        """口径差 where both calibres know a month."""
        unit = {one.period: one.year for one in self.money.get(Source.UNIT, [])}
        for one in reversed(self.money.get(Source.STAT, [])):
            share = rates.stat_gap(unit.get(one.period), one.year) if one.period in unit else None
            if share is not None:
                return Gap(one.period, share)
        return None

    @cached_property
    def planned_curve(self) -> list[curves.Point]:
        """The plan cumulated over its years, 万元."""
        return curves.planned([curves.YearPlan(plan.year, plan.done_before, plan.invest_year, to_date)
                               for plan, to_date in self.planned])

    @property
    def forecast(self) -> curves.Forecast | None:
        """The rest of the plan at the pace so far."""
        known = self.money.get(Source.UNIT)
        if not known:
            return None
        return curves.forecast(self.planned_curve, known[-1].total, periods.last_of(known[-1].period))

    @cached_property
    def funds(self) -> list[FundSource]:
        """Agreed funds with what arrived and was paid by the day (`here`, `spent`), earliest due first."""
        until = Q(facts__arrived_on__lte=self.as_of)
        amount = MoneyField()
        return list(FundSource.objects.filter(project=self.project).annotate(
            here=Coalesce(Sum("facts__arrived", filter=until), Decimal(0), output_field=amount),
            spent=Coalesce(Sum("facts__paid", filter=until), Decimal(0), output_field=amount)).order_by("due_on", "pk"))

    # --- the way

    @cached_property
    def passages(self) -> list[GatePassage]:
        """Every claim of a gate, with people, units and the number of evidence."""
        return list(way.passages_of(self.project))

    @cached_property
    def gates(self) -> list[way.GateMark]:
        """The gate strip."""
        return way.gate_strip(self.project, self.passages, way.days_planned(self.plans, self.milestones))

    @cached_property
    def stage(self) -> Stage:
        """The verified stage."""
        return gates.verified_stage(way.standing_of(self.passages), way.gates_of(self.project))

    @property
    def pending(self) -> list[GatePassage]:
        """Claims that wait for a verifier."""
        return [one for one in self.passages if one.result == PassageResult.PENDING and one.in_force]

    @cached_property
    def missing(self) -> tuple[Gate | None, list[Said]]:
        """The next gate and 还缺什么 for it."""
        return way.missing_next(self.project, today=self.standing.today, passages=self.passages)

    @cached_property
    def milestones(self) -> list[Milestone]:
        return list(Milestone.objects.filter(project=self.project).order_by("position"))

    @cached_property
    def nodes(self) -> list[Node]:
        """The milestones with open claims of their gates and days late."""
        claimed = {one.gate: one.event_on for one in self.pending}
        return [Node(one, claimed.get(one.gate) if one.gate and one.actual_on is None else None,
                     days_late(one, self.as_of)) for one in self.milestones]

    @property
    def next_node(self) -> tuple[Milestone, date] | None:
        """The unfinished milestone that comes first, by forecast or baseline."""
        told = [(one.forecast_on or one.baseline_on, one.position, one) for one in self.milestones
                if one.status != MilestoneStatus.MET and one.actual_on is None]
        known = sorted((on, position, one) for on, position, one in told if on is not None)
        return (known[0][2], known[0][0]) if known else None

    # --- around it

    @cached_property
    def problems(self) -> list[Problem]:
        """Open ones first, the most overdue on top."""
        found = Problem.objects.filter(project=self.project).select_related("unit").order_by("due_on")
        return sorted(found, key=lambda one: (one.step == ProblemStep.CLOSED, one.due_on))

    @property
    def open_problems(self) -> list[Problem]:
        return [one for one in self.problems if one.step != ProblemStep.CLOSED]

    @cached_property
    def people(self) -> list[Responsibility]:
        """Who answers for the project on the day."""
        return list(way.people_of(self.project, self.as_of))

    @cached_property
    def lines(self) -> list[history.HistoryLine]:
        """经过, the latest first."""
        return history.history_of(self.project, LINES)

    @cached_property
    def reports(self) -> list[ProgressReport]:
        """The reports of the last six months up to the month in force, the latest first."""
        first = periods.shifted(self.standing.period, 1 - MONTHS_BACK)
        return list(ProgressReport.objects.filter(project=self.project, period__gte=first,
                                                  period__lte=self.standing.period).order_by("-period"))

    @cached_property
    def relations(self) -> list[tuple[ProjectRelation, Project, bool]]:
        """Relations to other visible projects: the relation, the other one, whether this one is its source."""
        visible = ledger.visible_to(self.person).order_by().values("pk")
        found = ProjectRelation.objects.filter(
            Q(source=self.project, target__in=visible) | Q(target=self.project, source__in=visible),
        ).select_related("source", "target").order_by("kind", "pk")
        return [(one, one.target if one.source_id == self.project.pk else one.source,
                 one.source_id == self.project.pk) for one in found]

    @cached_property
    def parts(self) -> list[Project]:
        """The visible parts of a package; [] without a query for a leaf."""
        if self.project.is_leaf:
            return []
        return list(ledger.visible_to(self.person).filter(parent=self.project).select_related("lead_unit")
                    .order_by("code"))

    @cached_property
    def entries(self) -> list[ListEntry]:
        """The issued lists of the year in force on which the project stands."""
        return list(ListEntry.objects.filter(ledger.standing(self.standing.period.year, self.standing.today),
                                             project=self.project)
                    .select_related("issue__definition").order_by("added_on", "pk"))


def why(snapshot: LampSnapshot, dimension: Dimension) -> Said | None:
    """The sentence kept with the lamp."""
    kept = snapshot.reasons.get(dimension.value) or {}
    return lamps.sentence(kept["code"], kept.get("values") or {}) if kept.get("code") else None


def days_late(node: Milestone, today: date) -> int | None:
    """Days behind the baseline: of the actual day, the forecast, or today when it is overdue; None without baseline."""
    if node.baseline_on is None:
        return None
    on = node.actual_on or max(node.forecast_on or node.baseline_on, today)
    return max((on - node.baseline_on).days, 0)
