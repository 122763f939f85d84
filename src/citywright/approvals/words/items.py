"""Items, packages, attributes and the clock (APPROVALS; PRACTICE 5; GLOSSARY)."""

from citywright.kernel.words import Word


class PackageKind(Word):
    """打包方式."""

    JOINT = "joint", "联合办理"
    BUNDLE = "bundle", "一件事打包"


class AttributeKind(Word):
    """属性种类."""

    BOOL = "bool", "是否"
    ENUM = "enum", "选择"
    NUMBER = "number", "数值"


class ItemMode(Word):
    """办理方式."""

    APPROVAL = "approval", "审批"
    REVIEW = "review", "审查意见"
    FILING = "filing", "备案登记"
    COMMITMENT = "commitment", "告知承诺"
    SURVEY = "survey", "测绘"
    ACCEPTANCE = "acceptance", "验收"


class DaysSource(Word):
    """时限来源: G is general knowledge and shown as 样例 until a local guide is loaded."""

    GENERAL = "G", "样例"


class ItemStatus(Word):
    """办件状态: the codes of the national exchange standard (code 1 inferred), as two digits."""

    RECEIVED = "01", "接件"
    TAKEN_BACK = "02", "撤件"
    ACCEPTED = "03", "窗口受理"
    NOT_TAKEN = "04", "不受理"
    REFUSED_ENTRY = "05", "不予受理"
    SUPPLEMENTING = "06", "补正（开始）"
    SUPPLEMENTED = "07", "补正（结束）"
    IN_REVIEW = "08", "部门受理"
    SPECIAL = "09", "特别程序（开始）"
    SPECIAL_OVER = "10", "特别程序（结束）"
    PASSED = "11", "办结（通过）"
    PASSED_LACKING = "12", "办结（容缺通过）"
    NOT_PASSED = "13", "办结（不通过）"
    WITHDRAWN = "14", "撤回"
    REVOKED = "15", "撤销"


class ItemVerb(Word):
    """办件上的动作."""

    ACCEPT = "accept", "受理"
    NOT_TAKE = "not_take", "不受理"
    REFUSE_ENTRY = "refuse_entry", "不予受理"
    TAKE_BACK = "take_back", "撤件"
    TO_DEPARTMENT = "to_department", "转部门"
    ASK_MORE = "ask_more", "一次性告知补正"
    GOT_MORE = "got_more", "补正到齐"
    BEGIN_SPECIAL = "begin_special", "转特别程序"
    END_SPECIAL = "end_special", "特别程序结束"
    PASS = "pass", "通过"
    PASS_LACKING = "pass_lacking", "容缺通过"
    NOT_PASS = "not_pass", "不通过"
    WITHDRAW = "withdraw", "撤回"
    REVOKE = "revoke", "撤销"


class Span(Word):
    """谁的时间."""

    GOVERNMENT = "government", "政府用时"
    OWNER = "owner", "企业用时"
    SPECIAL = "special", "特别程序"


class Card(Word):
    """黄牌、红牌: one working day before the due day, and past it."""

    NONE = "none", "正常"
    YELLOW = "yellow", "黄牌"
    RED = "red", "红牌"
