"""Tasks and letters are told as they stand, once, by the area that publishes them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from citywright.followup import facts, samples
from citywright.followup.words import TaskStep
from citywright.kernel.models import Area
from citywright.lake import store

pytestmark = pytest.mark.django_db
DAY, EPOCH = date(2024, 3, 27), date(1970, 1, 1)


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path) -> None:
    settings.LAKE_ROOT = tmp_path


def published(area: Area | None = None, apart: tuple[str, ...] = ()) -> dict[str, int]:
    return facts.publish(area=area or samples.district(), apart=apart, on=DAY)


class TestTasks:
    def test_are_told_with_their_days_and_their_steps(self) -> None:
        samples.answered("报送材料", limit=10)
        samples.task("现场核查")
        assert published() == {"task": 2, "letter": 0}
        rows = {row["title"]: row for row in store.read("task").to_pylist()}
        row = rows["报送材料"]
        assert (row["area"], row["district"], row["step"], row["replies"]) == ("990101", "990101", TaskStep.REPLIED, 1)
        assert EPOCH + timedelta(row["due_day"]) == date(2024, 3, 30)
        assert EPOCH + timedelta(row["answered_day"]) == date(2024, 3, 20)
        assert (row["closed_day"], rows["现场核查"]["signed_day"]) == (None, None)

    def test_are_written_again_only_when_one_changed(self) -> None:
        samples.task()
        assert published()["task"] == 1
        assert published()["task"] == 0
        samples.task("第二件")
        assert published()["task"] == 2

    def test_of_a_district_that_publishes_are_not_told_by_the_city(self) -> None:
        samples.task()
        top = Area.objects.get(code="990100")
        assert published(top, apart=("990101",))["task"] == 0
        assert published()["task"] == 1
        assert store.read("task").num_rows == 1


class TestLetters:
    def test_are_told_with_their_rung_and_days(self) -> None:
        made = samples.letter(signed=True)
        assert published()["letter"] == 1
        row = store.read("letter").to_pylist()[0]
        assert (row["letter"], row["rung"], row["number"], row["unit"]) == (
            str(made.pk), made.rung, made.number, made.unit.code)
        assert EPOCH + timedelta(row["issued_day"]) == date(2024, 3, 20) == EPOCH + timedelta(row["signed_day"])

    def test_every_table_says_what_one_row_is(self) -> None:
        assert all(table.row.startswith("One row per ") for table in facts.TABLES)
        for rule in (facts.publish_tasks, facts.publish_letters):
            assert (rule.__doc__ or "").startswith("One row per ")
