"""What does an indicator mean? One file per subject; `CATALOGUE` holds all of them in the order people read."""

from __future__ import annotations

from dataclasses import replace

from . import followed, investment, reporting, reserve, results, starts
from .kinds import Indicator, Part, Table, When

__all__ = ["CATALOGUE", "DEFAULT", "SUBJECTS", "Indicator", "Part", "Table", "When"]

#: Subject and its indicators, as the chooser of boards lists them.
SUBJECTS: dict[str, tuple[Indicator, ...]] = {
    name: tuple(replace(one, subject=name) for one in part.INDICATORS) for name, part in (
        ("投资", investment), ("开工", starts), ("入统与竣工", results), ("月报、问题与亮灯", reporting),
        ("储备与转化", reserve), ("督办", followed))}
#: Every indicator by its code.
CATALOGUE: dict[str, Indicator] = {one.code: one for part in SUBJECTS.values() for one in part}
#: The board of an area until somebody makes one.
DEFAULT = ("INV_SUM", "INV_DONE", "INV_PACE", "INV_TIME", "START_DUE", "START_YEAR", "START_LATE", "STAT_IN", "FUND_IN",
           "FIN_RATE", "RED", "YELLOW", "REP_OK", "REP_MISSING", "ISS_OK", "RSV_MULT")
