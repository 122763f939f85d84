"""What a sheet says by its shape: title, unit line, header block, groups, data rows, totals, notes and the foot.

Knows nothing of any domain: whoever calls says which headers are known. Every value keeps its cell address.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from .books import MAX_BYTES, CannotReadSheet, Grid, Merge, address, grids
from .texts import UNITS, clean

HEAD_WITHIN, DEEPEST = 40, 3
Known = Callable[[str], bool]
_UNIT_LINE = re.compile(r"(?:金额)?单位[:：]?(?P<units>[^\s()]*)")
_IN_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_TOTAL = re.compile(
    r"(?:全[省市区县]|本[区县市单位]*|各单位|项目)?(?:合计|总计|共计)[:：]?(?:[(（]?共?\d+[个项]?(?:项目)?[)）]?)?")
_SUBTOTAL = re.compile(r"(?:.{0,20})?小计[:：]?(?:[(（]?\d+[个项]?[)）]?)?")
_GROUP = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]).*|[一二三四五六七八九十]{1,3}")
_OF_WHICH = re.compile(r"(?:其中|#)[:：]?.*")
_FOOT = re.compile(
    r"(?P<label>填报单位|填报人|填表人|制表人|制表|审核人|审核|单位负责人|负责人|联系电话|电话|填报日期|日期|报送单位|数据截至)[:：](?P<value>.*)")
_NOTE = re.compile(r"(?:注|备注|说明|填表说明|填报说明)[:：\d].*")


class RowKind(Enum):
    """What a row below the header is."""

    DATA = "data"
    GROUP = "group"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    OF_WHICH = "of_which"
    NOTE = "note"


@dataclass(frozen=True)
class Column:
    """One column: its header as levels from the top ("投资", "年度计划"), and the unit of money in force for it."""

    index: int
    levels: tuple[str, ...]
    unit: str

    @property
    def header(self) -> str:
        """投资/年度计划"""
        return "/".join(self.levels)


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header; `number` counts from 1. `carried` holds the columns filled from a merged cell above."""

    number: int
    kind: RowKind
    values: tuple[Any, ...]
    group: str = ""
    carried: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Table:
    """A sheet that was understood. `first` and `last` are the header's rows, counted from 1."""

    grid: Grid
    title: str
    unit: str
    first: int
    last: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    foot: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.grid.kind

    @property
    def sheet(self) -> str:
        return self.grid.sheet

    @property
    def data(self) -> list[Row]:
        """The rows that are items of the list."""
        return [row for row in self.rows if row.kind is RowKind.DATA]


def read_table(path: Path, known: Known | None = None, *, sheet: str = "", max_bytes: int = MAX_BYTES) -> Table:
    """The table of the first sheet (or of the named one) that has a header; the one with most known headers first.

    Refuses an unreadable file, an empty one, and one without any header.
    """
    best: tuple[int, Grid, int, int] | None = None
    seen = 0
    for grid in grids(path, max_bytes=max_bytes):
        if (sheet and grid.sheet != sheet) or not any(_filled(row) for row in grid.rows):
            continue
        seen += 1
        first, depth, score = find_header(grid, known or (lambda _: False))
        if depth and (best is None or score > best[0]):
            best = (score, grid, first, depth)
    if not seen:
        raise CannotReadSheet("表是空的，没有内容可读")
    if best is None:
        raise CannotReadSheet("找不到表头：请保留“项目名称”等列名所在的行")
    table = _understood(best[1], best[2], best[3])
    if not table.data:
        raise CannotReadSheet("表头下面没有数据行")
    return table


def _filled(row: list[Any]) -> int:
    return sum(1 for value in row if value is not None and value != "" and str(value).strip())


def find_header(grid: Grid, known: Known) -> tuple[int, int, int]:
    """(row, depth, score) of the header block: the most known headers win, else the first row that looks like one.

    Row counts from 0; depth 0 means that there is none.
    """
    best = (0, 0, 0)
    for first in range(min(HEAD_WITHIN, len(grid.rows))):
        if _filled(grid.rows[first]) < 2:
            continue
        for depth in range(1, min(DEEPEST, len(grid.rows) - first) + 1):
            names = {c.header for c in header_columns(grid, first, depth, "") if c.levels and known(c.header)}
            if len(names) > best[2]:
                best = (first, depth, len(names))
    return best if best[2] >= 2 else _looks_like_header(grid)


def _looks_like_header(grid: Grid) -> tuple[int, int, int]:
    """The first row of three or more different short texts above a row of values, with the depth its merges show."""
    for first, row in enumerate(grid.rows[:HEAD_WITHIN]):
        texts = [clean(v) for v in row if v not in ("", None)]
        if len(texts) < 3 or len(texts) < max(_filled(r) for r in grid.rows) * 0.5:
            continue
        if not all(isinstance(v, str) for v in row if v is not None):
            continue
        if any(re.search(r"^[\d.,%-]+$", t) for t in texts):
            continue
        if len(set(texts)) < len(texts) or max(map(len, texts)) > 30:
            continue
        depth = max((m[2] - m[0] + 1 for m in grid.merges if m[0] == first), default=1)
        wide = any(m[0] == first and m[3] > m[1] for m in grid.merges)
        if first + depth < len(grid.rows):
            return first, min(max(depth, 2 if wide else 1), DEEPEST), 0
    return 0, 0, 0


def header_columns(grid: Grid, first: int, depth: int, unit: str) -> list[Column]:
    """The columns under a header block: merged labels reach right and down, an empty one takes the left one."""
    block = [[clean(v) for v in row] for row in grid.rows[first:first + depth]]
    held = _spread(block, grid.merges, first)
    for level, row in enumerate(block[:-1]):
        for column in range(1, len(row)):
            below = any(line[column] for line in block[level + 1:])
            if not row[column] and below and (level, column) not in held and (level, column - 1) not in held:
                row[column] = row[column - 1] if any(line[column - 1] for line in block[level + 1:]) else ""
    columns = []
    for index in range(len(block[0])):
        levels: list[str] = []
        for row in block:
            if row[index] and (not levels or levels[-1] != row[index]):
                levels.append(row[index])
        columns.append(Column(index, tuple(levels), unit_of("".join(levels)) or unit))
    return columns


def _spread(block: list[list[str]], merges: tuple[Merge, ...], first: int) -> set[tuple[int, int]]:
    """Fill merged labels over their range; returns the places below the top row of a merge that spans rows."""
    held = set()
    for top, left, bottom, right in merges:
        if top < first or top >= first + len(block):
            continue
        label = block[top - first][left] if left < len(block[0]) else ""
        for row in range(top - first, min(bottom - first + 1, len(block))):
            for column in range(left, min(right + 1, len(block[0]))):
                block[row][column] = label
                if bottom > top and right == left:
                    held.add((row, column))
    return held


def unit_of(text: str) -> str:
    """The unit of money a header names, in brackets or at its end (总投资（亿元）), else ""."""
    for inside in _IN_BRACKETS.findall(text):
        named = re.sub(r"^(?:金额)?(?:单位)?[:：]?", "", inside)
        for part in re.split(r"[,，、/]", named):
            if part in UNITS:
                return part
    ended = re.search(r"(万亿元|百万元|千万元|亿元|万元|千元)$", text)
    return ended[1] if ended else ""


def unit_line(grid: Grid, first: int) -> str:
    """The unit of money written above the header (单位：万元); "" when there is none or more than one."""
    found: set[str] = set()
    for row in grid.rows[:first]:
        for value in row:
            line = _UNIT_LINE.search(clean(value)) if isinstance(value, str) else None
            if line:
                found |= {part for part in re.split(r"[,，、;；/]", line["units"]) if part in UNITS}
    return found.pop() if len(found) == 1 else ""


def _understood(grid: Grid, first: int, depth: int) -> Table:
    unit = unit_line(grid, first)
    columns = tuple(c for c in header_columns(grid, first, depth, unit) if c.levels)
    start = first + depth
    carried = _carry_down(grid, start)
    rows, foot = _classified(grid, start, carried, columns)
    return Table(grid, _title(grid, first), unit, first + 1, start, columns, tuple(rows), foot)


def _title(grid: Grid, first: int) -> str:
    texts = [str(v).strip() for row in grid.rows[:first] for v in row if isinstance(v, str) and v.strip()]
    beside = re.compile(rf"{_UNIT_LINE.pattern}|{_FOOT.pattern}|附[件表]")
    return max((t for t in texts if not beside.search(clean(t))), key=len, default="")


def _carry_down(grid: Grid, start: int) -> dict[int, set[int]]:
    """Fill cells merged downwards with the value on top, in place; returns the filled columns by row."""
    carried: dict[int, set[int]] = {}
    for top, left, bottom, right in grid.merges:
        if top < start or bottom == top or left != right:
            continue
        for row in range(top + 1, min(bottom, len(grid.rows) - 1) + 1):
            if left < len(grid.rows[row]):
                grid.rows[row][left] = grid.rows[top][left]
                carried.setdefault(row, set()).add(left)
    return carried


def _classified(grid: Grid, start: int, carried: dict[int, set[int]],
                columns: tuple[Column, ...]) -> tuple[list[Row], dict[str, str]]:
    rows: list[Row] = []
    foot: dict[str, str] = {}
    group = ""
    for index in range(start, len(grid.rows)):
        values = grid.rows[index]
        if not _filled(values) - len(carried.get(index, ())):
            continue
        if index == start and _numbers_columns(values):
            continue
        kind, label = kind_of_row(values)
        if kind is RowKind.NOTE:
            foot.update(_foot_of(values))
        if kind is RowKind.GROUP:
            group = label
        if kind is RowKind.TOTAL:
            group = ""
        rows.append(Row(index + 1, kind, tuple(values), group, frozenset(carried.get(index, ()))))
    return rows, foot


def _numbers_columns(values: list[Any]) -> bool:
    """Whether the row only numbers the columns: 1 2 3 …, or 甲 乙 1 2 …"""
    texts = [clean(v).removesuffix(".0") for v in values if v not in ("", None)]
    numbers = [int(t) for t in texts if t.isdigit()]
    others = [t for t in texts if not t.isdigit()]
    return len(numbers) >= 3 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and all(
        t in {"甲", "乙", "丙", "丁", "A", "B", "C", "D"} for t in others)


def kind_of_row(values: list[Any] | tuple[Any, ...]) -> tuple[RowKind, str]:
    """What a row below the header is, by its first three filled cells, and the label that says so."""
    filled = [clean(v) for v in values if isinstance(v, str) and v.strip()][:3]
    others = sum(1 for v in values if v not in ("", None))
    for text in filled[:2]:
        if _TOTAL.fullmatch(text):
            return RowKind.TOTAL, text
        if _SUBTOTAL.fullmatch(text):
            return RowKind.SUBTOTAL, text
        if _OF_WHICH.fullmatch(text):
            return RowKind.OF_WHICH, text
        if (_FOOT.match(text) or _NOTE.fullmatch(text)) and others <= 8:
            return RowKind.NOTE, text
    words = sum(1 for v in values if isinstance(v, str) and re.search(r"[^\d.,%\s-]", v))
    if filled and _GROUP.fullmatch(filled[0]) and words <= 2:
        return RowKind.GROUP, "".join(filled[:2]) if len(filled[0]) < 4 else filled[0]
    return RowKind.DATA, ""


def _foot_of(values: list[Any]) -> dict[str, str]:
    """填报单位, 审核人 and the like, each with what stands behind its colon or in the next filled cell."""
    found: dict[str, str] = {}
    texts = [re.split(r"\s{2,}|\u3000+", str(v).strip()) for v in values if v not in ("", None)]
    waiting = ""
    for text in (t for part in texts for t in part):
        match = _FOOT.match(clean(text))
        if match:
            found[match["label"]] = match["value"]
            waiting = "" if match["value"] else match["label"]
        elif waiting:
            found[waiting], waiting = clean(text), ""
    return found


def cell_of(row: Row | int, column: Column | int) -> str:
    """The address of a value: B5."""
    return address(row.number if isinstance(row, Row) else row, column.index if isinstance(column, Column) else column)
