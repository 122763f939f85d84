"""The eleven invariants of the way of a project (PROJECTS 1.2): one class each, in the database or refused by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Count, Sum

from citywright.projects import samples
from citywright.projects.actions import gates, lists, months, plans, projects
from citywright.projects.models import (
    AnnualPlan,
    Category,
    Evidence,
    GatePassage,
    InvestmentFact,
    ListDefinition,
    ListEntry,
    PlanMonth,
    Project,
)
from citywright.projects.queries import ledger, way
from citywright.projects.rules import gates as rules
from citywright.projects.samples import AT
from citywright.projects.words import Gate, PassageResult, Source, Stage, YearKind

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 1)
TODAY = date(2024, 3, 20)


KEPT = "history is never|the plan is frozen|no such move"


def refused_by_the_database(act: Callable[[], Any], match: str = "") -> None:
    """The act fails in the database itself, by a trigger of ours or by a constraint that is named."""
    with pytest.raises((IntegrityError, DatabaseError), match=match or KEPT), transaction.atomic():
        act()


def fact(row: Project, **changes: Any) -> InvestmentFact:
    return InvestmentFact.objects.create(
        project=row, period=date(2024, 2, 1), source=Source.UNIT, recorded_at=AT, recorded_by=samples.clerk(),
        **({"amount_month": Decimal(100), "amount_year": Decimal(200), "amount_total": Decimal(900)} | changes))


class TestFirstStageIsTheFurthestGateWhosePredecessorsArePassed:
    @pytest.mark.parametrize("stage", list(Stage))
    def test_the_list_and_the_rule_agree(self, stage: Stage) -> None:
        row = samples.project(stage=stage)
        standing = way.facts_of(row, today=TODAY).standing
        in_list = ledger.with_stage(ledger.visible_to(samples.office())).get(pk=row.pk)
        assert rules.verified_stage(standing, way.gates_of(row)) is rules.stage_of(in_list.verified_rank) is stage

    def test_a_waiver_with_a_named_basis_counts_as_passed(self) -> None:
        row = samples.project(stage=Stage.RESERVE)
        owing = samples.given(Gate.G2, row, DAY)[:1]
        passage = gates.claim(project=row, gate=Gate.G2, event_on=DAY, evidence=owing, by=samples.clerk(),
                              unit=row.lead_unit, at=AT, waiver_basis="区政府会议纪要 3 号")
        gates.waive(passage=passage, basis="区政府会议纪要 3 号", due_on=date(2024, 6, 30), by=samples.verifier(),
                    unit=samples.unit("发改局"), at=AT)
        standing = way.facts_of(row, today=TODAY).standing
        assert rules.verified_stage(standing, way.gates_of(row)) is Stage.COMMITTED

    def test_no_gate_is_verified_over_one_that_is_not(self) -> None:
        row = samples.project()
        samples.claimed(row, Gate.G1, DAY)
        later = samples.claimed(row, Gate.G2, DAY)
        with pytest.raises(gates.CannotVerify):
            gates.verify(passage=later, by=samples.verifier(), unit=samples.unit("发改局"), at=AT)

    def test_no_gate_is_revoked_or_returned_under_one_that_stands(self) -> None:
        row = samples.project(stage=Stage.COMMITTED)
        first = row.passages.get(gate=Gate.G1)
        with pytest.raises(gates.CannotRevoke):
            gates.revoke(passage=first, reason="误报", by=samples.office(), unit=samples.unit("项目办"), at=AT)
        other = samples.project("另一项目")
        low, _high = samples.claimed(other, Gate.G1, DAY), samples.claimed(other, Gate.G2, DAY)
        with pytest.raises(gates.CannotRevoke):
            gates.give_back(passage=low, reason="误报", by=samples.verifier(), unit=samples.unit("发改局"), at=AT)


class TestSecondTheClaimedStageIsNeverBehind:
    def test_the_difference_is_the_list_of_claims_to_verify(self) -> None:
        ahead, level = samples.project("甲", stage=Stage.RESERVE), samples.project("乙", stage=Stage.LANDED)
        samples.claimed(ahead, Gate.G2, DAY)
        assert list(way.pending_claims(samples.office())) == [ahead]
        for row in ledger.with_stage(ledger.visible_to(samples.office())):
            assert (row.claimed_rank or 0) >= (row.verified_rank or 0)
        standing = way.facts_of(level, today=TODAY).standing
        assert rules.claimed_stage(standing, frozenset(Gate)) is rules.verified_stage(standing, frozenset(Gate))


class TestThirdNothingIsDeleted:
    def test_passages_evidence_facts_entries_and_projects_stay(self) -> None:
        row = samples.project(stage=Stage.RESERVE, plan_year=1200)
        fact(row)
        issue(row)
        for table in (Evidence, GatePassage, InvestmentFact, ListEntry, AnnualPlan, Project):
            before = table.objects.count()
            assert before, table
            refused_by_the_database(lambda table=table: table.objects.all()._raw_delete(table.objects.db))
            assert table.objects.count() == before

    def test_a_correction_supersedes(self) -> None:
        row = samples.project(stage=Stage.RESERVE)
        old = row.passages.get(gate=Gate.G1)
        new = gates.correct(passage=old, event_on=date(2021, 9, 9), reason="抄错", by=samples.clerk(),
                            unit=row.lead_unit, at=AT)
        gates.verify(passage=new, by=samples.verifier(), unit=samples.unit("发改局"), at=AT)
        assert [(p.sequence, p.in_force, p.event_on) for p in row.passages.filter(gate=Gate.G1)] == [
            (1, False, old.event_on), (2, True, date(2021, 9, 9))]
        new.refresh_from_db()
        assert new.supersedes == old


class TestFourthTheVerifierIsAnotherPersonOfAnotherUnit:
    def test_the_action_refuses_by_name(self) -> None:
        passage = samples.claimed(samples.project(), Gate.G1, DAY)
        with pytest.raises(gates.CannotVerify, match="核验人须来自另一单位"):
            gates.verify(passage=passage, by=samples.verifier(samples.unit()), unit=samples.unit(), at=AT)

    @pytest.mark.parametrize("own", ["person", "unit"])
    def test_the_database_refuses_past_the_action(self, own: str) -> None:
        passage = samples.claimed(samples.project(), Gate.G1, DAY)
        by = passage.claimed_by if own == "person" else samples.verifier()
        unit = passage.claimed_unit if own == "unit" else samples.unit("发改局")
        refused_by_the_database(lambda: GatePassage.objects.filter(pk=passage.pk).update(
            result=PassageResult.ACCEPTED, verified_by=by, verified_unit=unit, verified_at=AT),
            f"passage_verifier_(is_)?(of_)?another_{own}")

    def test_the_database_knows_no_acceptance_without_a_verifier(self) -> None:
        passage = samples.claimed(samples.project(), Gate.G1, DAY)
        refused_by_the_database(lambda: GatePassage.objects.filter(pk=passage.pk).update(result="accepted"),
                                "passage_verified_whole")


class TestFifthCountsRunOverLeaves:
    def test_a_package_is_not_counted_beside_its_parts(self) -> None:
        package, one, two = (samples.project(name, total=total) for name, total in
                             (("打包", 30_000), ("子一", 10_000), ("子二", 20_000)))
        projects.pack(package=package, parts=[one, two], by=samples.office(), at=AT)
        counted = ledger.leaves(ledger.visible_to(samples.office()))
        assert set(counted) == {one, two}
        assert counted.aggregate(total=Sum("total_investment"))["total"] == Decimal(30_000)

    def test_a_package_enters_no_list_and_no_other_package(self) -> None:
        package, part, other = samples.project("打包"), samples.project("子项"), samples.project("另一打包")
        projects.pack(package=package, parts=[part], by=samples.office(), at=AT)
        package.refresh_from_db()
        with pytest.raises(lists.CannotList):
            issue(package)
        with pytest.raises(projects.CannotPack):
            projects.pack(package=other, parts=[package], by=samples.office(), at=AT)
        part.refresh_from_db()
        with pytest.raises(projects.CannotPack):
            projects.pack(package=other, parts=[part], by=samples.office(), at=AT)


def issue(*rows: Project) -> Any:
    return lists.issue(definition=ListDefinition.objects.get(code="KEY-D"), area=samples.district(), year=2024,
                       projects=rows, by=samples.office(), at=AT, issued_on=DAY, doc_no="示例发〔2024〕1号")


class TestSixthAtMostOneActiveEntry:
    def test_twice_on_one_issue_is_refused_by_name_and_by_the_database(self) -> None:
        row = samples.project()
        made = issue(row)
        with pytest.raises(lists.CannotList, match="已在这一批清单中"):
            lists.enter(issue=made, project=row, on=DAY, reason="增补", by=samples.office(), at=AT)
        refused_by_the_database(lambda: ListEntry.objects.create(issue=made, project=row, added_on=DAY),
                                "(?i)unique")

    def test_removed_and_entered_again_keeps_both_entries(self) -> None:
        row = samples.project()
        made = issue(row)
        lists.remove(entry=made.entries.get(), on=date(2024, 3, 10), reason="调出", by=samples.office(), at=AT)
        lists.enter(issue=made, project=row, on=date(2024, 3, 15), reason="增补", by=samples.office(), at=AT)
        assert made.entries.filter(project=row).count() == 2
        assert ledger.on_list(Project.objects.all(), "KEY-D", 2024, date(2024, 3, 12)).count() == 0
        assert ledger.on_list(Project.objects.all(), "KEY-D", 2024, date(2024, 3, 16)).get() == row


class TestSeventhFrozenPlansStandAndMonthsSumToTheYear:
    MONTHS = (Decimal(100),) * 12

    def test_months_that_do_not_sum_are_refused_by_name(self) -> None:
        row = samples.project()
        with pytest.raises(plans.CannotPlan) as refused:
            plans.draft(project=row, year=2024, kind=YearKind.CONTINUE, invest_year=Decimal(1201), months=self.MONTHS,
                        by=samples.clerk(), at=AT)
        assert "相差 -1 万元" in str(refused.value.faults[0].said)
        assert not AnnualPlan.objects.exists()

    def test_the_sum_of_the_months_is_the_year_in_every_kept_plan(self) -> None:
        samples.project(plan_year=1200, months=self.MONTHS)
        plan = AnnualPlan.objects.get()
        assert plan.months.aggregate(sum=Sum("invest"))["sum"] == plan.invest_year == Decimal(1200)
        assert plan.months.get(month=12).invest_to_date == Decimal(1200)

    def test_the_database_refuses_to_change_a_frozen_plan_and_its_months(self) -> None:
        samples.project(plan_year=1200, months=self.MONTHS)
        plan = AnnualPlan.objects.get()
        for change in ({"invest_year": 1}, {"kind": "finish"}, {"frozen_at": None, "frozen_by": None},
                       {"planned_start": DAY}, {"year": 2025}):
            refused_by_the_database(lambda change=change: AnnualPlan.objects.filter(pk=plan.pk).update(**change))
        refused_by_the_database(lambda: AnnualPlan.objects.filter(pk=plan.pk)._raw_delete("default"))
        refused_by_the_database(lambda: PlanMonth.objects.filter(plan=plan, month=1).update(invest=5))
        refused_by_the_database(lambda: PlanMonth.objects.filter(plan=plan, month=1).delete())
        plan.refresh_from_db()
        assert plan.invest_year == Decimal(1200)

    def test_a_month_cannot_slip_into_a_frozen_plan(self) -> None:
        samples.project(plan_year=1200)
        plan = AnnualPlan.objects.get()
        refused_by_the_database(lambda: PlanMonth.objects.create(plan=plan, month=1, invest=Decimal(9)))

    def test_a_revision_is_a_new_version_beside_the_old_one(self) -> None:
        samples.project(plan_year=1200, months=self.MONTHS)
        old = AnnualPlan.objects.get()
        new = plans.revise(plan=old, invest_year=Decimal(600), months=[Decimal(50)] * 12, reason="年中调整",
                           by=samples.office(), at=AT)
        old.refresh_from_db()
        assert (old.in_force, old.invest_year, new.in_force, new.version, new.previous) == (
            False, Decimal(1200), True, 2, old)
        assert new.frozen_at


class TestEighthTheYearsCumulativeNeverFallsWithoutACorrection:
    def test_the_database_lets_no_amount_be_rewritten(self) -> None:
        made = fact(samples.project())
        for field in ("amount_month", "amount_year", "amount_total", "built", "period", "source"):
            value: Any = date(2024, 1, 1) if field == "period" else "stat" if field == "source" else Decimal(1)
            refused_by_the_database(lambda field=field, value=value: InvestmentFact.objects.filter(
                pk=made.pk).update(**{field: value}))

    def test_a_fall_is_refused_by_name(self) -> None:
        row, office = samples.project(plan_year=12_000), samples.office()

        def told(month: int, year_to_date: int) -> int:
            return months.record_facts(period=date(2024, month, 1), source=Source.UNIT, by=office, at=AT, rows=[
                (row, months.Amounts(Decimal(0), Decimal(year_to_date)))])

        told(1, 200)
        with pytest.raises(months.CannotRecord) as refused:
            told(2, 150)
        assert "只能走更正申请" in str(refused.value.faults[0].said)
        assert list(InvestmentFact.objects.values_list("amount_year", flat=True)) == [Decimal(200)]

    def test_a_granted_correction_is_the_row_that_lets_it_fall(self) -> None:
        row, clerk, office = samples.project(plan_year=12_000), samples.clerk(), samples.office()
        values = months.ReportValues(physical_text="主体施工", physical_percent=Decimal(20), next_step="封顶",
                                     amount_month=Decimal(500), amount_year=Decimal(500))
        report = months.fill(project=row, period=date(2024, 1, 1), values=values, by=clerk, at=AT)
        months.submit(reports=[report], by=clerk, at=AT, explanations={report.pk: "示例"})
        months.review(reports=[report], by=samples.reviewer(), at=AT)
        months.lock(reports=[report], by=office, at=AT)
        asked = months.ask_correction(report=report, changes={"amount_month": Decimal(300)}, reason="重复计入设备款",
                                      by=clerk, at=AT)
        months.decide_correction(correction=asked, grant=True, by=office, at=AT)
        old, new = InvestmentFact.objects.order_by("pk")
        assert (old.amount_year, old.in_force) == (Decimal(500), False)
        assert (new.amount_year, new.in_force) == (Decimal(300), True)
        assert (new.revision_of, new.reason) == (old, "重复计入设备款")

    def test_a_correction_is_a_new_row_with_its_reason(self) -> None:
        row = samples.project()
        old = fact(row)
        InvestmentFact.objects.filter(pk=old.pk).update(in_force=False)
        refused_by_the_database(lambda: fact(row, revision_of=old, amount_year=Decimal(150)),
                                "investment_revision_has_reason")
        new = fact(row, revision_of=old, amount_year=Decimal(150), reason="多报一笔")
        assert list(InvestmentFact.objects.filter(project=row, in_force=True)) == [new]


class TestNinthEveryTotalByCategoryShowsTheUnclassifiedAndAddsUp:
    def test_the_unclassified_row_is_there_and_the_parts_are_the_whole(self) -> None:
        samples.project(category="industrial", total=300)
        samples.project(category="livelihood", total=200)
        samples.project(category="unclassified", total=70)
        counted = ledger.leaves(ledger.visible_to(samples.office()))
        parts = {row["category__code"]: row for row in counted.order_by().values("category__code").annotate(
            count=Count("pk"), total=Sum("total_investment"))}
        assert parts["unclassified"]["total"] == Decimal(70)
        assert sum(row["total"] for row in parts.values()) == counted.aggregate(t=Sum("total_investment"))["t"]
        assert sum(row["count"] for row in parts.values()) == counted.count() == 3

    def test_no_project_stands_without_a_category(self) -> None:
        row = samples.project()
        refused_by_the_database(lambda: Project.objects.filter(pk=row.pk).update(category=None),
                                "(?i)not.null")
        assert Category.objects.get(code="unclassified").name == "未归类"


class TestTenthBulkStatementsCannotBypassHistory:
    def test_a_claim_cannot_be_rewritten(self) -> None:
        samples.project(stage=Stage.RESERVE)
        for change in ({"event_on": DAY}, {"gate": Gate.G5}, {"rank": 70}, {"sequence": 9}, {"claimed_at": AT.replace(
                hour=1)}, {"claimed_by": samples.office()}, {"claimed_unit": samples.unit("水务局")}):
            refused_by_the_database(lambda change=change: GatePassage.objects.all().update(**change))

    def test_a_result_moves_only_along_the_loop(self) -> None:
        row = samples.project(stage=Stage.RESERVE)
        for result in ("waived", "returned"):
            refused_by_the_database(lambda result=result: row.passages.update(
                result=result, in_force=False, waiver_basis="x", waiver_due_on=DAY))

    def test_evidence_cannot_be_rewritten(self) -> None:
        samples.project(stage=Stage.RESERVE)
        refused_by_the_database(lambda: Evidence.objects.update(doc_no="另一文号"))

    def test_plain_statements_are_refused_as_well(self) -> None:
        samples.project(stage=Stage.RESERVE)

        def run(statement: str) -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement)

        for statement in ("UPDATE projects_gatepassage SET event_on = '2020-01-01'", "DELETE FROM projects_evidence",
                          "DELETE FROM projects_project"):
            refused_by_the_database(lambda statement=statement: run(statement))

    def test_what_does_not_tell_history_may_still_move(self) -> None:
        row = samples.project(stage=Stage.RESERVE)
        assert row.passages.update(reason="附注") == 1


class TestEleventhAWaiverCreatesADatedObligation:
    def test_it_is_owed_by_name_until_its_day_and_until_it_is_met(self) -> None:
        row = samples.project(stage=Stage.RESERVE)
        whole = samples.given(Gate.G2, row, DAY)
        passage = gates.claim(project=row, gate=Gate.G2, event_on=DAY, evidence=whole[:1], by=samples.clerk(),
                              unit=row.lead_unit, at=AT, waiver_basis="会议纪要")
        gates.waive(passage=passage, basis="会议纪要", due_on=date(2024, 4, 30), by=samples.verifier(),
                    unit=samples.unit("发改局"), at=AT)
        owed = way.obligations(samples.clerk(), date(2024, 5, 1))
        assert [(o.due_on, o.overdue, [k.zh for k in o.missing]) for o in owed] == [
            (date(2024, 4, 30), True, ["正式协议"])]
        assert not way.obligations(samples.clerk(samples.unit("水务局")), date(2024, 5, 1))
        with pytest.raises(gates.CannotWaive):
            gates.meet_waiver(passage=passage, by=samples.verifier(), unit=samples.unit("发改局"), at=AT)
        gates.supply(passage=passage, evidence=whole[1:], by=samples.clerk(), unit=row.lead_unit, at=AT)
        gates.meet_waiver(passage=passage, by=samples.verifier(), unit=samples.unit("发改局"), at=AT)
        assert not way.obligations(samples.clerk(), date(2024, 5, 1))

    def test_without_basis_or_day_it_is_refused_by_name_and_by_the_database(self) -> None:
        row = samples.project(stage=Stage.RESERVE)
        passage = gates.claim(project=row, gate=Gate.G2, event_on=DAY, evidence=[], by=samples.clerk(),
                              unit=row.lead_unit, at=AT, waiver_basis="会议纪要")
        for basis, due_on in (("", date(2024, 6, 30)), ("纪要", TODAY)):
            with pytest.raises(gates.CannotWaive, match="容缺须写明依据"):
                gates.waive(passage=passage, basis=basis, due_on=due_on, by=samples.verifier(),
                            unit=samples.unit("发改局"), at=AT)
        refused_by_the_database(lambda: GatePassage.objects.filter(pk=passage.pk).update(
            result="waived", verified_by=samples.verifier(), verified_unit=samples.unit("发改局"), verified_at=AT,
            waiver_due_on=None), "passage_waiver_has_basis_and_day")
