"""One row per project and month: plan, schedule, money in two calibres, report, gates, lamp, funds and problems.

Every leaf has a row in every month of a year in which the area plans or reports, from January up to the month of the
publishing day. A figure counted from these rows is the figure of `queries.measures` for the same month. A year does not
know of gates passed more than `AFTER` days after its end: so a year that is over stays as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.db.models import Max, Min

from citywright.kernel import clock, periods
from citywright.kernel.models import Area
from citywright.lake import store

from ..models import AnnualPlan, InvestmentFact
from ..rules import gates, rates
from ..words import Gate, PassageResult, Stage
from . import columns, source
from .source import Ground, digest
from .tables import PROJECT_MONTH

#: Days after the end of a year whose events its rows still know (竣工即投产 looks 30 days ahead).
AFTER = 45
PASSED = (PassageResult.ACCEPTED, PassageResult.WAIVED)


@dataclass(frozen=True)
class Known:
    """What holds of an area's projects in all years, asked once."""

    place: Ground
    on: date
    projects: list[tuple[Any, ...]]
    passages: list[tuple[Any, ...]]
    agreed: dict[str, int]
    arrived: list[tuple[str, str, int]]
    problems: list[tuple[str, date, bool, date | None, int]]
    judgings: list[tuple[str, date, int, int]]
    works: clock.Workdays


@dataclass(frozen=True)
class Way:
    """The gates of a project as a year knows them: event days by gate, the claimed start, and the two short ways."""

    days: dict[str, int]
    claimed: int | None
    land0: bool | None
    fin0: bool | None
    on_reserve: bool


@dataclass(frozen=True)
class Year:
    """A year of an area: its months, and everything that was asked for it."""

    known: Known
    year: int
    periods: list[date]
    ways: dict[str, Way]
    plans: list[tuple[Any, ...]]
    next_plans: list[tuple[Any, ...]]
    runs: dict[int, int]

    @property
    def ends(self) -> list[int]:
        """The last day of each month, in days since 1970-01-01."""
        return [(periods.last_of(period) - source.EPOCH).days for period in self.periods]

    def source(self) -> str:
        """The digest of all that the rows are made of."""
        known, first, last = self.known, date(self.year, 1, 1), date(self.year, 12, 31)
        arrived = [row for row in known.arrived if row[1] <= last.isoformat()]
        problems = [row for row in known.problems if first <= row[1] <= last or (row[3] and first <= row[3] <= last)]
        return digest(known.place.area.code, self.year, len(self.periods), known.projects, self.ways, self.plans,
                      self.next_plans, self.runs, sorted(known.agreed.items()), arrived, problems,
                      source.tells_of(known.place, self.year))


def publish_months(*, area: Area, on: date) -> int:
    """One row per project and month of each year; answers how many were written: a year that did not change is not."""
    known = _known(source.ground(area), on)
    return sum(_publish_year(known, year) for year in _years(known.place, on))


def _publish_year(known: Known, year: int) -> int:
    partition = f"area={known.place.area.code}.year={year}"
    found = _year(known, year, _until(partition, year, known.on))
    told = found.source()
    if store.confirm(PROJECT_MONTH, partition=partition, as_of=known.on, source=told):
        return 0
    made = columns.of(found)
    store.publish(PROJECT_MONTH, made, partition=partition, as_of=known.on, source=told)
    return len(made["project"])


def _until(partition: str, year: int, on: date) -> int:
    """The last month told: December of a year that is over; a night run for an earlier day takes no month away."""
    kept = store.partitions(PROJECT_MONTH.name).get(partition)
    day = max(on, date.fromisoformat(kept.as_of)) if kept else on
    return 12 if year < day.year else day.month


def _known(place: Ground, on: date) -> Known:
    agreed, arrived = source.funds(place)
    return Known(place, on, source.projects(place), source.passages(place), agreed, arrived, source.problems(place),
                 source.judgings(place, on), cache(clock.city_calendar()))


def _years(place: Ground, on: date) -> list[int]:
    """The years with a plan or money, and the one that runs; none of the future."""
    planned = set(place.of_projects(AnnualPlan.objects.filter(in_force=True)).values_list("year", flat=True).distinct())
    facts = place.of_projects(InvestmentFact.objects.all())
    span = facts.aggregate(first=Min("period"), last=Max("period"))
    found = range(span["first"].year, span["last"].year + 1) if span["first"] else ()
    spent = {year for year in found if year in planned or facts.filter(
        period__gte=date(year, 1, 1), period__lte=date(year, 12, 1)).exists()}
    return sorted(year for year in planned | spent | {on.year} if year <= on.year)


def _year(known: Known, year: int, last_month: int) -> Year:
    place, months = known.place, [date(year, month, 1) for month in range(1, last_month + 1)]
    return Year(known, year, months, _ways(known, year), source.plans(place, year), source.plans(place, year + 1),
                _runs(known, months))


def _runs(known: Known, months: list[date]) -> dict[int, int]:
    """The judging in force at the end of each month (or on the day itself, while the month runs): month to key."""
    found: dict[int, int] = {}
    for period in months:
        end = min(periods.last_of(period), known.on)
        run = next((key for _, as_of, _, key in known.judgings if as_of <= end), None)
        if run is not None:
            found[period.month] = run
    return found


def _ways(known: Known, year: int) -> dict[str, Way]:
    """Of each project with a passage that the year knows of, its way."""
    last = (date(year, 12, 31) + timedelta(days=AFTER)).isoformat()
    rows: dict[str, list[tuple[str, str, str, int]]] = {}
    for pk, gate, day, result, rank in known.passages:
        if day <= last:
            rows.setdefault(pk, []).append((gate, day, result, rank))
    return {pk: _way(found, known.works) for pk, found in rows.items()}


def _way(rows: list[tuple[str, str, str, int]], works: clock.Workdays) -> Way:
    """A ceremony counts as it was claimed; every other gate once it is verified or waived."""
    on = {gate: day for gate, day, result, _ in rows if result in PASSED or gate == Gate.G4C}
    claimed = next((day for gate, day, result, _ in rows if gate == Gate.G4 and result == PassageResult.PENDING), None)
    rank = max((rank for gate, _, result, rank in rows if result in PASSED), default=0)
    days = {gate: source.day_of_text(day) for gate, day in on.items()}
    return Way(days, None if claimed is None else source.day_of_text(claimed), _land0(on, works), _fin0(on),
               gates.stage_of(rank) == Stage.RESERVE)


def _land0(on: dict[str, str], works: clock.Workdays) -> bool | None:
    """Whether the permit came within five working days of the land right; None without a land right."""
    land, permit = (date.fromisoformat(on[gate]) if gate in on else None for gate in (Gate.G3, Gate.G4P))
    if land is None:
        return None
    return permit is not None and rates.is_land0(
        land, permit, clock.statutory_due(land, rates.LAND0_WORKDAYS, works))


def _fin0(on: dict[str, str]) -> bool | None:
    """Whether production began within 30 days of completion; None without completion."""
    done, producing = (date.fromisoformat(on[gate]) if gate in on else None for gate in (Gate.G5, Gate.G6))
    return None if done is None else rates.is_fin0(done, producing)
