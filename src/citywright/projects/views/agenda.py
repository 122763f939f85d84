"""Pages of the projects for meetings and task forces: panels on their pages, collecting, the material to print."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citywright.followup.actions import forces
from citywright.followup.actions import meetings as actions
from citywright.followup.queries import meetings
from citywright.followup.words import MeetingKind, MeetingStep
from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import say, standing
from citywright.kernel.models import Person

from ..actions import meeting_papers as papers
from ..queries import agenda
from ..queries.page import ProjectPage

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OPEN = (MeetingStep.CALLED, MeetingStep.HELD)
#: How many projects a panel links to, and how many sheets a print page holds.
LINKED, PRINTED = 12, 60


@require_safe
def agenda_panel(request: HttpRequest, key: UUID) -> HttpResponse:
    """On the page of a meeting: collect by rule, print the material, raise a problem on site."""
    found = meetings.meeting(request.user, key)
    projects = agenda.projects_of(request.user, found)
    runs = meetings.may_run(request.user, found) and found.step in OPEN
    on_site = runs and found.kind == MeetingKind.ON_SITE
    return render(request, "projects/agenda_panel.html", {
        "meeting": found, "may_collect": runs, "count": len(projects),
        "projects": projects[:LINKED] if on_site else [], "on_site": on_site})


@require_POST
def agenda_collect(request: HttpRequest, key: UUID) -> HttpResponse:
    """Everything that belongs on the agenda by rule is on it, from all packages at once."""
    by, at = cast(Person, request.user), clock.now()
    found = meetings.meeting(by, key)
    try:
        new = actions.collect(meeting=found, candidates=agenda.candidates(by, found, clock.day_of(at)), by=by, at=at)
    except CannotReach:
        raise
    except Refusal as refused:
        messages.error(request, say(refused.said))
    else:
        messages.success(request, _("新收集议题 %(count)s 项") % {"count": len(new)} if new
                         else _("没有新的议题，已有的不重复收集"))
    return redirect("followup:meeting", key=found.pk)


@require_safe
def agenda_material(request: HttpRequest, key: UUID) -> HttpResponse:
    """The material to print: agenda, problems by element, one page for each project."""
    here = standing(request)
    found = meetings.meeting(request.user, key)
    projects = agenda.projects_of(request.user, found)
    lines = [(item, say(meetings.said_of(item))) for item in meetings.agenda(found)]
    pages = [ProjectPage(request.user, row.code, here) for row in projects[:PRINTED]]
    return render(request, "projects/agenda_material.html", {
        "meeting": found, "lines": lines, "pages": pages, "left_out": max(len(projects) - PRINTED, 0),
        "troubles": agenda.troubles(request.user, projects, here.today), "here": here})


@require_POST
def agenda_export(request: HttpRequest, key: UUID) -> HttpResponse:
    """The material as a Word file; the journal keeps who took it."""
    here, by = standing(request), cast(Person, request.user)
    found = meetings.meeting(by, key)
    content = papers.material(meeting=found, period=here.period, by=by, at=clock.now())
    response = HttpResponse(content, content_type=WORD)
    name = f"{found.title}材料.docx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_safe
def force_panel(request: HttpRequest, key: UUID) -> HttpResponse:
    """On the page of a task force: the projects it looks after as they stand, and a line to take another one on."""
    found = meetings.force(request.user, key)
    today = clock.day_of(clock.now())
    runs = meetings.hosts(request.user, found.area) and found.ended_on is None
    return render(request, "projects/force_panel.html", {
        "force": found, "rows": agenda.watched(request.user, found, today), "may_add": runs, "today": today})


@require_POST
def force_add(request: HttpRequest, key: UUID) -> HttpResponse:
    """The task force looks after a project from now on, named by its code or full name."""
    by = cast(Person, request.user)
    found = meetings.force(by, key)
    try:
        project = agenda.project_typed(by, request.POST.get("project", "").replace("\0", ""))
        forces.take_on(force=found, subject=agenda.subject_of(project), title=project.name,
                       url_name="projects:project", url_key=project.code, by=by, at=clock.now())
    except CannotReach:
        raise
    except Refusal as refused:
        messages.error(request, say(refused.said))
    else:
        messages.success(request, _("已列入专班负责：%(name)s") % {"name": project.name})
    return redirect("followup:force", key=found.pk)


urlpatterns: list[URLPattern] = [
    path("meetings/<uuid:key>/panel/", agenda_panel, name="agenda_panel"),
    path("meetings/<uuid:key>/collect/", agenda_collect, name="agenda_collect"),
    path("meetings/<uuid:key>/material/", agenda_material, name="agenda_material"),
    path("meetings/<uuid:key>/material/export/", agenda_export, name="agenda_export"),
    path("forces/<uuid:key>/projects/", force_panel, name="force_panel"),
    path("forces/<uuid:key>/projects/add/", force_add, name="force_add"),
]
