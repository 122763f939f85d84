"""Which page? Rounds of the reserve: opening one, handing in, forwarding, accepting, giving back."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.ui.attempts import tried

from ..actions import reserve as actions
from ..forms.reserve import RoundForm
from ..models import Submission
from ..queries import ledger, submissions
from ..rules import reserve as rules


@require_http_methods(["GET", "POST"])
def rounds(request: HttpRequest) -> HttpResponse:
    """提报: the rounds of the area, and opening one."""
    by, here = cast(Person, request.user), standing(request)
    leads = any(access.holds(by, role, area=here.area) for role in (Role.OFFICE, Role.CITY))
    form = RoundForm(request.POST or None, initial={"opens_on": here.today})
    refusal: Refusal | None = None
    if request.method == "POST" and not leads:
        raise CannotReach("只有项目办可以发起提报")
    if request.method == "POST" and form.is_valid():
        made, refusal = tried(lambda: actions.open_round(area=here.area, by=by, at=clock.now(), **form.cleaned_data))
        if refusal is None:
            messages.success(request, _("提报批次已发起"))
            return redirect("projects:reserve_round", key=made.pk)
    found = list(submissions.rounds_of(by, here.area))
    mine = submissions.visible_to(by).filter(round__in=found)
    by_round: dict[int, list[Submission]] = {}
    for row in mine:
        by_round.setdefault(row.round_id, []).append(row)
    lines = [(one, submissions.counted("", by_round.get(one.pk, []), one.quota)) for one in found]
    status = 409 if refusal else 422 if request.method == "POST" else 200
    return render(request, "projects/reserve_rounds.html", {
        "lines": lines, "form": form if leads else None, "refusal": refusal, "today": here.today}, status=status)


@require_safe
def one_round(request: HttpRequest, key: int) -> HttpResponse:
    """One round: counts by unit against the quota, and the projects handed in, those that wait first."""
    by, here = cast(Person, request.user), standing(request)
    found = submissions.one_round(by, key)
    lines = submissions.lines(by, found)
    counts = submissions.counts(lines, found.quota, submissions.units_asked(by, found))
    return render(request, "projects/reserve_round.html", {
        "round": found, "lines": lines, "counts": counts, "today": here.today,
        "whole": submissions.counted("", [line.row for line in lines], None),
        "fault": rules.handing_in_fault(found.opens_on, found.closes_on, here.today),
        "candidates": submissions.candidates(by, found, here.today),
        "may": {verb for line in lines for verb in line.may}})


@require_POST
def hand_in(request: HttpRequest, key: int) -> HttpResponse:
    """提报 one of the unit's projects."""
    by = cast(Person, request.user)
    found = submissions.one_round(by, key)
    project = ledger.project(by, request.POST.get("project", "").replace("\0", ""))
    actions.submit(round=found, project=project, by=by, at=clock.now())
    messages.success(request, _("已提报"))
    return redirect("projects:reserve_round", key=key)


@require_POST
def act(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """报上级, 入选, 退回, 撤回 of the picked ones; what cannot be done to one of them is done to none."""
    by = cast(Person, request.user)
    found = submissions.one_round(by, key)
    if verb not in actions.ACTS:
        raise CannotReach("没有这个动作")
    rows = submissions.picked(by, found, request.POST.getlist("pick"))
    actions.decide_all(submissions=rows, verb=verb, reason=request.POST.get("text", "").replace("\0", ""), by=by,
                       at=clock.now())
    messages.success(request, _("已办理 %(count)s 个") % {"count": len(rows)})
    return redirect("projects:reserve_round", key=key)


urlpatterns: list[URLPattern] = [
    path("reserve/rounds/", rounds, name="reserve_rounds"),
    path("reserve/rounds/<int:key>/", one_round, name="reserve_round"),
    path("reserve/rounds/<int:key>/projects/", hand_in, name="reserve_hand_in"),
    path("reserve/rounds/<int:key>/<slug:verb>/", act, name="reserve_act"),
]
