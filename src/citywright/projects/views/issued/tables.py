"""How the rows of a list are shown: columns for every kind of row, live, drafted or frozen; and the table for paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from citywright.kernel.errors import Said
from citywright.kernel.http import say
from citywright.kernel.words import Word
from citywright.ui.tables import Column, Filter, Listing
from citywright.ui.templatetags.ui import NONE, iso, t, wan

from ...models import ListEntry, ListIssue
from ...queries import list_rows, lists, problems
from ...queries.ceremonies import Ceremony
from ...queries.list_rows import Told
from ...queries.lists import Rows
from ...rules import list_columns
from ...rules.list_columns import MONEY, NAME, NUMBER, REASON, WORD, Head
from ...rules.lists import COLUMNS, DAY, MEASURED, Rule
from ...words import RowKind

NUM, GAP = "num", "i-gap"
#: Of live rows, the field behind a column by which it can be sorted.
SORTED: Mapping[RowKind, Mapping[str, str]] = {
    RowKind.PROJECT: {"name": "name", "lead_unit": "lead_unit__short_name", "total_investment": "total_investment",
                      "invest_year": "plan_year", "year_kind": "plan_kind", "owner_name": "owner_name"},
    RowKind.PROBLEM: {"due_on": "due_on", "severity": "severity", "unit": "unit__short_name"},
    RowKind.RESPONSIBILITY: {"thing": "name", "role": "role", "from_on": "from_on"},
    RowKind.MILESTONE: {"thing": "name", "baseline_on": "baseline_on", "forecast_on": "forecast_on",
                        "actual_on": "actual_on"},
    RowKind.FUND: {"agreed": "agreed", "due_on": "due_on", "fund": "kind"},
    RowKind.LETTER: {"due_on": "due_at", "unit": "unit__short_name"},
}


def cell(head: Head, told: Told, today: date) -> Any:
    """What a row says in a column, fit for the page."""
    value = list_columns.read(head, told)
    if value is None:
        return NONE
    if head is NAME or (head.key == "name" and "code" in told):
        return format_html('<a class="nm" href="{}" title="{}">{}</a>',
                           reverse("projects:project", args=[told["code"]]), value, value)
    if head.kind == MONEY:
        return wan(value)
    if head.kind == DAY:
        late = head.key in ("due_on", "baseline_on") and value < today and not told.get("actual_on")
        return format_html('<span class="neg">{}</span>', iso(value)) if late else iso(value)
    if isinstance(value, Said):
        return say(value)
    if isinstance(value, Word) or head.kind == WORD or ("baseline_on" in told and head.key == "thing"):
        return t(value)
    if "number" in told and head.key == "number":
        return format_html('<a class="nm" href="{}">{}</a>', reverse("followup:letter", args=[told["key"]]), value)
    return format_html('<span title="{}">{}</span>', value, value) if head.width >= 130 or not head.width else value


def columns(rule: Rule, today: date, told: Callable[[Any], Told], sorts: Mapping[str, str],
            totals: Mapping[str, Any]) -> list[Column]:
    """The columns of a list; `totals` are the sums that stand under the money, by column."""
    def of(head: Head) -> Callable[[Any], Any]:
        return lambda row: cell(head, told(row), today)

    made = []
    for head in list_columns.heads(rule):
        css = NUM if head.kind in (MONEY, NUMBER, DAY) else GAP if head.kind == REASON else ""
        total = (lambda sums, key=head.key: wan(totals[key] if totals[key] is not None else sums.get(key))) \
            if head.key in totals else None
        made.append(Column(head.key, head.label, of(head), width=head.width, css=css, sort=sorts.get(head.key, ""),
                           total=total, always=head is NAME or head.key == "thing"))
    return made


def unit_filter(rows: QuerySet[Any], prefix: str) -> Filter:
    """责任单位, those that occur."""
    name = f"{prefix}lead_unit"
    return Filter("unit", "责任单位", lambda q, values: q.filter(**{f"{name}__code__in": values}), lambda: list(
        rows.order_by(f"{name}__position", f"{name}__code").values_list(f"{name}__code", f"{name}__short_name")
        .distinct()))


def live(request: HttpRequest, some: Rows, today: date) -> Listing:
    """The live rows of a list, fifty a page."""
    kind = some.rule.rows
    sorts = dict(SORTED[kind])
    if kind is RowKind.PROJECT:
        sorts |= {key: key for key in some.rule.columns if COLUMNS[key][1] == DAY}
    sums: dict[str, Any] = {"total_investment": Sum("total_investment"), "invest_year": Sum("plan_year")} \
        if kind is RowKind.PROJECT else {"agreed": Sum("agreed")} if kind is RowKind.FUND else {}

    def tell(rows: list[Any]) -> None:
        told = list_rows.told_by_key(some, rows)
        for row in rows:
            row.told = told.get(row.pk, {})

    found = some.found if kind is not RowKind.PROJECT else some.found.select_related("lead_unit", "category")
    filters = [] if kind is RowKind.LETTER else [unit_filter(some.found, some.prefix)]
    return Listing(request, found, columns(some.rule, today, lambda row: row.told, sorts, dict.fromkeys(sums)),
                   name="projects:lists", filters=filters, sums=sums, order=order_of(some, today), enrich=tell,
                   unit="个" if kind is RowKind.PROJECT else "行")


#: The order of live lists whose rows hurt by a day.
HURTS = {"DUE": "plan_start", "UNS": "g4_on", "LND0": "g3_on", "FIN0": "g5_on", "SIGN": "-g2_on", "RSV": "-g1_on"}


def order_of(some: Rows, today: date) -> Sequence[Any]:
    """What hurts first, else by code."""
    if some.rule.rows is RowKind.PROJECT:
        return (HURTS[some.rule.code], "code") if some.rule.code in HURTS else ("code",)
    if some.rule.rows is RowKind.PROBLEM:
        return problems.order(today)
    return tuple(some.found.query.order_by) or ("pk",)


def frozen(request: HttpRequest, issue: ListIssue, entries: QuerySet[ListEntry], some: Rows | None, today: date,
           totals: Mapping[str, Any], ceremony: Ceremony | None = None, is_picked: bool = False) -> Listing:
    """The rows of a batch: as they were issued, or of a draft (`some` then says) as they are now."""
    rule = lists.rule_of(issue.definition)

    def tell(rows: list[Any]) -> None:
        told = list_rows.told_by_entry(some, rows) if some is not None else {}
        for row in rows:
            row.told = row.snapshot or told.get(row.pk) or {}

    made = columns(rule, today, lambda row: row.told,
                   {"name": "project__name", "lead_unit": "project__lead_unit__short_name"}, totals)
    if ceremony is not None:
        made += [Column("held", "开工活动", lambda row: iso(_start(ceremony, row, "held_on")), width=92, css=NUM),
                 Column("started", "实质开工", lambda row: start_cell(ceremony, row), width=150, css=NUM)]
    made.append(Column("added", "列入日期", lambda row: iso(row.added_on), width=92, css=NUM, sort="added_on"))
    if issue.issued_on:
        made.append(Column("reason", "备注", lambda row: format_html('<span title="{}">{}</span>', row.reason,
                                                                  row.reason), width=160, css=GAP))
    return Listing(request, entries, made, name="projects:list_issue", filters=[unit_filter(entries, "project__")],
                   order=("pk",), enrich=tell, pick=is_picked, unit="行")


def _start(ceremony: Ceremony, row: Any, name: str) -> Any:
    started = ceremony.rows.get(row.project_id)
    return getattr(started, name) if started else None


def start_cell(ceremony: Ceremony, row: Any) -> Any:
    """The verified start; else that it is claimed, or overdue after the event, or simply not yet."""
    on = _start(ceremony, row, "started_on")
    if on:
        return iso(on)
    words = _("已申报待核验") if _start(ceremony, row, "is_claimed") else _("未开工")
    return format_html('<span class="neg">{}</span>', words) if _start(ceremony, row, "is_late") else words


def note_of(rule: Rule) -> str:
    """What the list is measured against, in words; "" when it is measured against nothing."""
    if rule.code not in MEASURED:
        return ""
    words, number = MEASURED[rule.code]
    return _(words) % {"n": number}
