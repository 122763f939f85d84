"""Pages of window and department: worklist, one item on one screen, receiving, surveys, consultation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from citywright.approvals import samples
from citywright.approvals.models import Dossier, Handling, SurveyOrder
from citywright.approvals.words import ItemStatus, ItemVerb
from citywright.followup.actions import meetings
from citywright.followup.words import MeetingKind
from citywright.kernel import clock
from citywright.kernel.models import Person
from citywright.projects import samples as people

pytestmark = pytest.mark.django_db
AT = samples.AT


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages stand eight days after the samples act."""
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=8))


def signed(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, name: str, *args: Any, **query: str) -> Any:
    return client.get(reverse(f"approvals:{name}", args=args), query)


def act(client: Client, row: Handling, verb: str, **typed: str) -> Any:
    return client.post(reverse("approvals:handling", args=[row.pk]),
                       {"verb": verb} | {f"{verb}-{name}": value for name, value in typed.items()})


class TestDesk:
    def test_shows_what_waits_with_its_card_and_its_slack(self) -> None:
        dossier = samples.dossier()
        first, second = samples.received(dossier, "FG104", "HB502")
        samples.moved(first, ItemVerb.ACCEPT)
        samples.moved(second, ItemVerb.ACCEPT, days=7)
        answer = page(signed(people.office()), "desk")
        text = answer.content.decode()
        assert answer.status_code == 200
        assert text.index("企业投资项目备案") < text.index("环境影响报告表")
        assert "红牌" in text and "超 5 天" in text

    def test_what_has_ended_waits_no_longer(self) -> None:
        (row,) = samples.received(samples.dossier(), "FG104")
        samples.moved(row, ItemVerb.ACCEPT, ItemVerb.PASS)
        client = signed(people.office())
        assert "企业投资项目备案" not in page(client, "desk").content.decode()
        assert "企业投资项目备案" in page(client, "desk", ended="1").content.decode()

    def test_the_own_window_sees_its_own(self) -> None:
        samples.received(samples.dossier(), "FG104", "HB502")
        text = page(signed(people.clerk(people.unit("生态环境局"))), "desk", mine="1").content.decode()
        assert "环境影响报告表" in text and "企业投资项目备案" not in text

    def test_many_are_accepted_at_once_or_none(self) -> None:
        rows = samples.received(samples.dossier(), "FG104", "HB502")
        client = signed(people.office())
        where = reverse("approvals:desk_accept")
        client.post(where, {"pick": [str(row.pk) for row in rows]})
        assert {row.status for row in Handling.objects.all()} == {ItemStatus.ACCEPTED}
        again = client.post(where, {"pick": [str(row.pk) for row in rows]}, follow=True)
        assert "不能受理" in again.content.decode()
        assert all(row.events.count() == 2 for row in Handling.objects.all())

    @pytest.mark.parametrize("pick", [["x"], ["\0"], [""], ["0" * 36], [], ["<b>"] * 300])
    def test_hostile_ticks_change_nothing(self, pick: list[str]) -> None:
        samples.received(samples.dossier(), "FG104")
        answer = signed(people.office()).post(reverse("approvals:desk_accept"), {"pick": pick, "next": "//evil"})
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("approvals:desk"))
        assert Handling.objects.get().status == ItemStatus.RECEIVED

    def test_costs_as_many_queries_however_many_rows(self, django_assert_max_num_queries: Any) -> None:
        dossier = samples.dossier()
        client = signed(people.office())
        samples.received(dossier, "FG104", "HB502", "ZG101", "SP101", "SW504", "ZJ304", "ZJ301", "SP501")
        with django_assert_max_num_queries(15):
            assert page(client, "desk").status_code == 200


class TestHandling:
    def test_one_screen_tells_what_it_needs_and_what_it_waits_for(self) -> None:
        (row,) = samples.received(samples.dossier(), "ZG107")
        text = page(signed(people.office()), "handling", row.pk).content.decode()
        for word in ("建设用地规划许可证核发", "立项文件", "前置事项", "企业投资项目备案", "未接件", "样例"):
            assert word in text

    def test_walks_from_acceptance_over_a_supplement_to_the_end(self) -> None:
        (row,) = samples.received(samples.dossier(), "HB502")
        client = signed(samples.window(people.unit("生态环境局")))
        for verb, typed in (("accept", {}), ("ask_more", {"lines": "附图\n公众参与说明"}), ("got_more", {}),
                            ("pass", {"result_no": "示例环〔2024〕1号"})):
            assert act(client, row, verb, **typed).status_code == 302
        row.refresh_from_db()
        assert (row.status, row.result_no, row.events.count()) == ("11", "示例环〔2024〕1号", 5)
        text = page(client, "handling", row.pk).content.decode()
        assert "公众参与说明" in text and "<svg" in text

    def test_a_second_click_is_refused_in_words(self) -> None:
        (row,) = samples.received(samples.dossier(), "HB502")
        client = signed(people.office())
        act(client, row, "accept")
        answer = act(client, row, "accept")
        assert answer.status_code == 409 and "不能受理" in answer.content.decode()

    @pytest.mark.parametrize(("verb", "typed", "status"), [
        ("pass", {"result_no": "x" * 200}, 422), ("pass", {"result_no": ""}, 422), ("pass", {"result_no": "a\0b"}, 422),
        ("ask_more", {"lines": "  \n "}, 422), ("ask_more", {"lines": "长" * 300}, 422), ("nonsense", {}, 422),
        ("pass", {"result_no": "<script>", "expires_on": "31 February"}, 422)])
    def test_hostile_words_change_nothing(self, verb: str, typed: dict[str, str], status: int) -> None:
        (row,) = samples.received(samples.dossier(), "HB502")
        samples.moved(row, ItemVerb.ACCEPT)
        answer = act(signed(people.office()), row, verb, **typed)
        assert answer.status_code == status and "<script>" not in answer.content.decode().split("<main")[-1][:20000]
        assert Handling.objects.get().status == ItemStatus.ACCEPTED

    def test_the_projects_own_clerk_looks_and_does_not_decide(self) -> None:
        (row,) = samples.received(samples.dossier(), "HB502")
        client = signed(people.clerk())
        assert "现在没有等您办理的" in page(client, "handling", row.pk).content.decode()
        assert act(client, row, "accept").status_code == 403

    def test_a_stranger_and_another_unit_do_not_see_it(self) -> None:
        (row,) = samples.received(samples.dossier(), "HB502")
        for person in (people.stranger(), people.clerk(people.unit("档案局"))):
            assert page(signed(person), "handling", row.pk).status_code == 403

    def test_costs_few_queries(self, django_assert_max_num_queries: Any) -> None:
        rows = samples.received(samples.dossier(), "ZJ304", "ZJ305", "ZJ309")
        client = signed(people.office())
        with django_assert_max_num_queries(16):
            assert page(client, "handling", rows[2].pk).status_code == 200


class TestReceive:
    def test_ticked_items_are_one_submission(self) -> None:
        dossier = samples.dossier()
        client = signed(people.clerk())
        where = reverse("approvals:receive", args=[dossier.project.code])
        assert client.post(where, {"pick": ["SP101", "FG104"]}).status_code == 302
        assert set(dossier.handlings.values_list("code", flat=True)) == {"SP101", "FG104"}
        answer = client.post(where, {"pick": ["SP101"]})
        assert answer.status_code == 409 and "已在办理或已办结" in answer.content.decode()

    def test_a_whole_package_comes_in_with_one_button(self) -> None:
        dossier = samples.dossier()
        signed(people.clerk()).post(reverse("approvals:receive", args=[dossier.project.code]), {"package": "PK-LX"})
        assert set(dossier.handlings.values_list("code", flat=True)) == {"SP101", "FG104", "ZG107"}

    @pytest.mark.parametrize("typed", [{}, {"pick": ["\0", "<b>", "x" * 5000]}, {"package": "PK-NO"}])
    def test_nonsense_is_refused_in_words(self, typed: dict[str, Any]) -> None:
        dossier = samples.dossier()
        answer = signed(people.clerk()).post(reverse("approvals:receive", args=[dossier.project.code]), typed)
        assert answer.status_code == 409 and not dossier.handlings.exists()

    def test_a_department_looks_and_does_not_receive(self) -> None:
        dossier = samples.dossier()
        samples.received(dossier, "HB502")
        client = signed(people.clerk(people.unit("生态环境局")))
        assert 'name="pick"' not in page(client, "receive", dossier.project.code).content.decode()
        where = reverse("approvals:receive", args=[dossier.project.code])
        assert client.post(where, {"pick": ["SP101"]}).status_code == 403

    def test_costs_few_queries(self, django_assert_max_num_queries: Any) -> None:
        dossier = samples.dossier()
        client = signed(people.office())
        with django_assert_max_num_queries(15):
            assert page(client, "receive", dossier.project.code).status_code == 200


class TestSurveys:
    def test_each_package_is_ordered_once_and_its_results_are_shared(self) -> None:
        dossier = samples.dossier()
        client = signed(people.clerk())
        where = reverse("approvals:surveys", args=[dossier.project.code])
        typed = {"verb": "order-PK-CB", "PK-CB-surveyor": "示例测绘院", "PK-CB-contract_no": "示例-1",
                 "PK-CB-datum": "CGCS2000"}
        assert client.post(where, typed).status_code == 302
        again = client.post(where, typed)
        assert again.status_code == 409 and "不重复测绘" in again.content.decode()
        order = SurveyOrder.objects.get()
        assert client.post(where, {"verb": f"deliver-{order.pk}"}).status_code == 302
        assert set(dossier.materials.values_list("name", flat=True)) >= {"放线报告", "验线报告", "多测合一委托合同"}
        assert "示例测绘院" in client.get(where).content.decode()

    @pytest.mark.parametrize("verb", ["deliver-999", "deliver-x", "deliver-" + "9" * 40])
    def test_an_order_of_nobody_is_out_of_reach(self, verb: str) -> None:
        dossier = samples.dossier()
        where = reverse("approvals:surveys", args=[dossier.project.code])
        assert signed(people.clerk()).post(where, {"verb": verb}).status_code == 403

    def test_an_order_of_another_project_is_out_of_reach(self) -> None:
        mine, other = samples.dossier(), samples.dossier(people.project("示例另一项目"))
        client = signed(people.clerk())
        client.post(reverse("approvals:surveys", args=[other.project.code]),
                    {"verb": "order-PK-CB", "PK-CB-surveyor": "示例测绘院", "PK-CB-contract_no": "1",
                     "PK-CB-datum": "CGCS2000"})
        order = SurveyOrder.objects.get()
        where = reverse("approvals:surveys", args=[mine.project.code])
        assert client.post(where, {"verb": f"deliver-{order.pk}"}).status_code == 403


def behind() -> Dossier:
    """A project of which two departments are late."""
    dossier = samples.dossier()
    for row in samples.received(dossier, "ZG107", "HB502"):
        samples.moved(row, ItemVerb.ACCEPT)
    return dossier


class TestConsultation:
    def test_what_several_departments_hold_up_goes_on_the_agenda_once(self) -> None:
        behind()
        office = people.office()
        meeting = meetings.call(kind=MeetingKind.DISPATCH, title="示例会商", area=people.district(),
                                held_at=datetime(2024, 2, 28, 9, 0, tzinfo=clock.CITY), by=office, at=AT)
        client = signed(office)
        text = page(client, "consultation").content.decode()
        assert "2 个部门的 2 个事项用时过半" in text
        for _ in range(2):
            assert client.post(reverse("approvals:consultation"), {"meeting": str(meeting.pk)}).status_code == 302
        assert meeting.items.filter(subject__startswith="approvals.dossier:").count() == 1

    @pytest.mark.parametrize("key", ["", "x", "\0", "00000000-0000-4000-8000-000000000000"])
    def test_a_meeting_of_nobody_is_out_of_reach(self, key: str) -> None:
        behind()
        assert signed(people.office()).post(reverse("approvals:consultation"), {"meeting": key}).status_code == 403

    def test_nothing_to_discuss_says_so(self) -> None:
        samples.dossier()
        assert "没有要会商的事项" in page(signed(people.office()), "consultation").content.decode()
