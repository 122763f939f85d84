"""Proposals: three months, every opinion, a class; a rating that sends it back, B answered again, the rates."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from docx import Document

from citywright.followup import samples
from citywright.followup.actions import proposals, tasks
from citywright.followup.models import Proposal, Task
from citywright.followup.queries import proposals as asked
from citywright.followup.words import AnswerClass, ProposalKind, Satisfaction, TaskStep
from citywright.kernel.clock import CITY
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.steps import CannotMove

pytestmark = pytest.mark.django_db
AT, NUMBER = samples.AT, "示建复〔2024〕1号"


def later(days: int) -> datetime:
    return AT + timedelta(days=days)


def proposal(number: str = "1", **changed: Any) -> Proposal:
    given: dict[str, Any] = {
        "kind": ProposalKind.NPC_SUGGESTION, "session": "示例区一届二次会议", "proposal_no": number,
        "proposers": "示例代表", "title": "关于改善示例路通行的建议", "content": "示例内容", "area": samples.district(),
        "units": [samples.unit()], "by": samples.office(), "at": AT}
    return proposals.register(**given | changed)


def answer(row: Proposal, days: int = 10, letter: AnswerClass = AnswerClass.A, **more: Any) -> Task:
    if Task.objects.get(pk=row.task_id).step == TaskStep.ASSIGNED:
        tasks.sign(task=row.task, by=samples.clerk(row.task.unit), at=AT)
    proposals.answer(proposal=row, text="已采纳并实施。\n感谢支持。", answer_class=letter, answer_no=NUMBER,
                     by=samples.clerk(row.task.unit), at=later(days), **more)
    return Task.objects.get(pk=row.task_id)


class TestRegister:
    def test_has_three_calendar_months(self) -> None:
        due = proposal().task.due_at
        assert due is not None
        assert due.astimezone(CITY).date() == date(2024, 6, 20)

    def test_refuses_the_same_number_of_a_session_twice_and_words_missing(self) -> None:
        proposal()
        for changed in ({}, {"session": " "}, {"proposers": ""}, {"proposal_no": "9" * 31}, {"title": "\0"}):
            with pytest.raises(Refusal):
                proposal(**changed)
        assert proposal(kind=ProposalKind.CPPCC_PROPOSAL).task.number == 2

    def test_extensions_never_go_beyond_six_months(self) -> None:
        row = proposal()
        tasks.sign(task=row.task, by=samples.clerk(), at=AT)
        with pytest.raises(Refusal, match="最长 6 个月"):
            tasks.extend(task=row.task, limit=93, reason="征求意见", by=samples.office(), at=later(60))
        for _ in range(2):
            tasks.extend(task=row.task, limit=45, reason="征求意见", by=samples.office(), at=later(60))
        with pytest.raises(Refusal, match="最多延期"):
            tasks.extend(task=row.task, limit=1, reason="征求意见", by=samples.office(), at=later(60))


class TestAnswer:
    def test_waits_for_every_co_operating_units_opinion(self) -> None:
        water = samples.unit("水务局")
        row = proposal(units=[samples.unit(), water])
        with pytest.raises(CannotMove, match="会办意见"):
            answer(row)
        assert Proposal.objects.get().answer_class == ""
        tasks.opine(task=row.task, text="同意", by=samples.clerk(water), at=later(5))
        assert answer(row).step == TaskStep.REPLIED

    def test_is_not_given_without_class_and_number(self) -> None:
        row = proposal()
        tasks.sign(task=row.task, by=samples.clerk(), at=AT)
        with pytest.raises(CannotMove, match="答复类别和文号"):
            tasks.reply(task=row.task, text="已办", by=samples.clerk(), at=AT)
        with pytest.raises(tasks.CannotAnswer):
            proposals.answer(proposal=row, text="已办", answer_class=AnswerClass.A, answer_no=" ", by=samples.clerk(),
                             at=AT)
        with pytest.raises(tasks.CannotAnswer, match="面商"):
            answer(row, met_on=date(2025, 1, 1))

    def test_what_was_answered_with_b_is_answered_again_when_solved(self) -> None:
        row = proposal()
        done = answer(row, letter=AnswerClass.B)
        tasks.confirm(task=done, by=samples.office(), at=later(11))
        again = asked.visible_to(samples.office()).filter(asked.SETS["again"](later(12)))
        assert again.get() == row
        proposals.answer_again(proposal=row, text="已建成", answer_class=AnswerClass.A, answer_no="示建复〔2024〕9号",
                               by=samples.clerk(), at=later(60))
        tasks.confirm(task=done, by=samples.office(), at=later(61))
        assert not again.exists()
        with pytest.raises(tasks.CannotAnswer, match="B 类"):
            proposals.answer_again(proposal=row, text="再答", answer_class=AnswerClass.A, answer_no="x",
                                   by=samples.clerk(), at=later(62))

    def test_the_paper_carries_class_number_and_text(self) -> None:
        row = proposal()
        with pytest.raises(tasks.CannotAnswer):
            proposals.export_answer(proposal=row, by=samples.office(), at=AT)
        answer(row, met_on=date(2024, 3, 25))
        paper = proposals.export_answer(proposal=Proposal.objects.get(), by=samples.office(), at=later(11))
        lines = [p.text for p in Document(io.BytesIO(paper)).paragraphs]
        assert lines[0] == "类别：A"
        assert any("示建复〔2024〕1号" in line for line in lines)
        assert {"已采纳并实施。", "感谢支持。"} <= set(lines)


class TestRating:
    def test_an_unsatisfied_proposer_has_it_done_again_and_that_is_counted(self) -> None:
        row = proposal()
        tasks.confirm(task=answer(row), by=samples.office(), at=later(11))
        proposals.rate(proposal=row, satisfaction=Satisfaction.UNSATISFIED, by=samples.office(), at=later(12))
        task = Task.objects.get()
        assert (task.step, task.reopened_count, Proposal.objects.get().redone_count) == (TaskStep.HANDLING, 1, 1)
        answer(row, days=20)
        assert Proposal.objects.get().satisfaction == ""

    def test_an_answer_that_still_waits_is_refused_when_it_does_not_satisfy(self) -> None:
        row = proposal()
        answer(row)
        proposals.rate(proposal=row, satisfaction=Satisfaction.UNSATISFIED, by=samples.office(), at=later(12))
        assert (Task.objects.get().step, Task.objects.get().refused_count) == (TaskStep.HANDLING, 1)

    def test_refuses_before_the_answer_twice_and_by_the_doer(self) -> None:
        row = proposal()
        with pytest.raises(proposals.CannotRate):
            proposals.rate(proposal=row, satisfaction=Satisfaction.MOSTLY, by=samples.office(), at=AT)
        answer(row)
        with pytest.raises(CannotReach):
            proposals.rate(proposal=row, satisfaction=Satisfaction.SATISFIED, by=samples.clerk(), at=later(12))
        proposals.rate(proposal=row, satisfaction=Satisfaction.SATISFIED, by=samples.office(), at=later(12))
        with pytest.raises(proposals.CannotRate, match="已经评价"):
            proposals.rate(proposal=row, satisfaction=Satisfaction.SATISFIED, by=samples.office(), at=later(12))


class TestRates:
    def test_each_rate_equals_its_lists(self) -> None:
        rows = [proposal(str(n)) for n in range(1, 5)]
        answer(rows[0], met_on=date(2024, 3, 25), is_adopted=True)
        proposals.rate(proposal=rows[0], satisfaction=Satisfaction.SATISFIED, by=samples.office(), at=later(12))
        answer(rows[1], days=100, letter=AnswerClass.C)
        office, at = samples.office(), later(101)
        counted = asked.counted(office, samples.district())
        told = {one.rate.code: one for one in asked.rates(counted, at)}
        assert {code: one.value for code, one in told.items()} == {
            "on_time": Fraction(1, 4), "met": Fraction(1, 2), "satisfied": Fraction(1), "class_a": Fraction(1, 2),
            "adopted": Fraction(1, 2)}
        for one in told.values():
            assert counted.filter(asked.SETS[one.rate.part](at)).count() == one.numerator
            assert counted.filter(asked.SETS[one.rate.whole](at)).count() == one.denominator

    def test_without_any_proposal_a_rate_is_unknown(self) -> None:
        assert [one.value for one in asked.rates(asked.counted(samples.office(), samples.district()), AT)] == [None] * 5
