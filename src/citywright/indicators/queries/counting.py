"""How is counted? Numerators and denominators of indicators as sums of whole numbers over a fact table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from citywright.lake import engines

from ..catalogue import Indicator, Table, When
from .reading import day_number

Sums = Mapping[str, int]
KNOWN = "known"


def by_month(table: Table, wanted: Iterable[Indicator], months: Sequence[date], *, beside: Sequence[str] = ()) -> Any:
    """The sums of the monthly table by month (and by the columns `beside`); the months are of one year."""
    asked = in_months(table, months)
    return asked.group_by([*beside, "period"]).aggregate(**columns(asked, wanted, own_month(asked, months)))


def in_months(table: Table, months: Sequence[date]) -> Table:
    """The rows of these months."""
    first, last = engines.language().date(months[0].isoformat()), engines.language().date(months[-1].isoformat())
    return table.filter((table.period >= first) & (table.period <= last))


def own_month(table: Table, months: Sequence[date]) -> When:
    """The month of each row, from its own columns; the months are of one year."""
    return When(table.period_end_day, day_number(date(months[0].year, 1, 1)), table.month)


def columns(table: Table, wanted: Iterable[Indicator], at: When) -> dict[str, Any]:
    """Numerator and denominator of each indicator as sums, and how many rows there are at all."""
    made: dict[str, Any] = {"rows_": table.count()}
    for one in wanted:
        for part, listed in one.parts.items():
            made[key(one.code, part)] = listed.column(table, at).sum().cast("int64")
        if one.known is not None:
            made[key(one.code, KNOWN)] = one.known(table, at).ifelse(1, 0).sum().cast("int64")
    return made


def key(code: str, part: str) -> str:
    """The name of a sum."""
    return f"{code}_{part[0]}"
