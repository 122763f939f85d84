"""Taking a list away: as the issued table in the form of government tables, or as CSV; the journal says who did."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext as _

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import Said
from citywright.kernel.http import say
from citywright.kernel.models import Person
from citywright.kernel.words import THREE_ADMINISTRATORS, Role, Word

from ...models import ListIssue
from ...queries.list_rows import Told
from ...rules import list_columns
from ...rules.list_columns import MONEY, NUMBER, Head
from ...rules.lists import DAY, Rule
from ..sheets import formats, print_setup, watermark

WORKING = frozenset(Role) - THREE_ADMINISTRATORS
#: Signs that make a spreadsheet read a cell as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """What goes on the paper: title, columns, rows, the day they stand for, whose it is, what is noted below."""

    title: str
    rule: Rule
    rows: Sequence[Told]
    as_of: date
    filler: str
    notes: Sequence[str] = ()

    @property
    def heads(self) -> tuple[Head, ...]:
        return list_columns.heads(self.rule)


@transaction.atomic
def export_rows(*, table: Table, area: Any, by: Person, at: datetime, is_csv: bool = False) -> bytes:
    """The live rows of a list as a table; the journal says who took how many, of what."""
    access.require(by, *WORKING)
    journal.write(verb="list.exported", by=by, at=at, area=area,
                  data={"title": table.title, "list": table.rule.code, "rows": len(table.rows)})
    return csv_of(table) if is_csv else workbook(table, by, at)


@transaction.atomic
def export_issue(*, issue: ListIssue, table: Table, by: Person, at: datetime, is_csv: bool = False) -> bytes:
    """A batch as the issued table, with its number and its frozen rows; told in the journal like any list."""
    access.require(by, *WORKING)
    journal.write(verb="list.exported", by=by, at=at, subject=issue, area=issue.area,
                  data={"title": table.title, "list": table.rule.code, "batch": issue.batch, "rows": len(table.rows)})
    return csv_of(table) if is_csv else workbook(table, by, at)


def shown(value: Any) -> str:
    """A value as text in the reader's language."""
    if value is None:
        return "—"
    if isinstance(value, Said):
        return say(value)
    if isinstance(value, Word):
        return _(value.zh)
    return value.isoformat() if isinstance(value, date) else str(value)


def harmless(text: str) -> str:
    """Text that no spreadsheet reads as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_of(table: Table) -> bytes:
    """Heads and rows with commas, UTF-8 with its mark, so that spreadsheets read the Chinese."""
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow([_("序号"), *(_(head.label) for head in table.heads)])
    for number, row in enumerate(table.rows, 1):
        values = [list_columns.read(head, row) for head in table.heads]
        writer.writerow([number, *("" if value is None else harmless(shown(value)) for value in values)])
    return stream.getvalue().encode("utf-8-sig")


def workbook(table: Table, by: Person, at: datetime) -> bytes:
    """标题、单位、表头、合计、序号、备注、注、填报单位和日期 (PRACTICE 9.2)."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, look = book.add_worksheet(_("清单")), formats(book)
    heads, last = table.heads, len(table.heads) + 1
    for column, width in enumerate((6, *(head.paper for head in heads), 16)):
        sheet.set_column(column, column, width)
    sheet.merge_range(0, 0, 0, last, table.title, look["title"])
    sheet.merge_range(1, 0, 1, 2, _("截至 %(day)s") % {"day": table.as_of.isoformat()}, look["mark"])
    sheet.merge_range(1, 3, 1, last, _("单位：万元"), look["unit"])
    for column, label in enumerate((_("序号"), *(_(head.label) for head in heads), _("备注"))):
        sheet.write_string(2, column, label, look["head"])
    _sum_line(sheet, table, look)
    for number, row in enumerate(table.rows, 1):
        sheet.write_number(3 + number, 0, number, look["centre"])
        for column, head in enumerate(heads, 1):
            _cell(sheet, 3 + number, column, head, list_columns.read(head, row), look)
        sheet.write_string(3 + number, last, "", look["text"])
    _below(sheet, table, by, at, last, look)
    mark = watermark(by, at)
    print_setup(sheet, mark)
    book.close()
    return stream.getvalue()


def _cell(sheet: Any, line: int, column: int, head: Head, value: Any, look: dict[str, Any]) -> None:
    if value is None:
        sheet.write_string(line, column, "—", look["centre"])
    elif head.kind in (MONEY, NUMBER) and isinstance(value, Decimal | int):
        sheet.write_number(line, column, float(value), look["money" if head.kind == MONEY else "centre"])
    else:
        style = "centre" if head.kind == DAY else "wrap"
        sheet.write_string(line, column, shown(value), look[style])


def _sum_line(sheet: Any, table: Table, look: dict[str, Any]) -> None:
    """合计 first: each project's money once where rows are projects, each row's own money otherwise."""
    sheet.write_string(3, 0, "", look["sum"])
    words = _("合计 %(count)s") % {"count": len(table.rows)}
    summed = list_columns.sums_of(table.rule)
    for column, head in enumerate(table.heads, 1):
        if head.key in summed:
            amounts = [list_columns.read(head, row) for row in table.rows]
            sheet.write_number(3, column, float(sum((a for a in amounts if a is not None), Decimal(0))),
                               look["sum_money"])
        else:
            sheet.write_string(3, column, words if column == 1 else "", look["sum"])
    sheet.write_string(3, len(table.heads) + 1, "", look["sum"])


def _below(sheet: Any, table: Table, by: Person, at: datetime, last: int, look: dict[str, Any]) -> None:
    line = 4 + len(table.rows)
    for note in table.notes:
        sheet.merge_range(line, 0, line, last, _("注：%(note)s") % {"note": note}, look["mark"])
        line += 1
    signs = _("填报单位：%(unit)s　　审核人：　　　　填报人：%(name)s　　电话：　　　　日期：%(day)s") % {
        "unit": table.filler, "name": str(by), "day": clock.day_of(at).isoformat()}
    sheet.merge_range(line, 0, line, last, signs, look["plain"])
    sheet.merge_range(line + 1, 0, line + 1, last, watermark(by, at), look["mark"])
