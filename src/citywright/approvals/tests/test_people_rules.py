"""Tokens, ranks, medians, and where the days of a project went: no database."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from citywright.approvals.rules import people as rules
from citywright.approvals.words import ServicePhase


class TestRank:
    def test_least_slack_first_and_weight_counts_as_ten_days(self) -> None:
        rows = [(9, 2), (3, 1), (None, 3), (-4, 1), (1, 1)]
        assert sorted(rows, key=lambda row: rules.rank(*row)) == [(-4, 1), (9, 2), (1, 1), (3, 1), (None, 3)]

    def test_the_phase_follows_the_permit(self) -> None:
        assert rules.phase(False, False) == ServicePhase.SIGNING
        assert rules.phase(False, True) == ServicePhase.APPROVAL
        assert rules.phase(True, True) == ServicePhase.CONSTRUCTION


class TestShares:
    def test_median_and_ninth(self) -> None:
        assert rules.middle([]) is None and rules.ninth([]) is None
        assert rules.middle([1, 2, 3, 9]) == 2.5
        assert rules.ninth(list(range(1, 11))) == 9
        assert rules.ninth([7]) == 7


class TestSpent:
    def test_a_day_counts_once_and_review_before_all(self) -> None:
        told = rules.spent([(0, 10, [(3, 6)], []), (4, 5, [], []), (15, 20, [], [(16, 20)])])
        assert told == rules.Spent(review=9, owner=2, special=4, between=5)
        assert told is not None and told.whole == 20

    def test_nothing_of_nothing(self) -> None:
        assert rules.spent([]) is None
        assert rules.spent([(5, 5, [], [])]) == rules.Spent(0, 0, 0, 0)

    @given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)),
                    min_size=1, max_size=8))
    def test_the_parts_are_the_whole(self, drawn: list[tuple[int, int, int, int]]) -> None:
        items = []
        for one in drawn:
            a, b, c, d = sorted(one)
            items.append((a, d, [(b, c)], []))
        told = rules.spent(items)
        assert told is not None
        assert told.whole == max(d for _, d, _, _ in items) - min(a for a, _, _, _ in items)
        assert min(told.review, told.owner, told.special, told.between) >= 0


class TestReferences:
    def test_reads_what_the_catalogue_publishes(self) -> None:
        rows = {"stage_limits": [{"project_class": "x", "total": 60, "stage1": 15, "stage2": None}, {"total": 3}, "?"]}
        assert rules.references(rows) == {"x": {"total": 60, "1": 15}}
        assert rules.references({}) == {}

    def test_the_process_type_follows_the_answers(self) -> None:
        kind = rules.process_of
        assert kind("small_low_risk", {"investment_type": "social"}) == "small_low_risk_social"
        assert kind("", {"investment_type": "government", "industry_type": "transport"}) == "sample_linear"
        assert kind("", {"investment_type": "government"}) == "government_building"
        assert kind("", {"investment_type": "social", "industry_type": "industrial"}) == "sample_industrial"
        assert kind("", {"investment_type": "social"}) == "general_social"
        assert kind("", {}) == ""


class TestTokens:
    def test_only_a_digest_is_kept(self) -> None:
        assert len(rules.digest("x")) == 64 and rules.digest("x") != rules.digest("y")
        assert rules.digest("\ud800")
