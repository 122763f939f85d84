"""What is the best order, and when is it done? Networks, windows of departments, what if the land came later. Pure."""

from .forecast import SAMPLES, Coverage, Factors, Forecast, Replay, backtest, fitted, forecast, recalibrated, simulate
from .land import LAND, PERMITS, LandStart, land_start
from .live import GOALS, Fact, Live, LiveBar, WorkDays, holding, live, partly_packed
from .network import (
    Bar,
    CannotOrder,
    Comparison,
    Task,
    by_items,
    compare,
    critical_path,
    length,
    ordered,
    schedule,
    with_packages,
)
from .windows import Job, Slot, share_out

__all__ = [
    "GOALS", "LAND", "PERMITS", "SAMPLES", "Bar", "CannotOrder", "Comparison", "Coverage", "Fact", "Factors",
    "Forecast", "Job", "LandStart", "Live", "LiveBar", "Replay", "Slot", "Task", "WorkDays", "backtest", "by_items",
    "compare", "critical_path", "fitted", "forecast", "holding", "land_start", "length", "live", "ordered",
    "partly_packed", "recalibrated", "schedule", "share_out", "simulate", "with_packages",
]
