"""The visible leaves of an area in one pass: a slim row each, for lists that count, sum and sort them all.

Amounts are whole 分 here (`kernel.money`) and days ISO text, as the database keeps them: two thousand rows are read for
every page, and nothing of them is shown but what the page needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Cast

from citywright.kernel import periods
from citywright.kernel.http import Standing

from ..models import GatePassage, LampRun, Project
from ..words import Dimension, Gate, PassageResult
from . import ledger

SEVEN = tuple(d.value for d in Dimension if d is not Dimension.OVERALL)


class Row(NamedTuple):
    """One leaf. Amounts in 分, days as ISO text, lamps by code; None where nothing is known."""

    id: str
    code: str
    name: str
    initials: str
    unit_code: str
    unit: str
    category_code: str
    category: str
    category_position: int
    total: int
    kind: str | None
    plan: int | None
    plan_start: str | None
    by_months: int | None
    month: int | None
    done: int | None
    shown: str | None
    start: str | None
    progress: str | None
    statistics: str | None
    fund: str | None
    element: str | None
    issue: str | None
    report: str | None
    scheduled: int
    waiting: bool
    started_on: str | None
    registered_on: str | None

    @property
    def reds(self) -> int:
        """How many of the seven lamps are red."""
        return self[17:24].count("red")

    @property
    def pace(self) -> float:
        """Done minus scheduled as a share of the plan; 0 without plan or schedule. For ordering only."""
        return ((self.done or 0) - self.scheduled) / self.plan if self.plan and self.scheduled else 0.0


@dataclass(frozen=True)
class Ask:
    """Whose list, where and when: the person, the standing, the lamps in force."""

    person: Any
    standing: Standing
    run: LampRun | None

    @property
    def end(self) -> date:
        """The last day of the month in force: rates count until then."""
        return periods.last_of(self.standing.period)


def rows(ask: Ask, exits: Sequence[str] = ()) -> list[Row]:
    """Every visible leaf of the area with the month's money, lamps and gates; with `exits` those that left instead."""
    base = ledger.visible_to(ask.person)
    base = base.filter(exit__in=exits) if exits else ledger.leaves(base)
    base = ledger.within(base, ask.standing.area).order_by()
    started, registered, waiting = _gates(base)
    month = ask.standing.period.month
    return [Row._make((*slim, _scheduled(slim[11], slim[13], month), slim[0] in waiting, started.get(slim[0]),
                       registered.get(slim[0]))) for slim in _slim(ask, base)]


def _scheduled(plan: int | None, by_months: int | None, month: int) -> int:
    """分 due by now: the monthly plan's, or plan x month / 12 where there is no monthly plan."""
    return by_months if by_months is not None else (plan or 0) * month // 12


def _slim(ask: Ask, base: QuerySet[Project]) -> Iterable[tuple[Any, ...]]:
    """The columns of `Row` up to the lamps, as the database keeps them (no conversion to Decimal)."""
    month = ledger.with_dispatch(ledger.with_plan(base, ask.standing.period), ask.standing.period)
    return ledger.with_lamps(month, ask.run).values_list(
        text("pk"), "code", "name", "initials", "lead_unit__code", "lead_unit__short_name", "category__code",
        "category__name", "category__position", fen("total_investment"), "plan_kind", fen("plan_year"),
        text("plan_start"), fen("scheduled"), fen("done_month"), fen("done_year"), "lamp_shown",
        *(f"lamp_{dimension}" for dimension in SEVEN)).iterator(chunk_size=2000)


def _gates(base: QuerySet[Project]) -> tuple[dict[str, str], dict[str, str], set[str]]:
    """By project: days of the verified starts and of the entries into statistics; projects with an open claim."""
    days: dict[str, dict[str, str]] = {Gate.G4: {}, Gate.G4S: {}}
    waiting: set[str] = set()
    told = Q(gate__in=tuple(days), result__in=ledger.PASSED) | Q(result=PassageResult.PENDING)
    found = GatePassage.objects.filter(told, in_force=True, project__in=base.values("pk")).order_by()
    for key, gate, result, day in found.values_list(text("project_id"), "gate", "result", text("event_on")):
        if result == PassageResult.PENDING:
            waiting.add(key)
        else:
            days[gate][key] = day
    return days[Gate.G4], days[Gate.G4S], waiting


def text(name: Any) -> Cast:
    """The column as text: keys and days are only compared here."""
    return Cast(name, CharField(max_length=40))


def fen(name: str) -> ExpressionWrapper[Any]:
    """The amount as the whole 分 the database keeps."""
    return ExpressionWrapper(F(name), output_field=BigIntegerField())
