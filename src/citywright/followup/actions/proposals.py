"""What can be done with proposals? Register and give them, answer them with a class, answer again, rate the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Area, Attachment, Organisation, Person

from ..models import Proposal, Reply, Task
from ..queries import proposals as queries
from ..queries import tasks as asked
from ..rules import tasks as rules
from ..rules.proposals import REDO_DAYS
from ..words import (
    AnswerClass,
    LimitKind,
    LoopName,
    ProposalKind,
    ReplyKind,
    Satisfaction,
    TaskStep,
    TaskVerb,
)
from . import tasks
from .tasks.handling import written
from .tasks.raising import locked, moved, tell

LENGTHS = {"session": 60, "proposal_no": 30, "proposers": 200, "answer_no": 80}


class CannotRegister(Refusal):
    """The proposal lacks its session, number or proposers, or stands already."""


class CannotRate(Refusal):
    """Only an answered proposal is rated, by the raiser's side, and once for each answer."""


@transaction.atomic
def register(*, kind: ProposalKind, session: str, proposal_no: str, proposers: str, title: str, content: str,
             area: Area, units: Sequence[Organisation], by: Person, at: datetime, limit: int = 0,
             **about: Any) -> Proposal:
    """登记交办: the proposal lies with its units; it is to be answered within three months unless said otherwise."""
    words = {"session": session.strip(), "proposal_no": proposal_no.strip(), "proposers": proposers.strip()}
    for name, text in words.items():
        _check(name, text, CannotRegister("请写明届次、编号和提出人，且不要过长"))
    if Proposal.objects.filter(kind=kind, session=words["session"], proposal_no=words["proposal_no"]).exists():
        raise CannotRegister("%(session)s第%(number)s号已经登记", session=words["session"],
                             number=words["proposal_no"])
    task = tasks.assign(loop=LoopName.PROPOSAL, title=title, content=content, area=area, units=units,
                        limit_kind=LimitKind.NATURAL_DAY, limit=limit, by=by, at=at, **about)
    made = Proposal.objects.create(task=task, kind=kind, **words)
    tell("proposal.registered", task, by, at, kind=kind, **words)
    return made


@transaction.atomic
def answer(*, proposal: Proposal, text: str, answer_class: AnswerClass, answer_no: str, by: Person, at: datetime,
           met_on: date | None = None, is_adopted: bool = False, files: Sequence[Attachment] = ()) -> Reply:
    """答复: class, number and text stand, and the answer waits for the raiser's side; its class is kept in the trail.

    Refused while a co-operating unit owes its opinion.
    """
    held = _filled(proposal, answer_class, answer_no, met_on, is_adopted, at)
    made = tasks.reply(task=held.task, text=text, files=files, by=by, at=at)
    tell("proposal.answered", held.task, by, at, answer_class=answer_class, answer_no=held.answer_no, met_on=met_on)
    return made


@transaction.atomic
def answer_again(*, proposal: Proposal, text: str, answer_class: AnswerClass, answer_no: str, by: Person,
                 at: datetime, met_on: date | None = None, is_adopted: bool = False,
                 files: Sequence[Attachment] = ()) -> Reply:
    """二次答复: what was answered with B is answered anew when it is solved; it waits for the raiser's side again."""
    task = locked(proposal.task)
    before = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if before.answer_class != AnswerClass.B:
        raise tasks.CannotAnswer("只有答复为 B 类的须二次答复")
    text = written(text, tasks.CannotAnswer("请写明办理结果"))
    if any(file.uploaded_by_id != by.pk for file in files):
        raise CannotReach("只能附上自己上传的文件")
    held = _filled(proposal, answer_class, answer_no, met_on, is_adopted, at)
    task.step = moved(task, TaskVerb.AGAIN, by)
    task.closed_by, task.closed_at, task.answered_by, task.answered_at = None, None, by, at
    task.save(update_fields=["step", "closed_by", "closed_at", "answered_by", "answered_at"])
    made = Reply.objects.create(task=task, kind=ReplyKind.DONE, text=text, unit=task.unit, by=by, at=at)
    made.files.set(files)
    tell("proposal.answered_again", task, by, at, text=text, answer_class=answer_class, answer_no=held.answer_no)
    return made


@transaction.atomic
def rate(*, proposal: Proposal, satisfaction: Satisfaction, by: Person, at: datetime, reason: str = "",
         limit: int = REDO_DAYS) -> Proposal:
    """满意度: what the proposer says of the answer stands; 不满意 has it done again, and that is counted."""
    task = locked(proposal.task)
    held = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if not asked.roles_on(by, task, rules.Side.RAISER):
        raise CannotReach("限%(unit)s办理", unit=task.raised_unit.short_name)
    if task.step not in (TaskStep.REPLIED, TaskStep.CONFIRMED):
        raise CannotRate("答复之后才能评价")
    if held.satisfaction:
        raise CannotRate("这次答复已经评价")
    held.satisfaction = satisfaction
    redo = satisfaction == Satisfaction.UNSATISFIED
    held.redone_count += redo
    held.save(update_fields=["satisfaction", "redone_count"])
    tell("proposal.rated", task, by, at, satisfaction=satisfaction)
    if redo:
        _redo(task, reason.strip() or "代表委员不满意，重新办理", limit, by, at)
    return held


@transaction.atomic
def export_answer(*, proposal: Proposal, by: Person, at: datetime) -> bytes:
    """The answer is handed out as a Word paper; the journal keeps who took it. Refused before there is an answer."""
    if not proposal.answer_class or not proposal.answer_no:
        raise tasks.CannotAnswer("还没有答复，不能生成答复件")
    content = queries.paper(proposal, by=by, at=at)
    tell("proposal.exported", proposal.task, by, at, sha256=hashlib.sha256(content).hexdigest())
    return content


def _redo(task: Task, reason: str, limit: int, by: Person, at: datetime) -> None:
    """It lies with its unit again: an answer that waits is refused, a closed task reopened."""
    if task.step == TaskStep.REPLIED:
        tasks.refuse(task=task, reason=reason, by=by, at=at)
    else:
        tasks.reopen(task=task, reason=reason, limit_kind=LimitKind.NATURAL_DAY, limit=limit, by=by, at=at)


def _filled(proposal: Proposal, answer_class: AnswerClass, answer_no: str, met_on: date | None, is_adopted: bool,
            at: datetime) -> Proposal:
    """The proposal with what its new answer says; the rating of the one before is over."""
    held = Proposal.objects.select_for_update(of=("self",)).select_related("task").get(pk=proposal.pk)
    _check("answer_no", answer_no.strip(), tasks.CannotAnswer("请写明答复文号，且不要过长"))
    if met_on is not None and met_on > clock.day_of(at):
        raise tasks.CannotAnswer("面商日期不能晚于今天")
    held.answer_class, held.answer_no = answer_class, answer_no.strip()
    held.met_on, held.is_adopted, held.satisfaction = met_on or held.met_on, is_adopted, ""
    held.save()
    return held


def _check(name: str, text: str, refusal: Refusal) -> None:
    if not text or len(text) > LENGTHS[name] or "\0" in text:
        raise refusal
