"""What lies in a table's folder: one entry a partition, in `manifest.json` beside the files.

The manifest says what should be there, so that a file that is missing or cut short is named instead of being left out
of a sum. It is written whole beside its place and renamed; who changes it holds the lake's lock. A folder without one
(or with one that cannot be read) is counted anew from the files, each of which says in its own metadata what it is.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

NAME = "manifest.json"
#: Manifests as last read, by place: valid while the file's inode, size and time are the same.
_read: dict[Path, tuple[tuple[int, int, int], dict[str, Entry]]] = {}


@dataclass(frozen=True)
class Entry:
    """One partition: version of the table, rows, the day it tells about, digest of its source, size and SHA-256."""

    version: int
    row: str
    rows: int
    as_of: str
    source: str
    size: int
    digest: str


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Only one process changes the lake at a time; the others wait."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def entries(folder: Path) -> Mapping[str, Entry]:
    """The partitions of a table by name; {} when its folder is not there."""
    place = folder / NAME
    try:
        found = place.stat()
    except FileNotFoundError:
        return recounted(folder)
    stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
    kept = _read.get(place)
    if kept is None or kept[0] != stamp:
        kept = (stamp, _parsed(place))
        _read[place] = kept
    return kept[1]


def _parsed(place: Path) -> dict[str, Entry]:
    try:
        return {name: Entry(**entry) for name, entry in json.loads(place.read_text()).items()}
    except (ValueError, TypeError, AttributeError):
        return recounted(place.parent)


def recounted(folder: Path) -> dict[str, Entry]:
    """The entries as the whole files of a folder tell them; broken ones are left out."""
    found = {file.name.removesuffix(".parquet"): told(file) for file in sorted(folder.glob("*.parquet"))}
    return {name: entry for name, entry in found.items() if entry}


def told(file: Path) -> Entry | None:
    """What a file says of itself; None when it is missing, cut short or no file of the lake."""
    try:
        meta = pq.read_metadata(file)
        notes = {key.decode(): value.decode() for key, value in (meta.metadata or {}).items()
                 if not key.startswith(b"ARROW")}
        return Entry(version=int(notes["version"]), row=notes["row"], rows=meta.num_rows, as_of=notes["as_of"],
                     source=notes["source"], size=file.stat().st_size, digest=digest_of(file))
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return None


def digest_of(file: Path) -> str:
    """SHA-256 of a file, hex."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def put(folder: Path, changes: Mapping[str, Entry | None]) -> None:
    """The entries stand in the manifest, those that are None are gone; the lock is held by the caller."""
    kept = {**entries(folder), **changes}
    whole = {name: asdict(entry) for name, entry in sorted(kept.items()) if entry is not None}
    fresh = folder / f"{NAME}.tmp"
    fresh.write_text(json.dumps(whole, ensure_ascii=False, indent=0))
    os.replace(fresh, folder / NAME)
