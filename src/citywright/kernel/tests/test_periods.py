"""Months and years as reports count them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citywright.kernel import periods

months = st.builds(date, st.integers(1950, 2100), st.integers(1, 12), st.just(1))


class TestMonthOf:
    @pytest.mark.parametrize("text", ["2024-03", "202403", " 2024-03 "])
    def test_reads_a_month(self, text: str) -> None:
        assert periods.month_of(text) == date(2024, 3, 1)

    @pytest.mark.parametrize(
        "text", ["", "2024", "2024-13", "2024-00", "March", "2024-3", "24-03", "0001-01", "2024-03-01"]
    )
    def test_refuses_by_name(self, text: str) -> None:
        with pytest.raises(periods.CannotReadMonth, match=f"月份“{text}”不对，应写成 2024-03"):
            periods.month_of(text)

    @given(months)
    def test_reads_what_label_writes(self, period: date) -> None:
        assert periods.month_of(periods.label(period)) == period


class TestShifted:
    @given(months, st.integers(-300, 300))
    def test_goes_there_and_back(self, period: date, count: int) -> None:
        assert periods.shifted(periods.shifted(period, count), -count) == period

    def test_crosses_the_year(self) -> None:
        assert periods.shifted(date(2024, 1, 1), -1) == date(2023, 12, 1)
        assert periods.shifted(date(2023, 11, 1), 14) == date(2025, 1, 1)


class TestBetween:
    def test_has_both_ends(self) -> None:
        assert periods.between(date(2023, 12, 1), date(2024, 2, 1)) == [
            date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1)]
        assert periods.between(date(2024, 2, 1), date(2024, 1, 1)) == []


def test_first_and_last_day_of_a_leap_february() -> None:
    assert periods.first_of(date(2024, 2, 17)) == date(2024, 2, 1)
    assert periods.last_of(date(2024, 2, 1)) == date(2024, 2, 29)


def test_ten_months_are_five_sixths_of_the_schedule() -> None:
    assert periods.time_progress(date(2024, 10, 1)) == Fraction(5, 6)
    assert round(float(periods.time_progress(date(2024, 10, 1))) * 100, 1) == 83.3
    assert periods.time_progress(date(2024, 12, 1)) == 1
