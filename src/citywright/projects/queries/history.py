"""What happened to a project, told to people: lines of the journal and of the imported sheets, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citywright.kernel import journal, periods
from citywright.kernel.errors import Said
from citywright.kernel.models import JournalEntry
from citywright.kernel.words import Word

from ..models import ImportRow, ProgressReport, Project
from ..words import BatchStep, ChangeKind, FundKind, Gate, ListStatus, ReportStep, ResponsibleRole, RowState, YearKind

#: What each verb of the journal says; slots are filled from the line's data, codes read as their words.
SAYS: dict[str, str] = {
    "project.adopted": "入库",
    "project.amended": "修改基本信息",
    "project.packed": "打包，含子项目",
    "project.related": "登记项目关系",
    "project.entrusted": "%(role)s：%(name)s",
    "project.dropped": "退库：%(reason)s",
    "project.suspended": "暂停：%(reason)s",
    "project.merged": "并入 %(into)s：%(reason)s",
    "project.resumed": "恢复：%(reason)s",
    "project.stepped_back": "回退：%(reason)s",
    "gate.claimed": "申报“%(gate)s”，发生于 %(event_on)s",
    "gate.supplied": "“%(gate)s”补充材料",
    "gate.verified": "核验“%(gate)s”，发生于 %(event_on)s",
    "gate.returned": "退回“%(gate)s”：%(reason)s",
    "gate.waived": "“%(gate)s”容缺通过，%(waiver_due_on)s 前补齐",
    "gate.waiver_met": "“%(gate)s”容缺材料已补齐",
    "gate.revoked": "撤销“%(gate)s”：%(reason)s",
    "plan.drafted": "编制 %(year)s 年计划，%(invest_year)s 万元",
    "plan.frozen": "冻结 %(year)s 年计划",
    "plan.revised": "调整 %(year)s 年计划为 %(invest_year)s 万元：%(reason)s",
    "fund.agreed": "约定%(kind)s %(agreed)s 万元",
    "fund.arrived": "%(kind)s到位 %(arrived)s 万元",
    "milestone.laid_out": "按模板铺开节点",
    "milestone.set": "填写节点“%(milestone)s”",
    "milestones.set": "填写 %(count)s 个节点",
    "problem.raised": "提出问题：%(title)s",
    "problem.assigned": "转派问题：%(title)s",
    "problem.answered": "问题报办结：%(title)s",
    "problem.closed": "问题销号：%(title)s",
    "problem.reopened": "问题重办：%(title)s",
    "list.entered": "列入清单 %(list)s",
    "list.removed": "移出清单 %(list)s：%(reason)s",
    "list_change.asked": "提出%(change)s，清单 %(list)s：%(reason)s",
    "list_change.screened": "初审同意%(change)s，清单 %(list)s",
    "list_change.accepted": "终审同意%(change)s，清单 %(list)s，%(doc_no)s",
    "list_change.refused": "不同意%(change)s，清单 %(list)s：%(opinion)s",
    "correction.asked": "申请更正月报",
    "correction.granted": "同意更正月报",
    "correction.denied": "不同意更正月报",
    "lamp.overridden": "调整灯色",
    "investment.recorded": "登记投资完成",
}
OTHERWISE = "有一次改动"
#: Told from the reports themselves: one act of the month writes one line for a whole sheet.
MONTHLY = "report."
#: Which words a slot's code is read with.
READ_WITH: dict[str, tuple[type[Word], ...]] = {
    "gate": (Gate,), "role": (ResponsibleRole,), "kind": (FundKind, YearKind), "step": (ReportStep,),
    "status": (ListStatus,), "batch_step": (BatchStep,), "change": (ChangeKind,),
}
#: The fields that people read behind "修改基本信息", at most so many.
CHANGES_SHOWN = 3


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened: when, who, what; `changes` holds field, old and new of an amendment."""

    at: datetime
    who: str
    said: Said
    unit: str = ""
    changes: tuple[tuple[str, Any, Any], ...] = ()


def history_of(project: Project, limit: int = 20) -> list[HistoryLine]:
    """The latest lines about the project: of the journal, its monthly reports and applied sheets. Three queries."""
    lines = [line_of(entry) for entry in JournalEntry.objects.filter(subject=journal.subject_of(project))
             .exclude(verb__startswith=MONTHLY).select_related("by", "unit").order_by("-number")[:limit]]
    lines += [report_line(report) for report in ProgressReport.objects.filter(
        project=project, submitted_at__isnull=False).select_related("submitted_by", "reviewed_by", "locked_by")
        .order_by("-period")[:limit]]
    lines += [row_line(row) for row in ImportRow.objects.filter(
        project=project, batch__step=BatchStep.APPLIED, state__in=[RowState.NEW, RowState.CHANGED])
        .select_related("batch__applied_by", "batch__file").order_by("-batch__applied_at")[:limit]]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:limit]


def line_of(entry: JournalEntry) -> HistoryLine:
    """One journal line as a sentence; a verb that has none says only that something changed."""
    text = SAYS.get(entry.verb, OTHERWISE)
    data = {key: read(key, value) for key, value in entry.data.items()}
    try:
        text % data
    except (KeyError, ValueError):
        text, data = OTHERWISE, {}
    slots = {key: value for key, value in data.items() if f"%({key})s" in text}
    changes = tuple((key, *pair) for key, pair in list((entry.data.get("changes") or {}).items())[:CHANGES_SHOWN]
                    if isinstance(pair, list) and len(pair) == 2)
    return HistoryLine(entry.at, str(entry.by or ""), Said(text, slots), str(entry.unit or ""), changes)


def read(key: str, value: Any) -> Any:
    """A code as its word, where the slot has words; else the value itself."""
    for words in READ_WITH.get(key, ()):
        if value in list(words):
            return words(value).zh
    return "" if value is None else value


def report_line(report: ProgressReport) -> HistoryLine:
    """One month's report where it stands, at the moment it came there."""
    stands = ((report.locked_at, report.locked_by), (report.reviewed_at, report.reviewed_by),
              (report.submitted_at, report.submitted_by))
    at, who = next((at, who) for at, who in stands if at)
    said = Said("%(month)s 月报：%(step)s", {"month": periods.label(report.period), "step": ReportStep(report.step).zh})
    return HistoryLine(at, str(who or ""), said)


def row_line(row: ImportRow) -> HistoryLine:
    """One row of an applied sheet."""
    text = "随台账“%(file)s”入库" if row.state == RowState.NEW else "随台账“%(file)s”修改"
    changes = tuple((key, *pair) for key, pair in list(row.changes.items())[:CHANGES_SHOWN] if len(pair) == 2)
    at = row.batch.applied_at or row.batch.planned_at
    return HistoryLine(at, str(row.batch.applied_by or ""), Said(text, {"file": row.batch.file.name}), "", changes)
