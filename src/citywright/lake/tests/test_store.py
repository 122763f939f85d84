"""What is published can be read, whole, and says of itself when and what it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from citywright.lake import store

COLUMNS = pa.schema([("tree", pa.string()), ("height", pa.int64())])
TABLE = store.Table("heights", "One row per tree.", COLUMNS, version=2)
DAY = date(2024, 3, 27)


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path) -> Path:
    settings.LAKE_ROOT = tmp_path
    return tmp_path


def rows(*heights: int) -> dict[str, list[Any]]:
    return {"tree": [f"t{h}" for h in heights], "height": list(heights)}


class TestPublish:
    def test_replaces_a_partition_and_leaves_the_others(self) -> None:
        store.publish(TABLE, rows(1, 2), partition="y2023", as_of=DAY)
        store.publish(TABLE, rows(3), partition="y2024", as_of=DAY)
        store.publish(TABLE, rows(9), partition="y2023", as_of=DAY)
        assert store.read("heights").column("height").to_pylist() == [9, 3]
        assert store.read("heights", partition="y2024").num_rows == 1

    def test_says_what_it_is(self) -> None:
        store.publish(TABLE, rows(1), partition="y2024", as_of=DAY, source="abc")
        assert store.notes("heights", "y2024") == {
            "as_of": "2024-03-27", "version": "2", "row": "One row per tree.", "source": "abc"}
        assert store.notes("heights", "y1999") == {}

    def test_leaves_the_old_file_when_the_new_one_cannot_be_written(self, lake: Path) -> None:
        store.publish(TABLE, rows(1), partition="y2024", as_of=DAY)
        with pytest.raises(pa.ArrowInvalid):
            store.publish(TABLE, {"tree": ["a"], "height": ["tall"]}, partition="y2024", as_of=DAY)
        assert store.read("heights").column("height").to_pylist() == [1]
        assert sorted(file.name for file in (lake / "heights").iterdir()) == ["manifest.json", "y2024.parquet"]

    def test_refuses_other_columns(self) -> None:
        with pytest.raises(store.CannotPublish):
            store.publish(TABLE, {"height": [1]}, partition="y2024", as_of=DAY)

    @pytest.mark.parametrize("name", ["../secret", "a/b", "", ".hidden"])
    def test_refuses_a_partition_that_is_no_plain_word(self, name: str) -> None:
        with pytest.raises(store.CannotPublish):
            store.publish(TABLE, rows(1), partition=name, as_of=DAY)


class TestRead:
    def test_refuses_a_table_that_was_never_published(self) -> None:
        with pytest.raises(store.CannotRead):
            store.read("heights")
