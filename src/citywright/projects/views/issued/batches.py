"""Pages: drafting a batch, one batch with its rows and what may be done to it, taking it away, a list of one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, cast

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotReach
from citywright.kernel.http import standing
from citywright.kernel.models import Organisation, Person
from citywright.kernel.words import Role
from citywright.ui.attempts import tried

from ...actions import lists as actions
from ...actions.lists.taking import Table
from ...forms import issued as forms
from ...forms import lists as addresses
from ...models import ListIssue
from ...queries import ceremonies, issues, list_rows, lists
from ...rules.lists import ASKERS, CEREMONY
from ...words import ListKind, ListStatus, RowKind
from . import tables
from .board import download, filler, prepares

PREPARING = (Role.OFFICE, Role.CITY)


@require_http_methods(["GET", "POST"])
def list_draft(request: HttpRequest, code: str) -> HttpResponse:
    """起草: the next batch of a list, with the rows of its rule."""
    by, where = cast(Person, request.user), standing(request)
    definition = lists.definition(where.area, code)
    access.require(by, *PREPARING, area=where.area)
    form = forms.DraftForm(request.POST or None, has_event=definition.code == CEREMONY, initial={"on": where.today})
    refusal = None
    if request.method == "POST" and form.is_valid():
        made, refusal = tried(lambda: actions.draft(definition=definition, area=where.area, by=by, at=clock.now(),
                                                    year=form.cleaned_data["on"].year, **form.cleaned_data))
        if made is not None:
            messages.success(request, _("已起草第 %(batch)s 批") % {"batch": made.batch})
            return redirect("projects:list_issue", key=made.pk)
    failed = 422 if request.method == "POST" else 200
    return render(request, "projects/issued_draft.html", {
        "definition": definition, "what": lists.rule_of(definition), "form": form, "refusal": refusal,
        "back": reverse("projects:list_page", args=[definition.code])}, status=409 if refusal else failed)


class BatchPage:
    """One batch for one person: its rows, sums, ceremony, changes and difference."""

    def __init__(self, request: HttpRequest, key: int) -> None:
        self.request, self.where = request, standing(request)
        self.issue = issues.issue(request.user, key)
        self.rule = lists.rule_of(self.issue.definition)
        self.is_draft = self.issue.status == ListStatus.DRAFT
        self.office = any(access.holds(request.user, role, area=self.issue.area) for role in PREPARING)
        self.entries = issues.rows_of(request.user, self.issue)

    def told(self) -> list[dict[str, Any]]:
        """Every row as it was issued, or of a draft as it is now."""
        entries = list(self.entries.order_by("pk"))
        if not self.is_draft:
            return [entry.snapshot for entry in entries]
        now = list_rows.told_by_entry(self.some, entries)
        return [now[entry.pk] for entry in entries if now[entry.pk]]

    @property
    def some(self) -> lists.Rows:
        """The rule's rows on the draft's day."""
        on = self.issue.as_of or self.where.today
        return lists.rows_of(self.request.user, self.issue.definition, area=self.issue.area,
                             period=on.replace(day=1), today=on)

    def tally(self, told: list[dict[str, Any]]) -> list_rows.Tally:
        """Counts and money of the rows, each project once."""
        return list_rows.tally_of(told, issues.packages(self.entries))


@require_http_methods(["GET", "POST"])
def list_issue(request: HttpRequest, key: int) -> HttpResponse:
    """One batch; a draft may be changed and issued, an issued one closed."""
    page = BatchPage(request, key)
    verb = request.POST.get("verb", "")
    made, refusal = forms_of(request, page, verb), None
    if request.method == "POST":
        access.require(cast(Person, request.user), *PREPARING, area=page.issue.area)
        if verb not in made:
            raise actions.CannotList("没有这样的操作")
        if made[verb].is_valid():
            done, refusal = tried(lambda: ACTS[verb](request, page, made[verb].cleaned_data))
            if refusal is None:
                messages.success(request, done)
                return redirect("projects:list_issue", key=page.issue.pk)
    failed = 422 if request.method == "POST" else 200
    return render(request, "projects/issued_issue.html", shown(request, page) | {"forms": made, "refusal": refusal},
                  status=409 if refusal else failed)


def shown(request: HttpRequest, page: BatchPage) -> dict[str, Any]:
    """What the page of a batch shows."""
    told = page.told()
    tally = page.tally(told)
    ceremony = None
    if page.issue.definition.code == CEREMONY and not page.is_draft:
        ceremony = ceremonies.ceremony(request.user, page.issue, page.where.today)
    totals = {"total_investment": tally.total, "invest_year": tally.plan}
    listing = tables.frozen(request, page.issue, page.entries, page.some if page.is_draft else None,
                            page.where.today, totals if page.rule.rows is RowKind.PROJECT else {}, ceremony,
                            is_picked=page.is_draft and page.office)
    waiting = [] if page.is_draft else list(issues.changes(request.user, page.issue.area).filter(issue=page.issue))
    return {"page": page, "issue": page.issue, "what": page.rule, "list": listing, "tally": tally,
            "ceremony": ceremony, "note": tables.note_of(page.rule), "status": page.issue.get_status_display(),
            "difference": None if page.is_draft else issues.difference(request.user, page.issue),
            "changes": waiting, "bulk_actions": [("移出草稿", reverse("projects:list_strike", args=[page.issue.pk]))],
            "may_ask": bool(access.roles(request.user) & ASKERS), "has_rule": page.rule.kind is not ListKind.MANUAL}


def forms_of(request: HttpRequest, page: BatchPage, verb: str) -> dict[str, django_forms.Form]:
    """The form of each act that is open; the one that was posted is bound."""
    def data(name: str) -> Any:
        return request.POST if name == verb else None

    if not page.office:
        return {}
    if page.is_draft:
        start = {"issued_on": page.where.today, "event_on": page.issue.event_on}
        return {"publish": forms.PublishForm(data("publish"), prefix="publish", initial=start,
                                             has_event=page.issue.definition.code == CEREMONY),
                "retake": forms.RetakeForm(data("retake"), prefix="retake", initial={"on": page.where.today})}
    open_ones: dict[str, django_forms.Form] = {
        "publish": forms.PublishForm(data("publish"), prefix="publish", has_event=False)}
    if page.issue.status == ListStatus.ISSUED:
        open_ones["close"] = django_forms.Form(data("close"), prefix="close")
    return open_ones


def _publish(request: HttpRequest, page: BatchPage, given: dict[str, Any]) -> str:
    actions.publish(issue=page.issue, by=cast(Person, request.user), at=clock.now(), **given)
    return _("已印发")


def _retake(request: HttpRequest, page: BatchPage, given: dict[str, Any]) -> str:
    actions.retake(issue=page.issue, by=cast(Person, request.user), at=clock.now(), **given)
    return _("已按口径重新取数")


def _close(request: HttpRequest, page: BatchPage, given: dict[str, Any]) -> str:
    actions.close(issue=page.issue, by=cast(Person, request.user), at=clock.now())
    return _("已结束，不再变动")


ACTS: dict[str, Callable[[HttpRequest, BatchPage, dict[str, Any]], str]] = {
    "publish": _publish, "retake": _retake, "close": _close}


@require_POST
def list_strike(request: HttpRequest, key: int) -> HttpResponse:
    """移出草稿: the picked rows leave the draft."""
    page = BatchPage(request, key)
    picked = [value for value in request.POST.getlist("pick") if value.isdecimal() and len(value) < 19]
    struck = actions.strike(issue=page.issue, entries=list(page.entries.filter(pk__in=picked)),
                            by=cast(Person, request.user), at=clock.now())
    messages.success(request, _("已移出 %(count)s 行") % {"count": struck})
    return redirect("projects:list_issue", key=page.issue.pk)


@require_safe
def list_issue_export(request: HttpRequest, key: int) -> HttpResponse:
    """导出: the batch as the issued table, or as CSV."""
    page = BatchPage(request, key)
    issue = page.issue
    title = _("%(area)s %(year)s 年%(name)s（第 %(batch)s 批）") % {
        "area": issue.area.name, "year": issue.year, "name": _(page.rule.name), "batch": issue.batch}
    notes = [note for note in (_(page.rule.words), tables.note_of(page.rule), number_words(issue)) if note]
    table = Table(title, page.rule, page.told(), issue.issued_on or issue.as_of or page.where.today,
                  filler(request.user), notes)
    is_csv = request.GET.get("as") == "csv"
    content = actions.export_issue(issue=issue, table=table, by=cast(Person, request.user), at=clock.now(),
                                   is_csv=is_csv)
    return download(content, f"list-{issue.definition.code}-{issue.year}-{issue.batch}", is_csv)


def number_words(issue: ListIssue) -> str:
    """The number and day of the document, or that it is a draft."""
    if issue.issued_on is None:
        return _("草稿，尚未印发")
    return _("文号：%(number)s，%(day)s 印发") % {"number": issue.doc_no or _("未记文号"),
                                             "day": issue.issued_on.isoformat()}


@require_http_methods(["GET", "POST"])
def list_define(request: HttpRequest) -> HttpResponse:
    """定义清单: the filters in the address under a name, or a list whose projects are picked by hand."""
    by, where = cast(Person, request.user), standing(request)
    if not prepares(by, where):
        raise CannotReach("您没有权限：限%(roles)s办理", roles=[role.zh for role in PREPARING])
    units = [m.organisation for m in access.memberships(by) if m.role in PREPARING]
    filters = addresses.filters_of(QueryDict(request.META.get("QUERY_STRING", "").replace("\0", "")))
    kind = ListKind.QUERY if filters else ListKind.MANUAL
    form = forms.DefineForm(request.POST or None, units=own_units(units), initial={"kind": kind})
    refusal = None
    if request.method == "POST" and form.is_valid():
        made, refusal = tried(lambda: actions.define(filters=filters, by=by, at=clock.now(), **form.cleaned_data))
        if made is not None:
            messages.success(request, _("已定义，编码 %(code)s") % {"code": made.code})
            return redirect("projects:list_page", code=made.code)
    failed = 422 if request.method == "POST" else 200
    return render(request, "projects/issued_define.html", {
        "form": form, "refusal": refusal, "filters": addresses.written(asdict(filters)), "back": reverse(
            "projects:lists")}, status=409 if refusal else failed)


def own_units(units: list[Organisation]) -> list[Organisation]:
    """Each once."""
    return list({unit.pk: unit for unit in units}.values())
