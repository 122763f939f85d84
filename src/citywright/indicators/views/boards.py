"""The board of an area: its figures with what they were, where they come from and what they mean; making boards."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citywright.kernel import access, clock, periods
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import Standing, say, standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.ui.templatetags.ui import t

from ..actions import boards as actions
from ..actions import exports
from ..forms.boards import BoardForm
from ..models import Board
from ..queries import boards as asked
from ..queries.reading import scope_of

HEADS = ("代码", "指标", "数值", "单位", "分子", "分母", "截至", "较上月", "同比", "公式")


def chosen(request: HttpRequest, here: Standing) -> Board | None:
    """The board of the address, else the area's own; None is the sensible set."""
    key = request.GET.get("board", "")
    return asked.board(request.user, key) if key else asked.default_of(here.area)


def decides(by: Any, here: Standing) -> bool:
    """Whether the person may set the area's board and freeze its figures."""
    return any(access.holds(by, role, area=here.area) for role in (Role.OFFICE, Role.CITY))


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """指标看板: every figure with its comparisons, parts, as-of, definition and list."""
    here, fault, figures = standing(request), None, []
    found = chosen(request, here)
    try:
        figures = asked.figures(asked.codes_of(found), scope_of(request.user, here.area), here.area, here.period)
    except CannotReach:
        raise
    except Refusal as refused:
        fault = refused
    known = any(figure.value.value is not None for figure in figures)
    return render(request, "indicators/board.html", {
        "here": here, "board": found, "figures": figures, "known": known, "fault": say(fault.said) if fault else "",
        "boards": asked.boards(request.user, here.area), "columns": found.columns if found else 4,
        "office": decides(request.user, here), "mine": found is not None and found.owner_id == request.user.pk})


@require_safe
def board_export(request: HttpRequest) -> HttpResponse:
    """The board as a sheet: what is shown, with the formula of each figure."""
    here, by = standing(request), cast(Person, request.user)
    found = chosen(request, here)
    form = exports.XLSX if request.GET.get("form") == exports.XLSX else exports.CSV
    figures = asked.figures(asked.codes_of(found), scope_of(by, here.area), here.area, here.period)
    rows = [[one.value.code, t(one.indicator.label), one.value.shown, t(one.indicator.unit), one.numerator,
             one.denominator, one.value.as_of.isoformat(), *(say(said) for said in one.comparisons),
             t(one.indicator.formula)] for one in figures]
    title = f"{here.area.name} {periods.label(here.period)} {found.name if found else _('指标看板')}"
    return sent(exports.export(title=title, head=[_(head) for head in HEADS], rows=rows, form=form, area=here.area,
                               by=by, at=clock.now()), title, form)


def sent(content: bytes, title: str, form: str) -> HttpResponse:
    """A file to keep."""
    response = HttpResponse(content, content_type=exports.CONTENT_TYPES[form])
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{title}.{form}") or "attachment"
    return response


@require_http_methods(["GET", "POST"])
def board_new(request: HttpRequest) -> HttpResponse:
    """Choose figures for a board of one's own."""
    here, by = standing(request), cast(Person, request.user)
    form = BoardForm(request.POST or None, codes=asked.codes_of(asked.default_of(here.area)))
    if request.method == "POST" and form.is_valid():
        made = kept(form, lambda data: actions.make(area=here.area, by=by, at=clock.now(), **data))
        if made is not None:
            messages.success(request, _("看板“%(name)s”建好了") % {"name": made.name})
            return redirect(f"{reverse('indicators:board')}?board={made.pk}")
    return shown(request, form, None)


@require_http_methods(["GET", "POST"])
def board_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a board of one's own."""
    by = cast(Person, request.user)
    found = asked.board(by, key)
    if found.owner_id != by.pk:
        raise CannotReach("看板“%(name)s”是别人的，只有建的人能改", name=found.name)
    form = BoardForm(request.POST or None, codes=asked.codes_of(found), initial={
        "name": found.name, "columns": found.columns, "is_shared": found.is_shared})
    if request.method == "POST" and form.is_valid():
        made = kept(form, lambda data: actions.change(board=found, by=by, at=clock.now(), **data))
        if made is not None:
            messages.success(request, _("看板“%(name)s”改好了") % {"name": made.name})
            return redirect(f"{reverse('indicators:board')}?board={made.pk}")
    return shown(request, form, found)


def kept(form: BoardForm, act: Any) -> Board | None:
    """The board, or None with the refusal at the form."""
    try:
        return cast(Board, act(form.cleaned_data | {"codes": form.ordered}))
    except CannotReach:
        raise
    except Refusal as refused:
        form.add_error(None, say(refused.said))
        form.refused = True  # type: ignore[attr-defined]
        return None


def shown(request: HttpRequest, form: BoardForm, found: Board | None) -> HttpResponse:
    """The chooser of figures."""
    status = 409 if getattr(form, "refused", False) else 422 if request.method == "POST" else 200
    return render(request, "indicators/board_form.html", {"form": form, "board": found, "here": standing(request)},
                  status=status)


#: What can be done to a board, and what is said afterwards.
ACTS = {"default": (actions.make_default, "已设为本区划的看板"), "end": (actions.end, "看板已停用")}


@require_POST
def board_act(request: HttpRequest, key: UUID) -> HttpResponse:
    """Make it the area's own, or end it."""
    by = cast(Person, request.user)
    found, verb = asked.board(by, key), request.POST.get("verb", "")
    if verb in ACTS:
        try:
            ACTS[verb][0](board=found, by=by, at=clock.now())
        except CannotReach:
            raise
        except Refusal as refused:
            messages.error(request, say(refused.said))
        else:
            messages.success(request, _(ACTS[verb][1]))
    return redirect("indicators:board")


urlpatterns: list[URLPattern] = [
    path("indicators/", board, name="board"),
    path("indicators/export/", board_export, name="board_export"),
    path("boards/new/", board_new, name="board_new"),
    path("boards/<uuid:key>/", board_edit, name="board_edit"),
    path("boards/<uuid:key>/act/", board_act, name="board_act"),
]
