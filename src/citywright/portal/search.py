"""What is it called? One box over projects and enterprises: names, codes, pinyin initials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from citywright.projects.models import Project
from citywright.projects.queries.ledger import visible_to

SUGGESTED = 8
LISTED = 50
LONGEST = 60


@dataclass(frozen=True)
class Found:
    """What was found for a text: projects, best first, and enterprises that own some."""

    asked: str
    projects: list[Project]
    owners: list[str]

    @property
    def nothing(self) -> bool:
        return not self.projects and not self.owners


def find(person: Any, asked: str, limit: int = LISTED) -> Found:
    """Projects the person may see whose name, code, initials or owner holds the text; one query."""
    words = asked.strip()[:LONGEST]
    if not words:
        return Found(words, [], [])
    projects = list(matching(visible_to(person), words).select_related("lead_unit", "category")[:limit])
    owners = dict.fromkeys(p.owner_name for p in projects if words.lower() in p.owner_name.lower())
    return Found(words, projects, list(owners))


def matching(projects: QuerySet[Project], words: str) -> QuerySet[Project]:
    """Those that match, in the order: exact code, name begins, initials begin, name holds, the rest."""
    held = Q(name__icontains=words) | Q(code__icontains=words) | Q(national_code__startswith=words)
    held |= Q(owner_name__icontains=words)
    ranks = [When(code__iexact=words, then=Value(0)), When(name__istartswith=words, then=Value(1)),
             When(initials__istartswith=words, then=Value(2)), When(name__icontains=words, then=Value(3))]
    if words.isascii():
        held |= Q(initials__icontains=words)
    best = Case(*ranks, default=Value(4), output_field=IntegerField())
    return projects.filter(held).order_by(best, "name")
