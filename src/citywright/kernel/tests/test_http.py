"""Between pages and the kernel: sentences in the reader's language, refusals as answers, where one stands."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from citywright.kernel import http
from citywright.kernel.areas import CannotFindArea
from citywright.kernel.errors import CannotReach, Said
from citywright.kernel.models import Area, JournalEntry, Organisation, Person
from citywright.kernel.periods import CannotReadMonth
from citywright.kernel.words import Role

from .conftest import Grants

pytestmark = pytest.mark.django_db
REFUSAL = "您没有权限：限%(roles)s办理"


def request_of(person: object, address: str = "/", **session: str) -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = person  # type: ignore[assignment]
    request.session = SessionStore()
    request.session.update(session)
    return request


class TestSay:
    def test_speaks_the_language_of_the_request_and_fills_the_slots_after(self) -> None:
        said = Said(REFUSAL, {"roles": ["填报员", "区项目办"]})
        with translation.override("zh-hans"):
            assert http.say(said) == "您没有权限：限填报员、区项目办办理"
        with translation.override("en"):
            assert http.say(said) == "You may not do this: it is for the clerk, district project office"

    def test_says_a_sentence_without_slots_as_it_stands(self) -> None:
        assert http.say(Said("100%")) == "100%"


class TestRefused:
    def test_out_of_reach_is_403_and_leaves_a_line(self, opened: Grants) -> None:
        stranger = opened("stranger")
        answer = http.refused(request_of(stranger, "/projects/x/"), CannotReach("您无权查看区划 %(code)s", code="1"))
        assert answer.status_code == 403
        line = JournalEntry.objects.latest("number")
        assert (line.verb, line.by) == ("access.refused", stranger)
        assert line.data == {"path": "/projects/x/", "method": "GET", "text": "您无权查看区划 1"}

    def test_any_other_refusal_is_409_and_leaves_none(self, opened: Grants) -> None:
        person, before = opened("stranger"), JournalEntry.objects.count()
        assert http.refused(request_of(person), CannotFindArea("没有区划代码“%(code)s”", code="1")).status_code == 409
        assert JournalEntry.objects.count() == before

    def test_the_interface_answers_in_json(self, opened: Grants) -> None:
        answer = http.refused(request_of(opened("stranger"), "/api/projects"), CannotReach("您没有权限"))
        assert json.loads(answer.content)["detail"]

    def test_a_nul_in_the_address_does_not_break_the_journal(self) -> None:
        answer = http.refused(request_of(AnonymousUser(), "/projects/%00/"), CannotReach("您没有权限"))
        assert answer.status_code == 403
        assert JournalEntry.objects.latest("number").by is None

    def test_what_is_no_refusal_fails_loudly(self) -> None:
        middleware = http.RefusalMiddleware(lambda request: HttpResponse())
        assert middleware.process_exception(request_of(AnonymousUser()), KeyError("x")) is None


class TestTooLarge:
    @override_settings(MAX_UPLOAD=1 << 20)
    def test_is_refused_before_anything_reads_the_body(self, opened: Grants) -> None:
        client = Client()
        client.force_login(opened("stranger"))
        answer = client.post("/", data=b"x" * (3 << 20), content_type="application/octet-stream")
        assert answer.status_code == 413
        assert "文件超过1 MB" in answer.content.decode()

    def test_a_length_that_is_no_number_is_left_to_the_framework(self) -> None:
        request = request_of(AnonymousUser())
        request.META["CONTENT_LENGTH"] = "many"
        assert http.RefusalMiddleware(lambda request: HttpResponse("ok"))(request).content == b"ok"


class TestHeaders:
    def test_every_answer_loads_nothing_from_elsewhere(self) -> None:
        policy = Client().get("/accounts/login/")["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "script-src 'self';" in policy
        assert "http" not in policy


class TestStanding:
    def test_is_the_first_memberships_area_and_this_month(
        self, opened: Grants, unit: Organisation, settings: pytest.FixtureRequest
    ) -> None:
        settings.SAMPLE_DAY = date(2024, 3, 27)
        found = http.standing(request_of(opened("clerk", Role.CLERK, unit, unit.area)))
        assert found == http.Standing(unit.area, date(2024, 3, 1), date(2024, 3, 27))

    def test_the_address_sets_it_and_the_session_keeps_it(
        self, opened: Grants, unit: Organisation, city: Area, neighbour: Area
    ) -> None:
        person = opened("mayor", Role.CITY, unit, city)
        request = request_of(person, "/?area=990102&month=2023-11")
        assert (http.standing(request).area, http.standing(request).period) == (neighbour, date(2023, 11, 1))
        later = request_of(person, "/", **dict(request.session))
        assert (http.standing(later).area, http.standing(later).period) == (neighbour, date(2023, 11, 1))

    @pytest.mark.parametrize("code", ["990102", "990100", "000000", "x"])
    def test_refuses_an_area_out_of_reach(self, code: str, opened: Grants, unit: Organisation) -> None:
        with pytest.raises(CannotReach, match="无权查看区划"):
            http.standing(request_of(opened("office", Role.OFFICE, unit, unit.area), f"/?area={code}"))

    def test_forgets_a_kept_area_that_is_out_of_reach_by_now(self, opened: Grants, unit: Organisation) -> None:
        person = opened("office", Role.OFFICE, unit, unit.area)
        assert http.standing(request_of(person, "/", area="990102")).area == unit.area

    def test_refuses_a_month_that_is_none(self, opened: Grants, unit: Organisation) -> None:
        with pytest.raises(CannotReadMonth, match="应写成 2024-03"):
            http.standing(request_of(opened("office", Role.OFFICE, unit, unit.area), "/?month=March"))

    def test_refuses_one_without_a_working_role(self, opened: Grants, secadmin: Person) -> None:
        for person in (opened("stranger"), secadmin):
            with pytest.raises(CannotReach, match="还没有业务岗位"):
                http.standing(request_of(person))

    def test_a_wrong_month_in_the_address_is_a_page_that_says_so(self, opened: Grants, unit: Organisation) -> None:
        client = Client()
        client.force_login(opened("office", Role.OFFICE, unit, unit.area))
        answer = client.get("/?month=March")
        assert answer.status_code == 409
        assert "应写成 2024-03" in answer.content.decode()


def test_times_of_the_kernel_know_their_zone(at: datetime) -> None:
    assert at.astimezone(UTC).hour == 1
