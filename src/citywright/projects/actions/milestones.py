"""What can be done to milestones: lay them out from the category's template, set their days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ..models import GatePassage, Milestone, MilestoneTemplate, Project
from ..queries import way
from ..words import MilestoneStatus

#: What `set_days` takes.
FIELDS = frozenset({"baseline_from", "baseline_on", "forecast_on", "started_on", "actual_on", "responsible", "weight",
                    "status"})


class CannotSetMilestone(Refusal):
    """The nodes are laid out already, or a day does not fit."""


@transaction.atomic
def lay_out(*, project: Project, template: MilestoneTemplate | None = None, by: Person,
            at: datetime) -> list[Milestone]:
    """The project has the nodes of the template (default: its category's); a gate that is passed is met on its day."""
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, unit=project.lead_unit_id, area=project.area)
    chosen = template or project.category.template
    if chosen is None:
        raise CannotSetMilestone("“%(category)s”没有节点模板，请先选择模板", category=project.category.name)
    if Milestone.objects.filter(project=project).exists():
        raise CannotSetMilestone("节点已按模板铺开，请直接填写日期")
    met = dict(GatePassage.objects.filter(project=project, in_force=True, result__in=way.PASSED)
               .values_list("gate", "event_on"))
    made = Milestone.objects.bulk_create(
        Milestone(project=project, position=node.position, name=node.name, gate=node.gate,
                  predecessors=node.predecessors, evidence_kinds=node.evidence_kinds, actual_on=met.get(node.gate),
                  status=MilestoneStatus.MET if node.gate in met else MilestoneStatus.SCHEDULED)
        for node in chosen.nodes.all())
    journal.write(verb="milestone.laid_out", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "template": chosen.code, "version": chosen.version})
    return made


@transaction.atomic
def set_days(*, milestone: Milestone, changes: Mapping[str, Any], by: Person, at: datetime) -> Milestone:
    """The node holds the new days; an actual day makes it met.

    Refused: a baseline that is set already (only the office moves it), an actual day to come, the actual day of a gate
    (which follows its verified passage).
    """
    milestone = Milestone.objects.select_related("project__area").get(pk=milestone.pk)
    project = milestone.project
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, unit=project.lead_unit_id, area=project.area)
    differing = {key: [getattr(milestone, key), value] for key, value in changes.items()
                 if getattr(milestone, key) != value}
    refuse_wrong(milestone, differing, by, clock.day_of(at))
    if not differing:
        return milestone
    for key, (_, value) in differing.items():
        setattr(milestone, key, value)
    if "actual_on" in differing and "status" not in differing:
        milestone.status = MilestoneStatus.MET if milestone.actual_on else MilestoneStatus.SCHEDULED
    milestone.save()
    journal.write(verb="milestone.set", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "milestone": milestone.name, "changes": differing})
    return milestone


def refuse_wrong(milestone: Milestone, differing: Mapping[str, Any], by: Person, today: date) -> None:
    """Refuse what `set_days` says is refused."""
    unknown = sorted(set(differing) - FIELDS)
    if unknown:
        raise CannotSetMilestone("没有这一栏：%(field)s", field="、".join(unknown))
    if milestone.gate and {"actual_on", "status"} & set(differing):
        raise CannotSetMilestone("“%(name)s”是关口，实际日期以核验为准，请去申报关口", name=milestone.name)
    if milestone.baseline_on and "baseline_on" in differing and not access.holds(
            by, Role.OFFICE, area=milestone.project.area):
        raise CannotSetMilestone("计划日期已定，只有区项目办可以改；进度有变请改预计日期")
    actual = differing.get("actual_on", [None, None])[1]
    if actual and actual > today:
        raise CannotSetMilestone("实际日期 %(day)s 在今天之后", day=str(actual))
    merged = {key: differing[key][1] if key in differing else getattr(milestone, key)
              for key in ("baseline_from", "baseline_on", "started_on", "actual_on")}
    for first, last in (("baseline_from", "baseline_on"), ("started_on", "actual_on")):
        if merged[first] and merged[last] and merged[last] < merged[first]:
            raise CannotSetMilestone("“%(name)s”的完成日期早于开始日期", name=milestone.name)
