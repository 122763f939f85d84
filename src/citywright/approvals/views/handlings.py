"""Which page? One item on one screen: what, whose, its clock, its papers, what happened, what may be done."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citywright.kernel import clock
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Person
from citywright.ui import spans
from citywright.ui.attempts import status, tried
from citywright.ui.charts import Svg
from citywright.ui.templatetags.ui import day, t

from ..models import Handling, HandlingEvent
from ..queries import desk, dossiers, papers
from ..queries.dossiers import File
from ..queries.workweek import Workweek
from ..words import Span
from . import desk as worklist
from . import receiving, shown
from .handling_acts import ACTS, did, forms_of, panels


@require_http_methods(["GET", "POST"])
def handling(request: HttpRequest, key: UUID) -> HttpResponse:
    """One item, and what this person may do to it now."""
    by, at = cast(Person, request.user), clock.now()
    found = dossiers.handling(by, key)
    made, verb = forms_of(request), request.POST.get("verb", "")
    refusal: Refusal | None = None
    if request.method == "POST" and verb in ACTS and made[verb].is_valid():
        said, refusal = tried(lambda: did(verb, found, made[verb].cleaned_data, by, at))
        if refusal is None:
            messages.success(request, said)
            return redirect("approvals:handling", key=found.pk)
    file, today = File(found.dossier), clock.day_of(at)
    return render(request, "approvals/handling.html", about(found, file, by, today) | {
        "panels": panels(found, file, made, by), "refusal": refusal}, status=status(request, refusal))


def about(found: Handling, file: File, by: Person, today: date) -> dict[str, Any]:
    """What the page shows besides its forms."""
    works, item, events = Workweek(), file.items.get(found.code), papers.events_of(found)
    card, gate = desk.card_of(found, today, works), papers.gate_of(found)
    return {
        "unpublished": unpublished(works, found, today), "row": found,
        "project": found.dossier.project, "item": item, "events": events,
        "name": shown.item_name(item) if item else found.name,
        "department": shown.department_name(file.catalogue, found.department),
        "stage": shown.stage_name(file.catalogue, found.stage),
        "package": shown.package_name(file.catalogue, found.package),
        "badge": worklist.status_badge(found), "card": worklist.card_badge(card),
        "left": worklist.left_cell(found, today, works), "marks": worklist.marks_of(found),
        "needs": papers.needs(file, item), "before": [(shown.item_name(one.item), one)
                                                      for one in papers.before(file, item)],
        "fellows": [(shown.item_name(file.items[row.code]) if row.code in file.items else row.name, row,
                     worklist.status_badge(row)) for row in papers.fellows(file, found)],
        "clock": papers.clock_now(found, events, today, works), "due_on": desk.due(found, today, works),
        "picture": picture(found, events, today, works), "gate": gate,
        "passage": papers.passage_of(found) if found.issued_on else None,
        "to_project": papers.reaches_project(by, found), "owes": found.lacking and found.lacking_met_on is None,
    }


def unpublished(works: Workweek, found: Handling, today: date) -> list[int]:
    """The years the due day was guessed for, because their holidays are not published."""
    due_on = desk.due(found, today, works)
    if due_on is not None and found.ended_on is None:
        clock.workdays_between(min(today, due_on), due_on, works)
    return sorted(works.unpublished)


#: What a stretch is called in the picture.
WORDS = {Span.OWNER: "补正", Span.SPECIAL: "特别程序"}


def picture(found: Handling, events: list[HandlingEvent], today: date, works: clock.Workdays) -> Svg | None:
    """The clock drawn: time that ran, pauses hatched, the due day, today or the end."""
    parts = papers.stretches(found, events, today, works)
    if not parts or found.accepted_on is None:
        return None
    drawn = [spans.Stretch(one.after, one.until, one.span == Span.GOVERNMENT,
                           _("%(what)s %(days)s 天") % {"what": t(WORDS[one.span]), "days": one.days}
                           if one.span in WORDS else _("%(days)s 天") % {"days": one.days}) for one in parts]
    due_on = desk.due(found, today, works)
    late = due_on is not None and (found.ended_on or today) > due_on
    marks = [spans.Mark(found.accepted_on, _("受理 %(day)s") % {"day": day(found.accepted_on)}, "ink-2")]
    if due_on is not None:
        marks.append(spans.Mark(due_on, _("应办结 %(day)s") % {"day": day(due_on)},
                                "red-t" if late else "accent"))
    ends = _("办结 %(day)s") if found.ended_on else _("今天 %(day)s")
    last = found.ended_on or today
    marks.append(spans.Mark(last, ends % {"day": day(last)}, "ink"))
    return spans.clock_bar(drawn, marks, label=_("办理时间"))


urlpatterns: list[URLPattern] = [
    *worklist.urlpatterns,
    path("approvals/handlings/<uuid:key>/", handling, name="handling"),
    *receiving.urlpatterns,
]
