"""What can be done with a list? Take it away as the issued table, with who took it and when; enter many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext as _

from citywright.kernel import access, journal, money
from citywright.kernel.errors import CannotAccept, CannotReach, Fault, Refusal
from citywright.kernel.models import Person
from citywright.kernel.words import THREE_ADMINISTRATORS, Lamp, Role

from ..models import ListEntry, ListIssue, Project
from ..queries import listing
from ..queries.leaves import SEVEN, Row
from ..queries.listing import Listing, Sums
from ..words import Dimension, YearKind
from . import lists
from .sheets import formats, print_setup, watermark

HEADS = ("序号", "项目名称", "责任单位", "类型", "总投资", "年度计划", "本月完成", "自年初累计", "完成率%",
         "与时序比（百分点）", "综合")
WIDTHS = (6, 32, 14, 8, 13, 13, 12, 13, 9, 11, 7, *(6 for _each in SEVEN), 36)
AMOUNTS = (4, 5, 6, 7)


@transaction.atomic
def export_list(*, found: Listing, title: str, by: Person, at: datetime) -> bytes:
    """The chosen rows as an .xlsx in the form of the issued table; the journal says who took how many, of what.

    Only rows the person sees are in it. The last line carries name, unit and moment.
    """
    access.require(by, *(set(Role) - THREE_ADMINISTRATORS))
    asked = {key: value for key, value in vars(found.filters).items() if value}
    journal.write(verb="list.exported", by=by, at=at, area=found.ask.standing.area,
                  data={"title": title, "rows": len(found.chosen), "filters": asked})
    return _workbook(found, title, watermark(by, at))


def _workbook(found: Listing, title: str, mark: str) -> bytes:
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(_("项目清单"))
    looks = formats(book)
    last = len(WIDTHS) - 1
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.merge_range(0, 0, 0, last, title, looks["title"])
    sheet.merge_range(1, 0, 1, last, _("单位：万元"), looks["unit"])
    heads = [_(head) for head in HEADS] + [_(Dimension(name).zh) for name in SEVEN] + [_("形象进度")]
    for column, head in enumerate(heads):
        sheet.write_string(2, column, head, looks["head"])
    _sum_line(sheet, 3, _("合计"), found.sums, looks)
    line = _lines(sheet, found, looks)
    sheet.merge_range(line + 1, 0, line + 1, last, mark, looks["mark"])
    print_setup(sheet, mark)
    book.close()
    return stream.getvalue()


def _lines(sheet: Any, found: Listing, looks: dict[str, Any]) -> int:
    """Every group with its 小计 and its rows, numbered through; answers the last line written."""
    told = listing.physical(found.ask, found.chosen)
    groups = listing.grouped(found.chosen, found.chosen, found.group if found.group in listing.GROUPS else "category")
    line, number = 3, 0
    for group in groups:
        line += 1
        title = _("%(name)s 小计（%(count)s 个）") % {"name": _(group.name), "count": group.count}
        _sum_line(sheet, line, title, group, looks)
        for row in group.rows:
            line, number = line + 1, number + 1
            _row_line(sheet, line, number, row, told.get(row.id, ("",))[0], looks)
    return line


def _row_line(sheet: Any, line: int, number: int, row: Row, physical: str, looks: dict[str, Any]) -> None:
    sheet.write_number(line, 0, number, looks["centre"])
    sheet.write_string(line, 1, row.name, looks["wrap"])
    sheet.write_string(line, 2, row.unit, looks["text"])
    sheet.write_string(line, 3, _(YearKind(row.kind).zh) if row.kind else "—", looks["centre"])
    _numbers(sheet, line, (row.total, row.plan, row.month, row.done), row.done, row.plan, row.scheduled, looks, "")
    for column, code in enumerate((row.shown, *row.seven), 10):
        lamp = Lamp(code) if code else Lamp.GREY
        word = "—" if lamp is Lamp.GREY else _(lamp.zh)
        sheet.write_string(line, column, word, looks.get(str(lamp), looks["centre"]))
    sheet.write_string(line, 18, physical, looks["wrap"])


def _sum_line(sheet: Any, line: int, title: str, sums: Sums, looks: dict[str, Any]) -> None:
    sheet.merge_range(line, 0, line, 3, title, looks["sum"])
    amounts = (sums.total, sums.plan, sums.month, sums.done)
    _numbers(sheet, line, amounts, sums.done, sums.plan, sums.scheduled, looks, "sum_")
    words = _("红 %(red)s 黄 %(yellow)s") % {"red": sums.red, "yellow": sums.yellow}
    sheet.merge_range(line, 10, line, 18, words, looks["sum"])


def _numbers(sheet: Any, line: int, amounts: Sequence[int | None], done: int | None, plan: int | None, scheduled: int,
             looks: dict[str, Any], style: str) -> None:
    """Amounts in 万元, exact; 完成率 and 与时序比 to one decimal, — without a denominator."""
    for column, amount in zip(AMOUNTS, amounts, strict=True):
        if amount is None:
            sheet.write_string(line, column, "—", looks["centre"])
        else:
            sheet.write_number(line, column, float(money.from_fen(amount)), looks[f"{style}money"])
    rate = Decimal(done or 0) / plan if plan else None
    lead = Decimal((done or 0) - scheduled) / plan if plan and scheduled else None
    for column, share in ((8, rate), (9, lead)):
        if share is None:
            sheet.write_string(line, column, "—", looks["centre"])
        else:
            sheet.write_number(line, column, float(money.rounded(share * 100, 1)), looks[f"{style}rate"])


@transaction.atomic
def enter_many(*, issue: ListIssue, projects: Sequence[Project], on: date, reason: str, by: Person,
               at: datetime) -> list[ListEntry]:
    """All of them stand on the list, or none: every project that cannot is named. Each has its own journal line."""
    entered, faults = [], []
    for project in projects:
        try:
            with transaction.atomic():
                entered.append(lists.enter(issue=issue, project=project, on=on, reason=reason, by=by, at=at))
        except CannotReach:
            raise
        except Refusal as refusal:
            faults.append(Fault(refusal.said, cell=project.code, read=project.name))
    if faults:
        raise CannotAccept("有 %(count)s 个项目不能列入，一个也没有列入", faults, count=len(faults))
    return entered
