"""What can be done with alerts? Raise them on rising edges, clear them, take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, journal
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Lamp, Role

from ..models import Alert
from ..rules.alerts import ALERT, OPEN, RUNG
from ..words import AlertKind, AlertStep, AlertVerb


@dataclass(frozen=True)
class Edge:
    """Something that stands bad now: of what, in which dimension, on which rung of the ladder, and why.

    Edges of one `cause` are told as one alert; without one each dimension of a subject is its own cause.
    """

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
    cause: str = ""

    @property
    def own(self) -> str:
        """What it is the cause of when nothing else is named."""
        return f"{self.subject}|{self.dimension}"


@dataclass(frozen=True)
class Bundle:
    """Edges of one cause: the gravest speaks, the others are named beside it."""

    cause: str
    first: Edge
    also: tuple[Edge, ...]

    @property
    def dimensions(self) -> list[str]:
        """The other dimensions it lights."""
        return [edge.dimension for edge in self.also]


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

    `family` keeps apart alerts of different origin; `standing` is everything bad in the area now. Edges of one cause
    have one alert together, that of the gravest; `also` names the other dimensions. Without `raising` alerts are
    cleared only.
    """
    held: dict[str, list[Alert]] = {}
    for alert in Alert.objects.filter(edge__startswith=f"{family}|", step__in=OPEN, area__path__startswith=area.path):
        held.setdefault(alert.cause or f"{alert.subject}|{alert.dimension}", []).append(alert)
    fresh, done, kept = [], [], []
    for bundle in bundled(standing):
        before = _before(held, bundle)
        top = max(before, key=lambda alert: RUNG[AlertKind(alert.kind)], default=None)
        if top is not None and (not raising or RUNG[AlertKind(top.kind)] >= RUNG[bundle.first.kind]):
            kept.append((top, bundle))
            done += [alert for alert in before if alert is not top]
        elif raising:
            since = min((_since(alert) for alert in before), default=on.isoformat())
            fresh.append(_alert(bundle, family, since, on))
            done += before
    done += [alert for alerts in held.values() for alert in alerts]
    raised = _raise(fresh)
    _renew(kept)
    Alert.objects.filter(pk__in=[alert.pk for alert in done]).update(step=AlertStep.CLEARED, cleared_on=on)
    if raised or done:
        journal.write(verb="alerts.followed", by=by, at=at, area=area,
                      data={"family": family, "on": on, "raised": raised, "cleared": len(done)})
    return Followed(raised, len(done))


def bundled(standing: Sequence[Edge]) -> list[Bundle]:
    """The edges by cause: the highest rung, then the redder lamp, speaks for the others."""
    by_cause: dict[str, list[Edge]] = {}
    for edge in standing:
        by_cause.setdefault(edge.cause or edge.own, []).append(edge)
    found = []
    for cause, edges in by_cause.items():
        first, *also = sorted(edges, key=lambda edge: (-RUNG[edge.kind], edge.lamp != Lamp.RED))
        found.append(Bundle(cause, first, tuple(also)))
    return found


def _before(held: dict[str, list[Alert]], bundle: Bundle) -> list[Alert]:
    """The standing alerts of the cause, also those of its edges told one by one before; taken out of `held`."""
    keys = dict.fromkeys([bundle.cause, *(edge.own for edge in (bundle.first, *bundle.also))])
    return [alert for key in keys for alert in held.pop(key, [])]


def _renew(kept: Sequence[tuple[Alert, Bundle]]) -> None:
    """What stands on names the dimensions and the lamp of today."""
    changed = []
    for alert, bundle in kept:
        lit = [d for d in (bundle.first.dimension, *bundle.dimensions) if d != alert.dimension]
        now = (bundle.cause, lit or None, bundle.first.lamp)
        if (alert.cause, alert.also, alert.lamp) != now and (alert.cause is not None or lit):
            alert.cause, alert.also, alert.lamp = now
            changed.append(alert)
    Alert.objects.bulk_update(changed, ["cause", "also", "lamp"], batch_size=500)


def _since(alert: Alert) -> str:
    """The day the present bad spell began: the last part of the edge."""
    return alert.edge.rsplit("|", 1)[-1]


def _raise(fresh: Sequence[Alert]) -> int:
    """Writes those whose edge was never raised before."""
    known = set(Alert.objects.filter(edge__in=[alert.edge for alert in fresh]).values_list("edge", flat=True))
    wanted = [alert for alert in fresh if alert.edge not in known]
    Alert.objects.bulk_create(wanted, batch_size=500)
    return len(wanted)


def _alert(bundle: Bundle, family: str, since: str, on: date) -> Alert:
    edge = bundle.first
    return Alert(kind=edge.kind, subject=edge.subject, edge="|".join((family, edge.own, edge.kind, since)),
                 cause=bundle.cause, also=bundle.dimensions or None, title=edge.title, dimension=edge.dimension,
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
