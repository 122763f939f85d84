"""How a campaign's target stands, and what the data's part of a peer review is made of."""

from citywright.kernel.words import Word


class Standing(Word):
    """目标进展, against the time that has passed."""

    DONE = "done", "已完成"
    ON_PACE = "on_pace", "达序时"
    BEHIND = "behind", "滞后"
    IDLE = "idle", "未启动"


class CampaignPart(Word):
    """专项行动的项目清单: which of its projects."""

    ALL = "all", "全部项目"
    STARTED = "started", "已开工"
    FINISHED = "finished", "已竣工"
    PRODUCING = "producing", "已投产"


class DataMeasure(Word):
    """数据分的来源."""

    PACE = "INV_PACE", "超欠时序"
    RATE = "INV_DONE", "年度投资完成率"
    TYPED = "TYPED", "人工录入"
