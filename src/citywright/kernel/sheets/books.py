"""Opening a sheet that somebody sent: what it is by its content, whether it is safe to read, and its cells.

Nothing is believed but the bytes. A file that is too large, that unpacks to too much, that carries macros or is locked
is refused before any reader sees it. Cells come back as a list of rows from A1 on, with merged ranges beside them.
"""

from __future__ import annotations

import csv
import io
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zlib import error as ZlibError  # noqa: N812

import python_calamine

from ..errors import Refusal

MAX_ROWS, MAX_COLUMNS, MAX_SHEETS = 100_000, 300, 30
MAX_UNPACKED, MAX_PARTS, MAX_RATIO = 256 * 1024 * 1024, 3_000, 200
#: The size limit where nobody sets another (the program hands in its setting).
MAX_BYTES = 20 * 1024 * 1024
CHUNK = 4 * 1024 * 1024
Merge = tuple[int, int, int, int]
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(/?)>')
_ROW = re.compile(rb"<(?:\w+:)?row[ >]")
_UNCACHED = re.compile(
    rb'<(?:\w+:)?c (?![^>]*\bt="str")[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>'
    rb"\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>")


class CannotReadSheet(Refusal):
    """The file is not a sheet that can be read; nothing was taken from it."""


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet from A1 on. `uncached` names cells whose formula carries no value."""

    kind: str
    sheet: str
    rows: list[list[Any]]
    merges: tuple[Merge, ...] = ()
    uncached: frozenset[str] = field(default_factory=frozenset)
    encoding: str = ""


def letters(column: int) -> str:
    """Column letters of a column counted from 0: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def number_of(name: str) -> int:
    """The column counted from 0 of its letters."""
    total = 0
    for letter in name:
        total = total * 26 + ord(letter) - 64
    return total - 1


def address(row: int, column: int) -> str:
    """B5 of row 5 (counted from 1, as people do) and column 1 (counted from 0)."""
    return f"{letters(column)}{row}"


def kind_of(path: Path, *, max_bytes: int = MAX_BYTES) -> str:
    """xlsx, xls or csv by content; everything else is refused by name, and so is a file over the size limit."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise CannotReadSheet("%(name)s 不是文件", name=path.name)
    if found.st_size > max_bytes:
        raise CannotReadSheet("文件有 %(size)s MB，超过上限 %(limit)s MB，请删去图片或分表后再传",
                              size=found.st_size // 2**20, limit=max_bytes // 2**20)
    if not found.st_size:
        raise CannotReadSheet("文件是空的")
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    _refuse_known_others(head)
    return "csv"


def _refuse_known_others(head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")):
        raise CannotReadSheet("这是网页格式的表，请用 Excel 打开后另存为 .xlsx 再传")
    if start.startswith(b"{\\rtf") or b"\0" in head or head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise CannotReadSheet("文件类型不对：只收 .xlsx、.xls 和 .csv 表格")


def grids(path: Path, *, max_bytes: int = MAX_BYTES) -> Iterator[Grid]:
    """Every visible sheet of the file in its order; refuses what is unsafe, locked, or too large."""
    kind = kind_of(path, max_bytes=max_bytes)
    if kind == "csv":
        yield _text_grid(path)
        return
    scans = _scan_package(path) if kind == "xlsx" else {}
    if kind == "xls":
        _check_compound(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        names = [s.name for s in book.sheets_metadata
                 if s.visible == python_calamine.SheetVisibleEnum.Visible
                 and s.typ == python_calamine.SheetTypeEnum.WorkSheet]
        for name in names[:MAX_SHEETS]:
            yield _grid(kind, book.get_sheet_by_name(name), scans)
    except python_calamine.PasswordError as error:
        raise CannotReadSheet("文件有打开密码，请去掉密码后再传") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise CannotReadSheet("文件已损坏，打不开；请在 Excel 里另存一份再传") from error


def _grid(kind: str, sheet: Any, scans: dict[str, frozenset[str]]) -> Grid:
    if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
        raise _too_many(sheet.total_height, sheet.total_width)
    merges = tuple((a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or ())
    return Grid(kind, sheet.name, sheet.to_python(skip_empty_area=False), merges, scans.get(sheet.name, frozenset()))


def _too_many(rows: int, columns: int) -> CannotReadSheet:
    if rows > MAX_ROWS:
        return CannotReadSheet("表有 %(rows)s 行以上，超过上限 %(limit)s 行", rows=rows, limit=MAX_ROWS)
    return CannotReadSheet("表有 %(columns)s 列以上，超过上限 %(limit)s 列", columns=columns, limit=MAX_COLUMNS)


def _scan_package(path: Path) -> dict[str, frozenset[str]]:
    """Check the package part by part without keeping it; returns the cells without a value per sheet name."""
    try:
        with zipfile.ZipFile(path) as package:
            _check_directory(package)
            found = {}
            for info in package.infolist():
                cells = _scan_part(package, info)
                if info.filename.startswith("xl/worksheets/"):
                    found[info.filename] = frozenset(cells)
            return {name: found.get(part, frozenset()) for name, part in _sheet_parts(package).items()}
    except (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError, KeyError) as error:
        raise CannotReadSheet("文件已损坏，打不开；请在 Excel 里另存一份再传") from error


def _check_directory(package: zipfile.ZipFile) -> None:
    """Refuse by the directory alone: bombs, locked parts, macros, and packages that are no workbook."""
    parts = package.infolist()
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > max(packed, 1) * MAX_RATIO + 2**24:
        raise CannotReadSheet("文件解压后过大，可能是压缩炸弹，已拒绝打开")
    names = {p.filename for p in parts}
    if any(p.flag_bits & 1 for p in parts):
        raise CannotReadSheet("文件有打开密码，请去掉密码后再传")
    if any(n.lower().endswith("vbaproject.bin") for n in names):
        raise CannotReadSheet("表里带有宏，请另存为不带宏的 .xlsx 再传")
    if "xl/workbook.xml" not in names:
        raise CannotReadSheet("文件类型不对：只收 .xlsx、.xls 和 .csv 表格")


def _scan_part(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> set[str]:
    """Read a part to its end, so that its declared size and checksum are proved; looks at the cells of a sheet."""
    sheet, tail, rows, uncached = info.filename.startswith("xl/worksheets/"), b"", 0, set()
    with package.open(info) as part:
        while chunk := part.read(CHUNK):
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                raise CannotReadSheet("文件里有不该有的内容，已拒绝打开")
            if not sheet:
                continue
            text = tail + chunk
            cut = text.rfind(b"</c>") + 4 if b"</c>" in text else len(text)
            whole, tail = text[:cut], text[cut:]
            rows += len(_ROW.findall(whole))
            uncached |= _check_cells(whole, rows)
    return uncached


def _check_cells(text: bytes, rows: int) -> set[str]:
    last_row, last_column = rows, 0
    widest: set[bytes] = set()
    for name, row, empty in _CELL.findall(text):
        if not empty:
            widest.add(name)
            last_row = max(last_row, int(row))
    last_column = max((number_of(n.decode()) + 1 for n in widest), default=0)
    if last_row > MAX_ROWS or last_column > MAX_COLUMNS:
        raise _too_many(last_row, last_column)
    return {m.decode() for m in _UNCACHED.findall(text)} if b"<f" in text or b":f>" in text else set()


def _sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Which part holds which sheet, by the workbook's own relations (every part was checked for entities before)."""
    relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    links = {e.get("Id"): str(e.get("Target")) for e in relations}
    found = {}
    for sheet in ElementTree.fromstring(package.read("xl/workbook.xml")).iter():
        if sheet.tag.rpartition("}")[2] == "sheet":
            link = next((v for k, v in sheet.attrib.items() if k.rpartition("}")[2] == "id"), "")
            target = links.get(link, "")
            found[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _check_compound(path: Path) -> None:
    """An old binary file: locked workbooks, macros and Word files are told apart by the names of their streams."""
    content = path.read_bytes()

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise CannotReadSheet("文件有打开密码，请去掉密码后再传")
    if not (holds("Workbook") or holds("Book")):
        raise CannotReadSheet("文件类型不对：只收 .xlsx、.xls 和 .csv 表格")
    if holds("_VBA_PROJECT"):
        raise CannotReadSheet("表里带有宏，请另存为不带宏的 .xlsx 再传")


def _text_grid(path: Path) -> Grid:
    text, encoding = _decoded(path.read_bytes())
    first = text[:20_000].splitlines()[:40]
    delimiter = max(",\t;", key=lambda sign: sum(line.count(sign) for line in first))
    rows: list[list[Any]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(list(row))
            if len(rows) > MAX_ROWS or len(row) > MAX_COLUMNS:
                raise _too_many(len(rows), len(row))
    except csv.Error as error:
        raise CannotReadSheet("文件不是表格：%(why)s", why=str(error)) from error
    width = max((len(r) for r in rows), default=0)
    return Grid("csv", path.stem, [r + [""] * (width - len(r)) for r in rows], encoding=encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
            return text, encoding
    raise CannotReadSheet("文字编码读不出：只认 UTF-8 和 GBK，请另存为 .xlsx 再传")
