"""A real foreign table loads through a mapping file; what contradicts itself in it is doubted, never repaired.

The data set (445 capital projects, CC0) lies beside the repository; the tests skip where it does not.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from citywright.kernel import attachments
from citywright.kernel.models import Area, Person
from citywright.projects import samples
from citywright.projects.actions import ledger, setup
from citywright.projects.models import GatePassage, ImportBatch, Milestone, Project
from citywright.projects.words import Gate, PassageResult, RowState

pytestmark = pytest.mark.django_db
MAPPING = Path(__file__).resolve().parents[2] / "docs/examples/melbourne-water.toml"
PERIOD = date(2024, 3, 1)


@dataclass
class Table:
    path: Path
    area: Area
    by: Person

    def rows(self) -> list[dict[str, str]]:
        with self.path.open(encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    def planned(self) -> ImportBatch:
        with self.path.open("rb") as stream:
            kept = attachments.keep(name=self.path.name, stream=stream, by=self.by, organisation=samples.unit(),
                                    at=samples.AT)
        return ledger.plan(file=kept, area=self.area, period=PERIOD, by=self.by, at=samples.AT, unit=samples.unit(),
                           mapping=ledger.load_mapping(MAPPING))

    def loaded(self) -> ImportBatch:
        batch = self.planned()
        doubtful = batch.rows.filter(state=RowState.DOUBTFUL)
        ledger.decide(batch=batch, by=self.by, at=samples.AT, decisions={row.row_number: "new" for row in doubtful})
        return ledger.apply(batch=batch, by=self.by, at=samples.AT)


@pytest.fixture()
def table(shared: Path) -> Table:
    path = shared / "data/melbourne_water/Capital_Delivery_Project_deidentified.csv"
    if not path.is_file():
        pytest.skip("the data set is not in the shared folder")
    area, by = samples.district(), samples.office()
    setup.lay_ground(by=by, at=samples.AT)
    return Table(path, area, by)


def moment(text: str) -> datetime | None:
    """An independent reading of the two ways the table writes days."""
    for form in ("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %I:%M:%S %p", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
    return None


def disordered(rows: list[dict[str, str]]) -> set[str]:
    """The projects whose gates stand in the wrong order, found without the product's code."""
    order = ("BNI", "PBC", "Tender Closed", "BCA", "Stage1", "Stage2", "Stage3")
    found = set()
    for row in rows:
        days = [d for d in (moment(row[gate]) for gate in order) if d]
        if any(a > b and (a.date() > b.date() or (a.time() and b.time()))
               for i, a in enumerate(days) for b in days[i + 1:]):
            found.add(row["ID"])
    return found


class TestTheTableOfMelbourneWater:
    def test_every_project_is_read_and_none_is_a_fault(self, table: Table) -> None:
        batch = table.planned()
        assert batch.counts["rows"] == 445
        assert batch.counts["faults"] == 0, batch.faults[:3]
        assert batch.counts["new"] + batch.counts["doubtful"] == 445

    def test_the_projects_in_doubt_are_those_whose_gates_are_out_of_order(self, table: Table) -> None:
        batch = table.planned()
        doubtful = set(batch.rows.filter(state=RowState.DOUBTFUL).values_list("name", flat=True))
        assert doubtful == disordered(table.rows())

    def test_the_one_pair_of_completion_stages_out_of_order_is_told_with_its_hours(self, table: Table) -> None:
        row = table.planned().rows.get(name="Q05658")
        assert row.state == RowState.DOUBTFUL
        values = [values for _, values in row.doubt["reasons"]]
        assert {"first": "实际竣工时间", "a": "2018-06-08 17:00", "second": "投产投用日期",
                "b": "2018-06-08 08:00"} in values

    def test_doubtful_rows_stay_out_until_somebody_decides(self, table: Table) -> None:
        batch = table.planned()
        ledger.apply(batch=batch, by=table.by, at=samples.AT)
        assert Project.objects.count() == batch.counts["new"]
        assert not Project.objects.filter(code="Q05658").exists()

    def test_gates_are_claimed_and_never_verified_and_days_ahead_are_forecasts(self, table: Table) -> None:
        table.loaded()
        assert Project.objects.count() == 445
        assert set(GatePassage.objects.values_list("result", flat=True)) == {PassageResult.PENDING}
        today = samples.AT.date()
        approved = [day.date() for row in table.rows() if (day := moment(row["BCA"]))]
        assert GatePassage.objects.filter(gate=Gate.G2).count() == sum(day <= today for day in approved)
        assert Milestone.objects.filter(gate=Gate.G2).count() == sum(day > today for day in approved)

    def test_amounts_are_exact_to_the_fen(self, table: Table) -> None:
        table.loaded()
        row = next(r for r in table.rows() if r["ID"] == "Q05388")
        assert row["FFC"] == "2359288.62"
        assert str(Project.objects.get(code="Q05388").total_investment) == "235.928862"

    def test_loading_it_again_changes_nothing(self, table: Table) -> None:
        table.loaded()
        again = table.planned()
        assert again.counts["unchanged"] == 445
        assert again.counts["new"] == again.counts["changed"] == again.counts["doubtful"] == again.counts["gone"] == 0
