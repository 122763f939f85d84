"""What can be done with tasks? What the raiser's side does: refuse, confirm (销号), reopen, put off, cancel."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import JournalEntry, Person

from ...models import Reply, Task
from ...queries import tasks as asked
from ...rules import tasks as rules
from ...words import LimitKind, LoopName, ReplyKind, ReplyResult, TaskVerb
from .handling import written
from .raising import due, end_of, locked, moved, tell

REASON = 300


class CannotClose(Refusal):
    """The raiser's side decides, never who answered nor the doing unit; a decision against needs its reason."""


class CannotExtend(Refusal):
    """The limit is over, was put off as often as it may be, or would be put off too far."""


@transaction.atomic
def confirm(*, task: Task, by: Person, at: datetime) -> Task:
    """销号: the raiser's side found it done; the waiting answer is accepted and the task is closed."""
    task = _raised(task, by)
    task.step = moved(task, TaskVerb.CONFIRM, by)
    _judge(task, ReplyResult.ACCEPTED, "", by, at)
    task.closed_by, task.closed_at = by, at
    task.save(update_fields=["step", "closed_by", "closed_at"])
    tell("task.confirmed", task, by, at, late=task.was_late)
    return task


@transaction.atomic
def refuse(*, task: Task, reason: str, by: Person, at: datetime) -> Task:
    """退回重办: the answer is not enough, for a reason; the limit stays as it was and the refusal is counted."""
    task = _raised(task, by)
    reason = _reason(reason)
    task.step = moved(task, TaskVerb.REFUSE, by)
    _judge(task, ReplyResult.REFUSED, reason, by, at)
    task.answered_by, task.answered_at, task.refused_count = None, None, task.refused_count + 1
    if task.due_at is not None:
        task.next_reply_on = rules.next_reply(clock.day_of(at), task.cycle_days, clock.day_of(task.due_at))
    task.save(update_fields=["step", "answered_by", "answered_at", "refused_count", "next_reply_on"])
    tell("task.refused", task, by, at, reason=reason)
    return task


@transaction.atomic
def reopen(*, task: Task, reason: str, limit_kind: LimitKind, limit: int, by: Person, at: datetime) -> Task:
    """重新启动: a closed task lies with its unit again, for a reason and with a new limit; that is counted."""
    task = _raised(task, by)
    reason = _reason(reason)
    if not 1 <= limit <= rules.LONGEST:
        raise CannotClose("时限为 1 至 %(most)s", most=rules.LONGEST)
    task.step = moved(task, TaskVerb.REOPEN, by)
    task.closed_by = task.closed_at = task.answered_by = task.answered_at = None
    task.limit_kind, task.limit, task.due_at = limit_kind, limit, due(at, limit_kind, limit)
    task.next_reply_on = rules.next_reply(clock.day_of(at), task.cycle_days, clock.day_of(task.due_at))
    task.reopened_count += 1
    task.save()
    tell("task.reopened", task, by, at, reason=reason, due_at=task.due_at)
    return task


@transaction.atomic
def extend(*, task: Task, limit: int, reason: str, by: Person, at: datetime) -> Task:
    """延期: the limit lies so much later on the same clock, for a reason; counted, and refused once too often.

    Refused after the limit unless the unit asked before it; a proposal never gets beyond six months.
    """
    task = _raised(task, by)
    reason, loop = _reason(reason), LoopName(task.loop)
    if task.extended_count >= rules.EXTENSIONS[loop]:
        raise CannotExtend("最多延期 %(most)s 次", most=rules.EXTENSIONS[loop])
    if not 1 <= limit <= rules.LONGEST:
        raise CannotExtend("时限为 1 至 %(most)s", most=rules.LONGEST)
    task.step = moved(task, TaskVerb.EXTEND, by)
    before = task.due_at or at
    if at > before and not _asked_in_time(task, before):
        raise CannotExtend("延期须在到期之前申请")
    task.due_at = due(before, LimitKind(task.limit_kind), limit)
    if loop is LoopName.PROPOSAL and task.assigned_at is not None:
        latest = rules.months_later(clock.day_of(task.assigned_at), rules.PROPOSAL_MONTHS_MOST)
        if task.due_at > end_of(latest):
            raise CannotExtend("建议提案自交办起最长 6 个月，不能晚于%(day)s", day=latest.isoformat())
    task.extended_count += 1
    task.save(update_fields=["step", "due_at", "extended_count"])
    tell("task.extended", task, by, at, reason=reason, before=before, due_at=task.due_at)
    return task


@transaction.atomic
def cancel(*, task: Task, reason: str, by: Person, at: datetime) -> Task:
    """撤销: the task is no longer followed, for a reason; it keeps its number and its trail."""
    task = _raised(task, by)
    reason = _reason(reason)
    task.step = moved(task, TaskVerb.CANCEL, by)
    task.next_reply_on = None
    _judge(task, ReplyResult.REFUSED, reason, by, at)
    task.save(update_fields=["step", "next_reply_on"])
    tell("task.cancelled", task, by, at, reason=reason)
    return task


def _raised(task: Task, by: Person) -> Task:
    """The task, locked; refused to who answered, to the doing unit, and to whoever does not see it."""
    task = locked(task)
    if by.pk == task.answered_by_id or task.unit_id in asked.own_units(by):
        raise CannotClose("由交办方确认，办理单位不能自己销号、退回或延期")
    if not asked.roles_on(by, task, rules.Side.RAISER):
        raise CannotReach("限%(unit)s办理", unit=task.raised_unit.short_name)
    return task


def _judge(task: Task, result: ReplyResult, reason: str, by: Person, at: datetime) -> None:
    """The waiting answer is accepted or refused."""
    Reply.objects.filter(task=task, kind=ReplyKind.DONE, result=ReplyResult.PENDING).update(
        result=result, reason=reason, judged_by=by, judged_at=at)


def _reason(reason: str) -> str:
    """A reason in words, at most as long as is kept."""
    reason = written(reason, CannotClose("请写明理由"))
    if len(reason) > REASON:
        raise CannotClose("理由最多 %(most)s 个字", most=REASON)
    return reason


def _asked_in_time(task: Task, before: datetime) -> bool:
    """Whether the unit asked for more time before the limit, after the last time it was put off."""
    lines = JournalEntry.objects.filter(subject=f"followup.task:{task.pk}", at__lte=before,
                                        verb="task.extension_asked")
    last = JournalEntry.objects.filter(subject=f"followup.task:{task.pk}", verb="task.extended").order_by("-number")
    done = last.values_list("number", flat=True).first()
    return lines.filter(number__gt=done or 0).exists()
