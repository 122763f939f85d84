"""Which documents does a project hand in, each once, and which does one item make for the next (零材料)? Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .catalogue import Catalogue, Item


@dataclass(frozen=True)
class Needed:
    """One document: the items that need it, and those that produce it; no producer means the applicant hands it in."""

    name: str
    items: tuple[Item, ...]
    producers: tuple[Item, ...]

    @property
    def is_produced(self) -> bool:
        """零材料: made by an item of this project, asked of nobody."""
        return bool(self.producers)


def needed(catalogue: Catalogue, codes: Collection[str]) -> list[Needed]:
    """Every document of these items, each once, those of most items first; what no item here makes and the applicant
    does not supply is not needed."""
    chosen = [item for item in catalogue.items if item.code in codes]
    users: dict[str, list[Item]] = {}
    makers: dict[str, list[Item]] = {}
    for item in chosen:
        for name in dict.fromkeys(item.needs):
            users.setdefault(name, []).append(item)
        for name in item.produces:
            makers.setdefault(name, []).append(item)
    found = [Needed(name, tuple(items), tuple(makers.get(name, ()))) for name, items in users.items()
             if name in makers or name in catalogue.applicant_documents]
    return sorted(found, key=lambda one: (one.is_produced, -len(one.items)))
