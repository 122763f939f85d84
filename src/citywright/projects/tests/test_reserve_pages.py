"""The pages of the reserve: the funnel, its projects, scores and sheet, rounds; refusals and hostile input."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from citywright.kernel.models import Person
from citywright.projects import samples
from citywright.projects.actions import reserve
from citywright.projects.models import Project, ScoreSheet, Scoring, Submission, SubmissionRound
from citywright.projects.samples import AT
from citywright.projects.words import Gate, Stage, YearKind

pytestmark = pytest.mark.django_db
WHEN = "area=990101&month=2024-03"


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    """The pages stand on the day of the samples."""
    settings.SAMPLE_DAY = AT.date()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    client.get(f"/reserve/?{WHEN}")
    return client


def opened(**more: Any) -> SubmissionRound:
    given: dict[str, Any] = {
        "area": samples.district(), "name": "第一批", "opens_on": date(2024, 3, 1), "closes_on": date(2024, 3, 31),
        "quota": 1, "by": samples.office(), "at": AT}
    return reserve.open_round(**(given | more))


def sheet() -> ScoreSheet:
    return reserve.set_sheet(area=samples.district(), items=[{"name": "深度", "weight": 100, "best": 10}],
                             by=samples.office(), at=AT)


class TestPool:
    def test_tells_stages_money_and_what_next_year_needs(self) -> None:
        samples.ground()
        samples.project("示例谋划", total=30)
        row = samples.project("示例储备", total=70, stage=Stage.RESERVE)
        samples.passed(row, Gate.G1A, date(2024, 3, 5))
        samples.project("示例新开工", total=50, stage=Stage.LANDED, plan_year=50, kind=YearKind.NEW_START)
        page = client_of(samples.office()).get("/reserve/").content.decode()
        assert "储备·方案书" in page and "未归类" in page and "比照 2024 年新开工项目总投资" in page
        assert "1.40" in page and page.count("<h1>") == 1

    def test_an_empty_pool_says_what_to_do(self) -> None:
        samples.ground()
        assert "储备库是空的" in client_of(samples.office()).get("/reserve/").content.decode()

    @pytest.mark.parametrize("address", ["/reserve/", "/reserve/projects/", "/reserve/scores/", "/reserve/rounds/",
                                         "/reserve/sheet/"])
    def test_asks_few_questions_however_many(self, address: str, django_assert_max_num_queries: Any) -> None:
        score, found = sheet(), opened()
        for number in range(5):
            row = samples.project(f"项目{number}")
            reserve.score(sheet=score, project=row, points={"i1": Decimal(number)}, by=samples.office(), at=AT)
            reserve.submit(round=found, project=row, by=samples.clerk(), at=AT)
        client = client_of(samples.office())
        with django_assert_max_num_queries(15):
            assert client.get(address).status_code == 200
        with django_assert_max_num_queries(15):
            assert client.get(f"/reserve/rounds/{found.pk}/").status_code == 200

    @pytest.mark.parametrize("query", ["stage=%00", "stage=nothing", "category=%3Cb%3E", "fresh=7", "sort=score",
                                       "unit=" + "x" * 2000, "page=0"])
    def test_strange_addresses_are_answered(self, query: str) -> None:
        samples.project()
        assert client_of(samples.office()).get(f"/reserve/projects/?{query}").status_code == 200

    def test_filters_by_stage(self) -> None:
        samples.project("谋划中的")
        samples.project("已入库的", stage=Stage.RESERVE)
        client = client_of(samples.office())
        page = client.get("/reserve/projects/?stage=none").content.decode()
        assert "已入库的" in page and "谋划中的" not in page
        assert "谋划中的" in client.get("/reserve/projects/?stage=idea").content.decode()


class TestAdopt:
    def typed(self, row: Project, name: str, **more: str) -> dict[str, Any]:
        return {"name": name, "category": row.category_id, "funding_type": "enterprise", "area": row.area_id,
                "lead_unit": row.lead_unit_id, "total_investment": "100", **more}

    def test_a_name_nearly_known_is_asked_about_once(self) -> None:
        row = samples.project("城东智能装备制造产业园建设项目")
        client, near = client_of(samples.clerk()), "城东智能装备制造产业园建设工程项目"
        page = client.post("/projects/new/", self.typed(row, near)).content.decode()
        assert row.code in page and "不是同一项目" in page and Project.objects.count() == 1
        assert client.post("/projects/new/", self.typed(row, near, apart="on")).status_code == 302
        assert Project.objects.count() == 2

    def test_phases_are_not_alike(self) -> None:
        row = samples.project("城东智能装备制造产业园一期")
        client = client_of(samples.clerk())
        assert client.post("/projects/new/", self.typed(row, "城东智能装备制造产业园二期")).status_code == 302


class TestScores:
    def test_a_reviewer_scores_and_scores_again(self) -> None:
        sheet()
        row = samples.project("示例谋划")
        client = client_of(samples.leader())
        for points in ("8", "9"):
            assert client.post(f"/reserve/scores/{row.code}/", {"i1": points, "note": "<i>好"}).status_code == 302
        page = client.get(f"/reserve/scores/{row.code}/").content.decode()
        assert "90.00" in page and "已改评" in page and "&lt;i&gt;好" in page
        assert "示例谋划" in client.get("/reserve/scores/").content.decode()

    @pytest.mark.parametrize("points", ["", "11", "-1", "abc", "1e9", "NaN", "1\0"])
    def test_impossible_points_are_shown_again(self, points: str) -> None:
        sheet()
        row = samples.project()
        answer = client_of(samples.office()).post(f"/reserve/scores/{row.code}/", {"i1": points, "note": ""})
        assert answer.status_code in (409, 422) and not Scoring.objects.exists()

    def test_the_unit_reads_but_does_not_score(self) -> None:
        sheet()
        row = samples.project()
        client = client_of(samples.clerk())
        assert "登记评分" not in client.get(f"/reserve/scores/{row.code}/").content.decode()
        assert client.post(f"/reserve/scores/{row.code}/", {"i1": "8"}).status_code == 403

    def test_without_a_sheet_it_says_so(self) -> None:
        row = samples.project()
        client = client_of(samples.office())
        assert "还没有评分表" in client.get(f"/reserve/scores/{row.code}/").content.decode()
        assert "还没有评分表" in client.get("/reserve/scores/").content.decode()
        assert client.post(f"/reserve/scores/{row.code}/", {"i1": "8"}).status_code == 403


class TestSheet:
    def rows(self, *items: tuple[str, str, str]) -> dict[str, str]:
        return {f"i{n}-{key}": value for n, item in enumerate(items) for key, value in zip(
            ("name", "weight", "best"), item, strict=True)}

    def test_the_next_version_is_made_on_the_page(self) -> None:
        client = client_of(samples.office())
        typed = self.rows(("深度", "60", "100"), ("要素", "40", "100"))
        assert client.post("/reserve/sheet/", typed).status_code == 302
        again = client.post("/reserve/sheet/", typed)
        assert again.status_code == 409 and "没有任何改动" in again.content.decode()
        assert ScoreSheet.objects.count() == 1

    @pytest.mark.parametrize(("items", "status"), [
        ((("深度", "60", "100"),), 409), ((("深度", "", "100"),), 422), ((("", "60", "100"),), 422),
        ((("深度", "1e3", "100"),), 422), ((("x" * 50, "100", "100"),), 422), ((), 409),
        ((("深度", "50", "9"), ("深度", "50", "9")), 409)])
    def test_what_does_not_add_up_is_shown_again(self, items: tuple[tuple[str, str, str], ...], status: int) -> None:
        typed = self.rows(*items) or {"i0-name": ""}
        assert client_of(samples.office()).post("/reserve/sheet/", typed).status_code == status
        assert not ScoreSheet.objects.exists()

    def test_only_the_office_changes_it(self) -> None:
        sheet()
        client = client_of(samples.clerk())
        assert "启用新版" not in client.get("/reserve/sheet/").content.decode()
        assert client.post("/reserve/sheet/", self.rows(("深度", "100", "9"))).status_code == 403


class TestRounds:
    def test_is_opened_handed_in_returned_and_accepted_on_pages(self) -> None:
        row = samples.project("示例谋划")
        office, clerk = client_of(samples.office()), client_of(samples.clerk())
        typed = {"name": "第一批", "opens_on": "2024-03-01", "closes_on": "2024-03-31", "quota": "2"}
        where = office.post("/reserve/rounds/", typed).headers["Location"]
        assert "示例谋划" in clerk.get(where).content.decode()
        assert clerk.post(f"{where}projects/", {"project": row.code}).status_code == 302
        key = str(Submission.objects.get().pk)
        assert office.post(f"{where}return/", {"pick": key, "text": ""}).status_code == 409
        assert office.post(f"{where}return/", {"pick": key, "text": "补充"}).status_code == 302
        assert "补充" in clerk.get(where).content.decode()
        assert clerk.post(f"{where}projects/", {"project": row.code}).status_code == 302
        assert office.post(f"{where}accept/", {"pick": key}).status_code == 302
        assert office.post(f"{where}accept/", {"pick": key}).status_code == 409
        page = clerk.get(where).content.decode()
        assert "已入选" in page and f"/projects/{row.code}/gates/g1/claim/" in page

    def test_the_same_round_twice_says_so(self) -> None:
        client = client_of(samples.office())
        typed = {"name": "第一批", "opens_on": "2024-03-01", "closes_on": "2024-03-31"}
        assert [client.post("/reserve/rounds/", typed).status_code for _ in range(2)] == [302, 409]

    @pytest.mark.parametrize("wrong", [{"name": ""}, {"closes_on": "x"}, {"quota": "0"}, {"quota": "9" * 20},
                                       {"name": "x\0"}, {"name": "x" * 100}])
    def test_what_cannot_be_read_is_shown_again(self, wrong: dict[str, str]) -> None:
        typed = {"name": "第一批", "opens_on": "2024-03-01", "closes_on": "2024-03-31", "quota": "2"} | wrong
        assert client_of(samples.office()).post("/reserve/rounds/", typed).status_code == 422
        assert not SubmissionRound.objects.exists()

    @pytest.mark.parametrize("pick", [[], ["x"], ["00000000-0000-0000-0000-000000000000"], ["\0"]])
    def test_picks_that_are_none_are_refused(self, pick: list[str]) -> None:
        found = opened()
        answer = client_of(samples.office()).post(f"/reserve/rounds/{found.pk}/accept/", {"pick": pick})
        assert answer.status_code in (403, 409)

    def test_others_neither_see_nor_move_what_a_unit_handed_in(self) -> None:
        row, found = samples.project("示例谋划"), opened()
        made = reserve.submit(round=found, project=row, by=samples.clerk(), at=AT)
        other = client_of(samples.clerk(samples.unit("水务局")))
        assert "示例谋划" not in other.get(f"/reserve/rounds/{found.pk}/").content.decode()
        assert other.post(f"/reserve/rounds/{found.pk}/withdraw/", {"pick": str(made.pk)}).status_code == 403
        assert other.post(f"/reserve/rounds/{found.pk}/projects/", {"project": row.code}).status_code == 403
        assert client_of(samples.stranger()).get(f"/reserve/rounds/{found.pk}/").status_code == 403

    def test_a_round_of_another_district_is_as_absent_as_none(self) -> None:
        there = samples.district("990102", "示例县")
        found = opened(area=there, by=samples.office(there))
        client = client_of(samples.office())
        assert {client.get(f"/reserve/rounds/{key}/").status_code for key in (found.pk, found.pk + 1, 10**18)} == {403}

    def test_after_the_cut_off_nothing_is_offered_and_nothing_taken(self) -> None:
        row, found = samples.project("示例谋划"), opened(closes_on=date(2024, 3, 5))
        client = client_of(samples.clerk())
        page = client.get(f"/reserve/rounds/{found.pk}/").content.decode()
        assert "截止提报" in page and f'value="{row.code}"' not in page
        assert client.post(f"/reserve/rounds/{found.pk}/projects/", {"project": row.code}).status_code == 409
