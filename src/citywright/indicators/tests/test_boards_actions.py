"""Making boards, and freezing figures with their lists."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from citywright.indicators.actions import boards, snapshots
from citywright.indicators.actions.boards import CannotChangeBoard, CannotMakeBoard
from citywright.indicators.actions.snapshots import CannotFreeze
from citywright.indicators.models import Board, Snapshot
from citywright.indicators.queries import boards as asked
from citywright.indicators.queries import snapshots as kept
from citywright.indicators.queries import values
from citywright.indicators.queries.reading import CannotCount
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry, Person

from .lake_rows import AT, MARCH, YI, clerk, district, leader, neighbour, office, person, publish, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path) -> None:
    """A lake of one's own."""
    settings.LAKE_ROOT = tmp_path


def made(by: Person | None = None, name: str = "周会看板", **more: Any) -> Board:
    """A board of three figures."""
    told: dict[str, Any] = {"codes": ["RED", "COUNT", "INV_SUM"], "columns": 3, "is_shared": False} | more
    return boards.make(name=name, area=district(), by=by or leader(), at=AT, **told)


class TestBoards:
    def test_a_board_keeps_its_figures_in_order(self) -> None:
        found = made(codes=["RED", "COUNT", "RED"])
        assert (found.codes, found.is_default) == (["RED", "COUNT"], False)
        assert JournalEntry.objects.order_by("-number")[0].verb == "board.made"

    @pytest.mark.parametrize("wrong", [
        {"name": "  "}, {"name": "长" * 61}, {"codes": []}, {"codes": ["NOPE"]}, {"columns": 0}, {"columns": 5},
        {"codes": ["COUNT", "x" * 300]}])
    def test_refuses_a_board_without_name_or_known_figures(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(CannotMakeBoard):
            made(**wrong)
        assert not Board.objects.exists()

    def test_refuses_a_second_board_of_the_same_name(self) -> None:
        made()
        with pytest.raises(CannotMakeBoard, match="您已有名为“周会看板”的看板"):
            made()
        made(office())

    def test_whoever_works_elsewhere_makes_none_here(self) -> None:
        for by in (neighbour(), person("路人", None)):
            with pytest.raises(CannotReach):
                made(by)

    def test_only_its_maker_changes_it(self) -> None:
        found = made(is_shared=True)
        with pytest.raises(CannotReach):
            boards.change(board=found, name="新名", codes=["RED"], columns=1, is_shared=True, by=office(), at=AT)
        changed = boards.change(board=found, name="新名", codes=["YELLOW"], columns=2, is_shared=False, by=leader(),
        at=AT)
        assert (changed.name, changed.codes, changed.columns, changed.is_shared) == ("新名", ["YELLOW"], 2, False)

    def test_the_office_sets_the_board_of_the_area_and_only_one_is(self) -> None:
        first, second = made(), made(name="另一块")
        with pytest.raises(CannotReach):
            boards.make_default(board=first, by=leader(), at=AT)
        boards.make_default(board=first, by=office(), at=AT)
        boards.make_default(board=second, by=office(), at=AT)
        assert asked.default_of(district()) == second
        assert Board.objects.get(pk=second.pk).is_shared and not Board.objects.get(pk=first.pk).is_default

    def test_an_ended_board_is_shown_no_more_and_not_ended_twice(self) -> None:
        found = made()
        boards.end(board=found, by=leader(), at=AT)
        assert asked.boards(leader(), district()) == [] and Board.objects.filter(pk=found.pk).exists()
        with pytest.raises(CannotChangeBoard):
            boards.end(board=found, by=leader(), at=AT)
        made()

    def test_who_sees_which_board(self) -> None:
        mine, shared = made(), made(name="共享", is_shared=True)
        assert set(asked.boards(leader(), district())) == {mine, shared}
        assert asked.boards(clerk(), district()) == [shared]
        assert asked.boards(neighbour(), district()) == []
        with pytest.raises(CannotReach):
            asked.board(clerk(), mine.pk)

    def test_codes_that_the_catalogue_lost_are_left_out(self) -> None:
        found = made()
        Board.objects.filter(pk=found.pk).update(codes=["RED", "GONE"])
        assert asked.codes_of(Board.objects.get(pk=found.pk)) == ["RED"]


class TestSnapshots:
    def taken(self, title: str = "3月通报", **more: Any) -> Snapshot:
        told: dict[str, Any] = {"codes": ["INV_SUM", "START_DUE", "COUNT", "TSK_OK"], "by": office()} | more
        return snapshots.take(area=district(), period=MARCH, title=title, at=AT, **told)

    def test_a_snapshot_stays_when_facts_change(self) -> None:
        publish([row(1, done_year_fen=YI), row(2, done_year_fen=2 * YI)])
        found = self.taken()
        publish([row(1, done_year_fen=9 * YI)], as_of=date(2024, 4, 2))
        assert values.evaluate(["INV_SUM"], area_path="990101", period=MARCH)["INV_SUM"].shown == "9.00"
        one = kept.figure(found, "INV_SUM")
        assert (one.value, one.numerator, one.denominator) == ("3", str(3 * YI), "")
        assert sum(line[-1] for line in one.rows["numerator"]) == 3 * YI and len(one.rows["numerator"]) == 2
        assert one.definition["formula"] == "Σ自年初累计完成投资（调度口径）"
        assert found.as_of == date(2024, 3, 27) and len(found.lake) == 64

    def test_every_frozen_figure_equals_its_lists_and_the_board(self) -> None:
        publish([row(n, year_kind="new_start", planned_start_day=19_750, g4_day=19_760 + n * 20, plan_year_fen=n,
                     done_year_fen=n, lamp_shown="red") for n in range(1, 9)])
        codes = ["INV_DONE", "INV_PACE", "START_DUE", "RED", "REP_OK"]
        found = self.taken(codes=codes)
        now = values.evaluate(codes, area_path="990101", period=MARCH)
        for one in kept.figures(found):
            full = kept.figure(found, one.code)
            assert Fraction(one.value) == now[one.code].value
            for part, amount in (("numerator", one.numerator), ("denominator", one.denominator)):
                assert sum(line[-1] for line in full.rows.get(part, [])) == int(amount or 0)

    def test_what_is_not_known_stays_unknown(self) -> None:
        publish([row(1)])
        found = self.taken(codes=["START_DUE", "RED", "TSK_OK", "COUNT"])
        assert [one.value for one in kept.figures(found)] == ["", "", "", "1"]

    def test_refuses_the_same_twice(self) -> None:
        publish([row(1)])
        self.taken()
        with pytest.raises(CannotFreeze, match="已经定格过"):
            self.taken()
        assert Snapshot.objects.count() == 1
        self.taken("3月通报（更正）")

    @pytest.mark.parametrize("title", ["", "   ", "长" * 121])
    def test_refuses_a_snapshot_without_a_title(self, title: str) -> None:
        publish([row(1)])
        with pytest.raises(CannotFreeze):
            self.taken(title)

    def test_refuses_to_freeze_nothing(self) -> None:
        publish([row(1, date(2024, 2, 1))])
        with pytest.raises(CannotFreeze, match="没有已发布的数据"):
            self.taken()
        with pytest.raises(CannotFreeze):
            self.taken(codes=[])
        with pytest.raises(CannotCount):
            self.taken(codes=["NOPE"])
        assert not Snapshot.objects.exists()

    def test_only_the_office_freezes(self) -> None:
        publish([row(1)])
        for by in (clerk(), leader(), neighbour()):
            with pytest.raises(CannotReach):
                self.taken(by=by)

    @pytest.mark.parametrize("statement", [
        "UPDATE indicators_snapshot SET title = 'x'", "DELETE FROM indicators_snapshotfigure",
        "UPDATE indicators_snapshotfigure SET value = '1'", "DELETE FROM indicators_snapshot"])
    def test_the_database_refuses_to_change_a_snapshot(self, statement: str) -> None:
        publish([row(1)])
        found = self.taken()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert kept.figure(found, "COUNT").value == "1"

    def test_who_opens_a_snapshot(self) -> None:
        publish([row(1)])
        found = self.taken()
        assert kept.snapshots(leader(), district()) == [found]
        for by in (clerk(), neighbour(), person("路人", None)):
            with pytest.raises(CannotReach):
                kept.snapshot(by, found.pk)
