"""Which rates tell how proposals are handled? Each a share of two sets of proposals. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """A rate of proposals: its name, its formula in words, the sets (see `queries.proposals`) it divides."""

    code: str
    label: str
    formula: str
    part: str
    whole: str


#: PRACTICE 6.5.
RATES = (
    Rate("on_time", "按期办复率", "到期应办复的建议提案中，按期答复的占比", "punctual", "due"),
    Rate("met", "面商率", "已答复的建议提案中，与代表委员见面沟通的占比", "met", "answered"),
    Rate("satisfied", "满意率", "已评价的建议提案中，满意和基本满意的占比", "satisfied", "rated"),
    Rate("class_a", "A类率", "已答复的建议提案中，答复为 A 类的占比", "class_a", "answered"),
    Rate("adopted", "采纳率", "已答复的建议提案中，意见被采纳的占比", "adopted", "answered"),
)
#: Days that a proposal whose answer did not satisfy has for being done again, when nobody says.
REDO_DAYS = 30
