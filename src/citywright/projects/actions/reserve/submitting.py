"""Rounds in which units hand in projects, level by level: the district, then the city where the city asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotAccept, CannotReach, Fault, Refusal
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Role

from ...models import Project, Submission, SubmissionRound
from ...queries import reserve
from ...rules import reserve as rules
from ...words import SubmissionStep, SubmissionVerb


class CannotSubmit(Refusal):
    """The round is not open, the project cannot be handed in (again), or the level before has not decided."""


@transaction.atomic
def open_round(*, area: Area, name: str, opens_on: date, closes_on: date, by: Person, at: datetime,
               quota: int | None = None) -> SubmissionRound:
    """The area asks its units for projects from a day to a cut-off; `quota` is how many each is to hand in."""
    access.require(by, Role.OFFICE, Role.CITY, area=area)
    name = name.strip()
    if not name or len(name) > 80:
        raise CannotSubmit("批次名称须为1至80字")
    if closes_on < opens_on:
        raise CannotSubmit("截止日期不能早于开始日期")
    if quota is not None and not 0 < quota < 1000:
        raise CannotSubmit("每单位指标须在1至999之间")
    if SubmissionRound.objects.filter(area=area, name=name).exists():
        raise CannotSubmit("已有同名批次“%(name)s”", name=name)
    made = SubmissionRound.objects.create(area=area, name=name, opens_on=opens_on, closes_on=closes_on, quota=quota,
                                          made_by=by)
    journal.write(verb="round.opened", by=by, at=at, subject=made, area=area,
                  data={"name": name, "opens_on": opens_on, "closes_on": closes_on, "quota": quota})
    return made


@transaction.atomic
def submit(*, round: SubmissionRound, project: Project, by: Person, at: datetime) -> Submission:
    """提报: the project waits for the district; also again after it was returned. Refused after the cut-off."""
    access.require(by, Role.CLERK, Role.REVIEWER, unit=project.lead_unit_id, area=project.area)
    fault = rules.handing_in_fault(round.opens_on, round.closes_on, clock.day_of(at))
    if fault:
        raise CannotSubmit(fault.text, **fault.values)
    if not project.area.path.startswith(round.area.path):
        raise CannotSubmit("“%(name)s”不在这一批的区域内", name=project.name)
    Project.objects.select_for_update().get(pk=project.pk)
    if not reserve.in_pool(project):
        raise CannotSubmit("“%(name)s”不在谋划、储备阶段，不能提报", name=project.name)
    row = Submission.objects.filter(round=round, project=project).select_related("round__area").first()
    row = row or Submission(round=round, project=project, unit=project.lead_unit, step=SubmissionStep.UNIT)
    moved(row, SubmissionVerb.SUBMIT, by)
    row.submitted_by, row.submitted_at = by, at
    row.forwarded_by = row.forwarded_at = row.decided_by = row.decided_at = None
    row.save()
    return told(row, "submission.submitted", by, at)


@transaction.atomic
def withdraw(*, submission: Submission, by: Person, at: datetime) -> Submission:
    """撤回: the unit takes it back before the district has decided; it may be handed in again."""
    row = locked(submission)
    moved(row, SubmissionVerb.WITHDRAW, by)
    row.save(update_fields=["step"])
    return told(row, "submission.withdrawn", by, at)


@transaction.atomic
def forward(*, submission: Submission, by: Person, at: datetime) -> Submission:
    """报上级: the district hands it to the city; only where the city asked for it."""
    row = locked(submission)
    moved(row, SubmissionVerb.FORWARD, by)
    row.forwarded_by, row.forwarded_at = by, at
    row.save(update_fields=["step", "forwarded_by", "forwarded_at"])
    return told(row, "submission.forwarded", by, at)


@transaction.atomic
def accept(*, submission: Submission, by: Person, at: datetime) -> Submission:
    """入选: the level that asked takes it. It passes no gate: 入储备库 is claimed and verified as ever."""
    row = locked(submission)
    moved(row, SubmissionVerb.ACCEPT, by)
    row.decided_by, row.decided_at, row.reason = by, at, ""
    row.save(update_fields=["step", "decided_by", "decided_at", "reason"])
    return told(row, "submission.accepted", by, at)


@transaction.atomic
def send_back(*, submission: Submission, reason: str, by: Person, at: datetime) -> Submission:
    """退回: the unit reads why, and how often it came back is counted; refused without a reason."""
    if not reason.strip():
        raise CannotSubmit("退回须写明理由")
    row = locked(submission)
    moved(row, SubmissionVerb.RETURN, by)
    row.decided_by, row.decided_at, row.reason = by, at, reason.strip()[:300]
    row.returned_count += 1
    row.save(update_fields=["step", "decided_by", "decided_at", "reason", "returned_count"])
    return told(row, "submission.returned", by, at, reason=row.reason)


#: What can be done to a submission that stands.
ACTS = (SubmissionVerb.FORWARD, SubmissionVerb.ACCEPT, SubmissionVerb.WITHDRAW, SubmissionVerb.RETURN)


def decide(submission: Submission, verb: str, reason: str, by: Person, at: datetime) -> Submission:
    """The act of the verb on one of them."""
    if verb == SubmissionVerb.FORWARD:
        return forward(submission=submission, by=by, at=at)
    if verb == SubmissionVerb.ACCEPT:
        return accept(submission=submission, by=by, at=at)
    if verb == SubmissionVerb.RETURN:
        return send_back(submission=submission, reason=reason, by=by, at=at)
    return withdraw(submission=submission, by=by, at=at)


@transaction.atomic
def decide_all(*, submissions: Sequence[Submission], verb: str, by: Person, at: datetime,
               reason: str = "") -> list[Submission]:
    """The same is done to all of them, or to none: every one that cannot is named. Each has its own journal line."""
    done, faults = [], []
    for submission in submissions:
        try:
            with transaction.atomic():
                done.append(decide(submission, verb, reason, by, at))
        except CannotReach:
            raise
        except Refusal as refused:
            faults.append(Fault(refused.said, cell=submission.project.name))
    if faults:
        raise CannotAccept("有 %(count)s 个提报不能办理，一个也没有办理", faults, count=len(faults))
    return done


def locked(submission: Submission) -> Submission:
    """The row as it stands now, locked until the act ends."""
    return (Submission.objects.select_for_update(of=("self",))
            .select_related("round__area", "project__area", "unit").get(pk=submission.pk))


def moved(row: Submission, verb: SubmissionVerb, by: Person) -> None:
    """The row's step after the verb; refused by the loop, and to whoever has no part in it."""
    held = access.roles_over(by, unit=row.unit_id, area=row.project.area)
    if not held:
        raise CannotReach("没有这份提报，或您无权查看")
    row.step = rules.loop_of(row.round.area.path).move(step=SubmissionStep(row.step), verb=verb, roles=held)


def told(row: Submission, verb: str, by: Person, at: datetime, **more: Any) -> Submission:
    """The journal's line."""
    journal.write(verb=verb, by=by, at=at, subject=row.project, area=row.project.area, unit=row.unit,
                  data={"code": row.project.code, "round": row.round.name, "step": row.step,
                        "returned": row.returned_count} | more)
    return row
