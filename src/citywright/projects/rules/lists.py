"""Which lists are there, what fills each, what one row of it is, and who decides about its changes? Pure: no Django.

`RULES` is the table of PROJECTS 1.3 as far as the packages built so far can fill it. The sets of rows behind a code
stand in `queries.lists`. A list that nothing can fill yet is not in the table and is shown nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from citywright.kernel.steps import Loop, Move
from citywright.kernel.words import Role

from ..words import ChangeStep, ChangeVerb, ListKind, RowKind
from . import rates

LIVE, QUERY, MANUAL = ListKind.LIVE, ListKind.QUERY, ListKind.MANUAL
PROJECT = RowKind.PROJECT


@dataclass(frozen=True)
class Rule:
    """One list: what it is called and means, what fills it, what a row is, what stands in its further columns.

    `columns` are keys of `queries.lists` values beside those that every row of its kind has. `is_issued` is false for
    a list whose rows are numbered documents themselves. `adds` says that a batch stands beside the one before it;
    otherwise the latest batch stands alone.
    """

    code: str
    name: str
    words: str
    kind: ListKind
    rows: RowKind = PROJECT
    cycle: str = ""
    columns: tuple[str, ...] = ()
    is_issued: bool = True
    adds: bool = False


_TABLE = (
    Rule("RSV", "储备项目", "已入储备库、尚未签约立项的项目，按月发布", LIVE, cycle="每月", columns=("g1_on",)),
    Rule("PLN", "谋划项目", "正在谋划、尚未入储备库的项目", LIVE),
    Rule("KEY-P", "省重点项目", "省年度重点项目名单，以印发文件为准", MANUAL, cycle="每年"),
    Rule("KEY-C", "市重点项目", "市年度重点项目名单，以印发文件为准", MANUAL, cycle="每年"),
    Rule("KEY-D", "区重点项目", "区年度重点项目名单，以印发文件为准", MANUAL, cycle="每年"),
    Rule("GLC", "绿色低碳高质量发展项目", "绿色低碳高质量发展重大项目名单，以印发文件为准", MANUAL, cycle="每年"),
    Rule("NEW", "新开工项目", "计划当年开工的项目", QUERY, cycle="每年", columns=("plan_start", "g4_on")),
    Rule("CON", "续建项目", "以前年度已开工、当年继续建设的项目", QUERY, cycle="每年", columns=("g4_on",)),
    Rule("FIN", "竣工投产项目", "计划当年竣工或投产的项目", QUERY, cycle="每年",
         columns=("plan_finish", "g5_on", "g6_on")),
    Rule("QST", "季度集中开工项目", "季度集中开工活动的项目", MANUAL, cycle="每季度", adds=True),
    Rule("SIGN", "签约项目", "已签正式协议的项目", QUERY, columns=("g2_on",)),
    Rule("ISS", "问题清单", "尚未销号的问题，超期的在前", LIVE, RowKind.PROBLEM),
    Rule("RSP", "责任清单", "项目的包联领导、项目长、服务管家和联系人，以当前登记为准", LIVE, RowKind.RESPONSIBILITY),
    Rule("TSK", "任务节点清单", "计划当年完成的节点，未完成且已到期的在前", LIVE, RowKind.MILESTONE),
    Rule("SUP", "督办清单", "已发出的督查文书；文书本身有文号，本清单不另行印发", LIVE, RowKind.LETTER,
         is_issued=False),
    Rule("LND0", "拿地即开工项目", "取得土地后在规定工作日内取得施工许可的项目", QUERY,
         columns=("g3_on", "g4p_on", "land0_days")),
    Rule("FIN0", "竣工即投产项目", "竣工后在规定天数内投产的项目", QUERY, columns=("g5_on", "g6_on", "fin0_days")),
    Rule("THREE", "三当年项目", "入储备库、实质开工和投产都在当年的项目（当年谋划、当年开工、当年投产）", QUERY,
         columns=("g1_on", "g4_on", "g6_on", "three_days")),
    Rule("STL", "停滞项目", "已暂停，或停在一个关口之后超过规定时间没有推进的项目；“五未”的文字待确认，按关口事实列示",
         LIVE, columns=("stalled",)),
    Rule("BND", "专项债和中央资金项目", "使用专项债或中央预算内资金的项目", LIVE, RowKind.FUND),
    Rule("OBS", "观摩点位", "列入观摩评议的项目", QUERY),
    Rule("UNS", "应统未统项目", "已实质开工满 30 天、达到入统标准而未入统的项目", LIVE, columns=("g4_on", "since_g4")),
    Rule("DUE", "应开工未开工项目", "计划开工日期已到而未实质开工的项目", LIVE, columns=("plan_start", "late_start")),
)
RULES: Mapping[str, Rule] = {rule.code: rule for rule in _TABLE}
#: The tiers whose overlap every list page shows.
TIERS = ("KEY-P", "KEY-C", "KEY-D", "GLC")
#: Lists whose batches stand beside each other.
ADDING = tuple(rule.code for rule in _TABLE if rule.adds)
#: The pool whose removal may take the project out altogether.
POOL = "RSV"
#: 集中开工.
CEREMONY = "QST"
#: The category, or the one above it, whose projects a ceremony counts as industrial.
INDUSTRIAL = "industrial"
#: How the codes of the lists an office defines itself begin.
OWN = "U"

#: Further columns: their heads, and whether they hold a day, a number of days, or words.
DAYS, DAY, WORDS = "days", "day", "words"
COLUMNS: Mapping[str, tuple[str, str]] = {
    "g1_on": ("入储备库", DAY), "g2_on": ("立项/签约", DAY), "g3_on": ("落地", DAY), "g4p_on": ("施工许可", DAY),
    "g4_on": ("实质开工", DAY), "g5_on": ("竣工", DAY), "g6_on": ("投产/投用", DAY),
    "plan_start": ("计划开工", DAY), "plan_finish": ("计划竣工", DAY),
    "land0_days": ("历时（工作日）", DAYS), "fin0_days": ("历时（天）", DAYS), "three_days": ("谋划到投产（天）", DAYS),
    "since_g4": ("开工至今（天）", DAYS), "late_start": ("超期（天）", DAYS), "stalled": ("停在哪里", WORDS),
}

#: 停滞: how many days after a gate without the next one, and how many months without investment while building. The
#: published wording of 五未 is unconfirmed: these are parameters, and a definition's `rule` may set others by name.
STALLED: Mapping[str, int] = {"approved": 365, "landed": 180, "building_months": 3, "finished": 180, "producing": 730}
STALLED_WORDS: Mapping[str, str] = {
    "suspended": "已暂停", "approved": "立项签约满 %(n)s 天未落地", "landed": "落地满 %(n)s 天未实质开工",
    "building_months": "在建，连续 %(n)s 个月没有投资完成", "finished": "竣工满 %(n)s 天未投产",
    "producing": "投产满 %(n)s 天未达效",
}
LONGEST = 3650


def stalled_after(own: Mapping[str, Any]) -> dict[str, int]:
    """The limits of 停滞 in force: a definition's own whole numbers above the neutral ones; others are ignored."""
    return {name: own[name] if isinstance(own.get(name), int) and 0 < own[name] <= LONGEST else days
            for name, days in STALLED.items()}


#: What the columns are measured against, for the note under a list: parameter and its sentence.
MEASURED: Mapping[str, tuple[str, int]] = {
    "LND0": ("规定为取得土地后 %(n)s 个工作日内", rates.LAND0_WORKDAYS),
    "FIN0": ("规定为竣工后 %(n)s 天内", rates.FIN0_DAYS),
    "QST": ("活动满 %(n)s 天而未核验实质开工的列为未开工", rates.CEREMONY_DAYS),
}

ASKERS = frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.CITY})
SCREENERS = frozenset({Role.OFFICE, Role.VERIFIER})
DECIDERS = frozenset({Role.OFFICE, Role.CITY, Role.LEADER})

#: 增补、退库、恢复: 初审 and 终审 by two people, neither of whom asked (PRACTICE 0, rule 15).
CHANGE = Loop(
    name="list_change", first=ChangeStep.PROPOSED, ends=frozenset({ChangeStep.ACCEPTED, ChangeStep.REFUSED}),
    moves=(
        Move(ChangeVerb.SCREEN, frozenset({ChangeStep.PROPOSED}), ChangeStep.SCREENED, SCREENERS),
        Move(ChangeVerb.ACCEPT, frozenset({ChangeStep.SCREENED}), ChangeStep.ACCEPTED, DECIDERS),
        Move(ChangeVerb.REFUSE, frozenset({ChangeStep.PROPOSED}), ChangeStep.REFUSED, SCREENERS),
        Move(ChangeVerb.REFUSE, frozenset({ChangeStep.SCREENED}), ChangeStep.REFUSED, DECIDERS),
    ),
)
