"""Which page? What the event log of the handlings tells: paths, times, what was late; and the log as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citywright.kernel import clock
from citywright.kernel.http import standing
from citywright.ui.charts import Chart, Svg
from citywright.ui.flows import Arrow, Knot, flow
from citywright.ui.templatetags.ui import NONE, english, pct, t

from ..actions import exports
from ..queries import catalogue as catalogues
from ..queries import process as queries
from ..queries.process import Process, Spent
from ..rules.events import Edge
from ..words import ItemStatus

#: The order in which an item usually comes to its statuses.
ORDER = ("01", "03", "08", "06", "07", "09", "10", "11", "12", "13", "02", "04", "05", "14", "15")
#: How many arrows are drawn, and how many items are listed at first.
ARROWS, ITEMS = 14, 20
DAY = 86_400


@require_safe
def process(request: HttpRequest) -> HttpResponse:
    """What the handlings of the area have gone through."""
    stand = standing(request)
    version = catalogues.in_force(stand.area)
    known = catalogues.content(version) if version else None
    departments = {one.code: one for one in known.departments} if known else {}
    asked = request.GET.get("department", "")
    chosen = asked if asked in departments else ""
    found = queries.process(queries.visible(request.user, stand.area, chosen), stand.today)
    english_names = {item.code: item.name_en for item in known.items} if known and english() else {}
    everything = request.GET.get("all") == "1"
    return render(request, "approvals/process.html", {
        "found": found, "whole": found.whole, "told": found.told, "today": stand.today, "area": stand.area,
        "chart": chart(found), "variants": variants(found), "chosen": chosen,
        "department": departments[chosen] if chosen else None, "everything": everything,
        "departments": [line(one, one.name) for one in found.departments],
        "items": [line(one, english_names.get(one.code) or one.name)
                  for one in (found.items if everything else found.items[:ITEMS])],
        "shown": line(found.whole, ""), "running": found.whole.count - found.whole.ended,
        "events": f"{found.told.events:,}",
        "late_words": _("占 %(share)s%%") % {"share": pct(found.whole.late_share)} if found.whole.count else ""})


def line(one: Spent, name: str) -> dict[str, Any]:
    """One line of a table, its days in figures."""
    return {"one": one, "name": name, "count": f"{one.count:,}", "ended": f"{one.ended:,}",
            "median": number(one.median), "p90": number(one.p90), "owner": number(one.owner_mean, 1),
            "special": number(one.special_mean, 1)}


def number(value: float | None, places: int = 0) -> str:
    """Days: whole, or a half; — when there are none."""
    if value is None:
        return NONE
    return f"{value:.{places}f}" if places or value == int(value) else f"{value:.1f}"


def chart(found: Process) -> Chart | None:
    """Who directly follows whom: the busiest arrows drawn, all of them in the table behind."""
    told = found.told
    if not told.edges:
        return None
    counts = {step.activity: step.events for step in told.steps}
    statuses = [status for status in ORDER if status in counts]
    arrows = [Arrow(statuses.index(edge.before), statuses.index(edge.after), edge.times, between(edge))
              for edge in told.edges[:ARROWS]]
    knots = [Knot(t(ItemStatus(status)), f"{counts[status]:,}") for status in statuses]
    title = _("办件怎样走")
    return Chart("process-flow", title, wide(flow(knots, arrows, label=title), title),
                 [_("先"), _("后"), _("次数"), _("中位天数")],
                 [[t(ItemStatus(edge.before)), t(ItemStatus(edge.after)), edge.times, f"{edge.median / DAY:.1f}"]
                  for edge in told.edges],
                 _("线越粗次数越多；天数为自然日中位数"))


def wide(picture: Svg, title: str) -> Svg:
    """The picture in a frame that scrolls on a narrow screen, also by keyboard."""
    return Svg(format_html('<div class="scroll" role="group" tabindex="0" aria-label="{}">{}</div>', title, picture))


def between(edge: Edge) -> str:
    """How often, and how long in between."""
    return _("%(times)s 次　中位 %(days)s 天") % {"times": f"{edge.times:,}", "days": f"{edge.median / DAY:.1f}"}


def variants(found: Process) -> list[dict[str, Any]]:
    """The commonest paths with their share."""
    return [{"steps": [t(ItemStatus(status)) for status in trace], "times": f"{times:,}",
             "share": times * 100 / found.told.cases} for trace, times in found.told.most_common]


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The log of what the person may see, as XES."""
    stand = standing(request)
    content = exports.export_log(area=stand.area, by=request.user, at=clock.now())  # type: ignore[arg-type]
    response = HttpResponse(content, content_type="application/gzip")
    name = _("%(area)s审批办件日志") % {"area": stand.area.name} + f" {stand.today}.xes.gz"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


urlpatterns: list[URLPattern] = [
    path("approvals/process/", process, name="process"),
    path("approvals/process/export/", export, name="process_export"),
]
