"""How many reach the next gate, and when? Cumulative incidence beside the raw ratio of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from citywright.lake import rates

from ..catalogue import CATALOGUE
from ..catalogue.reserve import AGES, WAYS
from ..rules.survival import OPEN, REACHED, Spell, incidence_of
from .behind import asked
from .reading import Scope, run


@dataclass(frozen=True)
class Reached:
    """The share that had reached the gate so many months after entering."""

    months: int
    share: Fraction | None
    shown: str


def reached(code: str, scope: Scope, period: date) -> list[Reached]:
    """Of those that passed the first gate, the share that reached the next after 6, 12, 24 months; [] for others.

    The unfinished count for as long as they were seen. Dropped projects are not in the monthly table.
    """
    if code not in WAYS:
        return []
    table, at = asked(CATALOGUE[code], scope, period)
    first, then = (table[name] for name in WAYS[code])
    done = (then.notnull() & (then <= at.end)).fill_null(False)
    spells = table.filter(first <= at.end).mutate(
        days_=done.ifelse(then - first, at.end - first).cast("int64"), done_=done)
    counted = spells.group_by(["days_", "done_"]).aggregate(count_=spells.count())
    counts: dict[Spell, int] = {}
    for row in run(counted):
        spell = Spell(max(row["days_"], 0), REACHED if row["done_"] else OPEN)
        counts[spell] = counts.get(spell, 0) + row["count_"]
    found = [(months, incidence_of(counts, days)) for months, days in AGES.items()]
    return [Reached(months, share, rates.percent(share)) for months, share in found]
