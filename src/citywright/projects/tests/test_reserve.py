"""The reserve: maturity behind its documents, flow that adds up, scores, and submission through the levels."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from citywright.kernel.clock import CITY
from citywright.kernel.errors import CannotAccept, CannotReach
from citywright.kernel.models import Area, JournalEntry
from citywright.projects import samples
from citywright.projects.actions import exits, gates, reserve
from citywright.projects.models import GatePassage, Project, ScoreSheet, Scoring, Submission, SubmissionRound
from citywright.projects.queries import reserve as asked
from citywright.projects.queries import submissions
from citywright.projects.rules import reserve as rules
from citywright.projects.samples import AT
from citywright.projects.words import EvidenceKind, Gate, Stage, SubmissionStep, YearKind

ITEMS = [{"name": "契合度", "weight": "60", "best": "100"}, {"name": "要素", "weight": "40", "best": "10"}]


def walk(entered: date, *, left: date | None = None, total: int = 1, **days: date) -> rules.Walk:
    """A way through the pool; days by the gate's code."""
    return rules.Walk(entered, {Gate(code): day for code, day in days.items()}, left, Decimal(total))


class TestFlow:
    def test_stage_follows_the_furthest_verified_gate(self) -> None:
        one = walk(date(2023, 1, 1), g1=date(2023, 2, 1), g1b=date(2023, 3, 1), g2=date(2023, 6, 1))
        days = [date(2022, 12, 31), date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1), date(2023, 6, 1)]
        assert [one.stage_on(day) for day in days] == ["", "idea", "none", "schedule_book", ""]

    def test_quarters_end_on_the_day_itself(self) -> None:
        assert rules.quarters_until(date(2024, 3, 27), 2) == [
            (date(2023, 10, 1), date(2023, 12, 31)), (date(2024, 1, 1), date(2024, 3, 27))]

    def test_stock_is_stock_before_plus_entered_less_committed_less_dropped(self) -> None:
        walks = [walk(date(2022, 1, 1)), walk(date(2023, 8, 1), g1=date(2023, 9, 1), g2=date(2024, 1, 5)),
                 walk(date(2023, 11, 1), left=date(2024, 2, 1)), walk(date(2024, 1, 2), g1=date(2024, 1, 3)),
                 walk(date(2024, 1, 9), left=date(2024, 1, 20)),
                 walk(date(2023, 2, 1), g2=date(2023, 10, 1), left=date(2024, 1, 1))]
        quarters = rules.flow(walks, date(2024, 3, 27), 4)
        for before, after in zip(quarters, quarters[1:], strict=False):
            assert after.whole == before.whole + after.entered - after.committed - after.dropped
        assert (quarters[-1].entered, quarters[-1].committed, quarters[-1].dropped) == (2, 1, 2)

    def test_a_stage_that_lasts_less_than_two_quarters_is_named(self) -> None:
        leaving = [walk(date(2022, 1, 1), g1=date(2023, 1, 1), g2=date(2023, 8, 1 + n)) for n in range(8)]
        staying = [walk(date(2022, 1, 1), g1=date(2023, 1, 1)) for _ in range(3)]
        found = rules.dry_stages(rules.flow([*leaving, *staying], date(2024, 3, 27)))
        assert [(one.stage, one.stock, one.leaving) for one in found] == [("none", 3, Fraction(2))]
        assert not rules.dry_stages(rules.flow([*leaving, *staying, *staying], date(2024, 3, 27)))


class TestScoreRules:
    def test_weights_sum_to_a_hundred_exactly(self) -> None:
        assert rules.sheet_faults(ITEMS) == []
        thirds = [{"name": str(n), "weight": "33.33", "best": "10"} for n in range(3)]
        assert [str(said) for said in rules.sheet_faults(thirds)] == ["权重之和为 99.99，须为 100"]

    @pytest.mark.parametrize("items", [[], [{"name": " ", "weight": "100", "best": "1"}],
                                       [{"name": "a", "weight": "50", "best": "1"}] * 2,
                                       [{"name": "a", "weight": "100", "best": "0"}]])
    def test_sheets_that_cannot_be_scored_on_are_refused(self, items: list[dict[str, Any]]) -> None:
        assert rules.sheet_faults(items)

    def test_total_is_the_weighted_share_rounded_half_up(self) -> None:
        items = [{"code": "i1", "name": "a", "weight": "60", "best": "100"},
                 {"code": "i2", "name": "b", "weight": "40", "best": "3"}]
        assert rules.weighted(items, {"i1": Decimal(75), "i2": Decimal(2)}) == Decimal("71.67")
        assert rules.weighted(items, {"i1": Decimal(100), "i2": Decimal(3)}) == 100

    def test_equals_share_a_rank_and_the_next_one_waits(self) -> None:
        assert rules.ranks([90, 80, 80, 70]) == [1, 2, 2, 4]


@pytest.mark.django_db
class TestMaturity:
    @pytest.mark.parametrize(("gate", "kind"), [(Gate.G1A, EvidenceKind.PLAN_BOOK), (
        Gate.G1B, EvidenceKind.SCHEDULE_BOOK), (Gate.G1C, EvidenceKind.DRAWINGS)])
    def test_a_gate_does_not_pass_without_its_own_document(self, gate: Gate, kind: EvidenceKind) -> None:
        samples.ground()
        row = samples.project(stage=Stage.RESERVE)
        other = gates.Given(kind=EvidenceKind.OTHER, doc_no="示例1号", issued_on=date(2023, 1, 1))
        with pytest.raises(CannotAccept):
            gates.claim(project=row, gate=gate, event_on=date(2024, 1, 5), evidence=[other], by=samples.clerk(),
                        unit=row.lead_unit, at=AT)
        right = gates.Given(kind=kind, doc_no="示例2号", issued_on=date(2023, 1, 1))
        gates.claim(project=row, gate=gate, event_on=date(2024, 1, 5), evidence=[right], by=samples.clerk(),
                    unit=row.lead_unit, at=AT)
        pool: Any = asked.pool(samples.office(), samples.district()).get()
        assert pool.verified_rank == 10

    def test_bands_add_up_with_the_unclassified(self) -> None:
        samples.ground()
        samples.project(total=10)
        row = samples.project(total=20, stage=Stage.RESERVE, category="unclassified")
        samples.passed(row, Gate.G1A, date(2024, 1, 5))
        samples.project(total=40, stage=Stage.COMMITTED)
        bands = asked.bands(samples.office(), samples.district())
        whole = asked.whole_of(bands)
        assert (whole.whole.count, whole.whole.money) == (2, Decimal(30))
        assert bands[-1].label == "未归类" and bands[-1].cells["plan_book"].count == 1
        assert whole.cells["idea"].money == 10

    def test_the_pool_equals_the_stock_of_the_last_quarter(self) -> None:
        samples.ground()
        samples.project()
        samples.project(stage=Stage.RESERVE)
        gone = samples.project(stage=Stage.RESERVE)
        exits.drop(project=gone, reason="放弃", on=date(2024, 3, 20), by=samples.office(), at=AT)
        now = asked.flow(samples.office(), samples.district(), date(2024, 3, 27))[-1]
        whole = asked.whole_of(asked.bands(samples.office(), samples.district()))
        assert now.whole == whole.whole.count == 2 and now.dropped == 1

    def test_names_that_nearly_agree_are_told_but_phases_are_not(self) -> None:
        alike = ("城东智能装备制造产业园建设项目", "城东智能装备制造产业园建设工程项目")
        for name in (*alike, "水厂扩建工程一期", "水厂扩建工程二期"):
            samples.project(name)
        pairs = asked.alike(samples.office(), samples.district())
        assert [{one.name, other.name} for one, other in pairs] == [set(alike)]

    def test_need_is_next_years_plan_or_says_what_stands_for_it(self) -> None:
        assert asked.need(samples.office(), samples.district(), 2024) is None
        row = samples.project(plan_year=50, kind=YearKind.NEW_START, total=500)
        found = asked.need(samples.office(), samples.district(), 2024)
        assert found is not None and found.money == 500 and "尚无计划" in str(found.said)
        samples.plan_of(row, year=2025, invest_year=80)
        found = asked.need(samples.office(), samples.district(), 2024)
        assert found is not None and found.money == 80

    def test_an_update_is_fresh_for_ninety_days(self) -> None:
        samples.project(stage=Stage.RESERVE)
        person, area = samples.office(), samples.district()
        assert asked.freshness(person, area, date(2024, 6, 18)) == (1, 1)
        assert asked.freshness(person, area, date(2024, 6, 19)) == (0, 1)


@pytest.mark.django_db
class TestScoring:
    def sheet(self) -> ScoreSheet:
        return reserve.set_sheet(area=samples.district(), items=ITEMS, by=samples.office(), at=AT)

    def give(self, sheet: ScoreSheet, row: Project, by: Any, one: int, two: int) -> Scoring:
        return reserve.score(sheet=sheet, project=row, points={"i1": Decimal(one), "i2": Decimal(two)}, by=by, at=AT)

    def test_a_change_is_a_new_version_and_the_same_again_is_refused(self) -> None:
        first = self.sheet()
        with pytest.raises(reserve.CannotScore, match="没有任何改动"):
            self.sheet()
        second = reserve.set_sheet(area=samples.district(), items=[{**ITEMS[0], "weight": 100}], by=samples.office(),
                                   at=AT)
        first.refresh_from_db()
        assert (first.version, second.version) == (1, 2) and first.valid_to is not None

    def test_only_the_office_sets_it_and_it_must_add_up(self) -> None:
        with pytest.raises(CannotReach):
            reserve.set_sheet(area=samples.district(), items=ITEMS, by=samples.clerk(), at=AT)
        with pytest.raises(reserve.CannotScore):
            reserve.set_sheet(area=samples.district(), items=ITEMS[:1], by=samples.office(), at=AT)

    def test_one_score_of_each_reviewer_is_in_force_and_the_mean_ranks(self) -> None:
        sheet, first, second = self.sheet(), samples.project(), samples.project()
        self.give(sheet, first, samples.office(), 50, 5)
        self.give(sheet, first, samples.office(), 80, 5)
        self.give(sheet, first, samples.leader(), 60, 5)
        self.give(sheet, second, samples.leader(), 70, 5)
        assert Scoring.objects.filter(in_force=True).count() == 3 and Scoring.objects.count() == 4
        found = asked.ranking(samples.office(), samples.district(), sheet)
        assert [(one.rank, one.mean, one.spread, one.count) for one in found] == [
            (1, Decimal("62.00"), Decimal("12.00"), 2), (1, Decimal("62.00"), 0, 1)]
        units = asked.unit_ranking(found)
        assert [(one.rank, one.count, one.mean) for one in units] == [(1, 2, Decimal(62))]

    @pytest.mark.parametrize("points", [
        {}, {"i1": Decimal(101), "i2": Decimal(1)}, {"i1": Decimal(-1), "i2": Decimal(1)},
        {"i1": Decimal("NaN"), "i2": Decimal(1)}])
    def test_impossible_points_are_refused(self, points: dict[str, Decimal]) -> None:
        with pytest.raises(reserve.CannotScore):
            reserve.score(sheet=self.sheet(), project=samples.project(), points=points, by=samples.office(), at=AT)

    def test_refused_to_its_own_unit_to_strangers_and_beyond_the_reserve(self) -> None:
        sheet = self.sheet()
        for person in (samples.clerk(), samples.stranger()):
            with pytest.raises(CannotReach):
                self.give(sheet, samples.project(), person, 1, 1)
        own = samples.project(unit=samples.unit("项目办"))
        with pytest.raises(reserve.CannotScore, match="本单位"):
            self.give(sheet, own, samples.office(), 1, 1)
        with pytest.raises(reserve.CannotScore, match="谋划、储备"):
            self.give(sheet, samples.project(stage=Stage.COMMITTED), samples.office(), 1, 1)

    def test_a_sheet_that_is_over_takes_no_score(self) -> None:
        old = self.sheet()
        reserve.set_sheet(area=samples.district(), items=[{**ITEMS[0], "weight": 100}], by=samples.office(), at=AT)
        with pytest.raises(reserve.CannotScore, match="停用"):
            self.give(old, samples.project(), samples.office(), 1, 1)


def opened(area: Area | None = None, *, by: Any = None, quota: int | None = 2) -> SubmissionRound:
    """A round of the district that is open on the day of the samples."""
    return reserve.open_round(area=area or samples.district(), name="第一批", opens_on=date(2024, 3, 1),
                              closes_on=date(2024, 3, 31), quota=quota, by=by or samples.office(), at=AT)


@pytest.mark.django_db
class TestSubmission:
    def test_a_district_round_goes_from_the_unit_to_the_office(self) -> None:
        row = samples.project()
        made = reserve.submit(round=opened(), project=row, by=samples.clerk(), at=AT)
        assert made.step == SubmissionStep.DISTRICT
        with pytest.raises(Exception, match="不能报上级"):
            reserve.forward(submission=made, by=samples.office(), at=AT)
        reserve.accept(submission=made, by=samples.office(), at=AT)
        assert Submission.objects.get().step == SubmissionStep.ACCEPTED
        assert not GatePassage.objects.filter(project=row).exists()

    def test_a_city_round_needs_both_levels(self) -> None:
        row, city = samples.project(), samples.city()
        found = opened(city.memberships.get().area, by=city)
        made = reserve.submit(round=found, project=row, by=samples.clerk(), at=AT)
        with pytest.raises(Exception, match="不能入选"):
            reserve.accept(submission=made, by=city, at=AT)
        with pytest.raises(Exception, match="岗位"):
            reserve.forward(submission=made, by=city, at=AT)
        reserve.forward(submission=made, by=samples.office(), at=AT)
        with pytest.raises(Exception, match="岗位"):
            reserve.accept(submission=made, by=samples.office(), at=AT)
        assert reserve.accept(submission=made, by=city, at=AT).step == SubmissionStep.ACCEPTED

    def test_returned_ones_are_handed_in_again_and_counted(self) -> None:
        row, found = samples.project(), opened()
        for _ in range(2):
            made = reserve.submit(round=found, project=row, by=samples.clerk(), at=AT)
            reserve.send_back(submission=made, reason="补充选址", by=samples.office(), at=AT)
        assert reserve.submit(round=found, project=row, by=samples.clerk(), at=AT).returned_count == 2
        assert Submission.objects.count() == 1

    def test_refused_before_after_twice_and_beyond_the_reserve(self) -> None:
        row, found = samples.project(), opened()
        for day, said in ((datetime(2024, 2, 29, 23, 59, tzinfo=CITY), "起提报"),
                          (datetime(2024, 4, 1, 0, 0, tzinfo=CITY), "截止")):
            with pytest.raises(reserve.CannotSubmit, match=said):
                reserve.submit(round=found, project=row, by=samples.clerk(), at=day)
        reserve.submit(round=found, project=row, by=samples.clerk(), at=datetime(2024, 3, 31, 23, 59, tzinfo=CITY))
        with pytest.raises(Exception, match="不能提报"):
            reserve.submit(round=found, project=row, by=samples.clerk(), at=AT)
        with pytest.raises(reserve.CannotSubmit, match="谋划、储备"):
            reserve.submit(round=found, project=samples.project(stage=Stage.LANDED), by=samples.clerk(), at=AT)

    def test_refused_to_others_and_outside_the_area(self) -> None:
        row, found = samples.project(), opened()
        for person in (samples.office(), samples.clerk(samples.unit("水务局")), samples.stranger()):
            with pytest.raises(CannotReach):
                reserve.submit(round=found, project=row, by=person, at=AT)
        there = samples.district("990102", "示例县")
        other = samples.project(unit=samples.unit("县住建局", there))
        with pytest.raises(reserve.CannotSubmit, match="区域"):
            reserve.submit(round=found, project=other, by=samples.clerk(other.lead_unit), at=AT)

    def test_taken_back_by_the_unit_before_the_decision_only(self) -> None:
        row, found = samples.project(), opened()
        made = reserve.submit(round=found, project=row, by=samples.clerk(), at=AT)
        reserve.withdraw(submission=made, by=samples.reviewer(), at=AT)
        made = reserve.submit(round=found, project=row, by=samples.clerk(), at=AT)
        reserve.accept(submission=made, by=samples.office(), at=AT)
        with pytest.raises(Exception, match="不能撤回"):
            reserve.withdraw(submission=made, by=samples.clerk(), at=AT)

    def test_many_are_decided_together_or_not_at_all(self) -> None:
        found = opened()
        made = [reserve.submit(round=found, project=samples.project(f"项目{n}"), by=samples.clerk(), at=AT)
                for n in range(2)]
        reserve.accept(submission=made[0], by=samples.office(), at=AT)
        before = JournalEntry.objects.count()
        with pytest.raises(CannotAccept) as refused:
            reserve.decide_all(submissions=made, verb="accept", by=samples.office(), at=AT)
        assert [fault.cell for fault in refused.value.faults] == ["项目0"]
        assert JournalEntry.objects.count() == before
        assert Submission.objects.filter(step=SubmissionStep.ACCEPTED).count() == 1

    def test_counts_by_unit_against_the_quota(self) -> None:
        found, other = opened(), samples.unit("水务局")
        samples.clerk(other)
        for name in ("甲", "乙"):
            reserve.submit(round=found, project=samples.project(name), by=samples.clerk(), at=AT)
        lines = submissions.lines(samples.office(), found)
        counts = {one.unit: (one.handed_in, one.short) for one in submissions.counts(
            lines, found.quota, submissions.units_asked(samples.office(), found))}
        assert counts == {"建设局": (2, 0), "水务局": (0, 2)}
        assert submissions.lines(samples.clerk(other), found) == []

    @pytest.mark.parametrize(("wrong", "said"), [
        ({"name": " "}, "名称"), ({"name": "x" * 81}, "名称"), ({"closes_on": date(2024, 2, 1)}, "截止日期"),
        ({"quota": 0}, "指标"), ({"quota": 1000}, "指标")])
    def test_rounds_that_make_no_sense_are_refused(self, wrong: dict[str, Any], said: str) -> None:
        right: dict[str, Any] = {"name": "一批", "opens_on": date(2024, 3, 1),
                                 "closes_on": date(2024, 3, 31), "quota": 1}
        with pytest.raises(reserve.CannotSubmit, match=said):
            reserve.open_round(area=samples.district(), by=samples.office(), at=AT, **(right | wrong))

    def test_the_same_round_twice_is_refused(self) -> None:
        opened()
        with pytest.raises(reserve.CannotSubmit, match="同名"):
            opened()
