"""Planning and applying a sheet: what is written, what is refused, and that nothing is half done."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from citywright.kernel import attachments
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Attachment, JournalEntry, Organisation, Person
from citywright.projects import samples
from citywright.projects.actions import ledger, plans, setup
from citywright.projects.models import (
    AnnualPlan,
    GatePassage,
    ImportBatch,
    InvestmentFact,
    ProgressReport,
    Project,
    ReportingMonth,
    Responsibility,
)
from citywright.projects.words import BatchStep, Gate, PassageResult, ReportStep, RowState, Source, YearKind

from . import ledger_sheets

pytestmark = pytest.mark.django_db
AT, PERIOD, D = samples.AT, date(2024, 3, 1), Decimal


@pytest.fixture(autouse=True)
def _ground() -> None:
    setup.lay_ground(by=samples.office(), at=AT)
    samples.unit()


def kept(tmp_path: Path, items: list[dict[str, Any]], by: Person, name: str = "台账.xlsx",
         **options: Any) -> Attachment:
    path = ledger_sheets.write(tmp_path / name, items, **options)
    with path.open("rb") as stream:
        return attachments.keep(name=name, stream=stream, by=by, organisation=None, at=AT)


def planned(tmp_path: Path, items: list[dict[str, Any]], by: Person | None = None, *,
            unit: Organisation | None = None, **options: Any) -> ImportBatch:
    by = by or samples.office()
    file = kept(tmp_path, items, by, **options)
    return ledger.plan(file=file, area=samples.district(), period=PERIOD, by=by, at=AT, unit=unit)


def loaded(tmp_path: Path, items: list[dict[str, Any]], by: Person | None = None) -> ImportBatch:
    by = by or samples.office()
    return ledger.apply(batch=planned(tmp_path, items, by), by=by, at=AT)


def said(batch: ImportBatch) -> list[str]:
    return [f"{f['cell']} {ledger.fault_from(f).said}" for f in batch.faults]


class TestPlan:
    def test_says_what_would_change_and_writes_no_project(self, tmp_path: Path) -> None:
        batch = planned(tmp_path, ledger_sheets.rows(4))
        assert (batch.counts["new"], batch.counts["faults"], batch.step) == (4, 0, BatchStep.PLANNED), said(batch)
        assert not Project.objects.exists()
        line = JournalEntry.objects.get(verb="ledger.planned")
        assert line.data["counts"]["new"] == 4

    def test_all_faults_are_told_at_once_with_cells(self, tmp_path: Path) -> None:
        items = ledger_sheets.rows(4)
        items[0] |= {"总投资（亿元）": "待定", "开工时间/计划": "2024.13"}
        items[2] |= {"责任单位": "不存在局", "投资/自开工累计完成": 1}
        batch = planned(tmp_path, items)
        assert [text.split()[0] for text in said(batch)] == ["L6", "Y6", "AB10", "S10"]
        assert [f for f in batch.faults if f["cell"] == "L6"][0]["read"] == "待定"

    def test_a_header_of_another_month_is_a_fault(self, tmp_path: Path) -> None:
        file = kept(tmp_path, ledger_sheets.rows(1), samples.office())
        batch = ledger.plan(file=file, area=samples.district(), period=date(2024, 4, 1), by=samples.office(), at=AT)
        assert any("表头写的是 3 月，本次导入的是 4 月" in text for text in said(batch))

    def test_a_sheet_without_unit_of_money_is_a_fault_and_no_guess(self, tmp_path: Path) -> None:
        batch = planned(tmp_path, ledger_sheets.rows(1), unit_line="")
        assert sum("不知道这一栏的金额单位" in text for text in said(batch)) == 5


    def test_a_number_that_may_be_october_is_told(self, tmp_path: Path) -> None:
        batch = planned(tmp_path, [ledger_sheets.row(1, **{"开工时间/计划": 2023.1})])
        assert (batch.counts["faults"], batch.counts["notes"]) == (0, 1)
        assert said(batch) == ["Y6 数字 2023.1 按 1 月读；如是 10 月，请写成 2024年10月"]


class TestApply:
    def test_every_column_finds_its_place(self, tmp_path: Path) -> None:
        loaded(tmp_path, ledger_sheets.rows(1))
        project = Project.objects.get()
        assert (project.name, project.code, project.national_code) == (
            "示例项目第1号厂房", "990101-2024-0001", "2401-990101-04-01-100001")
        assert (project.total_investment, project.category.code, project.lead_unit) == (
            D("10010"), "industrial", samples.unit())
        assert (project.build_from, project.build_to) == (date(2023, 5, 1), date(2025, 12, 1))
        assert project.initials.startswith("SLXM") and project.remark == ""
        plan = AnnualPlan.objects.get(project=project)
        assert (plan.year, plan.kind, plan.invest_year, plan.done_before, plan.planned_start) == (
            2024, YearKind.CONTINUE, D(2400), D(1001), date(2023, 6, 1))
        fact = InvestmentFact.objects.get(project=project)
        assert (fact.source, fact.amount_month, fact.amount_year, fact.amount_total) == (
            Source.UNIT, D(101), D("301.5"), D("1302.5"))
        report = ProgressReport.objects.get(project=project)
        assert (report.step, report.physical_text, report.next_step, report.amount_month) == (
            ReportStep.DRAFT, "主体施工至2层", "加快施工", D(101))
        assert Responsibility.objects.get(project=project).name == "孙领导"

    def test_an_actual_start_is_claimed_and_never_verified(self, tmp_path: Path) -> None:
        loaded(tmp_path, ledger_sheets.rows(2))
        passages = GatePassage.objects.all()
        assert {(p.gate, p.result, p.event_on) for p in passages} == {
            (Gate.G4, PassageResult.PENDING, date(2023, 6, 18))}
        assert passages.filter(verified_by__isnull=True).count() == 2

    def test_the_same_file_again_plans_nothing(self, tmp_path: Path) -> None:
        loaded(tmp_path, ledger_sheets.rows(6))
        again = planned(tmp_path, ledger_sheets.rows(6))
        assert {k: again.counts[k] for k in ("new", "changed", "gone", "doubtful", "faults", "unchanged")} == {
            "new": 0, "changed": 0, "gone": 0, "doubtful": 0, "faults": 0, "unchanged": 6}

    def test_it_is_one_line_in_the_journal(self, tmp_path: Path) -> None:
        batch = planned(tmp_path, ledger_sheets.rows(3))
        before = JournalEntry.objects.count()
        ledger.apply(batch=batch, by=samples.office(), at=AT)
        assert JournalEntry.objects.count() == before + 1
        line = JournalEntry.objects.get(verb="ledger.applied")
        assert len(line.data["codes"]) == 3 and line.data["written"]["new"] == 3

    def test_a_changed_month_revises_the_figure_and_keeps_the_old_one(self, tmp_path: Path) -> None:
        loaded(tmp_path, ledger_sheets.rows(2))
        items = ledger_sheets.rows(2)
        items[0] |= {"投资/本月完成": 111, "投资/1-3月完成": 311.5, "投资/自开工累计完成": 1312.5,
                     "当前形象进度": "封顶", "投资/占年度计划%": "", "投资/与时序比（百分点）": "",
                     "包联领导": "李领导"}
        batch = loaded(tmp_path, items)
        assert (batch.counts["changed"], batch.counts["unchanged"]) == (1, 1)
        facts = InvestmentFact.objects.filter(project__name="示例项目第1号厂房").order_by("pk")
        assert [(f.amount_month, f.in_force) for f in facts] == [(D(101), False), (D(111), True)]
        assert (facts[1].revision_of, facts[1].reason) == (facts[0], "台账导入")
        assert ProgressReport.objects.get(project__name="示例项目第1号厂房").physical_text == "封顶"
        leaders = Responsibility.objects.filter(project__name="示例项目第1号厂房").order_by("pk")
        assert [(p.name, p.to_on is None) for p in leaders] == [("孙领导", False), ("李领导", True)]

    def test_a_blank_cell_keeps_and_the_word_clears(self, tmp_path: Path) -> None:
        loaded(tmp_path, ledger_sheets.rows(2))
        items = ledger_sheets.rows(2)
        items[0]["建设地点"], items[1]["建设地点"] = "", "清空"
        loaded(tmp_path, items)
        assert list(Project.objects.order_by("code").values_list("location", flat=True)) == ["示例街道", ""]

    def test_a_frozen_plan_gets_a_new_frozen_version(self, tmp_path: Path) -> None:
        loaded(tmp_path, ledger_sheets.rows(1))
        plans.freeze(plans=AnnualPlan.objects.all(), by=samples.office(), at=AT)
        items = ledger_sheets.rows(1)
        items[0] |= {"投资/2024年计划投资": 3000, "投资/占年度计划%": "", "投资/与时序比（百分点）": ""}
        loaded(tmp_path, items)
        old, new = AnnualPlan.objects.order_by("version")
        assert (old.invest_year, old.in_force, new.invest_year, new.in_force, new.previous) == (
            D(2400), False, D(3000), True, old)
        assert new.frozen_at is not None

    def test_a_later_claim_of_another_day_follows_the_open_one(self, tmp_path: Path) -> None:
        loaded(tmp_path, ledger_sheets.rows(1))
        items = ledger_sheets.rows(1)
        items[0]["开工时间/实际"] = "2023.06.20"
        loaded(tmp_path, items)
        first, second = GatePassage.objects.order_by("sequence")
        assert (first.in_force, second.in_force, second.supersedes) == (False, True, first)


class TestRefusals:
    def test_a_batch_with_faults_is_not_applied(self, tmp_path: Path) -> None:
        items = ledger_sheets.rows(2)
        items[0]["总投资（亿元）"] = "待定"
        batch = planned(tmp_path, items)
        with pytest.raises(ledger.CannotApply, match="错误"):
            ledger.apply(batch=batch, by=samples.office(), at=AT)
        assert not Project.objects.exists()

    def test_two_people_applying_at_once_the_second_is_refused_by_name(self, tmp_path: Path) -> None:
        first, second = (planned(tmp_path, ledger_sheets.rows(2)) for _ in range(2))
        ledger.apply(batch=first, by=samples.office(), at=AT)
        with pytest.raises(ledger.CannotApply, match="台账已变.*王项目"):
            ledger.apply(batch=second, by=samples.office(), at=AT)
        assert Project.objects.count() == 2

    def test_a_change_made_since_the_plan_is_never_overwritten(self, tmp_path: Path) -> None:
        loaded(tmp_path, ledger_sheets.rows(1))
        items = ledger_sheets.rows(1)
        items[0]["建设地点"] = "南湖街道"
        batch = planned(tmp_path, items)
        Project.objects.update(location="北岗街道")
        with pytest.raises(ledger.CannotApply, match="第 6 行"):
            ledger.apply(batch=batch, by=samples.office(), at=AT)
        assert Project.objects.get().location == "北岗街道"

    def test_the_same_batch_twice_is_refused_with_who_and_when(self, tmp_path: Path) -> None:
        batch = loaded(tmp_path, ledger_sheets.rows(1))
        with pytest.raises(ledger.CannotApply, match="王项目于 2024-03-20 09:00"):
            ledger.apply(batch=batch, by=samples.office(), at=AT + timedelta(hours=1))

    def test_an_abandoned_batch_stays_abandoned(self, tmp_path: Path) -> None:
        batch = ledger.abandon(batch=planned(tmp_path, ledger_sheets.rows(1)), by=samples.office(), at=AT)
        for act in (ledger.apply, ledger.abandon):
            with pytest.raises(Refusal):
                act(batch=batch, by=samples.office(), at=AT)

    def test_a_stranger_a_leader_and_a_unit_elsewhere_may_not(self, tmp_path: Path) -> None:
        file = kept(tmp_path, ledger_sheets.rows(1), samples.office())
        elsewhere = samples.unit("外区局", samples.district("990102", "邻区"))
        for by in (samples.stranger(), samples.leader(), samples.verifier(), samples.clerk(elsewhere)):
            with pytest.raises(CannotReach):
                ledger.plan(file=file, area=samples.district(), period=PERIOD, by=by, at=AT)
        batch = planned(tmp_path, ledger_sheets.rows(1))
        for by in (samples.stranger(), samples.leader()):
            with pytest.raises(CannotReach):
                ledger.apply(batch=batch, by=by, at=AT)

    def test_a_clerk_loads_the_own_unit_and_other_rows_are_faults_and_journaled(self, tmp_path: Path) -> None:
        samples.unit("交通局")
        assert loaded(tmp_path, ledger_sheets.rows(2), samples.clerk()).counts["written"]["new"] == 2
        batch = planned(tmp_path, [ledger_sheets.row(7), ledger_sheets.row(8, "交通局")], samples.clerk())
        refused = [text for text in said(batch) if "其他单位" in text]
        assert refused == ["AB9 这一行属于其他单位，您只能导入本单位的项目"]
        line = JournalEntry.objects.get(verb="ledger.refused")
        assert line.data["foreign"] == ["示例项目第8号厂房"] and line.by == samples.clerk()

    def test_a_plan_of_the_office_opens_no_door_to_a_clerk(self, tmp_path: Path) -> None:
        samples.unit("交通局")
        batch = planned(tmp_path, ledger_sheets.rows(1, "交通局"))
        with pytest.raises(ledger.CannotApply, match="其他单位"):
            ledger.apply(batch=batch, by=samples.clerk(), at=AT)

    def test_a_closed_month_is_kept(self, tmp_path: Path) -> None:
        loaded(tmp_path, ledger_sheets.rows(1))
        ReportingMonth.objects.create(area=samples.district(), period=PERIOD, fill_from=PERIOD, fill_to=PERIOD,
                                      review_on=PERIOD, lock_at=AT, closed_at=AT, closed_by=samples.office())
        items = ledger_sheets.rows(1)
        items[0]["当前形象进度"] = "封顶"
        assert any("已锁定" in text for text in said(planned(tmp_path, items)))


class TestDoubts:
    def items(self, tmp_path: Path) -> list[dict[str, Any]]:
        loaded(tmp_path, ledger_sheets.rows(1))
        return [ledger_sheets.row(1, 项目代码="2401-990101-04-01-999999", 建设地点="南湖街道")]

    @pytest.mark.parametrize(("decision", "count", "place"), [("match", 1, "南湖街道"), ("new", 2, "示例街道"),
                                                              ("skip", 1, "示例街道"), ("", 1, "示例街道")])
    def test_a_person_decides_and_the_undecided_stay_out(self, tmp_path: Path, decision: str, count: int,
                                                         place: str) -> None:
        batch = planned(tmp_path, self.items(tmp_path))
        row = batch.rows.get(state=RowState.DOUBTFUL)
        ledger.decide(batch=batch, decisions={row.row_number: decision}, by=samples.office(), at=AT)
        ledger.apply(batch=batch, by=samples.office(), at=AT)
        assert Project.objects.count() == count
        assert Project.objects.get(code="990101-2024-0001").location == place

    def test_an_unknown_decision_is_refused(self, tmp_path: Path) -> None:
        batch = planned(tmp_path, self.items(tmp_path))
        with pytest.raises(ledger.CannotPlanSheet):
            ledger.decide(batch=batch, decisions={batch.rows.get(state=RowState.DOUBTFUL).row_number: "maybe"},
                          by=samples.office(), at=AT)


class TestRememberedColumns:
    def test_a_column_said_once_is_read_so_the_next_time(self, tmp_path: Path) -> None:
        batch = planned(tmp_path, ledger_sheets.rows(1))
        columns = batch.columns | {"手续办理情况": {"field": ["remark"], "unit": ""}, "备注": {"field": [], "unit": ""}}
        again = ledger.remap(batch=batch, columns=columns, by=samples.office(), at=AT)
        assert again.rows.get().values["remark"] == "已办结"
        assert planned(tmp_path, ledger_sheets.rows(1)).rows.get().values["remark"] == "已办结"

    def test_an_unknown_column_is_refused(self, tmp_path: Path) -> None:
        batch = planned(tmp_path, ledger_sheets.rows(1))
        with pytest.raises(ledger.CannotMap):
            ledger.remap(batch=batch, columns={"备注": "nonsense"}, by=samples.office(), at=AT)
