"""Which nodes does a class of projects pass? The five templates and the categories that use them (PROJECTS 1.4).

Durations stay empty until a reference class fills them. A node without predecessors named follows the node before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from citywright.kernel.errors import Said

from ..words import Gate

VERSION = "2024-1"

ALL_GATES: tuple[Gate, ...] = tuple(Gate)
#: Leased premises of a service project: no works, so no start, permit, statistics of works or acceptance.
LEASED_GATES: tuple[Gate, ...] = (Gate.G1, Gate.G1A, Gate.G1B, Gate.G1C, Gate.G2, Gate.G3, Gate.G6, Gate.G7)


@dataclass(frozen=True)
class Node:
    """One node: its name, the gate it stands for, and the names of the nodes it waits for (None: the one before)."""

    name: str
    gate: Gate | None = None
    after: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Template:
    """The nodes of a class of projects, in order."""

    code: str
    name: str
    nodes: tuple[Node, ...]


N = Node

TEMPLATES: tuple[Template, ...] = (
    Template("industrial", "产业项目节点", (
        N("签约", Gate.G2), N("公司注册"), N("备案"), N("用地预审或规划条件", after=("备案",)),
        N("环评", after=("备案",)),
        N("能评", after=("备案",)), N("安评", after=("备案",)), N("土地摘牌", Gate.G3, after=("用地预审或规划条件",)),
        N("用地规划许可"), N("工程规划许可"), N("施工图审查"),
        N("施工许可", Gate.G4P, after=("施工图审查", "环评", "能评", "安评")), N("开工", Gate.G4), N("入统", Gate.G4S),
        N("基础完成", after=("开工",)), N("主体封顶"), N("设备进场"), N("竣工验收", Gate.G5),
        N("试生产或排污许可"), N("投产", Gate.G6), N("上规入库"), N("达效", Gate.G7))),
    Template("services", "现代服务业项目节点", (
        N("签约", Gate.G2), N("公司注册"), N("租赁或购楼", Gate.G3), N("装修许可"), N("消防"), N("入驻"),
        N("开业", Gate.G6), N("首年营收"), N("达效", Gate.G7))),
    Template("infrastructure", "基础设施项目节点", (
        N("规划依据"), N("项目建议书"), N("可研批复", Gate.G2), N("用地预审与选址", Gate.G3),
        N("环评、水保、社稳、洪评"),
        N("初步设计与概算", after=("用地预审与选址",)), N("征地拆迁", after=("用地预审与选址",)),
        N("资金落实", after=("初步设计与概算",)), N("招标"),
        N("施工许可或开工报告", Gate.G4P, after=("招标", "征地拆迁", "环评、水保、社稳、洪评")), N("开工", Gate.G4),
        N("关键控制工程"), N("通车、通水、通热"), N("竣工", Gate.G5), N("移交", Gate.G6), N("决算"),
        N("后评价"))),
    Template("livelihood", "民生项目节点", (
        N("需求核定"), N("可研", Gate.G2), N("选址", Gate.G3), N("设计"), N("招标"), N("开工", Gate.G4), N("主体"),
        N("装修设备"), N("竣工", Gate.G5), N("移交"), N("投用", Gate.G6), N("满意度"))),
    Template("renewal", "城市更新项目节点", (
        N("单元划定"), N("摸底"), N("意愿征询"), N("策划方案", Gate.G1A), N("实施主体", Gate.G2), N("资金平衡测算"),
        N("征收决定"), N("签约率 50%"), N("签约率 80%"), N("签约率 100%"), N("拆除"), N("土地整理出让", Gate.G3),
        N("安置房开工", Gate.G4), N("回迁", after=("安置房开工",)),
        N("商业或产业投用", Gate.G6, after=("土地整理出让",)))),
)

#: 项目类别: the texts name no five classes, so these are neutral defaults that a city renames. 未归类 is always there.
CATEGORIES: tuple[tuple[str, str, str, tuple[Gate, ...]], ...] = (
    ("industrial", "产业", "industrial", ALL_GATES),
    ("services", "现代服务业", "services", LEASED_GATES),
    ("services_built", "现代服务业（自建）", "industrial", ALL_GATES),
    ("infrastructure", "基础设施", "infrastructure", ALL_GATES),
    ("livelihood", "民生", "livelihood", ALL_GATES),
    ("renewal", "城市更新", "renewal", ALL_GATES),
    ("unclassified", "未归类", "", ALL_GATES),
)


def positions_before(template: Template) -> list[list[int]]:
    """For each node in order, the positions (from 1) of the nodes it waits for."""
    at = {node.name: position for position, node in enumerate(template.nodes, 1)}
    before: list[list[int]] = []
    for position, node in enumerate(template.nodes, 1):
        named = node.after if node.after is not None else (template.nodes[position - 2].name,) if position > 1 else ()
        before.append([at[name] for name in named])
    return before


@dataclass(frozen=True)
class NodeDays:
    """One node as its days are judged: where it stands, the positions it waits for, a day of each kind."""

    position: int
    name: str
    after: tuple[int, ...]
    days: Mapping[str, date | None]


def order_faults(nodes: Sequence[NodeDays], kind: str) -> dict[int, Said]:
    """By position: which node has its day of this kind before that of a node it waits for (the latest such one)."""
    known = {node.position: node for node in nodes if node.days.get(kind)}
    found: dict[int, Said] = {}
    for node in known.values():
        before = [known[at] for at in node.after if at in known]
        latest = max(before, key=lambda one: one.days[kind] or date.min, default=None)
        own, theirs = node.days[kind], latest.days[kind] if latest else None
        if latest and own and theirs and own < theirs:
            found[node.position] = Said("“%(name)s”（%(day)s）早于前置节点“%(before)s”（%(first)s）", {
                "name": node.name, "day": own.isoformat(), "before": latest.name, "first": theirs.isoformat()})
    return found
