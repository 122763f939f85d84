"""What stands on a list now? The live rows of every code of `rules.lists`, the entries in force, what one row says.

A row is read as a dictionary (`told`), the same that an entry keeps as its snapshot, so that a list looks the same
while it is live, when it is issued and on the paper that is exported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from citywright.followup.queries import letters
from citywright.kernel import periods
from citywright.kernel.errors import CannotReach
from citywright.kernel.http import Standing
from citywright.kernel.models import Area

from ..models import (
    FundSource,
    InvestmentFact,
    ListDefinition,
    Milestone,
    ObservationStop,
    Problem,
    Project,
    Responsibility,
)
from ..rules import gates
from ..rules import lists as rules
from ..rules.lists import Rule
from ..words import (
    Exit,
    FundingType,
    FundKind,
    Gate,
    ListKind,
    MilestoneStatus,
    ProblemStep,
    RowKind,
    Source,
    Stage,
    YearKind,
)
from . import leaves, ledger, listing, problems
from .measures import ADDED, MEASURES, PLANNED, Asked, Measure, Part, condition

Limits = Mapping[str, int]


def _idea(asked: Asked) -> Q:
    lowest = {stage: rank for rank, stage in gates.STAGE_FROM}
    return Q(verified_rank__isnull=True) | Q(verified_rank__lt=lowest[Stage.RESERVE])


def _kind(kind: YearKind) -> Callable[[Asked], Q]:
    return lambda asked: PLANNED & Q(plan_kind=kind)


def _finishing(asked: Asked) -> Q:
    last = asked.period.replace(month=12, day=31)
    within = Q(plan_finish__gte=asked.year_start, plan_finish__lte=last)
    producing = Q(plan__planned_production__gte=asked.year_start, plan__planned_production__lte=last)
    return PLANNED & (Q(plan_kind=YearKind.FINISH) | within | producing)


def _signed(asked: Asked) -> Q:
    return Q(funding_type__in=[FundingType.ENTERPRISE, FundingType.PPP], g2_on__lte=asked.end)


def _observed(asked: Asked) -> Q:
    return Q(pk__in=ObservationStop.objects.filter(round__held_on__year=asked.period.year).values("project"))


def _unregistered(asked: Asked) -> Q:
    should = MEASURES["STAT_IN"].denominator
    assert should is not None
    return should.where(asked) & (Q(g4s_on__isnull=True) | Q(g4s_on__gt=asked.end))


#: The predicate of each list whose rows are projects and that is worked out; those of indicators are the indicator's.
SOURCES: dict[str, Measure] = {
    "RSV": Measure(replace(MEASURES["RSV_MULT"].numerator, amount=""), gates=(Gate.G1,), added=("stage",)),
    "PLN": Measure(Part(_idea), added=("stage",)),
    "NEW": Measure(Part(_kind(YearKind.NEW_START)), gates=(Gate.G4,)),
    "CON": Measure(Part(_kind(YearKind.CONTINUE)), gates=(Gate.G4,)),
    "FIN": Measure(Part(_finishing), gates=(Gate.G5, Gate.G6)),
    "SIGN": Measure(Part(_signed), gates=(Gate.G2,)),
    "LND0": MEASURES["LAND0"], "FIN0": MEASURES["FIN0"], "THREE": MEASURES["THREE"], "DUE": MEASURES["START_LATE"],
    "UNS": Measure(Part(_unregistered), gates=(Gate.G4, Gate.G4S)),
    "STL": Measure(Part(lambda asked: Q(stalled__isnull=False)),
                   gates=(Gate.G2, Gate.G3, Gate.G4, Gate.G5, Gate.G6, Gate.G7)),
    "OBS": Measure(Part(_observed)),
}
#: Further gate days that a list's columns show.
SHOWN_GATES: dict[str, tuple[Gate, ...]] = {"QST": (Gate.G4C, Gate.G4)}
_AFTER = {"approved": ("g2_on", "g3_on"), "landed": ("g3_on", "g4_on"), "finished": ("g5_on", "g6_on"),
          "producing": ("g6_on", "g7_on")}


def with_stalled(found: QuerySet[Project], asked: Asked, limits: Limits) -> QuerySet[Project]:
    """Adds `stalled`: the limit of `rules.STALLED` the project is past, or that it is suspended; None when it moves."""
    whens = [When(exit=Exit.SUSPENDED, then=Value("suspended"))]
    for name, (passed, following) in reversed(_AFTER.items()):
        before = asked.end - timedelta(days=limits[name])
        whens.append(When(Q(**{f"{passed}__lte": before}) & (Q(**{f"{following}__isnull": True})
                          | Q(**{f"{following}__gt": asked.end})) & _nothing_after(following, asked), then=Value(name)))
    first = periods.shifted(asked.period, 1 - limits["building_months"])
    spent = InvestmentFact.objects.filter(project=OuterRef("pk"), source=Source.UNIT, in_force=True, amount_month__gt=0,
                                          period__gte=first, period__lte=asked.period)
    building = Q(g4_on__lt=first) & (Q(g5_on__isnull=True) | Q(g5_on__gt=asked.end)) & ~Exists(spent)
    whens.append(When(building, then=Value("building_months")))
    return found.annotate(stalled=Case(*whens, default=None, output_field=CharField()))


def _nothing_after(following: str, asked: Asked) -> Q:
    """No later gate is passed either: a gate that a class of projects does not have holds nobody up."""
    later = ("g3_on", "g4_on", "g5_on", "g6_on", "g7_on")
    told = Q()
    for name in later[later.index(following):]:
        told &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gt": asked.end})
    return told


def ground(asked: Asked, *needed: Gate, added: Iterable[str] = (), limits: Limits | None = None) -> QuerySet[Project]:
    """The visible leaves of the area with the year's plan and the days of these gates."""
    found = ledger.within(ledger.leaves(ledger.visible_to(asked.person)), asked.area)
    found = ledger.with_gate_days(ledger.with_plan(found, asked.period), *sorted(set(needed)))
    for name in sorted(set(added)):
        found = ADDED[name](found, asked)
    return found if limits is None else with_stalled(found, asked, limits)


# --- which rows -----------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Rows:
    """The rows of one list: projects, or things of projects; `prefix` leads from a row to its project."""

    rule: Rule
    found: QuerySet[Any]
    asked: Asked
    limits: Limits

    @property
    def prefix(self) -> str:
        return "" if self.rule.rows is RowKind.PROJECT else "project__"

    def projects(self) -> QuerySet[Project]:
        """The projects behind the rows, each once, with the year's plan."""
        if not self.prefix:
            return self.found
        return ground(self.asked).filter(pk__in=self.found.order_by().values("project"))


def rule_of(definition: ListDefinition) -> Rule:
    """What fills a list: the table's line under the city's own name, or what the office defined itself."""
    own = rules.RULES.get(definition.code)
    if own is None:
        return Rule(definition.code, definition.name, definition.definition, ListKind(definition.kind),
                    cycle=definition.cycle)
    return replace(own, name=definition.name, words=definition.definition or own.words)


def definitions(area: Area) -> QuerySet[ListDefinition]:
    """The lists that can be filled: those of the table, and those that an office over the area or below it defined."""
    above = [area.path[:length] for length in range(2, len(area.path) + 1)]
    own = Q(code__startswith=rules.OWN, unit__isnull=False) & (
        Q(unit__area__path__startswith=area.path) | Q(unit__area__path__in=above))
    return (ListDefinition.objects.filter(Q(code__in=rules.RULES) | own).select_related("unit__area")
            .order_by("position", "code"))


def definition(area: Area, code: str) -> ListDefinition:
    """The list with this code; refused the same way whether it is another area's or does not exist."""
    found = definitions(area).filter(code=code[:12].replace("\0", "")).first()
    if found is None:
        raise CannotReach("没有清单 %(code)s，或您无权查看", code=code[:12])
    return found


def rows(person: Any, code: str, *, area: Area, period: date, today: date) -> Rows:
    """The live rows of a list by code: what its rule gives now, or who stands on it where it is picked by hand."""
    return rows_of(person, definition(area, code), area=area, period=period, today=today)


def rows_of(person: Any, made: ListDefinition, *, area: Area, period: date, today: date) -> Rows:
    """Likewise, of a definition already read."""
    rule, asked = rule_of(made), Asked(person, area, period, None)
    limits = rules.stalled_after(made.rule or {}) if made.code == "STL" else {}
    if rule.rows is not RowKind.PROJECT:
        return Rows(rule, ITEMS[rule.rows](asked, today), asked, limits)
    source = SOURCES.get(made.code)
    if source is not None:
        base = ground(asked, *source.gates, added=source.added, limits=limits or None)
        return Rows(rule, base.filter(condition(source.numerator, asked, base)), asked, limits)
    base = ground(asked, *SHOWN_GATES.get(made.code, ()))
    if rule.kind is ListKind.MANUAL:
        return Rows(rule, ledger.on_list(base, made.code, period.year, min(asked.end, today)), asked, limits)
    ask = leaves.asked(person, Standing(area, period, today), min(asked.end, today))
    chosen = [row.id for row in listing.Listing(ask, filters_of(made), group="none").chosen]
    return Rows(rule, base.filter(pk__in=chosen), asked, limits)


def filters_of(made: ListDefinition) -> listing.Filters:
    """The filters of a list an office defined; what they no longer know is left out."""
    known = listing.Filters().__dict__
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value
                             for key, value in (made.rule or {}).items() if key in known}
    return listing.Filters(**given)


def entries(person: Any, definition: ListDefinition, *, area: Area, year: int, on: date) -> QuerySet[Project]:
    """The visible projects that stand on a definition's latest issued batches on a day."""
    return ledger.on_list(ledger.within(ledger.visible_to(person), area), definition.code, year, on)


# --- rows that are not projects -------------------------------------------------------------------------------------

def _visible(asked: Asked) -> QuerySet[Project]:
    return ledger.within(ledger.leaves(ledger.visible_to(asked.person)), asked.area).order_by()


def _problems(asked: Asked, today: date) -> QuerySet[Problem]:
    found = Problem.objects.filter(project__in=_visible(asked)).exclude(step=ProblemStep.CLOSED)
    return problems.worst_first(found.select_related("unit"), today)


def _responsibilities(asked: Asked, today: date) -> QuerySet[Responsibility]:
    in_force = Q(to_on__isnull=True) | Q(to_on__gt=today)
    found = Responsibility.objects.filter(in_force, project__in=_visible(asked), from_on__lte=today)
    return found.select_related("organisation").order_by("project__code", "role")


def _milestones(asked: Asked, today: date) -> QuerySet[Milestone]:
    found = Milestone.objects.filter(project__in=_visible(asked), baseline_on__year=asked.period.year)
    met = Case(When(status=MilestoneStatus.MET, then=Value(1)), default=Value(0))
    return found.order_by(met, "baseline_on", "project__code", "position")


def _funds(asked: Asked, today: date) -> QuerySet[FundSource]:
    kinds = [FundKind.SPECIAL_BOND, FundKind.CENTRAL]
    found = FundSource.objects.filter(project__in=_visible(asked), kind__in=kinds)
    return found.order_by("kind", "project__code", "pk")


def _letters(asked: Asked, today: date) -> QuerySet[Any]:
    return letters.visible_to(asked.person).filter(area__path__startswith=asked.area.path).order_by("-issued_at")


ITEMS: dict[RowKind, Callable[[Asked, date], QuerySet[Any]]] = {
    RowKind.PROBLEM: _problems, RowKind.RESPONSIBILITY: _responsibilities, RowKind.MILESTONE: _milestones,
    RowKind.FUND: _funds, RowKind.LETTER: _letters,
}
