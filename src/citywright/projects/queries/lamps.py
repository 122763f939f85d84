"""What can be asked about lamps? Units by dimension, why a lamp shows its colour, how it went month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from citywright.kernel import periods
from citywright.kernel.errors import Said
from citywright.kernel.lamps import LAMP_ORDER
from citywright.kernel.models import Area

from ..models import LampOverride, LampRun, LampSnapshot, Project
from ..rules.lamps import BAD, JUDGED, recovered, sentence
from ..words import Dimension, Lamp
from . import months
from .ledger import leaves, visible_to, within
from .months import Matrix


@dataclass(frozen=True)
class Reason:
    """One dimension of a snapshot: its lamp and the sentence that says why."""

    dimension: Dimension
    lamp: Lamp
    said: Said


def board(person: Any, *, area: Area, period: date, run: LampRun | None) -> Matrix:
    """Units x dimensions: reds, yellows and good ones, the largest unit first."""
    return months.matrix(person, area=area, period=period, run=run)


def reasons_of(snapshot: LampSnapshot) -> list[Reason]:
    """Why each dimension shows its lamp, in the order of the dimensions."""
    found = []
    for dimension in JUDGED:
        kept = snapshot.reasons.get(dimension.value) or {}
        found.append(Reason(dimension, Lamp(getattr(snapshot, dimension.value)),
                            sentence(kept.get("code", ""), kept.get("values") or {})))
    return found


@dataclass(frozen=True)
class Red:
    """A project that shows red, and what is red or yellow about it."""

    code: str
    name: str
    unit: str
    shown: Lamp
    reasons: list[Reason]


def reds(person: Any, *, area: Area, run: LampRun | None, count: int = 10) -> list[Red]:
    """The projects of a judging that show red, most red dimensions first, then the greater yearly plan. One query."""
    if run is None:
        return []
    many: Any = sum((Case(When(**{d.value: Lamp.RED}, then=1), default=0) for d in JUDGED), Value(0))
    mine = within(leaves(visible_to(person)), area)
    rows = (run.snapshots.filter(shown=Lamp.RED, project__in=mine).select_related("project__lead_unit")
            .annotate(many=many).order_by("-many", "-project__total_investment", "project__code"))
    return [Red(row.project.code, row.project.name, row.project.lead_unit.short_name, Lamp(row.shown),
                sorted((r for r in reasons_of(row) if r.lamp in BAD), key=lambda r: LAMP_ORDER.index(r.lamp)))
            for row in rows[:count]]


@dataclass(frozen=True)
class MonthOfLamps:
    """A project's lamps at the end of a month; `shown` is yellow for a red month made good in the next one."""

    period: date
    lamps: dict[Dimension, Lamp]
    shown: Lamp


def history(project: Project, *, count: int = 6, until: date | None = None) -> list[MonthOfLamps]:
    """The project's lamps at the end of its last months, oldest first. One query."""
    rows = project.lamps.order_by("-run__as_of", "-run__number")
    if until is not None:
        rows = rows.filter(run__as_of__lte=until)
    names = [dimension.value for dimension in JUDGED]
    kept: dict[date, dict[str, Any]] = {}
    for row in rows.values("run__as_of", "shown", *names)[:count * 62]:
        kept.setdefault(periods.first_of(row["run__as_of"]), row)
    latest = sorted(kept)[-count:]
    as_shown = recovered([Lamp(kept[month]["shown"]) for month in latest])
    return [MonthOfLamps(month, {d: Lamp(kept[month][d.value]) for d in JUDGED}, lamp)
            for month, lamp in zip(latest, as_shown, strict=True)]


def overrides(person: Any, *, area: Area, on: date) -> QuerySet[LampOverride]:
    """The named lamps in force on a day among the visible projects, those that end first on top."""
    mine = within(leaves(visible_to(person)), area)
    return (LampOverride.objects.filter(project__in=mine, from_on__lte=on, until__gte=on)
            .select_related("project__lead_unit", "by").order_by("until", "project__code"))
