"""How many reach the next gate, and when? Aalen-Johansen cumulative incidence, and what a class of projects took. Pure.

The raw snapshot ratio counts those that entered lately as if they had failed. Here the unfinished are censored, and
drops compete with reaching the gate: nobody who was dropped can still reach it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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


def incidence(spells: Iterable[Spell], horizon: int) -> Fraction | None:
    """The share that has reached the gate by the horizon, exact; None without anybody at risk.

    At each day d: share += still × reached(d) / at risk(d); still × = 1 − (reached + dropped)(d) / at risk(d).
    """
    return incidence_of(Counter(spells), horizon)


def incidence_of(counts: Mapping[Spell, int], horizon: int) -> Fraction | None:
    """The same from how many had each spell."""
    at_risk = sum(counts.values())
    if not at_risk:
        return None
    by_day: dict[int, dict[str, int]] = {}
    for spell, count in counts.items():
        ends = by_day.setdefault(spell.days, {REACHED: 0, DROPPED: 0, OPEN: 0})
        ends[spell.end] += count
    still, share = Fraction(1), Fraction(0)
    for day in sorted(by_day):
        if day > horizon:
            break
        ends = by_day[day]
        share += still * Fraction(ends[REACHED], at_risk)
        still *= 1 - Fraction(ends[REACHED] + ends[DROPPED], at_risk)
        at_risk -= sum(ends.values())
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
