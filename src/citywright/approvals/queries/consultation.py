"""What belongs before the chief representatives on Wednesday? Items over half their limit, disputes; and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from citywright.followup.actions.meetings import Candidate
from citywright.followup.models import Meeting
from citywright.followup.queries import meetings
from citywright.followup.words import AgendaSource, MeetingStep
from citywright.kernel.errors import Said
from citywright.kernel.models import Area, Organisation
from citywright.projects.models import Project

from ..models import Handling
from ..rules import window as rules
from ..words import ItemStatus
from . import desk
from .workweek import Workweek

#: A window that asks for supplements so often, or fellows that decide differently, are a dispute.
ASKED_AGAIN = 2


@dataclass(frozen=True)
class Matter:
    """One matter: of which project, why, the items behind it, whose it is first."""

    project: Project
    said: Said
    rows: tuple[Handling, ...]
    is_dispute: bool

    @property
    def unit(self) -> Organisation | None:
        """The department of the item that is furthest behind."""
        return self.rows[0].unit

    @property
    def subject(self) -> str:
        """Its name on agendas: a dispute is about an item, a delay about a project."""
        first = self.rows[0]
        return f"approvals.handling:{first.pk}" if self.is_dispute else f"approvals.dossier:{first.dossier_id}"


def matters(person: Any, area: Area, on: date) -> list[Matter]:
    """Every matter of the area by rule, disputes first, then projects by how many departments are behind."""
    rows = desk.within(desk.visible_to(person), area)
    return [*_disputes(rows), *_behind(rows, on)]


def _behind(rows: QuerySet[Handling], on: date) -> list[Matter]:
    """Projects of which several departments have used more than half of a limit."""
    works = Workweek()
    found: dict[Any, list[tuple[int, Handling]]] = {}
    for row in rows.filter(desk.running(), due_on__isnull=False, unit__isnull=False):
        remaining = desk.left(row, on, works)
        if remaining is not None and rules.over_half(row.limit - remaining, row.limit, ItemStatus(row.status)):
            found.setdefault(row.dossier_id, []).append((remaining, row))
    made = []
    for pairs in found.values():
        ordered = tuple(row for _, row in sorted(pairs, key=lambda pair: (pair[0], pair[1].code)))
        units = list(dict.fromkeys(row.unit.short_name for row in ordered if row.unit))
        if len(units) >= rules.SEVERAL:
            said = Said("%(count)s 个部门的 %(items)s 个事项用时过半：%(units)s",
                        {"count": len(units), "items": len(ordered), "units": units})
            made.append((-len(units), pairs[0][0], Matter(ordered[0].dossier.project, said, ordered, False)))
    return [matter for _, _, matter in sorted(made, key=lambda one: (one[0], one[1], one[2].project.code))]


def _disputes(rows: QuerySet[Handling]) -> list[Matter]:
    """Items that a window gave back again and again, and joint items on which departments decided differently."""
    asked = Count("events", filter=Q(events__status=ItemStatus.SUPPLEMENTING))
    again = rows.filter(status__in=rules.OPEN).annotate(n=asked).filter(n__gte=ASKED_AGAIN)
    found = [Matter(row.dossier.project, Said("“%(item)s”补正 %(count)s 次", {"item": row.name, "count": row.n}),
                    (row,), True) for row in again.order_by("dossier__project__code", "code")]
    refused = list(rows.filter(status=ItemStatus.NOT_PASSED).exclude(package="").order_by("code"))
    others = _fellows(rows, refused)
    for row in refused:
        if any(one.status in rules.OPEN | rules.PASSED for one in desk.fellows_of(row, others) if one.pk != row.pk):
            said = Said("联合办理意见不一致：%(unit)s对“%(item)s”不通过",
                        {"unit": row.unit.short_name if row.unit else "", "item": row.name})
            found.append(Matter(row.dossier.project, said, (row,), True))
    return found


def _fellows(rows: QuerySet[Handling], of: Iterable[Handling]) -> list[Handling]:
    """The other items of the same dossiers."""
    return list(rows.filter(dossier__in={row.dossier_id for row in of}).exclude(package=""))


def candidates(found: Iterable[Matter]) -> list[Candidate]:
    """The matters as an agenda takes them."""
    return [Candidate(AgendaSource.PROBLEM, one.subject, one.project.name, one.said, "approvals:handling",
                      str(one.rows[0].pk), one.unit) for one in found]


def open_meetings(person: Any, area: Area) -> list[Meeting]:
    """The meetings of the area whose agenda this person may still fill, the next first."""
    rows = meetings.visible_to(person).filter(area=area, step__in=(MeetingStep.CALLED, MeetingStep.HELD))
    return [row for row in rows.order_by("held_at")[:30] if meetings.may_run(person, row)]
