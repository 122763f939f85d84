"""What lays the ground: categories, milestone templates, list definitions, lamp presets. Twice changes nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from citywright.kernel import journal
from citywright.kernel.models import Person

from ..models import Category, ListDefinition, MilestoneTemplate, TemplateNode
from ..rules import milestones
from . import lamps

#: 清单 that hold projects (PROJECTS 1.3): code, name, definition.
LISTS: tuple[tuple[str, str, str], ...] = (
    ("RSV", "储备项目", "已入储备库、尚未签约立项的项目，按月发布"),
    ("PLN", "谋划项目", "正在谋划、尚未入储备库的项目"),
    ("KEY-P", "省重点项目", "省年度重点项目名单，以印发文件为准"),
    ("KEY-C", "市重点项目", "市年度重点项目名单，以印发文件为准"),
    ("KEY-D", "区重点项目", "区年度重点项目名单，以印发文件为准"),
    ("GLC", "绿色低碳高质量发展项目", "绿色低碳高质量发展重大项目名单，以印发文件为准"),
    ("NEW", "新开工项目", "计划当年开工的项目"),
    ("CON", "续建项目", "以前年度已开工、当年继续建设的项目"),
    ("FIN", "竣工投产项目", "计划当年竣工或投产的项目"),
    ("QST", "季度集中开工项目", "季度集中开工活动的项目"),
    ("TALK", "在谈项目", "正在洽谈、尚未签约的项目"),
    ("SIGN", "签约项目", "已签正式协议的项目"),
    ("LND0", "拿地即开工项目", "取得土地后在规定工作日内取得施工许可的项目"),
    ("FIN0", "竣工即投产项目", "竣工后在规定天数内投产的项目"),
    ("STL", "停滞项目", "批而未供、供而未用、用而未尽、建而未投、投而未达的项目"),
    ("BND", "专项债和中央资金项目", "使用专项债或中央预算内资金的项目"),
    ("OBS", "观摩点位", "列入观摩评议的项目"),
    ("UNS", "应统未统项目", "已实质开工满 30 天、达到入统标准而未入统的项目"),
    ("DUE", "应开工未开工项目", "计划开工日期已到而未实质开工的项目"),
)


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
    """The list definitions that hold projects; how many are new."""
    return sum(ListDefinition.objects.get_or_create(code=code, defaults={"name": name, "definition": text})[1]
               for code, name, text in LISTS)
