"""Months and years as the reports count them. Pure.

A period is the first day of its month (`date`); "2024-03" is how it is typed and sent in addresses.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction

from .errors import Refusal


class CannotReadMonth(Refusal):
    """The text is not a month of the form 2024-03."""


def month_of(text: str) -> date:
    """The first day of a month written 2024-03 or 202403."""
    digits = text.strip().replace("-", "")
    if len(digits) == 6 and digits.isdigit() and 1 <= int(digits[4:]) <= 12 and int(digits[:4]) > 1900:
        return date(int(digits[:4]), int(digits[4:]), 1)
    raise CannotReadMonth("月份“%(text)s”不对，应写成 2024-03", text=text)


def label(period: date) -> str:
    """2024-03 of the first of March 2024."""
    return f"{period.year:04d}-{period.month:02d}"


def first_of(day: date) -> date:
    """The period a day lies in."""
    return day.replace(day=1)


def last_of(period: date) -> date:
    """The last day of a period."""
    return period.replace(day=monthrange(period.year, period.month)[1])


def shifted(period: date, months: int) -> date:
    """The period so many months later (earlier when negative)."""
    index = period.year * 12 + period.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def between(first: date, last: date) -> list[date]:
    """Every period from first to last, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [shifted(first, i) for i in range(max(count, 0))]


def time_progress(period: date) -> Fraction:
    """时序进度 at the end of a period: elapsed months of the year / 12, exact (10 months = 5/6)."""
    return Fraction(period.month, 12)
