"""What can be done with the bulletin? It is taken out as Word or Excel; the journal keeps who took which numbers."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.db import transaction

from citywright.kernel import clock, journal, periods
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Person
from citywright.kernel.papers import Paper, Run, long_day

from ..models import LampRun
from ..queries import bulletin as bulletins
from ..queries.bulletin import Bulletin, Number, Sentence, Table
from ..rules import rates

WORD, EXCEL = "docx", "xlsx"
#: Printed under every table of a workbook, to be signed.
SIGNED = "填报单位：{unit}　　审核人：　　　　填报人：{person}　　电话：{phone}　　日期：{day}"
FACE = "宋体"


class CannotExportBulletin(Refusal):
    """There is no such form of the paper."""


@transaction.atomic
def export(*, area: Area, period: date, form: str, by: Person, at: datetime, run: LampRun | None = None,
           address: str = "") -> bytes:
    """The bulletin as `docx` or `xlsx`, and a journal line with its numbers and the file's hash.

    `address` is where the program is reached: numbers then link to their lists. Refuses who sees only one unit's rows.
    """
    writer = FORMS.get(form)
    if writer is None:
        raise CannotExportBulletin("通报只能导出为 Word（docx）或 Excel（xlsx），不是“%(form)s”", form=form)
    paper = bulletins.compose(by, area=area, period=period, run=run, today=clock.day_of(at))
    content = writer(paper, by, at, address.rstrip("/"))
    journal.write(verb="bulletin.exported", by=by, at=at, area=area, data={
        "month": periods.label(period), "form": form, "sha256": hashlib.sha256(content).hexdigest(),
        "figures": {figure.code: figure.shown for figure in paper.figures}})
    return content


def _mark(by: Person, at: datetime) -> str:
    """Who took the file out, and when."""
    return f"{by} {at.astimezone(clock.CITY):%Y-%m-%d %H:%M} 导出"


# --- Word ---------------------------------------------------------------------------------------------------------

def _run(number: Number, address: str) -> Run:
    return Run(number.text, address + number.url if address and number.url else "")


def _runs(sentence: Sentence, address: str) -> list[str | Run]:
    return [_run(piece, address) for piece in sentence.pieces()]


def _word(paper: Bulletin, by: Person, at: datetime, address: str) -> bytes:
    """GB/T 9704: head, title, body with its tables, note, attachments named, signature, attachments, 版记."""
    made = Paper(title=paper.title, author=str(by), at=at, mark=_mark(by, at))
    made.red_head(paper.head, paper.number, paper.day)
    made.title(paper.title)
    made.addressee("各责任单位")
    if paper.preliminary:
        made.body(_runs(paper.preliminary, address))
    for section in paper.sections:
        made.heading(1, section.heading)
        for sentence in section.paragraphs:
            made.body(_runs(sentence, address))
        for table in section.tables:
            _word_table(made, table, address)
    for note in paper.notes:
        made.note(_runs(note, address))
    made.attachment_names([table.name for table in paper.attachments])
    made.signature(paper.issuer, paper.day)
    for mark, table in paper.marked:
        made.attachment(mark, table.name)
        _word_table(made, table, address, grid=True)
    made.colophon("", paper.issuer, paper.day)
    return made.content()


def _word_table(made: Paper, table: Table, address: str, *, grid: bool = False) -> None:
    rows = [[_run(cell, address) for cell in row] for row in table.rows]
    total = [_run(cell, address) for cell in table.total] or None
    made.table(head=table.head, rows=rows, total=total, widths=table.widths, unit=table.unit, left=table.left,
               caption=table.name, grid=grid)


# --- Excel --------------------------------------------------------------------------------------------------------

def _workbook(paper: Bulletin, by: Person, at: datetime, address: str) -> bytes:
    """A sheet of the named figures, then one for each table, in the form of PRACTICE 9.2."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": paper.title, "author": str(by), "comments": _mark(by, at)})
    sheets = [_figure_table(paper), *(t for s in paper.sections for t in s.tables), *paper.attachments]
    for table in sheets:
        _sheet(book, table, paper, by, at, address)
    book.close()
    return stream.getvalue()


def _figure_table(paper: Bulletin) -> Table:
    """Every named figure of the paper with its unit and definition."""
    rows = []
    for figure in paper.figures:
        number = Number(figure.shown, figure.list_url, figure.value, figure.definition.decimals)
        rows.append((Number(figure.label), number, Number(figure.unit), Number(figure.definition.formula)))
    return Table("总体情况", "", ("指标", "数值", "单位", "口径"), tuple(rows), (34, 16, 12, 70), (0, 2, 3))


def _styles(book: Any) -> Callable[..., Any]:
    """Cell formats by property, each made once."""
    made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(**properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in made:
            made[key] = book.add_format({"font_name": FACE, "font_size": 11, "valign": "vcenter"} | properties)
        return made[key]

    return style


def _sheet(book: Any, table: Table, paper: Bulletin, by: Person, at: datetime, address: str) -> None:
    """Title, unit line, head, rows, 合计, notes, and the line to be signed."""
    style, last = _styles(book), len(table.head) - 1
    sheet = book.add_worksheet(table.name[:31])
    sheet.merge_range(0, 0, 0, last, f"{paper.title}——{table.name}",
                      style(font_size=16, bold=True, align="center"))
    sheet.set_row(0, 30)
    sheet.write(1, 0, f"{paper.number}　截至{long_day(paper.as_of)}", style())
    sheet.write(1, last, table.unit_line, style(align="right"))
    for column, (name, width) in enumerate(zip(table.head, table.widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write(2, column, name, style(bold=True, align="center", border=1, text_wrap=True))
    rows = [*((row, False) for row in table.rows), *([(table.total, True)] if table.total else [])]
    for place, (row, is_total) in enumerate(rows, 3):
        for column, cell in enumerate(row):
            _cell(sheet, place, column, cell, style, address, left=column in table.left, bold=is_total)
    _foot(sheet, 3 + len(rows), paper, by, at, style)
    _print_setup(sheet, by, at)


def _cell(sheet: Any, row: int, column: int, cell: Number, style: Callable[..., Any], address: str, *, left: bool,
          bold: bool) -> None:
    """The exact value (rounded as printed) where the cell is a number, else its text; linked to its list."""
    look: dict[str, Any] = {"border": 1, "bold": bold, "align": "left" if left else "right", "text_wrap": left}
    content: Any = cell.text
    if cell.value is not None:
        content = float(rates.rounded(cell.value, cell.decimals))
        look["num_format"] = "#,##0" + ("." + "0" * cell.decimals if cell.decimals else "")
    if address and cell.url:
        sheet.write_url(row, column, address + cell.url, style(**look), string=cell.text)
    if isinstance(content, float):
        sheet.write_number(row, column, content, style(**look))
    elif not (address and cell.url):
        sheet.write_string(row, column, content, style(**look))


def _foot(sheet: Any, row: int, paper: Bulletin, by: Person, at: datetime, style: Callable[..., Any]) -> None:
    lines = [str(note) for note in (*([paper.preliminary] if paper.preliminary else []), *paper.notes)]
    lines.append(SIGNED.format(unit=paper.issuer, person=by, phone=by.phone, day=long_day(clock.day_of(at))))
    for place, line in enumerate(lines, row):
        sheet.write_string(place, 0, line, style(font_size=10))


def _print_setup(sheet: Any, by: Person, at: datetime) -> None:
    """A4 landscape, one page wide, head on every page, frozen, with user, time and page in the footer."""
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.set_margins(left=0.6, right=0.6, top=0.75, bottom=0.75)
    sheet.set_footer(f"&L&9{_mark(by, at)}&C&9第 &P 页，共 &N 页&R&9本系统为非涉密系统")


Writer = Callable[[Bulletin, Person, datetime, str], bytes]
FORMS: dict[str, Writer] = {WORD: _word, EXCEL: _workbook}
