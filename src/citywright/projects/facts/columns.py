"""The columns of a year, in the order of the table: each part answers some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ..words import ReportStep, Source
from . import grid, source
from .grid import NONE
from .tables import COUNT, DATE, DAY, FEN, GATES, PROJECT_MONTH, SMALL

if TYPE_CHECKING:
    from .months import Year

Columns = dict[str, Any]


def of(year: Year) -> Columns:
    """Every column of the year's rows: month after month, projects by code."""
    at = {row[0]: number for number, row in enumerate(year.known.projects)}
    found: Columns = {}
    for part in (_who, _when, _plan, _money, _way, _report, _lamp, _funds, _problems):
        found |= part(year, at)
    return {name: found[name] for name in PROJECT_MONTH.schema.names}


def _size(year: Year) -> tuple[int, int]:
    return len(year.known.projects), len(year.periods)


def _who(year: Year, at: dict[str, int]) -> Columns:
    rows, (count, months) = year.known.projects, _size(year)
    told = dict(zip(("project", "name", "area", "area_path", "unit", "unit_name", "category", "category_name",
                     "funding"), zip(*(row[1:10] for row in rows), strict=True) if rows else [()] * 9, strict=True))
    found: Columns = {name: grid.repeated(values, months) for name, values in told.items()}
    found["district"] = grid.repeated([year.known.place.area.code] * count, months)
    found["total_fen"] = grid.whole(grid.spread([row[10] for row in rows], months), FEN)
    return found


def _when(year: Year, at: dict[str, int]) -> Columns:
    count = len(at)
    return {
        "period": grid.each_month(year.periods, count, DATE), "period_end_day": grid.each_month(year.ends, count, DAY),
        "year": grid.each_month([year.year] * len(year.periods), count, SMALL),
        "month": grid.each_month([period.month for period in year.periods], count, pa.int8()),
    }


def _plan(year: Year, at: dict[str, int]) -> Columns:
    count, months = _size(year)
    plans = {at[row[0]]: row[1:] for row in year.plans if row[0] in at}
    following = {at[row[0]]: row[3] for row in year.next_plans if row[0] in at}
    none = ("", None, None, None, None, None)
    kinds, versions, amounts, *days = (zip(*(plans.get(n, none) for n in range(count)), strict=True)
                                       if count else [()] * 6)
    found: Columns = {"year_kind": grid.repeated(kinds, months)}
    for name, values, kind in (("plan_version", versions, SMALL), ("plan_year_fen", amounts, FEN),
                               ("next_plan_fen", [following.get(n) for n in range(count)], FEN)):
        found[name] = grid.whole(grid.spread(values, months), kind)
    for name, texts in zip(("start", "finish", "production"), days, strict=True):
        numbers = [source.day_of_text(day) if day else None for day in texts]
        found[f"planned_{name}_day"] = grid.whole(grid.spread(numbers, months), DAY)
    scheduled = grid.empty(count, months)
    for pk, month, amount in source.plan_months(year.known.place, year.year):
        if pk in at and month <= months:
            scheduled[at[pk], month - 1] = amount
    return found | {"scheduled_fen": grid.whole(scheduled, FEN)}


def _money(year: Year, at: dict[str, int]) -> Columns:
    (count, months), place = _size(year), year.known.place
    month_of, month, done, total, stat = _month_of(year), *(grid.empty(count, months) for _ in range(4))
    for pk, period, of_month, of_year, whole in source.money(place, year.year, Source.UNIT):
        if pk in at and period in month_of:
            where = at[pk], month_of[period]
            month[where], done[where], total[where] = of_month, of_year, whole
    for pk, period, _, of_year, _ in source.money(place, year.year, Source.STAT):
        if pk in at and period in month_of:
            stat[at[pk], month_of[period]] = of_year
    done = grid.filled_forward(done)
    known = (stat != NONE) & (stat != 0)
    apart = np.abs(np.where(done == NONE, 0, done) - np.where(known, stat, 0)) * 5 > np.abs(np.where(known, stat, 0))
    return {
        "done_month_fen": grid.whole(month, FEN), "done_year_fen": grid.whole(done, FEN),
        "done_total_fen": grid.whole(total, FEN), "statistics_year_fen": grid.whole(stat, FEN),
        "stat_gap_listed": grid.flags(known & apart),
    }


def _month_of(year: Year) -> dict[str, int]:
    """The place of a period as the database writes it: {"2024-03-01": 2}."""
    return {period.isoformat(): place for place, period in enumerate(year.periods)}


def _way(year: Year, at: dict[str, int]) -> Columns:
    months = len(year.periods)
    ways = [year.ways.get(pk) for pk in at]
    found: Columns = {}
    for gate in GATES:
        days = [way.days.get(gate.value) if way else None for way in ways]
        found[f"{gate.value}_day"] = grid.whole(grid.spread(days, months), DAY)
    claimed = grid.spread([way.claimed if way else None for way in ways], months)
    found["g4_claimed"] = grid.flags((claimed != NONE) & (claimed <= np.array(year.ends)[None, :]))
    for name in ("land0", "fin0"):
        known = [getattr(way, name) if way else None for way in ways]
        yes = grid.spread([None if value is None else int(value) for value in known], months)
        found[f"{name}_ok"] = grid.flags(yes == 1, yes != NONE)
    found["on_reserve"] = grid.flags(grid.spread([int(way.on_reserve) if way else 0 for way in ways], months) == 1)
    return found


def _report(year: Year, at: dict[str, int]) -> Columns:
    (count, months), place, month_of = _size(year), year.known.place, _month_of(year)
    steps: dict[tuple[int, int], str] = {}
    percent = np.full((count, months), np.nan)
    sent, locked, returned = (np.zeros((count, months), dtype=bool) for _ in range(3))
    for pk, period, step, share, back in source.reports(place, year.year):
        if pk in at and period in month_of:
            where = at[pk], month_of[period]
            steps[where], sent[where], returned[where] = step, step != ReportStep.DRAFT, back > 0
            locked[where] = step == ReportStep.LOCKED
            if share is not None:
                percent[where] = float(share)
    for rows, flag, value in ((source.late_reports(place, year.year), locked, False),
                              (source.unsent_again(place, year.year), sent, True)):
        for pk, period in rows:
            if pk in at and period in month_of:
                flag[at[pk], month_of[period]] = value
    flat = percent.T.ravel()
    return {"report_step": grid.texts(steps, count, months), "report_sent": grid.flags(sent),
            "report_on_time": grid.flags(locked), "report_returned": grid.flags(sent & returned),
            "physical_percent": pa.array(flat, mask=np.isnan(flat))}


def _lamp(year: Year, at: dict[str, int]) -> Columns:
    shown: dict[tuple[int, int], str] = {}
    for run in sorted(set(year.runs.values())):
        months = [month - 1 for month, key in year.runs.items() if key == run]
        for pk, lamp in source.lamps(run):
            if pk in at:
                shown |= {(at[pk], month): lamp for month in months}
    return {"lamp_shown": grid.texts(shown, *_size(year))}


def _funds(year: Year, at: dict[str, int]) -> Columns:
    count, months = _size(year)
    first, agreed = f"{year.year}-01-01", year.known.agreed
    rows = [(at[pk], 0 if day < first else int(day[5:7]) - 1, amount) for pk, day, amount in year.known.arrived
            if pk in at and day < f"{year.year}-{months:02d}-32"]
    arrived = grid.summed(rows, count, months)
    known = grid.summed([(project, month, 1) for project, month, _ in rows], count, months) > 0
    return {"agreed_fen": grid.whole(grid.spread([agreed.get(pk) for pk in at], months), FEN),
            "arrived_fen": grid.whole(np.where(known, arrived, NONE), FEN)}


def _problems(year: Year, at: dict[str, int]) -> Columns:
    months = len(year.periods)
    events: dict[str, list[tuple[int, int, int]]] = {name: [] for name in ("due", "ok", "closed", "reopened")}
    for pk, due, is_closed, closed, again in year.known.problems:
        if pk not in at:
            continue
        if due.year == year.year and due.month <= months:
            one = (at[pk], due.month - 1, 1)
            events["due"].append(one)
            events["ok"] += [one] * bool(is_closed and closed and closed <= due)
        if is_closed and closed and closed.year == year.year and closed.month <= months:
            one = (at[pk], closed.month - 1, 1)
            events["closed"].append(one)
            events["reopened"] += [one] * (again > 0)
    return {f"issues_{name}": grid.whole(grid.summed(rows, *_size(year)), COUNT) for name, rows in events.items()}
