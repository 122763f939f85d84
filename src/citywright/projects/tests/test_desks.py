"""The desks of a project: its year's plan, its funds, its nodes in one table; who may write there, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry, Person
from citywright.projects import samples
from citywright.projects.actions import milestones, plans
from citywright.projects.models import AnnualPlan, Milestone, Project
from citywright.projects.rules.milestones import NodeDays, order_faults
from citywright.projects.words import FundKind, Gate, Stage, YearKind

pytestmark = pytest.mark.django_db
AT = samples.AT
Rows = list[tuple[Milestone, dict[str, Any]]]


@pytest.fixture(autouse=True)
def sample_day(settings: Any) -> Iterator[None]:
    settings.SAMPLE_DAY = date(2024, 3, 27)
    yield


@pytest.fixture()
def project() -> Project:
    return samples.project("示例甲", stage=Stage.LANDED)


@pytest.fixture()
def laid(project: Project) -> Project:
    """The project with its 22 nodes."""
    milestones.lay_out(project=project, by=samples.clerk(), at=AT)
    return project


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def node(project: Project, name: str) -> Milestone:
    return Milestone.objects.get(project=project, name=name)


def typed(**given: str) -> dict[str, str]:
    """A plan of 1,200 as it is posted, 100 a month."""
    return {"kind": "continue", "invest_year": "1,200", "done_before": "", "planned_start": "", "planned_finish": "",
            "planned_production": "", "goal": "", "act": "draft"} | {f"m{n}": "100" for n in range(1, 13)} | given


class TestOrder:
    def test_a_node_before_the_one_it_waits_for_is_named_with_both_days(self) -> None:
        nodes = [NodeDays(1, "签约", (), {"baseline_on": date(2024, 3, 1)}),
                 NodeDays(2, "备案", (1,), {"baseline_on": date(2024, 2, 1)}),
                 NodeDays(3, "环评", (2,), {"baseline_on": date(2024, 2, 1)})]
        found = order_faults(nodes, "baseline_on")
        assert list(found) == [2]
        assert str(found[2]) == "“备案”（2024-02-01）早于前置节点“签约”（2024-03-01）"

    def test_a_node_without_the_day_is_left_out(self) -> None:
        assert order_faults([NodeDays(1, "签约", (), {"baseline_on": None}),
                             NodeDays(2, "备案", (1,), {"baseline_on": date(2024, 2, 1)})], "baseline_on") == {}


class TestSetMany:
    def test_many_nodes_change_in_one_line_of_the_journal(self, laid: Project) -> None:
        before = JournalEntry.objects.count()
        rows: Rows = [
            (node(laid, "公司注册"), {"actual_on": date(2024, 1, 5), "responsible": "招商局"}),
            (node(laid, "主体封顶"), {"forecast_on": date(2025, 1, 5)}),
            (node(laid, "备案"), {"responsible": ""})]
        changed = milestones.set_many(project=laid, rows=rows, by=samples.clerk(), at=AT)
        assert [one.name for one in changed] == ["公司注册", "主体封顶"]
        assert (node(laid, "公司注册").status, node(laid, "公司注册").responsible) == ("met", "招商局")
        line = JournalEntry.objects.order_by("-number")[0]
        assert JournalEntry.objects.count() == before + 1
        assert (line.verb, line.data["nodes"]["主体封顶"]) == ("milestones.set", {"forecast_on": [None, "2025-01-05"]})

    def test_nothing_new_writes_nothing(self, laid: Project) -> None:
        before = JournalEntry.objects.count()
        assert milestones.set_many(project=laid, rows=[(node(laid, "备案"), {"responsible": ""})], by=samples.clerk(),
                                   at=AT) == []
        assert JournalEntry.objects.count() == before

    def test_all_faults_are_named_at_once_and_nothing_is_kept(self, laid: Project) -> None:
        rows: Rows = [
            (node(laid, "签约"), {"actual_on": date(2024, 1, 1)}),
            (node(laid, "公司注册"), {"actual_on": date(2024, 3, 21)}),
            (node(laid, "主体封顶"), {"baseline_from": date(2024, 5, 1), "baseline_on": date(2024, 4, 1)}),
            (node(laid, "设备进场"), {"baseline_on": date(2024, 3, 1)}),
            (node(laid, "备案"), {"responsible": "发改局"})]
        with pytest.raises(milestones.CannotSetMilestones) as refused:
            milestones.set_many(project=laid, rows=rows, by=samples.clerk(), at=AT)
        said = [(fault.header, str(fault.said)) for fault in refused.value.faults]
        assert ("actual_on", "“签约”是关口，实际日期以核验为准，请去申报关口") in said
        assert ("actual_on", "实际日期 2024-03-21 在今天之后") in said
        assert ("baseline_on", "“主体封顶”的完成日期早于开始日期") in said
        assert ("baseline_on", "“设备进场”（2024-03-01）早于前置节点“主体封顶”（2024-04-01）") in said
        assert len(said) == 4 and node(laid, "备案").responsible == ""

    def test_an_order_that_nobody_touched_does_not_stand_in_the_way(self, laid: Project) -> None:
        Milestone.objects.filter(project=laid, name="主体封顶").update(baseline_on=date(2024, 4, 1))
        Milestone.objects.filter(project=laid, name="设备进场").update(baseline_on=date(2024, 3, 1))
        rows = [(node(laid, "备案"), {"responsible": "发改局"})]
        assert milestones.set_many(project=laid, rows=rows, by=samples.clerk(), at=AT)

    def test_a_baseline_that_stands_is_moved_by_the_office_only(self, laid: Project) -> None:
        Milestone.objects.filter(project=laid, name="备案").update(baseline_on=date(2024, 4, 1))
        rows = [(node(laid, "备案"), {"baseline_on": date(2024, 4, 2)})]
        with pytest.raises(milestones.CannotSetMilestones):
            milestones.set_many(project=laid, rows=rows, by=samples.clerk(), at=AT)
        assert milestones.set_many(project=laid, rows=rows, by=samples.office(), at=AT)

    def test_a_node_of_another_project_is_refused(self, laid: Project) -> None:
        other = samples.project("示例乙")
        with pytest.raises(milestones.CannotSetMilestone, match="不属于"):
            milestones.set_many(project=other, rows=[(node(laid, "备案"), {"responsible": "x"})], by=samples.office(),
                                at=AT)

    def test_another_unit_is_refused(self, laid: Project) -> None:
        with pytest.raises(CannotReach):
            milestones.set_many(project=laid, rows=[], by=samples.clerk(samples.unit("水务局")), at=AT)


class TestMilestonesPage:
    def address(self, project: Project) -> str:
        return f"/projects/{project.code}/milestones/"

    def test_the_clerk_lays_out_and_saves_the_table_at_once(self, project: Project) -> None:
        client = signed_in(samples.clerk())
        assert "按模板铺开" in client.get(self.address(project)).content.decode()
        client.post(self.address(project), {"act": "lay_out"})
        one, two = node(project, "公司注册"), node(project, "主体封顶")
        answer = client.post(self.address(project), {
            "act": "set", f"{one.pk}-responsible": "招商局", f"{two.pk}-baseline_on": "2025-05-30"})
        assert answer.status_code == 302
        assert node(project, "公司注册").responsible == "招商局"
        assert node(project, "主体封顶").baseline_on == date(2025, 5, 30)

    def test_what_cannot_be_read_stands_at_its_cell_and_keeps_what_was_typed(self, laid: Project) -> None:
        one, two = node(laid, "公司注册"), node(laid, "备案")
        answer = signed_in(samples.clerk()).post(self.address(laid), {
            "act": "set", f"{one.pk}-forecast_on": "下个月", f"{two.pk}-responsible": "发改局"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "应填日期" in page and 'value="下个月"' in page and 'value="发改局"' in page
        assert node(laid, "备案").responsible == ""

    def test_a_refused_table_says_why_at_the_cell(self, laid: Project) -> None:
        one = node(laid, "公司注册")
        answer = signed_in(samples.clerk()).post(self.address(laid), {
            "act": "set", f"{one.pk}-actual_on": "2024-05-01"})
        assert answer.status_code == 409
        assert "实际日期 2024-05-01 在今天之后" in answer.content.decode()

    def test_the_actual_day_of_a_gate_cannot_be_typed(self, laid: Project) -> None:
        gate = Milestone.objects.get(project=laid, gate=Gate.G4)
        page = signed_in(samples.office()).get(self.address(laid)).content.decode()
        assert f'name="{gate.pk}-actual_on"' not in page
        assert f'name="{gate.pk}-forecast_on"' in page

    def test_what_happened_out_of_order_is_told_and_not_refused(self, laid: Project) -> None:
        rows = [(node(laid, "备案"), {"actual_on": date(2024, 2, 1)}),
                (node(laid, "环评"), {"actual_on": date(2024, 1, 1)})]
        milestones.set_many(project=laid, rows=rows, by=samples.clerk(), at=AT)
        page = signed_in(samples.clerk()).get(self.address(laid)).content.decode()
        assert "“环评”（2024-01-01）早于前置节点“备案”（2024-02-01）" in page

    def test_a_leader_reads_and_another_unit_does_not(self, laid: Project) -> None:
        page = signed_in(samples.leader()).get(self.address(laid)).content.decode()
        assert "公司注册" in page and "保存全部节点" not in page
        assert signed_in(samples.clerk(samples.unit("水务局"))).get(self.address(laid)).status_code == 403
        assert signed_in(samples.leader()).post(self.address(laid), {"act": "lay_out"}).status_code == 403


class TestPlanPage:
    def address(self, project: Project) -> str:
        return f"/projects/{project.code}/plan/"

    def test_a_draft_is_kept_with_its_twelve_months(self, project: Project) -> None:
        answer = signed_in(samples.clerk()).post(self.address(project), typed(t3="主体三层"))
        plan = AnnualPlan.objects.get(project=project)
        assert answer.status_code == 302
        assert (plan.year, plan.invest_year, plan.months.count()) == (2024, Decimal(1200), 12)
        assert plan.months.get(month=3).physical_target == "主体三层"

    def test_months_that_do_not_sum_to_the_year_are_refused_in_words(self, project: Project) -> None:
        answer = signed_in(samples.clerk()).post(self.address(project), typed(m1="50"))
        assert answer.status_code == 409
        assert "分月计划之和 1150 万元与年度计划 1200 万元不一致" in answer.content.decode()
        assert not AnnualPlan.objects.filter(project=project).exists()

    def test_an_empty_month_among_filled_ones_is_nothing_and_all_empty_is_no_split(self, project: Project) -> None:
        client = signed_in(samples.clerk())
        client.post(self.address(project), typed(m1="", m2="200"))
        assert AnnualPlan.objects.get(project=project).months.get(month=1).invest == 0
        client.post(self.address(project), typed(**{f"m{n}": "" for n in range(1, 13)}))
        assert AnnualPlan.objects.get(project=project).months.count() == 0

    def test_freezing_asks_to_confirm_and_is_for_the_office(self, project: Project) -> None:
        samples.plan_of(project, frozen=False)
        office = signed_in(samples.office())
        assert office.post(self.address(project), {"act": "freeze"}).status_code == 422
        assert AnnualPlan.objects.get(project=project).frozen_at is None
        given = {"act": "freeze", "freeze-sure": "on", "freeze-approved_doc": "示例〔2024〕1号"}
        assert signed_in(samples.clerk()).post(self.address(project), given).status_code == 403
        assert office.post(self.address(project), given).status_code == 302
        plan = AnnualPlan.objects.get(project=project)
        assert plan.frozen_at is not None and plan.approved_doc == "示例〔2024〕1号"
        assert "冻结 2024 年计划" in office.get(f"/projects/{project.code}/history/").content.decode()

    def test_a_frozen_plan_is_read_and_revised_with_paper_and_reason(self, project: Project) -> None:
        samples.plan_of(project, kind=YearKind.CONTINUE, invest_year=1_000)
        office = signed_in(samples.office())
        page = office.get(self.address(project)).content.decode()
        assert "已冻结" in page and 'name="invest_year"' not in page and "调整计划" in page
        assert 'name="invest_year"' in office.get(f"{self.address(project)}?revise=1").content.decode()
        assert office.post(self.address(project), typed(act="revise")).status_code == 422
        given = typed(act="revise") | {"revise-approved_doc": "示例〔2024〕9号", "revise-reason": "概算调整"}
        assert office.post(self.address(project), given).status_code == 302
        old, new = AnnualPlan.objects.filter(project=project).order_by("version")
        assert (old.in_force, old.invest_year) == (False, Decimal(1000))
        assert (new.in_force, new.invest_year, new.approved_doc) == (True, Decimal(1200), "示例〔2024〕9号")

    def test_a_clerk_is_not_offered_to_revise(self, project: Project) -> None:
        samples.plan_of(project)
        page = signed_in(samples.clerk()).get(f"{self.address(project)}?revise=1").content.decode()
        assert "调整计划" not in page and 'name="invest_year"' not in page

    def test_a_strange_year_in_the_address_is_the_months_year(self, project: Project) -> None:
        for text in ("x", "20²4", "9999", "02024"):
            assert "2024 年计划" in signed_in(samples.clerk()).get(
                f"{self.address(project)}?year={text}").content.decode()


class TestFundsPage:
    def address(self, project: Project) -> str:
        return f"/projects/{project.code}/funds/"

    def test_a_source_and_its_arrivals_are_summed(self, project: Project) -> None:
        client = signed_in(samples.clerk())
        client.post(self.address(project), {"act": "agree", "agree-kind": "loan", "agree-agreed": "800",
                                            "agree-due_on": "2024-02-01"})
        source = project.funds.get()
        for amount in ("150", "250"):
            answer = client.post(self.address(project), {
                "act": "arrive", "arrive-source": str(source.pk), "arrive-arrived_on": "2024-03-01",
                "arrive-arrived": amount, "arrive-paid": "100"})
            assert answer.status_code == 302
        page = client.get(self.address(project)).content.decode()
        assert "50.0" in page and "已逾期" in page and ">400<" in page

    def test_more_paid_than_arrived_is_refused_in_words(self, project: Project) -> None:
        source = plans.agree_fund(project=project, kind=FundKind.LOAN, agreed=Decimal(10), by=samples.clerk(), at=AT)
        answer = signed_in(samples.clerk()).post(self.address(project), {
            "act": "arrive", "arrive-source": str(source.pk), "arrive-arrived_on": "2024-03-01", "arrive-arrived": "1",
            "arrive-paid": "2"})
        assert answer.status_code == 409 and "支付不能超过到位" in answer.content.decode()

    def test_a_source_of_another_project_cannot_be_named(self, project: Project) -> None:
        other = plans.agree_fund(project=samples.project("示例乙"), kind=FundKind.LOAN, agreed=Decimal(10),
                                 by=samples.clerk(), at=AT)
        answer = signed_in(samples.clerk()).post(self.address(project), {
            "act": "arrive", "arrive-source": str(other.pk), "arrive-arrived_on": "2024-03-01", "arrive-arrived": "1"})
        assert answer.status_code == 422 and not other.facts.exists()

    def test_a_leader_reads_only(self, project: Project) -> None:
        client = signed_in(samples.leader())
        assert "登记来源" not in client.get(self.address(project)).content.decode()
        answer = client.post(self.address(project), {"act": "agree", "agree-kind": "loan", "agree-agreed": "800"})
        assert answer.status_code == 403


class TestPages:
    @pytest.mark.parametrize("page", ["plan", "funds", "milestones"])
    def test_costs_no_more_than_twelve_queries(self, laid: Project, page: str,
                                               django_assert_max_num_queries: Any) -> None:
        samples.plan_of(laid, months=[1_000] * 12)
        plans.agree_fund(project=laid, kind=FundKind.LOAN, agreed=Decimal(10), by=samples.clerk(), at=AT)
        client = signed_in(samples.office())
        client.get(f"/projects/{laid.code}/{page}/")
        with django_assert_max_num_queries(12):
            client.get(f"/projects/{laid.code}/{page}/")

    @pytest.mark.parametrize("page", ["plan", "funds", "milestones"])
    def test_reads_in_english(self, laid: Project, page: str) -> None:
        client = signed_in(samples.office())
        client.cookies["django_language"] = "en"
        with translation.override("en"):
            text = client.get(f"/projects/{laid.code}/{page}/").content.decode()
        assert "Year plan" in text and "Milestones" in text
        assert not {"分月安排", "节点表", "资金来源", "计划完成", "保存草稿"} & set(text.replace("<", ">").split(">"))
