"""Pages of meetings, task forces, letters and ladders: what they show, what they refuse, what hostile input does."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from citywright.followup import samples
from citywright.followup.actions import forces, letters, meetings
from citywright.followup.models import AgendaItem, Decision, Ladder, Letter, Meeting, Task, TaskForce
from citywright.followup.samples import AT, clerk, district, office, unit
from citywright.followup.words import LetterStep, MeetingStep
from citywright.kernel.models import Attachment, Person

pytestmark = pytest.mark.django_db
NASTY = ("\0", "<script>alert(1)</script>", "x" * 5000, "'; drop table", "９９９", "-1")
PNG = (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
       b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82")


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    """The program stands on the day of the samples."""
    settings.SAMPLE_DAY = AT.date()


def visit(who: Person) -> Client:
    client = Client()
    client.force_login(who)
    return client


def post(page: str, who: Person | None = None, **told: Any) -> Any:
    """What the page answers to a form; names may hold hyphens as double underscores."""
    return visit(who or office()).post(page, {name.replace("__", "-"): value for name, value in told.items()})


class TestMeetingPages:
    def test_a_meeting_goes_its_way_on_the_page(self) -> None:
        made = post("/meetings/new/", kind="dispatch", title="示例调度会", held_at="2024-03-20T09:00", place="二楼")
        meeting = Meeting.objects.get()
        page = f"/meetings/{meeting.pk}/"
        assert (made.status_code, made["Location"]) == (302, page)
        for told in ({"verb": "collect"}, {"verb": "add", "add__title": "管线迁改"}, {"verb": "hold"}):
            assert post(page, **told).status_code == 302
        item = AgendaItem.objects.get()
        answer = post(page, verb="decide", decide__item=item.pk, decide__text="三日内迁改", decide__lead=unit().pk,
                      decide__others=[unit("水务局").pk, unit().pk], decide__limit="3", decide__limit_kind="workday")
        assert answer.status_code == 302
        assert [row.unit for row in Task.objects.get().units.all()] == [unit(), unit("水务局")]
        assert post(page, verb="minute", minute__summary="").status_code == 302
        assert Meeting.objects.get().step == MeetingStep.MINUTED
        late = post(page, verb="decide", decide__text="迟了", decide__limit="3", decide__limit_kind="workday")
        assert late.status_code == 409 and "不能记录议定事项" in late.content.decode()
        paper = visit(clerk()).post(f"{page}minutes/")
        assert paper.status_code == 200 and paper.content[:2] == b"PK"

    def test_matters_are_ordered_dropped_and_brought_back(self) -> None:
        meeting = samples.meeting()
        first, second = (meetings.add_item(meeting=meeting, title=t, by=office(), at=AT) for t in "甲乙")
        page = f"/meetings/{meeting.pk}/"
        for verb in (f"up-{second.pk}", f"drop-{first.pk}"):
            assert post(page, verb=verb).status_code == 302
        assert post(page, verb=f"drop-{first.pk}").status_code == 409
        assert post(page, verb=f"restore-{first.pk}").status_code == 302
        assert post(page, verb="clear", pick=[first.pk, second.pk, "x", "9" * 30]).status_code == 302
        assert not AgendaItem.objects.filter(is_dropped=False).exists()
        assert post(page, verb="clear").status_code == 409

    def test_a_matter_of_another_meeting_is_out_of_reach(self) -> None:
        item = meetings.add_item(meeting=samples.meeting("另一次"), title="甲", by=office(), at=AT)
        page = f"/meetings/{samples.meeting().pk}/"
        for verb in (f"drop-{item.pk}", "drop-999999", "up-999999"):
            assert post(page, verb=verb).status_code == 403
        assert not AgendaItem.objects.get().is_dropped

    def test_a_photo_taken_on_site_goes_with_its_matter(self) -> None:
        meeting = samples.meeting(held=True)
        page = f"/meetings/{meeting.pk}/"
        photo = SimpleUploadedFile("现场.png", PNG, "image/png")
        assert post(page, verb="add", add__title="高压线迁改", add__unit=unit().pk, add__photo=photo).status_code == 302
        kept = Attachment.objects.get()
        shown = visit(clerk()).get(page).content.decode()
        assert f"/attachments/{kept.pk}/" in shown
        assert visit(clerk()).get(f"/attachments/{kept.pk}/").status_code == 200
        assert visit(clerk(unit("交通局"))).get(f"/attachments/{kept.pk}/").status_code == 403
        wrong = SimpleUploadedFile("坏.png", b"MZ not a photo", "image/png")
        assert post(page, verb="add", add__title="另一事", add__photo=wrong).status_code == 409

    @pytest.mark.parametrize("nasty", NASTY)
    def test_hostile_input_is_refused_in_words_and_changes_nothing(self, nasty: str) -> None:
        meeting = samples.meeting(held=True)
        page = f"/meetings/{meeting.pk}/"
        for told in ({"verb": nasty}, {"verb": f"drop-{nasty}"}, {"verb": "clear", "pick": [nasty]},
                     {"verb": "decide", "decide__text": "x", "decide__lead": nasty, "decide__limit": nasty}):
            assert post(page, **told).status_code in (403, 409, 422)
        assert post("/meetings/new/", kind=nasty, title=nasty, held_at=nasty).status_code == 422
        assert not Decision.objects.exists() and Meeting.objects.count() == 1
        for address in (f"/meetings/?step={nasty}", f"/letters/?unit={nasty}&climb={nasty}", f"{page}?item={nasty}",
                        f"/letters/new/?task={nasty}", f"/letters/new/?alert={nasty}", f"/meetings/new/?force={nasty}"):
            assert visit(office()).get(address.replace("\0", "%00")).status_code in (200, 403)

    def test_html_is_shown_as_text(self) -> None:
        meeting = samples.meeting("<b>粗</b>")
        meetings.add_item(meeting=meeting, title="<script>x</script>", by=office(), at=AT)
        shown = visit(office()).get(f"/meetings/{meeting.pk}/").content.decode()
        assert "<script>x" not in shown and "&lt;script&gt;x" in shown

    def test_whoever_keeps_no_papers_changes_nothing(self) -> None:
        meeting = samples.meeting(held=True)
        meetings.record(meeting=meeting, text="办", units=[unit()], by=office(), at=AT)
        page = f"/meetings/{meeting.pk}/"
        for verb in ("hold", "minute", "collect", "add", "decide"):
            assert post(page, clerk(), verb=verb, decide__text="x", add__title="x").status_code == 403
        assert visit(clerk()).get(f"{page}amend/").status_code == 403
        assert visit(clerk()).get("/meetings/new/").status_code == 403
        assert visit(office()).get(f"/meetings/{uuid4()}/").status_code == 403

    def test_costs_the_same_however_long_the_agenda(self, django_assert_max_num_queries: Any) -> None:
        meeting = samples.meeting(held=True)
        for number in range(30):
            item = meetings.add_item(meeting=meeting, title=f"第{number}事", unit=unit(), by=office(), at=AT)
            meetings.record(meeting=meeting, item=item, text=f"办第{number}事", units=[unit(), unit("水务局")],
                            by=office(), at=AT)
        client = visit(office())
        for page in (f"/meetings/{meeting.pk}/", "/meetings/"):
            with django_assert_max_num_queries(25):
                assert client.get(page).status_code == 200


class TestForcePages:
    def test_are_set_up_changed_and_ended(self) -> None:
        told = {"name": "示例专班", "leader": "周领导", "deputies": "", "cycle_days": "14", "mandate": "统筹"}
        assert post("/forces/new/", members=[unit().pk], **told).status_code == 302
        force = TaskForce.objects.get()
        page = f"/forces/{force.pk}/"
        assert post("/forces/new/", **told).status_code == 409
        assert post(page, verb="change", **(told | {"cycle_days": "x"})).status_code == 422
        assert post(page, verb="change", **(told | {"name": "改名"})).status_code == 302
        assert post(page, clerk(), verb="end").status_code == 403
        assert post(page, verb="end").status_code == 302
        assert post(page, verb="end").status_code == 409
        shown = visit(office()).get("/forces/").content.decode()
        assert "改名" in shown and "已撤销" in shown

    def test_shows_its_meetings_and_what_came_of_them(self, django_assert_max_num_queries: Any) -> None:
        force = forces.set_up(name="示例专班", area=district(), members=[unit()], by=office(), at=AT)
        for number in range(5):
            meeting = samples.meeting(f"第{number}次例会", held=True, force=force)
            meetings.record(meeting=meeting, text=f"办第{number}事", units=[unit()], by=office(), at=AT)
        client = visit(office())
        with django_assert_max_num_queries(22):
            shown = client.get(f"/forces/{force.pk}/").content.decode()
        assert "第4次例会" in shown and "办第4事" in shown and "0/5" in shown
        assert "第4次例会" in client.get("/meetings/?force=示例专班").content.decode()


class TestLetterPages:
    def test_a_letter_goes_its_way_on_the_page(self) -> None:
        samples.ladder()
        task = samples.task("管线迁改")
        told = {"start": "default:assign", "unit": unit().pk, "title": "管线迁改", "content": "请办理"}
        assert post(f"/letters/new/?task={task.pk}", **told).status_code == 302
        assert post(f"/letters/new/?task={task.pk}", **told).status_code == 409
        letter = Letter.objects.get()
        page = f"/letters/{letter.pk}/"
        assert letter.task == task
        assert post(page, clerk(), verb="answer", answer__text="早了").status_code == 409
        assert post(page, clerk(), verb="sign").status_code == 302
        assert post(page, clerk(), verb="answer", answer__text="").status_code == 422
        assert post(page, clerk(), verb="answer", answer__text="已办").status_code == 302
        assert post(page, clerk(), verb="accept").status_code == 409
        assert post(page, verb="return", return__reason="缺佐证").status_code == 302
        assert post(page, clerk(), verb="answer", answer__text="已补").status_code == 302
        assert post(page, verb="accept").status_code == 302
        assert Letter.objects.get().step == LetterStep.ACCEPTED
        assert visit(clerk()).post(f"{page}paper/").content[:2] == b"PK"

    def test_late_ones_are_listed_and_climb_with_one_click(self, settings: Any) -> None:
        letter = samples.letter()
        settings.SAMPLE_DAY = AT.date().replace(month=4, day=20)
        client = visit(office())
        shown = client.get("/letters/?climb=1").content.decode()
        assert "交办〔2024〕1号" in shown and "超期" in shown
        answer = post(f"/letters/{letter.pk}/", verb="climb")
        above = Letter.objects.get(previous=letter)
        assert answer["Location"] == f"/letters/{above.pk}/"
        assert post(f"/letters/{letter.pk}/", verb="climb").status_code == 409
        assert "交办〔2024〕1号" not in client.get("/letters/?climb=1").content.decode()
        assert "交办〔2024〕1号" in client.get(f"/letters/{above.pk}/").content.decode()

    def test_tabs_tell_what_waits_for_whom(self) -> None:
        samples.letter("待签收的", code="three-colours", rung="blue")
        letters.answer(letter=samples.letter("待认可的", signed=True), text="已办", by=clerk(), at=AT)
        assert "待签收的" in visit(clerk()).get("/letters/?mine=1").content.decode()
        shown = visit(office()).get("/letters/?mine=1").content.decode()
        assert "待认可的" in shown and "待签收的" not in shown

    def test_costs_the_same_however_many(self, django_assert_max_num_queries: Any) -> None:
        for number in range(20):
            samples.letter(f"第{number}事")
        client = visit(office())
        with django_assert_max_num_queries(16):
            assert "第19事" in client.get("/letters/").content.decode()


class TestLadderPages:
    def form(self, **change: Any) -> dict[str, Any]:
        """The default ladder as its page sends it, with something changed."""
        told: dict[str, Any] = {"name": "督查阶梯", "source": "示例〔2024〕9号"}
        for number, rung in enumerate(samples.ladder().rungs):
            told |= {f"r{number}-{key}": "" if value is None else value for key, value in rung.items()
                     if value is not False}
        return told | change

    def test_a_new_version_is_saved_and_the_old_one_is_named(self) -> None:
        form = self.form(**{"r0-limit": "7"})
        assert visit(office()).post("/ladders/default/", form).status_code == 302
        assert [row.version for row in Ladder.objects.filter(code="default")] == [2, 1]
        shown = visit(clerk()).get("/ladders/").content.decode()
        assert "7 工作日" in shown and "第 1 版" in shown

    @pytest.mark.parametrize("change", [{"r0-limit": "0"}, {"r0-mark": "ABC"}, {"r3-climbs_after": "1"},
                                        {"r1-code": "assign"}, {"name": " x", "r0-code": "", "r0-name": "无代号"}])
    def test_faults_are_named_and_nothing_is_saved(self, change: dict[str, str]) -> None:
        answer = visit(office()).post("/ladders/default/", self.form(**change))
        assert answer.status_code == 409 and "没有保存" in answer.content.decode()
        assert Ladder.objects.filter(code="default").count() == 1

    @pytest.mark.parametrize("nasty", NASTY)
    def test_hostile_input_changes_nothing(self, nasty: str) -> None:
        for name in ("r0-limit", "r0-colour", "r0-mark", "r0-code"):
            answer = visit(office()).post("/ladders/default/", self.form(**{name: nasty}))
            assert answer.status_code in (409, 422)
        assert Ladder.objects.filter(code="default").count() == 1
        assert visit(clerk()).post("/ladders/default/", self.form()).status_code == 403
        assert visit(office()).get("/ladders/nothing/").status_code == 403
