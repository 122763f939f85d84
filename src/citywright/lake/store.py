"""Flat fact tables as Parquet files: a domain publishes, dashboards read. One folder per table, one file per partition.

A file is complete or absent: it is written beside its place and renamed into it. Each carries, in its metadata, the
schema version of the table, the day it tells about (`as_of`) and the digest of its source.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from citywright.kernel.errors import Refusal

PLACE = re.compile(r"^[a-z0-9][a-z0-9_=.-]*$")


class CannotPublish(Refusal):
    """The name of a table or partition is not a plain word, or the columns are not those of the table."""


class CannotRead(Refusal):
    """Nothing was published under this name."""


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


def publish(table: Table, columns: Mapping[str, Any], *, partition: str, as_of: date, source: str = "") -> Path:
    """The partition holds exactly these columns; the file that was there before is replaced in one step."""
    _require_plain(table.name, partition)
    if list(columns) != table.schema.names:
        raise CannotPublish("数据表 %(table)s 的列不对", table=table.name)
    notes = {"as_of": as_of.isoformat(), "version": str(table.version), "row": table.row, "source": source}
    data = pa.table(dict(columns), schema=table.schema).replace_schema_metadata(notes)
    place = root() / table.name / f"{partition}.parquet"
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=place.parent, suffix=".tmp")
    os.close(handle)
    try:
        pq.write_table(data, fresh, compression="zstd")
        os.replace(fresh, place)
    finally:
        Path(fresh).unlink(missing_ok=True)
    return place


def read(table: str, *, partition: str | None = None) -> pa.Table:
    """All rows of a table, or of one partition; refused when nothing was published."""
    _require_plain(table, partition or "all")
    files = sorted((root() / table).glob("*.parquet" if partition is None else f"{partition}.parquet"))
    if not files:
        raise CannotRead("数据表 %(table)s 还没有发布", table=table)
    return pa.concat_tables([pq.read_table(file).replace_schema_metadata(None) for file in files])


def notes(table: str, partition: str) -> dict[str, str]:
    """What a published partition says of itself: as_of, version, row, source; {} when it is not there."""
    _require_plain(table, partition)
    place = root() / table / f"{partition}.parquet"
    if not place.exists():
        return {}
    kept = pq.read_schema(place).metadata or {}
    return {key.decode(): value.decode() for key, value in kept.items() if not key.startswith(b"ARROW")}


def _require_plain(*names: str) -> None:
    for name in names:
        if not PLACE.match(name):
            raise CannotPublish("“%(name)s”不能用作数据表或分区的名称", name=name)
