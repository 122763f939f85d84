"""The list component: everything stands in the address, and the sums are those of the filtered rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Max, Sum
from django.test import RequestFactory
from django.utils.html import format_html

from citywright.kernel.models import Area, Organisation
from citywright.projects import samples
from citywright.ui.tables import Column, Filter, Group, Listing, View

pytestmark = pytest.mark.django_db
COLUMNS = (
    Column("name", "单位", lambda o: o.short_name, always=True, sort="short_name"),
    Column("code", "编码", lambda o: format_html("<i>{}</i>", o.code), shown=False),
    Column("position", "位次", lambda o: o.position, css="num", sort="position", over="数", total=lambda s: s["total"]),
    Column("sample", "示例", lambda o: "是" if o.is_sample else "否", over="数", total=lambda s: s["top"]),
)
FILTERS = (
    Filter("phone", "电话", lambda rows, values: rows.filter(phone__in=values), [("1", "一"), ("2", "二")]),
    Filter("q", "名称", lambda rows, values: rows.filter(short_name__contains=values[0]), offered=False),
)
GROUPS = (Group("phone", "按电话", ("phone",), lambda sums: f"电话{sums['phone']}"),)


def listing(query: str = "", **more: Any) -> Listing:
    area = samples.district()
    for i in range(7):
        Organisation.objects.get_or_create(code=f"u{i}", defaults={
            "name": f"单位{i}", "short_name": f"单位<{i}>", "area": Area.objects.get(pk=area.pk), "position": i,
            "phone": "1" if i < 4 else "2"})
    given = {"filters": FILTERS, "sums": {"total": Sum("position"), "top": Max("position")}, "groups": GROUPS,
             "order": ("code",), "per_page": 3, "name": "units", **more}
    return Listing(RequestFactory().get(f"/units/?{query}"), Organisation.objects.filter(code__startswith="u"), COLUMNS,
                   **given)


class TestRows:
    def test_a_page_has_its_rows_and_says_which(self) -> None:
        found = listing("page=2")
        assert [o.code for o in found.rows] == ["u3", "u4", "u5"]
        assert (found.span.first, found.span.last, found.span.count) == (4, 6, 7)
        assert found.span.before.startswith("?")
        assert "page=3" in found.span.after

    @pytest.mark.parametrize("page", ["x", "0", "-1", "", "٣"])
    def test_a_page_that_is_no_page_is_the_first(self, page: str) -> None:
        assert listing(f"page={page}").rows[0].code in {"u0", "u6"}

    def test_a_page_behind_the_last_is_empty_and_does_not_fail(self) -> None:
        assert listing("page=99").rows == []

    def test_sorting_by_an_unknown_column_keeps_the_order(self) -> None:
        assert [o.code for o in listing("sort=password").rows] == ["u0", "u1", "u2"]

    def test_sorting_down_starts_with_the_greatest(self) -> None:
        assert [o.position for o in listing("sort=-position").rows] == [6, 5, 4]

    def test_text_is_escaped_and_safe_cells_are_not(self) -> None:
        body = listing("cols=code").body
        assert "单位&lt;0&gt;" in body
        assert "<i>u0</i>" in body

    def test_two_queries_serve_a_page_whatever_its_length(self, django_assert_num_queries: Any) -> None:
        found = listing("phone=1")
        with django_assert_num_queries(2):
            assert found.body
            assert found.foot
            assert found.span


class TestFilters:
    def test_sums_and_count_are_those_of_the_filtered_rows_not_of_the_page(self) -> None:
        found = listing("phone=1")
        assert (found.count, found.sums["total"]) == (4, 6)

    def test_values_may_be_repeated_or_parted_by_commas(self) -> None:
        assert listing("phone=1&phone=2").count == listing("phone=1,2").count == 7

    def test_a_chip_says_what_is_in_force_and_how_to_leave_it(self) -> None:
        chip = next(c for c in listing("phone=1&sort=position&page=2").chips if c.key == "phone")
        assert chip.words == "一"
        assert chip.without == "?sort=position"

    def test_a_filter_that_is_not_offered_shows_only_in_force(self) -> None:
        assert [c.key for c in listing().chips] == ["phone"]
        assert [c.key for c in listing("q=单位").chips] == ["phone", "q"]

    def test_clearing_keeps_order_and_columns(self) -> None:
        assert listing("phone=1&sort=position&cols=name").cleared == "?sort=position&cols=name"


class TestColumns:
    def test_are_those_of_the_address_in_its_order_and_the_fixed_one_stays(self) -> None:
        assert [c.key for c in listing("cols=sample,position").chosen] == ["name", "sample", "position"]
        assert [c.key for c in listing("cols=nothing").chosen] == ["name", "position", "sample"]

    def test_neighbours_share_the_head_above_them(self) -> None:
        assert '<th colspan="2" class="sp1">数</th>' in listing().head


class TestGroups:
    def test_each_group_starts_with_its_subtotal_over_all_its_rows(self) -> None:
        body = listing("group=phone", per_page=5).body
        assert "电话1 小计　4 个" in body
        assert "电话2 小计　3 个" in body
        assert body.index("电话1") < body.index("电话2")

    def test_subtotals_add_up_to_the_whole(self) -> None:
        found = listing("group=phone")
        assert sum(row["total"] for row in found.subtotals.values()) == found.sums["total"]


class TestViews:
    def test_the_view_one_looks_at_is_marked_whatever_page_and_month(self) -> None:
        found = listing("phone=1&page=2&month=2024-03", views=(View("全部", ""), View("一", "phone=1")))
        assert [(view.name, here) for view, here in found.tabs] == [("全部", False), ("一", True)]
