"""A parallel plan: bands of stages, a row for each task, what is done, what is planned, what holds the date. Pure.

Days are numbers from the left edge. Grey is done, outlined planned, accent holds the date and is linked, hatched is a
clock that stood still; red is today; the band lies between the early and the late day, its line on the likely one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .charts import Svg, clipped, drawn, escape, rule, text

WIDTH, LEFT, RIGHT = 894, 252.0, 888.0
#: Where the columns of names, holders and days stand, and how high things are.
HOLDER, DAYS, ROW, BAND, TOP = 148, 240, 20, 19, 26
NAME_ROOM, HOLDER_ROOM = 138, 77
#: Below this distance two words under the plan would touch.
TOUCHING = 138.0
LOOKS = {
    "done": 'fill="var(--grey)"',
    "held": 'fill="var(--accent)"',
    "planned": 'fill="#fff" stroke="var(--grey)"',
    "critical": 'fill="#C9D8EA" stroke="var(--accent)" stroke-width="1.6"',
    "paused": 'fill="url(#hatch)" stroke="var(--amber)"',
}
HATCH = ('<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
         '<rect width="5" height="5" fill="#fff"/><line x1="0" y1="0" x2="0" y2="5" stroke="var(--amber)" '
         'stroke-width="2"/></pattern></defs>')


@dataclass(frozen=True)
class Stretch:
    """A piece of a bar from one day to another; `look` is one of LOOKS."""

    start: float
    finish: float
    look: str


@dataclass(frozen=True)
class Line:
    """One task: its name, who handles it, its committed days, its bar, a note behind it (a pause, named)."""

    key: str
    name: str
    holder: str
    days: str
    bar: Sequence[Stretch] = ()
    note: str = ""
    is_critical: bool = False
    href: str = ""


@dataclass(frozen=True)
class Stage:
    """One band: its title, how far it is, its lines; `words` stand in the plan when it has none yet."""

    title: str
    told: str
    lines: Sequence[Line] = ()
    words: str = ""


@dataclass(frozen=True)
class Days:
    """The axis: its last day, its marks (day, date, number), and the days that are drawn through, with their words."""

    last: float
    ticks: Sequence[tuple[float, str, str]]
    today: tuple[float, str] | None = None
    early: tuple[float, str] | None = None
    likely: tuple[float, str] | None = None
    late: tuple[float, str] | None = None

    def x(self, day: float) -> float:
        """The place of a day on the paper."""
        return LEFT + min(max(day / max(self.last, 1), 0), 1) * (RIGHT - LEFT)


@dataclass
class _Paper:
    """What is drawn, how far down, and where the bar of each line lies."""

    parts: list[str] = field(default_factory=list)
    y: float = TOP + 4
    bars: dict[str, tuple[float, float, float]] = field(default_factory=dict)


def parallel_plan(stages: Sequence[Stage], days: Days, *, heads: tuple[str, str, str],
                  links: Mapping[str, str] | None = None, label: str = "") -> Svg:
    """The plan; `links` join a critical task to the one that waits for it; `heads` name the three columns."""
    paper = _Paper()
    for stage in stages:
        _stage(paper, stage, days)
    floor = paper.y - 2
    back = [HATCH, text(6, 22, heads[0], size=12), text(HOLDER, 22, heads[1], size=12),
            text(DAYS, 22, heads[2], size=12, anchor="end"), *_band(days, floor), *_ticks(days, floor)]
    joins = [_join(paper.bars[a], paper.bars[b]) for a, b in (links or {}).items()
             if a in paper.bars and b in paper.bars]
    marks, height = _marks(days, floor)
    return drawn(WIDTH, height, label, [*back, *paper.parts, *joins, *marks], ' class="plan"', role="group")


def _stage(paper: _Paper, stage: Stage, days: Days) -> None:
    y = paper.y
    paper.parts += [f'<rect x="0" y="{y:g}" width="{WIDTH}" height="{BAND}" fill="var(--tint-2)" opacity=".75"/>',
                    text(6, y + 14, clipped(stage.title, 148, 12), size=12, fill="ink", bold=True),
                    text(DAYS, y + 14, stage.told, size=12, anchor="end")]
    if stage.words:
        paper.parts.append(text(LEFT + 8, y + 14, stage.words, size=12, fill="ink-2"))
    y += BAND + 2
    for line in stage.lines:
        _line(paper, line, y, days)
        y += ROW
    paper.y = y + 3


def _line(paper: _Paper, line: Line, y: float, days: Days) -> None:
    fill = "accent" if line.is_critical else "ink"
    name = clipped(line.name, NAME_ROOM, 12)
    words = text(6, y + 14, name, size=12, fill=fill, bold=line.is_critical)
    if name != line.name:
        words = words.replace("</text>", f"<title>{escape(line.name)}</title></text>")
    paper.parts += [f'<a href="{escape(line.href)}">{words}</a>' if line.href else words,
                    text(HOLDER, y + 14, clipped(line.holder, HOLDER_ROOM, 11)),
                    text(DAYS, y + 14, line.days, size=12, fill="ink-2", anchor="end"),
                    rule(0, y + 19.5, WIDTH, y + 19.5, width=0.8)]
    for piece in line.bar:
        if piece.start >= days.last:
            continue
        x = days.x(piece.start)
        wide = max(days.x(piece.finish) - x - 0.8, 1.6)
        filled = piece.look in {"done", "held"}
        paper.parts.append(f'<rect x="{x:.1f}" y="{y + (5 if filled else 5.5):g}" width="{wide:.1f}" '
                           f'height="{10 if filled else 9}" {LOOKS[piece.look]}/>')
    if line.bar:
        start, end = days.x(line.bar[0].start), days.x(line.bar[-1].finish)
        paper.bars[line.key] = (start, end, y + 10)
        if line.note:
            anchor, x = ("end", start - 6) if end > RIGHT - 80 else ("start", end + 7)
            paper.parts.append(text(x, y + 14, line.note, fill="amber-t", anchor=anchor).replace(
                "<text ", '<text paint-order="stroke" stroke="#fff" stroke-width="4" '))


def _band(days: Days, floor: float) -> list[str]:
    if days.early is None or days.late is None:
        return []
    x = days.x(days.early[0])
    return [f'<rect x="{x:.1f}" y="{TOP}" width="{max(days.x(days.late[0]) - x, 1):.1f}" '
            f'height="{floor - TOP - 20:g}" fill="var(--accent-tint)"/>']


def _ticks(days: Days, floor: float) -> list[str]:
    parts = []
    for number, (day, above, below) in enumerate(days.ticks):
        x = days.x(day)
        anchor = "start" if number == 0 else "end" if x > RIGHT - 20 else "middle"
        parts += [rule(x, TOP, x, floor - 20), text(x, 10, above, anchor=anchor), text(x, 22, below, anchor=anchor)]
    return parts


def _join(one: tuple[float, float, float], other: tuple[float, float, float]) -> str:
    """From the end of a bar down (or up) to the start of the one that waits for it."""
    _, end, y = one
    start, _, below = other
    edge = y + 5 if below > y else y - 5
    return (f'<path d="M{end:.1f} {edge:g}V{below:g}H{max(start, end):.1f}" fill="none" stroke="var(--accent)" '
            'stroke-width="1.4"/>')


def _marks(days: Days, floor: float) -> tuple[list[str], float]:
    """Today, early, likely, late: the lines and their words below; the height of the paper."""
    parts, y = [], floor + 14
    if days.today is not None:
        x = days.x(days.today[0])
        parts += [rule(x, TOP, x, floor, colour="red", width=1.2),
                  text(min(max(x, 50), RIGHT - 50), y, days.today[1], size=12, fill="red-t", anchor="middle")]
        if days.early is not None and days.x(days.early[0]) - x < TOUCHING:
            y += 15
    for one, side in ((days.early, "end"), (days.late, "start")):
        if one is not None:
            x = days.x(one[0])
            anchor, near = (side, x - 2 if side == "end" else x + 2) if x < RIGHT - 90 or side == "end" else (
                "end", WIDTH)
            parts.append(text(near, y, one[1], size=12, fill="accent", anchor=anchor))
            if one[0] <= days.last:
                parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{floor:g}" stroke="var(--accent)" '
                             'stroke-dasharray="2 3"/>')
    if days.likely is not None:
        x, y = days.x(days.likely[0]), y + 15
        parts += [rule(x, TOP, x, floor, colour="accent", width=1.6),
                  text(min(max(x, 60), WIDTH - 60), y, days.likely[1], size=12, fill="accent", anchor="middle",
                       bold=True)]
    return parts, y + 8
