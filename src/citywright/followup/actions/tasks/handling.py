"""What can be done with tasks? What the doing unit does: sign, object, report, give an opinion, answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Attachment, Person

from ...models import Proposal, Reply, Task
from ...queries import tasks as asked
from ...rules import tasks as rules
from ...words import LoopName, ReplyKind, TaskStep, TaskVerb, UnitPart
from .raising import locked, moved, tell

WORDS = 20_000


class CannotObject(Refusal):
    """An objection needs its reason in writing, within three workdays of the assignment."""


class CannotAnswer(Refusal):
    """A report, an answer or an opinion needs its words, and files of one's own; an opinion is given once."""


@transaction.atomic
def sign(*, task: Task, by: Person, at: datetime) -> Task:
    """签收: the unit has the task; name and moment stand with it. Refused a second time."""
    task = _mine(task, by)
    task.step = moved(task, TaskVerb.SIGN, by)
    task.signed_by, task.signed_at = by, at
    task.save(update_fields=["step", "signed_by", "signed_at"])
    tell("task.signed", task, by, at)
    return task


@transaction.atomic
def object_to(*, task: Task, reason: str, by: Person, at: datetime) -> Task:
    """提出异议: it goes back to the raiser, who gives it to another; the unit never passes it on itself.

    Refused without a reason, and later than three workdays after the assignment.
    """
    task = _mine(task, by)
    reason = written(reason, CannotObject("异议须写明理由"))
    if not asked.may_still_object(task, at):
        last = asked.objection_until(task, at)
        raise CannotObject("交办 3 个工作日内可以提出异议，%(day)s已截止", day=last.isoformat())
    task.step = moved(task, TaskVerb.OBJECT, by)
    task.next_reply_on = None
    task.save(update_fields=["step", "next_reply_on"])
    tell("task.objected", task, by, at, reason=reason)
    return task


@transaction.atomic
def report(*, task: Task, text: str, by: Person, at: datetime, files: Sequence[Attachment] = ()) -> Reply:
    """报进展: the report stands, and the next one of the cycle is due one cycle later."""
    task = _mine(task, by)
    text = written(text, CannotAnswer("请写明进展"))
    task.step = moved(task, TaskVerb.REPORT, by)
    missed = task.next_reply_on is not None and task.next_reply_on < clock.day_of(at)
    if task.due_at is not None:
        task.next_reply_on = rules.next_reply(clock.day_of(at), task.cycle_days, clock.day_of(task.due_at))
    task.save(update_fields=["step", "next_reply_on"])
    made = _reply(task, ReplyKind.PROGRESS, text, files, by, at)
    tell("task.reported", task, by, at, text=text, files=len(files), missed=missed)
    return made


@transaction.atomic
def reply(*, task: Task, text: str, by: Person, at: datetime, files: Sequence[Attachment] = ()) -> Reply:
    """报办结: the answer waits for the raiser's side; whether it came late is decided and kept now.

    A problem needs a file; a proposal its class, its number, and the opinion of every co-operating unit.
    """
    task = _mine(task, by)
    text = written(text, CannotAnswer("请写明办理结果"))
    task.step = moved(task, TaskVerb.REPLY, by, _proofs(task, files))
    task.answered_by, task.answered_at, task.next_reply_on = by, at, None
    task.was_late = task.was_late or (task.due_at is not None and at > task.due_at)
    task.save(update_fields=["step", "answered_by", "answered_at", "next_reply_on", "was_late"])
    made = _reply(task, ReplyKind.DONE, text, files, by, at)
    tell("task.replied", task, by, at, text=text, files=len(files), late=task.was_late)
    return made


@transaction.atomic
def opine(*, task: Task, text: str, by: Person, at: datetime) -> Task:
    """会办意见: the opinion of a co-operating unit stands, once; the lead answers for all."""
    task = locked(task)
    row = asked.co_unit(by, task)
    if row is None:
        raise CannotReach("只有配合单位可以提交会办意见")
    text = written(text, CannotAnswer("请写明会办意见"))
    if row.opinion:
        raise CannotAnswer("%(unit)s已提交会办意见", unit=row.unit.short_name)
    if task.step not in rules.OWED:
        raise CannotAnswer("当前为“%(step)s”，不再收会办意见", step=TaskStep(task.step).zh)
    row.opinion, row.opinion_by, row.opinion_at = text, by, at
    row.save(update_fields=["opinion", "opinion_by", "opinion_at"])
    tell("task.opined", task, by, at, text=text, by_unit=row.unit.code)
    return task


@transaction.atomic
def ask_extension(*, task: Task, reason: str, limit: int, by: Person, at: datetime) -> Task:
    """申请延期: the wish stands in the trail; the raiser's side decides. Refused after the limit."""
    task = _mine(task, by)
    reason = written(reason, CannotAnswer("申请延期须写明理由"))
    if task.step not in rules.OWED or task.due_at is None or at > task.due_at:
        raise CannotAnswer("延期须在到期之前申请")
    if not 1 <= limit <= rules.LONGEST:
        raise CannotAnswer("时限为 1 至 %(most)s", most=rules.LONGEST)
    if task.extended_count >= rules.EXTENSIONS[LoopName(task.loop)]:
        raise CannotAnswer("最多延期 %(most)s 次", most=rules.EXTENSIONS[LoopName(task.loop)])
    tell("task.extension_asked", task, by, at, reason=reason, limit=limit, limit_kind=task.limit_kind)
    return task


def written(text: str, refusal: Refusal) -> str:
    """The words without white space around them; refuses none, too many, and what no database takes."""
    text = text.strip()
    if not text:
        raise refusal
    if len(text) > WORDS or "\0" in text:
        raise CannotAnswer("文字过长或有不能保存的字符，最多 %(most)s 个字", most=WORDS)
    return text


def _mine(task: Task, by: Person) -> Task:
    """The task, locked; refused to everybody but the doing unit."""
    task = locked(task)
    if not asked.roles_on(by, task, rules.Side.DOER) & rules.DOERS:
        raise CannotReach("限%(unit)s办理", unit=task.unit.short_name)
    return task


def _proofs(task: Task, files: Sequence[Attachment]) -> Sequence[Any]:
    missing = task.units.filter(part=UnitPart.CO, opinion="").count()
    answered = Proposal.objects.filter(task=task).exclude(answer_class="").exclude(answer_no="").exists()
    return rules.proofs(files=files, opinions_missing=missing, answered=answered)


def _reply(task: Task, kind: ReplyKind, text: str, files: Sequence[Attachment], by: Person, at: datetime) -> Reply:
    if any(file.uploaded_by_id != by.pk for file in files):
        raise CannotReach("只能附上自己上传的文件")
    made = Reply.objects.create(task=task, kind=kind, text=text, unit=task.unit, by=by, at=at)
    made.files.set(files)
    return made
