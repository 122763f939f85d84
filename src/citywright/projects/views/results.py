"""How is the result of a peer review shown? A bar for each stop, the field vote and the data's part, and the table."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from citywright.ui.bars import Part, ranked
from citywright.ui.charts import Chart

from ..models import ObservationRound
from ..queries.observations import Line, Result
from ..rules import rates
from ..words import RoundStep
from ..words.campaigns import DataMeasure

PLACES = 2


def shown(one: ObservationRound, result: Result) -> dict[str, Any]:
    """What the page of a result needs."""
    return {"round": one, "result": result, "step": RoundStep(one.step), "measure": DataMeasure(one.measure),
            "data_weight": 100 - one.field_weight, "chart": None if result.is_few else chart(one, result),
            "lines": [(line, cells(line)) for line in result.lines],
            "ranks": range(1, len(result.lines) + 1)}


def cells(line: Line) -> dict[str, str]:
    """The numbers of a row as they are printed."""
    return {name: rates.shown(getattr(line.score, name), PLACES) for name in ("field", "data", "whole")}


def chart(one: ObservationRound, result: Result) -> Chart:
    """Stacked bars: w x field vote and (1 − w) x data, the sum at the right."""
    share = Fraction(one.field_weight, 100)
    rows = []
    for line in result.lines:
        field, data = share * (line.score.field or 0), (1 - share) * (line.score.data or 0)
        rows.append((line.stop.project.name, (Part(float(field), "accent"), Part(float(data), "accent-mid")),
                     rates.shown(line.score.whole, PLACES)))
    title = _("综合得分，满分 100")
    note = _("深色现场票 %(field)s%%，浅色数据 %(data)s%%") % {
        "field": one.field_weight, "data": 100 - one.field_weight}
    table = [[line.stop.project.name, *cells(line).values(), line.score.rank or "—"] for line in result.lines]
    return Chart("observation", title, ranked(rows, full=100, label=title),
                 (_("项目"), _("现场票得分"), _("数据分"), _("综合得分"), _("名次")), table, note)
