"""Targets of a campaign: setting one, what was typed in for it, and where its figure leads."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citywright.kernel import clock
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Person
from citywright.ui.attempts import status, tried
from citywright.ui.templatetags.ui import wan

from ..actions import campaigns as actions
from ..forms import campaigns as forms
from ..models import Campaign, CampaignTarget
from ..queries import campaigns as queries
from ..queries.campaigns import TargetLine
from ..rules import rates
from ..words import TargetMeasure


def href(one: Campaign, line: TargetLine, tasks: str) -> str:
    """The list behind a target's figure: projects, tasks (their address is given), or what was typed in."""
    target = line.target
    if target.measure == TargetMeasure.HAND:
        return reverse("projects:campaign_target", args=[one.pk, target.pk])
    if target.measure == TargetMeasure.TASKS:
        return f"{tasks}&step=confirmed"
    asked = {"part": line.part, "list": target.definition.code if target.definition else ""}
    kept = urlencode({key: value for key, value in asked.items() if value})
    return reverse("projects:campaign_projects", args=[one.pk]) + (f"?{kept}" if kept else "")


def cells(line: TargetLine) -> dict[str, Any]:
    """The numbers of a target as they are printed: reached and aimed at in its unit, and the share."""
    return {"value": "—" if line.value is None else wan(rates.rounded(line.value, 2)),
            "target": wan(line.target.target), "share": rates.percent(line.share),
            "done": None if line.share is None else min(float(line.share), 1.0), "time": float(line.time)}


@require_http_methods(["GET", "POST"])
def target_new(request: HttpRequest, key: UUID) -> HttpResponse:
    """Set a target."""
    return _set(request, queries.managed(request.user, key), None)


@require_http_methods(["GET", "POST"])
def target_edit(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """Amend a target."""
    one = queries.managed(request.user, key)
    return _set(request, one, queries.target(request.user, one, number))


def _set(request: HttpRequest, one: Campaign, row: CampaignTarget | None) -> HttpResponse:
    by = cast(Person, request.user)
    form = forms.TargetForm(request.POST or None, campaign=one, row=row)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        made, refusal = tried(lambda: actions.set_target(
            campaign=one, row=row, by=by, at=clock.now(), **form.cleaned_data))
        if refusal is None:
            messages.success(request, _("已保存目标“%(name)s”") % {"name": made.name})
            return redirect("projects:campaign", key=one.pk)
    return render(request, "projects/campaign_target_edit.html", {
        "campaign": one, "target": row, "form": form, "refusal": refusal}, status=status(request, refusal))


@require_http_methods(["GET", "POST"])
def target(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """What was typed in for a target, corrected values too; the office types in the next."""
    by = cast(Person, request.user)
    one = queries.campaign(by, key)
    row, at = queries.target(by, one, number), clock.now()
    form = forms.FactForm(request.POST or None, initial={"as_of": clock.day_of(at)})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        refusal = tried(lambda: actions.report(target=row, by=by, at=at, **form.cleaned_data))[1]
        if refusal is None:
            messages.success(request, _("已填报"))
            return redirect("projects:campaign_target", key=one.pk, number=row.pk)
    return render(request, "projects/campaign_target.html", {
        "campaign": one, "target": row, "form": form, "refusal": refusal, "facts": queries.facts(row),
        "manages": queries.manages(by, one.area) and not one.closed_on and row.measure == TargetMeasure.HAND},
        status=status(request, refusal))


urlpatterns: list[URLPattern] = [
    path("campaigns/<uuid:key>/targets/new/", target_new, name="campaign_target_new"),
    path("campaigns/<uuid:key>/targets/<int:number>/", target, name="campaign_target"),
    path("campaigns/<uuid:key>/targets/<int:number>/edit/", target_edit, name="campaign_target_edit"),
]
