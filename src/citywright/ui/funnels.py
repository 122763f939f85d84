"""Which picture of a pool? A funnel of its stages with what moved, and the stock of each stage against a need.

Pure functions that return SVG, like `charts`; names and notes come translated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .charts import Svg, drawn, rule, text


@dataclass(frozen=True)
class Level:
    """One stage: its name, how many stand in it, what came in and left lately (in words), whether it runs dry."""

    name: str
    count: int
    words: str = ""
    note: str = ""
    bad: bool = False


def box(x: float, y: float, width: float, height: float, colour: str) -> str:
    """One filled bar, at least a line wide when there is anything."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1.5):.1f}" height="{height:g}" fill="var(--{colour})"/>'


def funnel(levels: Sequence[Level], *, label: str = "", width: int = 486, step: int = 38) -> Svg:
    """Stages from above down as centred bars; the number stands on the bar's left, what moved at the right."""
    most = max((level.count for level in levels), default=0) or 1
    left, middle, half, parts = 128.0, 252.0, 96.0, []
    for row, level in enumerate(levels):
        y = row * step + 4.0
        reach = half * level.count / most
        parts.append(text(0, y + 17, level.name, size=12, fill="ink-2"))
        parts.append(text(left + 22, y + 17, str(level.count), size=13, fill="red-t" if level.bad else "ink",
                          anchor="end", bold=True))
        if level.count:
            parts.append(box(middle - reach + 8, y + 3, 2 * reach, 20, "accent-mid" if level.bad else "accent"))
        else:
            parts.append(rule(middle + 8, y + 3, middle + 8, y + 23, colour="rule-2", width=2))
        parts.append(text(width, y + 17, level.words, size=12, fill="ink-3", anchor="end"))
        if row:
            parts.append(rule(0, y - 3, width, y - 3))
    return drawn(width, len(levels) * step, label, parts)


@dataclass(frozen=True)
class Stock:
    """One stage with an amount and what is written beside it."""

    name: str
    amount: float
    words: str


def stock_bars(stocks: Sequence[Stock], *, need: float | None, need_words: str = "", label: str = "",
               unit: str = "", width: int = 486, step: int = 30) -> Svg:
    """Amounts of the stages from one edge, all in one scale, with the need as a line across them."""
    most = max([stock.amount for stock in stocks] + [need or 0.0]) or 1.0
    left, right, top = 128.0, width - 92.0, 20.0
    foot = top + len(stocks) * step
    parts = [text(width, 12, unit, anchor="end")]
    for row, stock in enumerate(stocks):
        y = top + row * step
        parts.append(text(0, y + 17, stock.name, size=12, fill="ink-2"))
        long = (right - left) * stock.amount / most
        if stock.amount:
            parts.append(box(left, y + 4, long, 18, "accent"))
        parts.append(text(width, y + 17, stock.words, size=12, fill="ink", anchor="end"))
        parts.append(rule(0, y + step - 1, width, y + step - 1))
    if need is not None:
        x = left + (right - left) * need / most
        parts.append(f'<line x1="{x:.1f}" y1="{top - 2:g}" x2="{x:.1f}" y2="{foot:g}" stroke="var(--ink)" '
                     f'stroke-width="1.6" stroke-dasharray="4 3"/>')
        anchor = "end" if x > width / 2 else "start"
        parts.append(text(x + (-4 if anchor == "end" else 4), 12, need_words, fill="ink-2", anchor=anchor))
    return drawn(width, foot + 2, label, parts)
