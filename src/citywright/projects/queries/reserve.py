"""What stands in the reserve? The pool by maturity and category, its flow, its freshness, names that look alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from citywright.kernel import clock
from citywright.kernel.errors import Said
from citywright.kernel.models import Area
from citywright.kernel.money import ZERO, rounded

from ..models import AnnualPlan, GatePassage, ProgressReport, Project, ScoreSheet, Scoring
from ..rules import reserve as rules
from ..rules.ledger import name_key, near_names
from ..words import Exit, Gate, PassageResult, ReportStep
from . import ledger

UNCLASSIFIED = "unclassified"
LAST = 1_000_000
#: The ranks beyond which a project has left the pool (G2).
COMMITTED = 20
GATES = (Gate.G1, Gate.G1A, Gate.G1B, Gate.G1C, Gate.G2)


def in_pool(project: Project) -> bool:
    """Whether the project stands at 谋划 or 储备 by its verified gates, and has neither parts nor left. One query."""
    if not project.is_leaf or project.exit in (Exit.DROPPED, Exit.MERGED):
        return False
    passed = GatePassage.objects.filter(project=project, in_force=True, result__in=ledger.PASSED)
    return not passed.filter(rank__gte=COMMITTED).exists()


def pool(person: Any, area: Area) -> QuerySet[Project]:
    """The visible leaves of the area at 谋划 or 储备, with `verified_rank` (None at 谋划)."""
    rows = ledger.with_stage(ledger.within(ledger.leaves(ledger.visible_to(person)), area))
    return rows.filter(Q(verified_rank__isnull=True) | Q(verified_rank__lt=COMMITTED))


def with_updates(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Adds `updated_at`, the last accepted update: a gate verified, a report locked, or the project taken in."""
    verified = (GatePassage.objects.filter(project=OuterRef("pk"), result=PassageResult.ACCEPTED).order_by()
                .values("project").annotate(n=Max("verified_at")).values("n"))
    locked = (ProgressReport.objects.filter(project=OuterRef("pk"), step=ReportStep.LOCKED).order_by()
              .values("project").annotate(n=Max("locked_at")).values("n"))
    return rows.annotate(updated_at=Greatest(F("created_at"), Coalesce(Subquery(verified), F("created_at")),
                                             Coalesce(Subquery(locked), F("created_at"))))


def with_scores(rows: QuerySet[Project], sheet: ScoreSheet | None) -> QuerySet[Project]:
    """Adds `score`, the mean of the totals in force on a sheet, and `scored_by`, how many gave one."""
    given = (Scoring.objects.filter(project=OuterRef("pk"), sheet=sheet.pk if sheet else None, in_force=True)
             .order_by().values("project"))
    return rows.annotate(score=Subquery(given.annotate(n=Avg("total")).values("n")),
                         scored_by=Coalesce(Subquery(given.annotate(n=Count("pk")).values("n")), 0))


@dataclass(frozen=True)
class Cell:
    """Projects and money of one cell."""

    count: int = 0
    money: Decimal = ZERO

    def __add__(self, other: Cell) -> Cell:
        return Cell(self.count + other.count, self.money + other.money)


@dataclass(frozen=True)
class Band:
    """One category (or the whole) over the stages."""

    key: str
    label: str
    cells: dict[str, Cell]

    @property
    def whole(self) -> Cell:
        return sum(self.cells.values(), Cell())


def bands(person: Any, area: Area) -> list[Band]:
    """The pool by top category and stage, 未归类 last and always there; the rows add up to `whole_of`. One query."""
    none = (LAST, UNCLASSIFIED, "未归类")
    groups: dict[tuple[int, str, str], dict[str, Cell]] = {none: dict.fromkeys(rules.STAGES, Cell())}
    wanted = ("category__position", "category__code", "category__name", "category__parent__position",
              "category__parent__code", "category__parent__name", "verified_rank")
    found = pool(person, area).order_by().values_list(*wanted).annotate(n=Count("pk"), money=Sum("total_investment"))
    for *category, rank, count, money in found:
        position, code, name = category[3:] if category[4] else category[:3]
        key = none if code == UNCLASSIFIED else (position, code, name)
        cells = groups.setdefault(key, dict.fromkeys(rules.STAGES, Cell()))
        cells[rules.maturity_of(rank)] += Cell(count, money or ZERO)
    return [Band(key[1], key[2], groups[key]) for key in sorted(groups)]


def whole_of(found: Iterable[Band]) -> Band:
    """The sum of the bands."""
    cells = dict.fromkeys(rules.STAGES, Cell())
    for band in found:
        for stage, cell in band.cells.items():
            cells[stage] += cell
    return Band("", "合计", cells)


def walks(person: Any, area: Area, since: date) -> list[rules.Walk]:
    """Every visible project's way through the pool, of those that were still in it on a day. One query."""
    rows = ledger.with_gate_days(ledger.within(ledger.visible_to(person).filter(is_leaf=True), area), *GATES)
    rows = rows.filter(Q(g2_on__isnull=True) | Q(g2_on__gte=since)).filter(
        Q(exit_on__isnull=True) | ~Q(exit__in=[Exit.DROPPED, Exit.MERGED]) | Q(exit_on__gte=since))
    found = []
    for created, exit_, left, total, *days in rows.values_list(
            "created_at", "exit", "exit_on", "total_investment", *(f"{gate.value}_on" for gate in GATES)):
        known = {gate: day for gate, day in zip(GATES, days, strict=True) if day is not None}
        gone = left if exit_ in (Exit.DROPPED, Exit.MERGED) else None
        found.append(rules.Walk(min([clock.day_of(created), *known.values()]), known, gone, total))
    return found


def flow(person: Any, area: Area, day: date) -> list[rules.Quarter]:
    """The last four quarters up to a day. One query."""
    since = rules.quarters_until(day)[0][0] - timedelta(days=1)
    return rules.flow(walks(person, area, since), day)


@dataclass(frozen=True)
class Need:
    """What next year asks of the reserve: planned money, 万元, and whether it is this year's plan instead."""

    money: Decimal
    count: int
    said: Said


def need(person: Any, area: Area, year: int) -> Need | None:
    """Next year's plan; where none was made yet, this year's new starts stand for it, and that is said. One query."""
    plans = AnnualPlan.objects.filter(project__in=ledger.within(ledger.leaves(ledger.visible_to(person)), area),
                                      in_force=True, year__in=(year, year + 1))
    found = {(row["year"], row["kind"]): row for row in plans.order_by().values("year", "kind").annotate(
        n=Count("pk"), money=Sum("invest_year"), total=Sum("project__total_investment"))}
    ahead = [row for (planned, _), row in found.items() if planned == year + 1]
    if ahead:
        money, count = sum(((row["money"] or ZERO) for row in ahead), ZERO), sum(row["n"] for row in ahead)
        return Need(money, count, Said("%(year)s 年计划投资", {"year": str(year + 1)}))
    starts = found.get((year, "new_start"))
    if starts is None:
        return None
    return Need(starts["total"] or ZERO, starts["n"], Said(
        "%(next)s 年尚无计划，比照 %(year)s 年新开工项目总投资", {"next": str(year + 1), "year": str(year)}))


def freshness(person: Any, area: Area, today: date) -> tuple[int, int]:
    """储备新鲜度: how many of the reserve had an accepted update in 90 days, of how many. One query."""
    reserved: Any = pool(person, area)
    rows = with_updates(reserved.filter(verified_rank__isnull=False))
    since = fresh_since(today)
    found = rows.aggregate(whole=Count("pk"), fresh=Count("pk", filter=Q(updated_at__gte=since)))
    return found["fresh"], found["whole"]


def fresh_since(today: date) -> datetime:
    """The moment from which an update is fresh."""
    return datetime.combine(today - timedelta(days=rules.FRESH_DAYS), time.min, tzinfo=clock.CITY)


def alike(person: Any, area: Area) -> list[tuple[Project, Project]]:
    """Pairs of the pool whose names nearly agree and do not differ in phase, number or side. One query."""
    pairs, seen = [], dict[str, Project]()
    for row in pool(person, area).select_related("lead_unit").order_by("code"):
        twin = near_names(row.name, seen)
        if twin is not None:
            pairs.append((twin, row))
        seen[name_key(row.name)] = row
    return pairs


def near_twin(name: str, area: Area) -> Project | None:
    """A living project of the area's district whose name nearly agrees (or None), whoever may see it. One query."""
    rows = Project.objects.filter(area__path__startswith=area.path[:6]).exclude(exit__in=["dropped", "merged"])
    rows = rows.select_related("lead_unit").only("name", "code", "lead_unit__short_name")
    known: Mapping[str, Project] = {name_key(row.name): row for row in rows}
    return near_names(name, known)


# --- scores -------------------------------------------------------------------------------------------------------

def sheets(area: Area) -> list[ScoreSheet]:
    """Every version of the sheets that hold for an area (its own, or of the areas above), the nearest first."""
    paths = [area.path[:length] for length in range(2, len(area.path) + 1)]
    return list(ScoreSheet.objects.filter(area__path__in=paths).select_related("area")
                .order_by("-area__path", "-version"))


def sheet_in_force(found: Sequence[ScoreSheet]) -> ScoreSheet | None:
    """The sheet to score on now."""
    return next((one for one in found if one.valid_to is None), None)


@dataclass(frozen=True)
class Ranked:
    """One project (or unit) with the mean of its totals, their spread and its rank."""

    rank: int
    row: Any
    mean: Decimal
    spread: Decimal
    count: int


def ranking(person: Any, area: Area, sheet: ScoreSheet | None) -> list[Ranked]:
    """The scored projects of the pool, best first; equals share a rank. One query."""
    if sheet is None:
        return []
    given = Scoring.objects.filter(sheet=sheet, in_force=True, project__in=pool(person, area)).select_related(
        "project__lead_unit", "project__category")
    groups: dict[Project, list[Decimal]] = {}
    for one in given.order_by("project__code"):
        groups.setdefault(one.project, []).append(one.total)
    return ranked({row: totals for row, totals in groups.items()})


def ranked(groups: Mapping[Any, Sequence[Decimal]]) -> list[Ranked]:
    """Rows by the mean of their totals as printed, with the spread (largest less smallest) and the rank."""
    means = {row: rounded(sum(totals, ZERO) / len(totals)) for row, totals in groups.items()}
    places = dict(zip(means, rules.ranks(list(means.values())), strict=True))
    made = [Ranked(places[row], row, means[row], max(totals) - min(totals), len(totals))
            for row, totals in groups.items()]
    return sorted(made, key=lambda one: one.rank)


def unit_ranking(found: Sequence[Ranked]) -> list[Ranked]:
    """Units by the mean of their projects' means."""
    groups: dict[Any, list[Decimal]] = {}
    for one in found:
        groups.setdefault(one.row.lead_unit, []).append(one.mean)
    return ranked(groups)


def scorings(project: Project, sheet: ScoreSheet | None) -> list[Scoring]:
    """Every scoring of a project on a sheet, those in force first. One query."""
    return list(Scoring.objects.filter(project=project, sheet=sheet).select_related("reviewer")
                .order_by("-in_force", "-at"))
