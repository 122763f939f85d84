"""Values of figures from rows told by hand: sums of whole numbers, exact fractions, what is not known."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from citywright.indicators.catalogue import CATALOGUE
from citywright.indicators.queries import behind, boards, conversions, values
from citywright.indicators.queries.reading import CannotCount, Scope
from citywright.lake import engines, store

from .lake_rows import FEBRUARY, LAST_MARCH, MARCH, YI, day, district, publish, row, unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path) -> None:
    """A lake of one's own."""
    settings.LAKE_ROOT = tmp_path


def of(code: str, period: date = MARCH, **more: Any) -> values.Value:
    """One figure of the district."""
    return values.evaluate([code], area_path="990101", period=period, **more)[code]


class TestCounting:
    def test_a_rate_is_exact_and_names_its_parts(self) -> None:
        publish([row(n, year_kind="new_start", planned_start_day=day("2024-02-10"),
                     g4_day=day("2024-03-01") if n < 3 else None) for n in range(1, 4)])
        found = of("START_DUE")
        assert (found.numerator, found.denominator, found.value, found.shown) == (2, 3, Fraction(200, 3), "66.7")
        assert found.as_of == date(2024, 3, 27)

    def test_the_last_day_of_the_month_counts_and_the_next_does_not(self) -> None:
        publish([row(1, year_kind="new_start", planned_start_day=day("2024-03-31"), g4_day=day("2024-03-31")),
                 row(2, year_kind="new_start", planned_start_day=day("2024-04-01"), g4_day=day("2024-04-01"))])
        assert (of("START_DUE").numerator, of("START_DUE").denominator) == (1, 1)
        assert of("START_YEAR").shown == "50.0"

    def test_a_zero_denominator_is_not_known_and_never_zero(self) -> None:
        publish([row(1)])
        assert (of("START_DUE").value, of("START_DUE").shown, of("START_DUE").denominator) == (None, "—", 0)

    def test_the_pace_splits_the_year_where_there_are_no_months(self) -> None:
        publish([row(1, plan_year_fen=12 * YI, done_year_fen=2 * YI, scheduled_fen=None),
                 row(2, plan_year_fen=12 * YI, done_year_fen=5 * YI, scheduled_fen=6 * YI)])
        pace = of("INV_PACE")
        assert (pace.numerator, pace.denominator) == (12 * (7 - 6 - 3) * YI, 12 * 24 * YI)
        assert pace.value == Fraction(-2, 24) * 100 and pace.shown == "−8.3"
        assert of("INV_TIME").value == (Fraction(7, 24) - Fraction(3, 12)) * 100
        assert of("INV_RATIO").value == Fraction(7, 9) * 100
        assert of("INV_DUE").value == 9

    def test_money_is_shown_in_its_unit_and_summed_in_fen(self) -> None:
        publish([row(1, done_year_fen=YI + 1), row(2, done_year_fen=None)])
        assert of("INV_SUM").numerator == YI + 1 and of("INV_SUM").shown == "1.00"

    def test_projects_outside_the_plan_count_only_where_the_words_say_so(self) -> None:
        publish([row(1, year_kind="", g4_day=day("2024-01-10"), g4s_day=day("2024-02-10")), row(2)])
        assert of("COUNT").numerator == 1 and of("STARTED").numerator == 0
        assert of("STAT_IN").shown == "100.0"

    def test_no_lamp_judged_is_not_no_red(self) -> None:
        publish([row(1), row(1, FEBRUARY, lamp_shown="green")])
        assert of("RED").shown == "—" and of("RED", FEBRUARY).shown == "0"

    def test_the_age_of_a_signing_decides_who_is_compared(self) -> None:
        publish([row(1, g2_day=day("2023-08-01"), g4_day=day("2023-12-01")),
                 row(2, g2_day=day("2023-08-01"), g4_day=day("2024-03-20")),
                 row(3, g2_day=day("2024-03-01"), g4_day=day("2024-03-20"))])
        assert (of("SIGN_START_6").numerator, of("SIGN_START_6").denominator) == (1, 2)


class TestScope:
    def test_a_unit_sees_only_figures_of_its_rows(self) -> None:
        publish([row(1, unit=1, done_year_fen=YI), row(2, unit=2, done_year_fen=3 * YI)])
        assert of("INV_SUM").shown == "4.00"
        assert of("INV_SUM", units=["990101-0001"]).shown == "1.00"
        assert of("INV_SUM", units=[]).shown == "—"

    def test_an_area_holds_what_lies_below_it_and_not_its_neighbour(self) -> None:
        publish([row(1)])
        assert values.evaluate(["COUNT"], area_path="9901", period=MARCH)["COUNT"].shown == "1"
        assert values.evaluate(["COUNT"], area_path="990102", period=MARCH)["COUNT"].shown == "—"

    def test_a_month_that_was_not_published_is_not_known(self) -> None:
        publish([row(1)])
        assert of("COUNT", date(2024, 4, 1)).shown == "—"


class TestOneQuestion:
    def test_thirty_figures_cost_one_aggregate(self, monkeypatch: pytest.MonkeyPatch) -> None:
        publish([row(1)])
        monthly = [code for code, one in CATALOGUE.items() if one.table == "project_month"]
        assert len(monthly) >= 30
        asked: list[Any] = []
        real = engines.DuckDB._rows
        monkeypatch.setattr(engines.DuckDB, "_rows", lambda self, sql: (asked.append(sql), real(self, sql))[1])
        found = values.evaluate(monthly, area_path="990101", period=MARCH)
        assert len(found) == len(monthly) and len(asked) == 1
        values.with_history(monthly, Scope("990101"), MARCH)
        assert len(asked) == 3  # one for each year

    def test_another_publishing_is_another_answer(self) -> None:
        publish([row(1)])
        assert of("COUNT").shown == "1"
        publish([row(1), row(2)])
        assert of("COUNT").shown == "2"

    def test_an_unknown_code_is_refused_by_name(self) -> None:
        with pytest.raises(CannotCount, match="没有指标“NOPE”"):
            of("NOPE")

    def test_an_empty_lake_is_refused_in_words(self) -> None:
        with pytest.raises(store.CannotRead, match="还没有发布"):
            of("COUNT")

    def test_tables_that_were_never_published_leave_the_others_alone(self) -> None:
        publish([row(1)])
        found = values.evaluate(["COUNT", "TSK_OK"], area_path="990101", period=MARCH)
        assert (found["COUNT"].shown, found["TSK_OK"].shown) == ("1", "—")


class TestBehind:
    def rows(self) -> None:
        publish([row(n, unit=1 + n % 2, year_kind="new_start", planned_start_day=day("2024-01-10"),
                     g4_day=day("2024-02-01") if n % 3 else None, plan_year_fen=n * YI, done_year_fen=n * 10**9,
                     category_name="产业" if n % 2 else "未归类", lamp_shown="red", agreed_fen=5, arrived_fen=3,
                     issues_due=2, issues_ok=1) for n in range(1, 12)])

    def test_every_figure_equals_its_lists(self) -> None:
        self.rows()
        found = values.evaluate(CATALOGUE, area_path="990101", period=MARCH)
        for code, one in CATALOGUE.items():
            for part in one.parts:
                listed = behind.listed(code, part, Scope("990101"), MARCH)
                assert sum(line[behind.AMOUNT] for line in listed.rows) == listed.total == getattr(found[code], part)
                assert len(listed.rows) == listed.count

    def test_pages_of_a_list_are_the_list(self) -> None:
        self.rows()
        whole = behind.listed("COUNT", "numerator", Scope("990101"), MARCH).rows
        pages = [behind.listed("COUNT", "numerator", Scope("990101"), MARCH, first=n, most=4).rows for n in (0, 4, 8)]
        assert [line for page in pages for line in page] == whole and len(whole) == 11

    @pytest.mark.parametrize("by", ["unit", "category", "area"])
    def test_parts_of_a_breakdown_add_up_to_the_whole(self, by: str) -> None:
        self.rows()
        unit(1), unit(2)
        for code in ("INV_DONE", "START_DUE", "RED", "INV_PACE"):
            whole = values.evaluate([code], area_path="990101", period=MARCH)[code]
            shares = behind.breakdown(code, by, Scope("990101"), MARCH)
            assert sum(share.value.numerator for share in shares) == whole.numerator
            assert sum(share.value.denominator or 0 for share in shares) == (whole.denominator or 0)

    def test_the_worst_unit_is_first_and_the_unclassified_row_last(self) -> None:
        self.rows()
        rates = [share.value.value for share in behind.breakdown("START_DUE", "unit", Scope("990101"), MARCH)]
        assert rates == sorted(rates)
        assert [share.label for share in behind.breakdown("COUNT", "category", Scope("990101"), MARCH)][-1] == "未归类"

    def test_a_part_that_is_not_there_is_refused(self) -> None:
        publish([row(1)])
        with pytest.raises(CannotCount):
            behind.listed("COUNT", "denominator", Scope("990101"), MARCH)


class TestConversion:
    def test_those_on_the_way_are_no_failures(self) -> None:
        signed = [("2022-03-31", "2022-07-09"), ("2023-03-31", None), ("2023-12-01", "2024-03-10"), ("2024-03-30",
        None)]
        publish([row(n, g3_day=day(first), g4_day=day(then) if then else None)
                 for n, (first, then) in enumerate(signed)])
        assert of("CONV_START").value == 50
        found = {one.months: one.share for one in conversions.reached("CONV_START", Scope("990101"), MARCH)}
        # One day seen of the youngest; on day 100 two of the three still there start.
        assert found == {6: Fraction(2, 3), 12: Fraction(2, 3), 24: Fraction(2, 3)}
        assert conversions.reached("COUNT", Scope("990101"), MARCH) == []


class TestTold:
    def test_comparisons_are_with_last_month_and_last_year(self) -> None:
        publish([row(1, done_year_fen=3 * YI), row(1, FEBRUARY, done_year_fen=2 * YI),
                 row(1, LAST_MARCH, done_year_fen=4 * YI)])
        figure = boards.figures(["INV_SUM"], Scope("990101"), district(), MARCH)[0]
        assert [str(said) for said in figure.comparisons] == ["较上月增长 50.0%", "同比下降 25.0%"]
        assert len(figure.spark) == 12 and figure.spark[-1] == 3 and not figure.worse

    def test_the_board_is_told_as_plain_data(self) -> None:
        publish([row(1, plan_year_fen=2 * YI, done_year_fen=YI)])
        told = boards.told(district(), MARCH, ["INV_DONE"])
        assert told["month"] == "2024-03" and told["figures"][0]["value"] == "50"
        assert told["figures"][0]["numerator"] == YI and told["figures"][0]["as_of"] == "2024-03-27"
        assert told["figures"][0]["definition"]["basis"] == "调度口径"
        assert [one["code"] for one in boards.told(district(), MARCH)["figures"]]
