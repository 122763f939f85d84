"""What can be asked about alerts? Which a person sees, which wait for a signature, and one digest per manager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from citywright.kernel import access
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area
from citywright.kernel.words import Lamp

from ..models import Alert
from ..rules.alerts import OPEN
from ..words import AlertKind, AlertStep


def visible_to(person: Any) -> QuerySet[Alert]:
    """Every alert the person may see: of the own unit, or of the areas reached."""
    return access.rows(person, Alert.objects.select_related("unit", "area"), unit="unit")


def alert(person: Any, key: UUID | str) -> Alert:
    """The visible alert; refused the same way whether it is hidden, does not exist or could not be one."""
    try:
        found = visible_to(person).filter(pk=UUID(str(key))).first()
    except ValueError:
        found = None
    if found is None:
        raise CannotReach("没有这条消息，或您无权查看")
    return found


def standing(person: Any, *, area: Area | None = None) -> QuerySet[Alert]:
    """The visible alerts that still stand, those nobody took first, the highest rung of them first."""
    rows = visible_to(person).filter(step__in=OPEN)
    if area is not None:
        rows = rows.filter(area__path__startswith=area.path)
    return rows.order_by("step", "raised_on")


@dataclass(frozen=True)
class UnitDigest:
    """One unit's alerts: how many stand, how many are new on the day, how many nobody took, the oldest day."""

    unit: str
    standing: int
    fresh: int
    untaken: int
    red: int
    talks: int
    since: date | None


def digest(person: Any, *, on: date, area: Area | None = None) -> list[UnitDigest]:
    """One message for a manager instead of one per alert: the units with standing alerts, the gravest first."""
    rows = standing(person, area=area).order_by().values("unit__short_name").annotate(
        n=Count("pk"), fresh=Count("pk", filter=Q(raised_on=on)), since=Min("raised_on"),
        untaken=Count("pk", filter=Q(step=AlertStep.RAISED)), red=Count("pk", filter=Q(lamp=Lamp.RED)),
        talks=Count("pk", filter=Q(kind=AlertKind.INTERVIEW)))
    found = [UnitDigest(row["unit__short_name"], row["n"], row["fresh"], row["untaken"], row["red"], row["talks"],
                        row["since"]) for row in rows]
    return sorted(found, key=lambda line: (-line.talks, -line.red, -line.standing, line.unit))
