"""Followed tasks and letters: closed in time, reopened, open, overdue. Lateness is a stored fact, not reckoned anew."""

from __future__ import annotations

from dataclasses import replace

from ..words import Basis, Direction
from .kinds import DESIGN, PERCENT, Indicator, Part, Table, Truth, When, in_year

TASK = (("title", "事项"), ("unit", "牵头单位"), ("raised_unit", "交办单位"))
LETTER = (("mark", "文号"), ("unit", "收文单位"), ("issuer", "发文单位"))


def counted(t: Table, when: When) -> Truth:
    """Not called off."""
    return t.step != "cancelled"


def due(t: Table, when: When) -> Truth:
    """Due in the year, by the month's end."""
    return counted(t, when) & in_year("due_day")(t, when)


def in_time(t: Table, when: When) -> Truth:
    """Closed by the month's end, never late."""
    return due(t, when) & (t.closed_day <= when.end) & ~t.was_late


def closed(t: Table, when: When) -> Truth:
    """Closed in the year."""
    return counted(t, when) & in_year("closed_day")(t, when)


def still_open(t: Table, when: When) -> Truth:
    """Assigned and not closed by the month's end."""
    return counted(t, when) & (t.assigned_day <= when.end) & (t.closed_day.isnull() | (t.closed_day > when.end))


INDICATORS: tuple[Indicator, ...] = tuple(replace(one, table=table, listed=columns) for table, columns, one in (
    ("task", TASK, Indicator(
        "TSK_OK", "督办按期办结率", "%", 1, DESIGN, "按期办结并销号 ÷ 到期事项",
        "当年到期、期末前已销号且从未超期的督办事项",
        Basis.RECORDS, Part(in_time), "当年到期、到期日不晚于期末的督办事项", Part(due), scale=PERCENT)),
    ("task", TASK, Indicator(
        "TSK_BACK", "督办反弹率", "%", 1, DESIGN, "重办过的 ÷ 已销号", "当年已销号、曾被重办的督办事项", Basis.RECORDS,
        Part(lambda t, when: closed(t, when) & (t.reopened_count > 0)), "当年已销号的督办事项", Part(closed),
        direction=Direction.DOWN, scale=PERCENT)),
    ("task", TASK, Indicator(
        "TSK_OPEN", "在办督办事项", "项", 0, DESIGN, "已交办、尚未销号的项数", "期末前交办、期末尚未销号的督办事项",
        Basis.RECORDS, Part(still_open), direction=Direction.NONE)),
    ("task", TASK, Indicator(
        "TSK_LATE", "超期督办事项", "项", 0, DESIGN, "超期而未销号的项数", "期末尚未销号、期限已过的督办事项",
        Basis.RECORDS,
        Part(lambda t, when: still_open(t, when) & (t.due_day < when.end)), direction=Direction.DOWN)),
    ("letter", LETTER, Indicator(
        "LET_OK", "督查文书按期回复率", "%", 1, DESIGN, "按期回复 ÷ 到期文书", "当年到期、不晚于期限回复的督查文书",
        Basis.RECORDS, Part(lambda t, when: in_year("due_day")(t, when) & (t.answered_day <= t.due_day)),
        "当年到期、到期日不晚于期末的督查文书", Part(in_year("due_day")), scale=PERCENT)),
))
