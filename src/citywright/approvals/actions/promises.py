"""What can be done to promises: tell the finish day of every open dossier, once, whenever it really moved."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Role

from .. import plan
from ..models import Dossier, Promise
from ..queries import plans
from ..queries.plans import Planned

#: Below so many working days a finish has not moved: what was told stays told.
MOVES_FROM = 3
FIRST, PERMITTED = "首次推算", "施工许可已办结，改为推算全部办结"


@transaction.atomic
def tell(*, area: Area, on: date, by: Person | None, at: datetime) -> list[Promise]:
    """Every open dossier of an area's catalogues has its finish told as of a day: p10, p50, p90, what holds it.

    Told anew only when it moved, with the reason; asked again on the same day it tells nothing. `by=None` is the night.
    """
    if by is not None:
        access.require(by, Role.OFFICE, Role.CITY, area=area)
    rows = list(Dossier.objects.select_for_update(of=("self",))
                .filter(version__area=area, closed_on__isnull=True, project__exit="")
                .select_related("version__area", "project").defer("version__content").order_by("pk"))
    last = {promise.dossier_id: promise for promise in Promise.objects.filter(dossier__in=rows).order_by("made_at")}
    found = [promise for made in plans.plans(rows, on)
             if (promise := _promise(made, last.get(made.file.dossier.pk), at))]
    Promise.objects.bulk_create(found)
    if found:
        journal.write(verb="promise.told", by=by, at=at, area=area, data={"told": len(found), "open": len(rows)})
    return found


def _promise(made: Planned, before: Promise | None, at: datetime) -> Promise | None:
    """The promise to be told, or None when the day stays."""
    given = made.forecast
    if given is None:
        return None
    reason = FIRST if before is None else _moved(made, before, given.likely)
    if not reason:
        return None
    return Promise(dossier=made.file.dossier, made_at=at, likely_on=made.day(given.likely),
                   early_on=made.day(given.early), late_on=made.day(given.late), holds=list(plan.holding(made.live)),
                   reason=reason[:200])


def _moved(made: Planned, before: Promise, likely: int) -> str:
    """Why the day is told anew; nothing when it stays."""
    told_on = made.calendar.days.number(clock.day_of(before.made_at))
    permits = [made.facts[code] for code in plan.GOALS if code in made.facts]
    if any(fact.ended is not None and fact.ended > told_on for fact in permits):
        return PERMITTED
    days = likely - made.calendar.days.number(before.likely_on)
    if abs(days) < MOVES_FROM:
        return ""
    if days < 0:
        return f"提前 {-days} 个工作日"
    holds = plan.holding(made.live)
    name = made.file.catalogue.item(holds[0]).name if holds else ""
    return f"推后 {days} 个工作日" + (f"，卡在“{name}”" if name else "")
