"""Which JSON? Projects, 还缺什么 for a gate, and claims of gates: the same queries and actions as the pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from django.db.models import Q
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from citywright.kernel import clock
from citywright.kernel.errors import CannotAccept, CannotReach, Said
from citywright.kernel.http import say
from citywright.kernel.models import Organisation, Person

from .actions import gates
from .models import GatePassage, Project
from .queries import ledger, way
from .rules import gates as rules
from .words import EvidenceKind, Gate, Stage

router = Router(tags=["projects"])
PER_PAGE = 100


class ProjectOut(Schema):
    """A project. Amounts in 万元 as text, so that nothing is lost on the way."""

    code: str
    national_code: str
    name: str
    category: str
    funding_type: str
    area: str
    unit: str
    total_investment: str
    stage: Stage
    claimed_stage: Stage
    link: str
    oc4ids_status: str
    exit: str


class PageOut(Schema):
    """One page of projects; `count` is of all that were asked for."""

    count: int
    page: int
    projects: list[ProjectOut]


class GateOut(Schema):
    """A gate on the project's way: state v verified, c claimed, n not reached."""

    gate: Gate
    name: str
    state: str
    event_on: date | None
    planned_on: date | None
    evidence: int
    waiver_due_on: date | None


class WayOut(ProjectOut):
    """A project with its gates."""

    gates: list[GateOut]


class MissingOut(Schema):
    """还缺什么 before the gate can be claimed, in the reader's language; empty when it can."""

    gate: Gate
    ready: bool
    missing: list[str]


class EvidenceIn(Schema):
    """One piece of evidence by its number; files are handed in on the page."""

    kind: EvidenceKind
    doc_no: str = Field("", max_length=80)
    note: str = Field("", max_length=200)
    issuer: str = Field("", max_length=80)
    issued_on: date | None = None
    taken_at: datetime | None = None
    longitude: float | None = Field(None, ge=-180, le=180)
    latitude: float | None = Field(None, ge=-90, le=90)


class ClaimIn(Schema):
    """A claim: the day of the fact, the evidence, the unit in whose name (its code; may be left out when clear)."""

    event_on: date
    evidence: list[EvidenceIn] = Field(default_factory=list, max_length=40)
    unit: str = ""
    waiver_basis: str = Field("", max_length=200)


class ClaimOut(Schema):
    """A claim of a gate; result pending waits for its verifier."""

    id: str
    gate: Gate
    result: str
    event_on: date
    in_force: bool


class RefusedOut(Schema):
    """Why something was not done; `missing` names every single thing."""

    detail: str
    missing: list[str] = []


def told(project: Any) -> dict[str, Any]:
    """A project row with ranks, as `ProjectOut` reads it."""
    stage = rules.stage_of(project.verified_rank)
    return {"code": project.code, "national_code": project.national_code, "name": project.name,
            "category": project.category.code, "funding_type": project.funding_type, "area": project.area.code,
            "unit": project.lead_unit.short_name, "total_investment": format(Decimal(project.total_investment), "f"),
            "stage": stage, "claimed_stage": rules.stage_of(project.claimed_rank), "link": rules.LINK_OF[stage].value,
            "oc4ids_status": "cancelled" if project.exit == "dropped" else rules.OC4IDS_STATUS[stage],
            "exit": project.exit}


def told_all(said: Iterable[Said]) -> list[str]:
    """Sentences in the reader's language."""
    return [say(each) for each in said]


@router.get("/projects", response=PageOut)
def project_list(request: HttpRequest, q: str = "", unit: str = "", stage: Stage | None = None, page: int = 1) -> Any:
    """The visible projects by code, a hundred to a page; `q` is part of a name, code or initials, `unit` a code."""
    rows = ledger.with_stage(ledger.leaves(ledger.visible_to(request.user)))
    if q.strip():
        rows = rows.filter(Q(name__icontains=q.strip()) | Q(code__icontains=q.strip())
                           | Q(initials__icontains=q.strip().upper()))
    rows = rows.filter(lead_unit__code=unit) if unit else rows
    rows = way.at_stage(rows, stage) if stage else rows
    first = (max(page, 1) - 1) * PER_PAGE
    found = rows.select_related("category", "area", "lead_unit").order_by("code")[first:first + PER_PAGE]
    return {"count": rows.count(), "page": max(page, 1), "projects": [told(row) for row in found]}


@router.get("/projects/{code}", response={200: WayOut, 403: RefusedOut})
def project(request: HttpRequest, code: str) -> Any:
    """One visible project with its gates."""
    row = way.ranked(request.user, code)
    gates_ = [{"gate": mark.gate, "name": say(Said(mark.gate.zh)), "state": mark.state, "event_on": mark.event_on,
               "planned_on": mark.planned_on, "evidence": mark.evidence, "waiver_due_on": mark.waiver_due_on}
              for mark in way.gate_strip(row)]
    return told(row) | {"gates": gates_}


@router.get("/projects/{code}/missing", response={200: MissingOut, 403: RefusedOut})
def missing(request: HttpRequest, code: str, gate: Gate | None = None) -> Any:
    """还缺什么: for the gate, or for the next one of the project's way."""
    row = ledger.project(request.user, code)
    facts = way.facts_of(row, today=clock.day_of(clock.now()))
    asked = gate or rules.next_gate(facts) or Gate.G7
    said = [] if asked in facts.standing else rules.missing_to_enter(asked, facts)
    return {"gate": asked, "ready": not said and asked not in facts.standing, "missing": told_all(said)}


@router.get("/projects/{code}/gates/{gate}/claims", response={200: list[ClaimOut], 403: RefusedOut})
def claims(request: HttpRequest, code: str, gate: Gate) -> Any:
    """Every claim of the gate in order, returned and revoked ones too."""
    row = ledger.project(request.user, code)
    return [told_claim(passage) for passage in way.passages_of(row) if passage.gate == gate]


def told_claim(passage: GatePassage) -> dict[str, Any]:
    """A passage, as `ClaimOut` reads it."""
    return {"id": str(passage.pk), "gate": passage.gate, "result": passage.result, "event_on": passage.event_on,
            "in_force": passage.in_force}


@router.post("/projects/{code}/gates/{gate}/claims",
             response={201: ClaimOut, 403: RefusedOut, 409: RefusedOut})
def claim(request: HttpRequest, code: str, gate: Gate, claim: ClaimIn) -> Any:
    """Claim a gate; refused with everything that is missing, and then nothing is kept."""
    by = cast(Person, request.user)
    row = ledger.project(by, code)
    evidence = [gates.Given(**piece.dict()) for piece in claim.evidence]
    try:
        passage = gates.claim(project=row, gate=gate, event_on=claim.event_on, evidence=evidence, by=by,
                              unit=unit_of(by, row, gate, claim.unit), at=clock.now(), waiver_basis=claim.waiver_basis)
    except CannotAccept as refused:
        return Status(409, {"detail": say(refused.said), "missing": told_all(fault.said for fault in refused.faults)})
    return Status(201, told_claim(passage))


def unit_of(by: Person, row: Project, gate: Gate, code: str) -> Organisation:
    """The unit named, or the only one in whose name the person may claim; refused otherwise."""
    units = [unit for unit in way.acting_units(by, row, rules.CLAIMED_BY[gate]) if code in ("", unit.code)]
    if len(units) != 1:
        raise CannotReach("您不能申报这一关口" if not units else "请说明以哪个单位的名义申报")
    return units[0]
