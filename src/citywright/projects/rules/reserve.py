"""How ripe is the reserve, does it flow, what is a score, who may hand in what? Pure; amounts in 万元."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from citywright.kernel.errors import Said
from citywright.kernel.steps import Loop, Move
from citywright.kernel.words import Role

from ..words import Gate, Maturity, SubmissionStep, SubmissionVerb

# --- maturity and flow --------------------------------------------------------------------------------------------

#: The stages of the pool, in order: 谋划, then the reserve by its maturity.
IDEA = "idea"
STAGES: tuple[str, ...] = (IDEA, *(one.value for one in Maturity))
STAGE_LABELS = {IDEA: "谋划", Maturity.NONE.value: "储备·未达方案书", Maturity.PLAN_BOOK.value: "储备·方案书",
                Maturity.SCHEDULE_BOOK.value: "储备·计划书", Maturity.DRAWINGS.value: "储备·施工图"}
#: The gate that leads into each stage; its rank is the lowest of the stage.
GATE_INTO: dict[str, Gate] = {Maturity.NONE.value: Gate.G1, Maturity.PLAN_BOOK.value: Gate.G1A,
                              Maturity.SCHEDULE_BOOK.value: Gate.G1B, Maturity.DRAWINGS.value: Gate.G1C}
#: Quarters back that flow is told for; a stage that would be empty within this many quarters runs dry.
QUARTERS, DRY_QUARTERS = 4, 2
#: An update older than this is stale (储备新鲜度).
FRESH_DAYS = 90


def maturity_of(rank: int | None) -> str:
    """The stage of the pool by the furthest verified gate (10 G1, 11–13 its maturity); "" beyond the reserve."""
    if rank is None or rank < 10:
        return IDEA
    return STAGES[min(rank, 13) - 9] if rank < 20 else ""


@dataclass(frozen=True)
class Walk:
    """One project's way through the pool: the day it was taken in, verified days of gates, the day it left."""

    entered: date
    days: Mapping[Gate, date]
    left_on: date | None = None
    total: Decimal = Decimal(0)

    def stage_on(self, day: date) -> str:
        """The stage at the end of a day; "" before it was taken in, once committed (G2), and once dropped."""
        if day < self.entered or (self.left_on and self.left_on <= day) or self._reached(Gate.G2, day):
            return ""
        reached = [stage for stage, gate in GATE_INTO.items() if self._reached(gate, day)]
        return reached[-1] if reached else IDEA

    def _reached(self, gate: Gate, day: date) -> bool:
        on = self.days.get(gate)
        return on is not None and on <= day


@dataclass
class Quarter:
    """What flowed in one quarter: projects and money by stage at its end, entered, moved on, committed and dropped."""

    first: date
    last: date
    stock: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 0))
    money: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(STAGES, Decimal(0)))
    into: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 0))
    out: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 0))
    entered: int = 0
    committed: int = 0
    dropped: int = 0

    @property
    def label(self) -> tuple[int, int]:
        """Year and number of the quarter."""
        return self.first.year, (self.first.month + 2) // 3

    @property
    def whole(self) -> int:
        """Projects in the pool at its end."""
        return sum(self.stock.values())


def quarters_until(day: date, count: int = QUARTERS) -> list[tuple[date, date]]:
    """First and last days of the quarters up to a day; the last one ends on the day itself."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    found = [(first, day)]
    while len(found) < count:
        last = found[0][0] - timedelta(days=1)
        found.insert(0, (last.replace(month=last.month - 2, day=1), last))
    return found


def flow(walks: Iterable[Walk], day: date, count: int = QUARTERS) -> list[Quarter]:
    """The quarters up to a day; stock at the end = stock before + entered − committed − dropped."""
    quarters = [Quarter(first, last) for first, last in quarters_until(day, count)]
    for walk in walks:
        for quarter in quarters:
            _add(quarter, walk)
    return quarters


def _add(quarter: Quarter, walk: Walk) -> None:
    """One project's part in one quarter; whoever enters and leaves within it counts in both."""
    before, after = walk.stage_on(quarter.first - timedelta(days=1)), walk.stage_on(quarter.last)
    fresh = quarter.first <= walk.entered <= quarter.last
    if after:
        quarter.stock[after] += 1
        quarter.money[after] += walk.total
    quarter.entered += fresh
    if after and before != after:
        quarter.into[after] += 1
    if before and before != after:
        quarter.out[before] += 1
    if (before or fresh) and not after:
        dropped = walk.left_on is not None and walk.left_on <= quarter.last and not (
            Gate.G2 in walk.days and walk.days[Gate.G2] <= walk.left_on)
        quarter.dropped += dropped
        quarter.committed += not dropped


@dataclass(frozen=True)
class Dry:
    """A stage that will be empty soon: what stands in it and what leaves it a quarter on average."""

    stage: str
    stock: int
    leaving: Fraction
    said: Said


def dry_stages(quarters: Sequence[Quarter]) -> list[Dry]:
    """The reserve stages whose stock lasts less than two quarters at the pace of the quarters told."""
    found = []
    for stage in STAGES[1:]:
        leaving = Fraction(sum(quarter.out[stage] for quarter in quarters), len(quarters))
        stock = quarters[-1].stock[stage]
        if leaving and stock < leaving * DRY_QUARTERS:
            pace = f"{float(leaving):.1f}"
            text = ("“%(stage)s”已空，近%(count)s个季度每季转出 %(pace)s 个" if not stock else
                    "“%(stage)s”只有 %(stock)s 个，近%(count)s个季度每季转出 %(pace)s 个，不足两个季度")
            found.append(Dry(stage, stock, leaving, Said(text, {
                "stage": STAGE_LABELS[stage], "stock": stock, "count": len(quarters), "pace": pace})))
    return found


# --- scores -------------------------------------------------------------------------------------------------------

WHOLE = Decimal(100)
MOST_ITEMS = 20
Item = Mapping[str, Any]


def sheet_faults(items: Sequence[Item]) -> list[Said]:
    """What is wrong with a sheet: no items, too many, nameless or doubled ones, weights that do not sum to 100."""
    if not items or len(items) > MOST_ITEMS:
        return [Said("评分表须有1至%(most)s项", {"most": MOST_ITEMS})]
    names = [str(item["name"]).strip() for item in items]
    said = []
    if not all(names):
        said.append(Said("每一项都须有名称"))
    if len(set(names)) < len(names):
        said.append(Said("评分项的名称不能重复"))
    if any(Decimal(str(item["weight"])) <= 0 or Decimal(str(item["best"])) <= 0 for item in items):
        said.append(Said("权重和满分须大于 0"))
    total = sum((Decimal(str(item["weight"])) for item in items), Decimal(0))
    if total != WHOLE:
        said.append(Said("权重之和为 %(sum)s，须为 100", {"sum": format(total.normalize(), "f")}))
    return said


def points_faults(items: Sequence[Item], points: Mapping[str, Decimal]) -> list[Said]:
    """Points missing, below 0 or above the best of their item."""
    said = []
    for item in items:
        given = points.get(str(item["code"]))
        if given is None or not given.is_finite() or not 0 <= given <= Decimal(str(item["best"])):
            said.append(Said("“%(name)s”须在0至%(best)s分之间", {"name": str(item["name"]), "best": str(item["best"])}))
    return said


def weighted(items: Sequence[Item], points: Mapping[str, Decimal]) -> Decimal:
    """0–100: the sum of weight x points / best, to two places."""
    exact = sum((Fraction(Decimal(str(item["weight"]))) * Fraction(points[str(item["code"])])
                 / Fraction(Decimal(str(item["best"]))) for item in items), Fraction(0))
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def ranks(values: Sequence[Any]) -> list[int]:
    """1, 2, 2, 4: the largest first; equals share a rank and the next one is as far down as there are before it."""
    return [1 + sum(other > value for other in values) for value in values]


# --- submission through the levels --------------------------------------------------------------------------------

S, V = SubmissionStep, SubmissionVerb
UNIT_PEOPLE = frozenset({Role.CLERK, Role.REVIEWER})
HANDING_IN = (
    Move(V.SUBMIT, frozenset({S.UNIT, S.RETURNED, S.WITHDRAWN}), S.DISTRICT, UNIT_PEOPLE),
    Move(V.WITHDRAW, frozenset({S.DISTRICT, S.RETURNED}), S.WITHDRAWN, UNIT_PEOPLE),
    Move(V.RETURN, frozenset({S.DISTRICT}), S.RETURNED, frozenset({Role.OFFICE})),
)
ENDS = frozenset({S.ACCEPTED})
#: 区县批次: the unit hands in, the district decides.
DISTRICT_LOOP = Loop(name="submission-district", first=S.UNIT, ends=ENDS, moves=(
    *HANDING_IN, Move(V.ACCEPT, frozenset({S.DISTRICT}), S.ACCEPTED, frozenset({Role.OFFICE}))))
#: 市级批次: the unit hands in, the district forwards, the city decides.
CITY_LOOP = Loop(name="submission-city", first=S.UNIT, ends=ENDS, moves=(
    *HANDING_IN, Move(V.FORWARD, frozenset({S.DISTRICT}), S.CITY, frozenset({Role.OFFICE})),
    Move(V.RETURN, frozenset({S.CITY}), S.RETURNED, frozenset({Role.CITY})),
    Move(V.ACCEPT, frozenset({S.CITY}), S.ACCEPTED, frozenset({Role.CITY}))))
#: The length of a city's path: a round of such an area, or above, goes through both levels.
CITY = 4


def loop_of(path: str) -> Loop:
    """The loop of a round asked for by the area with this path."""
    return CITY_LOOP if len(path) <= CITY else DISTRICT_LOOP


def handing_in_fault(opens_on: date, closes_on: date, today: date) -> Said | None:
    """Why nothing can be handed in today: the round is not open yet, or its cut-off is over. Returned ones likewise."""
    if today < opens_on:
        return Said("这一批自 %(day)s 起提报", {"day": opens_on.isoformat()})
    if today > closes_on:
        return Said("这一批已于 %(day)s 截止提报", {"day": closes_on.isoformat()})
    return None


def may_move(path: str, step: SubmissionStep, roles: Collection[Role]) -> frozenset[str]:
    """The verbs that these roles may do now."""
    return frozenset(move.verb.value for move in loop_of(path).open_moves(step, roles))
