"""What can be asked about meetings and task forces? Which a person sees, what belongs on an agenda, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotReach, Said
from citywright.kernel.models import Area, Organisation
from citywright.kernel.words import Role

from ..models import AgendaItem, Alert, Decision, ForceItem, Meeting, Task, TaskForce
from ..rules.alerts import OPEN, RUNG
from ..rules.letters import number_words
from ..rules.meetings import HOSTS, UNFINISHED, alert_belongs, next_due
from ..words import AlertKind, AlertStep, MeetingStep, TaskStep

#: How long the path of a district is: a meeting may hand work to every unit of its district.
DISTRICT = 6
#: More digits than any key has.
LONGEST_KEY = 12


def visible_to(person: Any) -> QuerySet[Meeting]:
    """The meetings of the areas reached, and those a unit of mine is asked at, works for, or sits in."""
    seen = access.reach(person)
    if seen.nothing:
        return Meeting.objects.none()
    wanted = Q(pk__in=[])
    if seen.units:
        wanted |= Q(pk__in=AgendaItem.objects.filter(unit__in=seen.units, is_dropped=False).values("meeting"))
        wanted |= Q(pk__in=Task.objects.filter(units__unit__in=seen.units, decision__isnull=False)
                    .values("decision__meeting"))
        wanted |= Q(force__in=TaskForce.members.through.objects.filter(organisation__in=seen.units)
                    .values("taskforce"))
    for path in seen.paths:
        wanted |= Q(area__path__startswith=path)
    return Meeting.objects.filter(wanted).select_related("area", "office", "force", "called_by", "minuted_by")


def meeting(person: Any, key: UUID | str) -> Meeting:
    """The visible meeting; refused the same way whether it is hidden or does not exist."""
    found = visible_to(person).filter(pk=key).first()
    if found is None:
        raise CannotReach("没有这次会议，或您无权查看")
    return found


def may_run(person: Any, meeting: Meeting) -> bool:
    """Whether this person keeps the meeting's papers: the office over the area, or the city for its own meetings."""
    if access.holds(person, Role.OFFICE, area=meeting.area):
        return True
    return access.holds(person, Role.CITY, area=meeting.area) and meeting.office_id in {
        m.organisation_id for m in access.memberships(person)}


def hosts(person: Any, area: Area) -> bool:
    """Whether this person calls meetings in the area."""
    return any(access.holds(person, role, area=area) for role in HOSTS)


def office_of(person: Any, area: Area) -> Organisation | None:
    """The unit in whose name this person calls meetings and writes letters in an area."""
    return next((m.organisation for m in access.memberships(person)
                 if m.role in HOSTS and area.path.startswith(m.area.path)), None)


def units_for(area: Area) -> QuerySet[Organisation]:
    """The units that can be given work at a meeting of the area: all of its district."""
    return Organisation.objects.filter(area__path__startswith=area.path[:DISTRICT]).order_by("position", "code")


def agenda(meeting: Meeting) -> QuerySet[AgendaItem]:
    """The matters of a meeting in their order, those dropped left out."""
    return meeting.items.filter(is_dropped=False).select_related("unit", "task", "alert").order_by("position", "pk")


def dropped(meeting: Meeting) -> QuerySet[AgendaItem]:
    """The matters that were taken off."""
    return meeting.items.filter(is_dropped=True).select_related("unit").order_by("position", "pk")


def item(meeting: Meeting, key: int) -> AgendaItem:
    """A matter of this meeting."""
    found = meeting.items.select_related("unit", "meeting").filter(pk=key).first()
    if found is None:
        raise CannotReach("没有这项议题，或您无权查看")
    return found


def picked(meeting: Meeting, keys: Sequence[str]) -> list[AgendaItem]:
    """The matters on the agenda with these keys; anything else among them is left out."""
    wanted = [int(key) for key in keys if key.isdecimal() and len(key) < LONGEST_KEY]
    return list(agenda(meeting).filter(pk__in=wanted).select_related("meeting"))


def decision(meeting: Meeting, key: int) -> Decision:
    """A decision of this meeting."""
    found = meeting.decisions.select_related("item", "meeting").filter(pk=key).first()
    if found is None:
        raise CannotReach("没有这项议定事项，或您无权查看")
    return found


def minutes_number(meeting: Meeting) -> str:
    """纪要〔2024〕3号, or "" before it is issued."""
    return number_words("纪要", meeting.year, meeting.number) if meeting.number else ""


def minutes_title(meeting: Meeting) -> str:
    """The name of the meeting, with 纪要 behind it."""
    return meeting.title if meeting.title.endswith("纪要") else f"{meeting.title}纪要"


def said_of(item: AgendaItem) -> Said:
    """Why a matter is on the agenda."""
    return Said(item.said.get("text", ""), item.said.get("values") or {})


def decisions(meeting: Meeting) -> QuerySet[Decision]:
    """What was decided, each with its tasks and their units: three queries."""
    tasks = Task.objects.select_related("unit").prefetch_related("units__unit").order_by("number")
    return (meeting.decisions.select_related("item", "recorded_by").prefetch_related(Prefetch("tasks", tasks))
            .order_by("position"))


def portfolio(force: TaskForce | None) -> set[str] | None:
    """The subjects a task force looks after; None when nothing narrows the agenda."""
    if force is None:
        return None
    return set(force.items.values_list("subject", flat=True)) or None


def alerts_for(meeting: Meeting, on: date) -> list[Alert]:
    """The open alerts that belong on the agenda by rule, the highest rung and the oldest first."""
    rows = Alert.objects.filter(step__in=OPEN, area__path__startswith=meeting.area.path).select_related("unit")
    found = [row for row in rows if alert_belongs(AlertKind(row.kind), AlertStep(row.step), row.raised_on, on)]
    return sorted(found, key=lambda row: (-RUNG[AlertKind(row.kind)], row.raised_on, row.title))


def previous(meeting: Meeting) -> Meeting | None:
    """The last meeting of the same kind (and task force) in the same area that was held before this one."""
    return (Meeting.objects.filter(kind=meeting.kind, area=meeting.area, force=meeting.force,
                                   step__in=(MeetingStep.HELD, MeetingStep.MINUTED), held_at__lt=meeting.held_at)
            .exclude(pk=meeting.pk).order_by("-held_at").first())


def overdue_tasks(meeting: Meeting, at: datetime) -> QuerySet[Task]:
    """Unfinished tasks of the area whose day has passed, the most severe and longest overdue first."""
    return (Task.objects.filter(area__path__startswith=meeting.area.path, step__in=UNFINISHED, due_at__lt=at)
            .select_related("unit").order_by("severity", "due_at"))


def unfinished_of(meeting: Meeting) -> QuerySet[Task]:
    """What became of the decisions of a meeting and is not finished."""
    return (Task.objects.filter(decision__meeting=meeting, step__in=UNFINISHED).select_related("unit")
            .order_by("decision__position", "number"))


# --- task forces

def forces(person: Any) -> QuerySet[TaskForce]:
    """The task forces of the areas reached, and those a unit of mine sits in."""
    seen = access.reach(person)
    if seen.nothing:
        return TaskForce.objects.none()
    wanted = Q(pk__in=TaskForce.members.through.objects.filter(organisation__in=seen.units).values("taskforce"))
    for path in seen.paths:
        wanted |= Q(area__path__startswith=path)
    return TaskForce.objects.filter(wanted).select_related("area", "office")


def force(person: Any, key: UUID | str) -> TaskForce:
    """The visible task force; hidden and absent are refused the same way."""
    found = forces(person).filter(pk=key).first()
    if found is None:
        raise CannotReach("没有这个专班，或您无权查看")
    return found


def force_items(found: TaskForce) -> QuerySet[ForceItem]:
    """What a task force looks after."""
    return found.items.order_by("added_on", "pk")


def forces_in(person: Any, area: Area) -> QuerySet[TaskForce]:
    """The task forces at work in an area, for a choice."""
    return forces(person).filter(area__path__startswith=area.path, ended_on__isnull=True).order_by("name")


@dataclass(frozen=True)
class ForceLine:
    """One task force with its numbers: meetings held, the last day, when it is due again, tasks and those closed."""

    force: TaskForce
    items: int
    meetings: int
    last_on: date | None
    next_on: date | None
    tasks: int
    closed: int


def force_lines(person: Any, area: Area) -> list[ForceLine]:
    """Every visible task force of the area with its numbers, those at work first: three queries."""
    return lines_of(forces(person).filter(area__path__startswith=area.path).order_by("ended_on", "name"))


def lines_of(rows: QuerySet[TaskForce]) -> list[ForceLine]:
    """These task forces with their numbers."""
    held = Q(meetings__step__in=(MeetingStep.HELD, MeetingStep.MINUTED))
    found = rows.annotate(n_meetings=Count("meetings", filter=held, distinct=True),
                          n_items=Count("items", distinct=True), last=Max("meetings__held_at", filter=held))
    made = dict(Task.objects.filter(decision__meeting__force__in=rows).order_by().values("decision__meeting__force")
                .annotate(n=Count("pk")).values_list("decision__meeting__force", "n"))
    closed = dict(Task.objects.filter(decision__meeting__force__in=rows, step=TaskStep.CONFIRMED).order_by()
                  .values("decision__meeting__force").annotate(n=Count("pk"))
                  .values_list("decision__meeting__force", "n"))
    lines = []
    for row in found:
        last = clock.day_of(row.last) if row.last else None
        due = None if row.ended_on else next_due(last, row.cycle_days)
        lines.append(ForceLine(row, row.n_items, row.n_meetings, last, due, made.get(row.pk, 0),
                               closed.get(row.pk, 0)))
    return lines


def line_of(found: TaskForce) -> ForceLine:
    """One task force with its numbers."""
    return lines_of(TaskForce.objects.filter(pk=found.pk).select_related("area", "office"))[0]


def members_of(found: TaskForce) -> QuerySet[Organisation]:
    """The units that sit in a task force."""
    return found.members.order_by("position", "code")


def held_by(person: Any, found: TaskForce) -> QuerySet[Meeting]:
    """The visible meetings of a task force, the latest first."""
    return visible_to(person).filter(force=found).order_by("-held_at")


def results_of(found: TaskForce) -> QuerySet[Task]:
    """What the meetings of a task force gave to units, unfinished first, then the latest."""
    return (Task.objects.filter(decision__meeting__force=found).select_related("unit")
            .order_by(F("closed_at").desc(nulls_first=True), "due_at"))


def may_read(person: Any, attachment: Any) -> bool:
    """Whether the file is a photo of a matter of a meeting the person sees."""
    return AgendaItem.objects.filter(meeting__in=visible_to(person), said__files__icontains=str(attachment.pk)).exists()
