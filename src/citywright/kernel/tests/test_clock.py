"""The two clocks and the work calendar: the vectors of PRACTICE 10, and what must hold for every moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import chinese_calendar
import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from citywright.kernel import actions, clock
from citywright.kernel.clock import CITY
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import CalendarDay, Person


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def published(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


moments = st.datetimes(datetime(2023, 1, 1), datetime(2025, 6, 30)).map(lambda at: at.replace(tzinfo=CITY))  # noqa: DTZ001
hours = st.integers(0, 60 * 60).map(lambda minutes: Fraction(minutes, 60))
days = st.dates(date(2023, 1, 1), date(2025, 6, 30))


class TestWorkEnd:
    @pytest.mark.parametrize(
        ("start", "length", "end"),
        [
            ("2024-03-01 16:30", 4, "2024-03-04 10:30"),
            ("2024-03-01 12:30", 1, "2024-03-01 15:00"),
            ("2024-03-02 10:00", 4, "2024-03-04 12:00"),
            ("2024-02-08 17:00", clock.WORK_DAY, "2024-02-09 17:00"),
            ("2024-02-09 17:00", 4, "2024-02-18 11:00"),
            ("2024-03-01 08:00", 4, "2024-03-01 12:00"),
            ("2024-03-01 12:00", Fraction(1, 60), "2024-03-01 14:01"),
            ("2024-03-01 06:00", Fraction(1, 2), "2024-03-01 08:30"),
            ("2024-03-01 23:00", 0, "2024-03-01 23:00"),
        ],
    )
    def test_agrees_with_the_vectors(self, start: str, length: int, end: str) -> None:
        assert clock.work_end(moment(start), length, published) == moment(end)

    def test_counts_in_city_time_wherever_the_start_was_written(self) -> None:
        start = moment("2024-03-01 16:30").astimezone(UTC)
        assert clock.work_end(start, 4, published) == moment("2024-03-04 10:30")

    def test_refuses_a_negative_length_and_a_moment_without_zone(self) -> None:
        with pytest.raises(clock.CannotReckon):
            clock.work_end(moment("2024-03-01 16:30"), -1, published)
        with pytest.raises(ValueError, match="time zone"):
            clock.work_end(datetime(2024, 3, 1), 1, published)  # noqa: DTZ001

    @given(moments, hours, hours)
    def test_two_terms_in_a_row_are_one_term(self, start: datetime, first: Fraction, then: Fraction) -> None:
        once = clock.work_end(clock.work_end(start, first, published), then, published)
        assert once == clock.work_end(start, first + then, published)

    @given(moments, moments, hours)
    def test_who_starts_later_does_not_end_earlier(self, one: datetime, other: datetime, length: Fraction) -> None:
        early, late = sorted([one, other])
        assert clock.work_end(early, length, published) <= clock.work_end(late, length, published)

    @given(moments, hours, hours)
    def test_a_longer_term_does_not_end_earlier(self, start: datetime, length: Fraction, more: Fraction) -> None:
        assert start <= clock.work_end(start, length, published) <= clock.work_end(start, length + more, published)

    @given(moments, hours.filter(bool))
    def test_ends_within_working_hours(self, start: datetime, length: Fraction) -> None:
        end = clock.work_end(start, length, published)
        assert published(end.date())
        assert any(opens < end.time() <= closes for opens, closes in clock.SPANS)


class TestStatutoryDue:
    def test_agrees_with_the_vectors(self) -> None:
        assert clock.statutory_due(date(2024, 2, 8), 15, published) == date(2024, 3, 6)
        assert clock.statutory_due(date(2024, 2, 8), 15, published, extension=7) == date(2024, 3, 15)

    def test_counts_a_make_up_sunday(self) -> None:
        assert clock.statutory_due(date(2024, 2, 9), 1, published) == date(2024, 2, 18)

    @given(days, st.integers(0, 90), st.integers(0, 90))
    def test_an_extension_is_a_second_term(self, accepted: date, term: int, more: int) -> None:
        due = clock.statutory_due(accepted, term, published)
        extended = clock.statutory_due(accepted, term, published, extension=more)
        assert clock.statutory_due(due, more, published) == extended
        assert clock.workdays_between(accepted, extended, published) == term + more

    @given(days, days, st.integers(1, 90))
    def test_who_is_accepted_later_is_not_due_earlier(self, one: date, other: date, term: int) -> None:
        early, late = sorted([one, other])
        assert clock.statutory_due(early, term, published) <= clock.statutory_due(late, term, published)

    def test_refuses_a_negative_term(self) -> None:
        with pytest.raises(clock.CannotReckon, match="不能为负"):
            clock.statutory_due(date(2024, 2, 8), -1, published)


class TestTheOtherClocks:
    def test_an_emergency_runs_through_night_and_holiday(self) -> None:
        assert clock.urgent_end(moment("2024-02-09 22:00"), 4) == moment("2024-02-10 02:00")

    def test_natural_days_count_every_day(self) -> None:
        assert clock.natural_due(date(2024, 2, 8), 30) == date(2024, 3, 9)

    def test_no_workday_lies_between_a_day_and_itself_or_an_earlier_one(self) -> None:
        assert clock.workdays_between(date(2024, 3, 4), date(2024, 3, 4), published) == 0
        assert clock.workdays_between(date(2024, 3, 4), date(2024, 3, 1), published) == 0


class TestDays:
    def test_a_moment_before_eight_in_the_morning_is_already_the_next_day_in_the_city(self) -> None:
        assert clock.day_of(datetime(2024, 3, 26, 16, 30, tzinfo=UTC)) == date(2024, 3, 27)

    def test_a_sample_home_stands_on_its_day(self) -> None:
        with override_settings(SAMPLE_DAY=date(2024, 3, 27)):
            assert clock.day_of(clock.now()) == date(2024, 3, 27)
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.django_db
class TestCityCalendar:
    @pytest.mark.parametrize(("year", "workdays"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
    def test_knows_the_published_years(self, year: int, workdays: int) -> None:
        assert clock.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == workdays

    def test_the_citys_own_day_stands_above_the_published_one(self, sysadmin: Person, at: datetime) -> None:
        assert clock.is_workday(date(2024, 3, 27))
        actions.set_calendar_day(day=date(2024, 3, 27), is_workday=False, note="地方假", by=sysadmin, at=at)
        assert not clock.is_workday(date(2024, 3, 27))
        actions.set_calendar_day(day=date(2024, 3, 27), is_workday=True, note="", by=sysadmin, at=at)
        assert clock.is_workday(date(2024, 3, 27))

    def test_only_the_system_administrator_sets_a_day(self, secadmin: Person, at: datetime) -> None:
        with pytest.raises(CannotReach):
            actions.set_calendar_day(day=date(2024, 3, 27), is_workday=False, note="", by=secadmin, at=at)

    @pytest.mark.parametrize("day", [date(2093, 3, 2), date(2003, 3, 3)])
    def test_refuses_to_guess_a_year_that_is_not_published(self, day: date) -> None:
        with pytest.raises(clock.CannotKnowWorkday, match=f"没有{day.year}年.*录入"):
            clock.statutory_due(day, 3)

    def test_takes_weekdays_once_the_city_has_entered_the_year(self) -> None:
        CalendarDay.objects.create(day=date(2093, 1, 1), is_workday=False)
        assert clock.statutory_due(date(2092, 12, 31) + timedelta(days=1), 1) == date(2093, 1, 2)
        assert not clock.is_workday(date(2093, 1, 3))

    def test_is_read_in_one_query(self, django_assert_num_queries: object) -> None:
        with django_assert_num_queries(1):  # type: ignore[operator]
            clock.statutory_due(date(2024, 2, 8), 60)


@pytest.mark.django_db
class TestTheCalendarCommand:
    def test_enters_the_days_of_a_file(
        self, sysadmin: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "days.csv").write_text("2093-01-01,休,元旦\n2093-01-04,班,调休\n", encoding="utf-8")
        call_command("calendar", str(tmp_path / "days.csv"), by="sysadmin")
        assert capsys.readouterr().out == "工作历已录入 2 天\n"
        assert clock.is_workday(date(2093, 1, 4))
        assert not clock.is_workday(date(2093, 1, 1))

    @pytest.mark.parametrize("line", ["2093-13-01,休,", "2093-01-02,假,", "2093-01-02"])
    def test_refuses_the_whole_file_for_one_wrong_line(self, sysadmin: Person, tmp_path: Path, line: str) -> None:
        (tmp_path / "days.csv").write_text(f"2093-01-01,休,元旦\n{line}\n", encoding="utf-8")
        with pytest.raises(CommandError, match="第 2 行应为"):
            call_command("calendar", str(tmp_path / "days.csv"), by="sysadmin")
        assert not CalendarDay.objects.exists()

    def test_refuses_anybody_but_the_system_administrator(self, secadmin: Person, tmp_path: Path) -> None:
        (tmp_path / "days.csv").write_text("2093-01-01,休,元旦\n", encoding="utf-8")
        with pytest.raises(CommandError, match="系统管理员"):
            call_command("calendar", str(tmp_path / "days.csv"), by="secadmin")
        with pytest.raises(CommandError, match="没有用户"):
            call_command("calendar", str(tmp_path / "days.csv"), by="nobody")
