"""The sample's figures equal the published ones of 济阳 2024, and hold together month by month."""

from __future__ import annotations

from citywright.portal.sample import amounts, figures
from citywright.portal.sample.things import MAKING
from citywright.projects.words import YearKind


def on(code: str) -> list[figures.Row]:
    return [row for row in figures.rows() if code in row.lists]


class TestPublishedTotals:
    def test_count_total_and_plan_are_the_published_ones(self) -> None:
        rows = figures.rows()
        assert len(rows) == 139
        assert sum(row.total for row in rows) == 867_0000
        assert sum(row.plan for row in rows) == 112_0000

    def test_fifty_are_of_at_least_5_yi_and_nine_of_at_least_20(self) -> None:
        totals = [row.total for row in figures.rows()]
        assert sum(total >= 5_0000 for total in totals) == 50
        assert sum(total >= 20_0000 for total in totals) == 9

    def test_the_first_quarter_starts_35_of_which_23_are_industrial(self) -> None:
        starts = on("QST")
        assert len(starts) == 35
        assert sum(row.thing.category == MAKING for row in starts) == 23
        assert all(row.planned_start.year == 2024 and row.planned_start.month <= 3 for row in starts)

    def test_no_other_project_is_planned_to_start_in_the_quarter(self) -> None:
        late = [r for r in figures.rows() if r.kind == YearKind.NEW_START and "QST" not in r.lists]
        assert late and all(row.planned_start.month > 3 for row in late)

    def test_sixty_start_when_the_land_is_taken_and_forty_produce_when_finished(self) -> None:
        assert (len(on("LND0")), len(on("FIN0"))) == (60, 40)


class TestRows:
    def test_names_and_codes_are_unique(self) -> None:
        rows = figures.rows()
        assert len({row.name for row in rows}) == len({row.code for row in rows}) == 139

    def test_the_same_rows_come_each_time(self) -> None:
        first = figures.rows()
        figures.rows.cache_clear()
        assert figures.rows() == first

    def test_nothing_is_spent_before_the_start_nor_beyond_the_total(self) -> None:
        for row in figures.rows():
            assert row.done_total <= row.total, row.name
            assert not row.done or row.started_on and row.done[0][0] >= row.started_on.replace(day=1), row.name

    def test_every_years_plan_begins_where_the_year_before_ended(self) -> None:
        for row in figures.rows():
            for year in row.years:
                before = sum(amount for period, amount in row.done if period.year < year.year)
                assert year.done_before == before, (row.name, year.year)

    def test_plan_months_sum_to_the_plan(self) -> None:
        assert all(row.years[-1].invest == row.plan for row in figures.rows())

    def test_parts_of_a_month_sum_to_it(self) -> None:
        for amount in (0, 1, 999):
            assert all(sum(figures.parts_of(amount, percent)) == amount for percent in (0, 40, 100))


class TestAmounts:
    def test_shared_out_gives_whole_parts_that_sum(self) -> None:
        assert amounts.shared_out(100, [1, 1, 1]) == [34, 33, 33]

    def test_made_to_sum_stays_within_bounds(self) -> None:
        assert amounts.made_to_sum([0, 0], [0, 0], [100, 300], 400, 100) == [100, 300]

    def test_made_to_sum_refuses_what_cannot_be(self) -> None:
        try:
            amounts.made_to_sum([0], [0], [100], 400, 100)
        except ValueError as error:
            assert "300" in str(error)
        else:
            raise AssertionError("a total outside the bounds was accepted")
