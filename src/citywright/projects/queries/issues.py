"""Issued lists: which there are, who stands on one, and how one batch differs from what was before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Q, QuerySet, When

from citywright.kernel import access
from citywright.kernel.errors import CannotReach, Said
from citywright.kernel.models import Area

from ..models import ListEntry, ListIssue, Project
from ..words import ListStatus
from . import ledger

#: The list whose name stands over the page when no other is asked for: 区重点项目.
KEY_LIST = "KEY-D"
#: What of a row is compared between two batches, with the word for it.
COMPARED = {"name": "项目名称", "lead_unit": "责任单位", "total_investment": "总投资", "invest_year": "年度计划投资",
            "owner_name": "建设单位"}


@dataclass(frozen=True)
class Change:
    """One project that differs: what changed as (field's word, before, now), and why it was added or removed."""

    project: Project
    on: date
    reason: str = ""
    fields: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True)
class Difference:
    """新增、调出、调整 of a batch against the one before it, or against its own issue when it is the first."""

    issue: ListIssue
    previous: ListIssue | None
    added: tuple[Change, ...]
    removed: tuple[Change, ...]
    changed: tuple[Change, ...]


def issues(area: Area, year: int) -> QuerySet[ListIssue]:
    """The lists issued for an area and a year; the latest batch of each comes first."""
    return (ListIssue.objects.filter(area=area, year=year).exclude(status=ListStatus.DRAFT).select_related("definition")
            .order_by("definition__code", "-batch"))


def open_issues(area: Area, year: int) -> QuerySet[ListIssue]:
    """The issued lists of the area and year that still take projects, the key list's latest batch first."""
    key_first = Case(When(definition__code=KEY_LIST, then=0), default=1)
    return (ListIssue.objects.filter(area=area, year=year, status=ListStatus.ISSUED).select_related("definition")
            .order_by(key_first, "definition__code", "-batch"))


def standing_on(issue: Any, projects: Sequence[Project]) -> dict[str, Said]:
    """Those of the projects that stand on the issue already, by code."""
    found = ListEntry.objects.filter(issue=issue, project__in=projects, removed_on__isnull=True)
    codes = found.values_list("project__code", flat=True) if issue else ()
    return {code: Said("已在这一批清单中") for code in codes}


def issue(person: Any, key: int) -> ListIssue:
    """The issued list of an area the person reaches; refused the same way whether hidden or absent."""
    seen = Q(pk__in=[])
    for m in access.memberships(person):
        seen |= Q(area__path__startswith=m.area.path)
    found = ListIssue.objects.filter(seen, pk=key).exclude(status=ListStatus.DRAFT).select_related("definition", "area")
    kept = found.first()
    if kept is None:
        raise CannotReach("没有这一批清单，或您无权查看")
    return kept


def difference(person: Any, made: ListIssue) -> Difference:
    """Three queries; only projects the person sees."""
    previous = (ListIssue.objects.filter(definition=made.definition, area=made.area, year=made.year,
                                         batch__lt=made.batch).order_by("-batch").first())
    now, before = _entries(person, made), _entries(person, previous) if previous else {}
    if previous is None:
        before = {key: entry for key, entry in now.items() if entry.added_on == made.issued_on}
    standing = {key: entry for key, entry in now.items() if entry.removed_on is None}
    stood = before if previous is None else {key: one for key, one in before.items() if one.removed_on is None}
    return Difference(
        made, previous,
        added=tuple(Change(one.project, one.added_on, one.reason) for key, one in standing.items() if key not in stood),
        removed=tuple(Change(one.project, now[key].removed_on or one.added_on if key in now else one.added_on,
                             (now.get(key) or one).reason) for key, one in stood.items() if key not in standing),
        changed=tuple(Change(one.project, one.added_on, fields=told) for key, one in standing.items()
                      if key in stood and (told := _changes(stood[key], one))))


def _entries(person: Any, made: ListIssue) -> dict[Any, ListEntry]:
    """The last entry of each visible project on a batch."""
    visible = ledger.visible_to(person).order_by()
    found = ListEntry.objects.filter(issue=made, project__in=visible).select_related("project__lead_unit")
    return {entry.project_id: entry for entry in found.order_by("added_on", "pk")}


def _changes(before: ListEntry, now: ListEntry) -> tuple[tuple[str, Any, Any], ...]:
    """What the issued rows say differently."""
    return tuple((word, before.snapshot.get(key), now.snapshot.get(key)) for key, word in COMPARED.items()
                 if before.snapshot.get(key) != now.snapshot.get(key))
