"""What can be asked about tasks? Which a person sees, what waits for whom, what is late, what may be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.urls import NoReverseMatch, reverse

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area, Attachment, JournalEntry, Organisation, Person
from citywright.kernel.words import THREE_ADMINISTRATORS, Role

from ..models import Alert, Proposal, Reply, Task, TaskUnit
from ..rules import tasks as rules
from ..rules.tasks import OPEN, OVER_AREA, OWED, Side
from ..words import LimitKind, LoopName, TaskStep, TaskVerb, UnitPart

#: How long the path of a district is; streets and communities below it have longer ones.
DISTRICT = 6


@dataclass(frozen=True)
class Counts:
    """How many tasks, how many of them are confirmed, how many late (behind now, or closed late)."""

    total: int = 0
    closed: int = 0
    late: int = 0


def own_units(person: Any) -> set[int]:
    """The units the person works for, by any working role."""
    return {m.organisation_id for m in access.memberships(person) if Role(m.role) not in THREE_ADMINISTRATORS}


def visible_to(person: Any) -> QuerySet[Task]:
    """The tasks the person may see: raised or done by an own unit, or of an area reached, or given to a unit of it."""
    mine, seen = own_units(person), access.reach(person)
    if not mine:
        return Task.objects.none()
    given, wanted = Q(unit__in=mine), Q(raised_unit__in=mine)
    for path in seen.paths:
        given |= Q(unit__area__path__startswith=path)
        wanted |= Q(area__path__startswith=path)
    return (Task.objects.filter(wanted | Q(pk__in=TaskUnit.objects.filter(given).values("task")))
            .select_related("area", "unit", "raised_unit", "raised_by", "answered_by"))


def task(person: Any, key: UUID | str) -> Task:
    """The visible task; refused the same way whether it is hidden or does not exist."""
    found = visible_to(person).select_related("proposal").filter(pk=key).first()
    if found is None:
        raise CannotReach("没有这个事项，或您无权查看")
    return found


def within(tasks: QuerySet[Task], area: Area) -> QuerySet[Task]:
    """Those of an area, or given to a unit of it."""
    given = TaskUnit.objects.filter(unit__area__path__startswith=area.path).values("task")
    return tasks.filter(Q(area__path__startswith=area.path) | Q(pk__in=given))


def late(at: datetime) -> Q:
    """Behind now: the limit is over, or a report of the cycle is missing."""
    return Q(step__in=OWED) & (Q(due_at__lt=at) | Q(next_reply_on__lt=clock.day_of(at)))


def overdue(person: Any, area: Area, at: datetime) -> QuerySet[Task]:
    """The visible tasks of an area that are behind at a moment, the oldest limit first."""
    return within(visible_to(person), area).filter(late(at)).order_by("due_at", "pk")


def waiting_for_me(person: Any) -> QuerySet[Task]:
    """What this person is to do: sign, do, give an opinion; and look at what comes back to the own unit."""
    mine = own_units(person)
    asked = Exists(TaskUnit.objects.filter(task=OuterRef("pk"), part=UnitPart.CO, unit__in=mine, opinion=""))
    back = Q(step__in=(TaskStep.DRAFTED, TaskStep.OBJECTED, TaskStep.REPLIED), raised_unit__in=mine)
    return visible_to(person).filter(
        Q(step__in=OWED, unit__in=mine) | back & ~Q(unit__in=mine)
        | Q(step__in=OWED, loop=LoopName.PROPOSAL) & asked)


def order(at: datetime) -> tuple[Case | str, ...]:
    """Behind first, then by severity and limit; closed ones last."""
    hurt = Case(When(step__in=(TaskStep.CONFIRMED, TaskStep.CANCELLED), then=Value(2)), When(late(at), then=Value(0)),
                default=Value(1), output_field=IntegerField())
    return hurt, "severity", "due_at", "pk"


def counts_by_campaign(person: Any, campaigns: Sequence[str], *, at: datetime | None = None) -> dict[str, Counts]:
    """Per subject of a campaign: the visible tasks that belong to it, without cancelled ones. One query.

    Without a moment only those closed late count as late.
    """
    behind = Q(was_late=True) | late(at) if at else Q(was_late=True)
    rows = (visible_to(person).filter(campaign__in=[c for c in campaigns if c]).exclude(step=TaskStep.CANCELLED)
            .order_by().values("campaign").annotate(
                total=Count("pk"), closed=Count("pk", filter=Q(step=TaskStep.CONFIRMED)),
                late=Count("pk", filter=behind)))
    found = {row["campaign"]: Counts(row["total"], row["closed"], row["late"]) for row in rows}
    return {campaign: found.get(campaign, Counts()) for campaign in campaigns}


def roles_on(person: Any, task: Task, side: Side) -> set[Role]:
    """The roles with which the person speaks for one side; whoever works for the doing unit is never the raiser's."""
    held = [m for m in access.memberships(person) if Role(m.role) not in THREE_ADMINISTRATORS]
    if side is Side.DOER:
        return {Role(m.role) for m in held if m.organisation_id == task.unit_id}
    if any(m.organisation_id == task.unit_id for m in held):
        return set()
    return {Role(m.role) for m in held if m.organisation_id == task.raised_unit_id
            or (Role(m.role) in OVER_AREA and task.area.path.startswith(m.area.path))}


def acts(person: Any, task: Task) -> set[TaskVerb]:
    """What the person may do to the task in its present step."""
    loop = rules.LOOPS[LoopName(task.loop)]
    found = {TaskVerb(move.verb.value) for side in Side
             for move in loop.open_moves(task.step, roles_on(person, task, side))
             if rules.SIDE[TaskVerb(move.verb.value)] is side}
    return found - {TaskVerb.CONFIRM} if task.answered_by_id == person.pk else found


def may_still_object(task: Task, at: datetime) -> bool:
    """Whether a unit may still say that the task is not its own: three workdays from the assignment."""
    return clock.day_of(at) <= objection_until(task, at)


def objection_until(task: Task, at: datetime) -> date:
    """The last day for an objection."""
    return clock.statutory_due(clock.day_of(task.assigned_at or at), rules.OBJECTION_DAYS)


def may_raise(person: Any, area: Area) -> bool:
    """Whether the person may give tasks in an area."""
    return any(access.holds(person, role, area=area) for role in OVER_AREA)


def co_unit(person: Any, task: Task) -> TaskUnit | None:
    """The co-operating unit for which the person may give an opinion, the one still silent first."""
    mine = own_units(person)
    rows = [row for row in task.units.all() if row.part == UnitPart.CO and row.unit_id in mine]
    return next((row for row in rows if not row.opinion), rows[0] if rows else None)


def trail(task: Task) -> list[JournalEntry]:
    """Who did what when, oldest first."""
    return list(JournalEntry.objects.filter(subject=f"followup.task:{task.pk}").select_related("by", "unit")
                .order_by("number"))


#: What stands in the trail for each line of the journal; other lines are not shown.
TOLD_LABELS: dict[str, str] = {
    "task.drafted": "拟办", "task.assigned": "已交办", "task.signed": "已签收", "task.objected": "有异议",
    "task.reported": "报进展", "task.replied": "报办结", "task.refused": "退回重办", "task.confirmed": "销号",
    "task.reopened": "重新启动", "task.extension_asked": "申请延期", "task.extended": "延期",
    "task.cancelled": "已撤销", "task.opined": "提交会办意见", "proposal.registered": "登记",
    "proposal.answered_again": "二次答复",
    "proposal.rated": "满意度评价",
}


def told(line: JournalEntry) -> str:
    """The word for a line of the trail, "" for one that is not shown."""
    return TOLD_LABELS.get(line.verb, "")


def wish(lines: Sequence[JournalEntry]) -> dict[str, Any]:
    """How much more time the unit asked for and why, when nobody answered that yet; {} otherwise."""
    asked = [line for line in lines if line.verb in ("task.extension_asked", "task.extended", "task.assigned")]
    return dict(asked[-1].data) if asked and asked[-1].verb == "task.extension_asked" else {}


def units_of(task: Task) -> list[TaskUnit]:
    """The units of a task, the lead first, with their opinions."""
    return sorted(task.units.select_related("unit", "opinion_by"), key=lambda row: (row.part != "lead", row.position))


def replies_of(task: Task) -> list[Reply]:
    """What was reported and answered, the latest first, with its files."""
    return list(task.replies.select_related("by", "unit", "judged_by").prefetch_related("files").order_by("-at", "-pk"))


def proposal_of(task: Task) -> Proposal | None:
    """What a task of the loop of proposals holds besides."""
    return getattr(task, "proposal", None) if task.loop == LoopName.PROPOSAL else None


def page_of(task: Task) -> str:
    """The address of what the task is about, "" when there is no such page."""
    try:
        return reverse(task.url_name, args=[task.url_key]) if task.url_name else ""
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Left:
    """What remains until the limit: a number of days or workdays, or how many days it is over."""

    days: int
    workdays: bool
    over: bool


def left(task: Task, at: datetime) -> Left | None:
    """What remains of a task that its unit still owes; by the hour nothing is counted but what is over."""
    if task.due_at is None or task.step not in OWED:
        return None
    today, due = clock.day_of(at), clock.day_of(task.due_at)
    if task.due_at < at:
        return Left(max((today - due).days, 1), False, True)
    if task.limit_kind == LimitKind.WORKDAY:
        return Left(clock.workdays_between(today, due), True, False)
    return None if task.limit_kind == LimitKind.WORK_HOUR else Left((due - today).days, False, False)


def units_for(area: Area) -> QuerySet[Organisation]:
    """The units that can be given a task in an area: all of its district, or of the whole city."""
    return Organisation.objects.filter(area__path__startswith=area.path[:DISTRICT]).order_by("position", "code")


def same(task: Task, at: datetime) -> Task | None:
    """The task that the same person gave with the same words within the minute before: a second click."""
    return Task.objects.filter(
        area=task.area_id, loop=task.loop, unit=task.unit_id, title=task.title, content=task.content,
        raised_by=task.raised_by_id, subject=task.subject, raised_at__gt=at - timedelta(minutes=1)).first()


def open_for(alert: Alert) -> bool:
    """Whether a task that came from the alert is open."""
    return Task.objects.filter(alert=alert, step__in=OPEN).exists()


def may_read(person: Person, attachment: Attachment) -> bool:
    """Whether the attachment came with a reply to a task the person sees."""
    return Reply.objects.filter(files=attachment, task__in=visible_to(person)).exists()
