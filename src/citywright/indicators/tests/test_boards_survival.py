"""Cumulative incidence and the reference class against values reckoned by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from citywright.indicators.rules.survival import DROPPED, OPEN, REACHED, Spell, incidence, reference


class TestIncidence:
    def test_without_censoring_it_is_the_plain_share(self) -> None:
        spells = [Spell(10, REACHED), Spell(20, REACHED), Spell(30, DROPPED), Spell(40, REACHED)]
        assert incidence(spells, 25) == Fraction(2, 4) and incidence(spells, 100) == Fraction(3, 4)

    def test_the_unfinished_leave_the_risk_and_are_no_failures(self) -> None:
        # day 10: 1/4; then 3 at risk, one seen only until day 15: day 20: 3/4 × 1/2 = 3/8. Together 5/8.
        spells = [Spell(10, REACHED), Spell(15, OPEN), Spell(20, REACHED), Spell(30, OPEN)]
        assert incidence(spells, 25) == Fraction(5, 8)

    def test_drops_compete(self) -> None:
        # day 10: a drop of 4 leaves 3/4; day 20: 3/4 × 1/3 = 1/4; day 30: 3/4 × 2/3 × 1/2 = 1/4.
        spells = [Spell(10, DROPPED), Spell(20, REACHED), Spell(30, REACHED), Spell(40, OPEN)]
        assert incidence(spells, 20) == Fraction(1, 4) and incidence(spells, 30) == Fraction(1, 2)

    def test_the_same_day_counts_once_for_all(self) -> None:
        assert incidence([Spell(10, REACHED), Spell(10, REACHED), Spell(10, DROPPED)], 10) == Fraction(2, 3)

    def test_it_never_falls_and_never_passes_one(self) -> None:
        spells = [Spell(n * 7 % 50, (REACHED, DROPPED, OPEN)[n % 3]) for n in range(1, 40)]
        run = [incidence(spells, day) or Fraction(0) for day in range(60)]
        assert run == sorted(run) and run[-1] <= 1

    def test_nobody_at_risk_is_not_known(self) -> None:
        assert incidence([], 10) is None
        assert incidence([Spell(5, OPEN)], 10) == 0


class TestReference:
    @pytest.mark.parametrize(("share", "expected"), [
        (Fraction(1, 2), Fraction(12, 10)), (Fraction(8, 10), Fraction(20, 10)), (Fraction(99, 100), Fraction(20, 10))])
    def test_it_is_the_order_statistic(self, share: Fraction, expected: Fraction) -> None:
        ratios = [Fraction(n, 10) for n in (20, 10, 11, 13, 12)]
        assert reference(ratios, share) == expected

    def test_a_small_class_says_nothing(self) -> None:
        assert reference([Fraction(1)] * 3, Fraction(1, 2)) is None
