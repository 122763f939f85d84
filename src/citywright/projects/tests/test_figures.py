"""A figure equals the list behind it; a breakdown adds up; nobody sees more than they may."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db.models import Sum

from citywright.projects import samples
from citywright.projects.queries import figures, measures
from citywright.projects.rules.definitions import DEFINITIONS, WITHOUT_LIST
from citywright.projects.words import Gate, Stage, YearKind

pytestmark = pytest.mark.django_db
MARCH = date(2024, 3, 1)
NEW = YearKind.NEW_START


@pytest.fixture()
def office(db):
    """Three new starts (one done, one late, one early), one in building, one of another unit without a plan."""
    area = samples.ground()
    samples.project("按期开工", stage=Stage.BUILDING, kind=NEW, plan_year=6000, total=30000,
                    plan={"planned_start": date(2024, 2, 1)}, days={Gate.G4: date(2024, 1, 20)})
    samples.project("未按期开工", stage=Stage.LANDED, kind=NEW, plan_year=4000,
                    plan={"planned_start": date(2024, 3, 1)})
    samples.project("提前开工", stage=Stage.BUILDING, kind=NEW, plan_year=2000,
                    plan={"planned_start": date(2024, 6, 1)}, days={Gate.G4: date(2024, 3, 5)})
    samples.project("续建项目", stage=Stage.BUILDING, kind=YearKind.CONTINUE, plan_year=12000,
                    unit=samples.unit("交通局"), category="infrastructure", months=[1000] * 12)
    samples.project("没有计划", stage=Stage.RESERVE, unit=samples.unit("交通局"))
    return samples.office(area)


def figure(person, code):
    return figures.figure(person, code, area=samples.district(), period=MARCH)


def members(person, code, part="numerator"):
    return figures.members(person, code, part, samples.district(), MARCH, None)


class TestFigures:
    def test_every_named_indicator_is_measured_or_said_to_have_no_list(self):
        assert set(measures.MEASURES) == set(DEFINITIONS) - WITHOUT_LIST

    def test_every_figure_equals_the_count_or_sum_of_the_list_behind_it(self, office):
        for code, measure in measures.MEASURES.items():
            found = figure(office, code)
            for name, part, value in (("numerator", measure.numerator, found.numerator),
                                      ("denominator", measure.denominator, found.denominator)):
                if part is None:
                    assert value is None
                    continue
                listed = members(office, code, name)
                expected = listed.aggregate(n=Sum(part.amount))["n"] if part.amount else listed.count()
                assert value == (expected or 0), (code, name)

    def test_a_rate_is_its_numerator_over_its_denominator_and_none_without_one(self, office):
        for code, measure in measures.MEASURES.items():
            found = figure(office, code)
            if measure.denominator and found.unit == "%":
                if not found.denominator:
                    assert found.value is None and found.shown == "—"
                else:
                    assert found.value == Fraction(found.numerator) / Fraction(found.denominator) * 100

    def test_the_three_start_rates_differ_as_their_definitions_do(self, office):
        assert [p.name for p in members(office, "START_DUE")] == ["按期开工"]
        assert {p.name for p in members(office, "START_DUE", "denominator")} == {"按期开工", "未按期开工"}
        assert figure(office, "START_DUE").shown == "50.0"
        assert figure(office, "START_YEAR").shown == "66.7"
        assert figure(office, "START_ALL").shown == "100.0"
        assert [p.name for p in members(office, "START_LATE")] == ["未按期开工"]
        assert [p.name for p in members(office, "START_EARLY")] == ["提前开工"]

    def test_a_ceremony_and_a_claim_that_nobody_verified_start_nothing(self, office):
        row = samples.project("只有申报", stage=Stage.LANDED, kind=NEW, plan_year=100,
                              plan={"planned_start": date(2024, 1, 1)})
        before = figure(office, "START_DUE").numerator
        samples.passed(row, Gate.G4P, date(2024, 1, 5))
        samples.claimed(row, Gate.G4, date(2024, 1, 6))
        assert figure(office, "START_DUE").numerator == before
        assert [p.name for p in members(office, "START_GAP")] == ["只有申报"]

    def test_a_schedule_without_months_is_the_twelfth_part_of_each_month_and_both_are_exact(self, office):
        pace = figures.pace(office, area=samples.district(), period=MARCH)
        assert (pace.plan, pace.scheduled) == (Decimal(24000), 3000 + Fraction(12000, 4))
        assert pace.lead == Fraction(-25) and figure(office, "INV_PACE").shown == "−25.0"
        assert str(figure(office, "INV_SUM").comparison) == "慢于时序进度 25.0 个百分点"

    def test_the_address_of_a_list_holds_measure_part_area_and_month(self, office):
        assert figure(office, "START_DUE").list_url == (
            "/projects/?measure=START_DUE&part=numerator&area=990101&month=2024-03")

    def test_an_unknown_indicator_or_part_is_refused_by_name(self, office):
        for code, part in (("NOTHING", "numerator"), ("COUNT", "denominator"), ("COUNT", "other")):
            with pytest.raises(measures.CannotMeasure, match=code):
                members(office, code, part)
        with pytest.raises(measures.CannotMeasure, match="NOTHING"):
            figure(office, "NOTHING")

    def test_a_clerk_counts_the_own_unit_and_a_stranger_nothing(self, office):
        assert figure(samples.clerk(), "COUNT").numerator == 3
        assert figure(office, "COUNT").numerator == 4
        assert figure(samples.stranger(), "COUNT").numerator == 0

    def test_the_home_page_costs_at_most_six_queries(self, office, django_assert_max_num_queries):
        person, area = samples.office(), samples.district()
        with django_assert_max_num_queries(7):  # the seventh reads the person's memberships
            found = figures.figures(person, figures.HOME, area=area, period=MARCH, run=None)
        assert [f.code for f in found] == list(figures.HOME)


class TestBreakdown:
    def test_rows_add_up_to_the_whole_and_the_unclassified_row_is_shown(self, office):
        samples.project("说不清类别", category="unclassified", plan_year=500, kind=YearKind.PREPARATORY)
        for by in ("category", "unit"):
            found = figures.breakdown(office, by, area=samples.district(), period=MARCH)
            for value in (lambda s: s.count, lambda s: s.total, lambda s: s.pace.plan, lambda s: s.pace.scheduled):
                assert sum(value(row) for row in found.rows) == value(found.whole)
        found = figures.breakdown(office, "category", area=samples.district(), period=MARCH)
        assert found.rows[-1].label == "未归类" and found.rows[-1].count == 1

    def test_the_unit_furthest_behind_comes_first(self, office):
        found = figures.breakdown(office, "unit", area=samples.district(), period=MARCH)
        leads = [row.pace.lead for row in found.rows]
        assert leads == sorted(leads)

    def test_both_breakdowns_cost_two_queries(self, office, django_assert_num_queries):
        person, area = samples.office(), samples.district()
        figures.breakdown(person, "unit", area=area, period=MARCH)
        with django_assert_num_queries(2):
            figures.breakdown(person, "category", area=area, period=MARCH)




class TestTogether:
    def test_figures_asked_together_equal_those_asked_alone(self, office):
        together = figures.figures(office, list(measures.MEASURES), area=samples.district(), period=MARCH)
        for found in together:
            alone = figure(office, found.code)
            assert (found.numerator, found.denominator) == (alone.numerator, alone.denominator), found.code
