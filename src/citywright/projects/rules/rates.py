"""What is each rate made of? Exact fractions of the published definitions (PROJECTS 1.6, PRACTICE 1.3). Pure.

A rate is None when its denominator is 0; people then read "—". Nothing is rounded before it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from citywright.lake.rates import (
    MINUS,
    NOTHING,
    Number,
    change,
    change_words,
    completion_score,
    composite,
    efficacy,
    lead_words,
    percent,
    rank_votes,
    rank_weights,
    ranks,
    ratio,
    rounded,
    shown,
)

__all__ = [
    "MINUS", "NOTHING", "Number", "Pace", "Schedule", "Starts", "change", "change_words", "completion_score",
    "composite", "efficacy", "implementable", "is_fin0", "is_gap_listed", "is_land0", "lead_words", "percent",
    "rank_votes", "rank_weights", "ranks", "ratio", "rounded", "rounds_apart", "schedule", "scheduled_money",
    "shown", "stat_gap", "unstated",
]

#: 入统: smallest total (万元) that statistics accept, and days allowed after the start (PROJECTS 1.6 STAT_IN).
STATISTICS_FLOOR = Decimal(500)
STATISTICS_DAYS = 30
#: 拿地即开工: working days from land right to permit; 竣工即投产: days from completion to production. Unconfirmed.
LAND0_WORKDAYS = 5
FIN0_DAYS = 30
#: 仪式后仍未实质开工: days until a ceremony without a verified start is listed (START_GAP).
CEREMONY_DAYS = 60
#: 口径差: share of the statistics amount above which a project is listed (INV_STAT_GAP).
STAT_GAP_LISTED = Fraction(20, 100)


# --- starts -----------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Starts:
    """开工: planned in the year, due by the day, verified starts of the year, of which not yet due (提前)."""

    planned: int
    due: int
    started: int
    early: int

    @property
    def on_time(self) -> int:
        """Due and started."""
        return self.started - self.early

    @property
    def late(self) -> int:
        """Due and not started (未按计划开工)."""
        return self.due - self.on_time

    @property
    def due_rate(self) -> Fraction | None:
        """START_DUE 应开工开工率: due and started / due."""
        return ratio(self.on_time, self.due)

    @property
    def year_rate(self) -> Fraction | None:
        """START_YEAR 年度开工率: started, early ones too / planned for the year."""
        return ratio(self.started, self.planned)

    @property
    def all_rate(self) -> Fraction | None:
        """START_ALL: started, early ones too / due. Numerator and denominator are not the same projects."""
        return ratio(self.started, self.due)


def implementable(listed: int, preparatory: int) -> int:
    """The denominator of START_IMPL 实施类开工率: what is listed, minus the preparatory projects."""
    return listed - preparatory


def is_land0(land_on: date | None, permit_on: date | None, due_on: date | None) -> bool:
    """Whether the permit came no later than `due_on`, the LAND0_WORKDAYS-th working day after the land right."""
    return None not in (land_on, permit_on, due_on) and permit_on <= due_on  # type: ignore[operator]


def is_fin0(completed_on: date | None, producing_on: date | None) -> bool:
    """Whether production began within FIN0_DAYS days of completion, or before it."""
    if completed_on is None or producing_on is None:
        return False
    return (producing_on - completed_on).days <= FIN0_DAYS


def stat_gap(unit: Decimal | None, stat: Decimal | None) -> Fraction | None:
    """口径差: (dispatch − statistics) / statistics; None without a statistics amount."""
    return ratio(Decimal(unit or 0) - stat, stat) if stat else None


def is_gap_listed(unit: Decimal | None, stat: Decimal | None) -> bool:
    """Whether the two calibres differ by more than a fifth, either way."""
    gap = stat_gap(unit, stat)
    return gap is not None and abs(gap) > STAT_GAP_LISTED


# --- investment against schedule ----------------------------------------------------------------------------------

@dataclass(frozen=True)
class Pace:
    """Year-to-date money against the year's plan and its schedule, one unit throughout; `time` is month / 12."""

    done: Number
    plan: Number
    scheduled: Number
    time: Fraction

    @property
    def rate(self) -> Fraction | None:
        """INV_DONE 年度投资完成率: done / plan."""
        return ratio(self.done, self.plan)

    @property
    def ratio(self) -> Fraction | None:
        """序时完成比: done / scheduled."""
        return ratio(self.done, self.scheduled)

    @property
    def schedule(self) -> Fraction | None:
        """时序进度 of the plan's own months: scheduled / plan."""
        return ratio(self.scheduled, self.plan)

    @property
    def lead(self) -> Fraction | None:
        """INV_PACE 超欠时序, percentage points, against the plan's own months; negative is behind."""
        points = ratio(Fraction(self.done) - Fraction(self.scheduled), self.plan)
        return None if points is None else points * 100

    @property
    def lead_by_months(self) -> Fraction | None:
        """超欠时序, percentage points, against elapsed months / 12."""
        return None if self.rate is None else (self.rate - self.time) * 100


def scheduled_money(by_months: Number, without_months: Number, time: Fraction) -> Fraction:
    """Money due by now: the monthly plans' sum, and time x plan for those that have no monthly plan."""
    return Fraction(by_months) + Fraction(without_months) * time


# --- totals that add up -------------------------------------------------------------------------------------------

def _sum(numbers: Iterable[Number]) -> Fraction:
    return sum((Fraction(number) for number in numbers), Fraction(0))


def unstated(total: Number, parts: Mapping[str, Number]) -> Fraction:
    """What a total holds beyond its named parts: the 未归类 row (may be negative when parts overlap)."""
    return Fraction(total) - _sum(parts.values())


def rounds_apart(parts: Sequence[Number], decimals: int) -> bool:
    """Whether the printed parts do not add up to the printed total although the exact ones do."""
    return sum(rounded(part, decimals) for part in parts) != rounded(_sum(parts), decimals)


# --- earned schedule ----------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Schedule:
    """SCHED 进度绩效: SPI = EV/PV falls back to 1 at the end of a late project; SPI(t) = ES/AT does not."""

    spi: Fraction | None
    earned: Fraction
    spi_t: Fraction | None
    expected_duration: Fraction | None


def schedule(planned: Sequence[Number], earned: Number, elapsed: int) -> Schedule:
    """Earned schedule: `planned` cumulative by month from month 1, the value earned after `elapsed` months."""
    curve = [Fraction(0), *(Fraction(amount) for amount in planned)]
    value = min(Fraction(earned), curve[-1])
    whole = curve.index(curve[-1])
    es = Fraction(whole)
    if value < curve[-1]:
        c = max(i for i in range(whole) if curve[i] <= value)
        es = c + (value - curve[c]) / (curve[c + 1] - curve[c])
    spi_t = ratio(es, elapsed)
    return Schedule(
        spi=ratio(value, curve[min(elapsed, len(curve) - 1)]), earned=es, spi_t=spi_t,
        expected_duration=ratio(whole, spi_t) if spi_t else None,
    )
