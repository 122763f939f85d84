"""What the ledger tells the one form of a project."""

from __future__ import annotations

from typing import Any

from citywright.kernel import access
from citywright.kernel.words import Role
from citywright.projects.models import Project

from ..models import Dossier
from ..rules import form as rules
from ..rules.catalogue import Catalogue
from . import catalogue

#: Who opens a dossier, answers its form and keeps its materials.
KEEPERS = (Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.STEWARD)


def facts_of(project: Project) -> rules.Facts:
    """What the ledger holds that the form asks too."""
    return rules.Facts(
        funding=project.funding_type, category=project.category.code, industry_code=project.industry_code,
        floor_area=None if project.floor_area is None else float(project.floor_area),
        land_mu=None if project.land_mu is None else float(project.land_mu))


def prefilled(project: Project, found: Catalogue | None = None) -> dict[str, Any]:
    """The answers the ledger gives to the form of the catalogue in force, or of the one given."""
    return rules.prefilled(found or catalogue.content(catalogue.required(project.area)), facts_of(project))


def field_of(attribute: str) -> str:
    """The field of the ledger an attribute is filled from."""
    return rules.FIELD_LABELS.get(attribute, "")


def may_keep(person: Any, project: Project) -> bool:
    """Whether the person may open the dossier, answer its form, hand in its materials."""
    return any(access.holds(person, role, unit=project.lead_unit_id, area=project.area) for role in KEEPERS)


def of_project(project: Project) -> Dossier | None:
    """The dossier of a project that was reached already."""
    return Dossier.objects.filter(project=project).select_related("version", "project__area").first()
