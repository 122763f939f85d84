"""Peer reviews: which rounds a person sees, the route with its times, the data's part, and the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from citywright.kernel import access, periods
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Area
from citywright.kernel.words import THREE_ADMINISTRATORS, Role

from ..models import Ballot, BallotToken, InvestmentFact, ObservationRound, ObservationStop, Project
from ..rules import observations as rules
from ..rules.rates import Pace, scheduled_money
from ..words import RoundStep, Source
from ..words.campaigns import DataMeasure
from . import ledger

#: How many projects are offered at once when a stop is chosen.
OFFERED = 12


class CannotSeeResult(Refusal):
    """The votes are not counted yet, or the result is not published to this person."""


def manages(person: Any, area: Area) -> bool:
    """Whether the person plans and counts reviews in the area: the project office, its own or the city's."""
    return any(access.holds(person, role, area=area) for role in (Role.OFFICE, Role.CITY))


def visible_to(person: Any) -> QuerySet[ObservationRound]:
    """The rounds of every area in which the person has a working post."""
    seen = Q(pk__in=[])
    for m in access.memberships(person):
        if m.role not in THREE_ADMINISTRATORS:
            seen |= Q(area__path__startswith=m.area.path)
    return ObservationRound.objects.filter(seen).select_related("area", "made_by")


def rounds(person: Any, area: Area) -> QuerySet[ObservationRound]:
    """The visible rounds within an area with `stop_count`, the latest first."""
    return (visible_to(person).filter(area__path__startswith=area.path)
            .annotate(stop_count=Count("stops")).order_by("-held_on", "name"))


def found(person: Any, key: UUID | str) -> ObservationRound:
    """The visible round; refused the same way whether it is hidden or does not exist."""
    one = visible_to(person).filter(pk=key).first()
    if one is None:
        raise CannotReach("没有这一批观摩，或您无权查看")
    return one


def managed(person: Any, key: UUID | str) -> ObservationRound:
    """The visible round the person may change."""
    one = found(person, key)
    access.require(person, Role.OFFICE, Role.CITY, area=one.area)
    return one


def stops(one: ObservationRound) -> list[ObservationStop]:
    """The stops on the route in order, with project and unit."""
    return list(one.stops.select_related("project__category", "project__lead_unit", "unit").order_by("position"))


@dataclass(frozen=True)
class StopOnRoute:
    """A stop with its times, and whether the person may open the project's sheet."""

    stop: ObservationStop
    visit: rules.Visit | None
    is_open: bool


def route(person: Any, one: ObservationRound, along: Sequence[ObservationStop]) -> list[StopOnRoute]:
    """The stops with the times of arrival and departure."""
    times = rules.route(one.starts_at, [(stop.arrives_at, stop.minutes) for stop in along])
    seen = set(ledger.visible_to(person).filter(pk__in=[stop.project_id for stop in along]).values_list(
        "pk", flat=True))
    return [StopOnRoute(stop, visit, stop.project_id in seen) for stop, visit in zip(along, times, strict=True)]


def offered(person: Any, one: ObservationRound, asked: str = "") -> QuerySet[Project]:
    """Projects that can become a stop: visible leaves of the area not on the route; by name, code or initials."""
    free = ledger.within(ledger.leaves(ledger.visible_to(person)), one.area).exclude(
        pk__in=one.stops.values("project")).select_related("lead_unit")
    if asked:
        free = free.filter(Q(name__icontains=asked) | Q(code__icontains=asked) | Q(initials__icontains=asked))
    return free.order_by("-total_investment", "code")


@dataclass(frozen=True)
class Turnout:
    """How many tokens were handed out, and how many ballots lie in the box."""

    handed: int
    cast: int


def turnout(one: ObservationRound) -> Turnout:
    """Two counts; they say nothing of who."""
    return Turnout(BallotToken.objects.filter(round=one).count(), Ballot.objects.filter(round=one).count())


# --- the data's part ---

def data_month(along: Sequence[ObservationStop], held_on: date) -> date:
    """The last month up to the visit in which one of the projects has a dispatch figure; else the visit's month."""
    last = InvestmentFact.objects.filter(
        project__in=[stop.project_id for stop in along], source=Source.UNIT, in_force=True,
        period__lte=periods.first_of(held_on)).aggregate(last=Max("period"))["last"]
    return last or periods.first_of(held_on)


def values(one: ObservationRound, along: Sequence[ObservationStop]) -> dict[str, Fraction | None]:
    """What the measure says of each stop's project; None without a plan, or when scores are typed in."""
    if one.measure == DataMeasure.TYPED:
        return {str(stop.pk): None for stop in along}
    period = data_month(along, one.held_on)
    chosen = Project.objects.filter(pk__in=[stop.project_id for stop in along])
    money = {row.pk: row for row in ledger.with_dispatch(ledger.with_plan(chosen, period), period)}
    return {str(stop.pk): _value(one.measure, money[stop.project_id], period) for stop in along}


def _value(measure: str, row: Any, period: date) -> Fraction | None:
    if row.plan_year is None:
        return None
    time = periods.time_progress(period)
    due = scheduled_money(row.scheduled or 0, 0 if row.scheduled is not None else row.plan_year, time)
    pace = Pace(row.done_year or Decimal(0), row.plan_year, due, time)
    return pace.rate if measure == DataMeasure.RATE else pace.lead


def computed(one: ObservationRound, along: Sequence[ObservationStop]) -> dict[str, Decimal | None]:
    """The data score of each stop: the typed one where there is one, else 功效系数法 over what the measure says."""
    reckoned = rules.data_scores(values(one, along))
    return {str(stop.pk): stop.data_score if stop.data_score is not None else reckoned[str(stop.pk)] for stop in along}


def data_for(person: Any, one: ObservationRound, along: Sequence[ObservationStop]) -> dict[str, Decimal | None]:
    """The data scores a person may see: the office all of them, the others those of a published result."""
    if one.step == RoundStep.PUBLISHED or (one.step == RoundStep.CLOSED and manages(person, one.area)):
        return {str(stop.pk): stop.data_score for stop in along}
    return computed(one, along) if manages(person, one.area) else {str(stop.pk): None for stop in along}


# --- the result ---

@dataclass(frozen=True)
class Line:
    """One stop in the result."""

    stop: ObservationStop
    score: rules.Score


@dataclass(frozen=True)
class Result:
    """The stops by rank; `is_few` when there are too few ballots to show anything of the vote."""

    lines: tuple[Line, ...]
    ballots: int
    is_few: bool


def result(person: Any, one: ObservationRound) -> Result:
    """The count; refused before the votes are counted, and to others than the office before it is published."""
    if one.step not in (RoundStep.CLOSED, RoundStep.PUBLISHED):
        raise CannotSeeResult("投票结束、计票之后才有结果")
    if one.step == RoundStep.CLOSED and not manages(person, one.area):
        raise CannotSeeResult("结果尚未公布")
    return counted(one)


def counted(one: ObservationRound) -> Result:
    """The result as the ballots in the box and the frozen data scores give it."""
    along = stops(one)
    box = list(Ballot.objects.filter(round=one).values_list("ranks", flat=True))
    keys = [str(stop.pk) for stop in along]
    told = rules.scores(rules.votes(box, keys), {str(s.pk): s.data_score for s in along}, one.field_weight)
    lines = [Line(stop, told[str(stop.pk)]) for stop in along]
    lines.sort(key=lambda line: (line.score.rank or 0, line.stop.position))
    return Result(tuple(lines), len(box), len(box) < rules.FEWEST_BALLOTS)
