"""Which picture? Pure functions that return SVG; every text in it is escaped, colours are the stylesheet's tokens."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe


def sparkline(values: Sequence[float], *, width: int = 74, height: int = 26, label: str = "") -> SafeString:
    """The last months as a line with the last point in accent; nothing with fewer than two values."""
    known = [float(v) for v in values if v is not None]
    if len(known) < 2:
        return mark_safe("")
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = (width - 6) / (len(known) - 1)
    spots = [(2 + i * step, height - 4 - (v - low) / span * (height - 8)) for i, v in enumerate(known)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    x, y = spots[-1]
    return mark_safe(
        f'<svg class="fig__s" width="{width}" height="{height}" aria-hidden="true">'
        f'<line x1="0" x2="{width}" y1="{height - 0.5}" y2="{height - 0.5}" stroke="var(--rule)"/>'
        f'<polyline points="{line}" fill="none" stroke="var(--ink-3)" stroke-width="1.2"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="var(--accent)"/></svg>')
