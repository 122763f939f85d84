"""The lamp board: units by dimension, the reds with their reasons, the lamps a named person put."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotAccept, CannotReach, Refusal
from citywright.kernel.http import say, standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ..actions import lamps
from ..forms.lamps import AdoptForm
from ..forms.months import OverrideForm
from ..queries import lamp_rules as lamp_sets
from ..queries import lamps as asked
from ..queries import ledger
from ..words import Dimension, Lamp
from .months import cells
from .months.overview import run_of

REDS = 20


@require_safe
def lamp_board(request: HttpRequest) -> HttpResponse:
    """Units x dimensions with the rule in force; below, every red with its reasons and the named lamps."""
    here = standing(request)
    run = run_of(here)
    board = asked.board(request.user, area=here.area, period=here.period, run=run)
    return render(request, "projects/lamp_board.html", {
        "here": here, "run": run, "lines": cells.lines(board), "total": cells.line(board.total),
        "dimensions": list(Dimension), "reds": asked.reds(request.user, area=here.area, run=run, count=REDS),
        "more_reds": cells.address(lamp=(Lamp.RED,)),
        "overrides": asked.overrides(request.user, area=here.area, on=here.today),
        "office": access.holds(request.user, Role.OFFICE, area=here.area)})


@require_http_methods(["GET", "POST"])
def lamp_override(request: HttpRequest, code: str) -> HttpResponse:
    """Put a named lamp beside the computed one: by whom, why, until when."""
    here, by = standing(request), cast(Person, request.user)
    project = ledger.project(by, code)
    if not access.holds(by, Role.OFFICE, area=project.area):
        raise CannotReach("只有项目办能调整灯色")
    form = OverrideForm(request.POST or None, initial={"dimension": Dimension.OVERALL, "lamp": Lamp.YELLOW})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            lamps.override(project=project, dimension=Dimension(data["dimension"]), lamp=Lamp(data["lamp"]),
                           reason=data["reason"], until=data["until"], by=by, at=clock.now(), from_on=here.today)
        except Refusal as refused:
            form.add_error(None, say(refused.said))
        else:
            messages.success(request, _("灯色已调整，原判灯仍保留在旁"))
            return redirect("projects:project", code=code)
    run = run_of(here)
    snapshot = project.lamps.filter(run=run).first() if run else None
    return render(request, "projects/lamp_override.html", {
        "here": here, "project": project, "form": form, "snapshot": snapshot,
        "reasons": asked.reasons_of(snapshot) if snapshot else [], "run": run,
        "history": asked.history(project, until=here.today)}, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def lamp_rules(request: HttpRequest) -> HttpResponse:
    """灯规则: the published sets beside each other, what each would show today, and the one to adopt from a day."""
    here, by = standing(request), cast(Person, request.user)
    office = any(access.holds(by, role, area=here.area) for role in (Role.OFFICE, Role.CITY))
    form = AdoptForm(request.POST or None, presets=lamp_sets.presets(), initial={"valid_from": here.today})
    if request.method == "POST" and form.is_valid():
        try:
            lamps.adopt_rules(area=here.area, code=form.cleaned_data["code"], by=by, at=clock.now(),
                              valid_from=form.cleaned_data["valid_from"], parameters=form.thresholds)
        except CannotReach:
            raise
        except Refusal as refused:
            form.add_error(None, say(refused.said))
            for fault in refused.faults if isinstance(refused, CannotAccept) else ():
                form.add_error(None, say(fault.said))
        else:
            messages.success(request, _("灯规则已采用，下一次判灯起按它判"))
            return redirect("projects:lamp_rules")
    in_force = lamp_sets.rules_in_force(here.area, here.today)
    return render(request, "projects/lamp_rules.html", {
        "here": here, "office": office, "form": form, "adopted": lamp_sets.adopted(here.area),
        "compared": lamp_sets.compared(by, here.area, here.today, in_force), "shown": lamp_sets.SHOWN},
        status=422 if request.method == "POST" else 200)


urlpatterns: list[URLPattern] = [
    path("lamps/", lamp_board, name="lamp_board"),
    path("lamps/rules/", lamp_rules, name="lamp_rules"),
    path("lamps/override/<str:code>/", lamp_override, name="lamp_override"),
]
