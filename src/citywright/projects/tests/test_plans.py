"""Annual plans and funds: sums, days, freezing, versions, arrivals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.projects import samples
from citywright.projects.actions import plans
from citywright.projects.models import AnnualPlan, FundFact
from citywright.projects.rules import years
from citywright.projects.samples import AT
from citywright.projects.words import FundKind, YearKind

TEN = [Decimal(10)] * 12


class TestPlanFaults:
    def test_twelve_months_that_sum_are_right_and_none_is_allowed(self) -> None:
        assert years.plan_faults(Decimal(120), TEN) == []
        assert years.plan_faults(Decimal(120), None) == []

    @pytest.mark.parametrize(("year", "months", "said"), [
        (Decimal(121), TEN, "分月计划之和 120 万元与年度计划 121 万元不一致，相差 -1 万元"),
        (Decimal(110), TEN[:11], "分月计划须填满 12 个月，现有 11 个月"),
        (Decimal(0), [Decimal(-1), Decimal(1), *[Decimal(0)] * 10], "分月计划不能为负数"),
        (Decimal(-1), None, "年度计划投资不能为负数"),
    ])
    def test_says_what_is_wrong(self, year: Decimal, months: list[Decimal] | None, said: str) -> None:
        assert [str(s) for s in years.plan_faults(year, months)] == [said]

    def test_cents_are_exact(self) -> None:
        assert years.plan_faults(Decimal("0.12"), [Decimal("0.01")] * 12) == []
        assert years.cumulative([Decimal("0.1")] * 3) == [Decimal("0.1"), Decimal("0.2"), Decimal("0.3")]


class TestDayFaults:
    def test_a_new_start_starts_in_its_year(self) -> None:
        late = years.day_faults(YearKind.NEW_START, 2024, date(2025, 1, 1), None, None)
        assert [str(s) for s in late] == ["年度类型为“新开工”，计划日期须在 2024 年内"]
        assert years.day_faults(YearKind.NEW_START, 2024, date(2024, 12, 31), date(2026, 6, 1), None) == []
        assert years.day_faults(YearKind.CONTINUE, 2024, date(2022, 1, 1), None, None) == []

    def test_finish_follows_start_and_production_follows_finish(self) -> None:
        said = years.day_faults(YearKind.CONTINUE, 2024, date(2024, 5, 1), date(2024, 4, 1), date(2024, 3, 1))
        assert [str(s) for s in said] == ["计划竣工早于计划开工", "计划投产早于计划竣工"]


@pytest.mark.django_db
class TestDraft:
    def test_drafting_again_replaces_the_draft(self) -> None:
        row = samples.project(plan_year=120, months=TEN, frozen=False)
        again = samples.plan_of(row, invest_year=60, frozen=False)
        assert AnnualPlan.objects.get() == again
        assert (again.invest_year, again.months.count()) == (Decimal(60), 0)

    def test_is_refused_once_frozen_and_says_what_to_do(self) -> None:
        row = samples.project(plan_year=120)
        with pytest.raises(plans.CannotPlan, match="调整计划"):
            samples.plan_of(row, invest_year=60)

    def test_is_refused_to_another_unit_and_to_those_who_read(self) -> None:
        row = samples.project()
        for person in (samples.clerk(samples.unit("水务局")), samples.leader(), samples.stranger()):
            with pytest.raises(CannotReach):
                plans.draft(project=row, year=2024, kind=YearKind.CONTINUE, invest_year=Decimal(1), months=None,
                            by=person, at=AT)

    def test_an_unknown_field_is_refused(self) -> None:
        with pytest.raises(plans.CannotPlan, match="没有这一栏：colour"):
            samples.plan_of(samples.project(), colour="red")

    def test_keeps_the_targets_of_the_months(self) -> None:
        plan = samples.plan_of(samples.project(), invest_year=120, months=TEN, targets=["桩基", "承台"])
        assert list(plan.months.values_list("physical_target", flat=True)[:3]) == ["桩基", "承台", ""]


@pytest.mark.django_db
class TestFreezeAndRevise:
    def test_only_the_office_freezes_and_one_line_tells_all(self) -> None:
        made = [samples.project(f"项目{n}", plan_year=120, frozen=False).plans.get() for n in range(3)]
        with pytest.raises(CannotReach):
            plans.freeze(plans=made, by=samples.clerk(), at=AT)
        before = JournalEntry.objects.count()
        frozen = plans.freeze(plans=made, by=samples.office(), at=AT, approved_doc="示例发〔2024〕2号")
        assert JournalEntry.objects.count() == before + 1
        assert {(p.frozen_at, p.approved_doc) for p in frozen} == {(AT, "示例发〔2024〕2号")}

    def test_freezing_twice_is_refused(self) -> None:
        plan = samples.plan_of(samples.project())
        with pytest.raises(plans.CannotPlan, match="已经冻结"):
            plans.freeze(plans=[plan], by=samples.office(), at=AT)

    def test_a_revision_needs_a_reason_a_frozen_plan_and_the_office(self) -> None:
        row = samples.project(plan_year=120)
        plan = row.plans.get()
        with pytest.raises(plans.CannotPlan, match="理由"):
            plans.revise(plan=plan, invest_year=Decimal(1), months=None, reason=" ", by=samples.office(), at=AT)
        with pytest.raises(CannotReach):
            plans.revise(plan=plan, invest_year=Decimal(1), months=None, reason="调整", by=samples.clerk(), at=AT)
        plans.revise(plan=plan, invest_year=Decimal(1), months=None, reason="调整", by=samples.office(), at=AT)
        with pytest.raises(plans.CannotPlan, match="现行"):
            plans.revise(plan=plan, invest_year=Decimal(2), months=None, reason="再调", by=samples.office(), at=AT)

    def test_a_revision_keeps_what_it_does_not_name(self) -> None:
        row = samples.project(plan_year=120, kind=YearKind.NEW_START,
                              plan={"planned_start": date(2024, 6, 30), "goal": "主体封顶"})
        new = plans.revise(plan=row.plans.get(), invest_year=Decimal(240), months=None, reason="追加",
                           by=samples.office(), at=AT, planned_start=date(2024, 5, 31))
        assert (new.kind, new.goal, new.planned_start) == ("new_start", "主体封顶", date(2024, 5, 31))


@pytest.mark.django_db
class TestFunds:
    def test_what_arrived_stands_beside_what_was_agreed(self) -> None:
        row = samples.project()
        source = plans.agree_fund(project=row, kind=FundKind.SPECIAL_BOND, agreed=Decimal(5000), by=samples.clerk(),
                                  at=AT, due_on=date(2024, 6, 30))
        plans.record_arrival(source=source, arrived_on=date(2024, 3, 1), arrived=Decimal(2000), paid=Decimal(500),
                             by=samples.clerk(), at=AT)
        assert FundFact.objects.get().source.agreed == Decimal(5000)

    def test_more_paid_than_arrived_is_refused(self) -> None:
        source = plans.agree_fund(project=samples.project(), kind=FundKind.SELF, agreed=Decimal(5), by=samples.clerk(),
                                  at=AT)
        with pytest.raises(plans.CannotFund):
            plans.record_arrival(source=source, arrived_on=date(2024, 3, 1), arrived=Decimal(1), paid=Decimal(2),
                                 by=samples.clerk(), at=AT)
        with pytest.raises(plans.CannotFund):
            plans.agree_fund(project=source.project, kind=FundKind.SELF, agreed=Decimal(-1), by=samples.clerk(), at=AT)
