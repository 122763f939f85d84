"""Pages: one project, its sheet (一页纸), and all that ever happened to it (经过)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from citywright.kernel import access, clock, periods
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.money import WAN_PER_YI
from citywright.kernel.words import Lamp
from citywright.ui import charts, panels
from citywright.ui.templatetags.ui import MONTHS, SHAPES, day, english, pct, wan

from ...actions.sheets import watermark
from ...models import Problem
from ...queries import way
from ...queries.page import LampLine, Node, ProjectPage
from ...queries.places import EDITORS
from ...rules import rates
from ...rules.curves import Forecast
from ...rules.lists import ASKERS
from ...words import FundingType, Source, YearKind
from . import columns

LINES_SHOWN = 7
#: How many milestones are drawn, and how many of them stand before the first unfinished one.
NODES_DRAWN, NODES_BEFORE = 11, 3
#: Amounts from here on (万元) are drawn in 亿元.
DRAWN_IN_YI = Decimal(10_000)


@dataclass(frozen=True)
class Fact:
    """One figure of the line under the head: what it is, its value, where it leads."""

    label: str
    value: str
    href: str = ""
    behind: bool = False


class Face:
    """What the templates of a project ask for: `page` (what is known) and how it is shown."""

    def __init__(self, request: HttpRequest, code: str) -> None:
        self.request = request
        self.page = ProjectPage(request.user, code, standing(request))
        self.project = self.page.project

    @property
    def kind_words(self) -> str:
        """Category, year kind, funding, unit, as the head tells them."""
        plan, project = self.page.plan, self.project
        told = [_(project.category.name), _(YearKind(plan.kind).zh) if plan else "",
                _(FundingType(project.funding_type).zh), project.lead_unit.name]
        return _("，").join(part for part in told if part)

    @property
    def deciding(self) -> str:
        """灯 of the head: the dimensions that decide it."""
        return _("、").join(_(dimension.zh) for dimension in self.page.deciding)

    @property
    def months_words(self) -> str:
        """1–3月 of the month in force."""
        return columns.months_of(self.page.standing.period)

    # --- figures

    @cached_property
    def facts(self) -> list[Fact]:
        """The line of key figures; each leads to its definition or its part of the page."""
        page, plan, done = self.page, self.page.plan, self.page.dispatch
        total = page.done_total
        facts = [
            Fact(_("总投资"), amount(self.project.total_investment), "/definitions/TOTAL/"),
            Fact(_("%(year)s 年计划") % {"year": page.standing.period.year}, amount(plan.invest_year if plan else None),
                 "/definitions/PLAN/"),
            Fact(_("%(months)s完成（调度）") % {"months": self.months_words}, amount(done.year if done else None),
                 "/definitions/INV_SUM/"),
            Fact(_("完成率"), percent(page.pace.rate if page.pace else None), "/definitions/INV_DONE/"),
            Fact(_("与时序比"), lead(page.pace), "/definitions/INV_PACE/", is_behind(page.pace)),
            Fact(_("开工以来累计"), amount(total), "#money"),
        ]
        return facts + self._gap() + self._next()

    def _gap(self) -> list[Fact]:
        gap = self.page.gap
        if gap is None:
            return [Fact(_("口径差"), "—", "/definitions/INV_STAT_GAP/")]
        text = _("调度高于统计 %(percent)s%%") if gap.share > 0 else _("调度低于统计 %(percent)s%%")
        words = text % {"percent": pct(abs(gap.share))} if gap.share else _("两口径一致")
        return [Fact(_("口径差（%(month)s）") % {"month": short_month(gap.period)}, words, "#money")]

    def _next(self) -> list[Fact]:
        node = self.page.next_node
        return [Fact(_("下一节点"), f"{node[0].name} {day(node[1])}" if node else "—", "#nodes")]

    # --- pictures

    @cached_property
    def curve(self) -> charts.Chart:
        """累计投资: plan, dispatch, statistics, forecast."""
        page = self.page
        unit, dispatch = page.money.get(Source.UNIT, []), page.money.get(Source.STAT, [])
        plan = page.planned_curve
        largest = max([value for _on, value in plan] + [one.total for one in unit] + [Decimal(0)])
        scale, unit_words = (WAN_PER_YI, _("亿元")) if largest >= DRAWN_IN_YI else (Decimal(1), _("万元"))
        ahead = page.forecast
        lines = [
            charts.Series(_("计划"), scaled(plan, scale), "plan"),
            charts.Series(_("调度"), scaled([(periods.last_of(m.period), m.total) for m in unit], scale), "dispatch"),
            charts.Series(_("统计"), scaled([(periods.last_of(m.period), m.total) for m in dispatch], scale),
                          "statistics"),
            charts.Series(_("预计"), scaled(ahead.points if ahead else (), scale), "forecast"),
        ]
        at = periods.last_of(unit[-1].period) if unit else None
        title = _("累计投资：计划、调度、统计")
        svg = charts.s_curve([line for line in lines if line.values], as_of=at, unit=unit_words, label=title, say=_)
        note = _("%(unit)s，截至 %(day)s") % {"unit": unit_words, "day": day(page.as_of)} + forecast_words(ahead)
        return charts.Chart("curve", title, svg, [_("月份"), _("计划"), _("调度"), _("统计"), _("预计（SPI(t)）")],
                            table_of([line.values for line in lines]), note)

    @cached_property
    def gantt(self) -> charts.Chart:
        """节点: baseline, done, forecast, claimed, days late."""
        nodes = self.page.nodes
        shown = around(nodes)
        bars = [charts.Bar(
            node.milestone.name, node.milestone.responsible,
            baseline=(node.milestone.baseline_from, node.milestone.baseline_on),
            done=(node.milestone.started_on, node.milestone.actual_on),
            forecast=node.milestone.forecast_on, claimed=node.claimed_on, late=node.late) for node in shown]
        heads = [_("节点"), _("责任"), _("基线"), _("预计"), _("实际"), _("晚（天）")]
        rows = [[one.name, one.responsible, one.baseline_on or "—", one.forecast_on or "—", one.actual_on or "—",
                 "—" if node.late is None else node.late] for node in nodes for one in [node.milestone]]
        title = _("节点：基线与预计")
        note = _("灰线基线，实心已做，空心预计，虚线申报")
        if len(shown) < len(nodes):
            note = _("灰线基线，实心已做，空心预计；图示 %(shown)s 个，表列 %(count)s 个") % {
                "shown": len(shown), "count": len(nodes)}
        return charts.Chart("nodes", title, charts.gantt(bars, today=self.page.as_of, label=title, say=_), heads, rows,
                            note)

    @cached_property
    def lamps(self) -> list[tuple[LampLine, SafeString]]:
        """Each dimension with the marks of the last six months."""
        return [(line, marks(line.months)) for line in self.page.lamp_lines]

    @cached_property
    def problems(self) -> list[tuple[Problem, str]]:
        """Each problem with the address of its page."""
        return [(one, reverse("projects:problem", args=[one.pk])) for one in self.page.problems]

    # --- what can be done

    @cached_property
    def may_edit(self) -> bool:
        project = self.project
        held = access.roles_over(self.request.user, unit=project.lead_unit_id, area=project.area)
        return bool(held & EDITORS) and project.exit not in ("dropped", "merged")

    @cached_property
    def to_verify(self) -> list[Any]:
        """Open claims this person may verify: of another person and another unit."""
        units = {unit.pk for unit in way.verifying_units(self.request.user, self.project)}
        return [one for one in self.page.pending
                if units - {one.claimed_unit_id} and one.claimed_by_id != self.request.user.pk]

    @property
    def verify_href(self) -> str:
        return reverse("projects:gate_verify", args=[self.to_verify[0].pk]) if self.to_verify else ""

    @property
    def claim_href(self) -> str:
        gate = self.page.missing[0]
        return reverse("projects:gate_claim", args=[self.project.code, gate.value]) if gate and self.may_edit else ""

    @property
    def problem_href(self) -> str:
        return f"{reverse('projects:problem_new')}?{urlencode({'project': self.project.code})}"

    @property
    def evidence_href(self) -> str:
        return reverse("projects:gate_evidence", args=[self.project.code])

    @property
    def open_problems(self) -> int:
        return len(self.page.open_problems)

    @property
    def closed_problems(self) -> int:
        return len(self.page.problems) - self.open_problems

    @property
    def mark(self) -> str:
        """Who looks at the sheet, and when: it goes with the paper."""
        return watermark(cast(Person, self.request.user), clock.now())

    @property
    def lines(self) -> list[Any]:
        return self.page.lines[:LINES_SHOWN]


def around(nodes: Sequence[Node]) -> Sequence[Node]:
    """As many nodes as the picture holds: from a few before the first unfinished one on."""
    first = next((n for n, node in enumerate(nodes) if node.milestone.actual_on is None), len(nodes))
    start = max(min(first - NODES_BEFORE, len(nodes) - NODES_DRAWN), 0)
    return nodes[start:start + NODES_DRAWN]


def amount(value: Decimal | None) -> str:
    """1,234 万元, or — without an amount."""
    return "—" if value is None else _("%(amount)s 万元") % {"amount": wan(value)}


def percent(share: Fraction | None) -> str:
    return "—" if share is None else f"{pct(share)}%"


def lead(pace: rates.Pace | None) -> str:
    """快 or 慢 so many percentage points, — while nothing is scheduled."""
    if pace is None or not pace.scheduled or pace.lead is None:
        return "—"
    points = rates.rounded(pace.lead, 1)
    text = _("快 %(points)s 个百分点") if points > 0 else _("慢 %(points)s 个百分点") if points else _("与时序持平")
    return text % {"points": abs(points)} if points else text


def is_behind(pace: rates.Pace | None) -> bool:
    """Behind by five points or more: the number is printed red."""
    return bool(pace and pace.scheduled and pace.lead is not None and pace.lead <= -5)


def short_month(period: date) -> str:
    """2月, Feb."""
    return MONTHS[period.month - 1] if english() else _("%(month)s月") % {"month": period.month}


def forecast_words(ahead: Forecast | None) -> str:
    """How late the plan ends at the pace so far, and by which method; nothing while it keeps its end."""
    if ahead is None or not ahead.months_late:
        return ""
    return _("；照此进度晚 %(months)s 个月") % {"months": ahead.months_late}


def scaled(points: Any, scale: Decimal) -> list[tuple[Any, float]]:
    return [(on, float(value / scale)) for on, value in points]


def table_of(lines: list[Any]) -> list[list[str]]:
    """The numbers behind the curve: a row for each month, a column for each line."""
    by_line = [dict(values) for values in lines]
    days = sorted({on for values in by_line for on in values})
    return [[f"{on:%Y-%m}", *(f"{values[on]:,.2f}" if on in values else "—" for values in by_line)] for on in days]


def marks(months: Sequence[Lamp | None]) -> SafeString:
    """Lamps of successive months as small shapes, read out as words."""
    shapes = "".join(f'<use href="#l-{SHAPES[lamp]}" x="{1 + 11 * n}" y="1" width="8" height="8"/>'
                     for n, lamp in enumerate(months) if lamp)
    words = _("、").join(_(lamp.zh) if lamp else "—" for lamp in months)
    return format_html('<svg width="66" height="10" role="img" aria-label="{}">{}</svg>', words, mark_safe(shapes))


def project(request: HttpRequest, code: str) -> HttpResponse:
    """一个项目: where it stands, what it costs, what is late, who answers, what happened."""
    return render(request, "projects/project.html", {
        "face": (face := Face(request, code)), "page": face.page, "project": face.project,
        "panels": panels.of("projects:project", [code])})


def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """一页纸: the project on one page of A4, to be printed."""
    return render(request, "projects/project_print.html", {"face": (face := Face(request, code)), "page": face.page,
                                                           "project": face.project})


def past(request: HttpRequest, code: str) -> HttpResponse:
    """经过: every line about the project, the latest first."""
    return render(request, "projects/history.html", {
        "face": (face := Face(request, code)), "page": face.page, "project": face.project,
        "may_ask": bool(access.roles(request.user) & ASKERS)})
