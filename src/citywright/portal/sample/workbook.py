"""The district's ledger as the office keeps it in Excel, and a copy with deliberate faults, for trying the import.

The sheet tells March 2024 as the system does, but for what the units have not reported yet, and one project more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings

from citywright.projects.words import YearKind

from .amounts import months_of_plan
from .figures import LEAVES, PERIOD, Row, YearFigures, rows
from .months import state_of, values_of
from .things import UNITS
from .way import LEADERS

NAMES = ("示例区重点项目台账.xlsx", "示例区重点项目台账（含错误）.xlsx")
CATEGORIES = {"industrial": "产业", "services_built": "现代服务业（自建）", "infrastructure": "基础设施",
              "livelihood": "民生", "renewal": "城市更新", "unclassified": "未归类"}
#: Headers of one column, and those that stand under 2024年投资（万元）; the widths of all.
BEFORE = ("序号", "责任单位", "项目名称", "项目类别", "建设性质", "建设类型", "建设起止年限", "总投资（亿元）",
          "截至2023年底累计完成投资")
UNDER = ("年度计划投资", "本月完成投资", "1-3月累计完成投资", "占年度计划%")
AFTER = ("当前形象进度", "计划开工时间", "计划竣工时间", "包联领导", "备注")
FOOT = "填报单位：示例区发展和改革局　审核人：示例甲　填报人：示例乙　电话：0000-0000000　日期：2024年3月27日"
WIDTHS = (5, 11, 26, 14, 8, 9, 17, 12, 14, 12, 12, 14, 11, 30, 12, 12, 12, 12)
TITLE, UNIT_LINE, HEAD, FIRST = 0, 1, 2, 4
SUMS = (7, 8, 9, 10, 11)


@dataclass(frozen=True)
class Line:
    """One printed row: `kind` is total, group or row."""

    kind: str
    cells: tuple[Any, ...]


def cells_of(row: Row) -> tuple[Any, ...]:
    """One project as the ledger prints it; a blank month was not reported, and stays as it is in the system."""
    done = {period.month: amount for period, amount in row.done if period.year == 2024}
    year = row.years[-1]
    text = values_of(row, PERIOD, state_of(row, PERIOD)).physical_text if row.number <= LEAVES else "施工准备"
    span = f"{row.planned_start.year}-{row.planned_finish.year}"
    return (row.unit.short, row.name, CATEGORIES[row.thing.category], row.thing.nature.zh, row.kind.zh, span,
            row.total / 10_000, year.done_before, row.plan, done.get(PERIOD.month, 0), sum(done.values()),
            sum(done.values()) / row.plan, text, f"{row.planned_start:%Y.%m}".replace(".0", "."),
            f"{row.planned_finish.year}年{row.planned_finish.month}月", LEADERS[row.number % 6],
            "")


def one_more() -> Row:
    """A project that the system does not know yet."""
    unit = next(unit for unit in UNITS if unit.short == "区住建局")
    thing = next(thing for thing in unit.things if thing.name == "公共停车场")
    year = YearFigures(2024, YearKind.NEW_START, 0, months_of_plan(1_200, 3))
    return Row(LEAVES + 1, "柳泉智慧停车示范", unit, thing, "990101005", 3_600, YearKind.NEW_START, 1_200,
               date(2024, 3, 12), date(2025, 6, 30), date(2024, 3, 14), (), (year,), ((PERIOD, 60),))


def lines() -> list[Line]:
    """合计 first, then each category with its 小计 and its projects by unit; numbers start again in each group."""
    order = sorted((*rows(), one_more()), key=lambda r: (list(CATEGORIES).index(r.thing.category), r.number))
    found = [Line("total", summed("合计", order))]
    for category, group in groupby(order, key=lambda r: r.thing.category):
        members = list(group)
        found.append(Line("group", summed(f"{CATEGORIES[category]}小计（{len(members)}个）", members)))
        found += [Line("row", (n, *cells_of(row))) for n, row in enumerate(members, 1)]
    return found


def summed(label: str, members: Sequence[Row]) -> tuple[Any, ...]:
    """The sums of a group under the money columns."""
    each = [(None, *cells_of(row)) for row in members]
    sums = {column: sum(cells[column] for cells in each) for column in SUMS}
    sums[7] = round(sums[7], 4)
    return (label, *(sums.get(column, "") for column in range(1, len(WIDTHS))))


def write_all() -> None:
    """Both workbooks lie in the home."""
    folder = Path(settings.MEDIA_ROOT).parent / "workbooks"
    folder.mkdir(parents=True, exist_ok=True)
    whole = lines()
    write(folder / NAMES[0], whole)
    write(folder / NAMES[1], with_faults(whole))


def with_faults(whole: Sequence[Line]) -> list[Line]:
    """The same with what goes wrong in real sheets: each fault in a row of its own."""
    wrong: dict[int, dict[int, Any]] = {
        0: {9: 1_119_000}, 3: {9: "约三千余"}, 5: {14: "2024.13"}, 8: {2: ""}, 12: {1: "区建管局"},
        15: {11: 1}, 20: {7: "#REF!"}, 26: {10: "-15"}, 33: {3: "产业园类"}, 40: {7: "１.２亿"}, 47: {10: "—"},
    }
    found = [Line(line.kind, tuple(wrong.get(i, {}).get(c, cell) for c, cell in enumerate(line.cells)))
             for i, line in enumerate(whole)]
    return [*found[:60], found[59], *found[60:]]


def write(place: Path, whole: Sequence[Line]) -> None:
    """One workbook: title, unit line, two merged header rows, groups, carried-down units, a foot to sign."""
    book = xlsxwriter.Workbook(str(place), {"in_memory": True})
    sheet = book.add_worksheet("重点项目")
    thin = {"border": 1, "font_size": 10, "valign": "vcenter"}
    formats = {"head": book.add_format({**thin, "bold": True, "align": "center", "text_wrap": True}),
               "row": book.add_format(thin), "total": book.add_format({**thin, "bold": True}),
               "group": book.add_format({**thin, "bold": True, "bg_color": "#ECEEF0"}),
               "unit": book.add_format({**thin, "align": "center"}),
               "title": book.add_format({"bold": True, "font_size": 16, "align": "center"}),
               "right": book.add_format({"align": "right", "font_size": 10})}
    last = len(WIDTHS) - 1
    sheet.merge_range(TITLE, 0, TITLE, last, "示例区2024年重点项目推进情况台账（3月）", formats["title"])
    sheet.merge_range(UNIT_LINE, 0, UNIT_LINE, last, "单位：万元", formats["right"])
    write_head(sheet, formats)
    for n, line in enumerate(whole, FIRST):
        for column, cell in enumerate(line.cells):
            if not (line.kind == "row" and column == 1):
                sheet.write(n, column, cell, formats[line.kind])
    write_units(sheet, formats, whole)
    foot = FIRST + len(whole) + 1
    sheet.write(foot, 0, FOOT)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(FIRST, 3)
    sheet.set_landscape()
    sheet.repeat_rows(HEAD, FIRST - 1)
    book.close()


def write_head(sheet: Any, formats: dict[str, Any]) -> None:
    """Two header rows: single columns merged downwards, the year's money merged across."""
    for column, name in enumerate(BEFORE):
        sheet.merge_range(HEAD, column, HEAD + 1, column, name, formats["head"])
    start = len(BEFORE)
    sheet.merge_range(HEAD, start, HEAD, start + len(UNDER) - 1, "2024年投资", formats["head"])
    for offset, name in enumerate(UNDER):
        sheet.write(HEAD + 1, start + offset, name, formats["head"])
    for offset, name in enumerate(AFTER, start + len(UNDER)):
        sheet.merge_range(HEAD, offset, HEAD + 1, offset, name, formats["head"])


def write_units(sheet: Any, formats: dict[str, Any], whole: Sequence[Line]) -> None:
    """The unit's name stands once over its rows, merged downwards."""
    numbered = [(n, line) for n, line in enumerate(whole, FIRST)]
    for (kind, unit), group in groupby(numbered, key=lambda pair: (pair[1].kind, pair[1].cells[1])):
        members = [n for n, _ in group]
        if kind != "row":
            continue
        if len(members) > 1:
            sheet.merge_range(members[0], 1, members[-1], 1, unit, formats["unit"])
        else:
            sheet.write(members[0], 1, unit, formats["unit"])
