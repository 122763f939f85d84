"""Which columns has the project list? Their heads, and cells as ready text: two thousand cells to a page.

Cells are HTML: every text from outside is escaped here. Amounts come in 分 (`queries.listing`) and are shown in 万元
without decimals, or in 亿元 with two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from citywright.kernel import periods
from citywright.ui.tables import Column
from citywright.ui.templatetags.ui import MONTHS, bullet, english, lamp, report_state

from ...queries.leaves import SEVEN, Row
from ...queries.listing import Sums
from ...words import Dimension, YearKind

NONE = "—"
MINUS = "−"
FEN_IN_WAN = 1_000_000
FEN_IN_YI = 10_000_000_000
Cell = Callable[[Row], str]
Told = Mapping[str, tuple[str, date, str]]


def wan(fen: int | None) -> str:
    """分 as whole 万元, half up."""
    return NONE if fen is None else f"{(fen + FEN_IN_WAN // 2) // FEN_IN_WAN:,}"


def yi(fen: int | None) -> str:
    """分 as 亿元 with two decimals, half up."""
    return NONE if fen is None else f"{(fen * 100 + FEN_IN_YI // 2) // FEN_IN_YI / 100:,.2f}"


def tenths(part: int, whole: int) -> int:
    """part / whole in tenths of a per cent, half away from zero."""
    amount = (2000 * abs(part) + whole) // (2 * whole)
    return amount if part >= 0 else -amount


def rate(done: int | None, plan: int | None) -> str:
    """完成率 with one decimal, — without a plan."""
    return f"{tenths(done or 0, plan) / 10:,.1f}" if plan else NONE


def lead(done: int | None, scheduled: int, plan: int | None) -> str:
    """与时序比 in percentage points with its sign, — while nothing is scheduled; red from five points behind."""
    if not plan or not scheduled:
        return NONE
    points = tenths((done or 0) - scheduled, plan)
    shown = f"{'+' if points > 0 else MINUS if points < 0 else ''}{abs(points) / 10:.1f}"
    return f'<span class="neg">{shown}</span>' if points <= -50 else shown


@dataclass(frozen=True)
class Look:
    """How the cells of a page are written: in 亿元 or 万元, the bar's full length, what was told of the works."""

    period: date
    in_yi: bool = False
    scale: float = 1.0
    told: Mapping[str, tuple[str, date, str]] | None = None

    def money(self, fen: int | None) -> str:
        return yi(fen) if self.in_yi else wan(fen)



def months_of(period: date) -> str:
    """The months of the year so far: 1–3月, Jan–Mar."""
    if english():
        return "–".join(dict.fromkeys((MONTHS[0], MONTHS[period.month - 1])))
    return "1月" if period.month == 1 else f"1–{period.month}月"


def short(dimension: Dimension) -> str:
    """The dimension's lamp in one word that fits a narrow column."""
    return _(f"{dimension.zh}灯").removesuffix("灯")


def bar(done: int | None, plan: int | None, scheduled: int, scale: float) -> str:
    """The bullet bar: done with the schedule's tick."""
    return bullet(done or 0, plan, scheduled or None, scale)


def scale_of(rows: Iterable[Row]) -> float:
    """The ratio at the bars' full length: over the longest bar or tick shown, in steps of 4 %, at most 120 %."""
    longest = max((max(row.done or 0, row.scheduled) / row.plan for row in rows if row.plan), default=1.0)
    return min(max(-(-int(longest * 1000) // 40) * 0.04, 0.08), 1.2)


def _name(row: Row) -> str:
    return f'<a class="nm" href="/projects/{escape(row.code)}/" title="{escape(row.name)}">{escape(row.name)}</a>'


def _kind(row: Row) -> str:
    return _(YearKind(row.kind).zh) if row.kind else NONE


def _physical(look: Look) -> Cell:
    """The latest 形象进度; one from an earlier month says which."""
    def cell(row: Row) -> str:
        words, period, step = (look.told or {}).get(row.id, ("", look.period, ""))
        if not words:
            return NONE
        if period == look.period:
            return f'<span title="{escape(words)}">{escape(words)}</span>'
        return f'<span class="mut" title="{escape(words)}（{periods.label(period)}）">{escape(words)}</span>'
    return cell


def _state(look: Look) -> Cell:
    def cell(row: Row) -> str:
        _words, period, step = (look.told or {}).get(row.id, ("", look.period, ""))
        return report_state(step if period == look.period else "")
    return cell


def _lamp(name: str) -> Cell:
    at = Row._fields.index(name)
    return lambda row: lamp(row[at], True)


def columns(look: Look) -> list[Column]:
    """Every column, in the order of the issued table; those not shown wait to be chosen."""
    money, months = look.money, _("年度投资，细竖线为时序，深色为达到时序")
    return [
        Column("name", "项目名称", _name, 154, "k-name", always=True, sort="name"),
        Column("unit", "责任单位", lambda row: escape(row.unit), 64, "ink2 k-unit", sort="unit"),
        Column("kind", "类型", _kind, 76 if english() else 48, "ink2 k-kind", sort="kind"),
        Column("total", "总投资", lambda row: money(row.total), 76, "num k-total", sort="total",
               total=lambda s: money(s["total"])),
        Column("plan", "年度计划", lambda row: money(row.plan), 76, "num", sort="plan", over=months,
               total=lambda s: money(s["plan"])),
        Column("month", "本月", lambda row: money(row.month), 60, "num", sort="month", over=months,
               total=lambda s: money(s["month"])),
        Column("done", months_of(look.period), lambda row: money(row.done), 64, "num", sort="done", over=months,
               total=lambda s: money(s["done"])),
        Column("bar", "", lambda row: bar(row.done, row.plan, row.scheduled, look.scale), 76 if english() else 96,
               "k-bar", over=months,
               total=lambda s: bar(s["done"], s["plan"], s["scheduled"], look.scale)),
        Column("rate", "%", lambda row: rate(row.done, row.plan), 48, "num k-rate", sort="rate", over="完成率",
               total=lambda s: rate(s["done"], s["plan"])),
        Column("pace", "百分点", lambda row: lead(row.done, row.scheduled, row.plan), 56, "num k-pace", sort="pace",
               over="与时序比", total=lambda s: lead(s["done"], s["scheduled"], s["plan"])),
        Column("shown", "综合", _lamp("shown"), 52, "c k-shown", sort="hurt"),
        *(Column(name, short(Dimension(name)), _lamp(name), 36, "c k-dim", sort=name, over="分项灯") for name in SEVEN),
        Column("physical", "形象进度", _physical(look), 0, "ink2 last k-phys"),
        *_waiting(look),
    ]


def _day(name: str) -> Cell:
    at = Row._fields.index(name)
    return lambda row: str(row[at] or NONE)


def _waiting(look: Look) -> list[Column]:
    """The columns that have to be chosen."""
    return [
        Column("code", "项目编码", lambda row: escape(row.code), 150, "ink2", shown=False, sort="code"),
        Column("category", "项目类别", lambda row: escape(row.category), 96, "ink2", shown=False, sort="category"),
        Column("due", "应完成", lambda row: look.money(row.scheduled), 72, "num", shown=False, sort="due",
               total=lambda s: look.money(s["scheduled"])),
        Column("state", "月报", _state(look), 66, "", shown=False),
        Column("plan_start", "计划开工", _day("plan_start"), 84, "ink2", shown=False, sort="plan_start"),
        Column("started_on", "核验开工", _day("started_on"), 84, "ink2", shown=False, sort="started_on"),
        Column("registered_on", "入统", _day("registered_on"), 84, "ink2", shown=False, sort="registered_on"),
        Column("waiting", "待核验", lambda row: _("有") if row.waiting else NONE, 52, "c", shown=False, sort="waiting"),
    ]


def chosen(every: list[Column], keys: Iterable[str]) -> list[Column]:
    """The columns in the order asked for, those that always stand first; by default the ones of the issued table."""
    known = {column.key: column for column in every}
    wanted = [known[key] for key in dict.fromkeys(keys) if key in known]
    if not wanted:
        return [column for column in every if column.shown]
    return [column for column in every if column.always and column not in wanted] + wanted


def width(column: Column, sums: Mapping[str, Any]) -> int:
    """The column's width, more when its sum needs it: a digit is 7.3 px wide."""
    if not column.total or column.key not in ("total", "plan", "month", "done", "due"):
        return column.width
    return max(column.width, int(len(column.total(sums)) * 7.3) + 10)


def upper(some: list[Column]) -> str:
    """The head row above neighbouring columns."""
    cells = ['<th colspan="2"></th>']
    for over, same in groupby(some, key=lambda column: column.over):
        width = len(list(same))
        css = "num k-over" if over in ("完成率", "与时序比") else "sp1 k-over" if over else "k-over"
        cells.append(f'<th colspan="{width}" class="{css}">{escape(_(over)) if over else ""}</th>')
    return f'<tr class="hd1">{"".join(cells)}</tr>'


def opening(column: Column) -> str:
    """The cell's opening tag; what has no head on a phone brings its name."""
    label = {"rate": _("完成率"), "pace": _("与时序比")}.get(column.key)
    told = f' data-l="{escape(label)}"' if label else ""
    return f'<td class="{column.css}"{told}>'


def body_row(row: Row, number: int, cells: Sequence[tuple[str, Cell]]) -> str:
    """One project as a table row with its box and its number; `cells` are opening tags with what fills them."""
    label = escape(_("选择 %(name)s") % {"name": row.name})
    told = "".join([f"{start}{cell(row)}</td>" for start, cell in cells])
    box = f'<input type="checkbox" name="pick" value="{escape(row.code)}" aria-label="{label}">'
    return f'<tr><td class="c k-pick">{box}</td><td class="num mut k-no">{number}</td>{told}</tr>'


def sum_row(sums: Sums, title: str, some: list[Column], tag: str, lamps: str) -> str:
    """小计 or 合计: the title up to the first summed column, then the sums; the lamps take what is left behind 综合."""
    first = next((n for n, column in enumerate(some) if column.total), len(some))
    cells, values = [f'<td colspan="{max(first, 1) + 2}" class="first">{title}</td>'], vars(sums)
    for n, column in enumerate(some[max(first, 1):], max(first, 1)):
        if column.key == "shown":
            cells.append(f'<td colspan="{len(some) - n}" class="k-lamps">{lamps}</td>')
            break
        cells.append(f'<td class="{column.css}">{column.total(values) if column.total else ""}</td>')
    return f'<tr{tag}>{"".join(cells)}</tr>'
