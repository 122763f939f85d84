"""Meetings: an agenda where each matter stands once, decisions that become tasks, minutes that no longer change."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import docx
import pytest

from citywright.followup import actions as alerts
from citywright.followup import samples
from citywright.followup.actions import Edge, forces, meetings, papers, tasks
from citywright.followup.actions.forces import CannotSetUpForce
from citywright.followup.actions.meetings import (
    Candidate,
    CannotCallMeeting,
    CannotChangeAgenda,
    CannotDecide,
)
from citywright.followup.actions.papers import CannotPrint
from citywright.followup.models import AgendaItem, Alert, Decision, Meeting, Task
from citywright.followup.queries import meetings as asked
from citywright.followup.samples import AT, clerk, district, office, unit
from citywright.followup.words import AgendaSource, AlertKind, LimitKind, LoopName, MeetingKind, MeetingStep
from citywright.kernel.errors import CannotReach, Said
from citywright.kernel.models import JournalEntry
from citywright.kernel.steps import CannotMove

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=30)


def raised(kind: AlertKind = AlertKind.URGE, subject: str = "projects.project:1", days: int = 0,
           dimension: str = "progress") -> Alert:
    """An open alert, raised so many days before."""
    edge = Edge(subject=subject, dimension=dimension, kind=kind, lamp="red", reason={}, title="示例项目",
                url_name="followup:meetings", url_key="", area_id=district().pk, unit_id=unit().pk)
    alerts.follow(family=f"{kind}{subject}{dimension}", area=district(), standing=[edge], by=None, at=AT,
                  on=AT.date() - timedelta(days=days))
    return Alert.objects.get(subject=subject, dimension=dimension, kind=kind)


def collected(meeting: Meeting, *candidates: Candidate, **told: Any) -> list[AgendaItem]:
    return meetings.collect(meeting=meeting, candidates=candidates, **({"by": office(), "at": AT} | told))


def candidate(subject: str = "projects.problem:1", title: str = "示例问题") -> Candidate:
    return Candidate(AgendaSource.PROBLEM, subject, title, Said("超期"), unit=unit())


class TestCalling:
    def test_is_for_the_office_and_refused_twice(self) -> None:
        made = samples.meeting()
        assert (made.step, made.office, made.year) == (MeetingStep.CALLED, unit("项目办"), 2024)
        with pytest.raises(CannotCallMeeting):
            samples.meeting()
        for nobody in (clerk(), samples.leader(), samples.stranger()):
            with pytest.raises(CannotReach):
                samples.meeting("另一次", by=nobody)

    def test_a_meeting_of_a_task_force_names_one_of_its_area(self) -> None:
        with pytest.raises(CannotCallMeeting):
            samples.meeting(kind=MeetingKind.TASK_FORCE)
        other = samples.district("990102", "邻区")
        force = forces.set_up(name="邻区专班", area=other, by=office(other), at=AT)
        with pytest.raises(CannotCallMeeting):
            samples.meeting(kind=MeetingKind.TASK_FORCE, force=force)

    def test_the_city_does_not_keep_the_papers_of_the_districts_meeting(self) -> None:
        with pytest.raises(CannotReach):
            meetings.hold(meeting=samples.meeting(), by=samples.city(), at=AT)

    def test_is_changed_until_the_minutes_are_out(self) -> None:
        meeting = samples.meeting()
        meetings.amend(meeting=meeting, title="改名", held_at=AT, by=office(), at=AT, place="二楼")
        assert Meeting.objects.get().place == "二楼"
        meetings.cancel(meeting=meeting, by=office(), at=AT)
        with pytest.raises(CannotChangeAgenda):
            meetings.amend(meeting=meeting, title="再改", held_at=AT, by=office(), at=AT)
        with pytest.raises(CannotMove):
            meetings.cancel(meeting=meeting, by=office(), at=AT)


class TestAgenda:
    def test_collects_alerts_by_rule_and_each_matter_once(self) -> None:
        meeting = samples.meeting()
        raised()
        raised(dimension="funds")
        raised(AlertKind.REMIND, "projects.project:2", days=1)
        raised(AlertKind.REMIND, "projects.project:3", days=5)
        new = collected(meeting, candidate(), candidate())
        assert sorted(one.subject for one in new) == ["projects.problem:1", "projects.project:1", "projects.project:3"]
        assert collected(meeting, candidate()) == []
        assert JournalEntry.objects.filter(verb="meeting.agenda_collected").count() == 2

    def test_what_a_caller_knows_better_stands_instead_of_our_own_words(self) -> None:
        alert = raised()
        better = Candidate(AgendaSource.ALERT, alert.subject, "示例项目", Said("完成率低"), unit=unit(), alert=alert)
        assert [one.said["text"] for one in collected(samples.meeting(), better)] == ["完成率低"]

    def test_takes_overdue_tasks_and_unfinished_decisions_of_the_last_meeting(self) -> None:
        late = samples.task("超期事项", limit=1, at=AT - timedelta(days=20))
        last = samples.meeting("上次", held=True, at=AT - timedelta(days=5))
        meetings.record(meeting=last, text="抓紧办理", units=[unit("水务局")], limit=30, by=office(),
                        at=AT - timedelta(days=5))
        new = collected(samples.meeting())
        assert {one.title: one.said["text"][:4] for one in new} == {"超期事项": "%(st", "抓紧办理": "上次会议"}
        assert {one.task_id for one in new} == {late.pk, Task.objects.get(title="抓紧办理").pk}

    def test_a_task_force_takes_only_what_it_looks_after(self) -> None:
        force = forces.set_up(name="示例专班", area=district(), by=office(), at=AT)
        forces.take_on(force=force, subject="projects.project:1", title="示例项目", url_name="followup:meetings",
                       url_key="", by=office(), at=AT)
        raised()
        raised(subject="projects.project:2")
        meeting = samples.meeting(kind=MeetingKind.TASK_FORCE, force=force)
        assert [one.subject for one in collected(meeting, candidate())] == ["projects.project:1"]

    def test_what_was_taken_off_is_not_collected_again_but_may_come_back(self) -> None:
        meeting = samples.meeting()
        item, other = collected(meeting, candidate(), candidate("projects.problem:2", "另一问题"))
        meetings.drop(item=item, by=office(), at=AT)
        assert collected(meeting, candidate()) == []
        with pytest.raises(CannotChangeAgenda):
            meetings.drop(item=item, by=office(), at=AT)
        assert [one.pk for one in asked.agenda(meeting)] == [other.pk]
        meetings.restore(item=item, by=office(), at=AT)
        assert [one.pk for one in asked.agenda(meeting)] == [other.pk, item.pk]
        with pytest.raises(CannotChangeAgenda):
            meetings.restore(item=item, by=office(), at=AT)

    def test_matters_by_hand_stand_once_and_can_be_ordered(self) -> None:
        meeting = samples.meeting()
        first = meetings.add_item(meeting=meeting, title="甲", by=office(), at=AT)
        second = meetings.add_item(meeting=meeting, title="乙", unit=unit(), by=office(), at=AT)
        for title in ("甲", " "):
            with pytest.raises(CannotChangeAgenda):
                meetings.add_item(meeting=meeting, title=title, by=office(), at=AT)
        meetings.shift(item=second, step=-1, by=office(), at=AT)
        assert [one.pk for one in asked.agenda(meeting)] == [second.pk, first.pk]
        with pytest.raises(CannotChangeAgenda):
            meetings.shift(item=second, step=5, by=office(), at=AT)

    def test_nobody_else_touches_it(self) -> None:
        meeting = samples.meeting()
        for nobody in (clerk(), samples.leader(), samples.stranger(), office(samples.district("990102", "邻区"))):
            with pytest.raises(CannotReach):
                collected(meeting, by=nobody)


class TestDeciding:
    def test_waits_for_the_day_of_the_meeting(self) -> None:
        meeting = samples.meeting(held_at=LATER)
        with pytest.raises(CannotDecide):
            meetings.hold(meeting=meeting, by=office(), at=AT)
        with pytest.raises(CannotDecide):
            meetings.decide(meeting=meeting, text="尚早", by=office(), at=AT)

    def test_a_decision_is_a_task_with_its_lead_first(self) -> None:
        meeting = samples.meeting(held=True)
        alert = raised()
        item = collected(meeting)[0]
        made = meetings.record(meeting=meeting, item=item, text="三日内迁改", units=[unit(), unit("水务局")],
                               limit_kind=LimitKind.WORKDAY, limit=3, cycle_days=7, by=office(), at=AT)
        task = Task.objects.get(decision=made)
        assert (task.loop, task.unit, task.raised_unit, task.alert) == (
            LoopName.DECISION, unit(), unit("项目办"), alert)
        assert (task.subject, [row.unit.short_name for row in task.units.all()]) == (
            "projects.project:1", ["建设局", "水务局"])
        with pytest.raises(CannotDecide):
            meetings.hand_out(decision=made, units=[unit()], limit_kind=LimitKind.WORKDAY, limit=3, by=office(), at=AT)
        meetings.hand_out(decision=made, units=[unit("水务局")], limit_kind=LimitKind.WORKDAY, limit=3, by=office(),
                          at=AT)
        assert made.tasks.count() == 2

    def test_a_decision_whose_task_is_refused_is_not_kept_either(self) -> None:
        meeting = samples.meeting(held=True)
        with pytest.raises(tasks.CannotAssign):
            meetings.record(meeting=meeting, text="甲", units=[unit()], limit=5000, by=office(), at=AT)
        assert not Decision.objects.exists()

    def test_refuses_an_empty_one_one_said_twice_and_a_matter_of_another_meeting(self) -> None:
        meeting, other = samples.meeting(held=True), samples.meeting("另一次", held=True)
        item = meetings.add_item(meeting=other, title="甲", by=office(), at=AT)
        meetings.decide(meeting=meeting, text="一事", by=office(), at=AT)
        for told in ({"text": " "}, {"text": "一事"}, {"text": "二事", "item": item}):
            with pytest.raises(CannotDecide):
                meetings.decide(meeting=meeting, by=office(), at=AT, **told)

    def test_a_matter_decided_upon_stays_on_the_agenda(self) -> None:
        meeting = samples.meeting(held=True)
        item = meetings.add_item(meeting=meeting, title="甲", by=office(), at=AT)
        meetings.decide(meeting=meeting, item=item, text="办", by=office(), at=AT)
        with pytest.raises(CannotChangeAgenda):
            meetings.drop(item=item, by=office(), at=AT)


class TestMinutes:
    def test_have_the_next_number_of_the_year_and_then_nothing_changes(self) -> None:
        first, second = samples.meeting(held=True), samples.meeting("第二次", held=True)
        meetings.record(meeting=first, text="甲事", units=[unit()], by=office(), at=AT)
        meetings.minute(meeting=first, by=office(), at=AT)
        meetings.minute(meeting=second, summary="通报情况", by=office(), at=AT)
        assert [asked.minutes_number(row) for row in Meeting.objects.order_by("number")] == [
            "纪要〔2024〕1号", "纪要〔2024〕2号"]
        with pytest.raises(CannotDecide):
            meetings.decide(meeting=first, text="迟到的事", by=office(), at=AT)
        for late in (meetings.minute, meetings.hold, meetings.cancel):
            with pytest.raises((CannotMove, CannotDecide)):
                late(meeting=first, by=office(), at=AT)
        with pytest.raises(CannotChangeAgenda):
            collected(first)

    def test_of_an_empty_meeting_are_refused(self) -> None:
        with pytest.raises(CannotDecide):
            meetings.minute(meeting=samples.meeting(held=True), by=office(), at=AT)

    def test_are_a_paper_with_number_decisions_and_units(self) -> None:
        meeting = samples.meeting(held=True, place="示例会议室", chair="周领导")
        item = meetings.add_item(meeting=meeting, title="管线迁改", unit=unit(), by=office(), at=AT)
        meetings.record(meeting=meeting, item=item, text="三日内完成迁改", units=[unit(), unit("水务局")], limit=3,
                        by=office(), at=AT)
        with pytest.raises(CannotPrint):
            papers.minutes(meeting=meeting, by=office(), at=AT)
        meetings.minute(meeting=meeting, summary="听取汇报。", by=office(), at=AT)
        paper = docx.Document(io.BytesIO(papers.minutes(meeting=meeting, by=clerk(), at=AT)))
        words = "\n".join(p.text for p in paper.paragraphs)
        for text in ("纪要〔2024〕1号", "周领导主持", "听取汇报。", "1. 管线迁改（建设局）", "（一）三日内完成迁改",
                     "由建设局牵头，水务局配合，2024年3月25日前办结", "示例项目办", "2024年3月20日"):
            assert text in words, text
        assert [cell.text for cell in paper.tables[0].rows[1].cells] == [
            "1", "三日内完成迁改", "建设局", "水务局", "2024年3月25日"]
        with pytest.raises(CannotReach):
            papers.minutes(meeting=meeting, by=samples.stranger(), at=AT)


class TestForces:
    def test_are_set_up_once_changed_and_ended(self) -> None:
        force = forces.set_up(name="示例专班", area=district(), members=[unit()], by=office(), at=AT)
        with pytest.raises(CannotSetUpForce):
            forces.set_up(name="示例专班", area=district(), by=office(), at=AT)
        with pytest.raises(CannotSetUpForce):
            forces.set_up(name="另一", area=district(), cycle_days=0, by=office(), at=AT)
        forces.change(force=force, name="改名专班", members=[unit("水务局")], cycle_days=7, by=office(), at=AT)
        assert [one.short_name for one in asked.members_of(force)] == ["水务局"]
        forces.end(force=force, by=office(), at=AT)
        for again in (forces.end, lambda **told: forces.change(name="x", **told)):
            with pytest.raises(CannotSetUpForce):
                again(force=force, by=office(), at=AT)

    def test_look_after_a_thing_once_and_count_what_they_finished(self) -> None:
        force = forces.set_up(name="示例专班", area=district(), cycle_days=14, by=office(), at=AT)
        about = {"subject": "projects.project:1", "title": "示例项目", "url_name": "followup:meetings", "url_key": ""}
        forces.take_on(force=force, by=office(), at=AT, **about)
        with pytest.raises(CannotSetUpForce):
            forces.take_on(force=force, by=office(), at=AT, **about)
        meeting = samples.meeting(kind=MeetingKind.TASK_FORCE, force=force, held=True)
        meetings.record(meeting=meeting, text="办", units=[unit()], by=office(), at=AT)
        line = asked.line_of(force)
        assert (line.items, line.meetings, line.tasks, line.closed) == (1, 1, 1, 0)
        assert line.next_on == AT.date() + timedelta(days=14)

    def test_are_seen_by_their_members_and_set_up_by_the_office_only(self) -> None:
        force = forces.set_up(name="示例专班", area=district(), members=[unit()], by=office(), at=AT)
        assert asked.force(clerk(), force.pk) == force
        for nobody in (clerk(unit("交通局")), samples.stranger()):
            with pytest.raises(CannotReach):
                asked.force(nobody, force.pk)
        with pytest.raises(CannotReach):
            forces.set_up(name="另一", area=district(), by=clerk(), at=AT)


class TestSeeing:
    def test_a_unit_sees_the_meetings_that_concern_it(self) -> None:
        meeting = samples.meeting(held=True)
        assert not asked.visible_to(clerk()).exists()
        meetings.record(meeting=meeting, text="办", units=[unit("水务局"), unit()], by=office(), at=AT)
        assert asked.meeting(clerk(), meeting.pk) == meeting
        for nobody in (clerk(unit("交通局")), samples.stranger()):
            with pytest.raises(CannotReach):
                asked.meeting(nobody, meeting.pk)
        assert asked.meeting(samples.leader(), meeting.pk) == asked.meeting(samples.city(), meeting.pk)
