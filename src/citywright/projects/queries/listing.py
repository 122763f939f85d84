"""The project list: what is asked of the visible leaves: filters, tabs, sums, groups, order, pages.

`leaves.rows` reads them once; nearly all the rest are pure functions over those rows, so that tabs, groups, the footer
and the page always speak of the same projects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from citywright.kernel import money, periods
from citywright.kernel.words import Lamp

from ..models import ProgressReport, Project
from ..rules import gates, rates
from ..words import ReportState, YearKind
from . import figures, ledger, months
from .leaves import SEVEN, Ask, Found, Row, answering, rows, text

#: Worst first; a project that was never judged comes last.
WORST: dict[Any, int] = {Lamp.RED: 0, Lamp.YELLOW: 1, Lamp.GREEN: 2, Lamp.BLUE: 3, Lamp.GREY: 4, None: 5}
STATISTICS_FLOOR = money.to_fen(rates.STATISTICS_FLOOR)
PAGE = 50


@dataclass(frozen=True)
class Filters:
    """What the address asks for; every field holds codes, an empty one asks for nothing.

    `dim` and `dlamp` go together (a dimension and its lamps), `measure` and `part` too (an indicator's numerator or
    denominator). `list` names an issued list, or one of the live lists DUE and UNS. `pending` asks for open claims.
    """

    q: str = ""
    unit: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    lamp: tuple[str, ...] = ()
    dim: str = ""
    dlamp: tuple[str, ...] = ()
    report: tuple[str, ...] = ()
    list: str = ""
    owner: str = ""
    measure: str = ""
    part: str = ""
    pending: str = ""
    exit: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))


Test = Callable[[Row, Any], bool]
#: What each filter asks of a row; the others (`ASKED`) are answered by the database.
TESTS: dict[str, Test] = {
    "q": lambda row, typed: any(typed in told.casefold() for told in (row.name, row.code, row.initials)),
    "unit": lambda row, codes: row.unit_code in codes,
    "category": lambda row, codes: row.category_code in codes,
    "kind": lambda row, codes: row.kind in codes,
    "lamp": lambda row, codes: row.shown in codes,
    "pending": lambda row, _: row.waiting,
}


def _due_unstarted(end: date) -> Callable[[Row], bool]:
    """应开工未开工: 新开工 planned to start by the end of the month, no verified start by then."""
    day = end.isoformat()
    return lambda row: (row.kind == YearKind.NEW_START and row.plan_start is not None and row.plan_start <= day
                        and (row.started_on is None or row.started_on > day))


def _unregistered(end: date) -> Callable[[Row], bool]:
    """应统未统: started at least 30 days before the end of the month, 500 万元 or more, not in statistics by then."""
    day, limit = end.isoformat(), (end - timedelta(days=rates.STATISTICS_DAYS)).isoformat()
    return lambda row: (row.started_on is not None and row.started_on <= limit and row.total >= STATISTICS_FLOOR
                        and (row.registered_on is None or row.registered_on > day))


#: Lists that are worked out, not issued (PROJECTS 1.3): given the end of the month, what they ask of a row.
LIVE: dict[str, Callable[[date], Callable[[Row], bool]]] = {"DUE": _due_unstarted, "UNS": _unregistered}


def chosen(ask: Ask, every: Sequence[Row], filters: Filters) -> list[Row]:
    """The rows that pass the filters a row can answer by itself."""
    kept = list(every)
    for name, test in TESTS.items():
        wanted = getattr(filters, name)
        if wanted:
            wanted = wanted.casefold() if name == "q" else frozenset(wanted)
            kept = [row for row in kept if test(row, wanted)]
    if filters.dim in SEVEN and filters.dlamp:
        at = Row._fields.index(filters.dim)
        kept = [row for row in kept if row[at] in filters.dlamp]
    if filters.list in LIVE:
        kept = list(filter(LIVE[filters.list](ask.end), kept))
    if filters.owner == "me":
        kept = [row for row in kept if row.mine]
    return kept


def among(ask: Ask, filters: Filters) -> list[QuerySet[Project]]:
    """The projects allowed by each filter that only the database can answer."""
    visible = ledger.visible_to(ask.person).order_by()
    return [rule(ask, visible, filters) for name, rule in ASKED.items() if asks(filters, name)]


def asks(filters: Filters, name: str) -> bool:
    """Whether the filter is in force and a row cannot answer it."""
    wanted = getattr(filters, name)
    return bool(wanted) and not (name == "list" and wanted in LIVE) and not (name == "owner" and wanted == "me")


def _on_list(ask: Ask, visible: QuerySet[Project], filters: Filters) -> QuerySet[Project]:
    return ledger.on_list(visible, filters.list, ask.standing.period.year, min(ask.end, ask.standing.today))


def _owned(ask: Ask, visible: QuerySet[Project], filters: Filters) -> QuerySet[Project]:
    return visible.filter(pk__in=answering(ask, filters.owner).values("project"))


def _reported(ask: Ask, visible: QuerySet[Project], filters: Filters) -> QuerySet[Project]:
    """By the state of the month's report, as the month page counts it: 应报, 未报, 已报, 退回, 雷同, 已锁."""
    found = Q(pk__in=[])
    for state in sorted(set(filters.report) & set(ReportState)):
        found |= Q(pk__in=months.reported(visible, ask.standing.period, state).values("pk"))
    return visible.filter(found)


def _standing_at(ask: Ask, visible: QuerySet[Project], filters: Filters) -> QuerySet[Project]:
    """By verified stage."""
    found, above = Q(pk__in=[]), 1000
    for lowest, stage in gates.STAGE_FROM:
        if stage in filters.stage:
            found |= Q(furthest__gte=lowest, furthest__lt=above)
        above = lowest
    return ledger.with_stage(visible).annotate(furthest=Coalesce("verified_rank", 0)).filter(found)


def _measured(ask: Ask, visible: QuerySet[Project], filters: Filters) -> QuerySet[Project]:
    return figures.members(ask.person, filters.measure, filters.part or "numerator", ask.standing.area,
                           ask.standing.period, ask.run)


ASKED: dict[str, Callable[[Ask, QuerySet[Project], Filters], QuerySet[Project]]] = {
    "stage": _standing_at, "report": _reported, "list": _on_list, "owner": _owned, "measure": _measured,
}


@dataclass
class Sums:
    """小计: count, money in 分, reds and yellows of some rows."""

    code: str = ""
    name: str = ""
    count: int = 0
    total: int = 0
    plan: int = 0
    month: int = 0
    done: int = 0
    scheduled: int = 0
    red: int = 0
    yellow: int = 0
    rows: list[Row] = field(default_factory=list)

    def take(self, other: Sums) -> None:
        """Count the rows of another sum too."""
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def add(self, row: Row) -> None:
        """Count one more row."""
        self.count += 1
        self.total += row.total
        self.plan += row.plan or 0
        self.month += row.month or 0
        self.done += row.done or 0
        self.scheduled += row.scheduled
        self.red += row.shown == "red"
        self.yellow += row.shown == "yellow"


#: What sums hold in numbers.
COUNTED = ("count", "total", "plan", "month", "done", "scheduled", "red", "yellow")
#: How a group is found: the code it filters by, its name, its place.
GROUPS: dict[str, Callable[[Row], tuple[Any, str, str]]] = {
    "category": lambda row: (row.category_position, row.category_code, row.category),
    "unit": lambda row: (row.unit_code, row.unit_code, row.unit),
    "kind": lambda row: (list(YearKind).index(YearKind(row.kind)) if row.kind else 9, row.kind or "",
                         YearKind(row.kind).zh if row.kind else "未列入年度计划"),
}
def _by_lamp(name: str) -> Callable[[Row], Any]:
    """Worst lamp of one dimension first."""
    at = Row._fields.index(name)
    return lambda row: (WORST[row[at]], row.pace)


#: What a list may be sorted by; "hurt" is the order nobody has to ask for.
SORTS: dict[str, Callable[[Row], Any]] = {
    "hurt": lambda row: (WORST[row.shown], -row.reds, row.pace, row.code),
    "name": lambda row: row.name,
    "unit": lambda row: (row.unit_code, row.name),
    "kind": lambda row: row.kind or "",
    "total": lambda row: row.total,
    "plan": lambda row: row.plan or 0,
    "month": lambda row: row.month or 0,
    "done": lambda row: row.done or 0,
    "rate": lambda row: (row.done or 0) / row.plan if row.plan else -1.0,
    "pace": lambda row: row.pace,
    "code": lambda row: row.code,
    "category": lambda row: (row.category_position, row.code),
    "due": lambda row: row.scheduled,
    "plan_start": lambda row: row.plan_start or "9999",
    "started_on": lambda row: row.started_on or "9999",
    "registered_on": lambda row: row.registered_on or "9999",
    "waiting": lambda row: (not row.waiting, row.code),
    **{name: _by_lamp(name) for name in SEVEN},
}


def in_order(some: Sequence[Row], sort: str) -> list[Row]:
    """The rows sorted; "-total" from the greatest. An unknown name sorts by what hurts."""
    key = SORTS.get(sort.lstrip("-"), SORTS["hurt"])
    return sorted(some, key=key, reverse=sort.startswith("-"))


def grouped(some: Sequence[Row], shown: Sequence[Row], by: str) -> list[Sums]:
    """The sums of each group of all rows, in the groups' order, with the shown rows that belong to it."""
    found: dict[Any, Sums] = {}
    rule = GROUPS[by]
    for row in some:
        place = rule(row)
        if place not in found:
            found[place] = Sums(code=place[1], name=place[2])
        found[place].add(row)
    for row in shown:
        found[rule(row)].rows.append(row)
    return [found[place] for place in sorted(found)]


def summed(some: Iterable[Row]) -> Sums:
    """筛选合计 over all rows."""
    whole = Sums()
    for row in some:
        whole.add(row)
    return whole


@dataclass
class Listing:
    """A page of the list: every visible row once, the chosen ones in order, one page of them."""

    ask: Ask
    filters: Filters
    sort: str = "hurt"
    group: str = "category"
    number: int = 1

    @cached_property
    def found(self) -> Found:
        return rows(self.ask, self.filters.exit, among(self.ask, self.filters))

    @property
    def every(self) -> list[Row]:
        """Every visible row, chosen or not: what the tabs count."""
        return self.found.rows

    @cached_property
    def chosen(self) -> list[Row]:
        kept, allowed = chosen(self.ask, self.every, self.filters), self.found.allowed
        return in_order(kept if allowed is None else [row for row in kept if row.id in allowed], self.sort)

    @property
    def pages(self) -> int:
        return max(-(-len(self.chosen) // PAGE), 1)

    @property
    def page(self) -> int:
        """The page shown: the one asked for, or the nearest there is."""
        return min(max(self.number, 1), self.pages)

    @cached_property
    def shown(self) -> list[Row]:
        return self.chosen[(self.page - 1) * PAGE:self.page * PAGE]

    @cached_property
    def groups(self) -> list[Sums]:
        """The groups with their shown rows; without grouping one nameless group."""
        return grouped(self.chosen, self.shown, self.group) if self.group in GROUPS else []

    @cached_property
    def sums(self) -> Sums:
        if not self.groups:
            return summed(self.chosen)
        whole = Sums()
        for group in self.groups:
            whole.take(group)
        return whole

    def count(self, filters: Filters) -> int | None:
        """How many rows a view would show; None when only the database could tell."""
        if filters.exit or any(asks(filters, name) for name in ASKED):
            return None
        return len(chosen(self.ask, self.every, filters))


def physical(ask: Ask, shown: Sequence[Row]) -> dict[str, tuple[str, date, str]]:
    """形象进度 of the rows shown: the text of the month or of one of the two before, its month, that report's step."""
    months = [periods.shifted(ask.standing.period, -back) for back in (2, 1, 0)]
    found = ProgressReport.objects.filter(project__in=[row.id for row in shown], period__in=months).order_by("period")
    told = found.exclude(physical_text="").values_list(text("project_id"), "physical_text", "period", "step")
    return {key: (words, period, step) for key, words, period, step in told}
