"""What can be done with a catalogue as a workbook: hand it out."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import xlsxwriter
from django.db import transaction

from citywright.kernel import journal
from citywright.kernel.models import Person

from ..imports import sheet
from ..models import CatalogueVersion

#: Widths of columns, by what stands in them.
NARROW, WIDE, WIDEST = 10, 22, 46
LONG, LONGEST = 12, 30


@transaction.atomic
def export(*, version: CatalogueVersion, by: Person, at: datetime) -> bytes:
    """The catalogue as a workbook that can be edited and loaded again; the journal keeps who took it out."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"})
    body = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    for name, rows in sheet.tables(version.content).items():
        page = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(number, column, value, body)
                else:
                    page.write_string(number, column, str(value), body if number else bold)
        for column in range(len(rows[0])):
            longest = max((len(str(row[column])) for row in rows if column < len(row)), default=0)
            page.set_column(column, column, NARROW if longest < LONG else WIDE if longest < LONGEST else WIDEST)
        page.freeze_panes(1, 1)
        page.repeat_rows(0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_footer(f"&L{version.label}&R{by.full_name} {at:%Y-%m-%d %H:%M}")
    book.close()
    journal.write(verb="catalogue.exported", by=by, at=at, subject=version, area=version.area,
                  data={"label": version.label, "digest": version.digest})
    return stream.getvalue()
