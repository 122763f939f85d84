"""What can be done with a board or a list? Take it away as a sheet, with who took it and when."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citywright.kernel import access, clock, journal
from citywright.kernel.models import Area, Person
from citywright.kernel.sheets.layouts import RISKY, plain_rows, write_rows
from citywright.kernel.words import THREE_ADMINISTRATORS, Role

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {CSV: "text/csv; charset=utf-8",
                 XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@transaction.atomic
def export(*, title: str, head: Sequence[str], rows: Sequence[Sequence[Any]], form: str, area: Area, by: Person,
           at: datetime) -> bytes:
    """The rows as a sheet (`xlsx`, else `csv`); the journal says who took how many, of what. The last line says so too.

    Only what the person sees may be handed in.
    """
    access.require(by, *(set(Role) - THREE_ADMINISTRATORS))
    journal.write(verb="figures.exported", by=by, at=at, area=area, data={"title": title, "rows": len(rows)})
    held = access.memberships(by)
    mark = _("导出：%(unit)s %(name)s，%(moment)s。本系统为非涉密系统。") % {
        "unit": held[0].organisation.name if held else "", "name": str(by),
        "moment": f"{at.astimezone(clock.CITY):%Y-%m-%d %H:%M}"}
    return _workbook(title, head, rows, mark) if form == XLSX else _text(title, head, rows, mark)


def _workbook(title: str, head: Sequence[str], rows: Sequence[Sequence[Any]], mark: str) -> bytes:
    with TemporaryDirectory() as folder:
        out = Path(folder) / "figures.xlsx"
        write_rows(out, title=title, head=head, rows=rows, widths=[18] * len(head), note=mark)
        return out.read_bytes()


def _text(title: str, head: Sequence[str], rows: Sequence[Sequence[Any]], mark: str) -> bytes:
    """Comma-separated, with the mark that makes office programs read it as UTF-8."""
    out = io.StringIO()
    lines = [[title], list(head), *plain_rows(rows), [mark]]
    csv.writer(out).writerows([[harmless(value) for value in line] for line in lines])
    return out.getvalue().encode("utf-8-sig")


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would run gets the sign that makes it text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value
