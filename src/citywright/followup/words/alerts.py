"""What do we call it? Alerts and what becomes of them."""

from citywright.kernel.words import Word


class AlertKind(Word):
    """提醒种类: the rungs of the escalation ladder that speak by themselves (PROJECTS 1.5)."""

    REMIND = "remind", "提醒"
    URGE = "urge", "督办"
    INTERVIEW = "interview", "约谈"
    OBLIGATION = "obligation", "容缺到期"


class AlertStep(Word):
    """提醒状态."""

    RAISED = "raised", "待签收"
    TAKEN = "taken", "已签收"
    CLEARED = "cleared", "已解除"


class AlertVerb(Word):
    """提醒上的动作."""

    TAKE = "take", "签收"
