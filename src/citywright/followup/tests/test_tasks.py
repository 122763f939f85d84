"""Tasks: the loops as tables, the two clocks, and what each side may do to a task."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from citywright.followup import samples
from citywright.followup.actions import tasks
from citywright.followup.models import Reply, Task
from citywright.followup.queries import tasks as asked
from citywright.followup.rules import tasks as rules
from citywright.followup.words import LimitKind, LoopName, Origin, ReplyResult, TaskProof, TaskStep, TaskVerb
from citywright.kernel import attachments
from citywright.kernel.clock import CITY
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Attachment, JournalEntry, Person
from citywright.kernel.steps import CannotMove
from citywright.kernel.words import Role

AT = samples.AT


def later(days: int = 0, hours: int = 0) -> datetime:
    return AT + timedelta(days=days, hours=hours)


class TestLoops:
    @pytest.mark.parametrize("name", list(LoopName))
    def test_every_loop_ends_only_where_the_raisers_side_decides(self, name: LoopName) -> None:
        loop = rules.LOOPS[name]
        closing = {TaskVerb(m.verb.value) for m in loop.moves if m.target in loop.ends}
        assert closing == {TaskVerb.CONFIRM, TaskVerb.CANCEL}
        assert {rules.SIDE[verb] for verb in closing} == {rules.Side.RAISER}

    def test_a_problem_is_answered_with_a_file_and_a_proposal_with_opinions_and_its_class(self) -> None:
        needs = {name: {need for move in loop.moves for need in move.needs} for name, loop in rules.LOOPS.items()}
        assert needs == {LoopName.DECISION: set(), LoopName.SUPERVISION: set(), LoopName.PROBLEM: {TaskProof.FILE},
                         LoopName.PROPOSAL: {TaskProof.OPINIONS, TaskProof.ANSWER}}

    def test_a_missing_proof_is_named(self) -> None:
        with pytest.raises(CannotMove, match="佐证附件"):
            rules.LOOPS[LoopName.PROBLEM].move(step=TaskStep.HANDLING, verb=TaskVerb.REPLY, roles=[Role.CLERK])

    @pytest.mark.parametrize(("loop", "origin", "expected"), [
        (LoopName.SUPERVISION, None, 30), (LoopName.DECISION, None, 20), (LoopName.SUPERVISION, Origin.URGENT, 5),
        (LoopName.SUPERVISION, Origin.ORDINARY, 15), (LoopName.SUPERVISION, Origin.HARD, 30),
        (LoopName.PROPOSAL, None, 92)])
    def test_a_limit_that_nobody_set_is_the_usual_one(
            self, loop: LoopName, origin: Origin | None, expected: int) -> None:
        kind, limit = rules.limit_of(loop, LimitKind.WORKDAY, 0, date(2024, 3, 20), origin)
        assert (kind, limit) == (LimitKind.NATURAL_DAY, expected)
        assert rules.limit_of(loop, LimitKind.WORKDAY, 7, date(2024, 3, 20), origin) == (LimitKind.WORKDAY, 7)

    @pytest.mark.parametrize(("day", "months", "expected"), [
        (date(2024, 1, 31), 1, date(2024, 2, 29)), (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2024, 3, 20), 3, date(2024, 6, 20)), (date(2024, 12, 1), 1, date(2025, 1, 1))])
    def test_months_are_calendar_months(self, day: date, months: int, expected: date) -> None:
        assert rules.months_later(day, months) == expected

    def test_the_last_report_of_a_cycle_is_due_with_the_limit(self) -> None:
        assert rules.next_reply(date(2024, 3, 1), 7, date(2024, 3, 20)) == date(2024, 3, 8)
        assert rules.next_reply(date(2024, 3, 15), 7, date(2024, 3, 20)) == date(2024, 3, 20)
        assert rules.next_reply(date(2024, 3, 21), 7, date(2024, 3, 20)) == date(2024, 3, 28)
        assert rules.next_reply(date(2024, 3, 1), None, date(2024, 3, 20)) is None


@pytest.mark.django_db
class TestAssign:
    @pytest.mark.parametrize(("at", "kind", "limit", "expected"), [
        ("2024-03-01 16:30", LimitKind.WORK_HOUR, 4, "2024-03-04 10:30:00"),
        ("2024-03-01 12:30", LimitKind.WORK_HOUR, 1, "2024-03-01 15:00:00"),
        ("2024-03-02 10:00", LimitKind.WORK_HOUR, 4, "2024-03-04 12:00:00"),
        ("2024-02-08 17:00", LimitKind.WORK_HOUR, 8, "2024-02-09 17:00:00"),
        ("2024-02-09 17:00", LimitKind.WORK_HOUR, 4, "2024-02-18 11:00:00"),
        ("2024-02-08 09:00", LimitKind.WORKDAY, 15, "2024-03-06 23:59:59"),
        ("2024-02-08 09:00", LimitKind.NATURAL_DAY, 15, "2024-02-23 23:59:59")])
    def test_the_limit_runs_on_the_clock_of_its_kind(self, at: str, kind: LimitKind, limit: int, expected: str) -> None:
        made = samples.task(at=datetime.fromisoformat(at).replace(tzinfo=CITY), limit_kind=kind, limit=limit)
        assert made.due_at is not None
        assert str(made.due_at.astimezone(CITY))[:19] == expected

    def test_numbers_run_by_area_loop_and_year(self) -> None:
        first, second = samples.task(), samples.task()
        other = samples.task(loop=LoopName.SUPERVISION)
        next_year = samples.task(at=AT.replace(year=2025))
        assert [(t.year, t.number) for t in (first, second, other, next_year)] == [
            (2024, 1), (2024, 2), (2024, 1), (2025, 1)]

    def test_the_first_unit_leads_and_the_others_co_operate(self) -> None:
        made = samples.task(units=[samples.unit("水务局"), samples.unit("建设局")])
        assert [(row.unit.short_name, row.part) for row in made.units.all()] == [("水务局", "lead"), ("建设局", "co")]
        assert made.unit == samples.unit("水务局")

    @pytest.mark.parametrize("changed", [
        {"title": "  "}, {"title": "长" * 161}, {"title": "a\0b"}, {"limit": -1}, {"limit": 99_999}, {"severity": 9},
        {"cycle_days": 0}, {"subject": "x" * 101}, {"content": "\0"}])
    def test_refuses_what_cannot_be_kept(self, changed: dict[str, Any]) -> None:
        with pytest.raises(tasks.CannotAssign):
            samples.task(**{"title": "事项"} | changed)

    def test_refuses_no_unit_the_same_unit_twice_and_a_neighbours_unit(self) -> None:
        far = samples.unit("邻区局", samples.district("990102", "邻区"))
        for units in ([samples.unit(), samples.unit()], [far], [samples.unit(), far]):
            with pytest.raises(tasks.CannotAssign):
                samples.task(units=units)
        with pytest.raises(tasks.CannotAssign):
            tasks.assign(loop=LoopName.DECISION, title="无单位", content="", area=samples.district(), units=[],
                         limit_kind=LimitKind.WORKDAY, limit=1, by=samples.office(), at=AT)

    def test_only_the_office_the_city_and_leaders_give_tasks(self) -> None:
        for by in (samples.leader(), samples.city(), samples.office()):
            assert samples.task(by=by).raised_unit_id in asked.own_units(by)
        for by in (samples.clerk(), samples.reviewer(), samples.stranger()):
            with pytest.raises(CannotReach):
                samples.task(by=by)

    def test_a_draft_has_its_number_and_no_limit_until_it_is_handed_over(self) -> None:
        drafted = tasks.draft(loop=LoopName.SUPERVISION, title="拟办件", content="", area=samples.district(),
                              units=[samples.unit()], limit_kind=LimitKind.WORKDAY, limit=5, by=samples.office(), at=AT)
        assert (drafted.step, drafted.due_at, drafted.number) == (TaskStep.DRAFTED, None, 1)
        given = tasks.hand_over(task=drafted, units=[samples.unit("水务局")], by=samples.office(), at=later(2))
        assert (given.step, given.unit.short_name, given.number) == (TaskStep.ASSIGNED, "水务局", 1)


@pytest.mark.django_db
class TestHandling:
    def test_signs_once(self) -> None:
        made = samples.task(signed=True)
        assert (made.step, made.signed_by) == (TaskStep.HANDLING, samples.clerk())
        with pytest.raises(CannotMove):
            tasks.sign(task=made, by=samples.clerk(), at=AT)

    def test_only_the_lead_unit_handles_it(self) -> None:
        water = samples.unit("水务局")
        made = samples.task(units=[samples.unit(), water])
        for by in (samples.clerk(water), samples.office(), samples.leader(), samples.stranger()):
            with pytest.raises(CannotReach):
                tasks.sign(task=made, by=by, at=AT)

    def test_an_objection_within_three_workdays_goes_back_to_the_raiser_who_gives_it_to_another(self) -> None:
        made = samples.task()
        tasks.object_to(task=made, reason="不属本单位职责", by=samples.clerk(), at=later(5))
        with pytest.raises(tasks.CannotAssign):
            tasks.hand_over(task=made, units=[samples.unit()], by=samples.office(), at=later(5))
        with pytest.raises((CannotReach, CannotMove)):
            tasks.hand_over(task=made, units=[samples.unit("水务局")], by=samples.clerk(), at=later(5))
        given = tasks.hand_over(task=made, units=[samples.unit("水务局")], by=samples.office(), at=later(6))
        assert [row.unit.short_name for row in given.units.all()] == ["水务局"]
        assert given.due_at == later(16).replace(hour=23, minute=59, second=59)

    def test_refuses_an_objection_without_reason_or_on_the_fourth_workday(self) -> None:
        made = samples.task()
        for reason, at in (("  ", AT), ("不属本单位", later(6))):
            with pytest.raises(tasks.CannotObject):
                tasks.object_to(task=made, reason=reason, by=samples.clerk(), at=at)

    def test_a_report_moves_the_cycle_and_a_missed_one_is_late(self) -> None:
        made = samples.task(signed=True, limit=30, cycle_days=7)
        assert made.next_reply_on == date(2024, 3, 27)
        assert not asked.overdue(samples.office(), samples.district(), later(7)).exists()
        assert asked.overdue(samples.office(), samples.district(), later(8)).get() == made
        tasks.report(task=made, text="已完成一半", by=samples.clerk(), at=later(8))
        made.refresh_from_db()
        assert made.next_reply_on == date(2024, 4, 4)
        assert not asked.overdue(samples.office(), samples.district(), later(8)).exists()
        assert JournalEntry.objects.get(verb="task.reported").data["missed"] is True

    def test_lateness_is_decided_at_the_answer_and_stays(self) -> None:
        made = samples.task(signed=True)
        tasks.reply(task=made, text="已办结", by=samples.clerk(), at=later(11))
        tasks.confirm(task=made, by=samples.office(), at=later(12))
        made.refresh_from_db()
        assert made.was_late
        punctual = samples.answered()
        tasks.confirm(task=punctual, by=samples.office(), at=later(40))
        punctual.refresh_from_db()
        assert not punctual.was_late

    def test_refuses_an_empty_an_endless_and_a_second_answer(self) -> None:
        made = samples.task(signed=True)
        for text in ("  ", "长" * 20_001, "a\0b"):
            with pytest.raises(tasks.CannotAnswer):
                tasks.reply(task=made, text=text, by=samples.clerk(), at=AT)
        tasks.reply(task=made, text="已办结", by=samples.clerk(), at=AT)
        with pytest.raises(CannotMove):
            tasks.reply(task=made, text="已办结", by=samples.clerk(), at=AT)
        assert Reply.objects.count() == 1

    def test_a_problem_needs_a_file_of_ones_own_that_those_who_see_the_task_may_read(self) -> None:
        made = samples.task(loop=LoopName.PROBLEM, signed=True)
        photo, foreign = kept(samples.clerk()), kept(samples.office())
        with pytest.raises(CannotMove, match="佐证附件"):
            tasks.reply(task=made, text="已整改", by=samples.clerk(), at=AT)
        with pytest.raises(CannotReach):
            tasks.reply(task=made, text="已整改", files=[foreign], by=samples.clerk(), at=AT)
        tasks.reply(task=made, text="已整改", files=[photo], by=samples.clerk(), at=AT)
        assert attachments.readable_by(samples.office(), photo)
        assert not attachments.readable_by(samples.clerk(samples.unit("水务局")), photo)

    def test_a_co_operating_unit_gives_its_opinion_once(self) -> None:
        water = samples.unit("水务局")
        made = samples.task(units=[samples.unit(), water])
        with pytest.raises(CannotReach):
            tasks.opine(task=made, text="同意", by=samples.clerk(), at=AT)
        tasks.opine(task=made, text="同意", by=samples.clerk(water), at=AT)
        with pytest.raises(tasks.CannotAnswer):
            tasks.opine(task=made, text="再同意", by=samples.clerk(water), at=AT)


def kept(by: Person) -> Attachment:
    return attachments.keep(name="示例.txt", stream=io.BytesIO("示例".encode()), by=by, organisation=None, at=AT)


@pytest.mark.django_db
class TestClosing:
    def test_the_raiser_confirms_and_the_answer_is_accepted(self) -> None:
        made = samples.answered()
        tasks.confirm(task=made, by=samples.office(), at=later(1))
        made.refresh_from_db()
        assert (made.step, made.closed_by) == (TaskStep.CONFIRMED, samples.office())
        assert Reply.objects.get().result == ReplyResult.ACCEPTED

    def test_refuses_to_be_closed_by_who_answered_or_anybody_of_the_doing_unit(self) -> None:
        made = samples.answered()
        for by in (samples.clerk(), samples.reviewer(), samples.person("v", "核验", Role.VERIFIER, samples.unit())):
            with pytest.raises(tasks.CannotClose, match="办理单位不能自己销号"):
                tasks.confirm(task=made, by=by, at=AT)
        for by in (samples.stranger(), samples.clerk(samples.unit("水务局"))):
            with pytest.raises(CannotReach):
                tasks.confirm(task=made, by=by, at=AT)

    def test_an_office_that_does_the_task_itself_does_not_confirm_it_but_the_leader_does(self) -> None:
        own = samples.unit("项目办")
        made = samples.task(units=[own])
        tasks.sign(task=made, by=samples.office(), at=AT)
        tasks.reply(task=made, text="已办结", by=samples.office(), at=AT)
        with pytest.raises(tasks.CannotClose):
            tasks.confirm(task=made, by=samples.office(), at=AT)
        assert tasks.confirm(task=made, by=samples.leader(), at=AT).step == TaskStep.CONFIRMED

    def test_refuses_to_close_twice(self) -> None:
        made = samples.answered()
        tasks.confirm(task=made, by=samples.office(), at=AT)
        with pytest.raises(CannotMove):
            tasks.confirm(task=made, by=samples.office(), at=AT)
        assert JournalEntry.objects.filter(verb="task.confirmed").count() == 1

    def test_a_refused_answer_is_done_again_within_the_same_limit_and_counted(self) -> None:
        made = samples.answered()
        due = made.due_at
        tasks.refuse(task=made, reason="未见佐证", by=samples.office(), at=later(1))
        made.refresh_from_db()
        assert (made.step, made.refused_count, made.due_at) == (TaskStep.HANDLING, 1, due)
        assert Reply.objects.get().reason == "未见佐证"
        tasks.reply(task=made, text="已补齐", by=samples.clerk(), at=later(2))
        assert tasks.confirm(task=made, by=samples.office(), at=later(3)).step == TaskStep.CONFIRMED

    def test_a_closed_task_is_reopened_with_a_reason_and_a_new_limit(self) -> None:
        made = samples.answered()
        tasks.confirm(task=made, by=samples.office(), at=later(1))
        with pytest.raises(Refusal):
            tasks.reopen(task=made, reason=" ", limit_kind=LimitKind.WORKDAY, limit=3, by=samples.office(), at=later(9))
        tasks.reopen(task=made, reason="回潮", limit_kind=LimitKind.WORKDAY, limit=3, by=samples.office(), at=later(9))
        made.refresh_from_db()
        assert (made.step, made.reopened_count, made.closed_by) == (TaskStep.HANDLING, 1, None)
        assert made.due_at == datetime(2024, 4, 3, 23, 59, 59, tzinfo=CITY)

    def test_the_limit_is_put_off_once_and_only_when_asked_before_it(self) -> None:
        made = samples.task(signed=True)
        tasks.ask_extension(task=made, reason="管线迁改", limit=10, by=samples.clerk(), at=later(9))
        tasks.extend(task=made, limit=10, reason="同意", by=samples.office(), at=later(11))
        made.refresh_from_db()
        assert (made.extended_count, made.due_at) == (1, datetime(2024, 4, 9, 23, 59, 59, tzinfo=CITY))
        with pytest.raises(Refusal, match="最多延期"):
            tasks.extend(task=made, limit=10, reason="再延", by=samples.office(), at=later(12))
        unasked = samples.task(signed=True)
        with pytest.raises(Refusal, match="到期之前"):
            tasks.extend(task=unasked, limit=10, reason="同意", by=samples.office(), at=later(11))
        with pytest.raises(Refusal, match="到期之前"):
            tasks.ask_extension(task=unasked, reason="管线迁改", limit=10, by=samples.clerk(), at=later(11))

    def test_a_cancelled_task_keeps_its_number_and_cannot_be_moved(self) -> None:
        made = samples.task(signed=True)
        tasks.cancel(task=made, reason="并入他件", by=samples.office(), at=AT)
        for act in (lambda: tasks.reply(task=made, text="x", by=samples.clerk(), at=AT),
                    lambda: tasks.cancel(task=made, reason="再撤", by=samples.office(), at=AT)):
            with pytest.raises(CannotMove):
                act()
        assert samples.task().number == 2

    def test_every_act_leaves_one_line_in_the_trail(self) -> None:
        made = samples.answered()
        tasks.refuse(task=made, reason="未见佐证", by=samples.office(), at=later(1))
        assert [line.verb for line in asked.trail(made)] == [
            "task.assigned", "task.signed", "task.replied", "task.refused"]


@pytest.mark.django_db
class TestSeeing:
    def test_units_see_what_they_do_or_raised_and_areas_what_is_theirs(self) -> None:
        water = samples.unit("水务局")
        made = samples.task(units=[samples.unit(), water])
        for person in (samples.clerk(), samples.clerk(water), samples.office(), samples.leader(), samples.city()):
            assert asked.visible_to(person).get() == made
        for person in (samples.stranger(), samples.clerk(samples.unit("交通局")),
                       samples.office(samples.district("990102", "邻区"))):
            assert not asked.visible_to(person).exists()
            with pytest.raises(CannotReach):
                asked.task(person, made.pk)

    def test_a_task_of_the_city_is_seen_by_the_district_whose_unit_does_it(self) -> None:
        top = samples.city().memberships.get().area
        made = samples.task(by=samples.city(), area=top, units=[samples.unit()])
        assert asked.visible_to(samples.office()).get() == made
        assert asked.visible_to(samples.clerk()).get() == made

    def test_what_waits_is_the_units_until_it_answers_and_the_raisers_then(self) -> None:
        made = samples.task(signed=True)
        assert [asked.waiting_for_me(p).count() for p in (samples.clerk(), samples.office())] == [1, 0]
        tasks.reply(task=made, text="已办结", by=samples.clerk(), at=AT)
        assert [asked.waiting_for_me(p).count() for p in (samples.clerk(), samples.office())] == [0, 1]

    def test_acts_are_offered_to_the_side_that_may_make_them(self) -> None:
        made = samples.answered()
        assert asked.acts(samples.clerk(), made) == set()
        assert asked.acts(samples.office(), made) == {TaskVerb.CONFIRM, TaskVerb.REFUSE, TaskVerb.CANCEL}

    def test_a_campaigns_counts_leave_out_what_was_cancelled(self) -> None:
        samples.task(campaign="projects.campaign:1", limit=1)
        closed = samples.answered(campaign="projects.campaign:1")
        tasks.confirm(task=closed, by=samples.office(), at=AT)
        gone = samples.task(campaign="projects.campaign:1")
        tasks.cancel(task=gone, reason="重复", by=samples.office(), at=AT)
        found = asked.counts_by_campaign(samples.office(), ["projects.campaign:1", "projects.campaign:2"], at=later(5))
        assert found == {"projects.campaign:1": asked.Counts(2, 1, 1), "projects.campaign:2": asked.Counts()}
        assert Task.objects.count() == 3
