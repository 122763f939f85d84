"""Issued lists, campaigns, year plans (PROJECTS 1.3; PRACTICE 0 rule 15, 4.1)."""

from citywright.kernel.words import Word


class ListKind(Word):
    """清单种类: what fills it."""

    LIVE = "live", "按口径实时生成"
    QUERY = "query", "按口径生成后印发"
    MANUAL = "manual", "选定后印发"


class RowKind(Word):
    """清单行: what one row is."""

    PROJECT = "project", "项目"
    PROBLEM = "problem", "问题"
    RESPONSIBILITY = "responsibility", "责任"
    MILESTONE = "milestone", "节点"
    LETTER = "letter", "督查文书"
    FUND = "fund", "资金"


class ListStatus(Word):
    """清单批次状态."""

    DRAFT = "draft", "草稿"
    ISSUED = "issued", "已印发"
    CLOSED = "closed", "已结束"


class ChangeKind(Word):
    """清单变动: each is decided in two steps, 初审 and 终审."""

    ADD = "add", "增补"
    REMOVE = "remove", "退库"
    RESTORE = "restore", "恢复"


class ChangeStep(Word):
    """变动状态."""

    PROPOSED = "proposed", "待初审"
    SCREENED = "screened", "待终审"
    ACCEPTED = "accepted", "已同意"
    REFUSED = "refused", "不同意"


class ChangeVerb(Word):
    """变动上的动作."""

    SCREEN = "screen", "初审"
    ACCEPT = "accept", "终审"
    REFUSE = "refuse", "不同意"


class CampaignKind(Word):
    """专项行动种类."""

    YEAR = "year", "年度主题"
    ACTION = "action", "专项行动"
    MEASURE = "measure", "行动措施"
    LIVELIHOOD = "livelihood", "为民办实事"


class CheckKind(Word):
    """检查项: what the three of each are is not published; they are entered locally and empty by default."""

    LOOK = "look", "看"
    DEEPEN = "deepen", "深化"


class TargetMeasure(Word):
    """专项目标的计量: what of the projects behind it is counted or summed; by hand for what is not in the ledger."""

    COUNT = "count", "项目数"
    TOTAL = "total", "总投资"
    PLAN = "plan", "年度计划投资"
    DONE = "done", "累计完成投资"
    STARTED = "started", "已开工"
    FINISHED = "finished", "已竣工"
    PRODUCING = "producing", "已投产"
    TASKS = "tasks", "已销号事项"
    HAND = "hand", "人工填报"


class Qualifier(Word):
    """目标的方向."""

    AT_LEAST = "ge", "以上"
    AT_MOST = "le", "以内"
    EQUAL = "eq", "等于"
    ABOUT = "approx", "左右"


class PlanStep(Word):
    """年度计划送审."""

    SUBMITTED = "submitted", "已送审"
    REVIEWED = "reviewed", "已审"
    RETURNED = "returned", "退回"


class PlanVerb(Word):
    """年度计划上的动作."""

    SUBMIT = "submit", "送审"
    REVIEW = "review", "审核"
    RETURN = "return", "退回"
