"""The plan as it stands today, and the finish date one can believe: pure."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from citywright.approvals import plan
from citywright.approvals.plan import Fact, Replay, Task, WorkDays
from citywright.approvals.plan.forecast import LIKELY, OF_OFFICE, OF_PROJECTS
from citywright.approvals.queries import samples
from citywright.approvals.rules import catalogue as rules
from citywright.approvals.words import TaskState

from .test_plan import networks, task

MONDAY = date(2024, 2, 19)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


class TestWorkDays:
    def test_a_weekend_has_the_number_of_its_friday(self) -> None:
        days = WorkDays(MONDAY, weekdays)
        assert [days.number(MONDAY + timedelta(days=n)) for n in range(8)] == [0, 1, 2, 3, 4, 4, 4, 5]

    @given(st.integers(-60, 400))
    def test_the_day_of_a_number_has_that_number(self, number: int) -> None:
        days = WorkDays(MONDAY, weekdays)
        assert days.number(days.day(number)) == number and weekdays(days.day(number))


class TestLive:
    def test_what_is_done_keeps_its_days_and_what_comes_starts_today_at_the_earliest(self) -> None:
        told = plan.live([task("a", 5), task("b", 3, "a")], {"a": Fact(0, 4)}, 10)
        assert (told.bars["a"].state, told.bars["a"].finish) == (TaskState.DONE, 4)
        assert (told.bars["b"].state, told.bars["b"].start, told.finish) == (TaskState.PLANNED, 10, 13)

    def test_what_runs_ends_when_its_clock_does_and_tomorrow_when_it_is_late(self) -> None:
        facts = {"a": Fact(6, used=4, left=1), "b": Fact(0, used=9, left=-4)}
        told = plan.live([task("a", 5), task("b", 5)], facts, 10)
        assert (told.bars["a"].finish, told.bars["b"].finish) == (11, 11)

    def test_the_goal_is_reached_without_what_comes_after_it(self) -> None:
        told = plan.live([task("a", 5), task("permit", 2, "a"), task("c", 9, "permit")], {}, 0, goals=["permit"])
        assert (told.goal, told.finish, told.path) == (7, 16, ("a", "permit"))

    def test_what_does_not_hold_the_goal_has_slack_to_the_end_of_all(self) -> None:
        told = plan.live([task("a", 5), task("permit", 2, "a"), task("b", 1)], {}, 0, goals=["permit"])
        assert (told.bars["b"].slack, told.bars["a"].slack, told.bars["b"].is_critical) == (6, 0, False)

    def test_the_acceptance_waits_for_the_building_to_stand(self) -> None:
        told = plan.live([task("permit", 2), task("c", 3, "permit")], {}, 0, goals=["permit"], not_before={"c": 200})
        assert (told.bars["c"].start, told.goal, told.finish) == (200, 2, 203)

    def test_a_package_of_which_a_member_has_begun_is_shown_by_its_members(self) -> None:
        catalogue, codes = shipped()
        closed = plan.partly_packed(catalogue, codes)
        opened = plan.partly_packed(catalogue, codes, begun=["SP201"])
        assert closed == plan.with_packages(catalogue, codes)
        assert "PK-FA" not in {t.code for t in opened} and {"SP201", "ZG201"} <= {t.code for t in opened}
        assert sorted(c for t in opened for c in t.members) == sorted(codes)

    @given(networks(), st.integers(0, 30))
    def test_nothing_to_come_precedes_what_it_waits_for_nor_today(self, tasks: list[Task], today: int) -> None:
        told = plan.live(tasks, {tasks[0].code: Fact(0, used=1, left=3)}, today)
        for bar in told.bars.values():
            assert bar.slack >= 0 and bar.finish <= told.finish
            if bar.state == TaskState.PLANNED:
                assert bar.start >= today
                assert all(told.bars[c].finish <= bar.start for c in bar.task.before)
        assert {c for c in told.path} <= {code for code, bar in told.bars.items() if not bar.slack}

    @given(networks())
    def test_before_anything_happened_it_is_the_critical_path(self, tasks: list[Task]) -> None:
        assert plan.live(tasks, {}, 0).finish == plan.length(tasks)


def shipped() -> tuple[rules.Catalogue, tuple[str, ...]]:
    catalogue = samples.shipped()
    return catalogue, rules.decide(catalogue, samples.profiles()[1].known).applies


class TestForecast:
    def test_until_the_office_has_enough_of_its_own_the_factors_are_sample_ones(self) -> None:
        assert plan.fitted([("SP", 3, 3)] * (OF_OFFICE - 1)).is_sample
        own = plan.fitted([("SP", 6, 3)] * OF_OFFICE)
        assert not own.is_sample and own.of(("SP",)).max() == own.of(("XX",)).max() == 2

    def test_an_item_without_a_limit_tells_nothing(self) -> None:
        assert plan.fitted([("SP", 3, 0)] * 99).count == 0

    def test_the_same_seed_tells_the_same_days(self) -> None:
        catalogue, codes = shipped()
        tasks = plan.partly_packed(catalogue, codes)
        one, two = (plan.simulate(tasks, plan.PERMITS, 0, plan.fitted([]), seed=7) for _ in range(2))
        assert (one == two).all()
        told = plan.forecast(one, 0)
        assert 0 < told.early <= told.likely <= told.late and not told.is_calibrated

    def test_what_is_done_moves_no_more(self) -> None:
        drawn = plan.simulate([task("a", 5)], ["a"], 9, plan.fitted([]), seed=1, facts={"a": Fact(0, 6)})
        assert set(drawn) == {9.0}

    def test_what_runs_ends_tomorrow_at_the_earliest(self) -> None:
        late = {"a": Fact(0, used=60, left=-55)}
        drawn = plan.simulate([task("a", 5)], ["a"], 9, plan.fitted([]), seed=1, facts=late)
        assert set(drawn) == {10.0}

    def test_with_enough_finished_projects_the_range_is_that_of_reality(self) -> None:
        drawn = plan.simulate([task("a", 10)], ["a"], 0, plan.fitted([("D", 10, 10)] * 40), seed=1)
        shares = plan.recalibrated([Replay(took, 10) for took in range(10, 30)])
        told = plan.forecast(drawn, 0, shares)
        assert told.is_calibrated and told.early < told.likely < told.late and told.late > 20

    def test_the_coverage_is_what_the_others_would_have_said(self) -> None:
        assert plan.backtest([Replay(10, 10)] * OF_PROJECTS) is None
        steady = plan.backtest([Replay(10, 10)] * 20)
        assert steady is not None and (steady.inside, steady.count) == (20, 20)
        wild = plan.backtest([Replay(n, 10) for n in range(1, 41)])
        assert wild is not None and 0.7 <= wild.inside / wild.count <= 0.9

    @given(networks(), st.floats(0.3, 3.0))
    def test_the_half_way_day_lies_between_the_early_and_the_late_one(self, tasks: list[Task], share: float) -> None:
        factors = plan.fitted([("A", round(share * 100), 100)] * OF_OFFICE)
        told = plan.forecast(plan.simulate(tasks, [], 0, factors, seed=3, samples=50), 0)
        assert told.early <= told.likely <= told.late
        assert LIKELY == 0.5
