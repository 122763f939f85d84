"""Starts: due and started, started early, claimed and not verified. A ceremony is not a start."""

from __future__ import annotations

from ..words import Basis, Direction
from .kinds import BULLETIN, DESIGN, MONTH_END, PERCENT, Indicator, Part, Table, Truth, When, both, by, planned

NEW, DUE = "当年新开工", "当年新开工、计划开工不晚于期末"
STARTED_NEW = "当年新开工、实质开工不晚于期末"
CEREMONY_DAYS = 60


def new(t: Table, when: When) -> Truth:
    """Planned to start in the year."""
    return t.year_kind == "new_start"


def unstarted(t: Table, when: When) -> Truth:
    """Without a verified start by the month's end."""
    return t.g4_day.isnull() | (t.g4_day > when.end)


def early(t: Table, when: When) -> Truth:
    """Planned to start later, or without a day."""
    return t.planned_start_day.isnull() | (t.planned_start_day > when.end)


def implemented(t: Table, when: When) -> Truth:
    """Continued or finished in the year, or started."""
    return t.year_kind.isin(["continue", "finish"]) | (new(t, when) & (t.g4_day <= when.end).fill_null(False))


due = both(new, by("planned_start_day"))
started = both(new, by("g4_day"))

INDICATORS = (
    Indicator("START_DUE", "应开工开工率", "%", 1, BULLETIN, "应开工且已开工 ÷ 应开工",
              "当年新开工、计划开工不晚于期末、实质开工不晚于期末", Basis.GATES, Part(both(due, started)), DUE,
              Part(due),
              note=MONTH_END + "；开工仪式不算开工", scale=PERCENT, live=True),
    Indicator("START_YEAR", "年度开工率", "%", 1, BULLETIN, "已开工（含提前） ÷ 当年计划新开工", STARTED_NEW,
              Basis.GATES,
              Part(started), NEW, Part(new), note=MONTH_END, scale=PERCENT, live=True),
    Indicator("START_ALL", "开工数与应开工数之比", "%", 1, BULLETIN, "已开工（含提前） ÷ 应开工", STARTED_NEW,
              Basis.GATES,
              Part(started), DUE, Part(due), note="分子含提前开工，与分母不是同一批项目，可以超过 100%", scale=PERCENT,
              live=True),
    Indicator("START_IMPL", "实施类开工率", "%", 1, "山东省重大项目通报", "已开工或续建 ÷ （计划项目 − 前期项目）",
              "续建、竣工类，或新开工类中实质开工不晚于期末", Basis.GATES, Part(implemented),
              "列入当年年度计划，前期类除外",
              Part(lambda t, when: planned(t, when) & (t.year_kind != "preparatory")), scale=PERCENT, live=True),
    Indicator("START_EARLY", "提前开工", "个", 0, BULLETIN, "计划开工晚于期末而已开工的个数",
              "当年新开工、计划开工晚于期末或未定、实质开工不晚于期末", Basis.GATES, Part(both(started, early)),
              live=True),
    Indicator("START_LATE", "未按计划开工", "个", 0, BULLETIN, "应开工而未开工的个数",
              "当年新开工、计划开工不晚于期末、期末前没有已核验的实质开工", Basis.GATES, Part(both(due, unstarted)),
              direction=Direction.DOWN, live=True),
    Indicator("START_GAP", "开工水分", "个", 0, DESIGN, "已申报开工 − 已核验开工", "实质开工已申报、尚未核验",
              Basis.GATES,
              Part(lambda t, when: t.g4_claimed), direction=Direction.DOWN, live=True),
    Indicator("START_CEREMONY", "仪式后未开工", "个", 0, DESIGN, "开工仪式满 60 日仍未核验实质开工的个数",
              "开工仪式早于期末 60 日以上，且没有已核验的实质开工", Basis.GATES,
              Part(lambda t, when: (t.g4c_day <= when.end - CEREMONY_DAYS) & unstarted(t, when)),
              direction=Direction.DOWN, live=True),
    Indicator("STARTED", "已开工项目", "个", 0, DESIGN, "累计已核验开工的个数", "列入当年年度计划、实质开工不晚于期末",
              Basis.GATES, Part(both(planned, by("g4_day"))), note=MONTH_END, live=True),
)
