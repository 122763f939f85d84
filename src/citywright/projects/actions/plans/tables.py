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
from ..sheets import formats, print_setup, watermark

HEADS = ("序号", "项目名称", "责任单位", "年度类型", "总投资", "以前年度完成", "年度计划投资")
TAIL_LABELS = ("计划开工", "计划竣工", "计划投产", "年度目标")
WIDTHS = (6, 34, 14, 9, 13, 13, 13, *(9,) * 12, 11, 11, 11, 30)
LAST = len(WIDTHS) - 1
#: Twelve months need the larger sheet.
A3 = 8


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
    sheet, looks = book.add_worksheet(_("年度计划")), formats(book)
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
    print_setup(sheet, mark)
    sheet.set_paper(A3)
    book.close()
    return stream.getvalue()


def _amounts(sheet: Any, row: int, line: Line, look: Any, none: Any) -> None:
    """Total, done before, year and twelve months; — for months that were not planned."""
    for column, amount in enumerate((line.total, line.done_before, line.invest, *(line.months or (None,) * 12)), 4):
        if amount is None:
            sheet.write_string(row, column, "—", none)
        else:
            sheet.write_number(row, column, float(amount), look)


def _line(sheet: Any, row: int, number: int, line: Line, looks: dict[str, Any]) -> None:
    sheet.write_number(row, 0, number, looks["centre"])
    sheet.write_string(row, 1, line.name, looks["wrap"])
    sheet.write_string(row, 2, line.unit, looks["text"])
    sheet.write_string(row, 3, _(YearKind(line.kind).zh), looks["centre"])
    _amounts(sheet, row, line, looks["money"], looks["centre"])
    for column, day in enumerate((line.start, line.finish, line.production), 19):
        sheet.write_string(row, column, day.isoformat() if day else "—", looks["centre"])
    sheet.write_string(row, 22, line.goal, looks["wrap"])


def _sum_line(sheet: Any, row: int, title: str, lines: Sequence[Line], looks: dict[str, Any]) -> None:
    sheet.merge_range(row, 0, row, 3, title, looks["sum"])
    _amounts(sheet, row, total_of(lines), looks["sum_money"], looks["sum"])
    for column in range(19, LAST + 1):
        sheet.write_blank(row, column, None, looks["sum"])
