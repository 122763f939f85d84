"""What can be done with tasks? Give, sign, report, answer, refuse, confirm, reopen, put off, cancel."""

from .closing import CannotClose, cancel, confirm, extend, refuse, reopen
from .handling import CannotAnswer, CannotObject, ask_extension, object_to, opine, reply, report, sign
from .raising import CannotAssign, assign, draft, hand_over

__all__ = [
    "CannotAnswer", "CannotAssign", "CannotClose", "CannotObject", "ask_extension", "assign", "cancel", "confirm",
    "draft", "extend", "hand_over", "object_to", "opine", "refuse", "reopen", "reply", "report", "sign",
]
