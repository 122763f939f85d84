"""./citywright nightly: lamps, alerts and facts, as often as one likes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from citywright.followup.models import Alert, Notice
from citywright.kernel.clock import CITY
from citywright.lake import store
from citywright.projects import facts, samples
from citywright.projects.actions import months
from citywright.projects.actions.months import Amounts
from citywright.projects.models import LampRun
from citywright.projects.words import Source, Stage

pytestmark = pytest.mark.django_db
MARCH, DAY = date(2024, 3, 1), date(2024, 3, 27)
AT = datetime(2024, 3, 27, 2, tzinfo=CITY)


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path) -> None:
    settings.LAKE_ROOT = tmp_path


@pytest.fixture()
def office() -> object:
    row = samples.project("示例厂房", plan_year=1200, months=[100] * 12, stage=Stage.LANDED,
                          plan={"planned_start": date(2024, 1, 1), "done_before": Decimal(50)})
    done(row, 150)
    return samples.office()


def done(row: Any, amount: int) -> None:
    months.record_facts(period=MARCH, source=Source.UNIT, by=samples.office(), at=AT,
                        rows=[(row, Amounts(Decimal(100), amount_year=Decimal(amount)))])


def nightly(**options: Any) -> str:
    out = StringIO()
    call_command("nightly", on=DAY, stdout=out, **options)
    return out.getvalue()


class TestNightly:
    def test_judges_alerts_and_publishes_and_says_how_much(self, office: object) -> None:
        said = nightly()
        assert "示例区 2024-03-27：判灯 1 个项目（比值式 2024-1，第 1 次）；提醒 1 条，解除 0 条" in said
        assert "project_month 3 行，lamp_day 1 行，gate_passage" in said

    def test_changes_nothing_the_second_time(self, office: object, tmp_path: Path) -> None:
        nightly()
        before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.parquet")}
        said = nightly()
        assert "输入未变" in said
        assert (LampRun.objects.count(), Alert.objects.count()) == (1, 1)
        assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.parquet")} == before

    def test_killed_half_way_and_run_again_leaves_one_run_one_alert_one_notice(
            self, office: object, monkeypatch: pytest.MonkeyPatch) -> None:
        def killed(**given: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr("citywright.portal.publishing.publish", killed)
            with pytest.raises(KeyboardInterrupt):
                nightly()
        nightly()
        nightly()
        assert (LampRun.objects.count(), Alert.objects.count()) == (1, 1)
        told = list(Notice.objects.values_list("person", flat=True))
        assert told and len(told) == len(set(told))

    def test_takes_an_area_by_its_code_and_refuses_one_that_is_not_there(self, office: object) -> None:
        assert "示例区" in nightly(area="990101")
        with pytest.raises(CommandError):
            nightly(area="123456")


class TestFacts:
    def test_hold_one_row_per_project_and_month_in_fen(self, office: object) -> None:
        nightly()
        rows = store.read("project_month").to_pylist()
        assert [row["month"] for row in rows] == [1, 2, 3]
        row = rows[-1]
        assert (row["name"], row["unit"][:6], row["period"]) == ("示例厂房", "990101", MARCH)
        assert (row["plan_year_fen"], row["scheduled_fen"], row["done_year_fen"], row["done_total_fen"]) == (
            1_200_000_000, 300_000_000, 150_000_000, 200_000_000)
        assert (row["statistics_year_fen"], row["report_step"]) == (None, "")

    def test_follow_a_revision(self, office: object) -> None:
        from citywright.projects.models import Project

        nightly()
        months.record_facts(period=MARCH, source=Source.STAT, by=samples.office(), at=AT,
                            rows=[(Project.objects.get(), Amounts(Decimal(70)))])
        nightly()
        assert store.read("project_month").column("statistics_year_fen").to_pylist() == [None, None, 70_000_000]

    def test_hold_one_row_per_project_and_judged_day(self, office: object) -> None:
        nightly()
        row = store.read("lamp_day").to_pylist()[0]
        assert (row["as_of"], row["start"], row["progress"], row["shown"]) == (DAY, "red", "red", "red")

    def test_hold_every_passage(self, office: object) -> None:
        nightly()
        rows = store.read("gate_passage").to_pylist()
        assert [r["gate"] for r in rows] == ["g1", "g2", "g3"]
        assert all(r["verified_on"] == date(2024, 3, 20) for r in rows)

    def test_say_what_one_row_is(self) -> None:
        assert all(table.row.startswith("One row per ") for table in facts.TABLES)
        for rule in (facts.publish_months, facts.publish_lamps, facts.publish_gates, facts.publish_problems,
                     facts.publish_entries, facts.publish_versions):
            assert (rule.__doc__ or "").startswith("One row per ")
