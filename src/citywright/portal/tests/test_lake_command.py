"""./citywright lake: files are whole, or named, or made anew from the database; a killed night leaves one result."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from citywright.lake import manifest, store
from citywright.projects import facts, samples
from citywright.projects.words import Stage

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 27)
MARCH = "project_month/area=990101.year=2024"


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path) -> Path:
    settings.LAKE_ROOT = tmp_path
    samples.office()
    for name in ("示例厂房", "示例道路"):
        samples.project(name, plan_year=1200, stage=Stage.LANDED)
    night()
    return tmp_path


def told(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def night(day: date = DAY) -> str:
    return told("nightly", on=day)


def content(lake: Path) -> dict[str, list[dict[str, Any]]]:
    return {name: store.read(name).to_pylist() for name in store.names()}


def stamps(lake: Path) -> dict[str, int]:
    return {str(file.relative_to(lake)): file.stat().st_mtime_ns for file in lake.rglob("*.parquet")}


class TestCheck:
    def test_says_that_all_is_whole(self) -> None:
        assert "10 个数据文件完好" in told("lake", "check")

    def test_names_every_broken_and_missing_file_and_ends_with_a_fault(self, lake: Path) -> None:
        (lake / f"{MARCH}.parquet").unlink()
        (lake / "lamp_day/area=990101.month=2024-03.parquet").write_bytes(b"PAR1")
        out = StringIO()
        with pytest.raises(CommandError, match="lake rebuild"):
            call_command("lake", "check", stdout=out)
        assert f"{MARCH}.parquet" in out.getvalue() and "lamp_day/area=990101.month=2024-03.parquet" in out.getvalue()


class TestRebuild:
    def test_replaces_what_is_broken_or_missing_and_removes_what_no_longer_belongs(self, lake: Path) -> None:
        before = content(lake)
        (lake / f"{MARCH}.parquet").write_bytes(b"")
        (lake / "gate_passage/area=990101.parquet").unlink()
        (lake / "lamp_day/area=990101.day=2023-01-01.parquet").write_bytes(b"old")
        (lake / "project_month/tmpxyz.tmp").write_bytes(b"half")
        store.publish(facts.PROBLEM, {name: [] for name in facts.PROBLEM.schema.names}, partition="area=999999",
                      as_of=DAY)
        said = told("lake", "rebuild", on=DAY)
        assert f"缺失或损坏，已丢弃 broken  {MARCH}" in said and "broken  gate_passage/area=990101" in said
        assert "写入 written  990101 project_month 6" in said
        assert "removed  problem/area=999999" in said and "removed  lamp_day/area=990101.day=2023-01-01" in said
        assert content(lake) == before and not list(lake.rglob("*.tmp"))
        told("lake", "check")

    def test_of_one_area_touches_no_other(self, lake: Path) -> None:
        samples.office(samples.district("990102", "示例二区"))
        night()
        before = stamps(lake)
        told("lake", "rebuild", area="990102", on=DAY)
        after = stamps(lake)
        assert {name for name in after if after[name] != before[name]} == {n for n in after if "area=990102" in n}

    def test_does_what_the_night_then_finds_unchanged(self, lake: Path) -> None:
        told("lake", "rebuild", on=DAY)
        before = stamps(lake)
        night()
        assert stamps(lake) == before

    def test_takes_back_the_rows_of_an_area_that_no_longer_publishes(self, lake: Path) -> None:
        from citywright.kernel.models import Membership

        samples.city()
        night()
        Membership.objects.filter(role="office").update(valid_to=date(2024, 3, 1))
        told("lake", "rebuild", on=DAY)
        rows = store.read("project_month").to_pylist()
        assert len(rows) == 6 and {row["district"] for row in rows} == {"990100"}


class TestNight:
    def test_of_a_district_that_begins_to_publish_takes_its_rows_from_the_city(self, lake: Path) -> None:
        samples.city()
        late = samples.district("990102", "示例二区")
        samples.project("邻区项目", unit=samples.unit("邻区建设局", late))
        night()
        assert {row["name"]: row["district"] for row in months()}["邻区项目"] == "990100"
        samples.office(late)
        told("nightly", on=DAY, area="990102")
        assert {row["name"]: row["district"] for row in months()}["邻区项目"] == "990102"
        assert len(months()) == 9

    def test_gives_the_rows_of_a_district_that_publishes_no_more_to_the_city(self, lake: Path) -> None:
        from citywright.kernel.models import Membership

        samples.city()
        night()
        Membership.objects.filter(role="office").update(valid_to=date(2024, 3, 1))
        night()
        assert len(months()) == 6 and {row["district"] for row in months()} == {"990100"}


def months() -> list[dict[str, Any]]:
    return store.read("project_month").to_pylist()


class TestKilledNight:
    @pytest.mark.parametrize("killed_at", range(1, 9))
    def test_run_again_leaves_exactly_one_result(self, lake: Path, monkeypatch: Any, killed_at: int) -> None:
        samples.project("新来的", plan_year=500)
        publishing, calls = manifest.put, []

        def killed(folder: Path, changes: Any) -> None:
            calls.append(folder.name)
            if len(calls) == killed_at:
                (folder / "tmpdead.tmp").write_bytes(b"half")
                raise KeyboardInterrupt
            publishing(folder, changes)

        with monkeypatch.context() as patched:
            patched.setattr(manifest, "put", killed)
            try:
                night()
            except KeyboardInterrupt:
                assert len(calls) == killed_at
        night()
        rows = store.read("project_month").to_pylist()
        assert len(rows) == len({(row["project"], row["period"]) for row in rows}) == 9
        told("lake", "check")
        once = content(lake)
        told("lake", "rebuild", on=DAY)
        assert content(lake) == once


class TestList:
    def test_tells_of_every_table_what_it_is(self) -> None:
        found = {table["table"]: table for table in json.loads(told("lake", "list", json=True))}
        assert set(found) == {"project_month", "lamp_day", "gate_passage", "problem", "list_entry", "plan_version",
                              "task", "letter", "handling", "handling_event"}
        month = found["project_month"]
        assert (month["row"], month["rows"], month["as_of"]) == ("One row per project and month.", 6, "2024-03-27")
        assert month["schema"]["done_year_fen"] == "int64" and len(month["digest"]) == 64
        assert "One row per project and month." in told("lake", "list")

    def test_is_empty_before_the_first_night(self, settings: Any, tmp_path: Path) -> None:
        settings.LAKE_ROOT = tmp_path / "none"
        assert all(table["partitions"] == 0 for table in json.loads(told("lake", "list", json=True)))
