"""Who may open these pages: lines of the matrix."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from citywright.projects import samples
from citywright.projects.actions import reserve
from citywright.projects.models import PlanVersion

WORKING, MINE, ANYBODY = "crxovyl", "crovyl", "crxovylazts"
PAGES: dict[str, tuple[str, str]] = {
    "projects:year_plan": ("/plans/", WORKING),
    "projects:year_plan_rows": ("/plans/projects/", WORKING),
    "projects:year_plan_export": ("/plans/export/", WORKING),
    "projects:plan_version": ("/plans/versions/{version}/", WORKING),
    "projects:reserve": ("/reserve/", WORKING),
    "projects:reserve_rows": ("/reserve/projects/", WORKING),
    "projects:reserve_scores": ("/reserve/scores/", WORKING),
    "projects:reserve_score": ("/reserve/scores/{idea}/", MINE),
    "projects:score_sheet": ("/reserve/sheet/", WORKING),
    "projects:reserve_rounds": ("/reserve/rounds/", WORKING),
    "projects:reserve_round": ("/reserve/rounds/{handing}/", WORKING),
}
#: Acts of the year plan and of a round, which only take POST.
ELSEWHERE: set[str] = {"projects:year_plan_act", "projects:year_plan_adjust", "projects:reserve_hand_in",
                       "projects:reserve_act"}


def made(world: dict[str, str]) -> dict[str, str]:
    """A frozen version, a project of the reserve with a score, and a round in which it was handed in."""
    idea = samples.project("示例谋划")
    sheet = reserve.set_sheet(area=samples.district(), items=[{"name": "深度", "weight": 100, "best": 10}],
                              by=samples.office(), at=samples.AT)
    reserve.score(sheet=sheet, project=idea, points={"i1": Decimal(8)}, by=samples.leader(), at=samples.AT)
    found = reserve.open_round(area=samples.district(), name="示例批次", opens_on=date(2024, 3, 1), quota=1,
                               closes_on=date(2024, 3, 31), by=samples.office(), at=samples.AT)
    reserve.submit(round=found, project=idea, by=samples.clerk(), at=samples.AT)
    version = PlanVersion.objects.get(area=samples.district(), year=2024)
    return {"idea": idea.code, "handing": str(found.pk), "version": str(version.pk)}
