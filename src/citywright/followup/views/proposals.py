"""Which page? The list of proposals with its rates, registering one, the answer as a paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.ui.attempts import status, tried
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Listing, View
from citywright.ui.templatetags.ui import NONE, day, t

from ..actions import proposals as actions
from ..forms import tasks as forms
from ..models import Proposal
from ..queries import proposals, tasks
from ..rules import tasks as rules
from ..words import AnswerClass, ProposalKind, Satisfaction
from .tasks import due_cell, step_badge

NAME = "followup:proposals"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: What the sets of the rates are called when one is looked at.
SET_LABELS = {
    "due": "应办复", "punctual": "按期办复", "answered": "已答复", "met": "已面商", "rated": "已评价",
    "satisfied": "满意和基本满意", "class_a": "A 类", "adopted": "已采纳", "again": "待二次答复", "open": "在办",
    "late": "超期",
}


def columns(at: datetime) -> list[Column]:
    """The columns of the list of proposals."""
    today = clock.day_of(at)

    def badge_of(row: Proposal) -> Any:
        task = row.task
        return step_badge(task, rules.is_late(task.step, task.due_at, task.next_reply_on, at=at, today=today))

    return [
        Column("no", "编号", lambda row: row.proposal_no, width=60, css="mut", sort="proposal_no"),
        Column("title", "案由", lambda row: format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse(
            "followup:task", args=[row.task_id]), row.task.title, row.task.title), width=250, always=True),
        Column("kind", "种类", lambda row: t(ProposalKind(row.kind)), width=124),
        Column("proposers", "提出人", lambda row: row.proposers, width=100),
        Column("unit", "承办单位", lambda row: row.task.unit.short_name, width=110, sort="task__unit__short_name"),
        Column("step", "状态", badge_of, width=94, css="c", sort="task__step"),
        Column("due", "期限", lambda row: due_cell(row.task, at), width=118, css="num", sort="task__due_at"),
        Column("class", "类别", lambda row: row.answer_class.upper() or NONE, css="c", width=60, sort="answer_class"),
        Column("met", "面商", lambda row: day(row.met_on) if row.met_on else NONE, css="num", width=70, sort="met_on"),
        Column("said", "满意度", lambda row: t(Satisfaction(row.satisfaction)) if row.satisfaction else NONE, width=104,
               css="c"),
        Column("redone", "重办", lambda row: row.redone_count or "", css="num", width=64,
               total=lambda sums: sums["redone"] or ""),
    ]


def filters(rows: QuerySet[Proposal], at: datetime) -> list[Filter]:
    """The filters of the list; `set` is one of the sets of the rates."""
    def units() -> list[tuple[str, str]]:
        return list(rows.order_by("task__unit__position", "task__unit__code")
                    .values_list("task__unit__code", "task__unit__short_name").distinct())

    def sessions() -> list[tuple[str, str]]:
        return [(name, name) for name in rows.order_by("session").values_list("session", flat=True).distinct()]

    def in_sets(found: QuerySet[Proposal], values: list[str]) -> QuerySet[Proposal]:
        for value in values:
            if value in proposals.SETS:
                found = found.filter(proposals.SETS[value](at))
        return found

    return [
        Filter("session", "届次", lambda q, values: q.filter(session__in=values), choices=sessions),
        Filter("kind", "种类", lambda q, values: q.filter(kind__in=values), choices=ProposalKind.choices()),
        Filter("unit", "承办单位", lambda q, values: q.filter(task__unit__code__in=values), choices=units),
        Filter("class", "类别", lambda q, values: q.filter(answer_class__in=values), choices=AnswerClass.choices()),
        Filter("set", "口径", in_sets, choices=list(SET_LABELS.items())),
    ]


VIEWS = (View("全部", ""), View("在办", "set=open"), View("超期", "set=late"), View("已答复", "set=answered"),
         View("待二次答复", "set=again"))


@require_http_methods(["GET"])
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Proposals of the area in force with their rates, each part of a rate a link to its list."""
    where, at = standing(request), clock.now()
    rows = proposals.counted(request.user, where.area)
    listing = Listing(request, rows, columns(at), name=NAME, filters=filters(rows, at), per_page=50, unit="件",
                      order=("task__due_at", "pk"), sums={"redone": Sum("redone_count")},
                      views=[*VIEWS, *saved_views(cast(Person, request.user), NAME)])
    return render(request, "followup/proposal_list.html", {
        "list": listing, "today": where.today, "rates": proposals.rates(rows, at),
        "may_raise": tasks.may_raise(request.user, where.area)})


@require_http_methods(["GET", "POST"])
def proposal_new(request: HttpRequest) -> HttpResponse:
    """Register a proposal and give it to its units."""
    by, where = cast(Person, request.user), standing(request)
    if not tasks.may_raise(by, where.area):
        raise CannotReach("限项目办、市级项目办和领导交办")
    form = forms.ProposalForm(request.POST or None, units=tasks.units_for(where.area))
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        made, refusal = tried(lambda: actions.register(area=where.area, by=by, at=clock.now(), **form.cleaned_data))
        if refusal is None:
            messages.success(request, _("已登记并交办%(unit)s") % {"unit": made.task.unit.short_name})
            return redirect("followup:task", key=made.task_id)
    return render(request, "followup/proposal_new.html", {"form": form, "refusal": refusal},
                  status=status(request, refusal))


@require_POST
def proposal_paper(request: HttpRequest, key: UUID) -> HttpResponse:
    """答复件: the answer as a Word paper."""
    by = cast(Person, request.user)
    proposal = tasks.proposal_of(tasks.task(by, key))
    if proposal is None:
        raise CannotReach("没有这个事项，或您无权查看")
    content = actions.export_answer(proposal=proposal, by=by, at=clock.now())
    response = HttpResponse(content, content_type=DOCX)
    name = f"答复件-{proposal.session}-{proposal.proposal_no}.docx".replace("/", "-")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


urlpatterns: list[URLPattern] = [
    path("proposals/", proposal_list, name="proposals"),
    path("proposals/new/", proposal_new, name="proposal_new"),
    path("proposals/<uuid:key>/paper/", proposal_paper, name="proposal_paper"),
]
