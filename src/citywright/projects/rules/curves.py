"""How does cumulated money run over the months? The plan's curve and what the pace so far makes of its rest. Pure.

The forecast stretches the plan by the earned schedule: SPI(t) = ES/AT (PROJECTS 1.6 SCHED). It is no probability.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from citywright.kernel import periods

from . import rates

Point = tuple[date, Decimal]
#: A forecast further away than this many months says nothing.
FURTHEST = 120


@dataclass(frozen=True)
class YearPlan:
    """One year's plan in force, 万元: what was done before it, the year's money, its months to date (1 to 12)."""

    year: int
    done_before: Decimal
    invest: Decimal
    to_date: Mapping[int, Decimal]


@dataclass(frozen=True)
class Forecast:
    """The rest of the plan at the pace so far: points from the as-of month on, and how many months late it ends."""

    points: tuple[Point, ...]
    months_late: int


def planned(years: Sequence[YearPlan]) -> list[Point]:
    """Cumulated plan at each month's end, earliest first; a year without months is spread evenly."""
    points: list[Point] = []
    base = years[0].done_before if years else Decimal(0)
    for plan in years:
        base = max(base, plan.done_before)
        for month in range(1, 13):
            even = plan.invest * month / 12
            points.append((periods.last_of(date(plan.year, month, 1)), base + plan.to_date.get(month, even)))
        base += plan.invest
    return points


def forecast(plan: Sequence[Point], done: Decimal, at: date) -> Forecast | None:
    """The plan's rest, stretched by SPI(t); None before the plan begins, after its end, or while nothing is done."""
    amounts = [amount for _, amount in plan]
    elapsed = sum(1 for on, _ in plan if on <= at)
    if not amounts or not elapsed or not 0 < done < amounts[-1]:
        return None
    found = rates.schedule(amounts, done, elapsed)
    if not found.spi_t or found.expected_duration is None or found.expected_duration > FURTHEST:
        return None
    points, ahead = [(at, done)], 0
    while points[-1][1] < amounts[-1] and ahead < FURTHEST:
        ahead += 1
        points.append((later(at, ahead), amount_at(amounts, found.earned + ahead * found.spi_t)))
    return Forecast(tuple(points), ceil(found.expected_duration - len(amounts)) if found.spi_t < 1 else 0)


def later(at: date, months: int) -> date:
    """The last day of the month so many months later."""
    return periods.last_of(periods.shifted(periods.first_of(at), months))


def amount_at(amounts: Sequence[Decimal], months: Fraction) -> Decimal:
    """The plan's amount after so many months, between two months on a straight line."""
    whole = int(months)
    if whole >= len(amounts):
        return amounts[-1]
    before = amounts[whole - 1] if whole else Decimal(0)
    share = Decimal((months - whole).numerator) / Decimal((months - whole).denominator)
    return before + (amounts[whole] - before) * share
