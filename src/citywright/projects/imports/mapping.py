"""Which header is which column: exactly, then normalised, then by a suggestion that a person must confirm."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from citywright.kernel.errors import Refusal
from citywright.kernel.sheets import UNITS, Column, Table, clean

from .columns import BY_CODE, FIELDS

#: A suggestion at least so near is applied; what is between the two is only shown.
SURE, NEAR = 96.0, 72.0
_YEAR_END = re.compile(r"(?:截[至止]|至)?(?:20\d\d|上|去)年(?:度)?(?:12月)?(?:31日)?[底末]")
_YEAR = re.compile(r"20\d\d年(?:度)?")
_TO_MONTH = re.compile(r"1(?:月)?[-—–~至](?:\d{1,2}|N|n|本)月(?:份)?")
_ONE_MONTH = re.compile(r"(?<![-—–~至\d])(\d{1,2})月(?:份)?(?=完成|投资|实际|进展|形象)")
_UNIT_IN_BRACKETS = re.compile(
    r"[(（\[【](?:金额)?(?:单位[:：]?)?(?:[百千万亿]*元|亩|㎡|m2|平方米|%|个?百分点|万美元|年月|年/月)[)）\]】]")


class CannotMap(Refusal):
    """The mapping names a column or a unit that does not exist, or leaves out the name."""


@dataclass(frozen=True)
class Match:
    """What one header was taken for: its columns, the unit of money in force, how near, and a mere suggestion."""

    header: str
    fields: tuple[str, ...] = ()
    unit: str = ""
    suggestion: str = ""
    score: float = 0.0


@dataclass(frozen=True)
class MappingFile:
    """A mapping file: columns, values for columns that are absent, and how days are written."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    day_first: bool = False
    sheet: str = ""
    forecasts: bool = False


@cache
def normal(header: str) -> str:
    """The header as the synonym table writes it: no units, no spaces, this year 年度, last year's end 上年底, 1-N月."""
    text = re.sub("[:：]", "", _UNIT_IN_BRACKETS.sub("", clean(header)))
    text = re.sub(r"(?:万亿元|百万元|千万元|亿元|万元|千元)$", "", text)
    text = _YEAR_END.sub("截至上年底", text)
    text = _TO_MONTH.sub("1-N月", text)
    text = re.sub(r"20\d\d年(?=1-N月|本月)", "", _ONE_MONTH.sub("本月", text))
    return _YEAR.sub("年度", text).replace("年度年度", "年度").strip("*※、,，.;；")


@cache
def table() -> dict[str, str]:
    """Every known header, normalised, with its column."""
    known: dict[str, str] = {}
    for entry in FIELDS:
        for word in (entry.zh, *entry.synonyms):
            known.setdefault(normal(word), entry.code)
    return known


def field_of(header: str) -> str:
    """The column a header names for sure, "" when none: the whole header, its levels joined, then its last level."""
    known = table()
    levels = [normal(part) for part in header.split("/")]
    for name in (normal(header), "/".join(levels), "".join(levels), levels[-1]):
        if name in known:
            return known[name]
    return ""


def known(header: str) -> bool:
    """Whether the synonym table knows a header; how the reader finds the header rows."""
    return bool(field_of(header))


def suggestion(header: str) -> tuple[str, float]:
    """The nearest column by its names, and how near (0 to 100)."""
    found = process.extractOne(normal(header), table().keys(), scorer=fuzz.WRatio, score_cutoff=NEAR)
    return (table()[found[0]], float(found[1])) if found else ("", 0.0)


def month_in(header: str) -> int | None:
    """The month a header is about (3月完成, 1-3月完成), or None."""
    text = clean(header)
    found = re.search(r"1(?:月)?[-—–~至](\d{1,2})月", text) or _ONE_MONTH.search(text)
    return int(found[1]) if found else None


def signature(columns: Iterable[Column]) -> str:
    """What a sender's header row is remembered by: the normalised headers in their order."""
    return hashlib.sha256("\n".join(normal(c.header) for c in columns).encode()).hexdigest()


def chosen(header: str, choice: Any, unit: str) -> Match:
    """A match as a person or a mapping file set it; refuses unknown columns and units."""
    if isinstance(choice, Mapping):
        names, unit = choice.get("field", ""), str(choice.get("unit") or unit)
    else:
        names = choice
    fields = tuple(n for n in ([names] if isinstance(names, str) else list(names)) if n)
    wrong = [n for n in fields if n not in BY_CODE]
    if wrong:
        raise CannotMap("列对应里没有“%(field)s”这一栏", field="、".join(wrong))
    if unit and unit not in UNITS:
        raise CannotMap("列对应里的单位“%(unit)s”不认识", unit=unit)
    return Match(header, fields, unit, score=100.0)


def matches(sheet: Table, choices: Mapping[str, Any] | None = None) -> list[Match]:
    """One match per column of the sheet: what was chosen or remembered, else what is sure, else a suggestion.

    Two headers for one column: the first surest keeps it, the others become suggestions.
    """
    choices, taken = choices or {}, set[str]()
    found: list[Match] = []
    for column in sheet.columns:
        if column.header in choices:
            match = chosen(column.header, choices[column.header], column.unit)
        else:
            match = _guessed(column)
        if taken & set(match.fields):
            match = Match(column.header, (), column.unit, match.fields[0], match.score)
        taken |= set(match.fields)
        found.append(match)
    return found


def _guessed(column: Column) -> Match:
    sure = field_of(column.header)
    if sure:
        return Match(column.header, (sure,), column.unit, score=100.0)
    near, score = suggestion(column.header)
    if score >= SURE:
        return Match(column.header, (near,), column.unit, score=score)
    return Match(column.header, (), column.unit, near, score)


def load(path: Path) -> MappingFile:
    """A mapping file (TOML): [columns] header = column or {field, unit}, [defaults] column = value, [options]."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotMap("列对应文件 %(name)s 读不出：%(why)s", name=path.name, why=str(error)) from error
    options = content.get("options", {})
    columns = {"/".join(clean(part) for part in header.split("/")): choice
               for header, choice in content.get("columns", {}).items()}
    loaded = MappingFile(columns, content.get("defaults", {}), bool(options.get("day_first")),
                      str(options.get("sheet", "")), bool(options.get("forecasts")))
    for header, choice in loaded.columns.items():
        chosen(header, choice, "")
    wrong = [name for name in loaded.defaults if name not in BY_CODE]
    if wrong:
        raise CannotMap("列对应里没有“%(field)s”这一栏", field="、".join(wrong))
    return loaded
