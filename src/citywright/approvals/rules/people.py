"""What holds for the people round a dossier: the enterprise's token, a butler's ranks, days counted. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any

from ..words import ServicePhase

#: 进度页: how many random bytes a token has, for how many days it opens at most, and when nothing is said.
TOKEN_BYTES, LONGEST_DAYS, USUAL_DAYS = 32, 730, 180
#: No token is longer; what is longer is not even looked up.
LONGEST_TOKEN = 100
#: How many questions may wait for an answer, and how long one may be; how long an answer, a note, words of a handover.
MOST_WAITING, LONGEST_TEXT, LONGEST_REPLY, LONGEST_NOTE = 20, 500, 1_000, 2_000
#: 排序: a step of weight counts as much as so many working days of slack (APPROVALS 1).
WEIGHS = 10
#: 评价.
STARS = range(1, 6)
#: 线性工程: uses of which the works run along a line.
LINEAR = frozenset({"municipal", "transport"})


def digest(token: str) -> str:
    """The SHA-256 that is kept instead of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def rank(slack: int | None, weight: int) -> tuple[bool, int]:
    """What comes first in a butler's worklist is smallest: least slack, corrected by the weight of the project."""
    return slack is None, (slack or 0) - WEIGHS * weight


def phase(has_permit: bool, begun: bool) -> ServicePhase:
    """The phase of service a dossier is in: before anything was handed in, until the permit, afterwards."""
    if has_permit:
        return ServicePhase.CONSTRUCTION
    return ServicePhase.APPROVAL if begun else ServicePhase.SIGNING


def middle(values: Sequence[int]) -> float | None:
    """The median; None of nothing."""
    return median(values) if values else None


def ninth(values: Sequence[int]) -> int | None:
    """The value within which nine in ten lie; None of nothing."""
    return sorted(values)[ceil(len(values) * 9 / 10) - 1] if values else None


# --- where time goes -------------------------------------------------------------------------------------------------

def bits(after: int, until: int) -> int:
    """The working days after one up to and with another, a bit each."""
    return ((1 << (until - after)) - 1) << (after + 1) if until > after else 0


@dataclass(frozen=True)
class Spent:
    """Working days of several items side by side, each counted once: in review, waiting for whom, between items."""

    review: int
    owner: int
    special: int
    between: int

    @property
    def whole(self) -> int:
        """From the first acceptance to the last end."""
        return self.review + self.owner + self.special + self.between


def spent(items: Iterable[tuple[int, int, Sequence[tuple[int, int]], Sequence[tuple[int, int]]]]) -> Spent | None:
    """Where the days of items went, each as (accepted, ended, pauses of the owner, special pauses), in numbers.

    A day on which anything is in review counts as review; else as the owner's, else as special; a day on which
    nothing runs lies between items. None without items.
    """
    review = owner = special = 0
    first, last = None, 0
    for accepted, ended, by_owner, specially in items:
        mine = _together(by_owner)
        theirs = _together(specially)
        review |= bits(accepted, ended) & ~mine & ~theirs
        owner |= mine
        special |= theirs
        first, last = accepted if first is None else min(first, accepted), max(last, ended)
    if first is None:
        return None
    whole = bits(first, last)
    owner, special = owner & whole & ~review, special & whole & ~review & ~owner
    known = [one.bit_count() for one in (review & whole, owner, special)]
    return Spent(known[0], known[1], known[2], whole.bit_count() - sum(known))


def _together(pauses: Sequence[tuple[int, int]]) -> int:
    found = 0
    for begin, end in pauses:
        found |= bits(begin, end)
    return found


def process_of(project_class: str, answers: Mapping[str, Any]) -> str:
    """The process type under which limits are published: small and low-risk, linear, government, by land, by use."""
    private = answers.get("investment_type") == "social"
    if project_class.startswith("small_low_risk") and private:
        return "small_low_risk_social"
    if answers.get("industry_type") in LINEAR:
        return "sample_linear"
    if answers.get("investment_type") == "government":
        return "government_building"
    if answers.get("land_mode") == "transfer_with_plan":
        return "sample_transfer_with_plan"
    if answers.get("industry_type") == "industrial":
        return "sample_industrial"
    return "general_social" if private else ""


def references(content: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """The published limits of a catalogue by process type: stage code, or "total", to working days."""
    found: dict[str, dict[str, int]] = {}
    for row in content.get("stage_limits") or ():
        if isinstance(row, Mapping) and row.get("project_class"):
            limits = {"total": row.get("total")} | {key.removeprefix("stage"): value for key, value in row.items()
                                                    if str(key).startswith("stage")}
            found[str(row["project_class"])] = {key: int(value) for key, value in limits.items()
                                                if isinstance(value, int)}
    return found
