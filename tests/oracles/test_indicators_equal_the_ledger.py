"""The boards' figures, counted on published files, equal the ledger's own, counted on its tables: words and values."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from citywright.indicators.catalogue import CATALOGUE
from citywright.indicators.queries import behind, values
from citywright.indicators.queries.reading import Scope
from citywright.kernel import access
from citywright.kernel.models import Area
from citywright.projects import facts, samples
from citywright.projects.actions import lamps, problems
from citywright.projects.queries import figures
from citywright.projects.queries.measures import MEASURES
from citywright.projects.rules.definitions import DEFINITIONS, WITHOUT_LIST
from citywright.projects.words import Gate, ProblemKind, Stage, YearKind

SHARED = [code for code in MEASURES if code in CATALOGUE]
MARCH = date(2024, 3, 1)
#: Beside these the ledger has none that the lake cannot tell.
ONLY_LEDGER: set[str] = set()


class TestWords:
    def test_every_listed_indicator_of_the_ledger_is_in_the_catalogue(self) -> None:
        assert set(DEFINITIONS) - WITHOUT_LIST - set(CATALOGUE) == ONLY_LEDGER
        assert len(SHARED) >= 30

    @pytest.mark.parametrize("code", SHARED)
    def test_label_formula_parts_unit_and_note_are_the_same(self, code: str) -> None:
        ours, theirs = CATALOGUE[code], DEFINITIONS[code]
        for name in ("label", "unit", "decimals", "source", "formula", "numerator", "denominator", "note"):
            assert getattr(ours, name) == getattr(theirs, name), name
        assert ours.live

    def test_whatever_claims_a_list_in_the_ledger_has_one(self) -> None:
        assert {code for code, one in CATALOGUE.items() if one.live} == set(SHARED)


@pytest.fixture()
def area(settings: Any, tmp_path: Path) -> Area:
    """A district with projects in many states, judged and published."""
    settings.LAKE_ROOT = tmp_path
    place = samples.ground()
    water = samples.unit("水务局")
    for n in range(6):
        samples.project(stage=Stage.LANDED, kind=YearKind.NEW_START, plan_year=1_200 + n, total=5_000 * (n + 1),
                        unit=water if n % 2 else None, plan={"planned_start": date(2024, 1 + n, 10)},
                        days={Gate.G3: date(2024, 1, 8)} if n == 1 else None)
    started = samples.project(stage=Stage.BUILDING, kind=YearKind.NEW_START, plan_year=900,
                              plan={"planned_start": date(2024, 2, 1)}, days={Gate.G4: date(2024, 2, 20)})
    samples.project(stage=Stage.BUILDING, plan_year=2_400, months=[200] * 12, category="infrastructure")
    samples.project(stage=Stage.PRODUCING, kind=YearKind.FINISH, plan_year=100,
                    plan={"planned_finish": date(2024, 2, 1), "planned_production": date(2024, 3, 1)})
    samples.project(stage=Stage.RESERVE, total=80_000)
    samples.project(stage=Stage.BUILDING, kind=YearKind.PREPARATORY, plan_year=10, unit=water)
    waiting = samples.project(stage=Stage.LANDED, kind=YearKind.NEW_START, plan_year=10)
    samples.claimed(waiting, Gate.G4P, date(2024, 3, 1))
    problem = problems.raise_problem(project=started, title="临时用电", kind=ProblemKind.LAND, unit=started.lead_unit,
                                     due_on=date(2024, 3, 25), by=samples.office(), at=samples.AT)
    problems.answer(problem=problem, answer="已接通", by=samples.clerk(), at=samples.AT)
    problems.accept(problem=problem, by=samples.office(), at=samples.AT)
    judged = lamps.judge(area=place, on=date(2024, 3, 20), by=None, at=samples.AT)
    facts.publish(area=place, run=judged.run, on=date(2024, 3, 20))
    return place


@pytest.mark.django_db
class TestValues:
    def live(self, area: Area, person: Any) -> dict[str, figures.Figure]:
        """The ledger's figures of the month."""
        run = lamps.judge(area=area, on=date(2024, 3, 20), by=None, at=samples.AT).run
        found = figures.figures(person, SHARED, area=area, period=MARCH, run=run, sparks=False)
        return {one.code: one for one in found}

    def test_every_value_is_the_ledgers(self, area: Area) -> None:
        ours = values.evaluate(SHARED, area_path=area.path, period=MARCH)
        theirs = self.live(area, samples.office())
        assert {code: ours[code].value for code in SHARED} == {code: theirs[code].value for code in SHARED}
        assert {code: ours[code].shown for code in SHARED} == {code: theirs[code].shown for code in SHARED}
        assert sum(1 for one in ours.values() if one.numerator) > 15

    def test_a_unit_reads_the_same_in_both(self, area: Area) -> None:
        clerk = samples.clerk(samples.unit("水务局"))
        assert not access.reach(clerk).paths
        ours = values.evaluate(SHARED, area_path=area.path, period=MARCH, units=[samples.unit("水务局").code])
        theirs = self.live(area, clerk)
        assert {code: ours[code].value for code in SHARED} == {code: theirs[code].value for code in SHARED}

    def test_lists_name_the_same_projects(self, area: Area) -> None:
        run = lamps.judge(area=area, on=date(2024, 3, 20), by=None, at=samples.AT).run
        for code in ("START_DUE", "START_LATE", "STAT_IN", "COUNT", "RSV_MULT", "RED", "YELLOW"):
            for part in CATALOGUE[code].parts:
                ours = {row["project"] for row in behind.listed(code, part, Scope(area.path), MARCH).rows}
                theirs = figures.members(samples.office(), code, part, area, MARCH, run)
                assert ours == set(theirs.values_list("code", flat=True)), (code, part)
