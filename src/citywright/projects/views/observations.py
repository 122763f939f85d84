"""Which page? The rounds of peer review, planning one, its route and stops, its vote, its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.ui.attempts import status, tried
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Listing, View
from citywright.ui.templatetags.ui import day, t

from ..actions import observations as actions
from ..forms import observations as forms
from ..models import ObservationRound
from ..queries import ledger
from ..queries import observations as queries
from ..rules import observations as rules
from ..words import RoundStep
from ..words.campaigns import DataMeasure
from .ballots import urlpatterns as ballots
from .bulletin import CONTENT_TYPES
from .results import shown

NAME = "projects:observations"
WORD = "docx"
VIEWS = (View("全部观摩", ""), View("筹备中", "step=planned"), View("投票中", "step=open"),
         View("已公布", "step=published"))


def columns() -> list[Column]:
    """The columns of the list of rounds."""
    return [
        Column("name", "观摩名称", lambda r: format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse(
            "projects:observation", args=[r.pk]), r.name, r.name), width=320, always=True),
        Column("held_on", "观摩日期", lambda r: day(r.held_on, "year"), width=130, sort="held_on"),
        Column("gathers", "集合地点", lambda r: r.gathers or "—", width=220),
        Column("stops", "点位", lambda r: r.stop_count, css="num", width=60, sort="stop_count"),
        Column("weight", "现场票", lambda r: f"{r.field_weight}%", css="num", width=90, sort="field_weight"),
        Column("step", "状态", lambda r: t(RoundStep(r.step)), width=90),
        Column("result", "评议结果", result_cell, width=140),
    ]


def result_cell(one: ObservationRound) -> str:
    """The way to the result, once it is published."""
    if one.step != RoundStep.PUBLISHED:
        return "—"
    return format_html('<a href="{}">{}</a>', reverse("projects:observation_result", args=[one.pk]), _("看结果"))


@require_safe
def observation_list(request: HttpRequest) -> HttpResponse:
    """The rounds of the area in force, the latest first."""
    where = standing(request)
    step = Filter("step", "状态", lambda q, values: q.filter(step__in=values), choices=RoundStep.choices())
    listing = Listing(request, queries.rounds(request.user, where.area), columns(), name=NAME, filters=[step],
                      order=("-held_on", "name"), unit="批",
                      views=[*VIEWS, *saved_views(cast(Person, request.user), NAME)])
    return render(request, "projects/observation_list.html", {
        "list": listing, "manages": queries.manages(request.user, where.area)})


@require_http_methods(["GET", "POST"])
def observation_new(request: HttpRequest) -> HttpResponse:
    """Plan a round for the area in force."""
    where, by = standing(request), cast(Person, request.user)
    access.require(by, Role.OFFICE, Role.CITY, area=where.area)
    return _edited(request, None, lambda given: actions.plan(area=where.area, by=by, at=clock.now(), **given))


@require_http_methods(["GET", "POST"])
def observation_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change what a round says, until its vote is open."""
    by = cast(Person, request.user)
    one = queries.managed(by, key)
    return _edited(request, one, lambda given: actions.amend(round=one, by=by, at=clock.now(), **given))


def _edited(request: HttpRequest, one: ObservationRound | None,
            act: Callable[[dict[str, Any]], ObservationRound]) -> HttpResponse:
    names = ("name", "held_on", "starts_at", "gathers", "field_weight", "measure")
    initial = {name: getattr(one, name) for name in names} if one else {}
    form, refusal = forms.RoundForm(request.POST or None, initial=initial), None
    if request.method == "POST" and form.is_valid():
        made, refusal = tried(lambda: act(form.cleaned_data))
        if refusal is None:
            messages.success(request, _("已保存“%(name)s”") % {"name": made.name})
            return redirect("projects:observation", key=made.pk)
    return render(request, "projects/observation_edit.html", {"round": one, "form": form, "refusal": refusal},
                  status=status(request, refusal))


#: What can be done to a round's vote, and what is said afterwards.
ACTS: dict[str, tuple[Callable[..., Any], str]] = {
    "close": (actions.close, "已计票，数据分已冻结"), "publish": (actions.publish, "结果已公布"),
}
#: Those that make slips: they are shown in the answer itself, for nothing that could print them again is kept.
HANDING = ("open", "more")


@never_cache
@require_http_methods(["GET", "POST"])
def observation(request: HttpRequest, key: UUID) -> HttpResponse:
    """One round: what is planned, its route, the state of its vote, and what this person may do."""
    by = cast(Person, request.user)
    one = queries.found(by, key)
    verb = request.POST.get("verb", "")
    form = forms.VotersForm(request.POST if verb in HANDING else None, initial={"voters": 20})
    refusal: Refusal | None = None
    try:
        if verb in ACTS:
            ACTS[verb][0](round=one, by=by, at=clock.now())
            messages.success(request, _(ACTS[verb][1]))
            return redirect("projects:observation", key=one.pk)
        if verb in HANDING and form.is_valid():
            return slips(request, one, handed_out(one, verb, form.cleaned_data, by))
    except CannotReach:
        raise
    except Refusal as refused:
        refusal = refused
        one = queries.found(by, key)
    return render(request, "projects/observation.html", {"form": form, "refusal": refusal} | told(by, one),
                  status=409 if refusal else 422 if request.method == "POST" else 200)


def handed_out(one: ObservationRound, verb: str, given: dict[str, int], by: Person) -> list[str]:
    """The tokens that opening the vote, or adding to it, makes."""
    if verb == "open":
        return actions.open_voting(round=one, voters=given["voters"], by=by, at=clock.now())
    return actions.add_voters(round=one, by=by, at=clock.now(), **given)


def slips(request: HttpRequest, one: ObservationRound, tokens: list[str]) -> HttpResponse:
    """The slips, once: a second look would need the tokens to be kept."""
    address = request.build_absolute_uri(reverse("projects:ballot", args=[one.pk]))
    return render(request, "projects/observation_slips.html", {"round": one, "tokens": tokens, "address": address})


def told(by: Person, one: ObservationRound) -> dict[str, Any]:
    """What the page of a round shows."""
    along, manages = queries.stops(one), queries.manages(by, one.area)
    data = queries.data_for(by, one, along)
    return {"round": one, "step": RoundStep(one.step), "measure": DataMeasure(one.measure), "manages": manages,
            "route": [(each, data[str(each.stop.pk)]) for each in queries.route(by, one, along)],
            "turnout": queries.turnout(one), "data_weight": 100 - one.field_weight, "travel": rules.TRAVEL,
            "data_month": queries.data_month(along, one.held_on), "minutes": sum(stop.minutes for stop in along)}


@require_http_methods(["GET", "POST"])
def observation_stops(request: HttpRequest, key: UUID) -> HttpResponse:
    """Choose the stops and put them in order."""
    by = cast(Person, request.user)
    one = queries.managed(by, key)
    along, verb = queries.stops(one), request.POST.get("verb", "")
    lines = forms.stop_forms(along, request.POST if verb == "save" else None)
    refusal: Refusal | None = None
    try:
        if verb == "add":
            made = actions.add_stop(round=one, by=by, at=clock.now(), project=ledger.project(
                by, request.POST.get("project", "").replace("\0", "")))
            messages.success(request, _("“%(name)s”已列入路线") % {"name": made.project.name})
            return redirect(request.get_full_path())
        if verb == "save" and all([line.is_valid() for line in lines]):
            kept = {line.stop.pk: line.told for line in lines if not line.cleaned_data["gone"]}
            actions.set_route(round=one, stops=kept, by=by, at=clock.now())
            messages.success(request, _("路线已保存"))
            return redirect("projects:observation", key=one.pk)
    except CannotReach:
        raise
    except Refusal as refused:
        refusal = refused
    asked = request.GET.get("q", "").replace("\0", "").strip()[:80]
    return render(request, "projects/observation_stops.html", {
        "round": one, "lines": lines, "refusal": refusal, "asked": asked,
        "offered": queries.offered(by, one, asked)[:queries.OFFERED] if one.step == RoundStep.PLANNED else []},
        status=409 if refusal else 422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def observation_route(request: HttpRequest, key: UUID) -> HttpResponse:
    """路线单, to be printed; as a Word file when it is posted."""
    by = cast(Person, request.user)
    one = queries.found(by, key)
    if request.method == "POST":
        content = actions.export_route(round=one, by=by, at=clock.now())
        response = HttpResponse(content, content_type=CONTENT_TYPES[WORD])
        response.headers["Content-Disposition"] = content_disposition_header(True, f"{one.name}路线单.{WORD}") or ""
        return response
    along = queries.route(by, one, queries.stops(one))
    return render(request, "projects/observation_route.html", {"round": one, "route": along, "at": clock.now()})


@require_safe
def observation_result(request: HttpRequest, key: UUID) -> HttpResponse:
    """The result; refused before the votes are counted."""
    by = cast(Person, request.user)
    one = queries.found(by, key)
    return render(request, "projects/observation_result.html", shown(one, queries.result(by, one)))


urlpatterns: list[URLPattern] = [
    path("observations/", observation_list, name="observations"),
    path("observations/new/", observation_new, name="observation_new"),
    path("observations/<uuid:key>/", observation, name="observation"),
    path("observations/<uuid:key>/edit/", observation_edit, name="observation_edit"),
    path("observations/<uuid:key>/stops/", observation_stops, name="observation_stops"),
    path("observations/<uuid:key>/route/", observation_route, name="observation_route"),
    path("observations/<uuid:key>/result/", observation_result, name="observation_result"),
    *ballots,
]
