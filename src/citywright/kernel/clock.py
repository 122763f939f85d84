"""Time: the city's day, the work calendar with make-up days, and the two clocks (PRACTICE 1.4).

Rules get time handed in; only pages and commands ask `now()`. A sample home may stand still on a sample day
(`settings.SAMPLE_DAY`), so that the sample district's "today" has data around it.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

CITY = ZoneInfo("Asia/Shanghai")


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
