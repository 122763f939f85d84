"""What can be done to issued lists: issue one, enter projects, remove one. An entry keeps the row as it was issued."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from citywright.kernel import access, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Person
from citywright.kernel.money import rounded
from citywright.kernel.words import Role

from ..models import AnnualPlan, ListDefinition, ListEntry, ListIssue, Project
from ..words import ListStatus


class CannotList(Refusal):
    """The list is closed, the project stands on it already or does not, or the issue lacks its number."""


@transaction.atomic
def issue(*, definition: ListDefinition, area: Area, year: int, projects: Sequence[Project], by: Person, at: datetime,
          issued_on: date, doc_no: str = "", batch: int | None = None) -> ListIssue:
    """印发: the next batch of the year's list, with its projects as they stand now; refused with a package or twice."""
    access.require(by, Role.OFFICE, Role.CITY, area=area)
    last = ListIssue.objects.filter(definition=definition, area=area, year=year).aggregate(last=Max("batch"))["last"]
    if batch is not None and batch <= (last or 0):
        raise CannotList("%(year)s 年第 %(batch)s 批已印发", year=str(year), batch=batch)
    made = ListIssue.objects.create(definition=definition, area=area, year=year, batch=batch or (last or 0) + 1,
                                    doc_no=doc_no, issued_on=issued_on, status=ListStatus.ISSUED)
    entries = enter_all(made, projects, issued_on)
    journal.write(verb="list.issued", by=by, at=at, subject=made, area=area,
                  data={"list": definition.code, "year": year, "batch": made.batch, "doc_no": doc_no,
                        "projects": [entry.project.code for entry in entries]})
    return made


def enter_all(made: ListIssue, projects: Sequence[Project], on: date, reason: str = "") -> list[ListEntry]:
    """Every project stands on the list from that day, with its row; refuses what cannot be counted."""
    years = {plan.project_id: plan for plan in AnnualPlan.objects.filter(
        project__in=projects, year=made.year, in_force=True)}
    for project in projects:
        if not project.is_leaf or project.exit in ("dropped", "merged"):
            raise CannotList("“%(name)s”是打包项目或已退出，不能列入清单", name=project.name)
        if not project.area.path.startswith(made.area.path):
            raise CannotList("“%(name)s”不在清单所在区域内", name=project.name)
    return ListEntry.objects.bulk_create(
        ListEntry(issue=made, project=project, added_on=on, reason=reason,
                  snapshot=row_of(project, years.get(project.pk)))
        for project in projects)


def row_of(project: Project, plan: AnnualPlan | None) -> dict[str, Any]:
    """The project's row as the list shows it on the day it is entered; amounts in 万元 as text."""
    return {"code": project.code, "name": project.name, "lead_unit": project.lead_unit.short_name,
            "category": project.category.code, "total_investment": str(rounded(project.total_investment)),
            "invest_year": str(rounded(plan.invest_year)) if plan else None, "year_kind": plan.kind if plan else None,
            "owner_name": project.owner_name, "summary": project.summary}


@transaction.atomic
def enter(*, issue: ListIssue, project: Project, on: date, reason: str, by: Person, at: datetime) -> ListEntry:
    """增补: the project stands on an issued list from a day; refused when it stands there, or the list is closed."""
    access.require(by, Role.OFFICE, Role.CITY, area=issue.area)
    if issue.status == ListStatus.CLOSED:
        raise CannotList("这一批清单已结束")
    if ListEntry.objects.filter(issue=issue, project=project, removed_on__isnull=True).exists():
        raise CannotList("“%(name)s”已在这一批清单中", name=project.name)
    entry = enter_all(issue, [project], on, reason.strip())[0]
    journal.write(verb="list.entered", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "list": issue.definition.code, "year": issue.year, "batch": issue.batch,
                        "reason": reason.strip()})
    return entry


@transaction.atomic
def remove(*, entry: ListEntry, on: date, reason: str, by: Person, at: datetime) -> ListEntry:
    """移出: the project stands on the list no longer from that day, with the reason; the entry stays."""
    access.require(by, Role.OFFICE, Role.CITY, area=entry.issue.area)
    if entry.removed_on or not reason.strip() or on < entry.added_on:
        raise CannotList("已移出的不能再移出；移出须写明理由，日期不早于列入日期")
    entry.removed_on, entry.reason = on, reason.strip()
    entry.save(update_fields=["removed_on", "reason"])
    project = entry.project
    journal.write(verb="list.removed", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "list": entry.issue.definition.code, "year": entry.issue.year,
                        "reason": reason.strip()})
    return entry
