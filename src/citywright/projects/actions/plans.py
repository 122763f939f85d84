"""What can be done to annual plans and funds: draft, freeze, revise; agree a fund, record what arrived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from citywright.kernel import access, journal
from citywright.kernel.errors import CannotAccept, Fault, Refusal
from citywright.kernel.models import Person
from citywright.kernel.money import ZERO
from citywright.kernel.words import Role

from ..models import AnnualPlan, FundFact, FundSource, PlanMonth, Project
from ..rules import years
from ..words import FundKind, YearKind

#: Fields that a plan takes besides the named ones.
FIELDS = frozenset({"done_before", "planned_start", "planned_finish", "planned_production", "goal", "approved_doc"})


class CannotPlan(CannotAccept):
    """The months do not sum to the year, days are out of order, or the plan is frozen; all of it in `faults`."""


class CannotFund(Refusal):
    """A negative amount, or more paid than arrived."""


@transaction.atomic
def draft(*, project: Project, year: int, kind: YearKind, invest_year: Decimal, months: Sequence[Decimal] | None,
          by: Person, at: datetime, targets: Sequence[str] = (), **fields: Any) -> AnnualPlan:
    """The year has a plan in draft, in force until another is; drafting again replaces the draft.

    `months` are twelve amounts in 万元 that sum to the year, or None; `targets` their 形象目标. Refused once frozen.
    """
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, unit=project.lead_unit_id, area=project.area)
    refuse_wrong(year, kind, invest_year, months, fields)
    Project.objects.select_for_update().get(pk=project.pk)
    plan = AnnualPlan.objects.filter(project=project, year=year, in_force=True).first()
    if plan and plan.frozen_at:
        raise CannotPlan("%(year)s 年计划已冻结，请用“调整计划”另立新版", year=str(year))
    plan = plan or AnnualPlan(project=project, year=year)
    write_plan(plan, kind, invest_year, months, targets, fields)
    journal.write(verb="plan.drafted", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data=told(plan))
    return plan


def refuse_wrong(year: int, kind: YearKind, invest_year: Decimal, months: Sequence[Decimal] | None,
                 fields: dict[str, Any]) -> None:
    """Refuse unknown fields, and amounts or days that do not fit; every fault at once."""
    unknown = sorted(set(fields) - FIELDS)
    if unknown:
        raise CannotPlan("没有这一栏：%(field)s", field="、".join(unknown))
    said = years.plan_faults(invest_year, months)
    said += years.day_faults(kind, year, fields.get("planned_start"), fields.get("planned_finish"),
                             fields.get("planned_production"))
    if said:
        raise CannotPlan("年度计划有 %(count)s 处不符", [Fault(s) for s in said], count=len(said))


def write_plan(plan: AnnualPlan, kind: YearKind, invest_year: Decimal, months: Sequence[Decimal] | None,
               targets: Sequence[str], fields: dict[str, Any]) -> None:
    """The plan and its months hold these values; months of an earlier draft are gone."""
    plan.kind, plan.invest_year = kind, invest_year
    for key, value in fields.items():
        setattr(plan, key, value)
    plan.save()
    PlanMonth.objects.filter(plan=plan).delete()
    if months is not None:
        wanted = [*targets, *[""] * years.MONTHS]
        PlanMonth.objects.bulk_create(
            PlanMonth(plan=plan, month=number, invest=amount, invest_to_date=to_date,
                      physical_target=wanted[number - 1])
            for number, (amount, to_date) in enumerate(zip(months, years.cumulative(months), strict=True), 1))


def told(plan: AnnualPlan) -> dict[str, Any]:
    """What the journal keeps of a plan."""
    return {"code": plan.project.code, "year": plan.year, "version": plan.version, "kind": plan.kind,
            "invest_year": plan.invest_year, "approved_doc": plan.approved_doc}


@transaction.atomic
def freeze(*, plans: Iterable[AnnualPlan], by: Person, at: datetime, approved_doc: str = "") -> list[AnnualPlan]:
    """The plans are immutable from now on (the database refuses changes); those frozen already are refused."""
    found = list(AnnualPlan.objects.select_for_update(of=("self",)).filter(pk__in=[plan.pk for plan in plans])
                 .select_related("project__area", "project__lead_unit"))
    for plan in found:
        access.require(by, Role.OFFICE, area=plan.project.area)
        if plan.frozen_at:
            raise CannotPlan("%(name)s的 %(year)s 年计划已经冻结", name=plan.project.name, year=str(plan.year))
        plan.frozen_at, plan.frozen_by = at, by
        plan.approved_doc = approved_doc or plan.approved_doc
    AnnualPlan.objects.bulk_update(found, ["frozen_at", "frozen_by", "approved_doc"])
    if found:
        alone = found[0] if len(found) == 1 else None
        journal.write(verb="plan.frozen", by=by, at=at, area=found[0].project.area,
                      subject=alone.project if alone else None, unit=alone.project.lead_unit if alone else None,
                      data={"year": found[0].year, "plans": [told(plan) for plan in found]})
    return found


@transaction.atomic
def revise(*, plan: AnnualPlan, invest_year: Decimal, months: Sequence[Decimal] | None, reason: str, by: Person,
           at: datetime, kind: YearKind | None = None, targets: Sequence[str] = (), **fields: Any) -> AnnualPlan:
    """A new frozen version is in force; the old one stands unchanged beside it. Only the office, and with a reason."""
    access.require(by, Role.OFFICE, area=plan.project.area)
    Project.objects.select_for_update().get(pk=plan.project_id)
    old = AnnualPlan.objects.select_related("project__area", "project__lead_unit").get(pk=plan.pk)
    if not old.frozen_at or not old.in_force:
        raise CannotPlan("只有已冻结且现行的计划才需要调整")
    if not reason.strip():
        raise CannotPlan("调整计划须写明理由")
    kept = {key: getattr(old, key) for key in FIELDS} | fields
    chosen = kind or YearKind(old.kind)
    refuse_wrong(old.year, chosen, invest_year, months, kept)
    AnnualPlan.objects.filter(pk=old.pk).update(in_force=False)
    new = AnnualPlan(project=old.project, year=old.year, version=old.version + 1, previous=old)
    write_plan(new, chosen, invest_year, months, targets, kept)
    new.frozen_at, new.frozen_by = at, by
    new.save(update_fields=["frozen_at", "frozen_by"])
    journal.write(verb="plan.revised", by=by, at=at, subject=old.project, area=old.project.area,
                  unit=old.project.lead_unit, data=told(new) | {"before": old.invest_year, "reason": reason.strip()})
    return new


@transaction.atomic
def agree_fund(*, project: Project, kind: FundKind, agreed: Decimal, by: Person, at: datetime,
               due_on: date | None = None, note: str = "") -> FundSource:
    """The project has one more source of money, agreed in 万元 and due on a day."""
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, unit=project.lead_unit_id, area=project.area)
    if agreed < 0:
        raise CannotFund("约定资金不能为负数")
    source = FundSource.objects.create(project=project, kind=kind, agreed=agreed, due_on=due_on, note=note)
    journal.write(verb="fund.agreed", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "kind": kind, "agreed": agreed, "due_on": due_on})
    return source


@transaction.atomic
def record_arrival(*, source: FundSource, arrived_on: date, arrived: Decimal, by: Person, at: datetime,
                   paid: Decimal = ZERO, fx_rate: Decimal | None = None) -> FundFact:
    """Money of this source arrived on a day, part of it paid out; foreign money keeps its rate."""
    project = source.project
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, unit=project.lead_unit_id, area=project.area)
    if min(arrived, paid) < 0 or paid > arrived:
        raise CannotFund("到位和支付不能为负数，支付不能超过到位")
    fact = FundFact.objects.create(source=source, arrived_on=arrived_on, arrived=arrived, paid=paid, fx_rate=fx_rate)
    journal.write(verb="fund.arrived", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "kind": source.kind, "arrived_on": arrived_on, "arrived": arrived,
                        "paid": paid})
    return fact
