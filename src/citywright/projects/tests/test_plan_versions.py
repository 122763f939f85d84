"""A year plan is drafted, sent in, reviewed by somebody else, frozen in versions, adjusted with document and reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.projects import samples
from citywright.projects.actions import plans
from citywright.projects.models import AnnualPlan, PlanReview, PlanVersion
from citywright.projects.queries import bulletin, figures, plan_versions, year_plans
from citywright.projects.rules import years
from citywright.projects.samples import AT
from citywright.projects.words import PlanStep, PlanVerb, YearKind

pytestmark = pytest.mark.django_db
MARCH = date(2024, 3, 1)


def drafted(name: str = "", amount: int = 120, **more: Any) -> AnnualPlan:
    """A plan in draft of the unit's clerk."""
    return samples.project(name, plan_year=amount, frozen=False, **more).plans.get()


class TestRules:
    def test_a_draft_can_only_be_sent_in(self) -> None:
        assert years.step_after(None, PlanVerb.SUBMIT, years.FILLERS) is PlanStep.SUBMITTED
        with pytest.raises(years.CannotMove, match="草稿"):
            years.step_after(None, PlanVerb.REVIEW, years.REVIEWERS)

    @pytest.mark.parametrize(("months", "total"), [
        ([Decimal(10)] * 12, Decimal(121)), ([Decimal(1), *[Decimal(0)] * 11], Decimal("0.01")),
        ([Decimal(0)] * 12, Decimal(5)), ([Decimal("33.33")] * 12, Decimal("1000.01")),
        ([Decimal(7), *[Decimal(0)] * 10, Decimal(3)], Decimal(0))])
    def test_months_of_another_total_still_sum_to_the_year(self, months: list[Decimal], total: Decimal) -> None:
        again = years.respread(months, total)
        assert sum(again) == total and min(again) >= 0 and len(again) == 12
        assert years.plan_faults(total, again) == []


class TestReview:
    def test_goes_from_draft_to_frozen_through_another_persons_hands(self) -> None:
        plan = drafted()
        plans.submit(plans=[plan], by=samples.clerk(), at=AT)
        plans.review(plans=[plan], by=samples.reviewer(), at=AT)
        plans.freeze(plans=[plan], by=samples.office(), at=AT, approved_doc="示例发〔2024〕2号", reviewed=True)
        plan.refresh_from_db()
        assert plan.frozen_in is not None and (plan.frozen_in.number, plan.frozen_in.doc_no) == (1, "示例发〔2024〕2号")

    def test_whoever_sent_it_in_does_not_review_it(self) -> None:
        plan = drafted()
        plans.submit(plans=[plan], by=samples.reviewer(), at=AT)
        with pytest.raises(plans.CannotReview) as refused:
            plans.review(plans=[plan], by=samples.reviewer(), at=AT)
        assert "另一人" in str(refused.value.faults[0].said)
        plans.review(plans=[plan], by=samples.office(), at=AT)

    def test_the_clerk_does_not_review(self) -> None:
        plan = drafted()
        plans.submit(plans=[plan], by=samples.reviewer(), at=AT)
        with pytest.raises(plans.CannotReview) as refused:
            plans.review(plans=[plan], by=samples.clerk(), at=AT)
        assert "岗位" in str(refused.value.faults[0].said)

    def test_one_that_cannot_be_sent_in_keeps_all_others_back(self) -> None:
        ready, frozen = drafted("甲"), samples.project("乙", plan_year=10).plans.get()
        with pytest.raises(plans.CannotReview) as refused:
            plans.submit(plans=[ready, frozen], by=samples.clerk(), at=AT)
        assert [fault.cell for fault in refused.value.faults] == ["乙"]
        assert not PlanReview.objects.exists()

    def test_sending_in_twice_is_refused(self) -> None:
        plan = drafted()
        plans.submit(plans=[plan], by=samples.clerk(), at=AT)
        with pytest.raises(plans.CannotReview):
            plans.submit(plans=[plan], by=samples.clerk(), at=AT)
        assert PlanReview.objects.count() == 1

    def test_cannot_be_edited_until_it_is_given_back_with_a_reason(self) -> None:
        plan = drafted()
        plans.submit(plans=[plan], by=samples.clerk(), at=AT)
        with pytest.raises(plans.CannotPlan, match="已送审"):
            samples.plan_of(plan.project, invest_year=60, frozen=False)
        with pytest.raises(plans.CannotReview, match="理由"):
            plans.send_back(plans=[plan], reason="  ", by=samples.reviewer(), at=AT)
        plans.send_back(plans=[plan], reason="分月不实", by=samples.reviewer(), at=AT)
        assert samples.plan_of(plan.project, invest_year=60, frozen=False).invest_year == 60
        plans.submit(plans=[plan], by=samples.clerk(), at=AT)
        row = PlanReview.objects.get()
        assert (row.step, row.reason, row.reviewed_by) == ("submitted", "", None)

    def test_strangers_and_other_units_learn_nothing(self) -> None:
        plan = drafted()
        for person in (samples.stranger(), samples.clerk(samples.unit("水务局")), samples.leader()):
            with pytest.raises(CannotReach):
                plans.submit(plans=[plan], by=person, at=AT)

    def test_each_act_leaves_one_line(self) -> None:
        several = [drafted(f"项目{n}") for n in range(3)]
        before = JournalEntry.objects.count()
        plans.submit(plans=several, by=samples.clerk(), at=AT)
        plans.review(plans=several, by=samples.reviewer(), at=AT)
        assert JournalEntry.objects.count() == before + 2

    def test_the_office_may_freeze_a_draft_but_not_one_that_waits(self) -> None:
        waiting, plain = drafted("甲"), drafted("乙")
        plans.submit(plans=[waiting], by=samples.clerk(), at=AT)
        with pytest.raises(plans.CannotPlan, match="尚未审核"):
            plans.freeze(plans=[waiting, plain], by=samples.office(), at=AT)
        with pytest.raises(plans.CannotPlan, match="尚未审核"):
            plans.freeze(plans=[plain], by=samples.office(), at=AT, reviewed=True)
        assert not PlanVersion.objects.exists()
        plans.freeze(plans=[plain], by=samples.office(), at=AT)
        assert PlanVersion.objects.get().number == 1


def adjusted(*amounts: tuple[AnnualPlan, int]) -> PlanVersion:
    """One adjustment of several plans by the office."""
    return plans.adjust(changes=[plans.Change(plan, Decimal(amount), None) for plan, amount in amounts],
                        doc_no="示例发〔2024〕9号", reason="年中调整", by=samples.office(), at=AT)


class TestVersions:
    def test_every_freezing_and_every_adjustment_is_the_next_version(self) -> None:
        one, two = (samples.project(name, plan_year=100).plans.get() for name in ("甲", "乙"))
        found = adjusted((one, 150), (two, 80))
        assert [v.number for v in PlanVersion.objects.order_by("number")] == [1, 2, 3]
        assert {plan.project.name for plan in found.plans.all()} == {"甲", "乙"}
        assert AnnualPlan.objects.filter(in_force=True).count() == 2
        plans.revise(plan=AnnualPlan.objects.get(project=one.project, in_force=True), invest_year=Decimal(160),
                     months=None, reason="追加", by=samples.office(), at=AT)
        assert PlanVersion.objects.order_by("-number").first().number == 4  # type: ignore[union-attr]

    def test_versions_are_counted_for_each_year_and_district(self) -> None:
        samples.project(plan_year=10, year=2023)
        samples.project(plan_year=10)
        assert list(PlanVersion.objects.values_list("year", "number")) == [(2023, 1), (2024, 1)]
        street = samples.district("990101001", "示例街道")
        street.path = "990101001"
        street.save()
        row = samples.project(unit=samples.unit("街道办", street), plan_year=10)
        assert row.plans.get().frozen_in.area.path == "990101"  # type: ignore[union-attr]

    def test_an_adjustment_needs_document_reason_change_and_the_office(self) -> None:
        plan = samples.project(plan_year=100).plans.get()
        change = plans.Change(plan, Decimal(50), None)
        for given, said in (({"doc_no": " ", "reason": "x"}, "批准文号"), ({"doc_no": "x", "reason": " "}, "理由")):
            with pytest.raises(plans.CannotPlan, match=said):
                plans.adjust(changes=[change], by=samples.office(), at=AT, **given)
        with pytest.raises(plans.CannotPlan, match="没有任何改动"):
            plans.adjust(changes=[], doc_no="x", reason="x", by=samples.office(), at=AT)
        with pytest.raises(plans.CannotPlan, match="一次只能"):
            plans.adjust(changes=[change, change], doc_no="x", reason="x", by=samples.office(), at=AT)
        with pytest.raises(CannotReach):
            plans.adjust(changes=[change], doc_no="x", reason="x", by=samples.reviewer(), at=AT)
        assert PlanVersion.objects.count() == 1

    def test_an_adjustment_holds_one_year(self) -> None:
        row = samples.project(plan_year=100)
        samples.plan_of(row, year=2025, invest_year=10)
        with pytest.raises(plans.CannotPlan, match="同一年度"):
            adjusted(*((plan, 5) for plan in row.plans.all()))
        assert PlanVersion.objects.count() == 2

    def test_the_same_adjustment_twice_is_refused(self) -> None:
        plan = samples.project(plan_year=100).plans.get()
        adjusted((plan, 50))
        with pytest.raises(plans.CannotPlan, match="现行"):
            adjusted((plan, 50))

    def test_differences_and_totals_add_up_from_version_to_version(self) -> None:
        one, two = drafted("甲", 100), drafted("乙", 200)
        plans.freeze(plans=[one, two], by=samples.office(), at=AT)
        found = adjusted((one, 150))
        rows = plan_versions.differences(samples.office(), found)
        assert [(d.plan.project.name, d.by, d.changed) for d in rows] == [("甲", 50, ("invest_year",))]
        first = plan_versions.neighbours(found)[0]
        assert first is not None and plan_versions.totals(first) == (2, Decimal(300))
        assert plan_versions.totals(found) == (2, Decimal(350))

    def test_is_named_with_number_document_and_day(self) -> None:
        assert plan_versions.named(samples.district(), 2024) is None
        plan = samples.project(plan_year=100).plans.get()
        assert str(plan_versions.named(samples.district(), 2024)) == "2024 年度计划第 1 版，2024-03-20 冻结"
        adjusted((plan, 50))
        assert str(plan_versions.named(samples.district(), 2024)) == (
            "2024 年度计划第 2 版（示例发〔2024〕9号），2024-03-20 冻结")
        assert plan_versions.named(samples.district(), 2024, date(2024, 3, 19)) is None
        assert "1 个区县" in str(plan_versions.named(samples.city().memberships.get().area, 2024))

    def test_a_rate_names_the_version_it_read(self) -> None:
        samples.ground()
        samples.project(plan_year=100)
        found = figures.figure(samples.office(), "INV_DONE", area=samples.district(), period=MARCH)
        assert "第 1 版" in str(found.plan)
        assert figures.figure(samples.office(), "THREE", area=samples.district(), period=MARCH).plan is None
        notes = bulletin.compose(samples.office(), area=samples.district(), period=MARCH).notes
        assert any("第 1 版" in str(note) for note in notes)


class TestSums:
    def test_categories_units_and_the_plan_figure_agree(self) -> None:
        samples.project(plan_year=100)
        samples.project(plan_year=30, category="unclassified", unit=samples.unit("水务局"))
        drafted(amount=7, kind=YearKind.FINISH)
        samples.project("无计划")
        lines = year_plans.lines(samples.office(), samples.district(), 2024)
        whole = year_plans.summed("", "", lines)
        assert (whole.count, whole.invest, whole.steps["frozen"], whole.steps["draft"]) == (3, 137, 2, 1)
        for parts in (year_plans.by_category(lines), year_plans.by_unit(lines)):
            assert sum(part.count for part in parts) == 3 and sum(part.invest for part in parts) == 137
        assert year_plans.by_category(lines)[-1].label == "未归类"
        plan = figures.figure(samples.office(), "PLAN", area=samples.district(), period=MARCH)
        assert plan.numerator == whole.invest

    def test_the_curve_ends_at_the_whole_plan(self) -> None:
        samples.project(plan_year=120, months=[10] * 12)
        samples.project(plan_year=60)
        curve = year_plans.curve(samples.office(), samples.district(), 2024)
        assert (curve[0], curve[5], curve[-1]) == (15, 90, 180)

    def test_costs_one_query_however_many_plans(self, django_assert_num_queries: Callable[[int], Any]) -> None:
        for _ in range(4):
            samples.project(plan_year=10)
        office, area = samples.office(), samples.district()
        year_plans.lines(office, area, 2024)
        with django_assert_num_queries(1):
            year_plans.lines(office, area, 2024)
