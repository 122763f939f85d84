"""Which projects stand behind a figure? One predicate per part of every named indicator (`rules.definitions`).

A figure and the list it opens use the same predicate, so they are equal by construction. What SQL cannot say on both
databases (working days, differences of days) is sifted by the pure rule over the columns it names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from citywright.kernel import clock, periods
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area
from citywright.kernel.money import MoneyField

from ..models import AnnualPlan, FundFact, FundSource, GatePassage, LampRun, Problem, Project, ReportingMonth
from ..rules import gates, rates
from ..words import Gate, Lamp, PassageResult, ProblemStep, ReportStep, Stage, YearKind
from . import ledger

NUMERATOR, DENOMINATOR = "numerator", "denominator"


class CannotMeasure(Refusal):
    """There is no such indicator, or it has no such list behind it."""


@dataclass(frozen=True)
class Asked:
    """Who asks, where, for which month, under which judging of lamps."""

    person: Any
    area: Area
    period: date
    run: LampRun | None

    @property
    def end(self) -> date:
        """期末: the last day of the month."""
        return periods.last_of(self.period)

    @property
    def year_start(self) -> date:
        """The first of January."""
        return self.period.replace(month=1)


Row = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One list: `where` says which projects; `amount` names what is summed over them ("" counts projects).

    `rule` makes the test that sifts rows of `columns` where SQL cannot decide.
    """

    where: Callable[[Asked], Q]
    amount: str = ""
    columns: tuple[str, ...] = ()
    rule: Callable[[], Callable[[Row], bool]] | None = None


@dataclass(frozen=True)
class Measure:
    """The lists of one indicator, the gates whose days they need, and what must be added to each row."""

    numerator: Part
    denominator: Part | None = None
    gates: tuple[Gate, ...] = ()
    added: tuple[str, ...] = ()


def with_funds(rows: QuerySet[Project], asked: Asked) -> QuerySet[Project]:
    """Adds `agreed` and `arrived` (up to the month's end), 万元, None without a fund source."""
    agreed = FundSource.objects.filter(project=OuterRef("pk")).order_by().values("project").annotate(n=Sum("agreed"))
    arrived = (FundFact.objects.filter(source__project=OuterRef("pk"), arrived_on__lte=asked.end).order_by()
               .values("source__project").annotate(n=Sum("arrived")))
    money = MoneyField()
    return rows.annotate(agreed=Subquery(agreed.values("n"), output_field=money),
                         arrived=Subquery(arrived.values("n"), output_field=money))


def with_problems(rows: QuerySet[Project], asked: Asked) -> QuerySet[Project]:
    """Adds `issues_due`, `issues_ok`, `issues_closed` and `issues_reopened` of the year, in pieces."""
    due = Problem.objects.filter(project=OuterRef("pk"), due_on__gte=asked.year_start, due_on__lte=asked.end)
    closed = Problem.objects.filter(project=OuterRef("pk"), step=ProblemStep.CLOSED,
                                    closed_at__date__gte=asked.year_start, closed_at__date__lte=asked.end)
    found = {
        "issues_due": due, "issues_ok": due.filter(step=ProblemStep.CLOSED, closed_at__date__lte=F("due_on")),
        "issues_closed": closed, "issues_reopened": closed.filter(reopened_count__gt=0),
    }
    return rows.annotate(**{
        name: Coalesce(Subquery(some.order_by().values("project").annotate(n=Count("pk")).values("n"),
                                output_field=IntegerField()), 0) for name, some in found.items()})


def with_lock(rows: QuerySet[Project], asked: Asked) -> QuerySet[Project]:
    """Adds `lock_at`, the moment the month's reports of the area are locked (None without a calendar)."""
    month = ReportingMonth.objects.filter(area=asked.area, period=asked.period)
    return rows.annotate(lock_at=Subquery(month.values("lock_at")[:1]))


def with_claims(rows: QuerySet[Project], asked: Asked) -> QuerySet[Project]:
    """Adds `claimed_on` of a start nobody has verified yet, and `ceremony_on`; None without them."""
    def day(gate: Gate, **more: str) -> Subquery:
        found = GatePassage.objects.filter(project=OuterRef("pk"), gate=gate, in_force=True, **more)
        return Subquery(found.values("event_on")[:1])

    return rows.annotate(claimed_on=day(Gate.G4, result=PassageResult.PENDING), ceremony_on=day(Gate.G4C))


def with_next_plan(rows: QuerySet[Project], asked: Asked) -> QuerySet[Project]:
    """Adds `next_plan`, the investment planned for the following year."""
    plan = AnnualPlan.objects.filter(project=OuterRef("pk"), year=asked.period.year + 1, in_force=True)
    return rows.annotate(next_plan=Subquery(plan.values("invest_year")[:1]))


ADDED: dict[str, Callable[[QuerySet[Project], Asked], QuerySet[Project]]] = {
    "funds": with_funds, "problems": with_problems, "lock": with_lock, "next_plan": with_next_plan,
    "claims": with_claims,
    "stage": lambda rows, asked: ledger.with_stage(rows),
    "lamps": lambda rows, asked: ledger.with_lamps(rows, asked.run),
}

PLANNED = Q(plan_kind__isnull=False)
NEW = PLANNED & Q(plan_kind=YearKind.NEW_START)


def _planned(asked: Asked) -> Q:
    return PLANNED


def _due(asked: Asked) -> Q:
    return NEW & Q(plan_start__lte=asked.end)


def _new_started(asked: Asked) -> Q:
    return NEW & Q(g4_on__lte=asked.end)


def _late(asked: Asked) -> Q:
    return _due(asked) & (Q(g4_on__isnull=True) | Q(g4_on__gt=asked.end))


def _early(asked: Asked) -> Q:
    return _new_started(asked) & (Q(plan_start__gt=asked.end) | Q(plan_start__isnull=True))


def _implemented(asked: Asked) -> Q:
    return Q(plan_kind__in=[YearKind.CONTINUE, YearKind.FINISH]) | _new_started(asked)


def _claimed_only(asked: Asked) -> Q:
    return Q(claimed_on__lte=asked.end)


def _ceremony_only(asked: Asked) -> Q:
    held = Q(ceremony_on__lte=asked.end - timedelta(days=rates.CEREMONY_DAYS))
    return held & (Q(g4_on__isnull=True) | Q(g4_on__gt=asked.end))


def _should_be_in_statistics(asked: Asked) -> Q:
    return Q(g4_on__lte=asked.end - timedelta(days=rates.STATISTICS_DAYS),
             total_investment__gte=rates.STATISTICS_FLOOR)


def _this_year(name: str) -> Callable[[Asked], Q]:
    return lambda asked: Q(**{f"{name}__gte": asked.year_start, f"{name}__lte": asked.end})


def _three(asked: Asked) -> Q:
    return _this_year("g1_on")(asked) & _this_year("g4_on")(asked) & _this_year("g6_on")(asked)


def _reported_on_time(asked: Asked) -> Q:
    in_time = Q(lock_at__isnull=True) | Q(report__submitted_at__lte=F("lock_at"))
    return PLANNED & Q(report_step=ReportStep.LOCKED) & in_time


def _sent(asked: Asked) -> Q:
    return Q(report__submitted_at__isnull=False)


def _unsent(asked: Asked) -> Q:
    return PLANNED & (Q(report_step__isnull=True) | Q(report_step__in=[ReportStep.DRAFT, ReportStep.RETURNED]))


def _unlocked(asked: Asked) -> Q:
    return PLANNED & (Q(report_step__isnull=True) | ~Q(report_step=ReportStep.LOCKED))


def _reserve(asked: Asked) -> Q:
    lowest = {stage: rank for rank, stage in gates.STAGE_FROM}
    return Q(verified_rank__gte=lowest[Stage.RESERVE], verified_rank__lt=lowest[Stage.COMMITTED])


def _land0() -> Callable[[Row], bool]:
    works = clock.city_calendar()

    def rule(row: Row) -> bool:
        due_on = clock.statutory_due(row["g3_on"], rates.LAND0_WORKDAYS, works) if row["g4p_on"] else None
        return rates.is_land0(row["g3_on"], row["g4p_on"], due_on)

    return rule


def _planned_by(name: str) -> Callable[[Asked], Q]:
    return lambda asked: PLANNED & _this_year(name)(asked)


def _reached(name: str, gate_day: str) -> Callable[[Asked], Q]:
    return lambda asked: _planned_by(name)(asked) & Q(**{f"{gate_day}__lte": asked.end})


def _passed(gate_day: str) -> Callable[[Asked], Q]:
    return lambda asked: PLANNED & Q(**{f"{gate_day}__lte": asked.end})


def _lamp(lamp: Lamp) -> Callable[[Asked], Q]:
    return lambda asked: Q(lamp_shown=lamp)




_G4 = (Gate.G4,)
MEASURES: dict[str, Measure] = {
    "COUNT": Measure(Part(_planned)),
    "TOTAL": Measure(Part(_planned, "total_investment")),
    "PLAN": Measure(Part(_planned, "plan_year")),
    "INV_SUM": Measure(Part(_planned, "done_year")),
    "INV_MONTH": Measure(Part(_planned, "done_month")),
    "INV_DONE": Measure(Part(_planned, "done_year"), Part(_planned, "plan_year")),
    "INV_PACE": Measure(Part(_planned, "done_year"), Part(_planned, "plan_year")),
    "START_DUE": Measure(Part(lambda a: _due(a) & _new_started(a)), Part(_due), _G4),
    "START_YEAR": Measure(Part(_new_started), Part(lambda a: NEW), _G4),
    "START_ALL": Measure(Part(_new_started), Part(_due), _G4),
    "START_IMPL": Measure(Part(_implemented), Part(lambda a: PLANNED & ~Q(plan_kind=YearKind.PREPARATORY)), _G4),
    "START_EARLY": Measure(Part(_early), gates=_G4),
    "START_LATE": Measure(Part(_late), gates=_G4),
    "START_GAP": Measure(Part(_claimed_only), added=("claims",)),
    "START_CEREMONY": Measure(Part(_ceremony_only), gates=_G4, added=("claims",)),
    "STARTED": Measure(Part(_passed("g4_on")), gates=_G4),
    "FINISHED": Measure(Part(_passed("g5_on")), gates=(Gate.G5,)),
    "PRODUCING": Measure(Part(_passed("g6_on")), gates=(Gate.G6,)),
    "STAT_IN": Measure(Part(lambda a: _should_be_in_statistics(a) & Q(g4s_on__lte=a.end)),
                       Part(_should_be_in_statistics), (Gate.G4, Gate.G4S)),
    "INV_STAT_GAP": Measure(Part(lambda a: Q(stat_year__isnull=False), columns=("done_year", "stat_year"),
                                 rule=lambda: lambda r: rates.is_gap_listed(r["done_year"], r["stat_year"]))),
    "LAND0": Measure(Part(_this_year("g3_on"), columns=("g3_on", "g4p_on"), rule=_land0), Part(_this_year("g3_on")),
                     (Gate.G3, Gate.G4P)),
    "FIN0": Measure(Part(_this_year("g5_on"), columns=("g5_on", "g6_on"),
                         rule=lambda: lambda r: rates.is_fin0(r["g5_on"], r["g6_on"])),
                    Part(_this_year("g5_on")), (Gate.G5, Gate.G6)),
    "THREE": Measure(Part(_three), Part(_this_year("g1_on")), (Gate.G1, Gate.G4, Gate.G6)),
    "FUND_IN": Measure(Part(lambda a: Q(agreed__gt=Decimal(0)), "arrived"),
                       Part(lambda a: Q(agreed__gt=Decimal(0)), "agreed"), added=("funds",)),
    "REP_OK": Measure(Part(_reported_on_time), Part(_planned), added=("lock",)),
    "REP_BACK": Measure(Part(lambda a: _sent(a) & Q(report__returned_count__gt=0)), Part(_sent)),
    "REP_MISSING": Measure(Part(_unsent)),
    "REP_OPEN": Measure(Part(_unlocked)),
    "ISS_OK": Measure(Part(lambda a: Q(issues_due__gt=0), "issues_ok"),
                      Part(lambda a: Q(issues_due__gt=0), "issues_due"), added=("problems",)),
    "ISS_BACK": Measure(Part(lambda a: Q(issues_closed__gt=0), "issues_reopened"),
                        Part(lambda a: Q(issues_closed__gt=0), "issues_closed"), added=("problems",)),
    "FIN_RATE": Measure(Part(_reached("plan_finish", "g5_on")), Part(_planned_by("plan_finish")), (Gate.G5,)),
    "PROD_RATE": Measure(Part(_reached("plan__planned_production", "g6_on")),
                         Part(_planned_by("plan__planned_production")), (Gate.G6,)),
    "RSV_MULT": Measure(Part(_reserve, "total_investment"), Part(lambda a: Q(next_plan__isnull=False), "next_plan"),
                        added=("stage", "next_plan")),
    "RED": Measure(Part(_lamp(Lamp.RED)), added=("lamps",)),
    "YELLOW": Measure(Part(_lamp(Lamp.YELLOW)), added=("lamps",)),
}


def rows(asked: Asked, *codes: str) -> QuerySet[Project]:
    """The visible leaves of the area with everything the predicates of these indicators read; one row per project."""
    needed = [MEASURES[code] for code in codes]
    found = ledger.with_month(ledger.within(ledger.leaves(ledger.visible_to(asked.person)), asked.area), asked.period)
    found = ledger.with_gate_days(found, *sorted({gate for measure in needed for gate in measure.gates}))
    for name in sorted({name for measure in needed for name in measure.added}):
        found = ADDED[name](found, asked)
    return found


def part_of(code: str, part: str) -> Part:
    """The list of an indicator called `numerator` or `denominator`; refuses others by name."""
    measure = MEASURES.get(code)
    found = {NUMERATOR: measure.numerator, DENOMINATOR: measure.denominator}.get(part) if measure else None
    if found is None:
        raise CannotMeasure("没有指标清单“%(code)s %(part)s”", code=code, part=part)
    return found


def condition(part: Part, asked: Asked, found: QuerySet[Project]) -> Q:
    """The predicate of a part, sifted by its rule where it has one (one query then)."""
    where = part.where(asked)
    if part.rule is None:
        return where
    rule = part.rule()
    kept = [row["pk"] for row in found.filter(where).values("pk", *part.columns) if rule(row)]
    return Q(pk__in=kept) if kept else Q(pk__isnull=True)


def members(person: Any, code: str, part: str, area: Area, period: date,
            run: LampRun | None = None) -> QuerySet[Project]:
    """The list behind a figure: the projects its numerator or denominator counts, or sums `part_of(…).amount` over."""
    wanted = part_of(code, part)
    asked = Asked(person, area, period, run)
    found = rows(asked, code)
    return found.filter(condition(wanted, asked, found))
