"""What waits for me, and what changed? Asked of every package at once: all counts come back in one query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, F, Min, Q, QuerySet, Value
from django.db.models.functions import Cast, TruncDate
from django.utils.translation import gettext

from citywright.followup import queries as followup
from citywright.followup.models import Alert
from citywright.followup.queries import letters, notices
from citywright.followup.queries import tasks as followed
from citywright.followup.words import AlertKind, AlertStep, LetterStep, LoopName
from citywright.kernel import access, clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import Standing
from citywright.kernel.words import Role, Word
from citywright.projects.models import ImportBatch, LampRun, ReportingMonth
from citywright.projects.queries import attention, ledger, months, problems, way
from citywright.projects.words import BatchStep, CorrectionStep, Gate, ProblemKind, ReportState, ReportStep

Rows = QuerySet[Any, Any]


class CannotShow(Refusal):
    """There is no such list."""


Due = Callable[[ReportingMonth], date]


@dataclass(frozen=True)
class Kind:
    """One kind of work: its word and page; `part` is the column its note counts by, `parts` the words of that column.

    `due` is the column of the day, `until` that of the moment it is due; `since` the moment it waits from; `month`
    reads the day off the month's calendar.
    `query` narrows the page to just these rows.
    """

    code: str
    label: str
    page: str
    rows: Callable[[Any, Standing], Rows]
    roles: frozenset[Role]
    part: str = ""
    parts: type[Word] | None = None
    due: str = ""
    since: str = ""
    month: Due | None = None
    query: str = ""
    until: str = ""


def _filling(person: Any, now: Standing) -> Rows:
    """Projects of my unit whose report of the month is missing or was returned."""
    mine = access.rows(person, ledger.leaves(ledger.visible_to(person)), only=[Role.CLERK])
    missing = months.reported(mine, now.period, ReportState.MISSING)
    return mine.filter(Q(pk__in=missing.values("pk"))
                       | Q(pk__in=months.reported(mine, now.period, ReportState.RETURNED).values("pk")))


def _reports(step: ReportStep, role: Role) -> Callable[[Any, Standing], Rows]:
    return lambda person, now: months.reports_of(person, area=now.area, period=now.period, steps=[step], roles=[role])


def _corrections(person: Any, now: Standing) -> Rows:
    return months.corrections(person, area=now.area).filter(step=CorrectionStep.ASKED)


def alerts(person: Any, now: Standing) -> Rows:
    """Alerts told to a unit of mine that nobody took yet."""
    return followup.standing(person, area=now.area).filter(step=AlertStep.RAISED, unit__in=my_units(person))


def my_units(person: Any) -> set[int]:
    """The units I work for."""
    return {m.organisation_id for m in access.memberships(person)}


def _problems(person: Any, now: Standing) -> Rows:
    return problems.waiting_for_me(person).filter(project__area__path__startswith=now.area.path)


def _batches(person: Any, now: Standing) -> Rows:
    return ImportBatch.objects.filter(planned_by=person, step=BatchStep.PLANNED)


UNIT = frozenset({Role.CLERK, Role.REVIEWER})
OFFICE = frozenset({Role.OFFICE})
SIGNERS = UNIT | OFFICE
ANYBODY = frozenset(Role)
#: The work list, in the order of its urgency when the days are equal.
KINDS = (
    Kind("verify", "关口核验", "projects:gate_waiting", lambda person, now: way.waiting_for_me(person),
         frozenset({Role.VERIFIER}), "gate", Gate, since="claimed_at"),
    Kind("fill", "月报填报", "projects:batch_sheet", _filling, frozenset({Role.CLERK}), "lead_unit__short_name",
         month=lambda m: m.fill_to),
    Kind("review", "月报审核", "projects:report_review", _reports(ReportStep.SUBMITTED, Role.REVIEWER),
         frozenset({Role.REVIEWER}), "project__lead_unit__short_name", month=lambda m: m.review_on),
    Kind("lock", "月报锁定", "projects:report_lock", _reports(ReportStep.REVIEWED, Role.OFFICE), OFFICE,
         "project__lead_unit__short_name", month=lambda m: clock.day_of(m.lock_at)),
    Kind("correct", "更正批复", "projects:corrections", _corrections, OFFICE,
         "report__project__lead_unit__short_name", since="asked_at"),
    Kind("take", "提醒签收", "messages", alerts, SIGNERS, "kind", AlertKind, due="due_on",
         query="?step=raised&mine=1"),
    Kind("problem", "问题办理", "projects:problems", _problems, ANYBODY, "kind", ProblemKind, due="due_on",
         query="?mine=1"),
    Kind("task", "事项办理", "followup:tasks",
         lambda person, now: followed.within(followed.waiting_for_me(person), now.area), ANYBODY, "loop", LoopName,
         until="due_at", query="?mine=1"),
    Kind("letter", "督查文书办理", "followup:letters",
         lambda person, now: letters.waiting_for_me(person).filter(area__path__startswith=now.area.path), ANYBODY,
         "step", LetterStep, until="due_at", query="?mine=1"),
    Kind("notice", "每日通知", "followup:notices", lambda person, now: notices.unread(person, now.today), ANYBODY),
    Kind("import", "导入待应用", "projects:ledger", _batches, ANYBODY, since="planned_at"),
)


@dataclass
class Task:
    """One line of the work list: how many, of which parts, the earliest day, how many are overdue."""

    kind: Kind
    count: int = 0
    late: int = 0
    due: date | None = None
    since: date | None = None
    parts: dict[str, int] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """What it is made of: kinds with their counts, or the first units by name."""
        first = sorted(self.parts, key=lambda part: -self.parts[part])
        if self.kind.parts is not None:
            named = [f"{gettext(self.kind.parts(part).zh)} {self.parts[part]}" for part in first if part]
            return gettext("、").join(named)
        units = gettext("、").join(first[:2])
        if len(first) <= 2:
            return units
        return gettext("%(units)s等 %(count)s 个单位") % {"units": units, "count": len(first)}

    def add(self, part: str, many: int, day: str, late: int) -> None:
        """One part more."""
        self.count, self.late = self.count + many, self.late + late
        self.parts[part] = self.parts.get(part, 0) + many
        if not day:
            return
        on = date.fromisoformat(day[:10])
        if self.kind.due or self.kind.until:
            self.due = min(self.due or on, on)
        else:
            self.since = min(self.since or on, on)


@dataclass(frozen=True)
class Waiting:
    """Everything that waits for a person, the earliest due first, and what changed since last week."""

    tasks: Sequence[Task]
    changes: Sequence[tuple[attention.Change, int]]

    @property
    def count(self) -> int:
        return sum(task.count for task in self.tasks)

    def of(self, code: str) -> int:
        """How many of one kind."""
        return sum(task.count for task in self.tasks if task.kind.code == code)


def change(person: Any, now: Standing, code: str, *, run: LampRun | None, at: datetime) -> attention.Change:
    """One kind of change since last week by its code; refuses an unknown one by name."""
    found = {one.code: one for one in attention.changes(person, area=now.area, run=run, at=at)}
    if code not in found:
        raise CannotShow("没有这一项：%(code)s", code=code)
    return found[code]


def standing_alerts(person: Any, now: Standing) -> QuerySet[Alert]:
    """The alerts of the area that stand, taken or not."""
    return followup.standing(person, area=now.area)


def alert(person: Any, key: UUID) -> Alert:
    """The visible alert; refused the same way whether it is hidden or does not exist."""
    found = followup.visible_to(person).filter(pk=key).first()
    if found is None:
        raise CannotReach("没有这条消息，或您无权查看")
    return found


def kinds_of(person: Any) -> list[Kind]:
    """The kinds of work the person's roles bring."""
    held = access.roles(person)
    return [kind for kind in KINDS if held & kind.roles]


def waiting(person: Any, now: Standing, *, run: LampRun | None, month: ReportingMonth | None, at: datetime) -> Waiting:
    """The work list and the changes: one query."""
    kinds = {kind.code: kind for kind in kinds_of(person)}
    changes = attention.changes(person, area=now.area, run=run, at=at)
    asked = [_counted(code, kind.rows(person, now), kind, now.today) for code, kind in kinds.items()]
    asked += [_counted(f"change-{change.code}", change.found, None, now.today) for change in changes]
    tasks = {code: Task(kind) for code, kind in kinds.items()}
    changed: dict[str, int] = {}
    for code, part, many, day, late in _together(asked):
        if code in tasks:
            tasks[code].add(part, many, day, late)
        else:
            changed[code] = many
    found = [_dated(task, month, now.today) for task in tasks.values() if task.count]
    found.sort(key=lambda task: (not task.late, task.due or date.max))
    return Waiting(found, [(change, changed.get(f"change-{change.code}", 0)) for change in changes])


def _dated(task: Task, month: ReportingMonth | None, today: date) -> Task:
    """The task with the day the month's calendar sets; past that day all of it is late."""
    if task.kind.month is not None and month is not None:
        task.due = task.kind.month(month)
        task.late = task.count if task.due < today else 0
    return task


def _together(asked: Sequence[Rows]) -> Iterable[tuple[str, str, int, str, int]]:
    """The rows of all counts, as one query."""
    first, *rest = asked
    together: Rows = first.union(*rest, all=True)
    return together


def _counted(code: str, rows: Rows, kind: Kind | None, today: date) -> Rows:
    """A count per part with the earliest day and how many are overdue: (code, part, many, day, late)."""
    words = CharField(max_length=200)
    part = Cast(F(kind.part), words) if kind and kind.part else Value("", words)
    day: Any = Value("", words)
    late: Any = Count("pk", filter=Q(pk__isnull=True))
    if kind and kind.due:
        day, late = Cast(Min(kind.due), words), Count("pk", filter=Q(**{f"{kind.due}__lt": today}))
    elif kind and kind.until:
        begins = datetime.combine(today, time(), clock.CITY)
        day = Cast(Min(TruncDate(kind.until, tzinfo=clock.CITY)), words)
        late = Count("pk", filter=Q(**{f"{kind.until}__lt": begins}))
    elif kind and kind.since:
        day = Cast(Min(TruncDate(kind.since, tzinfo=clock.CITY)), words)
    named = rows.order_by().annotate(task_code=Value(code, words), task_part=part).values("task_code", "task_part")
    counted: Rows = named.annotate(task_many=Count("pk"), task_day=day, task_late=late).values_list(
        "task_code", "task_part", "task_many", "task_day", "task_late")
    return counted
