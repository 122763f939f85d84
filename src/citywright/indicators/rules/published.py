"""What may a published figure say? Columns, shapes of numbers, and how people write it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from citywright.kernel.errors import Fault, Said

from ..words import FigureKind, Qualifier
from . import units

#: Columns of the file and the longest text each takes.
COLUMNS = {"code": 20, "source": 120, "source_day": 20, "subject": 80, "metric": 120, "value": 20, "value_max": 20,
           "unit": 12, "qualifier": 16, "hedge": 12, "period": 24, "kind": 8, "location": 60, "topic": 40,
           "same_as": 40, "due": 24, "weak": 5}
NEEDED = ("code", "source", "subject", "metric", "qualifier", "kind")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,19}")
NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,4})?")
PERIOD = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?|Q[1-4]|-\d{4}(?:采暖季)?)?")
MOST_ROWS = 20_000
#: What a figure is about.
TOPIC_LABELS = {
    "agri": "农业农村", "approval": "审批服务", "culture": "文化", "digital": "数字经济", "education": "教育",
    "energy": "能源", "enterprise": "企业与产业", "finance": "经济与财政", "grid": "基层治理", "health": "卫生健康",
    "investment": "投资", "land": "土地与城建", "livelihood": "民生", "other": "其他", "project": "项目",
    "trade": "商贸物流", "transport": "交通"}
#: What a figure is, as pages call it.
KIND_LABELS = {"result": "实绩", "target": "目标", "status": "现状", "plan": "计划"}
#: Hedges before the number, between number and unit, behind the unit.
BEFORE = ("预计", "力争", "争取", "控制在", "达到", "突破", "超过", "超", "破", "约", "近")
BETWEEN, BEHIND = ("余", "多"), ("以上", "以下", "左右", "级")
USUAL = {Qualifier.AT_LEAST: "以上", Qualifier.AT_MOST: "以内", Qualifier.ABOUT: "左右"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure as rules see it."""

    code: str
    source: str
    subject: str
    metric: str
    qualifier: str
    kind: str
    source_day: str = ""
    value: Decimal | None = None
    value_max: Decimal | None = None
    unit: str = ""
    hedge: str = ""
    period: str = ""
    location: str = ""
    topic: str = ""
    same_as: str = ""
    due: str = ""
    is_weak: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a file: its number, texts by column, and the columns it should not have."""

    line: int
    given: Mapping[str, str]
    extra: tuple[str, ...] = field(default=())


def check(rows: Iterable[Row]) -> tuple[list[Figure], list[Fault]]:
    """The figures of the rows, and every fault with its line and column, all at once."""
    figures: list[Figure] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            faults.append(Fault(Said("多于 %(most)s 行：请分成几个文件", {"most": MOST_ROWS}), cell=str(row.line)))
            break
        wrong = list(_faults(row, seen))
        seen.setdefault(row.given.get("code", ""), row.line)
        faults += wrong
        if not wrong:
            figures.append(_figure(row.given))
    return figures, faults


def _faults(row: Row, seen: Mapping[str, int]) -> Iterable[Fault]:
    """Every fault of one row."""
    def fault(column: str, text: str, **values: object) -> Fault:
        return Fault(Said(text, dict(values)), cell=str(row.line), header=column, read=row.given.get(column, "")[:60])

    for column in row.extra:
        yield Fault(Said("没有这一列，可用：%(columns)s", {"columns": list(COLUMNS)}), cell=str(row.line),
                    header=column[:40])
    for column, longest in COLUMNS.items():
        text = row.given.get(column, "")
        if not text and column in NEEDED:
            yield fault(column, "不能为空")
        if len(text) > longest:
            yield fault(column, "超过 %(most)s 字", most=longest)
        if any(ord(sign) < 32 for sign in text):
            yield fault(column, "含有不可见的控制字符")
    yield from _shapes(row, seen, fault)


def _shapes(row: Row, seen: Mapping[str, int], fault: Callable[..., Fault]) -> Iterable[Fault]:
    """Codes, numbers, units and words that are none."""
    given = row.given
    code = given.get("code", "")
    if code and not CODE.fullmatch(code):
        yield fault("code", "编号用字母、数字、连字符，至多 20 位")
    if code in seen:
        yield fault("code", "与第 %(line)s 行的编号重复", line=seen[code])
    for column in ("value", "value_max"):
        if given.get(column) and not NUMBER.fullmatch(given[column]):
            yield fault(column, "不是数：至多 12 位整数、4 位小数，不带单位、逗号和约字")
    yield from _words(given, fault)
    if given.get("value") and not given.get("unit"):
        yield fault("unit", "有数就要有单位")
    if not given.get("value") and not given.get("due") and not given.get("qualifier", "").startswith("growth"):
        yield fault("value", "没有数时，应在 due 写明时间目标")
    for column in ("period", "due"):
        if given.get(column) and not PERIOD.fullmatch(given[column]):
            yield fault(column, "应写成 2024、2024-03、2024-03-01、2024Q1 或 2024-2028")
    yield from _range(given, fault)


def _words(given: Mapping[str, str], fault: Callable[..., Fault]) -> Iterable[Fault]:
    """Words of lists that are known."""
    for column, known in WORDS.items():
        if given.get(column) and given[column] not in known:
            yield fault(column, "不认识，可用：%(known)s", known=sorted(known))
    if given.get("unit") and not units.is_known(given["unit"]):
        yield fault("unit", "单位不认识；万、亿并入数中，但亿元、万元、亿美元、万平方米、万千瓦除外")
    if given.get("weak", "") not in ("", "0", "1", "true", "false"):
        yield fault("weak", "只能是 1 或空")


def _range(given: Mapping[str, str], fault: Callable[..., Fault]) -> Iterable[Fault]:
    low, high = given.get("value", ""), given.get("value_max", "")
    if (given.get("qualifier") == Qualifier.RANGE) != bool(high):
        yield fault("value_max", "区间要有上限，别的约数没有上限")
    if NUMBER.fullmatch(low) and NUMBER.fullmatch(high) and Decimal(high) < Decimal(low):
        yield fault("value_max", "上限小于下限")


def _figure(given: Mapping[str, str]) -> Figure:
    texts = {column: given.get(column, "") for column in COLUMNS if column not in ("value", "value_max", "weak")}
    return Figure(**texts, value=_number(given.get("value")), value_max=_number(given.get("value_max")),
                  is_weak=given.get("weak", "") in ("1", "true"))


def _number(text: str | None) -> Decimal | None:
    return Decimal(text).quantize(Decimal("0.0001")) if text else None


def chinese(figure: Figure) -> str:
    """The figure as people write it: 约143.85亿元, 200余个, 增长6%左右, 8.69万项; a date target its time."""
    if figure.value is None:
        return figure.due or figure.hedge
    hedges = [part for part in figure.hedge.split("/") if part]
    before = "".join(h for h in hedges if h in BEFORE)
    behind = "".join(h for h in hedges if h in BEHIND)
    kind = Qualifier(figure.qualifier.removeprefix("growth_"))
    between = next((h for h in hedges if h in BETWEEN), "")
    if not (before or behind or between) or (kind == Qualifier.AT_LEAST and not (
            between or behind or set(hedges) & {"突破", "超过", "超", "破"})):
        behind += USUAL.get(kind, "")
    number = units.chinese(figure.value, "" if between else figure.unit)
    if figure.value_max is not None:
        number = f"{units.plain(figure.value)}–{units.chinese(figure.value_max, figure.unit)}"
    grown = "增长" if figure.qualifier.startswith("growth") else "第" if figure.unit in units.RANKS else ""
    return f"{before}{grown}{number}{between}{figure.unit if between else ''}{behind}"


def english(figure: Figure) -> str:
    """The same for an English page: ≥ 200, about CNY 100 m …; numbers with parted thousands."""
    if figure.value is None:
        return figure.due or "—"
    kind = Qualifier(figure.qualifier.removeprefix("growth_"))
    mark = {Qualifier.AT_LEAST: "≥ ", Qualifier.AT_MOST: "≤ ", Qualifier.ABOUT: "≈ "}.get(kind, "")
    before, by, behind = units.SCALED.get(figure.unit, ("", Decimal(1), units.english(figure.unit)))
    number = units.parted(figure.value * by)
    if figure.value_max is not None:
        number += f"–{units.parted(figure.value_max * by)}"
    if figure.unit in units.RANKS:
        before = "No. "
    grown = "+" if figure.qualifier.startswith("growth") else ""
    return f"{mark}{before}{grown}{number}{'' if behind in ('', '%') else ' '}{behind}".strip()


def days_of(period: str) -> tuple[date, date] | None:
    """First and last day of a period as published, or None when it names none."""
    text = period.removesuffix("采暖季")
    if not PERIOD.fullmatch(text):
        return None
    try:
        if "Q" in text:
            first = date(int(text[:4]), int(text[5]) * 3 - 2, 1)
            return first, _month_end(first.year, first.month + 2)
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 2 and parts[1] > 12:
            return date(parts[0], 1, 1), date(parts[1], 12, 31)
        if len(parts) == 3:
            return date(*parts), date(*parts)
        if len(parts) == 2:
            return date(parts[0], parts[1], 1), _month_end(parts[0], parts[1])
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date:
    return (date(year + month // 12, month % 12 + 1, 1)) - timedelta(days=1)


WORDS = {"qualifier": frozenset(q.value for q in Qualifier), "kind": frozenset(kind.value for kind in FigureKind),
         "topic": frozenset(TOPIC_LABELS)}
