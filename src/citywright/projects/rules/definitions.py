"""What does a figure mean? 口径: every named indicator of projects with its formula, parts, unit and source. Pure.

`docs/reference/indicators.md` is printed from this table: `python -m citywright.projects.rules.definitions`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """One named indicator. `numerator` and `denominator` say in words which projects are counted or summed."""

    code: str
    label: str
    unit: str
    decimals: int
    source: str
    formula: str
    numerator: str
    denominator: str = ""
    note: str = ""


LEAVES = "打包项目按子项目计，退库和并入的不计；类别为空的列“未归类”"
MONTH_END = "“期末”指所选月份的最后一日；只计已核验（含容缺）且在计划有效版本内的事实"
DESIGN = "项目指标目录"
BULLETIN = "公开通报的口径"

_TABLE = (
    Definition("COUNT", "项目个数", "个", 0, DESIGN,
               formula="列入当年年度计划的项目数",
               numerator="列入当年年度计划的项目",
               note=LEAVES),
    Definition("TOTAL", "总投资", "亿元", 2, DESIGN,
               formula="Σ总投资",
               numerator="列入当年年度计划的项目",
               note=LEAVES),
    Definition("PLAN", "年度计划投资", "亿元", 2, DESIGN,
               formula="Σ年度计划投资",
               numerator="列入当年年度计划的项目",
               note=LEAVES),
    Definition("INV_SUM", "年度投资完成（调度口径）", "亿元", 2, DESIGN,
               formula="Σ自年初累计完成投资（调度口径）",
               numerator="列入当年年度计划的项目",
               note="本月未报的项目取当年最近一次上报的累计数"),
    Definition("INV_MONTH", "本月完成投资（调度口径）", "亿元", 2, DESIGN,
               formula="Σ本月完成投资（调度口径）",
               numerator="列入当年年度计划的项目"),
    Definition("INV_DONE", "投资完成率", "%", 1, BULLETIN,
               formula="Σ累计完成投资 ÷ Σ年度计划投资",
               numerator="列入当年年度计划的项目，计累计完成投资",
               denominator="列入当年年度计划的项目，计年度计划投资",
               note="三种口径（合同、调度、统计）从不合并"),
    Definition("INV_PACE", "超欠时序进度", "个百分点", 1, BULLETIN,
               formula="Σ累计完成投资 ÷ Σ年度计划投资 − Σ应完成投资 ÷ Σ年度计划投资",
               numerator="列入当年年度计划的项目，计累计完成投资",
               denominator="列入当年年度计划的项目，计年度计划投资",
               note="应完成投资取分月计划累计数；没有分月计划的项目按 年度计划 × 月数 ÷ 12；用未取整的数相减"),
    Definition("START_DUE", "应开工开工率", "%", 1, BULLETIN,
               formula="应开工且已开工 ÷ 应开工",
               numerator="当年新开工、计划开工不晚于期末、实质开工不晚于期末",
               denominator="当年新开工、计划开工不晚于期末",
               note=MONTH_END + "；开工仪式不算开工"),
    Definition("START_YEAR", "年度开工率", "%", 1, BULLETIN,
               formula="已开工（含提前） ÷ 当年计划新开工",
               numerator="当年新开工、实质开工不晚于期末",
               denominator="当年新开工",
               note=MONTH_END),
    Definition("START_ALL", "开工数与应开工数之比", "%", 1, BULLETIN,
               formula="已开工（含提前） ÷ 应开工",
               numerator="当年新开工、实质开工不晚于期末",
               denominator="当年新开工、计划开工不晚于期末",
               note="分子含提前开工，与分母不是同一批项目，可以超过 100%"),
    Definition("START_IMPL", "实施类开工率", "%", 1, "山东省重大项目通报",
               formula="已开工或续建 ÷ （计划项目 − 前期项目）",
               numerator="续建、竣工类，或新开工类中实质开工不晚于期末",
               denominator="列入当年年度计划，前期类除外"),
    Definition("START_EARLY", "提前开工", "个", 0, BULLETIN,
               formula="计划开工晚于期末而已开工的个数",
               numerator="当年新开工、计划开工晚于期末或未定、实质开工不晚于期末"),
    Definition("START_LATE", "未按计划开工", "个", 0, BULLETIN,
               formula="应开工而未开工的个数",
               numerator="当年新开工、计划开工不晚于期末、期末前没有已核验的实质开工"),
    Definition("START_GAP", "开工水分", "个", 0, DESIGN,
               formula="已申报开工 − 已核验开工",
               numerator="实质开工已申报、尚未核验"),
    Definition("START_CEREMONY", "仪式后未开工", "个", 0, DESIGN,
               formula="开工仪式满 60 日仍未核验实质开工的个数",
               numerator="开工仪式早于期末 60 日以上，且没有已核验的实质开工"),
    Definition("STARTED", "已开工项目", "个", 0, DESIGN,
               formula="累计已核验开工的个数",
               numerator="列入当年年度计划、实质开工不晚于期末",
               note=MONTH_END),
    Definition("FINISHED", "已竣工项目", "个", 0, DESIGN,
               formula="累计已核验竣工的个数",
               numerator="列入当年年度计划、竣工不晚于期末"),
    Definition("PRODUCING", "已投产项目", "个", 0, DESIGN,
               formula="累计已核验投产投用的个数",
               numerator="列入当年年度计划、投产投用不晚于期末"),
    Definition("STAT_IN", "纳统率", "%", 1, DESIGN,
               formula="已入统 ÷ 应入统",
               numerator="实质开工满 30 日、总投资 500 万元以上，且已入统",
               denominator="实质开工满 30 日、总投资 500 万元以上",
               note=MONTH_END),
    Definition("INV_STAT_GAP", "口径差项目", "个", 0, DESIGN,
               formula="|调度口径 − 统计口径| ÷ 统计口径 大于 20% 的个数",
               numerator="当月有统计口径数、两口径相差 20% 以上的项目",
               note="只比较，不改统计数"),
    Definition("LAND0", "拿地即开工率", "%", 1, DESIGN,
               formula="取得土地后 5 个工作日内取得施工许可 ÷ 取得土地",
               numerator="当年落地，且施工许可不晚于第 5 个工作日",
               denominator="当年期末前落地（取得土地或场所）",
               note="工作日数为参数，待当地确认"),
    Definition("FIN0", "竣工即投产率", "%", 1, DESIGN,
               formula="竣工后 30 日内投产 ÷ 竣工",
               numerator="当年竣工，且 30 日内投产投用",
               denominator="当年期末前竣工",
               note="日数为参数，待当地确认"),
    Definition("THREE", "三当年率", "%", 1, DESIGN,
               formula="当年入库、当年开工、当年投产 ÷ 当年入库",
               numerator="当年入储备库，且当年实质开工并投产投用",
               denominator="当年期末前入储备库"),
    Definition("FUND_IN", "资金到位率", "%", 1, DESIGN,
               formula="Σ到位资金 ÷ Σ约定资金",
               numerator="有约定资金来源的项目，计期末前到位资金",
               denominator="有约定资金来源的项目，计约定资金"),
    Definition("REP_OK", "填报及时率", "%", 1, DESIGN,
               formula="按时锁定 ÷ 应报",
               numerator="月报已锁定，且上报不晚于锁定时刻",
               denominator="列入当年年度计划的项目"),
    Definition("REP_BACK", "月报退回率", "%", 1, DESIGN,
               formula="曾被退回 ÷ 已上报",
               numerator="当月已上报、曾被退回过的项目",
               denominator="当月已上报的项目"),
    Definition("REP_MISSING", "未报项目", "个", 0, DESIGN,
               formula="当月应报未报或退回未改的个数",
               numerator="列入当年年度计划，当月没有月报、仍为草稿或退回待改"),
    Definition("REP_OPEN", "未锁定项目", "个", 0, DESIGN,
               formula="当月应报而未锁定的个数",
               numerator="列入当年年度计划，当月月报没有锁定"),
    Definition("ISS_OK", "问题按期办结率", "%", 1, DESIGN,
               formula="按期办结并销号 ÷ 到期问题",
               numerator="有到期问题的项目，计按期销号的件数",
               denominator="有到期问题的项目，计到期的件数",
               note="按件计；当年到期、到期日不晚于期末"),
    Definition("ISS_BACK", "问题反弹率", "%", 1, DESIGN,
               formula="重办过的 ÷ 已销号",
               numerator="有销号问题的项目，计重办过的件数",
               denominator="有销号问题的项目，计已销号的件数",
               note="按件计"),
    Definition("FIN_RATE", "竣工率", "%", 1, DESIGN,
               formula="已竣工 ÷ 计划竣工",
               numerator="计划当年期末前竣工，且竣工已核验",
               denominator="计划当年期末前竣工",
               note=MONTH_END),
    Definition("PROD_RATE", "投产率", "%", 1, DESIGN,
               formula="已投产 ÷ 计划投产",
               numerator="计划当年期末前投产，且投产投用已核验",
               denominator="计划当年期末前投产",
               note=MONTH_END),
    Definition("RSV_MULT", "储备倍数", "倍", 2, DESIGN,
               formula="Σ储备项目总投资 ÷ Σ下一年度计划投资",
               numerator="已入储备库、尚未立项签约的项目，计总投资",
               denominator="已编下一年度计划的项目，计年度计划投资",
               note="只作描述，不能代替储备充足度的预测"),
    Definition("RED", "红灯项目", "个", 0, "亮灯规则集（有效版本）",
               formula="综合灯为红的个数",
               numerator="期末前最近一次判灯，显示为红灯"),
    Definition("YELLOW", "黄灯项目", "个", 0, "亮灯规则集（有效版本）",
               formula="综合灯为黄的个数",
               numerator="期末前最近一次判灯，显示为黄灯"),
    Definition("SCHED", "进度绩效", "", 2, "挣得进度法",
               formula="SPI = EV ÷ PV；SPI(t) = ES ÷ AT；"
                       "ES = C + (EV − PV_C) ÷ (PV_C+1 − PV_C)；IEAC(t) = PD ÷ SPI(t)",
               numerator="已完成价值 EV",
               denominator="计划价值 PV",
               note="拖期项目完工时 SPI 回到 1.00，SPI(t) 不会：8 个月的工期做了 11 个月，SPI(t) 为 0.73"),
    Definition("OBS", "观摩得分", "分", 2, "济宁 2015 年观摩评议办法",
               formula="Σ(第 k 名票数 × (100 − 3(k − 1))) ÷ 总票数",
               numerator="各名次票数 × 名次分",
               denominator="总票数"),
    Definition("EFFICACY", "功效系数得分", "分", 2, "功效系数法",
               formula="0.6w + 0.4w × (x − min) ÷ (max − min)",
               numerator="指标值 x、权重 w",
               denominator="最大值 − 最小值",
               note="各值相等时得 w"),
)
#: Every named indicator by its code, in the order people read them.
DEFINITIONS: dict[str, Definition] = {definition.code: definition for definition in _TABLE}
#: Indicators of one project or one ballot, not of a list of projects.
WITHOUT_LIST = frozenset({"SCHED", "OBS", "EFFICACY"})

HEAD = """# 指标口径 Indicators

Printed from the table of definitions (`python -m citywright.projects.rules.definitions`); a test fails when it lags.
A rate whose denominator is 0 shows "—". Differences of rates are 个百分点, taken from unrounded values.
The pages under `/definitions/` say the same in both languages.
"""


def reference() -> str:
    """The reference page of all definitions, as Markdown."""
    parts = [HEAD]
    for d in DEFINITIONS.values():
        lines = [("公式", d.formula), ("分子" if d.denominator else "范围", d.numerator), ("分母", d.denominator),
                 ("单位", f"{d.unit}，{d.decimals} 位小数" if d.unit else ""), ("来源", d.source), ("说明", d.note)]
        listed = "\n".join(f"- {name}：{text}" for name, text in lines if text)
        parts.append(f"## {d.code} {d.label}\n\n{listed}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(reference(), end="")
