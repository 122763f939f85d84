"""集中开工: what a batch comes to, and which of its projects really started. Everything is computed from the batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from ..models import GatePassage, ListEntry, ListIssue
from ..rules import lists as rules
from ..rules import rates
from ..words import Gate, PassageResult
from . import ledger
from .list_rows import Tally, tally_of


@dataclass(frozen=True)
class Started:
    """Of one project: the day of the ceremony, of the verified start, whether a claim waits, days since the event."""

    held_on: date | None
    started_on: date | None
    is_claimed: bool
    is_late: bool


@dataclass(frozen=True)
class Ceremony:
    """个数、其中产业项目、总投资、年度计划投资 of the frozen rows; how many starts are verified, claimed, overdue."""

    tally: Tally
    industrial: int
    industrial_total: Decimal
    started: int
    claimed: int
    late: int
    event_on: date | None
    rows: Mapping[Any, Started]


def ceremony(person: Any, issue: ListIssue, today: date) -> Ceremony:
    """The batch as it stands; three queries, only the projects the person sees."""
    entries = list(ListEntry.objects.filter(issue=issue, removed_on__isnull=True,
                                            project__in=ledger.visible_to(person).order_by())
                   .select_related("project__category__parent", "project__parent"))
    held = _gates([entry.project_id for entry in entries], today)
    rows = {entry.project_id: _started(held.get(entry.project_id, {}), issue.event_on, today) for entry in entries}
    told = [entry.snapshot for entry in entries]
    industrial = [entry.snapshot for entry in entries if _is_industrial(entry)]
    return Ceremony(
        tally_of(told, {e.project.code: e.project.parent_id for e in entries if e.project.parent_id}),
        len(industrial), sum((Decimal(row.get("total_investment") or 0) for row in industrial), Decimal(0)),
        sum(row.started_on is not None for row in rows.values()), sum(row.is_claimed for row in rows.values()),
        sum(row.is_late for row in rows.values()), issue.event_on, rows)


def _is_industrial(entry: ListEntry) -> bool:
    category = entry.project.category
    return rules.INDUSTRIAL in (category.code, category.parent.code if category.parent else "")


def _gates(projects: list[Any], today: date) -> dict[Any, dict[str, Any]]:
    """Of each project the days of its ceremony and start up to today, and whether a start is claimed only."""
    found: dict[Any, dict[str, Any]] = {}
    passages = GatePassage.objects.filter(Q(result__in=ledger.PASSED) | Q(result=PassageResult.PENDING), in_force=True,
                                          project__in=projects, gate__in=[Gate.G4C, Gate.G4], event_on__lte=today)
    for project, gate, result, on in passages.values_list("project", "gate", "result", "event_on"):
        name = "claimed" if gate == Gate.G4 and result == PassageResult.PENDING else gate
        found.setdefault(project, {})[name] = on
    return found


def _started(days: Mapping[str, Any], event_on: date | None, today: date) -> Started:
    started = days.get(Gate.G4)
    limit = event_on + timedelta(days=rates.CEREMONY_DAYS) if event_on else None
    is_late = started is None and limit is not None and limit <= today
    return Started(days.get(Gate.G4C), started, "claimed" in days, is_late)
