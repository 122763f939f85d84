"""Sums kept beside the lake: the same as counting directly, and never those of another file or another meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from citywright.kernel import periods
from citywright.lake import engines, manifest, store

from ..catalogue import CATALOGUE, Part
from ..queries import remembered, values
from ..queries.reading import MONTHLY, Scope
from .lake_rows import FEBRUARY, MARCH, MONTHS, YI, day, row

CITY = Scope("9901")
CODES = [code for code, one in CATALOGUE.items() if one.table == MONTHLY]
DISTRICTS = ("990101", "990102", "990103")


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lake of one's own, in which three files are many: a city of three districts, two years."""
    settings.LAKE_ROOT = tmp_path
    monkeypatch.setattr(remembered, "MANY", 3)
    for place in DISTRICTS:
        publish(place)
    values.forget()


def publish(place: str, more: int = 0, code: str = "") -> None:
    """A file of each year of the district `place`, with rows of all sorts; `more` makes it another."""
    for year in (2023, 2024):
        months = periods.between(date(year, 1, 1), date(year, 12 if year == 2023 else 3, 1))
        lines = [line(n, month, place) for month in months for n in range(4 + int(place[-1]) + more)]
        store.publish(MONTHS, {name: [one[name] for one in lines] for name in MONTHS.schema.names},
                      partition=f"area={code or place}.year={year}", as_of=date(2024, 3, 27))


def line(n: int, month: date, place: str) -> dict[str, Any]:
    """A project that is on some lists and not on others."""
    kinds = ("new_start", "continue", "finish", "preparatory", "")
    return row(n, month, unit=1 + n % 2, area_path=f"{place}{n % 2 + 1:03d}", district=place, year_kind=kinds[n % 5],
               planned_start_day=day("2023-02-10") + 40 * n, g1_day=day("2022-01-10"), g2_day=day("2022-03-10") + n,
               g3_day=day("2022-06-01") if n % 2 else None, g4_day=day("2023-02-01") + 60 * n if n % 3 else None,
               plan_year_fen=None if n == 4 else n * YI + 1, done_year_fen=n * 10**9 + month.month,
               statistics_year_fen=n * 10**9 if n % 2 else None, scheduled_fen=YI if n % 3 else None,
               agreed_fen=5, arrived_fen=3, lamp_shown=("red", "yellow", "")[n % 3], report_sent=n % 2 == 0,
               report_on_time=n % 4 == 0, issues_due=n, issues_ok=n // 2, issues_closed=n // 2, on_reserve=n % 3 == 1)


def shown(scope: Scope = CITY, period: date = MARCH) -> Any:
    """Every figure of thirteen months, in a process that has asked nothing yet."""
    values.forget()
    engines.engine().forget()
    return values.with_history(CODES, scope, period)


def directly(scope: Scope = CITY) -> Any:
    """The same without looking at what is kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remembered, "MANY", 10**9)
        return shown(scope)


def kept() -> list[Path]:
    """The files of sums."""
    return sorted((store.root() / remembered.FOLDER).glob("*"))


@pytest.fixture()
def counted(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The files whose rows are read, question by question, while the test runs."""
    found: list[list[str]] = []
    real = remembered._counted
    monkeypatch.setattr(remembered, "_counted", lambda meant, names, months: (
        found.append(sorted(names)), real(meant, names, months))[1])
    return found


class TestTheSameSums:
    def test_every_figure_of_every_month_equals_direct_counting(self) -> None:
        expected = directly()
        assert not kept()
        assert shown() == expected and len(kept()) == 6
        assert shown() == expected
        assert sum(bool(value.numerator) for value in expected[MARCH].values()) > 25

    def test_what_is_kept_is_not_counted_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        expected = shown()
        monkeypatch.setattr(engines.DuckDB, "_rows", lambda self, sql: pytest.fail(sql))
        assert shown() == expected

    def test_a_month_without_rows_is_kept_as_such(self, counted: list[list[str]]) -> None:
        april = values.evaluate(["COUNT"], area_path="9901", period=date(2024, 4, 1))["COUNT"]
        shown(period=date(2024, 4, 1))
        values.forget()
        assert april.shown == "—" and len(counted) == 3
        assert values.evaluate(["COUNT"], area_path="9901", period=date(2024, 4, 1)) == {"COUNT": april}
        assert len(counted) == 3

    def test_months_are_added_to_those_kept_before(self, counted: list[list[str]]) -> None:
        values.evaluate(CODES, area_path="9901", period=FEBRUARY)
        assert len(kept()) == 3 and all(len(json.loads(one.read_text().split("\n")[1])) == 1 for one in kept())
        assert shown() == directly() and len(counted) == 3
        shown()
        assert len(counted) == 3

    def test_a_file_that_tells_of_other_places_too_is_counted_directly(self, counted: list[list[str]]) -> None:
        publish("990102", more=1, code="990000")
        expected = directly()
        assert shown() == expected == shown()
        assert all("area=990000.year=2024" not in names for names in counted) and len(counted) == 2


class TestNotForHere:
    @pytest.mark.parametrize("scope", [Scope("9901", ("990101-0001",)), Scope("9901", (), ("990101",)),
                                       Scope("990101"), Scope("990101001")])
    def test_units_and_small_areas_are_counted_as_ever(self, scope: Scope) -> None:
        shown()
        before = [one.read_bytes() for one in kept()]
        assert shown(scope) == directly(scope)
        assert [one.read_bytes() for one in kept()] == before
        assert shown(scope)[MARCH]["COUNT"].numerator < shown()[MARCH]["COUNT"].numerator

    def test_a_part_of_a_district_never_gets_the_sums_of_the_whole(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(remembered, "MANY", 1)
        whole, part = shown(Scope("990101")), shown(Scope("990101001"))
        assert part == directly(Scope("990101001")) and whole == directly(Scope("990101"))
        assert 0 < part[MARCH]["COUNT"].numerator < whole[MARCH]["COUNT"].numerator


class TestNeverAnOldSum:
    def test_only_the_changed_file_is_counted_and_the_old_sums_are_gone(self, counted: list[list[str]]) -> None:
        shown()
        before = set(kept())
        publish("990102", more=2)
        assert shown() == directly()
        assert counted[-2:] == [["area=990102.year=2023"], ["area=990102.year=2024"]]
        assert len(kept()) == 6 and len(set(kept()) - before) == 2

    def test_a_changed_definition_is_counted_anew(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before = shown()
        one = CATALOGUE["COUNT"]
        fewer = Part(lambda t, when: one.top.where(t, when) & (t.year_kind == "finish"))
        monkeypatch.setitem(CATALOGUE, "COUNT", replace(one, top=fewer))
        after = shown()
        assert after == directly() and after[MARCH]["COUNT"].numerator < before[MARCH]["COUNT"].numerator
        assert len(kept()) == 6

    def test_other_words_of_an_indicator_keep_its_sums(self, monkeypatch: pytest.MonkeyPatch,
                                                       counted: list[list[str]]) -> None:
        shown()
        monkeypatch.setitem(CATALOGUE, "COUNT", replace(CATALOGUE["COUNT"], note="别的说法"))
        shown()
        assert len(counted) == 2

    def test_a_file_replaced_while_it_is_counted_is_not_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = engines.DuckDB.run

        def run(engine: Any, expression: Any, *, remember: bool = True) -> Any:
            if not remember:
                publish("990103", more=1)
            return real(engine, expression, remember=remember)

        with monkeypatch.context() as patch:
            patch.setattr(engines.DuckDB, "run", run)
            shown()
        assert len(kept()) == 4
        assert shown() == directly() and len(kept()) == 6

    def test_a_missing_file_is_refused_although_its_sums_are_kept(self) -> None:
        shown()
        (store.root() / MONTHLY / "area=990102.year=2024.parquet").unlink()
        with pytest.raises(store.CannotRead, match="area=990102.year=2024"):
            shown()

    def test_sums_of_files_that_left_and_half_written_ones_are_swept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(remembered, "MANY", 2)
        shown()
        (store.root() / remembered.FOLDER / "tmpabc.tmp").write_text("half")
        store.remove(MONTHLY, "area=990101.year=2023")
        publish("990103", more=1)
        shown()
        live = {entry.digest for entry in store.partitions(MONTHLY).values()}
        assert {one.name.split(".")[0] for one in kept()} == live and len(kept()) == 5


class TestBadDays:
    @pytest.mark.parametrize("spoil", [
        lambda one, other: one.write_bytes(b""), lambda one, other: one.write_bytes(one.read_bytes()[:-9]),
        lambda one, other: one.write_bytes(one.read_bytes().replace(b"1,", b"2,", 1)),
        lambda one, other: one.write_bytes(b"\xff\x00" * 50), lambda one, other: one.write_text("{}"),
        lambda one, other: one.write_bytes(other.read_bytes()), lambda one, other: one.unlink()])
    def test_a_damaged_file_of_sums_is_counted_again(self, spoil: Any) -> None:
        expected = shown()
        whole = [one.read_bytes() for one in kept()]
        spoil(kept()[0], kept()[1])
        assert shown() == expected and [one.read_bytes() for one in kept()] == whole

    def test_where_nothing_can_be_written_the_answer_stands(self, monkeypatch: pytest.MonkeyPatch) -> None:
        expected = directly()

        @contextmanager
        def refused(root: Path) -> Iterator[None]:
            raise PermissionError(root)
            yield

        monkeypatch.setattr(manifest, "locked", refused)
        assert shown() == expected and not kept()

    def test_a_full_disk_leaves_no_half_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        expected = directly()
        monkeypatch.setattr(remembered.os, "replace", lambda *places: (_ for _ in ()).throw(OSError(28, "full")))
        assert shown() == expected and not kept()

    def test_two_at_once_keep_the_same(self) -> None:
        months = periods.between(date(2023, 1, 1), date(2023, 12, 1))
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda turn: remembered.sums(CITY, months[turn % 3:]), range(8)))
        december = [one[months[-1]] for one in found if one is not None]
        assert len(december) == 8 and all(one == december[0] for one in december)
        assert shown() == directly() and not list((store.root() / remembered.FOLDER).glob("*.tmp"))


class TestAhead:
    def test_the_night_counts_so_that_the_morning_need_not(self, counted: list[list[str]]) -> None:
        remembered.keep(date(2024, 3, 27))
        assert len(counted) == 2 and len(kept()) == 6
        assert shown() == directly() and len(counted) == 2
        publish("990101", more=1)
        remembered.keep(date(2024, 3, 28))
        assert counted[2:] == [["area=990101.year=2023"], ["area=990101.year=2024"]]

    def test_a_small_lake_keeps_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(remembered, "MANY", 7)
        remembered.keep(date(2024, 3, 27))
        assert not kept() and shown() == directly()

    def test_the_folder_of_sums_is_no_table_of_the_lake(self) -> None:
        shown()
        assert kept() and store.names() == [MONTHLY]
        assert store.swept() == 0 and store.broken() == []
