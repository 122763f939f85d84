"""Cells of the matrix as ready text: sixty units have a thousand of them. Every text from outside is escaped here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


def address(**query: str | Iterable[str]) -> str:
    """The project list with these filters."""
    return f"{reverse('projects:list')}?{urlencode({k: v for k, v in query.items() if v}, doseq=True)}"


def lines(matrix: Matrix) -> list[Line]:
    """The units of the matrix."""
    return [line(row) for row in matrix.rows]


def line(row: MatrixRow) -> Line:
    """One unit; the total (no code) asks for all units."""
    unit = {"unit": row.code} if row.code else {}
    name = f'<a class="nm" href="{escape(address(report="due", **unit))}">{escape(row.unit)}</a>' if row.code else _(
        row.unit)
    return Line(mark_safe(name), [count(row, state, unit) for state in COUNTED], state_of(row),
                [lamp_cell(dimension, row.lamps[dimension], unit) for dimension in Dimension])


def count(row: MatrixRow, state: ReportState, unit: dict[str, str]) -> SafeString:
    """A count that links to its projects; zero is a grey dot, read out as 0."""
    number = row.counts[state]
    if not number:
        return ZERO
    return mark_safe(f'<a class="{INK[state]}" href="{escape(address(report=state.value, **unit))}">{number}</a>')


def state_of(row: MatrixRow) -> SafeString:
    """The most urgent state of the unit; of the total the share that is locked."""
    if row.code:
        return report_state(STEPS[row.state]) if row.state else mark_safe("—")
    due = row.counts[ReportState.DUE]
    return mark_safe(f"{row.counts[ReportState.LOCKED] / due * 100:.1f}%" if due else "—")


def lamp_cell(dimension: Dimension, found: LampCount, unit: dict[str, str]) -> SafeString:
    """The worst lamp first, then the other counts; only red is tinted."""
    if found.lamp is Lamp.GREY:
        return mark_safe(f'<span class="cell cell--grey"><span class="sr">{_(Lamp.GREY.zh)}</span>—</span>')
    if found.lamp is Lamp.GREEN:
        href = escape(lamp_address(dimension, (Lamp.GREEN, Lamp.BLUE), unit))
        return mark_safe(f'<a class="cell cell--good" href="{href}">{SHAPE.format("greenq")}{_(Lamp.GREEN.zh)}</a>')
    parts = [part(dimension, lamp, number, unit) for lamp, number in
             ((Lamp.RED, found.red), (Lamp.YELLOW, found.yellow)) if number]
    css = "red" if found.red else "amber"
    return mark_safe(f'<span class="cell cell--{css}">{SHAPE.format(css)}{"".join(parts)}</span>')


def part(dimension: Dimension, lamp: Lamp, number: int, unit: dict[str, str]) -> str:
    """红2 as a link to the two."""
    css = "m-red" if lamp is Lamp.RED else "m-amber"
    href = escape(lamp_address(dimension, (lamp,), unit))
    return f'<a class="{css}" href="{href}">{_(lamp.zh)}{number}</a>'


def lamp_address(dimension: Dimension, lamps: Iterable[Lamp], unit: dict[str, str]) -> str:
    """The projects that owe a report and show one of these lamps."""
    codes = [lamp.value for lamp in lamps]
    if dimension is Dimension.OVERALL:
        return address(report="due", lamp=codes, **unit)
    return address(report="due", dim=dimension.value, dlamp=codes, **unit)
