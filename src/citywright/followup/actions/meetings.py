"""What can be done with meetings? Called, its agenda collected, held, decided, minuted; minuted it stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotReach, Refusal, Said
from citywright.kernel.models import Area, Attachment, Organisation, Person

from ..models import AgendaItem, Alert, Decision, Meeting, Task, TaskForce
from ..queries import meetings
from ..queries.tasks import open_for
from ..rules import meetings as rules
from ..words import AgendaSource, AlertKind, LimitKind, LoopName, MeetingKind, MeetingStep, MeetingVerb, TaskStep
from . import tasks


class CannotCallMeeting(Refusal):
    """The meeting lacks its title or its task force, or the same one was called already."""


class CannotChangeAgenda(Refusal):
    """The agenda no longer changes, or the matter is not on it."""


class CannotDecide(Refusal):
    """The meeting has not been held, or its minutes are out; or nothing was decided."""


@dataclass(frozen=True)
class Candidate:
    """A matter somebody proposes for an agenda: where it comes from, what it is about, why, whose it is."""

    source: AgendaSource
    subject: str
    title: str
    said: Said
    url_name: str = ""
    url_key: str = ""
    unit: Organisation | None = None
    alert: Alert | None = None
    task: Task | None = None


# --- calling

@transaction.atomic
def call(*, kind: MeetingKind, title: str, area: Area, held_at: datetime, by: Person, at: datetime, place: str = "",
         chair: str = "", attendees: str = "", force: TaskForce | None = None) -> Meeting:
    """The meeting is called in the name of the caller's office. Refused twice for one title and moment."""
    office = meetings.office_of(by, area)
    if office is None:
        access.require(by, *rules.HOSTS, area=area)
        raise CannotReach("您没有权限召集会议")
    _check_call(kind, title, area, held_at, force)
    found = Meeting.objects.create(
        kind=kind, title=title.strip(), area=area, office=office, force=force, held_at=held_at, place=place.strip(),
        chair=chair.strip(), attendees=attendees.strip(), year=clock.day_of(held_at).year, called_by=by, called_at=at)
    tell("meeting.called", found, by, at, kind=kind.value, title=found.title, held_at=held_at)
    return found


def _check_call(kind: MeetingKind, title: str, area: Area, held_at: datetime, force: TaskForce | None,
                but: Meeting | None = None) -> None:
    if not title.strip():
        raise CannotCallMeeting("请写明会议名称")
    if kind in rules.OF_A_FORCE and force is None:
        raise CannotCallMeeting("专班例会须选定专班")
    if force is not None and (not force.area.path.startswith(area.path) or force.ended_on is not None):
        raise CannotCallMeeting("所选专班不在本区划，或已撤销")
    Area.objects.select_for_update().get(pk=area.pk)
    same = Meeting.objects.filter(area=area, title=title.strip(), held_at=held_at).exclude(step=MeetingStep.CANCELLED)
    if but is not None:
        same = same.exclude(pk=but.pk)
    if same.exists():
        raise CannotCallMeeting("同名同时间的会议已经召集过")


@transaction.atomic
def amend(*, meeting: Meeting, title: str, held_at: datetime, by: Person, at: datetime, place: str = "",
          chair: str = "", attendees: str = "") -> Meeting:
    """Name, time, place and people are these, until the minutes are out."""
    held = locked(meeting, by)
    if held.step not in rules.OPEN_AGENDA:
        raise CannotChangeAgenda("会议%(step)s，不能再改", step=MeetingStep(held.step).zh)
    _check_call(MeetingKind(held.kind), title, held.area, held_at, held.force, but=held)
    held.title, held.held_at, held.year = title.strip(), held_at, clock.day_of(held_at).year
    held.place, held.chair, held.attendees = place.strip(), chair.strip(), attendees.strip()
    held.save(update_fields=["title", "held_at", "year", "place", "chair", "attendees"])
    tell("meeting.amended", held, by, at, title=held.title, held_at=held_at)
    return held


def locked(meeting: Meeting, by: Person) -> Meeting:
    """The meeting as it stands now, its row locked; refused to whoever does not keep its papers."""
    held = Meeting.objects.select_for_update(of=("self",)).select_related("area", "office", "force__area").get(
        pk=meeting.pk)
    if not meetings.may_run(by, held):
        raise CannotReach("您没有权限：限召集单位办理")
    return held


def tell(verb: str, meeting: Meeting, by: Person, at: datetime, **data: Any) -> None:
    """One line in the journal about a meeting."""
    journal.write(verb=verb, by=by, at=at, subject=meeting, area=meeting.area, unit=meeting.office, data=data)


# --- the agenda

@transaction.atomic
def collect(*, meeting: Meeting, candidates: Sequence[Candidate], by: Person, at: datetime) -> list[AgendaItem]:
    """What belongs on the agenda by rule stands on it: the candidates, open alerts, overdue and unfinished tasks.

    A matter stands once, whoever proposed it; what was taken off by hand stays off; of each source only the worst, as
    many as a meeting holds. Returns what is new.
    """
    held = _changing(meeting, by)
    standing = set(held.items.exclude(subject="").values_list("subject", flat=True))
    wanted = meetings.portfolio(held.force)
    fresh: dict[str, Candidate] = {}
    for one in [*candidates, *_own(held, at)]:
        named = {one.subject} | ({one.task.subject} if one.task else set())
        if wanted is not None and not named & wanted and not _ours(one, held):
            continue
        if one.subject and one.subject not in standing:
            fresh.setdefault(one.subject, one)
    ranked = sorted(fresh.values(), key=lambda one: rules.ORDER.index(one.source))
    sources = Counter(AgendaSource(one) for one in held.items.filter(is_dropped=False).values_list("source", flat=True))
    ordered = [ranked[place] for place in rules.fitting([one.source for one in ranked], sources)]
    first = _last_position(held)
    made = AgendaItem.objects.bulk_create(
        [_item(held, first + n, one) for n, one in enumerate(ordered, 1)], batch_size=200)
    tell("meeting.agenda_collected", held, by, at, added=[one.subject for one in ordered],
         left=len(ranked) - len(ordered))
    return made


def _ours(one: Candidate, meeting: Meeting) -> bool:
    """Whether the matter was decided by the same task force."""
    decided = one.task.decision if one.task and one.task.decision_id else None
    return decided is not None and meeting.force_id is not None and decided.meeting.force_id == meeting.force_id


def _own(meeting: Meeting, at: datetime) -> list[Candidate]:
    """What this package proposes itself: unfinished decisions of the last meeting, overdue tasks, alerts."""
    on = clock.day_of(at)
    last = meetings.previous(meeting)
    found = [_task(task, Said("上次会议（%(day)s）议定，尚未销号", {"day": _short(last)}))
             for task in (meetings.unfinished_of(last) if last else ())]
    for task in meetings.overdue_tasks(meeting, at):
        due = clock.day_of(task.due_at) if task.due_at else on
        found.append(_task(task, Said("%(step)s，超期 %(days)s 天", {"step": TaskStep(task.step).zh,
                                                                "days": max((on - due).days, 1)})))
    found += [Candidate(AgendaSource.ALERT, alert.subject, alert.title, alert_said(alert), alert.url_name,
                        alert.url_key, alert.unit, alert=alert) for alert in meetings.alerts_for(meeting, on)]
    return found


def alert_said(alert: Alert) -> Said:
    """Why an alert is on the agenda, when nobody knows more about it."""
    text = "%(kind)s，%(day)s 发出，已签收" if alert.taken_at else "%(kind)s，%(day)s 发出，无人签收"
    return Said(text, {"kind": AlertKind(alert.kind).zh, "day": alert.raised_on.isoformat()})


def _short(meeting: Meeting | None) -> str:
    return clock.day_of(meeting.held_at).isoformat() if meeting else ""


def _task(task: Task, said: Said) -> Candidate:
    return Candidate(AgendaSource.TASK, f"followup.task:{task.pk}", task.title, said, "followup:task", str(task.pk),
                     task.unit, task=task)


def _item(meeting: Meeting, position: int, one: Candidate) -> AgendaItem:
    return AgendaItem(meeting=meeting, position=position, source=one.source, subject=one.subject,
                      title=one.title[:160], said={"text": one.said.text, "values": one.said.values},
                      url_name=one.url_name, url_key=one.url_key, unit=one.unit, alert=one.alert, task=one.task)


def _last_position(meeting: Meeting) -> int:
    return meeting.items.aggregate(last=Max("position"))["last"] or 0


def _changing(meeting: Meeting, by: Person) -> Meeting:
    """The meeting, locked, whose agenda may still change."""
    held = locked(meeting, by)
    if held.step not in rules.OPEN_AGENDA:
        raise CannotChangeAgenda("会议%(step)s，议题不能再改", step=MeetingStep(held.step).zh)
    return held


@transaction.atomic
def add_item(*, meeting: Meeting, title: str, by: Person, at: datetime, unit: Organisation | None = None,
             files: Sequence[Attachment] = ()) -> AgendaItem:
    """临时议题: a matter put on the agenda by hand, with the photos taken on site. Refused when it stands already."""
    held = _changing(meeting, by)
    if not title.strip():
        raise CannotChangeAgenda("请写明议题")
    if held.items.filter(title=title.strip(), source=AgendaSource.HAND, is_dropped=False).exists():
        raise CannotChangeAgenda("这项议题已在议程上")
    said: dict[str, Any] = {"files": [str(file.pk) for file in files]} if files else {}
    made = AgendaItem.objects.create(meeting=held, position=_last_position(held) + 1, source=AgendaSource.HAND,
                                     title=title.strip(), unit=unit, said=said)
    tell("meeting.item_added", held, by, at, item=made.pk, title=made.title, files=said.get("files", []))
    return made


@transaction.atomic
def drop(*, item: AgendaItem, by: Person, at: datetime) -> AgendaItem:
    """The matter is off the agenda and stays off when it is collected again. Refused twice, or once decided upon."""
    held = _changing(item.meeting, by)
    found = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if found.is_dropped:
        raise CannotChangeAgenda("这项议题已经移除")
    if found.decisions.exists():
        raise CannotChangeAgenda("这项议题已有议定事项，不能移除")
    found.is_dropped = True
    found.save(update_fields=["is_dropped"])
    tell("meeting.item_dropped", held, by, at, item=found.pk, title=found.title)
    return found


@transaction.atomic
def clear(*, meeting: Meeting, items: Sequence[AgendaItem], by: Person, at: datetime) -> int:
    """All of these matters are off the agenda, or none when one of them cannot go; how many they were."""
    if not items:
        raise CannotChangeAgenda("请先勾选要移除的议题")
    for item in items:
        if item.meeting_id != meeting.pk:
            raise CannotChangeAgenda("这项议题不在议程上")
        drop(item=item, by=by, at=at)
    return len(items)


@transaction.atomic
def restore(*, item: AgendaItem, by: Person, at: datetime) -> AgendaItem:
    """A matter taken off stands on the agenda again, at its end. Refused when it stands there."""
    held = _changing(item.meeting, by)
    found = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if not found.is_dropped:
        raise CannotChangeAgenda("这项议题已在议程上")
    found.is_dropped, found.position = False, _last_position(held) + 1
    found.save(update_fields=["is_dropped", "position"])
    tell("meeting.item_restored", held, by, at, item=found.pk, title=found.title)
    return found


@transaction.atomic
def shift(*, item: AgendaItem, step: int, by: Person, at: datetime) -> list[AgendaItem]:
    """The matter stands one place up (-1) or down (+1); returns the agenda in its new order."""
    held = _changing(item.meeting, by)
    rows = {row.pk: row for row in held.items.filter(is_dropped=False).order_by("position", "pk")}
    if item.pk not in rows or step not in (-1, 1):
        raise CannotChangeAgenda("这项议题不在议程上")
    ordered = [rows[key] for key in rules.moved(list(rows), item.pk, step)]
    for position, row in enumerate(ordered, 1):
        row.position = position
    AgendaItem.objects.bulk_update(ordered, ["position"])
    tell("meeting.agenda_ordered", held, by, at, item=item.pk, step=step)
    return ordered


# --- holding and deciding

@transaction.atomic
def hold(*, meeting: Meeting, by: Person, at: datetime) -> Meeting:
    """召开: the meeting takes place; decisions may be recorded. Refused before its day."""
    held = locked(meeting, by)
    if clock.day_of(at) < clock.day_of(held.held_at):
        raise CannotDecide("会议定于 %(day)s 召开，时间未到；提前召开请先改会议时间",
                           day=clock.day_of(held.held_at).isoformat())
    return _step(held, MeetingVerb.HOLD, "meeting.held", by, at)


@transaction.atomic
def cancel(*, meeting: Meeting, by: Person, at: datetime) -> Meeting:
    """取消: the meeting does not take place; its agenda stays to be read."""
    return _step(locked(meeting, by), MeetingVerb.CANCEL, "meeting.cancelled", by, at)


def _step(held: Meeting, verb: MeetingVerb, told: str, by: Person, at: datetime, **data: Any) -> Meeting:
    roles = access.roles_over(by, unit=held.office, area=held.area)
    held.step = rules.MEETING.move(step=MeetingStep(held.step), verb=verb, roles=roles)
    held.save()
    tell(told, held, by, at, **data)
    return held


@transaction.atomic
def decide(*, meeting: Meeting, text: str, by: Person, at: datetime, item: AgendaItem | None = None) -> Decision:
    """议定事项: what the meeting decided, in one sentence. Refused before it is held and once the minutes are out."""
    held = locked(meeting, by)
    if held.step not in rules.DECIDING:
        raise CannotDecide("会议%(step)s，不能记录议定事项", step=MeetingStep(held.step).zh)
    if not text.strip():
        raise CannotDecide("请写明议定事项")
    if item is not None and (item.meeting_id != held.pk or item.is_dropped):
        raise CannotDecide("这项议题不在本次会议的议程上")
    if held.decisions.filter(text=text.strip(), item=item).exists():
        raise CannotDecide("这一议定事项已经记录")
    position = (held.decisions.aggregate(last=Max("position"))["last"] or 0) + 1
    made = Decision.objects.create(meeting=held, item=item, position=position, text=text.strip(), recorded_by=by,
                                   recorded_at=at)
    tell("decision.recorded", held, by, at, decision=made.pk, position=position, text=made.text)
    return made


@transaction.atomic
def hand_out(*, decision: Decision, units: Sequence[Organisation], limit_kind: LimitKind, limit: int, by: Person,
             at: datetime, title: str = "", cycle_days: int | None = None, severity: int = 3) -> Task:
    """The decision is a task of these units, the first of them leading, until its day. Refused twice for one lead."""
    held = locked(decision.meeting, by)
    if held.step not in (MeetingStep.HELD, MeetingStep.MINUTED):
        raise CannotDecide("会议%(step)s，不能交办", step=MeetingStep(held.step).zh)
    if not units:
        raise CannotDecide("请选定牵头单位")
    named = (title.strip() or decision.text)[:160]
    if decision.tasks.filter(unit=units[0], title=named).exclude(step=TaskStep.CANCELLED).exists():
        raise CannotDecide("这一议定事项已交%(unit)s办理", unit=units[0].short_name)
    item = decision.item
    alert = item.alert if item and item.alert and not open_for(item.alert) else None
    return tasks.assign(
        loop=LoopName.DECISION, title=named, content=decision.text, area=held.area, units=units,
        limit_kind=limit_kind, limit=limit, by=by, at=at, unit=held.office, decision=decision,
        alert=alert, subject=item.subject if item else "", url_name=item.url_name if item else "",
        url_key=item.url_key if item else "", cycle_days=cycle_days, severity=severity)


@transaction.atomic
def record(*, meeting: Meeting, text: str, by: Person, at: datetime, item: AgendaItem | None = None,
           units: Sequence[Organisation] = (), limit_kind: LimitKind = LimitKind.WORKDAY, limit: int = 10,
           cycle_days: int | None = None) -> Decision:
    """A decision and, where units are named, its task, in one act: both stand, or neither does."""
    made = decide(meeting=meeting, text=text, by=by, at=at, item=item)
    if units:
        hand_out(decision=made, units=units, limit_kind=limit_kind, limit=limit, cycle_days=cycle_days, by=by, at=at)
    return made


@transaction.atomic
def minute(*, meeting: Meeting, by: Person, at: datetime, summary: str = "") -> Meeting:
    """印发纪要: the minutes have the year's next number and nothing decided changes any more. Refused when empty."""
    held = locked(meeting, by)
    if held.step == MeetingStep.HELD and not held.decisions.exists() and not summary.strip():
        raise CannotDecide("没有议定事项，也没有会议情况，不能印发纪要")
    Area.objects.select_for_update().get(pk=held.area_id)
    year = clock.day_of(at).year
    last = Meeting.objects.filter(area=held.area_id, year=year, number__isnull=False).aggregate(n=Max("number"))["n"]
    held.summary, held.year, held.number = summary.strip(), year, (last or 0) + 1
    held.minuted_by, held.minuted_at = by, at
    try:
        with transaction.atomic():
            return _step(held, MeetingVerb.MINUTE, "meeting.minuted", by, at, year=year, number=held.number)
    except IntegrityError as clash:
        raise CannotDecide("纪要编号刚被占用，请重试") from clash
