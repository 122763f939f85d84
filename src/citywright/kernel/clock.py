"""Time: the city's day, the work calendar with make-up days, and the two clocks (PRACTICE 1.4).

Rules get time handed in; only pages and commands ask `now()`. A sample home may stand still on a sample day
(`settings.SAMPLE_DAY`), so that the sample district's "today" has data around it. Functions that take `workdays`
are pure once it is given; without it they read the city's calendar, one query each.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import chinese_calendar
from django.conf import settings
from django.utils import timezone

from .errors import Refusal
from .models import CalendarDay

CITY = ZoneInfo("Asia/Shanghai")
#: 工作时 on a workday: 08:00–12:00 and 14:00–18:00.
SPANS = ((time(8), time(12)), (time(14), time(18)))
#: Hours of one 工作日 on the case clock.
WORK_DAY = 8
#: Says of a day whether it is a workday; make-up days (调休) are.
Workdays = Callable[[date], bool]


class CannotReckon(Refusal):
    """The length asked for is not one a clock can run."""


class CannotKnowWorkday(Refusal):
    """The year's holidays are not published and the city has not entered them: no day is guessed."""


def now() -> datetime:
    """This moment, aware; on a sample home the sample day at this time of day."""
    moment = timezone.now()
    sample: date | None = settings.SAMPLE_DAY
    if sample is None:
        return moment
    local = moment.astimezone(CITY)
    return local.replace(year=sample.year, month=sample.month, day=sample.day)


def day_of(at: datetime) -> date:
    """The city's day of a moment (Asia/Shanghai), not the server's."""
    return at.astimezone(CITY).date()


def city_calendar() -> Workdays:
    """The work calendar: the city's own days above the published ones, read in one query."""
    own = dict(CalendarDay.objects.values_list("day", "is_workday"))
    entered = {day.year for day in own}

    def workday(day: date) -> bool:
        if day in own:
            return own[day]
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            if day.year in entered:
                return day.weekday() < 5
            raise CannotKnowWorkday(
                "没有%(year)s年的节假日安排，不能推算工作日：请系统管理员用 ./citywright calendar 录入放假和调休日期",
                year=day.year,
            ) from None

    return workday


def is_workday(day: date) -> bool:
    """Whether the city works on a day."""
    return city_calendar()(day)


def urgent_end(start: datetime, hours: int | Decimal | Fraction) -> datetime:
    """紧急工作时: the moment so many hours later, nights and holidays included. City time."""
    return _local(start) + _length(hours)


def work_end(start: datetime, hours: int | Decimal | Fraction, workdays: Workdays | None = None) -> datetime:
    """工作时: the moment when so many work hours have run; time outside 08–12 and 14–18 on workdays does not count.

    One 工作日 of the case clock is `WORK_DAY` hours. An end that meets a closing time stays there (12:00, not 14:00);
    no hours at all end at the start. City time.
    """
    at, left, works = _local(start), _length(hours), workdays or city_calendar()
    while left:
        for opens, closes in SPANS if works(at.date()) else ():
            begin = max(at, datetime.combine(at.date(), opens, CITY))
            span = max(datetime.combine(at.date(), closes, CITY) - begin, timedelta())
            if span >= left:
                return begin + left
            left -= span
        at = datetime.combine(at.date() + timedelta(days=1), time(), CITY)
    return at


def natural_due(start_on: date, days: int) -> date:
    """自然日: the day so many days later."""
    return start_on + timedelta(days=_whole(days))


def statutory_due(accepted_on: date, days: int, workdays: Workdays | None = None, *, extension: int = 0) -> date:
    """法定工作日: the last day of a term that runs from the day after acceptance; `extension` lengthens it.

    Holidays and weekends do not count, make-up workdays do (行政许可法 article 82).
    """
    day, left, works = accepted_on, _whole(days) + extension, workdays or city_calendar()
    while left:
        day += timedelta(days=1)
        left -= works(day)
    return day


def workdays_between(after: date, until: date, workdays: Workdays | None = None) -> int:
    """How many workdays lie after one day, up to and with another; 0 when `until` is not later."""
    works = workdays or city_calendar()
    return sum(works(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return at.astimezone(CITY)


def _length(hours: int | Decimal | Fraction) -> timedelta:
    """The length of so many hours, exact to the microsecond; refuses a negative one."""
    if hours < 0:
        raise CannotReckon("时限不能为负：%(length)s", length=str(hours))
    return timedelta(microseconds=round(Fraction(hours) * 3_600_000_000))


def _whole(days: int) -> int:
    if days < 0:
        raise CannotReckon("时限不能为负：%(length)s", length=str(days))
    return days
