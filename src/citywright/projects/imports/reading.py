"""Reading the cells of a sheet by their columns; what cannot be read is a finding with its cell, never an exception."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from citywright.kernel import money as amounts
from citywright.kernel import sheets
from citywright.kernel.errors import Fault, Said
from citywright.kernel.sheets import CannotReadText, Column, Mark, Row, RowKind, Table
from citywright.kernel.words import Word

from ..rules.ledger import Finding, Place, Sheet, SheetRow, SumRow, shortened
from .columns import BY_CODE, CATEGORY_SYNONYMS, WORD_SYNONYMS, Field, Kind
from .mapping import CannotMap, Match, month_in

Reader = Callable[[Any], Any]
SPAN_PARTS = ("build_from", "build_to")
LARGEST = amounts.LARGEST
FEN = Decimal("0.000001")


@dataclass(frozen=True)
class Directory:
    """The names a sheet may use: units and categories by every name they have, to their codes."""

    units: Mapping[str, str]
    categories: Mapping[str, str]


@dataclass(frozen=True)
class Options:
    """How days are written, and the values of columns that the sheet does not have."""

    day_first: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bound:
    """A column of the sheet with the field it fills and the reader of its cells."""

    column: Column
    field: Field
    read: Reader


def read(table: Table, found: Sequence[Match], directory: Directory, period: date,
         options: Options) -> tuple[Sheet, list[Finding]]:
    """The sheet as typed values, and everything that could not be read, all at once."""
    bound = [Bound(column, BY_CODE[code], reader_of(BY_CODE[code], match.unit, directory, options))
             for column, match in zip(table.columns, found, strict=True) for code in match.fields]
    units = {code: match.unit for match in found for code in match.fields}
    places = {b.field.code: Place(b.column.index, b.column.header, units[b.field.code]) for b in bound}
    findings = header_findings(table, bound, places, period)
    defaults = default_values(options, directory)
    rows: list[SheetRow] = []
    sums: list[SumRow] = []
    summed = [b for b in bound if b.field.kind is Kind.MONEY]
    for row in table.rows:
        if row.kind is RowKind.DATA:
            made = read_row(table, row, bound, findings)
            made.values = defaults | made.values if defaults else made.values
            rows.append(made)
        elif row.kind in {RowKind.TOTAL, RowKind.SUBTOTAL, RowKind.GROUP}:
            sums.append(read_sums(row, summed, len(rows)))
    return Sheet(table.sheet, places, rows, sums), findings


def header_findings(table: Table, bound: Sequence[Bound], places: Mapping[str, Place], period: date) -> list[Finding]:
    """No column for the name; money without a unit; a column of another month; cells whose formula has no value."""
    found = []
    if "name" not in places:
        found.append(Finding(Fault(Said("没有“项目名称”一栏"), table.sheet, expected="至少要有项目名称")))
    for item in bound:
        cell = sheets.address(table.last, item.column.index)
        if item.field.kind is Kind.MONEY and not places[item.field.code].unit:
            found.append(Finding(Fault(Said("不知道这一栏的金额单位"), table.sheet, cell, item.column.header, "",
                                       "表头写（万元）或（亿元），或右上角写“单位：万元”")))
        month = month_in(item.column.header)
        if month and month != period.month and item.field.code in {"done_month", "done_ytd", "image_progress"}:
            found.append(Finding(Fault(Said("表头写的是 %(month)s 月，本次导入的是 %(period)s 月",
                                            {"month": month, "period": period.month}),
                                       table.sheet, cell, item.column.header)))
    uncached = [(i.column, row.number) for row in table.rows for i in bound
                if table.grid.uncached and sheets.cell_of(row, i.column) in table.grid.uncached]
    for column, number in uncached:
        found.append(Finding(Fault(Said("公式没有计算结果"), table.sheet, sheets.cell_of(number, column), column.header,
                                   "", "在 Excel 里打开并保存一次，或改为数值"), number))
    return found


def default_values(options: Options, directory: Directory) -> dict[str, Any]:
    """The values of columns that the sheet does not have; a wrong one is refused by its reader."""
    try:
        return {code: reader_of(BY_CODE[code], "万元", directory, options)(value)
                for code, value in options.defaults.items()}
    except CannotReadText as refusal:
        raise CannotMap("列对应里的缺省值读不出：%(why)s", why=str(refusal)) from refusal


def read_row(table: Table, row: Row, bound: Sequence[Bound], findings: list[Finding]) -> SheetRow:
    """One row as typed values; blank cells are left out, cleared ones hold Mark.CLEAR."""
    values: dict[str, Any] = {}
    carried, unread = set(), set()
    for item in bound:
        code, raw = item.field.code, row.values[item.column.index]
        if raw == "" or raw is None:
            continue
        try:
            value = item.read(raw)
        except CannotReadText as refusal:
            if not item.field.derived:
                findings.append(_unreadable(table, row, item, refusal))
            unread.add(code)
            continue
        if value is Mark.BLANK:
            continue
        findings += _october(table, row, item)
        if item.column.index in row.carried:
            carried.add(code)
        values = values | _span_values(value) if item.field.kind is Kind.SPAN else _parted(code, value) | values
    if "name" not in values:
        findings.append(Finding(Fault(Said("没有项目名称"), table.sheet, str(row.number)), row.number))
    return SheetRow(row.number, row.group, values, row.values, frozenset(carried), frozenset(unread))


def _parted(code: str, text: Any) -> dict[str, Any]:
    """The first of several units leads and the others help; a telephone number behind a name is the number."""
    if code not in {"lead", "contact"} or not isinstance(text, str):
        return {code: text}
    if code == "lead":
        first, _, others = text.partition("、")
        return {"lead": first, "coop": others} if others else {"lead": first}
    number = re.search(r"[\s:：/(]*(1\d{10}|\d{3,4}-?\d{7,8})\)?$", text)
    return {"contact": text[:number.start()].strip(), "phone": number[1]} if number and number.start() else {code: text}


def _span_values(value: Any) -> dict[str, Any]:
    if value is Mark.CLEAR:
        return dict.fromkeys(SPAN_PARTS, Mark.CLEAR)
    return {part: day for part, day in zip(SPAN_PARTS, (value.first, value.last), strict=True) if day}


def _october(table: Table, row: Row, item: Bound) -> list[Finding]:
    """2024.10 typed as a number is kept by sheets as 2024.1: told, as nobody can tell the two apart."""
    raw = row.values[item.column.index]
    if item.field.kind is not Kind.DAY or not isinstance(raw, float) or not format(raw, ".15g").endswith(".1"):
        return []
    said = Said("数字 %(read)s 按 1 月读；如是 10 月，请写成 2024年10月", {"read": shortened(raw)})
    place = sheets.cell_of(row, item.column)
    return [Finding(Fault(said, table.sheet, place, item.column.header), row.number, grave=False)]


def _unreadable(table: Table, row: Row, item: Bound, refusal: CannotReadText) -> Finding:
    raw = row.values[item.column.index]
    return Finding(Fault(refusal.said, table.sheet, sheets.cell_of(row, item.column), item.column.header,
                         shortened(raw), refusal.expected), row.number, item.field.kind is not Kind.CATEGORY)


def read_sums(row: Row, bound: Sequence[Bound], above: int) -> SumRow:
    """What a 合计 or 小计 row says; cells that are no amounts are passed over."""
    values: dict[str, Decimal] = {}
    for item in bound:
        try:
            value = item.read(row.values[item.column.index])
        except CannotReadText:
            continue
        if isinstance(value, Decimal):
            values[item.field.code] = value
    label = next((sheets.clean(v) for v in row.values if isinstance(v, str) and v.strip()), "合计")
    return SumRow(row.number, row.kind is RowKind.TOTAL, label, values, row.group, above, row.values)


def reader_of(entry: Field, unit: str, directory: Directory, options: Options) -> Reader:
    """How the cells of a column are read."""
    if entry.kind is Kind.MONEY:
        return lambda value: _money(value, unit)
    if entry.kind is Kind.DAY:
        return lambda value: sheets.day(value, day_first=options.day_first)
    if entry.kind is Kind.WORD and entry.word:
        return _cached(_word_reader(entry.word))
    if entry.kind is Kind.CATEGORY:
        return _cached(lambda value: _category(value, directory))
    if entry.kind is Kind.UNITS:
        return _cached(lambda value: _units(value, directory))
    plain: dict[Kind, Reader] = {Kind.SPAN: sheets.span, Kind.NUMBER: _number, Kind.PERCENT: sheets.percent,
                                 Kind.YES_NO: sheets.yes_no}
    return plain.get(entry.kind) or (lambda value: _text(value, entry))


def _cached(read_one: Reader) -> Reader:
    """The same reader, asked once per different text: columns of words repeat themselves."""
    kept: dict[Any, Any] = {}

    def reader(value: Any) -> Any:
        if value not in kept:
            kept[value] = read_one(value)
        return kept[value]

    return reader


def _money(value: Any, unit: str) -> Decimal | Mark:
    amount = sheets.money(value, unit or "万元")
    if isinstance(amount, Mark):
        return amount
    if abs(amount) > LARGEST:
        raise CannotReadText("金额大得不合理", expected="核对单位是万元还是亿元")
    return amount.quantize(FEN)


def _number(value: Any) -> Decimal | Mark:
    read_value = sheets.number(value)
    return read_value if isinstance(read_value, Mark) else amounts.rounded(read_value)


def _text(value: Any, entry: Field) -> str | Mark:
    text = sheets.words(value)
    if isinstance(text, str) and entry.longest and len(text) > entry.longest:
        raise CannotReadText("文字过长：%(length)s 字", expected=f"≤ {entry.longest}", length=len(text))
    return text if isinstance(text, Mark) or entry.code not in {"name", "project_code", "owner_uscc", "code"} \
        else text.replace("\n", "").strip()


def _word_reader(word: type[Word]) -> Reader:
    labels = {member.zh: member.value for member in word} | {member.value: member.value for member in word}
    codes = {member.value for member in word}

    def reader(value: Any) -> str | Mark:
        mark = sheets.mark_of(value)
        if mark is not None:
            return mark
        text = sheets.clean(value)
        code = labels.get(text) or WORD_SYNONYMS.get(text, "")
        if code not in codes:
            raise CannotReadText("没有这一种", expected="、".join(member.zh for member in word))
        return code

    return reader


def _category(value: Any, directory: Directory) -> str | Mark:
    mark = sheets.mark_of(value)
    if mark is not None:
        return mark
    text = sheets.clean(value)
    found = directory.categories.get(text) or CATEGORY_SYNONYMS.get(text) or CATEGORY_SYNONYMS.get(
        text.removesuffix("项目"), text)
    if found not in directory.categories.values():
        raise CannotReadText("类别不在目录里：新项目按未归类，已有项目不改", expected="、".join(directory.categories))
    return found


def _units(value: Any, directory: Directory) -> str | Mark:
    """The codes of the units a cell names; the first one leads. A name nobody has is refused."""
    mark = sheets.mark_of(value)
    if mark is not None:
        return mark
    found = []
    for name in _split(str(value)):
        code = directory.units.get(sheets.clean(name))
        if not code:
            raise CannotReadText("没有单位“%(name)s”", expected="单位全称或简称", name=name)
        found.append(code)
    return "、".join(found)


def _split(text: str) -> list[str]:
    parts = text
    for sign in "，,;；/\n\t":
        parts = parts.replace(sign, "、")
    return [part.strip() for part in parts.split("、") if part.strip()]
