"""Amounts become facts: one row in force per project, month and calibre; what is changed is revised, never edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from citywright.kernel import access, journal, periods
from citywright.kernel.errors import CannotAccept, Fault, Said
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ...models import AnnualPlan, InvestmentFact, Project
from ...rules.reports import Amounts
from ...words import Source

PARTS = ("built", "installed", "equipment", "other")
#: Why a later month was revised.
FOLLOWS = "随前月改动重算累计"
#: Why a figure was replaced when nobody gave a reason.
AGAIN = "重新上报"


class CannotRecord(CannotAccept):
    """The amounts of some projects do not fit what is recorded already; every fault is named."""


@dataclass(frozen=True)
class Entry:
    """Amounts of one project; `reason` is kept with the revision when there was a figure before."""

    project: Project
    amounts: Amounts
    reason: str = ""


@transaction.atomic
def record_facts(*, period: date, source: Source, rows: Sequence[tuple[Project, Amounts]], by: Person, at: datetime,
                 reason: str = "重新导入") -> int:
    """The amounts of a calibre are recorded; answers how many were new or changed. Office or city only.

    A yearly total that falls is refused for the dispatch calibre (更正申请), recorded as a revision for the others.
    """
    for area in {project.area_id: project.area for project, _ in rows}.values():
        access.require(by, Role.OFFICE, Role.CITY, area=area)
    entries = [Entry(project, amounts, reason) for project, amounts in rows]
    count = keep(period=period, source=source, entries=entries, by=by, at=at, may_fall=source is not Source.UNIT)
    journal.write(verb="investment.recorded", by=by, at=at,
                  data={"period": periods.label(period), "source": source, "rows": len(rows), "changed": count})
    return count


def keep(*, period: date, source: Source, entries: Sequence[Entry], by: Person, at: datetime,
         may_fall: bool = False) -> int:
    """Write the facts inside the caller's transaction and journal line; later months follow as revisions."""
    facts = _facts_of_year(entries, period.year, source)
    before = dict(AnnualPlan.objects.filter(project__in=facts, year=period.year, in_force=True)
                  .values_list("project_id", "done_before"))
    fresh: list[InvestmentFact] = []
    faults: list[Fault] = []
    for entry in entries:
        known = facts[entry.project.pk]
        fact = _fact(entry, period, source, known, before.get(entry.project.pk, Decimal(0)))
        if fact.amount_year < _year_before(known, period) and not may_fall:
            faults.append(Fault(Said("%(name)s：自年初累计低于上月，只能走更正申请", {"name": entry.project.name}),
                                cell=entry.project.code, header="amount_year"))
        fresh += _with_followers(fact, known)
    if faults:
        raise CannotRecord("%(count)s 个项目的数字不能记入", faults, count=len(faults))
    for fact in fresh:
        fact.recorded_by, fact.recorded_at = by, at
    InvestmentFact.objects.filter(pk__in=[f.revision_of_id for f in fresh if f.revision_of_id]).update(in_force=False)
    InvestmentFact.objects.bulk_create(fresh, batch_size=1000)
    return len(fresh)


Known = dict[date, InvestmentFact]


def _facts_of_year(entries: Iterable[Entry], year: int, source: Source) -> dict[Any, Known]:
    found: dict[Any, Known] = {entry.project.pk: {} for entry in entries}
    for fact in InvestmentFact.objects.filter(project__in=list(found), source=source, period__year=year, in_force=True):
        found[fact.project_id][fact.period] = fact
    return found


def _year_before(known: Known, period: date) -> Decimal:
    earlier = [p for p in known if p < period]
    return known[max(earlier)].amount_year if earlier else Decimal(0)


def _fact(entry: Entry, period: date, source: Source, known: Known, done_before: Decimal) -> InvestmentFact:
    amounts, old = entry.amounts, known.get(period)
    year = amounts.amount_year
    if year is None:
        year = _year_before(known, period) + amounts.amount_month
    total = amounts.amount_total if amounts.amount_total is not None else done_before + year
    return InvestmentFact(
        project=entry.project, period=period, source=source, amount_month=amounts.amount_month, amount_year=year,
        amount_total=total, revision_of=old, reason=(entry.reason or AGAIN) if old else "",
        **{part: getattr(amounts, part) for part in PARTS})


def _with_followers(fact: InvestmentFact, known: Known) -> list[InvestmentFact]:
    """The fact itself if it says anything new, and the later months whose yearly sum it moves."""
    old = known.get(fact.period)
    names = ("amount_month", "amount_year", "amount_total", *PARTS)
    if old is not None and all(getattr(old, name) == getattr(fact, name) for name in names):
        return []
    later = [known[p] for p in sorted(known) if p > fact.period]
    moved = fact.amount_year - (old.amount_year if old is not None else _year_before(known, fact.period))
    first = later[0] if later else None
    holds_gap = old is None and first is not None and first.amount_year - first.amount_month >= fact.amount_year
    if not moved or holds_gap:
        return [fact]
    return [fact, *(_moved(row, moved) for row in later)]


def _moved(row: InvestmentFact, by_amount: Decimal) -> InvestmentFact:
    return InvestmentFact(
        project_id=row.project_id, period=row.period, source=row.source, amount_month=row.amount_month,
        amount_year=row.amount_year + by_amount, amount_total=row.amount_total + by_amount, revision_of=row,
        reason=FOLLOWS, **{part: getattr(row, part) for part in PARTS})


def amounts_of(row: object) -> Amounts:
    """The money of a report, as a fact takes it."""
    names = ("amount_month", "amount_year", *PARTS)
    return replace(Amounts(Decimal(0)), **{name: getattr(row, name) for name in names})
