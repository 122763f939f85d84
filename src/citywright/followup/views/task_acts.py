"""What may this person do on the page of a task? A form for each act, and what is done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from citywright.kernel import attachments
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Attachment, Person
from citywright.ui.attempts import Act, Panel

from ..actions import proposals as proposal_actions
from ..actions import tasks as actions
from ..forms import tasks as forms
from ..models import Task
from ..queries import tasks
from ..rules import tasks as rules
from ..words import AnswerClass, LimitKind, LoopName, Satisfaction, TaskStep, TaskVerb

Told = dict[str, Any]


def _handed(task: Task, data: Told) -> Any:
    return actions.hand_over(task=task, limit_kind=LimitKind(task.limit_kind), **{**data, "limit": data["limit"] or 0})


def _reopened(task: Task, data: Told) -> Any:
    return actions.reopen(task=task, **{**data, "limit_kind": LimitKind(data["limit_kind"])})


def _answered(task: Task, data: Told) -> Any:
    proposal = tasks.proposal_of(task)
    given = {**data, "answer_class": AnswerClass(data["answer_class"])}
    again = task.step == TaskStep.CONFIRMED
    act = proposal_actions.answer_again if again else proposal_actions.answer
    if proposal is None:
        raise CannotReach("没有这个事项，或您无权查看")
    return act(proposal=proposal, **given)


def _rated(task: Task, data: Told) -> Any:
    proposal = tasks.proposal_of(task)
    if proposal is None:
        raise CannotReach("没有这个事项，或您无权查看")
    return proposal_actions.rate(proposal=proposal, **{**data, "satisfaction": Satisfaction(data["satisfaction"])})


#: The acts of the page in the order in which they stand.
ACTS: dict[str, Act] = {
    "sign": Act("签收", "签收", "已签收", django_forms.Form, lambda task, data: actions.sign(task=task, **data)),
    "opine": Act("会办意见", "提交会办意见", "会办意见已提交", forms.OpinionForm,
                 lambda task, data: actions.opine(task=task, **data), "由牵头单位汇总答复"),
    "reply": Act("报办结", "报办结", "已报办结，待交办方确认", forms.TextForm,
                 lambda task, data: actions.reply(task=task, **data), "由交办方确认后销号"),
    "answer": Act("答复", "提交答复", "答复已提交，待交办方确认", forms.AnswerForm, _answered, "会办意见收齐后答复"),
    "report": Act("报进展", "报进展", "进展已报", forms.TextForm, lambda task, data: actions.report(task=task, **data)),
    "confirm": Act("确认销号", "确认销号", "已销号", django_forms.Form,
                   lambda task, data: actions.confirm(task=task, **data), "由交办方确认，办理单位不能自己销号"),
    "refuse": Act("退回重办", "退回重办", "已退回重办", forms.ReasonForm,
                  lambda task, data: actions.refuse(task=task, **data)),
    "assign": Act("交办", "交办", "已交办", forms.HandOverForm, _handed, "另行指定承办单位"),
    "rate": Act("满意度", "记录评价", "评价已记录", forms.RateForm, _rated),
    "again": Act("二次答复", "提交二次答复", "答复已提交，待交办方确认", forms.AnswerForm, _answered,
                 "答复为 B 类的，解决后再次答复"),
    "object": Act("提出异议", "提出异议", "异议已提出，退回交办方", forms.ReasonForm,
                  lambda task, data: actions.object_to(task=task, **data),
                  "不属本单位职责的，3 个工作日内书面退回交办方，不得自行转办", folded=True),
    "ask": Act("申请延期", "申请延期", "延期申请已提交", forms.LongerForm,
               lambda task, data: actions.ask_extension(task=task, **data), "到期之前申请，由交办方决定", folded=True),
    "extend": Act("延期", "同意延期", "已延期", forms.LongerForm, lambda task, data: actions.extend(task=task, **data),
                  folded=True),
    "reopen": Act("重新启动", "重新启动", "已重新启动", forms.ReopenForm, _reopened, folded=True),
    "cancel": Act("撤销事项", "撤销事项", "已撤销", forms.ReasonForm,
                  lambda task, data: actions.cancel(task=task, **data), folded=True),
}

def forms_of(request: HttpRequest, found: Task, wish: Told) -> dict[str, django_forms.Form]:
    """The form of each act; the one that was posted is bound."""
    verb, made = request.POST.get("verb", ""), {}
    for name, act in ACTS.items():
        data, files = (request.POST, request.FILES) if name == verb else (None, None)
        more: dict[str, Any] = {}
        if act.form is forms.HandOverForm:
            lead = found.unit if found.step == TaskStep.DRAFTED else None
            more = {"units": tasks.units_for(found.area), "initial": {"lead": lead}}
        if name == "extend":
            more = {"initial": {"limit": wish.get("limit")}}
        made[name] = act.form(data, files, prefix=name, **more)
    if found.limit_kind:
        for name in ("ask", "extend"):
            made[name].fields["limit"].widget.attrs["unit"] = LimitKind(found.limit_kind).zh
    return made


def did(verb: str, found: Task, data: Told, by: Person, at: datetime) -> str:
    """The act is done, with its files, or nothing is; answers what is said."""
    act = ACTS[verb]
    with transaction.atomic():
        told = {**data, "by": by, "at": at}
        if "attached" in told:
            told["files"] = kept(told.pop("attached"), found, by, at)
        act.run(found, told)
    return _(act.said)


def kept(files: Sequence[Any], found: Task, by: Person, at: datetime) -> list[Attachment]:
    """The uploaded files, kept in the name of the doing unit."""
    return [attachments.keep(name=file.name, stream=file, by=by, organisation=found.unit, at=at) for file in files]


def panels(found: Task, made: dict[str, django_forms.Form], by: Person, at: datetime, wish: Told) -> list[Panel]:
    """The acts this person may do now; `wish` is the time the unit asked for."""
    open_to = allowed(found, by, at)
    names = [name for name in ACTS if name in open_to]
    return [Panel(name, ACTS[name], made[name], not number, wish.get("reason", "") if name == "extend" else "")
            for number, name in enumerate(names)]


def allowed(found: Task, by: Person, at: datetime) -> set[str]:
    """The names of the acts open to the person."""
    moves = tasks.acts(by, found)
    names = {verb.value for verb in moves}
    co = tasks.co_unit(by, found)
    if co is not None and not co.opinion and found.step in rules.OWED:
        names.add("opine")
    longer = found.extended_count < rules.EXTENSIONS[LoopName(found.loop)]
    if TaskVerb.OBJECT in moves and longer and found.due_at is not None and at <= found.due_at:
        names.add("ask")
    if not longer:
        names.discard("extend")
    if TaskVerb.OBJECT in moves and not tasks.may_still_object(found, at):
        names.discard("object")
    return _of_proposal(names, found, by) & set(ACTS)


def _of_proposal(names: set[str], found: Task, by: Person) -> set[str]:
    """The acts, for a proposal with those of its own."""
    proposal = tasks.proposal_of(found)
    if proposal is None:
        return names
    if "reply" in names:
        names = names - {"reply"} | {"answer"}
    if proposal.answer_class != AnswerClass.B:
        names = names - {"again"}
    answered = found.step in (TaskStep.REPLIED, TaskStep.CONFIRMED)
    if answered and not proposal.satisfaction and tasks.roles_on(by, found, rules.Side.RAISER):
        names = names | {"rate"}
    return names
