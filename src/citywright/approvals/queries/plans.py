"""The plan of a dossier on the work calendar, its finish days with their confidence, and what is to be done next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from citywright.kernel import clock
from citywright.kernel.models import Area

from .. import plan
from ..models import Dossier, Handling, HandlingEvent
from ..plan import Coverage, Fact, Factors, Forecast, Live, LiveBar, Replay, Task, WorkDays
from ..rules import clock as rules
from ..words import ItemStatus, TaskState
from .dossiers import File

#: Statuses that let go on what waits for the item.
PASSED = (ItemStatus.PASSED, ItemStatus.PASSED_LACKING)
#: Ends after which an item is handled anew: it stands in the plan as still to come.
ANEW = rules.ENDS - frozenset(PASSED)
#: The stage that begins when the building stands.
ACCEPTANCE = "4"
#: How many finished projects are replayed, the latest first, and how often each.
REPLAYED, REPLAYS = 40, 200


class Calendar:
    """The city's work calendar as numbers; years not published yet count weekends only, and say so."""

    def __init__(self, first: date) -> None:
        self.unpublished: set[int] = set()
        self._works = clock.city_calendar()
        self.days = WorkDays(first, self.works)

    def works(self, day: date) -> bool:
        """Whether the city works on a day, as far as that is known."""
        try:
            return self._works(day)
        except clock.CannotKnowWorkday:
            self.unpublished.add(day.year)
            return day.weekday() < 5


# --- what this office's own history tells -----------------------------------------------------------------------------

@dataclass(frozen=True)
class History:
    """What durations are drawn from, how far past forecasts were off, and how often the range held."""

    factors: Factors
    shares: tuple[float, ...] = ()
    coverage: Coverage | None = None


_kept: dict[tuple[object, ...], History] = {}


def history(area: Area) -> History:
    """The history of an area's own ended items; reckoned anew only when another item ended: else one query."""
    ended = Handling.objects.filter(dossier__project__area__path__startswith=area.path, status__in=PASSED,
                                    ended_on__isnull=False)
    told = ended.aggregate(count=Count("pk"), last=Max("ended_on"))
    key = (area.pk, told["count"], told["last"])
    if key not in _kept:
        if len(_kept) >= 16:
            _kept.clear()
        _kept[key] = _reckoned(ended)
    return _kept[key]


def _reckoned(ended: QuerySet[Handling]) -> History:
    rows = ended.values_list("department", "used_days", "owner_days", "special_days", "limit")
    factors = plan.fitted((department, used + owner + special, limit)
                          for department, used, owner, special, limit in rows)
    replays = _replays(ended, factors)
    return History(factors, tuple(plan.recalibrated(replays)), plan.backtest(replays))


def _replays(ended: QuerySet[Handling], factors: Factors) -> list[Replay]:
    """The latest projects that have their permit: how long it took, and what their first day would have been told."""
    permits = ended.filter(code__in=plan.GOALS).order_by("-ended_on").values_list("dossier", "ended_on")
    last = {key: day for key, day in permits[:REPLAYED] if day is not None}
    rows = Dossier.objects.filter(pk__in=last).select_related("version").defer("version__content")
    number = Calendar(min((row.begins_on for row in rows), default=date.max)).days.number
    found = []
    for row in rows:
        codes = File(row).decided.applies
        drawn = plan.simulate(plan.partly_packed(File(row).catalogue, codes, row.project_class), plan.GOALS, 0,
                              factors, seed=seed(row.pk), samples=REPLAYS)
        found.append(Replay(number(last[row.pk]) - number(row.begins_on), float(drawn[REPLAYS // 2])))
    return found


def seed(key: UUID) -> int:
    """The same dossier is always drawn the same way, so that the date moves only when something happened."""
    return key.int % 2**32


# --- the plan of one dossier -----------------------------------------------------------------------------------------

@dataclass
class Planned:
    """A dossier's plan on a day; everything in numbers of working days after `calendar.days.first`."""

    file: File
    calendar: Calendar
    on: date
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def begins(self) -> int:
        """The day the dossier was opened."""
        return self.calendar.days.number(self.file.dossier.begins_on)

    @property
    def today(self) -> int:
        """The day asked about."""
        return self.calendar.days.number(self.on)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The items that apply."""
        return self.file.decided.applies

    @cached_property
    def goals(self) -> tuple[str, ...]:
        """The permits still to be had; nothing when the goal is the end of all."""
        permits = [code for code in plan.GOALS if code in self.codes]
        had = {code for code in permits if (fact := self.facts.get(code)) and fact.ended is not None}
        return () if had.issuperset(permits) else tuple(permits)

    @cached_property
    def after(self) -> frozenset[str]:
        """The items of the last stage that wait for a permit: they begin when the building stands."""
        permits = set(plan.GOALS)
        found: set[str] = set()
        items = [self.file.catalogue.item(code) for code in self.codes]
        late = [item for item in items if item.stage == ACCEPTANCE]
        while more := {item.code for item in late if item.code not in found
                       and (permits | found).intersection(item.prerequisites)}:
            found |= more
        return frozenset(found)

    @cached_property
    def built(self) -> int | None:
        """The day the building is planned to stand; None when nobody said."""
        said = self.file.dossier.project.build_to
        return self.calendar.days.number(said) if said else None

    @cached_property
    def not_before(self) -> dict[str, int]:
        """The items that are held until a day."""
        return {} if self.built is None else dict.fromkeys(self.after, self.built)

    @cached_property
    def tasks(self) -> list[Task]:
        """The network: joint packages of which nothing has begun are one task."""
        return plan.partly_packed(self.file.catalogue, self.codes, self.file.dossier.project_class, self.facts)

    @cached_property
    def live(self) -> Live:
        """Every task in its place."""
        return plan.live(self.tasks, self.facts, self.today, goals=self.goals, not_before=self.not_before)

    @cached_property
    def is_over(self) -> bool:
        """Whether everything is done."""
        return all(bar.state == TaskState.DONE for bar in self.live.bars.values())

    @cached_property
    def history(self) -> History:
        """What the office that published the catalogue has seen."""
        return history(self.file.dossier.version.area)

    @cached_property
    def forecast(self) -> Forecast | None:
        """When the goal is reached; None when all is done or nothing applies yet."""
        if self.is_over or not self.tasks:
            return None
        drawn = plan.simulate(self.tasks, self.goals, self.today, self.history.factors, facts=self.facts,
                              seed=seed(self.file.dossier.pk), not_before=self.not_before)
        return plan.forecast(drawn, self.today, self.history.shares if self.goals else ())

    def day(self, number: int) -> date:
        """The day with this number."""
        return self.calendar.days.day(number)

    def counts(self, codes: Iterable[str]) -> tuple[int, int, int]:
        """Of some items: done, running, all."""
        wanted = list(codes)
        facts = [self.facts[code] for code in wanted if code in self.facts]
        done = sum(fact.ended is not None for fact in facts)
        return done, len(facts) - done, len(wanted)

    @cached_property
    def next_steps(self) -> list[LiveBar]:
        """What runs, and what may begin now, least slack first."""
        bars = self.live.bars
        ready = [bar for bar in bars.values() if bar.state == TaskState.RUNNING or bar.state == TaskState.PLANNED
                 and bar.start <= self.today and all(
                     bars[c].state == TaskState.DONE for c in bar.task.before if c in bars)]
        return sorted(ready, key=lambda bar: (bar.slack, bar.state != TaskState.RUNNING, bar.start, bar.task.code))


def planned(row: Dossier, on: date) -> Planned:
    """The plan of one dossier with the pauses of its items: handlings and events, two queries."""
    file = File(row)
    events: dict[UUID, list[tuple[str, date]]] = {}
    for key, status, day in (HandlingEvent.objects.filter(handling__dossier=row).order_by("handling", "number")
                             .values_list("handling", "status", "on")):
        events.setdefault(key, []).append((status, day))
    made = Planned(file, Calendar(row.begins_on), on)
    made.facts = facts(file.handlings.values(), events, made.calendar, on)
    return made


def plans(rows: Sequence[Dossier], on: date) -> list[Planned]:
    """The plans of many dossiers: two queries however many; pauses of what ended are not told."""
    if not rows:
        return []
    calendar = Calendar(min(row.begins_on for row in rows))
    held: dict[UUID, dict[str, Handling]] = {row.pk: {} for row in rows}
    for one in Handling.objects.filter(dossier__in=held).order_by("received_at"):
        held[one.dossier_id][one.code] = one
    running = [one.pk for of in held.values() for one in of.values() if one.ended_on is None]
    events: dict[UUID, list[tuple[str, date]]] = {}
    for key, status, day in (HandlingEvent.objects.filter(handling__in=running).order_by("handling", "number")
                             .values_list("handling", "status", "on")):
        events.setdefault(key, []).append((status, day))
    found = []
    for row in rows:
        file = File(row)
        file.handlings = held[row.pk]
        found.append(Planned(file, calendar, on, facts(held[row.pk].values(), events, calendar, on)))
    return found


def facts(rows: Iterable[Handling], events: Mapping[UUID, Sequence[tuple[str, date]]], calendar: Calendar,
          on: date) -> dict[str, Fact]:
    """What happened to each item, up to a day; those to be handled anew are left out."""
    found = {}
    for row in rows:
        if ItemStatus(row.status) in ANEW:
            continue
        told = [rules.Happened(ItemStatus(status), day) for status, day in events.get(row.pk, ())]
        found[row.code] = _fact(row, told, calendar, on)
    return found


def _fact(row: Handling, told: Sequence[rules.Happened], calendar: Calendar, on: date) -> Fact:
    number = calendar.days.number
    began = row.accepted_on or clock.day_of(row.received_at)
    pauses = tuple((number(event.on), number(told[n + 1].on if n + 1 < len(told) else on), event.status.value)
                   for n, event in enumerate(told) if event.status in rules.PAUSES)
    if row.status in PASSED:
        return Fact(number(began), number(row.ended_on or on), row.used_days, 0, pauses)
    read = rules.read(told, row.limit, on, calendar.works)
    left = row.limit if read.left is None else read.left
    return Fact(number(began), None, read.used + read.owner + read.special, left, pauses)


def forgotten() -> None:
    """What was remembered of histories is read anew; said by tests."""
    _kept.clear()


def shown(made: Planned, most: int, kept: Collection[str] = ()) -> set[str]:
    """The tasks of the trunk: what holds the date, what runs, milestones, then by slack; at most so many."""
    def place(bar: LiveBar) -> tuple[bool, bool, bool, int, str]:
        items = [made.file.catalogue.item(code) for code in bar.task.members]
        paused = any((fact := made.facts.get(code)) and fact.pauses for code in bar.task.members)
        return (not bar.is_critical, bar.state != TaskState.RUNNING,
                not (paused or any(item.milestone for item in items)), bar.slack, bar.task.code)

    bars = [bar for bar in made.live.bars.values() if bar.task.code not in kept]
    return {bar.task.code for bar in sorted(bars, key=place)[:most]}
