"""How is a figure reckoned and said? Exact fractions of PRACTICE 1.3, for the ledger's pages and the boards. Pure.

A rate is None when its denominator is 0; people then read "—". Nothing is rounded before it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from citywright.kernel.errors import Said

Number = int | Decimal | Fraction
#: Read where a denominator is 0, and where a base of comparison is missing.
NOTHING = "—"
MINUS = "−"


def ratio(part: Number, whole: Number) -> Fraction | None:
    """part / whole, exact; None when whole is 0."""
    return Fraction(part) / Fraction(whole) if whole else None


def rounded(number: Number, decimals: int) -> Decimal:
    """Half-up rounding (away from zero) of an exact number, as bulletins round."""
    exact = Fraction(number) * 10**decimals
    whole = int(abs(exact) + Fraction(1, 2))
    return Decimal(whole if exact >= 0 else -whole).scaleb(-decimals).quantize(
        Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def shown(number: Number | None, decimals: int = 0) -> str:
    """The number as it is printed: thousands, a true minus, "—" for None; a zero carries no sign."""
    if number is None:
        return NOTHING
    amount = rounded(number, decimals)
    return (MINUS if amount < 0 else "") + f"{abs(amount):,.{decimals}f}"


def percent(share: Fraction | None, decimals: int = 1) -> str:
    """A ratio as the number before the per cent sign: 13.9 of 139/1000."""
    return shown(None if share is None else share * 100, decimals)


def lead_words(points: Fraction | None) -> Said:
    """快于/慢于时序进度 X 个百分点, from unrounded points; equal after rounding to 0.1 is 持平."""
    if points is None:
        return Said(NOTHING)
    amount = rounded(points, 1)
    if amount == 0:
        return Said("与时序进度持平")
    text = "快于时序进度 %(points)s 个百分点" if amount > 0 else "慢于时序进度 %(points)s 个百分点"
    return Said(text, {"points": shown(abs(amount), 1)})


def change(now: Number | None, base: Number | None) -> Fraction | None:
    """同比 or 环比 growth as a ratio; None when the base is missing, zero or below."""
    if now is None or base is None or base <= 0:
        return None
    return ratio(Fraction(now) - Fraction(base), base)


def change_words(growth: Fraction | None) -> Said:
    """增长 X%, 下降 X% (never a minus sign), 持平, or "—" without a base."""
    if growth is None:
        return Said(NOTHING)
    if growth == 0:
        return Said("持平")
    text = "增长 %(percent)s%%" if growth > 0 else "下降 %(percent)s%%"
    return Said(text, {"percent": percent(abs(growth))})


# --- scores -------------------------------------------------------------------------------------------------------

def efficacy(weight: Number, value: Number, low: Number, high: Number) -> Fraction:
    """功效系数法: 0.6 w + 0.4 w (x − min)/(max − min); all equal gives w."""
    share = ratio(Fraction(value) - Fraction(low), Fraction(high) - Fraction(low))
    return Fraction(weight) if share is None else Fraction(weight) * (Fraction(3, 5) + Fraction(2, 5) * share)


def completion_score(actual: Number, task: Number, weight: Number) -> Fraction | None:
    """完成率计分: actual / task x w, never above w; None without a task."""
    share = ratio(actual, task)
    return None if share is None else min(share, Fraction(1)) * Fraction(weight)


def rank_weights(units: int) -> list[int]:
    """名次票法 (Jining 2015): points of each rank, 100 − 3 (k − 1)."""
    return [100 - 3 * place for place in range(units)]


def rank_votes(votes: Sequence[int]) -> Fraction | None:
    """OBS 观摩得分: votes[k-1] ballots put the stop at rank k; mean points per ballot, None without ballots."""
    points = sum(count * weight for count, weight in zip(votes, rank_weights(len(votes)), strict=True))
    return ratio(points, sum(votes))


def composite(field: Fraction, data: Fraction, field_weight: Fraction) -> Fraction:
    """观摩综合分: w x field vote + (1 − w) x data; both are shown beside it."""
    return field_weight * field + (1 - field_weight) * data


def ranks(scores: Sequence[Number]) -> list[int]:
    """Rank of each score, highest first; equal scores share a rank and the next one skips (1, 2, 2, 4)."""
    return [1 + sum(other > score for other in scores) for score in scores]
