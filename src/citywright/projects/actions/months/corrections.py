"""更正申请: the one way to change a locked report. Asked by the unit, decided by the office, everything traced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from citywright.kernel import access, journal, periods
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ...models import Correction, InvestmentFact, ProgressReport
from ...rules import reports as rules
from ...words import CorrectionStep, CorrectionVerb, ReportStep, Source
from .money import Entry, amounts_of, keep

NUMBERS = frozenset({*rules.MONEY, "physical_percent"})


class CannotCorrect(Refusal):
    """The report is not locked, one application waits already, nothing would change, or the numbers do not add up."""


@transaction.atomic
def ask_correction(*, report: ProgressReport, changes: Mapping[str, Any], reason: str, by: Person,
                   at: datetime) -> Correction:
    """The unit's application waits for the office; refused unless the report is locked and a reason is given."""
    report = ProgressReport.objects.select_related("project__area", "project__lead_unit").get(pk=report.pk)
    access.require(by, Role.CLERK, Role.REVIEWER, unit=report.project.lead_unit_id)
    if report.step != ReportStep.LOCKED:
        raise CannotCorrect("月报还没有锁定，可直接修改或请退回")
    if not reason.strip():
        raise CannotCorrect("更正须写明原因")
    if report.corrections.filter(step=CorrectionStep.ASKED).exists():
        raise CannotCorrect("已有一份更正申请待批")
    wanted = {name: [_as_text(getattr(report, name)), _as_text(_read(name, new))] for name, new in changes.items()}
    wanted = {name: pair for name, pair in wanted.items() if pair[0] != pair[1]}
    if not wanted:
        raise CannotCorrect("没有要更正的内容")
    _put(report, wanted)
    _check(report)
    correction = Correction.objects.create(report=report, changes=wanted, reason=reason.strip(), asked_by=by,
                                           asked_at=at)
    _write("correction.asked", correction, by, at, reason=reason.strip(), changes=wanted)
    return correction


@transaction.atomic
def decide_correction(*, correction: Correction, grant: bool, by: Person, at: datetime,
                      decision: str = "") -> Correction:
    """Granted: the report says the new values and the facts are revised, later months too. Denied: with a word."""
    held = (Correction.objects.select_for_update(of=("self",))
            .select_related("report__project__area", "report__project__lead_unit").get(pk=correction.pk))
    report = held.report
    roles = access.roles_over(by, unit=report.project.lead_unit_id, area=report.project.area)
    if not roles:
        access.require(by, Role.OFFICE, area=report.project.area)
    verb = CorrectionVerb.GRANT if grant else CorrectionVerb.DENY
    held.step = rules.CORRECTION.move(step=CorrectionStep(held.step), verb=verb, roles=roles)
    if held.asked_by_id == by.pk:
        raise CannotCorrect("申请人不能批准自己的更正")
    if not grant and not decision.strip():
        raise CannotCorrect("不同意须写明理由")
    held.decided_by, held.decided_at, held.decision = by, at, decision.strip()
    held.save(update_fields=["step", "decided_by", "decided_at", "decision"])
    if grant:
        _apply(held, by, at)
    _write(f"correction.{held.step}", held, by, at, decision=held.decision, changes=held.changes)
    return held


def _apply(correction: Correction, by: Person, at: datetime) -> None:
    """The report carries the new values; money goes through revisions of the facts, this month's and the later ones."""
    report = correction.report
    moved = Decimal(report.amount_month or 0)
    _put(report, correction.changes)
    _check(report)
    moved = Decimal(report.amount_month or 0) - moved
    if moved and report.amount_year is not None:
        report.amount_year += moved
    report.save(update_fields=[*correction.changes, "amount_year"])
    if set(correction.changes) & set(rules.MONEY):
        entry = Entry(report.project, amounts_of(report), correction.reason)
        keep(period=report.period, source=Source.UNIT, entries=[entry], by=by, at=at, may_fall=True)
        _carry_on(report)


def _carry_on(report: ProgressReport) -> None:
    """Later reports of the year show the yearly sums of the revised facts."""
    sums = dict(InvestmentFact.objects.filter(
        project=report.project, source=Source.UNIT, in_force=True, period__gt=report.period,
        period__year=report.period.year).values_list("period", "amount_year"))
    later = list(ProgressReport.objects.filter(project=report.project, period__in=list(sums),
                                               amount_year__isnull=False))
    for row in later:
        row.amount_year = sums[row.period]
    ProgressReport.objects.bulk_update(later, ["amount_year"])


def _read(name: str, value: Any) -> Any:
    """A new value in the type of its field; refuses fields that are not open to correction."""
    if name not in rules.CORRECTABLE:
        raise CannotCorrect("“%(name)s”不能更正", name=name)
    if name not in NUMBERS:
        return str(value).strip()
    if value in (None, ""):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation as wrong:
        raise CannotCorrect("“%(value)s”不是数字", value=str(value)) from wrong


def _as_text(value: Any) -> str | None:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _put(report: ProgressReport, changes: Mapping[str, Any]) -> None:
    for name, (_, new) in changes.items():
        setattr(report, name, _read(name, new))


def _check(report: ProgressReport) -> None:
    """Refuses a report that would not add up, or would say nothing."""
    values = rules.ReportValues(**{name: getattr(report, name) for name in rules.FIELDS if name != "amount_year"})
    found = rules.refusals(rules.guards(values, rules.Before(period=report.period)))
    wrong = [guard for guard in found if guard.code not in ("year_falls", "year_sum")]
    if wrong:
        raise CannotCorrect(wrong[0].said.text, **wrong[0].said.values)


def _write(verb: str, correction: Correction, by: Person, at: datetime, **data: Any) -> None:
    project = correction.report.project
    journal.write(verb=verb, by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"project": project.code, "period": periods.label(correction.report.period), **data})
