"""Which page? 今日, the search box, and the reader's language."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST

from citywright.kernel import clock
from citywright.kernel.http import standing
from citywright.ui import actions
from citywright.ui.views import back

from . import search as finding
from .signin import remember_language


def home(request: HttpRequest) -> HttpResponse:
    """今日: what waits for me, and how the area stands."""
    return render(request, "portal/home.html", {"standing": standing(request)})


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
