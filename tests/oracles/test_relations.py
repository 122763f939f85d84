"""The 226 published figures load, and the 36 relations between them come to the verdicts that people gave them."""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from citywright.indicators.actions import published
from citywright.indicators.models import PublishedFigure
from citywright.indicators.queries import checking, files
from citywright.kernel.models import JournalEntry
from citywright.projects.samples import AT

COLLECTED = ("commitments_000.jsonl", "commitments_002.jsonl", "commitments_004.jsonl")


def collected(shared: Path) -> list[dict]:
    return [json.loads(line) for name in COLLECTED
            for line in (shared / "facts" / name).read_text(encoding="utf-8").splitlines()]


def load(shared: Path) -> list[published.Loaded]:
    return [published.load(rows=files.figure_rows(files.text_of(shared / "facts" / name))[0], by=None, at=AT)
            for name in COLLECTED]


@pytest.mark.django_db
class TestFigures:
    def test_all_collected_figures_load_and_a_second_time_changes_nothing(self, shared: Path) -> None:
        assert [done.new for done in load(shared)] == [35, 70, 121]
        assert [(done.new, done.same) for done in load(shared)] == [(0, 35), (0, 70), (0, 121)]
        assert PublishedFigure.objects.count() == 226
        assert JournalEntry.objects.filter(verb="figures.loaded").count() == 3

    def test_the_figures_the_product_brings_are_the_collected_ones(self, shared: Path) -> None:
        assert published.lay(by=None, at=AT) == 226
        assert published.lay(by=None, at=AT) == 0
        assert all(done.new == 0 and not done.changes for done in load(shared))

    def test_every_value_unit_hedge_and_period_is_kept(self, shared: Path) -> None:
        load(shared)
        kept = {row.code: row for row in PublishedFigure.objects.all()}
        for raw in collected(shared):
            row = kept[raw["id"]]
            assert row.value == (None if raw["value"] is None else Decimal(str(raw["value"])))
            assert (row.unit, row.qualifier, row.period, row.kind, row.same_as) == (
                raw["unit"] or "", raw["qualifier"], raw["period"] or "", raw["kind"], raw.get("key", ""))
            assert bool(row.due) == bool(raw.get("milestone"))

    def test_no_sentence_of_the_pages_is_in_the_product(self, shared: Path) -> None:
        text = "".join(path.read_text(encoding="utf-8") for path in (files.FIGURES, files.RELATIONS))
        pages = [re.sub(r"\s+", "", path.read_text(encoding="utf-8")) for path in (shared / "texts").glob("*.txt")]
        metrics = {raw["metric"] for raw in collected(shared)}
        for cell in set(re.split(r"[,\n\"]", text)) - metrics:
            assert len(cell) < 25 or not any(cell in page for page in pages), cell


@pytest.mark.django_db
class TestRelations:
    def test_every_verdict_is_the_one_that_people_gave(self, shared: Path) -> None:
        load(shared)
        found = checking.check(files.text_of(shared / "facts" / "relations.jsonl"))
        assert len(found) == 36
        assert [(one.judgement.relation.id, one.judgement.verdict.value, one.expected)
                for one in found if one.differs] == []
        assert Counter(one.judgement.verdict.value for one in found) == {
            "HOLDS": 21, "UNDECIDABLE": 6, "TRAP": 5, "SUSPECT": 3, "FAILS": 1}

    def test_no_declaration_holds_a_verdict(self) -> None:
        text = files.text_of(files.RELATIONS)
        assert not re.search(r"HOLDS|FAILS|SUSPECT|UNDECIDABLE|TRAP|verdict\s*=|expected", text)

    def test_the_numbers_of_each_calculation_are_reckoned_too(self, shared: Path) -> None:
        """Numbers that the collected calculations give, found in our arithmetic; the rest of a line is prose."""
        load(shared)
        found = {one.judgement.relation.id: "\n".join(one.lines)
                 for one in checking.check(files.text_of(shared / "facts" / "relations.jsonl"))}
        for key, numbers in {
            "R01": ["3470.6"], "R02": ["1663"], "R03": ["13.05%", "13.3", "1.62", "6.84", "2.16"],
            "R04": ["1112", "85.5%"], "R14": ["439", "61"], "R15": ["47.9", "107"], "R16": ["5.76", "11.5"],
            "R17": ["107"], "R18": ["94.5%"], "R19": ["33", "30", "20.8%"], "R20": ["32.1", "14.5"], "R21": ["150"],
            "R22": ["13.8%", "15.8%"], "R23": ["35%"], "R24": ["7.8"], "R25": ["266"], "R26": ["9.75"],
            "R27": ["100 元/平方米"], "R29": ["87.5", "48.6%"], "R30": ["348", "349", "57.7"],
            "R31": ["8687", "4.73"], "R48": ["1000.75", "1113.8"], "R49": ["1365.3", "103.09%"], "R50": ["797.9"],
            "R51": ["31579"], "R52": ["81"], "R53": ["13.2"], "R54": ["2.76"], "R55": ["66.7%"],
            "R60": ["459", "23%"], "R61": ["7"],
        }.items():
            for number in numbers:
                assert number in found[key], (key, number, found[key])

    def test_the_command_tells_each_with_its_arithmetic_and_ends_well(self, shared: Path, capsys) -> None:
        load(shared)
        call_command("figures", "check", str(shared / "facts" / "relations.jsonl"))
        told = capsys.readouterr().out
        assert "1743.3 + 670.6 + 1056.7 = 3470.6 亿元 ✓" in told
        assert "1075 + 98 + 490 = 1663 ≠ 2000 个 ✗" in told
        assert "304–391" in told

    def test_a_file_that_states_another_verdict_is_told_so(self, shared: Path, capsys, tmp_path) -> None:
        load(shared)
        file = tmp_path / "relations.jsonl"
        file.write_text('{"id": "R02", "verdict": "HOLDS", "relation": ""}\n', encoding="utf-8")
        with pytest.raises(SystemExit) as ended:
            call_command("figures", "check", str(file))
        assert ended.value.code == 1
        assert "HOLDS" in capsys.readouterr().out
