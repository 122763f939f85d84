"""One project: what its page knows, who may see it, what can be done from it; its sheet, history and form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from citywright.kernel import periods
from citywright.kernel.http import Standing
from citywright.kernel.models import JournalEntry
from citywright.projects import samples
from citywright.projects.actions import milestones, months, plans, problems, projects
from citywright.projects.models import Milestone, Project
from citywright.projects.queries.page import Node, ProjectPage, days_late
from citywright.projects.rules import curves
from citywright.projects.views.projects.page import around
from citywright.projects.words import (
    FundKind,
    Gate,
    ProblemKind,
    ProblemSource,
    RelationKind,
    Source,
    Stage,
    YearKind,
)

pytestmark = pytest.mark.django_db
MARCH = date(2024, 3, 1)
TODAY = date(2024, 3, 27)


def page(row: Project, person: Any = None) -> ProjectPage:
    return ProjectPage(person or samples.office(), row.code, Standing(samples.district(), MARCH, TODAY))


def record(row: Project, period: date, source: Source, year: int) -> None:
    """Facts of a month in one calibre."""
    amounts = months.Amounts(Decimal(year) / period.month, Decimal(year), Decimal(year))
    months.record_facts(period=period, source=source, rows=[(row, amounts)], by=samples.office(), at=samples.AT)


class TestMoney:
    def test_pace_compares_with_the_plans_own_months(self) -> None:
        row = samples.project(kind=YearKind.CONTINUE, plan_year=1_200, months=[0, 0, 600, *([0] * 8), 600])
        record(row, MARCH, Source.UNIT, 300)
        pace = page(row).pace
        assert pace is not None
        assert (pace.rate, pace.schedule, pace.lead) == (Fraction(1, 4), Fraction(1, 2), Fraction(-25))

    def test_without_a_plan_there_is_no_pace(self) -> None:
        assert page(samples.project()).pace is None

    def test_calibres_stand_side_by_side_and_the_gap_is_of_a_month_both_know(self) -> None:
        row = samples.project(kind=YearKind.CONTINUE, plan_year=1_200)
        february = periods.shifted(MARCH, -1)
        record(row, february, Source.UNIT, 118)
        record(row, february, Source.STAT, 100)
        record(row, MARCH, Source.UNIT, 300)
        found = page(row)
        assert [(one.source, one.period) for one in found.calibres] == [(Source.UNIT, MARCH), (Source.STAT, february)]
        assert found.gap is not None and (found.gap.period, found.gap.share) == (february, Fraction(18, 100))

    def test_later_months_are_not_shown_in_an_earlier_one(self) -> None:
        row = samples.project(kind=YearKind.CONTINUE, plan_year=1_200)
        record(row, date(2024, 2, 1), Source.UNIT, 100)
        record(row, MARCH, Source.UNIT, 300)
        earlier = ProjectPage(samples.office(), row.code, Standing(samples.district(), date(2024, 2, 1), TODAY))
        assert earlier.dispatch is not None and earlier.dispatch.year == Decimal(100)
        assert earlier.as_of == date(2024, 2, 29)

    def test_funds_count_what_arrived_by_the_day(self) -> None:
        row = samples.project()
        source = plans.agree_fund(project=row, kind=FundKind.SELF, agreed=Decimal(500), due_on=date(2024, 2, 1),
                                  by=samples.clerk(), at=samples.AT)
        for on, amount in ((date(2024, 2, 1), 200), (TODAY, 100)):
            plans.record_arrival(source=source, arrived_on=on, arrived=Decimal(amount), by=samples.clerk(),
                                 at=samples.AT.replace(day=28))
        assert [fund.here for fund in page(row).funds] == [Decimal(300)]  # type: ignore[attr-defined]


class TestCurve:
    YEARS = (curves.YearPlan(2023, Decimal(100), Decimal(1_200), {}),
             curves.YearPlan(2024, Decimal(0), Decimal(600), {month: Decimal(50 * month) for month in range(1, 13)}))

    def test_the_plan_cumulates_over_its_years_from_what_was_done_before(self) -> None:
        points = curves.planned(self.YEARS)
        assert points[0] == (date(2023, 1, 31), Decimal(200))
        assert points[11] == (date(2023, 12, 31), Decimal(1_300)) and points[-1] == (date(2024, 12, 31), Decimal(1_900))

    def test_half_the_pace_doubles_the_time_and_the_forecast_ends_at_the_plans_end(self) -> None:
        plan = curves.planned([curves.YearPlan(2024, Decimal(0), Decimal(1_200), {})])
        ahead = curves.forecast(plan, Decimal(300), date(2024, 6, 30))
        assert ahead is not None and ahead.months_late == 12
        assert ahead.points[0] == (date(2024, 6, 30), Decimal(300)) and ahead.points[-1] == (date(2025, 12, 31), 1_200)

    def test_on_pace_nothing_is_late_and_without_money_nothing_is_forecast(self) -> None:
        plan = curves.planned([curves.YearPlan(2024, Decimal(0), Decimal(1_200), {})])
        on_pace = curves.forecast(plan, Decimal(600), date(2024, 6, 30))
        assert on_pace is not None and on_pace.months_late == 0
        assert curves.forecast(plan, Decimal(0), date(2024, 6, 30)) is None
        assert curves.forecast([], Decimal(5), date(2024, 6, 30)) is None


class TestMilestones:
    @pytest.mark.parametrize(("baseline", "forecast", "actual", "late"), [
        (date(2024, 3, 1), None, None, 26), (date(2024, 5, 1), date(2024, 5, 11), None, 10),
        (date(2024, 3, 1), None, date(2024, 3, 4), 3), (date(2024, 3, 10), None, date(2024, 3, 4), 0),
        (None, date(2024, 5, 11), None, None), (date(2024, 5, 1), None, None, 0),
    ])
    def test_days_late_against_the_baseline(self, baseline: date | None, forecast: date | None, actual: date | None,
                                            late: int | None) -> None:
        node = Milestone(name="节点", baseline_on=baseline, forecast_on=forecast, actual_on=actual)
        assert days_late(node, TODAY) == late

    def test_the_next_one_is_the_earliest_unfinished(self) -> None:
        row = samples.project()
        laid = milestones.lay_out(project=row, by=samples.clerk(), at=samples.AT)
        for node, on in ((laid[1], date(2024, 6, 1)), (laid[2], date(2024, 5, 1))):
            milestones.set_days(milestone=node, changes={"forecast_on": on}, by=samples.clerk(), at=samples.AT)
        found = page(row).next_node
        assert found is not None and found == (laid[2], date(2024, 5, 1))


    def test_the_picture_begins_shortly_before_the_first_unfinished_one(self) -> None:
        done, ahead = Milestone(actual_on=TODAY), Milestone()
        nodes = [Node(done, None, None)] * 15 + [Node(ahead, None, None)] * 7
        assert [node.milestone is done for node in around(nodes)] == [True] * 4 + [False] * 7
        assert len(around(nodes[:5])) == 5 and len(around(nodes[:15])) == 11


class TestAround:
    def test_problems_of_the_project_open_ones_first(self) -> None:
        row = samples.project()
        for title, on in (("晚的", date(2024, 5, 1)), ("早的", date(2024, 4, 1))):
            problems.raise_problem(project=row, title=title, kind=ProblemKind.PIPES, source=ProblemSource.VISIT,
                                   unit=row.lead_unit, due_on=on, by=samples.office(), at=samples.AT)
        assert [one.title for one in page(row).problems] == ["早的", "晚的"]

    def test_relations_to_hidden_projects_stay_hidden(self) -> None:
        row, other = samples.project("自己的"), samples.project("别人的", unit=samples.unit("水务局"))
        projects.relate(kind=RelationKind.PHASE_OF, source=row, target=other, by=samples.office(), at=samples.AT)
        assert [one.name for _r, one, _o in page(row).relations] == ["别人的"]
        assert page(row, samples.clerk()).relations == []

    def test_the_history_grows_and_never_shrinks(self) -> None:
        row = samples.project("甲")
        before = len(page(row).lines)
        projects.amend(project=row, changes={"remark": "改"}, by=samples.office(), at=samples.AT)
        assert len(page(row).lines) == before + 1


class TestThePage:
    def test_it_shows_gates_money_people_and_what_is_missing(self, client: Client) -> None:
        row = samples.project("望岭快速路", stage=Stage.LANDED, kind=YearKind.CONTINUE, plan_year=1_200)
        client.force_login(samples.office())
        text = client.get(f"/projects/{row.code}/?month=2024-03").content.decode()
        for words in ("望岭快速路", "入储备库", "核验", "还缺什么", "三种口径", "资金来源", "经过",
                      "/definitions/INV_PACE/"):
            assert words in text, words

    def test_the_stranger_and_another_units_clerk_are_refused_and_it_is_journaled(self, client: Client) -> None:
        row = samples.project()
        for person in (samples.stranger(), samples.clerk(samples.unit("水务局"))):
            client.force_login(person)
            for page_of in ("", "sheet/", "history/", "amend/"):
                assert client.get(f"/projects/{row.code}/{page_of}").status_code == 403
        assert JournalEntry.objects.filter(verb="access.refused").count() == 8

    def test_who_may_verify_is_offered_that_and_who_claimed_is_not(self, client: Client) -> None:
        row = samples.project()
        passage = samples.claimed(row, Gate.G1, date(2024, 3, 1))
        client.force_login(samples.verifier())
        assert f"/gates/{passage.pk}/verify/" in client.get(f"/projects/{row.code}/").content.decode()
        client.force_login(samples.clerk())
        assert f"/gates/{passage.pk}/verify/" not in client.get(f"/projects/{row.code}/").content.decode()

    def test_the_sheet_names_who_printed_it(self, client: Client) -> None:
        row = samples.project("望岭快速路")
        client.force_login(samples.office())
        text = client.get(f"/projects/{row.code}/sheet/").content.decode()
        assert "望岭快速路" in text and "王项目" in text and "非涉密" in text

    def test_the_history_page_keeps_returned_claims(self, client: Client) -> None:
        row = samples.project()
        samples.claimed(row, Gate.G1, date(2024, 3, 1))
        client.force_login(samples.office())
        text = client.get(f"/projects/{row.code}/history/").content.decode()
        assert "入储备库" in text and "待核验" in text


class TestTheForm:
    TYPED = {"name": "新项目", "funding_type": "enterprise", "nature": "new", "origin": "plan",
             "total_investment": "12000.5"}

    def typed(self, **more: Any) -> dict[str, Any]:
        place = samples.unit()
        return self.TYPED | {"category": samples.category().pk, "area": place.area_id, "lead_unit": place.pk} | more

    def test_a_clerk_adds_a_project_of_the_own_unit(self, client: Client) -> None:
        client.force_login(samples.clerk())
        answer = client.post("/projects/new/", self.typed())
        made = Project.objects.get(name="新项目")
        assert answer.status_code == 302 and made.total_investment == Decimal("12000.5")

    def test_another_units_project_is_not_even_offered(self, client: Client) -> None:
        client.force_login(samples.clerk())
        answer = client.post("/projects/new/", self.typed(lead_unit=samples.unit("水务局").pk))
        assert answer.status_code == 200 and not Project.objects.exists()

    def test_a_wrong_code_and_a_known_name_are_named_and_nothing_typed_is_lost(self, client: Client) -> None:
        samples.project("新项目")
        client.force_login(samples.office())
        text = client.post("/projects/new/", self.typed(national_code="123")).content.decode()
        assert "24位" in text and 'value="123"' in text
        text = client.post("/projects/new/", self.typed()).content.decode()
        assert "本区已有同名项目" in text and Project.objects.count() == 1

    def test_the_days_of_works_are_in_order(self, client: Client) -> None:
        client.force_login(samples.office())
        typed = self.typed(build_from="2024-05-01", build_to="2024-04-01")
        text = client.post("/projects/new/", typed).content.decode()
        assert "建设止不能早于建设起" in text

    def test_amending_keeps_what_was_not_touched(self, client: Client) -> None:
        row = samples.project("甲", summary="建设内容", total=500)
        client.force_login(samples.clerk())
        text = client.get(f"/projects/{row.code}/amend/").content.decode()
        assert 'value="甲"' in text and 'name="lead_unit"' not in text
        answer = client.post(f"/projects/{row.code}/amend/", self.typed(name="乙", summary="建设内容"))
        row.refresh_from_db()
        assert answer.status_code == 302 and (row.name, row.summary) == ("乙", "建设内容")
        assert row.longitude == samples.POINT[0]

    def test_a_leader_may_not_add(self, client: Client) -> None:
        client.force_login(samples.leader())
        assert client.get("/projects/new/").status_code == 403
