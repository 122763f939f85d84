"""The visible leaves of an area in one pass: a slim row each, for lists that count, sum and sort them all.

Amounts are whole 分 here (`kernel.money`) and days ISO text, as the database keeps them: two thousand rows are read for
every page, and nothing of them is shown but what the page needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, CharField, ExpressionWrapper, F, Field, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce

from citywright.kernel import access, periods
from citywright.kernel.http import Standing
from citywright.kernel.models import JournalHead

from ..models import GatePassage, LampRun, Project, Responsibility
from ..words import Dimension, Gate, PassageResult
from . import ledger

#: A column read as the database keeps it: no conversion, row by row, of what is only summed and compared.
AS_KEPT: Field[Any, Any] = Field()
#: The mark of a project the person answers for.
MINE = "mine"
#: How many lists of rows are kept between pages, and the longest that is.
KEPT, LARGEST_KEPT = 12, 5_000
_kept: dict[Any, list[Row]] = {}
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
    mine: bool

    @property
    def seven(self) -> tuple[str | None, ...]:
        """The lamps of the seven dimensions."""
        return self[16:23]

    @property
    def reds(self) -> int:
        """How many of the seven lamps are red."""
        return self[16:23].count("red")

    @property
    def pace(self) -> float:
        """Done minus scheduled as a share of the plan; 0 without plan or schedule. For ordering only."""
        return ((self.done or 0) - self.scheduled) / self.plan if self.plan and self.scheduled else 0.0


#: How many columns of `Row` one query reads.
WIDTH = Row._fields.index("scheduled") + 1


@dataclass(frozen=True)
class Ask:
    """Whose list, where and when: the person, the standing, the lamps in force, the journal's last digest."""

    person: Any
    standing: Standing
    run: LampRun | None
    head: str = ""

    @property
    def end(self) -> date:
        """The last day of the month in force: rates count until then."""
        return periods.last_of(self.standing.period)


def asked(person: Any, standing: Standing, on: date) -> Ask:
    """What is asked by a person standing somewhere: with the lamps in force on a day and the end of the journal."""
    head = JournalHead.objects.filter(id=1).values("digest")[:1]
    run = ledger.runs_until(standing.area, on).annotate(head=Subquery(head)).first()
    return Ask(person, standing, run, getattr(run, "head", None) or "")


class Found(NamedTuple):
    """Rows, and the keys of those that also stand in other sets of projects (None: nothing else was asked)."""

    rows: list[Row]
    allowed: frozenset[str] | None = None


def rows(ask: Ask, exits: Sequence[str] = (), among: Sequence[QuerySet[Project]] = ()) -> Found:
    """Every visible leaf of the area with the month's money, lamps and gates; with `exits` those that left instead.

    `allowed` names those that stand in all of `among`. The rows are kept until the journal grows: whatever changes
    them writes a line there, in the same transaction. Two queries; kept rows cost none, and one for `among`.
    """
    key = (ask.head, ask.person.pk, access.reach(ask.person), ask.standing, ask.run and ask.run.pk, tuple(exits))
    kept = _kept.get(key) if ask.head else None
    if kept is not None:
        return Found(kept, _allowed(ask, among) if among else None)
    found = _read(ask, exits, among)
    if ask.head and len(found.rows) <= LARGEST_KEPT:
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = found.rows
    return found


def forget() -> None:
    """Read everything afresh next time."""
    _kept.clear()


def _allowed(ask: Ask, among: Sequence[QuerySet[Project]]) -> frozenset[str]:
    keys = ledger.visible_to(ask.person).filter(_in_all(among)).order_by().annotate(key=text("pk"))
    return frozenset(keys.values_list("key", flat=True))


def _in_all(among: Sequence[QuerySet[Project]]) -> Q:
    wanted = Q()
    for found in among:
        wanted &= Q(pk__in=found.order_by().values("pk"))
    return wanted


def _read(ask: Ask, exits: Sequence[str], among: Sequence[QuerySet[Project]]) -> Found:
    base = ledger.visible_to(ask.person)
    base = base.filter(exit__in=exits) if exits else ledger.leaves(base)
    base = ledger.within(base, ask.standing.area).order_by()
    known, make = _known(ask, base), Row._make
    waiting, mine, started, registered = known.waiting, known.mine, known.started, known.registered
    slim = list(_slim(ask, base, among))
    allowed = frozenset(one[0] for one in slim if one[-1]) if among else None
    return Found([make((*one[:WIDTH], one[0] in waiting, started.get(one[0]), registered.get(one[0]), one[0] in mine))
                  for one in slim], allowed)


def _slim(ask: Ask, base: QuerySet[Project], among: Sequence[QuerySet[Project]]) -> Iterable[tuple[Any, ...]]:
    """The columns of `Row` up to what is due, and whether it stands in all of `among`, as the database keeps them.

    What is due by now is the monthly plan's, or plan x month / 12 where there is no monthly plan.
    """
    spread = F("plan_year") * ask.standing.period.month / 12
    month = ledger.with_dispatch(ledger.with_plan(base, ask.standing.period), ask.standing.period)
    kept = [Case(When(_in_all(among), then=1), default=0, output_field=AS_KEPT)] if among else []
    return ledger.with_lamps(month, ask.run).values_list(
        text("pk"), "code", "name", "initials", "lead_unit__code", "lead_unit__short_name", "category__code",
        "category__name", "category__position", fen("total_investment"), "plan_kind", fen("plan_year"),
        text("plan_start"), fen("done_month"), fen("done_year"), "lamp_shown",
        *(f"lamp_{dimension}" for dimension in SEVEN),
        Coalesce("scheduled", spread, Value(0), output_field=AS_KEPT), *kept).iterator(chunk_size=2000)


@dataclass
class Known:
    """What is known of projects besides the month, by key: days of starts and entries, open claims, whose they are."""

    started: dict[str, str] = field(default_factory=dict)
    registered: dict[str, str] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    mine: set[str] = field(default_factory=set)


def _known(ask: Ask, base: QuerySet[Project]) -> Known:
    """Verified starts and entries into statistics, open claims, and what the person answers for: one query."""
    told = Q(gate__in=(Gate.G4, Gate.G4S), result__in=ledger.PASSED) | Q(result=PassageResult.PENDING)
    passages = GatePassage.objects.filter(told, in_force=True, project__in=base.values("pk")).order_by()
    mine = answering(ask, "me").order_by().values_list(text("project_id"), as_told(MINE), as_told(""), as_told(""))
    known = Known()
    for key, what, result, on in passages.values_list(
            text("project_id"), text("gate"), text("result"), text("event_on")).union(mine, all=True):
        if what == MINE:
            known.mine.add(key)
        elif result == PassageResult.PENDING:
            known.waiting.add(key)
        else:
            (known.started if what == Gate.G4 else known.registered)[key] = on
    return known


def answering(ask: Ask, owner: str) -> QuerySet[Responsibility]:
    """Who answers for a project today: a named person, or "me" through a post or by name."""
    now = Responsibility.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=ask.standing.today))
    if owner != "me":
        return now.filter(name=owner)
    return now.filter(Q(post__person=ask.person) | Q(post__isnull=True, name=ask.person.full_name))


def as_told(words: str) -> Value:
    return Value(words, output_field=CharField(max_length=40))


def text(name: Any) -> Cast:
    """The column as text: keys and days are only compared here."""
    return Cast(name, CharField(max_length=40))


def fen(name: str) -> ExpressionWrapper[Any]:
    """The amount as the whole 分 the database keeps."""
    return ExpressionWrapper(F(name), output_field=AS_KEPT)
