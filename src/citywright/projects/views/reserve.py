"""Which page? The reserve: its funnel, its projects, their scores, the rounds in which they are handed in."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.money import to_yi
from citywright.kernel.words import Role
from citywright.ui import charts, funnels
from citywright.ui.attempts import attempt, status
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Listing, View
from citywright.ui.templatetags.ui import day, t, wan, yi

from ..actions import reserve as actions
from ..actions.reserve.scoring import REVIEWERS
from ..forms import reserve as forms
from ..queries import ledger, reserve
from ..rules import reserve as rules
from ..words import Gate
from . import submissions

NAME = "projects:reserve_rows"
#: The gate that a project of each stage passes next.
NEXT = {rules.IDEA: Gate.G1, "none": Gate.G1A, "plan_book": Gate.G1B, "schedule_book": Gate.G1C, "drawings": Gate.G2}


class Desk:
    """The reserve as one request sees it; everything is worked out when a page asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.by, self.here = request, cast(Person, request.user), standing(request)
        self.area, self.today = self.here.area, self.here.today

    @cached_property
    def bands(self) -> list[reserve.Band]:
        return reserve.bands(self.by, self.area)

    @cached_property
    def whole(self) -> reserve.Band:
        return reserve.whole_of(self.bands)

    @cached_property
    def quarters(self) -> list[rules.Quarter]:
        return reserve.flow(self.by, self.area, self.today)

    @cached_property
    def dry(self) -> list[rules.Dry]:
        return rules.dry_stages(self.quarters)

    @cached_property
    def need(self) -> reserve.Need | None:
        return reserve.need(self.by, self.area, self.here.period.year)

    @cached_property
    def fresh(self) -> tuple[int, int]:
        return reserve.freshness(self.by, self.area, self.today)

    @cached_property
    def alike(self) -> list[Any]:
        return reserve.alike(self.by, self.area)

    @cached_property
    def sheets(self) -> list[Any]:
        return reserve.sheets(self.area)

    @cached_property
    def sheet(self) -> Any:
        """The sheet in force."""
        return reserve.sheet_in_force(self.sheets)

    @property
    def scores(self) -> bool:
        """Whether the person gives scores at all."""
        return any(access.holds(self.by, role, area=self.area) for role in REVIEWERS)

    @property
    def leads(self) -> bool:
        """Whether the person sets sheets and opens rounds for the area."""
        return any(access.holds(self.by, role, area=self.area) for role in (Role.OFFICE, Role.CITY))

    @property
    def multiple(self) -> Any:
        """储备倍数 of the reserve itself (谋划 left out) against the need; None without one."""
        money = sum((cell.money for stage, cell in self.whole.cells.items() if stage != rules.IDEA), start=0)
        return money / self.need.money if self.need and self.need.money else None

    @property
    def funnel(self) -> charts.Chart:
        """The stages with what came in and left this quarter."""
        now, dry = self.quarters[-1], {one.stage for one in self.dry}
        levels = [funnels.Level(_(rules.STAGE_LABELS[stage]), now.stock[stage], _("本季 +%(into)s −%(out)s") % {
            "into": now.into[stage], "out": now.out[stage]}, bad=stage in dry) for stage in rules.STAGES]
        title = _("各阶段在库")
        return charts.Chart("reserve-funnel", title, funnels.funnel(levels, label=title, width=588),
                            (_("阶段"), _("在库"), _("本季进"), _("本季出")),
                            [(level.name, level.count, now.into[stage], now.out[stage])
                             for stage, level in zip(rules.STAGES, levels, strict=True)])

    @property
    def stock(self) -> charts.Chart:
        """Money of each stage against what next year needs."""
        stocks = [funnels.Stock(_(rules.STAGE_LABELS[stage]), float(to_yi(cell.money)), yi(cell.money))
                  for stage, cell in self.whole.cells.items()]
        need = float(to_yi(self.need.money)) if self.need else None
        words = _("需要 %(yi)s 亿元") % {"yi": yi(self.need.money)} if self.need else ""
        title = _("各阶段总投资与明年所需")
        return charts.Chart("reserve-stock", title,
                            funnels.stock_bars(stocks, need=need, need_words=words, label=title, unit=_("亿元"),
                                               width=588),
                            (_("阶段"), _("个数"), _("总投资（万元）")),
                            [(_(rules.STAGE_LABELS[stage]), cell.count, wan(cell.money))
                             for stage, cell in self.whole.cells.items()], t(self.need.said) if self.need else "")

    @property
    def flows(self) -> list[tuple[str, list[int]]]:
        """The rows of the table of flow: what it is called, and its number in each quarter."""
        rows = [(_("新谋划"), [q.entered for q in self.quarters])]
        rows += [(_("进入%(stage)s") % {"stage": _(rules.STAGE_LABELS[stage])}, [q.into[stage] for q in self.quarters])
                 for stage in rules.STAGES[1:]]
        rows += [(_("转立项签约"), [q.committed for q in self.quarters]),
                 (_("退库"), [q.dropped for q in self.quarters]),
                 (_("期末在库"), [q.whole for q in self.quarters])]
        return rows


@require_safe
def pool(request: HttpRequest) -> HttpResponse:
    """储备: what stands in it, what flows through it, what next year needs of it."""
    desk = Desk(request)
    return render(request, "projects/reserve.html", {
        "desk": desk, "stages": rules.STAGE_LABELS.items(), "fresh_days": rules.FRESH_DAYS,
        "labels": [_("%(year)s年%(number)s季度") % {"year": y, "number": n} for y, n in
                   (quarter.label for quarter in desk.quarters)]})


def columns(desk: Desk) -> list[Column]:
    """The columns of the list of the pool."""
    stale = reserve.fresh_since(desk.today)

    def name(row: Any) -> str:
        return format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse("projects:project", args=[row.code]),
                           row.name, row.name)

    def updated(row: Any) -> str:
        shown = day(row.updated_at, "year")
        return shown if row.updated_at >= stale else format_html('<span class="neg">{}</span>', shown)

    def following(row: Any) -> str:
        gate = NEXT[rules.maturity_of(row.verified_rank)]
        words = t(gate)
        if row.claimed_rank and row.claimed_rank > (row.verified_rank or 0):
            return format_html('<span class="badge badge--c">{}</span>', _("待核验"))
        return format_html('<a href="{}">{}</a>', reverse("projects:gate_claim", args=[row.code, gate.value]), words)

    def scored(row: Any) -> str:
        if row.score is None:
            return "—"
        return format_html('<a href="{}">{}</a>', reverse("projects:reserve_score", args=[row.code]),
                           f"{row.score:.2f}")

    return [
        Column("name", "项目", name, width=270, always=True),
        Column("unit", "责任单位", lambda r: r.lead_unit.short_name, width=100, sort="lead_unit__position"),
        Column("category", "类别", lambda r: t(r.category.name), width=110, sort="category__position"),
        Column("stage", "成熟度", lambda r: t(rules.STAGE_LABELS[rules.maturity_of(r.verified_rank)]), width=130,
               sort="verified_rank"),
        Column("total", "总投资", lambda r: wan(r.total_investment), width=100, css="num", sort="total_investment",
               total=lambda s: wan(s["total"])),
        Column("updated", "最近更新", updated, width=110, sort="updated_at"),
        Column("score", "评分", scored, width=70, css="num", sort="score"),
        Column("next", "下一关口", following, width=110),
    ]


def filters(rows: QuerySet[Any], desk: Desk) -> list[Filter]:
    """The filters of the list of the pool."""
    ranks = {stage: (9 + place, 10 + place) for place, stage in enumerate(rules.STAGES)}

    def at_stage(q: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        wanted = Q(pk__isnull=True)
        for value in values:
            if value == rules.IDEA:
                wanted |= Q(verified_rank__isnull=True) | Q(verified_rank__lt=10)
            elif value in ranks:
                wanted |= Q(verified_rank=ranks[value][0])
        return q.filter(wanted)

    def units() -> list[tuple[str, str]]:
        return list(rows.order_by("lead_unit__position", "lead_unit__code").values_list(
            "lead_unit__code", "lead_unit__short_name").distinct())

    def categories() -> list[tuple[str, str]]:
        return list(dict.fromkeys(rows.order_by("category__position").values_list(
            "category__code", "category__name").distinct()))

    def of_category(q: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        return q.filter(Q(category__code__in=values) | Q(category__parent__code__in=values))

    since = reserve.fresh_since(desk.today)
    return [
        Filter("stage", "成熟度", at_stage, choices=list(rules.STAGE_LABELS.items())),
        Filter("category", "类别", of_category, choices=categories),
        Filter("unit", "责任单位", lambda q, values: q.filter(lead_unit__code__in=values), choices=units),
        Filter("fresh", "更新", lambda q, values: q.filter(updated_at__lt=since) if "0" in values
               else q.filter(updated_at__gte=since), choices=[("1", "90 天内"), ("0", "超过 90 天")]),
    ]


#: The tabs everybody has.
VIEWS = (View("全部在库", ""), View("谋划", "stage=idea"), View("储备", "stage=none,plan_book,schedule_book,drawings"),
         View("超过 90 天未更新", "fresh=0"))


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The projects of the pool, the largest first, each with what it needs next."""
    desk = Desk(request)
    found = reserve.with_scores(reserve.with_updates(reserve.pool(desk.by, desk.area)), desk.sheet).select_related(
        "lead_unit", "category")
    listing = Listing(request, found, columns(desk), name=NAME, filters=filters(found, desk), per_page=50,
                      sums={"total": Sum("total_investment")}, order=("-total_investment", "code"),
                      views=[*VIEWS, *saved_views(desk.by, NAME)])
    return render(request, "projects/reserve_rows.html", {"desk": desk, "list": listing})


@require_safe
def scores(request: HttpRequest) -> HttpResponse:
    """评分: projects and units by their mean on the sheet in force, and those still without a score."""
    desk = Desk(request)
    found = reserve.ranking(desk.by, desk.area, desk.sheet)
    scored = [one.row.pk for one in found]
    waiting = reserve.pool(desk.by, desk.area).exclude(pk__in=scored).select_related("lead_unit").order_by(
        "-total_investment", "code")
    return render(request, "projects/reserve_scores.html", {
        "desk": desk, "found": found, "units": reserve.unit_ranking(found), "waiting": waiting[:20],
        "waiting_count": waiting.count()})


@require_http_methods(["GET", "POST"])
def score(request: HttpRequest, code: str) -> HttpResponse:
    """One project's scores: everybody's, and mine to give."""
    desk = Desk(request)
    project = ledger.project(desk.by, code)
    sheet = reserve.sheet_in_force(reserve.sheets(project.area))
    given = reserve.scorings(project, sheet)
    own = next((one for one in given if one.in_force and one.reviewer_id == desk.by.pk), None)
    gives = sheet and any(access.holds(desk.by, role, area=project.area) for role in REVIEWERS)
    form = forms.ScoreForm(request.POST or None, sheet=sheet, before=own) if gives and sheet else None
    if request.method == "POST" and form is None:
        raise CannotReach("您不能给这个项目评分")
    refusal: Refusal | None = None
    if form is not None and request.method == "POST" and form.is_valid():
        refusal = attempt(request, lambda: actions.score(
            sheet=form.sheet, project=project, points=form.points, note=form.cleaned_data["note"], by=desk.by,
            at=clock.now()), "评分已登记")
        if refusal is None:
            return redirect("projects:reserve_score", code=code)
    totals = [one.total for one in given if one.in_force]
    return render(request, "projects/reserve_score.html", {
        "desk": desk, "project": project, "sheet": sheet, "given": given, "form": form, "refusal": refusal,
        "mean": sum(totals) / len(totals) if totals else None, "spread": max(totals) - min(totals) if totals else None,
    }, status=status(request, refusal))


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """评分表: the version in force, those before, and the next one."""
    desk = Desk(request)
    if request.method == "POST" and not desk.leads:
        raise CannotReach("只有项目办可以修改评分表")
    own = [one for one in desk.sheets if one.area_id == desk.area.pk]
    table = forms.SheetTable(request.POST or None, reserve.sheet_in_force(own) or desk.sheet)
    refusal: Refusal | None = None
    if table.is_bound and table.is_valid():
        refusal = attempt(request, lambda: actions.set_sheet(area=desk.area, items=table.items, by=desk.by,
                                                             at=clock.now()), "评分表已启用新版")
        if refusal is None:
            return redirect("projects:score_sheet")
    return render(request, "projects/score_sheet.html", {"desk": desk, "table": table, "refusal": refusal},
                  status=status(request, refusal))


urlpatterns: list[URLPattern] = [
    path("reserve/", pool, name="reserve"),
    path("reserve/projects/", rows, name="reserve_rows"),
    path("reserve/scores/", scores, name="reserve_scores"),
    path("reserve/scores/<str:code>/", score, name="reserve_score"),
    path("reserve/sheet/", sheet, name="score_sheet"),
    *submissions.urlpatterns,
]
