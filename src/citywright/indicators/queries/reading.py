"""Where do figures come from? The published fact tables of the part of the city a person reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from citywright.kernel import access, periods
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Organisation
from citywright.lake import engines, store

from ..catalogue import Table, When

#: The table whose rows carry their own month.
MONTHLY = "project_month"
EPOCH = date(1970, 1, 1)
#: Stands behind every letter and digit of an area's path.
LAST = "~"


class CannotCount(Refusal):
    """There is no such indicator, or no such list behind it."""


@dataclass(frozen=True)
class Scope:
    """The rows that count: those of an area, and of these only those of `units` or below `paths` (None: all)."""

    area_path: str
    units: tuple[str, ...] | None = None
    paths: tuple[str, ...] = ()


def scope_of(person: Any, area: Area) -> Scope:
    """What the person reaches within an area: all of it, or the rows of the own units."""
    seen = access.reach(person)
    if any(area.path.startswith(path) for path in seen.paths):
        return Scope(area.path)
    codes = Organisation.objects.filter(pk__in=seen.units).order_by("code").values_list("code", flat=True)
    return Scope(area.path, tuple(codes), tuple(path for path in seen.paths if path.startswith(area.path)))


def day_number(day: date) -> int:
    """Days since 1970-01-01, as fact tables keep days."""
    return (day - EPOCH).days


def when(period: date) -> When:
    """The month as whole numbers."""
    return When(day_number(periods.last_of(period)), day_number(period.replace(month=1)), period.month)


def below(column: Any, path: str) -> Any:
    """The area lies at or below a path: a range, which the engine finds without reading everything."""
    return (column >= path) & (column < path + LAST)


def rows(name: str, scope: Scope, year: int | None = None) -> Table:
    """The rows of a fact table that count; refused with words when none were published or a file is broken."""
    found = engines.engine().table(name, year=year, area_path=scope.area_path)
    found = found.filter(below(found.area_path, scope.area_path))
    if scope.units is None:
        return found
    mine = found.unit.isin(list(scope.units) or [""])
    for path in scope.paths:
        mine = mine | below(found.area_path, path)
    return found.filter(mine)


def run(expression: Any) -> list[dict[str, Any]]:
    """The answer of the engine."""
    return engines.engine().run(expression)


def digest(scope: Scope, *names: str) -> str:
    """What is published of these tables and this area; it changes with any file."""
    return "".join(store.digest(name, area_path=scope.area_path) for name in names)[:64]


def as_of(name: str, scope: Scope, period: date) -> date:
    """截至: the month's end, or the day up to which what was published is true, whichever is first."""
    end = periods.last_of(period)
    return min(end, store.as_of(name, year=period.year, area_path=scope.area_path) or end)
