"""今日 put together: six figures, what waits for me, the worst ten, the pace by unit, the map, what changed.

The parts are asked of the packages once each; a page of it costs at most fifteen queries, sign-in and frame included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from math import ceil
from typing import Any

from django.utils.translation import gettext

from citywright.kernel.errors import Said
from citywright.kernel.http import Standing
from citywright.kernel.models import Area
from citywright.kernel.words import Lamp
from citywright.projects.models import LampRun, ReportingMonth
from citywright.projects.queries import attention, figures, ledger, plan_versions, trends
from citywright.projects.queries.attention import Troubled
from citywright.projects.queries.measures import Asked
from citywright.ui import charts
from citywright.ui.templatetags.ui import NONE

from . import queries

WORST = 10
#: Units shown beside the schedule; the rest stand on the list behind the head's link.
UNITS = 14
#: Percentage points behind schedule from which a number is printed red.
BEHIND = -2


@dataclass(frozen=True)
class Pace:
    """Investment against schedule by unit (or by category, when one unit is all one sees), on one scale."""

    by: str
    rows: Sequence[figures.Share]
    whole: figures.Share
    count: int

    @property
    def scale(self) -> Fraction:
        """The ratio at full length: the longest bar or tick, rounded up to 5 %."""
        seen = [ratio for row in (*self.rows, self.whole) for ratio in (row.pace.rate, row.pace.schedule) if ratio]
        return Fraction(max(ceil(max(seen, default=Fraction(1, 20)) * 20), 1), 20)

    @property
    def marks(self) -> list[tuple[float, str]]:
        """Places (0-100) and words of the axis."""
        full = float(self.scale * 100)
        step = next(s for s in (5, 10, 20, 25, 50, 100, 1000) if full / s <= 2)
        return [(at / full * 100, f"{at:g}") for at in range(0, int(full) + 1, step)]


@dataclass(frozen=True)
class Home:
    """What the page shows."""

    now: Standing
    run: LampRun | None
    figures: Sequence[figures.Figure]
    waiting: queries.Waiting
    troubled: Sequence[Troubled]
    pace: Pace
    parts: charts.Svg | None
    plan: Said | None = None

    @property
    def worst(self) -> Sequence[Troubled]:
        return self.troubled[:WORST]

    @property
    def red(self) -> int:
        return sum(one.shown == Lamp.RED for one in self.troubled)


def home(person: Any, now: Standing, *, at: datetime, month: ReportingMonth | None, below: Sequence[Area]) -> Home:
    """The page for a person, where and when; `below` are the parts of the area, for the map."""
    run = ledger.run_in_force(now.area, now.today)
    asked = Asked(person, now.area, now.period, run)
    sums = figures.sums(asked, {*figures.HOME, "YELLOW"})
    six = figures.from_sums(asked, figures.HOME, sums, now.today, trends.history(asked, figures.HOME))
    troubled = attention.troubled(person, area=now.area, period=now.period, run=run)
    if run is None:
        six = [_unjudged(one) if one.code == "RED" else one for one in six]
    return Home(now, run, six, queries.waiting(person, now, run=run, month=month, at=at), troubled,
                _pace(asked, sums), _map(troubled, below), plan_versions.named(now.area, now.period.year))


def _unjudged(figure: figures.Figure) -> figures.Figure:
    """No judging is not the same as no red lamp."""
    return replace(figure, shown=NONE, value=None, comparison=Said("这个区划还没有判灯"))


def _pace(asked: Asked, sums: figures.Sums) -> Pace:
    groups = figures.group_rows(asked)
    whole = figures.share("", "合计", sums, asked)
    rows, by = figures.shares(asked, "unit", groups), "unit"
    if len(rows) == 1:
        rows, by = figures.shares(asked, "category", groups), "category"
    return Pace(by, rows[:UNITS], whole, len(rows))


def _map(troubled: Sequence[Troubled], below: Sequence[Area]) -> charts.Svg | None:
    """The parts of the area with their red and yellow projects; what lies in none of them is named apart."""
    if not below:
        return None
    counts: Counter[tuple[str, Lamp]] = Counter()
    for one in troubled:
        part = next((area.path for area in below if one.area_path.startswith(area.path)), "")
        counts[part, one.shown] += 1
    named = [(short(area.name), area.path) for area in sorted(below, key=lambda area: compass(area.name))]
    if counts["", Lamp.RED] or counts["", Lamp.YELLOW]:
        named.append((gettext("区直"), ""))
    tiles = charts.tiles(len(named), 282, 172)
    shapes = [charts.Shape(name, tile, counts[path, Lamp.RED], counts[path, Lamp.YELLOW])
              for (name, path), tile in zip(named, tiles, strict=True)]
    return charts.district_map(shapes, label=gettext("红黄灯项目分布示意图"), say=gettext)


def compass(name: str) -> tuple[int, int]:
    """Where a part lies by its name, so that the schematic puts 北 above 南 and 西 before 东."""
    return ("南" in name) - ("北" in name), ("东" in name) - ("西" in name)


def short(name: str) -> str:
    """北岗 of 北岗街道: a schematic has little room."""
    for ending in ("街道", "镇", "乡"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name
