"""The ballot: a page that opens without signing in, for whoever holds a token; it asks for nothing else."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import clock
from citywright.kernel.errors import Refusal

from ..actions import ballots as actions
from ..forms.observations import BallotForm, TokenForm
from ..queries import ballots as queries


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def ballot(request: HttpRequest, key: UUID) -> HttpResponse:
    """Type the token; then rank every stop and cast. What is voted on is shown only to the holder of a token."""
    one = queries.round_of(key)
    if one is None:
        return render(request, "projects/ballot.html", {"closed": "没有这一次投票"}, status=404)
    if request.method != "POST":
        form = TokenForm(initial={"token": request.GET.get("token", "")[:40]})
        return render(request, "projects/ballot.html", {"round": one, "form": form})
    token = request.POST.get("token", "")
    try:
        queries.admitted(one, token)
        stops = queries.choices(one)
        ranks = BallotForm(request.POST if request.POST.get("verb") == "cast" else None, stops=stops)
        if ranks.is_valid():
            actions.cast(round=one, token=token, ranks=ranks.ranks, by=None, at=clock.now())
            return redirect("projects:ballot_cast", key=one.pk)
    except Refusal as refusal:
        return render(request, "projects/ballot.html", {"round": one, "form": TokenForm(initial={"token": token[:40]}),
                                                         "refusal": refusal},
                      status=409)
    return render(request, "projects/ballot_ranks.html", {"round": one, "ranks": ranks, "token": token},
                  status=422 if ranks.is_bound else 200)


@login_not_required
@require_safe
def ballot_cast(request: HttpRequest, key: UUID) -> HttpResponse:
    """The ballot lies in the box."""
    return render(request, "projects/ballot_cast.html")


urlpatterns: list[URLPattern] = [
    path("ballots/<uuid:key>/", ballot, name="ballot"),
    path("ballots/<uuid:key>/thanks/", ballot_cast, name="ballot_cast"),
]
