"""Which page? All nodes of a project in one table: lay them out, set their days at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotAccept, Refusal, Said
from citywright.kernel.http import say, standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.ui.attempts import attempt

from ..actions import milestones
from ..forms.plans import COLUMNS, DAYS, LABELS, Nodes, read_nodes
from ..models import Milestone, Project
from ..queries import ledger
from ..queries import plans as asked


@dataclass(frozen=True)
class Cell:
    """One cell of the table: its value as shown or typed, whether it can be typed into, what is wrong with it."""

    name: str
    label: str
    value: Any
    is_open: bool
    is_day: bool
    wrong: str = ""


@dataclass(frozen=True)
class Line:
    """One node with its cells, and what is doubtful about its actual day."""

    node: Milestone
    cells: list[Cell]
    doubt: Said | None


@require_http_methods(["GET", "POST"])
def nodes(request: HttpRequest, code: str) -> HttpResponse:
    """节点: baseline, forecast, actual day and who answers, of every node; saved whole or not at all."""
    by, here = cast(Person, request.user), standing(request)
    project = ledger.project(by, code)
    found = asked.nodes(project)
    typed, refusal = Nodes(), None
    if request.method == "POST":
        typed = read_nodes(found, request.POST.dict())
        if not typed.wrong:
            refusal = _act(request, project, typed)
            if refusal is None:
                return redirect("projects:milestones", code=code)
            _mark(typed, refusal)
    moves = access.holds(by, Role.OFFICE, area=project.area)
    may_edit, doubts = asked.may_edit(by, project), asked.doubts(found)
    lines = [Line(node, [_cell(node, name, typed, may_edit, moves) for name in COLUMNS], doubts.get(node.pk))
             for node in found]
    failed = bool(refusal or typed.wrong)
    return render(request, "projects/milestones.html", {
        "project": project, "lines": lines, "labels": LABELS.values(), "refusal": refusal, "may_edit": may_edit,
        "unread": len(typed.wrong) if typed.wrong and not refusal else 0, "today": here.today,
        "rest": [fault for fault in getattr(refusal, "faults", ()) if not fault.cell],
        "template": project.category.template}, status=409 if refusal else 422 if failed else 200)


def _act(request: HttpRequest, project: Project, typed: Nodes) -> Refusal | None:
    """Lays the nodes out, or sets what was typed."""
    by, at = cast(Person, request.user), clock.now()
    if request.POST.get("act") == "lay_out":
        return attempt(request, lambda: milestones.lay_out(project=project, by=by, at=at),
                       "节点已按模板铺开，请填写日期")
    words = "节点已保存" if typed.rows else "没有改动"
    return attempt(request, lambda: milestones.set_many(project=project, rows=typed.rows, by=by, at=at), words)


def _mark(typed: Nodes, refusal: Refusal) -> None:
    """Puts each finding of a refused table at its cell."""
    for fault in refusal.faults if isinstance(refusal, CannotAccept) else ():
        if fault.cell:
            typed.wrong.setdefault((int(fault.cell), fault.header), say(fault.said))


def _cell(node: Milestone, name: str, typed: Nodes, may_edit: bool, moves: bool) -> Cell:
    """A cell; a gate's actual day follows its verification, a baseline that stands is moved by the office only."""
    shut = (name == "actual_on" and node.gate) or (name == "baseline_on" and node.baseline_on and not moves)
    kept = getattr(node, name)
    value = typed.typed.get((node.pk, name), kept.isoformat() if name in DAYS and kept else kept or "")
    return Cell(name, _(LABELS[name]), value, may_edit and not shut, name in DAYS, typed.wrong.get((node.pk, name), ""))


urlpatterns: list[URLPattern] = [path("projects/<str:code>/milestones/", nodes, name="milestones")]
