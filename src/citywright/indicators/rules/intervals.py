"""Between what and what? A hedged number is a range: 以上 a floor, 以内 a ceiling, 约 a few per cent, else rounding.

Sums and quotients of ranges contain every sum and quotient of numbers within them. Pure, exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from ..words import Qualifier
from . import units

#: 约, 近, 左右: how far on either side, as a part of the number; of a rate, so many percentage points.
ABOUT = Fraction(5, 100)
ABOUT_POINTS = Fraction(1, 2)
#: A whole number stays an int: sums of ints are many times faster, and as exact.
Exact = Fraction | int


class CannotBeReckoned(Exception):
    """Two quantities that cannot be added, compared or divided: `first` and `second` say what stood there."""

    def __init__(self, first: str, second: str) -> None:
        self.first, self.second = first, second
        super().__init__(first, second)


class NoDenominator(Exception):
    """A division by nothing."""


@dataclass(slots=True)
class Quantity:
    """A number with its range and unit. `low` or `high` None is open; `about` says that a 约 is in it."""

    mid: Exact
    low: Exact | None
    high: Exact | None
    unit: str = ""
    about: bool = False

    def within(self, unit: str) -> Quantity:
        """The same in another unit of the same measure."""
        if unit == self.unit:
            return self
        by = units.factor(self.unit, unit)
        if by is None:
            raise CannotBeReckoned(self.unit, unit)
        if by == 1:
            return Quantity(self.mid, self.low, self.high, unit, self.about)
        return Quantity(self.mid * by, None if self.low is None else self.low * by,
                        None if self.high is None else self.high * by, unit, self.about)

    @property
    def exact(self) -> bool:
        """Whether the range is one number."""
        return self.low is self.mid is self.high or self.low == self.mid == self.high

    @property
    def mark(self) -> str:
        """≥ for a floor, ≤ for a ceiling, ≈ for a hedge on both sides, nothing for a plain number."""
        if self.low is self.mid:
            return "≥" if self.high is None else ""
        if self.high is None:
            return "≥" if self.low is not None and self.low == self.mid else "≈"
        if self.low is None or (self.mid == self.high and self.low < self.mid):
            return "≤"
        return "≈" if self.about else ""


def number(value: Exact, unit: str = "") -> Quantity:
    """A number as it is."""
    exact = value.numerator if value.denominator == 1 else value
    return Quantity(exact, exact, exact, unit)


@lru_cache(maxsize=65_536)
def read(value: Decimal, unit: str, qualifier: str, value_max: Decimal | None = None) -> Quantity:
    """A published number as a range; a percentage becomes the number it stands for."""
    made = _read(value, unit, qualifier, value_max)
    return made.within("") if unit == "%" else made


def _read(value: Decimal, unit: str, qualifier: str, value_max: Decimal | None) -> Quantity:
    mid: Exact = Fraction(value)
    mid = mid.numerator if mid.denominator == 1 else mid
    kind = qualifier.removeprefix("growth_")
    if kind == Qualifier.AT_LEAST:
        return Quantity(mid, mid, None, unit)
    if kind == Qualifier.AT_MOST:
        return Quantity(mid, min(0, mid), mid, unit)
    if kind == Qualifier.RANGE and value_max is not None:
        high = Fraction(value_max)
        return Quantity(Fraction(mid + high) / 2, mid, high, unit, about=True)
    if kind == Qualifier.ABOUT:
        reach = ABOUT_POINTS if unit == "%" else Fraction(abs(value)) * ABOUT
        return Quantity(mid, mid - reach, mid + reach, unit, about=True)
    half = units.printed_step(value, unit) / 2
    return Quantity(mid, mid - half, mid + half, unit) if half else Quantity(mid, mid, mid, unit)


def plus(a: Quantity, b: Quantity) -> Quantity:
    """Sum in the unit of the first."""
    b = b if b.unit == a.unit else b.within(a.unit)
    return Quantity(a.mid + b.mid, None if a.low is None or b.low is None else a.low + b.low,
                    None if a.high is None or b.high is None else a.high + b.high, a.unit, a.about or b.about)


def minus(a: Quantity, b: Quantity) -> Quantity:
    """Difference in the unit of the first; of two days, days between."""
    b = b if b.unit == a.unit else b.within(a.unit)
    return Quantity(a.mid - b.mid, None if a.low is None or b.high is None else a.low - b.high,
                    None if a.high is None or b.low is None else a.high - b.low,
                    "天" if a.unit == "日" else a.unit, a.about or b.about)


def times(a: Quantity, b: Quantity) -> Quantity:
    """Product; a bare number leaves the other's unit."""
    unit = a.unit or b.unit if not (a.unit and b.unit) else f"{a.unit}·{b.unit}"
    low, high = _product(a, b)
    return Quantity(a.mid * b.mid, low, high, unit, a.about or b.about)


def over(a: Quantity, b: Quantity) -> Quantity:
    """Quotient; of two of one measure a bare number."""
    if not b.mid:
        raise NoDenominator
    unit = a.unit if not b.unit else f"{a.unit}/{b.unit}"
    if b.unit and (a.unit == b.unit or not units.is_count(b.unit) and units.factor(b.unit, a.unit) is not None):
        b, unit = b.within(a.unit), ""
    inverse = _inverse(b)
    low, high = _product(a, inverse)
    return Quantity(Fraction(a.mid) / b.mid, low, high, unit, a.about or b.about)


def _inverse(b: Quantity) -> Quantity:
    """One over a range; open on both sides when the range holds 0 inside."""
    low: Exact | None = None
    high: Exact | None = None
    if b.low is not None and b.low > 0:
        low, high = 0 if b.high is None else _one_over(b.high), _one_over(b.low)
    elif b.low is not None and b.low == 0 and (b.high is None or b.high > 0):
        low = 0 if b.high is None else _one_over(b.high)
    elif b.high is not None and b.high < 0:
        low, high = _one_over(b.high), 0 if b.low is None else _one_over(b.low)
    return Quantity(_one_over(b.mid), low, high)


def _one_over(value: Exact) -> Exact:
    return Fraction(value.denominator, value.numerator)


def _product(a: Quantity, b: Quantity) -> tuple[Exact | None, Exact | None]:
    """Ends of the product of two ranges."""
    if a.low is not None and b.low is not None and a.low >= 0 and b.low >= 0:
        return a.low * b.low, None if a.high is None or b.high is None else a.high * b.high
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return None, None
    ends = (a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high)
    return min(ends), max(ends)
