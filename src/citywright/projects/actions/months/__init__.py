"""What can be done with a month? Open it, fill, submit, review, return, lock, correct, close it."""

from ...rules.reports import Amounts, ReportValues
from .calendar import CannotClose, CannotOpen, close_month, open_month
from .chasing import chase, stop_chasing
from .corrections import CannotCorrect, ask_correction, decide_correction
from .money import CannotRecord, record_facts
from .reports import (
    CannotFill,
    CannotLock,
    CannotReturn,
    CannotReview,
    CannotSubmit,
    fill,
    fill_many,
    give_back,
    lock,
    review,
    submit,
)

__all__ = [
    "Amounts", "CannotClose", "CannotCorrect", "CannotFill", "CannotLock", "CannotOpen", "CannotRecord", "CannotReturn",
    "CannotReview", "CannotSubmit", "ReportValues", "ask_correction", "chase", "close_month", "decide_correction",
    "fill", "fill_many", "give_back", "lock", "open_month", "record_facts", "review", "stop_chasing", "submit",
]
