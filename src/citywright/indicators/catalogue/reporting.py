"""Reports, problems, lamps: what the month's work shows."""

from __future__ import annotations

from ..words import Basis, Direction
from .kinds import DESIGN, PERCENT, PLANNED_WORDS, Indicator, Part, Table, Truth, When, column, planned

LAMPS = "亮灯规则集（有效版本）"


def sent(t: Table, when: When) -> Truth:
    """A report was sent in, wherever it stands now."""
    return t.report_sent


def judged(t: Table, when: When) -> Truth:
    """The project had a lamp."""
    return t.lamp_shown != ""


INDICATORS = (
    Indicator("REP_OK", "填报及时率", "%", 1, DESIGN, "按时锁定 ÷ 应报", "月报已锁定，且上报不晚于锁定时刻",
              Basis.RECORDS,
              Part(lambda t, when: planned(t, when) & t.report_on_time), PLANNED_WORDS, Part(planned), scale=PERCENT,
              live=True),
    Indicator("REP_BACK", "月报退回率", "%", 1, DESIGN, "曾被退回 ÷ 已上报", "当月已上报、曾被退回过的项目",
              Basis.RECORDS,
              Part(lambda t, when: sent(t, when) & t.report_returned), "当月已上报的项目", Part(sent),
              direction=Direction.DOWN, scale=PERCENT, live=True),
    Indicator("REP_MISSING", "未报项目", "个", 0, DESIGN, "当月应报未报或退回未改的个数",
              "列入当年年度计划，当月没有月报、仍为草稿或退回待改", Basis.RECORDS,
              Part(lambda t, when: planned(t, when) & t.report_step.isin(["", "draft", "returned"])),
              direction=Direction.DOWN, live=True),
    Indicator("REP_OPEN", "未锁定项目", "个", 0, DESIGN, "当月应报而未锁定的个数", "列入当年年度计划，当月月报没有锁定",
              Basis.RECORDS, Part(lambda t, when: planned(t, when) & (t.report_step != "locked")),
              direction=Direction.DOWN, live=True),
    Indicator("ISS_OK", "问题按期办结率", "%", 1, DESIGN, "按期办结并销号 ÷ 到期问题",
              "有到期问题的项目，计按期销号的件数",
              Basis.RECORDS, Part(lambda t, when: t.issues_due > 0, column("issues_ok")),
              "有到期问题的项目，计到期的件数", Part(lambda t, when: t.issues_due > 0, column("issues_due")),
              note="按件计；当年到期、到期日不晚于期末", scale=PERCENT, live=True),
    Indicator("ISS_BACK", "问题反弹率", "%", 1, DESIGN, "重办过的 ÷ 已销号", "有销号问题的项目，计重办过的件数",
              Basis.RECORDS, Part(lambda t, when: t.issues_closed > 0, column("issues_reopened")),
              "有销号问题的项目，计已销号的件数", Part(lambda t, when: t.issues_closed > 0, column("issues_closed")),
              note="按件计", direction=Direction.DOWN, scale=PERCENT, live=True),
    Indicator("RED", "红灯项目", "个", 0, LAMPS, "综合灯为红的个数", "期末前最近一次判灯，显示为红灯", Basis.RECORDS,
              Part(lambda t, when: t.lamp_shown == "red"), direction=Direction.DOWN, live=True, known=judged),
    Indicator("YELLOW", "黄灯项目", "个", 0, LAMPS, "综合灯为黄的个数", "期末前最近一次判灯，显示为黄灯", Basis.RECORDS,
              Part(lambda t, when: t.lamp_shown == "yellow"), direction=Direction.DOWN, live=True, known=judged),
)
