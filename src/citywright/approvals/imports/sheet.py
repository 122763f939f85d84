"""How does a catalogue look in a workbook, and how is one read back? One sheet for each part, a row an entry. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from citywright.kernel.errors import Fault, Said

from ..words.values import FIELD_LABELS
from .catalogue import CannotReadCatalogue

#: Part of the catalogue to its sheet; the last one is a plain list.
SHEETS = {"items": "事项", "packages": "打包", "attributes": "表单属性", "departments": "部门", "stages": "阶段",
          "applicant_documents": "申请人材料"}
LISTED = "applicant_documents"
CODE, CODE_HEAD, DOCUMENT_HEAD = "code", "代码", "材料名称"
NUMBERS = frozenset({"working_days_statutory", "working_days_committed", "joint_days"})
FLAGS = frozenset({"deferrable", "commitment_ok", "milestone", "pre_review"})
LISTS = frozenset({"prerequisites", "needs", "produces"})
MAPS = frozenset({"working_days_by_class"})
#: A column that no entry of a small catalogue happens to use must still be known when it is read.
KNOWN = {label: field for field, label in FIELD_LABELS.items() if field != "*"}
YES, NO = "是", "否"
MOST_ROWS = 5_000


def tables(content: Mapping[str, Any]) -> dict[str, list[list[Any]]]:
    """Sheet name to its rows, the head first: text, whole numbers, 是 and 否, lists with 、 between."""
    found = {}
    for part, sheet in SHEETS.items():
        if part == LISTED:
            found[sheet] = [[DOCUMENT_HEAD], *([str(name)] for name in content.get(part) or ())]
            continue
        rows = _rows(content.get(part))
        fields = list(dict.fromkeys(field for row in rows for field in row if field != CODE))
        found[sheet] = [[CODE_HEAD, *(FIELD_LABELS.get(field, field) for field in fields)],
                        *([str(row.get(CODE, "")), *(_cell(row.get(field)) for field in fields)] for row in rows)]
    return found


def _rows(found: Any) -> list[dict[str, Any]]:
    if isinstance(found, dict):
        return [{CODE: code, **row} for code, row in found.items()]
    return list(found or ())


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    if isinstance(value, dict):
        return "；".join(f"{key}={part}" for key, part in value.items())
    return "" if value is None else value


def content_of(sheets: Mapping[str, Sequence[Sequence[Any]]], base: Mapping[str, Any]) -> dict[str, Any]:
    """The catalogue that the sheets hold; what has no sheet is taken over from `base`. Refuses with every fault."""
    wrong: list[Fault] = []
    found: dict[str, Any] = {key: value for key, value in base.items() if key not in SHEETS}
    for part, sheet in SHEETS.items():
        rows = sheets.get(sheet)
        if not rows:
            wrong.append(Fault(Said("工作簿里没有“%(sheet)s”表", {"sheet": sheet}), sheet=sheet))
        elif len(rows) > MOST_ROWS:
            wrong.append(Fault(Said("“%(sheet)s”表超过 %(most)s 行", {"sheet": sheet, "most": MOST_ROWS}), sheet=sheet))
        elif part == LISTED:
            found[part] = [text for row in rows[1:] if row and (text := _text(row[0]))]
        else:
            entries = list(_entries(sheet, rows, wrong))
            found[part] = {code: row for code, row in entries} if part == "attributes" else [
                {CODE: code, **row} for code, row in entries]
    if wrong:
        raise CannotReadCatalogue("工作簿有 %(count)s 处读不懂", wrong, count=len(wrong))
    return found


def _entries(sheet: str, rows: Sequence[Sequence[Any]], wrong: list[Fault]) -> Iterable[tuple[str, dict[str, Any]]]:
    heads = [_text(head) for head in rows[0]]
    if not heads or heads[0] != CODE_HEAD:
        wrong.append(Fault(Said("“%(sheet)s”表的第一列应是代码", {"sheet": sheet}), sheet=sheet))
        return
    fields = [KNOWN.get(head, head) for head in heads]
    for number, row in enumerate(rows[1:], 2):
        code = _text(row[0]) if row else ""
        if code:
            yield code, {field: _read(sheet, number, field, value, wrong)
                         for field, value in list(zip(fields, row, strict=False))[1:] if field}


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _read(sheet: str, number: int, field: str, value: Any, wrong: list[Fault]) -> Any:
    """A cell as the file of a catalogue has it."""
    text = _text(value)
    if field in LISTS:
        return [part for part in text.replace(",", "、").replace("，", "、").split("、") if part.strip()]
    if field in FLAGS:
        return text == YES or value is True
    if field in MAPS:
        pairs = [part.partition("=") for part in text.split("；") if part]
        return {key: _number(sheet, number, field, days, wrong) for key, _, days in pairs}
    if field in NUMBERS:
        return _number(sheet, number, field, text, wrong) if text else None
    return text or None


def _number(sheet: str, number: int, field: str, text: str, wrong: list[Fault]) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 4:  # noqa: PLR2004
        return int(text)
    wrong.append(Fault(Said("“%(sheet)s”表第 %(number)s 行的%(field)s应是整数：%(value)s", {
        "sheet": sheet, "number": number, "field": FIELD_LABELS.get(field, field), "value": text[:40]}), sheet=sheet))
    return None
