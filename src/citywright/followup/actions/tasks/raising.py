"""What can be done with tasks? Draft one, give it to its units, hand it over after an objection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Organisation, Person
from citywright.kernel.words import Role

from ...models import Alert, Decision, Task, TaskUnit
from ...queries import tasks as asked
from ...rules import tasks as rules
from ...words import LimitKind, LoopName, Origin, TaskStep, TaskVerb, UnitPart

LENGTHS = {"title": 160, "subject": 100, "campaign": 100, "url_name": 60, "url_key": 60}


class CannotAssign(Refusal):
    """The task lacks its title, its units, or a limit that a clock can run; or a unit is of another place."""


@transaction.atomic
def assign(*, loop: LoopName, title: str, content: str, area: Area, units: Sequence[Organisation],
           limit_kind: LimitKind, limit: int, by: Person, at: datetime, unit: Organisation | None = None,
           decision: Decision | None = None, alert: Alert | None = None, subject: str = "", url_name: str = "",
           url_key: str = "", campaign: str = "", cycle_days: int | None = None, severity: int = 3,
           origin: Origin | None = None, once: bool = False) -> Task:
    """交办: the task has its number and lies with its lead unit (the first), which owes an answer until its limit.

    A limit of 0 is the usual one for its origin. `unit` is the raising unit, by default the raiser's own. With `once`
    the same words by the same person within a minute are the same task. Refused while an alert's task is open.
    """
    task = _made(area, units, by, at, unit, loop=loop, title=title, content=content, decision=decision, alert=alert,
                 subject=subject, url_name=url_name, url_key=url_key, campaign=campaign, cycle_days=cycle_days,
                 severity=severity, limit_kind=limit_kind, limit=limit, origin=origin)
    again = asked.same(task, at) if once else None
    if again is not None:
        return again
    _start(task, at)
    task.save(force_insert=True)
    _give(task, units)
    tell("task.assigned", task, by, at, units=[u.code for u in units], due_at=task.due_at, number=task.number)
    return task


@transaction.atomic
def draft(*, loop: LoopName, title: str, content: str, area: Area, units: Sequence[Organisation],
          limit_kind: LimitKind, limit: int, by: Person, at: datetime, once: bool = False, **about: Any) -> Task:
    """拟办: the task has its number but lies with nobody yet; `about` and `once` are as `assign` takes them."""
    task = _made(area, units, by, at, about.pop("unit", None), loop=loop, title=title, content=content,
                 limit_kind=limit_kind, limit=limit, **about)
    again = asked.same(task, at) if once else None
    if again is not None:
        return again
    task.save(force_insert=True)
    _give(task, units)
    tell("task.drafted", task, by, at, units=[u.code for u in units], number=task.number)
    return task


@transaction.atomic
def hand_over(*, task: Task, units: Sequence[Organisation], by: Person, at: datetime,
              limit_kind: LimitKind | None = None, limit: int = 0) -> Task:
    """A drafted task, or one its unit objected to, lies with these units from now on; its clock begins anew."""
    task = locked(task)
    access.require(by, *sorted(rules.OVER_AREA), area=task.area)
    before, step = task.unit.code, TaskStep(task.step)
    task.step = rules.LOOPS[LoopName(task.loop)].move(step=step, verb=TaskVerb.ASSIGN, roles=access.roles(by))
    _check_units(units, task.area)
    if step == TaskStep.OBJECTED and units[0].pk == task.unit_id:
        raise CannotAssign("%(unit)s已提出异议；仍由其办理的，请撤销后重新交办并说明理由", unit=units[0].short_name)
    if limit_kind is not None and limit:
        task.limit_kind, task.limit = limit_kind, _checked_limit(limit)
    task.unit, task.signed_by, task.signed_at = units[0], None, None
    _start(task, at)
    task.save()
    _give(task, units)
    tell("task.assigned", task, by, at, before=before, units=[u.code for u in units], due_at=task.due_at)
    return task


def _made(area: Area, units: Sequence[Organisation], by: Person, at: datetime, unit: Organisation | None, *,
          loop: LoopName, limit_kind: LimitKind, limit: int, origin: Origin | None = None,
          cycle_days: int | None = None, severity: int = 3, **about: Any) -> Task:
    """The task with its number and the limit as it will run, not yet stored."""
    access.require(by, *sorted(rules.OVER_AREA), area=area)
    _check_units(units, area)
    _check_words(about)
    if severity not in rules.SEVERITIES:
        raise CannotAssign("严重程度只有 1、2、3 级")
    if cycle_days is not None and not 1 <= cycle_days <= 366:
        raise CannotAssign("反馈周期为 1 至 366 天")
    kind, length = rules.limit_of(loop, limit_kind, limit, clock.day_of(at), origin)
    if about.get("alert") is not None and asked.open_for(about["alert"]):
        raise CannotAssign("这条提醒已经交办，还没有销号")
    about["title"] = about["title"].strip()
    year = clock.day_of(at).year
    return Task(loop=loop, limit_kind=kind, limit=_checked_limit(length), year=year, unit=units[0], area=area,
                number=_next_number(area, loop, year), raised_by=by, raised_unit=unit or _unit_of(by, area),
                raised_at=at, cycle_days=cycle_days, severity=severity, **about)


def _check_units(units: Sequence[Organisation], area: Area) -> None:
    if not units:
        raise CannotAssign("请选承办单位，排在首位的为牵头单位")
    if len({unit.pk for unit in units}) < len(units):
        raise CannotAssign("同一单位只能列一次")
    for unit in units:
        if not (unit.area.path.startswith(area.path) or area.path.startswith(unit.area.path)):
            raise CannotAssign("%(unit)s不属于%(area)s，不能交办", unit=unit.short_name, area=area.name)


def _check_words(about: dict[str, Any]) -> None:
    if not about["title"].strip():
        raise CannotAssign("请写明事项")
    for name, most in LENGTHS.items():
        if len(about.get(name) or "") > most:
            raise CannotAssign("事项名称和出处过长，最多 %(most)s 个字", most=most)
    if any("\0" in str(about.get(name) or "") for name in (*LENGTHS, "content")):
        raise CannotAssign("文字里有不能保存的字符")


def _checked_limit(limit: int) -> int:
    if not 1 <= limit <= rules.LONGEST:
        raise CannotAssign("时限为 1 至 %(most)s", most=rules.LONGEST)
    return limit


def _unit_of(by: Person, area: Area) -> Organisation:
    """The raiser's own unit: that of the post by which they may raise."""
    held = [m for m in access.memberships(by) if Role(m.role) in rules.OVER_AREA and area.path.startswith(m.area.path)]
    return held[0].organisation


def _next_number(area: Area, loop: LoopName, year: int) -> int:
    """The next number of the year; the area's row is locked so that no number is given twice."""
    Area.objects.select_for_update(of=("self",)).get(pk=area.pk)
    last = Task.objects.filter(area=area, loop=loop, year=year).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


def _start(task: Task, at: datetime) -> None:
    """The clock runs from now."""
    task.step, task.assigned_at = TaskStep.ASSIGNED, at
    task.due_at = due(at, LimitKind(task.limit_kind), task.limit)
    task.next_reply_on = rules.next_reply(clock.day_of(at), task.cycle_days, clock.day_of(task.due_at))


def _give(task: Task, units: Sequence[Organisation]) -> None:
    """The units of the task: the first leads. Those left out go, unless they gave an opinion."""
    kept = {row.unit_id: row for row in task.units.all()}
    task.units.filter(part=UnitPart.LEAD).update(part=UnitPart.CO)
    for position, unit in enumerate(units):
        part = UnitPart.CO if position else UnitPart.LEAD
        if unit.pk in kept:
            TaskUnit.objects.filter(pk=kept.pop(unit.pk).pk).update(part=part, position=position)
        else:
            TaskUnit.objects.create(task=task, unit=unit, part=part, position=position)
    TaskUnit.objects.filter(pk__in=[row.pk for row in kept.values() if not row.opinion]).delete()


def due(at: datetime, kind: LimitKind, limit: int) -> datetime:
    """When a limit from a moment is over: work hours end to the minute, days with the day itself."""
    if kind is LimitKind.WORK_HOUR:
        return clock.work_end(at, limit)
    day = clock.day_of(at)
    return end_of(clock.statutory_due(day, limit) if kind is LimitKind.WORKDAY else clock.natural_due(day, limit))


def end_of(day: date) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day + timedelta(days=1), time(), clock.CITY) - timedelta(seconds=1)


def locked(task: Task) -> Task:
    """The task as it stands now, with its row locked."""
    return (Task.objects.select_for_update(of=("self",))
            .select_related("area", "unit", "raised_unit", "raised_by").get(pk=task.pk))


def moved(task: Task, verb: TaskVerb, by: Person, has: Sequence[Any] = ()) -> TaskStep:
    """The step after a move, by the roles the person holds on the side that makes it."""
    held = asked.roles_on(by, task, rules.SIDE[verb])
    loop = rules.LOOPS[LoopName(task.loop)]
    return TaskStep(loop.move(step=TaskStep(task.step), verb=verb, roles=held, has=has))


def tell(verb: str, task: Task, by: Person, at: datetime, **data: Any) -> None:
    """One line in the journal about a task."""
    journal.write(verb=verb, by=by, at=at, subject=task, area=task.area, unit=task.unit,
                  data={"title": task.title, "loop": task.loop} | data)
