"""The list taken away as a workbook, and many projects entered on an issued list."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from citywright.kernel.errors import CannotAccept
from citywright.kernel.models import JournalEntry
from citywright.projects import samples
from citywright.projects.actions import exports, lists, projects
from citywright.projects.models import ListDefinition, ListEntry, ListIssue, Project
from citywright.projects.queries import issues
from citywright.projects.words import YearKind

pytestmark = pytest.mark.django_db
ENTER = "/projects/enter/?month=2024-03"


def sheet_of(client: Client, query: str = "") -> list[tuple[Any, ...]]:
    answer = client.get(f"/projects/export/?month=2024-03{query}")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(BytesIO(answer.content))
    return list(book.worksheets[0].iter_rows(values_only=True))


def issue(*rows: Project) -> ListIssue:
    samples.ground()
    return lists.issue(definition=ListDefinition.objects.get(code="KEY-D"), area=samples.district(), year=2024,
                       projects=rows, by=samples.office(), at=samples.AT, issued_on=date(2024, 1, 31))


class TestExport:
    def test_it_has_the_form_of_the_issued_table_and_sums_that_are_the_rows(self, client: Client) -> None:
        for n in (1, 2):
            samples.project(f"项目{n}", total=1_000 * n, kind=YearKind.CONTINUE, plan_year=100)
        client.force_login(samples.office())
        rows = sheet_of(client)
        assert "项目清单" in rows[0][0] and rows[1][0] == "单位：万元" and rows[2][1] == "项目名称"
        assert rows[3][0] == "合计" and rows[3][4] == 3_000
        body = [row for row in rows[4:] if isinstance(row[0], int)]
        assert [row[0] for row in body] == [1, 2] and sum(row[4] for row in body) == 3_000
        assert "王项目" in rows[-1][0]

    def test_only_visible_rows_leave_and_the_journal_says_who_took_how_many(self, client: Client) -> None:
        samples.project("自己的")
        samples.project("别人的", unit=samples.unit("水务局"))
        client.force_login(samples.clerk())
        names = [row[1] for row in sheet_of(client) if isinstance(row[0], int)]
        assert names == ["自己的"]
        line = JournalEntry.objects.get(verb="list.exported")
        assert line.by == samples.clerk() and line.data["rows"] == 1

    def test_the_filters_in_the_address_hold(self, client: Client) -> None:
        samples.project("甲")
        samples.project("乙", category="infrastructure")
        client.force_login(samples.office())
        assert [row[1] for row in sheet_of(client, "&category=infrastructure") if isinstance(row[0], int)] == ["乙"]

    def test_a_name_like_a_formula_stays_text(self, client: Client) -> None:
        samples.project("=1+1")
        client.force_login(samples.office())
        answer = client.get("/projects/export/?month=2024-03")
        sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert any(cell.value == "=1+1" and cell.data_type == "s" for cell in cells)

    def test_a_stranger_takes_nothing(self, client: Client) -> None:
        client.force_login(samples.stranger())
        assert client.get("/projects/export/").status_code == 403


class TestEnterMany:
    def test_all_stand_on_the_list_each_with_its_own_line(self) -> None:
        made, rows = issue(), [samples.project("甲"), samples.project("乙")]
        exports.enter_many(issue=made, projects=rows, on=date(2024, 3, 20), reason="增补", by=samples.office(),
                           at=samples.AT)
        assert ListEntry.objects.filter(issue=made).count() == 2
        assert JournalEntry.objects.filter(verb="list.entered").count() == 2

    def test_one_that_stands_there_already_keeps_all_out_and_is_named(self) -> None:
        there, other = samples.project("甲"), samples.project("乙")
        made = issue(there)
        with pytest.raises(CannotAccept) as refused:
            exports.enter_many(issue=made, projects=[other, there], on=date(2024, 3, 20), reason="增补",
                               by=samples.office(), at=samples.AT)
        assert [fault.read for fault in refused.value.faults] == ["甲"]
        assert ListEntry.objects.filter(issue=made).count() == 1

    def test_the_page_shows_a_preview_first_and_enters_when_confirmed(self, client: Client) -> None:
        row, there = samples.project("甲"), samples.project("乙")
        made = issue(there)
        client.force_login(samples.office())
        text = client.post(ENTER, {"pick": [row.code, there.code]}).content.decode()
        assert "已在这一批清单中" in text and ListEntry.objects.count() == 1
        answer = client.post(ENTER, {"pick": [row.code], "confirmed": "1", "issue": made.pk,
                                                  "on": "2024-03-20", "reason": "增补"})
        assert answer.status_code == 302 and ListEntry.objects.filter(issue=made).count() == 2

    def test_a_clerk_cannot_enter_and_nothing_picked_is_refused(self, client: Client) -> None:
        row = samples.project("甲")
        made = issue()
        client.force_login(samples.clerk())
        typed = {"pick": [row.code], "confirmed": "1", "issue": made.pk, "on": "2024-03-20", "reason": "增补"}
        assert client.post(ENTER, typed).status_code == 403
        assert client.post(ENTER, {}).status_code == 409


class TestDifference:
    def test_the_first_batch_is_compared_with_its_own_issue(self) -> None:
        there, added = samples.project("甲"), samples.project("乙")
        made = issue(there)
        lists.enter(issue=made, project=added, on=date(2024, 3, 20), reason="市里追加", by=samples.office(),
                    at=samples.AT)
        lists.remove(entry=ListEntry.objects.get(project=there), on=date(2024, 3, 21), reason="合并实施",
                     by=samples.office(), at=samples.AT)
        found = issues.difference(samples.office(), made)
        assert [(one.project.name, one.reason) for one in found.added] == [("乙", "市里追加")]
        assert [(one.project.name, one.reason) for one in found.removed] == [("甲", "合并实施")]

    def test_a_later_batch_names_what_changed_and_what_fell_out(self, client: Client) -> None:
        kept, gone, new = (samples.project(name, total=100) for name in ("甲", "乙", "丙"))
        issue(kept, gone)
        projects.amend(project=kept, changes={"total_investment": 200}, by=samples.office(), at=samples.AT)
        kept.refresh_from_db()
        second = issue(kept, new)
        found = issues.difference(samples.office(), second)
        assert [one.project.name for one in found.added] == ["丙"]
        assert [one.project.name for one in found.removed] == ["乙"]
        assert [(one.project.name, one.fields[0][0]) for one in found.changed] == [("甲", "总投资")]
        client.force_login(samples.office())
        text = client.get(f"/projects/lists/{second.pk}/difference/").content.decode()
        assert "新增 1、调出 1、调整 1" in text

    def test_another_district_does_not_see_it(self, client: Client) -> None:
        made = issue(samples.project("甲"))
        client.force_login(samples.office(samples.district("990102", "邻区")))
        assert client.get(f"/projects/lists/{made.pk}/difference/").status_code == 403
