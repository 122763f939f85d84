"""Which rows stand behind a figure? The list of a part, the same rows by unit, category or area, and the SQL that runs.

A list and its figure use the same expression over the same files, so they are equal by construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from citywright.kernel.models import Area, Organisation
from citywright.lake import engines, rates

from ..catalogue import Indicator, Table, When
from ..words import Direction
from . import values
from .counting import KNOWN, columns, in_months, key, own_month
from .reading import MONTHLY, CannotCount, Scope, as_of, rows, run, when
from .values import Value, value_of

AMOUNT = "amount_"
UNCLASSIFIED = "未归类"
#: Of each kind of breakdown: the column.
BY = {"unit": "unit", "category": "category_name", "area": "area"}
#: Columns that hold codes of units.
UNITS = frozenset({"unit", "raised_unit", "issuer"})


@dataclass(frozen=True)
class Behind:
    """The list of a part: its rows on this page, how many there are, and what they add up to."""

    indicator: Indicator
    rows: list[dict[str, Any]]
    count: int
    total: int
    as_of: date


@dataclass(frozen=True)
class Share:
    """One row of a breakdown."""

    key: str
    label: str
    value: Value


def asked(one: Indicator, scope: Scope, period: date) -> tuple[Table, When]:
    """The rows of the month that may count, and the month for their expressions."""
    if one.table != MONTHLY:
        return rows(one.table, scope), when(period)
    table = in_months(rows(one.table, scope, period.year), [period])
    return table, own_month(table, [period])


def part_of(code: str, part: str) -> tuple[Indicator, Any]:
    """The indicator and its part; refuses by name what is not there."""
    one = values.indicators([code])[0]
    if part not in one.parts:
        raise CannotCount("没有指标清单“%(code)s %(part)s”", code=code, part=part)
    return one, one.parts[part]


def listed(code: str, part: str, scope: Scope, period: date, *, first: int = 0, most: int | None = None,
           unit: str = "") -> Behind:
    """The rows of a part, largest first, `most` of them from `first` on; count and sum are of all of them."""
    one, wanted = part_of(code, part)
    if values.is_absent(one.table):
        return Behind(one, [], 0, 0, as_of(one.table, scope, period))
    table, at = asked(one, scope, period)
    found = table.mutate(**{AMOUNT: wanted.column(table, at)}).filter(wanted.where(table, at))
    if unit:
        found = found.filter(found.unit == unit)
    whole = run(found.aggregate(count_=found.count(), sum_=found[AMOUNT].sum().cast("int64")))[0]
    names = [name for name, _ in one.listed]
    page = found.select(*names, AMOUNT).order_by(engines.language().desc(AMOUNT), *names)
    page = page.limit(most, offset=first) if most is not None else page
    return Behind(one, named(run(page)), whole["count_"], whole["sum_"] or 0, as_of(one.table, scope, period))


def named(read: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with units called by name where they hold codes."""
    held = UNITS & set(read[0]) if read else set()
    if not held:
        return read
    names = names_of("unit", [row[column] for row in read for column in held if row[column]])
    return [{**row, **{column: names.get(row[column], row[column]) for column in held}} for row in read]


def breakdown(code: str, by: str, scope: Scope, period: date) -> list[Share]:
    """The figure by unit, category or area; the parts of the rows add up to the parts of the whole."""
    one = values.indicators([code])[0]
    if values.is_absent(one.table):
        return []
    table, at = asked(one, scope, period)
    held = BY[by]
    if held not in table.columns:
        return []
    found = run(table.group_by(held).aggregate(**columns(table, [one], at)))
    labels, day = names_of(held, [row[held] or "" for row in found]), as_of(one.table, scope, period)
    shares = [Share(row[held] or "", labels.get(row[held] or "", row[held] or ""), value_of(one, row, day))
              for row in found]
    kept = [share for share in shares if share.value.numerator or share.value.denominator]
    return sorted(kept, key=lambda share: (share.key == UNCLASSIFIED, hurt(share.value), share.label))


def hurt(value: Value) -> tuple[bool, Fraction]:
    """What hurts first: the lowest rate where more is better, else the largest; those without a value last."""
    if value.value is None:
        return True, Fraction(0)
    rate_to_raise = value.indicator.bottom is not None and value.indicator.direction is Direction.UP
    return False, value.value if rate_to_raise else -value.value


def names_of(key: str, codes: Sequence[str]) -> dict[str, str]:
    """What people call units and areas by their codes; categories say their own name."""
    if key == "area":
        return dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    if key in UNITS:
        return dict(Organisation.objects.filter(code__in=codes).values_list("code", "short_name"))
    return {}


def sql(code: str, scope: Scope, period: date) -> str:
    """What the engine is asked for one figure of one month; "" while its table was not published."""
    one = values.indicators([code])[0]
    if values.is_absent(one.table):
        return ""
    table, at = asked(one, scope, period)
    return str(engines.language().to_sql(table.aggregate(**columns(table, [one], at)), dialect="duckdb"))


@dataclass(frozen=True)
class Frozen:
    """One figure with its lists from the same read: part -> rows, each with its amount last; None when not known."""

    indicator: Indicator
    lists: dict[str, list[list[Any]]]
    value: Value


def survey(codes: Sequence[str], scope: Scope, period: date) -> list[Frozen]:
    """These figures with every list behind them, each fact table read at one go, so that they fit each other."""
    wanted = values.indicators(codes)
    found: dict[str, Frozen] = {}
    for name in dict.fromkeys(one.table for one in wanted):
        mine, read = [one for one in wanted if one.table == name], []
        if not values.is_absent(name):
            table, at = asked(mine[0], scope, period)
            names = list(dict.fromkeys(column for one in mine for column, _ in one.listed))
            read = named(run(table.select(*names, **flags(table, at, mine)).order_by(*names)))
        found |= {one.code: frozen(one, read, as_of(name, scope, period)) for one in mine}
    return [found[one.code] for one in wanted]


def flags(table: Table, at: When, wanted: Sequence[Indicator]) -> dict[str, Any]:
    """What each row adds to each part, null where it is not on the list; and whether it makes the figure known."""
    null = engines.language().null("int64")
    made = {key(one.code, part): listed.where(table, at).ifelse(listed.column(table, at), null)
            for one in wanted for part, listed in one.parts.items()}
    return made | {key(one.code, KNOWN): one.known(table, at) for one in wanted if one.known}


def frozen(one: Indicator, read: list[dict[str, Any]], as_of: date) -> Frozen:
    """One figure of what was read."""
    lists = {part: [[*(row[column] for column, _ in one.listed), row[key(one.code, part)]] for row in read
                    if row[key(one.code, part)] is not None] for part in one.parts}
    sums = {key(one.code, part): sum(row[-1] for row in rows) for part, rows in lists.items()} | {"rows_": len(read)}
    if one.known:
        sums[key(one.code, KNOWN)] = sum(bool(row[key(one.code, KNOWN)]) for row in read)
    return Frozen(one, lists, value_of(one, sums if read else {}, as_of))


def shown_amount(one: Indicator, amount: int) -> str:
    """One row's amount: 万元 with two places, or pieces."""
    return rates.shown(Fraction(amount, one.times * (1_000_000 if one.money else 1)), 2 if one.money else 0)
