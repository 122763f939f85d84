"""What can be asked about the way of a project? Its gates, what is missing, who is waited for, what is owed, its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from citywright.kernel import clock

from ..models import Evidence, GatePassage, Project
from ..rules import gates as rules
from ..words import EvidenceKind, Exit, FundingType, Gate, PassageResult

PASSED = (PassageResult.ACCEPTED, PassageResult.WAIVED)


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
             evidence: Sequence[rules.Shown] = (), leaving: Gate | None = None) -> rules.WayFacts:
    """What `rules.gates.missing_to_enter` asks for: passages and evidence in force, and what is handed in now.

    `leaving` names a gate whose own passage is left out, as when it is being corrected.
    """
    passages = list(GatePassage.objects.filter(project=project, in_force=True).exclude(gate=leaving or ""))
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
