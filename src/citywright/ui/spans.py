"""Which picture of a clock? One bar of days: whose time each stretch was, the due day, today. Pure, like `charts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .charts import Svg, drawn, rule, text

HATCH = ('<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
         '<rect width="5" height="5" fill="var(--amber-tint)"/><line x1="0" y1="0" x2="0" y2="5" stroke="var(--amber)" '
         'stroke-width="1.6"/></pattern></defs>')


@dataclass(frozen=True)
class Stretch:
    """After one day up to and with another: time that runs (a colour), or stands still (hatched); with its words."""

    after: date
    until: date
    runs: bool
    words: str = ""


@dataclass(frozen=True)
class Mark:
    """A day with its words: the colour of its line."""

    on: date
    words: str
    colour: str = "ink"


def clock_bar(stretches: Sequence[Stretch], marks: Sequence[Mark], *, label: str = "", width: int = 640) -> Svg:
    """The stretches one after the other, thin up to the last mark; marks above the bar, their words kept apart."""
    days = [*(one.after for one in stretches), *(one.until for one in stretches), *(mark.on for mark in marks)]
    if not days:
        return Svg("")
    first, last = min(days), max(days)
    size = max((last - first).days, 1)
    left, right, y = 6.0, width - 6.0, 36.0

    def place(on: date) -> float:
        return left + (on - first).days / size * (right - left)

    parts = [HATCH, rule(left, y + 7, right, y + 7, colour="rule-2")]
    for one in stretches:
        x, length = place(one.after), max(place(one.until) - place(one.after), 2.0)
        fill = "var(--grey)" if one.runs else "url(#hatch)"
        edge = "" if one.runs else ' stroke="var(--amber)"'
        parts.append(f'<rect x="{x:.1f}" y="{y}" width="{length:.1f}" height="14" fill="{fill}"{edge}/>')
        if one.words and length > 12 * len(one.words):
            parts.append(text(x + length / 2, y + 30, one.words, size=11, fill="ink-2", anchor="middle"))
    return drawn(width, y + 38, label, [*parts, *_marks(marks, place, width, y)])


def _marks(marks: Sequence[Mark], place: object, width: int, y: float) -> list[str]:
    """The marked days; of two that stand close the later one is written a line lower."""
    parts: list[str] = []
    low_until, high_until = -1e9, -1e9
    for mark in sorted(marks, key=lambda one: one.on):
        x = place(mark.on)  # type: ignore[operator]
        room = 6.6 * sum(2 if ord(c) > 255 else 1 for c in mark.words)
        start = min(max(x - room / 2, 0), width - room)
        above = start > high_until
        line = 12 if above else 26
        if above:
            high_until = start + room + 8
        elif start > low_until:
            low_until = start + room + 8
        parts.append(rule(x, line + 3, x, y + 18, colour=mark.colour, width=1.4))
        parts.append(text(start, line, mark.words, size=11, fill=mark.colour))
    return parts
