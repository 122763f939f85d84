"""What may a window offer, hold back, claim? Tables round a handling: gates, seals, utilities, papers owed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from citywright.projects.words import EvidenceKind, Gate

from ..words import ItemMode, ItemStatus, PackageKind
from .catalogue import Catalogue, Item
from .clock import ENDS, PAUSES, RUNS

#: 办结证照对应的关口: an issued certificate claims the gate, with the evidence it is.
GATES: Mapping[str, tuple[Gate, EvidenceKind]] = {
    "FG102": (Gate.G2, EvidenceKind.FEASIBILITY), "FG103": (Gate.G2, EvidenceKind.FILING),
    "FG104": (Gate.G2, EvidenceKind.FILING), "FG105": (Gate.G2, EvidenceKind.FILING),
    "ZG105": (Gate.G3, EvidenceKind.ALLOCATION), "ZG106": (Gate.G3, EvidenceKind.LAND_CONTRACT),
    "ZJ309": (Gate.G4P, EvidenceKind.PERMIT), "ZJ310": (Gate.G4P, EvidenceKind.PERMIT),
    "JT301": (Gate.G4P, EvidenceKind.PERMIT), "ZJ405": (Gate.G5, EvidenceKind.ACCEPTANCE),
    "JT401": (Gate.G5, EvidenceKind.ACCEPTANCE),
}
#: Results of other items that go with a claim.
BESIDE: Mapping[Gate, Mapping[str, EvidenceKind]] = {
    Gate.G2: {"SP101": EvidenceKind.PROJECT_CODE}, Gate.G3: {"ZG102": EvidenceKind.SITE_OPINION},
    Gate.G5: {"ZG401": EvidenceKind.SURVEY},
}
#: 取得土地: a 蓝章 opinion is exchanged for the 红章 when one of them has ended.
LAND = frozenset({"ZG105", "ZG106"})
#: 建设工程规划许可证, and the package of utilities that waits until it bears the 红章.
PLANNING, UTILITIES = frozenset({"ZG202", "ZG203", "ZG204"}), "PK-BZ"
#: 多测合一: the packages of surveys, each ordered once; the one set of coordinates.
SURVEYS, DATUM = ("PK-CA", "PK-CB", "PK-CC"), "CGCS2000"
#: 竣工联合验收.
ACCEPTANCE = "PK-YS"
#: 容缺: papers may follow within so many working days. A parameter.
FOLLOW_WITHIN = 20
#: 周三会商: an item belongs there when half of its limit is gone, and several departments are behind; of items
#: with a limit of so many days at least, since half of a day says nothing. Parameters.
HALF, SEVERAL, LONG_ENOUGH = 2, 2, 3

PASSED = frozenset({ItemStatus.PASSED, ItemStatus.PASSED_LACKING})
OPEN = frozenset(ItemStatus) - ENDS
#: Ended without a result: may be received anew.
REOPENING = ENDS - PASSED
PAUSED = frozenset(ItemStatus(status) for status in PAUSES)


def is_joint(catalogue: Catalogue, package: str, members: int) -> bool:
    """Whether items received together in one submission share one limit and start together."""
    known = {row.code: row for row in catalogue.packages}
    return members > 1 and package in known and known[package].kind == PackageKind.JOINT


def may_follow(item: Item | None) -> bool:
    """容缺: whether the catalogue lets papers of the item follow later."""
    return item is not None and item.deferrable


def may_commit(item: Item | None) -> bool:
    """告知承诺: whether the catalogue lets the item be decided upon a written commitment."""
    return item is not None and (item.commitment_ok or item.mode == ItemMode.COMMITMENT)


def waits_for_land(item: Item | None, applies: Collection[str], passed: Collection[str]) -> bool:
    """蓝章: whether a result issued now is a pre-review opinion, because the land is not there yet."""
    land = LAND & set(applies)
    return item is not None and item.pre_review and bool(land) and not land & set(passed)


def waiting_for(item: Item, applies: Collection[str], passed: Collection[str]) -> tuple[str, ...]:
    """The prerequisites of an item that apply and have not passed."""
    return tuple(code for code in item.prerequisites if code in applies and code not in passed)


def over_half(used: int, limit: int, status: ItemStatus) -> bool:
    """Whether an item that runs has used more than half of its limit."""
    return status in RUNS and limit >= LONG_ENOUGH and used * HALF > limit
