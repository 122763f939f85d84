"""Tags and filters: amounts, days, lamps, bars and figures as the visual standard prints them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from citywright.kernel.errors import Said
from citywright.kernel.words import Lamp, Role
from citywright.ui.templatetags import ui


def drawn(text: str, **context: Any) -> str:
    return engines["django"].from_string(text).render(context)


@pytest.fixture()
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


class TestAmounts:
    @pytest.mark.parametrize(("value", "shown"), [
        (Decimal("12345"), "12,345"), (Decimal("0.5"), "0.50"), (Decimal("-1.255"), "−1.26"), (0, "0"), (None, "—"),
        (Decimal("1234567.80"), "1,234,567.80"),
    ])
    def test_wan_parts_thousands_and_keeps_cents_only_where_there_are_some(self, value: Any, shown: str) -> None:
        assert ui.wan(value) == shown

    def test_yi_has_two_places_rounded_half_up(self) -> None:
        assert [ui.yi(Decimal("277450")), ui.yi(Decimal("50")), ui.yi(None)] == ["27.75", "0.01", "—"]

    def test_a_ratio_is_a_percentage_with_one_place_and_no_denominator_is_a_dash(self) -> None:
        assert [ui.pct(Fraction(139, 1000)), ui.pct(Decimal("0.8505"), 2), ui.pct(None)] == ["13.9", "85.05", "—"]

    @pytest.mark.parametrize(("value", "shown"), [
        (Fraction(-13, 1000), "−1.3"), (Fraction(27, 1000), "+2.7"), (Fraction(0), "0.0"), (Fraction(-4, 10000), "0.0"),
        (None, "—"),
    ])
    def test_points_carry_their_sign_and_nothing_is_plain_zero(self, value: Any, shown: str) -> None:
        assert ui.pp(value) == shown

    def test_points_given_as_points_are_not_multiplied(self) -> None:
        assert ui.pts(Fraction(-13, 10)) == "−1.3"


class TestDays:
    def test_days_read_as_people_write_them(self) -> None:
        on = date(2024, 3, 25)
        assert [ui.day(on), ui.day(on, "year"), ui.month(on), ui.iso(on), ui.day(None)] == [
            "3月25日", "2024年3月25日", "2024年3月", "2024-03-25", "—"]
        assert ui.day(date(2024, 3, 27), "week") == "3月27日 星期三"

    @pytest.mark.usefixtures("english")
    def test_days_in_english(self) -> None:
        on = date(2024, 3, 25)
        assert [ui.day(on), ui.day(on, "year"), ui.month(on), ui.day(on, "week")] == [
            "Mar 25", "Mar 25, 2024", "Mar 2024", "Mar 25 Mon"]

    def test_a_moment_before_eight_in_the_morning_belongs_to_the_citys_day(self) -> None:
        at = datetime(2024, 3, 24, 23, 30, tzinfo=UTC)
        assert [ui.day(at), ui.iso(at), ui.moment(at)] == ["3月25日", "2024-03-25", "3月25日 07:30"]


class TestWords:
    def test_a_word_a_sentence_and_a_text_are_all_translated(self) -> None:
        with translation.override("en"):
            assert ui.t("今日") == "Today"
            assert ui.t(Lamp.RED).lower() == "red"
            assert ui.t(Said("截至 %(day)s", {"day": "x"})) == "As of x"
        assert [ui.t(Role.CLERK), ui.t(""), ui.t(None)] == ["填报员", "", ""]


class TestLamp:
    def test_says_shape_and_word_so_that_colour_is_never_alone(self) -> None:
        made = ui.lamp("red")
        assert "#l-red" in made
        assert "红" in made

    def test_grey_prints_a_dash_and_says_not_applicable_to_a_reader(self) -> None:
        assert '<span class="sr">不适用</span><span aria-hidden="true">—</span>' in ui.lamp(None)

    def test_only_green_can_be_quiet(self) -> None:
        assert "lamp--q" in ui.lamp("green", True)
        assert "lamp--q" not in ui.lamp("yellow", True)

    def test_a_reason_is_escaped_and_can_be_reached_by_keyboard(self) -> None:
        made = ui.lamp("yellow", reason='<b>"x"</b>')
        assert "<b>" not in made
        assert 'tabindex="0"' in made

    def test_the_word_follows_the_reader_although_lamps_are_kept(self) -> None:
        ui.lamp("red")
        with translation.override("en"):
            assert "red" in ui.lamp("red").lower().split("</svg>")[1]

    def test_a_count_follows_the_word(self) -> None:
        assert "红3" in ui.lamp("red", count=3)


class TestBullet:
    def test_the_bar_stands_on_the_common_scale(self) -> None:
        made = ui.bullet(done=10, plan=100, tick=20, scale=Decimal("0.4"))
        assert "width:25.0%" in made
        assert "left:calc(50.0% - 1px)" in made
        assert "bul--behind" in made

    def test_without_a_plan_there_is_no_bar_and_without_schedule_no_tick(self) -> None:
        assert "<i" not in ui.bullet(done=10, plan=None)
        assert "<u" not in ui.bullet(done=10, plan=100)

    def test_the_bar_never_leaves_its_track(self) -> None:
        assert "width:100.0%" in ui.bullet(done=300, plan=100, tick=50)


class TestFigure:
    def test_the_value_links_to_its_list_and_the_definition_is_a_second_link(self) -> None:
        made = ui.figure("纳统率", "85.0", "%", "/projects/?a=1&b=2", "x<y", date(2024, 3, 20), "/definitions/STAT_IN/")
        assert 'href="/projects/?a=1&amp;b=2"' in made
        assert 'href="/definitions/STAT_IN/"' in made
        assert "x&lt;y" in made
        assert "截至 3月20日" in made

    def test_a_value_without_denominator_is_no_link_and_has_no_unit(self) -> None:
        made = ui.figure("纳统率", "—", "%", "/projects/")
        assert "<a" not in made
        assert "%" not in made


class TestReportState:
    @pytest.mark.parametrize(("step", "word"), [(None, "未报"), ("draft", "未报"), ("submitted", "已报"),
                                                ("returned", "退回"), ("locked", "已锁"), ("same", "雷同")])
    def test_every_step_has_its_word(self, step: str | None, word: str) -> None:
        assert word in ui.report_state(step)


class TestSortHead:
    def test_numbers_sort_from_the_greatest_and_turn_on_the_second_click(self) -> None:
        request = RequestFactory().get("/projects/?lamp=red&page=3")
        first = drawn('{% sort_head "total" "总投资" "num" %}', request=request)
        assert 'href="?lamp=red&amp;sort=-total"' in first
        request = RequestFactory().get("/projects/?sort=-total")
        second = drawn('{% sort_head "total" "总投资" "num" %}', request=request)
        assert 'href="?sort=total"' in second
        assert 'aria-sort="descending"' in second
