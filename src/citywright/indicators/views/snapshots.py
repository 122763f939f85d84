"""Frozen figures: taking a snapshot, opening one, one of its figures with its list as it was."""

from __future__ import annotations

from fractions import Fraction
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import say, standing
from citywright.kernel.models import Person
from citywright.lake import rates

from ..actions import snapshots as actions
from ..forms.boards import SnapshotForm
from ..models import SnapshotFigure
from ..queries import boards
from ..queries import snapshots as asked
from .boards import chosen, decides


@require_safe
def snapshots(request: HttpRequest) -> HttpResponse:
    """The snapshots of the area, the latest first."""
    here = standing(request)
    return render(request, "indicators/snapshots.html", {
        "here": here, "snapshots": asked.snapshots(request.user, here.area), "office": decides(request.user, here)})


@require_http_methods(["GET", "POST"])
def snapshot_take(request: HttpRequest) -> HttpResponse:
    """Freeze the figures of a board for the month in force."""
    here, by = standing(request), cast(Person, request.user)
    if not decides(by, here):
        raise CannotReach("只有项目办能定格指标")
    found = chosen(request, here)
    form = SnapshotForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.take(area=here.area, period=here.period, title=form.cleaned_data["title"],
                                codes=boards.codes_of(found), by=by, at=clock.now())
        except CannotReach:
            raise
        except Refusal as refused:
            form.add_error(None, say(refused.said))
            status = 409
        else:
            messages.success(request, _("已定格，任何时候都能再打开"))
            return redirect("indicators:snapshot", key=made.pk)
    return render(request, "indicators/snapshot_take.html", {
        "here": here, "form": form, "board": found, "count": len(boards.codes_of(found))}, status=status)


@require_safe
def snapshot(request: HttpRequest, key: UUID) -> HttpResponse:
    """One snapshot: its figures as they were published."""
    taken = asked.snapshot(request.user, key)
    return render(request, "indicators/snapshot.html", {
        "taken": taken, "figures": [(one, value_words(one), part_words(one, one.numerator), part_words(
            one, one.denominator)) for one in asked.figures(taken)]})


@require_safe
def snapshot_figure(request: HttpRequest, key: UUID, code: str) -> HttpResponse:
    """One frozen figure with the list that it had."""
    taken = asked.snapshot(request.user, key)
    one = asked.figure(taken, code)
    part = "denominator" if request.GET.get("part") == "denominator" and one.rows.get("denominator") else "numerator"
    lines = [(row[:-1], part_words(one, str(row[-1]))) for row in one.rows.get(part, [])]
    total = one.numerator if part == "numerator" else one.denominator
    return render(request, "indicators/snapshot_figure.html", {
        "taken": taken, "one": one, "part": part, "lines": lines, "value": value_words(one),
        "heads": one.rows.get("columns", []), "total": part_words(one, total),
        "money": bool(one.definition.get("money"))})


def value_words(one: SnapshotFigure) -> str:
    """The value as it was shown."""
    return rates.shown(Fraction(one.value) if one.value else None, one.decimals)


def part_words(one: SnapshotFigure, amount: str) -> str:
    """A part in 万元 or pieces, as it was."""
    if not amount:
        return ""
    money = bool(one.definition.get("money"))
    exact = Fraction(int(amount), int(one.definition.get("times") or 1) * (1_000_000 if money else 1))
    return rates.shown(exact, 2 if money else 0)


urlpatterns: list[URLPattern] = [
    path("snapshots/", snapshots, name="snapshots"),
    path("snapshots/take/", snapshot_take, name="snapshot_take"),
    path("snapshots/<uuid:key>/", snapshot, name="snapshot"),
    path("snapshots/<uuid:key>/<slug:code>/", snapshot_figure, name="snapshot_figure"),
]
