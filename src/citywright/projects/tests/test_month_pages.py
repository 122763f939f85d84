"""The pages of the month and the lamp board: who sees what, what a click does, how many questions a page asks."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from citywright.followup.models import Alert
from citywright.kernel.clock import CITY
from citywright.kernel.models import JournalEntry, Person
from citywright.projects import samples
from citywright.projects.actions import lamps, months
from citywright.projects.actions.months import ReportValues
from citywright.projects.models import Correction, LampOverride, ProgressReport, Project, ReportingMonth
from citywright.projects.queries import ledger
from citywright.projects.queries import months as asked
from citywright.projects.words import Dimension, ReportState

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH, DAY = date(2024, 2, 1), date(2024, 3, 1), date(2024, 3, 27)
AT = datetime(2024, 3, 25, 10, tzinfo=CITY)
GOOD = ReportValues(physical_text="主体施工至三层", physical_percent=Decimal(35), amount_month=Decimal(1200))
#: At most so many queries on a page (the frame's own included).
QUERIES = 12


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.SAMPLE_DAY = DAY


@pytest.fixture()
def project() -> Project:
    row = samples.project("示例厂房", plan_year=12_000, months=[1000] * 12)
    months.open_month(area=samples.district(), period=MARCH, fill_from=date(2024, 3, 20), fill_to=date(2024, 3, 25),
                      review_on=date(2024, 3, 26), lock_at=datetime(2024, 3, 28, 18, tzinfo=CITY),
                      bulletin_on=date(2024, 4, 2), by=samples.office(), at=AT)
    return row


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def kept(project: Project, period: date = MARCH) -> ProgressReport:
    return ProgressReport.objects.get(project=project, period=period)


def out(project: Project, period: date = MARCH, values: ReportValues = GOOD, said: str = "已核实") -> ProgressReport:
    report = months.fill(project=project, period=period, values=values, by=samples.clerk(), at=AT)
    return months.submit(reports=[report], by=samples.clerk(), at=AT, explanations={report.pk: said})[0]


def locked(project: Project) -> ProgressReport:
    report = out(project)
    months.review(reports=[report], by=samples.reviewer(), at=AT)
    return months.lock(reports=[report], by=samples.office(), at=AT)[0]


def judged() -> None:
    lamps.judge(area=samples.district(), on=DAY, by=None, at=AT)


class TestMonth:
    def test_shows_units_states_lamps_and_the_days(self, project: Project) -> None:
        judged()
        page = browser(samples.office()).get("/month/").content.decode()
        for words in ("月报 2024年3月", "应报 1 个，已锁 0 个", "建设局", "3月20–25日", "3月28日 18:00",
                      "比值式 2024-1", "催报 1"):
            assert words in page, words

    def test_links_every_number_to_as_many_projects(self, project: Project) -> None:
        for number in range(3):
            samples.project(f"另一个{number}", plan_year=100, unit=samples.unit("交通局"))
        locked(project)
        judged()
        client = browser(samples.office())
        page = client.get("/month/").content.decode()
        links = re.findall(r'<a class="m-\w+" href="(/projects/\?[^"]*)">[红黄]?(\d+)</a>', page)
        assert len(links) > 6
        for address, number in links:
            found = client.get(address.replace("&amp;", "&")).content.decode()
            shown = len(set(re.findall(r'href="/projects/([^/"?]+)/"', found)) & set(
                Project.objects.values_list("code", flat=True)))
            assert shown == int(number), address

    @pytest.mark.parametrize("who", ["office", "clerk", "reviewer", "leader", "city"])
    def test_asks_few_questions(self, project: Project, who: str, django_assert_max_num_queries: Any) -> None:
        samples.project(plan_year=100, unit=samples.unit("交通局"))
        judged()
        client = browser(getattr(samples, who)())
        for name in ("month", "lamp_board", "corrections"):
            with django_assert_max_num_queries(QUERIES):
                assert client.get(reverse(f"projects:{name}")).status_code == 200

    def test_shows_a_clerk_the_own_unit_only(self, project: Project) -> None:
        samples.project("别家的", plan_year=100, unit=samples.unit("交通局"))
        page = browser(samples.clerk()).get("/month/").content.decode()
        assert "建设局" in page
        assert "交通局" not in page
        assert "催报" not in page

    def test_refuses_a_stranger(self, project: Project) -> None:
        for name in ("month", "lamp_board", "batch_sheet", "report_lock", "report_review", "corrections"):
            assert browser(samples.stranger()).get(reverse(f"projects:{name}")).status_code == 403
        assert JournalEntry.objects.filter(verb="access.refused").count() == 6

    def test_chases_each_project_once(self, project: Project) -> None:
        client = browser(samples.office())
        for _ in range(2):
            client.post(reverse("projects:month_chase"))
        assert Alert.objects.filter(edge__startswith="chase|").count() == 1
        out(project)
        months.stop_chasing(area=samples.district(), on=DAY, by=None, at=AT)
        assert Alert.objects.get(edge__startswith="chase|").cleared_on == DAY
        assert browser(samples.clerk()).post(reverse("projects:month_chase")).status_code == 403

    def test_moves_the_days_and_closes_the_month(self, project: Project) -> None:
        client = browser(samples.office())
        days = {"fill_from": "2024-03-20", "fill_to": "2024-03-26", "review_on": "2024-03-27", "lock_on": "2024-03-29",
                "lock_hour": "17:00", "bulletin_on": ""}
        assert client.post(reverse("projects:month_days"), days).status_code == 302
        assert ReportingMonth.objects.get().fill_to == date(2024, 3, 26)
        assert client.post(reverse("projects:month_days"), days | {"fill_to": "2024-03-01"}).status_code == 422
        out(project)
        client.post(reverse("projects:month_close"))
        assert ReportingMonth.objects.get().closed_at is None
        months.review(reports=[kept(project)], by=samples.reviewer(), at=AT)
        months.lock(reports=[kept(project)], by=samples.office(), at=AT)
        client.post(reverse("projects:month_close"))
        assert ReportingMonth.objects.get().closed_by == samples.office()


class TestReport:
    def test_keeps_a_draft_and_sends_it(self, project: Project) -> None:
        client, address = browser(samples.clerk()), reverse("projects:report", args=[project.code])
        typed = {"physical_text": "基础完成", "amount_month": "１,200.5", "physical_percent": ""}
        assert client.post(address, typed | {"act": "draft"}).status_code == 302
        assert (kept(project).step, kept(project).amount_month) == ("draft", Decimal("1200.5"))
        assert client.post(address, typed | {"act": "submit"}).status_code == 302
        assert kept(project).step == "submitted"

    def test_says_what_is_wrong_at_the_field_and_loses_nothing(self, project: Project) -> None:
        client, address = browser(samples.clerk()), reverse("projects:report", args=[project.code])
        answer = client.post(address, {"physical_text": "基础完成", "amount_month": "很多", "act": "submit"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "应填数字" in page
        assert "很多" in page
        assert not ProgressReport.objects.exists()
        page = client.post(address, {"physical_text": "基础", "amount_month": "7", "built": "5", "act": "submit"})
        assert "之和 5 万元不等于本月完成 7 万元" in page.content.decode()
        assert kept(project).step == "draft"

    def test_asks_for_a_word_when_the_text_is_last_months(self, project: Project) -> None:
        out(project, FEBRUARY)
        client, address = browser(samples.clerk()), reverse("projects:report", args=[project.code])
        typed = {"physical_text": GOOD.physical_text, "amount_month": "900", "act": "submit"}
        assert "形象进度与上月雷同" in client.post(address, typed).content.decode()
        client.post(address, typed | {"explanation": "冬季停工"})
        assert (kept(project).step, kept(project).explanation) == ("submitted", "冬季停工")

    def test_checks_while_one_types_and_keeps_nothing(self, project: Project) -> None:
        out(project, FEBRUARY)
        answer = browser(samples.clerk()).post(reverse("projects:report_check", args=[project.code]), {
            "physical_text": GOOD.physical_text, "amount_month": "300"})
        assert "形象进度与上月雷同" in answer.content.decode()
        assert "1,500" in answer.content.decode()
        assert not ProgressReport.objects.filter(period=MARCH).exists()

    def test_is_closed_to_the_leader_and_hidden_from_other_units(self, project: Project) -> None:
        address = reverse("projects:report", args=[project.code])
        assert "<textarea" not in browser(samples.leader()).get(address).content.decode()
        assert browser(samples.leader()).post(address, {"physical_text": "x", "act": "draft"}).status_code == 403
        assert browser(samples.clerk(samples.unit("交通局"))).get(address).status_code == 403

    def test_asks_few_questions(self, project: Project, django_assert_max_num_queries: Any) -> None:
        out(project, FEBRUARY)
        client = browser(samples.clerk())
        with django_assert_max_num_queries(QUERIES):
            assert client.get(reverse("projects:report", args=[project.code])).status_code == 200


class TestSheet:
    def cells(self, project: Project, **typed: str) -> dict[str, str]:
        return {f"{project.pk}-{name}": value for name, value in {"physical_text": "基础完成", "amount_month": "300",
                                                                   **typed}.items()}

    def test_keeps_and_sends_all_projects_of_the_unit_at_once(self, project: Project) -> None:
        other = samples.project("第二个", plan_year=100)
        client, address = browser(samples.clerk()), reverse("projects:batch_sheet")
        data = self.cells(project) | self.cells(other, amount_month="40")
        assert client.post(address, data | {"act": "draft"}).status_code == 302
        assert [kept(p).step for p in (project, other)] == ["draft", "draft"]
        assert client.post(address, data | {"act": "submit", "pick": [str(other.pk)]}).status_code == 302
        assert [kept(p).step for p in (project, other)] == ["draft", "submitted"]

    def test_keeps_nothing_when_one_cell_cannot_be_read_and_says_where(self, project: Project) -> None:
        other = samples.project("第二个", plan_year=100)
        answer = browser(samples.clerk()).post(reverse("projects:batch_sheet"), {
            **self.cells(project), **self.cells(other, amount_month="四十"), "act": "draft"})
        page = answer.content.decode()
        assert (answer.status_code, ProgressReport.objects.count()) == (422, 0)
        assert page.count("aria-invalid") == 1
        assert "四十" in page
        assert "基础完成" in page

    def test_shows_a_refused_rows_reason_at_its_cell(self, project: Project) -> None:
        page = browser(samples.clerk()).post(reverse("projects:batch_sheet"), {
            **self.cells(project, built="1"), "act": "submit", "pick": [str(project.pk)]}).content.decode()
        assert escape("建筑、安装、设备、其他之和 1 万元不等于本月完成 300 万元") in page
        assert kept(project).step == "draft"

    def test_does_not_take_rows_of_another_unit(self, project: Project) -> None:
        foreign = samples.project("别家的", plan_year=100, unit=samples.unit("交通局"))
        browser(samples.clerk()).post(reverse("projects:batch_sheet"), {**self.cells(foreign), "act": "draft"})
        assert not ProgressReport.objects.exists()

    def test_asks_few_questions_however_many_projects(self, project: Project,
                                                      django_assert_max_num_queries: Any) -> None:
        for _ in range(3):
            samples.project(plan_year=100)
        client = browser(samples.clerk())
        with django_assert_max_num_queries(QUERIES):
            assert client.get(reverse("projects:batch_sheet")).status_code == 200


class TestHands:
    def test_the_unit_reviews_and_the_office_locks_what_is_ticked(self, project: Project) -> None:
        report = out(project)
        reviewer, office = browser(samples.reviewer()), browser(samples.office())
        assert "已报" in reviewer.get(reverse("projects:report_review")).content.decode()
        reviewer.post(reverse("projects:report_review"), {"pick": [report.pk], "act": "go"})
        assert kept(project).step == "reviewed"
        office.post(reverse("projects:report_lock"), {"pick": [report.pk], "act": "go"})
        assert kept(project).step == "locked"

    def test_a_return_needs_a_reason(self, project: Project) -> None:
        report, office = out(project), browser(samples.office())
        answer = office.post(reverse("projects:report_lock"), {"pick": [report.pk], "act": "return"})
        assert (answer.status_code, kept(project).step) == (409, "submitted")
        office.post(reverse("projects:report_lock"), {"pick": [report.pk], "act": "return", "reason": "补照片"})
        assert (kept(project).step, kept(project).returned_reason) == ("returned", "补照片")

    def test_locking_what_was_not_reviewed_is_refused_in_words(self, project: Project) -> None:
        report, office = out(project), browser(samples.office())
        answer = office.post(reverse("projects:report_lock"), {"pick": [report.pk], "act": "go"})
        assert answer.status_code == 409
        assert "当前为“已报”，不能锁定" in answer.content.decode()

    def test_asks_few_questions(self, project: Project, django_assert_max_num_queries: Any) -> None:
        for _ in range(3):
            out(samples.project(plan_year=100))
        client = browser(samples.office())
        with django_assert_max_num_queries(QUERIES):
            assert client.get(reverse("projects:report_lock")).status_code == 200


class TestCorrections:
    def test_go_from_the_unit_to_the_office_and_back(self, project: Project) -> None:
        locked(project)
        clerk, office = browser(samples.clerk()), browser(samples.office())
        address = reverse("projects:correction", args=[project.code])
        assert clerk.post(address, {"amount_month": "1200", "physical_percent": "35", "physical_text": "主体施工至三层",
                                    "reason": "笔误"}).status_code == 422
        assert clerk.post(address, {"amount_month": "1000", "physical_percent": "35", "physical_text": "主体施工至三层",
                                    "reason": "笔误"}).status_code == 302
        row = Correction.objects.get()
        assert "1200 → <b>1000</b>" in office.get(reverse("projects:corrections")).content.decode()
        clerk.post(reverse("projects:correction_decide", args=[row.pk]), {"act": "grant"})
        assert Correction.objects.get().step == "asked"
        office.post(reverse("projects:correction_decide", args=[row.pk]), {"act": "grant"})
        assert (Correction.objects.get().step, kept(project).amount_month) == ("granted", 1000)


class TestLampBoard:
    def test_tells_the_rule_and_the_reason_of_every_red(self, project: Project) -> None:
        judged()
        page = browser(samples.leader()).get("/lamps/").content.decode()
        assert "比值式 2024-1" in page
        assert "为时序的 0.0%：完成 0，应完成 3000 万元（分月计划）" in page

    def test_counts_as_many_as_the_list(self, project: Project) -> None:
        judged()
        here = asked.matrix(samples.office(), area=samples.district(), period=MARCH,
                            run=ledger.run_in_force(samples.district(), DAY))
        assert here.total.lamps[Dimension.OVERALL].red == 1
        assert here.rows[0].state == ReportState.MISSING

    def test_lets_the_office_put_a_named_lamp(self, project: Project) -> None:
        judged()
        address = reverse("projects:lamp_override", args=[project.code])
        office = browser(samples.office())
        assert "完成 0，应完成" in office.get(address).content.decode()
        typed = {"dimension": "overall", "lamp": "yellow", "reason": "防汛停工", "until": str(DAY + timedelta(days=30))}
        assert office.post(address, typed | {"reason": ""}).status_code == 422
        assert office.post(address, typed).status_code == 302
        assert LampOverride.objects.get().by == samples.office()
        assert "防汛停工" in office.get("/lamps/").content.decode()
        assert browser(samples.clerk()).get(address).status_code == 403
