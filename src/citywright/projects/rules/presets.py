"""Which lamp rules are published, what may a city set, and how does a lamp say why? Tables, and the reader of a set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from citywright.kernel.errors import CannotAccept, Fault, Said


@dataclass(frozen=True)
class Preset:
    """A published rule set: what is stored as a LampRuleSet, with its source."""

    code: str
    version: str
    name: str
    parameters: dict[str, str | int]
    source: str


PRESETS: tuple[Preset, ...] = (
    Preset("points-yinchuan", "2025-1", "百分点式",
           {"kind": "points", "yellow": "10", "red": "30", "start_red_month": 3, "statistics_green_days": 30,
            "statistics_yellow_days": 60, "fund_green": "1", "fund_yellow": "1"},
           "银川市 2025 年重点项目红黄绿灯办法：慢于时序 10 至 30 个百分点亮黄灯，超过 30 个百分点亮红灯"),
    Preset("ratio-wuhan", "2024-1", "比值式",
           {"kind": "ratio", "yellow": "0.8", "red": "0.6"},
           "武汉市 2024 年重大项目：完成不足时序 80% 亮黄灯，不足 60% 亮红灯"),
    Preset("ratio-sanya", "2022-1", "足额比值式",
           {"kind": "ratio", "yellow": "1", "red": "0.5"},
           "三亚市 2022 年：达到时序亮绿灯，欠时序不超过 50% 亮黄灯，超过 50% 亮红灯"),
)
#: How progress is measured: actual to schedule, or the shortfall in points of the year.
KINDS = ("ratio", "points")
#: In force where an area has adopted no rule set of its own.
DEFAULT = "ratio-wuhan"

#: Why a lamp shows its colour: the Chinese sentence is the catalogue's key, `%(slots)s` are filled when it is said.
REASONS: dict[str, str] = {
    "progress_no_plan": "没有年度计划投资，不判进度",
    "progress_none_due": "计划到本月尚无应完成投资",
    "progress_year_done": "已完成 %(done)s 万元，超过全年计划 %(plan)s 万元",
    "progress_on_schedule": "完成 %(done)s 万元，达到时序应完成的 %(due)s 万元（%(basis)s）",
    "progress_ratio": "为时序的 %(rate)s%%：完成 %(done)s，应完成 %(due)s 万元（%(basis)s）",
    "progress_points": "慢于时序 %(points)s 个百分点：完成 %(done)s 万元，应完成 %(due)s 万元（%(basis)s）",
    "progress_slightly_late": "轻微滞后，慢于时序 %(points)s 个百分点：完成 %(done)s 万元，应完成 %(due)s 万元",
    "start_not_needed": "该类项目不经开工关口",
    "start_no_plan": "没有计划开工时间",
    "start_not_due": "计划 %(planned)s 开工，未到时间",
    "start_early": "已提前于 %(on)s 实质开工（已核验）",
    "start_done": "已于 %(on)s 实质开工（已核验）",
    "start_missed": "应开工 %(months)s 个月未开工，计划 %(planned)s",
    "start_excused": "应开工 %(months)s 个月未开工，计划 %(planned)s；理由已认可，至 %(until)s",
    "statistics_not_needed": "该类项目不需入统",
    "statistics_not_started": "尚未核验开工，不判入统",
    "statistics_too_small": "总投资不足 %(least)s 万元，不需入统",
    "statistics_done": "已于 %(on)s 入统",
    "statistics_waiting": "开工 %(days)s 天未入统（%(on)s 开工）",
    "fund_none_due": "目前没有应到位资金",
    "fund_arrived": "到位为应到的 %(rate)s%%：%(arrived)s，应到 %(due)s 万元",
    "fund_bond": "专项债到位为应到的 %(rate)s%%：%(arrived)s，发行后按月应到 %(due)s 万元",
    "element_none_open": "没有未解决的要素需求",
    "element_in_time": "要素需求均在期限内",
    "element_late": "%(name)s 逾期 %(days)s 个工作日（共 %(count)s 项逾期）",
    "element_gate_missed": "%(name)s 逾期 %(days)s 个工作日，已误计划开工",
    "issue_none": "没有未销号的问题",
    "issue_open": "%(count)s 个问题在办，均在期限内",
    "issue_late": "%(name)s 已逾期，应于 %(on)s 办结（共 %(count)s 个）",
    "issue_twice": "%(name)s 两次逾期",
    "issue_grave": "一级问题未销号：%(name)s",
    "report_not_due": "目前不需填报",
    "report_locked": "最近一次锁定月报在 %(on)s，距今 %(days)s 天",
    "report_never": "纳入 %(days)s 天以来没有锁定过月报",
    "report_missing": "%(month)s 月报还没有上报",
    "waiver_due": "“%(gate)s”容缺材料应于 %(on)s 补齐",
    "overall_grey": "各维度均不适用",
    "overall_good": "各维度正常",
    "overall_bad": "取最差维度：%(dimensions)s",
}


class CannotUseRules(CannotAccept):
    """The parameters of a lamp rule set do not fit the schema; every fault is named."""


@dataclass(frozen=True)
class Parameters:
    """What a city may set. `kind` is "ratio" (A/S below yellow, red) or "points" (shortfall in points of the year)."""

    kind: str
    yellow: Fraction
    red: Fraction
    start_red_month: int = 3
    statistics_least: Fraction = Fraction(500)
    statistics_green_days: int = 30
    statistics_yellow_days: int = 60
    fund_green: Fraction = Fraction(1)
    fund_yellow: Fraction = Fraction(7, 10)
    bond_months: int = 6
    bond_band: Fraction = Fraction(3, 10)
    element_red_workdays: int = 15
    issue_red_severity: int = 1
    issue_red_times: int = 2
    report_green_days: int = 36
    report_yellow_days: int = 62


#: name -> (type, least, largest); "kind" stands apart.
SCHEMA: dict[str, tuple[type, Fraction, Fraction]] = {
    "yellow": (Fraction, Fraction(0), Fraction(100)), "red": (Fraction, Fraction(0), Fraction(100)),
    "start_red_month": (int, Fraction(1), Fraction(12)),
    "statistics_least": (Fraction, Fraction(0), Fraction(1_000_000)),
    "statistics_green_days": (int, Fraction(0), Fraction(366)),
    "statistics_yellow_days": (int, Fraction(0), Fraction(366)),
    "fund_green": (Fraction, Fraction(0), Fraction(2)), "fund_yellow": (Fraction, Fraction(0), Fraction(2)),
    "bond_months": (int, Fraction(1), Fraction(36)), "bond_band": (Fraction, Fraction(0), Fraction(1)),
    "element_red_workdays": (int, Fraction(0), Fraction(366)),
    "issue_red_severity": (int, Fraction(0), Fraction(3)), "issue_red_times": (int, Fraction(1), Fraction(9)),
    "report_green_days": (int, Fraction(1), Fraction(366)), "report_yellow_days": (int, Fraction(1), Fraction(366)),
}
#: Pairs whose first may not be above the second.
IN_ORDER = (("statistics_green_days", "statistics_yellow_days"), ("fund_yellow", "fund_green"),
            ("report_green_days", "report_yellow_days"))


def validate(parameters: Mapping[str, Any]) -> Parameters:
    """The parameters of a rule set, read exactly; refuses unknown names, wrong numbers and thresholds out of order."""
    faults = [_fault("没有名为 %(name)s 的参数", name=n) for n in parameters if n not in SCHEMA and n != "kind"]
    kind = parameters.get("kind")
    if kind not in KINDS:
        faults.append(_fault("kind 应为 ratio 或 points"))
    faults += [_fault("缺少参数 %(name)s", name=n) for n in ("yellow", "red") if n not in parameters]
    read = {name: _read(name, parameters[name], faults) for name in SCHEMA if name in parameters}
    defaults = {f.name: f.default for f in fields(Parameters)}
    pairs = [*IN_ORDER, ("red", "yellow") if kind == "ratio" else ("yellow", "red")]
    for low, high in pairs:
        if not faults and read.get(low, defaults[low]) > read.get(high, defaults[high]):
            faults.append(_fault("%(low)s 不能大于 %(high)s", low=low, high=high))
    if faults:
        raise CannotUseRules("灯规则参数有 %(count)s 处不对", faults, count=len(faults))
    return Parameters(kind=str(kind), **read)


def _fault(text: str, **values: Any) -> Fault:
    return Fault(Said(text, values))


def _read(name: str, value: Any, faults: list[Fault]) -> Any:
    form, least, largest = SCHEMA[name]
    try:
        number = Fraction(str(value)) if not isinstance(value, bool | float) else None
    except (ValueError, ZeroDivisionError):
        number = None
    if number is None or not least <= number <= largest or (form is int and number.denominator != 1):
        faults.append(_fault("%(name)s 应为 %(least)s 至 %(largest)s 之间的数", name=name, least=str(least),
                             largest=str(largest)))
        return Fraction(0)
    return int(number) if form is int else number
