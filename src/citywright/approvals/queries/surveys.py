"""Which surveys does a project need, which were ordered, which results are here? (多测合一)"""

from __future__ import annotations

from dataclasses import dataclass

from ..models import SurveyOrder
from ..rules import window
from ..rules.catalogue import Item
from .dossiers import File


@dataclass(frozen=True)
class Group:
    """One package of surveys: its name, its items that apply, its order if there is one."""

    code: str
    name: str
    items: tuple[Item, ...]
    order: SurveyOrder | None


def items_of(file: File, package: str) -> tuple[Item, ...]:
    """The surveys of a package that apply to the project."""
    applies = set(file.decided.applies)
    return tuple(item for item in file.catalogue.items if item.package == package and item.code in applies)


def groups(file: File) -> list[Group]:
    """The packages of surveys the project needs, in their order: one query."""
    orders = {row.package: row for row in SurveyOrder.objects.filter(dossier=file.dossier).select_related("results")}
    return [Group(code, file.catalogue.package(code).name, items, orders.get(code))
            for code in window.SURVEYS if (items := items_of(file, code))]


def order(file: File, key: int) -> SurveyOrder | None:
    """The order of this dossier with this key."""
    return SurveyOrder.objects.filter(dossier=file.dossier, pk=key).first()
