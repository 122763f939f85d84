"""Which page? The enterprise follows its project like a parcel: a link with a token, no sign-in, phone first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from citywright.kernel import clock
from citywright.kernel.errors import Refusal

from ..actions import people as actions
from ..actions.promises import PERMITTED
from ..forms import people as forms
from ..models import Handling, Promise
from ..plan import LiveBar
from ..queries import catalogue as catalogues
from ..queries import people as queries
from ..queries.people import CannotFollow, Journey
from ..rules import clock as clocks
from ..rules import window
from ..words import Span
from . import shown
from .plan_picture import Names, dated

#: How many ended items stand open on the page; the others are folded.
OPEN_ENDED = 5
#: The acts of the page: the form that reads each, what is done, what is said.
ACTS = {
    "ask": (forms.QuestionForm, actions.ask, "问题已送出，答复会显示在本页"),
    "urge": (forms.UrgeForm, actions.urge, "已催办，帮办管家和办理部门会看到"),
    "rate": (forms.RatingForm, actions.rate, "谢谢您的评价"),
}


@dataclass(frozen=True)
class Step:
    """One item of the journey in words."""

    row: Handling
    name: str
    holder: str
    words: str
    is_bad: bool = False
    is_waiting: bool = False
    urged: datetime | None = None
    stars: int | None = None


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one project for whoever holds its link; wrong, replaced and expired links are refused alike."""
    at, verb = clock.now(), request.POST.get("verb", "")
    refusal: Refusal | None = None
    asking = forms.QuestionForm(request.POST if verb == "ask" else None)
    try:
        found = queries.admitted(token, clock.day_of(at))
        if request.method == "POST" and verb in ACTS:
            kind, act, said = ACTS[verb]
            form = asking if verb == "ask" else kind(request.POST)
            if form.is_valid():
                act(token=token, by=None, at=at, **form.cleaned_data)  # type: ignore[operator]
                messages.success(request, _(said))
                return redirect("approvals:enterprise", token=token)
    except CannotFollow as refused:
        return private(render(request, "approvals/enterprise_closed.html", {"refusal": refused}, status=404))
    except Refusal as refused:
        refusal = refused
    status = 409 if refusal else 422 if request.method == "POST" else 200
    return private(render(request, "approvals/enterprise.html", told(Journey(found, clock.day_of(at)), asking)
                          | {"refusal": refusal}, status=status))


def private(answer: HttpResponse) -> HttpResponse:
    """No search engine keeps the page, and no other site learns its address."""
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "same-origin"
    return answer


def told(journey: Journey, asking: django_forms.Form) -> dict[str, Any]:
    """What the page shows."""
    units = {code: unit.short_name for code, unit in catalogues.units(journey.dossier.project.area).items()}
    names, plan = Names(journey.plan, units), journey.plan
    done, running, count = plan.counts(plan.codes)
    ended = [finished(journey, row) for row in journey.ended]
    return {
        "journey": journey, "project": journey.dossier.project, "today": journey.on, "asking": asking,
        "done": done, "in_hand": running, "count": count, "running": [step(journey, row) for row in journey.running],
        "ended": ended[:OPEN_ENDED], "earlier": ended[OPEN_ENDED:], "needs": needs(journey),
        "next": [coming(journey, names, bar) for bar in journey.next], "finish": finish(journey),
        "stars": forms.RatingForm.base_fields["stars"].choices,  # type: ignore[attr-defined]
    }


def name_of(journey: Journey, code: str, name: str) -> str:
    """The item in the reader's language."""
    item = journey.plan.file.items.get(code)
    return shown.item_name(item) if item else name


def holder_of(journey: Journey, row: Handling) -> str:
    """With whom the item is."""
    return row.unit.short_name if row.unit else shown.department_name(journey.plan.file.catalogue, row.department)


def step(journey: Journey, row: Handling) -> Step:
    """One item that is under way: where it stands and until when."""
    words, bad, waits = standing_of(journey, row), False, False
    if row.status in clocks.PAUSES:
        waits = clocks.PAUSES[row.status] == Span.OWNER
    elif row.due_on is not None:
        bad = row.due_on < journey.on
    return Step(row, name_of(journey, row.code, row.name), holder_of(journey, row), words, bad, waits,
                journey.urged.get(row.pk))


def standing_of(journey: Journey, row: Handling) -> str:
    """Until when, in words."""
    if row.status in clocks.PAUSES:
        owner = clocks.PAUSES[row.status] == Span.OWNER
        return _("等您补正，期间不计时") if owner else _("专家评审、公示等特别程序中，期间不计时")
    if row.due_on is None:
        return _("已收件，等待受理")
    number = journey.plan.calendar.days.number
    left = number(row.due_on) - number(journey.on)
    if row.due_on < journey.on:
        return _("应于 %(day)s 办结，已超期 %(days)s 个工作日") % {
            "day": dated(row.due_on, journey.on), "days": -left}
    if not left:
        return _("今天到期")
    return _("%(day)s 前办结，还剩 %(days)s 个工作日") % {"day": dated(row.due_on, journey.on), "days": left}


def finished(journey: Journey, row: Handling) -> Step:
    """One item that has ended: when, with what."""
    good = row.status in window.PASSED
    given = {"day": dated(row.ended_on, journey.on) if row.ended_on else "", "days": row.used_days,
             "result": _(row.get_status_display())}
    words = _("%(day)s %(result)s")
    if good:
        words = _("%(day)s 办结，用时 %(days)s 个工作日") if row.used_days else _("%(day)s 当日办结")
    if good and row.result_no:
        words = _("，").join([words, row.result_no.replace("%", "%%")])
    rating = journey.rated.get(row.pk)
    return Step(row, name_of(journey, row.code, row.name), holder_of(journey, row), words % given, not good,
                stars=rating.stars if rating else None)


def needs(journey: Journey) -> list[dict[str, Any]]:
    """What is needed from the enterprise, supplements first."""
    found = []
    for need in journey.needs:
        if need.is_supplement:
            until = _("%(day)s 前补齐") % {"day": dated(need.until, journey.on)} if need.until else _("补齐后恢复计时")
        else:
            until = _("现在可以送件，最迟 %(day)s") % {"day": dated(need.until, journey.on)} if need.until else ""
        found.append({"name": name_of(journey, need.code, need.name), "papers": need.papers, "until": until,
                      "is_supplement": need.is_supplement})
    return found


def coming(journey: Journey, names: Names, bar: LiveBar) -> dict[str, str]:
    """What comes later: with whom, from when."""
    return {"name": names.task(bar.task.code), "holder": names.holder(bar), "words": _("预计 %(day)s 开始") % {
        "day": dated(journey.plan.day(bar.start), journey.on)}}


def finish(journey: Journey) -> dict[str, Any]:
    """The finish as last promised, and how it moved; today's forecast when nothing was promised."""
    plan, kept = journey.plan, journey.promises
    what = _("施工许可") if plan.goals else _("全部办结")
    if kept:
        moves = [move(journey, one, before) for one, before in zip(kept, [*kept[1:], None], strict=True)]
        now = kept[0]
        return {"what": what, "likely": dated(now.likely_on, journey.on), "early": dated(now.early_on, journey.on),
                "late": dated(now.late_on, journey.on), "moves": moves, "promised": now.made_at}
    given = plan.forecast if plan.codes else None
    if given is None:
        return {}
    days = [dated(plan.day(number), journey.on) for number in (given.likely, given.early, given.late)]
    return {"what": what, "likely": days[0], "early": days[1], "late": days[2], "moves": []}


def move(journey: Journey, one: Promise, before: Promise | None) -> dict[str, Any]:
    """One promise, by how many days it moved from the one before, and what held it."""
    anew = one.reason == PERMITTED
    days = (one.likely_on - before.likely_on).days if before and not anew else 0
    holds = name_of(journey, one.holds[0], one.holds[0]) if one.holds and days > 0 else ""
    return {"made": one.made_at, "likely": dated(one.likely_on, journey.on), "holds": holds, "is_anew": anew,
            "is_first": before is None, "later": max(days, 0), "earlier": max(-days, 0)}


urlpatterns: list[URLPattern] = [path("p/<str:token>/", page, name="enterprise")]
