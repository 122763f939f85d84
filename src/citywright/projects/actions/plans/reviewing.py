"""The draft between its unit and the office: sent in, reviewed by somebody else, or given back with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, journal
from citywright.kernel.errors import CannotAccept, CannotReach, Fault, Said
from citywright.kernel.models import Person
from citywright.kernel.steps import CannotMove
from citywright.kernel.words import Role

from ...models import AnnualPlan, PlanReview
from ...rules import years
from ...words import PlanStep, PlanVerb

#: Where each verb leads.
TARGETS = {move.verb: move.target for move in years.LOOP.moves}


class CannotReview(CannotAccept):
    """Some of the plans cannot be sent in, reviewed or given back; none was. All of it in `faults`."""


@transaction.atomic
def submit(*, plans: Iterable[AnnualPlan], by: Person, at: datetime) -> list[PlanReview]:
    """送审: the drafts wait for review and cannot be edited meanwhile; all of them, or none."""
    return _moved(plans, PlanVerb.SUBMIT, by, at, "plan.submitted")


@transaction.atomic
def review(*, plans: Iterable[AnnualPlan], by: Person, at: datetime) -> list[PlanReview]:
    """审核: the plans are ready to be frozen; refused to whoever sent one of them in. All of them, or none."""
    return _moved(plans, PlanVerb.REVIEW, by, at, "plan.reviewed")


@transaction.atomic
def send_back(*, plans: Iterable[AnnualPlan], reason: str, by: Person, at: datetime) -> list[PlanReview]:
    """退回: the plans can be edited again, and the unit reads why; refused without a reason."""
    if not reason.strip():
        raise CannotReview("退回计划须写明理由")
    return _moved(plans, PlanVerb.RETURN, by, at, "plan.returned", reason.strip()[:300])


def _moved(plans: Iterable[AnnualPlan], verb: PlanVerb, by: Person, at: datetime, told: str,
           reason: str = "") -> list[PlanReview]:
    """Every plan one step further, or every fault named at once; one line in the journal."""
    found = locked(plans)
    if not found:
        raise CannotReview("请先选中计划")
    faults, rows = [], []
    for plan in found:
        fault = _fault(plan, verb, by)
        if fault:
            faults.append(Fault(fault, cell=plan.project.name))
        else:
            rows.append(_written(plan, verb, by, at, reason))
    if faults:
        raise CannotReview("有 %(count)s 个项目的计划不能%(verb)s，一个也没有办理", faults, count=len(faults),
                           verb=verb.zh)
    alone = found[0] if len(found) == 1 else None
    journal.write(verb=told, by=by, at=at, area=found[0].project.area, subject=alone.project if alone else None,
                  unit=alone.project.lead_unit if alone else None, data=_told(found, reason))
    return rows


def locked(plans: Iterable[AnnualPlan]) -> list[AnnualPlan]:
    """The plans as they stand now, in the order of their projects, locked until the act ends."""
    keys = [plan.pk for plan in plans]
    return list(AnnualPlan.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("project__code")
                .select_related("project__area", "project__lead_unit"))


def _fault(plan: AnnualPlan, verb: PlanVerb, by: Person) -> Said | None:
    """Why this plan cannot take this step; somebody without any right to it is refused like whoever cannot see it."""
    project = plan.project
    held = access.roles_over(by, unit=project.lead_unit_id, area=project.area)
    if not held & {Role.CLERK, Role.REVIEWER, Role.OFFICE}:
        raise CannotReach("没有这份计划，或您无权办理")
    if plan.frozen_at:
        return Said("计划已冻结，只能另立新版")
    now = PlanReview.objects.filter(plan=plan).first()
    try:
        years.step_after(PlanStep(now.step) if now else None, verb, held)
    except CannotMove as refused:
        return refused.said
    if verb is PlanVerb.REVIEW and now and now.submitted_by_id == by.pk:
        return Said("由您送审的计划须由另一人审核")
    return None


def _written(plan: AnnualPlan, verb: PlanVerb, by: Person, at: datetime, reason: str) -> PlanReview:
    """The review row after the step."""
    step = TARGETS[verb]
    if verb is PlanVerb.SUBMIT:
        return PlanReview.objects.update_or_create(plan=plan, defaults={
            "step": step, "submitted_by": by, "submitted_at": at, "reviewed_by": None, "reviewed_at": None,
            "reason": ""})[0]
    row = PlanReview.objects.get(plan=plan)
    own = row.submitted_by_id == by.pk
    row.step, row.reason, row.reviewed_at = step, reason, at
    row.reviewed_by = None if own else by
    row.save(update_fields=["step", "reason", "reviewed_by", "reviewed_at"])
    return row


def _told(found: Sequence[AnnualPlan], reason: str) -> dict[str, Any]:
    return {"year": found[0].year, "plans": [plan.project.code for plan in found]} | (
        {"reason": reason} if reason else {})
