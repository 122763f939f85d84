"""The enterprise's page, butlers and messages: what is true afterwards, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from citywright.approvals import samples
from citywright.approvals.actions import butlers, people
from citywright.approvals.models import Butler, Dossier, Message, Rating
from citywright.approvals.queries import people as queries
from citywright.approvals.words import ItemVerb, MessageKind, ServicePhase
from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import JournalEntry, Person
from citywright.kernel.words import Role
from citywright.projects import samples as ledger

pytestmark = pytest.mark.django_db
AT = samples.AT


@pytest.fixture()
def dossier() -> Dossier:
    return samples.dossier()


@pytest.fixture()
def token(dossier: Dossier) -> str:
    return people.open_page(dossier=dossier, by=ledger.office(), at=AT, days=30)


def steward() -> Person:
    return ledger.person("steward-990101", "沈管家", Role.STEWARD, ledger.unit("审批局"), ledger.district())


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """Pages are asked three days after the beginning."""
    kept = {"at": AT + timedelta(days=3)}
    monkeypatch.setattr(clock, "now", lambda: kept["at"])
    return kept


def seen(token: str, **post: Any) -> Any:
    """The enterprise opens its page, or acts on it."""
    return Client().post(f"/p/{token}/", post) if post else Client().get(f"/p/{token}/")


class TestLink:
    def test_only_the_digest_is_kept_and_the_journal_holds_no_token(self, dossier: Dossier, token: str) -> None:
        dossier.refresh_from_db()
        assert token not in dossier.token_digest and len(dossier.token_digest) == 64
        assert len(token) >= 43
        assert not [row for row in JournalEntry.objects.all() if token in str(row.data) + row.subject]

    def test_opens_until_its_last_day_and_not_after(self, dossier: Dossier, token: str) -> None:
        last = clock.day_of(AT) + timedelta(days=30)
        assert queries.admitted(token, last) == dossier
        with pytest.raises(queries.CannotFollow):
            queries.admitted(token, last + timedelta(days=1))

    def test_a_new_link_ends_the_one_before_and_closing_ends_all(self, dossier: Dossier, token: str) -> None:
        again = people.open_page(dossier=dossier, by=ledger.office(), at=AT)
        with pytest.raises(queries.CannotFollow):
            queries.admitted(token, clock.day_of(AT))
        people.close_page(dossier=dossier, by=ledger.office(), at=AT)
        with pytest.raises(queries.CannotFollow):
            queries.admitted(again, clock.day_of(AT))
        with pytest.raises(people.CannotOpenPage):
            people.close_page(dossier=dossier, by=ledger.office(), at=AT)

    @pytest.mark.parametrize("days", [0, -1, 731])
    def test_refuses_days_out_of_range(self, dossier: Dossier, days: int) -> None:
        with pytest.raises(people.CannotOpenPage):
            people.open_page(dossier=dossier, by=ledger.office(), at=AT, days=days)

    def test_refuses_whoever_does_not_serve(self, dossier: Dossier) -> None:
        for person in (ledger.clerk(ledger.unit("水务局")), ledger.leader(), ledger.stranger()):
            with pytest.raises(CannotReach):
                people.open_page(dossier=dossier, by=person, at=AT)


class TestEnterprise:
    def test_wrong_expired_and_hostile_links_get_the_same_answer(self, dossier: Dossier, token: str,
                                                                 now: dict[str, datetime]) -> None:
        pages = [seen(wrong) for wrong in ("x", token[:-1], token + "a", "a" * 400, "%00", "<script>", "文")]
        now["at"] = AT + timedelta(days=60)
        pages.append(seen(token))
        assert {page.status_code for page in pages} == {404}
        assert not [page for page in pages if dossier.project.name in page.content.decode()]

    def test_shows_where_everything_is_without_signing_in(self, dossier: Dossier, token: str) -> None:
        row = samples.moved(samples.received(dossier, "FG104")[0], ItemVerb.ACCEPT)
        page = seen(token)
        assert page.status_code == 200 and "noindex" in page["X-Robots-Tag"]
        text = page.content.decode()
        assert dossier.project.name in text and row.name in text and row.unit.short_name in text  # type: ignore[union-attr]

    def test_names_what_must_be_supplemented(self, dossier: Dossier, token: str) -> None:
        row = samples.moved(samples.received(dossier, "HB502")[0], ItemVerb.ACCEPT)
        samples.moved(row, ItemVerb.ASK_MORE, days=1, lines=("总平面图<b>", "公章"))
        text = seen(token).content.decode()
        assert "总平面图&lt;b&gt;" in text and "公章" in text

    def test_costs_as_much_with_many_items(self, dossier: Dossier, token: str,
                                           django_assert_max_num_queries: Any) -> None:
        samples.received(dossier, "FG104", "HB502")
        seen(token)
        with django_assert_max_num_queries(15):
            seen(token)

    def test_a_question_waits_and_is_answered_once(self, dossier: Dossier, token: str) -> None:
        assert seen(token, verb="ask", text="何时领证？").status_code == 302
        asked = Message.objects.get()
        people.reply(message=asked, text="明天", by=ledger.office(), at=AT)
        with pytest.raises(people.CannotReply):
            people.reply(message=asked, text="后天", by=ledger.office(), at=AT)
        assert "明天" in seen(token).content.decode()

    def test_refuses_empty_overlong_and_doubled_questions(self, dossier: Dossier, token: str) -> None:
        for text in ("", "   ", "问" * 501, "\0"):
            assert seen(token, verb="ask", text=text).status_code in (409, 422)
        assert seen(token, verb="ask", text="一样").status_code == 302
        assert seen(token, verb="ask", text="一样").status_code == 409
        assert Message.objects.count() == 1

    def test_no_more_than_twenty_questions_wait(self, dossier: Dossier, token: str) -> None:
        for number in range(20):
            people.ask(token=token, text=f"问题 {number}", by=None, at=AT)
        with pytest.raises(people.CannotAsk):
            people.ask(token=token, text="再问", by=None, at=AT)

    def test_urges_an_item_once_a_day(self, dossier: Dossier, token: str) -> None:
        row = samples.received(dossier, "FG104")[0]
        assert seen(token, verb="urge", handling=str(row.pk)).status_code == 302
        assert seen(token, verb="urge", handling=str(row.pk)).status_code == 409
        people.urge(token=token, handling=row.pk, by=None, at=AT + timedelta(days=4))
        assert Message.objects.filter(kind=MessageKind.URGE, handling=row).count() == 2

    def test_refuses_to_urge_what_is_not_its_own_or_has_ended(self, dossier: Dossier, token: str) -> None:
        row = samples.moved(samples.received(dossier, "FG104")[0], ItemVerb.ACCEPT, ItemVerb.PASS)
        other = samples.dossier(ledger.project("示例另一家"))
        theirs = samples.received(other, "FG104")[0]
        for key in (row.pk, theirs.pk, uuid4()):
            with pytest.raises(people.CannotAsk):
                people.urge(token=token, handling=key, by=None, at=AT)
        assert seen(token, verb="urge", handling="nonsense").status_code == 422

    def test_rates_what_ended_once(self, dossier: Dossier, token: str) -> None:
        row = samples.received(dossier, "FG104")[0]
        with pytest.raises(people.CannotRate):
            people.rate(token=token, handling=row.pk, stars=5, by=None, at=AT)
        samples.moved(row, ItemVerb.ACCEPT, ItemVerb.PASS)
        assert seen(token, verb="rate", handling=str(row.pk), stars="4", text="快").status_code == 302
        assert seen(token, verb="rate", handling=str(row.pk), stars="1").status_code == 409
        assert [(one.stars, one.text) for one in Rating.objects.all()] == [(4, "快")]

    @pytest.mark.parametrize("stars", ["0", "6", "x", ""])
    def test_refuses_stars_out_of_range(self, dossier: Dossier, token: str, stars: str) -> None:
        row = samples.moved(samples.received(dossier, "FG104")[0], ItemVerb.ACCEPT, ItemVerb.PASS)
        assert seen(token, verb="rate", handling=str(row.pk), stars=stars).status_code == 422
        assert not Rating.objects.exists()


class TestButler:
    def test_one_at_a_time_and_handed_over_with_words(self, dossier: Dossier) -> None:
        office, one = ledger.office(), steward()
        butlers.assign(dossier=dossier, person=one, by=office, at=AT)
        with pytest.raises(butlers.CannotServe):
            butlers.assign(dossier=dossier, person=office, by=office, at=AT)
        with pytest.raises(butlers.CannotServe):
            butlers.hand_over(dossier=dossier, person=office, words=" ", by=one, at=AT)
        butlers.hand_over(dossier=dossier, person=office, words="企业联系人已换", by=one, at=AT + timedelta(days=9))
        assert [(row.person, row.handover) for row in Butler.objects.order_by("pk")] == [
            (one, "企业联系人已换"), (office, "")]

    def test_a_steward_takes_on_but_does_not_name_others(self, dossier: Dossier) -> None:
        with pytest.raises(butlers.CannotServe):
            butlers.assign(dossier=dossier, person=ledger.office(), by=steward(), at=AT)
        assert butlers.assign(dossier=dossier, person=steward(), by=steward(), at=AT).person == steward()

    def test_refuses_a_butler_who_could_not_serve(self, dossier: Dossier) -> None:
        with pytest.raises(butlers.CannotServe):
            butlers.assign(dossier=dossier, person=ledger.stranger(), by=ledger.office(), at=AT)
        with pytest.raises(CannotReach):
            butlers.assign(dossier=dossier, person=steward(), by=ledger.leader(), at=AT)

    def test_a_note_is_told_or_kept_and_never_twice(self, dossier: Dossier, token: str) -> None:
        one = steward()
        butlers.note(dossier=dossier, phase=ServicePhase.APPROVAL, text="请备齐图纸", by=one, at=AT, is_told=True)
        butlers.note(dossier=dossier, phase=ServicePhase.SIGNING, text="内部意见", by=one, at=AT)
        with pytest.raises(butlers.CannotServe):
            butlers.note(dossier=dossier, phase=ServicePhase.SIGNING, text="内部意见", by=one, at=AT)
        text = seen(token).content.decode()
        assert "请备齐图纸" in text and "内部意见" not in text


class TestPages:
    @pytest.fixture()
    def client(self) -> Client:
        made = Client()
        made.force_login(ledger.office())
        return made

    def test_the_service_page_acts_and_shows_the_link_once(self, client: Client, dossier: Dossier) -> None:
        address = f"/approvals/{dossier.project.code}/service/"
        made = client.post(address, {"verb": "open", "days": "30"})
        assert made.status_code == 200 and "/p/" in made.content.decode()
        assert "/p/" not in client.get(address).content.decode()
        for status in (302, 409):
            assert client.post(address, {"verb": "assign", "person": ledger.office().username}).status_code == status
        assert client.post(address, {"verb": "hand_over", "person": "nobody", "words": "x"}).status_code == 422
        assert client.post(address, {"verb": "note", "phase": "approval", "text": "电话沟通"}).status_code == 302
        assert client.post(address, {"verb": "close"}).status_code == 302
        assert client.post(address, {"verb": "close"}).status_code == 409
        assert client.post(address, {"verb": "assign", "person": "nobody"}).status_code == 422
        assert client.post(address, {"verb": "?"}).status_code == 422

    def test_answers_only_what_is_visible(self, client: Client, dossier: Dossier, token: str) -> None:
        asked = people.ask(token=token, text="何时？", by=None, at=AT)
        address = f"/approvals/{dossier.project.code}/service/"
        assert client.post(address, {"verb": "reply", "message": asked.pk, "text": "明天"}).status_code == 302
        assert client.post(address, {"verb": "reply", "message": "999999", "text": "x"}).status_code == 403
        assert client.post(address, {"verb": "reply", "message": asked.pk, "text": "再"}).status_code == 409

    def test_the_worklist_ranks_and_filters(self, client: Client, dossier: Dossier) -> None:
        text = client.get("/approvals/butler/").content.decode()
        assert dossier.project.name in text
        assert dossier.project.name in client.get("/approvals/butler/?butler=none").content.decode()
        butlers.assign(dossier=dossier, person=ledger.office(), by=ledger.office(), at=AT)
        assert dossier.project.name not in client.get("/approvals/butler/?butler=none").content.decode()
        assert client.get("/approvals/butler/?butler=%00x").status_code == 200

    def test_messages_stand_in_their_list_until_answered(self, client: Client, dossier: Dossier, token: str) -> None:
        asked = people.ask(token=token, text="何时领证", by=None, at=AT)
        assert "何时领证" in client.get("/approvals/messages/").content.decode()
        people.reply(message=asked, text="明天", by=ledger.office(), at=AT)
        assert "何时领证" not in client.get("/approvals/messages/").content.decode()
        assert "何时领证" in client.get("/approvals/messages/?state=all").content.decode()

    def test_the_overview_counts_what_ended_and_what_is_late(self, client: Client, dossier: Dossier,
                                                             now: dict[str, datetime]) -> None:
        now["at"] = AT + timedelta(days=90)
        assert client.get("/approvals/overview/").status_code == 200
        samples.moved(samples.received(dossier, "FG104")[0], ItemVerb.ACCEPT, ItemVerb.PASS, days=1)
        samples.moved(samples.received(dossier, "HB502")[0], ItemVerb.ACCEPT)
        page = client.get("/approvals/overview/")
        whole = page.context["all"]
        assert (len(whole.ended), len(whole.open), whole.late) == (1, 1, 1)
        assert whole.in_time + whole.at_risk + whole.late == len(whole.open)

    def test_a_department_answers_letters_about_its_item(self, dossier: Dossier, token: str) -> None:
        row = samples.received(dossier, "HB502")[0]
        urged = people.urge(token=token, handling=row.pk, by=None, at=AT)
        with pytest.raises(Refusal):
            people.reply(message=urged, text="x", by=ledger.clerk(ledger.unit("园林局")), at=AT)
        assert row.unit is not None
        people.reply(message=urged, text="今天办", by=ledger.clerk(row.unit), at=AT)
