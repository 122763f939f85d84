"""What are the figures of a month? Each computed from the lists behind it, with its day, definition and comparison.

`figures` serves a whole page: the sums of all indicators in one query, and one query per kind of history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, Q, QuerySet, Sum

from citywright.kernel import periods
from citywright.kernel.errors import Said
from citywright.kernel.models import Area
from citywright.kernel.money import WAN_PER_YI

from ..models import LampRun, Project
from ..rules import rates
from ..rules.definitions import DEFINITIONS, Definition
from . import trends
from .measures import DENOMINATOR, MEASURES, NUMERATOR, PLANNED, Asked, CannotMeasure, Part, condition, members, rows

__all__ = ["Breakdown", "Figure", "Share", "breakdown", "figure", "figures", "link", "members", "pace"]

#: The address of the project list, which applies `members` for `?measure=…&part=…`.
LIST = "/projects/"
#: The six figures of the home page.
HOME = ("INV_SUM", "START_DUE", "STAT_IN", "RED", "REP_OK", "ISS_OK")
UNCLASSIFIED = "unclassified"
_PACED = frozenset({"INV_SUM", "INV_DONE", "INV_PACE"})
_UNIT_SCALE = {"%": Fraction(100), "亿元": Fraction(1) / Fraction(WAN_PER_YI)}
Sums = Mapping[str, Any]
#: The sentence beside a rate: what was due, and what is missing.
SENTENCES = {
    "START_DUE": "应开工 %(whole)s 个，欠 %(rest)s 个", "STAT_IN": "应入统 %(whole)s 个，未入统 %(rest)s 个",
    "REP_OK": "应报 %(whole)s 个，未锁定或迟报 %(rest)s 个", "ISS_OK": "到期 %(whole)s 件，未按期 %(rest)s 件",
}


@dataclass(frozen=True)
class Figure:
    """One number: `value` in `unit`, unrounded (None without a denominator), as `shown`; parts in 万元 or pieces."""

    code: str
    label: str
    value: Fraction | None
    unit: str
    shown: str
    as_of: date
    definition: Definition
    list_url: str
    denominator_url: str
    numerator: Decimal | int
    denominator: Decimal | int | None
    comparison: Said | None = None
    spark: tuple[Decimal, ...] = ()

    @property
    def definition_url(self) -> str:
        """The page that says what the figure means."""
        return f"/definitions/{self.code}/"


@dataclass(frozen=True)
class Share:
    """One row of a breakdown: a category or a unit, its count, total investment (万元) and pace."""

    key: str
    label: str
    count: int
    total: Decimal
    pace: rates.Pace
    list_url: str


@dataclass(frozen=True)
class Breakdown:
    """The rows and their whole, which is counted on its own and equals the rows' sum."""

    rows: tuple[Share, ...]
    whole: Share


def link(code: str, asked: Asked, part: str = NUMERATOR, **more: str) -> str:
    """The address of the list behind a figure; area and month stand in it, so that it can be sent."""
    where = {"measure": code, "part": part, "area": asked.area.code, "month": periods.label(asked.period)}
    return f"{LIST}?{urlencode(where | more)}"


def _aggregate(part: Part, where: Q) -> Aggregate:
    return Sum(part.amount, filter=where) if part.amount else Count("pk", filter=where)


def _pace_aggregates(where: Q) -> dict[str, Aggregate]:
    return {
        "pace_count": Count("pk", filter=where), "pace_total": Sum("total_investment", filter=where),
        "pace_plan": Sum("plan_year", filter=where), "pace_done": Sum("done_year", filter=where),
        "pace_by_months": Sum("scheduled", filter=where),
        "pace_without": Sum("plan_year", filter=where & Q(scheduled__isnull=True)),
    }


def sums(asked: Asked, codes: Iterable[str]) -> Sums:
    """Numerator and denominator of every indicator, and the parts of the pace when one needs it: one query."""
    wanted: dict[str, Aggregate] = {}
    codes = list(codes)
    found = rows(asked, *codes)
    for code in codes:
        measure = MEASURES[code]
        wanted[f"{code}_n"] = _aggregate(measure.numerator, condition(measure.numerator, asked, found))
        if measure.denominator:
            wanted[f"{code}_d"] = _aggregate(measure.denominator, condition(measure.denominator, asked, found))
    if _PACED & set(codes):
        wanted |= _pace_aggregates(PLANNED)
    return found.aggregate(**wanted)


def pace_of(found: Sums, period: date) -> rates.Pace:
    """The pace of one row of sums; money that no project reported is 0."""
    time = periods.time_progress(period)
    scheduled = rates.scheduled_money(found["pace_by_months"] or 0, found["pace_without"] or 0, time)
    return rates.Pace(found["pace_done"] or Decimal(0), found["pace_plan"] or Decimal(0), scheduled, time)


def pace(person: Any, *, area: Area, period: date) -> rates.Pace:
    """The area's year-to-date money against plan and schedule, in 万元."""
    return pace_of(sums(Asked(person, area, period, None), ["INV_PACE"]), period)


def _value(definition: Definition, found: Sums, period: date) -> Fraction | None:
    code, measure = definition.code, MEASURES[definition.code]
    if code == "INV_PACE":
        return pace_of(found, period).lead
    part, whole = found[f"{code}_n"] or 0, found.get(f"{code}_d") or 0
    share = rates.ratio(part, whole) if measure.denominator else Fraction(part)
    return None if share is None else share * _UNIT_SCALE.get(definition.unit, Fraction(1))


def _comparison(code: str, found: Sums, period: date, history: trends.History) -> Said | None:
    """One sentence beside the figure, where there is one worth saying."""
    part, whole = found.get(f"{code}_n") or 0, found.get(f"{code}_d") or 0
    if code in _PACED:
        return rates.lead_words(pace_of(found, period).lead)
    if code == "RED":
        return _red_words(part, found.get("YELLOW_n") or 0, history.red_before)
    if code not in SENTENCES:
        return None
    if not whole:
        return Said("没有可计的项目")
    return Said(SENTENCES[code], {"whole": rates.shown(whole), "rest": rates.shown(whole - part)})


def _red_words(red: int, yellow: int, before: int | None) -> Said:
    if before is None:
        return Said("黄灯 %(yellow)s 个", {"yellow": yellow})
    if red == before:
        return Said("黄灯 %(yellow)s 个；红灯与上月持平", {"yellow": yellow})
    text = "黄灯 %(yellow)s 个；红灯较上月增 %(by)s" if red > before else "黄灯 %(yellow)s 个；红灯较上月减 %(by)s"
    return Said(text, {"yellow": yellow, "by": abs(red - before)})


def as_of(asked: Asked, today: date | None) -> date:
    """截至: the month's end, or today, or the day of judging, whichever is first."""
    days = [asked.end, *([today] if today else []), *([asked.run.as_of] if asked.run and not today else [])]
    return min(days)


def _figure(code: str, asked: Asked, found: Sums, history: trends.History, day: date) -> Figure:
    definition, measure = DEFINITIONS[code], MEASURES[code]
    value = _value(definition, found, asked.period)
    return Figure(
        code=code, label=definition.label, value=value, unit=definition.unit,
        shown=rates.shown(value, definition.decimals), as_of=day, definition=definition, list_url=link(code, asked),
        denominator_url=link(code, asked, DENOMINATOR) if measure.denominator else "",
        numerator=found[f"{code}_n"] or 0, denominator=(found[f"{code}_d"] or 0) if measure.denominator else None,
        comparison=_comparison(code, found, asked.period, history), spark=history.of(code),
    )


def figures(person: Any, codes: Iterable[str], *, area: Area, period: date, run: LampRun | None = None,
            today: date | None = None, sparks: bool = True) -> list[Figure]:
    """These figures of an area and month, in the order asked; at most six queries for the home page's."""
    wanted = list(codes)
    for code in wanted:
        if code not in MEASURES:
            raise CannotMeasure("没有指标“%(code)s”", code=code)
    asked = Asked(person, area, period, run)
    found = sums(asked, {*wanted, *(["YELLOW"] if "RED" in wanted else [])})
    history = trends.history(asked, wanted) if sparks else trends.History()
    day = as_of(asked, today)
    return [_figure(code, asked, found, history, day) for code in wanted]


def figure(person: Any, code: str, *, area: Area, period: date, run: LampRun | None = None,
           today: date | None = None) -> Figure:
    """One figure of an area and month; refuses an unknown code by name."""
    return figures(person, [code], area=area, period=period, run=run, today=today)[0]


# --- breakdowns ---------------------------------------------------------------------------------------------------

_BY = {
    "category": ("category__code", "category__name", "category__position", "category__parent__code",
                 "category__parent__name", "category__parent__position"),
    "unit": ("lead_unit__code", "lead_unit__short_name", "lead_unit__position"),
}
_ADDED = ("pace_count", "pace_total", "pace_plan", "pace_done", "pace_by_months", "pace_without")


def _key(by: str, row: Sums) -> tuple[int, str, str]:
    """Position, code and label of the row's group: the top category above it, or its unit."""
    if by == "unit":
        return row["lead_unit__position"], row["lead_unit__code"], row["lead_unit__short_name"]
    top = "category__parent" if row["category__parent__code"] else "category"
    position = row[f"{top}__position"] if row[f"{top}__code"] != UNCLASSIFIED else 1_000_000
    return position, row[f"{top}__code"], row[f"{top}__name"]


def _share(key: tuple[int, str, str], added: Sums, asked: Asked, by: str) -> Share:
    where = {by: key[1]} if key[1] else {}
    return Share(key[1], key[2], added["pace_count"], added["pace_total"] or Decimal(0), pace_of(added, asked.period),
                 link("INV_DONE", asked, **where))


def _hurt(share: Share) -> tuple[bool, Fraction]:
    """Worst first: the furthest behind schedule; those without a plan last."""
    lead = share.pace.lead
    return (lead is None, lead or Fraction(0))


def breakdown(person: Any, by: str, *, area: Area, period: date) -> Breakdown:
    """Count, total, plan, done, pace by `category` (its order, 未归类 last) or `unit` (worst first): two queries."""
    asked = Asked(person, area, period, None)
    planned: QuerySet[Project] = rows(asked, "INV_PACE").filter(PLANNED)
    grouped: dict[tuple[int, str, str], dict[str, Any]] = {}
    for row in planned.order_by().values(*_BY[by]).annotate(**_pace_aggregates(Q(pk__isnull=False))):
        group = grouped.setdefault(_key(by, row), dict.fromkeys(_ADDED, 0))
        for name in _ADDED:
            group[name] += row[name] or 0
    shares = [_share(key, group, asked, by) for key, group in sorted(grouped.items())]
    whole = _share((0, "", "合计"), sums(asked, ["INV_PACE"]), asked, by)
    return Breakdown(tuple(sorted(shares, key=_hurt) if by == "unit" else shares), whole)
