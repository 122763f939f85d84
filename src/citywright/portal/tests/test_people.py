"""设置: what each of the three administrators can do there, and that nobody else can."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.utils import translation

from citywright.kernel import actions
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry, Membership, Organisation, Person
from citywright.kernel.words import Role
from citywright.portal import registers, verbs
from citywright.projects import samples

pytestmark = pytest.mark.django_db
AT = samples.AT


@pytest.fixture(autouse=True)
def sample_day(settings: Any) -> None:
    settings.SAMPLE_DAY = date(2024, 3, 27)


@pytest.fixture()
def system() -> Person:
    return samples.person("sysadmin", "系统员", Role.SYSTEM_ADMIN, samples.unit("数据局"))


@pytest.fixture()
def security() -> Person:
    return samples.person("secadmin", "安全员", Role.SECURITY_ADMIN, samples.unit("数据局"))


@pytest.fixture()
def audit() -> Person:
    return samples.person("auditadmin", "审计员", Role.AUDIT_ADMIN, samples.unit("数据局"))


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: Person) -> str:
    return f"/settings/people/{person.pk}/"


def last() -> JournalEntry:
    return JournalEntry.objects.order_by("-number")[0]


class TestAccounts:
    def test_a_closed_account_is_signed_out_and_may_come_back(self, system: Person) -> None:
        clerk = samples.clerk()
        theirs = signed_in(clerk)
        actions.close_account(person=clerk, by=system, at=AT)
        assert last().verb == "account.closed"
        assert theirs.get("/projects/").status_code == 302
        actions.reopen_account(person=clerk, by=system, at=AT)
        assert Person.objects.get(pk=clerk.pk).is_active

    def test_closing_twice_is_refused(self, system: Person) -> None:
        clerk = samples.clerk()
        actions.close_account(person=clerk, by=system, at=AT)
        with pytest.raises(actions.CannotChangeAccount, match="刷新"):
            actions.close_account(person=clerk, by=system, at=AT)

    def test_a_new_password_replaces_the_old_one_and_is_nowhere_in_the_journal(self, system: Person) -> None:
        clerk = samples.clerk()
        theirs = signed_in(clerk)
        actions.reset_password(person=clerk, password="quite-new-words-7", by=system, at=AT)
        assert authenticate(username=clerk.username, password="quite-new-words-7") == clerk
        assert theirs.get("/projects/").status_code == 302
        assert last().verb == "account.password_reset" and "quite-new" not in str(last().data)

    @pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN])
    def test_no_administrator_holds_power_over_anothers_sign_in(self, system: Person, role: Role) -> None:
        other = samples.person("another", "另一员", role, samples.unit("数据局"))
        for act in (lambda: actions.close_account(person=other, by=system, at=AT),
                    lambda: actions.reset_password(person=other, password="quite-new-words-7", by=system, at=AT)):
            with pytest.raises(actions.CannotChangeAccount):
                act()

    def test_only_the_system_administrator_of_the_persons_area_may(self, system: Person, security: Person) -> None:
        there = samples.district("990102", "邻区")
        far = samples.clerk(samples.unit("建设局", there))
        for by, whom in ((security, samples.clerk()), (samples.office(), samples.clerk()), (system, far)):
            with pytest.raises(CannotReach):
                actions.close_account(person=whom, by=by, at=AT)


class TestSystemAdministrator:
    def test_opens_an_account_whose_password_is_shown_once(self, system: Person) -> None:
        client = signed_in(system)
        answer = client.post("/settings/people/new/", {"username": "newcomer", "full_name": "新人", "phone": ""})
        shown = re.search(r"data-password>([^<]+)<", answer.content.decode())
        assert shown and authenticate(username="newcomer", password=shown[1])
        assert "no-store" in answer.headers["Cache-Control"]
        assert "新人" in client.get("/settings/people/?q=newcomer").content.decode()

    def test_a_taken_sign_in_name_is_refused_in_words(self, system: Person) -> None:
        answer = signed_in(system).post("/settings/people/new/", {"username": "SYSADMIN", "full_name": "某人"})
        assert answer.status_code == 409 and "已有人使用" in answer.content.decode()

    def test_founds_a_unit_and_a_second_of_that_name_is_refused(self, system: Person) -> None:
        given = {"code": "NEW", "name": "示例区新局", "short_name": "新局", "area": str(samples.district().pk)}
        client = signed_in(system)
        assert client.post("/settings/units/", given).status_code == 302
        assert Organisation.objects.filter(code="NEW").exists()
        again = client.post("/settings/units/", given)
        assert again.status_code == 409 and "已存在" in again.content.decode()

    def test_resets_a_password_and_closes_an_account_on_the_persons_page(self, system: Person) -> None:
        clerk, client = samples.clerk(), signed_in(system)
        answer = client.post(page(clerk), {"act": "reset"})
        shown = re.search(r"data-password>([^<]+)<", answer.content.decode())
        assert shown and authenticate(username=clerk.username, password=shown[1]) == clerk
        client.post(page(clerk), {"act": "close"})
        assert not Person.objects.get(pk=clerk.pk).is_active
        assert "恢复账号" in client.get(page(clerk)).content.decode()

    def test_grants_nothing(self, system: Person) -> None:
        clerk, place = samples.clerk(), samples.unit()
        text = signed_in(system).get(page(clerk)).content.decode()
        assert "添一项授权" not in text
        answer = signed_in(system).post(page(clerk), {
            "act": "grant", "role": "office", "organisation": str(place.pk), "area": str(place.area_id),
            "valid_from": "2024-03-01"})
        assert answer.status_code == 403 and not clerk.memberships.filter(role=Role.OFFICE).exists()


class TestSecurityAdministrator:
    def grant(self, security: Person, person: Person, role: str, day: str = "2024-03-01") -> Any:
        place = samples.unit()
        return signed_in(security).post(page(person), {
            "act": "grant", "role": role, "organisation": str(place.pk), "area": str(place.area_id),
            "valid_from": day})

    def test_grants_and_ends_a_membership(self, security: Person) -> None:
        newcomer = samples.stranger()
        assert self.grant(security, newcomer, "clerk").status_code == 302
        held = Membership.objects.get(person=newcomer)
        answer = signed_in(security).post(page(newcomer), {"act": "end", "membership": str(held.pk),
                                                           "on": "2024-03-20"})
        assert answer.status_code == 302
        assert Membership.objects.get(pk=held.pk).valid_to == date(2024, 3, 20)

    def test_what_the_three_exclude_is_refused_in_words(self, security: Person) -> None:
        clerk = samples.clerk()
        answer = self.grant(security, clerk, "audit_admin")
        assert answer.status_code == 409 and "三员互斥" in answer.content.decode()
        assert clerk.memberships.count() == 1

    def test_a_day_to_come_is_refused_in_words(self, security: Person) -> None:
        answer = self.grant(security, samples.stranger(), "clerk", "2024-04-01")
        assert answer.status_code == 409 and "还没有到" in answer.content.decode()

    def test_the_membership_of_somebody_else_is_not_ended_from_this_page(self, security: Person) -> None:
        other = samples.clerk(samples.unit("水务局")).memberships.get()
        answer = signed_in(security).post(page(samples.clerk()), {"act": "end", "membership": str(other.pk),
                                                                  "on": "2024-03-20"})
        assert answer.status_code == 403 and Membership.objects.get(pk=other.pk).valid_to is None

    def test_keeps_no_accounts(self, security: Person) -> None:
        clerk = samples.clerk()
        client = signed_in(security)
        assert "停用账号" not in client.get(page(clerk)).content.decode()
        assert client.post(page(clerk), {"act": "close"}).status_code == 403
        assert client.get("/settings/people/new/").status_code == 403

    def test_finds_people_by_name_unit_role_and_state(self, security: Person) -> None:
        samples.clerk(samples.unit("水务局")), samples.leader(), samples.stranger()

        def found(query: str) -> set[str]:
            return {row.username for row in signed_in(security).get(f"/settings/people/?{query}").context["list"].rows}

        assert found("q=水务") == {samples.clerk(samples.unit("水务局")).username}
        assert found("role=leader") == {samples.leader().username}
        assert found("state=idle") == {samples.stranger().username}
        assert found("state=closed") == set()

    def test_sees_nobody_of_another_area(self, security: Person) -> None:
        far = samples.clerk(samples.unit("建设局", samples.district("990102", "邻区")))
        client = signed_in(security)
        assert far.username not in client.get("/settings/people/").content.decode()
        assert client.get(page(far)).status_code == 403


class TestAuditAdministrator:
    def lines(self, audit: Person, query: str = "") -> list[JournalEntry]:
        return list(signed_in(audit).get(f"/settings/journal/?{query}").context["list"].rows)

    def test_reads_the_lines_of_the_own_area_and_those_of_none(self, audit: Person) -> None:
        near = samples.project("示例甲")
        far_unit = samples.unit("建设局", samples.district("990102", "邻区"))
        samples.project("示例乙", unit=far_unit)
        found = self.lines(audit, f"about={near.code}")
        assert {line.verb for line in found} >= {"project.adopted"}
        assert all(line.area_path.startswith("990101") or not line.area_path for line in self.lines(audit))

    def test_narrows_by_person_verb_and_day(self, audit: Person) -> None:
        samples.project("示例甲")
        office = samples.office()
        assert {line.by for line in self.lines(audit, f"who={office.username}")} <= {office}
        assert {line.verb for line in self.lines(audit, "verb=project.adopted")} == {"project.adopted"}
        assert self.lines(audit, "from=2024-03-20&to=2024-03-20&verb=project.adopted")
        assert not self.lines(audit, "from=2024-03-21&verb=project.adopted")
        assert not self.lines(audit, "to=2024-03-19&verb=project.adopted")

    @pytest.mark.parametrize("query", ["from=x", "from=2024-99-99", "to=9999-12-31", "about=%00", "page=x"])
    def test_a_strange_address_is_no_failure(self, audit: Person, query: str) -> None:
        assert signed_in(audit).get(f"/settings/journal/?{query}").status_code in (200, 400)

    def test_the_chain_is_checked_and_a_broken_line_is_named(self, audit: Person, monkeypatch: Any) -> None:
        client = signed_in(audit)
        assert "日志链完整" in client.post("/settings/journal/check/", follow=True).content.decode()
        monkeypatch.setattr("citywright.kernel.journal.first_broken", lambda: 7)
        assert "第 7 条断开" in client.post("/settings/journal/check/", follow=True).content.decode()

    def test_what_a_line_holds_is_escaped(self, audit: Person) -> None:
        client = signed_in(samples.stranger())
        client.get("/settings/people/<script>alert(1)</script>/")
        client.get("/projects/<script>x/")
        assert "<script>x" not in signed_in(audit).get("/settings/journal/").content.decode()

    def test_every_verb_that_is_written_has_a_name(self) -> None:
        root = Path(registers.__file__).parent.parent
        text = "\n".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py")
                         if "tests" not in path.parts and "sample" not in path.parts)
        written = set(re.findall(r'(?:verb=|tell\()"([a-z_]+\.[a-z_]+)"', text))
        assert written and not written - set(verbs.VERB_LABELS)


class TestDoor:
    @pytest.mark.parametrize("address", ["/settings/", "/settings/people/", "/settings/people/new/", "/settings/units/",
                                         "/settings/journal/"])
    def test_nobody_else_comes_in_and_the_attempt_is_journaled(self, address: str) -> None:
        for who in (samples.clerk(), samples.office(), samples.city(), samples.leader(), samples.stranger()):
            assert signed_in(who).get(address).status_code == 403
            assert (last().verb, last().by, last().data["path"]) == ("access.refused", who, address)

    def test_each_is_sent_to_the_own_page_and_finds_it_in_the_navigation(
            self, system: Person, security: Person, audit: Person) -> None:
        for who, own in ((system, "people"), (security, "people"), (audit, "journal")):
            answer = signed_in(who).get("/", follow=True)
            assert answer.redirect_chain[-1][0] == f"/settings/{own}/"
            assert [item.label for item in answer.context["frame"].nav] == ["设置"]

    def test_the_office_is_not_shown_the_way(self) -> None:
        assert 'href="/settings/"' not in signed_in(samples.office()).get("/projects/").content.decode()

    @pytest.mark.parametrize("address", ["/settings/people/", "/settings/units/", "/settings/people/new/"])
    def test_costs_no_more_than_twelve_queries(self, system: Person, address: str,
                                               django_assert_max_num_queries: Any) -> None:
        samples.clerk(), samples.office(), samples.leader()
        client = signed_in(system)
        with django_assert_max_num_queries(12):
            client.get(address)

    def test_reads_in_english(self, system: Person) -> None:
        client = signed_in(system)
        client.cookies["django_language"] = "en"
        for address in ("/settings/people/", "/settings/people/new/", "/settings/units/", page(samples.clerk())):
            with translation.override("en"):
                text = client.get(address).content.decode()
            assert not {"人员", "开户", "单位", "授权", "设立", "状态 全部", "添一项授权"} & set(re.split("[<>]", text))
