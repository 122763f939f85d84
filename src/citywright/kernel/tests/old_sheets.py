"""A small writer of .xls (BIFF 8 in a compound file), as nothing that is installed writes one."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def text_of(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return record(0x0204, place + text_of(value))
    return record(0x0203, place + struct.pack("<d", value))


def workbook(name: str, rows: Sequence[Sequence[str | float]], merges: Sequence[tuple[int, int, int, int]]) -> bytes:
    """The workbook's stream: globals, then one sheet. Merges are (first row, first column, last row, last column)."""
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6)) + record(0x0042, struct.pack("<H", 1200))
    head = len(start) + 4 + 6 + len(title) + 4
    body = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6))
    body += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(len(r) for r in rows), 0))
    body += b"".join(cell(y, x, v) for y, row in enumerate(rows) for x, v in enumerate(row) if v != "")
    if merges:
        body += record(0x00E5, struct.pack("<H", len(merges)) + b"".join(
            struct.pack("<HHHH", a, c, b, d) for a, b, c, d in merges))
    return start + record(0x0085, struct.pack("<IH", head, 0) + title) + record(0x000A) + body + record(0x000A)


def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    label = name.encode("utf-16-le") + b"\0\0"
    return (label.ljust(64, b"\0") + struct.pack("<HBB", len(label), kind, 1) + struct.pack("<III", FREE, FREE, child)
            + b"\0" * 36 + struct.pack("<IQ", start, size))


def write(path: Path, rows: Sequence[Sequence[str | float]], *, name: str = "台账",
          merges: Sequence[tuple[int, int, int, int]] = ()) -> Path:
    """The rows as an .xls file."""
    stream = workbook(name, rows, merges)
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    count = len(stream) // SECTOR
    chain = [FAT, END, *range(3, count + 2), END]
    assert len(chain) <= SECTOR // 4
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(SECTOR, b"\xff")
    directory = (entry("Root Entry", 5, 1, END, 0) + entry("Workbook", 2, FREE, 2, len(stream))).ljust(SECTOR, b"\0")
    head = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
            + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<I", 0) + b"\xff" * 432)
    path.write_bytes(head + fat + directory + stream)
    return path
