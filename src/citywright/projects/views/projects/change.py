"""Pages that change or take away: a new project, a project's own fields, many onto a list, the list as a workbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citywright.kernel import access, clock, periods
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import say, standing
from citywright.kernel.models import Person

from ...actions import exports, lists, projects
from ...forms.projects import EnterForm, ProjectForm
from ...models import Project
from ...queries import issues, ledger, places, reserve
from ...queries.places import EDITORS
from .listing import ListPage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: More than this at once is a new issue of the list, not a bulk act.
MOST = 200


def adopt(request: HttpRequest) -> HttpResponse:
    """新增项目: it stands in the ledger at 谋划."""
    by = cast(Person, request.user)
    if not access.roles(by) & EDITORS:
        raise CannotReach("只有填报单位和项目办可以新增项目")
    here = standing(request).area
    form = ProjectForm(request.POST or None, areas=places.areas_for(by), units=places.units_for(by),
                       initial={"area": here}, apart="apart" in request.POST)

    def act() -> Project:
        given = form.given
        refuse_alike(form)
        return projects.adopt(**{key: value for key, value in given.items() if value not in (None, "")},
                              by=by, at=clock.now())
    made = _tried(request, form, act)
    if made is not None:
        return redirect("projects:project", made.code)
    return render(request, "projects/change.html", {"form": form, "title": "新增项目", "submit": "入库",
                                                    "back": reverse("projects:list"), "draft": "project-new"})


def refuse_alike(form: ProjectForm) -> None:
    """Refuse a name close to that of a living project of the district, until one says that it is another one."""
    given = form.given
    if form.cleaned_data.get("apart"):
        return
    twin = reserve.near_twin(given["name"], given["area"])
    if twin is not None and twin.name != given["name"]:
        form.ask_apart()
        raise projects.CannotAdopt("名称与 %(code)s（%(unit)s）相近；确认不是同一项目，请勾选后再提交", code=twin.code,
                                   unit=twin.lead_unit.short_name)


def amend(request: HttpRequest, code: str) -> HttpResponse:
    """修改: the project's own fields; the journal keeps old and new."""
    by, project = cast(Person, request.user), ledger.project(request.user, code)
    access.require(by, *EDITORS, unit=project.lead_unit_id, area=project.area)
    form = ProjectForm(request.POST or None, areas=places.areas_for(by, project), units=places.units_for(by, project),
                       project=project)
    made = _tried(request, form, lambda: projects.amend(project=project, changes=form.given, by=by, at=clock.now()))
    if made is not None:
        return redirect("projects:project", made.code)
    return render(request, "projects/change.html", {
        "form": form, "project": project, "title": "修改项目", "submit": "保存",
        "back": reverse("projects:project", args=[code]), "draft": f"project-{code}"})


def _tried(request: HttpRequest, form: ProjectForm, act: Callable[[], Project]) -> Project | None:
    """The project after the act; None when there is nothing to do, or a fault, which then stands on the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act()
    except CannotReach:
        raise
    except Refusal as refusal:
        form.add_error(None, say(refusal.said))
        return None


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """导出: the filtered list as the issued table."""
    page = ListPage(request)
    where = page.ask.standing
    title = _("%(area)s项目清单（%(month)s）") % {"area": where.area.name, "month": periods.label(where.period)}
    content = exports.export_list(found=page.listing, title=title, by=cast(Person, request.user), at=clock.now())
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="projects-{where.area.code}-{periods.label(where.period)}.xlsx"')
    return response


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """列入清单: the picked projects, seen once before they are entered, all or none."""
    by, where = cast(Person, request.user), standing(request)
    codes = request.POST.getlist("pick")
    if not codes or len(codes) > MOST:
        raise lists.CannotList("请选1至%(most)s个项目", most=MOST)
    picked = list(ledger.visible_to(by).filter(code__in=codes).select_related("area", "lead_unit", "category"))
    open_ones = issues.open_issues(where.area, where.period.year)
    latest = open_ones.first()
    form = EnterForm(request.POST if "issue" in request.POST else None,
                     issues=open_ones,
                     initial={"on": where.today, "issue": latest and latest.pk})
    faults: list[Any] = []
    if request.POST.get("confirmed") and form.is_valid():
        try:
            exports.enter_many(issue=form.cleaned_data["issue"], projects=picked, on=form.cleaned_data["on"],
                               reason=form.cleaned_data["reason"], by=by, at=clock.now())
            code = form.cleaned_data["issue"].definition.code
            return redirect(f"{reverse('projects:list')}?list={code}")
        except CannotReach:
            raise
        except Refusal as refusal:
            form.add_error(None, say(refusal.said))
            faults = list(getattr(refusal, "faults", ()))
    told = {fault.cell: fault.said for fault in faults} or issues.standing_on(form["issue"].value(), picked)
    return render(request, "projects/bulk.html", {"form": form, "picked": picked, "back": reverse("projects:list"),
                                                  "rows": [(project, told.get(project.code)) for project in picked]})
