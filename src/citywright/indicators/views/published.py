"""Which page? What was published, with its source, and what the ledger counts beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import Standing, standing
from citywright.kernel.models import Person
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Group, Listing, View
from citywright.ui.templatetags.ui import NONE, english, t

from ..models import PublishedFigure
from ..queries import published as asked
from ..queries import relations
from ..queries.published import Beside
from ..queries.reading import scope_of
from ..rules import bound, intervals, published, units
from ..words import Qualifier
from .judged import shown_judgement, unit_words

NAME = "indicators:published"
VIEWS = (View("全部数据", ""), View("目标与计划", "kind=target,plan"), View("实绩与现状", "kind=result,status"),
         View("几处重复", "repeated=1"), View("台账可参照", "beside=1"))


def value_words(row: PublishedFigure) -> str:
    """The figure as people of the reader's language write it."""
    seen = asked.seen(row)
    return published.english(seen) if english() else published.chinese(seen)


def columns(beside: Mapping[str, Beside]) -> list[Column]:
    """The columns of the table of published figures."""
    return [
        Column("metric", "公布指标", lambda r: format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse(
            "indicators:published_figure", args=[r.code]), r.metric, r.metric), width=230, always=True, sort="metric"),
        Column("value", "公布数值", value_words, width=130, css="num"),
        Column("beside", "台账", lambda r: beside_cell(beside.get(r.code)), width=130, css="num"),
        Column("subject", "公布主体", lambda r: r.subject, width=160, css="apart", sort="subject"),
        Column("period", "期间", lambda r: r.period or NONE, width=90, sort="period"),
        Column("kind", "性质", lambda r: t(published.KIND_LABELS[r.kind]), width=60),
        Column("topic", "领域", lambda r: t(published.TOPIC_LABELS.get(r.topic, "")), width=110, sort="topic"),
        Column("source", "出处", lambda r: t(r.source), width=180, sort="source"),
        Column("code", "编号", lambda r: r.code, width=76, sort="code", shown=False),
        Column("location", "地点", lambda r: r.location, width=90, shown=False),
    ]


def beside_cell(found: Beside | None) -> str:
    """The ledger's own value with its unit, marked 参照 when it speaks of another area."""
    if found is None or found.value.value is None:
        return ""
    one = found.value.indicator
    told = format_html('<a href="{}">{} {}</a>', reverse("indicators:indicator", args=[one.code]), found.value.shown,
                       t(one.unit))
    return told if found.comparable else format_html('<span class="mut">{}</span> {}', _("参照"), told)


def filters(rows: QuerySet[PublishedFigure], beside: Mapping[str, Beside]) -> list[Filter]:
    """The filters of the table."""
    def choices(field: str) -> list[tuple[str, str]]:
        return [(value, value) for value in rows.order_by(field).values_list(field, flat=True).distinct() if value]

    return [
        Filter("subject", "公布主体", lambda q, v: q.filter(subject__in=v), choices=lambda: choices("subject")),
        Filter("topic", "领域", lambda q, v: q.filter(topic__in=v), choices=list(published.TOPIC_LABELS.items())),
        Filter("kind", "性质", lambda q, v: q.filter(kind__in=v), choices=list(published.KIND_LABELS.items())),
        Filter("source", "出处", lambda q, v: q.filter(source__in=v), choices=lambda: choices("source")),
        Filter("year", "年度", lambda q, v: q.filter(starting(v)), choices=[(y, y) for y in ("2023", "2024", "2026")]),
        Filter("repeated", "重复", lambda q, v: q.exclude(same_as=""), choices=[("1", "几处写到")], offered=False),
        Filter("beside", "台账", lambda q, v: q.filter(code__in=list(beside)), choices=[("1", "台账可参照")],
               offered=False),
        Filter("weak", "称谓数", lambda q, v: q.filter(is_weak="1" in v), offered=False,
               choices=[("0", "不含称谓数"), ("1", "只看称谓数")]),
    ]


def starting(years: list[str]) -> Q:
    """Periods that begin in one of the years."""
    found = Q()
    for year in years:
        found |= Q(period__startswith=year[:4])
    return found


GROUPS = (Group("topic", "按领域", ("topic",), lambda v: t(published.TOPIC_LABELS.get(v.get("topic") or "", ""))),
          Group("subject", "按主体", ("subject",), lambda v: str(v.get("subject") or "")))


def beside_of(request: HttpRequest, here: Standing) -> dict[str, Beside]:
    """What the ledger counts beside the figures; nothing while the lake cannot be read."""
    try:
        return asked.beside(scope_of(request.user, here.area), here.area, here.period)
    except CannotReach:
        raise
    except Refusal:
        return {}


@require_safe
def published_list(request: HttpRequest) -> HttpResponse:
    """已公布数据: every figure with its value as people write it, its source, and the ledger's own beside it."""
    here = standing(request)
    rows, beside = asked.visible_to(request.user), beside_of(request, here)
    listing = Listing(request, rows, columns(beside), name=NAME, filters=filters(rows, beside), groups=GROUPS,
                      order=("source_day", "code"), per_page=50, unit="条数据",
                      views=[*VIEWS, *saved_views(cast(Person, request.user), NAME)])
    return render(request, "indicators/published_list.html", {"list": listing, "here": here})


@require_safe
def published_figure(request: HttpRequest, code: str) -> HttpResponse:
    """One published figure: what it says, where it stands again, which relations it takes part in."""
    here = standing(request)
    row = asked.figure(request.user, code)
    judged = relations.judged(relations.taking_part(row.code, row.same_as))
    return render(request, "indicators/published_figure.html", {
        "row": row, "here": here, "value": value_words(row), "as_range": as_range(row),
        "kind": published.KIND_LABELS[row.kind], "qualifier": Qualifier(row.qualifier),
        "topic": published.TOPIC_LABELS.get(row.topic, ""),
        "repeats": [(other, value_words(other)) for other in asked.repeats(request.user, row)],
        "judged": [shown_judgement(one) for one in judged], "beside": beside_of(request, here).get(row.code)})


def as_range(row: PublishedFigure) -> str:
    """How the checker reads the figure: a floor, a ceiling, a range, or the number with its rounding."""
    seen: Any = asked.seen(row)
    if row.value is None:
        return ""
    read = intervals.read(seen.value, row.unit, bound.meant(seen), seen.value_max)
    by, unit = (100, "%") if row.unit == "%" else (1, unit_words(row.unit))
    ends = [NONE if end is None else units.rounded(end * by, 4) for end in (read.low, read.high)]
    if read.exact:
        return f"= {ends[0]} {unit}".strip()
    if read.high is None:
        return f"≥ {ends[0]} {unit}".strip()
    if read.low is None or (read.low == 0 and read.high == read.mid):
        return f"≤ {ends[1]} {unit}".strip()
    return f"{ends[0]}–{ends[1]} {unit}".strip()


urlpatterns: list[URLPattern] = [
    path("published/", published_list, name="published"),
    path("published/<str:code>/", published_figure, name="published_figure"),
]
