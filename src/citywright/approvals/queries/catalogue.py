"""The catalogue in force in an area, read once per version; which unit stands behind each department."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.models import Count, Q, QuerySet

from citywright.kernel import access, sheets
from citywright.kernel.errors import CannotReach, Fault
from citywright.kernel.models import Area, Organisation
from citywright.kernel.words import THREE_ADMINISTRATORS, Role

from ..imports import catalogue as imports
from ..imports import sheet
from ..models import CatalogueChange, CatalogueVersion, DepartmentUnit
from ..rules import editing
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


# --- versions as pages show them

def visible_to(person: Any) -> QuerySet[CatalogueVersion]:
    """Every version of the areas the person works in, below them, and above them: what is in force is no secret."""
    paths = {m.area.path for m in access.memberships(person) if Role(m.role) not in THREE_ADMINISTRATORS}
    if not paths:
        return CatalogueVersion.objects.none()
    wanted = Q(area__path__in={path[:length] for path in paths for length in range(2, len(path) + 1)})
    for path in paths:
        wanted |= Q(area__path__startswith=path)
    return CatalogueVersion.objects.filter(wanted).select_related("area", "previous", "made_by", "published_by")


def of_area(person: Any, area: Area) -> QuerySet[CatalogueVersion]:
    """The visible versions that concern an area, with how many dossiers rest on each; the latest first."""
    above = [area.path[:length] for length in range(2, len(area.path) + 1)]
    return (visible_to(person).filter(area__path__in=above).annotate(resting=Count("dossiers"))
            .order_by("-area__path", "-made_at", "-pk"))


def version(person: Any, key: int) -> CatalogueVersion:
    """The visible version with this key; refused the same way whether hidden or absent."""
    found = visible_to(person).filter(pk=key).first()
    if found is None:
        raise CannotReach("没有这一目录版本，或您无权查看")
    return found


def loose(found: CatalogueVersion) -> tuple[Catalogue, list[Fault]]:
    """The catalogue of a version that may be a faulty draft, and its faults; a published one is read once only."""
    if found.step != VersionStep.DRAFT:
        return content(found), []
    return imports.loose(found.content)


def changes(found: CatalogueVersion) -> QuerySet[CatalogueChange]:
    """Every change of a draft since it was made, the latest first."""
    return found.changes.select_related("by").order_by("-pk")


def difference(before: CatalogueVersion, after: CatalogueVersion) -> list[editing.Change]:
    """What came, went or changed between two versions."""
    return editing.difference(before.content, after.content)


def may_edit(person: Any, area: Area) -> bool:
    """Whether the person keeps the catalogue of the area."""
    return any(access.holds(person, role, area=area) for role in (Role.OFFICE, Role.CITY))


def behind(area: Area) -> dict[str, DepartmentUnit]:
    """Department code to its unit and windows in the area itself."""
    return {row.department: row for row in DepartmentUnit.objects.filter(area=area).select_related("unit")}


def units_for(area: Area) -> QuerySet[Organisation]:
    """The units that may stand behind a department."""
    return Organisation.objects.filter(area__path__startswith=area.path).order_by("position", "code")


def from_file(path: Path, kind: str, base: CatalogueVersion | None) -> dict[str, Any]:
    """The catalogue in a file: a workbook (what it has no sheet for comes from `base`), or YAML."""
    if kind == "xlsx":
        read = {grid.sheet: grid.rows for grid in sheets.grids(path)}
        return sheet.content_of(read, base.content if base else {})
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise imports.CannotReadCatalogue("目录文件不是正确的 YAML：%(why)s", why=str(error)[:120]) from error
    found: dict[str, Any] = imports.plain(text)
    return found
