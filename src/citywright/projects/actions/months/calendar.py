"""The days of a month: when units fill and review, when it is locked, when it is closed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from citywright.kernel import access, journal, periods
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Role

from ...models import ProgressReport, ReportingMonth
from ...words import ReportStep


class CannotOpen(Refusal):
    """The days of the month are out of order, or the month is closed already."""


class CannotClose(Refusal):
    """Reports still wait for review or lock, or the month was never opened."""


@transaction.atomic
def open_month(*, area: Area, period: date, fill_from: date, fill_to: date, review_on: date, lock_at: datetime,
               by: Person, at: datetime, bulletin_on: date | None = None) -> ReportingMonth:
    """The month has its days; opening it again moves them (延期), which lets late units in. Office only."""
    access.require(by, Role.OFFICE, Role.CITY, area=area)
    if not fill_from <= fill_to <= review_on <= lock_at.date():
        raise CannotOpen("填报、审核、锁定的日期次序不对")
    days = {"fill_from": fill_from, "fill_to": fill_to, "review_on": review_on, "lock_at": lock_at,
            "bulletin_on": bulletin_on}
    month = ReportingMonth.objects.select_for_update().filter(area=area, period=period).first()
    if month is not None and month.closed_at is not None:
        raise CannotOpen("%(month)s 已封账", month=periods.label(period))
    month, _ = ReportingMonth.objects.update_or_create(area=area, period=period, defaults=days)
    journal.write(verb="month.opened", by=by, at=at, subject=month, area=area,
                  data={"period": periods.label(period), **days})
    return month


@transaction.atomic
def close_month(*, area: Area, period: date, by: Person, at: datetime) -> ReportingMonth:
    """The month is closed: what is not locked is late for good. Refused while submitted reports wait. Office only."""
    access.require(by, Role.OFFICE, Role.CITY, area=area)
    month = ReportingMonth.objects.select_for_update().filter(area=area, period=period).first()
    if month is None:
        raise CannotClose("%(month)s 还没有设定填报日程", month=periods.label(period))
    waiting = ProgressReport.objects.filter(
        period=period, project__area__path__startswith=area.path,
        step__in=[ReportStep.SUBMITTED, ReportStep.REVIEWED]).count()
    if waiting:
        raise CannotClose("还有 %(count)s 个已报未锁，先锁定或退回", count=waiting)
    month.closed_at, month.closed_by = at, by
    month.save(update_fields=["closed_at", "closed_by"])
    journal.write(verb="month.closed", by=by, at=at, subject=month, area=area, data={"period": periods.label(period)})
    return month
