"""How many reach the next gate, and when? Aalen-Johansen cumulative incidence, and what a class of projects took. Pure.

The raw snapshot ratio counts those that entered lately as if they had failed. Here the unfinished are censored, and
drops compete with reaching the gate: nobody who was dropped can still reach it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

REACHED, DROPPED, OPEN = "reached", "dropped", "open"
#: Below this many projects of a class nothing is said: 样本不足.
LEAST = 4


@dataclass(frozen=True)
class Spell:
    """One project since it entered: days until it reached the gate, was dropped, or was last seen open."""

    days: int
    end: str


def incidence(spells: Sequence[Spell], horizon: int) -> Fraction | None:
    """The share that has reached the gate by the horizon, exact; None without anybody at risk.

    At each day d: share += still × reached(d) / at risk(d); still × = 1 − (reached + dropped)(d) / at risk(d).
    """
    if not spells:
        return None
    still, share = Fraction(1), Fraction(0)
    for day in sorted({spell.days for spell in spells if spell.end != OPEN and spell.days <= horizon}):
        at_risk = sum(spell.days >= day for spell in spells)
        reached = sum(spell.days == day and spell.end == REACHED for spell in spells)
        left = sum(spell.days == day and spell.end != OPEN for spell in spells)
        share += still * Fraction(reached, at_risk)
        still *= 1 - Fraction(left, at_risk)
    return share


def reference(ratios: Sequence[Fraction], share: Fraction) -> Fraction | None:
    """参照类: the ratio (actual ÷ planned) that so large a share of the next ones stays below; None with too few.

    The order statistic ⌈(n + 1) q⌉ of the class; a share that the class is too small for is its largest.
    """
    n = len(ratios)
    if n < LEAST:
        return None
    place = -(-(n + 1) * share.numerator // share.denominator)
    return sorted(ratios)[min(max(place, 1), n) - 1]
