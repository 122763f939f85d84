"""Campaigns: which a person sees, their projects, targets and tasks as of a day, rolled up through the tree.

A page reads the whole tree at once: the lists' projects in one query, their figures in another, so that the number of
campaigns costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Value

from citywright.followup.queries.tasks import Counts, counts_by_campaign
from citywright.kernel import access, journal, periods
from citywright.kernel.errors import CannotReach, Said
from citywright.kernel.models import Area, Organisation
from citywright.kernel.words import THREE_ADMINISTRATORS, Role

from ..models import Campaign, CampaignList, CampaignTarget, ListDefinition, Project, TargetFact
from ..rules import campaigns as rules
from ..rules.rates import Number, percent, ratio
from ..words import CampaignKind, Gate, Qualifier, TargetMeasure
from ..words.campaigns import CampaignPart, Standing
from . import ledger, lists

#: How long the path of a district is.
DISTRICT = 6
#: Gate of each part of a campaign's projects.
GATES = {CampaignPart.STARTED: "g4_on", CampaignPart.FINISHED: "g5_on", CampaignPart.PRODUCING: "g6_on"}


def manages(person: Any, area: Area) -> bool:
    """Whether the person makes and changes campaigns of the area: the project office, its own or the city's."""
    return any(access.holds(person, role, area=area) for role in (Role.OFFICE, Role.CITY))


def visible_to(person: Any) -> QuerySet[Campaign]:
    """The campaigns of every area in which the person has a working post."""
    seen = Q(pk__in=[])
    for m in access.memberships(person):
        if m.role not in THREE_ADMINISTRATORS:
            seen |= Q(area__path__startswith=m.area.path)
    return Campaign.objects.filter(seen).select_related("area", "office", "parent")


def campaign(person: Any, key: UUID | str) -> Campaign:
    """The visible campaign; refused the same way whether it is hidden or does not exist."""
    one = visible_to(person).filter(pk=key).first()
    if one is None:
        raise CannotReach("没有这一专项行动，或您无权查看")
    return one


def managed(person: Any, key: UUID | str) -> Campaign:
    """The visible campaign the person may change."""
    one = campaign(person, key)
    access.require(person, Role.OFFICE, Role.CITY, area=one.area)
    return one


def of_year(person: Any, area: Area, year: int) -> list[Campaign]:
    """The visible campaigns within an area that run in a year, and everything they hang below."""
    now = visible_to(person).filter(area__path__startswith=area.path, from_on__year__lte=year, to_on__year__gte=year)
    return list(now.order_by("area__path", "position", "from_on", "name"))


def below(one: Campaign) -> list[Campaign]:
    """A campaign with everything below it, three levels at most."""
    found = Campaign.objects.filter(Q(pk=one.pk) | Q(parent=one.pk) | Q(parent__parent=one.pk))
    return list(found.select_related("area", "office", "parent").order_by("position", "name"))


def parents_for(area: Area, kind: CampaignKind | None = None, but: Campaign | None = None) -> QuerySet[Campaign]:
    """What a campaign of a kind may hang below in an area: open ones of the kinds above it."""
    kinds = {above for kind in ([kind] if kind else CampaignKind) for above in rules.BELOW[kind] if above}
    found = Campaign.objects.filter(area=area, kind__in=kinds, closed_on__isnull=True)
    return found.exclude(pk=but.pk) if but else found


def units_for(area: Area) -> QuerySet[Organisation]:
    """The units that can lead a campaign: all of the district."""
    return Organisation.objects.filter(area__path__startswith=area.path[:DISTRICT]).order_by("position", "code")


def definitions_for(area: Area) -> QuerySet[ListDefinition]:
    """The lists a campaign can group: those whose rows are projects, still in use."""
    return lists.definitions(area).filter(ended_on__isnull=True, rows="project").order_by("position", "code")


# --- what is read for a page

@dataclass(frozen=True)
class TargetLine:
    """One target: what was reached, against what, how it stands; `as_of` is the day of a typed value."""

    target: CampaignTarget
    value: Number | None
    time: Fraction
    standing: Standing | None
    as_of: date | None = None
    note: str = ""

    @property
    def share(self) -> Fraction | None:
        """Reached / target."""
        return None if self.value is None else ratio(Fraction(self.value), self.target.target)

    @property
    def is_measured(self) -> bool:
        return self.target.measure != TargetMeasure.HAND

    @property
    def sign(self) -> str:
        """≥ ≤ = ≈"""
        return rules.SIGNS[Qualifier(self.target.qualifier)]

    @property
    def part(self) -> str:
        """Which part of the projects stands behind it."""
        return self.target.measure if self.target.measure in set(GATES) else ""


@dataclass
class Node:
    """A campaign in its tree, with everything rolled up into it."""

    campaign: Campaign
    depth: int
    time: Fraction
    sums: rules.Totals
    tasks: Counts
    targets: list[TargetLine] = field(default_factory=list)
    own_targets: list[TargetLine] = field(default_factory=list)

    @property
    def tick(self) -> Decimal:
        """Where the bar of money has its mark: the plan x the time that has passed, 万元."""
        return self.sums.plan * self.time.numerator / self.time.denominator

    @property
    def step(self) -> int:
        """How far it stands in below the campaign whose page it is on."""
        return max(self.depth - 1, 0)

    @property
    def done_words(self) -> Said:
        """Beside the money: its share of the year's plan."""
        return Said("年度计划的 %(share)s%%", {"share": percent(self.sums.rate)})

    @property
    def finished_words(self) -> Said:
        """Beside those in production: how many are finished."""
        return Said("已竣工 %(count)s 个", {"count": self.sums.finished})

    def number(self, standing: Standing) -> int:
        """How many of its targets, those below included, stand like that."""
        return sum(line.standing == standing for line in self.targets)

    @property
    def standings(self) -> list[tuple[Standing, int]]:
        """Each standing with its number."""
        return [(one, self.number(one)) for one in Standing]


class Reading:
    """Campaigns as of a day for one reader: five queries, however many there are."""

    def __init__(self, person: Any, campaigns: Sequence[Campaign], *, on: date, at: datetime) -> None:
        self.person, self.campaigns, self.on, self.at = person, list(campaigns), on, at
        self.known = {str(one.pk): one for one in self.campaigns}
        self.parents = {key: str(one.parent_id) if str(one.parent_id) in self.known else None
                        for key, one in self.known.items()}
        self.paths = access.reach(person).paths

    def is_whole(self, one: Campaign) -> bool:
        """Whether the reader sees every project of the campaign's area, so that targets can be judged."""
        return any(one.area.path.startswith(path) for path in self.paths)

    @cached_property
    def targets(self) -> list[CampaignTarget]:
        return list(CampaignTarget.objects.filter(campaign__in=self.campaigns).select_related("definition")
                    .order_by("position", "pk"))

    @cached_property
    def links(self) -> list[CampaignList]:
        return list(CampaignList.objects.filter(campaign__in=self.campaigns).select_related("definition")
                    .order_by("definition__position", "definition__code"))

    @cached_property
    def on_lists(self) -> dict[tuple[str, int], set[str]]:
        """The projects on each list of each campaign, by campaign and definition: one query for all."""
        wanted = {(str(link.campaign_id), link.definition_id): link.definition for link in self.links}
        for target in self.targets:
            if target.definition is not None:
                wanted[str(target.campaign_id), target.definition.pk] = target.definition
        found: dict[tuple[str, int], set[str]] = {key: set() for key in wanted}
        asked: dict[tuple[int, str, int], list[tuple[str, int]]] = {}
        for key, number in wanted:
            one = self.known[key]
            asked.setdefault((number, one.area.path, one.from_on.year), []).append((key, number))
        parts = []
        for place, keys in enumerate(asked.values()):
            one, definition = self.known[keys[0][0]], wanted[keys[0]]
            rows = standing_on(self.person, definition, one, self.on)
            parts.append(rows.order_by().annotate(place=Value(place)).values_list("place", "pk"))
        every = parts[0].union(*parts[1:], all=True) if parts else ()
        places = list(asked.values())
        for place, project in every:
            for each in places[place]:
                found[each].add(str(project))
        return found

    @cached_property
    def projects(self) -> dict[str, set[str]]:
        """Each campaign's projects, those of its children included, each once."""
        own: dict[str, set[str]] = {}
        linked = {(str(link.campaign_id), link.definition_id) for link in self.links}
        for key, found in self.on_lists.items():
            if key in linked:
                own.setdefault(key[0], set()).update(found)
        return rules.rolled_up(own, self.parents)

    @cached_property
    def leaves(self) -> dict[str, rules.Leaf]:
        """What is counted of each project on any of the lists: one query."""
        every = {key for found in self.on_lists.values() for key in found}
        rows = with_figures(Project.objects.filter(pk__in=every), self.on) if every else ()
        return {str(row.pk): leaf_of(row, self.on) for row in rows}

    @cached_property
    def tasks(self) -> dict[str, Counts]:
        """The tasks of each campaign, those of its children included."""
        subjects = {key: journal.subject_of(one) for key, one in self.known.items()}
        own = counts_by_campaign(self.person, list(subjects.values()), at=self.at) if subjects else {}
        found = {}
        for key in self.known:
            mine = [own[subjects[one]] for one in self.known if self.is_below(one, key)]
            found[key] = Counts(*(sum(getattr(c, name) for c in mine) for name in ("total", "closed", "late")))
        return found

    def is_below(self, key: str | None, top: str) -> bool:
        """Whether a campaign is another, or hangs below it."""
        while key is not None:
            if key == top:
                return True
            key = self.parents[key]
        return False

    @cached_property
    def typed(self) -> dict[int, TargetFact]:
        """The latest value in force of each target that is typed in."""
        facts = TargetFact.objects.filter(target__in=self.targets, in_force=True, as_of__lte=self.on)
        found: dict[int, TargetFact] = {}
        for fact in facts.order_by("target", "-as_of", "-pk"):
            found.setdefault(fact.target_id, fact)
        return found

    def sums(self, keys: Iterable[str]) -> rules.Totals:
        """The sums of some projects."""
        return rules.totals([self.leaves[key] for key in keys if key in self.leaves])

    def line(self, target: CampaignTarget) -> TargetLine:
        """How one target stands; not judged for a reader who sees only some of the projects."""
        one = self.known[str(target.campaign_id)]
        time = rules.elapsed(one.from_on, one.to_on, self.on)
        if target.measure == TargetMeasure.HAND:
            fact = self.typed.get(target.pk)
            value, whole = (fact.value if fact else None), True
            shown = (fact.as_of, fact.note) if fact else (None, "")
        else:
            key = (str(one.pk), target.definition_id)
            behind = self.on_lists[key] if target.definition_id else self.projects[key[0]]  # type: ignore[index]
            counted = self.sums(behind), self.tasks[key[0]].closed
            value = rules.measured(TargetMeasure(target.measure), *counted)  # type: ignore[assignment]
            whole, shown = self.is_whole(one), (self.on, "")
        judged = rules.standing(Qualifier(target.qualifier), value, target.target, time) if whole else None
        return TargetLine(target, value, time, judged, *shown)

    @cached_property
    def lines(self) -> dict[str, list[TargetLine]]:
        """Every campaign's own targets."""
        found: dict[str, list[TargetLine]] = {key: [] for key in self.known}
        for target in self.targets:
            found[str(target.campaign_id)].append(self.line(target))
        return found

    def nodes(self) -> list[Node]:
        """The tree in its order, parents before children; a campaign whose parent is not among them stands on top."""
        made: list[Node] = []

        def grow(key: str | None, depth: int) -> None:
            for child in [k for k, above in self.parents.items() if above == key]:
                made.append(self.node(child, depth))
                grow(child, depth + 1)

        grow(None, 0)
        return made

    def node(self, key: str, depth: int = 0) -> Node:
        """One campaign with everything below it."""
        one = self.known[key]
        every = [line for k in self.known if self.is_below(k, key) for line in self.lines[k]]
        return Node(one, depth, rules.elapsed(one.from_on, one.to_on, self.on), self.sums(self.projects[key]),
                    self.tasks[key], every, self.lines[key])


def standing_on(person: Any, definition: ListDefinition, one: Campaign, on: date) -> QuerySet[Project]:
    """The visible leaves on a campaign's list on a day, in the year the campaign begins."""
    return ledger.leaves(lists.entries(person, definition, area=one.area, year=one.from_on.year, on=on))


def with_figures(projects: QuerySet[Project], on: date) -> QuerySet[Project]:
    """The projects with the year's plan and money of the day's month, and the days of start, completion, production."""
    month = periods.first_of(on)
    return ledger.with_gate_days(ledger.with_dispatch(ledger.with_plan(projects, month), month),
                                 Gate.G4, Gate.G5, Gate.G6)


def leaf_of(row: Any, on: date) -> rules.Leaf:
    """What is counted of a project with its figures."""
    def passed(name: str) -> bool:
        day: date | None = getattr(row, name)
        return day is not None and day <= on

    zero = Decimal(0)
    return rules.Leaf(row.total_investment or zero, row.plan_year or zero, row.done_year or zero, passed("g4_on"),
                      passed("g5_on"), passed("g6_on"))


def projects_of(person: Any, one: Campaign, *, on: date, part: str = "", definition: str = "") -> QuerySet[Project]:
    """The list behind a figure: the campaign's projects, those below it included, each once."""
    tree = below(one)
    wanted = Q(pk__in=[])
    for link in CampaignList.objects.filter(campaign__in=tree).select_related("definition", "campaign__area"):
        if not definition or link.definition.code == definition:
            wanted |= Q(pk__in=standing_on(person, link.definition, link.campaign, on).order_by().values("pk"))
    found = with_figures(ledger.visible_to(person).filter(wanted), on).select_related("lead_unit", "category")
    gate = GATES.get(CampaignPart(part)) if part in set(CampaignPart) else None
    return found.filter(**{f"{gate}__lte": on}) if gate else found


def on_day(today: date, period: date) -> date:
    """The day figures speak of: the end of the month in force, today when that is still to come."""
    return min(today, periods.last_of(period))


def facts(target: CampaignTarget) -> QuerySet[TargetFact]:
    """Everything that was typed in for a target, corrected values too, the latest first."""
    return TargetFact.objects.filter(target=target).select_related("by").order_by("-as_of", "-at", "-pk")


def target(person: Any, one: Campaign, key: int) -> CampaignTarget:
    """A target of a visible campaign."""
    found = CampaignTarget.objects.filter(campaign=one, pk=key).select_related("definition").first()
    if found is None:
        raise CannotReach("没有这一目标，或您无权查看")
    return found


def may_hold(one: Campaign) -> bool:
    """Whether something can hang below it."""
    return any(CampaignKind(one.kind) in above for above in rules.BELOW.values())


def parent_asked(area: Area, key: str) -> Campaign | None:
    """The campaign an address names as the one above, None when there is no such."""
    return next((one for one in parents_for(area) if str(one.pk) == key), None)


def kind_below(above: Campaign | None) -> CampaignKind:
    """The kind one would hang below a campaign."""
    kind = CampaignKind(above.kind) if above else None
    return CampaignKind.ACTION if kind in (None, CampaignKind.YEAR) else CampaignKind.MEASURE


def definitions_below(one: Campaign) -> QuerySet[ListDefinition]:
    """The lists of a campaign and of everything below it."""
    links = CampaignList.objects.filter(campaign__in=below(one))
    return ListDefinition.objects.filter(pk__in=links.values("definition")).order_by("position", "code")


def open_below(one: Campaign) -> QuerySet[Campaign]:
    """What hangs directly below it and is not closed."""
    return Campaign.objects.filter(parent=one, closed_on__isnull=True)
