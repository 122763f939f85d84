"""What are the columns of a list, on the page and on the issued table? Heads for each kind of row, and how to read one.

A row is a dictionary as `queries.list_rows` makes it and an entry keeps it. Pure: no Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from citywright.kernel.errors import Said
from citywright.kernel.words import Word

from ..words import FundKind, MilestoneStatus, ProblemKind, ProblemStep, ResponsibleRole, RowKind, YearKind
from .lists import COLUMNS, DAY, DAYS, STALLED_WORDS, Rule

TEXT, NUMBER, MONEY, WORD, REASON = "text", "number", "money", "word", "reason"


@dataclass(frozen=True)
class Head:
    """One column: key of the row, Chinese head, kind of value, width on the page (px) and on paper (characters)."""

    key: str
    label: str
    kind: str = TEXT
    width: int = 110
    paper: int = 14
    word: type[Word] | None = None


NAME = Head("name", "项目名称", TEXT, 0, 34)
UNIT = Head("lead_unit", "责任单位", TEXT, 104)
TOTAL = Head("total_investment", "总投资", MONEY, 104, 13)
PLAN = Head("invest_year", "年度计划", MONEY, 100, 13)
HEADS: Mapping[RowKind, tuple[Head, ...]] = {
    RowKind.PROJECT: (NAME, UNIT, Head("year_kind", "类型", WORD, 88, 8, YearKind),
                      Head("owner_name", "建设单位", TEXT, 160, 26), TOTAL, PLAN),
    RowKind.PROBLEM: (Head("thing", "问题", TEXT, 0, 34), Head("name", "项目名称", TEXT, 230, 34),
                      Head("kind", "类型", WORD, 70, 8, ProblemKind), Head("severity", "程度", NUMBER, 50, 6),
                      Head("unit", "解决单位"), Head("step", "状态", WORD, 80, 10, ProblemStep),
                      Head("due_on", "期限", DAY, 92, 12)),
    RowKind.RESPONSIBILITY: (NAME, UNIT, Head("role", "责任", WORD, 80, 10, ResponsibleRole),
                             Head("thing", "姓名", TEXT, 90, 12), Head("unit", "单位"),
                             Head("from_on", "自何日起", DAY, 92, 12)),
    RowKind.MILESTONE: (Head("thing", "节点", TEXT, 170, 26), NAME, UNIT,
                        Head("baseline_on", "计划完成", DAY, 92, 12), Head("forecast_on", "预计完成", DAY, 92, 12),
                        Head("actual_on", "实际完成", DAY, 92, 12),
                        Head("status", "状态", WORD, 80, 10, MilestoneStatus)),
    RowKind.LETTER: (Head("number", "文号", TEXT, 150, 20), Head("thing", "事由", TEXT, 0, 34),
                     Head("unit", "单位"), Head("due_on", "期限", DAY, 92, 12),
                     Head("step", "状态", WORD, 80, 10)),
    RowKind.FUND: (NAME, UNIT, Head("fund", "资金来源", WORD, 90, 12, FundKind),
                   Head("agreed", "约定资金", MONEY, 100, 13), Head("arrived", "已到位", MONEY, 100, 13),
                   Head("due_on", "应到位日期", DAY, 92, 12), Head("thing", "说明", TEXT, 140, 20)),
}
#: Widths of the further columns, by what they hold.
_WIDTHS = {DAY: (92, 12), DAYS: (100, 10)}


def heads(rule: Rule) -> tuple[Head, ...]:
    """The columns of a list: those of its kind of rows, then its own."""
    own = []
    for key in rule.columns:
        label, kind = COLUMNS[key]
        width, paper = _WIDTHS.get(kind, (210, 26))
        own.append(Head(key, label, {DAY: DAY, DAYS: NUMBER}.get(kind, REASON), width, paper))
    return HEADS[rule.rows] + tuple(own)


def sums_of(rule: Rule) -> frozenset[str]:
    """The columns that a total stands under."""
    return frozenset(head.key for head in heads(rule) if head.kind == MONEY)


def read(head: Head, row: Mapping[str, Any]) -> Any:
    """What the row says in a column: Decimal, date, int, Word, Said or text; None where it says nothing."""
    value = row.get(head.key)
    if value in (None, ""):
        return None
    if head.kind == MONEY:
        return Decimal(value)
    if head.kind == DAY:
        return date.fromisoformat(value)
    if head.kind == WORD and head.word is not None:
        return head.word(value) if value in {member.value for member in head.word} else value
    if head.kind == REASON:
        return Said(STALLED_WORDS[value["code"]], {"n": value["n"]}) if value.get("code") in STALLED_WORDS else None
    return value
