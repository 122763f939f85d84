"""The month at a glance: its days, who has reported, the lamps by unit, and what the office does next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citywright.kernel import access, clock, periods
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import Standing, say, standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.ui.templatetags.ui import day, english, moment

from ...actions import months
from ...forms.months import DaysForm, usual_days
from ...models import LampRun, ReportingMonth
from ...queries import ledger, plan_versions
from ...queries import months as asked
from ...queries.months import Matrix
from ...words import Dimension, ReportState
from . import cells


@dataclass(frozen=True)
class Stage:
    """One stage of the month: its name, when, and whether it is done, now or to come."""

    label: str
    when: str
    state: str


def stages(month: ReportingMonth | None, today: date) -> list[Stage]:
    """单位填报 → 单位审核 → 区级汇总 → 锁定 → 通报印发; none while the days are not set."""
    if month is None:
        return []
    lock_on = clock.day_of(month.lock_at)
    joined = max(lock_on - timedelta(days=1), month.review_on)
    bulletin = month.bulletin_on
    rows = [("单位填报", month.fill_to, _between(month.fill_from, month.fill_to)),
            ("单位审核", month.review_on, day(month.review_on)), ("区级汇总", joined, day(joined)),
            ("锁定", lock_on, moment(month.lock_at)), ("通报印发", bulletin or date.max, day(bulletin))]
    over = [today > until for _label, until, _when in rows]
    now = over.index(False) if False in over else len(rows)
    begun = today >= month.fill_from
    return [Stage(label, when, "done" if i < now else "now" if i == now and begun else "")
            for i, (label, _until, when) in enumerate(rows)]


def _between(first: date, last: date) -> str:
    """3月20–25日, Mar 20–25; both months where they differ."""
    if (first.year, first.month) != (last.year, last.month):
        return f"{day(first)}–{day(last)}"
    return _("%(month)s月%(first)s–%(last)s日") % {"month": first.month, "first": first.day, "last": last.day} if (
        not english()) else f"{day(first)}–{last.day}"


def run_of(here: Standing) -> LampRun | None:
    """The judging the month is told by: the last of the month, or the last until today."""
    return ledger.run_in_force(here.area, min(here.today, periods.last_of(here.period)))


def may(request: HttpRequest, here: Standing, *roles: Role) -> bool:
    """Whether the reader holds one of the roles over the area in force (unit roles: anywhere)."""
    return any(access.holds(request.user, role, area=here.area) for role in roles)


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """Units x report states and lamps; every number leads to its projects."""
    here = standing(request)
    run, days = run_of(here), asked.calendar(here.area, here.period)
    matrix = asked.matrix(request.user, area=here.area, period=here.period, run=run)
    total = matrix.total
    return render(request, "projects/month.html", {
        "here": here, "days": days, "stages": stages(days, here.today), "run": run, "as_of": _as_of(here),
        "lines": cells.lines(matrix), "total": cells.line(total), "counts": _counts(matrix),
        "dimensions": [d for d in Dimension if d is not Dimension.OVERALL], "overall": Dimension.OVERALL,
        "office": may(request, here, Role.OFFICE, Role.CITY), "clerk": may(request, here, Role.CLERK),
        "reviewer": may(request, here, Role.REVIEWER), "legend": LEGEND,
        "plan": plan_versions.named(here.area, here.period.year),
        "preview": reverse("projects:bulletin_preview"),
    })


#: Steps shown under the matrix, each with its word.
LEGEND = ("", "submitted", "returned", "same", "locked")


def _counts(matrix: Matrix) -> dict[str, int]:
    total = matrix.total
    return {**{state.value: number for state, number in total.counts.items()}, "reviewed": total.reviewed,
            "chase": total.counts[ReportState.MISSING] + total.counts[ReportState.RETURNED],
            "out_all": total.counts[ReportState.OUT] + total.counts[ReportState.SAME]}


def _as_of(here: Standing) -> str:
    last = periods.last_of(here.period)
    return moment(clock.now()) if here.today <= last else day(last)


@require_POST
def month_chase(request: HttpRequest) -> HttpResponse:
    """催报: tell every unit that owes a report."""
    here = standing(request)
    done = months.chase(area=here.area, period=here.period, by=cast(Person, request.user), at=clock.now())
    messages.success(request, _("已向责任单位催报 %(count)s 个项目") % {"count": done.raised})
    return redirect("projects:month")


@require_POST
def month_close(request: HttpRequest) -> HttpResponse:
    """Close the month; refused, the page says what still waits."""
    here = standing(request)
    try:
        months.close_month(area=here.area, period=here.period, by=cast(Person, request.user), at=clock.now())
    except CannotReach:
        raise
    except Refusal as refused:
        messages.error(request, say(refused.said))
    else:
        messages.success(request, _("本月已封账"))
    return redirect("projects:month")


@require_http_methods(["GET", "POST"])
def month_days(request: HttpRequest) -> HttpResponse:
    """Set or move the days of the month in force."""
    here = standing(request)
    if not may(request, here, Role.OFFICE, Role.CITY):
        raise CannotReach("只有项目办能设定填报日程")
    form = DaysForm(request.POST or None, initial=_days_of(here))
    if request.method == "POST" and form.is_valid():
        try:
            _open(here, form, cast(Person, request.user))
        except Refusal as refused:
            form.add_error(None, say(refused.said))
        else:
            messages.success(request, _("填报日程已设定"))
            return redirect("projects:month")
    return render(request, "projects/month_days.html", {"form": form, "here": here},
                  status=422 if request.method == "POST" else 200)


def _days_of(here: Standing) -> dict[str, Any]:
    days = asked.calendar(here.area, here.period)
    if days is None:
        return usual_days(here.period, periods.shifted(here.period, 1).replace(day=2))
    lock_at = days.lock_at.astimezone(clock.CITY)
    return {"fill_from": days.fill_from, "fill_to": days.fill_to, "review_on": days.review_on,
            "lock_on": lock_at.date(), "lock_hour": lock_at.time(), "bulletin_on": days.bulletin_on}


def _open(here: Standing, form: DaysForm, by: Person) -> None:
    data = form.cleaned_data
    months.open_month(area=here.area, period=here.period, fill_from=data["fill_from"], fill_to=data["fill_to"],
                      review_on=data["review_on"], lock_at=form.lock_at, bulletin_on=data["bulletin_on"], by=by,
                      at=clock.now())
