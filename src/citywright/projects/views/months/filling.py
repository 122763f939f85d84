"""Filling in: one report, as on a phone, and the sheet with all projects of my unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotAccept, CannotReach, Fault, Refusal, Said
from citywright.kernel.http import say, standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ...actions import months
from ...forms.months import NUMBERS, TEXTS, ReportForm, Sheet, initial_of, read_sheet
from ...models import ProgressReport, Project
from ...queries import ledger
from ...queries import months as asked
from ...queries.months import SheetRow
from ...rules import reports as rules
from ...words import Guarding, ReportStep

#: The field at which a guard's finding is shown.
AT = {"text_empty": "physical_text", "amount_empty": "amount_month", "percent_range": "physical_percent",
      "year_falls": "amount_month", "year_sum": "amount_month", "parts_sum": "built"}


def may_fill(person: Any, project: Project) -> bool:
    """Whether the person fills in for the project: its unit's clerk, or the office."""
    return (access.holds(person, Role.CLERK, unit=project.lead_unit_id)
            or access.holds(person, Role.OFFICE, area=project.area))


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, code: str) -> HttpResponse:
    """The month's report of a project: last month beside, what speaks against it in words, kept as a draft or sent."""
    here, by = standing(request), cast(Person, request.user)
    project = ledger.project(by, code)
    kept = asked.report_of(project, here.period)
    before = asked.befores([project], here.period)[project.pk]
    is_open = may_fill(by, project) and (kept is None or kept.step in rules.EDITABLE)
    form = ReportForm(request.POST or None, initial=initial_of(kept))
    if request.method == "POST" and form.is_valid():
        try:
            return _send(request, project, form, by)
        except CannotReach:
            raise
        except CannotAccept as refused:
            _show(form, refused.faults)
        except Refusal as refused:
            form.add_error(None, say(refused.said))
    return render(request, "projects/report.html", {
        "here": here, "project": project, "report": kept, "before": before, "form": form, "is_open": is_open,
        "guards": rules.guards(_typed(form, kept), before) if is_open else [], "days": _days(project, here.period),
        "warnings": rules.sentences(kept.warnings) if kept else [], "step": kept.step if kept else ReportStep.DRAFT,
        "parts": [form[name] for name in ("built", "installed", "equipment", "other")],
        "may_correct": kept is not None and kept.step == ReportStep.LOCKED and _of_unit(by, project),
    }, status=422 if request.method == "POST" else 200)


def _send(request: HttpRequest, project: Project, form: ReportForm, by: Person) -> HttpResponse:
    """Keeps the draft; with the button 上报 it goes out."""
    here, at = standing(request), clock.now()
    kept = months.fill(project=project, period=here.period, values=form.values, by=by, at=at)
    if request.POST.get("act") != "submit":
        messages.success(request, _("草稿已保存"))
        return redirect("projects:report", code=project.code)
    months.submit(reports=[kept], by=by, at=at, explanations={kept.pk: form.cleaned_data["explanation"]})
    messages.success(request, _("已上报 %(name)s") % {"name": project.name})
    return redirect("projects:report", code=project.code)


def _show(form: ReportForm, faults: Sequence[Fault]) -> None:
    """Puts each finding at its field; those that need a word stand at 说明."""
    for fault in faults:
        name = fault.header if fault.header in form.fields else AT.get(fault.header)
        if name is None and fault.header in rules.GUARDS:
            name = "explanation"
        form.add_error(name, say(fault.said))


def _typed(form: ReportForm, kept: ProgressReport | None) -> rules.ReportValues:
    """What stands in the form, so far as it can be read."""
    if form.is_bound:
        return form.values if hasattr(form, "cleaned_data") else rules.ReportValues()
    names = [name for name in rules.FIELDS if name != "amount_year"]
    return rules.ReportValues(**{name: getattr(kept, name) for name in names}) if kept else rules.ReportValues()


def _days(project: Project, period: Any) -> Any:
    return asked.calendars([project], period).get(project.pk)


def _of_unit(person: Any, project: Project) -> bool:
    return any(access.holds(person, role, unit=project.lead_unit_id) for role in (Role.CLERK, Role.REVIEWER))


@require_POST
def report_check(request: HttpRequest, code: str) -> HttpResponse:
    """What speaks against the report as it is typed now; keeps nothing."""
    here = standing(request)
    project = ledger.project(request.user, code)
    before = asked.befores([project], here.period)[project.pk]
    form = ReportForm(request.POST)
    form.is_valid()
    values = form.values
    return render(request, "projects/report_guards.html", {
        "guards": rules.guards(values, before), "before": before, "year": rules.year_of(values, before)})


@require_http_methods(["GET", "POST"])
def batch_sheet(request: HttpRequest) -> HttpResponse:
    """All projects of my unit as one sheet; kept or sent whole, faults at their cells."""
    here, by = standing(request), cast(Person, request.user)
    if Role.CLERK not in access.roles(by):
        raise CannotReach("批量填报由单位填报员使用")
    rows = asked.todo(by, period=here.period)
    sheet = read_sheet(rows, request.POST.dict()) if request.method == "POST" else Sheet()
    refusal: Refusal | None = None
    if request.method == "POST" and not sheet.wrong:
        refusal = _send_sheet(request, rows, sheet, by)
        if refusal is None:
            return redirect("projects:batch_sheet")
        _mark(rows, sheet, refusal)
    failed = bool(sheet.wrong or refusal)
    return render(request, "projects/sheet.html", {
        "here": here, "lines": [_line(row, sheet) for row in rows], "refusal": refusal, "wrong": len(sheet.wrong),
        "numbers": NUMBERS,
        "open": sum(row.open for row in rows), "days": _days(rows[0].project, here.period) if rows else None,
    }, status=422 if failed else 200)


def _send_sheet(request: HttpRequest, rows: Sequence[SheetRow], sheet: Sheet, by: Person) -> Refusal | None:
    """Keeps what was typed; with 上报 the ticked rows go out. Answers the refusal, or None."""
    here, at = standing(request), clock.now()
    projects = {row.project.pk: row.project for row in rows}
    kept = {row.project.pk: row.report for row in rows if row.report}
    try:
        filled = months.fill_many(period=here.period, by=by, at=at,
                                  rows=[(projects[pk], values) for pk, values in sheet.values.items()])
        kept |= {report.project_id: report for report in filled}
        ticked = set(request.POST.getlist("pick"))
        sent = [r for pk, r in kept.items() if str(pk) in ticked and r.step in rules.EDITABLE]
        if request.POST.get("act") == "submit":
            if not sent:
                raise months.CannotSubmit("先勾选要上报的项目")
            months.submit(reports=sent, by=by, at=at, explanations={
                r.pk: sheet.explanations.get(r.project_id, "") for r in sent})
    except CannotReach:
        raise
    except Refusal as refused:
        return refused
    told = _("已上报 %(count)s 个项目") if request.POST.get("act") == "submit" else _("已保存 %(count)s 个项目的草稿")
    messages.success(request, told % {"count": len(sent) if request.POST.get("act") == "submit" else len(filled)})
    return None


def _mark(rows: Sequence[SheetRow], sheet: Sheet, refusal: Refusal) -> None:
    """Puts each finding of a refused sheet at its cell."""
    by_code = {row.project.code: row.project.pk for row in rows}
    for fault in refusal.faults if isinstance(refusal, CannotAccept) else ():
        name = AT.get(fault.header, fault.header)
        if name not in (*NUMBERS, *TEXTS):
            name = "explanation" if fault.header in rules.GUARDS else "physical_text"
        sheet.wrong.setdefault((by_code.get(fault.cell), name), say(fault.said))


def _line(row: SheetRow, sheet: Sheet) -> dict[str, Any]:
    """One line of the sheet as the template prints it."""
    pk = row.project.pk
    shown = sheet.typed.get(pk) or initial_of(row.report)
    return {"row": row, "project": row.project, "before": row.before, "step": row.step, "open": row.open,
            "needs": _needs(row), "cells": [
                {"name": name, "value": shown.get(name, ""), "wrong": sheet.wrong.get((pk, name), ""),
                 "number": getattr(row.report, name, None) if name in NUMBERS else None}
                for name in ("physical_text", "physical_percent", "amount_month", "built", "installed", "equipment",
                             "other", "next_step", "problem_text", "explanation")]}


def _needs(row: SheetRow) -> list[Said]:
    """The warnings of a draft that will ask for a word."""
    if row.report is None or not row.open or row.report.amount_month is None:
        return []
    values = rules.ReportValues(**{n: getattr(row.report, n) for n in rules.FIELDS if n != "amount_year"})
    return [guard.said for guard in rules.guards(values, row.before) if guard.severity is Guarding.WARN]
