"""The sample's followed tasks and proposals, in every state; what meetings decided stands in `meetings`."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from citywright.followup.actions import notices, proposals, tasks
from citywright.followup.models import Proposal, Task
from citywright.followup.words import AnswerClass, LimitKind, LoopName, ProposalKind, Satisfaction
from citywright.kernel import attachments
from citywright.kernel.clock import CITY
from citywright.kernel.models import Organisation, Person

from .diary import Diary

SUPERVISION, PROBLEM = LoopName.SUPERVISION, LoopName.PROBLEM
WORK, CALENDAR, HOURS = LimitKind.WORKDAY, LimitKind.NATURAL_DAY, LimitKind.WORK_HOUR
#: Loop, title, lead and co-operating units, day given, limit, its kind, reply cycle, what became of it in a word each.
TASKS: tuple[tuple[LoopName, str, tuple[str, ...], date, int, LimitKind, int | None, str], ...] = (
    (SUPERVISION, "重点项目一季度集中开工现场保障（示例）", ("990101-ZJJ", "990101-JTJ"), date(2024, 2, 21), 30, WORK,
     None, "sign report report"),
    (SUPERVISION, "雨污管网错接点排查整治（示例）", ("990101-SWJ", "990101-ZJJ"), date(2024, 2, 19), 15, WORK, 7,
     "sign report"),
    (SUPERVISION, "开发区标准厂房闲置面积盘活方案（示例）", ("990101-KFQ",), date(2024, 3, 4), 30, CALENDAR, None,
     "sign reply"),
    (SUPERVISION, "领导批示：学校周边道路安全隐患（示例）", ("990101-JTJ", "990101-JYJ"), date(2024, 3, 25), 5,
     CALENDAR, None, ""),
    (SUPERVISION, "在建项目扬尘管控专项检查情况报告（示例）", ("990101-ZJJ",), date(2024, 2, 26), 10, WORK, None,
     "sign reply confirm"),
    (SUPERVISION, "省重点项目要素保障问题汇总上报（示例）", ("990101-GXJ",), date(2024, 3, 11), 10, WORK, None,
     "sign reply refuse"),
    (SUPERVISION, "停车场建设用地协调（示例）", ("990101-JTJ",), date(2024, 3, 20), 15, WORK, None, "object"),
    (SUPERVISION, "农贸市场改造资金缺口测算（示例）", ("990101-SWU",), date(2024, 1, 22), 20, CALENDAR, None,
     "sign cancel"),
    (SUPERVISION, "水库除险加固工程汛前完工承诺（示例）", ("990101-SWJ",), date(2024, 3, 1), 20, WORK, None,
     "sign report ask extend"),
    (PROBLEM, "巡查发现：工地围挡破损未修复（示例）", ("990101-ZJJ",), date(2024, 3, 18), 12, HOURS, None,
     "sign file confirm"),
    (PROBLEM, "巡查发现：渣土车辆未密闭运输（示例）", ("990101-JTJ",), date(2024, 3, 14), 3, WORK, None,
     "sign file confirm reopen"),
    (PROBLEM, "现场办公提出：临时便道积水（示例）", ("990101-KFQ",), date(2024, 3, 22), 10, WORK, 7, "sign"),
)
SESSION = "示例区一届三次会议"
#: Kind, number, proposer, subject, lead and co-operating units, class, what became of it.
PROPOSALS: tuple[tuple[ProposalKind, str, str, str, tuple[str, ...], AnswerClass, str], ...] = (
    (ProposalKind.NPC_SUGGESTION, "012", "示例代表甲", "关于完善开发区公交接驳的建议（示例）",
     ("990101-JTJ", "990101-KFQ"), AnswerClass.A, "opine answer confirm satisfied"),
    (ProposalKind.CPPCC_PROPOSAL, "031", "示例委员乙", "关于加快老旧小区雨污分流改造的提案（示例）", ("990101-SWJ",),
     AnswerClass.B, "answer confirm mostly"),
    (ProposalKind.CPPCC_PROPOSAL, "047", "示例委员丙等3人", "关于建设青少年活动场地的提案（示例）", ("990101-JYJ",),
     AnswerClass.C, "answer confirm unsatisfied"),
    (ProposalKind.NPC_SUGGESTION, "058", "示例代表丁", "关于增设产业园人才公寓的建议（示例）",
     ("990101-KFQ", "990101-ZJJ"), AnswerClass.A, ""),
)
ANSWERED = ("经会同有关单位研究办理，情况如下（示例）。\n"
            "一是完成现场踏勘，明确工作方案；二是落实资金和责任人；三是按周调度，确保按期见效。")


@dataclass
class Story:
    """One task as it goes on: who does it, who raised it."""

    diary: Diary
    units: list[Organisation]
    raiser: Person
    task: Task | None = None
    proposal: Proposal | None = None

    @property
    def doer(self) -> Person:
        return self.diary.ground.clerks[self.units[0].code]


def note_tasks(diary: Diary) -> None:
    """Every task is given and goes on two days apart; then the proposals, and the last day's notices."""
    for number, (loop, title, codes, day, limit, kind, cycle, fates) in enumerate(TASKS):
        story = Story(diary, [diary.ground.units[code] for code in codes],
                      diary.ground.people["leader"] if number % 3 == 2 else diary.ground.office)
        start = datetime.combine(day, time(9, number), CITY)
        diary.note(start, giving(story, loop=loop, title=title, limit=limit, limit_kind=kind, cycle_days=cycle,
                                 content="请按要求办理，一事一报（示例）。"))
        note_fates(story, start, fates, 2)
    for number, (sort, code, proposers, title, codes, letter, fates) in enumerate(PROPOSALS):
        story = Story(diary, [diary.ground.units[one] for one in codes], diary.ground.office)
        start = datetime.combine(date(2024, 1, 24), time(10, number), CITY)
        diary.note(start, registering(story, sort, code, proposers, title))
        diary.note(start + timedelta(days=1), acting(story, "sign"))
        note_fates(story, start + timedelta(days=6), fates, 9, letter)
    diary.note(datetime.combine(date(2024, 3, 27), time(9, 1), CITY), lambda at: notices.write_day(
        area=diary.ground.district, on=date(2024, 3, 27), by=None, at=at))


def note_fates(story: Story, start: datetime, fates: str, days: int, letter: AnswerClass = AnswerClass.A) -> None:
    """What becomes of it, one act after the other."""
    for step, fate in enumerate(fates.split(), 1):
        story.diary.note(start + timedelta(days=days * step if fate != "sign" else 1), acting(story, fate, letter))


def giving(story: Story, **given: Any) -> Any:
    """The office's leader gives the task."""
    def act(at: datetime) -> None:
        story.task = tasks.assign(area=story.diary.ground.district, units=story.units, by=story.raiser, at=at, **given)
    return act


def registering(story: Story, kind: ProposalKind, number: str, proposers: str, title: str) -> Any:
    """The proposal is registered and given."""
    def act(at: datetime) -> None:
        story.proposal = proposals.register(
            kind=kind, session=SESSION, proposal_no=number, proposers=proposers, title=title, units=story.units,
            content="建议内容摘要（示例）。", area=story.diary.ground.district, by=story.raiser, at=at)
        story.task = story.proposal.task
    return act


def acting(story: Story, fate: str, letter: AnswerClass = AnswerClass.A) -> Any:
    """One act of the story."""
    def act(at: datetime) -> None:
        if story.task is not None:
            (of_proposal if fate in OF_PROPOSAL else of_task)(story, story.task, fate, letter, at)
    return act


OF_PROPOSAL = ("opine", "answer", *(word.value for word in Satisfaction))


def of_proposal(story: Story, task: Task, fate: str, letter: AnswerClass, at: datetime) -> None:
    """An act of a proposal."""
    if story.proposal is None:
        return
    if fate == "opine":
        other = story.diary.ground.clerks[story.units[1].code]
        tasks.opine(task=task, text="同意，请牵头单位统筹（示例）。", by=other, at=at)
    elif fate == "answer":
        proposals.answer(proposal=story.proposal, text=ANSWERED, answer_class=letter, by=story.doer, at=at,
                         is_adopted=letter is AnswerClass.A, answer_no=f"示复〔2024〕{task.number}号",
                         met_on=date(2024, 2, 1) if letter is not AnswerClass.C else None)
    else:
        proposals.rate(proposal=story.proposal, satisfaction=Satisfaction(fate), by=story.raiser, at=at)


def of_task(story: Story, task: Task, fate: str, letter: AnswerClass, at: datetime) -> None:
    """An act of a task, with its words."""
    told: dict[str, dict[str, Any]] = {
        "report": {"text": "已完成摸底，正在逐项落实（示例）"}, "reply": {"text": "已按要求办结，报请确认（示例）"},
        "refuse": {"reason": "未附分项清单，请补充后再报"}, "cancel": {"reason": "并入另一事项一并办理"},
        "object": {"reason": "用地协调不属本单位职责，建议由规划部门牵头"},
        "ask": {"reason": "汛前水位偏高，需错峰施工", "limit": 10},
        "extend": {"reason": "情况属实，同意延期", "limit": 10},
        "reopen": {"reason": "复查又有反弹", "limit": 5, "limit_kind": WORK},
        "file": {"text": "已整改到位，附现场记录（示例）"},
    }
    does = {"sign": tasks.sign, "report": tasks.report, "reply": tasks.reply, "file": tasks.reply,
            "refuse": tasks.refuse, "cancel": tasks.cancel, "object": tasks.object_to, "ask": tasks.ask_extension,
            "extend": tasks.extend, "reopen": tasks.reopen, "confirm": tasks.confirm}
    raised = fate in ("refuse", "cancel", "extend", "reopen", "confirm")
    more: dict[str, Any] = dict(told.get(fate, {}))
    if fate == "file":
        stream = io.BytesIO("示例：整改前后现场记录".encode())
        more["files"] = [attachments.keep(name="现场记录（示例）.txt", stream=stream, by=story.doer, at=at,
                                          organisation=story.units[0])]
    does[fate](task=task, by=story.raiser if raised else story.doer, at=at, **more)  # type: ignore[operator]
