"""The catalogue in force in an area, read once per version; which unit stands behind each department."""

from __future__ import annotations

from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area, Organisation

from ..imports import catalogue as imports
from ..models import CatalogueVersion, DepartmentUnit
from ..rules.catalogue import Catalogue
from ..words import VersionStep

#: How many catalogues are kept read; content and digest never part (triggers).
KEPT = 16
_known: dict[str, Catalogue] = {}


def in_force(area: Area) -> CatalogueVersion | None:
    """The published version of the area, or of the nearest area above it; None when nothing was published."""
    above = [area.path[:length] for length in range(2, len(area.path) + 1)]
    return (CatalogueVersion.objects.filter(area__path__in=above, step=VersionStep.PUBLISHED)
            .order_by("-area__path").first())


def required(area: Area) -> CatalogueVersion:
    """As `in_force`; refused when there is none."""
    found = in_force(area)
    if found is None:
        raise CannotReach("%(area)s还没有发布审批事项目录", area=area.name)
    return found


def content(version: CatalogueVersion) -> Catalogue:
    """The catalogue of a version; read anew only when its content is another."""
    found = _known.get(version.digest)
    if found is None:
        while len(_known) >= KEPT:
            _known.pop(next(iter(_known)), None)
        found = _known[version.digest] = imports.made(version.content)
    return found


def units(area: Area) -> dict[str, Organisation]:
    """Department code to the unit behind it, in the area or the nearest area above."""
    above = [area.path[:length] for length in range(2, len(area.path) + 1)]
    rows = DepartmentUnit.objects.filter(area__path__in=above).select_related("unit").order_by("area__path")
    return {row.department: row.unit for row in rows}


def windows(area: Area) -> dict[str, int]:
    """Department code to how many windows it has."""
    above = [area.path[:length] for length in range(2, len(area.path) + 1)]
    rows = DepartmentUnit.objects.filter(area__path__in=above).order_by("area__path")
    return {row.department: row.windows for row in rows}
