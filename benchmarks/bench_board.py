"""Board: 30 indicators over a province of 21.6 million fact rows (300 districts x 2,000 projects x 36 months).

Every figure is that of a process that has read nothing yet, loading the engine included; warm is the same question
again. A page asks for thirteen months: comparisons and small lines. Its first opening is told when nobody counted
anything (the first day of a lake), after a night that counted ahead, and when a tenth of the districts was published
since. What counting ahead costs the night is told beside it: every district's year changed.
CITYWRIGHT_BENCH_LAKE names a lake that was laid before (it takes two minutes); it is linked, never written into.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import measure

measure.ready()

from django.conf import settings  # noqa: E402

from benchmarks import lake_data  # noqa: E402
from citywright.indicators.catalogue import CATALOGUE  # noqa: E402
from citywright.indicators.queries import remembered, values  # noqa: E402
from citywright.indicators.queries.reading import MONTHLY, Scope  # noqa: E402
from citywright.lake import manifest, store  # noqa: E402

PERIOD, FIGURES, DISTRICTS = date(2023, 12, 1), 30, 300
COLD, WARM = 3.0, 0.3
CODES = [code for code, one in CATALOGUE.items() if one.table == MONTHLY][:FIGURES]
TOLD = f"board of {FIGURES} indicators, 21.6 million rows"
PAGE = "page with thirteen months of them"


def main() -> None:
    """Lay or link the lake, then ask step by step, each in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="citywright-lake-") as folder:
        settings.LAKE_ROOT = Path(folder)
        laid = os.environ.get("CITYWRIGHT_BENCH_LAKE", "")
        if laid:
            linked(Path(laid) / MONTHLY, settings.LAKE_ROOT / MONTHLY)
        else:
            lake_data.lay(settings.LAKE_ROOT)
        apart(board)
        nothing_kept()
        apart(page, f"{PAGE}: nothing kept, the first day")
        nothing_kept(PERIOD.year)
        apart(night)
        apart(page, f"{PAGE}: cold, after a night", COLD)
        lake_data.lay(settings.LAKE_ROOT, count=DISTRICTS // 10, years=(PERIOD.year,), seed=8)
        apart(page, f"{PAGE}: cold, a tenth of the districts published since", COLD)
        apart(equal)


def linked(there: Path, here: Path) -> None:
    """The files of a table are to be read under another folder."""
    here.mkdir(parents=True)
    shutil.copy(there / manifest.NAME, here)
    for file in there.glob("*.parquet"):
        (here / file.name).symlink_to(file)


def apart(step: Callable[..., Any], *told: Any) -> None:
    """A step in a process that has read nothing; its fault is the benchmark's."""
    process = multiprocessing.get_context("fork").Process(target=step, args=told)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(1)


def nothing_kept(year: int | None = None) -> None:
    """The sums kept of the files (of a year) are gone, as when each of these files is another."""
    gone = {entry.digest for name, entry in store.partitions(MONTHLY).items() if year is None or f"year={year}" in name}
    for file in list((store.root() / remembered.FOLDER).glob("*.json")):
        if file.name.split(".")[0] in gone:
            file.unlink()


def board() -> None:
    """One month, cold and warm."""
    with measure.cpu(f"{TOLD}: cold, nothing kept", COLD):
        cold = values.evaluate(CODES, area_path=lake_data.PROVINCE, period=PERIOD)
    with measure.cpu(f"{TOLD}: warm", WARM):
        warm = values.evaluate(CODES, area_path=lake_data.PROVINCE, period=PERIOD)
    assert cold == warm and cold["COUNT"].numerator > 0


def page(told: str, limit: float | None = None) -> None:
    """Thirteen months, cold and warm."""
    with measure.cpu(told, limit):
        values.with_history(CODES, Scope(lake_data.PROVINCE), PERIOD)
    if limit:
        with measure.cpu(f"{PAGE}: warm", WARM):
            values.with_history(CODES, Scope(lake_data.PROVINCE), PERIOD)


def night() -> None:
    """What the night pays when every district's year is another; the year before has been counted."""
    remembered.keep(PERIOD.replace(year=PERIOD.year - 1))
    with measure.cpu(f"the night counts ahead: {DISTRICTS} files of twelve months"):
        remembered.keep(PERIOD)


def equal() -> None:
    """What was kept is what direct counting tells."""
    kept = values.with_history(CODES, Scope(lake_data.PROVINCE), PERIOD)
    values.forget()
    remembered.MANY = 10**9
    assert values.with_history(CODES, Scope(lake_data.PROVINCE), PERIOD) == kept


if __name__ == "__main__":
    main()
