"""Giving a sheet back in its sender's own layout, with current figures; and plain sheets of our own.

Text is written as text, whatever it starts with: nothing a person typed becomes a formula.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from .tables import Table

RISKY = ("=", "+", "-", "@", "\t", "\r")
#: Nothing typed becomes a formula, a link or a number.
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Addition:
    """A row to be appended at the end of a group: values by column index."""

    group: str
    values: Mapping[int, Any]


def write_back(source: Path, table: Table, cells: Mapping[tuple[int, int], Any], out: Path,
               additions: Sequence[Addition] = (), *, mark: str = "") -> None:
    """Write the sender's sheet to `out` with `cells` (row counted from 1, column from 0) replaced.

    An .xlsx keeps its styles, widths, merges, other sheets and row order; an .xls becomes an .xlsx of the same columns,
    a .csv stays one (UTF-8 with mark). New rows come at the end of their group, looking like the row above. Formulas of
    the sheet become their values: left alone they would have none until Excel opens the file. `mark` (who and when)
    is printed in the foot of each page.
    """
    if table.kind == "xlsx":
        _fill_workbook(source, table, cells, out, additions, mark)
    elif table.kind == "xls":
        _fresh_workbook(table, _filled_rows(table, cells, additions), out)
    else:
        _write_csv(_filled_rows(table, cells, additions), out)


def _fill_workbook(source: Path, table: Table, cells: Mapping[tuple[int, int], Any], out: Path,
                   additions: Sequence[Addition], mark: str) -> None:
    with source.open("rb") as stream:   # a kept file has no ending, which openpyxl would insist on
        book = openpyxl.load_workbook(stream)
    sheet = book[table.sheet]
    inside = {(r, c) for m in sheet.merged_cells.ranges for r, c in m.cells if (r, c) != (m.min_row, m.min_col)}
    _settle_formulas(sheet, table)
    for (row, column), value in cells.items():
        if (row, column + 1) not in inside:
            _put(sheet.cell(row=row, column=column + 1), value)
    if mark:
        sheet.oddFooter.right.text = mark
        book.properties.lastModifiedBy = mark
    for after, new in reversed(_placed(table, additions)):
        _insert_like(sheet, after, new)
    book.save(out)


def _settle_formulas(sheet: Any, table: Table) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                values = table.grid.rows[cell.row - 1] if cell.row <= len(table.grid.rows) else []
                _put(cell, values[cell.column - 1] if cell.column <= len(values) else None)


def _put(cell: Any, value: Any) -> None:
    """Set one cell; a text stays a text even when it looks like a formula."""
    if value in ("", None):
        cell.value = None
    elif isinstance(value, str):
        cell.value = _FORBIDDEN.sub("", value)
        cell.data_type = "s"
        if value.startswith(RISKY):
            cell.quotePrefix = True
    else:
        cell.value = float(value) if isinstance(value, Decimal) and value != value.to_integral_value() else (
            int(value) if isinstance(value, Decimal) else value)


def _insert_like(sheet: Any, after: int, values: Mapping[int, Any]) -> None:
    """Put a row behind row `after`, styled like it; merged ranges and heights below move down with their rows."""
    below = [m for m in list(sheet.merged_cells.ranges) if m.min_row > after]
    heights = {r: sheet.row_dimensions[r].height for r in range(after + 1, sheet.max_row + 1)}
    for merged in below:
        sheet.merged_cells.remove(merged)
    sheet.insert_rows(after + 1)
    for merged in below:
        merged.shift(row_shift=1)
        sheet.merged_cells.add(merged)
    for row, height in heights.items():
        sheet.row_dimensions[row + 1].height = height
    sheet.row_dimensions[after + 1].height = sheet.row_dimensions[after].height
    for column in range(1, sheet.max_column + 1):
        old, new = sheet.cell(row=after, column=column), sheet.cell(row=after + 1, column=column)
        if old.has_style:
            new._style = copy(old._style)
        if column - 1 in values:
            _put(new, values[column - 1])


def _placed(table: Table, additions: Sequence[Addition]) -> list[tuple[int, Mapping[int, Any]]]:
    """Behind which row each addition goes: the last of its group, else the last data row."""
    last = max(row.number for row in table.data)
    ends = {row.group: row.number for row in table.data}
    return sorted(((ends.get(a.group, last), a.values) for a in additions), key=lambda pair: pair[0])


def _filled_rows(table: Table, cells: Mapping[tuple[int, int], Any], additions: Sequence[Addition]) -> list[list[Any]]:
    rows = [list(row) for row in table.grid.rows]
    for (row, column), value in cells.items():
        rows[row - 1][column] = value
    for after, values in reversed(_placed(table, additions)):
        rows.insert(after, [values.get(i, "") for i in range(len(rows[after - 1]))])
    return rows


def plain_rows(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """The rows with every value as a sheet takes it: money as numbers, days as text of a day."""
    return [[float(v) if isinstance(v, Decimal) else v.isoformat() if isinstance(v, date) else v for v in row]
            for row in rows]


def _write_csv(rows: list[list[Any]], out: Path) -> None:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for row in rows:
            writer.writerow([_harmless(value) for value in row])


def _harmless(value: Any) -> Any:
    """Text that a spreadsheet would run gets the sign that makes it text; the readers take it off again."""
    if isinstance(value, str) and value.startswith(RISKY) and not re.fullmatch(r"[+-]?[\d.,]+%?", value):
        return "'" + value
    return value


def _fresh_workbook(table: Table, rows: list[list[Any]], out: Path) -> None:
    """The same columns as a new .xlsx: header bold, merges of the old one down to the header kept."""
    book = xlsxwriter.Workbook(str(out), PLAIN)
    sheet = book.add_worksheet((table.sheet or "Sheet1")[:31])
    head = book.add_format({"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1})
    body = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    for number, row in enumerate(plain_rows(rows)):
        for column, value in enumerate(row):
            if value not in ("", None):
                sheet.write(number, column, value, head if table.first - 1 <= number < table.last else body)
    for top, left, bottom, right in table.grid.merges:
        if bottom < table.last:
            sheet.merge_range(top, left, bottom, right, table.grid.rows[top][left], head)
    sheet.freeze_panes(table.last, 0)
    book.close()


def write_rows(out: Path, *, title: str, head: Sequence[str], rows: Iterable[Sequence[Any]],
               widths: Sequence[int] = (), note: str = "") -> None:
    """A plain sheet of ours: a title, one header row, hairlines, its head on each page; text stays text."""
    book = xlsxwriter.Workbook(str(out), PLAIN)
    sheet = book.add_worksheet("Sheet1")
    top = book.add_format({"bold": True, "font_size": 14})
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
    body = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    sheet.write(0, 0, title, top)
    sheet.write(1, 0, note)
    sheet.write_row(2, 0, head, bold)
    for number, row in enumerate(plain_rows(rows), start=3):
        sheet.write_row(number, 0, row, body)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(0, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
