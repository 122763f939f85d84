"""A file that is missing, cut short or half written is named, never left out; run again, there is one result."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from citywright.lake import engines, manifest, store

TABLE = store.Table("heights", "One row per tree.", pa.schema([("tree", pa.string()), ("height", pa.int64())]))
DAY = date(2024, 3, 27)


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path) -> Path:
    settings.LAKE_ROOT = tmp_path
    for year in (2023, 2024):
        publish(year, [1, 2, 3])
    return tmp_path / "heights"


def publish(year: int, heights: list[int], source: str = "a") -> None:
    store.publish(TABLE, {"tree": [f"t{h}" for h in heights], "height": heights}, as_of=DAY, source=source,
                  partition=f"area=990101.year={year}")


def total() -> int:
    facts = engines.engine().table("heights")
    return engines.engine().run(facts.aggregate(n=facts.height.sum()))[0]["n"]


class TestBrokenFiles:
    def test_a_missing_file_is_named_with_what_to_do(self, lake: Path) -> None:
        (lake / "area=990101.year=2023.parquet").unlink()
        for reading in (total, lambda: store.read("heights")):
            with pytest.raises(store.CannotRead) as refused:
                reading()
            assert "heights/area=990101.year=2023.parquet" in str(refused.value)
            assert "./citywright lake rebuild" in str(refused.value)

    def test_a_file_cut_short_is_named(self, lake: Path) -> None:
        file = lake / "area=990101.year=2024.parquet"
        file.write_bytes(file.read_bytes()[:-40])
        with pytest.raises(store.CannotRead, match="year=2024"):
            total()

    def test_a_file_of_the_right_length_with_wrong_bytes_is_named(self, lake: Path) -> None:
        file = lake / "area=990101.year=2024.parquet"
        file.write_bytes(b"\0" * file.stat().st_size)
        assert store.broken() == ["heights/area=990101.year=2024"]
        with pytest.raises(store.CannotRead, match="year=2024"):
            total()
        with pytest.raises(store.CannotRead, match="year=2024"):
            store.read("heights")

    def test_other_years_can_still_be_read(self, lake: Path) -> None:
        (lake / "area=990101.year=2023.parquet").unlink()
        facts = engines.engine().table("heights", year=2024)
        assert engines.engine().run(facts.aggregate(n=facts.count())) == [{"n": 3}]

    def test_a_broken_file_does_not_count_as_unchanged(self, lake: Path) -> None:
        (lake / "area=990101.year=2023.parquet").unlink()
        assert not store.confirm(TABLE, partition="area=990101.year=2023", as_of=DAY, source="a")
        assert store.confirm(TABLE, partition="area=990101.year=2024", as_of=DAY, source="a")

    def test_a_manifest_that_was_lost_or_spoilt_is_counted_anew(self, lake: Path) -> None:
        before = dict(store.partitions("heights"))
        for spoil in (lambda: (lake / manifest.NAME).unlink(), lambda: (lake / manifest.NAME).write_text("{")):
            spoil()
            assert dict(store.partitions("heights")) == before
        publish(2022, [7])
        assert len(store.partitions("heights")) == 3 and total() == 19


class TestKilledWriters:
    def test_what_a_killed_writer_left_is_swept_by_the_next(self, lake: Path) -> None:
        (lake / "tmpabc.tmp").write_bytes(b"half")
        publish(2024, [5])
        assert not list(lake.glob("*.tmp")) and total() == 11

    def test_a_writer_killed_before_the_manifest_leaves_a_whole_file_that_counts(self, lake: Path, monkeypatch: Any
                                                                                 ) -> None:
        def killed(*args: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(manifest, "put", killed)
            with pytest.raises(KeyboardInterrupt):
                publish(2024, [40, 50, 60, 70], source="b")
        assert total() == 226
        assert store.confirm(TABLE, partition="area=990101.year=2024", as_of=DAY, source="b")

    def test_two_writers_at_once_leave_both_files_known(self, lake: Path) -> None:
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda n: publish(2019 + n % 2, [n]), range(10)))
        assert len(store.partitions("heights")) == 4 and not store.broken()


class TestAllAnew:
    def test_what_nobody_writes_again_is_removed_with_files_nobody_knows(self, lake: Path) -> None:
        (lake / "area=990101.day=2020-01-01.parquet").write_bytes(b"old")
        store.doubt()
        publish(2024, [9])
        assert store.drop_doubted() == ["heights/area=990101.day=2020-01-01", "heights/area=990101.year=2023"]
        assert [file.name for file in sorted(lake.glob("*.parquet"))] == ["area=990101.year=2024.parquet"]
        assert total() == 9

    def test_one_area_anew_leaves_the_others(self, lake: Path) -> None:
        store.publish(TABLE, {"tree": ["x"], "height": [4]}, partition="area=990102.year=2024", as_of=DAY)
        store.doubt(["990101"])
        assert len(store.drop_doubted(["990101"])) == 2
        assert list(store.partitions("heights")) == ["area=990102.year=2024"]
