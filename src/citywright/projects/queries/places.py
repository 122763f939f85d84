"""Where, and for whom, may a person place a project? The own unit, or every unit and area of the project office."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from citywright.kernel import access
from citywright.kernel.models import Area, Organisation
from citywright.kernel.words import Role

from ..models import Project

EDITORS = frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE})


def units_for(person: Any, project: Project | None = None) -> QuerySet[Organisation]:
    """The units a project may be placed with; for a project that stands, only the office has a choice."""
    wanted = Q(pk=project.lead_unit_id) if project else Q(pk=None)
    for m in access.memberships(person):
        if m.role == Role.OFFICE and (project is None or project.area.path.startswith(m.area.path)):
            wanted |= Q(area__path__startswith=m.area.path)
        elif m.role in EDITORS and project is None:
            wanted |= Q(pk=m.organisation_id)
    return Organisation.objects.filter(wanted).order_by("position", "code")


def areas_for(person: Any, project: Project | None = None) -> QuerySet[Area]:
    """The areas a project may lie in, likewise."""
    wanted = Q(pk=project.area_id) if project else Q(pk=None)
    for m in access.memberships(person):
        office = m.role == Role.OFFICE and (project is None or project.area.path.startswith(m.area.path))
        if office or (project is None and m.role in EDITORS):
            wanted |= Q(path__startswith=m.area.path)
    return Area.objects.filter(wanted).order_by("path")
