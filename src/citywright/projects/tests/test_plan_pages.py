"""The pages of the year plan: sums, picked acts, adjustment, versions, the issued table, and those who may not."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from citywright.kernel.models import Person
from citywright.projects import samples
from citywright.projects.actions import plans
from citywright.projects.models import AnnualPlan, PlanReview, PlanVersion

pytestmark = pytest.mark.django_db
WHEN = "area=990101&month=2024-03"


def client_of(person: Person) -> Client:
    """Signed in, standing in the sample district in March 2024."""
    client = Client()
    client.force_login(person)
    client.get(f"/plans/?{WHEN}")
    return client


def draft(name: str = "示例甲", amount: int = 120, **more: Any) -> AnnualPlan:
    return samples.project(name, plan_year=amount, frozen=False, **more).plans.get()


def act(person: Person, verb: str, *found: AnnualPlan, **more: str) -> Any:
    """The act of the list on the picked plans."""
    return client_of(person).post(f"/plans/acts/{verb}/", {"pick": [plan.pk for plan in found], "year": "2024", **more})


class TestSums:
    def test_tells_the_year_by_category_and_unit_and_its_versions(self) -> None:
        samples.project("示例甲", plan_year=1_000)
        draft("示例乙", 234)
        page = client_of(samples.office()).get(f"/plans/?{WHEN}").content.decode()
        assert "1,234" in page and "未归类" in page and "2024 年度计划第 1 版，2024-03-20 冻结" in page
        assert page.count("<h1>") == 1

    def test_an_empty_year_says_what_to_do(self) -> None:
        samples.ground()
        page = client_of(samples.office()).get("/plans/?year=2031").content.decode()
        assert "这一年还没有计划" in page and "还没有冻结的版本" in page

    @pytest.mark.parametrize("year", ["1999", "abcd", "20240", "2024%00", "２０２４"])
    def test_a_year_that_is_none_is_the_one_in_force(self, year: str) -> None:
        assert "2024 年度计划" in client_of(samples.office()).get(f"/plans/?year={year}").content.decode()

    def test_a_clerk_sees_the_own_unit_only(self) -> None:
        draft("本单位的")
        samples.project("别人的", plan_year=10, unit=samples.unit("水务局"))
        page = client_of(samples.clerk()).get(f"/plans/projects/?{WHEN}").content.decode()
        assert "本单位的" in page and "别人的" not in page

    @pytest.mark.parametrize("address", ["/plans/", "/plans/projects/", "/plans/export/"])
    def test_asks_few_questions_however_many(self, address: str, django_assert_max_num_queries: Any) -> None:
        for number in range(6):
            samples.project(f"项目{number}", plan_year=10, months=[1] * 10 + [0, 0])
        client = client_of(samples.office())
        with django_assert_max_num_queries(15):
            assert client.get(f"{address}?{WHEN}").status_code == 200

    @pytest.mark.parametrize("query", ["step=%00", "unit=%3Cscript%3E", "category=x", "sort=-nothing", "page=9999999",
                                       "kind=" + "x" * 3000, "group=unit", "cols=nothing", "q=%27"])
    def test_strange_addresses_are_answered(self, query: str) -> None:
        draft()
        answer = client_of(samples.office()).get(f"/plans/projects/?{query}")
        assert answer.status_code == 200 and b"<script>x" not in answer.content


class TestActs:
    def test_from_draft_to_frozen_in_four_acts(self) -> None:
        plan = draft()
        for person, verb, more in ((samples.clerk(), "submit", {}), (samples.reviewer(), "return", {"text": "不实"}),
                                   (samples.clerk(), "submit", {}), (samples.reviewer(), "review", {}),
                                   (samples.office(), "freeze", {"text": "示例发〔2024〕2号"})):
            assert act(person, verb, plan, **more).status_code == 302
        assert PlanVersion.objects.get().doc_no == "示例发〔2024〕2号"

    def test_what_cannot_be_done_is_said_with_the_project(self) -> None:
        plan = draft("示例甲")
        act(samples.reviewer(), "submit", plan)
        answer = act(samples.reviewer(), "review", plan)
        assert answer.status_code == 409
        assert "示例甲" in answer.content.decode() and "另一人" in answer.content.decode()

    def test_the_returned_one_shows_its_reason(self) -> None:
        plan = draft()
        act(samples.clerk(), "submit", plan)
        act(samples.reviewer(), "return", plan, text="<b>分月不实</b>")
        page = client_of(samples.clerk()).get(f"/plans/projects/?{WHEN}").content.decode()
        assert "&lt;b&gt;分月不实" in page and "<b>分月不实" not in page

    @pytest.mark.parametrize("pick", [[], ["x"], ["-1"], ["999999"], ["9" * 30], ["1\0"]])
    def test_picks_that_are_none_are_refused(self, pick: list[str]) -> None:
        draft()
        answer = client_of(samples.office()).post("/plans/acts/submit/", {"pick": pick, "year": "2024"})
        assert answer.status_code in (403, 409) and not PlanReview.objects.exists()

    def test_plans_of_another_unit_area_or_year_are_out_of_reach(self) -> None:
        plan = draft()
        for person in (samples.clerk(samples.unit("水务局")), samples.stranger()):
            assert act(person, "submit", plan).status_code == 403
        assert client_of(samples.office()).post("/plans/acts/submit/", {"pick": [plan.pk], "year": "2025"}
                                                ).status_code == 403
        assert act(samples.office(), "explode", plan).status_code == 403
        assert client_of(samples.office()).get("/plans/acts/submit/").status_code == 405


class TestAdjust:
    def test_is_seen_before_it_is_done_and_makes_one_version(self) -> None:
        one = samples.project("示例甲", plan_year=120, months=[10] * 12).plans.get()
        two = samples.project("示例乙", plan_year=50).plans.get()
        client, keys = client_of(samples.office()), [one.pk, two.pk]
        seen = client.post("/plans/adjust/", {"pick": keys, "year": "2024"})
        assert seen.status_code == 200 and "示例甲" in seen.content.decode()
        typed = {"pick": keys, "year": "2024", "doc_no": "示例发〔2024〕9号", "reason": "年中调整",
                 f"p{one.pk}-invest_year": "240", f"p{two.pk}-invest_year": "50"}
        answer = client.post("/plans/adjust/", typed)
        version = PlanVersion.objects.get(number=3)
        assert answer.headers["Location"] == f"/plans/versions/{version.pk}/"
        new = AnnualPlan.objects.get(project=one.project, in_force=True)
        assert [month.invest for month in new.months.all()] == [20] * 12
        assert AnnualPlan.objects.get(project=two.project).version == 1
        page = client.get(answer.headers["Location"]).content.decode()
        assert "年度计划投资" in page and "240" in page and "示例乙" not in page
        assert client.post("/plans/adjust/", typed).status_code == 403 or PlanVersion.objects.count() == 3

    @pytest.mark.parametrize(("typed", "status"), [
        ({"doc_no": "", "reason": "x"}, 422), ({"doc_no": "x", "reason": "x"}, 409),
        ({"doc_no": "x", "reason": "x", "amount": "-1"}, 422), ({"doc_no": "x", "reason": "x", "amount": "abc"}, 422),
        ({"doc_no": "x" * 200, "reason": "x"}, 422), ({"doc_no": "x\0", "reason": "x"}, 422)])
    def test_what_cannot_be_read_is_shown_again(self, typed: dict[str, str], status: int) -> None:
        plan = samples.project(plan_year=120).plans.get()
        data = {"pick": [plan.pk], "year": "2024", f"p{plan.pk}-invest_year": typed.pop("amount", "120"), **typed}
        assert client_of(samples.office()).post("/plans/adjust/", data).status_code == status
        assert PlanVersion.objects.count() == 1

    def test_only_the_office_adjusts(self) -> None:
        plan = samples.project(plan_year=120).plans.get()
        for data in ({}, {"doc_no": "x", "reason": "x", f"p{plan.pk}-invest_year": "1"}):
            answer = client_of(samples.reviewer()).post("/plans/adjust/", {"pick": [plan.pk], "year": "2024", **data})
            assert answer.status_code == 403


class TestVersion:
    def test_tells_what_it_changed_and_what_stood_before(self) -> None:
        row = samples.project("示例甲", plan_year=100)
        plans.revise(plan=row.plans.get(), invest_year=samples.Decimal(150), months=None, reason="追加",
                     by=samples.office(), at=samples.AT)
        version = PlanVersion.objects.get(number=2)
        page = client_of(samples.office()).get(f"/plans/versions/{version.pk}/").content.decode()
        assert "追加" in page and "1 个项目，年度计划 150 万元" in page and "1 个项目，年度计划 100 万元" in page

    def test_one_of_another_district_is_as_absent_as_none(self) -> None:
        there = samples.district("990102", "示例县")
        samples.project(unit=samples.unit("县住建局", there), plan_year=10)
        key = PlanVersion.objects.get().pk
        client = client_of(samples.office())
        assert {client.get(f"/plans/versions/{n}/").status_code for n in (key, key + 1, 10**18)} == {403}
        assert client_of(samples.city()).get(f"/plans/versions/{key}/").status_code == 200


class TestTable:
    def test_the_issued_table_sums_and_names_its_version(self) -> None:
        samples.project("示例甲", plan_year=120, months=[10] * 12)
        samples.project("=cmd|示例乙", plan_year=30, category="unclassified")
        answer = client_of(samples.office()).get(f"/plans/export/?{WHEN}")
        sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert "第 2 版" in rows[1][0] and rows[3][0] == "合计" and rows[3][6] == 150
        assert rows[3][7:19] == [10] * 12
        named = {row[1]: row for row in rows if row[1]}
        assert named["=cmd|示例乙"][7] == "—" and named["示例甲"][18] == 10
        assert any(row[0] == "未归类 小计（1 个）" for row in rows)
