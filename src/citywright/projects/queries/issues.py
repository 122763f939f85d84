"""Issued lists: which there are, who stands on one, and how one batch differs from what was before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When

from citywright.kernel import access
from citywright.kernel.errors import CannotReach, Said
from citywright.kernel.models import Area
from citywright.kernel.words import THREE_ADMINISTRATORS, Role

from ..models import ListChange, ListEntry, ListIssue, Project
from ..rules.lists import ADDING, DECIDERS, SCREENERS
from ..words import ChangeStep, ListStatus, RowKind
from . import ledger
from .list_rows import Taken

#: The list whose name stands over the page when no other is asked for: 区重点项目.
KEY_LIST = "KEY-D"
#: What of a row is compared between two batches, with the word for it.
COMPARED = {"name": "项目名称", "lead_unit": "责任单位", "total_investment": "总投资", "invest_year": "年度计划投资",
            "owner_name": "建设单位"}
#: Why a row of the last batch is not among today's.
GONE = "不再符合口径"
#: Who sees drafts: those who prepare lists.
PREPARING = frozenset({Role.OFFICE, Role.CITY})
LARGEST_KEY = 2**62


@dataclass(frozen=True)
class Change:
    """One project that differs: what changed as (field's word, before, now), and why it was added or removed."""

    project: Project
    on: date
    reason: str = ""
    thing: str = ""
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
    """The drafts and issued lists of the area and year that take projects, the key list's latest batch first."""
    key_first = Case(When(definition__code=KEY_LIST, then=0), default=1)
    return (ListIssue.objects.filter(area=area, year=year, status__in=[ListStatus.DRAFT, ListStatus.ISSUED],
                                     definition__rows=RowKind.PROJECT).select_related("definition")
            .order_by(key_first, "definition__code", "-batch"))


def standing_on(issue: Any, projects: Sequence[Project]) -> dict[str, Said]:
    """Those of the projects that stand on the issue already, by code."""
    found = ListEntry.objects.filter(issue=issue, project__in=projects, item=None, removed_on__isnull=True)
    codes = found.values_list("project__code", flat=True) if issue else ()
    return {code: Said("已在这一批清单中") for code in codes}


def reached(person: Any) -> QuerySet[ListIssue]:
    """The batches of the areas that the person reaches; drafts only where the person prepares lists."""
    seen = Q(pk__in=[])
    for m in access.memberships(person):
        if m.role in THREE_ADMINISTRATORS:
            continue
        whole = Q(area__path__startswith=m.area.path)
        seen |= whole if m.role in PREPARING else whole & ~Q(status=ListStatus.DRAFT)
    return ListIssue.objects.filter(seen).select_related("definition__unit", "area")


def issue(person: Any, key: int) -> ListIssue:
    """The batch of an area the person reaches; refused the same way whether hidden or absent."""
    kept = reached(person).filter(pk=key).first() if key <= LARGEST_KEY else None
    if kept is None:
        raise CannotReach("没有这一批清单，或您无权查看")
    return kept


def history(person: Any, definition: Any, area: Area) -> list[ListIssue]:
    """The batches of a list of the area that the person may see, the latest first, with the number of their rows."""
    counted = Count("entries", filter=Q(entries__removed_on__isnull=True))
    return list(reached(person).filter(definition=definition, area=area).annotate(standing=counted)
                .order_by("-year", "-batch"))


def rows_of(person: Any, made: ListIssue) -> QuerySet[ListEntry]:
    """The rows that stand on a batch, or on a draft, of projects the person sees."""
    visible = ledger.visible_to(person).order_by()
    return (ListEntry.objects.filter(issue=made, removed_on__isnull=True, project__in=visible)
            .select_related("project__lead_unit"))


def packages(entries: QuerySet[ListEntry]) -> dict[str, str]:
    """The package of each project on these rows that is part of one, by the project's code."""
    found = entries.order_by().filter(project__parent__isnull=False)
    return {code: str(parent) for code, parent in found.values_list("project__code", "project__parent")}


# --- differences ----------------------------------------------------------------------------------------------------

Key = tuple[Any, str | None]


def difference(person: Any, made: ListIssue) -> Difference:
    """A batch against the one before it, or against its own issue when it is the first or batches add up."""
    previous = None if made.definition.code in ADDING else (
        ListIssue.objects.filter(definition=made.definition, area=made.area, year=made.year, batch__lt=made.batch)
        .exclude(status=ListStatus.DRAFT).order_by("-batch").first())
    now, before = _entries(person, made), _entries(person, previous) if previous else {}
    if previous is None:
        before = {key: entry for key, entry in now.items() if _issued_with(made, entry)}
    standing = {key: entry for key, entry in now.items() if entry.removed_on is None}
    stood = before if previous is None else {key: one for key, one in before.items() if one.removed_on is None}
    return Difference(
        made, previous,
        added=tuple(Change(one.project, one.added_on, one.reason, thing=_thing(one.snapshot))
                    for key, one in standing.items() if key not in stood),
        removed=tuple(Change(one.project, now[key].removed_on or one.added_on if key in now else one.added_on,
                             (now.get(key) or one).reason, thing=_thing(one.snapshot))
                      for key, one in stood.items() if key not in standing),
        changed=tuple(Change(one.project, one.added_on, fields=told, thing=_thing(one.snapshot))
                      for key, one in standing.items()
                      if key in stood and (told := _changes(stood[key].snapshot, one.snapshot))))


def drift(person: Any, made: ListIssue, rows: Sequence[Taken], on: date) -> Difference:
    """What the rows of today would add to the last batch, take from it and say differently."""
    stood = {key: one for key, one in _entries(person, made).items() if one.removed_on is None}
    now = {(one.project.pk, one.item): one for one in rows}
    return Difference(
        made, None,
        added=tuple(Change(one.project, on, thing=_thing(one.told)) for key, one in now.items() if key not in stood),
        removed=tuple(Change(one.project, on, GONE, thing=_thing(one.snapshot))
                      for key, one in stood.items() if key not in now),
        changed=tuple(Change(one.project, on, fields=told, thing=_thing(one.told)) for key, one in now.items()
                      if key in stood and (told := _changes(stood[key].snapshot, one.told))))


def _issued_with(made: ListIssue, entry: ListEntry) -> bool:
    """Whether the entry came with the batch itself: on its day, and not for a reason of its own."""
    return entry.added_on == made.issued_on and not (entry.removed_on is None and entry.reason)


def _thing(row: Mapping[str, Any]) -> str:
    return row.get("thing") or ""


def _entries(person: Any, made: ListIssue) -> dict[Key, ListEntry]:
    """The last entry of each visible row on a batch; what was only drafted is none."""
    visible = ledger.visible_to(person).order_by()
    found = ListEntry.objects.filter(issue=made, project__in=visible).select_related("project__lead_unit")
    return {(entry.project_id, entry.item): entry for entry in found.order_by("added_on", "pk") if entry.snapshot}


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    """What the issued rows say differently."""
    return tuple((word, before.get(key), now.get(key)) for key, word in COMPARED.items()
                 if before.get(key) != now.get(key))


# --- changes --------------------------------------------------------------------------------------------------------

OPEN = (ChangeStep.PROPOSED, ChangeStep.SCREENED)


def changes(person: Any, area: Area) -> QuerySet[ListChange]:
    """The changes of visible projects of the area, those that wait first, the oldest of them at the top."""
    decided = Case(When(step__in=OPEN, then=0), default=1)
    return (ListChange.objects.filter(project__in=ledger.within(ledger.visible_to(person), area).order_by())
            .select_related("issue__definition", "issue__area", "project__lead_unit", "project__area", "proposed_by",
                            "screened_by", "decided_by").order_by(decided, "proposed_at", "pk"))


def change(person: Any, key: int) -> ListChange:
    """The change of a visible project; refused the same way whether it is hidden or does not exist."""
    seen = ListChange.objects.filter(project__in=ledger.visible_to(person).order_by(), pk=min(key, LARGEST_KEY))
    found = seen.select_related("issue__definition", "issue__area", "project__lead_unit", "project__area",
                                "proposed_by", "screened_by", "decided_by", "entry").first()
    if found is None:
        raise CannotReach("没有这一变动，或您无权查看")
    return found


def changes_for(person: Any, area: Area) -> QuerySet[ListChange]:
    """The changes that wait for this person: for 初审 or 终审, asked for and screened by others."""
    held = access.roles(person)
    steps = [step for step, roles in ((ChangeStep.PROPOSED, SCREENERS), (ChangeStep.SCREENED, DECIDERS))
             if held & roles]
    return changes(person, area).filter(step__in=steps).exclude(proposed_by=person).exclude(screened_by=person)
