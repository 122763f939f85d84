"""The month: reports, corrections, problems, lamps, imports (PROJECTS 1.1, 1.5)."""

from citywright.kernel.words import Word


class ReportStep(Word):
    """月报状态."""

    DRAFT = "draft", "未报"
    SUBMITTED = "submitted", "已报"
    REVIEWED = "reviewed", "单位已审"
    RETURNED = "returned", "退回"
    LOCKED = "locked", "已锁"


class ReportState(Word):
    """填报状态 as the month is counted: a project that owes a report stands in exactly one of the last five."""

    DUE = "due", "应报"
    MISSING = "missing", "未报"
    OUT = "out", "已报"
    RETURNED = "returned", "退回"
    SAME = "same", "雷同"
    LOCKED = "locked", "已锁"


class ReportVerb(Word):
    """月报动作."""

    SUBMIT = "submit", "上报"
    REVIEW = "review", "审核"
    RETURN = "return", "退回"
    LOCK = "lock", "锁定"


class CorrectionStep(Word):
    """更正申请状态."""

    ASKED = "asked", "待批"
    GRANTED = "granted", "同意"
    DENIED = "denied", "不同意"


class CorrectionVerb(Word):
    """更正申请上的动作."""

    GRANT = "grant", "同意"
    DENY = "deny", "不同意"


class Guarding(Word):
    """月报校验的轻重: a warning is submitted with an explanation, a refusal is not submitted at all."""

    WARN = "warn", "须说明"
    REFUSE = "refuse", "不能上报"


class ProblemKind(Word):
    """问题类型 (要素保障, PRACTICE 4.2)."""

    LAND = "land", "用地"
    PLANNING = "planning", "规划"
    ENVIRONMENT = "environment", "环评"
    ENERGY = "energy", "能耗"
    FUNDS = "funds", "资金"
    FOREST = "forest", "林地"
    RELOCATION = "relocation", "征迁"
    PIPES = "pipes", "管线迁改"
    UTILITIES = "utilities", "水电气热"
    ROADS = "roads", "道路"
    PERMITS = "permits", "手续"
    LABOUR = "labour", "用工"
    SITE = "site", "施工环境"
    OTHER = "other", "其他"


class ProblemSource(Word):
    """问题来源."""

    REPORT = "report", "填报"
    VISIT = "visit", "现场"
    MEETING = "meeting", "会议"
    HOTLINE = "hotline", "热线"
    ENTERPRISE = "enterprise", "企业"


class ProblemStep(Word):
    """问题状态: closing needs the raiser's word, not the solver's."""

    OPEN = "open", "在办"
    ANSWERED = "answered", "待销号"
    CLOSED = "closed", "已销号"


class ProblemVerb(Word):
    """问题动作."""

    ANSWER = "answer", "报办结"
    ACCEPT = "accept", "销号"
    REOPEN = "reopen", "重办"


class Dimension(Word):
    """亮灯维度, in the order of PROJECTS 1.5."""

    START = "start", "开工"
    PROGRESS = "progress", "进度"
    STATISTICS = "statistics", "入统"
    FUND = "fund", "资金"
    ELEMENT = "element", "要素"
    ISSUE = "issue", "问题"
    REPORT = "report", "填报"
    OVERALL = "overall", "综合"


class RowState(Word):
    """导入计划里一行的结论."""

    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    UNCHANGED = "unchanged", "不变"
    GONE = "gone", "缺少"
    DOUBTFUL = "doubtful", "存疑"


class BatchStep(Word):
    """导入批次状态."""

    PLANNED = "planned", "待应用"
    APPLIED = "applied", "已应用"
    ABANDONED = "abandoned", "已放弃"
