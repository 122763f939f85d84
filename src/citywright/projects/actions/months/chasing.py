"""催报: the units that owe a report are told, once a month for each project; what came in is no longer chased."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from citywright.followup import actions as followup
from citywright.followup.actions import Edge, Followed
from citywright.followup.words import AlertKind
from citywright.kernel import access, clock, journal, periods
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Role

from ...models import Project
from ...queries import judging
from ...queries import months as asked
from ...queries.ledger import leaves, within
from ...words import Dimension, ReportState

FAMILY = "chase"


@transaction.atomic
def chase(*, area: Area, period: date, by: Person, at: datetime) -> Followed:
    """Every project of the area that owes the month's report has an alert at its unit. Office only."""
    access.require(by, Role.OFFICE, Role.CITY, area=area)
    done = followup.follow(family=FAMILY, area=area, standing=_missing(area, period), on=clock.day_of(at), by=by, at=at)
    journal.write(verb="month.chased", by=by, at=at, area=area,
                  data={"period": periods.label(period), "raised": done.raised})
    return done


@transaction.atomic
def stop_chasing(*, area: Area, on: date, by: Person | None, at: datetime) -> Followed:
    """Alerts for reports that came in meanwhile are cleared."""
    month = judging.month_of(area, on)
    return followup.follow(family=FAMILY, area=area, standing=_missing(area, month.period), on=on, by=by, at=at,
                           raising=False)


def _missing(area: Area, period: date) -> list[Edge]:
    month = asked.calendar(area, period)
    owing = within(leaves(Project.objects.all()), area)
    return [Edge(subject=journal.subject_of(project), dimension=f"{Dimension.REPORT}{period:%y%m}",
                 kind=AlertKind.REMIND, lamp="", title=project.name, url_name="projects:report", url_key=project.code,
                 reason={"code": "report_missing", "values": {"month": periods.label(period)}},
                 area_id=project.area_id, unit_id=project.lead_unit_id, due_on=month.fill_to if month else None)
            for state in (ReportState.MISSING, ReportState.RETURNED)
            for project in asked.reported(owing, period, state)]
