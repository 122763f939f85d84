"""The project list: what it holds, how it is filtered, summed, sorted, grouped; who sees what."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from citywright.kernel import money
from citywright.kernel.http import Standing
from citywright.projects import samples
from citywright.projects.actions import problems, projects
from citywright.projects.forms import lists as forms
from citywright.projects.models import LampRuleSet, LampRun, LampSnapshot, Project
from citywright.projects.queries import figures, leaves, listing
from citywright.projects.queries.listing import Filters, Listing
from citywright.projects.views.projects import columns
from citywright.projects.words import Dimension, Gate, ProblemKind, ProblemSource, Stage, YearKind

pytestmark = pytest.mark.django_db
MARCH = date(2024, 3, 1)
TODAY = date(2024, 3, 27)
SEVEN = [d.value for d in Dimension if d is not Dimension.OVERALL]


def ask(person: Any = None) -> leaves.Ask:
    """The office's question in March, afresh."""
    leaves.forget()
    return leaves.asked(person or samples.office(), Standing(samples.district(), MARCH, TODAY), TODAY)


def found(filters: Filters = Filters(), person: Any = None, **more: Any) -> Listing:  # noqa: B008
    return Listing(ask(person), filters, **more)


def names(listing: Listing) -> list[str]:
    return [row.name for row in listing.chosen]


def judged(**lamps: dict[str, str]) -> None:
    """One judging: for each project by name the lamps given, every other green."""
    rules = LampRuleSet.objects.get_or_create(code="t", version="1", area=None, defaults={
        "name": "比值式", "parameters": {}, "source": "示例"})[0]
    run = LampRun.objects.create(area=samples.district(), as_of=TODAY, rule_set=rules, judged_at=samples.AT,
                                 inputs_digest="0" * 64)
    for name, told in lamps.items():
        seven = dict.fromkeys(SEVEN, "green") | told
        worst = next((lamp for lamp in ("red", "yellow") if lamp in seven.values()), "green")
        project = Project.objects.get(name=name)
        LampSnapshot.objects.create(run=run, project=project, overall=worst, shown=worst, **seven)


class TestRows:
    def test_money_of_the_plan_and_the_gates_stand_in_one_row(self) -> None:
        samples.project("甲", stage=Stage.BUILDING, kind=YearKind.CONTINUE, plan_year=1_200, total=5_000)
        row = found().chosen[0]
        assert money.from_fen(row.total) == Decimal(5_000)
        assert row.plan is not None and money.from_fen(row.plan) == Decimal(1_200)
        assert row.started_on is not None and row.kind == YearKind.CONTINUE

    def test_what_is_due_without_monthly_plan_is_spread_over_the_year(self) -> None:
        samples.project("甲", kind=YearKind.CONTINUE, plan_year=1_200)
        assert money.from_fen(found().chosen[0].scheduled) == Decimal(300)

    def test_a_package_is_counted_by_its_parts(self) -> None:
        whole, part = samples.project("打包"), samples.project("子项")
        projects.pack(package=whole, parts=[part], by=samples.office(), at=samples.AT)
        assert names(found()) == ["子项"]

    def test_rows_are_read_afresh_after_an_act(self) -> None:
        row = samples.project("甲")
        before = leaves.asked(samples.office(), Standing(samples.district(), MARCH, TODAY), TODAY)
        judged(甲={})
        first = leaves.asked(samples.office(), Standing(samples.district(), MARCH, TODAY), TODAY)
        assert [r.name for r in leaves.rows(first).rows] == ["甲"]
        projects.amend(project=row, changes={"name": "乙"}, by=samples.office(), at=samples.AT)
        second = leaves.asked(samples.office(), Standing(samples.district(), MARCH, TODAY), TODAY)
        assert [r.name for r in leaves.rows(second).rows] == ["乙"]
        assert first.head != second.head and before.head == ""


    def test_kept_rows_answer_the_databases_filters_as_fresh_ones_do(self) -> None:
        samples.project("落地的", stage=Stage.LANDED)
        samples.project("谋划的")
        judged(落地的={}, 谋划的={})
        filters = Filters(stage=("landed",))
        fresh = names(found(filters))
        again = leaves.asked(samples.office(), Standing(samples.district(), MARCH, TODAY), TODAY)
        assert again.head
        leaves.rows(again)
        assert names(Listing(again, filters)) == fresh == ["落地的"]


class TestWhoSees:
    def test_a_clerk_sees_the_own_units_rows_only(self) -> None:
        samples.project("自己的")
        samples.project("别人的", unit=samples.unit("水务局"))
        assert names(found(person=samples.clerk())) == ["自己的"]

    def test_the_stranger_sees_nothing_and_is_refused_the_page(self, client: Client) -> None:
        samples.project("甲")
        assert names(found(person=samples.stranger())) == []
        client.force_login(samples.stranger())
        assert client.get("/projects/").status_code == 403


class TestFilters:
    def test_several_values_of_one_filter_are_either_or_several_filters_all(self) -> None:
        for name in ("甲", "乙", "丙"):
            samples.project(name, kind=YearKind.CONTINUE if name == "丙" else YearKind.NEW_START, plan_year=10)
        judged(甲={"fund": "red"}, 乙={"start": "yellow"}, 丙={"fund": "red"})
        assert set(names(found(Filters(lamp=("red", "yellow"))))) == {"甲", "乙", "丙"}
        assert names(found(Filters(lamp=("red",), kind=("new_start",)))) == ["甲"]
        assert set(names(found(Filters(dim="fund", dlamp=("red",))))) == {"甲", "丙"}

    def test_stage_is_the_verified_one(self) -> None:
        samples.project("落地的", stage=Stage.LANDED)
        samples.project("谋划的")
        assert names(found(Filters(stage=("landed",)))) == ["落地的"]
        assert names(found(Filters(stage=("idea",)))) == ["谋划的"]

    def test_words_find_name_code_and_initials(self) -> None:
        row = samples.project("望岭快速路")
        samples.project("另一个")
        for typed in ("快速", "wlks", row.code.lower()):
            assert names(found(Filters(q=typed))) == ["望岭快速路"], typed

    def test_due_and_not_started_are_those_behind_the_figure(self) -> None:
        late = {"planned_start": date(2024, 3, 10)}
        samples.project("欠开工", kind=YearKind.NEW_START, plan_year=10, plan=late)
        samples.project("已开工", kind=YearKind.NEW_START, plan_year=10, plan=late, stage=Stage.BUILDING)
        samples.project("未到期", kind=YearKind.NEW_START, plan_year=10, plan={"planned_start": date(2024, 6, 1)})
        due = found(Filters(list="DUE"))
        assert names(due) == ["欠开工"]
        assert names(found(Filters(measure="START_LATE", part="numerator"))) == names(due)
        shown = figures.figures(samples.office(), ["START_LATE"], area=samples.district(), period=MARCH, run=None)[0]
        assert int(shown.numerator) == len(due.chosen)

    def test_should_be_in_statistics_is_what_the_rate_misses(self) -> None:
        samples.project("未入统", kind=YearKind.CONTINUE, plan_year=10, stage=Stage.BUILDING)
        listed = names(found(Filters(list="UNS")))
        whole = set(names(found(Filters(measure="STAT_IN", part="denominator"))))
        there = set(names(found(Filters(measure="STAT_IN", part="numerator"))))
        assert set(listed) == whole - there

    def test_the_address_is_read_and_written_back(self) -> None:
        query = QueryDict("lamp=red,yellow&kind=new_start&unit=a&unit=b&q=%20x%20&page=3")
        filters = forms.filters_of(query)
        assert filters == Filters(lamp=("red", "yellow"), kind=("new_start",), unit=("a", "b"), q="x")
        assert forms.filters_of(QueryDict(forms.written(vars(filters)))) == filters
        assert "page" not in forms.address(query, without=["q"])


class TestSums:
    def test_groups_add_up_to_the_whole_and_name_the_unclassified(self) -> None:
        for n, category in enumerate(("industrial", "industrial", "infrastructure", "unclassified"), 1):
            samples.project(f"项目{n}", category=category, total=1_000 * n, kind=YearKind.CONTINUE, plan_year=100 * n)
        listing = found()
        assert [group.code for group in listing.groups][-1] == "unclassified"
        assert sum(group.total for group in listing.groups) == listing.sums.total == money.to_fen(Decimal(10_000))
        assert sum(group.count for group in listing.groups) == listing.sums.count == 4

    def test_the_footer_sums_all_filtered_rows_not_only_the_page(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(listing, "PAGE", 2)
        for n in range(5):
            samples.project(f"项目{n}", total=100)
        page = found(number=2)
        assert len(page.shown) == 2 and page.sums.count == 5 and page.pages == 3
        assert found(number=99).page == 3


class TestOrder:
    def test_what_hurts_comes_first_then_more_reds_then_the_pace(self) -> None:
        for name in ("绿", "一红", "两红", "黄"):
            samples.project(name, kind=YearKind.CONTINUE, plan_year=10)
        judged(绿={}, 一红={"fund": "red"}, 两红={"fund": "red", "issue": "red"}, 黄={"fund": "yellow"})
        assert names(found()) == ["两红", "一红", "黄", "绿"]

    def test_by_total_from_the_greatest(self) -> None:
        for n in (1, 3, 2):
            samples.project(f"项目{n}", total=n * 100)
        assert names(found(sort="-total")) == ["项目3", "项目2", "项目1"]


class TestCells:
    @pytest.mark.parametrize(("done", "plan", "shown"), [
        (139, 1_000, "13.9"), (0, 1_000, "0.0"), (1, 0, "—"), (None, 1_000, "0.0"), (1_005, 100_000, "1.0"),
        (1_050, 100_000, "1.1"),
    ])
    def test_the_rate_rounds_half_up_and_says_nothing_without_a_plan(self, done: int, plan: int, shown: str) -> None:
        assert columns.rate(done, plan) == shown

    def test_the_lead_has_a_true_minus_and_is_red_from_five_points(self) -> None:
        assert columns.lead(90, 100, 1_000) == "−1.0"
        assert columns.lead(40, 100, 1_000) == '<span class="neg">−6.0</span>'
        assert columns.lead(150, 100, 1_000) == "+5.0"
        assert columns.lead(0, 0, 1_000) == "—"

    def test_money_rounds_half_up_to_whole_wan_or_two_places_of_yi(self) -> None:
        fen = money.to_fen(Decimal("12345.5"))
        assert columns.wan(fen) == "12,346" and columns.yi(fen) == "1.23" and columns.wan(None) == "—"


class TestThePage:
    def test_it_shows_tabs_sums_and_links_and_escapes_names(self, client: Client) -> None:
        samples.project("甲<b>", kind=YearKind.CONTINUE, plan_year=1_200, total=5_000)
        client.force_login(samples.office())
        text = client.get("/projects/?month=2024-03").content.decode()
        assert "甲&lt;b&gt;" in text and "甲<b>" not in text
        for words in ("全部项目", "应开工未开工", "筛选合计", "单位：万元", "拆分打包", "/definitions/INV_PACE/"):
            assert words in text

    def test_an_empty_list_says_what_to_do(self, client: Client) -> None:
        client.force_login(samples.office())
        assert "先导入台账" in client.get("/projects/?month=2024-03").content.decode()
        samples.project("甲")
        assert "清除筛选" in client.get("/projects/?q=没有").content.decode()

    def test_columns_and_the_unit_of_money_are_chosen_in_the_address(self, client: Client) -> None:
        samples.project("甲", total=123_456)
        client.force_login(samples.office())
        text = client.get("/projects/?cols=code&cols=total&in=yi&group=none").content.decode()
        assert "12.35" in text and "亿元" in text and "形象进度</th>" not in text

    def test_english_readers_meet_no_chinese_but_the_citys_own_words(self, client: Client) -> None:
        samples.project("Alpha")
        client.force_login(samples.office())
        client.cookies["django_language"] = "en"
        text = client.get("/projects/?month=2024-03").content.decode()
        for words in ("全部项目", "筛选合计", "责任单位", "综合灯", "单位：", "导出"):
            assert f">{words}" not in text, words


class TestOpenClaims:
    def test_a_claim_that_waits_for_its_verifier_is_listed(self) -> None:
        row = samples.project("待核验的")
        samples.claimed(row, Gate.G1, date(2024, 3, 1))
        samples.project("没有申报")
        assert names(found(Filters(pending="1"))) == ["待核验的"]

    def test_what_i_answer_for_is_my_own_tab(self) -> None:
        row = samples.project("我的")
        samples.project("别人的")
        projects.entrust(project=row, role="leader", name=samples.leader().full_name, from_on=date(2024, 1, 1),  # type: ignore[arg-type]
                         by=samples.office(), at=samples.AT)
        assert names(found(Filters(owner="me"), person=samples.leader())) == ["我的"]
        assert found(person=samples.leader()).count(Filters(owner="me")) == 1


def test_problems_do_not_multiply_rows() -> None:
    row = samples.project("甲")
    for title in ("一", "二"):
        problems.raise_problem(project=row, title=title, kind=ProblemKind.PIPES, source=ProblemSource.VISIT, severity=2,
                               unit=row.lead_unit, due_on=date(2024, 4, 1), by=samples.office(), at=samples.AT)
    assert names(found()) == ["甲"]
