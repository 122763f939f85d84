"""How amounts are shared out so that they add up exactly. Pure; whole 万元."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random

#: Weight of each month of a year: little before the thaw, most from spring to autumn; a quarter is 15 %.
SEASON: tuple[int, ...] = (4, 4, 7, 9, 10, 10, 10, 10, 10, 10, 9, 7)


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """Whole parts of a total in proportion to weights, by largest remainder; they sum to the total."""
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def made_to_sum(values: Sequence[int], lows: Sequence[int], highs: Sequence[int], total: int, step: int) -> list[int]:
    """The values moved by whole steps, each within its bounds, until they sum to the total; refuses when they cannot.

    The total and the values must be multiples of the step.
    """
    found = [min(max(v, low), high) for v, low, high in zip(values, lows, highs, strict=True)]
    gap = total - sum(found)
    while gap:
        move = step if gap > 0 else -step
        before = gap
        for i, value in enumerate(found):
            if gap and lows[i] <= value + move <= highs[i]:
                found[i] += move
                gap -= move
        if gap == before:
            raise ValueError(f"the bounds leave {gap} of {total} unplaced")
    return found


def months_of_plan(total: int, first: int) -> tuple[int, ...]:
    """The twelve months of a year's plan whose works begin in month `first`; they sum to the year."""
    return tuple(shared_out(total, [w if m >= first else 0 for m, w in enumerate(SEASON, 1)]))


def spent(total: int, months: Sequence[int], chance: Random) -> list[int]:
    """A sum spent over calendar months (1-12 each), by season and by chance; the parts sum to it.

    No two months in a row are the same: a real report of the same amount would have to explain itself.
    """
    while True:
        parts = shared_out(total, [SEASON[m - 1] * chance.uniform(0.7, 1.3) for m in months])
        if all(one != next_ for one, next_ in pairwise(parts)):
            return parts


def to_hundred(value: float) -> int:
    """Rounded to whole hundreds, as plans are."""
    return round(value / 100) * 100
