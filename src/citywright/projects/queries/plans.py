"""What can be asked about a project's yearly plans, its funds and its nodes? All of it for one project already seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from citywright.kernel import access
from citywright.kernel.errors import Said
from citywright.kernel.money import ZERO

from ..models import AnnualPlan, FundFact, FundSource, Milestone, Project
from ..rules import milestones as rules
from ..words import Exit
from .places import EDITORS

#: Projects that left the way are changed no more.
LEFT = frozenset({Exit.DROPPED, Exit.MERGED})


def may_edit(person: Any, project: Project) -> bool:
    """Whether the person plans for the project: its unit's clerk or reviewer, or the office; not once it has left."""
    held = access.roles_over(person, unit=project.lead_unit_id, area=project.area)
    return bool(held & EDITORS) and project.exit not in LEFT


def versions(project: Project, year: int) -> list[AnnualPlan]:
    """Every version of the year's plan, the latest first, with its months: two queries."""
    return list(AnnualPlan.objects.filter(project=project, year=year).select_related("frozen_by")
                .prefetch_related("months").order_by("-version"))


def years_planned(project: Project) -> list[int]:
    """The years that have a plan."""
    return sorted(set(AnnualPlan.objects.filter(project=project).order_by().values_list("year", flat=True)))


@dataclass
class Fund:
    """One source with what arrived of it."""

    source: FundSource
    facts: list[FundFact] = field(default_factory=list)

    @property
    def arrived(self) -> Decimal:
        return sum((fact.arrived for fact in self.facts), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((fact.paid for fact in self.facts), ZERO)

    @property
    def rate(self) -> Decimal | None:
        """Arrived of agreed; None when nothing was agreed."""
        return self.arrived / self.source.agreed if self.source.agreed else None

    def late(self, today: date) -> bool:
        """Whether its day is over and money is still missing."""
        return bool(self.source.due_on and self.source.due_on < today and self.arrived < self.source.agreed)


@dataclass(frozen=True)
class Funds:
    """All sources of a project and their sums."""

    rows: list[Fund]

    @property
    def agreed(self) -> Decimal:
        return sum((one.source.agreed for one in self.rows), ZERO)

    @property
    def arrived(self) -> Decimal:
        return sum((one.arrived for one in self.rows), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((one.paid for one in self.rows), ZERO)

    @property
    def rate(self) -> Decimal | None:
        return self.arrived / self.agreed if self.agreed else None


def funds(project: Project) -> Funds:
    """The sources in the order they were agreed, each with its arrivals: two queries."""
    sources = FundSource.objects.filter(project=project).prefetch_related("facts").order_by("pk")
    return Funds([Fund(source, list(source.facts.all())) for source in sources])


def nodes(project: Project) -> list[Milestone]:
    """The nodes in their order."""
    return list(Milestone.objects.filter(project=project).order_by("position"))


def doubts(found: list[Milestone]) -> dict[int, Said]:
    """By node: what happened before something it waits for; told, not refused, for it is what happened."""
    plain = [rules.NodeDays(one.position, one.name, tuple(before["node"] for before in one.predecessors),
                            {"actual_on": one.actual_on}) for one in found]
    by_position = rules.order_faults(plain, "actual_on")
    return {one.pk: by_position[one.position] for one in found if one.position in by_position}
