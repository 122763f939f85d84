"""Pages of boards, definitions, lists, data and snapshots as people open them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from citywright.indicators.actions import boards, snapshots
from citywright.indicators.catalogue import CATALOGUE
from citywright.indicators.models import Board, Snapshot
from citywright.kernel.models import JournalEntry, Person

from .lake_rows import AT, MARCH, YI, clerk, day, district, leader, neighbour, office, person, publish, row

pytestmark = pytest.mark.django_db
HERE = "?area=990101&month=2024-03"


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path) -> Path:
    """A lake of one's own."""
    settings.LAKE_ROOT = tmp_path
    return tmp_path


@pytest.fixture()
def facts() -> None:
    """Eleven projects of two units."""
    publish([row(n, unit=1 + n % 2, year_kind="new_start", planned_start_day=day("2024-01-10"), plan_year_fen=n * YI,
                 g4_day=day("2024-02-01") if n % 3 else None, done_year_fen=n * 10**9, lamp_shown="red",
                 name=f"示例<b>项目{n}") for n in range(1, 12)])


def client(by: Person) -> Client:
    """Signed in."""
    found = Client()
    found.force_login(by)
    return found


def text_of(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


class TestBoard:
    def test_the_usual_figures_stand_where_nobody_made_a_board(self, facts: None) -> None:
        page = text_of(client(leader()).get(f"/indicators/{HERE}"))
        assert "年度投资完成（调度口径）" in page and "6.60" in page and "截至 3月27日" in page and "口径" in page

    def test_every_figure_equals_the_list_it_links_to(self, facts: None) -> None:
        reader = client(leader())
        page = text_of(reader.get(f"/indicators/{HERE}"))
        links = re.findall(r'href="(/indicators/[A-Z0-9_]+/list/[^"]+)"', page)
        assert len(links) > 15
        for link in dict.fromkeys(links):
            answer = reader.get(link.replace("&amp;", "&"))
            assert answer.status_code == 200
            code, found = link.split("/")[2], answer.context["found"]
            part = "denominator" if "denominator" in link else "numerator"
            figure = next(one for one in reader.get(f"/indicators/{HERE}").context["figures"]
                          if one.value.code == code)
            assert found.total == getattr(figure.value, part)

    def test_the_board_costs_few_queries(self, facts: None, django_assert_max_num_queries: Any) -> None:
        reader = client(leader())
        reader.get(f"/indicators/{HERE}")
        with django_assert_max_num_queries(15):
            reader.get("/indicators/")

    def test_a_clerk_reads_only_figures_of_the_own_unit(self, facts: None) -> None:
        page = client(clerk(1)).get(f"/indicators/{HERE}")
        figure = next(one for one in page.context["figures"] if one.value.code == "INV_SUM")
        assert figure.value.numerator == sum(n for n in range(1, 12) if n % 2 == 0) * 10**9
        listed = client(clerk(1)).get(f"/indicators/INV_SUM/list/{HERE}&unit=990101-0002")
        assert listed.context["found"].count == 0

    def test_an_empty_lake_is_told_in_words_with_what_to_do(self) -> None:
        for address in ("/indicators/", "/indicators/COUNT/", "/indicators/COUNT/list/", "/lake/"):
            answer = client(leader()).get(address + HERE)
            assert answer.status_code == 200 and "还没有发布" in text_of(answer)

    def test_a_broken_file_is_named_with_what_to_do(self, facts: None, lake: Path) -> None:
        file = next((lake / "project_month").glob("*.parquet"))
        file.write_bytes(file.read_bytes()[:100])
        page = text_of(client(leader()).get(f"/indicators/{HERE}"))
        assert "缺失或已损坏" in page and "./citywright lake rebuild" in page

    def test_a_month_without_data_says_so(self, facts: None) -> None:
        assert "这个月还没有发布数据" in text_of(client(leader()).get("/indicators/?area=990101&month=2024-09"))

    @pytest.mark.parametrize("board", ["x", "%00", "9" * 500, "<script>", str(UUID(int=7))])
    def test_an_address_nobody_made_is_refused(self, facts: None, board: str) -> None:
        assert client(leader()).get(f"/indicators/?board={board}").status_code == 403

    def test_the_board_is_taken_away_as_a_sheet_with_who_took_it(self, facts: None) -> None:
        answer = client(leader()).get(f"/indicators/export/{HERE}&form=csv")
        page = answer.content.decode("utf-8-sig")
        assert answer.headers["Content-Type"].startswith("text/csv") and "INV_SUM" in page and "leader" in page
        assert client(leader()).get(f"/indicators/export/{HERE}&form=xlsx").content[:2] == b"PK"
        assert JournalEntry.objects.filter(verb="figures.exported").count() == 2


class TestIndicator:
    @pytest.mark.parametrize("code", CATALOGUE)
    def test_every_indicator_has_its_page(self, facts: None, code: str) -> None:
        for language in ("zh-hans", "en"):
            reader = client(leader())
            reader.cookies["django_language"] = language
            page = text_of(reader.get(f"/indicators/{code}/{HERE}"))
            assert code in page
        assert "SELECT" in page or CATALOGUE[code].table != "project_month"

    def test_its_parts_add_up_on_the_page(self, facts: None) -> None:
        for by in ("unit", "category", "area", "nonsense"):
            answer = client(leader()).get(f"/indicators/INV_DONE/{HERE}&by={by}")
            figure, shares = answer.context["figure"], answer.context["shares"]
            assert sum(share.value.numerator for share, _, _ in shares) == figure.value.numerator

    def test_an_unknown_code_has_no_page(self, facts: None) -> None:
        assert client(leader()).get(f"/indicators/NOPE/{HERE}").status_code == 404
        assert client(leader()).get(f"/indicators/NOPE/list/{HERE}").status_code == 404

    def test_names_of_projects_are_shown_and_never_run(self, facts: None) -> None:
        page = text_of(client(leader()).get(f"/indicators/COUNT/list/{HERE}"))
        assert "示例&lt;b&gt;项目1" in page and "<b>项目1" not in page

    @pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999999999999999999", "page=-1", "part=<script>",
                                       "unit=%00", "unit=" + "x" * 900, "page=٣"])
    def test_hostile_addresses_of_a_list_are_harmless(self, facts: None, query: str) -> None:
        assert client(leader()).get(f"/indicators/INV_DONE/list/{HERE}&{query}").status_code == 200

    def test_a_list_is_taken_away_whole_and_harmless(self) -> None:
        publish([row(n, name="=1+1") for n in range(60)])
        page = client(leader()).get(f"/indicators/COUNT/list/{HERE}&form=csv").content.decode("utf-8-sig")
        assert page.count("'=1+1") == 60

    def test_the_catalogue_and_the_data_have_their_pages(self, facts: None) -> None:
        assert "START_DUE" in text_of(client(clerk()).get("/indicators/catalogue/"))
        page = text_of(client(clerk()).get(f"/lake/{HERE}"))
        assert "project_month" in page and "One row per project and month." in page and "duckdb" in page


class TestMaking:
    def form(self, **more: Any) -> dict[str, Any]:
        return {"name": "周会看板", "columns": "2", "code": ["COUNT", "RED", "INV_SUM"], "place_RED": "1",
                "place_COUNT": "2"} | more

    def test_a_board_is_made_changed_and_ended_on_pages(self, facts: None) -> None:
        reader = client(leader())
        answer = reader.post("/boards/new/", self.form())
        found = Board.objects.get()
        assert answer.status_code == 302 and found.codes == ["RED", "COUNT", "INV_SUM"] and found.columns == 2
        assert "周会看板" in text_of(reader.get(answer.headers["Location"]))
        assert reader.post(f"/boards/{found.pk}/", self.form(name="月会", code=["RED"])).status_code == 302
        assert Board.objects.get().codes == ["RED"]
        assert reader.post(f"/boards/{found.pk}/act/", {"verb": "end"}).status_code == 302
        assert Board.objects.get().ended_at is not None

    def test_a_second_click_is_refused_at_the_form(self, facts: None) -> None:
        reader = client(leader())
        reader.post("/boards/new/", self.form())
        answer = reader.post("/boards/new/", self.form())
        assert answer.status_code == 409 and "您已有名为“周会看板”的看板" in text_of(answer)
        assert Board.objects.count() == 1

    @pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "长" * 300}, {"name": "a\0b"}, {"columns": "9"},
                                       {"columns": "x"}, {"code": []}, {"code": ["<script>", "NOPE"]}])
    def test_what_cannot_be_a_board_stands_at_the_form(self, facts: None, wrong: dict[str, Any]) -> None:
        assert client(leader()).post("/boards/new/", self.form(**wrong)).status_code == 422
        assert not Board.objects.exists()

    def test_numbers_that_are_none_leave_the_order(self, facts: None) -> None:
        client(leader()).post("/boards/new/", self.form(place_RED="x" * 500, place_COUNT="-1"))
        assert Board.objects.get().codes == ["COUNT", "RED", "INV_SUM"]

    def test_the_office_makes_it_the_board_of_the_area(self, facts: None) -> None:
        found = boards.make(name="区看板", area=district(), codes=["RED"], columns=1, is_shared=True, by=leader(),
        at=AT)
        assert client(leader()).post(f"/boards/{found.pk}/act/", {"verb": "default"}).status_code == 403
        assert client(office()).post(f"/boards/{found.pk}/act/", {"verb": "default"}).status_code == 302
        assert [one.value.code for one in client(clerk()).get(f"/indicators/{HERE}").context["figures"]] == ["RED"]

    def test_nobody_opens_or_changes_the_board_of_another(self, facts: None) -> None:
        found = boards.make(name="我的", area=district(), codes=["RED"], columns=1, is_shared=False, by=leader(), at=AT)
        for by in (clerk(), neighbour(), person("路人", None)):
            assert client(by).get(f"/boards/{found.pk}/").status_code == 403
            assert client(by).post(f"/boards/{found.pk}/act/", {"verb": "end"}).status_code == 403
        assert Board.objects.get().ended_at is None


class TestSnapshots:
    def test_a_snapshot_is_taken_and_opened_with_its_list(self, facts: None) -> None:
        reader = client(office())
        answer = reader.post(f"/snapshots/take/{HERE}", {"title": "3月通报"})
        found = Snapshot.objects.get()
        assert answer.status_code == 302
        publish([row(1, done_year_fen=1)], as_of=date(2024, 4, 3))
        page = text_of(reader.get(answer.headers["Location"]))
        assert "6.60" in page and "3月通报" in page
        listed = text_of(reader.get(f"/snapshots/{found.pk}/INV_SUM/"))
        assert listed.count("<tr>") >= 12 and "66,000.00" in listed
        assert reader.get(f"/snapshots/{found.pk}/START_DUE/?part=denominator").status_code == 200
        assert "3月通报" in text_of(reader.get(f"/snapshots/{HERE}"))

    def test_taking_it_twice_is_refused_at_the_form(self, facts: None) -> None:
        reader = client(office())
        reader.post(f"/snapshots/take/{HERE}", {"title": "3月通报"})
        answer = reader.post(f"/snapshots/take/{HERE}", {"title": "3月通报"})
        assert answer.status_code == 409 and "已经定格过" in text_of(answer) and Snapshot.objects.count() == 1

    @pytest.mark.parametrize("title", ["", "长" * 200, "a\0b"])
    def test_a_title_that_is_none_stands_at_the_form(self, facts: None, title: str) -> None:
        assert client(office()).post(f"/snapshots/take/{HERE}", {"title": title}).status_code == 422
        assert not Snapshot.objects.exists()

    def test_others_neither_take_nor_open_one(self, facts: None) -> None:
        found = snapshots.take(area=district(), period=MARCH, title="3月", codes=["COUNT"], by=office(), at=AT)
        assert client(leader()).post(f"/snapshots/take/{HERE}", {"title": "x"}).status_code == 403
        assert client(leader()).get(f"/snapshots/{found.pk}/").status_code == 200
        for by in (clerk(), neighbour(), person("路人", None)):
            assert client(by).get(f"/snapshots/{found.pk}/").status_code == 403
            assert client(by).get(f"/snapshots/{found.pk}/COUNT/").status_code == 403
        assert client(leader()).get(f"/snapshots/{found.pk}/RED/").status_code == 403
