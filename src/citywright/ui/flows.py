"""Which picture of a process? Its steps from above down, and how often one directly follows another.

Pure functions that return SVG, like `charts`; names and words come translated. A step that follows the one above it is
a straight arrow; what jumps forward runs at the right, what turns back at the left. The busier, the wider.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from .charts import Svg, drawn, escape, text

STEP, BOX, TALL, LANE, GAP = 54, 198, 26, 80, 22


@dataclass(frozen=True)
class Knot:
    """One step: its name, and how often it happened, in words."""

    name: str
    words: str


@dataclass(frozen=True)
class Arrow:
    """One follows another, by their numbers: how often, and what is written beside it."""

    start: int
    end: int
    times: int
    words: str


def flow(knots: Sequence[Knot], arrows: Sequence[Arrow], *, label: str = "") -> Svg:
    """The picture; every number in it is in the table behind it too."""
    forth = [one for one in arrows if one.end > one.start + 1]
    back = [one for one in arrows if one.end <= one.start]
    right, left = lanes(forth), lanes(back)
    most = max((one.times for one in arrows), default=1)
    x = len(set(left.values())) * LANE + (GAP if left else 1)
    parts: list[str] = []
    said: list[str] = []
    for one in arrows:
        thick = 1 + 3 * log(one.times + 1) / log(most + 1)
        if one in right:
            _around(one, x + BOX, x + BOX + GAP + right[one] * LANE, thick, parts, said)
        elif one in left:
            _around(one, x, x - GAP - left[one] * LANE, thick, parts, said)
        else:
            _straight(one, x, thick, parts, said)
    parts += [f'<g stroke="var(--ground)" stroke-width="3" paint-order="stroke">{"".join(said)}</g>']
    for number, knot in enumerate(knots):
        y = number * STEP + 2
        parts.append(f'<rect x="{x:g}" y="{y}" width="{BOX}" height="{TALL}" fill="var(--tint)" '
                     f'stroke="var(--rule-2)"><title>{escape(knot.name)} {escape(knot.words)}</title></rect>')
        parts.append(text(x + 8, y + 17, knot.name, size=12, fill="ink"))
        parts.append(text(x + BOX - 8, y + 17, knot.words, size=12, fill="ink-2", anchor="end"))
    width = x + BOX + GAP + len(set(right.values())) * LANE
    width, least = max(width, x + BOX + 110), f' style="min-width:{max(width, x + BOX + 110) * 0.8:.0f}px"'
    return drawn(width, max(len(knots) - 1, 0) * STEP + TALL + 4, label, parts, least)


def lanes(arrows: Sequence[Arrow]) -> dict[Arrow, int]:
    """A lane for each arrow, the shorter the nearer, so that no two in one lane pass one another."""
    found: dict[Arrow, int] = {}
    for one in sorted(arrows, key=lambda arrow: (abs(arrow.end - arrow.start), arrow.start)):
        low, high = sorted((one.start, one.end))
        taken = {lane for other, lane in found.items()
                 if low <= max(other.start, other.end) and min(other.start, other.end) <= high}
        found[one] = min(set(range(len(found) + 1)) - taken)
    return found


def _straight(one: Arrow, x: float, thick: float, parts: list[str], said: list[str]) -> None:
    top, foot, middle = one.start * STEP + TALL + 2, one.end * STEP + 2, x + 24
    parts += [_line(f"M{middle:g} {top}V{foot - 6}", thick), _head(middle, foot, 0, 1)]
    said.append(text(middle + 9, (top + foot) / 2 + 4, one.words, size=11, fill="ink-2"))


def _around(one: Arrow, edge: float, lane: float, thick: float, parts: list[str], said: list[str]) -> None:
    """Out of the side of one box, along its lane, into the side of another."""
    side = 1 if lane > edge else -1
    begin, end = one.start * STEP + 19.0, one.end * STEP + 11.0
    words = one.words.split("　")
    parts += [_line(f"M{edge:g} {begin:g}H{lane:g}V{end:g}H{edge + 6 * side:g}", thick), _head(edge, end, -side, 0)]
    middle = (begin + end) / 2
    said += [text(lane + 6 * side, middle + 2 + 13 * row, line, size=11, fill="ink-2",
                  anchor="start" if side > 0 else "end") for row, line in enumerate(words)]


def _line(path: str, thick: float) -> str:
    return f'<path d="{path}" fill="none" stroke="var(--accent)" stroke-width="{thick:.1f}"/>'


def _head(x: float, y: float, dx: int, dy: int) -> str:
    """The point of an arrow that comes along (dx, dy)."""
    back_x, back_y = x - 8 * dx, y - 8 * dy
    return (f'<path d="M{x:g} {y:g}L{back_x + 4 * dy:g} {back_y + 4 * dx:g}L{back_x - 4 * dy:g} {back_y - 4 * dx:g}Z" '
            f'fill="var(--accent)"/>')
