"""What belongs on an agenda, when a task force meets again, and what makes a ladder: rules, without a database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from citywright.followup.rules import letters, meetings
from citywright.followup.words import (
    AgendaSource,
    AlertKind,
    AlertStep,
    LetterStep,
    LetterVerb,
    MeetingStep,
    MeetingVerb,
)
from citywright.kernel.steps import CannotMove
from citywright.kernel.words import Role

ON = date(2024, 3, 20)
LADDERS = {preset.code: [rung.as_data() for rung in preset.rungs] for preset in letters.PRESETS}


class TestAgenda:
    @pytest.mark.parametrize(("kind", "step", "days", "belongs"), [
        (AlertKind.REMIND, AlertStep.RAISED, 2, False), (AlertKind.REMIND, AlertStep.RAISED, 3, True),
        (AlertKind.REMIND, AlertStep.TAKEN, 30, False), (AlertKind.URGE, AlertStep.TAKEN, 0, True),
        (AlertKind.INTERVIEW, AlertStep.RAISED, 0, True), (AlertKind.OBLIGATION, AlertStep.TAKEN, 9, False)])
    def test_takes_high_rungs_and_what_nobody_signed_for(
            self, kind: AlertKind, step: AlertStep, days: int, belongs: bool) -> None:
        assert meetings.alert_belongs(kind, step, ON - timedelta(days=days), ON) is belongs

    def test_moves_a_matter_one_place_and_stops_at_the_edge(self) -> None:
        assert meetings.moved([5, 6, 7], 7, -1) == [5, 7, 6]
        assert meetings.moved([5, 6, 7], 5, -1) == [5, 6, 7]
        assert meetings.moved([5, 6, 7], 7, 1) == [5, 6, 7]

    def test_a_task_force_is_due_one_cycle_after_it_met(self) -> None:
        assert meetings.next_due(ON, 14) == date(2024, 4, 3)
        assert meetings.next_due(None, 14) is None


class TestLoops:
    def test_a_meeting_is_held_before_it_is_minuted(self) -> None:
        office = {Role.OFFICE}
        assert meetings.MEETING.move(step=MeetingStep.CALLED, verb=MeetingVerb.HOLD, roles=office) == MeetingStep.HELD
        for step in (MeetingStep.CALLED, MeetingStep.MINUTED, MeetingStep.CANCELLED):
            with pytest.raises(CannotMove):
                meetings.MEETING.move(step=step, verb=MeetingVerb.MINUTE, roles=office)

    def test_an_answered_letter_no_longer_climbs(self) -> None:
        with pytest.raises(CannotMove):
            letters.LETTER.move(step=LetterStep.ANSWERED, verb=LetterVerb.CLIMB, roles={Role.OFFICE})


class TestLadders:
    @pytest.mark.parametrize("code", LADDERS)
    def test_presets_have_no_faults(self, code: str) -> None:
        assert letters.faults_of(LADDERS[code]) == []

    def test_three_configurations_of_one_loop_differ_in_data_only(self) -> None:
        assert {code: [rung["code"] for rung in rungs] for code, rungs in LADDERS.items()} == {
            "default": ["assign", "remind", "urge", "talk"], "two-letters": ["assign", "remind", "urge"],
            "three-colours": ["blue", "orange", "red"]}

    def test_an_urgent_sheet_may_begin_at_orange_but_not_at_red(self) -> None:
        assert [rung.code for rung in letters.startable(LADDERS["three-colours"])] == ["blue", "orange"]

    def test_the_next_rung_of_the_highest_is_none(self) -> None:
        above = letters.above(LADDERS["three-colours"], "blue")
        assert above is not None and above.code == "orange"
        assert letters.above(LADDERS["three-colours"], "red") is None
        assert letters.above(LADDERS["three-colours"], "green") is None

    def test_a_letter_is_due_to_climb_the_day_after_its_day(self) -> None:
        assert letters.climbs_on(ON, 0) == date(2024, 3, 21)
        assert letters.climbs_on(ON, 3) == date(2024, 3, 24)
        assert letters.climbs_on(ON, None) is None

    def test_numbers_have_hexagonal_brackets_and_no_leading_zeros(self) -> None:
        assert letters.number_words("督办", 2024, 3) == "督办〔2024〕3号"

    @pytest.mark.parametrize(("change", "said"), [
        ({"code": "A b"}, "代号"), ({"code": None}, "代号"), ({"mark": "ABC"}, "代字"), ({"mark": "督" * 9}, "代字"),
        ({"name": " "}, "文书名称"), ({"asks": "x" * 121}, "文书名称"), ({"colour": "green"}, "颜色或时限"),
        ({"limit": 0}, "时限须"), ({"limit": 366}, "时限须"), ({"limit": True}, "时限须"), ({"limit": "5"}, "时限须"),
        ({"climbs_after": -1}, "逾期几天"), ({"climbs_after": 1.5}, "逾期几天")])
    def test_names_every_fault_of_a_rung(self, change: dict[str, Any], said: str) -> None:
        rungs = [dict(rung) for rung in LADDERS["default"]]
        rungs[1] |= change
        assert [said in str(fault) and "第2级" in str(fault) for fault in letters.faults_of(rungs)] == [True]

    def test_refuses_repeated_codes_falling_colours_and_a_last_rung_that_climbs(self) -> None:
        rungs = [dict(rung) for rung in LADDERS["three-colours"]]
        assert "倒序" in str(letters.faults_of(rungs[::-1])[0])
        assert len(letters.faults_of(rungs[::-1])) == 2
        assert "重复" in str(letters.faults_of([rungs[0], rungs[0] | {"climbs_after": None}])[0])

    def test_refuses_an_empty_ladder_and_one_too_long(self) -> None:
        assert len(letters.faults_of([])) == 1
        assert len(letters.faults_of(LADDERS["default"] * 3)) == 1


class TestFitting:
    def test_of_each_source_only_as_many_as_a_meeting_holds(self) -> None:
        sources = [AgendaSource.TASK] * 12 + [AgendaSource.ALERT] * 3 + [AgendaSource.HAND] * 40
        kept = meetings.fitting(sources, {AgendaSource.TASK: 4, AgendaSource.ALERT: 12})
        assert kept == [*range(6), *range(15, 55)]
