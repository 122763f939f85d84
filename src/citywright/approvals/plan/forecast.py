"""A finish date with its honest confidence: durations drawn a thousand times, recalibrated on what really came. Pure.

Each task lasts its committed days times a factor drawn from how long this office's own items took (pauses included);
where too few have ended the factors are sample ones, and the page says so. Finished projects replayed from their first
day tell how far the simulation was off: once there are enough, the quantiles are those of reality, and the share of
reality inside the 80 % range (each project judged by the others only) is the coverage that is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from .live import Fact
from .network import Task, ordered

Numbers = NDArray[np.float64]
SAMPLES = 1000
#: Shares of the committed days that items take, until the office has its own. A parameter; sample figures.
SAMPLE_FACTORS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0, 1.0, 1.2, 1.6)
#: How many ended items make a department's own factors, how many the office's, how many projects a calibration.
OF_DEPARTMENT, OF_OFFICE, OF_PROJECTS = 12, 30, 10
#: No item counts as longer than so many times its limit: one forgotten file is not a forecast.
LONGEST = 8.0
EARLY, LIKELY, LATE = 0.1, 0.5, 0.9


@dataclass(frozen=True)
class Factors:
    """Shares of the committed days by department, and of all together; `count` ended items they were fitted on."""

    all: Numbers
    by_department: Mapping[str, Numbers] = field(default_factory=dict)
    count: int = 0

    @property
    def is_sample(self) -> bool:
        """Whether they are sample figures, not this office's own."""
        return self.count < OF_OFFICE

    def of(self, departments: Sequence[str]) -> Numbers:
        """The shares of the first department that has its own."""
        return next((self.by_department[d] for d in departments if d in self.by_department), self.all)


def fitted(ended: Iterable[tuple[str, int, int]]) -> Factors:
    """Factors of ended items, each as (department, working days it took with its pauses, its limit)."""
    shares: dict[str, list[float]] = defaultdict(list)
    for department, took, limit in ended:
        if limit > 0:
            shares[department].append(min(took / limit, LONGEST))
    count = sum(map(len, shares.values()))
    if count < OF_OFFICE:
        return Factors(np.array(SAMPLE_FACTORS), {}, count)
    own = {name: np.array(sorted(found)) for name, found in shares.items() if len(found) >= OF_DEPARTMENT}
    return Factors(np.array(sorted(one for found in shares.values() for one in found)), own, count)


@dataclass(frozen=True)
class Forecast:
    """Working days on which one in ten, half, and nine in ten reach the goal."""

    early: int
    likely: int
    late: int
    is_calibrated: bool = False


@dataclass(frozen=True)
class Replay:
    """A finished project: how many working days it took, and what the simulation said on its first day (half)."""

    took: int
    said: float


@dataclass(frozen=True)
class Coverage:
    """Of so many finished projects how many ended inside the 80 % range that the others would have given them."""

    inside: int
    count: int


def simulate(tasks: Sequence[Task], goals: Iterable[str], today: int, factors: Factors, *, seed: int,
             facts: Mapping[str, Fact] | None = None, not_before: Mapping[str, int] | None = None,
             samples: int = SAMPLES) -> Numbers:
    """When the last of the goals is reached, drawn so many times; sorted. All tasks when there is no goal."""
    draw, known, held = np.random.default_rng(seed), facts or {}, not_before or {}
    finish: dict[str, Numbers | int] = {}
    for task in ordered(tasks):
        fact = known.get(task.code)
        if fact is not None and fact.ended is not None:
            finish[task.code] = fact.ended
            continue
        lasts = np.ceil(task.days * draw.choice(factors.of(task.departments), samples))
        if fact is not None:
            finish[task.code] = today + np.maximum(lasts - max(fact.used, 0), 1)
            continue
        begins: Numbers | int = max([today, *(held[c] for c in task.members if c in held)])
        for code in task.before:
            if code in finish:
                begins = np.maximum(begins, finish[code])
        finish[task.code] = begins + lasts
    wanted = set(goals)
    ends = [finish[task.code] for task in tasks if wanted.intersection(task.members)] or list(finish.values())
    last: Numbers | int = today
    for end in ends:
        last = np.maximum(last, end)
    return np.sort(np.broadcast_to(np.asarray(last, dtype=np.float64), (samples,)))


def forecast(drawn: Numbers, today: int, shares: Sequence[float] = ()) -> Forecast:
    """The three days of a simulation; with enough finished projects those that reality would have given."""
    if len(shares) < OF_PROJECTS:
        early, likely, late = (float(np.quantile(drawn, q)) for q in (EARLY, LIKELY, LATE))
        return Forecast(ceil(early), ceil(likely), ceil(late))
    left = max(float(np.median(drawn)) - today, 0.0)
    early, likely, late = (today + left * _share(shares, q) for q in (EARLY, LIKELY, LATE))
    return Forecast(ceil(early), ceil(likely), ceil(late), is_calibrated=True)


def recalibrated(replays: Iterable[Replay]) -> list[float]:
    """How many times longer reality was than the simulation, of each finished project; sorted."""
    return sorted(one.took / one.said for one in replays if one.said > 0)


def backtest(replays: Sequence[Replay]) -> Coverage | None:
    """The coverage of the 80 % range, each project judged by all others; None with too few to say anything."""
    told = [one for one in replays if one.said > 0]
    if len(told) <= OF_PROJECTS:
        return None
    inside = 0
    for number, one in enumerate(told):
        shares = recalibrated(told[:number] + told[number + 1:])
        inside += _share(shares, EARLY) * one.said <= one.took <= ceil(_share(shares, LATE) * one.said)
    return Coverage(inside, len(told))


def _share(shares: Sequence[float], quantile: float) -> float:
    """The share at a quantile, counted so that a new project falls under it as often as it says."""
    place = quantile * (len(shares) + 1)
    place = floor(place) if quantile < LIKELY else ceil(place) if quantile > LIKELY else round(place)
    return shares[min(max(int(place), 1), len(shares)) - 1]

