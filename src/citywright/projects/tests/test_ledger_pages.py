"""The pages of the ledger: upload, tabs, doubts, columns, apply, export; who may, and how many queries it takes."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from citywright.kernel import clock
from citywright.kernel.models import JournalEntry, Person
from citywright.projects import samples
from citywright.projects.actions import setup
from citywright.projects.models import ImportBatch, Project
from citywright.projects.words import BatchStep

from . import ledger_sheets

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground(monkeypatch: pytest.MonkeyPatch) -> None:
    setup.lay_ground(by=samples.office(), at=samples.AT)
    samples.unit()
    seconds = count()
    monkeypatch.setattr(clock, "now", lambda: samples.AT + timedelta(seconds=next(seconds)))


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def upload(client: Client, tmp_path: Path, items: list[dict[str, Any]], **fields: Any) -> Any:
    content = ledger_sheets.write(tmp_path / "台账.xlsx", items).read_bytes()
    return client.post(reverse("projects:ledger"), {"file": SimpleUploadedFile("台账.xlsx", content), **fields})


def batch_page(client: Client, tab: str = "") -> str:
    batch = ImportBatch.objects.latest("planned_at")
    return client.get(reverse("projects:ledger_batch", args=[batch.pk]), {"tab": tab}).content.decode()


class TestUpload:
    def test_a_sheet_is_planned_shown_and_applied(self, tmp_path: Path) -> None:
        office = signed_in(samples.office())
        answer = upload(office, tmp_path, ledger_sheets.rows(3))
        assert answer.status_code == 302, answer.content.decode()
        assert not Project.objects.exists()
        page = batch_page(office)
        assert "应用：新增 3，变更 0" in page and "示例项目第2号厂房" in page and "10,020" in page
        batch = ImportBatch.objects.get()
        assert office.post(reverse("projects:ledger_apply", args=[batch.pk])).status_code == 302
        batch.refresh_from_db()
        assert batch.step == BatchStep.APPLIED and Project.objects.count() == 3

    def test_old_and_new_stand_side_by_side(self, tmp_path: Path) -> None:
        office = signed_in(samples.office())
        upload(office, tmp_path, ledger_sheets.rows(1))
        office.post(reverse("projects:ledger_apply", args=[ImportBatch.objects.get().pk]))
        upload(office, tmp_path, [ledger_sheets.row(1, 建设地点="南湖街道")])
        page = batch_page(office, "changed")
        assert "示例街道" in page and "<b>南湖街道</b>" in page

    def test_faults_stand_with_their_cells_and_nothing_can_be_applied(self, tmp_path: Path) -> None:
        office = signed_in(samples.office())
        upload(office, tmp_path, [ledger_sheets.row(1, **{"总投资（亿元）": "待定"})])
        page = batch_page(office)
        assert "<b>L6</b>" in page and "有 1 处错误，不能应用" in page and "ledger_apply" not in page
        batch = ImportBatch.objects.get()
        office.post(reverse("projects:ledger_apply", args=[batch.pk]))
        assert not Project.objects.exists()
        answer = office.get(reverse("projects:ledger_faults", args=[batch.pk]))
        sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
        assert sheet is not None and [c.value for c in sheet[4]][2:6] == ["L6", "总投资(亿元)", "读不出数字", "待定"]

    @pytest.mark.parametrize(("content", "said"), [
        (b"%PDF-1.7", "只收"), (b"", "空"), ("一,二\n三,四\n".encode(), "找不到表头")])
    def test_a_file_that_cannot_be_read_is_refused_in_words(self, content: bytes, said: str) -> None:
        answer = signed_in(samples.office()).post(
            reverse("projects:ledger"), {"file": SimpleUploadedFile("台账.csv", content)})
        assert answer.status_code == 409 and said in answer.content.decode()
        assert not ImportBatch.objects.exists()

    def test_a_post_without_a_file_is_refused_in_words(self) -> None:
        assert "请先选择一个表格文件" in signed_in(samples.office()).post(reverse("projects:ledger")).content.decode()

    def test_a_chosen_unit_stands_for_rows_that_name_none(self, tmp_path: Path) -> None:
        office = signed_in(samples.office())
        upload(office, tmp_path, [ledger_sheets.row(1, 责任单位="")], unit=samples.unit().pk)
        assert ImportBatch.objects.get().rows.get().values["lead"] == samples.unit().code


class TestDoubtsAndColumns:
    def test_a_doubt_is_decided_on_the_page(self, tmp_path: Path) -> None:
        office = signed_in(samples.office())
        upload(office, tmp_path, ledger_sheets.rows(1))
        office.post(reverse("projects:ledger_apply", args=[ImportBatch.objects.get().pk]))
        upload(office, tmp_path, [ledger_sheets.row(1, 项目代码="2401-990101-04-01-999999")])
        page = batch_page(office, "doubtful")
        assert "同名而代码不同" in page and "1 行存疑未定" in page
        batch = ImportBatch.objects.latest("planned_at")
        row = batch.rows.exclude(doubt={}).get()
        office.post(reverse("projects:ledger_decide", args=[batch.pk]), {f"row-{row.row_number}": "match"})
        office.post(reverse("projects:ledger_apply", args=[batch.pk]))
        assert Project.objects.get().national_code == "2401-990101-04-01-999999"

    def test_columns_are_said_on_the_page(self, tmp_path: Path) -> None:
        office = signed_in(samples.office())
        upload(office, tmp_path, ledger_sheets.rows(1))
        batch = ImportBatch.objects.get()
        page = batch_page(office, "columns")
        assert "手续办理情况" in page and "第一个值" in page
        fields = {f"field-{c['index']}": (c["field"] or [""])[0] for c in batch.layout["columns"]}
        units = {f"unit-{c['index']}": c["unit"] for c in batch.layout["columns"]}
        permits, remark = (next(c["index"] for c in batch.layout["columns"] if c["header"] == header)
                           for header in ("手续办理情况", "备注"))
        office.post(reverse("projects:ledger_columns", args=[batch.pk]),
                    fields | units | {f"field-{permits}": "remark", f"field-{remark}": ""})
        assert batch.rows.get().values["remark"] == "已办结"


class TestExport:
    def test_the_sheet_comes_back_as_a_file(self, tmp_path: Path) -> None:
        office = signed_in(samples.office())
        upload(office, tmp_path, ledger_sheets.rows(2))
        answer = office.post(reverse("projects:ledger_export", args=[ImportBatch.objects.get().pk]))
        assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
        assert openpyxl.load_workbook(BytesIO(answer.content)).sheetnames == ["重点项目"]


class TestWho:
    def test_a_stranger_is_refused_and_journaled(self, tmp_path: Path) -> None:
        stranger = signed_in(samples.stranger())
        assert upload(stranger, tmp_path, ledger_sheets.rows(1)).status_code == 403
        assert stranger.get(reverse("projects:ledger")).status_code == 403
        assert JournalEntry.objects.filter(verb="access.refused", by=samples.stranger()).count() == 2
        assert not ImportBatch.objects.exists()

    def test_a_leader_sees_but_does_not_load(self, tmp_path: Path) -> None:
        upload(signed_in(samples.office()), tmp_path, ledger_sheets.rows(1))
        leader = signed_in(samples.leader())
        assert "上传并比对" not in leader.get(reverse("projects:ledger")).content.decode()
        assert "应用：新增" not in batch_page(leader)
        assert upload(leader, tmp_path, ledger_sheets.rows(1)).status_code == 403
        apply = reverse("projects:ledger_apply", args=[ImportBatch.objects.get().pk])
        assert leader.post(apply).status_code == 403
        assert JournalEntry.objects.filter(verb="access.refused", by=samples.leader()).count() == 2

    def test_a_clerk_does_not_see_the_batches_of_others(self, tmp_path: Path) -> None:
        upload(signed_in(samples.office()), tmp_path, ledger_sheets.rows(1))
        clerk = signed_in(samples.clerk())
        assert clerk.get(reverse("projects:ledger_batch", args=[ImportBatch.objects.get().pk])).status_code == 403
        assert upload(clerk, tmp_path, ledger_sheets.rows(1)).status_code == 302
        assert "应用：新增 1" in batch_page(clerk)

    def test_whoever_has_not_signed_in_is_sent_to_the_door(self) -> None:
        assert "/accounts/login/" in Client().get(reverse("projects:ledger"))["Location"]


class TestQueries:
    def test_the_pages_take_few_queries_however_long_the_sheet(
            self, tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
        office = signed_in(samples.office())
        upload(office, tmp_path, ledger_sheets.rows(60))
        with django_assert_max_num_queries(20):
            assert batch_page(office).count("<tr>") > 40
        with django_assert_max_num_queries(12):
            office.get(reverse("projects:ledger"))


class TestEnglish:
    def test_the_pages_speak_english(self, tmp_path: Path) -> None:
        office = signed_in(samples.office())
        upload(office, tmp_path, [ledger_sheets.row(1, **{"总投资（亿元）": "待定"})])
        office.cookies["django_language"] = "en"
        page = batch_page(office)
        assert "1 faults: cannot be applied" in page and "Not a number" in page and "Faults" in page
