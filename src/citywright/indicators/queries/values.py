"""What are the figures of a month? Sums of whole numbers over the lake, one aggregate per fact table, then fractions.

The same question is answered once while the published files stay the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import groupby

from citywright.kernel import periods
from citywright.lake import engines, rates, store

from ..catalogue import CATALOGUE, Indicator, Table
from . import remembered
from .counting import KNOWN, Sums, by_month, columns, key
from .reading import MONTHLY, CannotCount, Scope, as_of, rows, run, when

#: How many months a figure's run has, and how many must be read for it and the same month of last year.
MONTHS = 12


@dataclass(frozen=True)
class Value:
    """One figure of one month: exact parts, the value in the indicator's unit (None without one), as it is shown."""

    code: str
    numerator: int
    denominator: int | None
    value: Fraction | None
    shown: str
    as_of: date

    @property
    def indicator(self) -> Indicator:
        """What it means."""
        return CATALOGUE[self.code]


def indicators(codes: Iterable[str]) -> list[Indicator]:
    """The indicators with these codes; refuses an unknown one by name."""
    found = []
    for code in codes:
        if code not in CATALOGUE:
            raise CannotCount("没有指标“%(code)s”", code=code)
        found.append(CATALOGUE[code])
    return found


def evaluate(codes: Iterable[str], *, area_path: str, period: date,
             units: Sequence[str] | None = None) -> dict[str, Value]:
    """These figures of an area and month, of these units only when they are said; by code, in the order asked."""
    scope = Scope(area_path, None if units is None else tuple(units))
    return run_of(tuple(codes), scope, (period,))[period]


def with_history(codes: Iterable[str], scope: Scope, period: date) -> dict[date, dict[str, Value]]:
    """These figures of the month, of the eleven before it and of the same month of last year."""
    months = periods.between(periods.shifted(period, -MONTHS), period)
    return run_of(tuple(codes), scope, tuple(months))


def run_of(codes: tuple[str, ...], scope: Scope, months: tuple[date, ...]) -> dict[date, dict[str, Value]]:
    """These figures of each month: one aggregate per fact table they are counted on, and year of it."""
    wanted = indicators(codes)
    found: dict[date, dict[str, Value]] = {month: {} for month in months}
    sums: dict[str, dict[date, Sums]] = {}
    for name in dict.fromkeys(one.table for one in wanted):
        mine = tuple(one.code for one in wanted if one.table == name)
        sums[name] = {}
        for part in () if is_absent(name) else by_year(name, months):
            sums[name] |= _asked(engines.engine().name, files(name, scope, part), name, tuple(sorted(mine)), scope,
            part)
    for month in months:
        days = {name: as_of(name, scope, month) for name in sums}
        for one in wanted:
            found[month][one.code] = value_of(one, sums[one.table].get(month, {}), days[one.table])
    return found


def by_year(name: str, months: Sequence[date]) -> list[tuple[date, ...]]:
    """The months asked together: those of one year, whose files change together; years gone by are asked once."""
    if name != MONTHLY:
        return [tuple(months)]
    return [tuple(found) for _, found in groupby(months, key=lambda month: month.year)]


def files(name: str, scope: Scope, months: Sequence[date]) -> str:
    """What the engine calls the files that hold these rows: another as soon as one of them is another.

    Each is seen to be there; one that is missing or cut short is refused by name.
    """
    year = months[0].year if name == MONTHLY else None
    return str(engines.engine().table(name, year=year, area_path=scope.area_path).get_name())


@lru_cache(maxsize=256)
def _asked(engine: str, files: str, name: str, codes: tuple[str, ...], scope: Scope,
           months: tuple[date, ...]) -> dict[date, Sums]:
    """The sums of one fact table by month. Kept while the engine's name for its files is the same."""
    wanted = [CATALOGUE[code] for code in codes]
    if name != MONTHLY:
        return _of_others(rows(name, scope), wanted, months)
    kept = remembered.sums(scope, months)
    if kept is not None:
        return kept
    return {row["period"]: row for row in run(by_month(rows(name, scope, months[0].year), wanted, months))}


def is_absent(name: str) -> bool:
    """Whether a table beside the monthly one was never published: its figures are not known, the others are."""
    return name != MONTHLY and not store.partitions(name)


def _of_others(table: Table, wanted: Sequence[Indicator], months: Sequence[date]) -> dict[date, Sums]:
    """Rows without a month of their own are asked once, with a column for every month."""
    asked = {f"{key}_{i}": column for i, month in enumerate(months)
             for key, column in columns(table, wanted, when(month)).items()}
    row = run(table.aggregate(**asked))[0]
    keys = columns(table, wanted, when(months[0]))
    return {month: {key: row[f"{key}_{i}"] or 0 for key in keys} for i, month in enumerate(months)}


def value_of(one: Indicator, sums: Sums, as_of: date) -> Value:
    """The figure from its sums; without any row it is not known."""
    top, bottom = sums.get(key(one.code, "numerator")) or 0, sums.get(key(one.code, "denominator"))
    if one.bottom is not None:
        bottom = bottom or 0
    if not sums or sums.get(key(one.code, KNOWN), 1) == 0 or one.table == MONTHLY and not sums["rows_"]:
        return Value(one.code, 0, bottom, None, rates.NOTHING, as_of)
    share = Fraction(top) if one.bottom is None else rates.ratio(top, bottom or 0)
    value = None if share is None else share * one.scale
    return Value(one.code, top, bottom, value, rates.shown(value, one.decimals), as_of)


def forget() -> None:
    """Everything is asked anew; what is kept beside the lake stays."""
    _asked.cache_clear()
