"""What must an annual plan add up to? Sums of months, cumulative amounts, the kind of year. Amounts in 万元. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate

from citywright.kernel.errors import Said

from ..words import YearKind

MONTHS = 12

#: The day that each kind of year promises inside the year, named by the plan's field.
PROMISED_DAY: dict[YearKind, str] = {YearKind.NEW_START: "planned_start", YearKind.FINISH: "planned_finish"}


def plan_faults(invest_year: Decimal, months: Sequence[Decimal] | None) -> list[Said]:
    """What is wrong with the amounts of a plan: negative, not twelve months, months that do not sum to the year."""
    if invest_year < 0:
        return [Said("年度计划投资不能为负数")]
    if months is None:
        return []
    if len(months) != MONTHS:
        return [Said("分月计划须填满 12 个月，现有 %(count)s 个月", {"count": len(months)})]
    if min(months) < 0:
        return [Said("分月计划不能为负数")]
    if sum(months) != invest_year:
        return [Said("分月计划之和 %(sum)s 万元与年度计划 %(year)s 万元不一致，相差 %(gap)s 万元",
                     {"sum": str(sum(months)), "year": str(invest_year), "gap": str(sum(months) - invest_year)})]
    return []


def cumulative(months: Sequence[Decimal]) -> list[Decimal]:
    """January to each month."""
    return list(accumulate(months))


def day_faults(kind: YearKind, year: int, start: date | None, finish: date | None,
               production: date | None) -> list[Said]:
    """What is wrong with the planned days: out of order, or the promise of the year's kind lies in another year."""
    said = []
    if start and finish and finish < start:
        said.append(Said("计划竣工早于计划开工"))
    if finish and production and production < finish:
        said.append(Said("计划投产早于计划竣工"))
    promised = {"planned_start": start, "planned_finish": finish}.get(PROMISED_DAY.get(kind, ""))
    if promised and promised.year != year:
        said.append(Said("年度类型为“%(kind)s”，计划日期须在 %(year)s 年内", {"kind": kind.zh, "year": str(year)}))
    return said
