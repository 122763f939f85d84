"""Who stands on a batch: entries are written once and never edited; they end with a day and a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ...models import AnnualPlan, ListEntry, ListIssue, Project
from ...queries.list_rows import Taken, project_row
from ...words import Exit, ListStatus


class CannotList(Refusal):
    """The list is closed or issued already, the project stands there or does not, or number, day or reason lacks."""


def locked(issue: ListIssue) -> ListIssue:
    """The batch as it stands now, with its row locked."""
    return (ListIssue.objects.select_for_update(of=("self",)).select_related("definition", "area").get(pk=issue.pk))


def stand(made: ListIssue, some: Sequence[Taken], on: date, reason: str = "") -> list[ListEntry]:
    """These rows stand on the batch from that day; a draft keeps no row yet, an issued batch keeps it as it is now."""
    drafted = made.status == ListStatus.DRAFT
    return ListEntry.objects.bulk_create(
        ListEntry(issue=made, project=one.project, item=one.item, added_on=on, reason=reason,
                  snapshot={} if drafted else one.told)
        for one in some)


def enter_all(made: ListIssue, projects: Sequence[Project], on: date, reason: str = "") -> list[ListEntry]:
    """Every project stands on the list from that day, with its row; refuses what cannot be counted."""
    countable(made, projects)
    return stand(made, taken_of(made.year, projects), on, reason)


def countable(made: ListIssue, projects: Sequence[Project]) -> None:
    """Refuses a package, a project that has left, and one outside the list's area, by name."""
    for project in projects:
        if not project.is_leaf or project.exit in (Exit.DROPPED, Exit.MERGED):
            raise CannotList("“%(name)s”是打包项目或已退出，不能列入清单", name=project.name)
        if not project.area.path.startswith(made.area.path):
            raise CannotList("“%(name)s”不在清单所在区域内", name=project.name)


def taken_of(year: int, projects: Sequence[Project]) -> list[Taken]:
    """The rows of these projects with the plan in force of a year."""
    plans = {plan.project_id: plan for plan in AnnualPlan.objects.filter(
        project__in=projects, year=year, in_force=True)}
    none = (None, None)
    return [Taken(project, None, project_row(
        project, *((plans[project.pk].invest_year, plans[project.pk].kind) if project.pk in plans else none)))
        for project in projects]


@transaction.atomic
def enter(*, issue: ListIssue, project: Project, on: date, reason: str, by: Person, at: datetime) -> ListEntry:
    """列入: the project stands on a draft or an issued list from a day; refused when it does, or the list is closed."""
    issue = locked(issue)
    access.require(by, Role.OFFICE, Role.CITY, area=issue.area)
    if issue.status == ListStatus.CLOSED:
        raise CannotList("这一批清单已结束")
    if ListEntry.objects.filter(issue=issue, project=project, item=None, removed_on__isnull=True).exists():
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
    if locked(entry.issue).status == ListStatus.CLOSED:
        raise CannotList("这一批清单已结束")
    entry.refresh_from_db(fields=["removed_on"])
    if entry.removed_on or not reason.strip() or on < entry.added_on:
        raise CannotList("已移出的不能再移出；移出须写明理由，日期不早于列入日期")
    entry.removed_on, entry.reason = on, reason.strip()
    entry.save(update_fields=["removed_on", "reason"])
    project = entry.project
    journal.write(verb="list.removed", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "list": entry.issue.definition.code, "year": entry.issue.year,
                        "reason": reason.strip()})
    return entry


@transaction.atomic
def strike(*, issue: ListIssue, entries: Sequence[ListEntry], by: Person, at: datetime) -> int:
    """从草稿中移出: these rows stand on the draft no longer; refused once the batch is issued."""
    issue = locked(issue)
    access.require(by, Role.OFFICE, Role.CITY, area=issue.area)
    if issue.status != ListStatus.DRAFT:
        raise CannotList("这一批清单已印发，要移出请提出退库")
    keys = [entry.pk for entry in entries]
    struck = ListEntry.objects.filter(issue=issue, pk__in=keys, removed_on__isnull=True)
    codes = list(struck.values_list("project__code", flat=True))
    if not codes:
        raise CannotList("没有选中草稿里的行")
    struck.update(removed_on=clock.day_of(at))
    journal.write(verb="list.struck", by=by, at=at, subject=issue, area=issue.area,
                  data={"list": issue.definition.code, "year": issue.year, "batch": issue.batch, "projects": codes})
    return len(codes)
