"""What can be done with a sheet that was sent: plan it, map its columns, decide doubts, apply or abandon it."""

from ...imports import CannotMap
from ...imports import load as load_mapping
from .applying import CannotApply, abandon, apply
from .planning import (
    CannotPlanSheet,
    Looked,
    decide,
    fault_from,
    faults_of,
    look,
    mapping_of,
    open_scope,
    plan,
    remap,
    scope_of,
)
from .returning import give_back

__all__ = [
    "CannotApply", "CannotMap", "CannotPlanSheet", "Looked", "abandon", "apply", "decide", "fault_from", "faults_of",
    "give_back", "load_mapping", "look", "mapping_of", "open_scope", "plan", "remap", "scope_of",
]
