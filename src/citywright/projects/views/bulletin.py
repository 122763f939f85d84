"""Pages of the bulletin: the paper itself, its preview on the month page, its files, and what each figure means."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from citywright.kernel import clock, periods
from citywright.kernel.http import Standing, standing
from citywright.kernel.models import Person

from ..actions import bulletin as actions
from ..models import LampRun
from ..queries import bulletin as bulletins
from ..queries import figures, ledger
from ..queries.measures import MEASURES
from ..rules.definitions import DEFINITIONS

CONTENT_TYPES = {
    actions.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    actions.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _run(here: Standing) -> LampRun | None:
    """The judging the month is told by: the last one of the month, or the last until today."""
    return ledger.run_in_force(here.area, min(here.today, periods.last_of(here.period)))


def _compose(request: HttpRequest, here: Standing) -> bulletins.Bulletin:
    return bulletins.compose(request.user, area=here.area, period=here.period, run=_run(here), today=here.today)


def bulletin(request: HttpRequest) -> HttpResponse:
    """The bulletin of the area and month in force, every number a link to its list; beside it its numbers by name."""
    here = standing(request)
    return render(request, "projects/bulletin.html", {"paper": _compose(request, here), "here": here})


def bulletin_preview(request: HttpRequest) -> HttpResponse:
    """The first page of the bulletin as part of the month page; who sees one unit only is told whom to ask."""
    here = standing(request)
    try:
        paper = _compose(request, here)
    except bulletins.CannotSeeBulletin as refusal:
        return render(request, "projects/bulletin_preview.html", {"refusal": refusal.said})
    return render(request, "projects/bulletin_preview.html", {"paper": paper})


@require_POST
def bulletin_export(request: HttpRequest) -> HttpResponse:
    """The bulletin as a Word or Excel file; the journal keeps who took it."""
    here, form = standing(request), request.POST.get("form", "")
    content = actions.export(area=here.area, period=here.period, form=form, run=_run(here), at=clock.now(),
                             by=cast(Person, request.user), address=request.build_absolute_uri("/"))
    name = f"{here.area.name}{periods.label(here.period)}重点项目通报.{form}"
    response = HttpResponse(content, content_type=CONTENT_TYPES[form])
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def definitions(request: HttpRequest) -> HttpResponse:
    """Every named indicator and what it means."""
    return render(request, "projects/definitions.html", {"definitions": DEFINITIONS.values()})


def definition(request: HttpRequest, code: str) -> HttpResponse:
    """口径 of one indicator: formula, parts, source, and its present value with the lists behind it."""
    if code not in DEFINITIONS:
        raise Http404
    here = standing(request)
    context: dict[str, Any] = {"definition": DEFINITIONS[code], "here": here}
    if code in MEASURES:
        context["figure"] = figures.figure(request.user, code, area=here.area, period=here.period, run=_run(here),
                                           today=here.today)
    return render(request, "projects/definition.html", context)


urlpatterns = [
    path("bulletin/", bulletin, name="bulletin"),
    path("bulletin/preview/", bulletin_preview, name="bulletin_preview"),
    path("bulletin/export/", bulletin_export, name="bulletin_export"),
    path("definitions/", definitions, name="definitions"),
    path("definitions/<slug:code>/", definition, name="definition"),
]
