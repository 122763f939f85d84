"""Notices: one a person a day, a summary for managers, written twice the same."""

from __future__ import annotations

from datetime import date

import pytest

from citywright.followup import samples
from citywright.followup.actions import notices, tasks
from citywright.followup.models import Notice
from citywright.followup.queries import notices as asked
from citywright.kernel.models import JournalEntry

pytestmark = pytest.mark.django_db
AT, DAY = samples.AT, samples.AT.date()


def write(on: date = DAY) -> int:
    return notices.write_day(area=samples.district(), on=on, by=None, at=AT)


class TestWriting:
    def test_a_unit_hears_its_own_lines_and_a_manager_one_line_per_unit(self) -> None:
        samples.task(limit=2)
        samples.answered(units=[samples.unit("水务局")])
        for person in (samples.clerk(), samples.reviewer(), samples.office(), samples.leader(), samples.city()):
            assert person.pk
        assert write() == 4
        mine = asked.visible_to(samples.clerk()).get()
        assert [str(asked.said(line)) for line in mine.lines] == ["新交办 1 件，请签收", "三天内到期 1 件"]
        assert not asked.visible_to(samples.city()).exists()

    def test_a_summary_names_the_units_behind_first(self) -> None:
        office = samples.office()
        samples.answered(units=[samples.unit("水务局")])
        samples.task(limit=1)
        write(date(2024, 3, 25))
        summary = asked.visible_to(office).get()
        assert summary.is_summary
        assert [str(asked.said(line)) for line in summary.lines] == [
            "建设局：新提醒 0，在办 1，超期 1，待确认 0", "水务局：新提醒 0，在办 0，超期 0，待确认 1"]

    def test_run_twice_leaves_one_notice_and_one_line(self) -> None:
        samples.task()
        samples.clerk()
        write()
        lines = JournalEntry.objects.count()
        assert write() == 0
        assert (Notice.objects.filter(person=samples.clerk()).count(), JournalEntry.objects.count()) == (1, lines)

    def test_a_later_run_of_the_day_adds_what_is_new_while_it_is_not_read(self) -> None:
        clerk = samples.clerk()
        samples.task()
        write()
        samples.task()
        assert write() == 0
        assert asked.visible_to(clerk).get().lines[0]["values"] == {"count": 2}
        notices.read_all(by=clerk, at=AT)
        samples.task()
        write()
        assert asked.visible_to(clerk).get().lines[0]["values"] == {"count": 2}

    def test_who_has_nothing_to_hear_gets_none(self) -> None:
        samples.clerk(samples.unit("水务局"))
        samples.task()
        write()
        assert not asked.visible_to(samples.clerk(samples.unit("水务局"))).exists()

    def test_an_answer_sent_back_is_told_until_it_is_answered_again(self) -> None:
        made = samples.answered()
        tasks.refuse(task=made, reason="未见佐证", by=samples.office(), at=AT)
        write()
        told = [str(asked.said(line)) for line in asked.visible_to(samples.clerk()).get().lines]
        assert told == ["退回重办 1 件"]


class TestReading:
    def test_is_for_the_person_and_counts_the_first_time(self) -> None:
        clerk = samples.clerk()
        samples.task()
        write()
        assert notices.read_all(by=samples.reviewer(), at=AT) == 0
        assert asked.unread(clerk, DAY).exists()
        assert [notices.read_all(by=clerk, at=AT), notices.read_all(by=clerk, at=AT)] == [1, 0]
        assert not asked.unread(clerk, DAY).exists()
        assert JournalEntry.objects.filter(verb="notices.read").count() == 1
