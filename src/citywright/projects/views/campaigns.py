"""Which page? The tree of campaigns, one campaign with its targets, its projects, making and closing one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.http import Standing as Here
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.ui.attempts import status, tried
from citywright.ui.tables import Column, Filter, Listing
from citywright.ui.templatetags.ui import day, t, yi

from ..actions import campaigns as actions
from ..forms import campaigns as forms
from ..models import Campaign
from ..queries import campaigns as queries
from ..queries import checks
from ..words import YearKind
from ..words.campaigns import CampaignPart, Standing
from . import campaign_checks, targets

NAME = "projects:campaigns"
#: The pages of tasks, which followup has: they filter by the campaign's name in the journal.
TASKS, TASK_NEW = "/tasks/", "/tasks/new/"


def reading(request: HttpRequest, where: Here, chosen: Sequence[Campaign]) -> queries.Reading:
    """The campaigns as of the month in force."""
    return queries.Reading(request.user, chosen, on=queries.on_day(where.today, where.period), at=clock.now())


def tasks_of(some: Sequence[Campaign]) -> str:
    """The address of the list of their tasks."""
    return f"{TASKS}?{urlencode({'campaign': ','.join(journal.subject_of(one) for one in some)})}"


@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """The tree of the year in force with dates, time, projects, money, targets and tasks."""
    where = standing(request)
    chosen = queries.of_year(request.user, where.area, where.period.year)
    ended = request.GET.get("state") == "closed"
    told = reading(request, where, chosen)
    lines = [(node, tasks_of([one for one in chosen if told.is_below(str(one.pk), str(node.campaign.pk))]))
             for node in told.nodes() if not ended or node.campaign.closed_on]
    return render(request, "projects/campaign_list.html", {
        "whole": all(told.is_whole(one) for one in chosen), "lines": lines,
        "on": told.on, "year": where.period.year, "ended": ended, "here": where.area,
        "closed": sum(one.closed_on is not None for one in chosen), "count": len(chosen),
        "standings": list(Standing), "manages": queries.manages(request.user, where.area)})


@require_http_methods(["GET", "POST"])
def campaign(request: HttpRequest, key: UUID) -> HttpResponse:
    """One campaign: figures, targets against time, lists, tasks, checks; the office closes it here."""
    by, where = cast(Person, request.user), standing(request)
    one = queries.campaign(by, key)
    refusal: Refusal | None = None
    if request.method == "POST" and request.POST.get("verb") == "close":
        refusal = tried(lambda: actions.close(campaign=one, by=by, at=clock.now()))[1]
        if refusal is None:
            messages.success(request, _("“%(name)s”已结束") % {"name": one.name})
            return redirect("projects:campaign", key=one.pk)
    return render(request, "projects/campaign.html", page_of(request, where, one) | {"refusal": refusal},
                  status=409 if refusal else 200)


def page_of(request: HttpRequest, where: Here, one: Campaign) -> dict[str, Any]:
    """What the page of a campaign shows."""
    tree = queries.below(one)
    told = reading(request, where, tree)
    nodes = {str(node.campaign.pk): node for node in told.nodes()}
    node = nodes[str(one.pk)]
    lines, shown = checks.checks(one), reverse("projects:campaign_projects", args=[one.pk])
    counted = told.projects[str(one.pk)] & set(told.leaves)
    linked = [(link.definition, len(told.on_lists[(str(link.campaign_id), link.definition_id)]))
              for link in told.links if link.campaign_id == one.pk]
    return {"campaign": one, "node": node, "on": told.on, "whole": told.is_whole(one), "lists": linked,
            "below": [each for each in nodes.values() if each is not node],
            "targets": [(line, targets.href(one, line, tasks_of(tree)), targets.cells(line))
                        for line in node.own_targets], "tasks_href": tasks_of(tree),
            "task_new": f"{TASK_NEW}?{urlencode({'campaign': journal.subject_of(one)})}",
            "rates": checks.rates(lines, counted), "checks": len(lines),
            "manages": queries.manages(request.user, one.area),
            "standings": list(Standing), "holds": queries.may_hold(one), "projects_href": shown,
            "started_href": f"{shown}?part=started", "producing_href": f"{shown}?part=producing"}


@require_http_methods(["GET", "POST"])
def campaign_new(request: HttpRequest) -> HttpResponse:
    """Make a campaign of the area in force."""
    by, where = cast(Person, request.user), standing(request)
    access.require(by, Role.OFFICE, Role.CITY, area=where.area)
    above = queries.parent_asked(where.area, request.GET.get("parent", ""))
    form = forms.CampaignForm(request.POST or None, area=where.area, initial={
        "from_on": above.from_on if above else where.period.replace(month=1), "parent": above,
        "to_on": above.to_on if above else where.period.replace(month=12, day=31), "kind": queries.kind_below(above)})
    return edited(request, form, None, lambda given, at: actions.make(area=where.area, by=by, at=at, **given))


@require_http_methods(["GET", "POST"])
def campaign_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change what a campaign says and which lists it groups."""
    by = cast(Person, request.user)
    one = queries.managed(by, key)
    form = forms.CampaignForm(request.POST or None, area=one.area, one=one)
    return edited(request, form, one, lambda given, at: actions.amend(campaign=one, by=by, at=at, **given))


def edited(request: HttpRequest, form: Any, one: Campaign | None,
           act: Callable[[dict[str, Any], datetime], Campaign]) -> HttpResponse:
    """The form shown, or done and redirected to the campaign."""
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        made, refusal = tried(lambda: act(form.cleaned_data, clock.now()))
        if refusal is None:
            messages.success(request, _("已保存“%(name)s”") % {"name": made.name})
            return redirect("projects:campaign", key=made.pk)
    return render(request, "projects/campaign_edit.html", {"campaign": one, "form": form, "refusal": refusal},
                  status=status(request, refusal))


def columns(on: Any) -> list[Column]:
    """The columns of a campaign's projects."""
    def reached(name: str) -> Callable[[Any], str]:
        return lambda p: day(getattr(p, name), "year") if getattr(p, name) and getattr(p, name) <= on else "—"

    return [
        Column("name", "项目", lambda p: format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse(
            "projects:project", args=[p.code]), p.name, p.name), width=280, always=True,
            total=lambda sums: _("合计 %(count)s 个") % {"count": sums["count"]}),
        Column("unit", "责任单位", lambda p: p.lead_unit.short_name, width=110, sort="lead_unit__short_name"),
        Column("category", "类别", lambda p: _(p.category.name), width=100, sort="category__position"),
        Column("kind", "年度类型", lambda p: t(YearKind(p.plan_kind)) if p.plan_kind else "—", width=80),
        *(money(name, label) for name, label in (("total", "总投资"), ("plan", "年度计划"), ("done", "累计完成"))),
        Column("started", "开工", reached("g4_on"), width=110, sort="g4_on"),
        Column("finished", "竣工", reached("g5_on"), width=110, sort="g5_on"),
        Column("producing", "投产", reached("g6_on"), width=110, sort="g6_on"),
    ]


def money(name: str, label: str) -> Column:
    """A column of an amount with its sum."""
    def cell(project: Any) -> str:
        return yi(getattr(project, field_of(name)))

    return Column(name, label, cell, css="num", width=110, sort=field_of(name), over="投资（亿元）",
                  total=lambda sums: yi(sums[name]))


def field_of(name: str) -> str:
    """The field behind a column of money."""
    return {"total": "total_investment", "plan": "plan_year", "done": "done_year"}[name]


@require_safe
def campaign_projects(request: HttpRequest, key: UUID) -> HttpResponse:
    """The list behind the figures of a campaign, those below it included, each project once."""
    where = standing(request)
    one = queries.campaign(request.user, key)
    on = queries.on_day(where.today, where.period)
    parts = [(part.value, part.zh) for part in CampaignPart if part in queries.GATES]
    grouped = [(each.code, each.name) for each in queries.definitions_below(one)]
    filters = [
        Filter("part", "进度", lambda q, values: q.filter(pk__in=queries.projects_of(
            request.user, one, on=on, part=values[0]).order_by().values("pk")), choices=parts),
        Filter("list", "清单", lambda q, values: q.filter(pk__in=queries.projects_of(
            request.user, one, on=on, definition=values[0]).order_by().values("pk")), choices=grouped),
    ]
    listing = Listing(request, queries.projects_of(request.user, one, on=on), columns(on), name="campaign-projects",
                      filters=filters, order=("-total_investment", "code"), unit="个", sums={
                          name: Sum(field_of(name)) for name in ("total", "plan", "done")})
    return render(request, "projects/campaign_projects.html", {"campaign": one, "list": listing, "on": on})


urlpatterns: list[URLPattern] = [
    path("campaigns/", campaign_list, name="campaigns"),
    path("campaigns/new/", campaign_new, name="campaign_new"),
    path("campaigns/<uuid:key>/", campaign, name="campaign"),
    path("campaigns/<uuid:key>/edit/", campaign_edit, name="campaign_edit"),
    path("campaigns/<uuid:key>/projects/", campaign_projects, name="campaign_projects"),
    *targets.urlpatterns, *campaign_checks.urlpatterns,
]
