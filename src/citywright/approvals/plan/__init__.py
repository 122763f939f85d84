"""What is the best order, and when is it done? Networks, windows of departments, what if the land came later. Pure."""

from .land import LandStart, land_start
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
    "Bar", "CannotOrder", "Comparison", "Job", "LandStart", "Slot", "Task", "by_items", "compare", "critical_path",
    "land_start", "length", "ordered", "schedule", "share_out", "with_packages",
]
