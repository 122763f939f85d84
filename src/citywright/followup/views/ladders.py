"""Which page? The supervision ladders as they stand, and a new version of one."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.ui.attempts import status, tried

from ..actions import ladders as actions
from ..forms import letters as forms
from ..queries import letters
from ..rules import letters as rules


@require_safe
def ladder_list(request: HttpRequest) -> HttpResponse:
    """Every ladder in force with its rungs, and its earlier versions."""
    where = standing(request)
    shown = [(ladder, rules.rungs_of(ladder.rungs), [one for one in letters.versions(ladder.code) if one != ladder])
             for ladder in letters.ladders()]
    return render(request, "followup/ladder_list.html", {"ladders": shown, "today": where.today,
                                                         "may_revise": letters.may_revise(request.user)})


@require_http_methods(["GET", "POST"])
def ladder(request: HttpRequest, code: str) -> HttpResponse:
    """A new version of a ladder; the old one stays for the letters written on it."""
    by = cast(Person, request.user)
    if not letters.may_revise(by):
        raise CannotReach("您没有权限修改督查阶梯")
    found = letters.ladder(code)
    data = request.POST or None
    form = forms.LadderForm(data, initial={"name": found.name, "source": found.source})
    lines = forms.rung_forms(found.rungs, data)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid() and all([line.is_valid() for line in lines]):
        made, refusal = tried(lambda: actions.revise_ladder(
            code=code, rungs=forms.rungs_from(lines), by=by, at=clock.now(), **form.cleaned_data))
        if refusal is None:
            messages.success(request, _("已保存为第 %(version)s 版") % {"version": made.version})
            return redirect("followup:ladders")
    return render(request, "followup/ladder.html", {"ladder": found, "form": form, "lines": lines, "refusal": refusal,
                                                    "today": clock.day_of(clock.now())},
                  status=status(request, refusal))


urlpatterns: list[URLPattern] = [
    path("ladders/", ladder_list, name="ladders"),
    path("ladders/<slug:code>/", ladder, name="ladder"),
]
