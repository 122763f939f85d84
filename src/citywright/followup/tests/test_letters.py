"""Letters: numbered, signed for, answered, accepted by the other side; unanswered they climb, once."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import docx
import pytest

from citywright.followup import samples
from citywright.followup.actions import ladders, letters, papers
from citywright.followup.actions.ladders import CannotReviseLadder
from citywright.followup.actions.letters import CannotAnswer, CannotClimb, CannotIssue
from citywright.followup.models import Ladder, Letter
from citywright.followup.queries import letters as asked
from citywright.followup.samples import AT, clerk, district, office, reviewer, unit
from citywright.followup.words import LetterStep, LimitKind, RungColour
from citywright.kernel.clock import CITY
from citywright.kernel.errors import CannotAccept, CannotReach
from citywright.kernel.models import JournalEntry
from citywright.kernel.steps import CannotMove

pytestmark = pytest.mark.django_db
LATE = datetime(2024, 4, 3, 9, 0, tzinfo=CITY)


class TestIssuing:
    def test_numbers_each_mark_by_area_and_year_and_reckons_the_day(self) -> None:
        first, second = samples.letter(), samples.letter("另一事")
        coloured = samples.letter("第三事", code="three-colours", rung="orange")
        assert [asked.number_of(row) for row in (first, second, coloured)] == [
            "交办〔2024〕1号", "交办〔2024〕2号", "督查橙〔2024〕1号"]
        assert (first.due_at.astimezone(CITY).date(), coloured.colour) == (date(2024, 4, 3), RungColour.ORANGE)

    def test_begins_on_the_first_rung_or_one_marked_so(self) -> None:
        for rung in ("urge", "talk", "nothing", ""):
            with pytest.raises(CannotIssue):
                samples.letter(rung=rung)
        assert samples.letter(rung="remind").mark == "提醒"

    def test_refuses_an_empty_one_a_second_one_and_a_unit_of_another_place(self) -> None:
        samples.letter()
        for told in ({}, {"title": " "}, {"title": "x", "content": ""}):
            with pytest.raises(CannotIssue):
                samples.letter(**told)
        with pytest.raises(CannotIssue):
            samples.letter("x", of=unit("邻局", samples.district("990102", "邻区")))

    def test_stands_once_for_a_task(self) -> None:
        task = samples.task()
        made = samples.letter(task=task)
        assert (made.task, made.subject) == (task, task.subject)
        with pytest.raises(CannotIssue):
            samples.letter("另一标题", task=task)

    def test_is_for_the_office_of_the_area(self) -> None:
        for nobody in (clerk(), samples.leader(), samples.stranger(), office(samples.district("990102", "邻区"))):
            with pytest.raises(CannotReach):
                samples.letter(by=nobody)


class TestAnswering:
    def test_goes_round_and_is_accepted_by_the_other_side(self) -> None:
        letter = samples.letter(signed=True)
        letters.answer(letter=letter, text="已办结", by=clerk(), at=AT)
        for own in (clerk(), reviewer()):
            with pytest.raises(CannotAnswer):
                letters.accept(letter=letter, by=own, at=AT)
        letters.return_(letter=letter, reason="没有佐证", by=office(), at=AT)
        again = letters.answer(letter=letter, text="已补佐证", by=clerk(), at=AT)
        assert (again.step, again.returned_reason) == (LetterStep.ANSWERED, "")
        done = letters.accept(letter=letter, by=office(), at=AT)
        assert (done.step, done.accepted_by, done.answered_by) == (LetterStep.ACCEPTED, office(), clerk())
        with pytest.raises(CannotMove):
            letters.accept(letter=letter, by=office(), at=AT)

    def test_is_signed_for_first_and_once(self) -> None:
        letter = samples.letter()
        with pytest.raises(CannotMove):
            letters.answer(letter=letter, text="已办结", by=clerk(), at=AT)
        letters.sign(letter=letter, by=clerk(), at=AT)
        with pytest.raises(CannotMove):
            letters.sign(letter=letter, by=clerk(), at=AT)

    def test_is_for_the_unit_it_was_sent_to(self) -> None:
        letter = samples.letter()
        for nobody in (office(), clerk(unit("交通局")), samples.stranger()):
            with pytest.raises(CannotReach):
                letters.sign(letter=letter, by=nobody, at=AT)

    def test_needs_words(self) -> None:
        letter = samples.letter(signed=True)
        with pytest.raises(CannotAnswer):
            letters.answer(letter=letter, text=" ", by=clerk(), at=AT)
        letters.answer(letter=letter, text="已办", by=clerk(), at=AT)
        with pytest.raises(CannotAnswer):
            letters.return_(letter=letter, reason=" ", by=office(), at=AT)

    def test_an_office_never_judges_a_letter_sent_to_itself(self) -> None:
        letter = samples.letter(of=unit("项目办"), by=samples.city())
        letters.sign(letter=letter, by=office(), at=AT)
        letters.answer(letter=letter, text="已办", by=office(), at=AT)
        with pytest.raises(CannotAnswer):
            letters.accept(letter=letter, by=office(), at=AT)
        assert letters.accept(letter=letter, by=samples.city(), at=AT).step == LetterStep.ACCEPTED


class TestClimbing:
    def test_waits_for_its_day_and_happens_once(self) -> None:
        letter = samples.letter()
        with pytest.raises(CannotClimb):
            letters.climb(letter=letter, by=office(), at=AT)
        assert letters.due_to_climb(district(), date(2024, 4, 3)) == []
        late = datetime(2024, 4, 7, 9, 0, tzinfo=CITY)
        assert letters.due_to_climb(district(), date(2024, 4, 7)) == [letter]
        above = letters.climb(letter=letter, by=office(), at=late)
        assert (above.previous, above.rung, above.title, asked.number_of(above)) == (
            letter, "remind", letter.title, "提醒〔2024〕1号")
        with pytest.raises(CannotMove):
            letters.climb(letter=letter, by=office(), at=late)
        assert Letter.objects.get(pk=letter.pk).step == LetterStep.CLIMBED
        assert asked.chain(above) == asked.chain(letter) == [letter, above]

    def test_goes_blue_orange_red_and_no_further(self) -> None:
        letter, at = samples.letter(code="three-colours", rung="blue"), AT
        for colour in (RungColour.ORANGE, RungColour.RED):
            at += timedelta(days=30)
            letter = letters.climb(letter=letter, by=office(), at=at)
            assert letter.colour == colour
        with pytest.raises(CannotClimb):
            letters.climb(letter=letter, by=office(), at=at + timedelta(days=30))

    def test_does_not_happen_to_a_letter_that_was_answered(self) -> None:
        letter = samples.letter(signed=True)
        letters.answer(letter=letter, text="已办", by=clerk(), at=AT)
        with pytest.raises(CannotMove):
            letters.climb(letter=letter, by=office(), at=AT + timedelta(days=60))
        assert letters.due_to_climb(district(), date(2024, 12, 1)) == []

    def test_is_not_for_the_unit(self) -> None:
        with pytest.raises(CannotReach):
            letters.climb(letter=samples.letter(), by=clerk(), at=AT + timedelta(days=60))

    def test_the_night_climbs_only_where_the_ladder_says_so(self) -> None:
        letter, at = samples.letter(), AT + timedelta(days=60)
        assert letters.climb_due(area=district(), by=None, at=at) == []
        rungs = [dict(rung) for rung in letter.ladder.rungs]
        rungs[0]["automatic"] = True
        ladders.revise_ladder(code="default", name="督查阶梯", rungs=rungs, source="示例〔2024〕1号",
                               by=office(), at=AT)
        newer = samples.letter("自动升级的事")
        made = letters.climb_due(area=district(), by=None, at=at)
        assert [row.previous for row in made] == [newer]
        assert letters.climb_due(area=district(), by=None, at=at) == []
        assert made[0].issued_by == office() and Letter.objects.get(pk=letter.pk).step == LetterStep.ISSUED


class TestLadders:
    def test_are_laid_once(self) -> None:
        assert ladders.lay_ladders(by=None, at=AT) == 3
        assert ladders.lay_ladders(by=None, at=AT) == 0
        assert JournalEntry.objects.filter(verb="ladders.laid").count() == 1

    def test_a_change_is_a_new_version_and_letters_stay_on_theirs(self) -> None:
        letter = samples.letter()
        rungs = [dict(rung) for rung in letter.ladder.rungs]
        rungs[0]["limit"] = 7
        made = ladders.revise_ladder(code="default", name="督查阶梯", rungs=rungs, source="示例〔2024〕1号",
                                     by=office(), at=AT)
        before = Ladder.objects.get(code="default", version=1)
        assert (made.version, before.valid_to, Letter.objects.get().ladder) == (2, AT.date(), before)
        assert [row.version for row in asked.versions("default")] == [2, 1]
        assert asked.ladder("default") == made
        again = letters.climb(letter=letter, by=office(), at=LATE + timedelta(days=30))
        assert again.ladder == before
        with pytest.raises(CannotReviseLadder):
            ladders.revise_ladder(code="default", name="督查阶梯", rungs=rungs, source="示例〔2024〕1号", by=office(),
                                  at=AT)

    def test_with_faults_are_refused_whole_and_all_faults_are_named(self) -> None:
        rungs = [dict(rung) for rung in samples.ladder().rungs]
        rungs[0] |= {"limit": 0, "mark": "ABC"}
        with pytest.raises(CannotAccept) as refused:
            ladders.revise_ladder(code="default", name="x", rungs=rungs, source="x", by=office(), at=AT)
        assert len(refused.value.faults) == 2
        with pytest.raises(CannotReviseLadder):
            ladders.revise_ladder(code="nothing", name="x", rungs=rungs, source="x", by=office(), at=AT)
        with pytest.raises(CannotReach):
            ladders.revise_ladder(code="default", name="x", rungs=rungs, source="x", by=clerk(), at=AT)


class TestPaper:
    def test_names_every_field_of_a_supervision_sheet(self) -> None:
        task = samples.task("管线迁改", units=[unit(), unit("水务局")], cycle_days=7)
        letter = samples.letter("管线迁改", task=task, code="three-colours", rung="blue", lead_leader="周领导",
                                contact="张填报", phone="0531-00000000", content="请三日内完成迁改。")
        above = letters.climb(letter=letter, by=office(), at=AT + timedelta(days=30))
        paper = docx.Document(io.BytesIO(papers.letter(letter=above, by=clerk(), at=AT)))
        words = "\n".join(p.text for p in paper.paragraphs)
        for text in ("督查橙〔2024〕1号", "关于管线迁改的橙色督查单", "示例建设局：", "请三日内完成迁改。",
                     "督查蓝〔2024〕1号，逾期未办结", "示例项目办"):
            assert text in words, text
        fields = {row.cells[0].text: row.cells[1].text for row in paper.tables[0].rows}
        assert fields["文号"] == "督查橙〔2024〕1号" and fields["颜色"] == "橙色"
        expected = {"牵头单位": "示例建设局", "配合单位": "水务局", "反馈类型": "定期，每7天一次", "牵头领导": "周领导",
                    "电话": "0531-00000000", "上一级文书": "督查蓝〔2024〕1号"}
        assert {name: fields[name] for name in expected} == expected
        with pytest.raises(CannotReach):
            papers.letter(letter=above, by=samples.stranger(), at=AT)

    def test_says_the_hour_only_where_the_limit_runs_by_the_hour(self) -> None:
        letter = samples.letter()
        assert "4月3日前将" in text_of(letter)
        Letter.objects.filter(pk=letter.pk).update(due_at=datetime(2024, 3, 21, 10, 30, tzinfo=CITY))
        assert "3月21日 10:30前将" in text_of(letter)
        assert LimitKind.WORK_HOUR.zh == "工作时"


def text_of(letter: Letter) -> str:
    """The paragraphs of a letter's paper."""
    paper = docx.Document(io.BytesIO(papers.letter(letter=letter, by=office(), at=AT)))
    return "\n".join(p.text for p in paper.paragraphs)


class TestSeeing:
    def test_a_letter_is_seen_by_its_unit_and_over_its_area_only(self) -> None:
        letter = samples.letter()
        for somebody in (clerk(), office(), samples.leader(), samples.city()):
            assert asked.letter(somebody, letter.pk) == letter
        for nobody in (clerk(unit("交通局")), samples.stranger(), office(samples.district("990102", "邻区"))):
            with pytest.raises(CannotReach):
                asked.letter(nobody, letter.pk)

    def test_waits_first_for_the_unit_then_for_the_issuer(self) -> None:
        letter = samples.letter(signed=True)
        assert list(asked.waiting_for_me(clerk())) == [letter] and not asked.waiting_for_me(office()).exists()
        letters.answer(letter=letter, text="已办", by=clerk(), at=AT)
        assert list(asked.waiting_for_me(office())) == [letter] and not asked.waiting_for_me(clerk()).exists()
