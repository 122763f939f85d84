"""The year plan as the issued table: one sheet, categories with their 小计, twelve months, who took it and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext as _

from citywright.kernel import access, journal
from citywright.kernel.errors import Said
from citywright.kernel.http import say
from citywright.kernel.models import Area, Person
from citywright.kernel.words import THREE_ADMINISTRATORS, Role

from ...queries.year_plans import Line, grouped, total_of
from ...words import YearKind
from ..exports import watermark

HEADS = ("序号", "项目名称", "责任单位", "年度类型", "总投资", "以前年度完成", "年度计划投资")
TAIL_LABELS = ("计划开工", "计划竣工", "计划投产", "年度目标")
WIDTHS = (6, 34, 14, 9, 13, 13, 13, *(9,) * 12, 11, 11, 11, 30)
LAST = len(WIDTHS) - 1


@transaction.atomic
def export_plan(*, lines: Sequence[Line], area: Area, year: int, named: Said | None, by: Person,
                at: datetime) -> bytes:
    """The plans as an .xlsx in the form of the issued table, with its version; the journal says who took how many."""
    access.require(by, *(set(Role) - THREE_ADMINISTRATORS))
    title = _("%(area)s%(year)s年重点项目投资计划表") % {"area": area.name, "year": year}
    journal.write(verb="plan.exported", by=by, at=at, area=area, data={"year": year, "rows": len(lines)})
    return _workbook(lines, title, say(named) if named else _("草稿，尚未冻结"), watermark(by, at))


def _workbook(lines: Sequence[Line], heading: str, named: str, mark: str) -> bytes:
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, looks = book.add_worksheet(_("年度计划")), _looks(book)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.merge_range(0, 0, 0, LAST, heading, looks["title"])
    sheet.merge_range(1, 0, 1, 6, named, looks["mark"])
    sheet.merge_range(1, 7, 1, LAST, _("单位：万元"), looks["unit"])
    months = [_("%(month)s月") % {"month": number} for number in range(1, 13)]
    heads = [_(head) for head in HEADS] + months + [_(head) for head in TAIL_LABELS]
    for column, head in enumerate(heads):
        sheet.write_string(2, column, head, looks["head"])
    _sum_line(sheet, 3, _("合计"), lines, looks)
    row, number = 3, 0
    for name, members in grouped(lines):
        row += 1
        title = _("%(name)s 小计（%(count)s 个）") % {"name": _(name), "count": len(members)}
        _sum_line(sheet, row, title, members, looks)
        for line in members:
            row, number = row + 1, number + 1
            _line(sheet, row, number, line, looks)
    sheet.merge_range(row + 1, 0, row + 1, LAST, mark, looks["mark"])
    _print_setup(sheet, mark)
    book.close()
    return stream.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    """The formats of the table."""
    base: dict[str, Any] = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "border": 1}
    made: dict[str, dict[str, Any]] = {
        "title": {"font_name": "方正小标宋简体", "font_size": 16, "align": "center", "valign": "vcenter"},
        "unit": {"font_name": "宋体", "font_size": 10, "align": "right"},
        "mark": {"font_name": "宋体", "font_size": 9, "font_color": "#626A74"},
        "head": base | {"bold": True, "align": "center", "text_wrap": True},
        "text": base | {"text_wrap": True}, "centre": base | {"align": "center"},
        "money": base | {"num_format": "#,##0.00"}, "sum": base | {"bold": True},
        "sum_money": base | {"bold": True, "num_format": "#,##0.00"},
    }
    return {name: book.add_format(look) for name, look in made.items()}


def _amounts(sheet: Any, row: int, line: Line, look: Any, none: Any) -> None:
    """Total, done before, year and twelve months; — for months that were not planned."""
    for column, amount in enumerate((line.total, line.done_before, line.invest, *(line.months or (None,) * 12)), 4):
        if amount is None:
            sheet.write_string(row, column, "—", none)
        else:
            sheet.write_number(row, column, float(amount), look)


def _line(sheet: Any, row: int, number: int, line: Line, looks: dict[str, Any]) -> None:
    sheet.write_number(row, 0, number, looks["centre"])
    sheet.write_string(row, 1, line.name, looks["text"])
    sheet.write_string(row, 2, line.unit, looks["text"])
    sheet.write_string(row, 3, _(YearKind(line.kind).zh), looks["centre"])
    _amounts(sheet, row, line, looks["money"], looks["centre"])
    for column, day in enumerate((line.start, line.finish, line.production), 19):
        sheet.write_string(row, column, day.isoformat() if day else "—", looks["centre"])
    sheet.write_string(row, 22, line.goal, looks["text"])


def _sum_line(sheet: Any, row: int, title: str, lines: Sequence[Line], looks: dict[str, Any]) -> None:
    sheet.merge_range(row, 0, row, 3, title, looks["sum"])
    _amounts(sheet, row, total_of(lines), looks["sum_money"], looks["sum"])
    for column in range(19, LAST + 1):
        sheet.write_blank(row, column, None, looks["sum"])


def _print_setup(sheet: Any, mark: str) -> None:
    """A3 across, heads repeated, the mark at the foot of every sheet of paper."""
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 2)
    sheet.set_footer(f"&L&9{mark.replace('&', '&&')}&R&9&P / &N")
