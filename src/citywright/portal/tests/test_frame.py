"""The frame: who sees which places, area and month in force, search, language, sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from citywright.kernel.models import JournalEntry, Person
from citywright.kernel.words import Role
from citywright.portal import nav
from citywright.portal.search import find
from citywright.projects import samples

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"


@pytest.fixture(autouse=True)
def fresh(settings: Any) -> Iterator[None]:
    """The sample day, and no failed sign-ins of other tests."""
    settings.SAMPLE_DAY = date(2024, 3, 27)
    cache.clear()
    yield


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def frame(person: Person, address: str = "/") -> nav.Frame:
    request = RequestFactory().get(address)
    request.user, request.session = person, {}  # type: ignore[assignment]
    return nav.frame_of(request)


class TestPlaces:
    def test_every_place_of_the_table_exists(self) -> None:
        assert all(reverse(place.page) for place in nav.PLACES)

    def test_a_leader_is_not_shown_the_ledger_import_and_the_office_is(self) -> None:
        assert "台账" not in [item.label for item in frame(samples.leader()).nav]
        assert "台账" in [item.label for item in frame(samples.office()).nav]

    def test_who_has_no_post_is_shown_no_place(self) -> None:
        assert frame(samples.stranger()).nav == []

    def test_the_deepest_place_that_holds_the_address_is_marked(self) -> None:
        marked = [item.label for item in frame(samples.office(), "/projects/990101-1/").nav if item.here]
        assert marked == ["项目"]
        assert [item.label for item in frame(samples.office(), "/").nav if item.here] == ["今日"]


class TestAreaAndMonth:
    def test_a_district_office_chooses_among_its_own_area_only(self) -> None:
        samples.project()
        samples.project(unit=samples.unit("邻区局", samples.district("990102", "邻区")))
        assert [a.name for a in frame(samples.office()).areas] == ["示例区"]

    def test_the_city_chooses_among_the_districts_that_have_projects(self) -> None:
        samples.project()
        samples.district("990102", "邻区")
        assert [a.name for a in frame(samples.city()).areas] == ["示例市", "示例区"]

    def test_months_reach_a_year_around_today_latest_first(self) -> None:
        found = frame(samples.office()).months
        assert len(found) == 25
        assert (found[0].period, found[-1].period) == (date(2025, 3, 1), date(2023, 3, 1))
        assert [c.period for c in found if c.here] == [date(2024, 3, 1)]

    def test_the_month_chosen_stays_on_the_next_page(self) -> None:
        client = signed_in(samples.office())
        client.get("/?month=2024-01")
        assert "2024年1月</summary>" in client.get("/").content.decode()

    def test_choosing_keeps_the_filters_and_starts_at_the_first_page(self) -> None:
        found = frame(samples.office(), "/projects/?lamp=red&page=3").months[0]
        assert found.href == "?lamp=red&month=2025-03"

    @pytest.mark.parametrize("query", ["area=990102", "area=nowhere"])
    def test_an_area_out_of_reach_is_refused_and_journaled(self, query: str) -> None:
        samples.district("990102", "邻区")
        answer = signed_in(samples.office()).get(f"/?{query}")
        assert answer.status_code == 403
        assert JournalEntry.objects.filter(verb="access.refused").count() == 1

    def test_a_month_that_is_none_is_refused_in_words(self) -> None:
        answer = signed_in(samples.office()).get("/?month=soon")
        assert answer.status_code == 409
        assert "2024-03" in answer.content.decode()

    def test_costs_three_queries_a_page(self, django_assert_num_queries: Any) -> None:
        office = samples.office()
        found = frame(office)
        assert found.standing
        with django_assert_num_queries(3):
            assert found.nav
            assert found.areas
            assert found.months
            assert found.month_state == ""
            assert found.messages == 0
            assert found.posts


class TestSearch:
    def test_finds_by_name_code_initials_and_owner(self) -> None:
        row = samples.project("望岭快速路连接线", owner_name="示例路桥公司")
        office = samples.office()
        for asked in ("快速路", row.code, row.code.lower()[:9], "wlksl", "WLKSL", "路桥"):
            assert [p.pk for p in find(office, asked).projects] == [row.pk], asked
        assert find(office, "路桥").owners == ["示例路桥公司"]

    def test_what_one_may_not_see_is_not_found(self) -> None:
        samples.project("望岭快速路连接线")
        assert find(samples.stranger(), "望岭").nothing
        assert find(samples.clerk(samples.unit("水务局")), "望岭").nothing

    def test_a_name_that_begins_so_comes_before_one_that_holds_it(self) -> None:
        samples.project("新望岭大桥")
        samples.project("望岭大桥")
        assert [p.name for p in find(samples.office(), "望岭").projects] == ["望岭大桥", "新望岭大桥"]

    @pytest.mark.parametrize("asked", ["", "   ", "%", "_", "'; drop table", "\\", "x" * 500])
    def test_odd_texts_find_nothing_and_harm_nothing(self, asked: str) -> None:
        samples.project("望岭大桥")
        assert find(samples.office(), asked).nothing

    def test_the_box_suggests_and_the_page_lists(self) -> None:
        samples.project("望岭<大桥>")
        client = signed_in(samples.office())
        part = client.get("/search/?q=望岭", headers={"HX-Request": "true"}).content.decode()
        assert "望岭&lt;大桥&gt;" in part
        assert "<html" not in part
        assert "<html" in client.get("/search/?q=望岭").content.decode()


class TestLanguage:
    def test_the_page_stays_and_the_choice_goes_with_the_person(self) -> None:
        office = samples.office()
        client = signed_in(office)
        answer = client.post("/language/", {"language": "en", "next": "/?month=2024-01"})
        assert answer.headers["Location"] == "/?month=2024-01"
        assert "<html lang=\"en\"" in client.get("/").content.decode()
        office.refresh_from_db()
        assert office.language == "en"

    def test_before_sign_in_only_the_browser_remembers(self) -> None:
        client = Client()
        client.post("/language/", {"language": "en", "next": "/accounts/login/"})
        assert "Sign in" in client.get("/accounts/login/").content.decode()

    def test_it_never_leads_elsewhere(self) -> None:
        answer = Client().post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
        assert answer.headers["Location"] == "/"


class TestSignIn:
    def person(self) -> Person:
        found = samples.person("zhang", "张三", Role.CLERK)
        found.set_password(PASSWORD)
        found.save(update_fields=["password"])
        return found

    def test_who_comes_in_reads_the_own_language_and_leaves_a_line(self) -> None:
        person = self.person()
        Person.objects.filter(pk=person.pk).update(language="en")
        client = Client()
        answer = client.post("/accounts/login/", {"login": "zhang", "password": PASSWORD})
        assert answer.status_code == 302
        assert client.cookies["django_language"].value == "en"
        assert JournalEntry.objects.filter(verb="person.signed_in", by=person).count() == 1

    def test_a_wrong_password_is_told_in_words_and_journaled_without_it(self) -> None:
        self.person()
        page = Client().post("/accounts/login/", {"login": "zhang", "password": "guess-guess"}).content.decode()
        assert "登录名或密码不对" in page
        entry = JournalEntry.objects.get(verb="person.sign_in_failed")
        assert entry.data == {"name": "zhang"}

    @pytest.mark.parametrize(("language", "words"), [("zh-hans", "连续输错5次"), ("en", "Five wrong passwords")])
    def test_after_five_failures_it_waits_in_both_languages(self, language: str, words: str) -> None:
        self.person()
        client = Client(headers={"accept-language": language})
        for _ in range(5):
            client.post("/accounts/login/", {"login": "zhang", "password": "guess-guess"})
        page = client.post("/accounts/login/", {"login": "zhang", "password": PASSWORD}).content.decode()
        assert words in page

    def test_nobody_signs_up(self) -> None:
        Client().post("/accounts/signup/", {"username": "new", "password1": PASSWORD})
        assert not Person.objects.filter(username="new").exists()

    @pytest.mark.parametrize("address", [
        "/accounts/login/", "/nowhere/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/",
        "/accounts/2fa/totp/activate/"])
    def test_the_pages_of_an_account_are_ours(self, address: str) -> None:
        client = Client()
        if address != "/accounts/login/":
            client.force_login(self.person())
        answer = client.get(address, follow=True)
        assert "ui/citywright.css" in answer.content.decode()
