"""What is allowed and missing on the way of a project? The gates, their order, evidence and verifiers (PROJECTS 1.2).

`missing_to_enter` is the one answer to 还缺什么: the page, the JSON interface, the import and the actions all ask it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

from citywright.kernel.errors import Said
from citywright.kernel.steps import Loop, Move
from citywright.kernel.words import Role

from ..words import EvidenceKind, FundingType, Gate, Link, PassageResult, PassageVerb, Stage

#: Version printed on every passage judged by these tables.
VERSION = "2024-1"

#: The order of the way. A gate between two stages (31, 41 …) moves no stage.
RANK: dict[Gate, int] = {
    Gate.G1: 10, Gate.G1A: 11, Gate.G1B: 12, Gate.G1C: 13, Gate.G2: 20, Gate.G3: 30, Gate.G4C: 31, Gate.G4P: 35,
    Gate.G4: 40, Gate.G4S: 41, Gate.G5: 50, Gate.G6: 60, Gate.G7: 70,
}

#: The lowest rank at which each stage begins.
STAGE_FROM: tuple[tuple[int, Stage], ...] = (
    (70, Stage.EFFECTIVE), (60, Stage.PRODUCING), (50, Stage.COMPLETED), (40, Stage.BUILDING), (30, Stage.LANDED),
    (20, Stage.COMMITTED), (10, Stage.RESERVE), (0, Stage.IDEA),
)

#: 五个环节: where each stage belongs; 服务 goes along all of them.
LINK_OF: dict[Stage, Link] = {
    Stage.IDEA: Link.PLANNING, Stage.RESERVE: Link.PLANNING, Stage.COMMITTED: Link.LANDING, Stage.LANDED: Link.LANDING,
    Stage.BUILDING: Link.CONSTRUCTION, Stage.COMPLETED: Link.BENEFIT, Stage.PRODUCING: Link.BENEFIT,
    Stage.EFFECTIVE: Link.BENEFIT,
}

#: Project status of OC4IDS (Open Contracting for Infrastructure Data Standard); a dropped project is `cancelled`.
OC4IDS_STATUS: dict[Stage, str] = {
    Stage.IDEA: "identification", Stage.RESERVE: "identification", Stage.COMMITTED: "preparation",
    Stage.LANDED: "preparation", Stage.BUILDING: "implementation", Stage.COMPLETED: "completion",
    Stage.PRODUCING: "maintenance", Stage.EFFECTIVE: "maintenance",
}

#: The gates that must stand before a gate; one that the project's category does not have is stepped over.
NEEDED_BEFORE: dict[Gate, tuple[Gate, ...]] = {
    Gate.G1: (), Gate.G1A: (Gate.G1,), Gate.G1B: (Gate.G1,), Gate.G1C: (Gate.G1,), Gate.G2: (Gate.G1,),
    Gate.G3: (Gate.G2,), Gate.G4C: (Gate.G3,), Gate.G4P: (Gate.G3,), Gate.G4: (Gate.G4P,), Gate.G4S: (Gate.G4,),
    Gate.G5: (Gate.G4,), Gate.G6: (Gate.G5,), Gate.G7: (Gate.G6,),
}

#: 成熟度 and the ceremony are told, but nothing waits for them.
OPTIONAL = frozenset({Gate.G1A, Gate.G1B, Gate.G1C, Gate.G4C})

K = EvidenceKind
Groups = tuple[tuple[EvidenceKind, ...], ...]

#: Evidence of each gate for government money: every group is needed, any one kind of a group will do.
GOVERNMENT_EVIDENCE: dict[Gate, Groups] = {
    Gate.G1: ((K.PLAN_BOOK,), (K.SITE_INTENTION,), (K.ESTIMATE,), (K.FUNDING_IDEA,)),
    Gate.G1A: ((K.PLAN_BOOK,),), Gate.G1B: ((K.SCHEDULE_BOOK,),), Gate.G1C: ((K.DRAWINGS,),),
    Gate.G2: ((K.FEASIBILITY,), (K.PROJECT_CODE,)),
    Gate.G3: ((K.SITE_OPINION,), (K.ALLOCATION, K.LAND_CONTRACT)),
    Gate.G4C: ((K.PHOTO, K.SITE_PHOTO),),
    Gate.G4P: ((K.PERMIT,),),
    Gate.G4: ((K.PERMIT,), (K.CONTRACT,), (K.COMMENCEMENT,), (K.SITE_PHOTO,), (K.VERIFIER_NAME,)),
    Gate.G4S: ((K.STATISTICS_SET,),),
    Gate.G5: ((K.ACCEPTANCE,), (K.SURVEY,)),
    Gate.G6: ((K.OPENING_RECORD,),),
    Gate.G7: ((K.SERVICE_VOLUME,),),
}

#: The same for enterprise money, where it differs; 社会资本合作 is proved like enterprise money.
ENTERPRISE_EVIDENCE: dict[Gate, Groups] = GOVERNMENT_EVIDENCE | {
    Gate.G1: ((K.INVESTOR,), (K.INTENTION_LETTER,), (K.LEAD_JUDGED,)),
    Gate.G2: ((K.FILING,), (K.AGREEMENT,)),
    Gate.G3: ((K.BUSINESS_LICENCE,), (K.LAND_CONTRACT,), (K.FIRST_FUNDS,)),
    Gate.G6: ((K.FIRST_OUTPUT,),),
    Gate.G7: ((K.COMMITMENT_MET,),),
}

#: Who claims: the unit's people, or the project office for them; 达效 is computed, so the office claims it.
CLAIMED_BY: dict[Gate, frozenset[Role]] = {
    gate: frozenset({Role.OFFICE}) if gate is Gate.G7 else frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE})
    for gate in Gate
}

#: What the event day of each gate means, said beside the field.
DAY_MEANS: dict[Gate, str] = {
    Gate.G1: "入库名单印发的日期", Gate.G1A: "达到方案书深度的日期", Gate.G1B: "达到计划书深度的日期",
    Gate.G1C: "达到施工图深度的日期", Gate.G2: "批复文号日期或正式协议签订日期，框架协议不算",
    Gate.G3: "协议生效、主体登记、取得用地或载体三者中最晚的一天", Gate.G4C: "仪式当天，不计入任何开工率",
    Gate.G4P: "许可证上的日期", Gate.G4: "永久性工程正式破土或打桩的日期；场地平整、围挡、拆除不算",
    Gate.G4S: "统计部门接收入库的日期", Gate.G5: "竣工验收备案或联合验收意见的日期",
    Gate.G6: "首次商业产出或启用的日期", Gate.G7: "连续 12 个月达到承诺的日期",
}

#: Which departments verify; the person needs the role 核验人员 over the area.
VERIFIED_BY: dict[Gate, str] = {
    Gate.G1: "发改", Gate.G1A: "发改", Gate.G1B: "发改", Gate.G1C: "发改", Gate.G2: "审批、投促",
    Gate.G3: "投促、自然资源",
    Gate.G4C: "发改", Gate.G4P: "审批、住建", Gate.G4: "发改、住建", Gate.G4S: "统计", Gate.G5: "住建",
    Gate.G6: "工信、主管部门", Gate.G7: "工信、税务",
}

WAITING = frozenset({PassageResult.PENDING})
VERIFIERS = frozenset({Role.VERIFIER})

#: 关口闭环: what becomes of a claim.
LOOP = Loop(
    name="gate", first=PassageResult.PENDING,
    ends=frozenset({PassageResult.ACCEPTED, PassageResult.RETURNED, PassageResult.REVOKED}),
    moves=(
        Move(PassageVerb.VERIFY, WAITING, PassageResult.ACCEPTED, VERIFIERS),
        Move(PassageVerb.RETURN, WAITING, PassageResult.RETURNED, VERIFIERS),
        Move(PassageVerb.WAIVE, WAITING, PassageResult.WAIVED, VERIFIERS),
        Move(PassageVerb.REVOKE, frozenset({PassageResult.ACCEPTED, PassageResult.WAIVED}), PassageResult.REVOKED,
             VERIFIERS | {Role.OFFICE}),
    ),
)

#: 入统 is for projects of at least this total, 万元 (投资统计制度).
STATISTICS_FROM = Decimal(500)
#: How far from the project's point a site photo may have been taken, metres: a parameter, no published figure.
PHOTO_WITHIN_M = 500
#: 达效 looks at a rolling twelve months of operation.
OPERATED_DAYS = 365


@dataclass(frozen=True)
class Shown:
    """One piece of evidence, as the rules see it."""

    kind: EvidenceKind
    issued_on: date | None = None
    taken_on: date | None = None
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class Standing:
    """A gate that stands: when its fact happened, and whether it is accepted or waived (else only claimed)."""

    event_on: date
    passed: bool


@dataclass(frozen=True)
class WayFacts:
    """What is known when a gate is asked for. Total in 万元; points are (longitude, latitude) in degrees.

    `event_on` is None when one only wants to know what is missing; checks of days are then left out.
    """

    gates: frozenset[Gate]
    funding: FundingType
    total: Decimal
    today: date
    standing: Mapping[Gate, Standing] = field(default_factory=dict)
    event_on: date | None = None
    evidence: tuple[Shown, ...] = ()
    site: tuple[float, float] | None = None
    exit: str = ""
    photo_within_m: int = PHOTO_WITHIN_M


def stage_of(rank: int | None) -> Stage:
    """The stage of a project whose furthest gate has this rank; no gate is 谋划."""
    return next(stage for lowest, stage in STAGE_FROM if (rank or 0) >= lowest)


def needed_before(gate: Gate, gates: Collection[Gate]) -> tuple[Gate, ...]:
    """The predecessors of a gate on the way of a category; for one the category lacks, that one's predecessors."""
    found: list[Gate] = []
    for before in NEEDED_BEFORE[gate]:
        found += [before] if before in gates else needed_before(before, gates)
    return tuple(dict.fromkeys(found))


def waiting_on(gate: Gate, gates: Collection[Gate]) -> frozenset[Gate]:
    """The gates that cannot stand without this one, directly or further on."""
    after = {g for g in gates if gate in needed_before(g, gates)}
    for later in tuple(after):
        after |= waiting_on(later, gates)
    return frozenset(after)


def evidence_of(gate: Gate, funding: FundingType) -> Groups:
    """The groups of evidence a gate needs; any one kind of a group will do."""
    table = GOVERNMENT_EVIDENCE if funding == FundingType.GOVERNMENT else ENTERPRISE_EVIDENCE
    return table[gate]


def kinds_missing(gate: Gate, facts: WayFacts) -> list[tuple[EvidenceKind, ...]]:
    """The groups of which nothing has been shown, here or at an earlier gate."""
    shown = {piece.kind for piece in facts.evidence}
    return [group for group in evidence_of(gate, facts.funding) if not shown & set(group)]


def missing_to_enter(gate: Gate, facts: WayFacts, *, verifying: bool = False) -> list[Said]:
    """还缺什么: every predecessor, piece of evidence and check between the project and the gate; [] is ready.

    A claim may run ahead of the verifiers: predecessors need to be claimed, and to be passed only when `verifying`.
    """
    said = blocked(gate, facts, verifying=verifying)
    return [*said, *evidence_missing(gate, facts)] if gate in facts.gates else said


def evidence_missing(gate: Gate, facts: WayFacts) -> list[Said]:
    """The evidence that is missing: the only part of 还缺什么 that may be owed for a while (容缺)."""
    said = [Said("缺材料：%(kind)s", {"kind": group[0].zh}) if len(group) == 1
            else Said("缺材料：%(kind)s（或%(other)s）", {"kind": group[0].zh, "other": group[1].zh})
            for group in kinds_missing(gate, facts)]
    shown = {piece.kind for piece in facts.evidence}
    if gate is Gate.G2 and K.FRAMEWORK in shown and K.AGREEMENT not in shown:
        said.append(Said("框架协议不算签约，须有正式协议"))
    return said


def blocked(gate: Gate, facts: WayFacts, *, verifying: bool = False) -> list[Said]:
    """What no waiver helps: the gate does not apply, the project has left the way, a predecessor or a day is wrong."""
    if gate not in facts.gates:
        return [Said("本类项目没有“%(gate)s”这一关口", {"gate": gate.zh})]
    said = [Said("项目当前已%(exit)s，须先恢复", {"exit": facts.exit})] if facts.exit else []
    said += [*predecessors_missing(gate, facts, verifying), *scope_faults(gate, facts)]
    if facts.event_on is not None:
        said += [*day_faults(gate, facts, facts.event_on), *photo_faults(gate, facts, facts.event_on)]
    return said


def predecessors_missing(gate: Gate, facts: WayFacts, verifying: bool) -> list[Said]:
    """The earlier gates that do not stand; when verifying, also those that are claimed but not yet verified."""
    said = []
    for before in needed_before(gate, facts.gates):
        standing = facts.standing.get(before)
        if standing is None:
            said.append(Said("前一关口“%(gate)s”尚未申报", {"gate": before.zh}))
        elif verifying and not standing.passed:
            said.append(Said("前一关口“%(gate)s”尚待核验", {"gate": before.zh}))
    return said


def scope_faults(gate: Gate, facts: WayFacts) -> list[Said]:
    """入统 is only for projects of at least 500 万元."""
    if gate is Gate.G4S and facts.total < STATISTICS_FROM:
        return [Said("总投资不足 %(limit)s 万元，不属于入统范围", {"limit": str(STATISTICS_FROM)})]
    return []


def day_faults(gate: Gate, facts: WayFacts, on: date) -> list[Said]:
    """The day lies in the future, on the wrong side of a neighbour's day, or is not the day that the gate means."""
    said = []
    if on > facts.today:
        said.append(Said("发生日期 %(day)s 在今天之后", {"day": str(on)}))
    for earlier in needed_before(gate, facts.gates):
        passed = facts.standing.get(earlier)
        if passed and on < passed.event_on:
            said.append(Said("发生日期早于“%(gate)s”的日期 %(day)s",
                             {"gate": earlier.zh, "day": str(passed.event_on)}))
    for later, standing in facts.standing.items():
        if gate in needed_before(later, facts.gates) and on > standing.event_on:
            said.append(Said("发生日期晚于“%(gate)s”的日期 %(day)s",
                             {"gate": later.zh, "day": str(standing.event_on)}))
    if gate is Gate.G3:
        said += landing_day_faults(facts, on)
    operating = facts.standing.get(Gate.G6)
    if gate is Gate.G7 and operating and on < operating.event_on + timedelta(days=OPERATED_DAYS):
        said.append(Said("达效看连续 12 个月，投产投用（%(day)s）未满 12 个月", {"day": str(operating.event_on)}))
    return said


def landing_day_faults(facts: WayFacts, on: date) -> list[Said]:
    """落地 is the latest of: agreement in force, legal entity, land or space right. Days not shown are not judged."""
    groups = [group for group in evidence_of(Gate.G3, facts.funding) if group[0] is not K.FIRST_FUNDS]
    days = [[p.issued_on for p in facts.evidence if p.kind in group and p.issued_on] for group in groups]
    known = [max(found) for found in days if found]
    agreed = facts.standing.get(Gate.G2)
    latest = max([*known, *([agreed.event_on] if agreed else [])], default=None)
    if latest is None or on == latest or (on > latest and len(known) < len(groups)):
        return []
    return [Said("落地日期应为协议生效、主体登记、取得用地或载体三者中最晚的一天：%(day)s", {"day": str(latest)})]


def photo_faults(gate: Gate, facts: WayFacts, on: date) -> list[Said]:
    """A site photo of 实质开工 tells when and where it was taken, not before the day of the fact, near the project."""
    photos = [p for p in facts.evidence if p.kind == K.SITE_PHOTO]
    if gate is not Gate.G4 or not photos or any(not photo_doubts(p, facts, on) for p in photos):
        return []
    return photo_doubts(photos[-1], facts, on)


def photo_doubts(photo: Shown, facts: WayFacts, on: date) -> list[Said]:
    """What is wrong with one site photo; its place is judged only when the project has a point."""
    if photo.taken_on is None or photo.point is None:
        return [Said("现场照片须带拍摄时间和地点")]
    said = []
    if photo.taken_on < on:
        said.append(Said("现场照片拍摄于 %(day)s，早于开工日期", {"day": str(photo.taken_on)}))
    if facts.site is not None:
        away = distance_m(photo.point, facts.site)
        if away > facts.photo_within_m:
            said.append(Said("现场照片距项目 %(away)s 米，超过 %(limit)s 米",
                             {"away": str(round(away)), "limit": str(facts.photo_within_m)}))
    return said


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres along the sphere between two points given as (longitude, latitude) in degrees."""
    (east, north), (east2, north2) = one, other
    half = sin(radians(north2 - north) / 2) ** 2
    half += cos(radians(north)) * cos(radians(north2)) * sin(radians(east2 - east) / 2) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(half))


def furthest(standing: Mapping[Gate, Standing], gates: Collection[Gate], *, verified: bool) -> int | None:
    """The rank of the furthest gate that stands with all its predecessors; `verified` counts passed ones only."""
    counted = {gate for gate, found in standing.items() if gate in gates and (found.passed or not verified)}

    def whole(gate: Gate) -> bool:
        return gate in counted and all(whole(before) for before in needed_before(gate, gates))

    return max((RANK[gate] for gate in counted if whole(gate)), default=None)


def verified_stage(standing: Mapping[Gate, Standing], gates: Collection[Gate]) -> Stage:
    """The stage by gates accepted or waived."""
    return stage_of(furthest(standing, gates, verified=True))


def claimed_stage(standing: Mapping[Gate, Standing], gates: Collection[Gate]) -> Stage:
    """The stage by gates claimed, verified or not; never behind `verified_stage`."""
    return stage_of(furthest(standing, gates, verified=False))


def way_of(gates: Iterable[Gate], total: Decimal) -> tuple[Gate, ...]:
    """The gates a project is to pass, in order: those of its category, without optional ones and those out of scope."""
    return tuple(gate for gate in sorted(gates, key=RANK.__getitem__)
                 if gate not in OPTIONAL and (gate is not Gate.G4S or total >= STATISTICS_FROM))


def next_gate(facts: WayFacts) -> Gate | None:
    """The first gate of the project's way that does not stand; None when all stand."""
    return next((gate for gate in way_of(facts.gates, facts.total) if gate not in facts.standing), None)


def open_gates(facts: WayFacts) -> tuple[Gate, ...]:
    """The gates that can be claimed now, in order: not standing, in scope, all predecessors at least claimed."""
    return tuple(gate for gate in sorted(facts.gates, key=RANK.__getitem__)
                 if gate not in facts.standing and not facts.exit
                 and not predecessors_missing(gate, facts, verifying=False) and not scope_faults(gate, facts))
