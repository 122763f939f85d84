"""Dossiers and their handlings: who sees them, what applies, what the one form still asks, where each item stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from citywright.kernel import access
from citywright.kernel.errors import CannotReach

from ..models import Dossier, Handling
from ..rules import catalogue as rules
from ..rules import window
from ..rules.catalogue import Catalogue, Decided, Item
from . import catalogue


def visible_to(person: Any) -> QuerySet[Dossier]:
    """Every dossier the person may see: of projects reached, and those with an item at the person's department."""
    seen = access.reach(person)
    mine = access.rows(person, Dossier.objects.all(), area="project__area__path", unit="project__lead_unit")
    if not seen.units:
        return mine
    return Dossier.objects.filter(Q(pk__in=mine.values("pk")) | Q(pk__in=Handling.objects.filter(
        unit__in=seen.units).values("dossier")))


def handlings(person: Any) -> QuerySet[Handling]:
    """Every handling the person may see: those of visible projects, and those at the person's department."""
    seen = access.reach(person)
    mine = access.rows(person, Handling.objects.all(), area="dossier__project__area__path",
                       unit="dossier__project__lead_unit")
    return mine | Handling.objects.filter(unit__in=seen.units) if seen.units else mine


def dossier(person: Any, code: str) -> Dossier:
    """The visible dossier of the project with this code; refused the same way whether hidden or absent."""
    found = (visible_to(person).filter(project__code=code)
             .select_related("project__area", "project__lead_unit", "project__category", "version").first())
    if found is None:
        raise CannotReach("项目 %(code)s 还没有审批档案，或您无权查看", code=code)
    return found


def handling(person: Any, key: UUID) -> Handling:
    """The visible handling with this key; refused the same way whether hidden or absent."""
    found = (handlings(person).filter(pk=key)
             .select_related("dossier__project__area", "dossier__project__lead_unit", "dossier__version", "unit")
             .defer("dossier__version__content").first())
    if found is None:
        raise CannotReach("没有这一办件，或您无权查看")
    return found


@dataclass
class File:
    """A dossier with its catalogue: what applies, what is open, and the handlings by item code."""

    dossier: Dossier

    @cached_property
    def catalogue(self) -> Catalogue:
        """The version it is pinned to."""
        return catalogue.content(self.dossier.version)

    @cached_property
    def decided(self) -> Decided:
        """Which items apply, do not, or are open."""
        return rules.decide(self.catalogue, self.dossier.answers)

    @cached_property
    def asked(self) -> list[tuple[str, int]]:
        """What the one form still asks, what settles most first."""
        return rules.still_asked(self.catalogue, self.dossier.answers)

    @cached_property
    def handlings(self) -> dict[str, Handling]:
        """The latest handling of each item: one query."""
        rows = self.dossier.handlings.select_related("unit").order_by("received_at")
        return {row.code: row for row in rows}

    @cached_property
    def items(self) -> dict[str, Item]:
        """The items of its version by code."""
        return {item.code: item for item in self.catalogue.items}

    @cached_property
    def passed(self) -> frozenset[str]:
        """The codes of the items that have passed."""
        return frozenset(code for code, row in self.handlings.items() if row.status in window.PASSED)
