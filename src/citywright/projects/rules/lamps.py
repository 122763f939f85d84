"""Which lamp does a project show, and why? Eight dimensions, published rule sets as data, the ladder (PROJECTS 1.5).

Everything is exact: Decimal in, Fraction inside, nothing rounded before it is compared. Amounts in 万元.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from citywright.followup.words import AlertKind
from citywright.kernel.errors import Said
from citywright.kernel.lamps import LAMP_ORDER, worst

from ..words import Dimension, Lamp
from .presets import DEFAULT as DEFAULT
from .presets import PRESETS as PRESETS
from .presets import REASONS, Parameters
from .presets import validate as validate

#: The seven dimensions that are judged; the eighth, 综合, is their worst.
JUDGED = tuple(dimension for dimension in Dimension if dimension is not Dimension.OVERALL)
BAD = frozenset({Lamp.RED, Lamp.YELLOW})


@dataclass(frozen=True)
class Fund:
    """One source of money: agreed, arrived by the day, and the day it is due (of a bond: the day of issue)."""

    agreed: Decimal
    arrived: Decimal
    due_on: date | None
    is_bond: bool = False


@dataclass(frozen=True)
class Late:
    """Something with a day: an open problem, a missing element. `workdays` counts the working days since it was due."""

    name: str
    due_on: date
    workdays: int = 0
    severity: int = 3
    times: int = 0


@dataclass(frozen=True)
class LampInputs:
    """All that is looked at for one project on one day. Amounts in 万元; figures are judged at the end of `month`."""

    as_of: date
    month: int
    plan_year: Decimal | None = None
    scheduled: Decimal | None = None
    done_year: Decimal = Decimal(0)
    planned_start: date | None = None
    started_on: date | None = None
    must_start: bool = True
    excused_until: date | None = None
    total: Decimal = Decimal(0)
    registered_on: date | None = None
    must_register: bool = True
    funds: tuple[Fund, ...] = ()
    elements: tuple[Late, ...] = ()
    problems: tuple[Late, ...] = ()
    last_locked_on: date | None = None
    reports_since: date | None = None


@dataclass(frozen=True)
class Verdict:
    """A lamp, the code of the sentence in REASONS that says why, and what fills the sentence."""

    lamp: Lamp
    code: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> Said:
        """The reason as a sentence."""
        return sentence(self.code, self.values)


def sentence(code: str, values: Mapping[str, Any]) -> Said:
    """The reason of a stored verdict; an unknown code (older data) is said as it stands."""
    return Said(REASONS.get(code, code), dict(values))


def amount(number: Decimal | Fraction, places: int = 2) -> str:
    """A number as sentences print it: half up, no trailing zeros of money."""
    exact = Fraction(number)
    scaled = abs(exact) * 10**places
    whole = int(scaled + Fraction(1, 2))
    text = str(Decimal(whole).scaleb(-places).quantize(Decimal(1).scaleb(-places)))
    short = text.rstrip("0").rstrip(".") if places == 2 and text.endswith("00") else text
    return f"-{short}" if exact < 0 and whole else short


def months_between(earlier: date, later: date) -> int:
    """Calendar months from one day's month to another's."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


# ---- the seven dimensions


def progress(seen: LampInputs, rules: Parameters) -> Verdict:
    """进度灯: this year's actual against the schedule; without monthly plan the year x month/12, and it says so."""
    plan = Fraction(seen.plan_year or 0)
    curve = seen.scheduled is not None
    due = Fraction(seen.scheduled or 0) if curve else plan * Fraction(max(seen.month, 0), 12)
    if plan <= 0 or due <= 0:
        return Verdict(Lamp.GREY, "progress_no_plan" if plan <= 0 else "progress_none_due")
    done = Fraction(seen.done_year)
    values = {"done": amount(done), "due": amount(due), "plan": amount(plan), "rate": amount(done / due * 100, 1),
              "points": amount((due - done) / plan * 100, 1), "basis": "分月计划" if curve else "按月均摊"}
    if done >= plan:
        return Verdict(Lamp.BLUE, "progress_year_done", values)
    if done >= due:
        return Verdict(Lamp.GREEN, "progress_on_schedule", values)
    return PROGRESS[rules.kind](done / due, (due - done) / plan * 100, rules, values)


def _by_ratio(rate: Fraction, points: Fraction, rules: Parameters, values: dict[str, Any]) -> Verdict:
    if rate < rules.red:
        return Verdict(Lamp.RED, "progress_ratio", values)
    return Verdict(Lamp.YELLOW if rate < rules.yellow else Lamp.GREEN, "progress_ratio", values)


def _by_points(rate: Fraction, points: Fraction, rules: Parameters, values: dict[str, Any]) -> Verdict:
    if points > rules.red:
        return Verdict(Lamp.RED, "progress_points", values)
    if points >= rules.yellow:
        return Verdict(Lamp.YELLOW, "progress_points", values)
    return Verdict(Lamp.GREEN, "progress_slightly_late", values)


PROGRESS: dict[str, Callable[[Fraction, Fraction, Parameters, dict[str, Any]], Verdict]] = {
    "ratio": _by_ratio, "points": _by_points,
}


def start(seen: LampInputs, rules: Parameters) -> Verdict:
    """开工灯: verified start against the planned month; an accepted excuse caps at yellow until its last day."""
    planned, started = seen.planned_start, seen.started_on
    if not seen.must_start:
        return Verdict(Lamp.GREY, "start_not_needed")
    if started is not None:
        early = planned is not None and months_between(started, planned) > 0
        values = {"on": started.isoformat()}
        return Verdict(Lamp.BLUE, "start_early", values) if early else Verdict(Lamp.GREEN, "start_done", values)
    if planned is None:
        return Verdict(Lamp.GREY, "start_no_plan")
    months = months_between(planned, seen.as_of) + 1
    if months <= 0:
        return Verdict(Lamp.GREY, "start_not_due", {"planned": planned.isoformat()})
    missed: dict[str, Any] = {"planned": planned.isoformat(), "months": months}
    if months < rules.start_red_month:
        return Verdict(Lamp.YELLOW, "start_missed", missed)
    if seen.excused_until is not None and seen.as_of <= seen.excused_until:
        return Verdict(Lamp.YELLOW, "start_excused", {**missed, "until": seen.excused_until.isoformat()})
    return Verdict(Lamp.RED, "start_missed", missed)


def statistics(seen: LampInputs, rules: Parameters) -> Verdict:
    """入统灯: days from the verified start until statistics accepted it; small and unstarted projects are grey."""
    if not seen.must_register or seen.started_on is None:
        return Verdict(Lamp.GREY, "statistics_not_started" if seen.must_register else "statistics_not_needed")
    if Fraction(seen.total) < rules.statistics_least:
        return Verdict(Lamp.GREY, "statistics_too_small", {"least": amount(rules.statistics_least)})
    if seen.registered_on is not None:
        return Verdict(Lamp.GREEN, "statistics_done", {"on": seen.registered_on.isoformat()})
    days = (seen.as_of - seen.started_on).days
    return Verdict(_by_days(days, rules.statistics_green_days, rules.statistics_yellow_days), "statistics_waiting",
                   {"days": days, "on": seen.started_on.isoformat()})


def _by_days(days: int, green: int, yellow: int) -> Lamp:
    if days <= green:
        return Lamp.GREEN
    return Lamp.YELLOW if days <= yellow else Lamp.RED


def fund(seen: LampInputs, rules: Parameters) -> Verdict:
    """资金灯: arrived against what is due by now; bond money falls due evenly over months after the issue."""
    verdicts = [v for v in (_agreed(seen, rules), _bonds(seen, rules)) if v is not None]
    if not verdicts:
        return Verdict(Lamp.GREY, "fund_none_due")
    return min(verdicts, key=lambda v: LAMP_ORDER.index(v.lamp))


def _agreed(seen: LampInputs, rules: Parameters) -> Verdict | None:
    mine = [f for f in seen.funds if not f.is_bond and f.due_on is not None and f.due_on <= seen.as_of]
    due, arrived = sum((Fraction(f.agreed) for f in mine), Fraction(0)), sum(
        (Fraction(f.arrived) for f in seen.funds if not f.is_bond), Fraction(0))
    if due <= 0:
        return None
    rate = arrived / due
    lamp = Lamp.GREEN if rate >= rules.fund_green else Lamp.YELLOW if rate >= rules.fund_yellow else Lamp.RED
    return Verdict(lamp, "fund_arrived", {"arrived": amount(arrived), "due": amount(due),
                                          "rate": amount(rate * 100, 1)})


def _bonds(seen: LampInputs, rules: Parameters) -> Verdict | None:
    mine = [f for f in seen.funds if f.is_bond and f.due_on is not None]
    due = sum((Fraction(f.agreed) * _bond_share(f, seen.as_of, rules) for f in mine), Fraction(0))
    if due <= 0:
        return None
    arrived = sum((Fraction(f.arrived) for f in mine), Fraction(0))
    lamp = Lamp.GREEN if arrived >= due else Lamp.YELLOW if arrived >= due * (1 - rules.bond_band) else Lamp.RED
    return Verdict(lamp, "fund_bond", {"arrived": amount(arrived), "due": amount(due),
                                       "rate": amount(arrived / due * 100, 1)})


def _bond_share(bond: Fund, as_of: date, rules: Parameters) -> Fraction:
    months = months_between(bond.due_on or as_of, as_of)
    return Fraction(min(max(months, 0), rules.bond_months), rules.bond_months)


def element(seen: LampInputs, rules: Parameters) -> Verdict:
    """要素灯: the latest open need for land, permits, power …; red when it made the planned start slip."""
    late = [need for need in seen.elements if need.due_on < seen.as_of]
    if not late:
        return Verdict(Lamp.GREEN, "element_in_time") if seen.elements else Verdict(Lamp.GREEN, "element_none_open")
    worst = min(late, key=lambda need: need.due_on)
    values = {"name": worst.name, "days": worst.workdays, "count": len(late)}
    if worst.workdays > rules.element_red_workdays:
        return Verdict(Lamp.RED, "element_late", values)
    missed = seen.started_on is None and seen.planned_start is not None and seen.planned_start < seen.as_of
    if seen.must_start and missed:
        return Verdict(Lamp.RED, "element_gate_missed", values)
    return Verdict(Lamp.YELLOW, "element_late", values)


def issue(seen: LampInputs, rules: Parameters) -> Verdict:
    """问题灯: an overdue open problem is yellow; overdue twice, or of the first severity, red."""
    grave = [p for p in seen.problems if p.severity <= rules.issue_red_severity]
    late = [p for p in seen.problems if p.due_on < seen.as_of]
    twice = [p for p in late if p.times >= rules.issue_red_times]
    if grave:
        return Verdict(Lamp.RED, "issue_grave", {"name": grave[0].name, "count": len(grave)})
    if twice:
        return Verdict(Lamp.RED, "issue_twice", {"name": twice[0].name, "count": len(twice)})
    if late:
        worst = min(late, key=lambda p: p.due_on)
        return Verdict(Lamp.YELLOW, "issue_late", {"name": worst.name, "on": worst.due_on.isoformat(),
                                                   "count": len(late)})
    return Verdict(Lamp.GREEN, "issue_open" if seen.problems else "issue_none", {"count": len(seen.problems)})


def report(seen: LampInputs, rules: Parameters) -> Verdict:
    """填报灯: days since the last locked report; one that stops reporting does not stay green."""
    since = seen.last_locked_on or seen.reports_since
    if since is None:
        return Verdict(Lamp.GREY, "report_not_due")
    days = (seen.as_of - since).days
    lamp = _by_days(days, rules.report_green_days, rules.report_yellow_days)
    return Verdict(lamp, "report_locked" if seen.last_locked_on else "report_never", {"days": days,
                                                                                      "on": since.isoformat()})


DIMENSIONS: dict[Dimension, Callable[[LampInputs, Parameters], Verdict]] = {
    Dimension.START: start, Dimension.PROGRESS: progress, Dimension.STATISTICS: statistics, Dimension.FUND: fund,
    Dimension.ELEMENT: element, Dimension.ISSUE: issue, Dimension.REPORT: report,
}


def judge(seen: LampInputs, rules: Parameters) -> dict[Dimension, Verdict]:
    """A verdict per dimension, 综合 last: the worst that is not grey, blue only when every live lamp is blue."""
    found = {dimension: rule(seen, rules) for dimension, rule in DIMENSIONS.items()}
    lamp = worst(verdict.lamp for verdict in found.values())
    deciding = [d.zh for d, verdict in found.items() if verdict.lamp == lamp]
    code = "overall_grey" if lamp is Lamp.GREY else "overall_bad" if lamp in BAD else "overall_good"
    found[Dimension.OVERALL] = Verdict(lamp, code, {"dimensions": deciding} if lamp in BAD else {})
    return found


def shown(found: Mapping[Dimension, Lamp], overrides: Mapping[str, Lamp]) -> Lamp:
    """What people see: a named person's lamp for 综合, else the worst of the lamps with theirs put in."""
    named = overrides.get(Dimension.OVERALL)
    return named or worst(overrides.get(d, found[d]) for d in JUDGED)


def recovered(months: Sequence[Lamp]) -> list[Lamp]:
    """History, oldest first, as Ouhai shows it: a red month made good in the next one is shown yellow."""
    seen = list(months)
    return [Lamp.YELLOW if lamp is Lamp.RED and later in (Lamp.GREEN, Lamp.BLUE) else lamp
            for lamp, later in zip_longest(seen, seen[1:])]


# ---- the ladder


#: Rung, and the least number of reds or of yellow months in the present bad spell that reaches it; highest first.
LADDER: tuple[tuple[AlertKind, int | None, int | None], ...] = (
    (AlertKind.INTERVIEW, 2, None), (AlertKind.URGE, 1, 2), (AlertKind.REMIND, None, 1),
)


def rung(months: Sequence[Lamp]) -> AlertKind | None:
    """The step of the ladder that a dimension's months (oldest first, now last) have reached; None when good now."""
    spell: list[Lamp] = []
    for lamp in reversed(months):
        if lamp not in BAD:
            break
        spell.append(lamp)
    reds, yellows = spell.count(Lamp.RED), spell.count(Lamp.YELLOW)
    for kind, least_red, least_yellow in LADDER:
        if (least_red and reds >= least_red) or (least_yellow and yellows >= least_yellow):
            return kind
    return None
