"""What does a file hold? Published figures and relations as rows and declarations, every fault with its line."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from citywright.kernel.errors import CannotAccept, Fault, Refusal, Said

from ..rules import published, relations
from ..rules.published import Row
from ..rules.relations import Readers, Relation

#: The product's own figures and relations.
HOME = Path(__file__).resolve().parent.parent / "fixtures"
FIGURES, RELATIONS, LEDGER, REFERENCES = (HOME / name for name in (
    "published_figures.csv", "relations.toml", "ledger_relations.toml", "references.toml"))
MOST_BYTES = 32 * 1024 * 1024
#: The collected pages: number, and the neutral name and month of each.
PAGES = {"000": ("报纸版面 000（2024年1月）", "2024-01"), "002": ("报纸版面 002（2024年3月）", "2024-03"),
         "004": ("报纸版面 004（2024年1月）", "2024-01")}
#: Column of ours to the key of a collected line.
COLLECTED = {"code": "id", "subject": "subject", "metric": "metric", "value": "value", "value_max": "value_max",
             "unit": "unit", "qualifier": "qualifier", "hedge": "hedge", "period": "period", "kind": "kind",
             "location": "location", "topic": "category", "same_as": "key"}
HEADER = re.compile(r"^[ \t]*\[\[\s*relation\s*\]\]", re.M)


class CannotRead(Refusal):
    """The file is no text of a form that is known."""


@dataclass(frozen=True)
class Expected:
    """What a line of a collected file says of a relation: its number and its verdict."""

    line: int
    id: str
    verdict: str


def text_of(path: Path) -> str:
    """The text of a file in UTF-8, not longer than it may be."""
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise CannotRead("文件超过 %(limit)s MB，请分成几个", limit=MOST_BYTES >> 20)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRead("文件不是 UTF-8 文字：用 UTF-8 另存")


def figure_rows(text: str) -> tuple[list[Row], list[Fault]]:
    """Rows of figures in the product's CSV or in the collected form (a JSON object on each line)."""
    if text.lstrip()[:1] == "{":
        return _collected(text)
    reader = csv.reader(io.StringIO(text))
    rows: list[Row] = []
    try:
        head = [cell.strip() for cell in next(reader, [])]
        missing = [column for column in published.NEEDED if column not in head]
        if missing:
            raise CannotRead("表头缺少：%(columns)s", columns=missing)
        for cells in reader:
            if any(cells):
                given = {column: cell.strip() for column, cell in zip(head, cells, strict=False)}
                rows.append(Row(reader.line_num, given, tuple(cells[len(head):len(head) + 1])))
    except csv.Error as error:
        raise CannotRead("表读不下去，停在第 %(line)s 行：%(why)s", line=reader.line_num, why=str(error))
    known = {"columns": list(published.COLUMNS)}
    return rows, [Fault(Said("没有这一列，可用：%(columns)s", known), cell="1", header=column[:40])
                  for column in dict.fromkeys(head) if column and column not in published.COLUMNS]


def _collected(text: str) -> tuple[list[Row], list[Fault]]:
    """Lines of the collected form; sentences of the source (`span`, `note`) are left where they are."""
    rows: list[Row] = []
    faults: list[Fault] = []
    for line, raw in objects(text, faults):
        given = {column: _text(raw.get(key)) for column, key in COLLECTED.items()}
        doc = _text(raw.get("doc"))
        given["source"], given["source_day"] = PAGES.get(doc, (f"报纸版面 {doc}" if doc else "", ""))
        given["due"] = given["period"] if raw.get("milestone") else ""
        given["weak"] = "1" if raw.get("weak") else ""
        rows.append(Row(line, given))
    return rows, faults


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value)[:1000]


def objects(text: str, faults: list[Fault]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a text, one on each line, with its number; what is none is a fault."""
    for line, part in enumerate(text.splitlines(), 1):
        if not part.strip():
            continue
        try:
            raw = json.loads(part)
        except (ValueError, RecursionError):
            faults.append(Fault(Said("这一行不是完整的 JSON 对象"), cell=str(line), read=part[:60]))
            continue
        if isinstance(raw, dict):
            yield line, raw
        else:
            faults.append(Fault(Said("这一行不是完整的 JSON 对象"), cell=str(line), read=part[:60]))


def is_collected(text: str) -> bool:
    """Whether the text is the collected form of relations: words and verdicts, no terms."""
    first = text.lstrip().split("\n", 1)[0]
    try:
        raw = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(raw, dict) and "verdict" in raw and "terms" not in raw


def expected(text: str) -> list[Expected]:
    """Number and verdict of each relation of the collected form; faults all at once."""
    faults: list[Fault] = []
    found = [Expected(line, str(raw.get("id", "")), str(raw.get("verdict", "")).split(" ")[0])
             for line, raw in objects(text, faults)]
    if faults:
        raise CannotAccept("文件有 %(count)s 处错误", faults, count=len(faults))
    return found


def declared(text: str, *, codes: Collection[str] | None = None, keys: Collection[str] | None = None,
             indicators: Collection[str] | None = None) -> list[Relation]:
    """The relations that a text declares, as TOML or one JSON object on each line; every fault at once."""
    faults: list[Fault] = []
    readers = Readers(codes, keys, indicators)
    found: list[Relation] = []
    for count, (line, raw) in enumerate(_declarations(text, faults), 1):
        if count > relations.MOST_RELATIONS:
            most = {"most": relations.MOST_RELATIONS}
            faults.append(Fault(Said("多于 %(most)s 条关系：请分成几个文件", most), cell=str(line)))
            break
        made = relations.read(raw, line, readers)
        if made is not None:
            found.append(made)
    faults += [Fault(wrong.said, cell=str(wrong.line), header=wrong.id) for wrong in readers.faults]
    if faults:
        faults.sort(key=lambda fault: int(fault.cell or 0))
        raise CannotAccept("关系文件有 %(count)s 处错误，没有核对", faults, count=len(faults))
    return found


def _declarations(text: str, faults: list[Fault]) -> Iterator[tuple[int, Any]]:
    if text.lstrip()[:1] == "{":
        yield from objects(text, faults)
        return
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        line = re.search(r"line (\d+)", str(error))
        faults.append(Fault(Said("TOML 写法不对：%(why)s", {"why": str(error)[:120]}), cell=line[1] if line else "1"))
        return
    lines = [text.count("\n", 0, match.start()) + 1 for match in HEADER.finditer(text)]
    rows = raw.get("relation")
    if not isinstance(rows, list) or not rows:
        faults.append(Fault(Said("没有一条 [[relation]]"), cell="1"))
        return
    unknown = [key[:40] for key in raw if key != "relation"]
    if unknown:
        faults.append(Fault(Said("不认识的项：%(keys)s", {"keys": unknown[:10]}), cell="1"))
    for i, row in enumerate(rows):
        yield (lines[i] if i < len(lines) else 1), row


@lru_cache(maxsize=4)
def own(name: str) -> tuple[Relation, ...]:
    """The relations that the product declares, read once."""
    return tuple(declared(text_of(HOME / name)))
