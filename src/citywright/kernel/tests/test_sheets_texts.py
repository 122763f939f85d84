"""Typed text in cells: numbers, money, days, spans, percent, yes and no."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citywright.kernel.sheets import CannotReadText, Day, Mark, Span, day, money, number, percent, span, words, yes_no

D = Decimal
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False)
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


class TestMoney:
    @pytest.mark.parametrize(("typed", "unit", "wan"), [
        ("1.2亿", "万元", "12000"), ("1.2亿元", "", "12000"), ("3500万元", "亿元", "3500"), ("3500万", "亿元", "3500"),
        ("1,234.50", "万元", "1234.5"), ("１２３．５", "万元", "123.5"), ("约1.2亿元左右", "万元", "12000"),
        ("1亿2000万", "万元", "12000"), ("一亿二千万", "万元", "12000"), ("一百二十万元", "亿元", "120"),
        ("5000元", "万元", "0.5"), (5.0, "万元", "5"), (0.1 + 0.2, "万元", "0.3"), (1.2, "亿元", "12000"),
        ("￥ 1,000", "元", "0.1"), ("-12.5", "万元", "-12.5"), ("−12.5", "万元", "-12.5"), ("1.5E+3", "万元", "1500"),
        ("2359288.6199999999", "元", "235.92886199999999"), (867, "百万元", "86700"),
    ])
    def test_reads_what_people_type(self, typed: Any, unit: str, wan: str) -> None:
        assert money(typed, unit) == D(wan)

    @pytest.mark.parametrize("typed", ["", None, " ", "—", "-", "/", "——", "无", "　"])
    def test_an_empty_cell_says_nothing(self, typed: Any) -> None:
        assert money(typed, "万元") is Mark.BLANK

    @pytest.mark.parametrize("typed", ["清空", " 清 空 "])
    def test_the_word_for_clearing_is_no_empty_cell(self, typed: str) -> None:
        assert money(typed, "万元") is Mark.CLEAR

    @pytest.mark.parametrize("typed", ["1.2.3", "12,34", "一二亿元三", "1-2亿", "待定", "#REF!", "1,2345", "nan", "inf",
                                       float("nan"), float("inf"), True, date(2024, 3, 1), "100万美元", "$5"])
    def test_refuses_what_is_no_amount(self, typed: Any) -> None:
        with pytest.raises(CannotReadText):
            money(typed, "万元")

    def test_refuses_an_amount_without_any_unit(self) -> None:
        with pytest.raises(CannotReadText, match="单位"):
            money("1200", "")

    @given(AMOUNTS)
    def test_thousands_full_width_and_about_say_the_same(self, amount: Decimal) -> None:
        plain = f"{amount:,.2f}"
        for typed in (plain, plain.translate(FULL_WIDTH), f"约 {plain}"):
            assert money(typed, "万元") == amount

    @given(AMOUNTS, st.sampled_from(["元", "千元", "万元", "百万元", "亿元"]))
    def test_a_unit_in_the_cell_and_one_in_the_header_say_the_same(self, amount: Decimal, unit: str) -> None:
        assert money(str(amount), unit) == money(f"{amount}{unit}", "亿元")

    @given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False))
    def test_a_float_is_read_as_its_fifteen_digits(self, value: float) -> None:
        assert number(value) == D(format(value, ".15g"))

    @given(st.integers(min_value=-10**14, max_value=10**14))
    def test_a_whole_float_is_an_integer(self, value: int) -> None:
        assert str(number(float(value))) == str(value)

    @given(st.text(max_size=30))
    def test_any_text_is_read_or_refused_and_never_breaks(self, text: str) -> None:
        for read in (number, percent, lambda t: money(t, "万元"), day, span, yes_no, words):
            try:
                read(text)
            except CannotReadText as refusal:
                assert refusal.expected


class TestPercentAndYesNo:
    @pytest.mark.parametrize(("typed", "points"), [
        ("12.5%", "12.5"), ("１２．５％", "12.5"), ("百分之十二点五", "12.5"), (12.5, "12.5"),
        ("-1.3个百分点", "-1.3")])
    def test_percent_is_read_in_points(self, typed: Any, points: str) -> None:
        assert percent(typed) == D(points)

    def test_yes_and_no_in_the_ways_people_tick(self) -> None:
        assert [yes_no(v) for v in ("是", "√", "已入统", True, 1.0)] == [True] * 5
        assert [yes_no(v) for v in ("否", "×", "未入统", False, 0.0)] == [False] * 5
        with pytest.raises(CannotReadText):
            yes_no("也许")


class TestDay:
    @pytest.mark.parametrize(("typed", "on", "exact"), [
        ("2024.3", date(2024, 3, 1), False), ("2024.03.05", date(2024, 3, 5), True),
        ("2024年3月", date(2024, 3, 1), False),
        ("2024年3月5日", date(2024, 3, 5), True), ("2024/3/5", date(2024, 3, 5), True),
        ("20240305", date(2024, 3, 5), True),
        ("202403", date(2024, 3, 1), False), (45356.0, date(2024, 3, 5), True), (20240305.0, date(2024, 3, 5), True),
        (2024.3, date(2024, 3, 1), False), ("２０２４年３月", date(2024, 3, 1), False),
        ("2024年12月底", date(2024, 12, 1), False),
        ("2024年底", date(2024, 12, 1), False), (date(2024, 3, 5), date(2024, 3, 5), True),
        ("2016-05-25 17:00:00", date(2016, 5, 25), True),
    ])
    def test_reads_what_people_type(self, typed: Any, on: date, exact: bool) -> None:
        found = day(typed)
        assert isinstance(found, Day) and (found.on, found.exact) == (on, exact)

    def test_day_first_only_when_it_was_said(self) -> None:
        found = day("5/02/2016 5:00:00 PM", day_first=True)
        assert found == Day(date(2016, 2, 5), True, time(17))
        with pytest.raises(CannotReadText):
            day("5/02/2016 5:00:00 PM")

    def test_midnight_and_noon_are_told_apart(self) -> None:
        assert day("5/02/2016 12:00:00 AM", day_first=True).at == time(0)  # type: ignore[union-attr]
        assert day("5/02/2016 12:00:00 PM", day_first=True).at == time(12)  # type: ignore[union-attr]

    @pytest.mark.parametrize("typed", ["2024.13", "2024-02-30", "2024", "三月", "5", 12.0, True, "2024-3-5-6", "25:00"])
    def test_refuses_what_is_no_day(self, typed: Any) -> None:
        with pytest.raises(CannotReadText):
            day(typed)

    @given(DAYS, st.sampled_from([
        "{0.year}.{0.month}.{0.day}", "{0.year}年{0.month}月{0.day}日", "{0.year}/{0.month}/{0.day}", "{0:%Y%m%d}",
        "{0:%Y-%m-%d}", " {0:%Y-%m-%d} 08:30", "{0:%Y-%m-%d}T08:30:00"]))
    def test_every_way_of_writing_a_day_reads_back(self, when: date, form: str) -> None:
        assert day(form.format(when)).on == when  # type: ignore[union-attr]

    @given(DAYS)
    def test_the_number_a_sheet_keeps_for_a_day_reads_back(self, when: date) -> None:
        serial = (when - date(1899, 12, 30)).days
        assert day(float(serial)).on == day(str(serial)).on == when  # type: ignore[union-attr]

    @given(DAYS)
    def test_a_month_is_its_first_day_and_says_that_it_is_a_month(self, when: date) -> None:
        for form in ("{0.year}.{0.month:02}", "{0.year}年{0.month}月", "{0.year}-{0.month}"):
            assert day(form.format(when)) == Day(when.replace(day=1), False)

    def test_a_moment_keeps_its_time(self) -> None:
        assert day(datetime(2024, 3, 5, 8, 30)) == Day(date(2024, 3, 5), True, time(8, 30))  # noqa: DTZ001


class TestSpan:
    @pytest.mark.parametrize(("typed", "first", "last"), [
        ("2023-2025", date(2023, 1, 1), date(2025, 12, 1)), ("2023.05-2025.12", date(2023, 5, 1), date(2025, 12, 1)),
        ("2023年5月至2025年12月", date(2023, 5, 1), date(2025, 12, 1)),
        ("2023—2025年", date(2023, 1, 1), date(2025, 12, 1)),
        ("2023-05-2025-12", date(2023, 5, 1), date(2025, 12, 1)),
        ("2024年3月-12月", date(2024, 3, 1), date(2024, 12, 1)),
        ("2023/5~2025/12", date(2023, 5, 1), date(2025, 12, 1)), (2024.0, date(2024, 1, 1), date(2024, 12, 1)),
        ("2023.05-", date(2023, 5, 1), None), ("2023年至今", date(2023, 1, 1), None),
    ])
    def test_reads_what_people_type(self, typed: Any, first: date, last: date | None) -> None:
        found = span(typed)
        assert isinstance(found, Span) and found.first and found.first.on == first
        assert (found.last.on if found.last else None) == last

    @pytest.mark.parametrize("typed", ["2025-2023", "两年", "24个月"])
    def test_refuses_what_is_no_span(self, typed: str) -> None:
        with pytest.raises(CannotReadText):
            span(typed)

    @given(DAYS, DAYS)
    def test_two_months_read_back_in_their_order(self, one: date, other: date) -> None:
        first, last = sorted((one.replace(day=1), other.replace(day=1)))
        found = span(f"{first:%Y.%m}-{last:%Y.%m}")
        assert found == Span(Day(first, False), Day(last, False))


class TestWords:
    def test_whole_numbers_lose_their_point_and_lines_stay(self) -> None:
        assert words(3.0) == "3"
        assert words(" 一期\r\n二期 ") == "一期\n二期"

    def test_nothing_hidden_comes_in(self) -> None:
        assert words("示\u200b例\x00\u202e") == "示例"

    def test_the_sign_that_made_a_formula_harmless_is_taken_off_again(self) -> None:
        assert words("'=1+1") == "=1+1"
        assert words("'引文'") == "'引文'"

    def test_no_problem_is_a_word_and_not_an_empty_cell(self) -> None:
        assert words("无") == "无"
        assert words("—") is Mark.BLANK
