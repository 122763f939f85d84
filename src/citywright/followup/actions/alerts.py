"""What can be done with alerts? Raise them on rising edges, clear them, take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, journal
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Role

from ..models import Alert
from ..rules.alerts import ALERT, OPEN, RUNG
from ..words import AlertKind, AlertStep, AlertVerb


@dataclass(frozen=True)
class Edge:
    """Something that stands bad now: of what, in which dimension, on which rung of the ladder, and why."""

    subject: str
    dimension: str
    kind: AlertKind
    lamp: str
    reason: dict[str, Any]
    title: str
    url_name: str
    url_key: str
    area_id: int
    unit_id: int
    due_on: date | None = None


@dataclass(frozen=True)
class Followed:
    """How many alerts were raised and cleared."""

    raised: int = 0
    cleared: int = 0

    def __add__(self, other: Followed) -> Followed:
        return Followed(self.raised + other.raised, self.cleared + other.cleared)


@transaction.atomic
def follow(*, family: str, area: Area, standing: Sequence[Edge], on: date, by: Person | None, at: datetime,
           raising: bool = True) -> Followed:
    """Each rising edge has its one alert; what is good again, or stands on a higher rung now, is cleared.

    `family` keeps apart alerts of different origin; `standing` is everything bad in the area now. Without `raising`
    alerts are cleared only.
    """
    held: dict[tuple[str, str], list[Alert]] = {}
    for alert in Alert.objects.filter(edge__startswith=f"{family}|", step__in=OPEN, area__path__startswith=area.path):
        held.setdefault((alert.subject, alert.dimension), []).append(alert)
    fresh, done = [], []
    for edge in standing:
        before = held.pop((edge.subject, edge.dimension), [])
        if not raising or any(RUNG[AlertKind(alert.kind)] >= RUNG[edge.kind] for alert in before):
            continue
        since = min((_since(alert) for alert in before), default=on.isoformat())
        fresh.append(_alert(edge, "|".join((family, edge.subject, edge.dimension, edge.kind, since)), on))
        done += before
    done += [alert for alerts in held.values() for alert in alerts]
    raised = _raise(fresh)
    Alert.objects.filter(pk__in=[alert.pk for alert in done]).update(step=AlertStep.CLEARED, cleared_on=on)
    if raised or done:
        journal.write(verb="alerts.followed", by=by, at=at, area=area,
                      data={"family": family, "on": on, "raised": raised, "cleared": len(done)})
    return Followed(raised, len(done))


def _since(alert: Alert) -> str:
    """The day the present bad spell began: the last part of the edge."""
    return alert.edge.rsplit("|", 1)[-1]


def _raise(fresh: Sequence[Alert]) -> int:
    """Writes those whose edge was never raised before."""
    known = set(Alert.objects.filter(edge__in=[alert.edge for alert in fresh]).values_list("edge", flat=True))
    wanted = [alert for alert in fresh if alert.edge not in known]
    Alert.objects.bulk_create(wanted, batch_size=500)
    return len(wanted)


def _alert(edge: Edge, key: str, on: date) -> Alert:
    return Alert(kind=edge.kind, subject=edge.subject, edge=key, title=edge.title, dimension=edge.dimension,
                 lamp=edge.lamp, reason=edge.reason, url_name=edge.url_name, url_key=edge.url_key,
                 area_id=edge.area_id, unit_id=edge.unit_id, raised_on=on, due_on=edge.due_on)


@transaction.atomic
def take(*, alert: Alert, by: Person, at: datetime) -> Alert:
    """签收: the unit has seen the alert; its name and the moment stand with it. Refused a second time."""
    held = Alert.objects.select_for_update(of=("self",)).select_related("area", "unit").get(pk=alert.pk)
    roles = access.roles_over(by, unit=held.unit_id, area=held.area)
    if not roles:
        access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, unit=held.unit_id, area=held.area)
    held.step = ALERT.move(step=AlertStep(held.step), verb=AlertVerb.TAKE, roles=roles)
    held.taken_by, held.taken_at = by, at
    held.save(update_fields=["step", "taken_by", "taken_at"])
    journal.write(verb="alert.taken", by=by, at=at, subject=held, area=held.area, unit=held.unit)
    return held
