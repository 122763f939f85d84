"""What does a sheet mean for the ledger? Rows and projects written alike, matched by code and name, and compared.

Values are written the same way on both sides (`written`): money in 万元 without trailing zeros, days as 2024-03-05,
words and units by code. A column that the sheet leaves blank is absent from a row; one that it clears holds "".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from rapidfuzz import fuzz, process

from citywright.kernel.errors import Fault, Said
from citywright.kernel.sheets import Day, Mark, address

from ..words import Gate, RowState
from .gates import RANK

#: Names at least so near (0 to 100; 90 is one wrong sign in ten) may be one project; codes that agree on names less
#: near than STRANGE are doubted.
NEAR, STRANGE = 90.0, 60.0
Found = TypeVar("Found")
#: Gates whose order says nothing: the ceremony may come at any time, statistics follow on their own.
UNORDERED = frozenset({Gate.G4C, Gate.G4S})
#: Columns that go into the month, which a locked report closes.
OF_MONTH = frozenset({"done_month", "done_ytd", "done_total", "built", "installed", "equipment", "other",
                      "image_progress", "problem", "next"})
#: Columns that go into the year's plan, which only the office changes once it is frozen.
OF_PLAN = frozenset({"year_type", "plan_year", "done_before", "start_plan", "finish_plan", "production_plan", "goal"})
_PHASE = re.compile(r"\d+|[一二三四五六七八九十甲乙丙丁]+|[东西南北]|[上下](?=段|区|片)|[a-z]+")
_PUNCTUATION = re.compile(r"[\s()（）\[\]【】,，.。、·\-—_“”\"'‘’:：/《》]+")


@dataclass(frozen=True)
class Place:
    """Where a column of the sheet stands: its index from 0, its header, its unit of money."""

    index: int
    header: str
    unit: str = ""


@dataclass(slots=True)
class SheetRow:
    """One item of the list as read: typed values by column, and the raw cells.

    `carried` names columns filled from a merged cell above, `unread` those whose cell could not be read.
    """

    number: int
    group: str
    values: dict[str, Any]
    raw: tuple[Any, ...]
    carried: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()


@dataclass(slots=True)
class SumRow:
    """A row of 小计 or 合计: what it says per money column. `above` counts the data rows that stand above it."""

    number: int
    whole: bool
    label: str
    values: dict[str, Decimal]
    group: str
    above: int
    raw: tuple[Any, ...] = ()


@dataclass
class Sheet:
    """What was read of one sheet."""

    name: str
    places: dict[str, Place]
    rows: list[SheetRow]
    sums: list[SumRow] = field(default_factory=list)

    def cell(self, row: int, column: str) -> str:
        """The address of a row's value in a column, "" when the sheet has no such column."""
        place = self.places.get(column)
        return address(row, place.index) if place else ""


@dataclass(slots=True)
class Known:
    """A project that the ledger has: its written values, and what forbids changing them."""

    id: str
    code: str
    national_code: str
    name: str
    unit: str
    values: dict[str, str]
    left: bool = False
    leaf: bool = True
    locked: bool = False
    plan_frozen: bool = False
    ytd_before: Decimal | None = None
    passed: dict[str, str] = field(default_factory=dict)
    pending: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """Whose sheet it is: the month, the units allowed (None is all), the unit of rows that name none, whose changes."""

    period: date
    today: date
    units: frozenset[str] | None = None
    unit: str = ""
    office: bool = False
    forecasts: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """Something to be told about a row (0 is the whole sheet). A grave one keeps the batch from being applied."""

    fault: Fault
    row: int = 0
    grave: bool = True


@dataclass(slots=True)
class PlannedRow:
    """What is to become of one row (`number` 0 for a project that the sheet lacks). `changes`: column to [old, new]."""

    number: int
    state: RowState
    name: str
    known: str = ""
    group: str = ""
    unit: str = ""
    values: dict[str, str] = field(default_factory=dict)
    changes: dict[str, list[str]] = field(default_factory=dict)
    reasons: list[Said] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)


def written(value: Any) -> str:
    """A value as both sides write it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, Day):
        return value.on.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None or value is Mark.CLEAR else str(value)


def name_key(name: str) -> str:
    """The name without spaces, brackets and points, in plain signs: two spellings of one name are equal."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", name)).lower()


def fault_at(sheet: Sheet, row: SheetRow | SumRow, column: str, said: Said, expected: str = "", *,
             grave: bool = True) -> Finding:
    """A finding at the cell of a row's column, with what was read there."""
    place = sheet.places.get(column)
    read = row.raw[place.index] if place and place.index < len(row.raw) else ""
    return Finding(Fault(said, sheet.name, sheet.cell(row.number, column), place.header if place else "",
                         shortened(read), expected), row.number, grave)


def shortened(value: Any) -> str:
    """A raw cell for people: at most forty signs, whole numbers without ".0"."""
    text = "" if value is None else str(int(value) if isinstance(value, float) and value.is_integer() else value)
    return text if len(text) <= 40 else text[:39] + "…"


@dataclass
class Index:
    """The ledger's projects by what rows name them with."""

    codes: dict[str, Known]
    nationals: dict[str, Known]
    names: dict[str, list[Known]]

    @classmethod
    def of(cls, known: Iterable[Known]) -> Index:
        """Everything still in the ledger; what was dropped or merged is found by code only."""
        index = cls({}, {}, {})
        for project in known:
            index.codes[project.code] = project
            if project.national_code:
                index.nationals.setdefault(project.national_code, project)
            if not project.left:
                index.names.setdefault(name_key(project.name), []).append(project)
        return index


def matched(row: SheetRow, index: Index, unit: str) -> tuple[Known | None, list[Said]]:
    """The project a row means, and why that is doubtful: by our code, the national code, the name within the unit."""
    name, national = str(row.values.get("name", "")), str(row.values.get("project_code", ""))
    found = index.codes.get(str(row.values.get("code", ""))) or index.nationals.get(national)
    twins = index.names.get(name_key(name), [])
    if found is not None:
        if any(twin.id != found.id for twin in twins):
            return found, [Said("代码属于“%(name)s”，而同名项目另有一个（%(other)s）",
                                {"name": found.name, "other": next(t.code for t in twins if t.id != found.id)})]
        if fuzz.ratio(name_key(found.name), name_key(name)) < STRANGE:
            return found, [Said("代码相同而名称不同：库内为“%(name)s”", {"name": found.name})]
        return found, []
    return _by_name(twins, national, unit)


def _by_name(twins: list[Known], national: str, unit: str) -> tuple[Known | None, list[Said]]:
    if not twins:
        return None, []
    same_unit = [t for t in twins if t.unit == unit] or twins
    found = same_unit[0]
    if len(same_unit) > 1:
        return found, [Said("库内有 %(count)s 个同名项目", {"count": len(same_unit)})]
    if national and found.national_code and national != found.national_code:
        return found, [Said("同名而代码不同：库内为 %(code)s", {"code": found.national_code})]
    if unit and found.unit != unit:
        return found, [Said("同名项目 %(code)s 属于另一单位", {"code": found.code})]
    return found, []


def near_names(name: str, choices: Mapping[str, Found]) -> Found | None:
    """A project whose name is nearly this one and does not differ in its phase, number or side (一期, 2#, 北), or None.

    `choices` are the projects that no row of the sheet means, by their key.
    """
    key = name_key(name)
    marks = _PHASE.findall(key)
    for found, _, _ in process.extract(key, choices.keys(), scorer=fuzz.ratio, score_cutoff=NEAR, limit=5):
        if _PHASE.findall(found) == marks:
            return choices[found]
    return None


def disorder(values: Mapping[str, Any], gate_of: Mapping[str, Gate]) -> list[tuple[str, str]]:
    """Pairs of columns whose gate days stand in the wrong order: the earlier gate on the later day."""
    days = sorted(((RANK[gate], column, values[column]) for column, gate in gate_of.items()
                   if gate not in UNORDERED and isinstance(values.get(column), Day)), key=lambda d: d[0])
    return [(a, b) for i, (_, a, first) in enumerate(days) for _, b, second in days[i + 1:] if later(first, second)]


def later(first: Day, second: Day) -> bool:
    """Whether the first lies after the second; months are compared as months, times only where both have one."""
    if not (first.exact and second.exact):
        return (first.on.year, first.on.month) > (second.on.year, second.on.month)
    if first.on == second.on and first.at and second.at:
        return first.at > second.at
    return first.on > second.on


def changes_of(values: Mapping[str, Any], known: Known, stored: Sequence[str]) -> dict[str, list[str]]:
    """Column to [old, new] for every column that says something else than the ledger.

    A month is no change of a day within it; money and text are compared as written.
    """
    changes = {}
    for column in stored:
        if column not in values:
            continue
        value, old = values[column], known.values.get(column, "")
        new = written(value)
        if isinstance(value, Day) and not value.exact and old[:7] == new[:7]:
            continue
        if old != new:
            changes[column] = [old, new]
    return changes
