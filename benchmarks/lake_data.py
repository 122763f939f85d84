"""A lake of a whole province for the benchmarks: 300 districts x 2,000 projects x 36 months, 21.6 million rows.

`lay(root)` publishes `project_month` as the nights of three years would have left it: one file a district and year.
Rows are drawn from a seed with the shape of a real district: plans, reports, gates in order, lamps, few problems. The
same seed gives the same rows. It takes about two minutes and 2.6 GB.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from citywright.kernel import periods
from citywright.lake import store
from citywright.projects.facts import PROJECT_MONTH

EPOCH = date(1970, 1, 1)
PROVINCE, CITIES, EACH = "99", 15, 20
YEARS = (2021, 2022, 2023)
FEN = 1_000_000
KINDS = np.array(["new_start", "continue", "finish", "preparatory", ""])
LAMPS = np.array(["green", "yellow", "red", "grey", ""])
STEPS = np.array(["locked", "submitted", "returned", ""])
FUNDING = np.array(["government", "enterprise", "ppp"])
CATEGORIES = (("industrial", "产业项目"), ("services", "现代服务业"), ("infrastructure", "基础设施项目"),
              ("livelihood", "民生项目"), ("renewal", "城市更新"), ("unclassified", "未归类"))
WAY = ("g1", "g1a", "g1b", "g1c", "g2", "g3", "g4c", "g4p", "g4", "g4s", "g5", "g6", "g7")


def districts(count: int) -> list[str]:
    """Codes of counties below fifteen cities of the sample province."""
    return [f"{PROVINCE}{city:02d}{n:02d}" for city in range(1, CITIES + 1) for n in range(1, EACH + 1)][:count]


def lay(root: Path, *, count: int = 300, projects: int = 2_000, years: tuple[int, ...] = YEARS, seed: int = 7) -> int:
    """So many districts are published under `root` (settings.LAKE_ROOT is set to it); answers the number of rows."""
    from django.conf import settings

    settings.LAKE_ROOT = root
    rows = 0
    for number, code in enumerate(districts(count)):
        for year, columns in _years(np.random.default_rng(seed + number), code, projects, years):
            store.publish(PROJECT_MONTH, columns, partition=f"area={code}.year={year}", as_of=date(year, 12, 31))
            rows += projects * 12
    return rows


def _years(dice: Any, code: str, count: int, years: tuple[int, ...]) -> Iterator[tuple[int, dict[str, Any]]]:
    who = _who(dice, code, count)
    total = dice.integers(800, 90_000, count) * FEN
    days = _gate_days(dice, count)
    for year in years:
        found: dict[str, Any] = {name: _taken(values) for name, values in who.items()}
        parts = (_when(year, count), _money(dice, count, total), _way(dice, days, year, count), _reports(dice, count))
        for part in parts:
            found |= part
        found["district"] = pa.array([code]).take(pa.array(np.zeros(count * 12, dtype=np.int64)))
        found["total_fen"] = _column(np.repeat(total[:, None], 12, axis=1))
        yield year, {name: found[name] for name in PROJECT_MONTH.schema.names}


def _taken(values: Any) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(np.tile(np.arange(len(values)), 12)))


def _column(numbers: Any, known: Any = None, kind: Any = None) -> pa.Array:
    flat = pa.array(numbers.T.ravel(), mask=None if known is None else ~known.T.ravel())
    return flat.cast(kind) if kind else flat


def _who(dice: Any, code: str, count: int) -> dict[str, Any]:
    streets = [f"{code}{n:03d}" for n in range(1, 9)]
    units = [f"{code}-{n:04d}" for n in range(60)]
    category = dice.integers(0, len(CATEGORIES), count)
    place, unit = dice.integers(0, len(streets), count), dice.integers(0, len(units), count)
    return {
        "project": [f"{code}-{n:05d}" for n in range(count)], "name": [f"示例项目{code}{n}号" for n in range(count)],
        "area": [streets[n] for n in place], "area_path": [streets[n] for n in place],
        "unit": [units[n] for n in unit], "unit_name": [f"第{n}单位" for n in unit],
        "category": [CATEGORIES[n][0] for n in category], "category_name": [CATEGORIES[n][1] for n in category],
        "funding": FUNDING[dice.integers(0, 3, count)].tolist(),
    }


def _when(year: int, count: int) -> dict[str, Any]:
    months = [date(year, month, 1) for month in range(1, 13)]
    place = pa.array(np.repeat(np.arange(12), count))
    ends = [(periods.last_of(month) - EPOCH).days for month in months]
    return {
        "period": pa.array(months, pa.date32()).take(place), "period_end_day": pa.array(ends, pa.int32()).take(place),
        "year": pa.array([year] * 12, pa.int16()).take(place),
        "month": pa.array(range(1, 13), pa.int8()).take(place),
    }


def _money(dice: Any, count: int, total: Any) -> dict[str, Any]:
    kinds = dice.choice(5, count, p=[0.2, 0.45, 0.15, 0.1, 0.1])
    planned = np.repeat((kinds < 4)[:, None], 12, axis=1)
    plan = total // 3
    month = (plan[:, None] // 12) * dice.integers(40, 150, (count, 12)) // 100
    done = np.cumsum(month, axis=1)
    stat = done * dice.integers(70, 104, (count, 12)) // 100
    counted = dice.random((count, 12)) < 0.8
    fraction = np.arange(1, 13)[None, :]
    return {
        "year_kind": _taken(KINDS[kinds].tolist()), "plan_version": _column(planned + 0, planned, pa.int16()),
        "plan_year_fen": _column(np.repeat(plan[:, None], 12, axis=1), planned),
        "next_plan_fen": _column(np.repeat((plan // 2)[:, None], 12, axis=1), planned),
        "scheduled_fen": _column(plan[:, None] * fraction // 12, planned),
        "done_month_fen": _column(month, planned), "done_year_fen": _column(done, planned),
        "done_total_fen": _column(done + plan[:, None], planned), "statistics_year_fen": _column(stat, counted),
        "stat_gap_listed": _column(counted & (np.abs(done - stat) * 5 > np.abs(stat))),
        "agreed_fen": _column(np.repeat((total // 2)[:, None], 12, axis=1)),
        "arrived_fen": _column((total // 2)[:, None] * fraction // 14),
        "lamp_shown": _taken_each(LAMPS[dice.choice(5, (count, 12), p=[0.6, 0.15, 0.1, 0.1, 0.05])]),
    }


def _taken_each(words: Any) -> pa.Array:
    return pa.array(words.T.ravel().tolist(), pa.string())


def _gate_days(dice: Any, count: int) -> Any:
    """Event days of thirteen gates in order; a project stands somewhere on the way (−1: not passed)."""
    first = (date(2020, 1, 1) - EPOCH).days + dice.integers(0, 900, count)
    days = first[:, None] + np.cumsum(dice.integers(5, 120, (count, len(WAY))), axis=1)
    reached = dice.integers(0, len(WAY) + 1, count)
    return np.where(np.arange(len(WAY))[None, :] < reached[:, None], days, -1)


def _way(dice: Any, days: Any, year: int, count: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, gate in enumerate(WAY):
        column = np.repeat(days[:, place][:, None], 12, axis=1)
        found[f"{gate}_day"] = _column(column, column >= 0, pa.int32())
    land, done = days[:, 5], days[:, 10]
    first = (date(year, 1, 1) - EPOCH).days
    for name, spread in (("start", 330), ("finish", 500), ("production", 600)):
        day = first + dice.integers(0, spread, count)
        found[f"planned_{name}_day"] = _column(np.repeat(day[:, None], 12, axis=1), kind=pa.int32())
    for name, base, chance in (("land0_ok", land, 0.3), ("fin0_ok", done, 0.4)):
        yes = np.repeat((dice.random(count) < chance)[:, None], 12, axis=1)
        found[name] = _column(yes, np.repeat((base >= 0)[:, None], 12, axis=1))
    found["g4_claimed"] = _column(dice.random((count, 12)) < 0.03)
    found["on_reserve"] = _column(np.repeat(((days[:, 0] >= 0) & (days[:, 4] < 0))[:, None], 12, axis=1))
    return found


def _reports(dice: Any, count: int) -> dict[str, Any]:
    steps = dice.choice(4, (count, 12), p=[0.9, 0.04, 0.02, 0.04])
    due = np.cumsum(dice.random((count, 12)) < 0.05, axis=1)
    closed = np.minimum(due, np.cumsum(dice.random((count, 12)) < 0.04, axis=1))
    percent = np.cumsum(dice.integers(0, 900, (count, 12)), axis=1) / 100
    return {
        "report_step": _taken_each(STEPS[steps]), "report_sent": _column(steps < 3),
        "report_on_time": _column((steps == 0) & (dice.random((count, 12)) < 0.95)),
        "report_returned": _column((steps < 3) & (dice.random((count, 12)) < 0.05)),
        "physical_percent": _column(np.minimum(percent, 100.0)),
        "issues_due": _column(due, kind=pa.int32()), "issues_ok": _column(closed * 3 // 4, kind=pa.int32()),
        "issues_closed": _column(closed, kind=pa.int32()), "issues_reopened": _column(closed // 5, kind=pa.int32()),
    }
