"""What can be done beside the way: leave it (退库), wait (暂停), come back (恢复), step back (回退): X1-X4."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ..models import GatePassage, ListEntry, Milestone, Project, ProjectRelation, Suspension
from ..queries import way
from ..rules import gates as rules
from ..words import Exit, Gate, MilestoneStatus, PassageResult, RelationKind, SideExit


class CannotLeave(Refusal):
    """The exit does not fit where the project stands, or lacks its reason or day."""


def entered(project: Project, by: Person, reason: str, on: date, at: datetime) -> Project:
    """The project with its row locked; refused to all but the area's office, without a reason, on a day to come."""
    project = Project.objects.select_for_update(of=("self",)).select_related("area", "lead_unit", "category").get(
        pk=project.pk)
    access.require(by, Role.OFFICE, area=project.area)
    if not reason.strip():
        raise CannotLeave("须写明理由")
    if on > clock.day_of(at):
        raise CannotLeave("决定日期 %(day)s 在今天之后", day=str(on))
    return project


def stand(project: Project, exit_: Exit | None, on: date | None, reason: str, by: Person, at: datetime) -> None:
    """The project has left so, or is back."""
    project.exit, project.exit_on, project.exit_reason = exit_ or "", on, reason
    project.changed_at, project.changed_by = at, by
    project.save(update_fields=["exit", "exit_on", "exit_reason", "changed_at", "changed_by"])


def tell(verb: SideExit, project: Project, on: date, reason: str, by: Person, at: datetime, **data: object) -> None:
    """One line in the journal: which exit, on which day, why."""
    journal.write(verb=f"project.{TOLD[verb]}", by=by, at=at, subject=project, area=project.area,
                  unit=project.lead_unit, data={"code": project.code, "exit": verb, "on": on, "reason": reason} | data)


TOLD = {SideExit.DROP: "dropped", SideExit.SUSPEND: "suspended", SideExit.RESUME: "resumed",
        SideExit.STEP_BACK: "stepped_back"}


@transaction.atomic
def drop(*, project: Project, reason: str, on: date, by: Person, at: datetime) -> Project:
    """退库: the project counts no more and stands on no list from that day; its history stays."""
    project = entered(project, by, reason, on, at)
    if project.exit not in ("", Exit.SUSPENDED):
        raise CannotLeave("项目已%(exit)s", exit=Exit(project.exit).zh)
    Suspension.objects.filter(project=project, to_on__isnull=True).update(to_on=on)
    left = list(ListEntry.objects.filter(project=project, removed_on__isnull=True)
                .values_list("issue__definition__code", flat=True))
    ListEntry.objects.filter(project=project, removed_on__isnull=True).update(removed_on=on, reason=reason.strip())
    stand(project, Exit.DROPPED, on, reason.strip(), by, at)
    tell(SideExit.DROP, project, on, reason.strip(), by, at, lists=left)
    return project


@transaction.atomic
def suspend(*, project: Project, reason: str, on: date, by: Person, at: datetime) -> Project:
    """暂停: the project waits, still counted; no gate is claimed meanwhile."""
    project = entered(project, by, reason, on, at)
    if project.exit:
        raise CannotLeave("项目已%(exit)s", exit=Exit(project.exit).zh)
    Suspension.objects.create(project=project, from_on=on, cause=reason.strip(), approved_by=by)
    stand(project, Exit.SUSPENDED, on, reason.strip(), by, at)
    tell(SideExit.SUSPEND, project, on, reason.strip(), by, at)
    return project


@transaction.atomic
def resume(*, project: Project, reason: str, on: date, by: Person, at: datetime) -> Project:
    """恢复: a suspended or dropped project is on its way again, where it stood."""
    project = entered(project, by, reason, on, at)
    if project.exit not in (Exit.SUSPENDED, Exit.DROPPED):
        raise CannotLeave("项目没有暂停或退库，无需恢复")
    if project.exit_on and on < project.exit_on:
        raise CannotLeave("恢复日期早于%(exit)s日期 %(day)s", exit=Exit(project.exit).zh, day=str(project.exit_on))
    Suspension.objects.filter(project=project, to_on__isnull=True).update(to_on=on)
    stand(project, None, None, "", by, at)
    tell(SideExit.RESUME, project, on, reason.strip(), by, at)
    return project


@transaction.atomic
def merge(*, project: Project, into: Project, reason: str, on: date, by: Person, at: datetime) -> Project:
    """并入: another project replaces this one, which counts no more; refused into itself or one that has left."""
    project = entered(project, by, reason, on, at)
    if project.exit not in ("", Exit.SUSPENDED):
        raise CannotLeave("项目已%(exit)s", exit=Exit(project.exit).zh)
    if into.pk == project.pk or into.exit:
        raise CannotLeave("不能并入自己，也不能并入已退出的项目")
    access.require(by, Role.OFFICE, area=into.area)
    Suspension.objects.filter(project=project, to_on__isnull=True).update(to_on=on)
    ListEntry.objects.filter(project=project, removed_on__isnull=True).update(removed_on=on, reason=reason.strip())
    ProjectRelation.objects.get_or_create(kind=RelationKind.REPLACES, source=into, target=project)
    stand(project, Exit.MERGED, on, reason.strip(), by, at)
    journal.write(verb="project.merged", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "into": into.code, "on": on, "reason": reason.strip()})
    return project


@transaction.atomic
def step_back(*, project: Project, to: Gate | None, reason: str, on: date, by: Person, at: datetime) -> Project:
    """回退: every gate after `to` is revoked, claims that wait are refused first; None goes back to 谋划."""
    project = entered(project, by, reason, on, at)
    after = list(GatePassage.objects.filter(project=project, in_force=True, rank__gt=rules.RANK[to] if to else 0))
    if not after:
        raise CannotLeave("项目没有可以回退的关口")
    if any(passage.result not in way.PASSED for passage in after):
        raise CannotLeave("还有待核验的申报，请先核验或退回")
    gone = [passage.gate for passage in after]
    GatePassage.objects.filter(pk__in=[passage.pk for passage in after]).update(
        result=PassageResult.REVOKED, in_force=False, reason=reason.strip())
    Milestone.objects.filter(project=project, gate__in=gone).update(actual_on=None, status=MilestoneStatus.SCHEDULED)
    tell(SideExit.STEP_BACK, project, on, reason.strip(), by, at, to=to, gates=gone)
    return project
