"""The journal: every line follows from the one before, and nobody edits one, not even in SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from citywright.kernel import journal
from citywright.kernel.models import Area, JournalEntry, JournalHead, Organisation, Person

pytestmark = pytest.mark.django_db

Write = Callable[..., JournalEntry]


def sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def drop_guards() -> None:
    """Take the triggers of the journal away, as somebody who owns the database could."""
    if connection.vendor == "postgresql":
        sql("DROP TRIGGER journal_no_change ON kernel_journalentry")
        sql("DROP TRIGGER journal_head_forward ON kernel_journalhead")
    else:
        for name in ("journal_no_update", "journal_no_delete", "journal_head_forward"):
            sql(f"DROP TRIGGER {name}")


@pytest.fixture()
def lines(db: None, at: datetime) -> list[JournalEntry]:
    return [journal.write(verb="test.written", by=None, at=at, data={"n": n}) for n in range(1, 6)]


class TestWrite:
    def test_each_line_carries_the_digest_of_the_one_before(self, lines: list[JournalEntry]) -> None:
        assert [line.number for line in lines] == [1, 2, 3, 4, 5]
        assert [line.previous for line in lines] == ["0" * 64, *[line.digest for line in lines[:-1]]]
        assert journal.first_broken() is None

    def test_keeps_decimals_days_and_moments_as_text(self, at: datetime) -> None:
        written = journal.write(verb="x.y", by=None, at=at, data={"sum": Decimal("1.10"), "on": date(2024, 3, 1)})
        assert JournalEntry.objects.get(pk=written.pk).data == {"sum": "1.10", "on": "2024-03-01"}
        assert journal.first_broken() is None

    def test_says_whose_act_it_is_and_upon_what(self, secadmin: Person, unit: Organisation, at: datetime) -> None:
        line = JournalEntry.objects.get(verb="organisation.founded", unit=unit)
        assert line.subject == f"kernel.organisation:{unit.pk}"
        assert line.area_path == unit.area.path
        assert journal.subject_of(None) == ""

    def test_disappears_with_the_transaction_it_belongs_to(self, lines: list[JournalEntry], at: datetime) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            journal.write(verb="never.happened", by=None, at=at)
            raise RuntimeError
        assert JournalHead.objects.get().number == 5
        assert journal.first_broken() is None


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE kernel_journalentry SET verb = 'nothing.happened' WHERE number = 3",
            "UPDATE kernel_journalentry SET number = 30 WHERE number = 3",
            "DELETE FROM kernel_journalentry WHERE number = 5",
            "DELETE FROM kernel_journalentry",
            "DELETE FROM kernel_journalhead",
            "UPDATE kernel_journalhead SET number = 2",
        ],
    )
    def test_to_change_or_delete_a_line(self, lines: list[JournalEntry], statement: str) -> None:
        with pytest.raises(IntegrityError, match="append-only"):
            sql(statement)
        assert journal.first_broken() is None
        assert JournalEntry.objects.count() == 5

    def test_to_replace_a_line(self, lines: list[JournalEntry]) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("only SQLite replaces rows")
        with pytest.raises(IntegrityError, match="append-only"):
            sql("INSERT OR REPLACE INTO kernel_journalentry SELECT number, at, 'other.verb', subject, area_path, data, "
                "previous, digest, by_id, unit_id FROM kernel_journalentry WHERE number = 3")

    @pytest.mark.parametrize("table", ["kernel_journalentry", "kernel_journalhead"])
    def test_to_truncate(self, lines: list[JournalEntry], table: str) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("only PostgreSQL truncates")
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="append-only"):
            sql(f"TRUNCATE {table}")

    def test_a_second_head(self, lines: list[JournalEntry]) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            JournalHead.objects.create(id=2)


class TestVerify:
    def test_says_that_the_chain_is_whole(self, lines: list[JournalEntry], capsys: pytest.CaptureFixture[str]) -> None:
        call_command("journal", "verify")
        assert capsys.readouterr().out == "日志链完整，共 5 条\n"

    @pytest.mark.parametrize(
        ("statement", "number"),
        [
            ("UPDATE kernel_journalentry SET verb = 'other.verb' WHERE number = 3", 3),
            ("UPDATE kernel_journalentry SET data = '{\"n\": 30}' WHERE number = 4", 4),
            ("UPDATE kernel_journalentry SET at = '2024-03-27 02:00:00' WHERE number = 1", 1),
            ("DELETE FROM kernel_journalentry WHERE number = 2", 2),
            ("DELETE FROM kernel_journalentry WHERE number = 5", 5),
            ("DELETE FROM kernel_journalentry", 1),
        ],
    )
    def test_names_the_first_broken_line_and_ends_with_one(
        self, lines: list[JournalEntry], capsys: pytest.CaptureFixture[str], statement: str, number: int
    ) -> None:
        drop_guards()
        sql(statement)
        with pytest.raises(SystemExit) as ended:
            call_command("journal", "verify")
        assert ended.value.code == 1
        assert f"在第 {number} 条断开" in capsys.readouterr().out

    def test_notices_a_line_signed_anew(self, lines: list[JournalEntry]) -> None:
        drop_guards()
        line = JournalEntry.objects.get(number=3)
        line.verb = "other.verb"
        JournalEntry.objects.filter(number=3).update(verb=line.verb, digest=journal.digest_of(line))
        assert journal.first_broken() == 4


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_write_one_chain(self, at: datetime) -> None:
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            pytest.skip("a database in memory has one writer at a time")

        def write() -> None:
            try:
                for n in range(5):
                    journal.write(verb="test.written", by=None, at=at, data={"n": n})
            finally:
                connection.close()

        writers = [Thread(target=write) for _ in range(3)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert JournalEntry.objects.count() == 15
        assert journal.first_broken() is None

    def test_leaves_the_guards_in_place(self, lines: list[JournalEntry]) -> None:
        with pytest.raises(IntegrityError, match="append-only"):
            sql("DELETE FROM kernel_journalentry")


@pytest.mark.django_db
def test_an_area_is_not_needed(at: datetime, city: Area) -> None:
    assert journal.write(verb="x.y", by=None, at=at, area=city).area_path == "9901"
