"""Checks of a campaign: the grid of projects and checks, entering the checks, marking one."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import clock
from citywright.kernel.errors import Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.ui.attempts import status, tried

from ..actions import checks as actions
from ..forms import campaigns as forms
from ..queries import campaigns as queries
from ..queries import checks as asked
from ..queries import ledger
from ..words import CheckKind, Link

PAGE = 30


@require_safe
def campaign_checks(request: HttpRequest, key: UUID) -> HttpResponse:
    """Projects x checks with their marks, and the rate of each link."""
    where = standing(request)
    one = queries.campaign(request.user, key)
    lines = asked.checks(one)
    projects = queries.projects_of(request.user, one, on=queries.on_day(where.today, where.period))
    shown = projects.order_by("-total_investment", "code") if lines else projects.none()
    page = Paginator(shown, PAGE).get_page(request.GET.get("page", "1"))
    marks = asked.marks(lines, [project.pk for project in page.object_list])
    return render(request, "projects/campaign_checks.html", {
        "campaign": one, "page": page, "rates": asked.rates(lines, shown.order_by().values_list("pk", flat=True)),
        "checks": [(line, Link(line.link), CheckKind(line.kind)) for line in lines],
        "rows": [(project, [(line, marks.get((line.pk, project.pk))) for line in lines])
                 for project in page.object_list],
        "manages": queries.manages(request.user, one.area) and not one.closed_on})


@require_http_methods(["GET", "POST"])
def campaign_checks_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Enter the checks: none are given, for no published text says what they are."""
    by = cast(Person, request.user)
    one = queries.managed(by, key)
    form = forms.ChecksForm(request.POST or None, had=asked.checks(one))
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        refusal = tried(lambda: actions.set_checks(campaign=one, texts=form.texts, by=by, at=clock.now()))[1]
        if refusal is None:
            messages.success(request, _("检查项已保存"))
            return redirect("projects:campaign_checks", key=one.pk)
    return render(request, "projects/campaign_checks_edit.html", {
        "campaign": one, "form": form, "refusal": refusal}, status=status(request, refusal))


@require_http_methods(["GET", "POST"])
def campaign_mark(request: HttpRequest, key: UUID, number: int, code: str) -> HttpResponse:
    """Mark a check on a project; earlier marks stay below."""
    by = cast(Person, request.user)
    one = queries.managed(by, key)
    line, project, at = asked.check(one, number), ledger.project(by, code), clock.now()
    form = forms.MarkForm(request.POST or None, initial={"done_on": clock.day_of(at)})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        refusal = tried(lambda: actions.mark(check=line, project=project, by=by, at=at, **form.cleaned_data))[1]
        if refusal is None:
            messages.success(request, _("检查记录已保存"))
            return redirect("projects:campaign_checks", key=one.pk)
    return render(request, "projects/campaign_mark.html", {
        "campaign": one, "check": line, "link": Link(line.link), "kind": CheckKind(line.kind), "project": project,
        "form": form, "refusal": refusal, "marks": asked.history(line, project)}, status=status(request, refusal))


urlpatterns: list[URLPattern] = [
    path("campaigns/<uuid:key>/checks/", campaign_checks, name="campaign_checks"),
    path("campaigns/<uuid:key>/checks/edit/", campaign_checks_edit, name="campaign_checks_edit"),
    path("campaigns/<uuid:key>/checks/<int:number>/<slug:code>/", campaign_mark, name="campaign_mark"),
]
