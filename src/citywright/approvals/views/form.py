"""Which page? The one form of a dossier and its one set of materials; the panel on the project's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citywright.kernel import attachments, clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Person
from citywright.projects.queries import ledger
from citywright.ui.attempts import status, tried

from ..actions import dossiers as actions
from ..actions import materials as material_actions
from ..forms import form as forms
from ..models import Dossier
from ..queries import catalogue, dossiers, materials
from ..queries import form as queries
from ..queries.dossiers import File
from ..rules import catalogue as rules
from ..rules.catalogue import Attribute, Catalogue
from ..words import AnswerSource, ItemStatus
from . import shown

#: How many questions stand on the page at once; the next ones wait folded.
AT_ONCE = 12


@dataclass(frozen=True)
class Told:
    """An item in its group: what it is, and why it stands there."""

    code: str
    name: str
    department: str
    days: int
    is_sample: bool
    why: str
    known: str
    lacks: str


@dataclass(frozen=True)
class Group:
    """适用、待定、不适用: the items, by stage."""

    key: str
    title: str
    stages: list[tuple[str, list[Told]]]

    @property
    def count(self) -> int:
        return sum(len(items) for _stage, items in self.stages)


def groups(found: Catalogue, answers: dict[str, Any], project_class: str) -> list[Group]:
    """The three groups with why, in words."""
    decided = rules.decide(found, answers)
    return [Group("yes", "适用的事项", _by_stage(found, decided.applies, answers, project_class)),
            Group("open", "待定的事项", _by_stage(found, decided.is_open, answers, project_class)),
            Group("no", "不适用的事项", _by_stage(found, decided.does_not, answers, project_class))]


def _by_stage(found: Catalogue, codes: tuple[str, ...], answers: dict[str, Any],
              project_class: str) -> list[tuple[str, list[Told]]]:
    attributes = shown.attributes_of(found)
    stages: dict[str, list[Told]] = {stage.code: [] for stage in found.stages}
    for item in map(found.item, codes):
        known, lacks = shown.known_words(item.applies_when, attributes, answers)
        stages[item.stage].append(Told(
            item.code, shown.item_name(item), shown.department_name(found, item.department), item.days(project_class),
            item.is_sample, shown.condition_words(item.applies_when, attributes), known, lacks))
    return [(shown.stage_name(found, code), items) for code, items in stages.items() if items]


@dataclass(frozen=True)
class Answer:
    """What the form knows already, and from where."""

    code: str
    label: str
    value: str
    source: str
    field: str


def answered(file: File) -> list[Answer]:
    """Every answer with its source, in the order of the catalogue."""
    dossier, found = file.dossier, []
    told = queries.prefilled(dossier.project, file.catalogue)
    for one in file.catalogue.attributes:
        if one.code in dossier.answers:
            source = dossier.sources.get(one.code, "")
            found.append(Answer(one.code, shown.label(one), forms.value_words(one, dossier.answers[one.code]),
                                AnswerSource(source).zh if source else "",
                                queries.field_of(one.code) if source == AnswerSource.PROJECT
                                and told.get(one.code) == dossier.answers[one.code] else ""))
    return found


def questions(file: File, change: str) -> list[tuple[Attribute, int]]:
    """What is asked now: one answer that is to be changed, or what still matters, what settles most first."""
    attributes = shown.attributes_of(file.catalogue)
    if change:
        return [(attributes[change], 0)] if change in attributes else []
    return [(attributes[code], count) for code, count in file.asked if code in attributes]


@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, code: str) -> HttpResponse:
    """一张表单: what still matters is asked, what applies stands beside it."""
    by = cast(Person, request.user)
    dossier = dossiers.dossier(by, code)
    file, change = File(dossier), request.GET.get("change", "")
    asked = questions(file, change)
    attributes = [attribute for attribute, _count in asked]
    made = forms.AnswersForm(request.POST or None, attributes=attributes, initial={
        one.code: forms.initial_of(one, dossier.answers.get(one.code)) for one in attributes})
    refusal: Refusal | None = None
    if request.method == "POST":
        said, refusal = tried(lambda: did(request.POST.get("verb", ""), made, dossier, change, by))
        if refusal is None and said:
            messages.success(request, said)
            return redirect("approvals:form", code=code)
    return render(request, "approvals/form.html", page(file, made, asked, change, by) | {"refusal": refusal},
                  status=status(request, refusal))


def did(verb: str, made: forms.AnswersForm, dossier: Dossier, change: str, by: Person) -> str:
    """The act that was asked for, and what is said afterwards; "" when there is nothing to do."""
    def answer(given: dict[str, Any], source: AnswerSource) -> None:
        actions.answer(dossier=dossier, answers=given, source=source, by=by, at=clock.now())

    if verb == "fill":
        missing = {code: value for code, value in queries.prefilled(dossier.project, File(dossier).catalogue).items()
                   if code not in dossier.answers}
        if missing:
            answer(missing, AnswerSource.PROJECT)
        return _("已从项目库带入 %(count)s 项") % {"count": len(missing)}
    if verb == "take_back" and change in dossier.answers:
        answer({change: None}, AnswerSource.OFFICE)
        return _("已收回这一项，表单会再问")
    if not made.is_valid() or not made.answers:
        return ""
    answer(made.answers, AnswerSource.OFFICE)
    return _("已保存 %(count)s 项") % {"count": len(made.answers)}


def page(file: File, made: forms.AnswersForm, asked: list[tuple[Attribute, int]], change: str,
         by: Person) -> dict[str, Any]:
    """What the page of the form shows."""
    dossier, applies = file.dossier, set(file.decided.applies)
    fields = [(made[attribute.code], shown.label(attribute), count) for attribute, count in asked]
    newer = catalogue.in_force(dossier.project.area)
    ahead = {code for code in queries.prefilled(dossier.project, file.catalogue) if code not in dossier.answers}
    return {"dossier": dossier, "project": dossier.project, "form": made, "change": change,
            "fields": fields[:AT_ONCE], "later": fields[AT_ONCE:], "answered": answered(file),
            "groups": groups(file.catalogue, dossier.answers, dossier.project_class), "ahead": len(ahead),
            "unasked": len(file.catalogue.attributes) - len(dossier.answers) - len(file.asked),
            "newer": newer if newer is not None and newer.pk != dossier.version_id else None,
            "stray": [row for code, row in file.handlings.items()
                      if code not in applies and ItemStatus(row.status) not in materials.UNUSED],
            "may_edit": queries.may_keep(by, dossier.project) and dossier.closed_on is None}


@require_safe
def form_preview(request: HttpRequest, code: str) -> HttpResponse:
    """The three groups as they would be with what stands in the form, before anything is saved."""
    dossier = dossiers.dossier(request.user, code)
    file = File(dossier)
    attributes = [one for one in file.catalogue.attributes if one.code in request.GET]
    made = forms.AnswersForm(request.GET, attributes=attributes)
    made.is_valid()
    return render(request, "approvals/form_groups.html", {
        "groups": groups(file.catalogue, dossier.answers | made.answers, dossier.project_class),
        "unsaved": bool(made.answers)})


@require_http_methods(["GET", "POST"])
def material_list(request: HttpRequest, code: str) -> HttpResponse:
    """一套材料: each document once, who needs it, where it comes from; hand in a version, withdraw one."""
    by = cast(Person, request.user)
    dossier = dossiers.dossier(by, code)
    file, refusal = File(dossier), None
    verb = request.POST.get("verb", "")
    hand_in = forms.HandInForm(request.POST if verb == "hand_in" else None, request.FILES or None)
    withdraw = forms.WithdrawForm(request.POST if verb == "withdraw" else None)
    if request.method == "POST":
        said, refusal = tried(lambda: handed(verb, hand_in, withdraw, dossier, by))
        if refusal is None and said:
            messages.success(request, said)
            return redirect("approvals:materials", code=code)
    lines = materials.lines(file)
    return render(request, "approvals/materials.html", {
        "dossier": dossier, "project": dossier.project, "refusal": refusal,
        "given": [line for line in lines if not line.needed.is_produced],
        "made": [line for line in lines if line.needed.is_produced], "here": sum(line.is_here for line in lines),
        "is_open": bool(file.decided.is_open), "hand_in": hand_in, "withdraw": withdraw,
        "may_edit": queries.may_keep(by, dossier.project) and dossier.closed_on is None},
        status=status(request, refusal))


def handed(verb: str, hand_in: forms.HandInForm, withdraw: forms.WithdrawForm, dossier: Dossier, by: Person) -> str:
    """The act that was asked for, and what is said afterwards; a new file is kept first."""
    now = clock.now()
    if verb == "hand_in" and hand_in.is_valid():
        data, kept = hand_in.cleaned_data, None
        unit = dossier.project.lead_unit
        if not queries.may_keep(by, dossier.project):
            raise CannotReach("您不能为这个项目交材料")
        if data["file"]:
            kept = attachments.keep(name=data["file"].name, stream=data["file"], by=by, organisation=unit, at=now)
        made = material_actions.hand_in(dossier=dossier, name=data["name"], attachment=kept, doc_no=data["doc_no"],
                                        by=by, at=now)
        return _("已收到“%(name)s”第 %(version)s 版") % {"name": made.name, "version": made.version}
    if verb == "withdraw" and withdraw.is_valid():
        data = withdraw.cleaned_data
        row = material_actions.withdraw(material=materials.material(by, dossier.project.code, data["material"]),
                                        reason=data["reason"], by=by, at=now)
        return _("已撤回“%(name)s”第 %(version)s 版") % {"name": row.name, "version": row.version}
    return ""


@require_http_methods(["GET", "POST"])
def dossier_move(request: HttpRequest, code: str) -> HttpResponse:
    """换用新目录: what differs between the version of the dossier and the one in force, and what it does to it."""
    by = cast(Person, request.user)
    dossier = dossiers.dossier(by, code)
    newer, refusal = catalogue.in_force(dossier.project.area), None
    if request.method == "POST" and newer is not None:
        refusal = tried(lambda: actions.move_version(dossier=dossier, version=newer, by=by, at=clock.now()))[1]
        if refusal is None:
            messages.success(request, _("已换用“%(label)s”") % {"label": newer.label})
            return redirect("approvals:form", code=code)
    is_newer = newer is not None and newer.pk != dossier.version_id
    return render(request, "approvals/dossier_move.html", {
        "dossier": dossier, "project": dossier.project, "newer": newer, "is_newer": is_newer, "refusal": refusal,
        "effects": effects(dossier, catalogue.content(newer)) if newer is not None and is_newer else [],
        "rows": shown.differences(dossier.version, newer) if newer is not None and is_newer else [],
        "may_edit": queries.may_keep(by, dossier.project) and dossier.closed_on is None},
        status=409 if refusal else 200)


def effects(dossier: Dossier, newer: Catalogue) -> list[tuple[str, list[str]]]:
    """What moving would do to the dossier: items that begin or cease to apply, items that become open."""
    found = File(dossier).catalogue
    before, after = rules.decide(found, dossier.answers), rules.decide(newer, dossier.answers)

    def names(whole: Catalogue, codes: set[str]) -> list[str]:
        return [f"{item.code} {shown.item_name(item)}" for item in whole.items if item.code in codes]

    told = [("新适用的事项", names(newer, set(after.applies) - set(before.applies))),
            ("不再适用的事项", names(found, set(before.applies) - set(after.applies) - set(after.is_open))),
            ("变为待定的事项", names(newer, set(after.is_open) - set(before.is_open)))]
    return [(title, codes) for title, codes in told if codes]


@require_safe
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """The approvals of a project on its page: open a dossier, or where it stands."""
    by = cast(Person, request.user)
    project = ledger.project(by, code)
    dossier = queries.of_project(project)
    context: dict[str, Any] = {"project": project, "dossier": dossier, "version": None}
    if dossier is None:
        context |= {"version": catalogue.in_force(project.area), "may_open": queries.may_keep(by, project)
                    and project.is_leaf and not project.exit}
    else:
        file = File(dossier)
        rows = [row for c, row in file.handlings.items() if c in set(file.decided.applies)]
        context |= {"applies": len(file.decided.applies), "is_open": len(file.decided.is_open),
                    "asked": len(file.asked), "done": sum(row.ended_on is not None for row in rows),
                    "running": sum(row.ended_on is None for row in rows)}
    return render(request, "approvals/panel.html", context)


@require_POST
def dossier_open(request: HttpRequest, code: str) -> HttpResponse:
    """Open the dossier of a project, filled in with what the ledger knows."""
    by = cast(Person, request.user)
    project = ledger.project(by, code)
    actions.open_dossier(project=project, by=by, at=clock.now(), answers=queries.prefilled(project))
    messages.success(request, _("已开办审批，表单先带入了项目库里已有的内容"))
    return redirect("approvals:form", code=code)


urlpatterns: list[URLPattern] = [
    path("approvals/<str:code>/form/", form, name="form"),
    path("approvals/<str:code>/form/preview/", form_preview, name="form_preview"),
    path("approvals/<str:code>/materials/", material_list, name="materials"),
    path("approvals/<str:code>/catalogue/", dossier_move, name="dossier_move"),
    path("approvals/<str:code>/panel/", panel, name="panel"),
    path("approvals/<str:code>/open/", dossier_open, name="dossier_open"),
]
