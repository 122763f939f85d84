"""Which page? The list of problems, raising one, and one problem with what may be done to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import access, clock
from citywright.kernel.errors import Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.ui.attempts import status, tried
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Listing, View
from citywright.ui.templatetags.ui import day, t

from ..actions import problems as actions
from ..forms import way as forms
from ..models import Problem
from ..queries import ledger, problems
from ..words import ProblemKind, ProblemStep

NAME = "projects:problems"


def columns(today: date) -> list[Column]:
    """The columns of the list of problems."""
    return [
        Column("title", "问题", lambda p: format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse(
            "projects:problem", args=[p.pk]), p.title, p.title), width=260, always=True),
        Column("project", "项目", lambda p: format_html('<a class="nm" href="{}">{}</a>', reverse(
            "projects:project", args=[p.project.code]), p.project.name), width=220),
        Column("kind", "类型", lambda p: t(ProblemKind(p.kind)), width=70),
        Column("severity", "程度", lambda p: _("%(level)s 级") % {"level": p.severity}, width=50, sort="severity"),
        Column("unit", "解决单位", lambda p: p.unit.short_name, width=110, sort="unit__short_name"),
        Column("step", "状态", lambda p: t(ProblemStep(p.step)), width=70),
        Column("due", "期限", lambda p: due_cell(p, today), width=120, sort="due_on"),
        Column("reopened", "重办", lambda p: p.reopened_count or "", css="num", width=50, sort="reopened_count"),
    ]


def due_cell(problem: Problem, today: date) -> str:
    """The day, red with the days late when an open problem is overdue."""
    if problem.step == ProblemStep.CLOSED or problem.due_on >= today:
        return day(problem.due_on)
    late = _("超期 %(days)s 天") % {"days": (today - problem.due_on).days}
    return format_html('<span class="neg">{} {}</span>', day(problem.due_on), late)


def filters(rows: QuerySet[Problem], today: date, person: Any) -> list[Filter]:
    """The filters of the list of problems; `mine` are those that wait for the person."""
    def units() -> list[tuple[str, str]]:
        return list(rows.order_by("unit__position", "unit__code")
                    .values_list("unit__code", "unit__short_name").distinct())

    return [
        Filter("step", "状态", lambda q, values: q.filter(step__in=values), choices=ProblemStep.choices()),
        Filter("kind", "类型", lambda q, values: q.filter(kind__in=values), choices=ProblemKind.choices()),
        Filter("severity", "程度", lambda q, values: q.filter(severity__in=[v for v in values if v.isdecimal()]),
               choices=[("1", "1 级"), ("2", "2 级"), ("3", "3 级")]),
        Filter("unit", "解决单位", lambda q, values: q.filter(unit__code__in=values), choices=units),
        Filter("late", "超期", lambda q, values: q.filter(due_on__lt=today).exclude(step=ProblemStep.CLOSED),
               choices=[("1", "已超期")]),
        Filter("project", "项目", lambda q, values: q.filter(project__code__in=values)),
        Filter("mine", "办理", lambda q, values: q.filter(pk__in=problems.waiting_for_me(person).values("pk")),
               choices=[("1", "等我办")]),
    ]


#: The tabs everybody has.
VIEWS = (View("全部问题", ""), View("等我办", "mine=1"), View("在办", "step=open"), View("待销号", "step=answered"),
         View("超期", "late=1"))


@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    """Problems of the area in force, the worst first."""
    where = standing(request)
    rows = problems.visible_to(request.user).filter(project__area__path__startswith=where.area.path)
    listing = Listing(request, problems.worst_first(rows, where.today), columns(where.today), name=NAME,
                      filters=filters(rows, where.today, request.user), order=problems.order(where.today), per_page=50,
                      unit="个", views=[*VIEWS, *saved_views(cast(Person, request.user), NAME)])
    return render(request, "projects/problem_list.html", {"list": listing, "today": where.today})


@require_http_methods(["GET", "POST"])
def problem_new(request: HttpRequest) -> HttpResponse:
    """Raise a problem of a project."""
    by = cast(Person, request.user)
    project = ledger.project(by, request.GET.get("project", ""))
    form = forms.ProblemForm(request.POST or None, units=problems.units_for(project.area),
                             initial={"unit": project.lead_unit})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        made, refusal = tried(lambda: actions.raise_problem(
            project=project, by=by, at=clock.now(), **form.cleaned_data))
        if refusal is None:
            messages.success(request, _("已提出，交由%(unit)s解决") % {"unit": made.unit})
            return redirect("projects:problem", key=made.pk)
    return render(request, "projects/problem_new.html", {"project": project, "form": form, "refusal": refusal},
                  status=status(request, refusal))


#: What can be done to a problem, and what is said afterwards.
ACTS: dict[str, tuple[Callable[..., Problem], str]] = {
    "answer": (actions.answer, "已报办结，待提出方销号"), "accept": (actions.accept, "已销号"),
    "reopen": (actions.reopen, "已退回重办"), "assign": (actions.assign, "已转派"),
}


@require_http_methods(["GET", "POST"])
def problem(request: HttpRequest, key: UUID) -> HttpResponse:
    """One problem, and what this person may do to it."""
    by = cast(Person, request.user)
    found = problems.problem(by, key)
    verb = request.POST.get("verb", "")
    made = forms_of(request, found, verb)
    refusal: Refusal | None = None
    if request.method == "POST" and verb in ACTS and made[verb].is_valid():
        refusal = tried(lambda: ACTS[verb][0](problem=found, by=by, at=clock.now(), **made[verb].cleaned_data))[1]
        if refusal is None:
            messages.success(request, _(ACTS[verb][1]))
            return redirect("projects:problem", key=found.pk)
    return render(request, "projects/problem.html", {
        "problem": found, "forms": made, "refusal": refusal, "today": clock.day_of(clock.now()),
        "step": ProblemStep(found.step), "kind": ProblemKind(found.kind)} | open_acts(by, found),
        status=status(request, refusal))


def forms_of(request: HttpRequest, found: Problem, verb: str) -> dict[str, django_forms.Form]:
    """The form of each act; the one that was posted is bound."""
    def data(name: str) -> Any:
        return request.POST if name == verb else None

    return {"answer": forms.AnswerForm(data("answer"), prefix="answer"),
            "accept": django_forms.Form(data("accept"), prefix="accept"),
            "reopen": forms.ReopenForm(data("reopen"), prefix="reopen"),
            "assign": forms.AssignForm(data("assign"), prefix="assign", units=problems.units_for(found.project.area))}


def open_acts(by: Person, found: Problem) -> dict[str, bool]:
    """Which acts the person may do now."""
    solver = any(access.holds(by, role, unit=found.unit, area=found.project.area)
                 for role in (Role.CLERK, Role.REVIEWER, Role.OFFICE))
    closing = problems.may_close(by, found)
    return {"may_answer": found.step == ProblemStep.OPEN and solver,
            "may_accept": found.step == ProblemStep.ANSWERED and closing,
            "may_reopen": found.step != ProblemStep.OPEN and closing,
            "may_assign": found.step != ProblemStep.CLOSED and access.holds(by, Role.OFFICE, area=found.project.area)}


urlpatterns: list[URLPattern] = [
    path("problems/", problem_list, name="problems"),
    path("problems/new/", problem_new, name="problem_new"),
    path("problems/<uuid:key>/", problem, name="problem"),
]
