"""Sheets on the way back: the sender's layout stays, and nothing that was typed becomes a formula."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font, PatternFill

from citywright.kernel.sheets import Addition, Table, read_table, write_back, write_rows

from . import old_sheets

HEAD = ["序号", "项目名称", "年度计划（万元）", "备注"]


def known(header: str) -> bool:
    return header in {"序号", "项目名称", "备注"}


def sent(tmp_path: Path) -> Path:
    """A styled sheet with a title, two groups with formulas for their sums, a foot, and a second sheet."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "台账"
    for row in (["示例区台账"], HEAD, ["一、产业"], [1, "城北厂房", 100, "甲"], [2, "城南厂房", 200, ""],
                ["", "小计", 300, ""], ["二、民生"], [1, "示例学校", 50, ""], ["", "合计", 350, ""],
                ["填报单位：示例建设局"]):
        page.append(row)
    page.merge_cells("A1:D1")
    page.merge_cells("A10:D10")
    page["C4"].font, page["C4"].number_format = Font(bold=True, color="FF0000"), "#,##0.00"
    page["B8"].fill = PatternFill("solid", fgColor="FFFF00")
    page.row_dimensions[9].height = 31
    page.column_dimensions["B"].width = 44
    book.create_sheet("说明").append(["填表说明"])
    path = tmp_path / "sent.xlsx"
    book.save(path)
    return path


def back(tmp_path: Path, cells: dict[tuple[int, int], object], additions: tuple[Addition, ...] = ()) -> Path:
    source, out = sent(tmp_path), tmp_path / "out.xlsx"
    write_back(source, read_table(source, known), cells, out, additions, mark="王项目 2024-03-27 09:00")
    return out


class TestAnXlsx:
    def test_only_the_cells_named_change_and_the_look_stays(self, tmp_path: Path) -> None:
        page = openpyxl.load_workbook(back(tmp_path, {(4, 2): Decimal("123.45")}))["台账"]
        old = openpyxl.load_workbook(sent(tmp_path))["台账"]
        assert page["C4"].value == 123.45 and page["C4"].font.b and page["C4"].number_format == "#,##0.00"
        assert page.column_dimensions["B"].width == 44 and page.row_dimensions[9].height == 31
        assert {str(m) for m in page.merged_cells.ranges} == {"A1:D1", "A10:D10"}
        changed = {c.coordinate for row in page.iter_rows() for c in row if c.value != old[c.coordinate].value}
        assert changed == {"C4"}

    def test_other_sheets_come_back_too_and_the_foot_of_the_page_says_who_and_when(self, tmp_path: Path) -> None:
        book = openpyxl.load_workbook(back(tmp_path, {}))
        assert book.sheetnames == ["台账", "说明"] and book["说明"]["A1"].value == "填表说明"
        assert book["台账"].oddFooter.right.text == "王项目 2024-03-27 09:00"

    def test_a_new_row_stands_at_the_end_of_its_group_looking_like_its_neighbour(self, tmp_path: Path) -> None:
        out = back(tmp_path, {}, (Addition("一、产业", {1: "城西厂房", 2: Decimal(7)}),
                                  Addition("", {1: "示例医院"})))
        page = openpyxl.load_workbook(out)["台账"]
        assert [page.cell(row=n, column=2).value for n in range(4, 12)] == [
            "城北厂房", "城南厂房", "城西厂房", "小计", None, "示例学校", "示例医院", "合计"]
        assert page["B10"].fill.fgColor.rgb == "00FFFF00"
        assert page.row_dimensions[11].height == 31
        assert "A12:D12" in {str(m) for m in page.merged_cells.ranges}

    @pytest.mark.parametrize("typed", ["=1+1", "+8613800000000", "-甲", "@SUM(A1)", "\t=1"])
    def test_text_stays_text_whatever_it_starts_with(self, tmp_path: Path, typed: str) -> None:
        cell = openpyxl.load_workbook(back(tmp_path, {(4, 3): typed}))["台账"]["D4"]
        assert cell.data_type == "s" and cell.value == typed

    def test_formulas_come_back_as_their_values(self, tmp_path: Path) -> None:
        source = tmp_path / "sent.xlsx"
        book = xlsxwriter.Workbook(str(source))
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD)
        page.write_row(1, 0, [1, "城北厂房", 100])
        page.write_formula(2, 2, "=SUM(C2:C2)", None, 100)
        page.write(2, 1, "合计")
        book.close()
        write_back(source, read_table(source, known), {}, tmp_path / "out.xlsx")
        again = read_table(tmp_path / "out.xlsx", known)
        assert again.rows[-1].values[2] == 100 and not again.grid.uncached


class TestOtherKinds:
    def read(self, path: Path) -> Table:
        return read_table(path, known)

    def test_a_csv_comes_back_as_one_and_runs_nothing(self, tmp_path: Path) -> None:
        source = tmp_path / "a.csv"
        source.write_text("序号,项目名称,备注\n1,城北厂房,\n", encoding="gb18030")
        write_back(source, self.read(source), {(2, 2): "=cmd|' /C calc'!A0"}, tmp_path / "out.csv",
                   (Addition("", {0: 2, 1: "城南厂房", 2: Decimal("-5")}),))
        content = (tmp_path / "out.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        rows = self.read(tmp_path / "out.csv").data
        assert rows[0].values == ("1", "城北厂房", "'=cmd|' /C calc'!A0")
        assert rows[1].values == ("2", "城南厂房", "-5")

    def test_an_xls_comes_back_as_an_xlsx_of_the_same_columns(self, tmp_path: Path) -> None:
        rows: list[list[str | float]] = [["台账", "", ""], ["序号", "项目名称", "备注"], [1.0, "城北厂房", "甲"]]
        source = old_sheets.write(tmp_path / "a.xls", rows, merges=[(0, 0, 0, 2)])
        write_back(source, self.read(source), {(3, 2): "=乙"}, tmp_path / "out.xlsx")
        table = self.read(tmp_path / "out.xlsx")
        assert table.kind == "xlsx" and table.data[0].values == (1, "城北厂房", "=乙")
        assert not table.grid.uncached

    def test_our_own_sheets_write_text_as_text(self, tmp_path: Path) -> None:
        write_rows(tmp_path / "a.xlsx", title="问题清单", head=["项目名称", "序号"], rows=[["=1+1", 2]])
        page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
        assert page is not None and page["A4"].data_type == "s" and page["A4"].value == "=1+1"
