"""The figures of the sample district, before anything is stored. Pure and seeded: the same rows each time.

Amounts are whole 万元. The totals are those published for 济阳 2024: 139 projects, 867 亿元, 112 亿元 planned for the
year, 50 of at least 5 亿元, 9 of at least 20 亿元, 35 starts in the first quarter of which 23 industrial, 60 on the
list 拿地即开工, 40 on 竣工即投产.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random

from citywright.kernel.periods import between, first_of, shifted
from citywright.projects.words import FundingType, YearKind

from .amounts import made_to_sum, months_of_plan, shared_out, spent, to_hundred
from .things import CORNERS, MAKING, SEED, UNITS, Thing, Unit

TODAY = date(2024, 3, 27)
PERIOD = date(2024, 3, 1)
FIRST_PERIOD = date(2021, 4, 1)
LEAVES, TOTAL, PLANNED = 139, 8_670_000, 1_120_000
AT_LEAST_20, AT_LEAST_5 = 9, 50
QUARTER_STARTS, QUARTER_STARTS_INDUSTRIAL = 35, 23
LAND_THEN_START, FINISH_THEN_PRODUCE = 60, 40
#: Leaves by the kind of their plan for 2024; the new starts are the quarter's and the later ones.
KINDS: tuple[tuple[YearKind, int], ...] = ((YearKind.FINISH, 24), (YearKind.CONTINUE, 46), (YearKind.PREPARATORY, 14))
#: Bounds of the totals in 万元: the large, the middle, the small.
BANDS = ((200_000, 420_000), (50_000, 190_000), (3_000, 49_900))


@dataclass(frozen=True)
class YearFigures:
    """One year's plan: its kind, what was done before it, the twelve months."""

    year: int
    kind: YearKind
    done_before: int
    months: tuple[int, ...]

    @property
    def invest(self) -> int:
        return sum(self.months)


@dataclass(frozen=True)
class Row:
    """One leaf of the sample district. `done` maps each month reported to what was done in it (dispatch calibre)."""

    number: int
    name: str
    unit: Unit
    thing: Thing
    place: str
    total: int = 0
    kind: YearKind = YearKind.NEW_START
    plan: int = 0
    planned_start: date = PERIOD
    planned_finish: date = PERIOD
    started_on: date | None = None
    lists: tuple[str, ...] = ("KEY-D",)
    years: tuple[YearFigures, ...] = ()
    done: tuple[tuple[date, int], ...] = ()
    pending: bool = False

    @property
    def code(self) -> str:
        return f"SL2024-{self.number:03d}"

    @property
    def done_total(self) -> int:
        return sum(amount for _, amount in self.done)


def named_rows() -> list[Row]:
    """The leaves with their names, units and places; no name twice."""
    rows: list[Row] = []
    for offset, unit in enumerate(UNITS):
        own = [corner for corner in CORNERS if unit.place in ("", corner[1])][: None if not unit.place else 1]
        for i in range(unit.leaves):
            turn, place_in_list = divmod(i, len(unit.things))
            thing = unit.things[place_in_list]
            corner, place = own[(3 * place_in_list + turn + offset) % len(own)]
            phase = "" if not unit.place or not turn else f"（{'一二三四'[turn]}期）"
            rows.append(Row(len(rows) + 1, f"{corner}{thing.name}{phase}", unit, thing, unit.zone or place))
    return rows


def with_totals(rows: list[Row], chance: Random) -> list[Row]:
    """Totals in three bands: the larger kinds of thing first; they sum to TOTAL."""
    order = sorted(rows, key=lambda row: -row.thing.scale - chance.random() * 1.4)
    sizes = (AT_LEAST_20, AT_LEAST_5 - AT_LEAST_20, LEAVES - AT_LEAST_5)
    bounds = [band for band, size in zip(BANDS, sizes, strict=True) for _ in range(size)]
    wished = [to_hundred(low + (high - low) * chance.random() ** 1.7) for low, high in bounds]
    totals = made_to_sum(wished, [b[0] for b in bounds], [b[1] for b in bounds], TOTAL, 100)
    found = {row.number: total for row, total in zip(order, totals, strict=True)}
    return [replace(row, total=found[row.number]) for row in rows]


def with_kinds(rows: list[Row], chance: Random) -> list[Row]:
    """Which leaf starts in the quarter, starts later, goes on, finishes, or is being prepared this year."""
    order = chance.sample(rows, len(rows))
    making = [row for row in order if row.thing.category == MAKING]
    others = [row for row in order if row.thing.category != MAKING]
    quarter = making[:QUARTER_STARTS_INDUSTRIAL] + others[: QUARTER_STARTS - QUARTER_STARTS_INDUSTRIAL]
    kinds: dict[int, tuple[YearKind, tuple[str, ...]]] = {
        row.number: (YearKind.NEW_START, ("KEY-D", "NEW", "QST")) for row in quarter}
    rest = [row for row in order if row.number not in kinds]
    for kind, count in KINDS:
        code = {YearKind.FINISH: "FIN", YearKind.CONTINUE: "CON"}.get(kind)
        for row in rest[:count]:
            kinds[row.number] = (kind, ("KEY-D", code) if code else ("KEY-D",))
        rest = rest[count:]
    kinds |= {row.number: (YearKind.NEW_START, ("KEY-D", "NEW")) for row in rest}
    return [replace(row, kind=kinds[row.number][0], lists=kinds[row.number][1]) for row in rows]


def with_days(rows: list[Row], chance: Random) -> list[Row]:
    """Planned start and finish, and the real start of what has started; a few of the quarter's starts are missing."""
    found: list[Row] = []
    quarter = 0
    for row in rows:
        if row.kind in (YearKind.CONTINUE, YearKind.FINISH):
            first = shifted(FIRST_PERIOD, chance.randrange(0, 30 if row.kind == YearKind.CONTINUE else 22))
            start = first + timedelta(days=chance.randrange(2, 26))
            finish = date(2024, chance.randrange(4, 13), 28) if row.kind == YearKind.FINISH else shifted(
                first, chance.randrange(36, 58))
            found.append(replace(row, planned_start=start, planned_finish=finish, started_on=start))
            continue
        if "QST" in row.lists:
            start, begun = quarter_start(quarter, chance)
            pending = 30 <= quarter < 33
            quarter += 1
        else:
            start = date(2024, chance.randrange(4, 11), 20) if row.kind == YearKind.NEW_START else date(2025, 3, 20)
            begun, pending = None, False
        finish = shifted(first_of(start), chance.randrange(16, 34))
        found.append(replace(row, planned_start=start, planned_finish=finish, started_on=begun, pending=pending))
    return found


def quarter_start(place: int, chance: Random) -> tuple[date, date | None]:
    """Planned and real start of the quarter's n-th start: 33 begun (three not yet verified), two late."""
    planned = date(2024, (1, 1, 2, 3)[place % 4], chance.randrange(5, 21))
    if place >= QUARTER_STARTS - 2:
        return date(2024, 3, 8) if place == QUARTER_STARTS - 1 else date(2024, 1, 18), None
    return planned, min(planned + timedelta(days=chance.randrange(0, 8)), date(2024, 3, 22))


def with_plans(rows: list[Row], chance: Random) -> list[Row]:
    """The year's plans; they sum to PLANNED."""
    wished, highs = [], []
    for row in rows:
        share = {YearKind.PREPARATORY: 0.004, YearKind.FINISH: chance.uniform(0.15, 0.3),
                 YearKind.CONTINUE: chance.uniform(0.1, 0.22), YearKind.NEW_START: chance.uniform(0.08, 0.2)}[row.kind]
        wished.append(max(to_hundred(row.total * share), 100))
        highs.append(max(to_hundred(row.total * (0.006 if row.kind == YearKind.PREPARATORY else 0.45)), 100))
    scale = PLANNED / sum(wished)
    plans = made_to_sum([max(to_hundred(w * scale), 100) for w in wished], [100] * len(rows), highs, PLANNED, 100)
    return [replace(row, plan=plan) for row, plan in zip(rows, plans, strict=True)]


def history(row: Row, chance: Random) -> Row:
    """The months of what has started: years past by season, this one against its plan; the plans of each."""
    first = row.planned_start.month if row.planned_start.year == 2024 else 11 if row.planned_start.year > 2024 else 1
    this_year = YearFigures(2024, row.kind, 0, months_of_plan(row.plan, first))
    if row.started_on is None:
        return replace(row, years=(this_year,))
    past = between(first_of(row.started_on), date(2023, 12, 1))
    length = len(between(first_of(row.started_on), row.planned_finish))
    share = 1.0 if row.kind == YearKind.FINISH else min(len(past) / length * chance.uniform(0.8, 1.0), 1.0)
    before = int(min(row.total * share, row.total - row.plan)) if past else 0
    amounts = list(zip(past, spent(before, [p.month for p in past], chance), strict=True))
    years = []
    for year in sorted({p.year for p in past}):
        done = sum(amount for p, amount in amounts if p.year == year)
        kind = YearKind.NEW_START if year == row.started_on.year else YearKind.CONTINUE
        first = row.started_on.month if kind == YearKind.NEW_START else 1
        wished = done / pace_of(chance) if year == 2023 else done * chance.uniform(0.95, 1.1)
        years.append(YearFigures(year, kind, sum(a for p, a in amounts if p.year < year),
                                 months_of_plan(to_hundred(wished), first)))
    amounts += this_years(row.started_on, this_year.months, amounts[-1][1] if amounts else 0, chance)
    return replace(row, years=(*years, replace(this_year, done_before=before)), done=tuple(amounts))


def this_years(started_on: date, plan: Sequence[int], last: int, chance: Random) -> list[tuple[date, int]]:
    """The months of 2024 against their plan; a late start makes up for the months before it."""
    pace, found = pace_of(chance), []
    periods = between(max(first_of(started_on), date(2024, 1, 1)), PERIOD)
    for period in periods:
        planned = sum(plan[: period.month]) if period == periods[0] else plan[period.month - 1]
        amount = round(planned * pace * chance.uniform(0.94, 1.06))
        last = amount + (amount == last)
        found.append((period, last))
    return found


def pace_of(chance: Random) -> float:
    """How a project does against its schedule: a few far behind, one in eight behind, some ahead."""
    throw = chance.random()
    if throw < 0.04:
        return chance.uniform(0.35, 0.55)
    if throw < 0.16:
        return chance.uniform(0.62, 0.76)
    return chance.uniform(0.95, 1.15)


def with_lists(rows: list[Row]) -> list[Row]:
    """拿地即开工 takes the enterprises' own buildings, 竣工即投产 those nearest to their finish."""
    own = sorted((r for r in rows if r.thing.funding == FundingType.ENTERPRISE), key=lambda r: (-r.plan, r.number))
    land = {row.number for row in own[:LAND_THEN_START]}
    near = sorted((r for r in rows if r.kind != YearKind.PREPARATORY), key=lambda r: (r.planned_finish, r.number))
    last = {row.number for row in near[:FINISH_THEN_PRODUCE]}
    return [replace(row, lists=row.lists + ("LND0",) * (row.number in land) + ("FIN0",) * (row.number in last))
            for row in rows]


@cache
def rows() -> tuple[Row, ...]:
    """The 139 leaves, in the order of their units."""
    chance = Random(SEED)
    found = with_plans(with_days(with_kinds(with_totals(named_rows(), chance), chance), chance), chance)
    return tuple(history(row, chance) for row in with_lists(found))


def parts_of(amount: int, percent: float) -> tuple[int, int, int, int]:
    """建筑、安装、设备、其他 of a month, by how far the works are; they sum to the month."""
    late = min(max(percent / 100, 0.0), 1.0)
    weights = [0.75 - 0.45 * late, 0.05 + 0.15 * late, 0.3 * late + 0.02, 0.1]
    built, installed, equipment, other = shared_out(amount, weights)
    return built, installed, equipment, other
