"""Money of the year: plan, done, done against plan and schedule. 合同口径、调度口径、统计口径 never merge."""

from __future__ import annotations

from ..words import Basis, Direction
from .kinds import (
    BULLETIN,
    DESIGN,
    LEAVES,
    PERCENT,
    PLANNED_WORDS,
    YI,
    Indicator,
    Part,
    Table,
    When,
    Whole,
    all_rows,
    column,
    planned,
)

DONE, PLAN = "列入当年年度计划的项目，计累计完成投资", "列入当年年度计划的项目，计年度计划投资"
SCHEDULED = "应完成投资取分月计划累计数；没有分月计划的项目按 年度计划 × 月数 ÷ 12；用未取整的数相减"
MONTHS = 12


def done(t: Table, when: When) -> Whole:
    """Twelve times the money done this year."""
    return t.done_year_fen.fill_null(0) * MONTHS


def plan(t: Table, when: When) -> Whole:
    """Twelve times the year's plan."""
    return t.plan_year_fen.fill_null(0) * MONTHS


def scheduled(t: Table, when: When) -> Whole:
    """Twelve times what was due by now: the plan's own months, else the year's plan x month / 12."""
    return t.scheduled_fen.notnull().ifelse(t.scheduled_fen.fill_null(0) * MONTHS,
                                            t.plan_year_fen.fill_null(0) * when.month)


INDICATORS = (
    Indicator("COUNT", "项目个数", "个", 0, DESIGN, "列入当年年度计划的项目数", PLANNED_WORDS, Basis.RECORDS,
              Part(planned),
              note=LEAVES, direction=Direction.NONE, live=True),
    Indicator("TOTAL", "总投资", "亿元", 2, DESIGN, "Σ总投资", PLANNED_WORDS, Basis.CONTRACT,
              Part(planned, column("total_fen")), note=LEAVES, direction=Direction.NONE, scale=YI, money=True,
              live=True),
    Indicator("PLAN", "年度计划投资", "亿元", 2, DESIGN, "Σ年度计划投资", PLANNED_WORDS, Basis.DISPATCH,
              Part(planned, column("plan_year_fen")), note=LEAVES, direction=Direction.NONE, scale=YI, money=True,
              live=True),
    Indicator("INV_SUM", "年度投资完成（调度口径）", "亿元", 2, DESIGN, "Σ自年初累计完成投资（调度口径）",
              PLANNED_WORDS,
              Basis.DISPATCH, Part(planned, column("done_year_fen")), note="本月未报的项目取当年最近一次上报的累计数",
              scale=YI, money=True, live=True),
    Indicator("INV_MONTH", "本月完成投资（调度口径）", "亿元", 2, DESIGN, "Σ本月完成投资（调度口径）", PLANNED_WORDS,
              Basis.DISPATCH, Part(planned, column("done_month_fen")), scale=YI, money=True, live=True),
    Indicator("INV_DONE", "投资完成率", "%", 1, BULLETIN, "Σ累计完成投资 ÷ Σ年度计划投资", DONE, Basis.DISPATCH,
              Part(planned, column("done_year_fen")), PLAN, Part(planned, column("plan_year_fen")),
              note="三种口径（合同、调度、统计）从不合并", scale=PERCENT, money=True, live=True),
    Indicator("INV_PACE", "超欠时序进度", "个百分点", 1, BULLETIN,
              "Σ累计完成投资 ÷ Σ年度计划投资 − Σ应完成投资 ÷ Σ年度计划投资", DONE, Basis.DISPATCH,
              Part(planned, lambda t, when: done(t, when) - scheduled(t, when)), PLAN, Part(planned, plan),
              note=SCHEDULED, scale=PERCENT, times=MONTHS, money=True, live=True,
              summed="列入当年年度计划的项目，计累计完成投资减应完成投资"),
    Indicator("INV_TIME", "超欠时间进度", "个百分点", 1, BULLETIN, "Σ累计完成投资 ÷ Σ年度计划投资 − 月数 ÷ 12",
              "列入当年年度计划的项目，计累计完成投资减年度计划 × 月数 ÷ 12", Basis.DISPATCH,
              Part(planned, lambda t, when: done(t, when) - t.plan_year_fen.fill_null(0) * when.month), PLAN,
              Part(planned, plan), note="不看分月计划，只看已过月数；与超欠时序进度并列", scale=PERCENT, times=MONTHS,
              money=True),
    Indicator("INV_RATIO", "序时完成比", "%", 1, DESIGN, "Σ累计完成投资 ÷ Σ应完成投资", DONE, Basis.DISPATCH,
              Part(planned, done), "列入当年年度计划的项目，计应完成投资", Part(planned, scheduled), note=SCHEDULED,
              scale=PERCENT, times=MONTHS, money=True),
    Indicator("INV_DUE", "应完成投资", "亿元", 2, DESIGN, "Σ应完成投资", "列入当年年度计划的项目，计应完成投资",
              Basis.DISPATCH, Part(planned, scheduled), note=SCHEDULED, direction=Direction.NONE, scale=YI / MONTHS,
              times=MONTHS, money=True),
    Indicator("INV_STAT", "年度投资完成（统计口径）", "亿元", 2, DESIGN, "Σ自年初累计完成投资（统计口径）",
              "当月有统计口径数的项目", Basis.STATISTICS, Part(all_rows, column("statistics_year_fen")),
              note="三种口径（合同、调度、统计）从不合并", scale=YI, money=True),
    Indicator("INV_STAT_GAP", "口径差项目", "个", 0, DESIGN, "|调度口径 − 统计口径| ÷ 统计口径 大于 20% 的个数",
              "当月有统计口径数、两口径相差 20% 以上的项目", Basis.STATISTICS, Part(lambda t, when: t.stat_gap_listed),
              note="只比较，不改统计数", direction=Direction.DOWN, live=True),
    Indicator("FUND_IN", "资金到位率", "%", 1, DESIGN, "Σ到位资金 ÷ Σ约定资金",
              "有约定资金来源的项目，计期末前到位资金",
              Basis.RECORDS, Part(lambda t, when: t.agreed_fen > 0, column("arrived_fen")),
              "有约定资金来源的项目，计约定资金", Part(lambda t, when: t.agreed_fen > 0, column("agreed_fen")),
              scale=PERCENT, money=True, live=True),
)
