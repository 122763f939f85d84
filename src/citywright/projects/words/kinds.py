"""Kinds of projects, plans and money (PROJECTS 1.1)."""

from citywright.kernel.words import Word


class FundingType(Word):
    """投资主体."""

    GOVERNMENT = "government", "政府投资"
    ENTERPRISE = "enterprise", "企业投资"
    PPP = "ppp", "社会资本合作"


class Nature(Word):
    """建设性质."""

    NEW = "new", "新建"
    EXPAND = "expand", "扩建"
    REBUILD = "rebuild", "改建"
    REFORM = "reform", "技改"
    MOVE = "move", "迁建"


class Origin(Word):
    """项目来源."""

    PLAN = "plan", "谋划"
    LEAD = "lead", "招商"
    UPPER = "upper", "上级"
    SELF = "self", "企业自建"


class Secrecy(Word):
    """密级: the system is for open and internal rows only."""

    OPEN = "open", "公开"
    INTERNAL = "internal", "内部"


class RelationKind(Word):
    """项目关系."""

    PHASE_OF = "phase_of", "分期"
    EXCLUDES = "excludes", "同址互斥"
    AFTER = "after", "先后"
    SUPPLIES = "supplies", "配套"
    REPLACES = "replaces", "调整替换"


class YearKind(Word):
    """年度类型."""

    NEW_START = "new_start", "新开工"
    CONTINUE = "continue", "续建"
    FINISH = "finish", "竣工"
    PREPARATORY = "preparatory", "前期"


class Source(Word):
    """口径: three calibres of one amount never merge; bank supervision stands beside them."""

    UNIT = "unit", "调度口径"
    STAT = "stat", "统计口径"
    FISCAL = "fiscal", "财政支付"
    BANK = "bank", "资金监管"


class FundKind(Word):
    """资金来源."""

    CENTRAL = "central", "中央预算内"
    SPECIAL_BOND = "special_bond", "专项债"
    FISCAL = "fiscal", "财政资金"
    SELF = "self", "自有资金"
    LOAN = "loan", "贷款"
    FOREIGN = "foreign", "外资"
    FUND = "fund", "基金"


class ResponsibleRole(Word):
    """包保责任."""

    LEADER = "leader", "包联领导"
    CHIEF = "chief", "项目长"
    STEWARD = "steward", "服务管家"
    UNIT = "unit", "责任单位"
    CONTACT = "contact", "联系人"
    FILLER = "filler", "填报人"
