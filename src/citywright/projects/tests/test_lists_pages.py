"""The pages of lists as people use them: reading, drafting, issuing, asking for a change and deciding it, taking."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from citywright.kernel.models import JournalEntry, Person
from citywright.projects import samples
from citywright.projects.actions import lists, problems
from citywright.projects.models import ListChange, ListDefinition, ListEntry, ListIssue, Project
from citywright.projects.samples import AT
from citywright.projects.words import ChangeKind, ListStatus, ProblemKind, Stage, YearKind

TODAY = date(2024, 3, 20)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SAMPLE_DAY", TODAY)
    samples.ground()


def as_(person: Person, language: str = "zh-hans") -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(person)
    return client


def new(name: str, **given: Any) -> Project:
    return samples.project(name, **({"plan_year": 1_000, "kind": YearKind.NEW_START} | given))


def issued(code: str = "KEY-D", *rows: Project, **given: Any) -> ListIssue:
    known = {"definition": ListDefinition.objects.get(code=code), "area": samples.district(), "year": 2024,
             "projects": rows, "by": samples.office(), "at": AT, "issued_on": date(2024, 3, 1),
             "doc_no": "示例〔2024〕1号"}
    return lists.issue(**(known | given))


def text(answer: Any) -> str:
    return str(answer.content.decode())


class TestBoard:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_names_every_list_that_can_be_filled_and_no_other(self, language: str) -> None:
        new("甲厂")
        page = text(as_(samples.office(), language).get(reverse("projects:lists")))
        assert "/lists/THREE/" in page and "TALK" not in page and page.count("<h1>") == 1

    def test_costs_the_same_however_many_rows(self, django_assert_max_num_queries: Any) -> None:
        rows = [new(f"厂{n}") for n in range(12)]
        issued("KEY-D", *rows)
        client = as_(samples.office())
        client.get(reverse("projects:lists"))
        with django_assert_max_num_queries(17):
            client.get(reverse("projects:lists"))


class TestList:
    def test_shows_definition_counts_money_batches_and_difference(self) -> None:
        row = new("甲厂", total=30_000)
        issued("NEW", row)
        new("乙厂")
        page = text(as_(samples.office()).get(reverse("projects:list_page", args=["NEW"])))
        assert "计划当年开工的项目" in page and "甲厂" in page and "示例〔2024〕1号" in page
        assert "新增 1、调出 0、调整 0" in page

    @pytest.mark.parametrize("code", ["RSV", "KEY-D", "QST", "ISS", "RSP", "TSK", "SUP", "LND0", "FIN0", "THREE", "STL",
                                      "BND", "OBS", "UNS", "DUE"])
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_opens_empty_and_says_so(self, code: str, language: str) -> None:
        answer = as_(samples.office(), language).get(reverse("projects:list_page", args=[code]))
        assert answer.status_code == 200 and text(answer).count("<h1>") == 1

    def test_counts_packages_once_when_asked(self) -> None:
        from citywright.projects.actions import projects

        parts = [new(f"子{n}") for n in range(3)]
        projects.pack(package=samples.project("打包"), parts=parts, by=samples.office(), at=AT)
        page = as_(samples.office())
        assert "<dd>3 个</dd>" in text(page.get("/lists/NEW/"))
        assert "<dd>1 个</dd>" in text(page.get("/lists/NEW/?count=once"))

    def test_costs_the_same_however_many_rows(self, django_assert_max_num_queries: Any) -> None:
        issued("KEY-D", *[new(f"厂{n}") for n in range(20)])
        client = as_(samples.office())
        client.get("/lists/KEY-D/")
        with django_assert_max_num_queries(17):
            client.get("/lists/KEY-D/")

    @pytest.mark.parametrize("query", ["?page=-1", "?page=9999999999999999999", "?unit=x%00y", "?sort=;drop",
                                       "?cols=<b>", "?count=%00", "?unit=' OR 1=1"])
    def test_a_strange_address_is_read_as_far_as_it_goes(self, query: str) -> None:
        new("甲厂")
        assert as_(samples.office()).get("/lists/NEW/" + query).status_code == 200

    def test_a_name_of_markup_is_shown_as_text(self) -> None:
        new("<b>甲厂</b>")
        page = text(as_(samples.office()).get("/lists/NEW/"))
        assert "<b>甲厂</b>" not in page and "&lt;b&gt;甲厂" in page

    @pytest.mark.parametrize("code", ["NONE", "U0001", "x" * 300])
    def test_an_unknown_list_is_out_of_reach(self, code: str) -> None:
        assert as_(samples.office()).get(f"/lists/{code}/").status_code == 403

    def test_a_clerk_sees_only_the_own_unit_s_rows(self) -> None:
        new("甲厂")
        page = text(as_(samples.clerk(samples.unit("水务局"))).get("/lists/NEW/"))
        assert "甲厂" not in page


class TestTakingAway:
    def test_the_issued_table_has_title_unit_sum_numbers_and_signatures(self) -> None:
        made = issued("KEY-D", new("甲厂", total=30_000), new("=1+1", total=1_000))
        answer = as_(samples.office()).get(reverse("projects:list_issue_export", args=[made.pk]))
        sheet = load_workbook(BytesIO(answer.content)).active
        assert "区重点项目（第 1 批）" in sheet["A1"].value
        assert [cell.value for cell in sheet[3]][:3] == ["序号", "项目名称", "责任单位"]
        assert (sheet["F4"].value, sheet["G4"].value) == (31_000, 2_000)
        assert {sheet["B5"].value, sheet["B6"].value} == {"甲厂", "=1+1"} and sheet["B6"].data_type == "s"
        below = "".join(str(row[0].value) for row in sheet.iter_rows(min_row=7) if row[0].value)
        assert "注：" in below and "填报单位：" in below and "示例〔2024〕1号" in below and "导出：" in below
        assert JournalEntry.objects.order_by("-number")[0].verb == "list.exported"

    def test_the_csv_holds_no_formula(self) -> None:
        new("=cmd()")
        answer = as_(samples.office()).get("/lists/NEW/export/?as=csv")
        rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[0][:2] == ["序号", "项目名称"] and rows[1][1] == "'=cmd()"

    @pytest.mark.parametrize("code", ["ISS", "SUP", "STL", "BND", "RSP", "TSK"])
    def test_lists_of_things_leave_too(self, code: str) -> None:
        row = new("甲厂")
        problems.raise_problem(project=row, title="用电", kind=ProblemKind.LAND, unit=row.lead_unit,
                               due_on=date(2024, 4, 1), by=samples.office(), at=AT)
        assert as_(samples.office(), "en").get(f"/lists/{code}/export/").status_code == 200

    def test_others_do_not_take_what_they_do_not_see(self) -> None:
        made = issued("KEY-D", new("甲厂"))
        answer = as_(samples.clerk(samples.unit("水务局"))).get(f"/lists/issues/{made.pk}/export/?as=csv")
        assert "甲厂" not in answer.content.decode()


class TestIssuing:
    def test_from_draft_to_closed_by_clicks(self) -> None:
        new("甲厂")
        new("乙厂")
        client = as_(samples.office())
        answer = client.post("/lists/NEW/draft/", {"on": "2024-03-20"})
        made = ListIssue.objects.get()
        assert answer.status_code == 302 and answer["Location"] == f"/lists/issues/{made.pk}/"
        entry = made.entries.get(project__name="乙厂")
        client.post(f"/lists/issues/{made.pk}/strike/", {"pick": [entry.pk]})
        done = client.post(f"/lists/issues/{made.pk}/", {
            "verb": "publish", "publish-doc_no": "示例〔2024〕5号", "publish-issued_on": "2024-03-20"})
        assert done.status_code == 302
        again = client.post(f"/lists/issues/{made.pk}/", {
            "verb": "publish", "publish-doc_no": "示例〔2024〕6号", "publish-issued_on": "2024-03-20"})
        assert again.status_code == 409 and "已印发" in text(again)
        page = text(client.get(f"/lists/issues/{made.pk}/"))
        assert "甲厂" in page and "乙厂" not in page and "示例〔2024〕5号" in page
        client.post(f"/lists/issues/{made.pk}/", {"verb": "close"})
        made.refresh_from_db()
        assert made.status == ListStatus.CLOSED

    def test_a_second_draft_is_refused_in_words(self) -> None:
        client = as_(samples.office())
        client.post("/lists/NEW/draft/", {"on": "2024-03-20"})
        again = client.post("/lists/NEW/draft/", {"on": "2024-03-20"})
        assert again.status_code == 409 and "还是草稿" in text(again) and ListIssue.objects.count() == 1

    @pytest.mark.parametrize("given", [{}, {"on": "never"}, {"on": "2024-03-20", "note": "x" * 900},
                                       {"on": "2024-03-20", "note": "a\0b"}])
    def test_a_wrong_form_is_told_at_the_field(self, given: dict[str, str]) -> None:
        answer = as_(samples.office()).post("/lists/NEW/draft/", given)
        assert answer.status_code == 422 and not ListIssue.objects.exists()

    def test_a_draft_is_seen_by_those_who_prepare_lists_only(self) -> None:
        new("甲厂")
        made = lists.draft(definition=ListDefinition.objects.get(code="NEW"), area=samples.district(), year=2024,
                           on=TODAY, by=samples.office(), at=AT)
        assert as_(samples.office()).get(f"/lists/issues/{made.pk}/").status_code == 200
        for person in (samples.clerk(), samples.leader(), samples.stranger()):
            assert as_(person).get(f"/lists/issues/{made.pk}/").status_code == 403

    def test_a_clerk_closes_nothing(self) -> None:
        made = issued("KEY-D", new("甲厂"))
        assert as_(samples.clerk()).post(f"/lists/issues/{made.pk}/", {"verb": "close"}).status_code == 403
        assert as_(samples.office()).post(f"/lists/issues/{made.pk}/", {"verb": "burn"}).status_code == 409

    def test_projects_picked_in_the_project_list_go_into_the_draft(self) -> None:
        row = new("甲厂")
        made = lists.draft(definition=ListDefinition.objects.get(code="QST"), area=samples.district(), year=2024,
                           on=TODAY, by=samples.office(), at=AT)
        answer = as_(samples.office()).post(reverse("projects:enter"), {
            "pick": [row.code], "issue": made.pk, "on": "2024-03-20", "reason": "集中开工", "confirmed": "1"})
        assert answer.status_code == 302 and made.entries.get().project == row

    def test_a_ceremony_tells_its_totals_and_who_did_not_start(self) -> None:
        started = new("开工厂", stage=Stage.BUILDING, total=50_000)
        late = new("未开工厂", total=20_000, category="infrastructure")
        made = issued("QST", started, late, event_on=date(2024, 1, 5))
        page = text(as_(samples.office()).get(f"/lists/issues/{made.pk}/"))
        for words in ("2024年1月5日", "7.00 亿元", "1 个，5.00 亿元", "未开工"):
            assert words in page, words


class TestChanging:
    def test_from_asking_to_the_decision_by_clicks(self) -> None:
        made, row = issued("KEY-D", new("甲厂")), new("乙厂")
        answer = as_(samples.clerk()).post("/lists/changes/propose/", {
            "issue": made.pk, "project": row.code, "kind": "add", "reason": "新增"})
        change = ListChange.objects.get()
        assert answer["Location"] == f"/lists/changes/{change.pk}/"
        own = as_(samples.clerk()).post(f"/lists/changes/{change.pk}/", {"verb": "screen", "opinion": ""})
        assert own.status_code == 403
        assert "等我审" in text(as_(samples.office()).get("/lists/changes/?mine=1"))
        as_(samples.office()).post(f"/lists/changes/{change.pk}/", {"verb": "screen", "opinion": "属实"})
        twice = as_(samples.office()).post(f"/lists/changes/{change.pk}/", {
            "verb": "accept", "doc_no": "x", "on": "2024-03-20"})
        assert twice.status_code == 409 and "三个不同的人" in text(twice)
        done = as_(samples.leader()).post(f"/lists/changes/{change.pk}/", {
            "verb": "accept", "doc_no": "示例〔2024〕8号", "on": "2024-03-20"})
        assert done.status_code == 302
        assert ListEntry.objects.get(issue=made, project=row).reason == "新增"
        again = as_(samples.leader()).post(f"/lists/changes/{change.pk}/", {
            "verb": "accept", "doc_no": "x", "on": "2024-03-20"})
        assert again.status_code == 409

    @pytest.mark.parametrize("given", [{"project": "nothing"}, {"project": "x" * 99}, {"issue": "999999"},
                                       {"issue": "1; drop"}, {"kind": "burn"}, {"reason": ""}, {"reason": "x" * 999},
                                       {"reason": "a\0b"}])
    def test_strange_input_asks_for_nothing(self, given: dict[str, str]) -> None:
        made, row = issued("KEY-D", new("甲厂")), new("乙厂")
        answer = as_(samples.clerk()).post("/lists/changes/propose/", {
            "issue": made.pk, "project": row.code, "kind": "add", "reason": "新增"} | given)
        assert answer.status_code in (403, 409, 422) and not ListChange.objects.exists()

    def test_a_batch_of_another_area_cannot_be_named(self) -> None:
        there = samples.district("990102", "示例县")
        made = issued("KEY-D", area=there, by=samples.office(there))
        answer = as_(samples.clerk()).post("/lists/changes/propose/", {
            "issue": made.pk, "project": new("乙厂").code, "kind": "add", "reason": "新增"})
        assert answer.status_code == 422 and not ListChange.objects.exists()

    def test_a_change_of_a_hidden_project_is_out_of_reach(self) -> None:
        row = new("甲厂")
        change = lists.propose(issue=issued("KEY-D", row), project=row, kind=ChangeKind.REMOVE, reason="示例",
                               by=samples.clerk(), at=AT)
        for person in (samples.clerk(samples.unit("水务局")), samples.stranger()):
            client = as_(person)
            assert client.get(f"/lists/changes/{change.pk}/").status_code == 403
            assert client.post(f"/lists/changes/{change.pk}/", {"verb": "refuse", "opinion": "x"}).status_code == 403
        assert as_(samples.office()).get("/lists/changes/99999999999999999999/").status_code == 403


class TestDefining:
    def test_the_filters_in_the_address_become_a_list(self) -> None:
        new("甲厂")
        samples.project("乙厂", plan_year=10, kind=YearKind.CONTINUE)
        client = as_(samples.office())
        answer = client.post("/lists/define/?kind=new_start", {
            "name": "攻坚", "definition": "示例", "kind": "query", "unit": samples.unit("项目办").pk})
        made = ListDefinition.objects.get(name="攻坚")
        assert answer["Location"] == f"/lists/{made.code}/"
        page = text(client.get(f"/lists/{made.code}/"))
        assert "甲厂" in page and "乙厂" not in page
        assert "攻坚" in text(client.get("/lists/"))
        client.post(f"/lists/{made.code}/end/")
        made.refresh_from_db()
        assert made.ended_on == TODAY

    @pytest.mark.parametrize("given", [{"name": "x" * 99}, {"name": ""}, {"kind": "burn"}, {"unit": "999999"},
                                       {"unit": "x"}])
    def test_strange_input_defines_nothing(self, given: dict[str, str]) -> None:
        answer = as_(samples.office()).post("/lists/define/?kind=new_start", {
            "name": "攻坚", "definition": "", "kind": "query", "unit": samples.unit("项目办").pk} | given)
        assert answer.status_code == 422 and not ListDefinition.objects.filter(unit__isnull=False).exists()

    def test_a_query_without_filters_is_refused_in_words(self) -> None:
        answer = as_(samples.office()).post("/lists/define/", {
            "name": "攻坚", "definition": "", "kind": "query", "unit": samples.unit("项目办").pk})
        assert answer.status_code == 409 and "筛选条件" in text(answer)
