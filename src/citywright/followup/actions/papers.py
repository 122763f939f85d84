"""What can be taken out as Word? The minutes of a meeting and a letter, in the form of GB/T 9704; each is journaled."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from citywright.kernel import clock, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Organisation, Person
from citywright.kernel.papers import Paper, long_day

from ..models import Decision, Letter, Meeting, Task
from ..queries import letters, meetings
from ..rules import letters as rules
from ..words import MeetingKind, MeetingStep, RungColour, TaskStep, UnitPart

#: The hour at which limits counted in days end.
END_OF_DAY = 23


class CannotPrint(Refusal):
    """There are no minutes before they were issued."""


def mark_of(by: Person, at: datetime) -> str:
    """Who took the file out, and when: printed small on every page."""
    return f"{by} {at.astimezone(clock.CITY):%Y-%m-%d %H:%M} 导出"


def moment(at: datetime) -> str:
    """2024年3月2日 9:30."""
    local = at.astimezone(clock.CITY)
    return f"{long_day(local.date())} {local.hour}:{local.minute:02d}"


def until(at: datetime) -> str:
    """The day of a limit; with the time of day where the limit runs by work hours."""
    local = at.astimezone(clock.CITY)
    return long_day(local.date()) if local.hour == END_OF_DAY else moment(at)


# --- minutes

@transaction.atomic
def minutes(*, meeting: Meeting, by: Person, at: datetime) -> bytes:
    """The minutes as Word, once they are issued; the journal keeps who took them, with the hash of the file."""
    found = meetings.meeting(by, meeting.pk)
    if found.step != MeetingStep.MINUTED:
        raise CannotPrint("纪要尚未印发，不能导出")
    content = _minutes(found, by, at)
    journal.write(verb="meeting.minutes_exported", by=by, at=at, subject=found, area=found.area, unit=found.office,
                  data={"number": meetings.minutes_number(found), "sha256": hashlib.sha256(content).hexdigest()})
    return content


def _minutes(meeting: Meeting, by: Person, at: datetime) -> bytes:
    paper = Paper(title=meetings.minutes_title(meeting), author=str(by), at=at, mark=mark_of(by, at))
    day = clock.day_of(meeting.minuted_at or at)
    paper.red_head(f"{meeting.area.name}{MeetingKind(meeting.kind).zh}纪要", meetings.minutes_number(meeting), day)
    paper.title(meetings.minutes_title(meeting))
    paper.body(_opening(meeting))
    if meeting.summary:
        for part in meeting.summary.splitlines():
            if part.strip():
                paper.body(part.strip())
    paper.heading(1, "会议议题")
    matters = [f"{number}. {item.title}{f'（{item.unit.short_name}）' if item.unit else ''}"
               for number, item in enumerate(meetings.agenda(meeting), 1)]
    paper.body(f"{'；'.join(matters)}。" if matters else "（无）")
    decided = list(meetings.decisions(meeting))
    paper.heading(1, "议定事项")
    for decision in decided:
        paper.heading(2, decision.text)
        for task in decision.tasks.all():
            paper.body(task_words(task))
    if not decided:
        paper.body("本次会议未形成议定事项。")
    paper.body("以上事项由牵头单位按期办理并反馈，经召集单位确认后销号。" if decided else "会议情况已通报与会单位。")
    rows = [row for decision in decided for row in _task_rows(decision)]
    if rows:
        paper.attachment_names(["议定事项分工表"])
    paper.signature(meeting.office.name, day)
    if rows:
        paper.attachment("附件", "议定事项分工表")
        paper.table(head=("序号", "事项", "牵头单位", "配合单位", "时限"), widths=(16, 62, 26, 30, 40),
                    rows=[(str(n), *row) for n, row in enumerate(rows, 1)], left=(1, 2, 3, 4), grid=True,
                    caption="议定事项分工表")
    paper.colophon(_copies(meeting, decided), meeting.office.name, day)
    return paper.content()


def _opening(meeting: Meeting) -> str:
    """When, where, who presided, who was there, in one sentence."""
    place = f"在{meeting.place}" if meeting.place else ""
    chair = f"，{meeting.chair}主持" if meeting.chair else ""
    people = f"。参加人员：{meeting.attendees}" if meeting.attendees else ""
    return f"{moment(meeting.held_at)}，{place}召开{meeting.title}{chair}{people}。纪要如下。"


def task_words(task: Task) -> str:
    """Lead, co-operating units and day of a task, in one sentence."""
    helpers = [row.unit.short_name for row in task.units.all() if row.part == UnitPart.CO]
    also = f"，{'、'.join(helpers)}配合" if helpers else ""
    due = f"，{long_day(clock.day_of(task.due_at))}前办结" if task.due_at else ""
    cycle = f"，每{task.cycle_days}天反馈一次进展" if task.cycle_days else ""
    return f"由{task.unit.short_name}牵头{also}{due}{cycle}。"


def _task_rows(decision: Decision) -> list[tuple[str, str, str, str]]:
    return [(task.title, task.unit.short_name,
             "、".join(row.unit.short_name for row in task.units.all() if row.part == UnitPart.CO) or "—",
             long_day(clock.day_of(task.due_at)) if task.due_at else "—")
            for task in decision.tasks.all() if task.step != TaskStep.CANCELLED]


def _copies(meeting: Meeting, decided: Sequence[Decision]) -> str:
    """The units that have work to do, each once."""
    units: dict[int, Organisation] = {}
    for decision in decided:
        for task in decision.tasks.all():
            units |= {row.unit_id: row.unit for row in task.units.all()}
    return "，".join(unit.short_name for unit in units.values())


# --- letters

@transaction.atomic
def letter(*, letter: Letter, by: Person, at: datetime) -> bytes:
    """A letter as Word; the journal keeps who took it, with the hash of the file."""
    found = letters.letter(by, letter.pk)
    content = _letter(found, by, at)
    journal.write(verb="letter.exported", by=by, at=at, subject=found, area=found.area, unit=found.unit,
                  data={"number": letters.number_of(found), "sha256": hashlib.sha256(content).hexdigest()})
    return content


def _letter(letter: Letter, by: Person, at: datetime) -> bytes:
    rung = rules.rung(letter.ladder.rungs, letter.rung)
    name = rung.name if rung else letter.mark
    paper = Paper(title=f"{name}：{letter.title}", author=str(by), at=at, mark=mark_of(by, at))
    day = clock.day_of(letter.issued_at)
    paper.red_head(f"{letter.area.name}{name}", letters.number_of(letter), day)
    paper.title(f"关于{letter.title}的{name}")
    paper.addressee(letter.unit.name)
    for part in letter.content.splitlines():
        if part.strip():
            paper.body(part.strip())
    if letter.previous is not None:
        paper.body(f"此前已于{long_day(clock.day_of(letter.previous.issued_at))}发出{letters.number_of(letter.previous)}，"
                   f"逾期未办结。")
    if rung and rung.asks:
        paper.body(f"要求：{rung.asks}。")
    paper.body(f"请于{until(letter.due_at)}前将办理情况书面反馈我单位。一事一文，加盖单位公章；未办结的说明进展和原因。")
    paper.attachment_names([f"{name}登记表"])
    paper.signature(letter.issuer.name, day)
    paper.attachment("附件", f"{name}登记表")
    paper.table(head=("项目", "内容"), widths=(36, 120), rows=_fields(letter, name), left=(0, 1), grid=True,
                caption=f"{name}登记表")
    paper.colophon("", letter.issuer.name, day)
    return paper.content()


def _fields(letter: Letter, name: str) -> list[tuple[str, str]]:
    """督办单 fields as PRACTICE 6.2 names them."""
    task = letter.task
    helpers = [row.unit.short_name for row in task.units.select_related("unit").all()
               if row.part == UnitPart.CO] if task else []
    colour = RungColour(letter.colour)
    kind = f"定期，每{task.cycle_days}天一次" if task and task.cycle_days else "一次性"
    rows = [("督办事项", letter.title), ("文号", letters.number_of(letter)), ("文书", name),
            ("颜色", colour.zh) if colour is not RungColour.NONE else ("", ""),
            ("督办内容", letter.content), ("发布时间", moment(letter.issued_at)),
            ("牵头领导", letter.lead_leader or "—"), ("交办时限", until(letter.due_at)), ("反馈类型", kind),
            ("牵头单位", letter.unit.name), ("配合单位", "、".join(helpers) or "—"), ("联系人", letter.contact or "—"),
            ("电话", letter.phone or "—"),
            ("上一级文书", letters.number_of(letter.previous) if letter.previous else "—"),
            ("签收", f"{letter.signed_by} {moment(letter.signed_at)}" if letter.signed_at else ""),
            ("办理情况", letter.answer), ("承办单位负责人签字", "")]
    return [row for row in rows if row[0]]


