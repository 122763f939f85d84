"""What can be done to the reserve: a score sheet and scores; rounds, and projects handed in through the levels."""

from .scoring import CannotScore, score, set_sheet
from .submitting import ACTS, CannotSubmit, accept, decide_all, forward, open_round, send_back, submit, withdraw

__all__ = ["ACTS", "CannotScore", "CannotSubmit", "accept", "decide_all", "forward", "open_round", "score",
           "send_back", "set_sheet", "submit", "withdraw"]
