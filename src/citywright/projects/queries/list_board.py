"""Which lists are there, and how long is each? One line for every list of an area, its last batch and what waits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, IntegerField, Q, QuerySet, Subquery, Sum, Value

from citywright.kernel.http import Standing
from citywright.kernel.models import Area
from citywright.kernel.money import from_fen

from ..models import ListChange, ListDefinition, ListEntry, ListIssue
from ..rules import lists as rules
from ..rules.lists import Rule
from ..words import ChangeStep, ListKind, ListStatus, RowKind
from . import leaves, ledger, listing, lists
from .list_rows import Tally
from .measures import Asked, condition


@dataclass(frozen=True)
class Line:
    """One list: what it is, what it comes to (None when the page alone can tell), its batches, what waits."""

    definition: ListDefinition
    rule: Rule
    tally: Tally | None
    issue: ListIssue | None
    draft: ListIssue | None
    waiting: int


def lines(person: Any, *, area: Area, period: date, today: date) -> list[Line]:
    """Every list that can be filled, with its counts: a fixed number of queries, however many lists and rows."""
    asked = Asked(person, area, period, None)
    known = list(_with_rows(lists.definitions(area), asked, today))
    counted = worked_out(asked, known, today) | standing(asked, min(asked.end, today)) | _own(asked, known, today)
    batches = _batches(area, period.year)
    waiting = dict(ListChange.objects.filter(step__in=[ChangeStep.PROPOSED, ChangeStep.SCREENED], issue__area=area)
                   .order_by().values_list("issue__definition").annotate(n=Count("pk")))
    made = []
    for definition in known:
        rule = lists.rule_of(definition)
        issued, draft = batches.get(definition.pk, (None, None))
        if definition.ended_on and not issued:
            continue
        none = Tally() if rule.kind is ListKind.MANUAL else None
        made.append(Line(definition, rule, counted.get(definition.code, none), issued, draft,
                         waiting.get(definition.pk, 0)))
    return made


def _things(asked: Asked, today: date) -> dict[str, QuerySet[Any]]:
    """The rows of the lists whose rows are not projects, by code."""
    return {rule.code: lists.ITEMS[rule.rows](asked, today).order_by() for rule in rules.RULES.values()
            if rule.rows is not RowKind.PROJECT}


def _with_rows(found: QuerySet[ListDefinition], asked: Asked, today: date) -> QuerySet[ListDefinition]:
    """Adds how many rows each list of things has; the database counts each once."""
    one = Value(1, output_field=IntegerField())
    return found.annotate(**{
        f"rows_{code}": Subquery(things.values(one=one).annotate(n=Count("pk")).values("n"),
                                 output_field=IntegerField())
        for code, things in _things(asked, today).items()})


def worked_out(asked: Asked, known: list[ListDefinition], today: date) -> dict[str, Tally]:
    """Counts and money of every list that a rule fills, in one query and one for each rule that SQL cannot say."""
    gates = {gate for source in lists.SOURCES.values() for gate in source.gates}
    added = {name for source in lists.SOURCES.values() for name in source.added}
    stalled = next((d.rule for d in known if d.code == "STL"), None) or {}
    base = lists.ground(asked, *gates, added=added, limits=rules.stalled_after(stalled))
    wanted = {code: condition(source.numerator, asked, base) for code, source in lists.SOURCES.items()}
    wanted |= {code: Q(pk__in=things.values("project")) for code, things in _things(asked, today).items()
               if rules.RULES[code].rows is not RowKind.LETTER}
    found = base.order_by().aggregate(**{
        f"{name}_{code.replace('-', '_')}": total for code, where in wanted.items()
        for name, total in (("n", Count("pk", filter=where)), ("total", Sum("total_investment", filter=where)),
                            ("plan", Sum("plan_year", filter=where)))})
    nothing, first = Decimal(0), known[0] if known else None
    counted = {code: Tally(n := found[f"n_{code}"], n, n, found[f"total_{code}"] or nothing,
                           found[f"plan_{code}"] or nothing) for code in wanted}
    return counted | {code: replace(counted.get(code, Tally()), rows=getattr(first, f"rows_{code}", None) or 0)
                      for code in _things(asked, today)}


def standing(asked: Asked, day: date) -> dict[str, Tally]:
    """Counts and money of the lists picked by hand: who stands on them on a day, each project once; one query."""
    base: Any = lists.ground(asked).filter(list_entries__in=ListEntry.objects.filter(
        ledger.standing(asked.period.year, day), item=None)).order_by()
    rows = base.values_list("list_entries__issue__definition__code", "pk", "total_investment", "plan_year").distinct()
    made: dict[str, Tally] = {}
    for code, _pk, total, plan in rows:
        now = made.get(code, Tally())
        made[code] = Tally(now.leaves + 1, now.packages + 1, now.rows + 1, now.total + total,
                           now.plan + (plan or Decimal(0)))
    return {code: tally for code, tally in made.items() if code not in lists.SOURCES}


def _own(asked: Asked, known: list[ListDefinition], today: date) -> dict[str, Tally]:
    """Counts of the offices' own queries: over the rows of the project list, read once."""
    own = [d for d in known if d.code not in rules.RULES and d.kind != ListKind.MANUAL and not d.ended_on]
    if not own:
        return {}
    ask = leaves.asked(asked.person, Standing(asked.area, asked.period, today), min(asked.end, today))
    made = {}
    for definition in own:
        chosen = listing.Listing(ask, lists.filters_of(definition), group="none").chosen
        total, plan = sum(row.total for row in chosen), sum(row.plan or 0 for row in chosen)
        made[definition.code] = Tally(len(chosen), len(chosen), len(chosen), from_fen(total), from_fen(plan))
    return made


def _batches(area: Area, year: int) -> dict[Any, tuple[ListIssue | None, ListIssue | None]]:
    """Of each list the latest issued batch up to the year and the year's draft; one query."""
    made: dict[Any, tuple[ListIssue | None, ListIssue | None]] = {}
    for issue in ListIssue.objects.filter(area=area, year__lte=year).order_by("year", "batch"):
        issued, draft = made.get(issue.definition_id, (None, None))
        made[issue.definition_id] = (issued, issue) if issue.status == ListStatus.DRAFT else (issue, draft)
    return made
