"""The reserve and what comes of it: multiple of next year's plan, starts of what was signed, raw conversion."""

from __future__ import annotations

from collections.abc import Callable

from ..words import Basis, Direction
from .kinds import DESIGN, PERCENT, Indicator, Part, Table, Truth, When, both, by, column

#: Ages in days at which signed projects are looked at, by months.
AGES = {6: 183, 12: 365, 24: 730}
YEAR = 365


def aged(days: int) -> Callable[[Table, When], Truth]:
    """Signed within one year, all of it so many days ago or longer."""
    return lambda t, when: (t.g2_day <= when.end - days) & (t.g2_day > when.end - days - YEAR)


def started_within(days: int) -> Callable[[Table, When], Truth]:
    """Of these, started within so many days of signing."""
    return lambda t, when: aged(days)(t, when) & (t.g4_day - t.g2_day <= days)


def signed(months: int) -> Indicator:
    """签约开工率 at one age."""
    days = AGES[months]
    return Indicator(
        f"SIGN_START_{months}", f"签约开工率（满 {months} 个月）", "%", 1, DESIGN,
        f"签约后 {days} 日内实质开工 ÷ 同期签约", f"签约满 {days} 日、签约日在此前一年内，且签约后 {days} 日内实质开工",
        Basis.GATES, Part(started_within(days)), f"签约满 {days} 日、签约日在此前一年内", Part(aged(days)),
        note="只比同样年龄的签约项目；框架协议不算签约", scale=PERCENT)


#: Of each raw ratio the gates it leads from and to: of these the cumulative incidence is reckoned too.
WAYS = {"CONV_SIGN": ("g1_day", "g2_day"), "CONV_LAND": ("g2_day", "g3_day"), "CONV_START": ("g3_day", "g4_day"),
        "CONV_PROD": ("g4_day", "g6_day")}


def conversion(code: str, label: str, words: tuple[str, str]) -> Indicator:
    """A raw snapshot ratio between two gates."""
    first, then = WAYS[code]
    return Indicator(
        code, f"{label}（快照，有偏）", "%", 1, DESIGN, f"{words[1]} ÷ {words[0]}",
        f"期末前{words[0]}，且期末前{words[1]}",
        Basis.GATES, Part(both(by(first), by(then))), f"期末前{words[0]}", Part(by(first)),
        note="有偏：新近进入的还没有时间走到下一步；只作描述，不作预测", scale=PERCENT)


INDICATORS = (
    Indicator("RSV_MULT", "储备倍数", "倍", 2, DESIGN, "Σ储备项目总投资 ÷ Σ下一年度计划投资",
              "已入储备库、尚未立项签约的项目，计总投资", Basis.CONTRACT,
              Part(lambda t, when: t.on_reserve, column("total_fen")), "已编下一年度计划的项目，计年度计划投资",
              Part(lambda t, when: t.next_plan_fen.notnull(), column("next_plan_fen")),
              note="只作描述，不能代替储备充足度的预测", money=True, live=True),
    Indicator("RSV_COUNT", "储备项目", "个", 0, DESIGN, "已入储备库、尚未立项签约的个数",
              "已入储备库、尚未立项签约的项目",
              Basis.GATES, Part(lambda t, when: t.on_reserve), direction=Direction.NONE),
    *(signed(months) for months in AGES),
    conversion("CONV_SIGN", "入库签约转化率", ("入储备库", "立项或签约")),
    conversion("CONV_LAND", "签约落地转化率", ("立项或签约", "落地")),
    conversion("CONV_START", "落地开工转化率", ("落地", "实质开工")),
    conversion("CONV_PROD", "开工投产转化率", ("实质开工", "投产投用")),
)
