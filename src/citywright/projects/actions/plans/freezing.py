"""Frozen versions: the year plan as issued, and each adjustment with its document and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from citywright.kernel import access, journal
from citywright.kernel.errors import Fault, Said
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Role

from ...models import AnnualPlan, PlanReview, PlanVersion, Project
from ...queries.plan_versions import DISTRICT
from ...words import PlanStep, YearKind
from .drafting import FIELDS, CannotPlan, refuse_wrong, told, write_plan
from .reviewing import locked


@dataclass(frozen=True)
class Change:
    """What an adjustment makes of one frozen plan; fields it does not name stay as they are. Amounts in 万元."""

    plan: AnnualPlan
    invest_year: Decimal
    months: Sequence[Decimal] | None
    kind: YearKind | None = None
    targets: Sequence[str] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def freeze(*, plans: Iterable[AnnualPlan], by: Person, at: datetime, approved_doc: str = "",
           reviewed: bool = False) -> list[AnnualPlan]:
    """The plans are immutable from now on (the database refuses changes) and stand in the next version of their area.

    Refused when one is frozen already, or waits for review. A draft that was never sent in may be frozen: the office
    is its reviewer then, as when it takes in a sheet; with `reviewed` only plans that somebody reviewed may be.
    """
    found = locked(plans)
    steps = dict(PlanReview.objects.filter(plan__in=found).values_list("plan_id", "step"))
    for plan in found:
        access.require(by, Role.OFFICE, area=plan.project.area)
        if plan.frozen_at:
            raise CannotPlan("%(name)s的 %(year)s 年计划已经冻结", name=plan.project.name, year=str(plan.year))
    faults = [Fault(Said("计划尚未审核"), cell=plan.project.name)
              for plan in found if steps.get(plan.pk, "" if reviewed else PlanStep.REVIEWED) != PlanStep.REVIEWED]
    if faults:
        raise CannotPlan("有 %(count)s 个项目的计划尚未审核，一个也没有冻结", faults, count=len(faults))
    versions = versions_of(found, approved_doc, "", by, at)
    for plan in found:
        plan.frozen_at, plan.frozen_by, plan.frozen_in = at, by, versions[home(plan)]
        plan.approved_doc = approved_doc or plan.approved_doc
    AnnualPlan.objects.bulk_update(found, ["frozen_at", "frozen_by", "approved_doc", "frozen_in"])
    if found:
        alone = found[0] if len(found) == 1 else None
        journal.write(verb="plan.frozen", by=by, at=at, area=found[0].project.area,
                      subject=alone.project if alone else None, unit=alone.project.lead_unit if alone else None,
                      data={"year": found[0].year, "plans": [told(plan) for plan in found],
                            "versions": [made.number for made in versions.values()]})
    return found


def home(plan: AnnualPlan) -> tuple[str, int]:
    """Path of the district and year in whose versions a plan is frozen."""
    return plan.project.area.path[:DISTRICT], plan.year


def versions_of(plans: Iterable[AnnualPlan], doc_no: str, reason: str, by: Person,
                at: datetime) -> dict[tuple[str, int], PlanVersion]:
    """One new version for each area and year that the plans belong to."""
    return {key: next_version(*key, doc_no, reason, by, at) for key in sorted({home(plan) for plan in plans})}


def next_version(path: str, year: int, doc_no: str, reason: str, by: Person, at: datetime) -> PlanVersion:
    """One more version of an area's year; the area's row is locked, so numbers never clash."""
    area = Area.objects.select_for_update().get(path=path)
    last = PlanVersion.objects.filter(area=area, year=year).aggregate(last=Max("number"))["last"] or 0
    return PlanVersion.objects.create(area=area, year=year, number=last + 1, doc_no=doc_no, reason=reason,
                                      frozen_at=at, frozen_by=by)


@transaction.atomic
def revise(*, plan: AnnualPlan, invest_year: Decimal, months: Sequence[Decimal] | None, reason: str, by: Person,
           at: datetime, kind: YearKind | None = None, targets: Sequence[str] = (), **fields: Any) -> AnnualPlan:
    """A new frozen version is in force; the old one stands unchanged beside it. Only the office, and with a reason."""
    change = Change(plan, invest_year, months, kind, targets, fields)
    old, new = _adjusted([change], reason, str(fields.get("approved_doc") or ""), by, at)[0]
    journal.write(verb="plan.revised", by=by, at=at, subject=old.project, area=old.project.area,
                  unit=old.project.lead_unit, data=told(new) | {"before": old.invest_year, "reason": reason.strip()})
    return new


@transaction.atomic
def adjust(*, changes: Sequence[Change], doc_no: str, reason: str, by: Person, at: datetime) -> PlanVersion:
    """调整: several plans of one area and year have new frozen rows, all in one version with its document and reason.

    Refused without a document, and when the plans are of several areas or years. All of them, or none.
    """
    if not changes:
        raise CannotPlan("没有任何改动，不必调整")
    if not doc_no.strip():
        raise CannotPlan("调整计划须写明批准文号")
    if len({change.plan.pk for change in changes}) < len(changes):
        raise CannotPlan("同一项目的计划一次只能调整一处")
    made = _adjusted(changes, reason, doc_no.strip(), by, at)
    version = made[0][1].frozen_in
    if version is None or {new.frozen_in_id for _, new in made} != {version.pk}:
        raise CannotPlan("一次调整只能是同一区域同一年度的计划")
    journal.write(verb="plan.adjusted", by=by, at=at, subject=version, area=version.area, data={
        "year": version.year, "version": version.number, "doc_no": version.doc_no, "reason": version.reason,
        "plans": [told(new) | {"before": old.invest_year} for old, new in made]})
    return version


def _adjusted(changes: Sequence[Change], reason: str, doc_no: str, by: Person,
              at: datetime) -> list[tuple[AnnualPlan, AnnualPlan]]:
    """The old row and the new one of each change, in one version for each area and year."""
    pairs, versions = [], dict[tuple[str, int], PlanVersion]()
    for change in changes:
        access.require(by, Role.OFFICE, area=change.plan.project.area)
    list(Project.objects.select_for_update().filter(pk__in=[c.plan.project_id for c in changes]).order_by("pk"))
    for change in changes:
        old = AnnualPlan.objects.select_related("project__area", "project__lead_unit").get(pk=change.plan.pk)
        if not old.frozen_at or not old.in_force:
            raise CannotPlan("只有已冻结且现行的计划才需要调整")
        if not reason.strip():
            raise CannotPlan("调整计划须写明理由")
        key = (old.project.area.path[:DISTRICT], old.year)
        if key not in versions:
            versions[key] = next_version(*key, doc_no, reason.strip()[:300], by, at)
        pairs.append((old, _rewritten(old, change, versions[key], by, at)))
    return pairs


def _rewritten(old: AnnualPlan, change: Change, version: PlanVersion, by: Person, at: datetime) -> AnnualPlan:
    """The next row of the plan, frozen in the version; the old one is in force no more."""
    kept = {key: getattr(old, key) for key in FIELDS} | dict(change.fields)
    if version.doc_no:
        kept["approved_doc"] = version.doc_no
    chosen = change.kind or YearKind(old.kind)
    refuse_wrong(old.year, chosen, change.invest_year, change.months, kept)
    AnnualPlan.objects.filter(pk=old.pk).update(in_force=False)
    new = AnnualPlan(project=old.project, year=old.year, version=old.version + 1, previous=old)
    write_plan(new, chosen, change.invest_year, change.months, change.targets, kept)
    new.frozen_at, new.frozen_by, new.frozen_in = at, by, version
    new.save(update_fields=["frozen_at", "frozen_by", "frozen_in"])
    return new
