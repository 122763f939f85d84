"""Pages: all lists of the area in force, and one list with its definition, figures, batches, difference and rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citywright.kernel import access, clock, periods
from citywright.kernel.http import Standing, standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ...actions import lists as actions
from ...actions.lists.taking import Table
from ...models import ListDefinition, ListIssue
from ...queries import issues, list_board, list_rows, lists
from ...queries.list_rows import Tally
from ...rules import lists as rules
from ...words import ListKind, ListStatus, RowKind
from . import tables

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: More rows than this are not compared line by line on the page.
COMPARED_AT_MOST = 5_000


def prepares(person: Any, where: Standing) -> bool:
    """Whether the person drafts and issues lists of the area in force."""
    return any(access.holds(person, role, area=where.area) for role in (Role.OFFICE, Role.CITY))


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """清单: every list with what fills it, its length and money, its last batch, what waits."""
    where = standing(request)
    found = list_board.lines(request.user, area=where.area, period=where.period, today=where.today)
    groups = [(_("选定后印发"), [line for line in found if line.rule.kind is ListKind.MANUAL]),
              (_("按口径生成"), [line for line in found if line.rule.kind is not ListKind.MANUAL])]
    return render(request, "projects/issued_board.html", {
        "groups": groups, "count": len(found), "as_of": min(periods.last_of(where.period), where.today),
        "waiting": issues.changes_for(request.user, where.area).count(), "office": prepares(request.user, where),
        "drafts": [line for line in found if line.draft]})


@dataclass
class ListPage:
    """What the page of one list asks for, worked out once."""

    request: HttpRequest
    code: str

    @cached_property
    def where(self) -> Standing:
        return standing(self.request)

    @cached_property
    def definition(self) -> ListDefinition:
        return lists.definition(self.where.area, self.code)

    @cached_property
    def some(self) -> lists.Rows:
        where = self.where
        return lists.rows_of(self.request.user, self.definition, area=where.area, period=where.period,
                             today=where.today)

    @property
    def rule(self) -> rules.Rule:
        return self.some.rule

    @property
    def as_of(self) -> date:
        return min(periods.last_of(self.where.period), self.where.today)

    @cached_property
    def tally(self) -> Tally | None:
        """Counts and money; None for letters, which stand for no project."""
        return None if self.rule.rows is RowKind.LETTER else list_rows.tally(self.some)

    @cached_property
    def listing(self) -> Any:
        return tables.live(self.request, self.some, self.where.today)

    @cached_property
    def batches(self) -> list[ListIssue]:
        return issues.history(self.request.user, self.definition, self.where.area)

    @property
    def draft(self) -> ListIssue | None:
        return next((issue for issue in self.batches if issue.status == ListStatus.DRAFT), None)

    @property
    def last(self) -> ListIssue | None:
        """The latest batch that was issued."""
        return next((issue for issue in self.batches if issue.status != ListStatus.DRAFT), None)

    @cached_property
    def difference(self) -> Any:
        """What changed since the last batch: by its entries where it is picked, else by the rows of today."""
        if self.last is None:
            return None
        if self.rule.kind is ListKind.MANUAL:
            return issues.difference(self.request.user, self.last)
        if self.tally is None or self.tally.rows > COMPARED_AT_MOST:
            return None
        return issues.drift(self.request.user, self.last, list_rows.taken(self.some), self.as_of)

    @cached_property
    def overlap(self) -> list[tuple[str, str, int]]:
        """Code, name and count of the tiers whose lists the same projects stand on."""
        if self.rule.rows is RowKind.LETTER:
            return []
        return [(code, rules.RULES[code].name, n) for code, n in list_rows.overlap(self.some, self.where.today)]

    @property
    def once(self) -> bool:
        """Whether a package counts once (按立项) instead of its leaves (拆分后)."""
        return self.request.GET.get("count") == "once"


@require_safe
def list_page(request: HttpRequest, code: str) -> HttpResponse:
    """One list."""
    page = ListPage(request, code)
    office = prepares(request.user, page.where)
    return render(request, "projects/issued_list.html", {
        "page": page, "list": page.listing, "definition": page.definition, "what": page.rule, "kind": page.rule.kind,
        "tally": page.tally, "office": office, "note": tables.note_of(page.rule), "last": page.last,
        "own": page.definition.unit is not None, "stalled": stalled_words(page),
        "may_ask": bool(access.roles(request.user) & rules.ASKERS) and page.last is not None
        and page.last.status == ListStatus.ISSUED and page.rule.rows is RowKind.PROJECT})


def stalled_words(page: ListPage) -> list[str]:
    """The limits of 停滞 in force, in words."""
    return [_(words) % {"n": page.some.limits[name]} for name, words in rules.STALLED_WORDS.items()
            if name in page.some.limits]


def filler(person: Any) -> str:
    """The unit that fills in a table: the first one the person works for."""
    held = access.memberships(person)
    return held[0].organisation.name if held else ""


@require_safe
def export(request: HttpRequest, code: str) -> HttpResponse:
    """导出: the live rows as the issued table, or as CSV."""
    page = ListPage(request, code)
    title = _("%(area)s%(name)s（截至 %(day)s）") % {
        "area": page.where.area.name, "name": _(page.rule.name), "day": page.as_of.isoformat()}
    told = [one.told for one in list_rows.taken(page.some)] if page.rule.rows is not RowKind.LETTER else list(
        list_rows.told_by_key(page.some, list(page.some.found)).values())
    notes = [note for note in (_(page.rule.words), tables.note_of(page.rule)) if note]
    table = Table(title, page.rule, told, page.as_of, filler(request.user), notes)
    is_csv = request.GET.get("as") == "csv"
    content = actions.export_rows(table=table, area=page.where.area, by=cast(Person, request.user), at=clock.now(),
                                  is_csv=is_csv)
    return download(content, f"list-{page.definition.code}-{page.as_of.isoformat()}", is_csv)


def download(content: bytes, stem: str, is_csv: bool) -> HttpResponse:
    """The file, to be saved."""
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8" if is_csv else XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{stem}.{"csv" if is_csv else "xlsx"}"'
    return answer


@require_POST
def list_end(request: HttpRequest, code: str) -> HttpResponse:
    """停用 a list of one's own."""
    page = ListPage(request, code)
    actions.end_definition(definition=page.definition, by=cast(Person, request.user), at=clock.now())
    return redirect(reverse("projects:lists"))
