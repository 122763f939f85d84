"""What can be done at the gates: claim, verify, give back, waive, revoke, correct (PROJECTS 1.2).

Nothing is deleted: a correction is a new passage that supersedes. The verifier is another person of another unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from citywright.kernel import clock, journal
from citywright.kernel.errors import CannotAccept, CannotReach, Fault, Refusal, Said
from citywright.kernel.models import Attachment, Organisation, Person
from citywright.kernel.words import Role

from ..models import Evidence, GatePassage, Milestone, Project
from ..queries import way
from ..rules import gates as rules
from ..words import EvidenceKind, Gate, MilestoneStatus, PassageResult, PassageVerb


class CannotClaim(CannotAccept):
    """Something is missing for the gate (all of it in `faults`), or the gate is claimed already."""


class CannotVerify(CannotAccept):
    """The verifier is not another person of another unit, or something is still missing (all of it in `faults`)."""


class CannotWaive(CannotAccept):
    """A waiver without a basis or a day, or where nothing is owed."""


class CannotRevoke(Refusal):
    """A later gate still stands on this one, or no reason was given."""


#: Evidence whose place is told.
PHOTOS = frozenset({EvidenceKind.PHOTO, EvidenceKind.SITE_PHOTO})


@dataclass(frozen=True)
class Given:
    """Evidence as it is handed in: at least a file, a document number or a note. Longitude and latitude in degrees."""

    kind: EvidenceKind
    attachment: Attachment | None = None
    doc_no: str = ""
    note: str = ""
    issuer: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    taken_at: datetime | None = None
    longitude: float | None = None
    latitude: float | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """Where a photo was taken, or None."""
        return None if self.longitude is None or self.latitude is None else (self.longitude, self.latitude)

    @property
    def shown(self) -> rules.Shown:
        """The same, as the rules see it."""
        return rules.Shown(self.kind, self.issued_on, clock.day_of(self.taken_at) if self.taken_at else None,
                           self.point)


def require_acting(by: Person, unit: Organisation, project: Project, wanted: frozenset[Role]) -> set[Role]:
    """The acting roles; refused when none of the wanted ones is among them."""
    held = way.acting_roles(by, unit, project)
    if not held & wanted:
        raise CannotReach("您不能以%(unit)s的名义办理这一关口", unit=unit.short_name)
    return held


def as_faults(missing: Sequence[Said]) -> list[Fault]:
    """What is missing, as a refusal carries it."""
    return [Fault(said) for said in missing]


def locked(passage: GatePassage) -> GatePassage:
    """The passage as it stands now; its project's row is locked, so that two verifiers come one after the other."""
    Project.objects.select_for_update().get(pk=passage.project_id)
    return GatePassage.objects.select_related("project__category", "project__area", "project__lead_unit",
                                              "claimed_unit").get(pk=passage.pk)


def keep(passage: GatePassage, evidence: Sequence[Given]) -> None:
    """The evidence stands with the passage, each photo with its distance to the project's point."""
    project, rows = passage.project, []
    for given in evidence:
        away = None
        if given.kind in PHOTOS and given.point and project.longitude is not None and project.latitude is not None:
            away = rules.distance_m(given.point, (project.longitude, project.latitude))
        rows.append(Evidence(
            passage=passage, kind=given.kind, attachment=given.attachment, doc_no=given.doc_no, note=given.note,
            issuer=given.issuer, issued_on=given.issued_on, expires_on=given.expires_on, taken_at=given.taken_at,
            longitude=given.longitude, latitude=given.latitude, distance_to_site_m=away))
    Evidence.objects.bulk_create(rows)


def refuse_empty(evidence: Sequence[Given]) -> None:
    """Refuse evidence that shows nothing."""
    empty = [g for g in evidence if not (g.attachment or g.doc_no.strip() or g.note.strip())]
    if empty:
        raise CannotClaim("佐证材料须有附件、文号或说明", as_faults(
            [Said("%(kind)s：未填附件、文号或说明", {"kind": g.kind.zh}) for g in empty]))


@transaction.atomic
def claim(*, project: Project, gate: Gate, event_on: date, evidence: Sequence[Given], by: Person, unit: Organisation,
          at: datetime, waiver_basis: str = "") -> GatePassage:
    """The gate is claimed and waits for its verifier; refused with all that is missing.

    With a `waiver_basis` (申请容缺) evidence may be owed, which only `waive` can accept; days and predecessors never.
    """
    project = Project.objects.select_for_update(of=("self",)).select_related("category", "area").get(pk=project.pk)
    require_acting(by, unit, project, rules.CLAIMED_BY[gate])
    if GatePassage.objects.filter(project=project, gate=gate, in_force=True).exists():
        raise CannotClaim("“%(gate)s”已经申报或通过；要改动请更正或先撤销", gate=gate.zh)
    refuse_empty(evidence)
    facts = way.facts_of(project, today=clock.day_of(at), event_on=event_on, evidence=[g.shown for g in evidence])
    owed = rules.evidence_missing(gate, facts)
    missing = [*rules.blocked(gate, facts), *([] if waiver_basis.strip() else owed)]
    if missing:
        raise CannotClaim("还不能申报“%(gate)s”，缺 %(count)s 项", as_faults(missing), gate=gate.zh, count=len(missing))
    return write_claim(project, gate, event_on, evidence, by, unit, at, waiver_basis=waiver_basis.strip(),
                       waiver_missing=[group[0].value for group in rules.kinds_missing(gate, facts)])


def write_claim(project: Project, gate: Gate, event_on: date, evidence: Sequence[Given], by: Person,
                unit: Organisation, at: datetime, *, in_force: bool = True, waiver_basis: str = "",
                waiver_missing: Sequence[str] = (), reason: str = "") -> GatePassage:
    """One more passage of the gate, after the last one, with its evidence and its line in the journal."""
    last = GatePassage.objects.filter(project=project, gate=gate).order_by("-sequence").first()
    passage = GatePassage.objects.create(
        project=project, gate=gate, rank=rules.RANK[gate], sequence=last.sequence + 1 if last else 1,
        event_on=event_on, claimed_by=by, claimed_unit=unit, claimed_at=at, in_force=in_force, reason=reason,
        waiver_basis=waiver_basis, waiver_missing=list(waiver_missing), supersedes=last, rule_version=rules.VERSION)
    keep(passage, evidence)
    journal.write(verb="gate.claimed", by=by, at=at, subject=project, area=project.area, unit=unit, data={
        "code": project.code, "gate": gate, "event_on": event_on, "passage": str(passage.pk),
        "evidence": [given.kind for given in evidence], "waiver_basis": waiver_basis, "reason": reason})
    return passage


@transaction.atomic
def claim_by_document(*, project: Project, gate: Gate, event_on: date, evidence: Sequence[Given], by: Person,
                      at: datetime) -> GatePassage:
    """A document that another package issued claims the gate in the name of the lead unit, or stands with its claim.

    What else is missing may be supplied until the gate is verified, which is refused before. A gate that was passed
    stays as it is; refused while a predecessor or a day stands in the way.
    """
    project = (Project.objects.select_for_update(of=("self",)).select_related("category", "area", "lead_unit")
               .get(pk=project.pk))
    refuse_empty(evidence)
    facts = way.facts_of(project, today=clock.day_of(at), event_on=event_on, evidence=[g.shown for g in evidence])
    owed = [group[0].value for group in rules.kinds_missing(gate, facts)]
    standing = GatePassage.objects.filter(project=project, gate=gate, in_force=True).first()
    if standing is not None and standing.result in way.PASSED:
        return standing
    if standing is not None:
        keep(standing, evidence)
        standing.waiver_missing = owed
        standing.save(update_fields=["waiver_missing"])
        journal.write(verb="gate.supplied", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                      data={"code": project.code, "gate": gate, "passage": str(standing.pk),
                            "evidence": [given.kind for given in evidence]})
        return standing
    if blocked := rules.blocked(gate, facts):
        raise CannotClaim("还不能申报“%(gate)s”，缺 %(count)s 项", as_faults(blocked), gate=gate.zh, count=len(blocked))
    return write_claim(project, gate, event_on, evidence, by, project.lead_unit, at, waiver_missing=owed)


def judged(passage: GatePassage, verb: PassageVerb, by: Person, unit: Organisation, at: datetime) -> GatePassage:
    """The passage with the step after `verb` and its verifier; refused to the claimer, their unit, and strangers.

    A revoked passage keeps who verified it; who revoked it stands in the journal.
    """
    held = way.acting_roles(by, unit, passage.project)
    if not held & {Role.VERIFIER, Role.OFFICE}:
        raise CannotReach("您不能以%(unit)s的名义办理这一关口", unit=unit.short_name)
    step = rules.LOOP.move(step=PassageResult(passage.result), verb=verb, roles=held)
    if verb is PassageVerb.REVOKE:
        passage.result = step
        return passage
    if by.pk == passage.claimed_by_id:
        raise CannotVerify("申报人不能核验自己申报的关口，请由另一人核验")
    if unit.pk == passage.claimed_unit_id:
        raise CannotVerify("核验人须来自另一单位，不能由申报单位（%(unit)s）核验", unit=unit.short_name)
    passage.result, passage.verified_by, passage.verified_unit, passage.verified_at = step, by, unit, at
    return passage


def refuse_unready(passage: GatePassage, today: date, *, owing: bool) -> None:
    """Refuse what the rules still miss, asked again on the verifier's day; evidence may be owed when `owing`."""
    gate, project = Gate(passage.gate), passage.project
    own = [] if passage.in_force else way.shown_of(passage.evidence.all())
    facts = way.facts_of(project, today=today, event_on=passage.event_on, evidence=own,
                         leaving=None if passage.in_force else gate)
    missing = rules.blocked(gate, facts, verifying=True)
    missing += [] if owing else rules.evidence_missing(gate, facts)
    if missing:
        raise CannotVerify("还不能核验“%(gate)s”，缺 %(count)s 项", as_faults(missing), gate=gate.zh,
                           count=len(missing))


def settle(passage: GatePassage, verb: str, by: Person, unit: Organisation, at: datetime) -> GatePassage:
    """The judged passage is kept, the corrected one steps back, the milestone tells the verified day; one line."""
    project = passage.project
    if passage.result in way.PASSED:
        GatePassage.objects.filter(project=project, gate=passage.gate, in_force=True).exclude(
            pk=passage.pk).update(in_force=False)
        passage.in_force = True
        Milestone.objects.filter(project=project, gate=passage.gate).update(
            actual_on=passage.event_on, status=MilestoneStatus.MET)
    else:
        if passage.in_force:
            Milestone.objects.filter(project=project, gate=passage.gate).update(
                actual_on=None, status=MilestoneStatus.SCHEDULED)
        passage.in_force = False
    passage.save(update_fields=["result", "verified_by", "verified_unit", "verified_at", "in_force", "reason",
                                "waiver_basis", "waiver_due_on"])
    journal.write(verb=verb, by=by, at=at, subject=project, area=project.area, unit=unit, data={
        "code": project.code, "gate": passage.gate, "event_on": passage.event_on, "passage": str(passage.pk),
        "reason": passage.reason, "waiver_due_on": passage.waiver_due_on})
    return passage


@transaction.atomic
def verify(*, passage: GatePassage, by: Person, unit: Organisation, at: datetime) -> GatePassage:
    """核验: the gate is passed; refused while a predecessor waits or evidence is owed, and to the claimer's unit."""
    passage = judged(locked(passage), PassageVerb.VERIFY, by, unit, at)
    refuse_unready(passage, clock.day_of(at), owing=False)
    return settle(passage, "gate.verified", by, unit, at)


@transaction.atomic
def give_back(*, passage: GatePassage, reason: str, by: Person, unit: Organisation, at: datetime) -> GatePassage:
    """退回: the claim stands no longer, with the reason; refused while a later gate is claimed on top of it."""
    passage = locked(passage)
    if not reason.strip():
        raise CannotRevoke("退回须写明理由")
    return undone(passage, PassageVerb.RETURN, "gate.returned", reason, by, unit, at)


@transaction.atomic
def waive(*, passage: GatePassage, basis: str, due_on: date, by: Person, unit: Organisation,
          at: datetime) -> GatePassage:
    """容缺: the gate is passed on a named basis, and the missing evidence is owed until a day."""
    passage = locked(passage)
    if not basis.strip() or due_on <= clock.day_of(at):
        raise CannotWaive("容缺须写明依据，补齐期限须在今天之后")
    if not passage.waiver_missing:
        raise CannotWaive("材料已齐，无需容缺，请直接核验")
    passage = judged(passage, PassageVerb.WAIVE, by, unit, at)
    refuse_unready(passage, clock.day_of(at), owing=True)
    passage.waiver_basis, passage.waiver_due_on = basis.strip(), due_on
    return settle(passage, "gate.waived", by, unit, at)


@transaction.atomic
def revoke(*, passage: GatePassage, reason: str, by: Person, unit: Organisation, at: datetime) -> GatePassage:
    """撤销: a passed gate stands no longer, with the reason; refused while a later gate stands on it."""
    passage = locked(passage)
    if not reason.strip():
        raise CannotRevoke("撤销须写明理由")
    return undone(passage, PassageVerb.REVOKE, "gate.revoked", reason, by, unit, at)


def undone(passage: GatePassage, act: PassageVerb, verb: str, reason: str, by: Person, unit: Organisation,
           at: datetime) -> GatePassage:
    """The passage stands no longer, with the reason; refused while a later gate stands on it."""
    refuse_later(passage)
    passage = judged(passage, act, by, unit, at)
    passage.reason = reason.strip()
    return settle(passage, verb, by, unit, at)


def refuse_later(passage: GatePassage) -> None:
    """Refuse while a gate that cannot stand without this one stands or is claimed."""
    later = rules.waiting_on(Gate(passage.gate), way.gates_of(passage.project))
    standing = GatePassage.objects.filter(project=passage.project, gate__in=later, in_force=True).order_by("-rank")
    found = standing.first()
    if passage.in_force and found:
        raise CannotRevoke("后面的“%(gate)s”还以它为前提，请先处理后面的关口", gate=Gate(found.gate).zh)


@transaction.atomic
def correct(*, passage: GatePassage, event_on: date, reason: str, by: Person, unit: Organisation, at: datetime,
            evidence: Sequence[Given] = ()) -> GatePassage:
    """更正: a new claim of a passed gate waits beside the old one, which stands until the new one is verified.

    Evidence of the old passage is taken over, except the kinds handed in anew.
    """
    old = locked(passage)
    gate, project = Gate(old.gate), old.project
    require_acting(by, unit, project, rules.CLAIMED_BY[gate])
    if old.result not in way.PASSED or not old.in_force or not reason.strip():
        raise CannotClaim("只有已通过的关口可以更正，且须写明理由")
    if GatePassage.objects.filter(project=project, gate=gate, result=PassageResult.PENDING).exists():
        raise CannotClaim("“%(gate)s”已有一份更正待核验", gate=gate.zh)
    refuse_empty(evidence)
    fresh = {given.kind for given in evidence}
    taken = [given_again(kept) for kept in old.evidence.select_related("attachment") if kept.kind not in fresh]
    both = [*taken, *evidence]
    facts = way.facts_of(project, today=clock.day_of(at), event_on=event_on, evidence=[g.shown for g in both],
                         leaving=gate)
    missing = rules.missing_to_enter(gate, facts)
    if missing:
        raise CannotClaim("还不能更正“%(gate)s”，缺 %(count)s 项", as_faults(missing), gate=gate.zh, count=len(missing))
    return write_claim(project, gate, event_on, both, by, unit, at, in_force=False, reason=reason.strip())


def given_again(kept: Evidence) -> Given:
    """Kept evidence, handed in once more."""
    return Given(kind=EvidenceKind(kept.kind), attachment=kept.attachment, doc_no=kept.doc_no, note=kept.note,
                 issuer=kept.issuer, issued_on=kept.issued_on, expires_on=kept.expires_on, taken_at=kept.taken_at,
                 longitude=kept.longitude, latitude=kept.latitude)


@transaction.atomic
def supply(*, passage: GatePassage, evidence: Sequence[Given], by: Person, unit: Organisation,
           at: datetime) -> GatePassage:
    """补充材料: more evidence stands with a claim that waits, or with a waiver that owes it."""
    passage = locked(passage)
    require_acting(by, unit, passage.project, rules.CLAIMED_BY[Gate(passage.gate)])
    if passage.result not in (PassageResult.PENDING, PassageResult.WAIVED) or not evidence:
        raise CannotClaim("只有待核验或容缺的关口可以补充材料，且须至少一件")
    refuse_empty(evidence)
    keep(passage, evidence)
    if passage.result == PassageResult.PENDING:
        facts = way.facts_of(passage.project, today=clock.day_of(at))
        passage.waiver_missing = [group[0].value for group in rules.kinds_missing(Gate(passage.gate), facts)]
        passage.save(update_fields=["waiver_missing"])
    journal.write(verb="gate.supplied", by=by, at=at, subject=passage.project, area=passage.project.area, unit=unit,
                  data={"code": passage.project.code, "gate": passage.gate, "passage": str(passage.pk),
                        "evidence": [given.kind for given in evidence]})
    return passage


@transaction.atomic
def meet_waiver(*, passage: GatePassage, by: Person, unit: Organisation, at: datetime) -> GatePassage:
    """补齐: the verifier's side confirms that what was owed is here; refused while a kind is missing."""
    passage = locked(passage)
    if not way.acting_roles(by, unit, passage.project) & {Role.VERIFIER} or unit.pk == passage.claimed_unit_id:
        raise CannotReach("您不能以%(unit)s的名义办理这一关口", unit=unit.short_name)
    if passage.result != PassageResult.WAIVED or passage.waiver_met_on:
        raise CannotWaive("这一关口没有待补的材料")
    facts = way.facts_of(passage.project, today=clock.day_of(at))
    missing = rules.evidence_missing(Gate(passage.gate), facts)
    if missing:
        raise CannotWaive("还不能销账，缺 %(count)s 项", as_faults(missing), count=len(missing))
    passage.waiver_met_on = clock.day_of(at)
    passage.save(update_fields=["waiver_met_on"])
    journal.write(verb="gate.waiver_met", by=by, at=at, subject=passage.project, area=passage.project.area, unit=unit,
                  data={"code": passage.project.code, "gate": passage.gate, "passage": str(passage.pk)})
    return passage
