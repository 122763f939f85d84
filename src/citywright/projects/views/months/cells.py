"""Cells of the matrix as ready text: sixty units have a thousand of them. Every text from outside is escaped here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from citywright.kernel.words import Lamp
from citywright.ui.templatetags.ui import report_state

from ...queries.months import LampCount, Matrix, MatrixRow
from ...words import Dimension, ReportState

#: How a count of a state is written when it is not zero.
INK = {ReportState.MISSING: "m-red", ReportState.RETURNED: "m-red", ReportState.SAME: "m-amber",
       ReportState.OUT: "m-ink", ReportState.LOCKED: "m-accent", ReportState.DUE: "m-ink"}
ZERO = mark_safe('<span class="mx mx--0" aria-hidden="true">·</span><span class="sr">0</span>')
#: The shapes of the state column: the report step that looks like the state.
STEPS = {ReportState.MISSING: "", ReportState.OUT: "submitted", ReportState.RETURNED: "returned",
         ReportState.SAME: "same", ReportState.LOCKED: "locked"}
COUNTED = (ReportState.DUE, ReportState.MISSING, ReportState.OUT, ReportState.RETURNED, ReportState.SAME,
           ReportState.LOCKED)
SHAPE = '<svg aria-hidden="true"><use href="#l-{0}"/></svg>'


@dataclass(frozen=True)
class Line:
    """A row of the matrix, ready to be printed."""

    name: SafeString
    counts: list[SafeString]
    state: SafeString
    lamps: list[SafeString]


@lru_cache(maxsize=16384)
def address(*, unit: str = "", report: str = "", lamp: tuple[str, ...] = (), dim: str = "",
            dlamp: tuple[str, ...] = ()) -> str:
    """The project list with these filters, fit for an attribute; the same for every reader, so kept."""
    query = {"unit": unit, "report": report, "lamp": lamp, "dim": dim, "dlamp": dlamp}
    return escape(f"{reverse('projects:list')}?{urlencode({k: v for k, v in query.items() if v}, doseq=True)}")


def lines(matrix: Matrix) -> list[Line]:
    """The units of the matrix."""
    return [line(row) for row in matrix.rows]


def line(row: MatrixRow) -> Line:
    """One unit; the total (no code) asks for all units."""
    name = f'<a class="nm" href="{address(report="due", unit=row.code)}">{escape(row.unit)}</a>' if row.code else _(
        row.unit)
    return Line(mark_safe(name), [count(row, state) for state in COUNTED], state_of(row),
                [lamp_cell(dimension, row.lamps[dimension], row.code) for dimension in Dimension])


def count(row: MatrixRow, state: ReportState) -> SafeString:
    """A count that links to its projects; zero is a grey dot, read out as 0."""
    number = row.counts[state]
    if not number:
        return ZERO
    return mark_safe(f'<a class="{INK[state]}" href="{address(report=state.value, unit=row.code)}">{number}</a>')


def state_of(row: MatrixRow) -> SafeString:
    """The most urgent state of the unit; of the total the share that is locked."""
    if row.code:
        return report_state(STEPS[row.state]) if row.state else mark_safe("—")
    due = row.counts[ReportState.DUE]
    return mark_safe(f"{row.counts[ReportState.LOCKED] / due * 100:.1f}%" if due else "—")


def lamp_cell(dimension: Dimension, found: LampCount, unit: str) -> SafeString:
    """The worst lamp first, then the other counts; only red is tinted."""
    if found.lamp is Lamp.GREY:
        return mark_safe(f'<span class="cell cell--grey"><span class="sr">{_(Lamp.GREY.zh)}</span>—</span>')
    if found.lamp is Lamp.GREEN:
        href = lamp_address(dimension, (Lamp.GREEN, Lamp.BLUE), unit)
        return mark_safe(f'<a class="cell cell--good" href="{href}">{SHAPE.format("greenq")}{_(Lamp.GREEN.zh)}</a>')
    parts = [part(dimension, lamp, number, unit) for lamp, number in
             ((Lamp.RED, found.red), (Lamp.YELLOW, found.yellow)) if number]
    css = "red" if found.red else "amber"
    return mark_safe(f'<span class="cell cell--{css}">{SHAPE.format(css)}{"".join(parts)}</span>')


def part(dimension: Dimension, lamp: Lamp, number: int, unit: str) -> str:
    """红2 as a link to the two."""
    css, words = ("m-red", _("红%(count)s")) if lamp is Lamp.RED else ("m-amber", _("黄%(count)s"))
    return f'<a class="{css}" href="{lamp_address(dimension, (lamp,), unit)}">{words % {"count": number}}</a>'


def lamp_address(dimension: Dimension, lamps: tuple[Lamp, ...], unit: str) -> str:
    """The projects that owe a report and show one of these lamps."""
    if dimension is Dimension.OVERALL:
        return address(report="due", lamp=lamps, unit=unit)
    return address(report="due", dim=dimension.value, dlamp=lamps, unit=unit)
