"""Sheets by their shape: where the header is, what merged labels reach, which rows are items, sums, notes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citywright.kernel.sheets import CannotReadSheet, Grid, RowKind, Table, cell_of, read_table, unit_of
from citywright.kernel.sheets.tables import header_columns, kind_of_row

KNOWN = {"序号", "项目名称", "总投资(亿元)", "投资/年度计划", "投资/本月完成", "备注", "责任单位"}


def known(header: str) -> bool:
    return header in KNOWN


def sheet(path: Path, rows: list[list[Any]], merges: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    for merged in merges:
        page.merge_cells(merged)
    book.save(path)
    return path


def ledger(tmp_path: Path) -> Table:
    rows = [
        ["示例区2024年重点项目进展情况表"], ["附件1", "", "", "", "", "单位：万元"],
        ["序号", "项目名称", "总投资\n（亿元）", "投资", "", "备注"], ["", "", "", "年度计划", "本月完成", ""],
        [1, 2, 3, 4, 5, 6],
        ["一", "产业项目（2个）", 3, 300, 30, ""], [1, "城北厂房", 1, 100, 10, ""], [2, "城南厂房", 2, 200, 20, "甲"],
        ["", "小计", 3, 300, 30, ""], ["二、民生项目"], [1, "示例学校", 1, 50, 5, ""],
        ["", "其中：续建", 1, 50, 5, ""], ["合  计", "", 4, 350, 35, ""], [],
        ["填报单位：示例建设局   审核人：李审核"], ["注：数据截至3月底"],
    ]
    return read_table(sheet(tmp_path / "a.xlsx", rows, ("A1:F1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4")), known)


class TestReadTable:
    def test_title_unit_and_header_block_are_found(self, tmp_path: Path) -> None:
        table = ledger(tmp_path)
        assert (table.title, table.unit, table.first, table.last) == ("示例区2024年重点项目进展情况表", "万元", 3, 4)
        assert [c.header for c in table.columns] == [
            "序号", "项目名称", "总投资(亿元)", "投资/年度计划", "投资/本月完成", "备注"]

    def test_a_unit_in_the_header_goes_before_the_unit_line(self, tmp_path: Path) -> None:
        assert [c.unit for c in ledger(tmp_path).columns][2:5] == ["亿元", "万元", "万元"]

    def test_items_sums_groups_and_notes_are_told_apart(self, tmp_path: Path) -> None:
        assert [(r.number, r.kind) for r in ledger(tmp_path).rows] == [
            (6, RowKind.GROUP), (7, RowKind.DATA), (8, RowKind.DATA), (9, RowKind.SUBTOTAL), (10, RowKind.GROUP),
            (11, RowKind.DATA), (12, RowKind.OF_WHICH), (13, RowKind.TOTAL), (15, RowKind.NOTE), (16, RowKind.NOTE)]

    def test_items_know_their_group_and_their_cells(self, tmp_path: Path) -> None:
        table = ledger(tmp_path)
        assert [row.group for row in table.data] == ["一产业项目(2个)"] * 2 + ["二、民生项目"]
        assert cell_of(table.data[0], table.columns[2]) == "C7"
        assert table.foot == {"填报单位": "示例建设局", "审核人": "李审核"}

    def test_cells_merged_downwards_carry_their_value_and_say_so(self, tmp_path: Path) -> None:
        rows = [["项目名称", "责任单位", "备注"], ["甲", "建设局", ""], ["乙", "", ""], ["丙", "交通局", ""]]
        table = read_table(sheet(tmp_path / "a.xlsx", rows, ("B2:B3",)), known)
        assert [row.values[1] for row in table.data] == ["建设局", "建设局", "交通局"]
        assert [row.carried for row in table.data] == [frozenset(), {1}, frozenset()]

    def test_a_csv_has_no_merges_and_reads_alike(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text("序号,项目名称,投资,,备注\n,,年度计划,本月完成,\n1,城北厂房,100,10,\n", encoding="gb18030")
        table = read_table(path, known)
        assert [c.header for c in table.columns] == ["序号", "项目名称", "投资/年度计划", "投资/本月完成", "备注"]
        assert table.grid.encoding == "gb18030" and len(table.data) == 1

    def test_the_sheet_with_the_most_known_headers_is_read(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        first, second = book.active, book.create_sheet("台账")
        assert first is not None
        first.append(["填表说明"])
        for row in (["序号", "项目名称", "备注"], [1, "城北厂房", ""]):
            second.append(row)
        book.save(tmp_path / "a.xlsx")
        assert read_table(tmp_path / "a.xlsx", known).sheet == "台账"

    def test_headers_nobody_knows_are_found_by_their_look(self, tmp_path: Path) -> None:
        rows = [["Capital projects"], ["ID", "FFC", "Stage1"], ["Q1", 12.5, "2024-01-02"], ["Q2", 3, ""]]
        assert [c.header for c in read_table(sheet(tmp_path / "a.xlsx", rows)).columns] == ["ID", "FFC", "Stage1"]

    @pytest.mark.parametrize(("rows", "said"), [
        ([], "空"), ([["", None]], "空"), ([[1, 2, 3], [4, 5, 6]], "找不到表头"),
        ([["关于报送台账的通知"]], "找不到表头"),
        ([["序号", "项目名称", "备注"]], "没有数据行"), ([["城北厂房", 12, 3], ["城南厂房", 15, 4]], "找不到表头"),
    ])
    def test_a_sheet_without_header_or_rows_is_refused_by_name(self, tmp_path: Path, rows: list[list[Any]],
                                                               said: str) -> None:
        with pytest.raises(CannotReadSheet, match=said):
            read_table(sheet(tmp_path / "a.xlsx", rows), known)


class TestUnits:
    @pytest.mark.parametrize(("header", "unit"), [
        ("总投资（亿元）", "亿元"), ("总投资(单位：万元)", "万元"), ("总投资亿元", "亿元"), ("用地（亩）", ""),
        ("项目名称", ""),
        ("使用外资（万美元）", ""), ("投资(万元、%)", "万元")])
    def test_the_header_names_the_unit(self, header: str, unit: str) -> None:
        assert unit_of(header) == unit


class TestKindOfRow:
    @pytest.mark.parametrize(("cells", "kind"), [
        (["合计", "", 5], RowKind.TOTAL), (["", "总  计", 5], RowKind.TOTAL), (["全区合计（139个）", 5], RowKind.TOTAL),
        ([1, "合计大厦建设项目", 5], RowKind.DATA), (["产业项目小计", 5], RowKind.SUBTOTAL),
        (["（一）续建", ""], RowKind.GROUP),
        (["一、产业项目", 5, 6], RowKind.GROUP), ([1, "一品苑小区改造", "建设局", "民生"], RowKind.DATA),
        (["其中：新开工", 5], RowKind.OF_WHICH), (["注：1.口径", ""], RowKind.NOTE), (["说明：口径"], RowKind.NOTE),
        ([3, "三里河桥", "甲", "乙"], RowKind.DATA)])
    def test_is_told_by_the_first_cells(self, cells: list[Any], kind: RowKind) -> None:
        assert kind_of_row(cells)[0] is kind


LABELS = st.lists(st.tuples(st.sampled_from("甲乙丙丁戊己"), st.integers(1, 3)), min_size=1, max_size=5,
                  unique_by=lambda pair: pair[0])


class TestMergedHeaders:
    @given(LABELS)
    def test_a_label_over_columns_reaches_all_of_them_and_one_over_rows_stands_alone(
            self, labels: list[tuple[str, int]]) -> None:
        top: list[str] = []
        below: list[str] = []
        merges: list[tuple[int, int, int, int]] = []
        expected: list[str] = []
        for label, width in labels:
            start = len(top)
            top += [label] + [""] * (width - 1)
            if width == 1:
                below.append("")
                merges.append((0, start, 1, start))
                expected.append(label)
            else:
                below += [f"{label}{n}" for n in range(width)]
                merges.append((0, start, 0, start + width - 1))
                expected += [f"{label}/{label}{n}" for n in range(width)]
        grid = Grid("xlsx", "Sheet1", [list(top), list(below)], tuple(merges))
        assert [c.header for c in header_columns(grid, 0, 2, "")] == expected

    @given(LABELS)
    def test_without_merges_an_empty_label_takes_the_one_on_its_left(self, labels: list[tuple[str, int]]) -> None:
        top: list[str] = []
        below: list[str] = []
        expected: list[str] = []
        for label, width in labels:
            top += [label] + [""] * (width - 1)
            below += [f"{label}{n}" for n in range(width)]
            expected += [f"{label}/{label}{n}" for n in range(width)]
        grid = Grid("csv", "a", [list(top), list(below)])
        assert [c.header for c in header_columns(grid, 0, 2, "")] == expected
