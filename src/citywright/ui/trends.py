"""One figure over months as a line: round axis values, a line at zero, gaps where nothing is known. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from .charts import Say, Spot, Svg, curve, drawn, rule, steps_to, text

Point = tuple[date, float | None]


def trend(points: Sequence[Point], *, unit: str = "", label: str = "", say: Say = str, width: int = 690,
          height: int = 190) -> Svg:
    """The months from left to right; the last known value is written at its point."""
    known = [value for _, value in points if value is not None]
    if not known:
        return drawn(width, 40, label, [text(0, 24, say("还没有数据"), size=12)])
    ticks = axis(min(known), max(known))
    low, high = ticks[0], ticks[-1]
    left, right, top, floor_y = 46.0, width - 46.0, 20.0, height - 24.0
    step = (right - left) / max(len(points) - 1, 1)

    def place(i: int, value: float) -> Spot:
        return left + i * step, floor_y - (value - low) / (high - low) * (floor_y - top)

    parts = [rule(left, place(0, v)[1], right, place(0, v)[1], colour="rule-3" if v == 0 else "rule") for v in ticks]
    parts += [text(left - 6, place(0, v)[1] + 4, f"{v:g}".replace("-", "−"), anchor="end") for v in ticks]
    parts += [text(0, 10, say(unit))] if unit else []
    every = max(1, len(points) // 6)
    parts += [text(place(i, low)[0], height - 8, f"{on:%Y-%m}", anchor="middle") for i, (on, _) in enumerate(points)
              if (len(points) - 1 - i) % every == 0]
    for piece in pieces(points):
        spots = [place(i, value) for i, value in piece]
        parts.append(curve(spots, "accent", 2))
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="var(--accent)"/>' for x, y in spots]
    i, last = next((i, value) for i, (_, value) in reversed(list(enumerate(points))) if value is not None)
    x, y = place(i, last)
    parts.append(text(x + 6, y + 4, f"{last:,.2f}".rstrip("0").rstrip(".").replace("-", "−"), fill="accent", bold=True))
    return drawn(width, height, label, parts)


def axis(low: float, high: float) -> list[float]:
    """Round values that hold all of them and zero, smallest first."""
    up = steps_to(high, 4) if high > 0 else [0.0]
    down = steps_to(-low, 4) if low < 0 else [0.0]
    step = max(one[1] for one in (up, down) if len(one) > 1) if high > 0 or low < 0 else 1.0
    least = -step * -(low // step) if low < 0 else 0.0
    count = round((max(high, 0) - least) / step + 0.499999) if high > 0 or low < 0 else 1
    return [least + step * i for i in range(max(count, 1) + 1)]


def pieces(points: Sequence[Point]) -> list[list[tuple[int, float]]]:
    """Neighbouring months with a value, as one line each."""
    found: list[list[tuple[int, float]]] = [[]]
    for i, (_, value) in enumerate(points):
        if value is None:
            found.append([])
        else:
            found[-1].append((i, value))
    return [piece for piece in found if piece]
