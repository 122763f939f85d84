"""What is an indicator made of? Its words, and two columns of whole numbers that are summed over a fact table.

An expression is written once, over the columns of a row and the month it is asked for, and runs on any engine.
Only whole numbers are summed; the rate is an exact fraction made afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from ..words import Basis, Direction

#: Columns of a fact table, and of one row's truth or whole number (expressions of Ibis, which has no types of its own).
Table: TypeAlias = Any
Truth: TypeAlias = Any
Whole: TypeAlias = Any


@dataclass(frozen=True)
class When:
    """The month asked for, as whole numbers or as columns: days since 1970-01-01, and the month of the year."""

    end: Any
    year_start: Any
    month: Any


@dataclass(frozen=True)
class Part:
    """One list: `where` says which rows; `amount` what is summed over them (None counts rows)."""

    where: Callable[[Table, When], Truth]
    amount: Callable[[Table, When], Whole] | None = None

    def column(self, t: Table, when: When) -> Whole:
        """The whole number each row adds: its amount, or 1, and 0 when it is not on the list."""
        return self.where(t, when).ifelse(1 if self.amount is None else self.amount(t, when).fill_null(0), 0)


#: Columns of the list behind a figure, with their heads; the first is the key of a row.
LISTED = (("project", "编码"), ("name", "项目"), ("unit_name", "责任单位"), ("category_name", "类别"))


@dataclass(frozen=True)
class Indicator:
    """One named figure. `numerator` and `denominator` say in words which rows are counted or summed.

    The value is `top` ÷ `bottom` x `scale`, or `top` x `scale` without a bottom. `times` is by how much both were
    multiplied to stay whole (12 where months of the year are split); `money` says that parts are 分.
    `live` says that the ledger has a list of its own for it. `known` names the rows without which nothing is known: a
    month in which no lamp was judged has no zero reds. `summed` says what the numerator adds up where the words alone
    do not.
    """

    code: str
    label: str
    unit: str
    decimals: int
    source: str
    formula: str
    numerator: str
    basis: Basis
    top: Part
    denominator: str = ""
    bottom: Part | None = None
    note: str = ""
    direction: Direction = Direction.UP
    table: str = "project_month"
    scale: Fraction = Fraction(1)
    times: int = 1
    money: bool = False
    live: bool = False
    subject: str = ""
    listed: tuple[tuple[str, str], ...] = LISTED
    known: Callable[[Table, When], Truth] | None = None
    summed: str = ""

    @property
    def top_words(self) -> str:
        """What the numerator adds up."""
        return self.summed or self.numerator

    @property
    def parts(self) -> dict[str, Part]:
        """The lists behind it by name."""
        found = {"numerator": self.top}
        return found | {"denominator": self.bottom} if self.bottom else found


#: Scales: a rate in per cent, 分 in 亿元.
PERCENT, YI = Fraction(100), Fraction(1, 10**10)
LEAVES = "打包项目按子项目计，退库和并入的不计；类别为空的列“未归类”"
MONTH_END = "“期末”指所选月份的最后一日；只计已核验（含容缺）且在计划有效版本内的事实"
DESIGN, BULLETIN = "项目指标目录", "公开通报的口径"
PLANNED_WORDS = "列入当年年度计划的项目"


def planned(t: Table, when: When) -> Truth:
    """On the year's plan."""
    return t.year_kind != ""


def all_rows(t: Table, when: When) -> Truth:
    """Every row."""
    return t.project.notnull()


def by(name: str) -> Callable[[Table, When], Truth]:
    """The day in this column is not after the month's end."""
    return lambda t, when: t[name] <= when.end


def in_year(name: str) -> Callable[[Table, When], Truth]:
    """The day in this column lies in the year, not after the month's end."""
    return lambda t, when: (t[name] >= when.year_start) & (t[name] <= when.end)


def both(*conditions: Callable[[Table, When], Truth]) -> Callable[[Table, When], Truth]:
    """All of these hold."""
    def where(t: Table, when: When) -> Truth:
        found = conditions[0](t, when)
        for condition in conditions[1:]:
            found = found & condition(t, when)
        return found
    return where


def column(name: str) -> Callable[[Table, When], Whole]:
    """The whole number in this column."""
    return lambda t, when: t[name]
