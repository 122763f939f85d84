"""The page of a plan: what is done, what holds the date, when it is reached and how sure that is."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.projects.words import FundingType, Nature
from citywright.ui.templatetags.ui import day, t

from .. import plan
from ..plan import LiveBar
from ..queries import catalogue as catalogues
from ..queries import dossiers, plans
from ..queries.plans import Planned
from ..words import TaskState
from . import plan_list
from .plan_picture import Names, dated, picture
from .receiving import may_receive

#: How many next steps stand beside the plan, and below how many working days of slack they are printed red.
STEPS, PRESSING = 6, 1


@require_safe
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """The plan of one dossier: what is done, what holds the date, when it is reached and how sure that is."""
    found = dossiers.dossier(request.user, code)
    made = plans.planned(found, standing(request).today)
    units = {name: unit.short_name for name, unit in catalogues.units(found.project.area).items()}
    names, everything = Names(made, units), request.GET.get("all") == "1"
    return render(request, "approvals/plan.html", {
        "dossier": found, "project": found.project, "made": made, "asked": len(made.file.asked),
        "kind": _("，").join([t(found.project.category.name), t(Nature(found.project.nature)),
                             t(FundingType(found.project.funding_type)), found.project.lead_unit.short_name]),
        "chart": picture(made, names, made.file.handlings, everything=everything) if made.codes else None,
        "everything": everything, "count": len(made.live.bars), "paused": paused(made),
        "used": made.today - made.begins,
        "compared": plan.compare(made.file.catalogue, made.codes, found.project_class),
        "samples": sum(made.file.catalogue.item(one).is_sample for one in made.codes), "told": told(made),
        "may_receive": may_receive(cast(Person, request.user), found),
        "land": land(made, names), "steps": [step(made, names, bar) for bar in made.next_steps[:STEPS]]})


def paused(made: Planned) -> int:
    """Working days for which the clocks of items stood still, all together."""
    return sum(end - begin for fact in made.facts.values() for begin, end, _status in fact.pauses)


def told(made: Planned) -> dict[str, Any]:
    """The forecast as days, with what it rests on."""
    given, past = made.forecast, made.history
    if given is None:
        return {}
    coverage = past.coverage
    return {"early": dated(made.day(given.early), made.on), "late": dated(made.day(given.late), made.on),
            "likely": dated(made.day(given.likely), made.on),
            "is_calibrated": given.is_calibrated, "coverage": coverage, "is_permit": bool(made.goals),
            "inside": round(coverage.inside * 100 / coverage.count) if coverage else None,
            "is_sample": past.factors.is_sample, "ended": past.factors.count,
            "further": bool(made.goals) and made.day(made.live.finish)}


def land(made: Planned, names: Names) -> dict[str, Any]:
    """拿地即开工: what would be gained; nothing when the land is held, or the project takes none."""
    given = made.forecast
    held = [code for code in plan.LAND if (fact := made.facts.get(code)) and fact.ended is not None]
    found = None if held or not made.goals else plan.land_start(
        made.file.catalogue, made.codes, made.file.dossier.project_class)
    if found is None or given is None or found.saved <= 0:
        return {}
    handed = next(bar.finish for code in plan.LAND if (bar := made.live.home(code)))
    latest = max(handed - found.begins_before, made.today)
    wide = round(171 * found.then / found.now)
    return {"now": found.now, "then": found.then, "saved": found.saved, "wide": wide, "text": wide + 80,
            "likely": dated(made.day(max(given.likely - found.saved, handed)), made.on), "latest": made.day(latest),
            "left": latest - made.today, "holds": [names.task(code) for code in found.holds][:2]}


def step(made: Planned, names: Names, bar: LiveBar) -> dict[str, Any]:
    """One thing to do next: what, with whom, until when, and how many working days it may slip."""
    holder, fact = names.holder(bar), made.facts.get(bar.task.code)
    if bar.state == TaskState.PLANNED:
        words = _("%(unit)s，最迟 %(day)s 送件") % {"unit": holder, "day": day(made.day(bar.start + bar.slack))}
    elif fact is not None and fact.left < 0:
        words = _("%(unit)s，已超期 %(days)s 日") % {"unit": holder, "days": -fact.left}
    elif fact is not None and fact.pauses and fact.pauses[-1][1] >= made.today and fact.ended is None:
        words = _("%(unit)s，时限暂停中") % {"unit": holder}
    else:
        words = _("%(unit)s，期满 %(day)s") % {"unit": holder, "day": day(made.day(bar.finish))}
    return {"name": names.task(bar.task.code), "words": words, "slack": bar.slack, "pressing": bar.slack < PRESSING}


urlpatterns: list[URLPattern] = [
    path("approvals/", plan_list.dossiers, name="dossiers"),
    path("approvals/windows/", plan_list.windows, name="windows"),
    path("approvals/<str:code>/", dossier, name="dossier"),
]
