"""Which page? Claiming a gate, judging a claim, its evidence, the exits, and what waits for a verifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import access, attachments, clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Organisation, Person
from citywright.kernel.words import Role
from citywright.ui.attempts import status, tried

from ..actions import exits, gates
from ..forms import way as forms
from ..models import GatePassage, Project
from ..queries import ledger, way
from ..rules import gates as rules
from ..words import EvidenceKind, Gate, PassageResult


def gate_of(code: str) -> Gate:
    """The gate an address names."""
    found = next((gate for gate in Gate if gate.value == code), None)
    if found is None:
        raise Http404
    return found


def unit_of(units: Sequence[Organisation], key: str) -> Organisation:
    """The chosen unit among those in whose name one may act."""
    found = next((unit for unit in units if str(unit.pk) == key), None)
    if found is None:
        raise CannotReach("您不能以这个单位的名义办理")
    return found


def given_of(form: forms.EvidenceForm, by: Person, unit: Organisation, at: datetime) -> gates.Given:
    """What a form hands in; a new file is kept at once, so that a refused claim does not lose it."""
    data, attachment = form.cleaned_data, None
    if data.get("file"):
        attachment = attachments.keep(name=data["file"].name, stream=data["file"], by=by, organisation=unit, at=at)
    elif data.get("kept"):
        attachment = way.kept_by(by, data["kept"])
    form.remember(attachment)
    return gates.Given(kind=EvidenceKind(data["kind"]), attachment=attachment, doc_no=data.get("doc_no") or "",
                       note=data.get("note") or "", issued_on=data.get("issued_on"), taken_at=data.get("taken_at"),
                       longitude=data.get("longitude"), latitude=data.get("latitude"))


@require_http_methods(["GET", "POST"])
def gate_claim(request: HttpRequest, code: str, gate: str) -> HttpResponse:
    """Claim a gate of a project: the day, the evidence, 还缺什么."""
    by, wanted = cast(Person, request.user), gate_of(gate)
    project = ledger.project(by, code)
    units = way.acting_units(by, project, rules.CLAIMED_BY[wanted])
    if not units:
        raise CannotReach("您不能申报这一关口")
    today = clock.day_of(clock.now())
    groups = rules.kinds_missing(wanted, way.facts_of(project, today=today))
    form = forms.ClaimForm(request.POST or None, units=units)
    pieces = forms.evidence_forms(tuple(groups), request.POST or None, request.FILES or None)

    def act(unit: Organisation, evidence: list[gates.Given]) -> GatePassage:
        return gates.claim(project=project, gate=wanted, event_on=form.cleaned_data["event_on"], evidence=evidence,
                           by=by, unit=unit, at=clock.now(), waiver_basis=form.cleaned_data["waiver_basis"])

    return claim_page(request, project, wanted, form, pieces, units, act)


@require_http_methods(["GET", "POST"])
def gate_correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Correct a passed gate: the right day and why; evidence that is not handed in anew is taken over."""
    by = cast(Person, request.user)
    passage = way.passage(by, key)
    project, gate = passage.project, Gate(passage.gate)
    units = way.acting_units(by, project, rules.CLAIMED_BY[gate])
    if not units:
        raise CannotReach("您不能申报这一关口")
    form = forms.CorrectForm(request.POST or None, units=units, initial={"event_on": passage.event_on})
    pieces = forms.evidence_forms(rules.evidence_of(gate, way.facts_of(project, today=passage.event_on).funding),
                                  request.POST or None, request.FILES or None)

    def act(unit: Organisation, evidence: list[gates.Given]) -> GatePassage:
        return gates.correct(passage=passage, event_on=form.cleaned_data["event_on"], evidence=evidence, by=by,
                             reason=form.cleaned_data["reason"], unit=unit, at=clock.now())

    return claim_page(request, project, gate, form, pieces, units, act, corrected=passage)


def claim_page(request: HttpRequest, project: Project, gate: Gate, form: django_forms.Form,
               pieces: list[forms.EvidenceForm], units: Sequence[Organisation],
               act: Callable[[Organisation, list[gates.Given]], GatePassage],
               corrected: GatePassage | None = None) -> HttpResponse:
    """The form; posted and whole, the act is done and the project's page follows; refused, the page says why."""
    by, refusal = cast(Person, request.user), None
    if request.method == "POST" and form.is_valid() and all([piece.is_valid() for piece in pieces]):
        unit = unit_of(units, form.cleaned_data["unit"])
        try:
            evidence = [given_of(piece, by, unit, clock.now()) for piece in pieces if piece.given]
            act(unit, evidence)
        except CannotReach:
            raise
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("已申报“%(gate)s”，待核验") % {"gate": _(gate.zh)})
            return redirect("projects:project", code=project.code)
    facts = way.facts_of(project, today=clock.day_of(clock.now()), leaving=gate if corrected else None)
    failed = request.method == "POST"
    return render(request, "projects/gate_claim.html", {
        "project": project, "gate": gate, "form": form, "pieces": pieces, "refusal": refusal, "corrected": corrected,
        "missing": rules.missing_to_enter(gate, facts) if not corrected else [], "means": rules.DAY_MEANS[gate],
        "verified_by": rules.VERIFIED_BY[gate],
        "earlier": [p for p in way.passages_of(project) if p.gate == gate],
    }, status=409 if refusal else 422 if failed else 200)


@require_safe
def gate_evidence(request: HttpRequest, code: str) -> HttpResponse:
    """Every gate of a project with its claims and evidence, returned and revoked ones too."""
    project = ledger.project(request.user, code)
    passages = list(way.passages_of(project).prefetch_related("evidence__attachment"))
    facts = way.facts_of(project, today=clock.day_of(clock.now()))
    claimable = [gate for gate in rules.open_gates(facts)
                 if way.acting_units(request.user, project, rules.CLAIMED_BY[gate])]
    claimable.sort(key=lambda gate: gate in rules.OPTIONAL)
    return render(request, "projects/gate_evidence.html", {
        "project": project, "passages": passages, "strip": way.gate_strip(project, passages), "claimable": claimable,
        "may_exit": access.holds(request.user, Role.OFFICE, area=project.area)})


#: What can be done to a passage: the form that is read, and the act it leads to.
ACTS: dict[str, tuple[type[django_forms.Form], Callable[..., GatePassage]]] = {
    "verify": (django_forms.Form, gates.verify),
    "return": (forms.ReasonForm, gates.give_back),
    "waive": (forms.WaiveForm, gates.waive),
    "revoke": (forms.ReasonForm, gates.revoke),
    "meet": (django_forms.Form, gates.meet_waiver),
}
SAYS = {"verify": "已核验", "return": "已退回", "waive": "已容缺通过", "revoke": "已撤销", "meet": "已确认补齐"}


@require_http_methods(["GET", "POST"])
def gate_verify(request: HttpRequest, key: UUID) -> HttpResponse:
    """One claim with its evidence, and what this person may do to it."""
    by = cast(Person, request.user)
    passage = way.passage(by, key)
    verb = request.POST.get("verb", "")
    open_forms = {name: form(request.POST if name == verb else None, prefix=name)
                  for name, (form, _act) in ACTS.items()}
    refusal: Refusal | None = None
    if request.method == "POST" and verb in ACTS and open_forms[verb].is_valid():
        unit = unit_of(judging_units(by, passage), request.POST.get("unit", ""))
        refusal = tried(lambda: ACTS[verb][1](
            passage=passage, by=by, unit=unit, at=clock.now(), **open_forms[verb].cleaned_data))[1]
        if refusal is None:
            messages.success(request, _(SAYS[verb]))
            return redirect("projects:gate_evidence", code=passage.project.code)
    return render(request, "projects/gate_verify.html", verify_context(by, passage) | {
        "forms": open_forms, "refusal": refusal}, status=status(request, refusal))


def judging_units(by: Person, passage: GatePassage) -> list[Organisation]:
    """The units in whose name the person may judge this claim: never the one that made it, unless to revoke."""
    units = way.acting_units(by, passage.project, {Role.VERIFIER, Role.OFFICE})
    return units if passage.result in way.PASSED else [unit for unit in units if unit.pk != passage.claimed_unit_id]


def verify_context(by: Person, passage: GatePassage) -> dict[str, Any]:
    """What the page of a claim shows: evidence, 还缺什么, and the acts open to the person."""
    project, gate, today = passage.project, Gate(passage.gate), clock.day_of(clock.now())
    own = [] if passage.in_force else way.shown_of(passage.evidence.all())
    facts = way.facts_of(project, today=today, event_on=passage.event_on, evidence=own,
                         leaving=None if passage.in_force else gate)
    pending = passage.result == PassageResult.PENDING
    missing = rules.missing_to_enter(gate, facts, verifying=True) if pending else []
    if passage.result == PassageResult.WAIVED and not passage.waiver_met_on:
        missing = rules.evidence_missing(gate, facts)
    units = judging_units(by, passage)
    roles = {role for unit in units for role in way.acting_roles(by, unit, project)}
    verbs = {move.verb.value for move in rules.LOOP.open_moves(passage.result, roles)}
    if by.pk == passage.claimed_by_id:
        verbs &= {"revoke"}
    return {"passage": passage, "project": project, "gate": gate, "missing": missing, "units": units, "verbs": verbs,
            "evidence": passage.evidence.select_related("attachment"), "means": rules.DAY_MEANS[gate],
            "result": PassageResult(passage.result), "verified_by": rules.VERIFIED_BY[gate],
            "owed": passage.result == PassageResult.WAIVED and not passage.waiver_met_on,
            "may_meet": Role.VERIFIER in roles,
            "may_supply": bool(way.acting_units(by, project, rules.CLAIMED_BY[gate])),
            "kinds": [EvidenceKind(kind) for kind in passage.waiver_missing]}


@require_http_methods(["GET", "POST"])
def gate_supply(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand in what is still owed at a claim or a waiver."""
    by = cast(Person, request.user)
    passage = way.passage(by, key)
    project, gate = passage.project, Gate(passage.gate)
    units = way.acting_units(by, project, rules.CLAIMED_BY[gate])
    if not units:
        raise CannotReach("您不能为这一关口补充材料")
    facts = way.facts_of(project, today=clock.day_of(clock.now()))
    groups = tuple(rules.kinds_missing(gate, facts)) or ((EvidenceKind.OTHER,),)
    pieces = forms.evidence_forms(groups, request.POST or None, request.FILES or None)
    refusal: Refusal | None = None
    if request.method == "POST" and all([piece.is_valid() for piece in pieces]):
        try:
            evidence = [given_of(piece, by, units[0], clock.now()) for piece in pieces if piece.given]
            gates.supply(passage=passage, evidence=evidence, by=by, unit=units[0], at=clock.now())
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("已补充材料"))
            return redirect("projects:gate_evidence", code=project.code)
    return render(request, "projects/gate_supply.html", {
        "project": project, "gate": gate, "passage": passage, "pieces": pieces, "refusal": refusal,
        "missing": rules.evidence_missing(gate, facts)},
        status=409 if refusal else 422 if request.method == "POST" else 200)


@require_safe
def gate_waiting(request: HttpRequest) -> HttpResponse:
    """The claims that wait for this verifier, and what is owed on waivers."""
    today = clock.day_of(clock.now())
    waiting = [(p, (today - clock.day_of(p.claimed_at)).days) for p in way.waiting_for_me(request.user)]
    return render(request, "projects/gate_waiting.html", {
        "waiting": waiting, "owed": way.obligations(request.user, today), "today": today})


#: The exits: form, act and what is said afterwards.
EXITS: dict[str, tuple[Callable[..., Project], str]] = {
    "drop": (exits.drop, "已退库"), "suspend": (exits.suspend, "已暂停"), "resume": (exits.resume, "已恢复"),
    "step_back": (exits.step_back, "已回退"),
}


@require_http_methods(["GET", "POST"])
def gate_exit(request: HttpRequest, code: str) -> HttpResponse:
    """退库, 暂停, 恢复, 回退: the office decides, with day and reason."""
    by = cast(Person, request.user)
    project = ledger.project(by, code)
    access.require(by, Role.OFFICE, area=project.area)
    standing = sorted(way.facts_of(project, today=clock.day_of(clock.now())).standing, key=rules.RANK.__getitem__)
    verb = request.POST.get("verb", "")
    made: dict[str, django_forms.Form] = {
        name: forms.ExitForm(request.POST if name == verb else None, prefix=name) for name in EXITS}
    made["step_back"] = forms.StepBackForm(request.POST if verb == "step_back" else None, prefix="step_back",
                                           gates=standing[:-1])
    refusal: Refusal | None = None
    if request.method == "POST" and verb in EXITS and made[verb].is_valid():
        data = dict(made[verb].cleaned_data)
        if verb == "step_back":
            data["to"] = Gate(data["to"]) if data["to"] else None
        try:
            EXITS[verb][0](project=project, by=by, at=clock.now(), **data)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _(EXITS[verb][1]))
            return redirect("projects:project", code=project.code)
    return render(request, "projects/gate_exit.html", {
        "project": project, "forms": made, "refusal": refusal, "standing": standing},
        status=409 if refusal else 422 if request.method == "POST" else 200)


urlpatterns: list[URLPattern] = [
    path("projects/<str:code>/gates/", gate_evidence, name="gate_evidence"),
    path("projects/<str:code>/gates/<str:gate>/claim/", gate_claim, name="gate_claim"),
    path("projects/<str:code>/exit/", gate_exit, name="gate_exit"),
    path("gates/", gate_waiting, name="gate_waiting"),
    path("gates/<uuid:key>/verify/", gate_verify, name="gate_verify"),
    path("gates/<uuid:key>/correct/", gate_correct, name="gate_correct"),
    path("gates/<uuid:key>/supply/", gate_supply, name="gate_supply"),
]
