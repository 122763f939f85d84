"""Published figures, recomputed: a rate that is not what was published is wrong, or is another rate."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from citywright.projects.rules import rates


class TestOneBulletinOfOctober:
    """Done 629.0 of 647.4 in October; 183 starts planned for the year, 140 due, 118 started, 11 early, 33 late."""

    pace = rates.Pace(Decimal("629.0"), Decimal("647.4"), Decimal("647.4") * 10 / 12, Fraction(10, 12))
    starts = rates.Starts(planned=183, due=140, started=118, early=11)

    def test_97_2_percent_is_done_against_a_schedule_of_83_3(self):
        assert rates.percent(self.pace.rate) == "97.2"
        assert rates.percent(self.pace.time) == "83.3"

    def test_it_is_13_8_points_ahead_because_unrounded_numbers_are_subtracted(self):
        assert rates.shown(self.pace.lead_by_months, 1) == "13.8"
        assert str(rates.lead_words(self.pace.lead_by_months)) == "快于时序进度 13.8 个百分点"
        rounded_first = rates.rounded(self.pace.rate * 100, 1) - rates.rounded(self.pace.time * 100, 1)
        assert rounded_first == Decimal("13.9")

    def test_three_definitions_give_three_start_rates(self):
        assert rates.percent(self.starts.year_rate) == "64.5"
        assert rates.percent(self.starts.due_rate) == "76.4"
        assert rates.percent(self.starts.all_rate) == "84.3"

    def test_33_late_are_those_due_less_those_of_them_that_started(self):
        assert self.starts.on_time == 118 - 11
        assert self.starts.late == 140 - 107 == 33


class TestShandong:
    def test_1531_of_1914_implementable_projects_started_80_percent(self):
        listed = rates.implementable(2000, 86)
        assert listed == 1914
        assert rates.percent(rates.ratio(1531, listed), 0) == "80"

    def test_the_started_and_the_money_add_up_over_their_parts(self):
        assert rates.unstated(1531, {"a": 1067, "b": 226, "c": 238}) == 0
        money = {"a": Decimal("781.6"), "b": Decimal("476.2"), "c": Decimal("199.7")}
        assert rates.unstated(Decimal("1457.5"), money) == 0

    def test_of_904_signed_458_started_50_7_percent(self):
        assert rates.percent(rates.ratio(458, 904)) == "50.7"


class TestJinan:
    def test_the_money_closes_over_three_categories(self):
        money = {"产业": Decimal("1743.3"), "基础设施": Decimal("670.6"), "民生": Decimal("1056.7")}
        assert rates.unstated(Decimal("3470.6"), money) == 0
        assert not rates.rounds_apart(list(money.values()), 1)

    def test_the_337_projects_without_a_stated_category_are_shown_and_not_hidden(self):
        counts = {"产业": 1075, "基础设施": 98, "民生": 490}
        assert sum(counts.values()) == 1663
        rest = rates.unstated(2000, counts)
        assert rest == 337
        assert sum(counts.values()) + rest == 2000


class TestJiningBallots:
    def test_thirteen_units_weigh_100_down_to_64(self):
        assert rates.rank_weights(13) == [100, 97, 94, 91, 88, 85, 82, 79, 76, 73, 70, 67, 64]

    def test_a_round_of_sixty_ballots_is_the_weighted_mean(self):
        votes = [20, 15, 10, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0]
        by_hand = 20 * 100 + 15 * 97 + 10 * 94 + 5 * 91 + 4 * 88 + 3 * 85 + 2 * 82 + 79
        assert rates.rank_votes(votes) == Fraction(by_hand, 60)
        assert rates.shown(rates.rank_votes(votes), 2) == "95.00"

    def test_all_first_is_100_all_last_is_64_and_no_ballot_is_no_score(self):
        assert rates.rank_votes([7] + [0] * 12) == 100
        assert rates.rank_votes([0] * 12 + [7]) == 64
        assert rates.rank_votes([0] * 13) is None

    def test_field_vote_and_data_are_weighed_together(self):
        assert rates.composite(Fraction(95), Fraction(80), Fraction(6, 10)) == 89


class TestSchedule:
    def test_a_project_that_took_11_months_instead_of_8_ends_with_spi_1_but_spi_t_0_73(self):
        found = rates.schedule([Fraction(100 * month, 8) for month in range(1, 9)], 100, 11)
        assert found.spi == 1
        assert rates.shown(found.spi_t, 2) == "0.73"
        assert found.expected_duration == 11

    def test_earned_schedule_is_read_off_the_planned_curve(self):
        found = rates.schedule([10, 30, 60, 100], 45, 4)
        assert found.earned == 2 + Fraction(45 - 30, 60 - 30)
        assert (found.spi, found.spi_t) == (Fraction(45, 100), Fraction(5, 8))


class TestScores:
    def test_the_efficacy_of_the_published_example_is_16_00(self):
        assert rates.shown(rates.efficacy(20, 35, 10, 60), 2) == "16.00"

    def test_equal_values_all_get_the_whole_weight(self):
        assert rates.efficacy(20, 5, 5, 5) == 20

    def test_a_completed_task_never_scores_above_its_weight(self):
        assert rates.completion_score(120, 100, 10) == 10
        assert rates.completion_score(80, 100, 10) == 8
        assert rates.completion_score(1, 0, 10) is None

    @pytest.mark.parametrize(("scores", "places"), [([9, 8, 8, 7], [1, 2, 2, 4]), ([1], [1]), ([5, 5], [1, 1])])
    def test_equal_scores_share_a_rank_and_the_next_one_skips(self, scores, places):
        assert rates.ranks(scores) == places
