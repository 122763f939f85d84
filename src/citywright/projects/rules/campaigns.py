"""How does a campaign stand? Its kinds, its time, its targets and the sums of its projects. Pure.

A campaign's name is only a name: no number is ever read out of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ..words import CampaignKind, Link, Qualifier, TargetMeasure
from ..words.campaigns import Standing
from .rates import Number, ratio

#: How far beside an "about" target still counts as reached. A parameter.
TOLERANCE = Fraction(5, 100)
#: Which kinds a campaign may hang below; None is "below nothing".
BELOW: Mapping[CampaignKind, frozenset[CampaignKind | None]] = {
    CampaignKind.YEAR: frozenset({None}),
    CampaignKind.ACTION: frozenset({None, CampaignKind.YEAR}),
    CampaignKind.MEASURE: frozenset({CampaignKind.ACTION, CampaignKind.LIVELIHOOD}),
    CampaignKind.LIVELIHOOD: frozenset({None, CampaignKind.YEAR}),
}
#: Unit of the targets the ledger measures; the others are typed in with their own.
UNITS = {TargetMeasure.COUNT: "个", TargetMeasure.STARTED: "个", TargetMeasure.FINISHED: "个",
         TargetMeasure.PRODUCING: "个", TargetMeasure.TASKS: "件", TargetMeasure.TOTAL: "万元",
         TargetMeasure.PLAN: "万元", TargetMeasure.DONE: "万元"}
#: The checks of one link: how many of each kind there may be.
POSITIONS = (1, 2, 3)
#: Sign before a target.
SIGNS = {Qualifier.AT_LEAST: "≥", Qualifier.AT_MOST: "≤", Qualifier.EQUAL: "=", Qualifier.ABOUT: "≈"}


def may_hang(kind: CampaignKind, parent: CampaignKind | None) -> bool:
    """Whether a campaign of this kind may hang below one of that kind; kinds only lead downwards, so no circle."""
    return parent in BELOW[kind]


def elapsed(start: date, end: date, on: date) -> Fraction:
    """The share of the campaign's days that have passed by the end of a day, 0 before it and 1 after it."""
    days = (end - start).days + 1
    return Fraction(min(max((on - start).days + 1, 0), days), days)


def is_reached(qualifier: Qualifier, value: Number, target: Number, tolerance: Fraction = TOLERANCE) -> bool:
    """Whether the target is met by a value."""
    value, target = Fraction(value), Fraction(target)
    if qualifier == Qualifier.AT_MOST:
        return value <= target
    if qualifier == Qualifier.EQUAL:
        return value == target
    return value >= (target * (1 - tolerance) if qualifier == Qualifier.ABOUT else target)


def standing(qualifier: Qualifier, value: Number | None, target: Number, time: Fraction,
             tolerance: Fraction = TOLERANCE) -> Standing:
    """已完成, 达序时, 滞后 or 未启动: reached, or at least target x time, or less, or nothing yet.

    A limit (以内) is kept until the time is over, and broken for good once exceeded; so is 等于.
    """
    if value is None or not time:
        return Standing.IDLE
    value, target = Fraction(value), Fraction(target)
    if qualifier == Qualifier.AT_MOST:
        if value > target:
            return Standing.BEHIND
        return Standing.DONE if time == 1 else Standing.ON_PACE
    if is_reached(qualifier, value, target, tolerance):
        return Standing.DONE
    if value == 0:
        return Standing.IDLE
    if qualifier == Qualifier.EQUAL and value > target:
        return Standing.BEHIND
    due = target * (1 - tolerance) if qualifier == Qualifier.ABOUT else target
    return Standing.ON_PACE if value >= due * time else Standing.BEHIND


@dataclass(frozen=True)
class Leaf:
    """What of a project a campaign counts: amounts in 万元, gates reached."""

    total: Decimal
    plan: Decimal
    done: Decimal
    started: bool
    finished: bool
    producing: bool


@dataclass(frozen=True)
class Totals:
    """The sums over a campaign's projects, each project once."""

    count: int
    total: Decimal
    plan: Decimal
    done: Decimal
    started: int
    finished: int
    producing: int

    @property
    def rate(self) -> Fraction | None:
        """投资完成率: done / plan of the year."""
        return ratio(self.done, self.plan)


def totals(leaves: Collection[Leaf]) -> Totals:
    """The sums of some projects."""
    zero = Decimal(0)
    return Totals(
        len(leaves), sum((leaf.total for leaf in leaves), zero), sum((leaf.plan for leaf in leaves), zero),
        sum((leaf.done for leaf in leaves), zero), sum(leaf.started for leaf in leaves),
        sum(leaf.finished for leaf in leaves), sum(leaf.producing for leaf in leaves))


def measured(measure: TargetMeasure, sums: Totals, closed_tasks: int) -> Number | None:
    """What a target has reached, in its unit; None when the ledger does not measure it."""
    if measure == TargetMeasure.HAND:
        return None
    if measure == TargetMeasure.TASKS:
        return closed_tasks
    value: Number = getattr(sums, {TargetMeasure.TOTAL: "total", TargetMeasure.PLAN: "plan", TargetMeasure.DONE: "done",
                                   TargetMeasure.STARTED: "started", TargetMeasure.FINISHED: "finished",
                                   TargetMeasure.PRODUCING: "producing"}.get(measure, "count"))
    return value


def rolled_up(own: Mapping[str, Iterable[str]], parents: Mapping[str, str | None]) -> dict[str, set[str]]:
    """Each campaign's projects: its own and those of everything below it, each once. Keys as text."""
    found = {key: set(own.get(key, ())) for key in parents}
    for key in parents:
        above = parents[key]
        while above is not None and above in found:
            found[above] |= set(own.get(key, ()))
            above = parents.get(above)
    return found


@dataclass(frozen=True)
class LinkRate:
    """检查率 of one of the five links: checks x projects, of which marked and passed."""

    link: Link
    checks: int
    due: int
    marked: int
    passed: int

    @property
    def rate(self) -> Fraction | None:
        """Passed / due; None without checks or projects."""
        return ratio(self.passed, self.due)


def link_rates(checks: Sequence[tuple[int, Link]], marks: Iterable[tuple[int, bool]], projects: int) -> list[LinkRate]:
    """The rate of each link that has checks; `marks` are (check, passed) of projects that count."""
    where = dict(checks)
    told = [(where[check], passed) for check, passed in marks if check in where]
    found = []
    for link in Link:
        number = sum(one == link for _, one in checks)
        if number:
            here = [passed for one, passed in told if one == link]
            found.append(LinkRate(link, number, number * projects, len(here), sum(here)))
    return found
