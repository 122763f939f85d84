"""The sample district's numbers, read off the rendered pages, are the published ones of 济阳 2024."""

from __future__ import annotations

import re

import pytest

#: What is asked of the list, and how many projects it must show.
COUNTS = (
    ("", 139), ("list=QST", 35), ("list=QST&category=industrial", 23), ("list=LND0", 60), ("list=FIN0", 40),
)


def footer(walker: object, query: str) -> str:
    """The sums under the list."""
    walker.go(f"/projects/?{query}")
    return walker.page.locator("tfoot").inner_text()


class TestPublishedNumbers:
    @pytest.mark.parametrize(("query", "count"), COUNTS, ids=[q or "all" for q, _ in COUNTS])
    def test_the_list_counts_as_published(self, reading: object, walk: object, query: str, count: int) -> None:
        walker = walk(reading, "leader")
        assert re.search(rf"\b{count}\s*个", footer(walker, query)), footer(walker, query)

    def test_totals_are_867_and_112_yi(self, reading: object, walk: object) -> None:
        said = footer(walk(reading, "leader"), "")
        assert "8,670,000" in said and "1,120,000" in said

    def test_fifty_are_of_at_least_5_yi_and_nine_of_at_least_20(self, reading: object, walk: object) -> None:
        walker, totals, page = walk(reading, "leader"), [], 1
        while True:
            walker.go(f"/projects/?sort=-total_investment&page={page}")
            rows = walker.page.locator("tbody tr:not(.grp)")
            texts = [rows.nth(i).inner_text() for i in range(rows.count())]
            found = [int(amounts[0].replace(",", "")) for text in texts
                     if (amounts := re.findall(r"\b\d{1,3}(?:,\d{3})+\b", text))]
            totals += found
            if len(totals) >= 139 or not found:
                break
            page += 1
        assert len(totals) == 139
        assert sum(total >= 50_000 for total in totals) == 50
        assert sum(total >= 200_000 for total in totals) == 9

    def test_the_bulletin_says_the_same(self, reading: object, walk: object) -> None:
        walker = walk(reading, "office")
        walker.go("/bulletin/")
        said = walker.page.inner_text("main")
        assert "139个" in said and "867.00亿元" in said and "112.00亿元" in said
