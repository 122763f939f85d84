"""The same expression, whole numbers, any engine; what changed is counted anew, what did not is remembered."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from citywright.lake import engines, store

TABLE = store.Table("heights", "One row per tree.", pa.schema([
    ("tree", pa.string()), ("area_path", pa.string()), ("period", pa.date32()), ("height", pa.int64()),
    ("is_old", pa.bool_())]))
MARCH, LARGEST = date(2024, 3, 1), 9_000_000_000_000_000_000


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path) -> None:
    settings.LAKE_ROOT = tmp_path
    for code, heights in (("990101", [3, None]), ("990102", [LARGEST, LARGEST]), ("990201", [1, 2])):
        publish(code, heights)


def publish(code: str, heights: list[int | None], year: int = 2024) -> None:
    rows = {"tree": [f"{code}-{n}" for n in range(len(heights))], "area_path": [code] * len(heights),
            "period": [MARCH.replace(year=year)] * len(heights), "height": heights,
            "is_old": [n % 2 == 0 for n in range(len(heights))]}
    store.publish(TABLE, rows, partition=f"area={code}.year={year}", as_of=MARCH)


def total(**where: Any) -> dict[str, Any]:
    engine = engines.engine()
    facts = engine.table("heights", **where)
    return engine.run(facts.aggregate(n=facts.count(), sum=facts.height.sum(), old=facts.is_old.sum(),
                                      of_old=facts.height.sum(where=facts.is_old)))[0]


class TestDuckDB:
    def test_sums_of_whole_numbers_are_exact_beyond_64_bits(self) -> None:
        assert total() == {"n": 6, "sum": 2 * LARGEST + 6, "old": 3, "of_old": LARGEST + 4}

    def test_reads_only_the_files_that_can_hold_the_rows(self) -> None:
        assert total(area_path="9901")["n"] == 4
        assert total(area_path="990101003", year=2024)["n"] == 2
        assert total(area_path="99", year=2024)["n"] == 6
        assert total(year=2023) == {"n": 0, "sum": None, "old": None, "of_old": None}

    def test_days_come_back_as_days(self) -> None:
        engine = engines.engine()
        facts = engine.table("heights", area_path="990101")
        assert engine.run(facts.order_by("tree").select("tree", "period"))[0] == {"tree": "990101-0", "period": MARCH}

    def test_sees_what_was_published_since(self) -> None:
        before, first = store.digest("heights"), total()["n"]
        publish("990101", [1, 2, 3])
        assert store.digest("heights") != before
        assert total()["n"] == first + 1
        publish("990301", [5])
        assert total()["n"] == first + 2

    def test_counts_again_only_when_a_file_changed(self, monkeypatch: Any) -> None:
        asked = []
        monkeypatch.setattr(engines.engine(), "_rows", lambda sql: asked.append(sql) or [{"n": 1}])
        for _ in range(3):
            total()
        publish("990201", [8])
        total()
        assert len(asked) == 2

    def test_what_it_answers_belongs_to_whoever_asked(self) -> None:
        engine = engines.engine()
        facts = engine.table("heights")
        question = facts.aggregate(n=facts.count())
        engine.run(question)[0]["n"] = 99
        assert engine.run(question) == [{"n": 6}]

    def test_forgets_tables_that_were_not_asked_for_in_a_long_time(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(engines, "LOOKED_AT", 2)
        for area in ("990101", "990102", "990201", "99"):
            assert total(area_path=area)["n"] in (2, 6)
        assert len(engines.engine()._views) <= len(engines.engine()._tables) + 1

    def test_fetches_no_extension_and_runs_on_utc(self) -> None:
        asked = "SELECT current_setting('TimeZone') z, current_setting('autoinstall_known_extensions') i, " \
                "current_setting('autoload_known_extensions') l"
        assert engines.engine("duckdb")._rows(asked) == [{"z": "UTC", "i": False, "l": False}]


class TestChoice:
    def test_refuses_an_engine_it_does_not_know(self, settings: Any) -> None:
        settings.LAKE_ENGINE = "abacus"
        with pytest.raises(engines.CannotCount, match="abacus"):
            engines.engine()

    def test_refuses_a_table_that_was_never_published(self) -> None:
        with pytest.raises(store.CannotRead):
            engines.engine().table("widths")
