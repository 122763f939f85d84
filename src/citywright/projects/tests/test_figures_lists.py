"""Every figure is the count or the sum of the list it opens, read off that page."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from citywright.kernel.money import to_fen
from citywright.projects import samples
from citywright.projects.actions import lamps
from citywright.projects.queries import bulletin, figures, ledger, measures

from .test_figures import MARCH, office  # noqa: F401

pytestmark = pytest.mark.django_db
#: Which sum of the list page shows which amount of a figure.
SHOWN = {"total_investment": "total", "plan_year": "plan", "done_year": "done", "done_month": "month"}


@pytest.fixture()
def reader(client, office):  # noqa: F811
    client.force_login(office)
    return client


def sums_of(reader, url):
    """The sums in the foot of the list page."""
    answer = reader.get(url)
    assert answer.status_code == 200, url
    return answer.context["list"].listing.sums


def judged(office):  # noqa: F811
    """The last judging of the sample district."""
    lamps.judge(area=samples.district(), on=date(2024, 3, 26), by=None, at=samples.AT)
    return ledger.run_in_force(samples.district(), date(2024, 3, 31))


def test_every_figure_is_the_count_or_sum_of_its_list_page(reader, office):  # noqa: F811
    run = judged(office)
    for found in figures.figures(office, list(measures.MEASURES), area=samples.district(), period=MARCH, run=run):
        measure = measures.MEASURES[found.code]
        for part, url, value in ((measure.numerator, found.list_url, found.numerator),
                                 (measure.denominator, found.denominator_url, found.denominator)):
            if part is None:
                continue
            sums = sums_of(reader, url)
            if not part.amount:
                assert sums.count == value, found.code
            elif part.amount in SHOWN:
                assert getattr(sums, SHOWN[part.amount]) == to_fen(value), found.code


def test_every_count_in_the_bulletin_is_the_length_of_the_list_it_opens(reader, office):  # noqa: F811
    paper = bulletin.compose(office, area=samples.district(), period=MARCH, run=judged(office))
    cells = [cell for section in paper.sections for table in section.tables for row in (*table.rows, table.total)
             for cell in row[1:2]]
    pieces = [piece for section in paper.sections for sentence in section.paragraphs for piece in sentence.pieces()
              if piece.value is not None and piece.decimals == 0 and "measure=ISS" not in piece.url]
    seen = 0
    for number in (*cells, *pieces):
        measure = parse_qs(urlsplit(number.url).query)["measure"][0]
        if figures.DEFINITIONS[measure].unit != "亿元":
            assert sums_of(reader, number.url).count == number.value, (number.text, number.url)
            seen += 1
    assert seen > 12
