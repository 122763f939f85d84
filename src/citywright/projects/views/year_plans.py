"""Which page? The year plan of an area: sums and curve, the projects and what can be done to them, the versions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, cast

from django.contrib import messages
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citywright.kernel import access, clock, periods
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.money import to_yi
from citywright.kernel.words import Role
from citywright.ui import charts
from citywright.ui.attempts import tried
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Group, Listing, View
from citywright.ui.templatetags.ui import day, t, wan

from ..actions import plans
from ..forms import year_plans as forms
from ..models import AnnualPlan
from ..queries import plan_versions, year_plans
from ..words import YearKind
from .plans import year_of
from .projects.change import XLSX

NAME = "projects:year_plan_rows"
#: More than this at once is refused, so that one slip does not move a whole city.
MOST = 500


class YearDesk:
    """The year plan as one request sees it: area, year, and what is worked out only when a page asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.by, self.here = request, cast(Person, request.user), standing(request)
        asked = request.POST.get("year") or request.GET.get("year", "")
        self.area, self.year = self.here.area, year_of(asked, self.here.period.year)

    @cached_property
    def lines(self) -> list[year_plans.Line]:
        return year_plans.lines(self.by, self.area, self.year)

    @cached_property
    def whole(self) -> year_plans.Tally:
        return year_plans.summed("", "合计", self.lines)

    @cached_property
    def categories(self) -> list[year_plans.Tally]:
        return year_plans.by_category(self.lines)

    @cached_property
    def units(self) -> list[year_plans.Tally]:
        return year_plans.by_unit(self.lines)

    @cached_property
    def versions(self) -> list[Any]:
        return plan_versions.versions(self.by, self.area, self.year)

    @cached_property
    def named(self) -> Any:
        """The version in force, in words."""
        return plan_versions.named(self.area, self.year)

    @property
    def years(self) -> list[int]:
        now = self.here.period.year
        return year_plans.years_of(self.by, self.area, self.year, now, now + 1)

    @property
    def fills(self) -> bool:
        """Whether the person writes plans at all."""
        return bool(access.roles(self.by) & {Role.CLERK, Role.REVIEWER, Role.OFFICE})

    @property
    def office(self) -> bool:
        return access.holds(self.by, Role.OFFICE, area=self.area)

    @property
    def chart(self) -> charts.Chart:
        """The whole plan, January to each month."""
        values = year_plans.curve(self.by, self.area, self.year)
        ends = [periods.last_of(date(self.year, number, 1)) for number in range(1, 13)]
        title = _("分月计划，自年初累计")
        series = [charts.Series(_("计划"), [(date(self.year, 1, 1), 0.0), *(
            (on, float(to_yi(amount))) for on, amount in zip(ends, values, strict=True))], "plan")]
        svg = charts.s_curve(series, unit="亿元", label=title, say=_, width=486, height=196)
        steps = [after - before for before, after in zip([values[0] * 0, *values], values, strict=False)]
        rows = [(_("%(month)s月") % {"month": n}, wan(step), wan(amount))
                for n, (step, amount) in enumerate(zip(steps, values, strict=True), 1)]
        heads = (_("月份"), _("当月计划"), _("累计计划"))
        return charts.Chart("year-plan", title, svg, heads, rows, _("未分月的按十二分之一计"))


@require_safe
def year_plan(request: HttpRequest) -> HttpResponse:
    """年度计划: sums by category and by unit, the curve of the whole plan, its versions."""
    desk = YearDesk(request)
    return render(request, "projects/year_plan.html", {"desk": desk, "kinds": list(YearKind),
                                                       "steps": year_plans.STEP_LABELS.items()})


def columns(year: int) -> list[Column]:
    """The columns of the list of plans; a row carries its `line`."""
    def name(row: Any) -> str:
        href = f"{reverse('projects:plan', args=[row.project.code])}?year={year}"
        return format_html('<a class="nm" href="{}" title="{}">{}</a>', href, row.project.name, row.project.name)

    return [
        Column("name", "项目", name, width=270, always=True),
        Column("unit", "责任单位", lambda r: r.line.unit, width=100, sort="project__lead_unit__position"),
        Column("category", "类别", lambda r: t(r.line.category[2]), width=90),
        Column("kind", "年度类型", lambda r: t(YearKind(r.kind)), width=76, sort="kind"),
        Column("total", "总投资", lambda r: wan(r.line.total), width=96, css="num", sort="project__total_investment",
               total=lambda s: wan(s["total"]), shown=False),
        Column("invest", "年度计划", lambda r: wan(r.invest_year), width=96, css="num", sort="invest_year",
               total=lambda s: wan(s["invest"])),
        Column("months", "分月合计", months_cell, width=96, css="num", total=lambda s: wan(s["parted"])),
        Column("start", "计划开工", lambda r: day(r.planned_start, "year"), width=110, sort="planned_start"),
        Column("finish", "计划竣工", lambda r: day(r.planned_finish, "year"), width=124, sort="planned_finish"),
        Column("step", "状态", step_cell, width=150),
    ]


def months_cell(row: Any) -> str:
    """The sum of the months; red with the gap when it is not the year's, — when the year is not parted."""
    if row.months_sum is None:
        return "—"
    if row.line.sums:
        return wan(row.months_sum)
    gap = row.months_sum - row.invest_year
    return format_html('<span class="neg">{} {}</span>', wan(row.months_sum), _("差 %(gap)s") % {"gap": wan(gap)})


def step_cell(row: Any) -> str:
    """Where the plan stands; a returned one with the reason, a frozen one with its version."""
    line = row.line
    words = t(year_plans.STEP_LABELS[line.step])
    if line.step == year_plans.FROZEN:
        tail = _("第 %(number)s 版") % {"number": line.version} if line.version else ""
        return format_html("{} {}", words, tail)
    if line.reason:
        return format_html('<span class="neg" title="{}">{}：{}</span>', line.reason, words, line.reason)
    return words


def filters(rows: QuerySet[Any]) -> list[Filter]:
    """The filters of the list of plans."""
    def units() -> list[tuple[str, str]]:
        return list(rows.order_by("project__lead_unit__position", "project__lead_unit__code").values_list(
            "project__lead_unit__code", "project__lead_unit__short_name").distinct())

    def categories() -> list[tuple[str, str]]:
        return list(dict.fromkeys(rows.order_by("project__category__position").values_list(
            "project__category__code", "project__category__name").distinct()))

    def of_category(q: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        return q.filter(Q(project__category__code__in=values) | Q(project__category__parent__code__in=values))

    return [
        Filter("step", "状态", lambda q, values: q.filter(step__in=values),
               choices=list(year_plans.STEP_LABELS.items())),
        Filter("unit", "责任单位", lambda q, values: q.filter(project__lead_unit__code__in=values), choices=units),
        Filter("category", "类别", of_category, choices=categories),
        Filter("kind", "年度类型", lambda q, values: q.filter(kind__in=values), choices=YearKind.choices()),
        Filter("q", "名称", lambda q, values: q.filter(project__name__icontains=values[0][:60]), offered=False),
    ]


#: The tabs everybody has.
VIEWS = (View("全部", ""), View("草稿", "step=draft"), View("已送审", "step=submitted"), View("已审", "step=reviewed"),
         View("退回", "step=returned"), View("已冻结", "step=frozen"))


def listing_of(desk: YearDesk) -> Listing:
    """The plans of the year, by unit and code."""
    rows = year_plans.rows_of(desk.by, desk.area, desk.year)

    def enrich(found: list[Any]) -> None:
        for row in found:
            row.line = year_plans.line_of(desk.by, row)

    tail = f"&year={desk.year}" if desk.request.GET.get("year") else ""
    views = [View(v.name, v.query + tail if v.query else tail.lstrip("&")) for v in VIEWS]
    group = Group("unit", "责任单位", ("project__lead_unit__short_name",),
                  lambda values: str(values.get("project__lead_unit__short_name", "")),
                  order=("project__lead_unit__position", "project__lead_unit__short_name"))
    return Listing(desk.request, rows, columns(desk.year), name=NAME, pick=desk.fills, enrich=enrich, groups=[group],
                   filters=filters(rows), per_page=100,
                   sums={"invest": Sum("invest_year"), "total": Sum("project__total_investment"),
                         "parted": Sum("months_sum")},
                   order=("project__lead_unit__position", "project__lead_unit__code", "project__code"),
                   views=[*views, *saved_views(desk.by, NAME)])


@require_safe
def year_plan_rows(request: HttpRequest) -> HttpResponse:
    """The projects of the year plan, each with its step, to be picked."""
    desk = YearDesk(request)
    listing = listing_of(desk)
    may = {verb for row in listing.rows for verb in row.line.may}
    return render(request, "projects/year_plan_rows.html", {"desk": desk, "list": listing, "may": may})


def picked(desk: YearDesk) -> list[AnnualPlan]:
    """The picked plans; refused when there are none, or too many at once."""
    keys = desk.request.POST.getlist("pick")
    if not keys or len(keys) > MOST:
        raise plans.CannotPlan("请选1至%(most)s个项目的计划", most=MOST)
    return year_plans.picked(desk.by, desk.area, desk.year, keys)


def bulk(verb: str, found: Sequence[AnnualPlan], request: HttpRequest, by: Person) -> str:
    """The act is done to all of them; answers what is said afterwards."""
    at, text = clock.now(), request.POST.get("text", "").replace("\0", "").strip()[:300]
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "submit": (lambda: plans.submit(plans=found, by=by, at=at), "已送审 %(count)s 个项目的计划"),
        "review": (lambda: plans.review(plans=found, by=by, at=at), "已审核 %(count)s 个项目的计划"),
        "return": (lambda: plans.send_back(plans=found, reason=text, by=by, at=at), "已退回 %(count)s 个项目的计划"),
        "freeze": (lambda: plans.freeze(plans=found, by=by, at=at, approved_doc=text[:80], reviewed=True),
                   "已冻结 %(count)s 个项目的计划"),
    }
    if verb not in acts:
        raise CannotReach("没有这个动作")
    act, said = acts[verb]
    act()
    return _(said) % {"count": len(found)}


@require_POST
def year_plan_act(request: HttpRequest, verb: str) -> HttpResponse:
    """送审, 审核, 退回, 冻结 of the picked plans: all of them, or none."""
    desk = YearDesk(request)
    messages.success(request, bulk(verb, picked(desk), request, desk.by))
    return redirect(f"{reverse(NAME)}?year={desk.year}")


@require_POST
def year_plan_adjust(request: HttpRequest) -> HttpResponse:
    """调整: the picked frozen plans with their new amounts and days, in one version; seen once before it is done."""
    desk = YearDesk(request)
    found = picked(desk)
    table = forms.AdjustTable(found, request.POST if "doc_no" in request.POST else None)
    refusal: Refusal | None = None
    if table.is_bound and table.is_valid():
        version, refusal = tried(lambda: plans.adjust(changes=table.changes, by=desk.by, at=clock.now(), **table.paper))
        if refusal is None:
            messages.success(request, _("计划已调整，另立新版"))
            return redirect("projects:plan_version", key=version.pk)
    elif not table.is_bound:
        access.require(desk.by, Role.OFFICE, area=desk.area)
    status = 409 if refusal else 422 if table.is_bound else 200
    return render(request, "projects/year_plan_adjust.html", {"desk": desk, "table": table, "refusal": refusal},
                  status=status)


@require_safe
def year_plan_export(request: HttpRequest) -> HttpResponse:
    """导出: the year plan as the issued table."""
    desk = YearDesk(request)
    lines = year_plans.lines(desk.by, desk.area, desk.year, months=True)
    content = plans.export_plan(lines=lines, area=desk.area, year=desk.year, named=desk.named, by=desk.by,
                                at=clock.now())
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="plan-{desk.area.code}-{desk.year}.xlsx"'
    return response


@require_safe
def plan_version(request: HttpRequest, key: int) -> HttpResponse:
    """One frozen version and its difference from the one before, project by project."""
    by = cast(Person, request.user)
    found = plan_versions.one(by, key)
    before, after = plan_versions.neighbours(found)
    rows = plan_versions.differences(by, found)
    context = {"version": found, "before": before, "after": after, "rows": rows,
               "changed": [row for row in rows if row.before], "entered": [row for row in rows if not row.before],
               "entered_sum": sum(row.plan.invest_year for row in rows if not row.before),
               "changed_by": sum(row.by for row in rows if row.before),
               "totals": plan_versions.totals(found), "totals_before": plan_versions.totals(before) if before else None}
    return render(request, "projects/plan_version.html", context)


urlpatterns: list[URLPattern] = [
    path("plans/", year_plan, name="year_plan"),
    path("plans/projects/", year_plan_rows, name="year_plan_rows"),
    path("plans/adjust/", year_plan_adjust, name="year_plan_adjust"),
    path("plans/export/", year_plan_export, name="year_plan_export"),
    path("plans/versions/<int:key>/", plan_version, name="plan_version"),
    path("plans/acts/<slug:verb>/", year_plan_act, name="year_plan_act"),
]
