"""What can be done to annual plans and funds? Draft, submit, review, freeze, adjust; agree a fund, record arrivals."""

from .drafting import CannotPlan, draft
from .freezing import Change, adjust, freeze, revise
from .funds import CannotFund, agree_fund, record_arrival
from .reviewing import CannotReview, review, send_back, submit
from .tables import export_plan

__all__ = ["CannotFund", "CannotPlan", "CannotReview", "Change", "adjust", "agree_fund", "draft", "export_plan",
           "freeze", "record_arrival", "review", "revise", "send_back", "submit"]
