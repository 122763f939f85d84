"""Horizontal bars in the order given: names at the left, stacked parts, the sum at the right. Pure, like `charts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .charts import Svg, clipped, drawn, rule, text

NAMES, TOTAL, ROW = 176, 56, 26


@dataclass(frozen=True)
class Part:
    """One part of a bar and its colour."""

    value: float
    colour: str


def ranked(rows: Sequence[tuple[str, Sequence[Part], str]], *, full: float, label: str = "", width: int = 690) -> Svg:
    """A bar for each row (name, parts, sum as printed) on one scale from 0 to `full`, with its axis below."""
    room = width - NAMES - TOTAL
    floor = 8 + ROW * len(rows)
    parts = [rule(NAMES + room * k / 4, 2, NAMES + room * k / 4, floor) for k in range(5)]
    parts += [text(NAMES + room * k / 4, floor + 14, f"{full * k / 4:g}", anchor="middle") for k in range(5)]
    for n, (name, pieces, total) in enumerate(rows):
        y, x = 8 + ROW * n, float(NAMES)
        parts.append(text(0, y + 13, clipped(name, NAMES - 14, 12), size=12, fill="ink"))
        for piece in pieces:
            length = max(piece.value, 0) / full * room if full else 0
            parts.append(f'<rect x="{x:.1f}" y="{y + 3}" width="{length:.1f}" height="13" '
                         f'fill="var(--{piece.colour})"/>')
            x += length
        parts.append(text(width, y + 14, total, size=12, fill="ink", anchor="end", bold=True))
    return drawn(width, floor + 20, label, parts)
