"""What was published? Figures with their repeats, what the ledger counts beside them, figures as rules see them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from citywright.kernel import access
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area

from ..catalogue import CATALOGUE
from ..models import PublishedFigure
from ..rules.published import Figure
from . import files, values
from .reading import Scope
from .values import Value


@dataclass(frozen=True)
class Beside:
    """What the ledger counts for the same thing: `comparable` when the area in force is the one that was published.

    Otherwise it stands for reference only; the calibres are never merged.
    """

    value: Value
    comparable: bool


def visible_to(person: Any) -> QuerySet[PublishedFigure]:
    """Published figures are for everybody who has a working post, whatever its area; others see none."""
    rows = PublishedFigure.objects.all()
    return rows.none() if access.reach(person).nothing else rows


def figure(person: Any, code: str) -> PublishedFigure:
    """The visible figure; refused the same way whether it is hidden or does not exist."""
    found = visible_to(person).filter(code=code.replace("\0", "")).first()
    if found is None:
        raise CannotReach("没有这条已公布数据，或您无权查看")
    return found


def repeats(person: Any, of: PublishedFigure) -> list[PublishedFigure]:
    """The other places that state the same."""
    if not of.same_as:
        return []
    return list(visible_to(person).filter(same_as=of.same_as).exclude(pk=of.pk).order_by("source_day", "code"))


def seen(row: PublishedFigure) -> Figure:
    """A row as rules see it."""
    return Figure(row.code, row.source, row.subject, row.metric, row.qualifier, row.kind, row.source_day, row.value,
                  row.value_max, row.unit, row.hedge, row.period, row.location, row.topic, row.same_as, row.due,
                  row.is_weak)


def loaded() -> tuple[dict[str, Figure], dict[str, list[Figure]]]:
    """Every figure by its code, and by its mark of repetition: one query."""
    by_code: dict[str, Figure] = {}
    by_key: dict[str, list[Figure]] = {}
    for row in PublishedFigure.objects.order_by("code"):
        found = by_code[row.code] = seen(row)
        if row.same_as:
            by_key.setdefault(row.same_as, []).append(found)
    return by_code, by_key


@lru_cache(maxsize=1)
def references() -> dict[str, tuple[str, str]]:
    """Code of a figure to the indicator that counts the same thing, and the area that was spoken of."""
    rows = tomllib.loads(files.text_of(files.REFERENCES))["reference"]
    return {code: (row["indicator"], row["area"]) for row in rows for code in row["figures"]
            if row["indicator"] in CATALOGUE}


def beside(scope: Scope, area: Area, period: date) -> dict[str, Beside]:
    """The ledger's own indicator of the area and month in force, by the code of the figure it stands beside."""
    wanted = references()
    codes = tuple(sorted({indicator for indicator, _ in wanted.values()}))
    found = values.run_of(codes, scope, (period,))[period]
    return {code: Beside(found[indicator], place == area.code) for code, (indicator, place) in wanted.items()
            if indicator in found}
