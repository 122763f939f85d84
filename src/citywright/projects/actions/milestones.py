"""What can be done to milestones: lay them out from the category's template, set their days, one node or all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotAccept, Fault, Refusal, Said
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ..models import GatePassage, Milestone, MilestoneTemplate, Project
from ..queries import way
from ..rules import milestones as rules
from ..words import MilestoneStatus

#: What `set_days` takes.
FIELDS = frozenset({"baseline_from", "baseline_on", "forecast_on", "started_on", "actual_on", "responsible", "weight",
                    "status"})


#: The kinds of days that keep the order of the nodes; actual days tell what happened, in whatever order.
ORDERED = ("baseline_on", "forecast_on")


class CannotSetMilestone(Refusal):
    """The nodes are laid out already, or a day does not fit."""


class CannotSetMilestones(CannotAccept):
    """Days of the table do not fit; every one of them in `faults`, `cell` the node's id, `header` its field."""


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
    differing = differing_of(milestone, changes)
    wrong = faults_of(milestone, differing, moves=access.holds(by, Role.OFFICE, area=project.area),
                      today=clock.day_of(at))
    if wrong:
        raise CannotSetMilestone(wrong[0][1].text, **wrong[0][1].values)
    if not differing:
        return milestone
    take(milestone, differing)
    milestone.save()
    journal.write(verb="milestone.set", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "milestone": milestone.name, "changes": differing})
    return milestone


@transaction.atomic
def set_many(*, project: Project, rows: Sequence[tuple[Milestone, Mapping[str, Any]]], by: Person,
             at: datetime) -> list[Milestone]:
    """The nodes of one project hold their new days, all or none; answers those that changed, told in one line.

    Refused, every fault at once: what `set_days` refuses, and a baseline or forecast before that of a node waited for.
    """
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, unit=project.lead_unit_id, area=project.area)
    Project.objects.select_for_update().get(pk=project.pk)
    kept = {one.pk: one for one in Milestone.objects.filter(project=project)}
    asked = {kept[node.pk]: differing_of(kept[node.pk], changes) for node, changes in rows if node.pk in kept}
    if len(asked) < len(rows):
        raise CannotSetMilestone("有节点不属于这个项目，请刷新页面再填")
    moves, today = access.holds(by, Role.OFFICE, area=project.area), clock.day_of(at)
    wrong = [Fault(said, cell=str(node.pk), header=field) for node, differing in asked.items()
             for field, said in faults_of(node, differing, moves=moves, today=today)]
    changed = {node: differing for node, differing in asked.items() if differing}
    for node, differing in changed.items():
        take(node, differing)
    wrong += out_of_order(list(kept.values()), changed)
    if wrong:
        raise CannotSetMilestones("节点有 %(count)s 处不符，一处也没有保存", wrong, count=len(wrong))
    if changed:
        Milestone.objects.bulk_update(changed, sorted({f for differing in changed.values() for f in differing} | {
            "status"}))
        journal.write(verb="milestones.set", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                      data={"code": project.code, "count": len(changed),
                            "nodes": {node.name: differing for node, differing in changed.items()}})
    return list(changed)


def differing_of(milestone: Milestone, changes: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Old and new value of each field that changes."""
    return {key: [getattr(milestone, key, None), value] for key, value in changes.items()
            if getattr(milestone, key, None) != value}


def take(milestone: Milestone, differing: Mapping[str, list[Any]]) -> None:
    """The node, still unsaved, holds the new values; an actual day makes it met."""
    for key, (_, value) in differing.items():
        setattr(milestone, key, value)
    if "actual_on" in differing and "status" not in differing:
        milestone.status = MilestoneStatus.MET if milestone.actual_on else MilestoneStatus.SCHEDULED


def out_of_order(nodes: Sequence[Milestone], changed: Mapping[Milestone, Mapping[str, Any]]) -> list[Fault]:
    """The nodes whose new day, or that of a node they wait for, leaves the order."""
    plain = [rules.NodeDays(node.position, node.name, tuple(one["node"] for one in node.predecessors),
                            {field: getattr(node, field) for field in ORDERED}) for node in nodes]
    by_position = {node.position: node for node in nodes}
    found = []
    for field in ORDERED:
        moved = {node.position for node, differing in changed.items() if field in differing}
        for position, said in rules.order_faults(plain, field).items():
            if moved & {position, *(one["node"] for one in by_position[position].predecessors)}:
                found.append(Fault(said, cell=str(by_position[position].pk), header=field))
    return found


def faults_of(milestone: Milestone, differing: Mapping[str, Any], *, moves: bool,
              today: date) -> list[tuple[str, Said]]:
    """Field and sentence of everything that `set_days` says is refused; `moves` is the right to move a baseline."""
    found: list[tuple[str, Said]] = []
    unknown = sorted(set(differing) - FIELDS)
    if unknown:
        found.append((unknown[0], Said("没有这一栏：%(field)s", {"field": "、".join(unknown)})))
    if milestone.gate and {"actual_on", "status"} & set(differing):
        found.append(("actual_on", Said("“%(name)s”是关口，实际日期以核验为准，请去申报关口",
                                        {"name": milestone.name})))
    if milestone.baseline_on and "baseline_on" in differing and not moves:
        found.append(("baseline_on", Said("计划日期已定，只有区项目办可以改；进度有变请改预计日期")))
    actual = differing.get("actual_on", [None, None])[1]
    if actual and actual > today:
        found.append(("actual_on", Said("实际日期 %(day)s 在今天之后", {"day": str(actual)})))
    merged = {key: differing[key][1] if key in differing else getattr(milestone, key)
              for key in ("baseline_from", "baseline_on", "started_on", "actual_on")}
    for first, last in (("baseline_from", "baseline_on"), ("started_on", "actual_on")):
        if {first, last} & set(differing) and merged[first] and merged[last] and merged[last] < merged[first]:
            found.append((last, Said("“%(name)s”的完成日期早于开始日期", {"name": milestone.name})))
    return found
