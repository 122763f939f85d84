"""Letters of the supervision ladder: each rung a numbered document (PRACTICE 6.2)."""

from citywright.kernel.words import Word


class RungColour(Word):
    """督查单颜色; none for letters without one."""

    NONE = "none", "不分色"
    BLUE = "blue", "蓝色"
    ORANGE = "orange", "橙色"
    RED = "red", "红色"


class LetterStep(Word):
    """督查文书状态."""

    ISSUED = "issued", "待签收"
    SIGNED = "signed", "待回复"
    ANSWERED = "answered", "待认可"
    ACCEPTED = "accepted", "已了结"
    CLIMBED = "climbed", "已升级"


class LetterVerb(Word):
    """督查文书上的动作."""

    SIGN = "sign", "签收"
    ANSWER = "answer", "回复"
    RETURN = "return", "退回"
    ACCEPT = "accept", "认可"
    CLIMB = "climb", "升级"
