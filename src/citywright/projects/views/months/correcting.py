"""更正申请: asked for at a locked report, decided in a list."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import say, standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ...actions import months
from ...forms.months import LABELS, CorrectionForm, initial_of
from ...models import Correction
from ...queries import ledger
from ...queries import months as asked
from ...words import CorrectionStep
from .overview import may

PAGE = 100


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Every application of the area, open ones first, with old and new values."""
    here = standing(request)
    rows = list(asked.corrections(request.user, area=here.area)[:PAGE])
    return render(request, "projects/correction_list.html", {
        "here": here, "rows": [(row, _changes(row)) for row in rows], "asked": CorrectionStep.ASKED,
        "open": sum(row.step == CorrectionStep.ASKED for row in rows), "office": may(request, here, Role.OFFICE)})


def _changes(row: Correction) -> list[tuple[str, str, str]]:
    return [(LABELS.get(name, name), old or "—", new or "—") for name, (old, new) in row.changes.items()]


@require_POST
def correction_decide(request: HttpRequest, key: int) -> HttpResponse:
    """Grant or deny; the list follows and says what became of it."""
    row = asked.corrections(request.user).filter(pk=key).first()
    if row is None:
        raise Http404
    grant = request.POST.get("act") == "grant"
    try:
        months.decide_correction(correction=row, grant=grant, decision=request.POST.get("decision", ""),
                                 by=cast(Person, request.user), at=clock.now())
    except CannotReach:
        raise
    except Refusal as refused:
        messages.error(request, say(refused.said))
    else:
        messages.success(request, _("已同意更正，后续月份累计随之重算") if grant else _("已退回更正申请"))
    return redirect("projects:corrections")


@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a correction of the month's locked report."""
    here, by = standing(request), cast(Person, request.user)
    project = ledger.project(by, code)
    report = asked.report_of(project, here.period)
    if report is None:
        raise Http404
    form = CorrectionForm(request.POST or None, initial=initial_of(report))
    if request.method == "POST" and form.is_valid():
        try:
            months.ask_correction(report=report, changes=form.changes, reason=form.cleaned_data["reason"], by=by,
                                  at=clock.now())
        except CannotReach:
            raise
        except Refusal as refused:
            form.add_error(None, say(refused.said))
        else:
            messages.success(request, _("更正申请已提交项目办"))
            return redirect("projects:report", code=code)
    return render(request, "projects/correction.html", {
        "here": here, "project": project, "report": report, "form": form},
        status=422 if request.method == "POST" else 200)
