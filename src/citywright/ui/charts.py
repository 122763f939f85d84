"""Which picture? Pure functions that return SVG; every text in it is escaped, colours are the stylesheet's tokens.

A `Chart` is a picture with the table behind it; `templates/ui/chart.html` shows both and saves them as PNG and CSV.
The few words a picture writes itself are said through `say`, the reader's translation (gettext); titles and names
come translated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape as escaped
from math import ceil, floor, log10
from typing import Any

Spot = tuple[float, float]
Say = Callable[[str], str]
LATE = 90  # days from which a delay is printed red


class Svg(str):
    """A finished picture; templates print it as it is."""

    def __html__(self) -> str:
        return str(self)


def escape(words: Any) -> str:
    """The words, safe inside SVG and its attributes."""
    return escaped(str(words), quote=True)


@dataclass(frozen=True)
class Chart:
    """A picture, what it shows in one line, and its numbers as a table (the first column names the row)."""

    name: str
    title: str
    svg: Svg
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""


def text(x: float, y: float, words: Any, *, size: int = 11, fill: str = "ink-3", anchor: str = "start",
         bold: bool = False) -> str:
    """One escaped text at a place."""
    weight = ' font-weight="600"' if bold else ""
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="var(--{fill})" text-anchor="{anchor}"{weight}>'
            f"{escape(words)}</text>")


def rule(x1: float, y1: float, x2: float, y2: float, *, colour: str = "rule", width: float = 1) -> str:
    """One straight line."""
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="var(--{colour})" '
            f'stroke-width="{width}"/>')


def curve(spots: Sequence[Spot], colour: str, width: float, dash: str = "") -> str:
    """A line through places; nothing with fewer than two."""
    if len(spots) < 2:
        return ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    return f'<polyline points="{line}" fill="none" stroke="var(--{colour})" stroke-width="{width}"{dashed}/>'


def drawn(width: float, height: float, label: str, parts: Sequence[str], css: str = "", role: str = "img") -> Svg:
    """The picture with its name for those who do not see it; it shrinks with its column. With links in it: a group."""
    return Svg(f'<svg{css} width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" role="{role}" '
                     f'aria-label="{escape(label)}">{"".join(parts)}</svg>')


def sparkline(values: Sequence[Any], *, width: int = 74, height: int = 26) -> Svg:
    """The last months as a line with the last point in accent; nothing with fewer than two values."""
    known = [float(v) for v in values if v is not None]
    if len(known) < 2:
        return Svg("")
    low, high = min(known), max(known)
    step, span = (width - 6) / (len(known) - 1), (high - low) or 1.0
    spots = [(2 + i * step, height - 4 - (v - low) / span * (height - 8)) for i, v in enumerate(known)]
    x, y = spots[-1]
    return Svg(f'<svg class="fig__s" width="{width}" height="{height}" aria-hidden="true">'
                     f'{rule(0, height - 0.5, width, height - 0.5)}{curve(spots, "ink-3", 1.2)}'
                     f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="var(--accent)"/></svg>')


def steps_to(top: float, count: int = 6) -> list[float]:
    """Round axis values from 0 up to at least `top`, about `count` of them."""
    if top <= 0:
        return [0.0, 1.0]
    rough = top / count
    size = 10 ** floor(log10(rough))
    step = next(size * k for k in (1, 2, 2.5, 5, 10) if size * k >= rough)
    return [step * i for i in range(ceil(top / step - 1e-9) + 1)]


@dataclass(frozen=True)
class Series:
    """One line of the S-curve: amounts by period, how it is drawn and what is written beside it."""

    label: str
    values: Sequence[tuple[date, float]]
    style: str  # plan, dispatch, statistics, forecast


#: Style to colour, width and dashes: plan grey, dispatch accent, statistics black dotted, forecast accent dashed.
STYLES = {"plan": ("grey", 1.5, ""), "forecast": ("accent", 1.5, "3 3"), "dispatch": ("accent", 2.4, ""),
          "statistics": ("ink", 1.4, "1.5 2.5")}


def s_curve(series: Sequence[Series], *, as_of: date | None = None, unit: str = "亿元", label: str = "",
            say: Say = str, width: int = 486, height: int = 214) -> Svg:
    """Cumulated amounts: plan, dispatch, statistics, forecast, each named at its line; the as-of line has values."""
    days = [on for s in series for on, _ in s.values]
    if not days:
        return drawn(width, 40, label, [text(0, 24, say("还没有数据"), size=12)])
    first, last = min(days), max(days)
    span = max((last - first).days, 1)
    ticks = steps_to(max(float(v) for s in series for _, v in s.values))
    left, right, top, floor_y = 30.0, width - 8.0, 16.0, height - 26.0

    def place(on: date, value: float) -> Spot:
        return (left + (on - first).days / span * (right - left), floor_y - float(value) / ticks[-1] * (floor_y - top))

    parts = [rule(left, place(first, v)[1], right, place(first, v)[1]) for v in ticks]
    parts += [text(left - 5, place(first, v)[1] + 4, f"{v:g}", anchor="end") for v in ticks]
    parts.append(text(0, 10, say(unit)))
    parts += [text(place(on, 0)[0], height - 9, words, anchor=anchor) for on, words, anchor in months(first, last)]
    for one in sorted(series, key=lambda s: list(STYLES).index(s.style)):
        parts.append(curve([place(on, v) for on, v in one.values], *STYLES[one.style]))
        parts.append(_named(one, [place(on, v) for on, v in one.values], as_of))
    if as_of is not None and first <= as_of <= last:
        parts += _as_of(series, as_of, place(as_of, 0)[0], (top, floor_y), right, say)
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="var(--accent)"/>' for s in series
                  if s.style == "dispatch" and s.values for x, y in [place(*s.values[-1])]]
    return drawn(width, height, label, parts)


def _named(one: Series, spots: Sequence[Spot], as_of: date | None) -> str:
    """The name of a line beside it, two thirds along; lines that end at the as-of day are named there instead."""
    if not spots or one.style in {"dispatch", "statistics"} and as_of is not None:
        return ""
    x, y = spots[len(spots) * 2 // 3]
    if one.style == "forecast":
        return text(x + 8, y + 16, one.label, fill="accent")
    return text(x - 6, y - 8, one.label, fill="ink-2" if one.style == "plan" else STYLES[one.style][0], anchor="end")


def _as_of(series: Sequence[Series], as_of: date, x: float, ys: Spot, right: float, say: Say) -> list[str]:
    """The as-of line with the value of each calibre up to that day."""
    parts = [rule(x, ys[0] - 4, x, ys[1], colour="ink"),
             text(x + 4, ys[0] + 4, say("截至 %(day)s") % {"day": f"{as_of:%Y-%m}"}, fill="ink")]
    start, anchor = (x - 6, "end") if x > right * 0.6 else (x + 7, "start")
    line = 0
    for one in series:
        known = [(on, v) for on, v in one.values if on <= as_of]
        if not known or one.style == "forecast":
            continue
        on, value = known[-1]
        when = "" if on == as_of else f" ({on:%Y-%m})"
        fill = {"plan": "ink-2", "dispatch": "accent"}.get(one.style, "ink")
        parts.append(text(start, ys[1] - 46 + line * 16, f"{one.label} {float(value):.2f}{when}", fill=fill,
                          anchor=anchor, bold=one.style == "dispatch"))
        line += 1
    return parts


def months(first: date, last: date) -> Iterator[tuple[date, str, str]]:
    """Marks of a time axis, at most seven: the day, what is written, how it is anchored."""
    count = (last.year - first.year) * 12 + last.month - first.month
    step = next((s for s in (1, 3, 6, 12, 24, 60) if count // s <= 6), 120)
    on = date(first.year, first.month, 1)
    while on <= last:
        if step < 12 and (on.month - 1) % step == 0 or step >= 12 and on.month == 1 and on.year % (step // 12) == 0:
            yield max(on, first), f"{on:%Y-%m}", "start" if on <= first else "middle"
        on = date(on.year + on.month // 12, on.month % 12 + 1, 1)


@dataclass(frozen=True)
class Bar:
    """One milestone: baseline, what was done, what is forecast; `claimed` is a day claimed but not verified."""

    name: str
    holder: str = ""
    baseline: tuple[date | None, date | None] = (None, None)
    done: tuple[date | None, date | None] = (None, None)
    forecast: date | None = None
    claimed: date | None = None
    late: int | None = None

    def days(self) -> list[date]:
        return [d for d in (*self.baseline, *self.done, self.forecast, self.claimed) if d is not None]


@dataclass(frozen=True)
class Scale:
    """Days to places on the paper."""

    first: date
    last: date
    left: float
    right: float

    def x(self, on: date) -> float:
        span = max((self.last - self.first).days, 1)
        return self.left + (on - self.first).days / span * (self.right - self.left)


def gantt(bars: Sequence[Bar], *, today: date, label: str = "", say: Say = str, width: int = 690,
          row: int = 17) -> Svg:
    """Milestones: grey line baseline, filled done, outlined forecast, dashed claimed, red today, days late at right."""
    days = [d for bar in bars for d in bar.days()]
    if not days:
        return drawn(width, 40, label, [text(0, 24, say("还没有排节点"), size=12)])
    first, last = min(*days, today), max(*days, today)
    margin = timedelta(days=max((last - first).days // 40, 3))
    scale = Scale(first - margin, last + margin, 168, width - 76)
    floor_y = 20 + row * len(bars)
    parts = []
    for on, words, anchor in months(scale.first, scale.last):
        parts += [rule(scale.x(on), 16, scale.x(on), floor_y), text(scale.x(on), 11, words, anchor=anchor)]
    for i, bar in enumerate(bars):
        parts += _gantt_row(bar, 20 + row * i, row, scale, width, today)
        parts += _gantt_words(bar, 20 + row * i, scale, width, say)
    x = scale.x(today)
    parts += [rule(x, 14, x, floor_y + 2, colour="red", width=1.2),
              text(min(max(x, 34), width - 34), floor_y + 15, f'{say("今日")} {today:%m-%d}', fill="red-t",
                   anchor="middle")]
    return drawn(width, floor_y + 20, label, parts)


def _gantt_row(bar: Bar, y: float, row: int, scale: Scale, width: int, today: date) -> list[str]:
    parts = [text(0, y + 14, clipped(bar.name, 118, 12), size=12, fill="ink"),
             text(122, y + 14, clipped(bar.holder, 44, 11)), rule(0, y + row + 1.5, width, y + row + 1.5)]
    start, end = bar.baseline
    if end is not None:
        parts.append(_box(scale, start or end, end, y + 14, 2.5, 'fill="var(--grey)"'))
    begun, finished = bar.done
    if begun is not None or finished is not None:
        parts.append(_box(scale, begun or finished, finished or today, y + 6, 7, 'fill="var(--accent)"'))
    if bar.forecast is not None and finished is None:
        since = today if begun is not None and begun <= today else min(bar.forecast, start or bar.forecast)
        late_start = max(since, today) if bar.forecast > today else since
        parts.append(_box(scale, min(late_start, bar.forecast), bar.forecast, y + 6.5, 6,
                          'fill="var(--accent-tint)" stroke="var(--accent)"'))
    return parts


def _gantt_words(bar: Bar, y: float, scale: Scale, width: int, say: Say) -> list[str]:
    """A claim that waits for its verifier, and how many days late."""
    parts = []
    if bar.claimed is not None:
        x = scale.x(bar.claimed)
        parts += [f'<rect x="{x - 4:.1f}" y="{y + 6.5:.1f}" width="8" height="6.5" fill="#fff" stroke="var(--accent)" '
                  'stroke-width="1.2" stroke-dasharray="2 1.5"/>',
                  text(x + 8, y + 14, say("申报，待核验"), fill="accent")]
    if bar.late is not None:
        words = say("按期") if bar.late <= 0 else say("晚 %(days)s 天") % {"days": bar.late}
        parts.append(text(width, y + 14, words, size=12, fill="red-t" if bar.late >= LATE else "ink-2", anchor="end"))
    return parts


def _box(scale: Scale, start: date | None, end: date, y: float, height: float, look: str) -> str:
    x = scale.x(start or end)
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(scale.x(end) - x, 3):.1f}" height="{height}" {look}/>'


def clipped(words: str, room: float, size: int) -> str:
    """The words cut to the room in pixels, with … when cut; a Chinese sign is one size wide, a Latin one about half."""
    used = 0.0
    for i, sign in enumerate(words):
        used += size if ord(sign) > 0x2E80 else size * 0.56
        if used > room:
            return words[:max(i - 1, 1)] + "…"
    return words


@dataclass(frozen=True)
class Shape:
    """One part of an area on a schematic map: corners on the paper, name, lamps by colour, where it leads."""

    name: str
    corners: Sequence[Spot]
    red: int = 0
    amber: int = 0
    href: str = ""


def district_map(shapes: Sequence[Shape], *, label: str = "", say: Say = str, width: int = 282,
                 height: int = 172) -> Svg:
    """Flat grey parts with white borders and their red and yellow counts; always a schematic (示意图)."""
    parts = []
    for shape in shapes:
        path = "M" + " ".join(f"{x:.0f} {y:.0f}" for x, y in shape.corners) + "Z"
        cx = sum(x for x, _ in shape.corners) / len(shape.corners)
        cy = sum(y for _, y in shape.corners) / len(shape.corners)
        told = f'{say("红")} {shape.red}, {say("黄")} {shape.amber}'
        inner = (f'<path d="{path}" fill="#EFF1F3" stroke="#fff" stroke-width="2"><title>{escape(shape.name)}: '
                 f'{escape(told)}</title></path>')
        inner += text(cx, cy - 3, shape.name, size=12, fill="ink", anchor="middle") + _counts(shape, cx, cy + 15, say)
        parts.append(f'<a href="{escape(shape.href)}">{inner}</a>' if shape.href else inner)
    return drawn(width, height, label, parts)


def _counts(shape: Shape, cx: float, y: float, say: Say) -> str:
    """Red and yellow counts side by side under the name, only those there are; a long word is left to the shape."""
    shown = [(name, fill, f"{word if len(word) == 1 else ''}{count}", name == "red") for (name, fill, word, count) in (
        ("red", "red-t", say("红"), shape.red), ("amber", "amber-t", say("黄"), shape.amber)) if count]
    if not shown:
        return text(cx, y, "·", anchor="middle")
    widths = [14 + len(words) * 7.5 + 6 for _, _, words, _ in shown]
    x, made = cx - sum(widths) / 2, []
    for (name, fill, words, bold), wide in zip(shown, widths, strict=True):
        made.append(f'<use href="#l-{name}" x="{x:.1f}" y="{y - 8.5:.1f}" width="9" height="9"/>'
                    + text(x + 11.5, y, words, fill=fill, bold=bold))
        x += wide
    return "".join(made)


def tiles(count: int, width: float, height: float) -> list[list[Spot]]:
    """Schematic parts of an area that fill a paper without gaps: rows of uneven tiles, the same for the same count."""
    rows = max(1, round((count * height / width * 1.6) ** 0.5))
    split = [count // rows + (1 if abs(i - (rows - 1) / 2) < (count % rows) / 2 else 0) for i in range(rows)]
    split[rows // 2] += count - sum(split)
    edges = [[0.0, *(_shaken(k / n, row * 7 + k, 0.06) for k in range(1, n)), 1.0] for row, n in enumerate(split)]
    inset = [abs(i - rows / 2) / rows * width * 0.2 for i in range(rows + 1)]

    def spot(line: int, at: float) -> Spot:
        wave = 0.0 if 0 < at < 1 and line in (0, rows) else _shaken(0, round(at * 97) + line * 31, 0.1) * height / rows
        return (inset[line] + at * (width - 2 * inset[line]), height * line / rows + (wave if 0 < line < rows else 0))

    made = []
    for row, ends in enumerate(edges):
        above = sorted({*ends, *(edges[row - 1] if row else [])})
        under = sorted({*ends, *(edges[row + 1] if row + 1 < rows else [])})
        for left, right in zip(ends, ends[1:], strict=False):
            top = [spot(row, at) for at in above if left <= at <= right]
            bottom = [spot(row + 1, at) for at in under if left <= at <= right]
            made.append(top + bottom[::-1])
    return made


def _shaken(value: float, seed: int, size: float) -> float:
    """The value moved by up to `size`, the same way for the same seed."""
    return value + ((seed * 7919 + 104_729) % 1000 / 500 - 1) * size
