"""The catalogue is complete and speaks both languages; comparisons in words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.utils.translation import gettext, override

from citywright.indicators.catalogue import CATALOGUE, DEFAULT, SUBJECTS
from citywright.indicators.rules import comparing
from citywright.indicators.rules.comparing import BEFORE, LAST_YEAR, compared
from citywright.indicators.words import Direction


class TestCatalogue:
    @pytest.mark.parametrize("code", CATALOGUE)
    def test_an_indicator_says_what_it_is_in_both_languages(self, code: str) -> None:
        one = CATALOGUE[code]
        assert one.label and one.formula and one.numerator and one.source and one.subject in SUBJECTS
        assert bool(one.bottom) == bool(one.denominator)
        texts = [one.label, one.formula, one.numerator, one.denominator, one.source, one.note, one.unit, one.subject,
                 one.basis.zh, one.direction.zh, *(head for _, head in one.listed)]
        with override("en"):
            missing = [text for text in texts if any("\u4e00" <= sign <= "\u9fff" for sign in text)
                       and gettext(text) == text]
        assert not missing

    def test_codes_are_short_and_stand_once(self) -> None:
        assert len(CATALOGUE) == sum(len(found) for found in SUBJECTS.values())
        assert all(len(code) <= 20 and code == code.upper() for code in CATALOGUE)

    def test_the_usual_board_is_of_the_catalogue(self) -> None:
        assert set(DEFAULT) <= set(CATALOGUE)


class TestComparing:
    def test_rates_differ_by_points_from_unrounded_values(self) -> None:
        assert str(compared(Fraction("97.158"), Fraction("83.333"), "%", 1, BEFORE)) == "较上月提高 13.8 个百分点"
        assert str(compared(Fraction(80), Fraction(85), "个百分点", 1, LAST_YEAR)) == "同比降低 5.0 个百分点"

    def test_amounts_grow_or_fall_without_a_minus_sign(self) -> None:
        assert str(compared(Fraction(3), Fraction(4), "亿元", 2, LAST_YEAR)) == "同比下降 25.0%"
        assert str(compared(Fraction(4), Fraction(3), "亿元", 2, BEFORE)) == "较上月增长 33.3%"

    def test_counts_differ_by_pieces(self) -> None:
        assert str(compared(Fraction(24), Fraction(17), "个", 0, BEFORE)) == "较上月增 7"
        assert str(compared(Fraction(17), Fraction(24), "个", 0, BEFORE)) == "较上月减 7"

    def test_equal_after_rounding_is_equal(self) -> None:
        assert str(compared(Fraction("50.01"), Fraction(50), "%", 1, BEFORE)) == "较上月持平"

    @pytest.mark.parametrize(("now", "base"), [(None, 1), (1, None), (1, 0), (1, -2)])
    def test_without_a_base_nothing_is_claimed(self, now: int | None, base: int | None) -> None:
        ours, theirs = (None if one is None else Fraction(one) for one in (now, base))
        assert str(compared(ours, theirs, "亿元", 2, BEFORE)) == "上月无数"

    def test_which_way_is_worse_depends_on_the_figure(self) -> None:
        assert comparing.is_worse(Fraction(1), Fraction(2), Direction.UP)
        assert comparing.is_worse(Fraction(2), Fraction(1), Direction.DOWN)
        assert not comparing.is_worse(Fraction(1), Fraction(2), Direction.NONE)
        assert not comparing.is_worse(None, Fraction(2), Direction.UP)

    def test_months_are_added_before_they_are_compared(self) -> None:
        one, two = Fraction(1), Fraction(2)
        assert comparing.cumulative_growth([one, two], [one, one]) == Fraction(1, 2)
        assert comparing.cumulative_growth([one, None], [one, one]) is None
        assert comparing.cumulative_growth([one], [one, one]) is None

    def test_the_lead_over_the_months_is_that_of_the_bulletin(self) -> None:
        lead = comparing.time_lead(Fraction("629.0") / Fraction("647.4"), 10)
        assert lead is not None and round(float(lead), 3) == 13.825
