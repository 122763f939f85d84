"""Typed text as a person sees it in a cell: numbers, money, days, spans, percent, yes and no. Pure: no Django.

Every reader takes the raw value of a cell (text, number, day, nothing) and returns what it says, or a `Mark`:
`BLANK` (an empty cell or "—": nothing is to be changed) or `CLEAR` (清空: the value is to be taken away).
What cannot be read is refused with what was expected; nothing is guessed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, NamedTuple

import cn2an

from ..errors import Refusal


class CannotReadText(Refusal):
    """The text in a cell is not what its column holds; `expected` says what would be read."""

    def __init__(self, text: str, *, expected: str, **values: Any) -> None:
        super().__init__(text, **values)
        self.expected = expected


class Mark(Enum):
    """What an empty cell means, and what the word 清空 means."""

    BLANK = "blank"
    CLEAR = "clear"


class Day(NamedTuple):
    """A day as typed. `exact` is false when only the month was written: `on` is then its first day."""

    on: date
    exact: bool = True
    at: time | None = None


class Span(NamedTuple):
    """From and until, either of them open."""

    first: Day | None
    last: Day | None


#: 万元 in one of each unit of money that a header, a unit line or a cell may name.
UNITS: dict[str, Decimal] = {
    "元": Decimal("0.0001"), "千元": Decimal("0.1"), "万元": Decimal(1), "百万元": Decimal(100),
    "千万元": Decimal(1000), "亿元": Decimal(10_000), "百亿元": Decimal(1_000_000), "千亿元": Decimal(10_000_000),
    "万亿元": Decimal(100_000_000),
}
CLEAR_WORD = "清空"
NOTHING = frozenset({
    "", "-", "--", "---", "—", "——", "–", "−", "/", "//", "\\", "无", "暂无", "n/a", "na", "none", "null"})
FOREIGN = ("美元", "美金", "欧元", "港元", "港币", "日元", "英镑", "usd", "eur", "hkd", "$", "€", "£")
YES = frozenset({"是", "已", "有", "√", "✓", "y", "yes", "true", "1", "已入统", "已纳统", "已入库", "已开工"})
NO = frozenset({"否", "未", "没有", "×", "✗", "x", "n", "no", "false", "0", "未入统", "未纳统", "未入库", "未开工"})
AMOUNT_EXPECTED = "数字，例如 1234.5、1,234.50、1.2亿"
DAY_EXPECTED = "日期，例如 2024年3月5日、2024.03.05、2024-3"
FIRST_SERIAL, LAST_SERIAL = 18_264, 73_415   # 1950-01-01 and 2100-12-31 as a sheet counts days
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_HIDDEN_OR_SPACE = re.compile("[\\s" + _HIDDEN.pattern[1:])
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万亿点壹贰叁肆伍陆柒捌玖拾佰仟]+")
_PLAIN = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[+-]?\d{1,2})?")
_TIMES = {"": 1, "百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "百亿": 10**10,
          "千亿": 10**11, "万亿": 10**12}
_SCALED = re.compile(r"(?P<digits>[+-]?[\d,.]+(?:e[+-]?\d+)?)(?P<times>万亿|千亿|百亿|亿|千万|百万|万|千|百)?")
_TWO_PARTS = re.compile(r"(?P<yi>[\d.]+)亿(?P<wan>[\d.]+)万")


def clean(value: Any) -> str:
    """The text with full-width signs made plain, and without spaces of any kind or invisible characters."""
    text = unicodedata.normalize("NFKC", str(value))
    return _HIDDEN_OR_SPACE.sub("", text)


def mark_of(value: Any) -> Mark | None:
    """BLANK or CLEAR when the cell says nothing or 清空, else None."""
    if value is None or value == "":
        return Mark.BLANK
    if not isinstance(value, str):
        return None
    text = clean(value).lower()
    if text == CLEAR_WORD:
        return Mark.CLEAR
    return Mark.BLANK if text in NOTHING else None


def shown(value: int | float) -> Decimal:
    """The number as the sheet shows it, fifteen digits at most: 5.0 is 5 and 0.1 + 0.2 is 0.3."""
    if isinstance(value, float) and not math.isfinite(value):
        raise CannotReadText("不是数字", expected=AMOUNT_EXPECTED)
    return tidy(Decimal(value) if isinstance(value, int) else Decimal(format(value, ".15g")))


def tidy(number: Decimal) -> Decimal:
    """The same number without trailing zeros and never in scientific notation."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _digits(text: str) -> Decimal:
    """Plain digits with optional thousands; refuses everything else."""
    if not text or not _PLAIN.fullmatch(text):
        raise CannotReadText("读不出数字", expected=AMOUNT_EXPECTED)
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise CannotReadText("读不出数字", expected=AMOUNT_EXPECTED) from error


def _about(text: str) -> str:
    """The text without 约, 近, 左右, 余 and the yuan sign."""
    text = re.sub(r"^(?:大约|约为|约|近|共计|共|计|人民币|¥|¥)+", "", text.lower())
    return re.sub(r"(?:左右|余|多|上下)$", "", text).replace("−", "-")


def _scaled(text: str) -> tuple[Decimal, bool]:
    """The number a text says, and whether the text itself named its size (万, 亿, Chinese numerals from 万 on)."""
    both = _TWO_PARTS.fullmatch(text)
    if both:
        return _digits(both["yi"]) * 10**8 + _digits(both["wan"]) * 10**4, True
    found = _SCALED.fullmatch(text)
    if found:
        return _digits(found["digits"]) * _TIMES[found["times"] or ""], bool(found["times"])
    if _CHINESE.fullmatch(text):
        try:
            return Decimal(str(cn2an.cn2an(text, "smart"))), bool(set(text) & {"万", "亿"})
        except ValueError as error:
            raise CannotReadText("读不出数字", expected=AMOUNT_EXPECTED) from error
    raise CannotReadText("读不出数字", expected=AMOUNT_EXPECTED)


def _ready(value: Any, expected: str) -> Decimal | str:
    """A number as it is, or the cleaned text; days and true/false are not numbers."""
    if isinstance(value, bool | date | time | timedelta):
        raise CannotReadText("这里不是数字", expected=expected)
    if isinstance(value, Decimal):
        return tidy(value)
    return shown(value) if isinstance(value, int | float) else _about(clean(value))


def number(value: Any) -> Decimal | Mark:
    """A plain number: 1,234.50, １２３, 约3万, 一百二十, 5.0 (which is 5); a unit behind it (亩, 个) is passed over."""
    mark = mark_of(value)
    if mark is not None:
        return mark
    text = _ready(value, AMOUNT_EXPECTED)
    if isinstance(text, Decimal):
        return text
    return tidy(_scaled(re.sub(r"(?:个|家|人|亩|平方米|㎡|m2|公里|公顷|项|户|处|吨)$", "", text))[0])


def money(value: Any, unit: str = "") -> Decimal | Mark:
    """An amount in 万元. A unit in the cell (1.2亿, 3500万元) goes before `unit`, that of the header or unit line.

    Refuses an amount without any unit, and amounts in foreign money.
    """
    mark = mark_of(value)
    if mark is not None:
        return mark
    text = _ready(value, AMOUNT_EXPECTED)
    if isinstance(text, Decimal):
        return tidy(text * _factor(unit))
    if any(sign in text for sign in FOREIGN):
        raise CannotReadText("这里是外币", expected="人民币金额")
    in_yuan = text.endswith("元")
    amount, sized = _scaled(text.removesuffix("元"))
    return tidy(amount * (UNITS["元"] if in_yuan or sized else _factor(unit)))


def _factor(unit: str) -> Decimal:
    if unit not in UNITS:
        raise CannotReadText("不知道金额单位", expected="表头或右上角写明“单位：万元”")
    return UNITS[unit]


def percent(value: Any) -> Decimal | Mark:
    """Percent as percent: "12.5%", 百分之十二点五 and 12.5 are 12.5. A bare fraction stays as it stands."""
    mark = mark_of(value)
    if mark is not None:
        return mark
    text = _ready(value, "百分数，例如 12.5%")
    if isinstance(text, Decimal):
        return text
    text = re.sub(r"^百分之", "", text)
    return tidy(_scaled(re.sub(r"(?:%|个百分点|百分点)$", "", text))[0])


def yes_no(value: Any) -> bool | Mark:
    """是 or 否, in the ways people tick a box."""
    if isinstance(value, bool):
        return value
    mark = mark_of(value)
    if mark is not None:
        return mark
    text = clean(shown(value) if isinstance(value, int | float) else value).lower()
    if text in YES or text in NO:
        return text in YES
    raise CannotReadText("读不出是或否", expected="是 / 否")


def words(value: Any) -> str | Mark:
    """Running text, trimmed; a whole number without its “.0”. Lines inside a cell are kept."""
    mark = mark_of(value)
    if mark is not None and not (isinstance(value, str) and clean(value) in {"无", "暂无"}):
        return mark
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return str(shown(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ", timespec="minutes")
    text = str(value).replace("\r\n", "\n").replace("\u3000", " ").replace("\xa0", " ")
    text = _HIDDEN.sub("", text).strip()
    return text[1:] if re.match(r"'[=+\-@]", text) else text
