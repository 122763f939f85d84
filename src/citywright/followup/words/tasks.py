"""Tasks on their loops: decisions, supervised items, proposals, problem lists (PRACTICE 6.2, 6.5)."""

from citywright.kernel.words import Word


class LoopName(Word):
    """闭环: which table of moves a task runs on; all of them run on the kernel's one engine."""

    DECISION = "decision", "议定事项"
    SUPERVISION = "supervision", "督办事项"
    PROPOSAL = "proposal", "建议提案"
    PROBLEM = "problem", "问题清单"


class TaskStep(Word):
    """事项状态."""

    DRAFTED = "drafted", "拟办"
    ASSIGNED = "assigned", "待签收"
    OBJECTED = "objected", "有异议"
    HANDLING = "handling", "办理中"
    REPLIED = "replied", "待确认"
    CONFIRMED = "confirmed", "已销号"
    CANCELLED = "cancelled", "已撤销"


class TaskVerb(Word):
    """事项上的动作."""

    ASSIGN = "assign", "交办"
    SIGN = "sign", "签收"
    OBJECT = "object", "提出异议"
    REPORT = "report", "报进展"
    REPLY = "reply", "报办结"
    AGAIN = "again", "二次答复"
    REFUSE = "refuse", "退回重办"
    CONFIRM = "confirm", "销号"
    REOPEN = "reopen", "重新启动"
    EXTEND = "extend", "延期"
    CANCEL = "cancel", "撤销"


class TaskProof(Word):
    """办结凭据: what must be there before a task is answered as done."""

    FILE = "file", "佐证附件"
    OPINIONS = "opinions", "会办意见"
    ANSWER = "answer", "答复类别和文号"


class Origin(Word):
    """事项来源: what a limit hangs on when none is set (PRACTICE 6.2)."""

    DOCUMENT = "document", "公文"
    MINUTES = "minutes", "会议纪要"
    URGENT = "urgent", "急办批示"
    ORDINARY = "ordinary", "一般批示"
    HARD = "hard", "疑难批示"


class UnitPart(Word):
    """承办分工: the first unit of a list leads (PRACTICE 1.5)."""

    LEAD = "lead", "牵头单位"
    CO = "co", "配合单位"


class LimitKind(Word):
    """时限种类: the two clocks and the calendar (PRACTICE 1.4)."""

    WORKDAY = "workday", "工作日"
    WORK_HOUR = "work_hour", "工作时"
    NATURAL_DAY = "natural_day", "自然日"


class ReplyKind(Word):
    """反馈种类."""

    PROGRESS = "progress", "进展"
    DONE = "done", "办结"


class ReplyResult(Word):
    """反馈结果."""

    PENDING = "pending", "待审"
    ACCEPTED = "accepted", "认可"
    REFUSED = "refused", "退回"


class ProposalKind(Word):
    """建议提案种类."""

    NPC_SUGGESTION = "npc_suggestion", "人大代表建议"
    CPPCC_PROPOSAL = "cppcc_proposal", "政协提案"


class AnswerClass(Word):
    """答复类别: letters are configurable in what they mean locally; A, B, C are common (PRACTICE 6.5)."""

    A = "a", "A 已解决或基本解决"
    B = "b", "B 正在解决或列入计划"
    C = "c", "C 受条件限制留作参考"


class Satisfaction(Word):
    """满意度."""

    SATISFIED = "satisfied", "满意"
    MOSTLY = "mostly", "基本满意"
    UNSATISFIED = "unsatisfied", "不满意"
