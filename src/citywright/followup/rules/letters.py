"""How does a letter go, and what makes a ladder? The loop, the presets as data, the faults of a new one. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from citywright.kernel.errors import Said
from citywright.kernel.steps import Loop, Move
from citywright.kernel.words import Role

from ..words import LetterStep, LetterVerb, LimitKind, RungColour

#: Who answers for the unit a letter is sent to, and who writes letters and accepts answers.
ANSWERERS = frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.VERIFIER})
ISSUERS = frozenset({Role.OFFICE, Role.CITY})
#: 督查文书: signed for, answered, accepted or returned; unanswered it climbs to the next rung.
LETTER = Loop(
    "letter", LetterStep.ISSUED, frozenset({LetterStep.ACCEPTED, LetterStep.CLIMBED}),
    (Move(LetterVerb.SIGN, frozenset({LetterStep.ISSUED}), LetterStep.SIGNED, ANSWERERS),
     Move(LetterVerb.ANSWER, frozenset({LetterStep.SIGNED}), LetterStep.ANSWERED, ANSWERERS),
     Move(LetterVerb.RETURN, frozenset({LetterStep.ANSWERED}), LetterStep.SIGNED, ISSUERS),
     Move(LetterVerb.ACCEPT, frozenset({LetterStep.ANSWERED}), LetterStep.ACCEPTED, ISSUERS),
     Move(LetterVerb.CLIMB, frozenset({LetterStep.ISSUED, LetterStep.SIGNED}), LetterStep.CLIMBED, ISSUERS)),
)
#: Steps in which a letter waits for its unit, and may climb when its day has passed.
WAITING = (LetterStep.ISSUED, LetterStep.SIGNED)
OPEN = (*WAITING, LetterStep.ANSWERED)


@dataclass(frozen=True)
class Rung:
    """One rung: the paper's name and colour, the letters of its number, its limit, what it asks, when it climbs.

    `climbs_after` is how many days past its day the next rung is proposed (None: by hand only); `automatic` rungs are
    written by the night itself; `starts` allows to begin here without the rungs below.
    """

    code: str
    name: str
    mark: str
    colour: RungColour = RungColour.NONE
    limit_kind: LimitKind = LimitKind.WORKDAY
    limit: int = 5
    asks: str = ""
    climbs_after: int | None = 0
    automatic: bool = False
    starts: bool = False

    def as_data(self) -> dict[str, Any]:
        """As a ladder keeps it."""
        return {"code": self.code, "name": self.name, "mark": self.mark, "colour": self.colour.value,
                "limit_kind": self.limit_kind.value, "limit": self.limit, "asks": self.asks,
                "climbs_after": self.climbs_after, "automatic": self.automatic, "starts": self.starts}


@dataclass(frozen=True)
class Preset:
    """A ladder that is laid once: code, name, where it was published, its rungs from the lowest."""

    code: str
    name: str
    source: str
    rungs: tuple[Rung, ...] = field(default_factory=tuple)


#: The ladders laid when a home is made ready; a city changes them by a new version, never here.
PRESETS: tuple[Preset, ...] = (
    Preset("default", "督查阶梯", "交办、提醒、督办、约谈四级", (
        Rung("assign", "交办单", "交办", limit=10, asks="按要求办理并书面反馈", climbs_after=0, starts=True),
        Rung("remind", "提醒函", "提醒", limit=5, asks="说明未按期办结的原因，明确办结日期", climbs_after=0,
             starts=True),
        Rung("urge", "督办单", "督办", limit=3, asks="主要负责人签批，限期办结", climbs_after=3),
        Rung("talk", "约谈通知书", "约谈", limit=2, asks="单位主要负责人到场说明情况", climbs_after=None),
    )),
    Preset("two-letters", "两函一单", "交办函、提醒函、督办单", (
        Rung("assign", "交办函", "交办函", limit=10, asks="按要求办理并书面反馈", climbs_after=0, starts=True),
        Rung("remind", "提醒函", "提醒函", limit=5, asks="说明未按期办结的原因，明确办结日期", climbs_after=0),
        Rung("urge", "督办单", "督办单", limit=3, asks="主要负责人签批，限期办结", climbs_after=None),
    )),
    Preset("three-colours", "三色督查单", "蓝色提醒、橙色预警、红色督办；急件可从橙色开始", (
        Rung("blue", "蓝色督查单", "督查蓝", RungColour.BLUE, limit=5, asks="按期办结，逾期转橙色督查单",
             climbs_after=0, starts=True),
        Rung("orange", "橙色督查单", "督查橙", RungColour.ORANGE, limit=3,
             asks="说明原因，限期办结，再逾期转红色督查单", climbs_after=0, starts=True),
        Rung("red", "红色督查单", "督查红", RungColour.RED, limit=2, asks="主要负责人说明情况，按规定处理",
             climbs_after=None),
    )),
)
#: What a ladder may hold.
MOST_RUNGS, LONGEST_LIMIT = 8, 365
MARKS, CODES = re.compile(r"[\u4e00-\u9fff]{1,8}"), re.compile(r"[a-z][a-z0-9-]{0,18}")
NAMED = {"name": 20, "asks": 120}


def rungs_of(kept: Sequence[Mapping[str, Any]]) -> list[Rung]:
    """The rungs of a kept ladder, lowest first."""
    return [Rung(row["code"], row["name"], row["mark"], RungColour(row["colour"]), LimitKind(row["limit_kind"]),
                 row["limit"], row.get("asks", ""), row.get("climbs_after"), bool(row.get("automatic")),
                 bool(row.get("starts"))) for row in kept]


def rung(kept: Sequence[Mapping[str, Any]], code: str) -> Rung | None:
    """The rung with this code."""
    return next((one for one in rungs_of(kept) if one.code == code), None)


def above(kept: Sequence[Mapping[str, Any]], code: str) -> Rung | None:
    """The next rung up, None on the highest or for an unknown code."""
    rungs = rungs_of(kept)
    here = next((n for n, one in enumerate(rungs) if one.code == code), None)
    return rungs[here + 1] if here is not None and here + 1 < len(rungs) else None


def startable(kept: Sequence[Mapping[str, Any]]) -> list[Rung]:
    """Where a letter may begin: on the first rung, and on those marked so."""
    return [one for n, one in enumerate(rungs_of(kept)) if n == 0 or one.starts]


def climbs_on(due_on: date, climbs_after: int | None) -> date | None:
    """The first day on which the next rung is proposed; None when only by hand."""
    return None if climbs_after is None else due_on + timedelta(days=climbs_after + 1)


def number_words(mark: str, year: int, number: int) -> str:
    """发文字号: 督办〔2024〕3号, hexagonal brackets, no leading zeros (PRACTICE 1.1)."""
    return f"{mark}〔{year}〕{number}号"


def faults_of(rungs: Sequence[Mapping[str, Any]]) -> list[Said]:
    """Everything wrong with a ladder: how many rungs, codes, names, marks, limits, colours in rising order."""
    if not 1 <= len(rungs) <= MOST_RUNGS:
        return [Said("督查阶梯须有 1 至 %(most)s 级", {"most": MOST_RUNGS})]
    faults = [Said("第%(place)s级：%(fault)s", {"place": place, "fault": text})
              for place, row in enumerate(rungs, 1) for text in _faults_of_one(row)]
    return faults + list(_faults_of_all(rungs))


def _faults_of_one(row: Mapping[str, Any]) -> Iterable[str]:
    """The sentences that one rung earns."""
    if not CODES.fullmatch(str(row.get("code") or "")):
        yield RUNG_TEXTS["code"]
    if not MARKS.fullmatch(str(row.get("mark") or "")):
        yield RUNG_TEXTS["mark"]
    if not str(row.get("name") or "").strip() or any(len(str(row.get(key) or "")) > most
                                                     for key, most in NAMED.items()):
        yield RUNG_TEXTS["name"]
    if row.get("colour") not in set(RungColour) or row.get("limit_kind") not in set(LimitKind):
        yield RUNG_TEXTS["kind"]
    if not _whole(row.get("limit"), 1):
        yield RUNG_TEXTS["limit"]
    if row.get("climbs_after") is not None and not _whole(row["climbs_after"], 0):
        yield RUNG_TEXTS["climbs"]


#: What may be wrong with a rung.
RUNG_TEXTS: dict[str, str] = {
    "code": "代号须以小写字母开头，只含小写字母、数字和连字符",
    "mark": "字号机关代字须为 1 至 8 个汉字",
    "name": "文书名称必填，不超过 20 字，要求不超过 120 字",
    "kind": "颜色或时限种类不在可选范围",
    "limit": "时限须为 1 至 365 的整数",
    "climbs": "逾期几天升级须为 0 至 365 的整数，或不填",
}


def _whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= LONGEST_LIMIT


def _faults_of_all(rungs: Sequence[Mapping[str, Any]]) -> Iterable[Said]:
    """What is wrong between rungs: a code or mark used twice, a colour that falls, a last rung that climbs."""
    if _repeated(row.get("code") for row in rungs) or _repeated(row.get("mark") for row in rungs):
        yield Said("各级的代号和机关代字不能重复")
    order = [RungColour.BLUE, RungColour.ORANGE, RungColour.RED]
    shown = [order.index(RungColour(row["colour"])) for row in rungs if row.get("colour") in set(order)]
    if shown != sorted(set(shown)):
        yield Said("颜色须由蓝到橙到红逐级加重，不能倒序或重复")
    if rungs[-1].get("climbs_after") is not None:
        yield Said("最高一级不能再升级，“逾期几天升级”须留空")


def _repeated(values: Iterable[Any]) -> bool:
    kept: Collection[Any] = list(values)
    return len(set(kept)) < len(kept)
