"""Board: 30 indicators over a province of 21.6 million fact rows (300 districts x 2,000 projects x 36 months).

Cold: a process that has read nothing yet reckons the month's figures. Warm: the same board again, files unchanged: the
engine sees that they are, and remembers. The run of thirteen months behind comparisons and small lines is told
beside it: years gone by are read once. CITYWRIGHT_BENCH_LAKE names a lake that was laid before (it takes two minutes).
"""

from __future__ import annotations

import os
import tempfile
from datetime import date
from pathlib import Path

import measure

measure.ready()

from django.conf import settings  # noqa: E402

from benchmarks import lake_data  # noqa: E402
from citywright.indicators.catalogue import CATALOGUE  # noqa: E402
from citywright.indicators.queries import values  # noqa: E402
from citywright.indicators.queries.reading import Scope  # noqa: E402
from citywright.lake import engines  # noqa: E402

PERIOD, FIGURES = date(2023, 12, 1), 30
COLD, WARM = 3.0, 0.3


def main() -> None:
    """Lay the lake unless there is one, then ask the board."""
    kept = os.environ.get("CITYWRIGHT_BENCH_LAKE", "")
    with tempfile.TemporaryDirectory(prefix="citywright-lake-") as folder:
        settings.LAKE_ROOT = Path(kept or folder)
        if not kept:
            lake_data.lay(settings.LAKE_ROOT)
        codes = [code for code, one in CATALOGUE.items() if one.table == "project_month"][:FIGURES]
        told = f"Board of {FIGURES} indicators, 21.6 million rows"
        with measure.cpu(f"{told}: cold", COLD):
            cold = values.evaluate(codes, area_path=lake_data.PROVINCE, period=PERIOD)
        with measure.cpu(f"{told}: warm", WARM):
            warm = values.evaluate(codes, area_path=lake_data.PROVINCE, period=PERIOD)
        assert cold == warm and cold["COUNT"].numerator > 0
        values.forget()
        engines.engine().forget()
        with measure.cpu(f"{told}: again, nothing remembered"):
            assert values.evaluate(codes, area_path=lake_data.PROVINCE, period=PERIOD) == cold
        with measure.cpu("Thirteen months of the same figures, first time"):
            run = values.with_history(codes, Scope(lake_data.PROVINCE), PERIOD)
        assert {code: one.value for code, one in run[PERIOD].items()} == {c: one.value for c, one in cold.items()}
        with measure.cpu("Thirteen months of the same figures, warm", WARM):
            values.with_history(codes, Scope(lake_data.PROVINCE), PERIOD)


if __name__ == "__main__":
    main()
