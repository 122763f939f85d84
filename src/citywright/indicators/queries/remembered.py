"""What was counted before? The sums of each published file by month, kept beside the lake until the file is another.

A province asks for thirteen months of three hundred files, and a night changes those of one year at most. So each file
is counted once a month of it: its sums lie in a small file of their own, called by the digest of what was counted and
the digest of what counting means. Another file or another definition has another name and is never answered by an
old sum. They are no truth: what is lost or damaged is counted again, and the folder may be emptied at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from citywright.kernel import periods
from citywright.lake import engines, manifest, store

from ..catalogue import CATALOGUE, Indicator, Table
from .counting import Sums, by_month, columns, own_month
from .reading import MONTHLY, Scope, below, run

#: The folder in the lake; tables have names that begin with a letter.
FOLDER = "_sums"
#: From so many whole files on it pays: fewer are counted in less time than it takes to look here.
MANY = 20
#: The sums of one file by month, in the order of the meaning's keys; [] for a month without rows.
Kept = dict[str, list[int]]


@dataclass(frozen=True)
class Meaning:
    """What is summed: the names of the sums in their order, and a digest of the expressions behind them."""

    keys: tuple[str, ...]
    digest: str

    def place(self, content: str) -> Path:
        """Where the sums of a file with this content lie."""
        return store.root() / FOLDER / f"{content}.{self.digest}.json"


def sums(scope: Scope, months: Sequence[date]) -> dict[date, Sums] | None:
    """The sums of all monthly indicators by month, counting only what no one has counted; the months are of one year.

    None when this is not for here: some units only, or few files that lie in the area as a whole.
    """
    year, path = months[0].year, scope.area_path
    found = {file.stem: entry.digest for file, entry in store.files(MONTHLY, year=year, area_path=path)}
    whole = {name: digest for name, digest in found.items() if store.is_whole(name, path)}
    if scope.units is not None or len(whole) < MANY:
        return None
    meant = meaning(engines.engine().table(MONTHLY, year=year, area_path=path))
    parts = list(_of_files(meant, whole, months).values())
    rest = found.keys() - whole.keys()
    if rest:
        table = engines.engine().table(MONTHLY, year=year, area_path=path, only=rest)
        direct = by_month(table.filter(below(table.area_path, path)), monthly(), months)
        parts.append(_by_label(meant, run(direct)))
    return {month: added for month in months if (added := _added(meant, parts, month))}


def keep(on: date) -> None:
    """The sums of every file of this year and the last are kept, month by month up to the day's month.

    Only what was never counted is counted. A small lake keeps none.
    """
    names = [name for name in store.partitions(MONTHLY) if store.is_whole(name, "")]
    if len(names) < MANY:
        return
    for year in (on.year - 1, on.year):
        months = periods.between(date(year, 1, 1), min(date(year, 12, 1), on.replace(day=1)))
        found = {file.stem: entry.digest for file, entry in store.files(MONTHLY, year=year) if file.stem in names}
        _of_files(meaning(engines.engine().table(MONTHLY, year=year)), found, months)


def monthly() -> tuple[Indicator, ...]:
    """The indicators that are counted on the monthly table."""
    return tuple(one for one in CATALOGUE.values() if one.table == MONTHLY)


def meaning(table: Table) -> Meaning:
    """What all monthly indicators sum now, over the columns this table has."""
    return _meaning(monthly(), tuple((name, str(kind)) for name, kind in table.schema().items()))


@lru_cache(maxsize=8)
def _meaning(wanted: tuple[Indicator, ...], schema: tuple[tuple[str, str], ...]) -> Meaning:
    """Told in one language whichever engine counts, over a table that is not there."""
    language, month = engines.language(), (date(2000, 1, 1),)
    table = language.table(dict(schema), name="facts")
    text = str(language.to_sql(by_month(table, wanted, month), dialect="duckdb"))
    keys = tuple(columns(table, wanted, own_month(table, month)))
    return Meaning(keys, hashlib.sha256(repr((keys, text)).encode()).hexdigest()[:32])


# --- counting ----------------------------------------------------------------------------------------------------

def _of_files(meant: Meaning, files: Mapping[str, str], months: Sequence[date]) -> dict[str, Kept]:
    """The sums of these files, by partition: those that are kept, and the others counted and kept."""
    found = _read_all(meant, files)
    missing = _missing(found, months)
    if missing:
        asked = sorted({month for name in missing for month in months if label(month) not in found[name]})
        for name, rows in _counted(meant, missing, periods.between(asked[0], asked[-1])).items():
            found[name] |= rows
    return found


def _missing(found: Mapping[str, Kept], months: Sequence[date]) -> list[str]:
    """The files of which some month was never counted."""
    labels = [label(month) for month in months]
    return [name for name, kept in found.items() if not all(one in kept for one in labels)]


def _counted(meant: Meaning, names: Sequence[str], months: Sequence[date]) -> dict[str, Kept]:
    """The sums of these files counted from their rows, in one question; kept for those no one changed meanwhile."""
    before = _stamps(names)
    table = engines.engine().table(MONTHLY, year=months[0].year, only=names)
    table = table.filter(below(table.area_path, ""))
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for row in engines.engine().run(by_month(table, monthly(), months, beside=[engines.FILE]), remember=False):
        rows[row[engines.FILE].removesuffix(".parquet")].append(row)
    nothing: Kept = {label(month): [] for month in months}
    found = {name: nothing | _by_label(meant, mine) for name, mine in rows.items()}
    _keep(meant, found, before)
    return found


def _by_label(meant: Meaning, rows: Iterable[Mapping[str, Any]]) -> Kept:
    return {label(row["period"]): [row[key] or 0 for key in meant.keys] for row in rows}


def _added(meant: Meaning, parts: Iterable[Kept], month: date) -> Sums:
    """The sums of a month over all parts; {} when none has a row."""
    rows = [row for part in parts if (row := part.get(label(month)))]
    return dict(zip(meant.keys, map(sum, zip(*rows, strict=True)), strict=True)) if rows else {}


def label(month: date) -> str:
    """The month as it is written in a file of sums."""
    return month.isoformat()


# --- files of sums -----------------------------------------------------------------------------------------------

def _read_all(meant: Meaning, files: Mapping[str, str]) -> dict[str, Kept]:
    return {name: _read(meant.place(digest)) for name, digest in files.items()}


def _read(place: Path) -> Kept:
    """The sums in a file; {} when there is none, or it is not as it was written."""
    try:
        check, body = place.read_bytes().split(b"\n", 1)
        return dict(json.loads(body)) if check == _check(place.name, body) else {}
    except (OSError, ValueError):
        return {}


def _check(name: str, body: bytes) -> bytes:
    """What stands above the sums: they are these, and of this file."""
    return hashlib.sha256(name.encode() + body).hexdigest().encode()


def _stamps(names: Iterable[str]) -> dict[str, tuple[str, int, int]]:
    """What these files are; {} in a lake that may only be read, where nothing is kept."""
    try:
        with manifest.locked(store.root()):
            return store.stamps(MONTHLY, names)
    except OSError:
        return {}


def _keep(meant: Meaning, found: Mapping[str, Kept], before: Mapping[str, tuple[str, int, int]]) -> None:
    """The sums lie in their files, beside months kept before; of files that are gone nothing is left.

    Where that cannot be written the answer stands all the same, and is counted again the next time.
    """
    folder = store.root() / FOLDER
    try:
        with manifest.locked(store.root()):
            folder.mkdir(exist_ok=True)
            now = store.stamps(MONTHLY, found)
            same = [name for name in found if name in now and now[name] == before.get(name)]
            for name in same:
                place = meant.place(now[name][0])
                _write(place, _read(place) | found[name])
            _sweep(folder, meant, {now[name][0] for name in same})
    except OSError:
        return


def _write(place: Path, kept: Kept) -> None:
    """A file of sums is complete or absent."""
    body = json.dumps(kept, separators=(",", ":"), sort_keys=True).encode()
    handle, fresh = tempfile.mkstemp(dir=place.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_check(place.name, body) + b"\n" + body)
        os.replace(fresh, place)
    finally:
        Path(fresh).unlink(missing_ok=True)


def _sweep(folder: Path, meant: Meaning, written: Collection[str]) -> None:
    """Gone are the sums of files that are gone, older meanings of those just written, and what a killed writer left."""
    live = {entry.digest for entry in store.partitions(MONTHLY).values()}
    for place in list(folder.iterdir()):
        content, _, rest = place.name.partition(".")
        if content not in live or content in written and rest != f"{meant.digest}.json":
            place.unlink(missing_ok=True)
