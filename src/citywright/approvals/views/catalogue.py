"""Which page? The catalogue: its versions, one with its items, its changes and differences, publishing, departments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import attachments, clock
from citywright.kernel.errors import CannotReach
from citywright.kernel.http import standing
from citywright.kernel.models import Area, Person
from citywright.ui.attempts import status, tried
from citywright.ui.templatetags.ui import t

from ..actions import catalogue as actions
from ..actions import catalogue_files as files
from ..forms import catalogue as forms
from ..models import CatalogueVersion
from ..queries import catalogue
from ..rules.catalogue import Attribute, Catalogue, Item
from ..words import ItemMode, PackageKind, VersionStep
from . import shown
from .catalogue_edit import entry, entry_new

#: What may be looked at of a version.
TAB_LABELS = {"items": "审批事项", "packages": "打包", "attributes": "表单属性", "stages": "阶段和部门",
              "changes": "改动", "difference": "与前一版比"}


@dataclass(frozen=True)
class Version:
    """A version in the list: how many items, how many of them with sample days."""

    row: CatalogueVersion
    items: int
    samples: int
    faults: int


@dataclass(frozen=True)
class Line:
    """An item of the catalogue as it is shown."""

    item: Item
    name: str
    department: str
    package: str
    mode: str
    condition: str


@require_http_methods(["GET", "POST"])
def catalogue_list(request: HttpRequest) -> HttpResponse:
    """Every version that concerns the area; the office takes in a file or copies one."""
    by, where = cast(Person, request.user), standing(request)
    rows = list(catalogue.of_area(by, where.area))
    verb, refusal = request.POST.get("verb", ""), None
    file = forms.FileForm(request.POST if verb == "load" else None, request.FILES or None)
    if request.method == "POST" and verb == "load" and file.is_valid():
        made, refusal = tried(lambda: loaded(where.area, file.cleaned_data["label"], file.cleaned_data["file"], by))
        if refusal is None:
            messages.success(request, _("已存为草稿“%(label)s”") % {"label": made.label})
            return redirect("approvals:catalogue_version", key=made.pk)
    return render(request, "approvals/catalogue_list.html", {
        "versions": [_counted(row) for row in rows], "area": where.area, "file": file, "refusal": refusal,
        "may_edit": catalogue.may_edit(by, where.area)}, status=status(request, refusal))


def loaded(area: Area, label: str, upload: UploadedFile[bytes], by: Person) -> CatalogueVersion:
    """The draft that a file makes; the file itself is kept."""
    if not catalogue.may_edit(by, area):
        raise CannotReach("限项目办维护目录")
    kept = attachments.keep(name=upload.name or "", stream=upload, by=by, organisation=None, at=clock.now(),
                            allow=("xlsx", "txt", "csv"))
    kind = kept.name.rpartition(".")[2]
    content = catalogue.from_file(attachments.path_of(kept), kind, catalogue.in_force(area))
    return actions.take_in(area=area, label=label, content=content, by=by, at=clock.now(), source=kept.name)


@require_safe
def catalogue_export(request: HttpRequest, key: int) -> HttpResponse:
    """A version as a workbook."""
    by = cast(Person, request.user)
    version = catalogue.version(by, key)
    response = HttpResponse(files.export(version=version, by=by, at=clock.now()),
                            content_type=attachments.TYPES["xlsx"])
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{version.label}.xlsx") or ""
    return response


def _counted(row: CatalogueVersion) -> Version:
    whole, wrong = catalogue.loose(row)
    return Version(row, len(whole.items), sum(item.is_sample for item in whole.items), len(wrong))


@require_http_methods(["GET", "POST"])
def catalogue_version(request: HttpRequest, key: int) -> HttpResponse:
    """One version: its items by stage and the other parts; a draft is edited and published from here."""
    by = cast(Person, request.user)
    version = catalogue.version(by, key)
    area = standing(request).area
    verb, refusal = request.POST.get("verb", ""), None
    publish = forms.PublishForm(request.POST if verb == "publish" else None)
    copy = forms.LabelForm(request.POST if verb == "copy" else None)
    if request.method == "POST":
        made, refusal = tried(lambda: did(verb, version, area, publish, copy, by))
        if refusal is None and made is not None:
            said = _("已发布“%(label)s”") if verb == "publish" else _("已存为草稿“%(label)s”")
            messages.success(request, said % {"label": made.label})
            return redirect("approvals:catalogue_version", key=made.pk)
    return render(request, "approvals/catalogue.html", page(request, version, by) | {
        "publish": publish, "copy": copy, "refusal": refusal, "may_copy": catalogue.may_edit(by, area)},
        status=status(request, refusal))


def did(verb: str, version: CatalogueVersion, area: Area, publish: forms.PublishForm, copy: forms.LabelForm,
        by: Person) -> CatalogueVersion | None:
    """The act that was asked for; None when the form was not whole."""
    if verb == "publish" and publish.is_valid():
        return actions.publish(version=version, valid_from=publish.cleaned_data["valid_from"], by=by, at=clock.now())
    if verb == "copy" and copy.is_valid():
        return actions.copy(version=version, area=area, label=copy.cleaned_data["label"], by=by, at=clock.now())
    return None


def page(request: HttpRequest, version: CatalogueVersion, by: Person) -> dict[str, Any]:
    """What the page of a version shows in the tab that is open."""
    whole, wrong = catalogue.loose(version)
    tab = request.GET.get("tab", "items")
    tab = tab if tab in TAB_LABELS else "items"
    department = request.GET.get("department", "")
    step = VersionStep(version.step)
    context: dict[str, Any] = {
        "version": version, "step": step, "tab": tab, "tabs": TAB_LABELS.items(), "faults": wrong, "counts": {
            "items": len(whole.items), "packages": len(whole.packages), "attributes": len(whole.attributes)},
        "samples": sum(item.is_sample for item in whole.items), "department": department,
        "departments": [(one.code, shown.department_name(whole, one.code)) for one in whole.departments],
        "may_edit": step == VersionStep.DRAFT and catalogue.may_edit(by, version.area)}
    return context | _tab(tab, version, whole, department)


def _tab(tab: str, version: CatalogueVersion, whole: Catalogue, department: str) -> dict[str, Any]:
    if tab == "items":
        return {"stages": stages(whole, department)}
    if tab == "packages":
        return {"packages": [(one, shown.package_name(whole, one.code), t(PackageKind(one.kind)),
                              shown.department_name(whole, one.lead),
                              [item for item in whole.items if item.package == one.code]) for one in whole.packages]}
    if tab == "attributes":
        return {"attributes": [(one, shown.label(one), shown.choices_words(one), asked(whole, one))
                               for one in whole.attributes]}
    if tab == "stages":
        return {"leads": [(one, shown.stage_name(whole, one.code), shown.department_name(whole, one.lead))
                          for one in whole.stages], "all_departments": whole.departments,
                "documents": sorted(whole.applicant_documents)}
    if tab == "changes":
        return {"rows": [shown.change_row(row.part, row.code, "", row.field, row.before, row.after)
                         | {"by": row.by, "at": row.at} for row in catalogue.changes(version)]}
    return {"rows": shown.differences(version.previous, version) if version.previous else []}


def asked(whole: Catalogue, attribute: Attribute) -> int:
    """How many items ask for an attribute."""
    return sum(attribute.code in shown.names_of(item.applies_when) for item in whole.items)


def stages(whole: Catalogue, department: str) -> list[tuple[str, list[Line]]]:
    """The items by stage, of one department when it is chosen."""
    attributes = shown.attributes_of(whole)
    found: dict[str, list[Line]] = {stage.code: [] for stage in whole.stages}
    for item in whole.items:
        if not department or item.department == department:
            found.setdefault(item.stage, []).append(Line(
                item, shown.item_name(item), shown.department_name(whole, item.department),
                shown.package_name(whole, item.package), t(ItemMode(item.mode)),
                shown.condition_words(item.applies_when, attributes)))
    return [(shown.stage_name(whole, code), lines) for code, lines in found.items() if lines]


@require_http_methods(["GET", "POST"])
def departments(request: HttpRequest) -> HttpResponse:
    """Which unit of the area stands behind each department of the catalogue in force, with how many windows."""
    by, where = cast(Person, request.user), standing(request)
    version, refusal = catalogue.in_force(where.area), None
    units = catalogue.units_for(where.area)
    form = forms.DepartmentForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        kept, refusal = tried(lambda: actions.assign_unit(area=where.area, by=by, at=clock.now(), **form.cleaned_data))
        if refusal is None:
            messages.success(request, _("%(department)s由%(unit)s办理，%(count)s 个窗口") % {
                "department": kept.department, "unit": kept.unit.short_name, "count": kept.windows})
            return redirect("approvals:departments")
    whole = catalogue.content(version) if version else None
    behind = catalogue.behind(where.area)
    return render(request, "approvals/departments.html", {
        "version": version, "area": where.area, "refusal": refusal, "form": form, "units": list(units),
        "rows": [(one.code, shown.department_name(whole, one.code), behind.get(one.code),
                  sum(item.department == one.code for item in whole.items)) for one in whole.departments]
        if whole else [], "may_edit": catalogue.may_edit(by, where.area)}, status=status(request, refusal))


urlpatterns: list[URLPattern] = [
    path("approvals/catalogue/", catalogue_list, name="catalogue"),
    path("approvals/catalogue/departments/", departments, name="departments"),
    path("approvals/catalogue/<int:key>/", catalogue_version, name="catalogue_version"),
    path("approvals/catalogue/<int:key>/export/", catalogue_export, name="catalogue_export"),
    path("approvals/catalogue/<int:key>/<str:part>/new/", entry_new, name="catalogue_entry_new"),
    path("approvals/catalogue/<int:key>/<str:part>/<str:code>/", entry, name="catalogue_entry"),
]
