"""Which page? Task forces: the list with their numbers, one with its members, portfolio, meetings and results."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.ui import panels
from citywright.ui.attempts import status, tried

from ..actions import forces as actions
from ..forms import meetings as forms
from ..models import TaskForce
from ..queries import meetings
from ..words import MeetingStep, TaskStep


@require_safe
def force_list(request: HttpRequest) -> HttpResponse:
    """The task forces of the area in force, with their meetings, what they look after and what they finished."""
    where = standing(request)
    return render(request, "followup/force_list.html", {
        "lines": meetings.force_lines(request.user, where.area), "today": where.today,
        "may_set_up": meetings.hosts(request.user, where.area)})


@require_http_methods(["GET", "POST"])
def force_new(request: HttpRequest) -> HttpResponse:
    """Set up a task force in the area in force."""
    by, where = cast(Person, request.user), standing(request)
    if not meetings.hosts(by, where.area):
        raise CannotReach("您没有权限设立专班")
    form = forms.ForceForm(request.POST or None, units=meetings.units_for(where.area))
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        made, refusal = tried(lambda: actions.set_up(area=where.area, by=by, at=clock.now(), **data_of(form)))
        if refusal is None:
            messages.success(request, _("专班已设立"))
            return redirect("followup:force", key=made.pk)
    return render(request, "followup/force_new.html", {"form": form, "refusal": refusal},
                  status=status(request, refusal))


def data_of(form: forms.ForceForm) -> dict[str, Any]:
    """What was typed, the members as a list."""
    return form.cleaned_data | {"members": list(form.cleaned_data["members"])}


def acted(request: HttpRequest, found: TaskForce, form: forms.ForceForm) -> str | None:
    """Does what was posted; None when the form must be filled in again."""
    by, at = cast(Person, request.user), clock.now()
    if request.POST.get("verb") == "end":
        actions.end(force=found, by=by, at=at)
        return _("专班已撤销")
    if not form.is_valid():
        return None
    actions.change(force=found, by=by, at=at, **data_of(form))
    return _("已保存")


@require_http_methods(["GET", "POST"])
def force(request: HttpRequest, key: UUID) -> HttpResponse:
    """One task force: mandate, members, cycle; what it looks after, its meetings and what came of them."""
    by = cast(Person, request.user)
    found = meetings.force(by, key)
    runs = meetings.hosts(by, found.area)
    if request.method == "POST" and not runs:
        raise CannotReach("您没有权限：限召集单位办理")
    form = forms.ForceForm(request.POST if request.POST.get("verb") == "change" else None,
                           units=meetings.units_for(found.area), initial={
        "name": found.name, "leader": found.leader, "deputies": found.deputies, "mandate": found.mandate,
        "cycle_days": found.cycle_days, "members": [unit.pk for unit in meetings.members_of(found)]})
    refusal: Refusal | None = None
    if request.method == "POST":
        said, refusal = tried(lambda: acted(request, found, form))
        if refusal is None and said is not None:
            messages.success(request, said)
            return redirect("followup:force", key=found.pk)
    return render(request, "followup/force.html", context(by, found, form) | {
        "refusal": refusal, "may_run": runs and found.ended_on is None}, status=status(request, refusal))


def context(by: Person, found: TaskForce, form: forms.ForceForm) -> dict[str, Any]:
    """Everything the page of a task force shows."""
    return {
        "force": found, "form": form, "line": meetings.line_of(found), "members": meetings.members_of(found),
        "items": [(one, reverse(one.url_name, args=[one.url_key])) for one in meetings.force_items(found)],
        "meetings": [(one, MeetingStep(one.step)) for one in meetings.held_by(by, found)],
        "tasks": [(one, TaskStep(one.step)) for one in meetings.results_of(found)],
        "panels": panels.of("followup:force", [found.pk]), "today": clock.day_of(clock.now()), "now": clock.now()}


urlpatterns: list[URLPattern] = [
    path("forces/", force_list, name="forces"),
    path("forces/new/", force_new, name="force_new"),
    path("forces/<uuid:key>/", force, name="force"),
]
