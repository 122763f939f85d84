"""Flat fact tables as Parquet files: a domain publishes, dashboards read. One folder per table, one file per partition.

A file is complete or absent: it is written beside its place and renamed into it. Each carries, in its metadata, the
schema version of the table, the day it tells about (`as_of`) and the digest of its source; `manifest` says which files
there should be. Partitions are called `area=<code>` with further parts after dots (`area=990101.year=2024`).
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from citywright.kernel.errors import Refusal

from . import manifest
from .manifest import Entry

PLACE = re.compile(r"^[a-z0-9][a-z0-9_=.-]*$")
#: What to do about a lake that cannot be read.
REBUILD = "./citywright lake rebuild"
#: Stands for the source of a partition that is to be written anew.
DOUBTED = "?"
#: A board over 300 districts reads 8,000 pieces of columns: with zstd that takes half as long again (decision 19).
COMPRESSION = "snappy"
#: Rows of one piece of a file: a month of a large district, so that a month is read without the others.
GROUP = 2_000


class CannotPublish(Refusal):
    """The name of a table or partition is not a plain word, or the columns are not those of the table."""


class CannotRead(Refusal):
    """Nothing was published under this name, or a file of it is broken or missing."""


@dataclass(frozen=True)
class Table:
    """A fact table: its name, what one row is, its columns, and the version that grows when they change."""

    name: str
    row: str
    schema: pa.Schema
    version: int = 1


def root() -> Path:
    """Where the lake lies."""
    return Path(settings.LAKE_ROOT)


def names() -> list[str]:
    """The tables that were ever published."""
    return sorted(place.name for place in root().glob("*") if place.is_dir() and PLACE.match(place.name))


def partitions(table: str) -> Mapping[str, Entry]:
    """What was published of a table, by partition."""
    _require_plain(table)
    return manifest.entries(root() / table)


def publish(table: Table, columns: Mapping[str, Any], *, partition: str, as_of: date, source: str = "") -> Path:
    """The partition holds exactly these columns; the file that was there before is replaced in one step."""
    _require_plain(table.name, partition)
    if list(columns) != table.schema.names:
        raise CannotPublish("数据表 %(table)s 的列不对", table=table.name)
    notes = {"as_of": as_of.isoformat(), "version": str(table.version), "row": table.row, "source": source}
    data = pa.table(dict(columns), schema=table.schema).replace_schema_metadata(notes)
    folder = root() / table.name
    place = folder / f"{partition}.parquet"
    with manifest.locked(root()):
        folder.mkdir(exist_ok=True)
        _sweep(folder)
        handle, fresh = tempfile.mkstemp(dir=folder, suffix=".tmp")
        os.close(handle)
        try:
            texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
            pq.write_table(data, fresh, compression=COMPRESSION, use_dictionary=texts, row_group_size=GROUP)
            os.replace(fresh, place)
        finally:
            Path(fresh).unlink(missing_ok=True)
        manifest.put(folder, {partition: manifest.told(place)})
    return place


def confirm(table: Table, *, partition: str, as_of: date, source: str) -> bool:
    """Whether the partition already holds what this source tells; it is then said to be true up to that day too."""
    kept = partitions(table.name).get(partition)
    if kept is None or (kept.source, kept.version) != (source, table.version) or not _stands(table.name, partition):
        return False
    if kept.as_of < as_of.isoformat():
        with manifest.locked(root()):
            manifest.put(root() / table.name, {partition: replace(kept, as_of=as_of.isoformat())})
    return True


def columns_of(table: Table, rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """The rows of a table, each in the order of its columns, column by column."""
    names = table.schema.names
    return dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True))


def publish_rows(table: Table, rows: Sequence[tuple[Any, ...]], *, partition: str, as_of: date,
                 source: str = "") -> int:
    """As `publish`, from rows; nothing is written while the partition holds what this source tells.

    Without a source the rows themselves are it. Answers how many rows were written.
    """
    told = source or hashlib.sha256(repr(rows).encode()).hexdigest()
    if confirm(table, partition=partition, as_of=as_of, source=told):
        return 0
    publish(table, columns_of(table, rows), partition=partition, as_of=as_of, source=told)
    return len(rows)


def remove(table: str, partition: str) -> None:
    """The partition is gone, from the folder and from what should be there."""
    _require_plain(table, partition)
    with manifest.locked(root()):
        manifest.put(root() / table, {partition: None})
        (root() / table / f"{partition}.parquet").unlink(missing_ok=True)


def _sweep(folder: Path) -> int:
    """What a killed writer left is gone; the lock is held by the caller. Answers how many files that were."""
    left = list(folder.glob("*.tmp"))
    for file in left:
        file.unlink(missing_ok=True)
    return len(left)


def swept() -> int:
    """No half-written file lies in the lake; answers how many there were."""
    with manifest.locked(root()):
        return sum(_sweep(root() / name) for name in names())


def files(table: str, *, year: int | None = None, area_path: str = "") -> list[tuple[Path, Entry]]:
    """The files of a table that can hold rows of a year and an area, each seen to be there; [] when none can.

    Refuses a table that was never published, and names a file that is missing or not as long as it should be.
    """
    kept = partitions(table)
    if not kept:
        raise CannotRead("数据表 %(table)s 还没有发布", table=table)
    folder = root() / table
    wanted = {name: folder / f"{name}.parquet" for name in kept if _may_hold(name, year, area_path)}
    for name, place in wanted.items():
        if not _is_as_long(place, kept[name]) and not _stands(table, name):
            raise _broken(table, name)
    now = partitions(table)
    return [(place, now[name]) for name, place in wanted.items() if name in now]


def _parts(partition: str) -> dict[str, str]:
    """The name of a partition as what it says of area, year, month."""
    return dict(part.split("=", 1) for part in partition.split(".") if "=" in part)


def is_whole(partition: str, area_path: str) -> bool:
    """Whether all rows of a partition, by its name, lie in the area."""
    code = _parts(partition).get("area", "")
    return bool(code) and code.rstrip("0").startswith(area_path)


def stamps(table: str, names: Iterable[str]) -> dict[str, tuple[str, int, int]]:
    """The digest of each of these files, with inode and time: another as soon as the file is. Who holds the lake's
    lock meanwhile knows that no publishing is half done.
    """
    kept, found = partitions(table), {}
    for name in names:
        place = root() / table / f"{name}.parquet"
        if name in kept and place.exists():
            told = place.stat()
            found[name] = (kept[name].digest, told.st_ino, told.st_mtime_ns)
    return found


def _may_hold(partition: str, year: int | None, area_path: str) -> bool:
    """Whether a partition, by its name, can hold rows of the year and of what lies in the area."""
    parts = _parts(partition)
    if year is not None and parts.get("year", str(year)) != str(year):
        return False
    code = parts.get("area", area_path)
    return code.startswith(area_path) or area_path.startswith(code.rstrip("0"))


def _stands(table: str, partition: str) -> bool:
    """Whether the file is there as the manifest says. One that was renamed into its place just before the writer was
    killed is whole and tells of itself: the manifest then learns it.
    """
    folder, kept = root() / table, partitions(table)[partition]
    file = folder / f"{partition}.parquet"
    if _is_as_long(file, kept):
        return True
    found = manifest.told(file)
    if found is None:
        return False
    with manifest.locked(root()):
        manifest.put(folder, {partition: found})
    return True


def _is_as_long(file: Path, kept: Entry) -> bool:
    """Whether the file is there with the size it should have."""
    try:
        return file.stat().st_size == kept.size
    except FileNotFoundError:
        return False


def _broken(table: str, partition: str) -> CannotRead:
    return CannotRead("数据文件 %(file)s 缺失或已损坏：请运行 %(command)s 从数据库重建",
                      file=f"{table}/{partition}.parquet", command=REBUILD)


def broken(tables: Iterable[str] | None = None) -> list[str]:
    """The files, as table/partition, whose content is not what was published; every byte is read."""
    found = []
    for table in names() if tables is None else tables:
        for name in list(partitions(table)):
            file = root() / table / f"{name}.parquet"
            if not _stands(table, name) or manifest.digest_of(file) != partitions(table)[name].digest:
                found.append(f"{table}/{name}")
    return found


def refuse_broken(tables: Iterable[str]) -> None:
    """Refuses by name when a file of the tables is broken."""
    for found in broken(tables):
        raise _broken(*found.split("/", 1))


# --- all anew -------------------------------------------------------------------------------------------------------

def _of(partition: str, codes: Sequence[str] | None) -> bool:
    """Whether a partition belongs to one of these areas (None: to any)."""
    return codes is None or partition.split(".")[0].removeprefix("area=") in codes


def drop_broken(codes: Sequence[str] | None = None) -> list[str]:
    """What is missing or broken is no longer asked for, half-written files are gone; answers their names."""
    swept()
    found = [name for name in broken() if _of(name.split("/")[1], codes)]
    for name in found:
        remove(*name.split("/", 1))
    return found


def doubt(codes: Sequence[str] | None = None) -> None:
    """No partition of these areas counts as unchanged: each is written anew when it is published next."""
    with manifest.locked(root()):
        for table in names():
            kept = manifest.entries(root() / table)
            manifest.put(root() / table, {name: replace(entry, source=DOUBTED) for name, entry in kept.items()
                                          if _of(name, codes)})


def drop_doubted(codes: Sequence[str] | None = None) -> list[str]:
    """What nobody published since `doubt` is gone, and files nobody asks for with it; answers their names."""
    found = [(table, name) for table in names() for name, entry in partitions(table).items()
             if _of(name, codes) and entry.source == DOUBTED]
    strays = [(table, file.stem) for table in names() for file in (root() / table).glob("*.parquet")
              if file.stem not in partitions(table) and _of(file.stem, codes)]
    for table, name in [*found, *strays]:
        remove(table, name)
    return [f"{table}/{name}" for table, name in sorted({*found, *strays})]


def drop_others(codes: Sequence[str]) -> list[str]:
    """Only these areas publish: what others left, which would be told twice, is gone; answers the names."""
    found = [(table, name) for table in names() for name in partitions(table) if not _of(name, codes)]
    for table, name in found:
        remove(table, name)
    return [f"{table}/{name}" for table, name in found]


def read(table: str, *, partition: str | None = None) -> pa.Table:
    """All rows of a table, or of one partition; refused when nothing was published or a file is broken."""
    _require_plain(table, partition or "all")
    found = [file for file, _ in files(table) if partition is None or file.name == f"{partition}.parquet"]
    if not found:
        raise CannotRead("数据表 %(table)s 还没有发布", table=table)
    try:
        return pa.concat_tables([pq.read_table(file).replace_schema_metadata(None) for file in found])
    except (pa.ArrowException, OSError):
        refuse_broken([table])
        raise


def notes(table: str, partition: str) -> dict[str, str]:
    """What a published partition says of itself: as_of, version, row, source; {} when it is not there."""
    _require_plain(table, partition)
    kept = partitions(table).get(partition)
    return {"as_of": kept.as_of, "version": str(kept.version), "row": kept.row, "source": kept.source} if kept else {}


def digest(table: str, *, year: int | None = None, area_path: str = "") -> str:
    """What the published partitions are, as SHA-256 hex: another as soon as one of them is. "" when none was."""
    kept = [(name, entry.digest) for name, entry in sorted(partitions(table).items())
            if _may_hold(name, year, area_path)]
    return hashlib.sha256(repr(kept).encode()).hexdigest() if kept else ""


def as_of(table: str, *, year: int | None = None, area_path: str = "") -> date | None:
    """The day up to which all these partitions are true: the earliest of theirs; None when there is none."""
    days = [entry.as_of for name, entry in partitions(table).items() if _may_hold(name, year, area_path)]
    return date.fromisoformat(min(days)) if days else None


def _require_plain(*names: str) -> None:
    for name in names:
        if not PLACE.match(name):
            raise CannotPublish("“%(name)s”不能用作数据表或分区的名称", name=name)
