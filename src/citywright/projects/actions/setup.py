"""What lays the ground: categories, milestone templates, list definitions, lamp presets. Twice changes nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from citywright.kernel import journal
from citywright.kernel.models import Person

from ..models import Category, ListDefinition, MilestoneTemplate, TemplateNode
from ..rules import lists, milestones
from . import lamps


@transaction.atomic
def lay_ground(*, by: Person | None, at: datetime) -> None:
    """Categories, templates and list definitions are there; what a city renamed or changed stays as it is.

    Part of installing: only commands reach it, before anybody has a role, so none is asked for.
    """
    made = lay_templates() + lay_categories() + lay_lists() + lamps.lay_presets(by=by, at=at)
    if made:
        journal.write(verb="ground.laid", by=by, at=at, data={"made": made})


def lay_templates() -> int:
    """The five milestone templates of this version, each with its nodes; how many are new."""
    made = 0
    for template in milestones.TEMPLATES:
        row, new = MilestoneTemplate.objects.get_or_create(code=template.code, version=milestones.VERSION,
                                                           defaults={"name": template.name})
        if new:
            made += 1
            before = milestones.positions_before(template)
            TemplateNode.objects.bulk_create(
                TemplateNode(template=row, position=position, name=node.name, gate=node.gate or "",
                             predecessors=[{"node": number, "lag": 0} for number in before[position - 1]])
                for position, node in enumerate(template.nodes, 1))
    return made


def lay_categories() -> int:
    """The neutral categories and 未归类; how many are new."""
    made = 0
    for position, (code, name, template, gates) in enumerate(milestones.CATEGORIES, 1):
        row = MilestoneTemplate.objects.filter(code=template, version=milestones.VERSION).first()
        _, new = Category.objects.get_or_create(code=code, defaults={
            "name": name, "template": row, "gates": [gate.value for gate in gates], "position": position})
        made += new
    return made


def lay_lists() -> int:
    """The definitions of the lists that can be filled; how many are new. A city's own name and wording stay."""
    made = 0
    for position, rule in enumerate(lists.RULES.values(), 1):
        fixed = {"kind": rule.kind, "rows": rule.rows, "position": position}
        row, new = ListDefinition.objects.get_or_create(
            code=rule.code, defaults={"name": rule.name, "definition": rule.words, "cycle": rule.cycle} | fixed)
        if not new and any(getattr(row, name) != value for name, value in fixed.items()):
            ListDefinition.objects.filter(pk=row.pk).update(**fixed)
        made += new
    return made
