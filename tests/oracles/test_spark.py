"""Spark counts what DuckDB counts: every indicator of the sample district, exactly, by the same expressions unchanged.

It runs where the extra `[spark]` and Java are installed (CI installs them) and says so where they are not.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from citywright.indicators.catalogue import CATALOGUE
from citywright.indicators.queries import remembered, values
from citywright.kernel.clock import CITY
from citywright.kernel.models import Area
from citywright.lake import engines, store
from citywright.portal import publishing
from citywright.projects.actions import lamps

pytest.importorskip("pyspark", reason="the extra [spark] is not installed: Spark is not compared with DuckDB here")
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java: Spark is not compared with DuckDB here"),
    pytest.mark.filterwarnings("ignore::FutureWarning"), pytest.mark.filterwarnings("ignore::RuntimeWarning"),
    pytest.mark.django_db,
]
DAY = date(2024, 3, 28)
MONTHS = (date(2024, 3, 1), date(2023, 12, 1))


@pytest.fixture()
def district(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A district with a little of everything, judged and published; Spark is stopped afterwards."""
    from benchmarks import district as large

    settings.LAKE_ROOT = tmp_path
    monkeypatch.setattr(remembered, "MANY", 1)
    large.lay(projects=140, months=4)
    area = Area.objects.get(code="990101")
    at = datetime(2024, 3, 28, 23, tzinfo=CITY)
    lamps.lay_presets(by=None, at=at)
    publishing.publish(area=area, run=lamps.judge(area=area, on=DAY, by=None, at=at).run, on=DAY)
    yield area.path
    engines.close(engines.Spark.name)


def counted(engine: str, settings: Any, path: str) -> dict[Any, Any]:
    settings.LAKE_ENGINE = engine
    values.forget()
    found: dict[Any, Any] = {month: values.evaluate(list(CATALOGUE), area_path=path, period=month) for month in MONTHS}
    facts = engines.engine().table("project_month", area_path=path)
    by_unit = facts.group_by("unit", "period").aggregate(
        n=facts.count(), done=facts.done_year_fen.sum(), late=(facts.g4_day > facts.planned_start_day).sum())
    kept = store.root() / remembered.FOLDER
    found["kept"] = {file.name: file.read_bytes() for file in kept.iterdir()}
    shutil.rmtree(kept)
    found["units"] = sorted(map(str, engines.engine().run(by_unit)))
    return found


def test_counts_every_indicator_as_duckdb_does_and_names_a_missing_file_too(district: str, settings: Any) -> None:
    on_duckdb, on_spark = (counted(name, settings, district) for name in (engines.DuckDB.name, engines.Spark.name))
    for month in MONTHS:
        for code, value in on_duckdb[month].items():
            assert on_spark[month][code] == value, (code, month)
    assert on_spark["kept"] == on_duckdb["kept"] and len(on_spark["kept"]) == 2
    assert on_spark["units"] == on_duckdb["units"] and len(on_spark["units"]) == 60 * 15
    assert sum(bool(value.numerator) for value in on_duckdb[MONTHS[0]].values()) >= 20
    (settings.LAKE_ROOT / "project_month/area=990101.year=2024.parquet").unlink()
    with pytest.raises(store.CannotRead, match="year=2024"):
        engines.engine(engines.Spark.name).table("project_month")
