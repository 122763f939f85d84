"""Reports: fill, submit, review, return, lock; one transaction and one journal line for a whole sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from citywright.kernel import access, clock, journal, periods
from citywright.kernel.errors import CannotAccept, Fault, Refusal, Said
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ...models import ProgressReport, Project
from ...queries import months as asked
from ...rules import reports as rules
from ...rules.reports import ReportValues
from ...words import ReportStep, ReportVerb, Source
from .money import Entry, amounts_of, keep


class CannotFill(CannotAccept):
    """Some reports are out already, their month is closed, or a value is out of range; every fault is named."""


class CannotSubmit(CannotAccept):
    """Some reports do not pass their guards, or came after the cut-off; every fault is named."""


class CannotReview(CannotAccept):
    """Who submitted a report does not review it, or it is not there to be reviewed."""


class CannotReturn(CannotAccept):
    """A report is returned with a reason, and only while it is out and not locked."""


class CannotLock(CannotAccept):
    """Only what the unit has reviewed is locked, and by the office."""


def fill(*, project: Project, period: date, values: ReportValues, by: Person, at: datetime) -> ProgressReport:
    """The draft of one project holds these values; refused unless it is the person's unit and the report is not out."""
    return fill_many(period=period, rows=[(project, values)], by=by, at=at)[0]


@transaction.atomic
def fill_many(*, period: date, rows: Sequence[tuple[Project, ReportValues]], by: Person,
              at: datetime) -> list[ProgressReport]:
    """The drafts of a whole sheet hold these values, all or none; in the order of the rows."""
    projects = _projects(project for project, _ in rows)
    for project in projects.values():
        _require_filler(by, project)
    kept = {report.project_id: report for report in
            ProgressReport.objects.select_for_update().filter(project__in=projects, period=period)}
    faults = _not_fillable(rows, kept, asked.calendars(projects.values(), period))
    if faults:
        raise CannotFill("%(count)s 处不能保存", faults, count=len(faults))
    result: list[ProgressReport] = []
    for project, values in rows:
        report = kept.get(project.pk) or ProgressReport(project=project, period=period)
        for name in rules.FIELDS:
            setattr(report, name, getattr(values, name))
        report.filled_by, report.filled_at = by, at
        result.append(report)
    ProgressReport.objects.bulk_create([r for r in result if r.project_id not in kept], batch_size=1000)
    ProgressReport.objects.bulk_update(kept.values(), [*rules.FIELDS, "filled_by", "filled_at"], batch_size=500)
    _write("report.filled", result, by, at)
    return result


def _require_filler(by: Person, project: Project) -> None:
    if not access.holds(by, Role.CLERK, unit=project.lead_unit_id):
        access.require(by, Role.CLERK, Role.OFFICE, unit=project.lead_unit_id, area=project.area)


def _not_fillable(rows: Iterable[tuple[Project, ReportValues]], kept: Mapping[Any, ProgressReport],
                  calendars: Mapping[Any, Any]) -> list[Fault]:
    faults = []
    for project, values in rows:
        report, month = kept.get(project.pk), calendars.get(project.pk)
        if report is not None and report.step not in rules.EDITABLE:
            faults.append(_fault(project, Said("当前为“%(step)s”，退回后才能改", {"step": ReportStep(report.step).zh})))
        if month is not None and month.closed_at is not None:
            faults.append(_fault(project, Said("本月已封账，改动请走更正申请")))
        if values.physical_percent is not None and not 0 <= values.physical_percent <= 100:
            faults.append(_fault(project, Said(rules.GUARDS["percent_range"][1]), "physical_percent"))
    return faults


def _fault(project: Project, said: Said, header: str = "") -> Fault:
    return Fault(said, cell=project.code, header=header, read=project.name)


@transaction.atomic
def submit(*, reports: Iterable[ProgressReport], by: Person, at: datetime,
           explanations: Mapping[UUID, str] | None = None) -> list[ProgressReport]:
    """The reports are out and their money is recorded in the dispatch calibre; all or none.

    `explanations` (by report id) answer the guards that need a word. Refused after the cut-off unless returned.
    """
    rows = _held(reports)
    if len({report.period for report in rows}) > 1:
        raise CannotSubmit("一次只能上报同一个月的月报")
    _move(rows, ReportVerb.SUBMIT, by, CannotSubmit)
    befores = asked.befores([r.project for r in rows], rows[0].period) if rows else {}
    calendars = asked.calendars([r.project for r in rows], rows[0].period) if rows else {}
    faults: list[Fault] = []
    for report in rows:
        report.explanation = (explanations or {}).get(report.pk, report.explanation).strip()
        faults += _late(report, calendars.get(report.project_id), at) or _guard(report, befores[report.project_id])
    if faults:
        raise CannotSubmit("%(count)s 处不能上报", faults, count=len(faults))
    for report in rows:
        report.step, report.submitted_by, report.submitted_at = ReportStep.SUBMITTED, by, at
        report.returned_reason = ""
    _save(rows, "step", "submitted_by", "submitted_at", "returned_reason", "explanation", "warnings", "amount_year")
    if rows:
        keep(period=rows[0].period, source=Source.UNIT, entries=[Entry(r.project, amounts_of(r)) for r in rows],
             by=by, at=at)
    _write("report.submitted", rows, by, at)
    return rows


def _late(report: ProgressReport, month: Any, at: datetime) -> list[Fault]:
    """A refusal when the month is over for this report."""
    if month is None:
        return []
    said = rules.too_late(step=report.step, at=at, lock_at=month.lock_at.astimezone(clock.CITY),
                          closed=month.closed_at is not None)
    return [_fault(report.project, said)] if said else []


def _guard(report: ProgressReport, before: rules.Before) -> list[Fault]:
    """What speaks against the report; notes its warnings and fills in the yearly sum."""
    values = ReportValues(**{name: getattr(report, name) for name in rules.FIELDS})
    found = rules.guards(values, before)
    report.warnings = [{"code": g.code, "values": g.said.values} for g in found if g not in rules.refusals(found)]
    report.amount_year = rules.year_of(values, before)
    against = rules.refusals(found)
    if not against and not report.explanation:
        against = found
    return [_fault(report.project, guard.said, guard.code) for guard in against]


@transaction.atomic
def review(*, reports: Iterable[ProgressReport], by: Person, at: datetime) -> list[ProgressReport]:
    """The unit stands behind its reports; the reviewer is another person than the one who submitted."""
    rows = _held(reports)
    targets = _move(rows, ReportVerb.REVIEW, by, CannotReview)
    own = [_fault(r.project, Said("上报人不能审核自己的月报")) for r in rows if r.submitted_by_id == by.pk]
    if own:
        raise CannotReview("%(count)s 个月报不能由您审核", own, count=len(own))
    for report, target in zip(rows, targets, strict=True):
        report.step, report.reviewed_by, report.reviewed_at = target, by, at
    _save(rows, "step", "reviewed_by", "reviewed_at")
    _write("report.reviewed", rows, by, at)
    return rows


@transaction.atomic
def give_back(*, reports: Iterable[ProgressReport], reason: str, by: Person, at: datetime) -> list[ProgressReport]:
    """The reports are back at the unit with the reason, and may be submitted again even after the cut-off."""
    if not reason.strip():
        raise CannotReturn("退回须写明原因")
    rows = _held(reports)
    targets = _move(rows, ReportVerb.RETURN, by, CannotReturn)
    for report, target in zip(rows, targets, strict=True):
        report.step, report.returned_reason, report.returned_count = target, reason.strip(), report.returned_count + 1
    _save(rows, "step", "returned_reason", "returned_count")
    _write("report.returned", rows, by, at, reason=reason.strip())
    return rows


@transaction.atomic
def lock(*, reports: Iterable[ProgressReport], by: Person, at: datetime) -> list[ProgressReport]:
    """The reports are locked: only a granted correction changes them. Office only, after the unit's review."""
    rows = _held(reports)
    targets = _move(rows, ReportVerb.LOCK, by, CannotLock)
    for report, target in zip(rows, targets, strict=True):
        report.step, report.locked_by, report.locked_at = target, by, at
    _save(rows, "step", "locked_by", "locked_at")
    _write("report.locked", rows, by, at)
    return rows


# ---- what the five share


def _projects(projects: Iterable[Project]) -> dict[Any, Project]:
    wanted = [project.pk for project in projects]
    return Project.objects.filter(pk__in=wanted).select_related("area", "lead_unit").in_bulk()


def _held(reports: Iterable[ProgressReport]) -> list[ProgressReport]:
    """The reports as they stand now, locked against a second hand, with project, area and unit."""
    wanted = [report.pk for report in reports]
    rows = (ProgressReport.objects.select_for_update(of=("self",)).filter(pk__in=wanted)
            .select_related("project__area", "project__lead_unit").order_by("project__code"))
    return list(rows)


def _move(rows: Iterable[ProgressReport], verb: ReportVerb, by: Person,
          refusal: type[CannotAccept]) -> list[ReportStep]:
    """Where each report stands after the act; refuses all, naming every one that has no such move."""
    held: dict[tuple[int, str], set[Role]] = {}
    faults, targets = [], []
    for report in rows:
        key = (report.project.lead_unit_id, report.project.area.path)
        if key not in held:
            held[key] = access.roles_over(by, unit=key[0], area=key[1])
        roles = held[key]
        if not roles:
            access.require(by, *_roles_of(verb), unit=key[0], area=key[1])
        try:
            targets.append(ReportStep(rules.REPORT.move(step=ReportStep(report.step), verb=verb, roles=roles)))
        except Refusal as refused:
            faults.append(_fault(report.project, refused.said))
    if faults:
        raise refusal("%(count)s 个月报不能%(verb)s", faults, count=len(faults), verb=verb.zh)
    return targets


def _roles_of(verb: ReportVerb) -> list[Role]:
    return sorted({role for move in rules.REPORT.moves if move.verb == verb for role in move.roles})


def _save(rows: Iterable[ProgressReport], *names: str) -> None:
    ProgressReport.objects.bulk_update(rows, names, batch_size=500)


def _write(verb: str, rows: Sequence[ProgressReport], by: Person, at: datetime, **data: Any) -> None:
    """One journal line for the sheet: the month, how many, which."""
    if not rows:
        return
    units = {report.project.lead_unit_id: report.project.lead_unit for report in rows}
    journal.write(verb=verb, by=by, at=at, subject=rows[0].project if len(rows) == 1 else None,
                  area=rows[0].project.area if len(rows) == 1 else None,
                  unit=next(iter(units.values())) if len(units) == 1 else None,
                  data={"period": periods.label(rows[0].period), "count": len(rows),
                        "projects": [report.project.code for report in rows], **data})
