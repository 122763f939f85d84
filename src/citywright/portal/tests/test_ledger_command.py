"""./citywright ledger: what it prints, what it loads, and how it ends."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from citywright.kernel import clock
from citywright.kernel.models import JournalEntry
from citywright.projects import samples
from citywright.projects.actions import setup
from citywright.projects.models import ImportBatch, Project
from citywright.projects.tests import ledger_sheets

pytestmark = pytest.mark.django_db
WHERE = ("--area", "990101", "--month", "2024-03")


@pytest.fixture(autouse=True)
def _ground(monkeypatch: pytest.MonkeyPatch) -> None:
    setup.lay_ground(by=samples.office(), at=samples.AT)
    samples.unit()
    monkeypatch.setattr(clock, "now", lambda: samples.AT)


def run(*arguments: str) -> tuple[int, str, str]:
    """How the command ends, and what it said."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("ledger", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


def sheet(tmp_path: Path, count: int = 2, **changes: object) -> str:
    items = ledger_sheets.rows(count)
    items[0] |= changes
    return str(ledger_sheets.write(tmp_path / "台账.xlsx", items))


class TestCheck:
    def test_a_good_sheet_ends_with_zero_and_writes_nothing(self, tmp_path: Path) -> None:
        code, out, err = run("check", sheet(tmp_path), *WHERE)
        assert (code, err) == (0, "") and "新增 2" in out and "示例项目第1号厂房" in out
        assert not Project.objects.exists() and not ImportBatch.objects.exists()

    def test_faults_end_with_one_and_are_told_with_cells(self, tmp_path: Path) -> None:
        code, _out, err = run("check", sheet(tmp_path, **{"总投资（亿元）": "待定"}), *WHERE)
        assert code == 1 and "重点项目 L6 总投资(亿元)  读不出数字  读到“待定”" in err

    def test_it_speaks_english(self, tmp_path: Path) -> None:
        _code, out, err = run("check", sheet(tmp_path, **{"总投资（亿元）": "待定"}), *WHERE, "--language", "en")
        assert "Faults 1" in out and "Not a number" in err

    def test_what_cannot_be_read_ends_with_two(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(b"%PDF-1.7")
        assert run("check", str(path), *WHERE)[0] == 2
        code, _out, err = run("check", str(tmp_path / "missing.xlsx"), *WHERE)
        assert code == 2 and "missing.xlsx" in err
        assert run("check", sheet(tmp_path), "--area", "123456", "--month", "2024-03")[0] == 2
        assert run("check", sheet(tmp_path), "--area", "990101", "--month", "三月")[0] == 2


class TestLoad:
    def test_it_loads_in_the_name_of_a_person(self, tmp_path: Path) -> None:
        code, out, _err = run("load", sheet(tmp_path), *WHERE, "--by", samples.office().username)
        assert code == 0 and "已导入：新增 2 个" in out and Project.objects.count() == 2
        assert run("load", sheet(tmp_path), *WHERE, "--by", samples.office().username)[1].count("不变 2") == 1

    def test_faults_load_nothing(self, tmp_path: Path) -> None:
        code, _out, err = run("load", sheet(tmp_path, **{"总投资（亿元）": "待定"}), *WHERE, "--by",
                              samples.office().username)
        assert code == 1 and "没有导入任何内容" in err and not Project.objects.exists()

    def test_a_stranger_is_refused_and_journaled(self, tmp_path: Path) -> None:
        code, _out, err = run("load", sheet(tmp_path), *WHERE, "--by", samples.stranger().username)
        assert code == 2 and "没有权限" in err
        assert JournalEntry.objects.get(verb="access.refused").by == samples.stranger()

    def test_nobody_by_that_name_is_refused(self, tmp_path: Path) -> None:
        assert run("load", sheet(tmp_path), *WHERE, "--by", "nobody")[0] == 2

    def test_doubtful_rows_stay_out_unless_taken_as_they_are(self, tmp_path: Path) -> None:
        doubtful = {"开工时间/实际": "2023.06.18", "竣工时间/计划": "", "项目代码": ""}
        by = samples.office().username
        run("load", sheet(tmp_path), *WHERE, "--by", by)
        Project.objects.update(national_code="2401-990101-04-01-111111")
        path = sheet(tmp_path, **doubtful | {"项目代码": "2401-990101-04-01-222222"})
        run("load", path, *WHERE, "--by", by)
        assert not Project.objects.filter(national_code="2401-990101-04-01-222222").exists()
        run("load", path, *WHERE, "--by", by, "--doubtful", "accept")
        assert Project.objects.filter(national_code="2401-990101-04-01-222222").count() == 1


class TestExport:
    def test_a_sheet_comes_back_with_current_figures(self, tmp_path: Path) -> None:
        path, by = sheet(tmp_path), samples.office().username
        run("load", path, *WHERE, "--by", by)
        Project.objects.filter(name="示例项目第1号厂房").update(location="南湖街道")
        out = tmp_path / "back.xlsx"
        code, said, _err = run("export", *WHERE, "--layout", path, "--out", str(out), "--by", by)
        assert code == 0 and "改动 1 格" in said
        page = openpyxl.load_workbook(out)["重点项目"]
        assert page["I6"].value == "南湖街道"
        batch = str(ImportBatch.objects.get().pk)
        assert run("export", *WHERE, "--batch", batch, "--out", str(out), "--by", by)[0] == 0

    def test_it_says_what_is_missing(self, tmp_path: Path) -> None:
        out = str(tmp_path / "a.xlsx")
        assert "--by" in run("export", *WHERE, "--layout", sheet(tmp_path), "--out", out)[2]
        assert "--layout" in run("export", *WHERE, "--out", out, "--by", samples.office().username)[2]
