"""Journey A, as clerk, office and stranger: a sheet comes in, the month is reported and judged, a bulletin goes out."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import openpyxl
import pytest

SHEET = "示例区重点项目台账.xlsx"
FAULTS = "示例区重点项目台账（含错误）.xlsx"
PROJECT = "南湖老旧小区改造"


def upload(walker: object, name: str) -> None:
    """Choose a workbook of the home on the import page and send it."""
    walker.go("/ledger/")
    walker.page.set_input_files("input[type=file]", str(walker.home.folder / "workbooks" / name))
    walker.page.click("form[enctype] button")
    walker.page.wait_for_url(re.compile(r"/ledger/[0-9a-f-]{36}/"))


def code_of(walker: object, name: str) -> str:
    """The code of the project with this name, found as a person finds it: by searching the list."""
    walker.go(f"/projects/?q={name}")
    link = walker.page.locator("a", has_text=re.compile(f"^{name}$")).first.get_attribute("href")
    found = re.search(r"/projects/([^/]+)/", link or "")
    assert found, link
    return found.group(1)


def text_of(walker: object, path: str) -> str:
    """Everything that can be read on a page."""
    walker.go(path)
    return walker.page.inner_text("body")


class TestTheMonth:
    def test_from_the_sheet_to_the_bulletin(self, district: object, walk: object, tmp_path: Path) -> None:
        office = walk(district, "office")
        upload(office, SHEET)
        assert "柳泉智慧停车示范" in text_of(office, office.page.url.removeprefix(district.url) + "?tab=new")
        office.page.get_by_role("button", name=re.compile("^应用")).click()
        office.page.wait_for_load_state()
        assert "已应用" in office.page.inner_text("body")
        assert "140" in text_of(office, "/projects/") and "8,673,600" in office.page.inner_text("body")

        clerk = walk(district, "clerk")
        code = code_of(clerk, PROJECT)
        clerk.go(f"/month/report/{code}/")
        assert clerk.page.input_value("[name=physical_text]"), "the imported words are not in the draft"
        clerk.page.fill("[name=next_step]", "完成室外管网，准备验收")
        clerk.page.fill("[name=explanation]", "随台账一并上报")
        clerk.page.click("button[value=submit]")
        clerk.page.wait_for_load_state()
        assert "已报" in text_of(clerk, f"/month/report/{code}/")

        reviewer = walk(district, "reviewer")
        hand_on(reviewer, "/month/review/", PROJECT)
        hand_on(office, "/month/lock/", PROJECT)
        assert "已锁" in text_of(clerk, f"/month/report/{code}/")

        night = district.run("nightly", "--on", "2024-03-27", "--area", "990101")
        assert night.returncode == 0, night.stderr
        again = district.run("nightly", "--on", "2024-03-27", "--area", "990101")
        assert "输入未变" in again.stdout and "提醒 0 条" in again.stdout, again.stdout

        assert "867.36" in text_of(office, "/bulletin/")
        with office.page.expect_download() as waiting:
            office.page.get_by_role("button", name="导出 Word").first.click()
        waiting.value.save_as(tmp_path / "通报.docx")
        words = "".join(p.text for p in docx.Document(str(tmp_path / "通报.docx")).paragraphs)
        assert "140个" in words and "867.36亿元" in words

    def test_the_command_writes_the_same_paper(self, district: object, tmp_path: Path) -> None:
        done = district.run("bulletin", "--area", "990101", "--month", "2024-03", "--out", str(tmp_path / "通报.docx"),
                            "--xlsx", str(tmp_path / "通报.xlsx"))
        assert done.returncode == 0, done.stderr
        words = "".join(p.text for p in docx.Document(str(tmp_path / "通报.docx")).paragraphs)
        assert "139个" in words and "867.00亿元" in words and "112.00亿元" in words
        book = openpyxl.load_workbook(tmp_path / "通报.xlsx")
        assert any("合计" in str(cell.value) for sheet in book for row in sheet for cell in row)

    def test_a_sheet_with_faults_changes_nothing_and_names_them_all(self, district: object, walk: object) -> None:
        office = walk(district, "office")
        upload(office, FAULTS)
        here = office.page.url.removeprefix(district.url).split("?")[0]
        said = text_of(office, here + "?tab=faults")
        for cell, read in (("O10", "2024.13"), ("B17", "区建管局"), ("H25", "#REF!")):
            assert cell in said and read in said, (cell, read)
        assert office.page.locator("button:disabled", has_text="处错误").count() == 1
        assert "8,670,000" in text_of(office, "/projects/")

    def test_the_same_sheet_again_changes_nothing(self, district: object) -> None:
        place = str(district.folder / "workbooks" / SHEET)
        common = ("--area", "990101", "--month", "2024-03", "--by", "office")
        first, second = (district.run("ledger", "load", place, *common) for _ in range(2))
        assert first.returncode == second.returncode == 0, first.stdout + first.stderr + second.stdout
        assert "新增 1 " in first.stdout and "新增 0  变更 0 " in second.stdout, first.stdout + second.stdout


class TestTheStranger:
    def test_sees_nothing_of_the_district(self, reading: object, walk: object) -> None:
        office, stranger = walk(reading, "office"), walk(reading, "stranger")
        code = code_of(office, PROJECT)
        assert PROJECT not in text_of(stranger, "/projects/")
        stranger.faults.clear()
        answer = stranger.go(f"/projects/{code}/")
        assert answer.status == 403 and PROJECT not in stranger.page.inner_text("body")
        stranger.faults[:] = [fault for fault in stranger.faults if "403" not in fault]

    def test_cannot_load_the_districts_sheet(self, district: object) -> None:
        place = str(district.folder / "workbooks" / SHEET)
        done = district.run("ledger", "load", place, "--area", "990101", "--month", "2024-03", "--by", "stranger")
        assert done.returncode == 2 and "没有权限" in done.stdout + done.stderr, done.stdout + done.stderr
        assert district.run("journal", "verify").returncode == 0


class TestTheOldComputer:
    @pytest.mark.parametrize("address", ["/", "/projects/", "/month/", "/bulletin/"])
    def test_pages_can_be_read_without_scripts(self, reading: object, browser: object, walk: object,
                                               address: str) -> None:
        walker = walk(reading, "office")
        cookies = walker.page.context.cookies()
        bare = browser.new_context(java_script_enabled=False)
        bare.add_cookies(cookies)
        page = bare.new_page()
        assert page.goto(reading.url + address).status == 200
        assert len(page.inner_text("main")) > 100
        bare.close()


def hand_on(walker: object, path: str, name: str) -> None:
    """Tick the report of the project on the page of the next hand, and take it on."""
    walker.go(path)
    walker.page.locator("tr", has_text=name).locator("input[type=checkbox]").first.check()
    walker.page.locator("form button.btn--1").first.click()
    walker.page.wait_for_load_state()
    walker.go(path)
    assert walker.page.locator("tr", has_text=name).locator("input[type=checkbox]").count() == 0
