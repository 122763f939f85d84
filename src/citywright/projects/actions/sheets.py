"""How does a table look on paper? Formats, print setup and the mark of who took it, shared by every table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from citywright.kernel import access, clock
from citywright.kernel.models import Person
from citywright.kernel.words import Lamp

COLOURS = {Lamp.RED: "#A61F18", Lamp.YELLOW: "#825700", Lamp.GREEN: "#1F6B41", Lamp.BLUE: "#13689A"}


def watermark(by: Person, at: datetime) -> str:
    """Who took it and when."""
    held = access.memberships(by)
    unit = held[0].organisation.name if held else ""
    return _("导出：%(unit)s %(name)s，%(moment)s。本系统为非涉密系统。") % {
        "unit": unit, "name": str(by), "moment": f"{at.astimezone(clock.CITY):%Y-%m-%d %H:%M}"}


def formats(book: Any) -> dict[str, Any]:
    """The formats of the table."""
    base: dict[str, Any] = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "border": 1}
    made: dict[str, dict[str, Any]] = {
        "title": {"font_name": "方正小标宋简体", "font_size": 16, "align": "center", "valign": "vcenter"},
        "plain": {"font_name": "宋体", "font_size": 10},
        "unit": {"font_name": "宋体", "font_size": 10, "align": "right"},
        "mark": {"font_name": "宋体", "font_size": 9, "font_color": "#626A74"},
        "head": base | {"bold": True, "align": "center", "text_wrap": True},
        "text": base, "wrap": base | {"text_wrap": True}, "centre": base | {"align": "center"},
        "money": base | {"num_format": "#,##0.00"}, "rate": base | {"num_format": "0.0"},
        "sum": base | {"bold": True}, "sum_money": base | {"bold": True, "num_format": "#,##0.00"},
        "sum_rate": base | {"bold": True, "num_format": "0.0"},
        **{str(lamp): base | {"align": "center", "bold": lamp in (Lamp.RED, Lamp.YELLOW), "font_color": colour}
           for lamp, colour in COLOURS.items()},
    }
    return {name: book.add_format(look) for name, look in made.items()}


def print_setup(sheet: Any, mark: str) -> None:
    """A4 across, heads repeated, the mark at the foot of every sheet of paper."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 2)
    sheet.set_footer(f"&L&9{mark.replace('&', '&&')}&R&9&P / &N")
