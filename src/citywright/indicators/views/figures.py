"""One indicator: what it means, its value and its run, the rows behind it; all indicators; the tables of the lake."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citywright.kernel import clock, periods
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import Standing, say, standing
from citywright.kernel.models import Person
from citywright.ui import charts, trends
from citywright.ui.templatetags.ui import t

from ..actions import exports
from ..catalogue import CATALOGUE, SUBJECTS, Indicator
from ..queries import behind, boards, conversions, tables
from ..queries.reading import scope_of
from .boards import sent

PER_PAGE = 50
#: Breakdowns as tabs.
BY_LABELS = {"unit": "按责任单位", "category": "按类别", "area": "按区划"}


def indicator_of(code: str) -> Indicator:
    """The indicator, or no such page."""
    if code not in CATALOGUE:
        raise Http404
    return CATALOGUE[code]


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """指标目录: every indicator with its formula."""
    return render(request, "indicators/catalogue.html", {
        "here": standing(request), "subjects": SUBJECTS, "count": len(CATALOGUE)})


@require_safe
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """口径 of one indicator with its value now, its run, its parts by unit, category or area, and the SQL."""
    one, here, fault = indicator_of(code), standing(request), ""
    scope, found = scope_of(request.user, here.area), {}
    by = request.GET.get("by", "unit")
    by = by if by in BY_LABELS else "unit"
    try:
        figure = boards.figures([code], scope, here.area, here.period)[0]
        shares = [(share, boards.amount_words(one, share.value.numerator),
                   boards.amount_words(one, share.value.denominator) if one.bottom else "")
                  for share in behind.breakdown(code, by, scope, here.period)]
        found = {"figure": figure, "shares": shares, "sql": behind.sql(code, scope, here.period),
                 "chart": run_of(one, figure, here), "reached": conversions.reached(code, scope, here.period)}
    except CannotReach:
        raise
    except Refusal as refused:
        fault = say(refused.said)
    return render(request, "indicators/indicator.html", {
        "one": one, "here": here, "fault": fault, "by": by, "tabs": BY_LABELS, "engine": tables.engine_name(), **found})


def run_of(one: Indicator, figure: boards.Figure, here: Standing) -> charts.Chart:
    """The last twelve months as a picture with its table."""
    months = periods.between(periods.shifted(here.period, 1 - len(figure.spark)), here.period)
    points = [(month, None if value is None else round(float(value), max(one.decimals, 2)))
              for month, value in zip(months, figure.spark, strict=True)]
    title = _("%(label)s，近十二个月") % {"label": t(one.label)}
    return charts.Chart("run", title, trends.trend(points, unit=t(one.unit), label=title, say=_),
                        [_("月份"), t(one.unit) or _("数值")],
                        [[periods.label(month), "—" if value is None else value] for month, value in points])


@require_safe
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """The rows behind a figure, from the same files by the same expression; or all of them as a sheet."""
    one, here = indicator_of(code), standing(request)
    part = "denominator" if request.GET.get("part") == "denominator" and one.bottom else "numerator"
    page = request.GET.get("page", "1")
    number = min(int(page), 100_000) if page.isdecimal() and int(page) > 0 else 1
    scope, form = scope_of(request.user, here.area), request.GET.get("form", "")
    unit = request.GET.get("unit", "").replace("\0", "")[:32]
    if form:
        return exported(request, one, part, form)
    found, fault = None, ""
    try:
        found = behind.listed(code, part, scope, here.period, first=(number - 1) * PER_PAGE, most=PER_PAGE, unit=unit)
    except CannotReach:
        raise
    except Refusal as refused:
        fault = say(refused.said)
    return render(request, "indicators/rows.html", {
        "one": one, "here": here, "part": part, "found": found, "fault": fault, "unit": unit,
        **(lines_of(one, found, number) if found else {})})


def lines_of(one: Indicator, found: behind.Behind, number: int) -> dict[str, Any]:
    """The rows as cells, the sum, and the pages before and after."""
    names = [name for name, _ in one.listed]
    last = (number - 1) * PER_PAGE + len(found.rows)
    return {"heads": [head for _, head in one.listed], "first": (number - 1) * PER_PAGE + 1 if found.rows else 0,
            "last": last, "before": number - 1 if number > 1 else 0, "after": number + 1 if last < found.count else 0,
            "lines": [([row[name] for name in names], behind.shown_amount(one, row[behind.AMOUNT]))
                      for row in found.rows],
            "total": behind.shown_amount(one, found.total)}


def exported(request: HttpRequest, one: Indicator, part: str, form: str) -> HttpResponse:
    """All rows of the part as a sheet."""
    here, by = standing(request), cast(Person, request.user)
    form = exports.XLSX if form == exports.XLSX else exports.CSV
    found = behind.listed(one.code, part, scope_of(by, here.area), here.period)
    title = f"{here.area.name} {periods.label(here.period)} {t(one.label)}"
    head = [*(_(head) for _name, head in one.listed), _("金额（万元）") if one.money else _("计数")]
    rows = [[*(row[name] for name, _head in one.listed), behind.shown_amount(one, row[behind.AMOUNT])]
            for row in found.rows]
    return sent(exports.export(title=title, head=head, rows=rows, form=form, area=here.area, by=by, at=clock.now()),
                title, form)


@require_safe
def lake(request: HttpRequest) -> HttpResponse:
    """数据目录: the fact tables, what one row is, how fresh they are, what is missing."""
    here = standing(request)
    return render(request, "indicators/lake.html", {
        "here": here, "tables": tables.tables(here.area.path), "engine": tables.engine_name()})


urlpatterns: list[URLPattern] = [
    path("indicators/catalogue/", catalogue, name="catalogue"),
    path("indicators/<slug:code>/", indicator, name="indicator"),
    path("indicators/<slug:code>/list/", rows, name="rows"),
    path("lake/", lake, name="lake"),
]
