"""How did a figure run in the last twelve months? One query for each kind of history, none for figures without one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum

from citywright.kernel import periods

from ..models import AnnualPlan, GatePassage, InvestmentFact, LampSnapshot, Project
from ..rules import rates
from ..words import Gate, Lamp, Source, YearKind
from . import ledger
from .measures import Asked, rows

MONTHS = 12
Series = tuple[Decimal, ...]


@dataclass(frozen=True)
class History:
    """The runs of twelve months by indicator, and the red lamps of the month before (None when not judged)."""

    series: dict[str, Series] = field(default_factory=dict)
    red_before: int | None = None

    def of(self, code: str) -> Series:
        """The run of an indicator; () when it has none."""
        return self.series.get(code, ())


def months_up_to(period: date) -> list[date]:
    """The twelve periods that end with this one."""
    return periods.between(periods.shifted(period, 1 - MONTHS), period)


def _leaves(asked: Asked) -> QuerySet[Project]:
    return ledger.within(ledger.leaves(ledger.visible_to(asked.person)), asked.area)


def money(asked: Asked) -> dict[date, Decimal]:
    """Dispatch money of each of the twelve months, 万元: one query."""
    months = months_up_to(asked.period)
    facts = InvestmentFact.objects.filter(project__in=_leaves(asked), source=Source.UNIT, in_force=True,
                                          period__gte=months[0], period__lte=months[-1])
    found = dict(facts.order_by().values_list("period").annotate(amount=Sum("amount_month")))
    return {month: found.get(month, Decimal(0)) for month in months}


def lamps(asked: Asked) -> dict[date, int]:
    """Red lamps of the last judging of each month, by the area that judges: one query; months without are left out."""
    months = months_up_to(asked.period)
    judged = asked.run.area_id if asked.run else asked.area.pk
    shots = LampSnapshot.objects.filter(run__area=judged, run__as_of__gte=months[0], run__as_of__lte=asked.end,
                                        project__in=_leaves(asked))
    counted = (shots.order_by().values("run__as_of", "run__number", "shown").annotate(count=Count("pk"))
               .values_list("run__as_of", "run__number", "shown", "count"))
    runs: dict[tuple[date, int], int] = {}
    for day, number, shown, count in counted:
        runs[day, number] = runs.get((day, number), 0) + (count if shown == Lamp.RED else 0)
    return {periods.first_of(day): red for (day, _), red in sorted(runs.items())}


def _shares(months: Iterable[date], pairs: Callable[[date], Iterable[bool]]) -> Series:
    """For each month the share (%) of True among its pairs; months with none are left out."""
    found = []
    for month in months:
        hits = list(pairs(month))
        share = rates.ratio(sum(hits), len(hits))
        found.extend([] if share is None else [rates.rounded(share * 100, 2)])
    return tuple(found)


def starts(asked: Asked) -> Series:
    """应开工开工率 of each month, from plans in force and verified starts: one query."""
    started = GatePassage.objects.filter(project=OuterRef("project"), gate=Gate.G4, in_force=True,
                                         result__in=ledger.PASSED).values("event_on")[:1]
    plans: list[Any] = list(AnnualPlan.objects.filter(
        project__in=_leaves(asked), in_force=True, kind=YearKind.NEW_START, planned_start__isnull=False,
        year__in=[asked.period.year - 1, asked.period.year],
    ).order_by().annotate(g4_on=Subquery(started)).values_list("year", "planned_start", "g4_on"))

    def of(month: date) -> Iterable[bool]:
        end = periods.last_of(month)
        return (bool(day and day <= end) for year, start, day in plans if year == month.year and start <= end)

    return _shares(months_up_to(asked.period), of)


def statistics(asked: Asked) -> Series:
    """纳统率 of each month: one query."""
    days: Any = rows(asked, "STAT_IN")
    found = list(days.filter(g4_on__lte=asked.end, total_investment__gte=rates.STATISTICS_FLOOR)
                 .values_list("g4_on", "g4s_on"))

    def of(month: date) -> Iterable[bool]:
        end = periods.last_of(month)
        due = end - timedelta(days=rates.STATISTICS_DAYS)
        return (bool(entered and entered <= end) for started, entered in found if started <= due)

    return _shares(months_up_to(asked.period), of)


def history(asked: Asked, codes: Iterable[str]) -> History:
    """What the asked indicators have of history; an indicator without a run costs no query."""
    wanted = set(codes)
    series: dict[str, Series] = {}
    if wanted & {"INV_SUM", "INV_MONTH", "INV_DONE"}:
        run = tuple(rates.rounded(Fraction(amount) / 10_000, 4) for amount in money(asked).values())
        series |= dict.fromkeys(wanted & {"INV_SUM", "INV_MONTH", "INV_DONE"}, run)
    if "START_DUE" in wanted:
        series["START_DUE"] = starts(asked)
    if "STAT_IN" in wanted:
        series["STAT_IN"] = statistics(asked)
    red = lamps(asked) if "RED" in wanted else {}
    if red:
        series["RED"] = tuple(Decimal(count) for count in red.values())
    return History(series, red.get(periods.shifted(asked.period, -1)))
