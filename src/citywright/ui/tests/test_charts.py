"""Charts: what is drawn, what is written, and that no text can break out of the picture."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import date

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from citywright.ui import charts

NASTY = '<script>alert("x")</script>&'


def parsed(svg: str) -> ElementTree.Element:
    """The picture as XML: it fails when a text broke out."""
    return ElementTree.fromstring(str(svg))


def words(svg: str) -> list[str]:
    return [node.text or "" for node in parsed(svg).iter("text")]


class TestSparkline:
    def test_the_last_point_is_marked(self) -> None:
        assert len(list(parsed(charts.sparkline([1, 2, 3])).iter("circle"))) == 1

    def test_one_value_is_no_run(self) -> None:
        assert charts.sparkline([5]) == ""

    def test_equal_values_draw_a_flat_line(self) -> None:
        assert "polyline" in charts.sparkline([2, 2, 2])


class TestSteps:
    @given(st.floats(min_value=0.001, max_value=1e9))
    def test_the_axis_reaches_the_greatest_value_in_few_steps(self, top: float) -> None:
        ticks = charts.steps_to(top)
        assert ticks[-1] >= top * (1 - 1e-6)
        assert 2 <= len(ticks) <= 14

    def test_nothing_yet_still_has_an_axis(self) -> None:
        assert charts.steps_to(0) == [0.0, 1.0]


class TestSCurve:
    MONTHS = tuple(date(2024, m, 1) for m in range(1, 7))

    def series(self) -> list[charts.Series]:
        plan = [(on, 1.0 * i) for i, on in enumerate(self.MONTHS)]
        return [charts.Series("计划", plan, "plan"), charts.Series("调度", plan[:3], "dispatch"),
                charts.Series("统计", plan[:2], "statistics"), charts.Series(NASTY, plan[2:], "forecast")]

    def test_each_calibre_keeps_its_own_stroke(self) -> None:
        svg = charts.s_curve(self.series(), as_of=self.MONTHS[2])
        looks = [(line.get("stroke"), line.get("stroke-dasharray")) for line in parsed(svg).iter("polyline")]
        assert looks == [("var(--grey)", None), ("var(--accent)", "3 3"), ("var(--accent)", None),
                         ("var(--ink)", "1.5 2.5")]

    def test_the_as_of_line_carries_the_values_and_says_when_one_is_older(self) -> None:
        said = words(charts.s_curve(self.series(), as_of=self.MONTHS[2]))
        assert "截至 2024-03" in said
        assert "调度 2.00" in said
        assert "统计 1.00 (2024-02)" in said

    def test_names_are_escaped(self) -> None:
        assert NASTY in words(charts.s_curve(self.series(), label=NASTY))

    def test_without_data_it_says_so(self) -> None:
        assert words(charts.s_curve([])) == ["还没有数据"]

    def test_its_few_words_are_said_in_the_readers_language(self) -> None:
        assert words(charts.s_curve([], say={"还没有数据": "No data yet"}.__getitem__)) == ["No data yet"]


class TestGantt:
    TODAY = date(2024, 3, 27)

    def test_a_delay_of_ninety_days_is_red_and_one_of_eighty_nine_is_not(self) -> None:
        bars = [charts.Bar("甲", baseline=(date(2024, 1, 1), date(2024, 2, 1)), forecast=date(2024, 5, 1), late=90),
                charts.Bar("乙", baseline=(date(2024, 1, 1), date(2024, 2, 1)), forecast=date(2024, 5, 1), late=89)]
        fills = {node.text: node.get("fill") for node in parsed(charts.gantt(bars, today=self.TODAY)).iter("text")}
        assert fills["晚 90 天"] == "var(--red-t)"
        assert fills["晚 89 天"] == "var(--ink-2)"

    def test_done_is_filled_forecast_outlined_and_claimed_dashed(self) -> None:
        bar = charts.Bar("甲", "乙方", (date(2024, 1, 1), date(2024, 6, 1)), (date(2024, 2, 1), None),
                         date(2024, 8, 1), date(2024, 3, 1))
        boxes = list(parsed(charts.gantt([bar], today=self.TODAY)).iter("rect"))
        assert [box.get("fill") for box in boxes] == ["var(--grey)", "var(--accent)", "var(--accent-tint)", "#fff"]
        assert boxes[-1].get("stroke-dasharray")

    def test_today_is_a_red_line(self) -> None:
        lines = parsed(charts.gantt([charts.Bar("甲", baseline=(None, self.TODAY))], today=self.TODAY)).iter("line")
        assert sum(line.get("stroke") == "var(--red)" for line in lines) == 1

    def test_names_are_escaped_and_cut_to_their_room(self) -> None:
        said = words(charts.gantt([charts.Bar(NASTY * 3, baseline=(None, self.TODAY))], today=self.TODAY))
        assert any(text.startswith("<script>") and text.endswith("…") for text in said)


class TestMap:
    def test_only_the_colours_there_are_get_counted(self) -> None:
        shape = charts.Shape("北岗", [(0, 0), (10, 0), (10, 10)], red=4)
        assert words(charts.district_map([shape])) == ["北岗", "红4"]

    @pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 8, 12, 20])
    def test_tiles_fill_the_paper_for_any_number_of_parts(self, count: int) -> None:
        made = charts.tiles(count, 282, 172)
        assert len(made) == count
        assert all(0 <= x <= 282 and 0 <= y <= 172 for tile in made for x, y in tile)

    def test_the_same_number_of_parts_gives_the_same_tiles(self) -> None:
        assert charts.tiles(7, 282, 172) == charts.tiles(7, 282, 172)


class TestTemplates:
    def test_a_picture_is_printed_as_it_is_and_its_table_stands_beside_it(self) -> None:
        chart = charts.Chart("s", NASTY, charts.sparkline([1, 2]), ["月", "万元"], [["1月", "5"]])
        page = engines["django"].get_template("ui/chart.html").render({"chart": chart})
        assert "<polyline" in page
        assert "<script>" not in page
        assert '<td class="num">5</td>' in page
