"""Which figures were frozen? Snapshots, their figures and their lists as they were; nothing is read from the lake."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from citywright.kernel import access
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area
from citywright.kernel.words import THREE_ADMINISTRATORS, UNIT_ROLES, Role

from ..models import Snapshot, SnapshotFigure

#: A snapshot holds the lists of the whole area: those who reach the area see it.
AREA_ROLES = frozenset(Role) - UNIT_ROLES - THREE_ADMINISTRATORS


def visible_to(person: Any) -> QuerySet[Snapshot]:
    """Snapshots of areas that the person reaches as a whole; units see their own rows on the boards."""
    return access.rows(person, Snapshot.objects.all(), unit="area__organisations", only=AREA_ROLES
                       ).select_related("area", "taken_by")


def snapshots(person: Any, area: Area) -> list[Snapshot]:
    """Those of an area and what lies below it, the latest first."""
    found = visible_to(person).filter(area__path__startswith=area.path).annotate(count=Count("figures"))
    return list(found.order_by("-period", "-taken_at"))


def snapshot(person: Any, key: UUID) -> Snapshot:
    """The visible snapshot with this key; hidden and absent are refused the same way."""
    found = visible_to(person).filter(pk=key).first()
    if found is None:
        raise CannotReach("没有这个快照，或您无权查看")
    return found


def figures(taken: Snapshot) -> list[SnapshotFigure]:
    """Its figures in their order, without their lists."""
    return list(taken.figures.defer("rows").order_by("position"))


def figure(taken: Snapshot, code: str) -> SnapshotFigure:
    """One of its figures with its list; refused when it has none of that code."""
    found = taken.figures.filter(code=code).first()
    if found is None:
        raise CannotReach("快照“%(title)s”里没有指标 %(code)s", title=taken.title, code=code)
    return found
