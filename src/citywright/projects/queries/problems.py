"""What can be asked about problems? Those of visible projects, and those a unit of mine is to solve."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from citywright.kernel import access
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area, Organisation
from citywright.kernel.words import Role

from ..models import Problem
from ..words import ProblemStep
from . import ledger

#: How long the path of a district is; streets and communities below it have longer ones.
DISTRICT = 6


def visible_to(person: Any) -> QuerySet[Problem]:
    """The problems the person may see: of visible projects, or given to a unit whose rows the person works on."""
    seen = access.reach(person)
    return (Problem.objects.filter(Q(project__in=ledger.visible_to(person)) | Q(unit__in=seen.units))
            .select_related("project__area", "project__lead_unit", "unit", "raised_by", "answered_by"))


def problem(person: Any, key: UUID | str) -> Problem:
    """The visible problem; refused the same way whether it is hidden or does not exist."""
    found = visible_to(person).filter(pk=key).first()
    if found is None:
        raise CannotReach("没有这个问题，或您无权查看")
    return found


def order(today: date) -> tuple[Case | str, ...]:
    """Overdue first, then by severity and day; closed ones last."""
    hurt = Case(When(step=ProblemStep.CLOSED, then=Value(2)), When(due_on__lt=today, then=Value(0)),
                default=Value(1), output_field=IntegerField())
    return hurt, "severity", "due_on", "pk"


def worst_first(problems: QuerySet[Problem], today: date) -> QuerySet[Problem]:
    """The problems in that order."""
    return problems.order_by(*order(today))


def waiting_for_me(person: Any) -> QuerySet[Problem]:
    """What this person is to do: answer what a unit of theirs is to solve, accept what they raised themselves."""
    seen = access.reach(person)
    return visible_to(person).filter(Q(step=ProblemStep.OPEN, unit__in=seen.units)
                                     | Q(step=ProblemStep.ANSWERED, raised_by=person.pk)).order_by("due_on")


def units_for(area: Area) -> QuerySet[Organisation]:
    """The units that can be asked to solve something in an area: all of its district."""
    return Organisation.objects.filter(area__path__startswith=area.path[:DISTRICT]).order_by("position", "code")


def may_close(person: Any, problem: Problem) -> bool:
    """Whether this person stands on the raiser's side: the raiser, their unit, or the office; never the solver."""
    if person.pk == problem.answered_by_id:
        return False
    if person.pk == problem.raised_by_id or access.holds(person, Role.OFFICE, area=problem.project.area):
        return True
    mine = {m.organisation_id for m in access.memberships(person)}
    raisers = {m.organisation_id for m in access.memberships(problem.raised_by)}
    return bool(mine & raisers) and problem.unit_id not in mine
