"""Judging an area: runs, snapshots, named lamps, alerts on rising edges."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from citywright.followup import actions as followup
from citywright.followup import queries as followed
from citywright.followup.models import Alert
from citywright.followup.words import AlertKind, AlertStep
from citywright.kernel.clock import CITY
from citywright.kernel.errors import CannotReach
from citywright.kernel.steps import CannotMove
from citywright.projects import samples
from citywright.projects.actions import gates, lamps, months
from citywright.projects.actions.months import Amounts
from citywright.projects.models import LampRun, LampSnapshot, Project
from citywright.projects.queries import lamps as asked
from citywright.projects.rules.presets import CannotUseRules
from citywright.projects.words import Dimension, Gate, Lamp, Source, Stage, YearKind

pytestmark = pytest.mark.django_db
MARCH, DAY = date(2024, 3, 1), date(2024, 3, 27)
AT = datetime(2024, 3, 27, 2, tzinfo=CITY)


@pytest.fixture()
def project() -> Project:
    """1,200 万元 for the year, 100 a month, 150 of 300 done: yellow by no rule, red by Wuhan's."""
    row = samples.project(plan_year=1200, months=[100] * 12, stage=Stage.LANDED,
                          plan={"planned_start": date(2024, 6, 1)}, kind=YearKind.NEW_START)
    done(row, 150)
    return row


def done(row: Project, amount: int, period: date = MARCH) -> None:
    months.record_facts(period=period, source=Source.UNIT, by=samples.office(), at=AT,
                        rows=[(row, Amounts(Decimal(0), amount_year=Decimal(amount)))])


def judge(on: date = DAY) -> lamps.Judgement:
    return lamps.judge(area=samples.district(), on=on, by=None, at=AT)


def snapshot(row: Project) -> LampSnapshot:
    return row.lamps.select_related("run").order_by("-run__as_of", "-run__number").first()


class TestJudge:
    def test_keeps_lamp_reason_inputs_and_rule_of_each_project(self, project: Project) -> None:
        judge()
        kept = snapshot(project)
        assert (kept.progress, kept.start, kept.overall, kept.shown) == ("red", "grey", "red", "red")
        assert kept.reasons["progress"]["values"]["rate"] == "50.0"
        assert kept.inputs["progress"] == {"month": 3, "plan_year": "1200", "scheduled": "300", "done_year": "150"}
        assert str(kept.run.rule_set) == "比值式 2024-1"

    def test_makes_no_second_run_of_the_same_inputs(self, project: Project) -> None:
        first, second = judge(), judge()
        assert (first.is_new, second.is_new, LampRun.objects.count()) == (True, False, 1)
        done(project, 160)
        assert judge().run.number == 2

    def test_asks_few_queries_however_many_projects(
            self, project: Project, django_assert_max_num_queries: object) -> None:
        for _ in range(4):
            samples.project(plan_year=100)
        judge()
        done(project, 200)
        with django_assert_max_num_queries(40):  # type: ignore[operator]
            judge()

    def test_judges_a_month_back_while_the_unit_may_still_fill(self, project: Project) -> None:
        months.open_month(area=samples.district(), period=date(2024, 4, 1), fill_from=date(2024, 4, 20),
                          fill_to=date(2024, 4, 25), review_on=date(2024, 4, 26),
                          lock_at=datetime(2024, 4, 28, 18, tzinfo=CITY), by=samples.office(), at=AT)
        seen = {}
        for day in (10, 22, 26):
            judge(date(2024, 4, day))
            seen[day] = snapshot(project).inputs["progress"]["month"]
        assert seen == {10: 3, 22: 3, 26: 4}

    def test_follows_the_gates_and_the_problems(self) -> None:
        from citywright.projects.actions import problems
        from citywright.projects.words import ProblemKind, ProblemSource

        row = samples.project(stage=Stage.BUILDING, plan_year=100, days={Gate.G4: date(2024, 1, 10)})
        for kind, due in ((ProblemKind.LAND, date(2024, 3, 1)), (ProblemKind.PIPES, date(2024, 3, 20))):
            problems.raise_problem(project=row, title=f"{kind.zh}未落实", kind=kind, severity=3, due_on=due,
                                   source=ProblemSource.VISIT, unit=row.lead_unit, by=samples.office(),
                                   at=datetime(2024, 2, 1, tzinfo=CITY))
        judge()
        kept = snapshot(row)
        assert (kept.start, kept.statistics, kept.element, kept.issue) == ("green", "red", "red", "yellow")

    def test_is_refused_to_a_unit(self) -> None:
        with pytest.raises(CannotReach):
            lamps.judge(area=samples.district(), on=DAY, by=samples.clerk(), at=AT)


    def test_of_a_city_goes_by_the_days_of_its_districts_and_leaves_the_telling_to_them(self, project: Project) -> None:
        months.open_month(area=samples.district(), period=MARCH, fill_from=date(2024, 3, 20),
                          fill_to=date(2024, 3, 25), review_on=date(2024, 3, 26),
                          lock_at=datetime(2024, 3, 28, 18, tzinfo=CITY), by=samples.office(), at=AT)
        other = samples.project(plan_year=1200, months=[100] * 12)
        city = samples.city().memberships.get().area
        judged = lamps.judge(area=city, on=DAY, by=None, at=AT)
        assert judged.followed == followup.Followed(0, 0)
        assert snapshot(other).inputs["progress"]["month"] == 3
        assert judge().followed.raised > 0


class TestRules:
    def test_of_an_area_are_in_force_from_their_day(self, project: Project) -> None:
        lamps.lay_presets(by=None, at=AT)
        lamps.adopt_rules(area=samples.district(), code="points-yinchuan", valid_from=DAY, by=samples.office(), at=AT)
        judge(DAY - timedelta(days=1))
        assert snapshot(project).progress == "red"
        judge()
        assert (snapshot(project).progress, snapshot(project).run.rule_set.name) == ("yellow", "百分点式")

    def test_with_bad_thresholds_are_refused(self) -> None:
        lamps.lay_presets(by=None, at=AT)
        with pytest.raises(CannotUseRules):
            lamps.adopt_rules(area=samples.district(), code="ratio-wuhan", valid_from=DAY, by=samples.office(), at=AT,
                              parameters={"yellow": "0.5"})

    def test_are_laid_once(self) -> None:
        samples.ground()
        assert lamps.lay_presets(by=None, at=AT) == 0 or lamps.lay_presets(by=None, at=AT) == 0


class TestOverride:
    def test_is_shown_beside_the_computed_lamp_until_its_last_day(self, project: Project) -> None:
        judge()
        lamps.override(project=project, dimension=Dimension.PROGRESS, lamp=Lamp.YELLOW, reason="防汛停工",
                       until=DAY + timedelta(days=1), by=samples.office(), at=AT, from_on=DAY)
        assert (snapshot(project).progress, snapshot(project).shown) == ("red", "yellow")
        assert judge().is_new
        assert (snapshot(project).overall, snapshot(project).shown) == ("red", "yellow")
        judge(DAY + timedelta(days=2))
        assert snapshot(project).shown == "red"

    def test_of_the_start_is_an_accepted_excuse(self) -> None:
        row = samples.project(stage=Stage.LANDED, plan_year=100, plan={"planned_start": date(2024, 1, 1)})
        lamps.override(project=row, dimension=Dimension.START, lamp=Lamp.YELLOW, reason="文物勘探", until=DAY,
                       by=samples.office(), at=AT, from_on=MARCH)
        judge()
        assert (snapshot(row).start, snapshot(row).reasons["start"]["code"]) == ("yellow", "start_excused")

    @pytest.mark.parametrize(("reason", "until"), [
        ("", DAY), ("防汛", DAY - timedelta(days=1)), ("防汛", date(2026, 1, 1))])
    def test_is_refused_without_reason_or_a_sound_last_day(self, project: Project, reason: str, until: date) -> None:
        with pytest.raises(lamps.CannotOverride):
            lamps.override(project=project, dimension=Dimension.PROGRESS, lamp=Lamp.YELLOW, reason=reason, until=until,
                           by=samples.office(), at=AT, from_on=DAY)

    def test_is_refused_to_the_unit_itself(self, project: Project) -> None:
        with pytest.raises(CannotReach):
            lamps.override(project=project, dimension=Dimension.PROGRESS, lamp=Lamp.GREEN, reason="我们觉得好",
                           until=DAY, by=samples.clerk(), at=AT, from_on=DAY)


class TestAlerts:
    def progress(self) -> list[tuple[str, str]]:
        return [(a.kind, a.step) for a in Alert.objects.filter(dimension="progress").order_by("raised_on", "edge")]

    def test_are_raised_once_and_cleared_when_things_are_good_again(self, project: Project) -> None:
        judge()
        judge()
        assert self.progress() == [(AlertKind.URGE, AlertStep.RAISED)]
        judge(DAY + timedelta(days=1))
        assert len(self.progress()) == 1
        done(project, 300)
        judge(DAY + timedelta(days=2))
        assert self.progress() == [(AlertKind.URGE, AlertStep.CLEARED)]

    def test_climb_the_ladder_with_the_months(self, project: Project) -> None:
        done(project, 230)
        judge()
        assert self.progress() == [(AlertKind.REMIND, AlertStep.RAISED)]
        done(project, 235, date(2024, 4, 1))
        judge(date(2024, 4, 30))
        done(project, 240, date(2024, 5, 1))
        judge(date(2024, 5, 31))
        assert [kind for kind, step in self.progress() if step == AlertStep.RAISED] == [AlertKind.INTERVIEW]
        assert len(self.progress()) == 3

    def test_rise_again_after_a_good_day(self, project: Project) -> None:
        judge()
        done(project, 300)
        judge(DAY + timedelta(days=1))
        done(project, 310, date(2024, 4, 1))
        judge(date(2024, 4, 30))
        assert [step for _, step in self.progress()] == [AlertStep.CLEARED, AlertStep.RAISED]

    def test_are_taken_by_the_unit_and_seen_by_nobody_else(self, project: Project) -> None:
        judge()
        alert = Alert.objects.get(dimension="progress")
        assert followed.standing(samples.stranger()).count() == 0
        assert followed.standing(samples.clerk(samples.unit("交通局"))).count() == 0
        with pytest.raises(CannotReach):
            followup.take(alert=alert, by=samples.stranger(), at=AT)
        assert followup.take(alert=alert, by=samples.clerk(), at=AT).taken_by == samples.clerk()
        with pytest.raises(CannotMove):
            followup.take(alert=alert, by=samples.clerk(), at=AT)

    def test_reach_a_manager_as_one_digest(self, project: Project) -> None:
        done(samples.project(plan_year=1200, months=[100] * 12), 10)
        judge()
        lines = followed.digest(samples.leader(), on=DAY)
        assert [(line.unit, line.fresh == line.standing) for line in lines] == [("建设局", True)]
        assert lines[0].red >= 2

    def test_tell_of_evidence_owed_after_a_waiver(self) -> None:
        row, place = samples.project(stage=Stage.COMMITTED), samples.unit("发改局")
        owed = gates.claim(project=row, gate=Gate.G3, event_on=MARCH, by=samples.clerk(), unit=row.lead_unit,
                           evidence=samples.given(Gate.G3, row, MARCH)[:1], at=samples.AT, waiver_basis="纪要")
        gates.waive(passage=owed, basis="区政府会议纪要", due_on=DAY, by=samples.verifier(), unit=place, at=samples.AT)
        judge()
        judge(DAY + timedelta(days=1))
        kept = Alert.objects.get(kind=AlertKind.OBLIGATION)
        assert (kept.url_key, kept.due_on, kept.step) == (row.code, DAY, AlertStep.RAISED)
        assert snapshot(row).element == "yellow"


class TestQueries:
    def test_tell_the_reds_with_every_reason_that_is_not_good(self, project: Project) -> None:
        second = samples.project("两红", stage=Stage.LANDED, plan_year=1200, months=[100] * 12,
                                 plan={"planned_start": date(2024, 1, 1)})
        run = judge().run
        found = asked.reds(samples.leader(), area=samples.district(), run=run)
        assert [row.code for row in found] == [second.code, project.code]
        assert [(r.dimension, r.lamp) for r in found[0].reasons] == [("start", "red"), ("progress", "red")]
        assert asked.reds(samples.stranger(), area=samples.district(), run=run) == []
        assert asked.reds(samples.leader(), area=samples.district(), run=None) == []

    def test_show_a_red_month_yellow_once_it_was_made_good(self, project: Project) -> None:
        judge()
        done(project, 400, date(2024, 4, 1))
        judge(date(2024, 4, 20))
        assert [(m.period.month, m.lamps[Dimension.PROGRESS]) for m in asked.history(project)] == [
            (3, "red"), (4, "green")]
        assert asked.history(project, until=DAY)[0].shown == "red"
        assert [month.shown for month in asked.history(project)] == ["yellow", "green"]

    def test_list_the_named_lamps_in_force(self, project: Project) -> None:
        lamps.override(project=project, dimension=Dimension.FUND, lamp=Lamp.GREEN, reason="专户已冻结", until=DAY,
                       by=samples.office(), at=AT, from_on=DAY)
        rows = asked.overrides(samples.leader(), area=samples.district(), on=DAY)
        assert [row.reason for row in rows] == ["专户已冻结"]
        assert not asked.overrides(samples.leader(), area=samples.district(), on=DAY + timedelta(days=1))
