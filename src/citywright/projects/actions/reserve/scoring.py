"""Score sheets, each version beside the last one, and the scores that reviewers give on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotAccept, Fault
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Role

from ...models import Project, ScoreSheet, Scoring
from ...queries import reserve
from ...rules import reserve as rules

#: Who scores: never somebody of the unit whose project it is.
REVIEWERS = (Role.OFFICE, Role.VERIFIER, Role.LEADER, Role.CITY)
NAME = "储备项目评分表"


class CannotScore(CannotAccept):
    """The sheet does not add up, points are missing or too many, or the reviewer is of the project's own unit."""


@transaction.atomic
def set_sheet(*, area: Area, items: Sequence[Mapping[str, Any]], by: Person, at: datetime,
              name: str = NAME) -> ScoreSheet:
    """The area's sheet has a next version in force; the one before ends, and its scores stay with it.

    `items` are {"name", "weight", "best", "help"}; the weights sum to 100. Refused when nothing changes.
    """
    access.require(by, Role.OFFICE, Role.CITY, area=area)
    said = rules.sheet_faults(items)
    if said:
        raise CannotScore("评分表有 %(count)s 处不符", [Fault(one) for one in said], count=len(said))
    Area.objects.select_for_update().get(pk=area.pk)
    kept = [{"code": f"i{number}", "name": str(item["name"]).strip()[:40], "weight": plain(item["weight"]),
             "best": plain(item["best"]), "help": str(item.get("help", "")).strip()[:120]}
            for number, item in enumerate(items, 1)]
    last = ScoreSheet.objects.filter(area=area, name=name).order_by("-version").first()
    if last and last.valid_to is None and last.items == kept:
        raise CannotScore("评分表没有任何改动")
    day = clock.day_of(at)
    ScoreSheet.objects.filter(area=area, name=name, valid_to__isnull=True).update(valid_to=day)
    made = ScoreSheet.objects.create(area=area, name=name, version=last.version + 1 if last else 1, items=kept,
                                     valid_from=day)
    journal.write(verb="score_sheet.set", by=by, at=at, subject=made, area=area,
                  data={"name": name, "version": made.version, "items": kept})
    return made


def plain(number: Any) -> str:
    """A number as it is kept: text without idle zeros, never a float."""
    return format(Decimal(str(number)).normalize(), "f")


@transaction.atomic
def score(*, sheet: ScoreSheet, project: Project, points: Mapping[str, Decimal], by: Person, at: datetime,
          note: str = "") -> Scoring:
    """The reviewer's points for the project are in force, and an earlier scoring of theirs on this sheet no longer.

    Refused on a sheet that is over, to the project's own unit, and for a project that has left the reserve.
    """
    access.require(by, *REVIEWERS, area=project.area)
    if not project.area.path.startswith(sheet.area.path):
        raise CannotScore("评分表不属于项目所在区域")
    if ScoreSheet.objects.filter(pk=sheet.pk, valid_to__isnull=False).exists():
        raise CannotScore("这一版评分表已停用，请用现行版")
    if any(m.organisation_id == project.lead_unit_id for m in access.memberships(by)):
        raise CannotScore("责任单位的人员不能给本单位项目评分")
    if not reserve.in_pool(project):
        raise CannotScore("只给谋划、储备阶段的项目评分")
    said = rules.points_faults(sheet.items, points)
    if said:
        raise CannotScore("有 %(count)s 项分数不符", [Fault(one) for one in said], count=len(said))
    Project.objects.select_for_update().get(pk=project.pk)
    Scoring.objects.filter(sheet=sheet, project=project, reviewer=by, in_force=True).update(in_force=False)
    known = {str(item["code"]): plain(points[str(item["code"])]) for item in sheet.items}
    made = Scoring.objects.create(sheet=sheet, project=project, reviewer=by, points=known, at=at,
                                  total=rules.weighted(sheet.items, points), note=note.strip()[:300])
    journal.write(verb="project.scored", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "sheet": sheet.version, "points": known, "total": made.total})
    return made
