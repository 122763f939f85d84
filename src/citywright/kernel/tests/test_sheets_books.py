"""Hostile and broken files: each is refused in words before any reader sees it, and nothing is taken from it."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from citywright.kernel.sheets import CannotReadSheet, grids, kind_of, letters, read_table
from citywright.kernel.sheets.books import MAX_ROWS, number_of

from . import old_sheets

KINDS = "xl/workbook.xml"


def book(path: Path, rows: int = 3, columns: int = 3) -> Path:
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ["序号", "项目名称", "备注"])
    for number in range(1, rows):
        sheet.write_row(number, 0, [number, f"项目{number}"] + [""] * (columns - 2))
    made.close()
    return path


def repacked(path: Path, changes: dict[str, bytes]) -> Path:
    """The package with parts replaced or added."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in (parts | changes).items():
            new.writestr(name, content)
    return path


def refused(path: Path) -> str:
    with pytest.raises(CannotReadSheet) as caught:
        list(grids(path))
    return str(caught.value)


class TestWrongFiles:
    def test_two_hundred_megabytes_are_refused_by_size_without_reading(self, tmp_path: Path) -> None:
        path = tmp_path / "big.xlsx"
        with path.open("wb") as file:
            file.truncate(200 * 1024 * 1024)
        path.chmod(0o000)
        assert "200 MB" in refused(path) and "20 MB" in refused(path)

    @pytest.mark.parametrize(("content", "said"), [
        (b"", "空"), (b"%PDF-1.7 ...", "类型不对"), (b"\x89PNG\r\n\x1a\n0000", "类型不对"),
        (b"<html><table><tr><td>1", "网页"), (b"\xef\xbb\xbf<?xml version='1.0'?>", "网页"), (b"{\\rtf1", "类型不对"),
        (b"PK\x03\x04 broken", "损坏"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "类型不对"),
        (b"a,b\n\x81\x20\xff\xff\x81", "编码"), (b"abc\x00def", "类型不对"),
    ])
    def test_the_content_decides_and_not_the_name(self, tmp_path: Path, content: bytes, said: str) -> None:
        path = tmp_path / "台账.xlsx"
        path.write_bytes(content)
        assert said in refused(path)

    def test_a_document_is_no_sheet(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("word/document.xml", "<w/>")
        assert "类型不对" in refused(path)

    def test_a_pipe_or_a_folder_is_no_file(self, tmp_path: Path) -> None:
        assert "不是文件" in refused(tmp_path)
        os.mkfifo(tmp_path / "pipe")
        assert "不是文件" in refused(tmp_path / "pipe")

    def test_an_xls_called_csv_is_still_told_by_content(self, tmp_path: Path) -> None:
        assert kind_of(book(tmp_path / "really.csv")) == "xlsx"


class TestBombs:
    def test_a_part_that_unpacks_to_hundreds_of_megabytes_is_refused_by_the_directory(self, tmp_path: Path) -> None:
        path = repacked(book(tmp_path / "a.xlsx"), {"xl/media/x.xml": b"\0" * (300 * 1024 * 1024)})
        assert "压缩炸弹" in refused(path)

    def test_a_directory_that_lies_about_sizes_is_found_out(self, tmp_path: Path) -> None:
        path = repacked(book(tmp_path / "a.xlsx"), {"xl/x.xml": b"A" * 1_000_000})
        content = path.read_bytes()
        assert content.count(struct.pack("<I", 1_000_000)) == 2
        path.write_bytes(content.replace(struct.pack("<I", 1_000_000), struct.pack("<I", 1_000)))
        assert "损坏" in refused(path)

    def test_entities_in_a_part_are_refused(self, tmp_path: Path) -> None:
        path = repacked(book(tmp_path / "a.xlsx"), {KINDS: b'<!DOCTYPE x [<!ENTITY a "b">]><workbook/>'})
        assert "不该有的内容" in refused(path)

    def test_one_cell_in_the_last_corner_is_refused_and_not_laid_out(self, tmp_path: Path) -> None:
        made = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        made.add_worksheet().write(1_048_575, 16_383, "x")
        made.close()
        assert "超过上限" in refused(tmp_path / "a.xlsx")

    def test_more_than_a_hundred_thousand_rows_are_refused(self, tmp_path: Path) -> None:
        assert f"上限 {MAX_ROWS}" in refused(book(tmp_path / "a.xlsx", rows=MAX_ROWS + 2))
        (tmp_path / "a.csv").write_text("项目名称,备注\n" + "甲,乙\n" * MAX_ROWS)
        assert f"上限 {MAX_ROWS}" in refused(tmp_path / "a.csv")

    def test_more_than_three_hundred_columns_are_refused(self, tmp_path: Path) -> None:
        made = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        made.add_worksheet().write_row(0, 0, ["列"] * 301)
        made.close()
        assert "301 列" in refused(tmp_path / "a.xlsx")

    def test_cells_that_are_only_formatted_do_not_count(self, tmp_path: Path) -> None:
        made = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["序号", "项目名称"])
        sheet.write_blank(0, 2_000, None, made.add_format({"bold": True}))
        made.close()
        assert len(next(grids(tmp_path / "a.xlsx")).rows[0]) == 2


class TestLockedAndLive:
    def test_macros_are_refused(self, tmp_path: Path) -> None:
        assert "宏" in refused(repacked(book(tmp_path / "a.xlsm"), {"xl/vbaProject.bin": b"x"}))

    def test_an_encrypted_workbook_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
        assert "密码" in refused(path)

    def test_an_old_workbook_with_macros_is_refused(self, tmp_path: Path) -> None:
        names = "Workbook".encode("utf-16-le") + b"\0\0" + "_VBA_PROJECT".encode("utf-16-le")
        (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + names)
        assert "宏" in refused(tmp_path / "a.xls")

    def test_a_formula_without_a_value_is_named_by_its_cell(self, tmp_path: Path) -> None:
        made = openpyxl.Workbook()
        assert made.active is not None
        made.active.append(["序号", "项目名称", "备注"])
        made.active.append(["=1+1", "城北厂房", '=""'])
        made.save(tmp_path / "a.xlsx")
        assert next(grids(tmp_path / "a.xlsx")).uncached == {"A2", "C2"}

    def test_a_formula_with_its_value_reads_as_the_value(self, tmp_path: Path) -> None:
        made = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["序号", "项目名称", "备注"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write(1, 1, "城北厂房")
        made.close()
        grid = next(grids(tmp_path / "a.xlsx"))
        assert grid.rows[1][0] == 2 and not grid.uncached

    def test_hidden_sheets_are_not_read(self, tmp_path: Path) -> None:
        made = openpyxl.Workbook()
        made.create_sheet("可见").append(["序号", "项目名称", "备注"])
        assert made.active is not None
        made.active.sheet_state = "hidden"
        made.save(tmp_path / "a.xlsx")
        assert [g.sheet for g in grids(tmp_path / "a.xlsx")] == ["可见"]


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
    @pytest.mark.parametrize("sign", [",", "\t", ";"])
    def test_text_is_read_in_its_encoding_and_with_its_sign(self, tmp_path: Path, encoding: str, sign: str) -> None:
        path = tmp_path / "a.csv"
        lines = [["序号", "项目名称", "备注"], ["1", "城北厂房", "续建"]]
        path.write_bytes("\r\n".join(sign.join(line) for line in lines).encode(encoding))
        table = read_table(path, lambda header: header in {"序号", "项目名称"})
        assert table.data[0].values == ("1", "城北厂房", "续建")


class TestLetters:
    def test_columns_are_counted_as_sheets_do(self) -> None:
        assert [letters(n) for n in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
        assert all(number_of(letters(n)) == n for n in range(2_000))


class TestOldWorkbooks:
    def test_an_xls_is_read_with_its_merged_header(self, tmp_path: Path) -> None:
        rows: list[list[str | float]] = [
            ["示例区台账", "", "", ""], ["序号", "项目名称", "投资（万元）", ""], ["", "", "年度计划", "本月完成"],
            [1.0, "城北厂房", 100.0, 10.5], ["", "合计", 100.0, 10.5]]
        path = old_sheets.write(tmp_path / "a.xls", rows, merges=[(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3)])
        assert kind_of(path) == "xls"
        table = read_table(path, lambda header: header in {"序号", "项目名称", "投资(万元)/年度计划"})
        assert [c.header for c in table.columns] == [
            "序号", "项目名称", "投资(万元)/年度计划", "投资(万元)/本月完成"]
        assert [c.unit for c in table.columns] == ["", "", "万元", "万元"]
        assert table.data[0].values == (1.0, "城北厂房", 100.0, 10.5)
