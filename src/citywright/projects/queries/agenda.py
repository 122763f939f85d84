"""What do the projects bring to a meeting? Matters for its agenda, and the projects and problems of its papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from citywright.followup.actions.meetings import Candidate, alert_said
from citywright.followup.models import Meeting, TaskForce
from citywright.followup.queries import meetings
from citywright.followup.words import AgendaSource
from citywright.kernel.errors import Refusal, Said
from citywright.kernel.words import Lamp

from ..models import LampOverride, LampSnapshot, Problem, Project
from ..rules import agenda as rules
from ..rules import lamps
from ..words import Dimension, ProblemKind, ProblemStep
from . import ledger


class CannotFindProject(Refusal):
    """No visible project, or more than one, has this code or name."""


PROJECT, PROBLEM = "projects.project:", "projects.problem:"


# --- matters

def candidates(person: Any, meeting: Meeting, on: date) -> list[Candidate]:
    """What belongs on the agenda by rule: lamps that people and figures see differently, alerts, problems."""
    wanted = meetings.portfolio(meeting.force)
    found = [*_contested(person, meeting, on), *_alerts(meeting, on)]
    rows = problems_open(person, meeting)
    if wanted is not None:
        rows = rows.filter(project__in=_keys(wanted, PROJECT))
    told = [_problem(row, on) for row in rows if rules.problem_belongs(row.step, row.severity, row.due_on, on)]
    return [*found, *told]


def problems_open(person: Any, meeting: Meeting) -> QuerySet[Problem]:
    """The unfinished problems of visible projects in the meeting's area, the worst first."""
    mine = ledger.within(ledger.leaves(ledger.visible_to(person)), meeting.area)
    return (Problem.objects.filter(project__in=mine, step=ProblemStep.OPEN).select_related("unit", "project")
            .order_by("severity", "due_on", "pk"))


def _problem(row: Problem, on: date) -> Candidate:
    late = rules.days_late(row.due_on, on)
    text = "%(kind)s问题，%(level)s 级，超期 %(days)s 天" if late else "%(kind)s问题，%(level)s 级，%(day)s 到期"
    values: dict[str, Any] = {"kind": ProblemKind(row.kind).zh, "level": row.severity}
    values |= {"days": late} if late else {"day": row.due_on.isoformat()}
    return Candidate(AgendaSource.PROBLEM, f"{PROBLEM}{row.pk}", f"{row.project.name}：{row.title}", Said(text, values),
                     "projects:problem", str(row.pk), row.unit)


def _alerts(meeting: Meeting, on: date) -> list[Candidate]:
    """The alerts a meeting takes by rule, each with the sentence of its lamp."""
    return [Candidate(AgendaSource.ALERT, alert.subject, alert.title, _why(alert.reason) or alert_said(alert),
                      alert.url_name, alert.url_key, alert.unit, alert=alert)
            for alert in meetings.alerts_for(meeting, on)]


def _why(reason: Any) -> Said | None:
    """The sentence of a kept reason."""
    return lamps.sentence(reason["code"], reason.get("values") or {}) if reason.get("code") else None


def _contested(person: Any, meeting: Meeting, on: date) -> list[Candidate]:
    """Projects whose lamp a named person shows otherwise than the figures do."""
    run = ledger.run_in_force(meeting.area, on)
    named = LampOverride.objects.filter(from_on__lte=on, until__gte=on).select_related("project__lead_unit", "by")
    named = named.filter(project__in=ledger.within(ledger.leaves(ledger.visible_to(person)), meeting.area))
    rows = {row.project_id: row for row in LampSnapshot.objects.filter(run=run, project__in=named.values("project"))}
    found = []
    for one in named.order_by("project__code", "-at"):
        snapshot = rows.get(one.project_id)
        computed = Lamp(getattr(snapshot, Dimension(one.dimension).value)) if snapshot else Lamp.GREY
        if rules.contested(computed, Lamp(one.lamp)):
            said = Said("%(dimension)s灯算为%(computed)s，%(person)s示为%(named)s", {
                "dimension": Dimension(one.dimension).zh, "computed": computed.zh, "named": Lamp(one.lamp).zh,
                "person": str(one.by)})
            found.append(Candidate(AgendaSource.CONFIDENCE, f"{PROJECT}{one.project_id}", one.project.name, said,
                                   "projects:project", one.project.code, one.project.lead_unit))
    return found


# --- papers

def _keys(subjects: Iterable[str], kind: str) -> list[UUID]:
    """The keys of the subjects of one kind; what is no key is left out."""
    found = []
    for subject in subjects:
        key = subject.removeprefix(kind)
        if subject.startswith(kind) and len(key) == 36:
            found.append(UUID(key))
    return found


def projects_of(person: Any, meeting: Meeting) -> list[Project]:
    """The visible projects an agenda speaks of, in the order of the agenda: its own, and those of its problems."""
    subjects = [item.task.subject if item.task and item.task.subject else item.subject
                for item in meetings.agenda(meeting)]
    by_problem = dict(Problem.objects.filter(pk__in=_keys(subjects, PROBLEM)).values_list("pk", "project"))
    wanted: list[UUID] = []
    for subject in subjects:
        wanted += _keys([subject], PROJECT) or [by_problem[key] for key in _keys([subject], PROBLEM)
                                                if key in by_problem]
    rows = ledger.visible_to(person).filter(pk__in=wanted).select_related("lead_unit")
    order = {key: n for n, key in reversed(list(enumerate(wanted)))}
    return sorted(rows, key=lambda row: order[row.pk])


@dataclass(frozen=True)
class Trouble:
    """One problem in the table by element."""

    kind: ProblemKind
    title: str
    project: str
    unit: str
    due_on: date
    late: int
    key: str


def troubles(person: Any, projects: Iterable[Project], on: date) -> list[Trouble]:
    """The unfinished problems of these projects by element (kind), the longest overdue first in each."""
    rows = (Problem.objects.filter(project__in=[row.pk for row in projects]).exclude(step=ProblemStep.CLOSED)
            .filter(project__in=ledger.visible_to(person)).select_related("unit", "project"))
    found = [Trouble(ProblemKind(row.kind), row.title, row.project.name, row.unit.short_name, row.due_on,
                     rules.days_late(row.due_on, on), str(row.pk)) for row in rows]
    return sorted(found, key=lambda one: (rules.KINDS.index(one.kind), -one.late, one.due_on, one.title))


# --- task forces

@dataclass(frozen=True)
class Watched:
    """A project a task force looks after: its lamp now, its unfinished problems, and how many of them are late."""

    project: Project
    lamp: Lamp
    open: int
    late: int


def watched(person: Any, force: TaskForce, on: date) -> list[Watched]:
    """The visible projects of a task force's portfolio: three queries."""
    keys = _keys(meetings.portfolio(force) or (), PROJECT)
    waiting = ~Q(problems__step=ProblemStep.CLOSED) & Q(problems__isnull=False)
    rows = list(ledger.visible_to(person).filter(pk__in=keys).select_related("lead_unit").order_by("code").annotate(
        n_open=Count("problems", filter=waiting, distinct=True),
        n_late=Count("problems", filter=waiting & Q(problems__due_on__lt=on), distinct=True)))
    run = ledger.run_in_force(force.area, on)
    shown = dict(LampSnapshot.objects.filter(run=run, project__in=rows).values_list("project", "shown"))
    return [Watched(row, Lamp(shown.get(row.pk, Lamp.GREY)), row.n_open, row.n_late) for row in rows]


def subject_of(project: Project) -> str:
    """The name by which a project stands on agendas and in portfolios."""
    return f"{PROJECT}{project.pk}"


def project_typed(person: Any, typed: str) -> Project:
    """The one visible project with this code or name."""
    mine = ledger.visible_to(person)
    rows = list(mine.filter(Q(code=typed.strip()) | Q(name=typed.strip()))[:2]) if typed.strip() else []
    if len(rows) != 1:
        raise CannotFindProject("没有找到唯一的项目“%(typed)s”，请填项目编码或全称", typed=typed.strip()[:60])
    return rows[0]
