"""The sheet on its way back: the sender's layout with current figures, and no change when it comes in again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from citywright.kernel import attachments, sheets
from citywright.kernel.models import JournalEntry, Person
from citywright.projects import imports, samples
from citywright.projects.actions import ledger, projects, setup
from citywright.projects.models import ImportBatch, Project

from . import ledger_sheets

pytestmark = pytest.mark.django_db
AT, PERIOD = samples.AT, date(2024, 3, 1)


@pytest.fixture(autouse=True)
def _ground() -> None:
    setup.lay_ground(by=samples.office(), at=AT)
    samples.unit()


def planned(path: Path, by: Person | None = None) -> ImportBatch:
    by = by or samples.office()
    with path.open("rb") as stream:
        file = attachments.keep(name=path.name, stream=stream, by=by, organisation=None, at=AT)
    return ledger.plan(file=file, area=samples.district(), period=PERIOD, by=by, at=AT)


def back(source: Path, out: Path, by: Person | None = None) -> dict[str, int]:
    return ledger.give_back(source=source, area=samples.district(), period=PERIOD, by=by or samples.office(), at=AT,
                            out=out)


@pytest.fixture()
def source(tmp_path: Path) -> Path:
    path = ledger_sheets.write(tmp_path / "sent.xlsx", ledger_sheets.rows(4))
    ledger.apply(batch=planned(path), by=samples.office(), at=AT)
    return path


def column(path: Path, header: str) -> dict[str, Any]:
    """Values of a column by the project's name."""
    table = sheets.read_table(path, imports.known)
    places = {c.header: c.index for c in table.columns}
    return {row.values[places["项目名称"]]: row.values[places[header]] for row in table.rows
            if row.values[places["项目名称"]]}


class TestGiveBack:
    def test_nothing_changes_when_the_ledger_says_the_same(self, tmp_path: Path, source: Path) -> None:
        assert back(source, tmp_path / "out.xlsx") == {"cells": 0, "rows": 4, "added": 0}
        old, new = (openpyxl.load_workbook(p)["重点项目"] for p in (source, tmp_path / "out.xlsx"))
        assert list(old.values) == list(new.values)

    def test_current_figures_stand_in_their_units_and_sums_follow(self, tmp_path: Path, source: Path) -> None:
        project = Project.objects.get(name="示例项目第1号厂房")
        projects.amend(project=project, changes={"total_investment": 20_000, "location": "=南湖"}, by=samples.office(),
                       at=AT)
        back(source, tmp_path / "out.xlsx")
        total = column(tmp_path / "out.xlsx", "总投资(亿元)")
        assert total["示例项目第1号厂房"] == 2 and total["示例项目第2号厂房"] == 1.002
        assert total["小计"] == pytest.approx(1.003 + 1.004)
        assert total["合计"] == pytest.approx(2 + 1.002 + 1.003 + 1.004)
        assert column(tmp_path / "out.xlsx", "建设地点")["示例项目第1号厂房"] == "=南湖"

    def test_what_comes_back_and_in_again_changes_nothing(self, tmp_path: Path, source: Path) -> None:
        samples.project("漏报项目", unit=samples.unit(), total=3000, plan_year=500)
        projects.amend(project=Project.objects.get(name="示例项目第2号厂房"), by=samples.office(), at=AT,
                       changes={"build_to": date(2026, 6, 1), "remark": "", "owner_name": "示例新公司"})
        assert back(source, tmp_path / "out.xlsx")["added"] == 1
        again = planned(tmp_path / "out.xlsx")
        assert again.counts["faults"] == 0, again.faults[:3]
        assert {k: again.counts[k] for k in ("new", "changed", "gone", "doubtful", "unchanged")} == {
            "new": 0, "changed": 0, "gone": 0, "doubtful": 0, "unchanged": 5}

    def test_only_what_the_person_may_see_is_filled_in(self, tmp_path: Path, source: Path) -> None:
        Project.objects.update(location="北岗街道")
        counts = back(source, tmp_path / "out.xlsx", samples.clerk(samples.unit("交通局")))
        assert counts == {"cells": 0, "rows": 0, "added": 0}

    def test_the_journal_keeps_who_took_it(self, tmp_path: Path, source: Path) -> None:
        back(source, tmp_path / "out.xlsx")
        assert JournalEntry.objects.get(verb="ledger.exported").by == samples.office()
