"""Who reaches what: role x organisation x area, asked through one door.

`reach(person)` says which rows; each domain's `queries.visible_to(person)` applies it with `rows`.
`require(person, …)` refuses an act by name. Memberships are read once per person object, that is once per request.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from .errors import CannotReach
from .models import Area, Membership, Organisation, Person
from .words import THREE_ADMINISTRATORS, UNIT_ROLES, Role

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Reach:
    """The rows a person sees: those of `units` (ids), and those of areas whose path starts with one of `paths`."""

    paths: tuple[str, ...] = ()
    units: tuple[int, ...] = ()

    @property
    def nothing(self) -> bool:
        return not self.paths and not self.units


def memberships(person: Any, on: date | None = None) -> list[Membership]:
    """The person's memberships in force on a day (default: those not ended); [] for a stranger. One query, kept."""
    if not getattr(person, "is_authenticated", False):
        return []
    kept: list[Membership] | None = getattr(person, "_memberships", None)
    if kept is None:
        kept = list(Membership.objects.filter(person=person).select_related("organisation", "area"))
        person._memberships = kept
    if on is None:
        return [m for m in kept if m.valid_to is None]
    return [m for m in kept if m.valid_from <= on and (m.valid_to is None or on <= m.valid_to)]


def forget(person: Any) -> None:
    """The person's memberships are read anew; said after every change of them."""
    person.__dict__.pop("_memberships", None)


def roles(person: Any) -> set[Role]:
    """Every role the person holds now."""
    return {Role(m.role) for m in memberships(person)}


def reach(person: Any, only: Iterable[Role] | None = None) -> Reach:
    """Which rows the person sees, through all roles or only the given ones; administrators see no rows of the city."""
    wanted = set(only) if only is not None else set(Role) - THREE_ADMINISTRATORS
    held = [m for m in memberships(person) if Role(m.role) in wanted]
    return Reach(
        paths=tuple(sorted({m.area.path for m in held if Role(m.role) not in UNIT_ROLES})),
        units=tuple(sorted({m.organisation_id for m in held if Role(m.role) in UNIT_ROLES})),
    )


def rows(person: Any, queryset: QuerySet[M], *, area: str = "area__path", unit: str = "lead_unit",
         only: Iterable[Role] | None = None) -> QuerySet[M]:
    """The part of a queryset the person may see; `area` and `unit` name the lookups of path and unit id."""
    seen = reach(person, only)
    if seen.nothing:
        return queryset.none()
    wanted = Q(**{f"{unit}__in": seen.units}) if seen.units else Q()
    for path in seen.paths:
        wanted |= Q(**{f"{area}__startswith": path})
    return queryset.filter(wanted)


def holds(person: Any, role: Role, *, unit: Organisation | int | None = None, area: Area | str | None = None) -> bool:
    """Whether the person holds the role, for this unit (unit roles) or over this area (the others)."""
    unit_id = unit.pk if isinstance(unit, Organisation) else unit
    path = area.path if isinstance(area, Area) else area
    for membership in memberships(person):
        if membership.role != role:
            continue
        if role in UNIT_ROLES and unit_id is not None and membership.organisation_id != unit_id:
            continue
        if role not in UNIT_ROLES and path is not None and not path.startswith(membership.area.path):
            continue
        return True
    return False


def roles_over(person: Any, *, unit: Organisation | int | None, area: Area | str | None) -> set[Role]:
    """The roles the person holds over a row of this unit in this area: what the loop engine asks for."""
    return {role for role in Role if role not in THREE_ADMINISTRATORS and holds(person, role, unit=unit, area=area)}


def require(person: Person, *wanted: Role, unit: Organisation | int | None = None,
            area: Area | str | None = None) -> None:
    """Refuse unless the person holds one of the roles over this unit or area."""
    if not any(holds(person, role, unit=unit, area=area) for role in wanted):
        raise CannotReach("您没有权限：限%(roles)s办理", roles=[role.zh for role in wanted])
