"""What can be asked about the way of a project? Its gates, what is missing, who waits, what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotReach, Said
from citywright.kernel.models import Attachment, Organisation, Person
from citywright.kernel.words import UNIT_ROLES, Role

from ..models import AnnualPlan, Evidence, GatePassage, Milestone, Project, Responsibility
from ..rules import gates as rules
from ..words import EvidenceKind, Exit, FundingType, Gate, PassageResult, Stage
from . import ledger

PASSED = (PassageResult.ACCEPTED, PassageResult.WAIVED)
#: The planned day of a gate, where no milestone says one: the field of the year's plan.
PLANNED = {Gate.G4: "planned_start", Gate.G5: "planned_finish", Gate.G6: "planned_production"}


@dataclass(frozen=True)
class GateMark:
    """One gate on the strip: state "v" verified (or waived), "c" claimed, "n" not reached."""

    gate: Gate
    state: str
    event_on: date | None = None
    planned_on: date | None = None
    evidence: int = 0
    waiver_due_on: date | None = None
    passage: GatePassage | None = None

    @property
    def code(self) -> str:
        """G4S, as it is printed."""
        return self.gate.value.upper()


@dataclass(frozen=True)
class Obligation:
    """容缺: what is owed at a gate, until which day, by which unit."""

    passage: GatePassage
    due_on: date
    overdue: bool
    missing: tuple[EvidenceKind, ...]


def gates_of(project: Project) -> frozenset[Gate]:
    """The gates the project's category passes."""
    return frozenset(Gate(code) for code in project.category.gates)


def standing_of(passages: Iterable[GatePassage]) -> dict[Gate, rules.Standing]:
    """The gates that stand, of the passages in force."""
    return {Gate(p.gate): rules.Standing(p.event_on, p.result in PASSED) for p in passages if p.in_force}


def shown_of(evidence: Iterable[Evidence]) -> tuple[rules.Shown, ...]:
    """Kept evidence, as the rules see it."""
    return tuple(rules.Shown(
        EvidenceKind(e.kind), e.issued_on, clock.day_of(e.taken_at) if e.taken_at else None,
        (e.longitude, e.latitude) if e.longitude is not None and e.latitude is not None else None) for e in evidence)


def facts_of(project: Project, *, today: date, event_on: date | None = None,
             evidence: Sequence[rules.Shown] = (), leaving: Gate | None = None,
             passages: Iterable[GatePassage] | None = None) -> rules.WayFacts:
    """What `rules.gates.missing_to_enter` asks for: passages and evidence in force, and what is handed in now.

    `leaving` names a gate whose own passage is left out, as when it is being corrected. Two queries, one when the
    project's `passages` are at hand.
    """
    known_passages = GatePassage.objects.filter(project=project) if passages is None else passages
    passages = [p for p in known_passages if p.in_force and p.gate != leaving]
    kept = Evidence.objects.filter(passage__in=[p.pk for p in passages])
    known = (rules.Shown(EvidenceKind.PROJECT_CODE),) if project.national_code else ()
    site = None
    if project.longitude is not None and project.latitude is not None:
        site = (project.longitude, project.latitude)
    return rules.WayFacts(
        gates=gates_of(project), funding=FundingType(project.funding_type),
        total=max(project.total_investment, project.stat_total or project.total_investment), today=today,
        standing=standing_of(passages), event_on=event_on, evidence=(*known, *shown_of(kept), *evidence), site=site,
        exit=Exit(project.exit).zh if project.exit else "",
    )


def missing_next(project: Project, *, today: date,
                 passages: Iterable[GatePassage] | None = None) -> tuple[Gate | None, list[Said]]:
    """The next gate of the project's way and 还缺什么 for it; (None, []) when all stand."""
    facts = facts_of(project, today=today, passages=passages)
    gate = rules.next_gate(facts)
    return (gate, rules.missing_to_enter(gate, facts)) if gate else (None, [])


def passages_of(project: Project) -> QuerySet[GatePassage]:
    """Every passage of the project, returned and revoked ones too, in the order of the way; with people and units."""
    return (GatePassage.objects.filter(project=project)
            .select_related("claimed_by", "claimed_unit", "verified_by", "verified_unit")
            .annotate(evidence_count=Count("evidence")).order_by("rank", "sequence"))


def passage(person: Any, key: UUID | str) -> GatePassage:
    """The passage of a visible project; refused the same way whether it is hidden or does not exist."""
    found = (GatePassage.objects.filter(pk=key, project__in=ledger.visible_to(person))
             .select_related("project__category", "project__area", "project__lead_unit", "claimed_by", "claimed_unit",
                             "verified_by", "verified_unit").first())
    if found is None:
        raise CannotReach("没有这一关口申报，或您无权查看")
    return found


def gate_strip(project: Project, passages: Iterable[GatePassage] | None = None,
               planned: Mapping[Gate, date] | None = None) -> list[GateMark]:
    """The gates of the project in order, each with its state; optional ones only when they stand.

    Three queries; none when passages and planned days are at hand.
    """
    standing = {Gate(p.gate): p for p in (passages_of(project) if passages is None else passages) if p.in_force}
    planned = planned_days(project) if planned is None else planned
    shown = {*rules.way_of(gates_of(project), project.total_investment), *standing}
    return [mark_of(gate, standing.get(gate), planned.get(gate)) for gate in sorted(shown, key=rules.RANK.__getitem__)]


def mark_of(gate: Gate, standing: GatePassage | None, planned_on: date | None) -> GateMark:
    """One gate of the strip."""
    if standing is None:
        return GateMark(gate, "n", planned_on=planned_on)
    owed = standing.waiver_due_on if standing.waiver_met_on is None else None
    count = getattr(standing, "evidence_count", None)
    return GateMark(gate, "v" if standing.result in PASSED else "c", standing.event_on, planned_on,
                    standing.evidence.count() if count is None else count, owed, standing)


def planned_days(project: Project) -> dict[Gate, date]:
    """The day each gate is planned for: the milestone's forecast or baseline, else the latest plan's day."""
    return days_planned(AnnualPlan.objects.filter(project=project, in_force=True).order_by("year"),
                        Milestone.objects.filter(project=project).exclude(gate=""))


def days_planned(plans: Iterable[AnnualPlan], nodes: Iterable[Milestone]) -> dict[Gate, date]:
    """The same of plans (earliest year first) and milestones that are at hand."""
    days: dict[Gate, date] = {}
    for plan in plans:
        days |= {gate: getattr(plan, field) for gate, field in PLANNED.items() if getattr(plan, field)}
    told = [(node.gate, node.forecast_on or node.baseline_on) for node in nodes if node.gate]
    return days | {Gate(gate): on for gate, on in told if on}


def verifying_units(person: Any, project: Project) -> list[Organisation]:
    """The units in whose name the person may verify gates of the project."""
    return [m.organisation for m in access.memberships(person)
            if m.role == Role.VERIFIER and project.area.path.startswith(m.area.path)]


def acting_units(person: Any, project: Project, wanted: Iterable[Role]) -> list[Organisation]:
    """The units in whose name the person may act on the project with one of the roles."""
    roles, found = set(wanted), {}
    for m in access.memberships(person):
        fits = (m.organisation_id == project.lead_unit_id if m.role in UNIT_ROLES
                else project.area.path.startswith(m.area.path))
        if m.role in roles and fits:
            found[m.organisation_id] = m.organisation
    return list(found.values())


def acting_roles(person: Any, unit: Organisation, project: Project) -> set[Role]:
    """The roles the person holds over the project in the name of this unit; none when the unit is not theirs."""
    return {Role(m.role) for m in access.memberships(person) if m.organisation_id == unit.pk and (
        unit.pk == project.lead_unit_id if m.role in UNIT_ROLES else project.area.path.startswith(m.area.path))}


def waiting_for_me(person: Any) -> QuerySet[GatePassage]:
    """Claims this person may verify: role and area fit, another person claimed, for another unit. Oldest first."""
    wanted = Q(pk=None)
    for m in access.memberships(person):
        if m.role == Role.VERIFIER:
            wanted |= Q(project__area__path__startswith=m.area.path) & ~Q(claimed_unit=m.organisation_id)
    return (GatePassage.objects.filter(wanted, result=PassageResult.PENDING, project__exit="")
            .exclude(claimed_by=person.pk).select_related("project__lead_unit", "claimed_by", "claimed_unit")
            .order_by("claimed_at"))


def pending_claims(person: Any) -> QuerySet[Project]:
    """待核验: the visible projects whose claimed stage is ahead of the verified one (claimed_rank, verified_rank)."""
    return (ledger.with_stage(ledger.leaves(ledger.visible_to(person)))
            .filter(Q(("claimed_rank__gt", Coalesce(F("verified_rank"), 0)))))


def obligations(person: Any, on: date) -> list[Obligation]:
    """容缺 not yet made good, on the visible projects, the earliest day first."""
    owed = (GatePassage.objects.filter(project__in=ledger.visible_to(person), in_force=True,
                                       result=PassageResult.WAIVED, waiver_met_on__isnull=True)
            .select_related("project__lead_unit", "claimed_unit").order_by("waiver_due_on"))
    return [Obligation(p, p.waiver_due_on, p.waiver_due_on < on,
                       tuple(EvidenceKind(kind) for kind in p.waiver_missing)) for p in owed if p.waiver_due_on]


def at_stage(projects: QuerySet[Project], stage: Stage) -> QuerySet[Project]:
    """Those (with `verified_rank`) whose verified stage is this one."""
    lowest = {each: rank for rank, each in rules.STAGE_FROM}[stage]
    above = min((rank for rank, _ in rules.STAGE_FROM if rank > lowest), default=None)
    rows = projects.annotate(reached=Coalesce(F("verified_rank"), 0)).filter(Q(("reached__gte", lowest)))
    return rows if above is None else rows.filter(Q(("reached__lt", above)))


def people_of(project: Project, on: date) -> QuerySet[Responsibility]:
    """Who answers for the project on a day."""
    return (Responsibility.objects.filter(project=project, from_on__lte=on).filter(Q(to_on=None) | Q(to_on__gt=on))
            .select_related("organisation", "post"))


def kept_by(person: Person, key: UUID | str) -> Attachment | None:
    """A file that this person handed in, or None."""
    return Attachment.objects.filter(pk=key, uploaded_by=person).first()


def ranked(person: Any, code: str) -> Project:
    """The visible project with `verified_rank` and `claimed_rank`; refused like `ledger.project`."""
    known = ledger.project(person, code)
    return (ledger.with_stage(Project.objects.filter(pk=known.pk))
            .select_related("category", "area", "lead_unit").get())


def may_read(person: Person, attachment: Attachment) -> bool:
    """Whether the attachment is evidence of a project the person sees."""
    mine = ledger.visible_to(person)
    return Evidence.objects.filter(attachment=attachment).filter(
        Q(passage__project__in=mine) | Q(milestone__project__in=mine)).exists()
