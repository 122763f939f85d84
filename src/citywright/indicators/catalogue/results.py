"""What became of starts: in statistics, finished, producing; 拿地即开工, 竣工即投产, 三当年."""

from __future__ import annotations

from collections.abc import Callable

from ..words import Basis
from .kinds import (
    DESIGN,
    MONTH_END,
    PERCENT,
    Indicator,
    Part,
    Table,
    Truth,
    When,
    both,
    by,
    in_year,
    planned,
)

#: 入统: smallest total in 分 (500 万元) and days allowed after the start.
FLOOR_FEN, STATISTICS_DAYS = 5_000_000_00, 30
SHOULD_ENTER = "实质开工满 30 日、总投资 500 万元以上"


def should_enter(t: Table, when: When) -> Truth:
    """Started 30 days ago or longer, large enough for the statistics."""
    return (t.g4_day <= when.end - STATISTICS_DAYS) & (t.total_fen >= FLOOR_FEN)


def due(name: str) -> Callable[[Table, When], Truth]:
    """On the year's plan, planned to be reached in the year by the month's end."""
    return both(planned, in_year(name))


INDICATORS = (
    Indicator("FINISHED", "已竣工项目", "个", 0, DESIGN, "累计已核验竣工的个数", "列入当年年度计划、竣工不晚于期末",
              Basis.GATES, Part(both(planned, by("g5_day"))), live=True),
    Indicator("PRODUCING", "已投产项目", "个", 0, DESIGN, "累计已核验投产投用的个数",
              "列入当年年度计划、投产投用不晚于期末", Basis.GATES, Part(both(planned, by("g6_day"))), live=True),
    Indicator("STAT_IN", "纳统率", "%", 1, DESIGN, "已入统 ÷ 应入统", SHOULD_ENTER + "，且已入统", Basis.STATISTICS,
              Part(both(should_enter, by("g4s_day"))), SHOULD_ENTER, Part(should_enter), note=MONTH_END, scale=PERCENT,
              live=True),
    Indicator("LAND0", "拿地即开工率", "%", 1, DESIGN, "取得土地后 5 个工作日内取得施工许可 ÷ 取得土地",
              "当年落地，且施工许可不晚于第 5 个工作日", Basis.GATES,
              Part(lambda t, when: in_year("g3_day")(t, when) & t.land0_ok), "当年期末前落地（取得土地或场所）",
              Part(in_year("g3_day")), note="工作日数为参数，待当地确认", scale=PERCENT, live=True),
    Indicator("FIN0", "竣工即投产率", "%", 1, DESIGN, "竣工后 30 日内投产 ÷ 竣工", "当年竣工，且 30 日内投产投用",
              Basis.GATES, Part(lambda t, when: in_year("g5_day")(t, when) & t.fin0_ok), "当年期末前竣工",
              Part(in_year("g5_day")), note="日数为参数，待当地确认", scale=PERCENT, live=True),
    Indicator("THREE", "三当年率", "%", 1, DESIGN, "当年入库、当年开工、当年投产 ÷ 当年入库",
              "当年入储备库，且当年实质开工并投产投用", Basis.GATES,
              Part(both(in_year("g1_day"), in_year("g4_day"), in_year("g6_day"))), "当年期末前入储备库",
              Part(in_year("g1_day")), scale=PERCENT, live=True),
    Indicator("FIN_RATE", "竣工率", "%", 1, DESIGN, "已竣工 ÷ 计划竣工", "计划当年期末前竣工，且竣工已核验",
              Basis.GATES,
              Part(both(due("planned_finish_day"), by("g5_day"))), "计划当年期末前竣工",
              Part(due("planned_finish_day")), note=MONTH_END, scale=PERCENT, live=True),
    Indicator("PROD_RATE", "投产率", "%", 1, DESIGN, "已投产 ÷ 计划投产", "计划当年期末前投产，且投产投用已核验",
              Basis.GATES, Part(both(due("planned_production_day"), by("g6_day"))), "计划当年期末前投产",
              Part(due("planned_production_day")), note=MONTH_END, scale=PERCENT, live=True),
)
