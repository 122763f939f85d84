"""Money of a project: a source agreed, and what arrived of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from citywright.kernel import access, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Person
from citywright.kernel.money import ZERO
from citywright.kernel.words import Role

from ...models import FundFact, FundSource, Project
from ...words import FundKind


class CannotFund(Refusal):
    """A negative amount, or more paid than arrived."""


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
