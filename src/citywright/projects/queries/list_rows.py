"""What does one row of a list say, and what do all of them come to? Rows as dictionaries, counts, money, overlaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from citywright.kernel import clock
from citywright.kernel.money import rounded

from ..models import FundFact, ListEntry, Project
from ..rules import lists as rules
from ..words import RowKind
from . import ledger
from .lists import Rows, ground

Told = dict[str, Any]
#: The step of a letter that the next rung took over.
CLIMBED = "climbed"


@dataclass(frozen=True)
class Taken:
    """One row: its project, the thing it is about ("problem:<id>", None for the project itself), what it says."""

    project: Project
    item: str | None
    told: Told


@dataclass(frozen=True)
class Tally:
    """按立项 (a package once) and 拆分后 (leaves), rows, total and year money in 万元."""

    leaves: int = 0
    packages: int = 0
    rows: int = 0
    total: Decimal = Decimal(0)
    plan: Decimal = Decimal(0)


def project_row(project: Project, invest_year: Decimal | None, year_kind: str | None) -> Told:
    """The project's row as a list shows it; amounts in 万元 as text."""
    return {"code": project.code, "name": project.name, "lead_unit": project.lead_unit.short_name,
            "category": project.category.code, "total_investment": str(rounded(project.total_investment)),
            "invest_year": str(rounded(invest_year)) if invest_year is not None else None,
            "year_kind": year_kind or None, "owner_name": project.owner_name, "summary": project.summary}


def taken(some: Rows, chosen: Sequence[Any] | None = None) -> list[Taken]:
    """These rows of a list (all when none are named) as they stand now; at most three queries."""
    measure = _measures(some)
    if some.rule.rows is RowKind.LETTER:
        return []
    if not some.prefix:
        found = chosen if chosen is not None else some.found.select_related("lead_unit", "category").order_by("code")
        return [Taken(row, None, _row(row) | measure(row)) for row in found]
    things = list(some.found if chosen is None else chosen)
    wanted = {thing.project_id for thing in things}
    known = {row.pk: row for row in ground(some.asked).filter(pk__in=wanted).select_related("lead_unit", "category")}
    arrived = _arrived(things, some.asked.end) if some.rule.rows is RowKind.FUND else {}
    return [Taken(known[thing.project_id], f"{some.rule.rows.value}:{thing.pk}",
                  _row(known[thing.project_id]) | _THINGS[some.rule.rows](thing, arrived))
            for thing in things if thing.project_id in known]


def told_by_key(some: Rows, chosen: Sequence[Any]) -> dict[Any, Told]:
    """What these rows say, by their own key; a letter says it without a project."""
    if some.rule.rows is RowKind.LETTER:
        return {one.pk: _letter(one) for one in chosen}
    if not some.prefix:
        return {one.project.pk: one.told for one in taken(some, chosen)}
    told = {one.item: one.told for one in taken(some, chosen)}
    return {one.pk: told.get(f"{some.rule.rows.value}:{one.pk}", {}) for one in chosen}


def told_by_entry(some: Rows, entries: Sequence[ListEntry]) -> dict[int, Told]:
    """What the rows of a draft say now, by the key of their entry; {} for a thing that is no longer there."""
    if some.prefix:
        keys = [entry.item.split(":", 1)[1] for entry in entries if entry.item]
        now = {one.item: one.told for one in taken(some, list(some.found.filter(pk__in=keys)))}
        return {entry.pk: now.get(entry.item, {}) for entry in entries}
    wanted = [entry.project_id for entry in entries]
    by_rule = {one.project.pk: one.told for one in taken(some, list(
        some.found.filter(pk__in=wanted).select_related("lead_unit", "category")))}
    rest = ledger.with_plan(ledger.visible_to(some.asked.person), some.asked.period).filter(
        pk__in=set(wanted) - set(by_rule)).select_related("lead_unit", "category")
    known = by_rule | {row.pk: _row(row) for row in rest}
    return {entry.pk: known.get(entry.project_id, {}) for entry in entries}


def _letter(one: Any) -> Told:
    over = one.accepted_at or (one.due_at if one.step == CLIMBED else None)
    return {"thing": one.title, "number": f"{one.mark}〔{one.year}〕{one.number}号", "unit": one.unit.short_name,
            "actual_on": _iso(clock.day_of(over)) if over else None, "step": one.get_step_display(),
            "due_on": _iso(clock.day_of(one.due_at)), "key": str(one.pk)}


def _row(project: Any) -> Told:
    return project_row(project, project.plan_year, project.plan_kind)


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _measures(some: Rows) -> Callable[[Any], Told]:
    """What the further columns of a list say of a row; the work calendar is read when a row needs it."""
    works = cache(clock.city_calendar)
    end, limits = some.asked.end, some.limits
    known: Mapping[str, Callable[[Any], Any]] = {
        "land0_days": lambda row: workdays(row.g3_on, row.g4p_on, works()),
        "fin0_days": lambda row: days(row.g5_on, row.g6_on),
        "three_days": lambda row: days(row.g1_on, row.g6_on),
        "since_g4": lambda row: days(row.g4_on, end),
        "late_start": lambda row: days(row.plan_start, end),
        "stalled": lambda row: {"code": row.stalled, "n": limits.get(row.stalled)},
    }

    def told(row: Any) -> Told:
        return {name: known[name](row) if name in known else _iso(getattr(row, name)) for name in some.rule.columns}

    return told


def days(first: date | None, last: date | None) -> int | None:
    """Days from one day to another; None when either is missing."""
    return (last - first).days if first and last else None


def workdays(first: date | None, last: date | None, works: Any) -> int | None:
    """Working days likewise; None too when the calendar of the years between is not known."""
    if not first or not last:
        return None
    try:
        return clock.workdays_between(first, last, works)
    except clock.CannotKnowWorkday:
        return None


def _problem(one: Any, arrived: Any) -> Told:
    return {"thing": one.title, "kind": one.kind, "severity": one.severity, "unit": one.unit.short_name,
            "step": one.step, "due_on": _iso(one.due_on)}


def _responsibility(one: Any, arrived: Any) -> Told:
    unit = one.organisation.short_name if one.organisation else ""
    return {"thing": one.name, "role": one.role, "unit": unit, "from_on": _iso(one.from_on)}


def _milestone(one: Any, arrived: Any) -> Told:
    return {"thing": one.name, "status": one.status, "baseline_on": _iso(one.baseline_on),
            "forecast_on": _iso(one.forecast_on), "actual_on": _iso(one.actual_on)}


def _fund(one: Any, arrived: Mapping[Any, Decimal]) -> Told:
    return {"fund": one.kind, "thing": one.note, "agreed": str(rounded(one.agreed)), "due_on": _iso(one.due_on),
            "arrived": str(rounded(arrived.get(one.pk, Decimal(0))))}


_THINGS: dict[RowKind, Callable[[Any, Any], Told]] = {
    RowKind.PROBLEM: _problem, RowKind.RESPONSIBILITY: _responsibility, RowKind.MILESTONE: _milestone,
    RowKind.FUND: _fund}


def _arrived(funds: Iterable[Any], until: date) -> dict[Any, Decimal]:
    facts = FundFact.objects.filter(source__in=[fund.pk for fund in funds], arrived_on__lte=until).order_by()
    return dict(facts.values_list("source").annotate(n=Sum("arrived")))


# --- what they come to ----------------------------------------------------------------------------------------------

#: A package and its leaves are one 立项.
ONCE = Coalesce("parent_id", "pk")


def tally(some: Rows) -> Tally:
    """Counts and money of a list, each project once; rows of things are counted on their own."""
    found = some.projects().order_by().aggregate(
        n=Count("pk"), once=Count(ONCE, distinct=True), total=Sum("total_investment"), plan=Sum("plan_year"))
    rows = some.found.order_by().count() if some.prefix else found["n"]
    return Tally(found["n"], found["once"], rows, found["total"] or Decimal(0), found["plan"] or Decimal(0))


def tally_of(told: Iterable[Told], parents: Mapping[str, Any]) -> Tally:
    """Counts and money of frozen rows, each project once; `parents` gives the package of a project's code, if any."""
    rows = list(told)
    once = {row["code"]: row for row in rows if "code" in row}
    packages = {parents.get(code) or code for code in once}
    return Tally(len(once), len(packages), len(rows), _sum(once.values(), "total_investment"),
                 _sum(once.values(), "invest_year"))


def _sum(rows: Iterable[Told], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows if row.get(name)), Decimal(0))


def overlap(some: Rows, today: date) -> list[tuple[str, int]]:
    """On how many of the tiers' lists the same projects stand as well: code of the tier and count; one query."""
    on = ledger.standing(some.asked.period.year, min(some.asked.end, today))
    found = (ListEntry.objects.filter(on, issue__definition__code__in=rules.TIERS,
                                      project__in=some.projects().order_by().values("pk"))
             .exclude(issue__definition__code=some.rule.code).order_by()
             .values_list("issue__definition__code").annotate(n=Count("project", distinct=True)))
    counts = dict(found)
    return [(code, counts.get(code, 0)) for code in rules.TIERS if code != some.rule.code]
