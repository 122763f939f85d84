"""What can be done with a sheet that was sent: plan it, map its columns, decide doubts, apply or abandon it."""

from .applying import CannotApply, abandon, apply
from .planning import CannotPlanSheet, Looked, decide, faults_of, look, plan, remap, scope_of

__all__ = ["CannotApply", "CannotPlanSheet", "Looked", "abandon", "apply", "decide", "faults_of", "look", "plan",
           "remap", "scope_of"]
