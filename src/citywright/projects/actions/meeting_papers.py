"""What can be taken to a meeting? Its material as Word: agenda, problems by element, one page for each project."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from citywright.followup.actions.papers import mark_of
from citywright.followup.models import Meeting
from citywright.followup.queries import meetings
from citywright.kernel import clock, journal, periods
from citywright.kernel.http import Standing
from citywright.kernel.models import Person
from citywright.kernel.papers import Paper, long_day
from citywright.kernel.words import Lamp

from ..models import Project
from ..queries import agenda
from ..queries.page import ProjectPage
from ..rules import rates

#: The lines of one project's page, so that it stays one page.
MOST_PROBLEMS, MOST_LAMPS, MOST_WORDS = 4, 5, 140
BAD = (Lamp.RED, Lamp.YELLOW)


@transaction.atomic
def material(*, meeting: Meeting, period: date, by: Person, at: datetime) -> bytes:
    """The material of a meeting as Word, of the projects the person sees; the journal keeps who took it."""
    found = meetings.meeting(by, meeting.pk)
    rows = agenda.projects_of(by, found)
    content = _material(found, rows, period, by, at)
    journal.write(verb="meeting.material_exported", by=by, at=at, subject=found, area=found.area, unit=found.office,
                  data={"projects": [row.code for row in rows], "sha256": hashlib.sha256(content).hexdigest()})
    return content


def _material(meeting: Meeting, rows: Sequence[Project], period: date, by: Person, at: datetime) -> bytes:
    on = clock.day_of(at)
    paper = Paper(title=f"{meeting.title}材料", author=str(by), at=at, mark=mark_of(by, at))
    paper.title(f"{meeting.title}\n会议材料")
    held = meeting.held_at.astimezone(clock.CITY)
    for name, text in (("时间", f"{long_day(held.date())} {held.hour}:{held.minute:02d}"), ("地点", meeting.place),
                       ("主持", meeting.chair), ("参加", meeting.attendees), ("召集单位", meeting.office.name)):
        if text:
            paper.body(f"{name}：{text}")
    paper.heading(1, "会议议题")
    _agenda(paper, meeting)
    paper.heading(1, "问题清单（按要素）")
    _troubles(paper, agenda.troubles(by, rows, on), on)
    if rows:
        paper.heading(1, "项目情况")
        paper.body(f"议题涉及项目{len(rows)}个，一项目一页附后。数据截至{long_day(on)}。")
    for number, row in enumerate(rows, 1):
        _sheet(paper, number, ProjectPage(by, row.code, Standing(meeting.area, period, on)))
    return paper.content()


def _agenda(paper: Paper, meeting: Meeting) -> None:
    rows = [(str(n), item.title, str(meetings.said_of(item)) or "—", item.unit.short_name if item.unit else "—")
            for n, item in enumerate(meetings.agenda(meeting), 1)]
    if not rows:
        paper.body("（暂无议题）")
        return
    paper.table(head=("序号", "议题", "事由", "汇报单位"), widths=(16, 58, 54, 28), rows=rows, left=(1, 2, 3),
                grid=True, caption="会议议题")


def _troubles(paper: Paper, rows: Sequence[agenda.Trouble], on: date) -> None:
    if not rows:
        paper.body("议题涉及的项目没有在办问题。")
        return
    late = sum(one.late > 0 for one in rows)
    kinds = "，".join(f"{kind.zh}{count}个" for kind in dict.fromkeys(one.kind for one in rows)
                     if (count := sum(one.kind is kind for one in rows)))
    paper.body(f"在办问题{len(rows)}个，其中超期{late}个：{kinds}。")
    paper.table(head=("要素", "问题", "项目", "解决单位", "期限", "超期天数"), widths=(22, 36, 38, 22, 26, 16),
                rows=[(one.kind.zh, one.title, one.project, one.unit, f"{one.due_on.month}月{one.due_on.day}日",
                       str(one.late) if one.late else "—") for one in rows],
                left=(0, 1, 2, 3), grid=True, caption="问题清单")
    paper.note(f"截至{long_day(on)}。")


# --- 一项目一页

def _sheet(paper: Paper, number: int, page: ProjectPage) -> None:
    """One project on a page of its own."""
    project = page.project
    paper.attachment(f"项目{number}", project.name)
    paper.table(head=("项目", "内容", "项目", "内容"), widths=(26, 52, 26, 52), rows=list(_pairs(_facts(page))),
                left=(0, 1, 2, 3), grid=True, caption="基本情况")
    lines = [(line.dimension.zh, line.lamp.zh, str(line.why) if line.why else "—") for line in page.lamp_lines
             if line.lamp in BAD][:MOST_LAMPS]
    if lines:
        paper.note("亮灯")
        paper.table(head=("维度", "灯色", "原因"), widths=(24, 16, 116), rows=lines, left=(0, 1, 2), grid=True,
                    caption="亮灯")
    rows = [(one.title, one.unit.short_name, f"{one.due_on.month}月{one.due_on.day}日",
             str((page.as_of - one.due_on).days) if one.due_on < page.as_of else "—") for one in page.open_problems]
    if rows:
        paper.note(f"在办问题{len(rows)}个" + (f"，列出{MOST_PROBLEMS}个" if len(rows) > MOST_PROBLEMS else ""))
        paper.table(head=("问题", "解决单位", "期限", "超期天数"), widths=(76, 30, 28, 24), rows=rows[:MOST_PROBLEMS],
                    left=(0, 1), grid=True, caption="在办问题")
    for name, text in _told(page):
        paper.note(f"{name}：{text}")
    paper.note(f"数据截至{long_day(page.as_of)}，金额单位：万元，完成数为调度口径。")


def _facts(page: ProjectPage) -> list[tuple[str, str]]:
    """The facts of a project, label and value."""
    project, plan, done, pace = page.project, page.plan, page.dispatch, page.pace
    node = page.next_node
    people = "、".join(f"{one.name}" for one in page.people[:2])
    return [
        ("责任单位", project.lead_unit.short_name), ("建设单位", project.owner_name or "—"),
        ("总投资", _amount(project.total_investment)), ("本年计划", _amount(plan.invest_year if plan else None)),
        (f"{_months(page.standing.period)}完成", _amount(done.year if done else None)),
        ("开工以来累计", _amount(page.done_total)),
        ("完成率", f"{rates.rounded(pace.rate * 100, 1)}%" if pace and pace.rate is not None else "—"),
        ("与时序比", _lead(pace)), ("阶段", page.stage.zh),
        ("下一节点", f"{node[0].name} {node[1].month}月{node[1].day}日" if node else "—"),
        ("综合灯", page.snapshot and Lamp(page.snapshot.shown).zh or "—"), ("包保责任", people or "—"),
    ]


def _pairs(facts: Sequence[tuple[str, str]]) -> list[tuple[str, str, str, str]]:
    """Two facts in a row."""
    return [(*left, *right) for left, right in zip(facts[::2], facts[1::2], strict=True)]


def _amount(value: Any) -> str:
    return "—" if value is None else f"{rates.rounded(value, 0):,}"


def _months(period: date) -> str:
    return "1月" if period.month == 1 else f"1–{period.month}月"


def _lead(pace: rates.Pace | None) -> str:
    """快 or 慢 so many percentage points."""
    if pace is None or not pace.scheduled or pace.lead is None:
        return "—"
    points = rates.rounded(pace.lead, 1)
    return f"{'快' if points > 0 else '慢'}{abs(points)}个百分点" if points else "与时序持平"


def _told(page: ProjectPage) -> list[tuple[str, str]]:
    """What the latest report says: where the works stand, and what is next."""
    last = page.reports[0] if page.reports else None
    if last is None:
        return []
    month = periods.label(last.period)
    return [(f"{name}（{month}）", _cut(text)) for name, text in (
        ("形象进度", last.physical_text), ("下步工作", last.next_step)) if text]


def _cut(text: str) -> str:
    return text if len(text) <= MOST_WORDS else f"{text[:MOST_WORDS - 1]}…"
