"""Which rows stand behind a figure? The list of a part, the same rows by unit, category or area, and the SQL that runs.

A list and its figure use the same expression over the same files, so they are equal by construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import ibis

from citywright.kernel.models import Area
from citywright.lake import rates

from ..catalogue import Indicator, Table, When
from . import values
from .reading import MONTHLY, CannotCount, Scope, as_of, rows, run, when
from .values import Value, columns, in_months, own_month, value_of

AMOUNT = "amount_"
UNCLASSIFIED = "未归类"
#: Of each kind of breakdown: the column of its key, and of its name ("" looks the area up).
BY: dict[str, tuple[str, str]] = {
    "unit": ("unit", "unit_name"), "category": ("category", "category_name"), "area": ("area", "")}


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
    table, at = asked(one, scope, period)
    found = table.mutate(**{AMOUNT: wanted.column(table, at)}).filter(wanted.where(table, at))
    if unit:
        found = found.filter(found.unit == unit)
    whole = run(found.aggregate(count_=found.count(), sum_=found[AMOUNT].sum().cast("int64")))[0]
    names = [name for name, _ in one.listed]
    page = found.select(*names, AMOUNT).order_by(ibis.desc(AMOUNT), *names)
    page = page.limit(most, offset=first) if most is not None else page
    return Behind(one, run(page), whole["count_"], whole["sum_"] or 0, as_of(one.table, scope, period))


def breakdown(code: str, by: str, scope: Scope, period: date) -> list[Share]:
    """The figure by unit, category or area; the parts of the rows add up to the parts of the whole."""
    one = values.indicators([code])[0]
    table, at = asked(one, scope, period)
    key, name = BY[by]
    if key not in table.columns:
        return []
    wanted = [key, *([name] if name and name in table.columns else [])]
    found = run(table.group_by(wanted).aggregate(**columns(table, [one], at)))
    day = as_of(one.table, scope, period)
    labels = area_names([row[key] for row in found]) if by == "area" else {}
    shares = [Share(row[key] or "", labels.get(row[key]) or (row.get(name) or "") if name else labels.get(row[key], ""),
                    value_of(one, row, day)) for row in found]
    kept = [share for share in shares if share.value.numerator or share.value.denominator]
    return sorted(kept, key=lambda share: (share.key == "unclassified", -order(share.value), share.label))


def order(value: Value) -> Fraction:
    """Largest first, those without a value last."""
    return Fraction(-(10**30)) if value.value is None else value.value


def area_names(codes: Sequence[str]) -> dict[str, str]:
    """Areas by code."""
    return dict(Area.objects.filter(code__in=codes).values_list("code", "name"))


def sql(code: str, scope: Scope, period: date) -> str:
    """What the engine is asked for one figure of one month."""
    one = values.indicators([code])[0]
    table, at = asked(one, scope, period)
    return str(ibis.to_sql(table.aggregate(**columns(table, [one], at)), dialect="duckdb"))


def survey(codes: Sequence[str], scope: Scope, period: date) -> dict[str, dict[str, list[list[Any]]]]:
    """Every list behind these figures, read at one go per fact table: code -> part -> rows with their amount."""
    found: dict[str, dict[str, list[list[Any]]]] = {}
    wanted = values.indicators(codes)
    for name in dict.fromkeys(one.table for one in wanted):
        mine = [one for one in wanted if one.table == name]
        table, at = asked(mine[0], scope, period)
        names = list(dict.fromkeys(column for one in mine for column, _ in one.listed))
        flags = {f"{one.code}_{part[0]}": listed.where(table, at).ifelse(listed.column(table, at), ibis.null("int64"))
                 for one in mine for part, listed in one.parts.items()}
        read = run(table.select(*names, **flags).order_by(*names))
        for one in mine:
            found[one.code] = {part: [[*(row[column] for column, _ in one.listed), row[f"{one.code}_{part[0]}"]]
                                      for row in read if row[f"{one.code}_{part[0]}"] is not None]
                               for part in one.parts}
    return found


def shown_amount(one: Indicator, amount: int) -> str:
    """One row's amount: 万元 with two places, or pieces."""
    return rates.shown(Fraction(amount, one.times * (1_000_000 if one.money else 1)), 2 if one.money else 0)
