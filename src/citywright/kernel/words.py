"""What do we call it? Codes and Chinese labels that every package shares. No Django here."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A stored code with the Chinese term people read; the English term stands in the package's catalogue."""

    zh: str

    def __new__(cls, code: str, zh: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs of code and Chinese label, as a model field wants them."""
        return [(member.value, member.zh) for member in cls]


class AreaLevel(Word):
    """区划层级 (GB/T 2260, GB/T 10114); a functional zone has no national code."""

    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "区县"
    STREET = "street", "街镇"
    COMMUNITY = "community", "社区（村）"
    ZONE = "zone", "功能区"


class Role(Word):
    """岗位角色: what a person may do, always together with a unit or an area."""

    CLERK = "clerk", "填报员"
    REVIEWER = "reviewer", "单位审核人"
    OFFICE = "office", "区项目办"
    VERIFIER = "verifier", "核验人员"
    CITY = "city", "市级项目办"
    LEADER = "leader", "领导"
    STEWARD = "steward", "服务管家"
    AUDITOR = "auditor", "监督人员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


#: 三员 exclude one another, and none of them works on the city's rows (GB/T 22239-2019, level 3).
THREE_ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
#: Roles whose reach is the unit's rows; every other working role reaches the rows of its area.
UNIT_ROLES = frozenset({Role.CLERK, Role.REVIEWER})


class Lamp(Word):
    """灯色, worst first in LAMP_ORDER; grey means 不适用 and is skipped."""

    RED = "red", "红"
    YELLOW = "yellow", "黄"
    GREEN = "green", "绿"
    BLUE = "blue", "蓝"
    GREY = "grey", "不适用"
