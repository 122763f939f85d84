"""The lawful clock: working days from the day after acceptance, pauses that belong to the owner, cards."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citywright.approvals.rules import clock
from citywright.approvals.rules.clock import Happened
from citywright.approvals.words import Card, ItemStatus
from citywright.kernel.steps import CannotMove

S = ItemStatus


def works(day: date) -> bool:
    """The published calendar."""
    return bool(chinese_calendar.is_workday(day))


def read(*events: tuple[ItemStatus, str], limit: int = 15, today: str = "2024-06-30") -> clock.Clock:
    """The clock of events told as (status, day)."""
    return clock.read([Happened(s, date.fromisoformat(d)) for s, d in events], limit, date.fromisoformat(today), works)


class TestDue:
    def test_counts_from_the_day_after_acceptance_over_the_spring_festival(self) -> None:
        assert read((S.ACCEPTED, "2024-02-08"), today="2024-02-20").due_on == date(2024, 3, 6)

    def test_is_unknown_before_acceptance(self) -> None:
        found = read((S.RECEIVED, "2024-03-01"), today="2024-03-05")
        assert (found.due_on, found.left, found.card) == (None, None, Card.NONE)

    def test_moves_by_the_working_days_of_a_pause(self) -> None:
        plain = read((S.ACCEPTED, "2024-03-04"), limit=5, today="2024-03-05")
        paused = read((S.ACCEPTED, "2024-03-04"), (S.SUPPLEMENTING, "2024-03-06"), (S.SUPPLEMENTED, "2024-03-12"),
                      limit=5, today="2024-03-13")
        assert plain.due_on == date(2024, 3, 11)
        assert paused.due_on == date(2024, 3, 15)
        assert (paused.used, paused.owner, paused.left) == (3, 4, 2)

    def test_a_special_procedure_is_nobodys_time(self) -> None:
        found = read((S.ACCEPTED, "2024-03-04"), (S.SPECIAL, "2024-03-05"), (S.SPECIAL_OVER, "2024-03-19"),
                     (S.PASSED, "2024-03-20"), limit=5)
        assert (found.used, found.special, found.owner, found.ended_on) == (2, 10, 0, date(2024, 3, 20))

    def test_a_supplement_before_acceptance_belongs_to_the_owner(self) -> None:
        found = read((S.RECEIVED, "2024-03-01"), (S.SUPPLEMENTING, "2024-03-01"), (S.SUPPLEMENTED, "2024-03-05"),
                     today="2024-03-06")
        assert (found.owner, found.used, found.accepted_on) == (2, 1, date(2024, 3, 5))


class TestCards:
    @pytest.mark.parametrize(("today", "card"), [
        ("2024-03-07", Card.NONE), ("2024-03-08", Card.YELLOW), ("2024-03-11", Card.YELLOW), ("2024-03-12", Card.RED)])
    def test_yellow_one_working_day_before_red_after(self, today: str, card: Card) -> None:
        assert read((S.ACCEPTED, "2024-03-04"), limit=5, today=today).card == card

    def test_what_ended_in_time_has_none(self) -> None:
        assert read((S.ACCEPTED, "2024-03-04"), (S.PASSED, "2024-03-11"), limit=5).card == Card.NONE
        assert read((S.ACCEPTED, "2024-03-04"), (S.PASSED, "2024-03-12"), limit=5).is_late


@st.composite
def histories(draw: st.DrawFn) -> list[Happened]:
    """Histories that the loop allows, on days of one spring."""
    day = date(2024, 3, 1)
    events, status = [Happened(S.RECEIVED, day)], S.RECEIVED
    for _ in range(draw(st.integers(0, 8))):
        targets = sorted({m.target for m in clock.LOOP.moves if status in m.sources})
        if not targets:
            break
        status = ItemStatus(draw(st.sampled_from(targets)))
        day += timedelta(days=draw(st.integers(0, 9)))
        events.append(Happened(status, day))
    return events


class TestAnyHistory:
    @given(histories(), st.integers(1, 20), st.integers(0, 60))
    def test_every_working_day_belongs_to_exactly_one(self, events: list[Happened], limit: int, later: int) -> None:
        today = events[-1].on + timedelta(days=later)
        found = clock.read(events, limit, today, works)
        begun = next((e.on for e in events if e.status in clock.RUNS or e.status in clock.PAUSES), None)
        if begun is not None:
            whole = clock._working(begun, found.ended_on or today, works)
            assert found.used + found.owner + found.special == whole
        if found.due_on is not None and found.ended_on is None and found.is_running:
            assert (found.due_on >= today or found.used >= limit) and (found.used > limit) == found.is_late

    @given(histories(), st.integers(1, 20), st.integers(0, 20))
    def test_a_longer_pause_never_shortens_the_owners_time_nor_uses_the_offices(
            self, events: list[Happened], limit: int, more: int) -> None:
        place = next((n for n, e in enumerate(events) if e.status == S.SUPPLEMENTING), None)
        if place is None:
            return
        later = [e if n <= place else Happened(e.status, e.on + timedelta(days=more)) for n, e in enumerate(events)]
        today = later[-1].on
        short, long = (clock.read(h, limit, h[-1].on if h is events else today, works) for h in (events, later))
        assert long.owner >= short.owner or place == len(events) - 1

    @given(histories())
    def test_the_loop_accepts_its_own_histories(self, events: list[Happened]) -> None:
        clock.check(events)


class TestCheck:
    def test_a_clock_is_not_resumed_twice(self) -> None:
        with pytest.raises(CannotMove):
            clock.check([Happened(S.SUPPLEMENTING, date(2024, 3, 1)), Happened(S.SUPPLEMENTED, date(2024, 3, 2)),
                         Happened(S.SUPPLEMENTED, date(2024, 3, 3)), Happened(S.SPECIAL_OVER, date(2024, 3, 3))])

    def test_days_do_not_run_backwards(self) -> None:
        with pytest.raises(CannotMove):
            clock.check([Happened(S.ACCEPTED, date(2024, 3, 5)), Happened(S.PASSED, date(2024, 3, 4))])

    def test_what_ended_is_ended(self) -> None:
        with pytest.raises(CannotMove):
            clock.check([Happened(S.NOT_TAKEN, date(2024, 3, 5)), Happened(S.ACCEPTED, date(2024, 3, 5))])
