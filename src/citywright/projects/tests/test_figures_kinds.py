"""Each kind of rate on rows that were made for it: what counts, what does not, and by which day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from citywright.kernel.clock import CITY
from citywright.projects import samples
from citywright.projects.actions import months, plans, problems
from citywright.projects.actions.months import Amounts, ReportValues
from citywright.projects.queries import figures
from citywright.projects.words import FundKind, Gate, ProblemKind, Source, Stage, YearKind

pytestmark = pytest.mark.django_db
MARCH = date(2024, 3, 1)
WAY = {Gate.G1: date(2024, 1, 2), Gate.G1A: date(2024, 1, 3), Gate.G1B: date(2024, 1, 4), Gate.G1C: date(2024, 1, 5),
       Gate.G2: date(2024, 1, 8), Gate.G3: date(2024, 1, 10), Gate.G4C: date(2024, 1, 11), Gate.G4P: date(2024, 1, 12),
       Gate.G4: date(2024, 1, 15), Gate.G5: date(2024, 2, 1), Gate.G6: date(2024, 3, 1)}


@pytest.fixture(autouse=True)
def area(db):
    return samples.ground()


def figure(code, period=MARCH):
    return figures.figure(samples.office(), code, area=samples.district(), period=period)


def told(code, period=MARCH):
    found = figure(code, period)
    return found.numerator, found.denominator, found.shown


def moment(month, day, hour=9):
    return datetime(2024, month, day, hour, tzinfo=CITY)


class TestDays:
    def test_the_permit_with_the_land_is_counted_in_working_days_with_make_up_days(self):
        land = date(2024, 2, 1)  # a Thursday; Sunday 4 February is worked, so that the fifth working day is the 7th
        for name, permit in (("当日内", 7), ("晚一日", 8)):
            samples.project(name, stage=Stage.BUILDING, days=WAY | {
                Gate.G3: land, Gate.G4C: land, Gate.G4P: date(2024, 2, permit), Gate.G4: date(2024, 2, 20)})
        assert told("LAND0") == (1, 2, "50.0")

    def test_production_on_completion_and_all_three_in_a_year(self):
        samples.project(stage=Stage.PRODUCING, days=WAY)
        samples.project(stage=Stage.PRODUCING, days=WAY | {Gate.G6: date(2024, 3, 10)})
        samples.project(stage=Stage.RESERVE, days=WAY)
        assert told("FIN0") == (1, 2, "50.0")
        assert told("THREE") == (2, 3, "66.7")

    def test_finish_and_production_are_measured_against_the_plan_of_the_year(self):
        plan = {"planned_start": date(2024, 1, 1), "planned_finish": date(2024, 3, 31),
                "planned_production": date(2024, 12, 1)}
        samples.project(stage=Stage.COMPLETED, days=WAY, plan_year=100, kind=YearKind.FINISH, plan=plan)
        samples.project(stage=Stage.BUILDING, days=WAY, plan_year=100, kind=YearKind.FINISH, plan=plan)
        assert told("FIN_RATE") == (1, 2, "50.0")
        assert told("PROD_RATE") == (0, 0, "—")

    def test_statistics_are_due_thirty_days_after_the_start_for_five_million_and_more(self):
        started = WAY | {Gate.G4: date(2024, 1, 15)}
        entered = samples.project(stage=Stage.BUILDING, days=started, total=500)
        samples.passed(entered, Gate.G4S, date(2024, 2, 10))
        samples.project(stage=Stage.BUILDING, days=started, total=500)
        samples.project(stage=Stage.BUILDING, days=started, total=499)
        samples.project(stage=Stage.BUILDING, days=WAY | {Gate.G4: date(2024, 3, 2)}, total=900)
        assert told("STAT_IN") == (1, 2, "50.0")
        assert told("STAT_IN", date(2024, 1, 1)) == (0, 0, "—")

    def test_a_ceremony_without_a_start_is_listed_after_sixty_days(self):
        row = samples.project(stage=Stage.LANDED, days=WAY)
        samples.passed(row, Gate.G4C, date(2024, 1, 31))
        assert figure("START_CEREMONY").numerator == 1
        assert figure("START_CEREMONY", date(2024, 2, 1)).numerator == 0


class TestMoney:
    def test_funds_count_until_the_end_of_the_month(self):
        row = samples.project(plan_year=100)
        source = plans.agree_fund(project=row, kind=FundKind.SELF, agreed=Decimal(1000), by=samples.clerk(),
                                  at=samples.AT)
        for day, arrived in ((date(2024, 2, 5), 300), (date(2024, 4, 5), 200)):
            plans.record_arrival(source=source, arrived_on=day, arrived=Decimal(arrived), by=samples.clerk(),
                                 at=samples.AT)
        assert told("FUND_IN") == (300, 1000, "30.0")
        assert told("FUND_IN", date(2024, 4, 1)) == (500, 1000, "50.0")

    def test_calibres_stand_side_by_side_and_are_compared_never_merged(self):
        row, like = samples.project(plan_year=1000), samples.project(plan_year=1000)
        for source, project, amount in ((Source.UNIT, row, 130), (Source.STAT, row, 100), (Source.UNIT, like, 100),
                                        (Source.STAT, like, 100)):
            amounts = Amounts(Decimal(amount), Decimal(amount))
            months.record_facts(period=MARCH, source=source, rows=[(project, amounts)], by=samples.office(),
                                at=samples.AT)
        assert figure("INV_STAT_GAP").numerator == 1
        assert figure("INV_SUM").numerator == 230

    def test_the_reserve_is_a_multiple_of_the_next_plan(self):
        samples.project(stage=Stage.RESERVE, total=30000)
        samples.plan_of(samples.project(), year=2025, invest_year=10000, frozen=False)
        assert told("RSV_MULT") == (30000, 10000, "3.00")


class TestMonth:
    def test_a_report_is_on_time_when_locked_and_sent_before_the_lock(self):
        rows = [samples.project(plan_year=1200, kind=YearKind.CONTINUE, stage=Stage.BUILDING) for _ in range(3)]
        months.open_month(area=samples.district(), period=MARCH, fill_from=date(2024, 3, 20), fill_to=date(2024, 3, 25),
                          review_on=date(2024, 3, 26), lock_at=moment(3, 28, 18), by=samples.office(), at=samples.AT)
        values = ReportValues(physical_text="主体施工至三层", physical_percent=Decimal(30), next_step="继续主体施工",
                              amount_month=Decimal(100), amount_year=Decimal(100))
        made = months.fill_many(period=MARCH, rows=[(row, values) for row in rows], by=samples.clerk(), at=samples.AT)
        sent = months.submit(reports=made[:2], by=samples.clerk(), at=samples.AT,
                             explanations={report.pk: "首次填报" for report in made})
        locked = months.review(reports=sent[:1], by=samples.reviewer(), at=samples.AT + timedelta(hours=1))
        months.lock(reports=locked, by=samples.office(), at=moment(3, 27))
        assert told("REP_OK") == (1, 3, "33.3")
        assert figure("REP_MISSING").numerator == 1 and figure("REP_OPEN").numerator == 2
        months.give_back(reports=sent[1:], reason="进度与照片不符", by=samples.reviewer(), at=moment(3, 27))
        assert told("REP_BACK") == (1, 2, "50.0")
        assert figure("REP_MISSING").numerator == 2

    def test_problems_are_counted_by_piece_and_closed_by_their_day(self):
        row, unit = samples.project(plan_year=100), samples.unit()
        made = [problems.raise_problem(project=row, title="管线未迁", kind=ProblemKind.PIPES, unit=unit,
                                       due_on=date(2024, 3, 22), by=samples.office(), at=samples.AT) for _ in range(2)]
        for problem, day in zip(made, (21, 25), strict=True):
            problems.answer(problem=problem, answer="已迁移", by=samples.clerk(), at=moment(3, 20, 15))
            problems.accept(problem=problem, by=samples.office(), at=moment(3, day))
        assert told("ISS_OK") == (1, 2, "50.0")
        assert told("ISS_BACK") == (0, 2, "0.0")
