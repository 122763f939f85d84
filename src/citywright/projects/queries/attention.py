"""Which projects need attention, and what changed since last week? Lists and their counts are one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from citywright.kernel.errors import Said
from citywright.kernel.models import Area
from citywright.kernel.money import ZERO

from ..models import GatePassage, LampRun, LampSnapshot, Problem, Project
from ..rules.lamps import sentence
from ..words import Dimension, Gate, Lamp, YearKind
from . import ledger
from .measures import NUMERATOR, Asked, part_of, rows

WEEK = timedelta(days=7)
#: The dimensions that are judged; the eighth, 综合, is their worst.
SEVEN = tuple(dimension for dimension in Dimension if dimension is not Dimension.OVERALL)
RANKS = {Lamp.RED: 0, Lamp.YELLOW: 1}


@dataclass(frozen=True)
class Reason:
    """One lamp that is not green, and why."""

    dimension: Dimension
    lamp: Lamp
    said: Said


@dataclass(frozen=True)
class Troubled:
    """A project with a red or yellow lamp. `progress` is done / scheduled, None without a schedule."""

    code: str
    name: str
    unit: str
    kind: YearKind | None
    area_path: str
    shown: Lamp
    lamps: Mapping[Dimension, Lamp]
    told: Mapping[str, Any]
    progress: Fraction | None

    @property
    def reasons(self) -> list[Reason]:
        """The red lamps, then the yellow ones, each with its sentence."""
        bad = [(RANKS[lamp], dimension, lamp) for dimension, lamp in self.lamps.items() if lamp in RANKS]
        return [Reason(dimension, lamp, said(self.told.get(dimension, {})))
                for _, dimension, lamp in sorted(bad, key=lambda one: one[0])]

    @property
    def hurt(self) -> tuple[Any, ...]:
        """Worst first: red before yellow, more red dimensions, further behind schedule."""
        reds = sum(lamp == Lamp.RED for lamp in self.lamps.values())
        return (RANKS[self.shown], -reds, self.progress is None, self.progress or 0, self.code)


def said(reason: Mapping[str, Any]) -> Said:
    """The sentence of a kept reason; nothing kept says nothing."""
    return sentence(reason.get("code", ""), reason.get("values") or {})


def troubled(person: Any, *, area: Area, period: date, run: LampRun | None) -> list[Troubled]:
    """Every project behind the figures of red and yellow lamps, worst first: one query, none without a judging."""
    if run is None:
        return []
    asked = Asked(person, area, period, run)
    bad = part_of("RED", NUMERATOR).where(asked) | part_of("YELLOW", NUMERATOR).where(asked)
    lamps = [f"lamp_{dimension.value}" for dimension in SEVEN]
    found = rows(asked, "RED", "YELLOW").filter(bad).order_by().values(
        "code", "name", "lead_unit__short_name", "plan_kind", "area__path", "lamp_shown", "lamp_reasons", "done_year",
        "scheduled", *lamps)
    return sorted((_troubled(row) for row in found), key=lambda one: one.hurt)


def _troubled(row: Mapping[str, Any]) -> Troubled:
    due = row["scheduled"]
    kind = YearKind(row["plan_kind"]) if row["plan_kind"] else None
    return Troubled(
        row["code"], row["name"], row["lead_unit__short_name"], kind, row["area__path"],
        Lamp(row["lamp_shown"]), {d: Lamp(row[f"lamp_{d.value}"]) for d in SEVEN}, row["lamp_reasons"] or {},
        Fraction(row["done_year"] or ZERO) / Fraction(due) if due else None)


@dataclass(frozen=True)
class Change:
    """A kind of change since last week: its word, and the rows it happened to (projects, passages or problems)."""

    code: str
    label: str
    found: QuerySet[Any, Any]


def changes(person: Any, *, area: Area, run: LampRun | None, at: datetime) -> list[Change]:
    """较上周: lamps that turned against the judging a week before, gates verified, problems raised and closed."""
    mine = ledger.within(ledger.leaves(ledger.visible_to(person)), area)
    passed = GatePassage.objects.filter(project__in=mine, in_force=True, result__in=ledger.PASSED,
                                        verified_at__gt=at - WEEK, verified_at__lte=at)
    problems = Problem.objects.filter(project__in=mine)
    return [
        *([Change("red", "新增红灯", _turned(mine, run, to=[Lamp.RED], before=[Lamp.YELLOW, Lamp.GREEN, Lamp.BLUE])),
           Change("green", "转绿", _turned(mine, run, to=[Lamp.GREEN, Lamp.BLUE], before=[Lamp.RED, Lamp.YELLOW]))]
          if run else []),
        Change("started", "核验开工", passed.filter(gate=Gate.G4)),
        Change("entered", "新入统", passed.filter(gate=Gate.G4S)),
        Change("raised", "新提问题", problems.filter(raised_at__gt=at - WEEK, raised_at__lte=at)),
        Change("closed", "问题销号", problems.filter(closed_at__gt=at - WEEK, closed_at__lte=at)),
    ]


def _turned(mine: QuerySet[Project], run: LampRun, *, to: list[Lamp], before: list[Lamp]) -> QuerySet[LampSnapshot]:
    """Snapshots of a judging that show one colour where the judging a week earlier showed another."""
    earlier = (LampRun.objects.filter(area=run.area_id, as_of__lte=run.as_of - WEEK).order_by("-as_of", "-number")
               .values("pk")[:1])
    was = LampSnapshot.objects.filter(run=Subquery(earlier), project=OuterRef("project"), shown__in=before)
    return LampSnapshot.objects.filter(Exists(was), run=run, shown__in=to, project__in=mine)
