"""Which page? One entry of a catalogue: shown, and of a draft edited field by field, added, removed."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Person
from citywright.ui.attempts import status, tried

from ..actions import catalogue as actions
from ..forms import catalogue as forms
from ..models import CatalogueVersion
from ..queries import catalogue
from ..rules import editing
from ..rules.catalogue import Catalogue
from ..words import VersionStep
from . import shown


def choices(whole: Catalogue, part: str) -> dict[str, list[tuple[str, Any]]]:
    """What may be chosen in the form of a part."""
    departments = [(one.code, shown.department_name(whole, one.code)) for one in whole.departments]
    return forms.fixed_choices(part) | {
        "department": departments, "lead": departments,
        "stage": [(one.code, shown.stage_name(whole, one.code)) for one in whole.stages],
        "package": [(one.code, shown.package_name(whole, one.code)) for one in whole.packages]}


def _part(part: str) -> str:
    if part not in editing.PARTS:
        raise Http404
    return part


def _may_edit(by: Person, version: CatalogueVersion) -> bool:
    return version.step == VersionStep.DRAFT and catalogue.may_edit(by, version.area)


@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, key: int, part: str, code: str) -> HttpResponse:
    """One entry with all it says; of a draft it may be changed or taken out."""
    by, part = cast(Person, request.user), _part(part)
    version = catalogue.version(by, key)
    whole, _wrong = catalogue.loose(version)
    row = editing.entries(version.content, part).get(code)
    if row is None:
        raise Http404
    form = forms.EntryForm(request.POST or None, part=part, choices=choices(whole, part), initial=row)
    refusal: Refusal | None = None
    if request.method == "POST":
        said, refusal = tried(lambda: did(request.POST.get("verb", ""), version, code, form, by))
        if refusal is None and said:
            messages.success(request, said)
            return redirect("approvals:catalogue_version", key=key)
    return render(request, "approvals/catalogue_entry.html", {
        "version": version, "part": part, "code": code, "name": editing.name_of(row, code), "form": form,
        "rows": [(shown.field_label(name), shown.field_words(value)) for name, value in row.items() if name != "code"],
        "condition": shown.condition_words(str(row["applies_when"]), shown.attributes_of(whole))
        if row.get("applies_when") else "", "refusal": refusal, "may_edit": _may_edit(by, version),
        "may_remove": part != editing.DOCUMENTS}, status=status(request, refusal))


def did(verb: str, version: CatalogueVersion, code: str, form: forms.EntryForm, by: Person) -> str:
    """The act that was asked for, and what is said afterwards; "" when the form was not whole."""
    if verb == "remove":
        actions.remove_entry(version=version, part=form.part, code=code, by=by, at=clock.now())
        return _("已从草稿中去掉 %(code)s") % {"code": code}
    if verb == "save" and form.is_valid():
        actions.amend(version=version, part=form.part, code=code, fields=form.fields_given, by=by, at=clock.now())
        return _("已保存 %(code)s") % {"code": code}
    return ""


@require_http_methods(["GET", "POST"])
def entry_new(request: HttpRequest, key: int, part: str) -> HttpResponse:
    """One more entry of a draft."""
    by, part = cast(Person, request.user), _part(part)
    version = catalogue.version(by, key)
    if not _may_edit(by, version) or part == editing.DOCUMENTS:
        raise CannotReach("限项目办在草稿中增加")
    whole, _wrong = catalogue.loose(version)
    form = forms.EntryForm(request.POST or None, part=part, choices=choices(whole, part), is_new=True,
                           initial={"applies_when": "true", "days_source": "G"})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        refusal = tried(lambda: actions.add_entry(
            version=version, part=part, code=form.cleaned_data["code"], fields=form.fields_given, by=by,
            at=clock.now()))[1]
        if refusal is None:
            messages.success(request, _("已保存 %(code)s") % {"code": form.cleaned_data["code"]})
            return redirect("approvals:catalogue_version", key=key)
    return render(request, "approvals/catalogue_entry.html", {
        "version": version, "part": part, "code": "", "name": _("新增"), "form": form, "refusal": refusal,
        "may_edit": True, "may_remove": False}, status=status(request, refusal))
