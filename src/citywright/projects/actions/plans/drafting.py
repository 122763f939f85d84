"""The draft of a plan: written by its unit or the office, replaced as often as needed until it is sent in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from citywright.kernel import access, journal
from citywright.kernel.errors import CannotAccept, Fault
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ...models import AnnualPlan, PlanMonth, PlanReview, Project
from ...rules import years
from ...words import YearKind

#: Fields that a plan takes besides the named ones.
FIELDS = frozenset({"done_before", "planned_start", "planned_finish", "planned_production", "goal", "approved_doc"})


class CannotPlan(CannotAccept):
    """The months do not sum to the year, days are out of order, or the plan is frozen; all of it in `faults`."""


@transaction.atomic
def draft(*, project: Project, year: int, kind: YearKind, invest_year: Decimal, months: Sequence[Decimal] | None,
          by: Person, at: datetime, targets: Sequence[str] = (), **fields: Any) -> AnnualPlan:
    """The year has a plan in draft, in force until another is; drafting again replaces the draft.

    `months` are twelve amounts in 万元 that sum to the year, or None; `targets` their 形象目标. Refused once sent in
    for review (until it is given back) and once frozen.
    """
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, unit=project.lead_unit_id, area=project.area)
    refuse_wrong(year, kind, invest_year, months, fields)
    Project.objects.select_for_update().get(pk=project.pk)
    plan = AnnualPlan.objects.filter(project=project, year=year, in_force=True).first()
    if plan and plan.frozen_at:
        raise CannotPlan("%(year)s 年计划已冻结，请用“调整计划”另立新版", year=str(year))
    if plan and PlanReview.objects.filter(plan=plan, step__in=years.UNDER_REVIEW).exists():
        raise CannotPlan("%(year)s 年计划已送审，要改动请审核人先退回", year=str(year))
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
