"""What are the figures of a month? Each computed from the lists behind it, with its day, definition and comparison.

`figures` serves a whole page: the sums of all indicators in one query, and one query per kind of history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, Q, Sum

from citywright.kernel import periods
from citywright.kernel.errors import Said
from citywright.kernel.models import Area
from citywright.kernel.money import WAN_PER_YI

from ..models import LampRun
from ..rules import rates
from ..rules.definitions import DEFINITIONS, Definition
from . import plan_versions, trends
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
#: Figures that read the year's plan: each names the version it used.
READS_PLAN = frozenset({
    "COUNT", "TOTAL", "PLAN", "INV_SUM", "INV_MONTH", "INV_DONE", "INV_PACE", "START_DUE", "START_YEAR", "START_ALL",
    "START_IMPL", "START_EARLY", "START_LATE", "STARTED", "FINISHED", "PRODUCING", "FIN_RATE", "PROD_RATE", "REP_OK",
    "REP_MISSING", "REP_OPEN"})
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
    plan: Said | None = None

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


def _amount(part: Part, found: Any) -> Decimal | int:
    """The sum of a list; of an empty one 0, of the kind the others are."""
    return found or (Decimal(0) if part.amount else 0)


def _figure(code: str, asked: Asked, found: Sums, history: trends.History, day: date) -> Figure:
    definition, measure = DEFINITIONS[code], MEASURES[code]
    value = _value(definition, found, asked.period)
    return Figure(
        code=code, label=definition.label, value=value, unit=definition.unit,
        shown=rates.shown(value, definition.decimals), as_of=day, definition=definition, list_url=link(code, asked),
        denominator_url=link(code, asked, DENOMINATOR) if measure.denominator else "",
        numerator=_amount(measure.numerator, found[f"{code}_n"]),
        denominator=_amount(measure.denominator, found[f"{code}_d"]) if measure.denominator else None,
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
    return from_sums(asked, wanted, found, today, history)


def from_sums(asked: Asked, codes: Iterable[str], found: Sums, today: date | None,
              history: trends.History | None = None) -> list[Figure]:
    """Figures of sums already asked for: no query."""
    day = as_of(asked, today)
    return [_figure(code, asked, found, history or trends.History(), day) for code in codes]


def figure(person: Any, code: str, *, area: Area, period: date, run: LampRun | None = None,
           today: date | None = None) -> Figure:
    """One figure of an area and month with the plan version it read; refuses an unknown code by name."""
    found = figures(person, [code], area=area, period=period, run=run, today=today)[0]
    return replace(found, plan=plan_versions.named(area, period.year)) if code in READS_PLAN else found


# --- breakdowns ---------------------------------------------------------------------------------------------------

_UNIT = ("lead_unit__position", "lead_unit__code", "lead_unit__short_name")
_CATEGORY = ("category__position", "category__code", "category__name")
_TOP = ("category__parent__position", "category__parent__code", "category__parent__name")
_ADDED = ("pace_count", "pace_total", "pace_plan", "pace_done", "pace_by_months", "pace_without")
LAST = 1_000_000
#: Position, code and label of a group.
Key = tuple[int, str, str]


def _top_category(row: Sums) -> Key:
    """The category above the row's, or its own; 未归类 stands last."""
    position, code, name = (row[part] for part in (_TOP if row[_TOP[1]] else _CATEGORY))
    return (LAST if code == UNCLASSIFIED else position, code, name)


def _unit(row: Sums) -> Key:
    position, code, name = (row[part] for part in _UNIT)
    return position, code, name


#: Of each kind of breakdown: the group of a row, and the code by which the list page filters it.
_BY: dict[str, tuple[Callable[[Sums], Key], str]] = {
    "category": (_top_category, _CATEGORY[1]), "unit": (_unit, _UNIT[1]),
}


def group_rows(asked: Asked) -> list[Sums]:
    """The sums of every unit x category of the planned projects: one query, from which every breakdown is added up."""
    planned: Any = rows(asked, "INV_PACE").filter(PLANNED)
    return list(planned.order_by().values(*_UNIT, *_CATEGORY, *_TOP).annotate(**_pace_aggregates(Q(pk__isnull=False))))


def share(key: str, label: str, added: Sums, asked: Asked, **where: str) -> Share:
    """One row of a breakdown from its sums."""
    return Share(key, label, added["pace_count"], added["pace_total"] or Decimal(0), pace_of(added, asked.period),
                 link("INV_DONE", asked, **where))


def shares(asked: Asked, by: str, groups: Iterable[Sums]) -> tuple[Share, ...]:
    """The rows of a breakdown: categories in their order, units worst first."""
    key_of, code = _BY[by]
    added: dict[Key, dict[str, Any]] = {}
    codes: dict[Key, set[str]] = {}
    for row in groups:
        group = added.setdefault(key_of(row), dict.fromkeys(_ADDED, 0))
        codes.setdefault(key_of(row), set()).add(row[code])
        for name in _ADDED:
            group[name] += row[name] or 0
    found = [share(key[1], key[2], added[key], asked, **{by: ",".join(sorted(codes[key]))}) for key in sorted(added)]
    return tuple(sorted(found, key=_hurt) if by == "unit" else found)


def _hurt(row: Share) -> tuple[bool, Fraction]:
    """Worst first: the furthest behind schedule; those without a plan last."""
    lead = row.pace.lead
    return (lead is None, lead or Fraction(0))


def breakdown(person: Any, by: str, *, area: Area, period: date) -> Breakdown:
    """Count, total, plan, done, pace by `category` or `unit`, and the whole counted on its own: two queries."""
    asked = Asked(person, area, period, None)
    return Breakdown(shares(asked, by, group_rows(asked)), share("", "合计", sums(asked, ["INV_PACE"]), asked))
