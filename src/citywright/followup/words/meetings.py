"""Meetings, their agenda and their decisions (PRACTICE 4.5)."""

from citywright.kernel.words import Word


class MeetingKind(Word):
    """会议种类."""

    DISPATCH = "dispatch", "专题调度会"
    ON_SITE = "on_site", "现场办公"
    TASK_FORCE = "task_force", "专班例会"


class MeetingStep(Word):
    """会议状态."""

    CALLED = "called", "筹备中"
    HELD = "held", "已召开"
    MINUTED = "minuted", "纪要已印发"
    CANCELLED = "cancelled", "已取消"


class MeetingVerb(Word):
    """会议上的动作."""

    HOLD = "hold", "召开"
    MINUTE = "minute", "印发纪要"
    CANCEL = "cancel", "取消"


class AgendaSource(Word):
    """议题来源."""

    ALERT = "alert", "提醒"
    PROBLEM = "problem", "问题"
    TASK = "task", "超期事项"
    CONFIDENCE = "confidence", "信心与灯色不符"
    HAND = "hand", "临时议题"
