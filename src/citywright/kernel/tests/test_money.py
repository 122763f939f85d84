"""Money: 万元 in Python, whole 分 in the database, never a float."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from citywright.kernel import money
from citywright.kernel.money import MoneyField

amounts = st.decimals(-10**10, 10**10, places=6)


class TestFen:
    @given(amounts)
    def test_goes_there_and_back_without_loss(self, wan: Decimal) -> None:
        assert money.from_fen(money.to_fen(wan)) == wan

    @given(st.lists(amounts, max_size=20))
    def test_sums_are_exact(self, parts: list[Decimal]) -> None:
        assert money.from_fen(sum(map(money.to_fen, parts))) == sum(parts)

    @pytest.mark.parametrize(("wan", "fen"), [("1", 1_000_000), ("0.0000005", 1), ("0.0000004", 0), ("-0.0000005", -1)])
    def test_half_a_fen_is_rounded_away_from_zero(self, wan: str, fen: int) -> None:
        assert money.to_fen(Decimal(wan)) == fen

    def test_shows_two_places_unless_there_are_more(self) -> None:
        assert str(money.from_fen(1_230_000)) == "1.23"
        assert str(money.from_fen(5_000_000_000_000)) == "5000000.00"
        assert money.from_fen(1) == Decimal("0.000001")


class TestRounded:
    @pytest.mark.parametrize(
        ("amount", "shown"), [("2.345", "2.35"), ("2.355", "2.36"), ("-2.345", "-2.35"), ("2", "2.00")]
    )
    def test_rounds_half_up_as_bulletins_do(self, amount: str, shown: str) -> None:
        assert str(money.rounded(Decimal(amount))) == shown

    def test_goes_from_wan_to_yi(self) -> None:
        assert money.to_yi(Decimal("8670000")) == Decimal(867)


class TestMoneyField:
    field = MoneyField()

    def test_takes_decimals_whole_numbers_and_text(self) -> None:
        assert self.field.get_prep_value(Decimal("1.5")) == 1_500_000
        assert self.field.get_prep_value(2) == 2_000_000
        assert self.field.get_prep_value("0.01") == 10_000
        assert self.field.get_prep_value(None) is None

    @pytest.mark.parametrize("value", [1.5, "1,5", "一", "", Decimal("9e15"), Decimal("NaN"), Decimal("Infinity")])
    def test_refuses_floats_words_and_what_no_total_reaches(self, value: object) -> None:
        with pytest.raises(ValidationError):
            self.field.get_prep_value(value)
