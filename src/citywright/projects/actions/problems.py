"""What can be done to problems: raise, assign, answer, accept (销号), reopen, escalate. The solver never closes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Area, Organisation, Person
from citywright.kernel.words import Role

from ..models import Problem, Project
from ..queries import ledger, problems
from ..rules import problems as rules
from ..words import ProblemKind, ProblemSource, ProblemStep, ProblemVerb


class CannotRaise(Refusal):
    """The problem lacks its title, a day that is still to come, or a known severity."""


class CannotClose(Refusal):
    """It is not for this person to close: the raiser's side accepts, never the solver."""


@transaction.atomic
def raise_problem(*, project: Project, title: str, kind: ProblemKind, unit: Organisation, due_on: date, by: Person,
                  at: datetime, detail: str = "", severity: int = 3,
                  source: ProblemSource = ProblemSource.VISIT) -> Problem:
    """The problem is open with the unit that is to solve it, until a day. Whoever works on the project may raise it."""
    if not access.roles(by) & rules.RAISERS or not ledger.visible_to(by).filter(pk=project.pk).exists():
        raise CannotReach("您没有权限为这一项目提出问题")
    if not title.strip():
        raise CannotRaise("请写明问题")
    if due_on < clock.day_of(at):
        raise CannotRaise("解决期限 %(day)s 已过", day=str(due_on))
    if severity not in rules.SEVERITIES:
        raise CannotRaise("严重程度只有 1、2、3 级")
    problem = Problem.objects.create(project=project, title=title.strip(), detail=detail.strip(), kind=kind, unit=unit,
                                     due_on=due_on, severity=severity, source=source, raised_by=by, raised_at=at)
    tell("problem.raised", problem, by, at, severity=severity, unit=unit.code, due_on=due_on)
    return problem


def tell(verb: str, problem: Problem, by: Person | None, at: datetime, **data: object) -> None:
    """One line in the journal about a problem."""
    project = problem.project
    journal.write(verb=verb, by=by, at=at, subject=project, area=project.area, unit=problem.unit,
                  data={"code": project.code, "problem": str(problem.pk), "title": problem.title} | data)


def locked(problem: Problem) -> Problem:
    """The problem as it stands now, with its row locked."""
    return (Problem.objects.select_for_update(of=("self",))
            .select_related("project__area", "project__lead_unit", "unit", "raised_by").get(pk=problem.pk))


@transaction.atomic
def assign(*, problem: Problem, unit: Organisation, due_on: date, by: Person, at: datetime) -> Problem:
    """Another unit is to solve it, until a day; the office decides."""
    problem = locked(problem)
    access.require(by, Role.OFFICE, area=problem.project.area)
    if problem.step == ProblemStep.CLOSED or due_on < clock.day_of(at):
        raise CannotRaise("已销号的问题不能转派，期限也不能早于今天")
    before, problem.unit, problem.due_on = problem.unit.code, unit, due_on
    problem.save(update_fields=["unit", "due_on"])
    tell("problem.assigned", problem, by, at, before=before, unit=unit.code, due_on=due_on)
    return problem


@transaction.atomic
def answer(*, problem: Problem, answer: str, by: Person, at: datetime) -> Problem:
    """报办结: the unit says how it was solved; it waits for the raiser's word."""
    problem = locked(problem)
    if not answer.strip():
        raise CannotRaise("请写明怎样解决的")
    held = access.roles_over(by, unit=problem.unit, area=problem.project.area)
    problem.step = rules.LOOP.move(step=ProblemStep(problem.step), verb=ProblemVerb.ANSWER, roles=held)
    problem.answer, problem.answered_by, problem.answered_at = answer.strip(), by, at
    problem.save(update_fields=["step", "answer", "answered_by", "answered_at"])
    tell("problem.answered", problem, by, at, answer=problem.answer)
    return problem


def close_step(problem: Problem, verb: ProblemVerb, by: Person) -> ProblemStep:
    """The step after the raiser's side spoke; refused to everybody else."""
    if not problems.may_close(by, problem):
        raise CannotClose("由提出方确认，解决问题的人不能自己销号")
    return ProblemStep(rules.LOOP.move(step=ProblemStep(problem.step), verb=verb, roles=access.roles(by)))


@transaction.atomic
def accept(*, problem: Problem, by: Person, at: datetime) -> Problem:
    """销号: the raiser's side confirms that it is solved."""
    problem = locked(problem)
    problem.step = close_step(problem, ProblemVerb.ACCEPT, by)
    problem.closed_at, problem.accepted_by = at, by
    problem.save(update_fields=["step", "closed_at", "accepted_by"])
    tell("problem.closed", problem, by, at)
    return problem


@transaction.atomic
def reopen(*, problem: Problem, reason: str, due_on: date, by: Person, at: datetime) -> Problem:
    """重办: the raiser's side is not satisfied; the unit has until a new day, and the reopening is counted."""
    problem = locked(problem)
    if not reason.strip() or due_on < clock.day_of(at):
        raise CannotRaise("重办须写明理由和新的期限")
    problem.step = close_step(problem, ProblemVerb.REOPEN, by)
    problem.closed_at = problem.accepted_by = problem.answered_by = problem.answered_at = None
    problem.due_on, problem.reopened_count = due_on, problem.reopened_count + 1
    problem.save(update_fields=["step", "closed_at", "accepted_by", "answered_by", "answered_at", "due_on",
                                "reopened_count"])
    tell("problem.reopened", problem, by, at, reason=reason.strip(), due_on=due_on)
    return problem


@transaction.atomic
def escalate(*, area: Area, on: date, by: Person | None, at: datetime) -> list[Problem]:
    """Overdue open problems of the area stand at the level their lateness gives; those that rose are returned."""
    late = (Problem.objects.filter(project__area__path__startswith=area.path, step=ProblemStep.OPEN, due_on__lt=on)
            .select_related("project", "unit"))
    risen = [problem for problem in late if rules.level_of(problem.due_on, on) > problem.escalated_level]
    for problem in risen:
        problem.escalated_level = rules.level_of(problem.due_on, on)
    Problem.objects.bulk_update(risen, ["escalated_level"])
    if risen:
        journal.write(verb="problem.escalated", by=by, at=at, area=area, data={"on": on, "problems": levels(risen)})
    return risen


def levels(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Problem and level, as the journal keeps them."""
    return [{"problem": str(p.pk), "code": p.project.code, "level": p.escalated_level} for p in problems]
