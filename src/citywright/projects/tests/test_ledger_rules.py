"""The plan of a sheet, without a database: matching, changes, doubts, and everything that is wrong at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from citywright.kernel.sheets import Column, Day, Mark
from citywright.projects.imports import FIELDS, GATE_OF, NAMES, STORED, mapping, page
from citywright.projects.rules.ledger import (
    Known,
    Place,
    Scope,
    Sheet,
    SheetRow,
    SumRow,
    disorder,
    name_key,
    near_names,
    written,
)
from citywright.projects.rules.ledger_plan import Plan, Wording, plan
from citywright.projects.words import RowState

D = Decimal
WORDING = Wording(STORED, GATE_OF, NAMES)
SCOPE = Scope(date(2024, 3, 1), date(2024, 3, 27), unit="u1", office=True)
COLUMNS = ("name", "project_code", "lead", "total_invest", "done_before", "plan_year", "done_month", "done_ytd",
           "done_total", "built", "installed", "equipment", "other", "rate_year", "lead_pp", "start_plan",
           "finish_plan", "start_actual", "finish_actual", "owner_uscc", "remark", "image_progress")
CODE, OTHER_CODE = "2401-990101-04-01-123456", "2401-990101-04-01-654321"


def row(number: int = 5, name: str = "城北厂房", **values: Any) -> SheetRow:
    read = {"name": name} | {k: D(str(v)) if isinstance(v, int | float) else v for k, v in values.items()}
    return SheetRow(number, "", read, tuple(written(read.get(column, "")) for column in COLUMNS))


def sheet(*rows: SheetRow, sums: tuple[SumRow, ...] = ()) -> Sheet:
    places = {column: Place(index, NAMES.get(column, column), "万元") for index, column in enumerate(COLUMNS)}
    return Sheet("台账", places, list(rows), list(sums))


def known(key: str = "1", name: str = "城北厂房", unit: str = "u1", code: str = "990101-2023-0001", national: str = "",
          **values: str) -> Known:
    return Known(key, code, national, name, unit, {"name": name, "lead": unit, "project_code": national} | values)


def planned(given: Sheet, *projects: Known, scope: Scope = SCOPE) -> Plan:
    return plan(given, projects, scope, WORDING)


def told(made: Plan) -> list[str]:
    return [f"{f.fault.cell} {f.fault.said}" for f in made.findings]


class TestMatching:
    def test_a_row_nobody_has_is_new(self) -> None:
        assert planned(sheet(row())).rows[0].state is RowState.NEW

    def test_a_row_without_a_name_is_counted_as_no_project(self) -> None:
        made = planned(sheet(row(), row(6, "")))
        assert [one.number for one in made.rows] == [5]

    def test_is_found_by_name_whatever_spaces_and_brackets_it_has(self) -> None:
        made = planned(sheet(row(name="城北 厂房（一期）")), known(name="城北厂房(一期)"))
        assert made.rows[0].known == "1"

    def test_is_found_by_the_national_code_under_a_new_name(self) -> None:
        made = planned(sheet(row(name="城北智造厂房", project_code=CODE)), known(name="城北制造厂房", national=CODE))
        assert made.rows[0].state is RowState.CHANGED
        assert made.rows[0].changes["name"] == ["城北制造厂房", "城北智造厂房"]

    def test_is_found_by_our_own_code_first(self) -> None:
        made = planned(sheet(row(code="990101-2023-0001")), known(), known("2", name="城南厂房", code="x-2"))
        assert made.rows[0].known == "1"

    @pytest.mark.parametrize(("given", "projects", "said"), [
        (row(project_code=OTHER_CODE), [known(national=CODE)], "同名而代码不同"),
        (row(lead="u2"), [known()], "属于另一单位"),
        (row(), [known(), known("2", code="x-2")], "2 个同名项目"),
        (row(name="湖滨学校", project_code=CODE), [known(national=CODE)], "代码相同而名称不同"),
        (row(project_code=CODE), [known("1", name="城南厂房", national=CODE), known("2", code="x-2")],
        "同名项目另有一个"),
        (row(name="示例区城北高端装备制造厂房"), [known(name="示例区城北高端装备制造产房")], "相近"),
    ])
    def test_what_may_be_is_doubtful_and_says_why(self, given: SheetRow, projects: list[Known], said: str) -> None:
        made = planned(sheet(given), *projects)
        assert made.rows[0].state is RowState.DOUBTFUL
        assert said in "".join(str(reason) for reason in made.rows[0].reasons)
        assert made.rows[0].known

    def test_phases_and_numbers_tell_near_names_apart(self) -> None:
        names = ("示例区城北片区道路提升改造工程一期", "示例区第2号标准厂房建设项目")
        choices = {name_key(name): known(name=name) for name in names}
        assert near_names("示例区城北片区道路提升改造工程二期", choices) is None
        assert near_names("示例区第3号标准厂房建设项目", choices) is None
        assert near_names("示例区城南片区道路提升改造工程一期", choices) is None
        assert near_names("示例区城北片区道路提升改建工程一期", choices) is not None

    def test_what_was_dropped_is_not_met_by_name(self) -> None:
        gone = replace(known(), left=True)
        assert planned(sheet(row()), gone).rows[0].state is RowState.NEW


class TestChanges:
    def test_old_and_new_stand_side_by_side_and_only_what_differs(self) -> None:
        made = planned(sheet(row(total_invest=1200, remark="甲")), known(total_invest="1000", remark="甲"))
        assert (made.rows[0].state, made.rows[0].changes) == (RowState.CHANGED, {"total_invest": ["1000", "1200"]})

    def test_an_empty_cell_changes_nothing_and_clearing_takes_away(self) -> None:
        assert planned(sheet(row()), known(remark="甲")).rows[0].state is RowState.UNCHANGED
        made = planned(sheet(row(remark=Mark.CLEAR)), known(remark="甲"))
        assert made.rows[0].changes == {"remark": ["甲", ""]}

    def test_what_must_not_be_empty_cannot_be_cleared(self) -> None:
        made = planned(sheet(row(total_invest=Mark.CLEAR)), known(total_invest="5"))
        assert "这一栏不能清空" in told(made)[0]

    def test_a_month_is_no_change_of_a_day_within_it(self) -> None:
        made = planned(sheet(row(start_plan=Day(date(2024, 3, 1), False))), known(start_plan="2024-03-18"))
        assert made.rows[0].state is RowState.UNCHANGED

    def test_projects_of_the_units_in_the_sheet_that_it_lacks_are_gone(self) -> None:
        other = [known("2", "城南厂房", code="b"), known("3", "别家项目", "u9", code="c"),
                 replace(known("4", "退库项目", code="d"), left=True)]
        made = planned(sheet(row(lead="u1")), known(), *other)
        assert [(r.state, r.name) for r in made.rows[1:]] == [(RowState.GONE, "城南厂房")]


class TestGates:
    def test_a_later_gate_on_an_earlier_day_is_doubtful_and_never_repaired(self) -> None:
        given = row(start_actual=Day(date(2024, 2, 1)), finish_actual=Day(date(2024, 1, 1)))
        made = planned(sheet(given)).rows[0]
        assert made.state is RowState.DOUBTFUL
        assert (made.values["start_actual"], made.values["finish_actual"]) == ("2024-02-01", "2024-01-01")

    def test_months_are_compared_as_months(self) -> None:
        month = {"start_actual": Day(date(2024, 2, 15)), "finish_actual": Day(date(2024, 2, 1), False)}
        assert disorder(month, GATE_OF) == []

    def test_a_verified_day_is_never_touched_only_doubted(self) -> None:
        project = replace(known(start_actual="2024-01-08"), passed={"g4": "2024-01-08"})
        made = planned(sheet(row(start_actual=Day(date(2024, 2, 1)), remark="乙")), project).rows[0]
        assert made.state is RowState.DOUBTFUL and "start_actual" not in made.changes and "remark" in made.changes

    def test_what_has_happened_does_not_lie_ahead_unless_days_may_be_forecasts(self) -> None:
        given = sheet(row(start_actual=Day(date(2024, 4, 1))))
        assert "实际日期晚于今天" in told(planned(given))[0]
        assert planned(given, scope=replace(SCOPE, forecasts=True)).counts["faults"] == 0


class TestFaults:
    @pytest.mark.parametrize(("values", "said"), [
        ({"done_month": 10, "done_ytd": 25}, "H5 年初累计应为上月累计 20 加本月 10 万元"),
        ({"done_before": 100, "done_ytd": 30, "done_total": 131}, "I5 自开工累计应为上年底累计 100 加本年累计 30 万元"),
        ({"done_month": 10, "built": 4, "installed": 3, "equipment": 2, "other": 2}, "G5 本月完成应为四项之和 11 万元"),
        ({"plan_year": 100, "done_ytd": 30, "rate_year": 31}, "N5 百分比与金额不符"),
        ({"plan_year": 100, "done_ytd": 30, "lead_pp": 6}, "O5 百分比与金额不符"),
        ({"project_code": "123"}, "B5 项目代码应为 24 位"),
        ({"owner_uscc": "91350100M000100Y44"}, "T5 统一社会信用代码校验不通过"),
        ({"start_plan": Day(date(2024, 5, 1)), "finish_plan": Day(date(2024, 4, 1))}, "Q5 计划竣工早于计划开工"),
        ({"total_invest": -1}, "D5 金额不能为负数"),
    ])
    def test_each_names_its_cell_and_what_is_right(self, values: dict[str, Any], said: str) -> None:
        project = replace(known(), ytd_before=D(20))
        assert said in told(planned(sheet(row(**values)), project))

    @pytest.mark.parametrize("values", [
        {"done_month": 10, "done_ytd": 30}, {"done_before": 100, "done_ytd": 30, "done_total": 130},
        {"done_month": 10, "built": 4, "installed": 3, "equipment": 3, "other": 0},
        {"plan_year": 100, "done_ytd": 30, "rate_year": 30, "lead_pp": 5},
        {"plan_year": 100, "done_ytd": 30, "rate_year": D("0.3")}, {"owner_uscc": "91350100M000100Y43"},
    ])
    def test_what_is_right_is_no_fault(self, values: dict[str, Any]) -> None:
        assert planned(sheet(row(**values)), replace(known(), ytd_before=D(20))).counts["faults"] == 0

    def test_the_first_month_of_a_year_starts_from_nothing(self) -> None:
        scope = replace(SCOPE, period=date(2024, 1, 1))
        assert told(planned(sheet(row(done_month=10, done_ytd=12)), scope=scope))

    def test_a_project_twice_is_named_with_the_first_row(self) -> None:
        made = planned(sheet(row(5), row(6)))
        assert told(made) == ["A6 与第 5 行重复"]
        assert planned(sheet(row(5, project_code=CODE), row(6, project_code=OTHER_CODE))).counts["faults"] == 0

    def test_rows_of_another_unit_are_refused_to_a_clerk(self) -> None:
        clerk = replace(SCOPE, units=frozenset({"u1"}), office=False)
        made = planned(sheet(row(5, lead="u2"), row(6, name="城南厂房")), known("2", "城南厂房", "u2"), scope=clerk)
        assert [f.row for f in made.findings] == [5, 6] and made.foreign == ["城北厂房", "城南厂房"]

    def test_a_closed_month_and_a_frozen_plan_are_kept(self) -> None:
        project = replace(known(done_month="5", plan_year="100"), locked=True, plan_frozen=True)
        given = sheet(row(done_month=6, plan_year=120))
        assert [t[3:] for t in told(planned(given, project))] == ["本月月报已锁定，改动请走更正申请"]
        clerk = replace(SCOPE, units=frozenset({"u1"}), office=False)
        assert any("年度计划已冻结" in t for t in told(planned(given, project, scope=clerk)))

    def test_slips_that_may_be_right_are_notes_and_no_faults(self) -> None:
        made = planned(sheet(row(total_invest=12, done_month=-5)), known(total_invest="1200"))
        assert (made.counts["faults"], made.counts["notes"]) == (0, 2)


class TestSums:
    def total(self, said: float, *, whole: bool = True, above: int = 2, group: str = "") -> SumRow:
        return SumRow(9, whole, "合计" if whole else "小计", {"plan_year": D(str(said))}, group, above)

    def test_a_total_that_is_not_the_sum_names_the_difference(self) -> None:
        made = planned(sheet(row(5, "甲", plan_year=100), row(6, "乙", plan_year=200), sums=(self.total(310),)))
        assert told(made) == ["F9 合计与各行之和相差 10 万元"] and made.findings[0].fault.expected == "300"

    def test_what_rounding_explains_is_a_note(self) -> None:
        rows = (row(5, "甲", plan_year=100.33), row(6, "乙", plan_year=200.33))
        made = planned(sheet(*rows, sums=(self.total(300.67),)))
        assert (made.counts["faults"], made.counts["notes"]) == (0, 1)

    def test_a_subtotal_may_stand_above_or_below_its_rows(self) -> None:
        rows = (row(5, "甲", plan_year=100), row(6, "乙", plan_year=200), row(8, "丙", plan_year=40))
        below = (self.total(300, whole=False), self.total(340, above=3))
        above = (self.total(300, whole=False, above=0), self.total(40, whole=False, above=2))
        assert planned(sheet(*rows, sums=below)).findings == planned(sheet(*rows, sums=above)).findings == []
        assert len(planned(sheet(*rows, sums=(self.total(299, whole=False),))).findings) == 1

    def test_an_unreadable_row_leaves_the_total_unjudged(self) -> None:
        broken = replace(row(6, "乙"), unread=frozenset({"plan_year"}))
        assert planned(sheet(row(5, "甲", plan_year=100), broken, sums=(self.total(300),))).findings == []

    def test_a_merged_amount_counts_once(self) -> None:
        shared = replace(row(6, "乙", plan_year=100), carried=frozenset({"plan_year"}))
        made = planned(sheet(row(5, "甲", plan_year=100), shared, sums=(self.total(100),)))
        assert [(f.grave, f.fault.cell) for f in made.findings] == [(False, "F6")]


class TestColumns:
    def test_the_page_of_columns_says_what_the_table_says(self) -> None:
        root = Path(__file__).resolve().parents[4]
        assert (root / "docs/reference/ledger-columns.md").read_text(encoding="utf-8") == page.page()

    def test_no_name_means_two_columns(self) -> None:
        seen: dict[str, str] = {}
        for field in FIELDS:
            for word in (field.zh, *field.synonyms):
                assert seen.setdefault(mapping.normal(word), field.code) == field.code, word

    @pytest.mark.parametrize(("header", "field"), [
        ("2024年计划投资（万元）", "plan_year"), ("截至2023年底累计完成投资", "done_before"),
        ("1—3月完成投资", "done_ytd"),
        ("2024年1-3月完成投资", "done_ytd"), ("3月完成投资", "done_month"), ("投资/年度计划", "plan_year"),
        ("总投资\n（亿元）", "total_invest"), ("项 目 名 称", "name"), ("开工时间/实际", "start_actual"),
        ("本月完成投资/建筑工程", "built"), ("完全不知道的列", ""), ("是否开工", "")])
    def test_headers_as_senders_write_them(self, header: str, field: str) -> None:
        assert mapping.field_of(header) == field

    def test_what_is_only_near_is_suggested_and_not_applied(self) -> None:
        column = Column(0, ("年度投资计划额",), "万元")
        match = mapping._guessed(column)
        assert (match.fields, match.suggestion) == ((), "plan_year")
