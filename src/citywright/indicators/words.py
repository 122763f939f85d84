"""What do we call it? Boards, snapshots, published figures, relations between figures."""

from citywright.kernel.words import Word


class Basis(Word):
    """口径: which calibre a figure is of; calibres never merge."""

    CONTRACT = "contract", "合同口径"
    DISPATCH = "dispatch", "调度口径"
    STATISTICS = "statistics", "统计口径"
    GATES = "gates", "核验事实"
    RECORDS = "records", "办理记录"


class Direction(Word):
    """方向: which way is better."""

    UP = "up", "越高越好"
    DOWN = "down", "越低越好"
    NONE = "none", "不分高低"


class Qualifier(Word):
    """约数: how a published number was hedged."""

    EQUAL = "eq", "等于"
    AT_LEAST = "ge", "以上"
    AT_MOST = "le", "以内"
    ABOUT = "approx", "左右"
    RANGE = "range", "区间"
    GROWTH_EQUAL = "growth_eq", "增长"
    GROWTH_AT_LEAST = "growth_ge", "增长以上"
    GROWTH_ABOUT = "growth_approx", "增长左右"


class FigureKind(Word):
    """公布数据的性质."""

    RESULT = "result", "结果"
    TARGET = "target", "目标"
    STATUS = "status", "现状"
    PLAN = "plan", "计划"


class Verdict(Word):
    """核对结论: the checker corrects nothing by itself."""

    HOLDS = "HOLDS", "相符"
    FAILS = "FAILS", "不符"
    SUSPECT = "SUSPECT", "存疑"
    UNDECIDABLE = "UNDECIDABLE", "无法判定"
    TRAP = "TRAP", "不可比"


class RelationKind(Word):
    """关系种类."""

    SUM = "sum", "合计"
    SUBSET = "subset", "包含"
    NESTED = "nested", "逐层门槛"
    BOUND = "bound", "上下限"
    REPEAT = "repeat", "重复出现"
    RATE = "rate", "比率"
    MEAN = "mean", "平均"
    GROWTH = "growth", "增长"
    DURATION = "duration", "时长"
    SCALE = "scale", "量级"
    TREND = "trend", "目标与实绩"
    QUESTION = "question", "须由人判断"
