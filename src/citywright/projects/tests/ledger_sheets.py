"""Workbooks for tests: a district's sheet as PRACTICE 4.2 and 9.2 describe it, of any length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

#: The header block, two rows; a level that spans columns is written once and merged.
HEADS: tuple[tuple[str, str], ...] = (
    ("序号", ""), ("项目名称", ""), ("项目代码", ""), ("项目级别", ""), ("项目类别", ""), ("建设性质", ""),
    ("建设类型", ""), ("建设单位", ""), ("建设地点", ""), ("建设规模及主要内容", ""), ("建设起止年限", ""),
    ("总投资（亿元）", ""),
    ("投资", "截至2023年底累计完成"), ("投资", "2024年计划投资"), ("投资", "本月完成"), ("投资", "1-3月完成"),
    ("投资", "占年度计划%"), ("投资", "与时序比（百分点）"), ("投资", "自开工累计完成"), ("年度目标", ""),
    ("当前形象进度", ""), ("手续办理情况", ""), ("存在问题", ""), ("下步措施", ""), ("开工时间", "计划"),
    ("开工时间", "实际"),
    ("竣工时间", "计划"), ("责任单位", ""), ("包联领导", ""), ("是否纳统", ""), ("备注", ""),
)
COLUMNS = tuple("/".join(filter(None, head)) for head in HEADS)


def row(number: int, unit: str = "建设局", **changes: Any) -> dict[str, Any]:
    """One consistent row; `changes` by header replace values."""
    before, plan, month = 1000 + number, 2400.0, 100 + number % 50
    ytd = month + 200.5
    made: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    made |= {
        "序号": number, "项目名称": f"示例项目第{number}号厂房", "项目代码": f"2401-990101-04-01-{100000 + number}",
        "项目级别": "区重点", "项目类别": "产业", "建设性质": "新建", "建设类型": "续建",
        "建设单位": f"示例第{number}公司",
        "建设地点": "示例街道", "建设规模及主要内容": "新建厂房两座及配套设施，购置设备。" * 3,
        "建设起止年限": "2023.05-2025.12", "总投资（亿元）": round(1 + number / 1000, 4),
        "投资/截至2023年底累计完成": before, "投资/2024年计划投资": plan, "投资/本月完成": month,
        "投资/1-3月完成": ytd,
        "投资/占年度计划%": f"{ytd / plan * 100:.1f}%", "投资/与时序比（百分点）": round(ytd / plan * 100 - 25, 1),
        "投资/自开工累计完成": before + ytd, "年度目标": "完成主体工程",
        "当前形象进度": f"主体施工至{number % 9 + 1}层",
        "手续办理情况": "已办结", "存在问题": "无", "下步措施": "加快施工", "开工时间/计划": "2023年6月",
        "开工时间/实际": "2023.06.18", "竣工时间/计划": "2025-12", "责任单位": unit, "包联领导": "孙领导",
        "是否纳统": "是", "备注": "—",
    }
    return made | changes


def rows(count: int, unit: str = "建设局") -> list[dict[str, Any]]:
    """So many consistent rows."""
    return [row(number, unit) for number in range(1, count + 1)]


def write(path: Path, items: Sequence[Mapping[str, Any]], *, title: str = "示例区2024年重点项目进展情况表",
          unit_line: str = "单位：万元", totals: bool = True) -> Path:
    """Title, unit line, two header rows with merges, the items in two groups with 小计, 合计 last, and a foot."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("重点项目")
    style = book.add_format({"bold": True, "border": 1})
    sheet.merge_range(0, 0, 0, len(HEADS) - 1, title, style)
    sheet.write(1, len(HEADS) - 2, unit_line)
    _head(sheet, style)
    at = 4
    half = (len(items) + 1) // 2
    for label, part in (("一、产业项目", items[:half]), ("二、其他项目", items[half:])):
        if not part:
            continue
        if totals:
            sheet.write(at, 0, label)
            at += 1
        for item in part:
            for column, header in enumerate(COLUMNS):
                if item.get(header, "") != "":
                    sheet.write(at, column, item[header])
            at += 1
        if totals:
            _sum(sheet, at, "小计", part)
            at += 1
    if totals:
        _sum(sheet, at, "合计", items)
        sheet.write(at + 1, 0, "填报单位：示例建设局    审核人：李审核    联系电话：0531-00000000")
    book.close()
    return path


def _head(sheet: Any, style: Any) -> None:
    column = 0
    while column < len(HEADS):
        top, below = HEADS[column]
        if not below:
            sheet.merge_range(2, column, 3, column, top, style)
            column += 1
            continue
        last = column + next((n for n, head in enumerate(HEADS[column:]) if head[0] != top), len(HEADS) - column) - 1
        if last > column:
            sheet.merge_range(2, column, 2, last, top, style)
        else:
            sheet.write(2, column, top, style)
        for inner in range(column, last + 1):
            sheet.write(3, inner, HEADS[inner][1], style)
        column = last + 1


def _sum(sheet: Any, at: int, label: str, items: Sequence[Mapping[str, Any]]) -> None:
    sheet.write(at, 1, label)
    for column, header in enumerate(COLUMNS):
        if header in {"总投资（亿元）", "投资/截至2023年底累计完成", "投资/2024年计划投资", "投资/本月完成",
                      "投资/1-3月完成", "投资/自开工累计完成"}:
            sheet.write(at, column, sum(i[header] for i in items if isinstance(i.get(header), int | float)))
