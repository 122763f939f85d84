"""Review and lock: the reports that wait for a second and a third hand, taken on or returned many at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citywright.kernel import clock
from citywright.kernel.errors import CannotAccept, CannotReach, Fault, Refusal, Said
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ...actions import months
from ...models import ProgressReport
from ...queries import months as asked
from ...rules import reports as rules
from ...words import ReportStep, ReportVerb

#: Reports on one page; what is done with goes, and the next ones come up.
PAGE = 50
ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Act = Callable[..., list[ProgressReport]]
#: Per page: which steps it lists for which role, and what its first button does.
REVIEW = ("report_review", (ReportStep.SUBMITTED,), Role.REVIEWER, ReportVerb.REVIEW, months.review)
LOCK = ("report_lock", (ReportStep.REVIEWED, ReportStep.SUBMITTED), Role.OFFICE, ReportVerb.LOCK, months.lock)


@require_http_methods(["GET", "POST"])
def report_review(request: HttpRequest) -> HttpResponse:
    """单位审核: the submitted reports of my unit, with last month's figures and warnings; take on or return."""
    return _page(request, *REVIEW)


@require_http_methods(["GET", "POST"])
def report_lock(request: HttpRequest) -> HttpResponse:
    """锁定: what the units have reviewed, ready to be locked, and what waits for their review; lock or return."""
    return _page(request, *LOCK)


def _page(request: HttpRequest, name: str, steps: Sequence[ReportStep], role: Role, verb: ReportVerb,
          act: Act) -> HttpResponse:
    here, by = standing(request), cast(Person, request.user)
    waiting = asked.reports_of(by, area=here.area, period=here.period, steps=steps, roles=[role])
    refusal: Refusal | None = None
    if request.method == "POST":
        refusal = _hand(request, list(waiting.filter(pk__in=ticked(request))), by, verb, act)
        if refusal is None:
            return redirect(f"projects:{name}")
    counts = waiting.aggregate(found=Count("pk"), ready=Count("pk", filter=Q(step=steps[0])))
    found, rows = counts["found"], list(waiting[:PAGE])
    before = asked.befores([report.project for report in rows], here.period)
    faults = refusal.faults if isinstance(refusal, CannotAccept) else ()
    return render(request, "projects/report_hands.html", {
        "here": here, "verb": verb, "steps": steps, "refusal": refusal, "faults": faults,
        "first": steps[0], "found": found, "ready": counts["ready"], "others": found - counts["ready"],
        "shown": len(rows),
        "rows": [(report, before[report.project_id], _warnings(report), _of(report, faults)) for report in rows],
        "months": _("1月") if here.period.month == 1 else _("1–%(month)s月") % {"month": here.period.month},
    }, status=409 if refusal else 200)


def ticked(request: HttpRequest) -> list[UUID]:
    """The ids that were ticked; what is no id is left out."""
    return [UUID(text) for text in request.POST.getlist("pick") if ID.fullmatch(text)]


def _hand(request: HttpRequest, chosen: Sequence[ProgressReport], by: Person, verb: ReportVerb,
          act: Act) -> Refusal | None:
    """Does the act on what was ticked; answers the refusal, or None when it is done."""
    try:
        if not chosen:
            raise months.CannotReturn("先勾选要%(verb)s的月报", verb=verb.zh)
        if request.POST.get("act") == ReportVerb.RETURN:
            months.give_back(reports=chosen, reason=request.POST.get("reason", ""), by=by, at=clock.now())
            verb = ReportVerb.RETURN
        else:
            act(reports=chosen, by=by, at=clock.now())
    except CannotReach:
        raise
    except Refusal as refused:
        return refused
    messages.success(request, _("已%(verb)s %(count)s 个月报") % {"verb": _(verb.zh), "count": len(chosen)})
    return None


def _warnings(report: ProgressReport) -> list[Said]:
    return rules.sentences(report.warnings)


def _of(report: ProgressReport, faults: Sequence[Fault]) -> list[Fault]:
    return [fault for fault in faults if fault.cell == report.project.code]
