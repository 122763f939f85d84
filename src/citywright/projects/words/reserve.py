"""The reserve pool: maturity, scores, submission through levels; peer review (PROJECTS 1.0; PRACTICE 4.1, 4.5)."""

from citywright.kernel.words import Word


class Maturity(Word):
    """成熟度: 方案书 → 计划书 → 施工图."""

    NONE = "none", "未达方案书"
    PLAN_BOOK = "plan_book", "方案书"
    SCHEDULE_BOOK = "schedule_book", "计划书"
    DRAWINGS = "drawings", "施工图"


class SubmissionLevel(Word):
    """提报层级."""

    UNIT = "unit", "单位"
    DISTRICT = "district", "区县"
    CITY = "city", "市级"


class SubmissionStep(Word):
    """提报状态."""

    UNIT = "unit", "单位待报"
    DISTRICT = "district", "区县待审"
    CITY = "city", "市级待审"
    ACCEPTED = "accepted", "已入选"
    RETURNED = "returned", "退回"
    WITHDRAWN = "withdrawn", "已撤回"


class SubmissionVerb(Word):
    """提报上的动作."""

    SUBMIT = "submit", "提报"
    FORWARD = "forward", "报上级"
    ACCEPT = "accept", "入选"
    RETURN = "return", "退回"
    WITHDRAW = "withdraw", "撤回"


class RoundStep(Word):
    """观摩批次状态."""

    PLANNED = "planned", "筹备中"
    OPEN = "open", "投票中"
    CLOSED = "closed", "已计票"
    PUBLISHED = "published", "已公布"


class RoundVerb(Word):
    """观摩批次上的动作."""

    OPEN = "open", "开放投票"
    CLOSE = "close", "计票"
    PUBLISH = "publish", "公布"
