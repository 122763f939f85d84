"""What can be asked about a month? Who still owes a report, what it is measured against, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, FilteredRelation, Min, OuterRef, Q, QuerySet, TextField, When
from django.db.models.functions import Cast

from citywright.kernel import access, clock, periods
from citywright.kernel.models import Area
from citywright.kernel.words import Lamp, Role

from ..models import AnnualPlan, Correction, InvestmentFact, LampRun, ProgressReport, Project, ReportingMonth
from ..rules.reports import SAME, Before
from ..words import CorrectionStep, Dimension, ReportState, ReportStep, Source
from .ledger import leaves, visible_to, within

OUT = (ReportStep.SUBMITTED, ReportStep.REVIEWED)


#: The most urgent first: what the column 状态 shows for a unit.
URGENT = (ReportState.MISSING, ReportState.RETURNED, ReportState.SAME, ReportState.OUT, ReportState.LOCKED)


def _states(prefix: str) -> dict[ReportState, Q]:
    """Each state as a condition on a report reached by `prefix`; `same_text` is its warnings as text."""
    out = Q(**{f"{prefix}step__in": OUT})
    same = Q()
    for code in sorted(SAME):
        same |= Q(same_text__contains=f'"{code}"')
    return {
        ReportState.DUE: Q(), ReportState.LOCKED: Q(**{f"{prefix}step": ReportStep.LOCKED}),
        ReportState.RETURNED: Q(**{f"{prefix}step": ReportStep.RETURNED}), ReportState.SAME: out & same,
        ReportState.OUT: out & ~same,
        ReportState.MISSING: Q(**{f"{prefix}step": ReportStep.DRAFT}) | Q(**{f"{prefix}step__isnull": True}),
    }


def due(projects: QuerySet[Project], period: date) -> QuerySet[Project]:
    """应报: those with a plan in force for the year of the month."""
    plans = AnnualPlan.objects.filter(project=OuterRef("pk"), year=period.year, in_force=True)
    return projects.filter(Exists(plans))


def reported(projects: QuerySet[Project], period: date, state: str) -> QuerySet[Project]:
    """The part that owes a report and stands in this state (a ReportState) in a month; what list pages filter by."""
    wanted = ReportState(state)
    owing = due(projects, period)
    if wanted is ReportState.DUE:
        return owing
    mine = (ProgressReport.objects.filter(project=OuterRef("pk"), period=period)
            .annotate(same_text=Cast("warnings", TextField())))
    if wanted is ReportState.MISSING:
        return owing.filter(~Exists(mine.exclude(step=ReportStep.DRAFT)))
    return owing.filter(Exists(mine.filter(_states("")[wanted])))


@dataclass(frozen=True)
class LampCount:
    """Projects of a unit by lamp in one dimension; grey is not counted."""

    red: int = 0
    yellow: int = 0
    good: int = 0

    @property
    def lamp(self) -> Lamp:
        """The worst of them."""
        if self.red:
            return Lamp.RED
        return Lamp.YELLOW if self.yellow else Lamp.GREEN if self.good else Lamp.GREY

    def __add__(self, other: LampCount) -> LampCount:
        return LampCount(self.red + other.red, self.yellow + other.yellow, self.good + other.good)


@dataclass(frozen=True)
class MatrixRow:
    """One unit: how many owe, in which state, and its lamps by dimension."""

    code: str
    unit: str
    counts: dict[ReportState, int]
    reviewed: int
    lamps: dict[Dimension, LampCount] = field(default_factory=dict)

    @property
    def state(self) -> ReportState | None:
        """The most urgent state of the unit; None when nothing is due."""
        return next((state for state in URGENT if self.counts[state]), None)


@dataclass(frozen=True)
class Matrix:
    """Units by state and lamp; the total adds the rows."""

    rows: list[MatrixRow]

    @property
    def total(self) -> MatrixRow:
        """The row 合计."""
        counts = {state: sum(row.counts[state] for row in self.rows) for state in ReportState}
        lamps = {d: sum((row.lamps[d] for row in self.rows), LampCount()) for d in Dimension}
        return MatrixRow("", "合计", counts, sum(row.reviewed for row in self.rows), lamps)


def matrix(person: Any, *, area: Area, period: date, run: LampRun | None = None) -> Matrix:
    """Units x report states and lamps of the projects that owe a report, the largest unit first. One query."""
    rows = due(within(leaves(visible_to(person)), area), period).annotate(
        report=FilteredRelation("reports", condition=Q(reports__period=period)),
        lamp=FilteredRelation("lamps", condition=Q(lamps__run=run.pk if run else None)),
        same_text=Cast("report__warnings", TextField()))
    counted = rows.values("lead_unit__code", "lead_unit__short_name", "lead_unit__position").annotate(
        reviewed=Count("pk", filter=Q(report__step=ReportStep.REVIEWED)),
        **{state.value: Count("pk", filter=where) for state, where in _states("report__").items()},
        **_lamp_counts())
    ordered = sorted(counted, key=lambda found: (-found["due"], found["lead_unit__position"]))  # type: ignore[misc]
    return Matrix([_matrix_row(dict(found)) for found in ordered])


def _lamp_counts() -> dict[str, Count]:
    """Three counts per dimension; 综合 counts what is shown, overrides included."""
    counts = {}
    for dimension in Dimension:
        column = f"lamp__{'shown' if dimension is Dimension.OVERALL else dimension.value}"
        for name, lamps in (("red", ["red"]), ("yellow", ["yellow"]), ("good", ["green", "blue"])):
            counts[f"{dimension.value}_{name}"] = Count("pk", filter=Q(**{f"{column}__in": lamps}))
    return counts


def _matrix_row(found: dict[str, Any]) -> MatrixRow:
    return MatrixRow(
        found["lead_unit__code"], found["lead_unit__short_name"], {state: found[state.value] for state in ReportState},
        found["reviewed"], {d: LampCount(*(found[f"{d.value}_{n}"] for n in ("red", "yellow", "good")))
                            for d in Dimension})


# ---- what a report is measured against


def calendars(projects: Iterable[Project], period: date) -> dict[Any, ReportingMonth]:
    """The reporting days for each project (by id): those of the nearest area above it; none when not opened."""
    months = list(ReportingMonth.objects.filter(period=period).select_related("area"))
    months.sort(key=lambda month: len(month.area.path), reverse=True)
    found = {}
    for project in projects:
        over = next((m for m in months if project.area.path.startswith(m.area.path)), None)
        if over is not None:
            found[project.pk] = over
    return found


def calendar(area: Area, period: date) -> ReportingMonth | None:
    """The reporting days of an area: its own, else those of the nearest area above."""
    over = [area.path[:length] for length in range(2, len(area.path) + 1)]
    months = ReportingMonth.objects.filter(period=period, area__path__in=over).select_related("area")
    return max(months, key=lambda month: len(month.area.path), default=None)


def befores(projects: Iterable[Project], period: date) -> dict[Any, Before]:
    """Last month and the year so far of each project (by id). Two queries."""
    rows = {project.pk: project for project in projects}
    last = periods.shifted(period, -1)
    since = min(last, period.replace(month=1))
    facts: dict[Any, dict[date, tuple[Any, Any]]] = {pk: {} for pk in rows}
    for pk, month, amount, year in InvestmentFact.objects.filter(
            project__in=list(rows), source=Source.UNIT, in_force=True, period__gte=since, period__lt=period,
            ).values_list("project_id", "period", "amount_month", "amount_year"):
        facts[pk][month] = (amount, year)
    told = {report.project_id: report for report in ProgressReport.objects.filter(
        project__in=list(rows), period=last).exclude(step=ReportStep.DRAFT)}
    return {pk: _before(project, period, facts[pk], told.get(pk)) for pk, project in rows.items()}


def _before(project: Project, period: date, facts: dict[date, tuple[Any, Any]],
            told: ProgressReport | None) -> Before:
    last = periods.shifted(period, -1)
    this_year = [month for month in facts if month.year == period.year]
    begun = min([periods.first_of(clock.day_of(project.created_at)), *facts, *([last] if told else [])])
    owed = period.month - begun.month if begun.year == period.year else period.month - 1
    return Before(
        period=period, year_before=facts[max(this_year)][1] if this_year else Before(period).year_before,
        gaps=max(owed - len(this_year), 0), reported=told is not None or last in facts,
        expected=begun <= last, text=told.physical_text if told else "",
        percent=told.physical_percent if told else None, amount=facts[last][0] if last in facts else None)


def report_of(project: Project, period: date) -> ProgressReport | None:
    """The project's report of a month, with the people who signed it."""
    return (ProgressReport.objects.filter(project=project, period=period)
            .select_related("filled_by", "submitted_by", "reviewed_by", "locked_by").first())


# ---- work lists


@dataclass(frozen=True)
class SheetRow:
    """One line of the batch sheet: the project, its report when there is one, and what stands before it."""

    project: Project
    report: ProgressReport | None
    before: Before

    @property
    def step(self) -> str:
        """The report's step; a project without a report stands at draft."""
        return self.report.step if self.report else ReportStep.DRAFT.value

    @property
    def open(self) -> bool:
        """Whether the unit may still type."""
        return self.step in (ReportStep.DRAFT, ReportStep.RETURNED)


def todo(person: Any, *, period: date, area: Area | None = None, unit: int | None = None) -> list[SheetRow]:
    """The projects a person fills in: those of the units where the person is clerk, what is still owed first."""
    units = access.reach(person, [Role.CLERK]).units
    mine = within(leaves(visible_to(person)), area).filter(lead_unit__in=units if unit is None else [unit])
    projects = list(due(mine, period).select_related("area", "lead_unit", "category").order_by("lead_unit", "code"))
    reports = {r.project_id: r for r in ProgressReport.objects.filter(project__in=projects, period=period)}
    before = befores(projects, period)
    rows = [SheetRow(project, reports.get(project.pk), before[project.pk]) for project in projects]
    return sorted(rows, key=lambda row: not row.open)


def reports_of(person: Any, *, area: Area, period: date, steps: Iterable[ReportStep],
               roles: Iterable[Role] | None = None) -> QuerySet[ProgressReport]:
    """The visible reports of a month in some steps, those of the first step on top; `roles` narrows the reach."""
    steps = list(steps)
    projects = within(leaves(visible_to(person)), area)
    if roles is not None:
        projects = access.rows(person, projects, only=roles)
    return (ProgressReport.objects.filter(project__in=projects, period=period, step__in=steps)
            .select_related("project__lead_unit", "project__area", "submitted_by", "reviewed_by")
            .order_by(Case(When(step=steps[0], then=0), default=1), "project__lead_unit__position", "project__code"))


def corrections(person: Any, *, area: Area | None = None) -> QuerySet[Correction]:
    """Every visible application, the open ones first, the oldest of them first."""
    projects = within(visible_to(person), area)
    return (Correction.objects.filter(report__project__in=projects)
            .select_related("report__project__lead_unit", "report__project__area", "asked_by", "decided_by")
            .annotate(is_open=Exists(Correction.objects.filter(pk=OuterRef("pk"), step=CorrectionStep.ASKED)))
            .order_by("-is_open", "asked_at"))


@dataclass(frozen=True)
class Waiting:
    """One line of 今日: how many of a kind wait for the person, until when, and under which address."""

    code: str
    label: str
    count: int
    due_on: date | None
    url_name: str
    query: str = ""


def waiting(person: Any, *, area: Area, period: date) -> list[Waiting]:
    """What of the month waits for the person by role: to fill, to review, to lock, corrections to decide."""
    month, held = calendar(area, period), access.roles(person)
    found = []
    if Role.CLERK in held:
        found.append(Waiting("fill", "待填月报", _to_fill(person, period), month.fill_to if month else None,
                             "projects:batch_sheet"))
    if Role.REVIEWER in held:
        count = _count(person, area, period, ReportStep.SUBMITTED, Role.REVIEWER)
        found.append(Waiting("review", "待审月报", count, month.review_on if month else None, "projects:report_review"))
    if Role.OFFICE in held:
        count = _count(person, area, period, ReportStep.REVIEWED, Role.OFFICE)
        found.append(Waiting("lock", "待锁月报", count, clock.day_of(month.lock_at) if month else None,
                             "projects:report_lock"))
        asked = corrections(person, area=area).filter(step=CorrectionStep.ASKED).aggregate(
            n=Count("pk"), at=Min("asked_at"))
        found.append(Waiting("correct", "待批更正", asked["n"], clock.day_of(asked["at"]) if asked["at"] else None,
                             "projects:corrections"))
    return [line for line in found if line.count]


def _count(person: Any, area: Area, period: date, step: ReportStep, role: Role) -> int:
    return reports_of(person, area=area, period=period, steps=[step], roles=[role]).count()


def _to_fill(person: Any, period: date) -> int:
    mine = due(access.rows(person, leaves(visible_to(person)), only=[Role.CLERK]), period)
    done = ProgressReport.objects.filter(project=OuterRef("pk"), period=period).exclude(
        step__in=[ReportStep.DRAFT, ReportStep.RETURNED])
    return mine.filter(~Exists(done)).count()
