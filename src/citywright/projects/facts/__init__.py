"""What do dashboards get of projects? Fact tables, filled from what is in force. Money in whole 分 (`…_fen`).

A partition is written again only when its source changed: the digest of the source stands in the file. A project is
told by the nearest area at or above it that publishes (`district`), so that a city and its districts tell no row twice.
"""

from __future__ import annotations

from datetime import date

from citywright.kernel.models import Area

from ..models import LampRun
from .events import publish_entries, publish_gates, publish_lamps, publish_problems, publish_versions
from .months import publish_months
from .tables import (
    GATE_PASSAGE,
    LAMP_DAY,
    LIST_ENTRY,
    MEANING,
    PLAN_VERSION,
    PROBLEM,
    PROJECT_MONTH,
    TABLES,
)

__all__ = ["GATE_PASSAGE", "LAMP_DAY", "LIST_ENTRY", "MEANING", "PLAN_VERSION", "PROBLEM", "PROJECT_MONTH", "TABLES",
           "publish", "publish_entries", "publish_gates", "publish_lamps", "publish_months", "publish_problems",
           "publish_versions"]


def publish(*, area: Area, run: LampRun | None, on: date) -> dict[str, int]:
    """Everything about the area's projects lies in the lake; answers how many rows were written, by table."""
    return {
        PROJECT_MONTH.name: publish_months(area=area, on=on), LAMP_DAY.name: publish_lamps(area=area, run=run),
        GATE_PASSAGE.name: publish_gates(area=area, on=on), PROBLEM.name: publish_problems(area=area, on=on),
        LIST_ENTRY.name: publish_entries(area=area, on=on), PLAN_VERSION.name: publish_versions(area=area, on=on),
    }
