"""Rates are exact, have no value without a denominator, and are worded as bulletins word them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citywright.projects.rules import definitions, rates

ROOT = Path(__file__).resolve().parents[4]


class TestShown:
    @pytest.mark.parametrize(("number", "decimals", "text"), [
        (None, 1, "—"), (Fraction(-13, 10), 1, "−1.3"), (Decimal("0.05"), 1, "0.1"), (Fraction(-1, 1000), 1, "0.0"),
        (1234567, 0, "1,234,567"), (Decimal("2.675"), 2, "2.68"), (Decimal("-2.675"), 2, "−2.68"),
    ])
    def test_half_rounds_up_a_minus_is_a_minus_and_a_zero_has_no_sign(self, number, decimals, text):
        assert rates.shown(number, decimals) == text

    @given(st.fractions(min_value=-10**6, max_value=10**6), st.integers(0, 4))
    def test_rounding_never_strays_more_than_half_a_place(self, number, decimals):
        assert abs(Fraction(rates.rounded(number, decimals)) - number) <= Fraction(1, 2 * 10**decimals)


class TestRatio:
    def test_a_zero_denominator_gives_no_rate(self):
        assert rates.ratio(0, 0) is None and rates.percent(rates.ratio(3, 0)) == "—"

    def test_thirds_stay_exact(self):
        assert rates.ratio(Decimal(1), Decimal(3)) * 3 == 1


class TestPace:
    def test_without_a_plan_there_is_no_rate_and_no_lead(self):
        empty = rates.Pace(Decimal(5), 0, 0, Fraction(1, 4))
        assert (empty.rate, empty.lead, empty.lead_by_months, empty.ratio) == (None, None, None, None)
        assert str(rates.lead_words(empty.lead)) == "—"

    def test_money_without_monthly_plans_is_due_by_twelfths(self):
        assert rates.scheduled_money(100, 1200, Fraction(3, 12)) == 400

    def test_a_lead_below_a_twentieth_of_a_point_is_on_schedule(self):
        assert str(rates.lead_words(Fraction(1, 25))) == "与时序进度持平"
        assert str(rates.lead_words(Fraction(-1, 20))) == "慢于时序进度 0.1 个百分点"


class TestChange:
    @pytest.mark.parametrize(("now", "base", "words"), [
        (110, 100, "增长 10.0%"), (90, 100, "下降 10.0%"), (100, 100, "持平"), (5, 0, "—"), (5, -1, "—"),
        (5, None, "—"),
    ])
    def test_it_falls_without_a_minus_sign_and_has_no_value_without_a_base(self, now, base, words):
        assert str(rates.change_words(rates.change(now, base))) == words


class TestRulesOfOneProject:
    def test_a_start_with_the_land_has_its_permit_by_the_day(self):
        due = date(2024, 3, 8)
        assert rates.is_land0(date(2024, 3, 1), date(2024, 3, 8), due)
        assert not rates.is_land0(date(2024, 3, 1), date(2024, 3, 11), due)
        assert not rates.is_land0(date(2024, 3, 1), None, due)

    def test_production_on_completion_is_within_thirty_days_or_before(self):
        assert rates.is_fin0(date(2024, 1, 1), date(2024, 1, 31))
        assert rates.is_fin0(date(2024, 1, 1), date(2023, 12, 1))
        assert not rates.is_fin0(date(2024, 1, 1), date(2024, 2, 1))
        assert not rates.is_fin0(None, date(2024, 2, 1))

    def test_calibres_are_listed_above_a_fifth_either_way(self):
        assert not rates.is_gap_listed(Decimal(120), Decimal(100))
        assert rates.is_gap_listed(Decimal("120.01"), Decimal(100))
        assert rates.is_gap_listed(None, Decimal(100))
        assert not rates.is_gap_listed(Decimal(5), None)


class TestRounding:
    def test_it_is_noticed_when_printed_parts_do_not_add_up(self):
        assert rates.rounds_apart([Decimal("0.05"), Decimal("0.05")], 1)
        assert not rates.rounds_apart([Decimal("0.1"), Decimal("0.2")], 1)


class TestDefinitions:
    def test_codes_are_keys_and_every_rate_names_its_denominator(self):
        for code, definition in definitions.DEFINITIONS.items():
            assert definition.code == code and definition.formula and definition.numerator and definition.source
            assert definition.unit != "%" or definition.denominator

    def test_the_reference_page_is_what_the_code_says(self):
        page = (ROOT / "docs" / "reference" / "indicators.md").read_text(encoding="utf-8")
        assert page == definitions.reference(), "print it again: python -m citywright.projects.rules.definitions"
