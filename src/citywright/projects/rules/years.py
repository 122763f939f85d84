"""What must an annual plan add up to, and how is it reviewed? Sums of months, the kind of year, the loop. Pure.

Amounts in 万元.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import accumulate

from citywright.kernel.errors import Said
from citywright.kernel.steps import CannotMove, Loop, Move
from citywright.kernel.words import Role

from ..words import PlanStep, PlanVerb, YearKind

MONTHS = 12
CENT = Decimal("0.01")

#: The day that each kind of year promises inside the year, named by the plan's field.
PROMISED_DAY: dict[YearKind, str] = {YearKind.NEW_START: "planned_start", YearKind.FINISH: "planned_finish"}

#: Whoever fills and sends in a plan, and whoever reviews it: the unit's reviewer, or the office.
FILLERS = frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE})
REVIEWERS = frozenset({Role.REVIEWER, Role.OFFICE})

#: 计划送审: a draft has no row in this loop until it is sent in; what was reviewed leaves it when it is frozen.
LOOP = Loop(
    name="plan", first=PlanStep.SUBMITTED, ends=frozenset({PlanStep.REVIEWED}),
    moves=(
        Move(PlanVerb.SUBMIT, frozenset({PlanStep.RETURNED}), PlanStep.SUBMITTED, FILLERS),
        Move(PlanVerb.REVIEW, frozenset({PlanStep.SUBMITTED}), PlanStep.REVIEWED, REVIEWERS),
        Move(PlanVerb.RETURN, frozenset({PlanStep.SUBMITTED, PlanStep.REVIEWED}), PlanStep.RETURNED, REVIEWERS),
    ))
#: Steps in which a plan cannot be edited.
UNDER_REVIEW = (PlanStep.SUBMITTED, PlanStep.REVIEWED)


def step_after(step: PlanStep | None, verb: PlanVerb, roles: Collection[Role]) -> PlanStep:
    """Where the verb leads; a draft (None) can only be sent in, by those who fill plans. Refused by name otherwise."""
    if step is None and verb is PlanVerb.SUBMIT:
        step = PlanStep.RETURNED  # sent in for the first time: by the same people, to the same step
    if step is None:
        raise CannotMove("计划还是草稿，须先送审")
    return PlanStep(LOOP.move(step=step, verb=verb, roles=roles))


def plan_faults(invest_year: Decimal, months: Sequence[Decimal] | None) -> list[Said]:
    """What is wrong with the amounts of a plan: negative, not twelve months, months that do not sum to the year."""
    if invest_year < 0:
        return [Said("年度计划投资不能为负数")]
    if months is None:
        return []
    if len(months) != MONTHS:
        return [Said("分月计划须填满 12 个月，现有 %(count)s 个月", {"count": len(months)})]
    if min(months) < 0:
        return [Said("分月计划不能为负数")]
    if sum(months) != invest_year:
        return [Said("分月计划之和 %(sum)s 万元与年度计划 %(year)s 万元不一致，相差 %(gap)s 万元",
                     {"sum": str(sum(months)), "year": str(invest_year), "gap": str(sum(months) - invest_year)})]
    return []


def cumulative(months: Sequence[Decimal]) -> list[Decimal]:
    """January to each month."""
    return list(accumulate(months))


def respread(months: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """The months of another total in the same proportions; what rounding leaves goes to the last month with money."""
    before = sum(months)
    if not before:
        return [*[Decimal(0)] * (MONTHS - 1), total]
    shares = [(month * total / before).quantize(CENT, ROUND_DOWN) for month in months]
    last = max(number for number, month in enumerate(months) if month)
    shares[last] += total - sum(shares)
    return shares


def day_faults(kind: YearKind, year: int, start: date | None, finish: date | None,
               production: date | None) -> list[Said]:
    """What is wrong with the planned days: out of order, or the promise of the year's kind lies in another year."""
    said = []
    if start and finish and finish < start:
        said.append(Said("计划竣工早于计划开工"))
    if finish and production and production < finish:
        said.append(Said("计划投产早于计划竣工"))
    promised = {"planned_start": start, "planned_finish": finish}.get(PROMISED_DAY.get(kind, ""))
    if promised and promised.year != year:
        said.append(Said("年度类型为“%(kind)s”，计划日期须在 %(year)s 年内", {"kind": kind.zh, "year": str(year)}))
    return said
