"""Pages of tasks, proposals and notices: who sees and does what, refusals in words, hostile input, costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from citywright.followup import actions as alerts
from citywright.followup import samples
from citywright.followup.actions import notices, proposals, tasks
from citywright.followup.models import Alert, Notice, Proposal, Reply, Task
from citywright.followup.words import AlertKind, LimitKind, LoopName, ProposalKind, TaskStep
from citywright.kernel.clock import CITY
from citywright.kernel.models import Attachment, Person

pytestmark = pytest.mark.django_db
AT = samples.AT


@pytest.fixture(autouse=True)
def sample_day(settings: Any) -> Iterator[None]:
    settings.SAMPLE_DAY = AT.date()
    yield


def signed_in(person: Person, language: str = "") -> Client:
    client = Client(headers={"accept-language": language} if language else None)
    client.force_login(person)
    return client


def page(person: Person, address: str, status: int = 200) -> str:
    answer = signed_in(person).get(address)
    assert answer.status_code == status, answer.status_code
    return unescape(answer.content.decode())


def post(person: Person, task: Task, verb: str, status: int = 302, **given: Any) -> str:
    fields = {"verb": verb} | {f"{verb}-{name}": value for name, value in given.items()}
    answer = signed_in(person).post(f"/tasks/{task.pk}/", fields)
    assert answer.status_code == status, unescape(answer.content.decode())
    return unescape(answer.content.decode())


def given(**changed: Any) -> dict[str, Any]:
    return {"title": "示例交办", "content": "", "loop": "supervision", "lead": samples.unit().pk, "limit": "5",
            "limit_kind": "workday", "severity": "3"} | changed


class TestList:
    def test_shows_what_is_late_first_and_sums_it(self) -> None:
        samples.task("从容事项", limit=60)
        samples.task("超期事项", limit=2, at=AT - timedelta(days=9))
        found = page(samples.office(), "/tasks/")
        assert found.index("超期事项") < found.index("从容事项")
        assert "超期 1" in found

    @pytest.mark.parametrize(("query", "count"), [
        ("", 3), ("mine=1", 1), ("raised=1", 3), ("open=1", 2), ("step=replied", 0), ("late=1", 1),
        ("step=confirmed", 1), ("loop=problem", 1), ("unit=x", 0), ("campaign=projects.campaign:7", 1), ("soon=1", 0),
        ("page=-3&late=%00&loop='--", 0)])
    def test_each_filter_counts_its_rows(self, query: str, count: int) -> None:
        samples.task(limit=2, at=AT - timedelta(days=9), campaign="projects.campaign:7")
        tasks.confirm(task=samples.answered(), by=samples.office(), at=AT)
        own = samples.task(loop=LoopName.PROBLEM, limit=60)
        tasks.object_to(task=own, reason="不属本单位", by=samples.clerk(), at=AT)
        found = page(samples.office(), f"/tasks/?{query}")
        assert (f"，共 {count} 件" in found) if count else ("没有符合的事项" in found)

    def test_costs_no_more_queries_for_more_tasks(self, django_assert_max_num_queries: Any) -> None:
        for n in range(12):
            samples.task(f"事项{n}", units=[samples.unit(), samples.unit("水务局")])
        client = signed_in(samples.office())
        with django_assert_max_num_queries(13):
            client.get("/tasks/")

    def test_reads_in_english(self) -> None:
        samples.task()
        found = unescape(signed_in(samples.office(), "en").get("/tasks/").content.decode())
        assert "Given by us" in found and "我交办的" not in found


class TestNew:
    def test_gives_the_task_and_a_second_click_gives_the_same(self) -> None:
        client = signed_in(samples.office())
        first = client.post("/tasks/new/", given(others=[samples.unit("水务局").pk]))
        second = client.post("/tasks/new/", given(others=[samples.unit("水务局").pk]))
        assert first.status_code == second.status_code == 302
        assert first.headers["Location"] == second.headers["Location"]
        made = Task.objects.get()
        assert (made.unit, made.units.count(), made.limit) == (samples.unit(), 2, 5)

    def test_a_draft_is_kept_once_and_given_later(self) -> None:
        client = signed_in(samples.office())
        for _ in range(2):
            assert client.post("/tasks/new/", given(verb="draft")).status_code == 302
        made = Task.objects.get()
        assert (made.step, made.due_at) == (TaskStep.DRAFTED, None)
        assert "期限" in page(samples.office(), f"/tasks/{made.pk}/")
        post(samples.office(), made, "assign", lead=samples.unit().pk)
        made.refresh_from_db()
        assert made.step == TaskStep.ASSIGNED

    def test_an_empty_limit_is_that_of_the_origin(self) -> None:
        signed_in(samples.office()).post("/tasks/new/", given(limit="", origin="urgent"))
        assert (Task.objects.get().limit, Task.objects.get().limit_kind) == (5, LimitKind.NATURAL_DAY)

    def test_is_filled_from_the_address_and_from_an_alert(self) -> None:
        found = page(samples.office(), "/tasks/new/?title=示例题&campaign=projects.campaign:7&loop=problem")
        assert 'value="示例题"' in found and 'value="projects.campaign:7"' in found
        alert = raised()
        assert f'value="{alert.pk}"' in page(samples.office(), f"/tasks/new/?alert={alert.pk}")
        client = signed_in(samples.office())
        assert client.post("/tasks/new/", given(alert=alert.pk)).status_code == 302
        assert Task.objects.get().alert == alert
        again = client.post("/tasks/new/", given(alert=alert.pk))
        assert again.status_code == 409
        assert "这条提醒已经交办" in unescape(again.content.decode())

    def test_an_alert_out_of_reach_is_refused(self) -> None:
        alert = raised()
        far = samples.office(samples.district("990102", "邻区"))
        page(far, f"/tasks/new/?alert={alert.pk}", 403)
        page(samples.office(), "/tasks/new/?alert=nonsense%00", 403)

    @pytest.mark.parametrize("changed", [
        {"title": "长" * 161}, {"title": "a\0b"}, {"limit": "many"}, {"limit": "0"}, {"limit": "99999999999"},
        {"lead": "x"}, {"lead": "999999"}, {"loop": "proposal"}, {"limit_kind": "year"}, {"origin": "dream"},
        {"alert": "x"}, {"cycle_days": "-1"}, {"severity": "9"}, {"others": ["x"]}])
    def test_hostile_input_is_named_and_nothing_is_given(self, changed: dict[str, Any]) -> None:
        assert signed_in(samples.office()).post("/tasks/new/", given(**changed)).status_code == 422
        assert not Task.objects.exists()

    def test_a_unit_of_a_neighbour_is_not_offered_and_not_taken(self) -> None:
        far = samples.unit("邻区局", samples.district("990102", "邻区"))
        assert signed_in(samples.office()).post("/tasks/new/", given(lead=far.pk)).status_code == 422

    def test_only_those_who_give_tasks_reach_it(self) -> None:
        for person in (samples.clerk(), samples.stranger()):
            page(person, "/tasks/new/", 403)
        page(samples.leader(), "/tasks/new/")


def raised() -> Alert:
    unit = samples.unit()
    alerts.follow(family="lamp", area=samples.district(), on=AT.date(), by=None, at=AT, standing=[alerts.Edge(
        subject="projects.project:1", dimension="start", kind=AlertKind.URGE, lamp="red", reason={}, title="示例项目",
        url_name="projects:project", url_key="P1", area_id=unit.area_id, unit_id=unit.pk)])
    return Alert.objects.get()


class TestTask:
    def test_goes_from_assignment_to_confirmation_with_a_refusal_between(self) -> None:
        made, clerk, office = samples.task(), samples.clerk(), samples.office()
        post(clerk, made, "sign")
        post(clerk, made, "report", text="已进场")
        post(clerk, made, "reply", text="已办结", attached=[SimpleUploadedFile("示例.txt", "凭据".encode())])
        post(office, made, "refuse", reason="未见照片")
        assert "未见照片" in page(clerk, f"/tasks/{made.pk}/")
        post(clerk, made, "reply", text="已补照片")
        post(office, made, "confirm")
        made.refresh_from_db()
        assert (made.step, made.refused_count, Reply.objects.count()) == (TaskStep.CONFIRMED, 1, 3)

    def test_its_doer_is_not_offered_to_close_it_and_is_refused_in_words(self) -> None:
        made = samples.answered()
        for person in (samples.clerk(), samples.reviewer()):
            assert 'value="confirm"' not in page(person, f"/tasks/{made.pk}/")
            assert "办理单位不能自己销号" in post(person, made, "confirm", 409)
        assert 'value="confirm"' in page(samples.office(), f"/tasks/{made.pk}/")

    def test_a_second_click_is_refused_in_words(self) -> None:
        made = samples.answered()
        post(samples.office(), made, "confirm")
        assert "不能销号" in post(samples.office(), made, "confirm", 409)

    def test_files_of_a_refused_answer_are_not_kept(self) -> None:
        made = samples.task(loop=LoopName.PROBLEM)
        post(samples.clerk(), made, "reply", 409, text="已整改",
             attached=[SimpleUploadedFile("示例.txt", "凭据".encode())])
        assert not Attachment.objects.exists()

    def test_a_file_that_could_run_something_is_refused(self) -> None:
        made = samples.task(signed=True)
        post(samples.clerk(), made, "reply", 409, text="已办", attached=[SimpleUploadedFile("x.png", b"MZ\x90\0" * 9)])
        assert not Reply.objects.exists()

    def test_those_who_see_the_task_open_its_files_and_nobody_else_does(self) -> None:
        made = samples.task(signed=True)
        post(samples.clerk(), made, "reply", text="已办", attached=[SimpleUploadedFile("示例.txt", "凭据".encode())])
        address = f"/attachments/{Attachment.objects.get().pk}/"
        assert signed_in(samples.office()).get(address).status_code == 200
        assert signed_in(samples.clerk(samples.unit("水务局"))).get(address).status_code == 403

    @pytest.mark.parametrize(("verb", "fields"), [
        ("reply", {"text": ""}), ("reply", {"text": "x" * 4001}), ("reply", {"text": "\0"}),
        ("object", {"reason": " "}), ("ask", {"limit": "many", "reason": "x"})])
    def test_hostile_words_are_named(self, verb: str, fields: dict[str, str]) -> None:
        made = samples.task(signed=True)
        post(samples.clerk(), made, verb, 422, **fields)

    def test_html_is_shown_as_text(self) -> None:
        made = samples.task("<script>alert(1)</script>", content="<img src=x onerror=alert(1)>")
        text = signed_in(samples.office()).get(f"/tasks/{made.pk}/").content.decode()
        assert "<script>alert" not in text and "<img src=x" not in text

    def test_is_refused_alike_when_hidden_and_when_absent(self) -> None:
        made = samples.task()
        hidden = page(samples.clerk(samples.unit("水务局")), f"/tasks/{made.pk}/", 403)
        absent = page(samples.clerk(samples.unit("水务局")), "/tasks/00000000-0000-0000-0000-000000000000/", 403)
        assert "没有这个事项" in hidden and "没有这个事项" in absent

    def test_an_unknown_address_of_what_it_is_about_is_not_linked(self) -> None:
        made = samples.task(url_name="javascript:alert", url_key="1")
        assert "javascript" not in page(samples.office(), f"/tasks/{made.pk}/")

    def test_offers_a_co_operating_unit_its_opinion_and_the_city_nothing_of_the_unit(self) -> None:
        water = samples.unit("水务局")
        made = samples.task(units=[samples.unit(), water])
        assert 'value="opine"' in page(samples.clerk(water), f"/tasks/{made.pk}/")
        assert 'value="sign"' not in page(samples.city(), f"/tasks/{made.pk}/")
        post(samples.clerk(water), made, "opine", text="同意")
        assert 'value="opine"' not in page(samples.clerk(water), f"/tasks/{made.pk}/")

    def test_an_objected_task_is_given_to_another_unit(self) -> None:
        made = samples.task()
        post(samples.clerk(), made, "object", reason="不属本单位")
        post(samples.office(), made, "assign", lead=samples.unit("水务局").pk)
        made.refresh_from_db()
        assert (made.step, made.unit.short_name) == (TaskStep.ASSIGNED, "水务局")

    def test_the_raiser_finds_the_wish_for_more_time_filled_in(self) -> None:
        made = samples.task(signed=True)
        post(samples.clerk(), made, "ask", limit=7, reason="管线迁改滞后")
        found = page(samples.office(), f"/tasks/{made.pk}/")
        assert "单位申请延期：管线迁改滞后" in found and 'value="7"' in found
        post(samples.office(), made, "extend", limit=7, reason="同意")
        assert "单位申请延期：" not in page(samples.office(), f"/tasks/{made.pk}/")

    def test_extension_reopening_and_cancelling_have_their_forms(self) -> None:
        made = samples.task(signed=True)
        post(samples.clerk(), made, "ask", limit=5, reason="管线迁改")
        post(samples.office(), made, "extend", limit=5, reason="同意")
        post(samples.clerk(), made, "reply", text="已办结")
        post(samples.office(), made, "confirm")
        post(samples.office(), made, "reopen", reason="回潮", limit=3, limit_kind="workday")
        post(samples.office(), made, "cancel", reason="并入他件")
        made.refresh_from_db()
        assert (made.step, made.extended_count, made.reopened_count) == (TaskStep.CANCELLED, 1, 1)

    def test_costs_few_queries_however_long_its_trail(self, django_assert_max_num_queries: Any) -> None:
        made = samples.task(signed=True, units=[samples.unit(), samples.unit("水务局")])
        for n in range(6):
            tasks.report(task=made, text=f"进展{n}", by=samples.clerk(), at=AT)
        client = signed_in(samples.clerk())
        with django_assert_max_num_queries(17):
            client.get(f"/tasks/{made.pk}/")


class TestProposals:
    def made(self) -> Proposal:
        return proposals.register(
            kind=ProposalKind.CPPCC_PROPOSAL, session="示例届", proposal_no="12", proposers="示例委员",
            title="示例案由", content="", area=samples.district(), units=[samples.unit()], by=samples.office(), at=AT)

    def test_is_registered_once(self) -> None:
        client, fields = signed_in(samples.office()), {
            "kind": "npc_suggestion", "session": "示例届", "proposal_no": "7", "proposers": "示例代表",
            "title": "示例建议", "lead": samples.unit().pk}
        assert client.post("/proposals/new/", fields).status_code == 302
        again = client.post("/proposals/new/", fields)
        assert again.status_code == 409
        assert "已经登记" in unescape(again.content.decode())
        assert Proposal.objects.count() == 1

    def test_is_answered_rated_and_taken_out_as_a_paper(self) -> None:
        row = self.made()
        post(samples.clerk(), row.task, "sign")
        post(samples.clerk(), row.task, "answer", answer_class="b", answer_no="示建复〔2024〕2号", text="列入计划")
        post(samples.office(), row.task, "confirm")
        post(samples.office(), row.task, "rate", satisfaction="mostly")
        post(samples.clerk(), row.task, "again", answer_class="a", answer_no="示建复〔2024〕8号", text="已建成")
        row.refresh_from_db()
        assert (row.answer_class, row.satisfaction) == ("a", "")
        paper = signed_in(samples.office()).post(f"/proposals/{row.task_id}/paper/")
        assert paper.status_code == 200 and paper.content[:2] == b"PK"

    def test_a_part_of_a_rate_leads_to_a_list_of_its_size(self) -> None:
        row = self.made()
        tasks.sign(task=row.task, by=samples.clerk(), at=AT)
        found = page(samples.office(), "/proposals/")
        assert "按期办复率" in found and "—" in found
        post(samples.clerk(), row.task, "answer", answer_class="a", answer_no="示建复〔2024〕2号", text="已办")
        assert "共 1 件" in page(samples.office(), "/proposals/?set=class_a")
        assert "没有符合的建议提案" in page(samples.office(), "/proposals/?set=met")
        page(samples.office(), "/proposals/?set=nonsense&class=%00&session='")

    def test_no_paper_before_the_answer_nor_for_a_stranger_nor_of_a_task_that_is_none(self) -> None:
        row = self.made()
        assert signed_in(samples.office()).post(f"/proposals/{row.task_id}/paper/").status_code == 409
        assert signed_in(samples.stranger()).post(f"/proposals/{row.task_id}/paper/").status_code == 403
        assert signed_in(samples.office()).post(f"/proposals/{samples.task().pk}/paper/").status_code == 403


class TestNotices:
    def test_are_shown_to_their_person_and_read_by_opening(self) -> None:
        clerk = samples.clerk()
        samples.task()
        notices.write_day(area=samples.district(), on=AT.date(), by=None, at=AT)
        assert "新交办 1 件" in page(clerk, "/notices/")
        assert Notice.objects.get(person=clerk).read_at is not None
        other = samples.clerk(samples.unit("水务局"))
        assert "还没有通知" in page(other, "/notices/")
        page(samples.stranger(), "/notices/", 403)

    def test_say_it_in_english(self) -> None:
        clerk = samples.clerk()
        samples.task()
        notices.write_day(area=samples.district(), on=AT.date(), by=None, at=datetime(2024, 3, 20, 8, tzinfo=CITY))
        assert "新交办" not in unescape(signed_in(clerk, "en").get("/notices/").content.decode())
