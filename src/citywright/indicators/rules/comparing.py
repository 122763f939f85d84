"""What does a figure say beside another of its kind? 环比 and 同比 in words; rates differ by 个百分点. Pure."""

from __future__ import annotations

from fractions import Fraction

from citywright.kernel.errors import Said
from citywright.lake import rates

from ..words import Direction

#: Units whose differences are points, and units that are counted in pieces.
POINTS, PIECES = frozenset({"%", "个百分点"}), frozenset({"个", "件", "项"})
BEFORE, LAST_YEAR = "before", "last_year"
#: Whether it is up, down or equal, in points, pieces or per cent, since last month and since last year.
TEXTS: dict[str, dict[str, tuple[str, str, str, str]]] = {
    BEFORE: {
        "points": ("较上月提高 %(by)s 个百分点", "较上月降低 %(by)s 个百分点", "较上月持平", "上月无数"),
        "pieces": ("较上月增 %(by)s", "较上月减 %(by)s", "较上月持平", "上月无数"),
        "percent": ("较上月增长 %(by)s%%", "较上月下降 %(by)s%%", "较上月持平", "上月无数"),
    },
    LAST_YEAR: {
        "points": ("同比提高 %(by)s 个百分点", "同比降低 %(by)s 个百分点", "同比持平", "上年同期无数"),
        "pieces": ("同比增 %(by)s", "同比减 %(by)s", "同比持平", "上年同期无数"),
        "percent": ("同比增长 %(by)s%%", "同比下降 %(by)s%%", "同比持平", "上年同期无数"),
    },
}


def compared(now: Fraction | None, base: Fraction | None, unit: str, decimals: int, since: str) -> Said:
    """The sentence, from unrounded values: points between rates, pieces between counts, per cent between amounts."""
    kind = "points" if unit in POINTS else "pieces" if unit in PIECES else "percent"
    up, down, equal, none = TEXTS[since][kind]
    if now is None or base is None:
        return Said(none)
    places = 0 if kind == "pieces" else max(decimals, 1) if kind == "points" else 1
    moved = now - base
    if kind == "percent":
        growth = rates.change(now, base)
        if growth is None:
            return Said(none)
        moved = growth * 100
    by = rates.rounded(abs(moved), places)
    if not by:
        return Said(equal)
    return Said(up if moved > 0 else down, {"by": f"{by:,.{places}f}"})


def is_worse(now: Fraction | None, base: Fraction | None, direction: Direction) -> bool:
    """Whether the figure moved the wrong way."""
    if now is None or base is None or direction is Direction.NONE:
        return False
    return now < base if direction is Direction.UP else now > base


def year_to_date(months: list[Fraction | None]) -> Fraction | None:
    """累计: the sum of the months, None when one is missing. January and February may only be known together."""
    return None if not months or any(month is None for month in months) else sum(
        (month for month in months if month is not None), Fraction(0))


def cumulative_growth(now: list[Fraction | None], last_year: list[Fraction | None]) -> Fraction | None:
    """累计同比: the months of the year so far against the same months of last year; as a ratio."""
    return rates.change(year_to_date(now), year_to_date(last_year)) if len(now) == len(last_year) else None


def time_lead(rate: Fraction | None, month: int) -> Fraction | None:
    """超（慢）时序: percentage points of a rate over the months gone by / 12, from unrounded values."""
    return None if rate is None else (rate - Fraction(month, 12)) * 100
