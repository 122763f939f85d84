"""Which page? Receiving at one window, surveys ordered once, what goes before the chief representatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citywright.followup.actions import meetings as meeting_actions
from citywright.kernel import access, attachments, clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.ui.attempts import status, tried

from ..actions import handlings, surveys
from ..forms import handlings as forms
from ..models import Dossier, Handling
from ..queries import consultation, dossiers
from ..queries import surveys as survey_queries
from ..queries.dossiers import File
from ..rules import window
from ..rules.catalogue import Item
from ..words import PackageKind
from . import desk as worklist
from . import shown


@dataclass(frozen=True)
class Line:
    """One item of the page: its names, what it waits for, its handling, whether it can be received now."""

    item: Item
    name: str
    department: str
    waits: list[str]
    row: Handling | None
    badge: Any
    open: bool


@dataclass(frozen=True)
class Bundle:
    """The items of one package of a stage that can be received together, with one button."""

    code: str
    name: str
    joint_days: int | None
    count: int


def may_receive(by: Person, dossier: Dossier) -> bool:
    """Whether this person hands in for the project."""
    project = dossier.project
    return any(access.holds(by, role, unit=project.lead_unit_id, area=project.area)
               for role in (Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.STEWARD))


def lines(file: File) -> list[tuple[str, list[Line]]]:
    """The items that apply by stage, each with where it stands."""
    applies, passed = set(file.decided.applies), file.passed
    found: dict[str, list[Line]] = {stage.code: [] for stage in file.catalogue.stages}
    for item in file.catalogue.items:
        if item.code not in applies:
            continue
        row = file.handlings.get(item.code)
        waits = [shown.item_name(file.items[code]) for code in window.waiting_for(item, applies, passed)]
        found[item.stage].append(Line(
            item, shown.item_name(item), shown.department_name(file.catalogue, item.department), waits, row,
            worklist.status_badge(row) if row else "", row is None or row.status in window.REOPENING))
    return [(shown.stage_name(file.catalogue, code), rows) for code, rows in found.items() if rows]


def bundles(file: File, stages: list[tuple[str, list[Line]]]) -> list[Bundle]:
    """The packages of which something can be received and nothing waits outside of the package."""
    found = []
    for package in file.catalogue.packages:
        rows = [line for _, part in stages for line in part if line.item.package == package.code and line.open]
        inside = {shown.item_name(line.item) for line in rows}
        if len(rows) > 1 and all(set(line.waits) <= inside for line in rows):
            days = package.joint_days if package.kind == PackageKind.JOINT else None
            found.append(Bundle(package.code, shown.package_name(file.catalogue, package.code), days, len(rows)))
    return found


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, code: str) -> HttpResponse:
    """一窗受理: choose items or a package of the dossier, hand them in as one submission."""
    by = cast(Person, request.user)
    file = File(dossiers.dossier(by, code))
    stages = lines(file)
    refusal: Refusal | None = None
    if request.method == "POST":
        if not may_receive(by, file.dossier):
            raise CannotReach("您没有权限：限项目单位、项目办和服务管家收件")
        made, refusal = tried(lambda: handlings.receive(
            dossier=file.dossier, codes=chosen(request, stages), by=by, at=clock.now()))
        if refusal is None:
            messages.success(request, _("已接件 %(count)s 项，转各部门窗口受理") % {"count": len(made)})
            return redirect("approvals:receive", code=code)
    return render(request, "approvals/receive.html", {
        "file": file, "project": file.dossier.project, "stages": stages, "bundles": bundles(file, stages),
        "may_receive": may_receive(by, file.dossier), "refusal": refusal, "surveys": survey_queries.groups(file),
        "done": len(file.passed & set(file.decided.applies)), "total": len(file.decided.applies),
        "is_open": len(file.decided.is_open), "running": sum(row.status in window.OPEN for row in
                                                             file.handlings.values())},
        status=409 if refusal else 200)


def chosen(request: HttpRequest, stages: list[tuple[str, list[Line]]]) -> list[str]:
    """The codes that were ticked, or all of a package that can be received."""
    package = request.POST.get("package", "")
    if package:
        return [line.item.code for _, part in stages for line in part if line.item.package == package and line.open]
    return [code.replace("\0", "")[:20] for code in request.POST.getlist("pick")]


@require_http_methods(["GET", "POST"])
def survey_orders(request: HttpRequest, code: str) -> HttpResponse:
    """多测合一: order each package of surveys once, take in its results."""
    by = cast(Person, request.user)
    file = File(dossiers.dossier(by, code))
    groups = survey_queries.groups(file)
    first = next((group.order for group in groups if group.order), None)
    initial = {"surveyor": first.surveyor, "contract_no": first.contract_no} if first else {}
    posted = request.POST if request.method == "POST" else None
    verb, refusal = request.POST.get("verb", ""), None
    wanted = {group.code: forms.SurveyForm(posted if verb == f"order-{group.code}" else None, prefix=group.code,
                                           initial=initial | {"datum": window.DATUM}) for group in groups}
    files = forms.ResultsForm(posted, request.FILES) if verb.startswith("deliver-") else forms.ResultsForm()
    if request.method == "POST":
        if not may_receive(by, file.dossier):
            raise CannotReach("您没有权限：限项目单位、项目办和服务管家收件")
        said, refusal = tried(lambda: _surveyed(file, verb, wanted, files, by))
        if refusal is None and said:
            messages.success(request, said)
            return redirect("approvals:surveys", code=code)
    return render(request, "approvals/surveys.html", {
        "project": file.dossier.project, "groups": [(group, [shown.item_name(item) for item in group.items],
                                                     shown.package_name(file.catalogue, group.code),
                                                     wanted[group.code]) for group in groups],
        "files": files, "refusal": refusal, "may_receive": may_receive(by, file.dossier)},
        status=status(request, refusal))


def _surveyed(file: File, verb: str, wanted: dict[str, forms.SurveyForm], files: forms.ResultsForm,
              by: Person) -> str:
    """The order is placed, or its results are taken in; what is said, nothing when the form is not filled."""
    act, _dash, key = verb.partition("-")
    at = clock.now()
    if act == "order" and key in wanted and wanted[key].is_valid():
        surveys.order(dossier=file.dossier, package=key, by=by, at=at, **wanted[key].cleaned_data)
        return _("测绘已委托，成果各事项共享")
    if act == "deliver" and files.is_valid():
        order = survey_queries.order(file, int(key)) if key.isdecimal() and len(key) < 12 else None
        if order is None:
            raise CannotReach("没有这一委托，或您无权查看")
        upload = files.cleaned_data["attached"]
        kept = attachments.keep(name=upload.name, stream=upload, by=by, organisation=file.dossier.project.lead_unit,
                                at=at) if upload else None
        surveys.deliver(order=order, results=kept, by=by, at=at)
        return _("测绘成果已入档，各事项共享")
    return ""


@require_http_methods(["GET", "POST"])
def consult(request: HttpRequest) -> HttpResponse:
    """周三会商: what belongs before the chief representatives by rule, and onto which meeting it goes."""
    by, here = cast(Person, request.user), standing(request)
    found = consultation.matters(by, here.area, here.today)
    open_to, names = consultation.open_meetings(by, here.area), worklist.item_names(here.area)
    refusal: Refusal | None = None
    if request.method == "POST":
        meeting = next((row for row in open_to if str(row.pk) == request.POST.get("meeting", "")), None)
        if meeting is None:
            raise CannotReach("没有这次会议，或您无权查看")
        new, refusal = tried(lambda: meeting_actions.collect(
            meeting=meeting, candidates=consultation.candidates(found), by=by, at=clock.now()))
        if refusal is None:
            messages.success(request, _("新收集议题 %(count)s 项") % {"count": len(new)} if new
                             else _("没有新的议题，已有的不重复收集"))
            return redirect("followup:meeting", key=UUID(str(meeting.pk)))
    return render(request, "approvals/consultation.html", {
        "matters": [(one, [(names.get(row.code, row.name), row, worklist.status_badge(row)) for row in one.rows])
                    for one in found],
        "meetings": open_to, "refusal": refusal, "today": here.today,
        "hosts": access.holds(by, Role.OFFICE, area=here.area) or access.holds(by, Role.CITY, area=here.area)},
        status=409 if refusal else 200)


urlpatterns: list[URLPattern] = [
    path("approvals/consultation/", consult, name="consultation"),
    path("approvals/<str:code>/receive/", receive, name="receive"),
    path("approvals/<str:code>/surveys/", survey_orders, name="surveys"),
]
