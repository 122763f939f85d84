"""What does the 通报 of a month say? Sentences and tables whose every number carries the address of its list.

The words are Chinese: this is the text of an official paper (PRACTICE 4.5). Page, Word and Excel are written from the
same `Bulletin`, so they cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from citywright.kernel.models import Area
from citywright.kernel.papers import heading_mark, long_day
from citywright.kernel.words import Lamp

from ..models import LampRun
from ..rules import rates
from . import figures, findings
from .figures import Figure, Share
from .findings import CannotSeeBulletin, Findings

__all__ = ["Bulletin", "CannotSeeBulletin", "Number", "Section", "Sentence", "Table", "compose"]

SPANS = {3: "一季度", 6: "上半年", 9: "前三季度", 12: "全年"}
#: Names written out in a sentence before 等; units named as slow.
NAMED, SLOW = 8, 3
#: Days after the bulletin by which plans of red projects are due.
PLANS_DUE_DAYS = 8
SLOT = re.compile(r"%\((\w+)\)s")
LATE, RED, BY_UNIT = "未按计划开工项目名单", "红灯项目清单", "分责任单位进展情况"


@dataclass(frozen=True)
class Number:
    """A piece of the paper: its text, the list behind it, and its exact value where it is a number."""

    text: str
    url: str = ""
    value: Decimal | Fraction | None = None
    decimals: int = 0


Filling = Number | str | tuple[Number, ...]


@dataclass(frozen=True)
class Sentence:
    """A sentence with named slots; `numbers` fills them, each with one piece or several."""

    text: str
    numbers: Mapping[str, Filling] = field(default_factory=dict)

    def pieces(self) -> list[Number]:
        """The sentence in order: plain text and numbers."""
        found: list[Number] = []
        for place, piece in enumerate(SLOT.split(self.text)):
            filled = self.numbers[piece] if place % 2 else piece
            found.extend(filled if isinstance(filled, tuple) else [_piece(filled)])
        return [piece for piece in found if piece.text]

    def __str__(self) -> str:
        return "".join(piece.text for piece in self.pieces())


def _piece(filled: Number | str) -> Number:
    return Number(filled) if isinstance(filled, str) else filled


@dataclass(frozen=True)
class Table:
    """A table of the paper; `widths` are shares of the line, columns in `left` are words."""

    name: str
    unit: str
    head: tuple[str, ...]
    rows: tuple[tuple[Number, ...], ...]
    widths: tuple[int, ...]
    left: tuple[int, ...] = (0,)
    total: tuple[Number, ...] = ()

    @property
    def unit_line(self) -> str:
        """单位：万元, or nothing for a table of words."""
        return f"单位：{self.unit}" if self.unit else ""

    @property
    def shares(self) -> list[str]:
        """The width of each column in per cent of the line."""
        return [f"{width * 100 / sum(self.widths):.1f}%" for width in self.widths]


@dataclass(frozen=True)
class Section:
    """一、… with its paragraphs and the tables that stand in the text."""

    heading: str
    paragraphs: tuple[Sentence, ...]
    tables: tuple[Table, ...] = ()
    mark: str = ""


@dataclass(frozen=True)
class Bulletin:
    """The whole paper. `preliminary` says so while reports are not locked; `figures` are its named numbers."""

    area: Area
    period: date
    as_of: date
    head: str
    number: str
    title: str
    issuer: str
    day: date
    sections: tuple[Section, ...]
    attachments: tuple[Table, ...]
    figures: tuple[Figure, ...]
    notes: tuple[Sentence, ...] = ()
    preliminary: Sentence | None = None

    @property
    def day_text(self) -> str:
        """The day as official papers write it."""
        return long_day(self.day)

    @property
    def marked(self) -> list[tuple[str, Table]]:
        """The attachments with the mark each begins with: 附件1, 附件2 …; a single one is 附件."""
        alone = len(self.attachments) == 1
        return [("附件" if alone else f"附件{number}", table) for number, table in enumerate(self.attachments, 1)]


# --- pieces -------------------------------------------------------------------------------------------------------

def _figure(found: Findings, code: str) -> Number:
    figure = found.figures[code]
    return Number(figure.shown, figure.list_url, figure.value, figure.definition.decimals)


def _part(found: Findings, code: str, *, denominator: bool = False) -> Number:
    """Numerator or denominator of a rate, in pieces."""
    figure = found.figures[code]
    count = Decimal((figure.denominator if denominator else figure.numerator) or 0)
    return Number(rates.shown(count), figure.denominator_url if denominator else figure.list_url, count)


def _lead(points: Fraction | None, url: str) -> Number:
    return Number(str(rates.lead_words(points)).replace(" ", ""), url, points, 1)


def _names(names: Sequence[str], measure: str = "个") -> str:
    """A、B、C, or 等 N 个 when there are more than fit a sentence."""
    listed = "、".join(names[:NAMED])
    return listed if len(names) <= NAMED else f"{listed}等{len(names)}{measure}"


def _series(items: Iterable[Sequence[Number | str]], separator: str) -> tuple[Number, ...]:
    """Items one after the other, the separator between them."""
    found: list[Number] = []
    for item in items:
        found.extend([Number(separator)] if found else [])
        found.extend(_piece(piece) for piece in item)
    return tuple(found)


# --- tables -------------------------------------------------------------------------------------------------------

def _share_cells(row: Share, money: int) -> tuple[Number, ...]:
    """Name, count, total, plan, done, rate, lead; money in 亿元 (`money`=2 places) or 万元 (0 places)."""
    scale = Fraction(1, 10_000) if money else Fraction(1)
    amounts = [Fraction(amount) * scale for amount in (row.total, row.pace.plan, row.pace.done)]
    rate = None if row.pace.rate is None else row.pace.rate * 100
    url = row.list_url
    return (
        Number(row.label, url), Number(rates.shown(row.count), url, Decimal(row.count)),
        *(Number(rates.shown(amount, money), url, amount, money) for amount in amounts),
        Number(rates.shown(rate, 1), url, rate, 1), Number(_signed(row.pace.lead), url, row.pace.lead, 1),
    )


def _signed(points: Fraction | None) -> str:
    text = rates.shown(points, 1)
    return f"+{text}" if points is not None and rates.rounded(points, 1) > 0 else text


def _share_table(name: str, first: str, rows: Sequence[Share], whole: Share, money: int) -> Table:
    return Table(
        name, "亿元、%、百分点" if money else "万元、%、百分点",
        (first, "个数", "总投资", "年度计划", "累计完成", "完成率", "比时序"),
        tuple(_share_cells(row, money) for row in rows), (30, 12, 22, 22, 22, 16, 16), (0,), _share_cells(whole, money),
    )


def _late_table(found: Findings) -> Table:
    url = found.figures["START_LATE"].list_url
    rows = [(Number(row.name, url), Number(row.unit), Number(row.category),
             Number(f"{row.plan_start.year}年{row.plan_start.month}月" if row.plan_start else rates.NOTHING))
            for row in found.rows if row.late]
    return Table(LATE, "", ("序号", "项目名称", "责任单位", "类别", "计划开工"), _numbered(rows), (12, 60, 26, 24, 26),
                 (1, 2, 3, 4))


def _red_table(found: Findings) -> Table:
    url = found.figures["RED"].list_url
    rows = [(Number(row.name, url), Number(row.unit), Number(row.why)) for row in found.rows if row.red]
    return Table(RED, "", ("序号", "项目名称", "责任单位", "亮灯原因"), _numbered(rows), (12, 46, 26, 64), (1, 2, 3))


def _numbered(rows: Sequence[tuple[Number, ...]]) -> tuple[tuple[Number, ...], ...]:
    return tuple((Number(str(number), "", Decimal(number)), *row) for number, row in enumerate(rows, 1))


def _attachments(found: Findings) -> tuple[Table, ...]:
    """The units always; late starts and red projects where there are any."""
    units = _share_table(BY_UNIT, "责任单位", found.units, found.whole, 0)
    return tuple(table for table in (units, _late_table(found), _red_table(found)) if table.rows or table is units)


def _mark(tables: Sequence[Table], name: str) -> str:
    """The mark under which a table is attached, as a sentence names it."""
    return "附件" if len(tables) == 1 else f"附件{[table.name for table in tables].index(name) + 1}"


# --- sections -----------------------------------------------------------------------------------------------------

def _overall(found: Findings) -> Section:
    pace, link = found.pace, found.figures["INV_PACE"]
    by_months = str(rates.lead_words(pace.lead_by_months)).replace("时序进度", "").replace(" ", "")
    slots: dict[str, Filling] = {
        "whole": found.whole_area, "year": str(found.asked.period.year), "span": found.span,
        "lead": _lead(pace.lead, link.list_url),
        "curve": Number(rates.percent(pace.schedule), link.denominator_url, pace.schedule, 1),
        "time": Number(rates.percent(pace.time), link.definition_url, pace.time, 1),
        "by_months": Number(by_months, link.list_url, pace.lead_by_months, 1),
        **{code: _figure(found, code) for code in found.figures},
    }
    return Section("总体进展", (
        Sentence("%(whole)s列入%(year)s年度计划的重点项目%(COUNT)s个，总投资%(TOTAL)s亿元，"
                 "年度计划投资%(PLAN)s亿元。", slots),
        Sentence("从计划进度看，%(span)s完成投资%(INV_SUM)s亿元（其中本月%(INV_MONTH)s亿元），占年度计划的%(INV_DONE)s%，"
                 "%(lead)s。分月计划应完成%(curve)s%；按月数平均应完成%(time)s%，实际%(by_months)s。", slots),
        Sentence("从形象进度看，累计实质开工%(STARTED)s个、竣工%(FINISHED)s个、投产投用%(PRODUCING)s个。", slots),
    ))


def _share_words(row: Share) -> list[Number | str]:
    name = f"未归类{row.count}个" if row.key == figures.UNCLASSIFIED else row.label
    rate = None if row.pace.rate is None else row.pace.rate * 100
    return [name, "完成年度计划的", Number(rates.shown(rate, 1), row.list_url, rate, 1), "%，",
            _lead(row.pace.lead, row.list_url)]


def _by_parts(found: Findings, tables: Sequence[Table]) -> Section:
    paragraphs = [Sentence("分类别看，%(parts)s。", {"parts": _series(map(_share_words, found.categories), "；")})]
    led = [row for row in found.units if row.pace.lead is not None]
    worst, best = (led[0], led[-1]) if led else (None, None)
    if worst and best and worst.pace.lead != best.pace.lead:
        paragraphs.append(Sentence(
            "分责任单位看，%(best)s（%(best_lead)s）最快，%(worst)s（%(worst_lead)s）最慢，见%(mark)s。",
            {"best": best.label, "best_lead": _lead(best.pace.lead, best.list_url), "mark": _mark(tables, BY_UNIT),
             "worst": worst.label, "worst_lead": _lead(worst.pace.lead, worst.list_url)}))
    table = _share_table("分类别进展情况", "类别", found.categories, found.whole, 2)
    return Section("分类别、分责任单位进展", tuple(paragraphs), (table,))


def _starts(found: Findings, tables: Sequence[Table]) -> Section:
    if not found.figures["START_YEAR"].denominator:
        return Section("开工情况", (Sentence("年度计划没有新开工项目。"),))
    slots: dict[str, Filling] = {
        "planned": _part(found, "START_YEAR", denominator=True), "due": _part(found, "START_DUE", denominator=True),
        "on_time": _part(found, "START_DUE"), "rate": _figure(found, "START_DUE"), "span": found.span,
        "year_rate": _figure(found, "START_YEAR"), "started": _part(found, "START_YEAR"),
        "early": _figure(found, "START_EARLY"), "late": _figure(found, "START_LATE"),
        "gap": _figure(found, "START_GAP"), "names": _names([row.name for row in found.rows if row.late]),
    }
    lines = [Sentence("年度计划新开工%(planned)s个，%(span)s应开工%(due)s个，核验开工%(on_time)s个，"
                      "应开工开工率%(rate)s%；提前开工%(early)s个，累计新开工%(started)s个，"
                      "年度开工率%(year_rate)s%。", slots)]
    if found.count("START_LATE"):
        slots["mark"] = _mark(tables, LATE)
        lines.append(Sentence("未按计划开工%(late)s个：%(names)s（见%(mark)s）。", slots))
    if found.count("START_GAP"):
        lines.append(Sentence("另有%(gap)s个已申报开工、尚未核验，不计入开工数。", slots))
    return Section("开工情况", tuple(lines))


def _behind(row: Share) -> Number:
    points = abs(row.pace.lead or Fraction(0))
    return Number(rates.shown(points, 1), row.list_url, points, 1)


def _troubles(found: Findings, tables: Sequence[Table]) -> Section:
    slow = found.slow[:SLOW]
    lines: list[Sentence] = []
    if slow:
        points = _series(([_behind(row)] for row in slow), "、")
        lines.append(Sentence("%(units)s%(apart)s慢于时序进度%(points)s个百分点。", {
            "units": "、".join(row.label for row in slow), "apart": "分别" if len(slow) > 1 else "", "points": points}))
    if found.asked.run:
        lines.append(_lamps(found, tables))
    if found.count("REP_MISSING"):
        units = list(dict.fromkeys(row.unit for row in found.rows if row.missing))
        lines.append(Sentence("%(units)s共%(missing)s个项目当月未报或退回未改。", {
            "units": _names(units, "个单位"), "missing": _figure(found, "REP_MISSING")}))
    issues = found.figures["ISS_OK"]
    if issues.denominator and issues.numerator < issues.denominator:
        lines.append(Sentence("到期问题%(due)s件，按期办结%(done)s件，按期办结率%(rate)s%。", {
            "due": _part(found, "ISS_OK", denominator=True), "done": _part(found, "ISS_OK"),
            "rate": _figure(found, "ISS_OK")}))
    return Section("存在问题", tuple(lines) or (Sentence("没有需要通报的问题。"),))


def _lamps(found: Findings, tables: Sequence[Table]) -> Sentence:
    counted: list[list[Number | str]] = []
    for dimension in findings.JUDGED:
        count = sum(row.red and row.lamps[dimension.value] == Lamp.RED for row in found.rows)
        url = figures.link("RED", found.asked, dim=dimension.value, dlamp=Lamp.RED.value)
        if count:
            counted.append([dimension.zh, Number(rates.shown(count), url, Decimal(count)), "个"])
    slots: dict[str, Filling] = {"red": _figure(found, "RED"), "yellow": _figure(found, "YELLOW")}
    if not counted:
        return Sentence("红灯项目%(red)s个，黄灯项目%(yellow)s个。", slots)
    return Sentence("红灯项目%(red)s个，其中%(parts)s（一个项目可有多项），见%(mark)s；黄灯项目%(yellow)s个。",
                    {**slots, "parts": _series(counted, "、"), "mark": _mark(tables, RED)})


def _next_steps(found: Findings) -> Section:
    due = found.day + timedelta(days=PLANS_DUE_DAYS)
    lines = []
    if found.count("RED"):
        lines.append(Sentence("有红灯项目的责任单位于%(day)s前报送整改时间表、路线图、责任人。",
                              {"day": f"{due.month}月{due.day}日"}))
    if found.count("START_LATE"):
        lines.append(Sentence("未按计划开工的项目，由责任单位逐个明确开工时间和制约因素，需要协调的提请下次调度会研究。"))
    if found.slow:
        lines.append(Sentence("慢于时序进度的单位按分月计划补齐投资，同步做好入统资料准备。"))
    if found.count("REP_OPEN"):
        lines.append(Sentence("未锁定的月报于锁定时限前审核报送，逾期按未报处理。"))
    lines.append(Sentence("下月通报对照本次数字核对整改情况。"))
    return Section("下步工作", tuple(lines))


def _notes(found: Findings) -> tuple[Sentence, ...]:
    notes = [Sentence("数据截至%(day)s，投资为调度口径；开工、竣工、投产只计已核验的事实，开工仪式不计。",
                      {"day": long_day(found.as_of)})]
    if found.plan:
        notes.append(Sentence("各项比率所用计划为%(plan)s。", {"plan": str(found.plan)}))
    if found.rounds_apart():
        notes.append(Sentence("因四舍五入，分项合计与总数略有差异。"))
    return tuple(notes)


def _preliminary(found: Findings) -> Sentence | None:
    if not found.count("REP_OPEN"):
        return None
    return Sentence("尚有%(open)s个项目的月报未锁定，本通报数字为初步数。", {"open": _figure(found, "REP_OPEN")})


def compose(person: Any, *, area: Area, period: date, run: LampRun | None = None,
            today: date | None = None) -> Bulletin:
    """The bulletin of an area and month; refuses who does not see the whole area. Four queries and the memberships."""
    found = findings.find(person, area=area, period=period, run=run, today=today)
    tables, preliminary = _attachments(found), _preliminary(found)
    span = SPANS.get(period.month, found.span)
    return Bulletin(
        area=area, period=period, as_of=found.as_of, head="重点项目通报",
        number=f"{period.year}年第{period.month}期" + ("（初稿）" if preliminary else ""),
        title=f"{period.year}年{span}{found.whole_area}重点项目进展情况", issuer=found.issuer, day=found.day,
        sections=tuple(replace(section, mark=heading_mark(1, number)) for number, section in enumerate((
            _overall(found), _by_parts(found, tables), _starts(found, tables), _troubles(found, tables),
            _next_steps(found)), 1)),
        attachments=tables, figures=tuple(found.figures.values()), notes=_notes(found), preliminary=preliminary,
    )
