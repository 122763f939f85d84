"""What do event logs tell? Cases, variants, who follows whom after how long, what was late. Pure; times in seconds."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import NamedTuple


class Event(NamedTuple):
    """Something that happened to a case: what, when (seconds since 1970, UTC), by whom."""

    activity: str
    at: float
    resource: str = ""


@dataclass(frozen=True)
class Case:
    """One case: its name, its events as they stand in the file, its days (startdate, enddate, enddate_planned …).

    `texts` is what else a log of ours says of it; logs of others are read without.
    """

    name: str
    events: tuple[Event, ...]
    days: dict[str, float] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def duration(self) -> float:
        """Seconds from the first event to the last; 0 without events."""
        times = [event.at for event in self.events]
        return max(times) - min(times) if times else 0.0


@dataclass
class Log:
    """An event log; `faulty` dates could not be read, `first_faulty` is the first of them."""

    cases: list[Case]
    faulty: int = 0
    first_faulty: str = ""


class Edge(NamedTuple):
    """One arrow of the directly-follows graph: how often, and the median seconds between."""

    before: str
    after: str
    times: int
    median: float


class Step(NamedTuple):
    """One activity: how often, in how many cases, and the median seconds since what came before it."""

    activity: str
    events: int
    cases: int
    median: float


@dataclass(frozen=True)
class Told:
    """Everything the page and the command say of a log. Durations in seconds."""

    cases: int
    events: int
    activities: int
    resources: int
    variants: int
    most_common: tuple[tuple[tuple[str, ...], int], ...]
    edges: tuple[Edge, ...]
    steps: tuple[Step, ...]
    mean: float | None
    median: float | None
    p90: float | None
    ended: int
    late: int
    after_deadline: int
    open: int


#: How many variants are told by name.
SHOWN_VARIANTS = 10


def tell(log: Log) -> Told:
    """One pass over the events; the order of events within a case is that of the file."""
    variants: Counter[tuple[str, ...]] = Counter()
    between: dict[tuple[str, str], list[float]] = defaultdict(list)
    since: dict[str, list[float]] = defaultdict(list)
    events: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    resources: set[str] = set()
    for case in log.cases:
        trace = tuple(event.activity for event in case.events)
        variants[trace] += 1
        events.update(trace)
        cases.update(set(trace))
        resources.update(event.resource for event in case.events if event.resource)
        for first, second in zip(case.events, case.events[1:], strict=False):
            gap = second.at - first.at
            between[first.activity, second.activity].append(gap)
            since[second.activity].append(gap)
    edges = [Edge(a, b, len(gaps), median(gaps)) for (a, b), gaps in between.items()]
    steps = [Step(name, count, cases[name], median(since[name] or [0.0])) for name, count in events.items()]
    lengths = sorted(case.duration for case in log.cases)
    return Told(
        cases=len(log.cases), events=sum(events.values()), activities=len(events), resources=len(resources),
        variants=len(variants), most_common=tuple(variants.most_common(SHOWN_VARIANTS)),
        edges=tuple(sorted(edges, key=lambda edge: (-edge.times, edge.before, edge.after))),
        steps=tuple(sorted(steps, key=lambda step: (-step.events, step.activity))),
        mean=fmean(lengths) if lengths else None, median=median(lengths) if lengths else None,
        p90=lengths[-(-len(lengths) * 9 // 10) - 1] if lengths else None,
        ended=_count(log, "enddate"), late=_later(log, "enddate_planned"), after_deadline=_later(log, "deadline"),
        open=len(log.cases) - _count(log, "enddate"))


def _count(log: Log, key: str) -> int:
    return sum(key in case.days for case in log.cases)


def _later(log: Log, limit: str) -> int:
    """Cases that ended after the day of a limit."""
    return sum(case.days["enddate"] > case.days[limit] for case in log.cases
               if "enddate" in case.days and limit in case.days)
