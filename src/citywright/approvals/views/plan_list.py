"""The list of all dossiers: where each stands, when it is expected, what holds it; the worst first."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citywright.kernel import access
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.words import Lamp, Role
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Listing, View
from citywright.ui.templatetags.ui import lamp

from ..models import Dossier
from ..queries import standings
from ..queries import windows as audits
from ..queries.standings import MISSING, Standing
from .plan_picture import dated, item_name

NAME = "approvals:dossiers"
NONE = "—"
#: Who may see what concerns the whole area.
SEES_ALL = (Role.OFFICE, Role.CITY, Role.LEADER)


def columns(today: date) -> list[Column]:
    """The columns of the list of dossiers."""
    return [
        Column("project", "项目", lambda row: format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse(
            "approvals:dossier", args=[row.project.code]), row.project.name, row.project.name), width=172,
            sort="project__name", always=True),
        Column("lamp", "状态", lambda row: state(row.stands), width=112),
        Column("unit", "牵头单位", lambda row: format_html('<a class="nm" href="?unit={}">{}</a>',
               row.project.lead_unit.code, row.project.lead_unit.short_name), width=84,
               sort="project__lead_unit__short_name"),
        Column("stage", "当前阶段", lambda row: _(row.stands.stage) if row.stands.stage else NONE, width=104),
        Column("done", "已办", lambda row: row.stands.done, css="num", width=42),
        Column("running", "在办", lambda row: row.stands.running or "", css="num", width=42),
        Column("count", "适用", lambda row: row.stands.count, css="num", width=42),
        Column("goal", "推算目标", lambda row: goal(row.stands), width=78),
        Column("likely", "p50", lambda row: dated(row.stands.promise.likely_on, today) if row.stands.promise else NONE,
               css="num", width=108, sort="likely_on"),
        Column("range", "八成区间", lambda row: between(row.stands, today), css="num", width=206),
        Column("slack", "距计划开工", lambda row: slack(row.stands), css="num", width=80),
        Column("holds", "卡在", lambda row: held(row.stands), width=150),
        Column("moved", "较首次", lambda row: moved(row.stands), css="num", width=70, shown=False),
    ]


def goal(told: Standing) -> str:
    """What the day is about."""
    return NONE if told.promise is None else _("施工许可证") if told.is_permit else _("全部办结")


def held(told: Standing) -> str:
    """The item that holds the day."""
    return format_html('<span title="{0}">{0}</span>', item_name(told.holds)) if told.holds else NONE


def between(told: Standing, today: date) -> str:
    """The early and the late day."""
    if told.promise is None:
        return NONE
    return f"{dated(told.promise.early_on, today)}–{dated(told.promise.late_on, today)}"


def slack(told: Standing) -> str:
    """Working days from the expected permit to the planned start; red when it comes after it."""
    if told.slack is None:
        return NONE
    if told.slack < 0:
        return format_html('<span class="neg">{}</span>', _("晚 %(days)s 日") % {"days": -told.slack})
    return _("%(days)s 日") % {"days": told.slack}


def moved(told: Standing) -> str:
    """How far the day moved since it was first told."""
    if not told.moved:
        return NONE if told.moved is None else "0"
    words = _("推后 %(days)s 日") if told.moved > 0 else _("提前 %(days)s 日")
    return words % {"days": abs(told.moved)}


def state(told: Standing) -> str:
    """Red with items past their due day or a permit after the planned start, yellow when the day moved back."""
    if told.late:
        return lamp(Lamp.RED, words=_("%(count)s 件超期") % {"count": told.late})
    if told.slack is not None and told.slack < 0:
        return lamp(Lamp.RED, words=_("赶不上开工"))
    if told.moved is not None and told.moved > 0:
        return lamp(Lamp.YELLOW, words=_("推后"))
    return lamp(Lamp.GREEN, quiet=True)


def filters(rows: QuerySet[Dossier]) -> list[Filter]:
    """The filters of the list."""
    def units() -> list[tuple[str, str]]:
        return list(rows.order_by("project__lead_unit__position", "project__lead_unit__code")
                    .values_list("project__lead_unit__code", "project__lead_unit__short_name").distinct())

    return [
        Filter("unit", "牵头单位", lambda q, values: q.filter(project__lead_unit__code__in=values), choices=units,
               offered=False),
        Filter("permit", "施工许可", lambda q, values: q.filter(has_permit="had" in values),
               choices=[("open", "未取得"), ("had", "已取得")]),
        Filter("late", "超期", lambda q, values: q.filter(is_late=True), choices=[("1", "有办件超期")]),
        Filter("miss", "开工", lambda q, values: q.filter(MISSING), choices=[("1", "赶不上开工")]),
    ]


#: The tabs everybody has.
VIEWS = (View("全部审批", ""), View("未取得施工许可", "permit=open"), View("赶不上开工", "miss=1"),
         View("有办件超期", "late=1"), View("已取得施工许可", "permit=had"))


@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """All dossiers of the area in force, the worst first."""
    where = standing(request)
    rows = standings.listed(request.user, where.area, where.today)
    listing = Listing(request, rows, columns(where.today), name=NAME, filters=filters(rows), per_page=50, unit="个",
                      order=(F("is_late").desc(), F("misses").desc(), F("likely_on").asc(nulls_last=True), "pk"),
                      views=[*VIEWS, *saved_views(cast(Person, request.user), NAME)],
                      enrich=lambda found: standings.standings(cast(Any, found), where.today))
    return render(request, "approvals/plan_list.html", {
        "list": listing, "today": where.today, "sees_all": any(
            access.holds(request.user, role, area=where.area) for role in SEES_ALL)})


@require_safe
def windows(request: HttpRequest) -> HttpResponse:
    """One more window in which department, and which packages delay; for those who see the whole area."""
    where = standing(request)
    access.require(cast(Person, request.user), *SEES_ALL, area=where.area)
    found = audits.audit(where.area, where.today)
    return render(request, "approvals/plan_windows.html", {
        "audit": found, "bundles": [(item_name(row.package), row) for row in found.bundles]})
