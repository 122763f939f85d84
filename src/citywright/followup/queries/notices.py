"""What can be asked about notices? A person's own, and what the day's notices of an area have to say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from citywright.kernel import access, clock
from citywright.kernel.errors import Said
from citywright.kernel.models import Area, Membership
from citywright.kernel.words import UNIT_ROLES, Role

from ..models import Alert, Notice, Task
from ..rules import alerts as alert_rules
from ..rules import tasks as rules
from ..words import TaskStep

#: Who gets the summary by unit instead of the lines of an own unit.
MANAGERS = frozenset({Role.OFFICE, Role.CITY, Role.LEADER})
#: What a unit is told, in this order: sentence and where it leads.
UNIT_LINES: dict[str, tuple[str, str, str]] = {
    "alerts": ("新提醒 %(count)s 条", "messages", "?step=raised&mine=1"),
    "assigned": ("新交办 %(count)s 件，请签收", "followup:tasks", "?step=assigned&mine=1"),
    "refused": ("退回重办 %(count)s 件", "followup:tasks", "?refused=1&mine=1"),
    "late": ("已超期 %(count)s 件", "followup:tasks", "?late=1&mine=1"),
    "soon": ("三天内到期 %(count)s 件", "followup:tasks", "?soon=1&mine=1"),
}
SUMMARY = "%(unit)s：新提醒 %(alerts)s，在办 %(open)s，超期 %(late)s，待确认 %(replied)s"
UNIT = ("unit", "unit__short_name", "unit__code")
#: At most so many units in a summary, the worst first.
MOST = 30


@dataclass
class Day:
    """What happened in an area on a day, by unit: how many of each kind; `names` are the units' names and codes."""

    by_unit: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    names: dict[int, tuple[str, str]] = field(default_factory=dict)

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Counts by unit."""
        for row in rows:
            self.names[row["unit"]] = (row["unit__short_name"], row["unit__code"])
            self.by_unit[row["unit"]].update({name: many for name, many in row.items() if name not in UNIT})


def visible_to(person: Any) -> QuerySet[Notice]:
    """The person's own notices, the latest first; nobody else's."""
    if not access.memberships(person):
        return Notice.objects.none()
    return Notice.objects.filter(person=person).order_by("-on")


def unread(person: Any, on: date) -> QuerySet[Notice]:
    """The notice of a day that the person has not opened yet."""
    return visible_to(person).filter(on=on, read_at__isnull=True)


def said(line: Mapping[str, Any]) -> Said:
    """The sentence of a kept line."""
    return Said(str(line.get("text", "")), dict(line.get("values") or {}))


def day_in(area: Area, on: date) -> Day:
    """What the units of an area are to hear of a day, told at its beginning: two queries."""
    found = Day()
    begins = datetime.combine(on, time(), clock.CITY)
    mine = Q(unit__area__path__startswith=area.path)
    found.add(Alert.objects.filter(mine, raised_on=on, step__in=alert_rules.OPEN).order_by().values(*UNIT).annotate(
        alerts=Count("pk")))
    owed = Q(step__in=rules.OWED)
    found.add(Task.objects.filter(mine, step__in=rules.OPEN).order_by().values(*UNIT).annotate(
        open=Count("pk", filter=owed),
        late=Count("pk", filter=owed & (Q(due_at__lt=begins) | Q(next_reply_on__lt=on))),
        replied=Count("pk", filter=Q(step=TaskStep.REPLIED)),
        assigned=Count("pk", filter=Q(step=TaskStep.ASSIGNED)),
        refused=Count("pk", filter=owed & Q(refused_count__gt=0)),
        soon=Count("pk", filter=owed & Q(due_at__gte=begins,
                                         due_at__lt=begins + timedelta(days=rules.SOON_DAYS + 1)))))
    return found


def unit_lines(day: Day, units: Iterable[int]) -> list[dict[str, Any]]:
    """The lines for somebody who works for these units; what there is none of is not said."""
    whole: Counter[str] = sum((day.by_unit[unit] for unit in units if unit in day.by_unit), Counter())
    return [{"text": text, "values": {"count": whole[name]}, "url": reverse(page) + query}
            for name, (text, page, query) in UNIT_LINES.items() if whole[name]]


def summary_lines(day: Day) -> list[dict[str, Any]]:
    """One line per unit with something to tell, those behind first."""
    told = [(unit, counts) for unit, counts in day.by_unit.items()
            if counts["alerts"] or counts["late"] or counts["replied"]]
    told.sort(key=lambda pair: (-pair[1]["late"], -pair[1]["alerts"], -pair[1]["open"], day.names[pair[0]]))
    names = ("alerts", "open", "late", "replied")
    return [{"text": SUMMARY, "values": {"unit": day.names[unit][0], **{name: counts[name] for name in names}},
             "url": reverse("followup:tasks") + f"?unit={day.names[unit][1]}"} for unit, counts in told[:MOST]]


def posts_in(area: Area) -> dict[Any, tuple[bool, set[int]]]:
    """Who is told in an area: by person, whether a manager of just this area, and the units worked for. One query."""
    found: dict[Any, tuple[bool, set[int]]] = {}
    rows = Membership.objects.filter(area__path__startswith=area.path, valid_to__isnull=True, person__is_active=True)
    for person, role, unit, place in rows.values_list("person", "role", "organisation", "area"):
        manages, units = found.get(person, (False, set()))
        if Role(role) in UNIT_ROLES:
            units = units | {unit}
        found[person] = (manages or (Role(role) in MANAGERS and place == area.pk), units)
    return {person: told for person, told in found.items() if told[0] or told[1]}
