"""Money is a Decimal in 万元 (ten thousand yuan); the database keeps whole 分, so that sums are exact.

One 万元 is 1,000,000 分. Shown in 亿元 or 万元 per column, two decimals, never as a float.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

FEN_PER_WAN = 1_000_000
WAN_PER_YI = Decimal(10_000)
CENT = Decimal("0.01")
ZERO = Decimal(0)
#: Larger than any published total; guards the 64-bit column. 万元.
LARGEST = Decimal(9_000_000_000_000)


def to_fen(wan: Decimal) -> int:
    """Whole 分 of an amount in 万元; half a 分 rounds up."""
    return int((wan * FEN_PER_WAN).quantize(Decimal(1), ROUND_HALF_UP))


def from_fen(fen: int) -> Decimal:
    """万元 of whole 分, without loss and without trailing zeros beyond two places."""
    wan = Decimal(int(fen)) / FEN_PER_WAN
    short = wan.quantize(CENT)
    return short if short == wan else wan.normalize()


def to_yi(wan: Decimal) -> Decimal:
    """亿元 of 万元, unrounded."""
    return wan / WAN_PER_YI


def rounded(amount: Decimal, places: int = 2) -> Decimal:
    """Half-up rounding as bulletins do, never banker's."""
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


class MoneyField(models.BigIntegerField):  # type: ignore[type-arg]
    """An amount in 万元: Decimal in Python, whole 分 in the database. Sum() gives 万元 again."""

    description = "Money in ten thousand yuan"
    _pyi_private_set_type: Decimal | int | str  # type: ignore[assignment]
    _pyi_private_get_type: Decimal  # type: ignore[assignment]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else from_fen(value)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        if isinstance(value, float):
            raise ValidationError("金额不能是浮点数")
        try:
            return Decimal(str(value))
        except ArithmeticError as error:
            raise ValidationError("金额须为数字") from error

    def get_prep_value(self, value: Any) -> int | None:
        if value is None:
            return None
        amount = self.to_python(value)
        if amount is None or not amount.is_finite() or abs(amount) > LARGEST:
            raise ValidationError("金额超出可存范围")
        return to_fen(amount)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    @property
    def validators(self) -> list[Any]:  # type: ignore[override]
        """Range checks of the integer column do not fit amounts in 万元; get_prep_value checks instead."""
        return []
