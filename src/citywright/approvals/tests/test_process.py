"""Event logs: the published totals of two real ones, our own file read back, and files that are none."""

from __future__ import annotations

import gzip
import json
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from citywright.approvals.imports import xes
from citywright.approvals.imports.xes import CannotReadLog
from citywright.approvals.queries import samples as queries
from citywright.approvals.rules.events import Case, Event, Log, tell

NS = '<log xes.version="1.0">'


def read(text: str) -> Log:
    """The log of a text."""
    return xes.read(BytesIO(text.encode()))


class TestRealLogs:
    def test_permit_receipts_give_their_published_totals(self, shared: Path) -> None:
        found = queries.told(queries.log_of(shared / "data" / "process_logs" / "Receipt.xes.gz"))
        assert (found.cases, found.events, found.variants) == (1434, 8577, 116)
        assert (found.activities, found.resources) == (27, 48)
        assert (found.ended, found.late, found.after_deadline, found.open) == (1329, 389, 377, 105)
        assert found.mean == pytest.approx(467_263.915, abs=0.001)

    def test_building_permits_give_the_totals_in_their_header(self, shared: Path) -> None:
        log = queries.log_of(shared / "data" / "process_logs" / "BPIC15_1.xes.gz")
        found = queries.told(log)
        assert (found.cases, found.events, found.variants) == (1199, 52_217, 1170)
        assert sum(edge.times for edge in found.edges) == 52_217 - 1199
        assert xes.read(BytesIO(xes.written(log))).cases == log.cases


class TestTell:
    def test_counts_paths_and_what_was_late(self) -> None:
        log = Log([Case("1", (Event("收件", 0), Event("受理", 10), Event("办结", 40)),
                        {"enddate": 40, "enddate_planned": 30}),
                   Case("2", (Event("收件", 0), Event("受理", 30)), {"enddate_planned": 30})])
        found = tell(log)
        assert (found.variants, found.ended, found.late, found.open) == (2, 1, 1, 1)
        assert found.edges[0] == ("收件", "受理", 2, 20)
        assert found.mean == 35

    def test_an_empty_log_has_no_mean(self) -> None:
        assert tell(Log([])).mean is None

    def test_what_is_written_reads_back(self) -> None:
        log = Log([Case("甲<&\"", (Event("收件", 1700000000.5, "张三"),), {"enddate": 1700000100.0})])
        assert xes.read(BytesIO(xes.written(log))).cases == log.cases
        assert xes.written(log) == xes.written(log)


class TestHostileFiles:
    @pytest.mark.parametrize("text", [
        "", "<html></html>", "not xml", "<log><trace></log>", '<!DOCTYPE log [<!ENTITY a "b">]><log>&a;</log>',
        NS + "<list>" * 100 + "</list>" * 100 + "</log>",
    ])
    def test_what_is_no_log_is_refused(self, text: str) -> None:
        with pytest.raises(CannotReadLog):
            read(text)

    def test_a_broken_packed_file_is_refused(self) -> None:
        with pytest.raises(CannotReadLog):
            xes.read(BytesIO(gzip.compress(b"<log></log>" * 100)[:30]))

    def test_a_date_that_is_none_is_counted_and_left_out(self) -> None:
        log = read(NS + '<trace><string key="concept:name" value="1"/><event><string key="concept:name" value="a"/>'
                   '<date key="time:timestamp" value="31.2.2024"/></event></trace></log>')
        assert (log.faulty, log.first_faulty, log.cases[0].events) == (1, "31.2.2024", ())

    def test_what_unpacks_to_too_much_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(xes, "LARGEST", 1000)
        with pytest.raises(CannotReadLog, match="过大"):
            xes.read(BytesIO(gzip.compress(b"<log>" + b" " * 5000 + b"</log>")))


class TestCommand:
    def test_prints_and_writes(self, tmp_path: Path) -> None:
        place = tmp_path / "in.xes.gz"
        queries.write_log(Log([Case("1", (Event("收件", 0), Event("办结", 86_400)))]), place)
        out = StringIO()
        call_command("process", place, as_json=True, write=tmp_path / "out.xes.gz", stdout=out)
        assert json.loads(out.getvalue())["edges"] == [["收件", "办结", 1, 86_400.0]]
        assert (tmp_path / "out.xes.gz").read_bytes() == place.read_bytes()

    def test_refuses_a_missing_file_in_words(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="打不开"):
            call_command("process", tmp_path / "none.xes")
