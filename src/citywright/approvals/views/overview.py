"""Which page? What a leader asks of approvals: by stage, department and process type, and where time goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citywright.kernel.http import standing
from citywright.ui.bars import Part, ranked
from citywright.ui.charts import Chart

from ..queries import catalogue as catalogues
from ..queries import leading as queries
from ..queries.leading import Line, Overview, Whole
from . import shown

#: Where a day goes: part of `Spent`, its words, its colour.
PART_LABELS = (("review", "审查中", "accent"), ("owner", "等企业", "amber"), ("special", "特别程序", "grey"),
         ("between", "事项之间", "rule-2"))
#: What the process types of the sample catalogue are called.
PROCESS_LABELS = {
    "small_low_risk_social": "社会投资小型低风险", "general_social": "社会投资一般",
    "government_building": "政府投资房建",
    "sample_government_building": "政府投资房建（样例）", "sample_linear": "线性工程（样例）",
    "sample_general_social": "社会投资一般（样例）", "sample_transfer_with_plan": "带方案出让（样例）",
    "sample_industrial": "工业项目（样例）", "": "未分类",
}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Approvals of the area in force: in time, at risk, late; how long they take; where time goes."""
    here = standing(request)
    made = queries.overview(request.user, here.area, here.today)
    units = {code: unit for code, unit in catalogues.units(here.area).items()}
    desk = reverse("approvals:desk")
    return render(request, "approvals/overview.html", {
        "today": here.today, "all": Line("", made.items),
        "stages": [counted(one, stage_name(made, one.code)) | through(whole) | {"reference": stage_reference(
            made, one.code)} for one, whole in zip(made.by("stage"), made.stages, strict=True)],
        "departments": [counted(one, units[one.code].short_name if one.code in units else one.code) | {
            "href": f"{desk}?{urlencode({'unit': units[one.code].code})}" if one.code in units else ""}
            for one in worst(made.by("department"))],
        "processes": [counted(one, process_name(one.code)) | through(whole) | {"reference": made.references.get(
            one.code, {}).get("total")} for one, whole in zip(made.by("process"), made.processes, strict=True)],
        "chart": picture(made) if made.items else None,
        "parts": [(_(words), colour) for _n, words, colour in PART_LABELS]})


def worst(lines: Sequence[Line]) -> list[Line]:
    """The departments with most late first."""
    return sorted(lines, key=lambda line: (-line.late, -line.at_risk, -len(line.open), line.code))


def stage_name(made: Overview, code: str) -> str:
    """The stage in the reader's language."""
    return shown.stage_name(made.content, code) if made.content else code


def process_name(code: str) -> str:
    """The process type in words; one of a local catalogue as it stands."""
    return _(PROCESS_LABELS[code]) if code in PROCESS_LABELS else code


def stage_reference(made: Overview, code: str) -> str:
    """What the catalogue's process types allow for a stage: the least and the most."""
    found = sorted({limits[code] for limits in made.references.values() if code in limits})
    return "" if not found else f"{found[0]}–{found[-1]}" if len(found) > 1 else str(found[0])


def counted(line: Line, name: str) -> dict[str, Any]:
    """One line of a table."""
    return {"line": line, "name": name, "share": queries.late_share(line), "middle": number(line.middle),
            "ninth": number(line.ninth)}


def through(whole: Whole) -> dict[str, Any]:
    """The days of projects that are through."""
    return {"projects": len(whole.spent), "whole_middle": number(whole.middle), "whole_ninth": number(whole.ninth),
            "government": number(whole.government)}


def number(value: float | None) -> str:
    """Working days; halves as they are."""
    return "—" if value is None else f"{value:g}"


def picture(made: Overview) -> Chart:
    """Average working days of a project in each stage, and up to the permit, by where they went."""
    permitted = Whole("", tuple(one for whole in made.processes for one in whole.spent))
    rows: list[tuple[str, Whole]] = [(stage_name(made, one.code), one) for one in made.stages]
    rows.append((_("首次受理到施工许可"), permitted))
    kept = [(name, whole) for name, whole in rows if whole.spent]
    bars = [(name, [Part(whole.mean(part), colour) for part, _w, colour in PART_LABELS], f"{whole.mean('whole'):.0f}")
            for name, whole in kept]
    most = max((whole.mean("whole") for _n, whole in kept), default=0.0)
    heads = [_("阶段"), *(_(words) for _part, words, _colour in PART_LABELS), _("合计"), _("项目")]
    table: list[list[object]] = [[name, *(f"{whole.mean(part):.1f}" for part, _w, _c in PART_LABELS),
                                  f"{whole.mean('whole'):.1f}", len(whole.spent)] for name, whole in kept]
    step = next(one for one in (20, 40, 80, 120, 200, 400, 800, 2_000, 8_000) if one >= most)
    return Chart("where", _("时间去哪儿了"), ranked(bars, full=float(step), label=_("时间去哪儿了")), heads, table,
                 _("每个项目平均工作日；同一天有事项在审就算审查"))


urlpatterns: list[URLPattern] = [path("approvals/overview/", overview, name="overview")]
