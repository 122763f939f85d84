"""What lies in the lake? The catalogue of fact tables with their freshness, and what they say of the year's plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from citywright.kernel.errors import Refusal
from citywright.lake import engines, store

from .reading import Scope, rows, run


@dataclass(frozen=True)
class Partition:
    """One file of a fact table."""

    name: str
    as_of: date
    rows: int
    size: int


@dataclass(frozen=True)
class FactTable:
    """A fact table: what one row is, its columns with their types, its files; `fault` when it cannot be read."""

    name: str
    row: str
    columns: tuple[tuple[str, str], ...]
    partitions: tuple[Partition, ...]
    fault: str = ""

    @property
    def rows(self) -> int:
        """How many rows all its files hold."""
        return sum(part.rows for part in self.partitions)

    @property
    def as_of(self) -> date | None:
        """The day up to which all of it is true."""
        return min((part.as_of for part in self.partitions), default=None)

    @property
    def latest(self) -> date | None:
        """The day of its newest file."""
        return max((part.as_of for part in self.partitions), default=None)


def tables(area_path: str) -> list[FactTable]:
    """Every published fact table, with the files that hold rows of the area."""
    return [table(name, area_path) for name in store.names()]


def table(name: str, area_path: str) -> FactTable:
    """One fact table; what cannot be read is told in `fault`."""
    kept = store.partitions(name)
    mine = tuple(Partition(part, date.fromisoformat(entry.as_of), entry.rows, entry.size)
                 for part, entry in sorted(kept.items()) if area_of(part).startswith(area_path))
    row = next((entry.row for entry in kept.values()), "")
    try:
        schema = engines.engine().table(name).schema()
    except Refusal as refused:
        return FactTable(name, row, (), mine, str(refused))
    return FactTable(name, row, tuple((column, str(kind)) for column, kind in schema.items()), mine)


def area_of(partition: str) -> str:
    """The area's code in the name of a partition."""
    parts = dict(part.split("=", 1) for part in partition.split(".") if "=" in part)
    return parts.get("area", "")


def engine_name() -> str:
    """Who counts."""
    return engines.engine().name


def plan_version(scope: Scope, year: int) -> str:
    """The latest plan versions of a year in words; "" when none was published."""
    if "plan_version" not in store.names():
        return ""
    found = rows("plan_version", scope)
    names = set(found.columns)
    if not {"year", "number"} <= names:
        return ""
    latest = found.filter(found.year == year).aggregate(number=found.number.max())
    number = run(latest)[0]["number"]
    return "" if number is None else f"{year} 年度计划第 {number} 版"
