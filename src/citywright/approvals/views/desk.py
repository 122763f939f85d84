"""Which page? The worklist of a department: handlings by due moment, with cards, load, acceptance of many at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import say, standing
from citywright.kernel.models import Area, Person
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Listing, View
from citywright.ui.templatetags.ui import NONE, badge, day, english, t

from ..actions import joint
from ..models import Handling
from ..queries import catalogue, desk
from ..queries.workweek import Workweek
from ..rules import clock as rules
from ..rules import window
from ..words import Card, ItemStatus
from . import shown

NAME = "approvals:desk"
#: The badge of each status: what waits for the owner is dashed, what passed filled.
BADGES = {ItemStatus.SUPPLEMENTING: "claimed", ItemStatus.SPECIAL: "claimed", ItemStatus.PASSED: "verified",
          ItemStatus.PASSED_LACKING: "waived", ItemStatus.NOT_PASSED: "escalated", ItemStatus.REVOKED: "escalated"}
CARDS = {Card.RED: "escalated", Card.YELLOW: "waived"}


def item_names(area: Area) -> dict[str, str]:
    """The items of the catalogue in force by code, for a reader of English; nothing where the kept names will do."""
    version = catalogue.in_force(area) if english() else None
    return {item.code: shown.item_name(item) for item in catalogue.content(version).items} if version else {}


def status_badge(row: Handling) -> SafeString:
    """The status as a badge."""
    status = ItemStatus(row.status)
    return badge(BADGES.get(status, "plain"), t(status))


def card_badge(card: Card) -> SafeString | str:
    """The card as a badge; nothing when all is well."""
    return badge(CARDS[card], t(card)) if card in CARDS else ""


def left_cell(row: Handling, today: date, works: clock.Workdays) -> Any:
    """Working days left, red when late; the words say when the clock stands."""
    if row.status not in window.OPEN:
        return format_html('<span class="neg">{}</span>', _("超期办结")) if row.was_late else NONE
    remaining = desk.left(row, today, works)
    if remaining is None:
        return NONE
    if remaining < 0:
        return format_html('<span class="neg">{}</span>', _("超 %(days)s 天") % {"days": -remaining})
    if row.status in rules.PAUSES:
        return _("%(days)s 天，停计") % {"days": remaining}
    return _("%(days)s 天") % {"days": remaining}


def marks_of(row: Handling) -> Any:
    """What hangs on the item besides its clock: papers owed, a seal to exchange, a promise to check."""
    found = []
    if row.lacking_due_on and row.lacking_met_on is None and row.status in desk.OWING:
        found.append(_("容缺 %(day)s 前补齐") % {"day": day(row.lacking_due_on)})
    if row.is_preview and row.exchanged_on is None and row.status in window.PASSED:
        found.append(_("蓝章待换"))
    if row.by_commitment and row.checked_on is None and row.status in window.PASSED:
        found.append(_("承诺待核查"))
    return _("，").join(found)


def columns(today: date, works: clock.Workdays, names: Mapping[str, str]) -> list[Column]:
    """The columns of the worklist; `names` are those of the items in the reader's language."""
    def called(row: Handling) -> Any:
        name = names.get(row.code, row.name)
        return format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse("approvals:handling", args=[row.pk]),
                           name, name)

    wide = english()
    return [
        Column("name", "事项", called, width=200 if wide else 226, always=True, sort="name"),
        Column("project", "项目", lambda row: format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse(
            "approvals:receive", args=[row.dossier.project.code]), row.dossier.project.name,
            row.dossier.project.name), width=180 if wide else 210, sort="dossier__project__name"),
        Column("unit", "部门", lambda row: row.unit.short_name if row.unit else NONE, width=106,
               sort="unit__short_name"),
        Column("status", "状态", status_badge, width=160 if wide else 112, css="c", sort="status"),
        Column("card", "红黄牌", lambda row: card_badge(desk.card_of(row, today, works)), width=84 if wide else 66,
               css="c", total=lambda sums: _("红牌 %(count)s") % {"count": sums["late"]}),
        Column("due", "应办结", lambda row: day(desk.due(row, today, works)), width=78, css="num", sort="due_on"),
        Column("left", "余量", lambda row: left_cell(row, today, works), width=112 if wide else 88, css="num"),
        Column("limit", "时限", lambda row: row.limit, width=46, css="num", sort="limit"),
        Column("marks", "待办标记", marks_of, width=130 if wide else 150, css="mut"),
        Column("received", "接件", lambda row: day(row.received_at), width=72, css="num", sort="received_at"),
        Column("package", "打包", lambda row: row.package or NONE, width=64, css="mut", shown=False),
        Column("number", "文号", lambda row: row.result_no or NONE, width=130, css="mut", shown=False),
    ]


def filters(rows: QuerySet[Handling], today: date, works: clock.Workdays, person: Any) -> list[Filter]:
    """The filters of the worklist; without `ended` only what still waits is shown."""
    def units() -> list[tuple[str, str]]:
        return list(rows.filter(unit__isnull=False).order_by("unit__short_name")
                    .values_list("unit__code", "unit__short_name").distinct())

    def narrow(condition: Any) -> Any:
        return lambda q, values: q.filter(condition)

    return [
        Filter("mine", "办理", lambda q, values: desk.mine(person, q), choices=[("1", "本窗口")]),
        Filter("status", "状态", lambda q, values: q.filter(status__in=values), choices=ItemStatus.choices()),
        Filter("unit", "部门", lambda q, values: q.filter(unit__code__in=values), choices=units),
        Filter("red", "红牌", narrow(desk.late(today)), choices=[("1", "已超期")]),
        Filter("yellow", "黄牌", narrow(desk.due_soon(today, works)), choices=[("1", "一天内到期")]),
        Filter("owes", "容缺", narrow(desk.owes()), choices=[("1", "待补齐")], offered=False),
        Filter("blue", "蓝章", narrow(desk.blue()), choices=[("1", "待换红章")], offered=False),
        Filter("promise", "告知承诺", narrow(desk.unchecked()), choices=[("1", "待核查")], offered=False),
        Filter("ended", "办结", lambda q, values: q, choices=[("1", "含已办结")]),
        Filter("project", "项目", lambda q, values: q.filter(dossier__project__code__in=values), offered=False),
    ]


VIEWS = (View("在办", ""), View("本窗口", "mine=1"), View("待受理", "status=01"), View("补正中", "status=06"),
         View("红牌", "red=1"), View("容缺待补", "owes=1"), View("待换红章", "blue=1"),
         View("承诺待核查", "promise=1"), View("含已办结", "ended=1"))


@require_safe
def desk_list(request: HttpRequest) -> HttpResponse:
    """Handlings of the area in force, the most urgent first, and what each department carries."""
    here, works = standing(request), Workweek()
    rows = desk.within(desk.visible_to(request.user), here.area)
    waiting = rows if request.GET.get("ended") else rows.filter(desk.waiting())
    listing = Listing(request, waiting, columns(here.today, works, item_names(here.area)), name=NAME,
                      filters=filters(rows, here.today, works, request.user), order=desk.order(), per_page=50,
                      unit="件", pick=True,
                      sums={"late": Count("pk", filter=desk.late(here.today))},
                      views=[*VIEWS, *saved_views(cast(Person, request.user), NAME)])
    return render(request, "approvals/desk.html", {
        "list": listing, "unpublished": works.unpublished, "today": here.today,
        "loads": desk.loads(rows, here.area, here.today),
        "bulk_actions": [("批量受理", reverse("approvals:desk_accept"))]})


@require_POST
def desk_accept(request: HttpRequest) -> HttpResponse:
    """The ticked items are accepted, all of them or none."""
    by = cast(Person, request.user)
    picked = [key for key in request.POST.getlist("pick") if len(key) == 36 and key.count("-") == 4
              and set(key) <= set("0123456789abcdef-")]
    chosen = list(desk.visible_to(by).filter(pk__in=picked[:joint.MOST + 1]))
    try:
        count = joint.accept_many(chosen=chosen, by=by, at=clock.now())
    except CannotReach:
        raise
    except Refusal as refused:
        messages.error(request, say(refused.said))
    else:
        messages.success(request, _("已受理 %(count)s 件") % {"count": count})
    back = request.POST.get("next", "")
    start = reverse("approvals:desk")
    return redirect(back if back == start or back.startswith(f"{start}?") else start)


urlpatterns: list[URLPattern] = [
    path("approvals/desk/", desk_list, name="desk"),
    path("approvals/desk/accept/", desk_accept, name="desk_accept"),
]
