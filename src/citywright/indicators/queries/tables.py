"""What lies in the lake? The catalogue of fact tables with their freshness, and what they say of the year's plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from citywright.kernel.errors import Refusal
from citywright.lake import engines, store

from .reading import EPOCH, Scope, rows, run


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
        """The day up to which it is true: that of its newest file, where each month has one, else the earliest."""
        days = [part.as_of for part in self.partitions]
        by_month = any(".month=" in part.name or ".day=" in part.name for part in self.partitions)
        return (max if by_month else min)(days, default=None)

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
    """The area's plan version in force in words; "" when none was published."""
    if not store.partitions("plan_version"):
        return ""
    found = rows("plan_version", scope)
    found = found.filter((found.year == year) & (found.area_path == scope.area_path))
    read = run(found.select("number", "doc_no", "frozen_day").order_by(engines.language().desc("number")).limit(1))
    if not read:
        return ""
    last = read[0]
    doc = f"（{last['doc_no']}）" if last["doc_no"] else ""
    on = f"，{EPOCH + timedelta(days=last['frozen_day'])} 冻结" if last["frozen_day"] else ""
    return f"{year} 年度计划第 {last['number']} 版{doc}{on}"
