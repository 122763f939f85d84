"""What is published is what the ledger's own figures count, told once, and written again only when it changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from citywright.kernel import periods
from citywright.kernel.clock import CITY
from citywright.kernel.models import Area
from citywright.kernel.money import to_fen
from citywright.lake import store
from citywright.projects import facts, samples
from citywright.projects.actions import lamps, months, plans, problems
from citywright.projects.actions.months import Amounts, ReportValues
from citywright.projects.queries import figures, ledger
from citywright.projects.words import FundKind, Gate, ProblemKind, Source, Stage, YearKind

pytestmark = pytest.mark.django_db
MARCH, DAY = date(2024, 3, 1), date(2024, 3, 29)
NEW, EPOCH = YearKind.NEW_START, date(1970, 1, 1)
WAY = {Gate.G1: date(2024, 1, 2), Gate.G1A: date(2024, 1, 3), Gate.G1B: date(2024, 1, 4), Gate.G1C: date(2024, 1, 5),
       Gate.G2: date(2024, 1, 8), Gate.G3: date(2024, 1, 10), Gate.G4C: date(2024, 1, 11), Gate.G4P: date(2024, 1, 12),
       Gate.G4: date(2024, 1, 15), Gate.G5: date(2024, 2, 1), Gate.G6: date(2024, 3, 1)}
Row = dict[str, Any]


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path) -> Path:
    settings.LAKE_ROOT = tmp_path
    return tmp_path


@pytest.fixture()
def area() -> Area:
    """A little of everything that a figure may count."""
    place = samples.ground()
    started = {"planned_start": date(2024, 2, 1), "planned_finish": date(2024, 3, 20)}
    rows = [samples.project("按期", stage=Stage.PRODUCING, kind=NEW, plan_year=6000, total=30000, plan=started,
                            days=WAY),
            samples.project("未开", stage=Stage.LANDED, kind=NEW, plan_year=4000, plan={"planned_start": MARCH}),
            samples.project("提前", stage=Stage.BUILDING, kind=NEW, plan_year=2000, days=WAY | {
                Gate.G4P: date(2024, 1, 19), Gate.G4: date(2024, 1, 20)}, plan={"planned_start": date(2024, 6, 1)}),
            samples.project("续建", stage=Stage.BUILDING, kind=YearKind.CONTINUE, plan_year=12000, months=[1000] * 12)]
    samples.project("储备", stage=Stage.RESERVE, total=5000)
    samples.plan_of(rows[3], year=2025, invest_year=9000, frozen=False)
    claimed = samples.project("申报", stage=Stage.LANDED, kind=NEW, plan_year=100, plan=started)
    samples.passed(claimed, Gate.G4P, date(2024, 1, 5))
    samples.claimed(claimed, Gate.G4, date(2024, 2, 6))
    money(rows)
    reports(rows)
    lamps.lay_presets(by=None, at=samples.AT)
    lamps.judge(area=place, on=DAY, by=None, at=moment(29))
    return place


def moment(day: int, hour: int = 9) -> datetime:
    return datetime(2024, 3, day, hour, tzinfo=CITY)


def money(rows: list[Any]) -> None:
    for source, period, row, amount in (
            (Source.UNIT, date(2023, 11, 1), rows[3], 70), (Source.UNIT, date(2024, 1, 1), rows[3], 500),
            (Source.UNIT, MARCH, rows[0], 130), (Source.STAT, MARCH, rows[0], 100), (Source.STAT, MARCH, rows[2], 90)):
        months.record_facts(period=period, source=source, by=samples.office(), at=samples.AT,
                            rows=[(row, Amounts(Decimal(amount), Decimal(amount)))])
    fund = plans.agree_fund(project=rows[3], kind=FundKind.SELF, agreed=Decimal(1000), by=samples.clerk(),
                            at=samples.AT)
    for day, arrived in ((date(2023, 5, 1), 100), (date(2024, 2, 5), 300)):
        plans.record_arrival(source=fund, arrived_on=day, arrived=Decimal(arrived), by=samples.clerk(), at=samples.AT)
    for closes in (21, 25):
        found = problems.raise_problem(project=rows[3], title="管线", kind=ProblemKind.PIPES, unit=samples.unit(),
                                       due_on=date(2024, 3, 22), by=samples.office(), at=samples.AT)
        problems.answer(problem=found, answer="已迁移", by=samples.clerk(), at=moment(20, 15))
        problems.accept(problem=found, by=samples.office(), at=moment(closes))


def reports(rows: list[Any]) -> None:
    months.open_month(area=samples.district(), period=MARCH, fill_from=date(2024, 3, 20), fill_to=date(2024, 3, 25),
                      review_on=date(2024, 3, 26), lock_at=moment(28, 18), by=samples.office(), at=samples.AT)
    values = [ReportValues(physical_text="主体施工至三层", physical_percent=Decimal("30.5"), next_step="继续主体施工",
                           amount_month=Decimal(100), amount_year=Decimal(year)) for year in (100, 600)]
    made = months.fill_many(period=MARCH, rows=list(zip(rows[2:], values, strict=True)), by=samples.clerk(),
                            at=samples.AT)
    sent = months.submit(reports=made, by=samples.clerk(), at=samples.AT,
                         explanations={report.pk: "首次填报" for report in made})
    seen = months.review(reports=sent[:1], by=samples.reviewer(), at=samples.AT + timedelta(hours=1))
    months.lock(reports=seen, by=samples.office(), at=moment(27))
    months.give_back(reports=sent[1:], reason="进度与照片不符", by=samples.reviewer(), at=moment(27))


def published(area: Area, on: date = DAY) -> dict[str, int]:
    return facts.publish(area=area, run=ledger.run_in_force(area, on), on=on)


def told(period: date = MARCH) -> list[Row]:
    return [row for row in store.read("project_month").to_pylist() if row["period"] == period]


# --- the figures, counted on the rows -------------------------------------------------------------------------------

Truth = Callable[[Row], bool]


def planned(row: Row) -> bool:
    return bool(row["year_kind"])


def new(row: Row) -> bool:
    return row["year_kind"] == NEW


def by(name: str, back: int = 0) -> Truth:
    return lambda row: row[name] is not None and row[name] <= row["period_end_day"] - back


def this_year(name: str) -> Truth:
    return lambda row: by(name)(row) and row[name] >= (date(row["year"], 1, 1) - EPOCH).days


def all_of(*truths: Truth) -> Truth:
    return lambda row: all(truth(row) for truth in truths)


def filled(name: str) -> Truth:
    return lambda row: bool(row[name])


def no(truth: Truth) -> Truth:
    return lambda row: not truth(row)


#: Numerator and denominator of each figure: which rows, and what is summed over them ("" counts).
COUNTED: dict[str, tuple[tuple[Truth, str], tuple[Truth, str] | None]] = {
    "COUNT": ((planned, ""), None),
    "TOTAL": ((planned, "total_fen"), None),
    "INV_DONE": ((planned, "done_year_fen"), (planned, "plan_year_fen")),
    "INV_MONTH": ((planned, "done_month_fen"), None),
    "START_DUE": ((all_of(new, by("planned_start_day"), by("g4_day")), ""), (all_of(new, by("planned_start_day")), "")),
    "START_YEAR": ((all_of(new, by("g4_day")), ""), (new, "")),
    "START_GAP": ((filled("g4_claimed"), ""), None),
    "START_CEREMONY": ((all_of(by("g4c_day", 60), no(by("g4_day"))), ""), None),
    "FINISHED": ((all_of(planned, by("g5_day")), ""), None),
    "INV_STAT_GAP": ((filled("stat_gap_listed"), ""), None),
    "LAND0": ((all_of(this_year("g3_day"), filled("land0_ok")), ""), (this_year("g3_day"), "")),
    "FIN0": ((all_of(this_year("g5_day"), filled("fin0_ok")), ""), (this_year("g5_day"), "")),
    "THREE": ((all_of(*map(this_year, ("g1_day", "g4_day", "g6_day"))), ""), (this_year("g1_day"), "")),
    "FUND_IN": ((filled("agreed_fen"), "arrived_fen"), (filled("agreed_fen"), "agreed_fen")),
    "REP_OK": ((all_of(planned, filled("report_on_time")), ""), (planned, "")),
    "REP_BACK": ((filled("report_returned"), ""), (filled("report_sent"), "")),
    "ISS_OK": ((filled("issues_due"), "issues_ok"), (filled("issues_due"), "issues_due")),
    "ISS_BACK": ((filled("issues_closed"), "issues_reopened"), (filled("issues_closed"), "issues_closed")),
    "FIN_RATE": ((all_of(planned, this_year("planned_finish_day"), by("g5_day")), ""),
                 (all_of(planned, this_year("planned_finish_day")), "")),
    "RSV_MULT": ((filled("on_reserve"), "total_fen"), (planned, "next_plan_fen")),
    "RED": ((lambda row: row["lamp_shown"] == "red", ""), None),
    "YELLOW": ((lambda row: row["lamp_shown"] == "yellow", ""), None),
}


def counted(rows: list[Row], part: tuple[Truth, str] | None) -> int | None:
    if part is None:
        return None
    truth, name = part
    return sum((row[name] or 0) if name else 1 for row in rows if truth(row))


def whole(amount: Any) -> int | None:
    return to_fen(amount) if isinstance(amount, Decimal) else amount


class TestMonths:
    @pytest.mark.parametrize("period", [MARCH, date(2024, 2, 1), date(2024, 1, 1)])
    def test_a_figure_counted_on_the_rows_is_the_figure_of_the_ledger(self, area: Area, period: date) -> None:
        published(area)
        run = ledger.run_in_force(area, min(periods.last_of(period), DAY))
        live = figures.figures(samples.office(), COUNTED, area=area, period=period, run=run, sparks=False)
        rows = told(period)
        for found in live:
            top, bottom = COUNTED[found.code]
            assert (counted(rows, top), counted(rows, bottom)) == (
                whole(found.numerator), whole(found.denominator)), found.code
        assert period < MARCH or sum(bool(whole(found.numerator)) for found in live) >= 18

    def test_every_leaf_has_a_row_in_every_month_of_a_year_with_plans_or_money(self, area: Area) -> None:
        published(area)
        rows = store.read("project_month").to_pylist()
        assert {row["period"] for row in rows} == {date(2023, month, 1) for month in range(1, 13)} | {
            date(2024, month, 1) for month in (1, 2, 3)}
        assert len(rows) == 6 * 15 and {row["district"] for row in rows} == {"990101"}
        before = next(row for row in rows if row["period"] == date(2023, 12, 1) and row["name"] == "续建")
        assert before["done_year_fen"] == 70_000_000 and before["done_month_fen"] is None
        assert (before["arrived_fen"], before["agreed_fen"]) == (100_000_000, 1_000_000_000)
        assert before["g4_day"] is not None and before["lamp_shown"] == ""

    def test_only_the_year_that_changed_is_written_again(self, area: Area, lake: Path) -> None:
        published(area)
        before = {file.name: file.stat().st_mtime_ns for file in lake.rglob("area*.parquet")}
        assert set(published(area).values()) == {0}
        samples.project("新来", stage=Stage.IDEA)
        row = samples.project("再来", plan_year=300)
        months.record_facts(period=MARCH, source=Source.UNIT, by=samples.office(), at=samples.AT,
                            rows=[(row, Amounts(Decimal(5)))])
        assert published(area)["project_month"] == 8 * 15
        months.record_facts(period=MARCH, source=Source.STAT, by=samples.office(), at=samples.AT,
                            rows=[(row, Amounts(Decimal(4)))])
        assert published(area)["project_month"] == 8 * 3
        assert before.keys() == {file.name for file in lake.rglob("area*.parquet")}

    def test_a_night_for_an_earlier_day_takes_no_month_away(self, area: Area) -> None:
        published(area)
        published(area, on=date(2024, 1, 31))
        assert told(MARCH)

    def test_a_project_that_left_is_counted_no_more(self, area: Area) -> None:
        from citywright.projects.actions import exits
        from citywright.projects.models import Project

        published(area)
        exits.drop(project=Project.objects.get(name="储备"), on=DAY, reason="不再实施", by=samples.office(),
                   at=moment(29))
        published(area)
        assert "储备" not in {row["name"] for row in store.read("project_month").to_pylist()}


class TestDistricts:
    def test_a_city_and_its_districts_tell_no_row_twice(self, area: Area) -> None:
        samples.city()
        top = Area.objects.get(code="990100")
        published(area)
        facts.publish(area=top, run=None, on=DAY)
        rows = told()
        assert len({row["project"] for row in rows}) == len(rows) == 6

    def test_a_project_outside_every_district_is_told_by_the_city(self, area: Area) -> None:
        samples.city()
        top = Area.objects.get(code="990100")
        samples.project("市本级", unit=samples.unit("市交通局", top))
        published(area)
        facts.publish(area=top, run=None, on=DAY)
        assert {row["name"]: row["district"] for row in told()}["市本级"] == "990100"
        assert len(told()) == 7


class TestEvents:
    def test_each_table_says_where_its_rows_belong(self, area: Area) -> None:
        published(area)
        for table in (facts.LAMP_DAY, facts.GATE_PASSAGE, facts.PROBLEM):
            rows = store.read(table.name).to_pylist()
            assert rows and all(
                (row["area"], row["area_path"], row["district"]) == ("990101", "990101", "990101") for row in rows)

    def test_problems_are_told_with_their_days(self, area: Area) -> None:
        published(area)
        rows = store.read("problem").to_pylist()
        assert sorted((EPOCH + timedelta(row["closed_day"])).day for row in rows) == [21, 25]
        assert {row["step"] for row in rows} == {"closed"}

    def test_a_plan_version_is_told_with_its_money(self, area: Area) -> None:
        published(area)
        rows = store.read("plan_version").to_pylist()
        assert sum(row["plans"] for row in rows) == 5 and sum(row["invest_fen"] for row in rows) == to_fen(
            Decimal(24_100))

    def test_a_second_judging_of_a_day_replaces_the_first_and_other_days_stay(self, area: Area) -> None:
        published(area)
        for on, at in ((date(2024, 3, 30), moment(30)), (DAY, moment(30, 10))):
            samples.project(f"判灯前新增{on}", plan_year=100)
            run = lamps.judge(area=area, on=on, by=None, at=at).run
            facts.publish_lamps(area=area, run=run)
        run = ledger.run_in_force(area, date(2024, 3, 30))
        facts.publish_lamps(area=area, run=run)
        rows = store.read("lamp_day").to_pylist()
        assert sorted({row["as_of"].day for row in rows}) == [29, 30]
        assert len({(row["project"], row["as_of"]) for row in rows}) == len(rows) == 8 + 7
