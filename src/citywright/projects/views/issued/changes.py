"""Pages: changes that wait, asking for one, and one change with 初审 and 终审."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import access, clock
from citywright.kernel.errors import Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.ui.attempts import tried
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Listing, View
from citywright.ui.templatetags.ui import badge, iso, t

from ...actions import lists as actions
from ...forms import issued as forms
from ...models import ListChange
from ...queries import issues, ledger
from ...rules.lists import ASKERS, CHANGE, POOL
from ...words import ChangeKind, ChangeStep, ChangeVerb, ListStatus

NAME = "projects:list_changes"
VIEWS = (View("全部变动", ""), View("等我审", "mine=1"), View("待初审", "step=proposed"),
         View("待终审", "step=screened"))


def step_cell(change: ListChange) -> Any:
    """The step as a badge: open ones dashed, accepted filled, refused red."""
    kinds = {ChangeStep.ACCEPTED: "verified", ChangeStep.REFUSED: "escalated"}
    step = ChangeStep(change.step)
    return badge(kinds.get(step, "claimed"), t(step))


def batch_words(change: ListChange) -> str:
    """Which batch of which list."""
    issue = change.issue
    return _("%(name)s %(year)s 年第 %(batch)s 批") % {
        "name": _(issue.definition.name), "year": issue.year, "batch": issue.batch}


COLUMNS = (
    Column("project", "项目名称", lambda c: format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse(
        "projects:list_change", args=[c.pk]), c.project.name, c.project.name), always=True, sort="project__name"),
    Column("kind", "变动", lambda c: t(ChangeKind(c.kind)), width=56, sort="kind"),
    Column("list", "清单批次", lambda c: format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse(
        "projects:list_issue", args=[c.issue_id]), batch_words(c), batch_words(c)), width=220),
    Column("unit", "责任单位", lambda c: c.project.lead_unit.short_name, width=104,
           sort="project__lead_unit__short_name"),
    Column("reason", "理由", lambda c: format_html('<span title="{}">{}</span>', c.reason, c.reason), width=220),
    Column("asked", "提出", lambda c: format_html("{} {}", c.proposed_by, iso(c.proposed_at)), width=150,
           sort="proposed_at"),
    Column("step", "状态", step_cell, width=76, sort="step"),
)


@require_safe
def list_changes(request: HttpRequest) -> HttpResponse:
    """清单变动: those that wait first."""
    where = standing(request)
    found = issues.changes(request.user, where.area)
    mine = issues.changes_for(request.user, where.area)
    filters = [
        Filter("step", "状态", lambda q, values: q.filter(step__in=values), choices=ChangeStep.choices()),
        Filter("kind", "变动", lambda q, values: q.filter(kind__in=values), choices=ChangeKind.choices()),
        Filter("mine", "办理", lambda q, values: q.filter(pk__in=mine.order_by().values("pk")),
               choices=[("1", "等我审")]),
    ]
    listing = Listing(request, found, COLUMNS, name=NAME, filters=filters, order=tuple(found.query.order_by), unit="件",
                      views=[*VIEWS, *saved_views(cast(Person, request.user), NAME)])
    return render(request, "projects/issued_changes.html", {
        "list": listing, "today": where.today, "may_ask": bool(access.roles(request.user) & ASKERS)})


@require_http_methods(["GET", "POST"])
def list_propose(request: HttpRequest) -> HttpResponse:
    """提出变动: from the page of a project or of a list, which fill in what they know."""
    by, where = cast(Person, request.user), standing(request)
    access.require(by, *ASKERS)
    open_ones = issues.reached(by).filter(status=ListStatus.ISSUED, definition__rows="project").order_by(
        "definition__position", "-year", "-batch")
    form = forms.ProposeForm(request.POST or None, issues=open_ones, initial={
        "issue": request.GET.get("issue"), "project": request.GET.get("project", "")[:32],
        "kind": request.GET.get("kind")})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        project = ledger.project(by, given.pop("project"))
        made, refusal = tried(lambda: actions.propose(project=project, by=by, at=clock.now(), **given))
        if made is not None:
            messages.success(request, _("已提出，待初审"))
            return redirect("projects:list_change", key=made.pk)
    failed = 422 if request.method == "POST" else 200
    return render(request, "projects/issued_propose.html", {
        "form": form, "refusal": refusal, "back": reverse(NAME), "today": where.today},
        status=409 if refusal else failed)


def _screen(change: ListChange, by: Person, given: dict[str, Any]) -> str:
    actions.screen(change=change, by=by, at=clock.now(), **given)
    return _("已初审，待终审")


def _accept(change: ListChange, by: Person, given: dict[str, Any]) -> str:
    actions.accept(change=change, by=by, at=clock.now(), **given)
    return _("已同意，清单已变动")


def _refuse(change: ListChange, by: Person, given: dict[str, Any]) -> str:
    actions.refuse(change=change, by=by, at=clock.now(), opinion=given["opinion"])
    return _("已答复不同意")


ACTS: dict[str, Callable[[ListChange, Person, dict[str, Any]], str]] = {
    "screen": _screen, "accept": _accept, "refuse": _refuse}


@require_http_methods(["GET", "POST"])
def list_change(request: HttpRequest, key: int) -> HttpResponse:
    """One change: what is asked, who thought what, and what this person may say to it."""
    by, today = cast(Person, request.user), standing(request).today
    change = issues.change(by, key)
    verb = request.POST.get("verb", "")
    form = form_of(request, change, by, today)
    refusal: Refusal | None = None
    if request.method == "POST":
        if verb not in ACTS or (verb == "accept") != (change.step == ChangeStep.SCREENED) and verb != "refuse":
            raise actions.CannotList("没有这样的操作")
        if form.is_valid():
            done, refusal = tried(lambda: ACTS[verb](change, by, form.cleaned_data))
            if refusal is None:
                messages.success(request, done)
                return redirect("projects:list_change", key=change.pk)
    failed = 422 if request.method == "POST" else 200
    return render(request, "projects/issued_change.html", {
        "change": change, "form": form, "refusal": refusal, "verbs": verbs_for(change, by),
        "batch": batch_words(change), "step": step_cell(change), "kind": ChangeKind(change.kind),
    }, status=409 if refusal else failed)


def form_of(request: HttpRequest, change: ListChange, by: Person, today: Any) -> django_forms.Form:
    """The form of the step at which the change stands."""
    if change.step != ChangeStep.SCREENED:
        return forms.OpinionForm(request.POST or None)
    may_drop = (change.issue.definition.code == POOL and change.kind == ChangeKind.REMOVE
                and access.holds(by, Role.OFFICE, area=change.project.area))
    return forms.DecideForm(request.POST or None, may_drop=may_drop,
                            initial={"on": today, "doc_no": change.doc_no})


def verbs_for(change: ListChange, by: Person) -> list[str]:
    """What the person may do now; nothing for who asked or screened."""
    if by.pk in (change.proposed_by_id, change.screened_by_id):
        return []
    held = access.roles_over(by, unit=change.project.lead_unit, area=change.issue.area)
    return [ChangeVerb(move.verb).value for move in CHANGE.open_moves(change.step, held)]
