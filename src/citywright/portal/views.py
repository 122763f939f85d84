"""Which page? 今日 with what changed, 消息, the search box, and the reader's language."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages as said
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from citywright.followup import actions as followup
from citywright.kernel import clock
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.projects.queries import ledger
from citywright.ui import actions
from citywright.ui.tables import Listing
from citywright.ui.views import back

from . import home as today
from . import lists, queries
from . import search as finding
from .nav import frame_of
from .signin import remember_language


def home(request: HttpRequest) -> HttpResponse:
    """今日: what waits for me, and how the area stands; an administrator is sent to the own pages."""
    frame = frame_of(request)
    if frame.administers:
        return redirect("settings")
    found = today.home(request.user, standing(request), at=clock.now(), month=frame.calendar, below=frame.below)
    if frame.signs:
        frame.messages = found.waiting.of("take")
    return render(request, "portal/home.html", {"home": found})


def changes(request: HttpRequest, code: str) -> HttpResponse:
    """较上周: the projects behind one of the counts."""
    now = standing(request)
    change = queries.change(request.user, now, code, run=ledger.run_in_force(now.area, now.today), at=clock.now())
    listing = Listing(request, change.found.select_related("project__lead_unit"), lists.CHANGED, name="changes",
                      order=("project__code",), unit="项")
    return render(request, "portal/changes.html", {"change": change, "list": listing})


def messages(request: HttpRequest) -> HttpResponse:
    """消息: the alerts that stand, those nobody took first."""
    now = standing(request)
    columns = lists.alert_columns(request.user, now.area)
    listing = Listing(request, queries.standing_alerts(request.user, now), columns, name="messages",
                      filters=lists.alert_filters(request.user), order=("step", "-raised_on"), unit="条")
    return render(request, "portal/messages.html", {"list": listing})


@require_POST
def message_take(request: HttpRequest, alert: UUID) -> HttpResponse:
    """签收 one alert."""
    by = cast(Person, request.user)
    taken = followup.take(alert=queries.alert(by, alert), by=by, at=clock.now())
    said.success(request, _("已签收：%(title)s") % {"title": taken.title})
    return redirect(back(request))


def search(request: HttpRequest) -> HttpResponse:
    """What the search box finds: a page, or the suggestions under the box while one types."""
    asked = request.GET.get("q", "")
    if request.headers.get("HX-Request"):
        found = finding.find(request.user, asked, finding.SUGGESTED)
        return render(request, "portal/found.html", {"found": found})
    return render(request, "portal/search.html", {"found": finding.find(request.user, asked)})


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Read this program in another language; the page stays."""
    wanted = request.POST.get("language", "")
    if request.user.is_authenticated:
        actions.choose_language(language=wanted, by=request.user, at=clock.now())
    elif not translation.check_for_language(wanted):
        return redirect(back(request))
    response = redirect(back(request))
    remember_language(response, wanted)
    return response
