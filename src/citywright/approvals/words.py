"""What do we call it? Approval items, packages, the one form (APPROVALS; PRACTICE 5; GLOSSARY)."""

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
