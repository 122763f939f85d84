"""Which figures are on a board, and what do they say? For pages, for files, for `figures board --json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet

from citywright.kernel import access, periods
from citywright.kernel.errors import CannotReach, Said
from citywright.kernel.models import Area
from citywright.kernel.words import THREE_ADMINISTRATORS
from citywright.lake import rates
from citywright.ui.charts import Svg, sparkline

from ..catalogue import CATALOGUE, DEFAULT, Indicator
from ..models import Board
from ..rules import comparing
from . import tables, values
from .reading import Scope
from .values import MONTHS, Value

#: The ledger's own list behind a figure it has too.
LIVE = "/projects/"


@dataclass(frozen=True)
class Figure:
    """One figure on a board: its value, what it was, how it ran, and where its rows are."""

    value: Value
    before: Value | None
    last_year: Value | None
    spark: tuple[Fraction | None, ...]
    where: Mapping[str, str]

    @property
    def indicator(self) -> Indicator:
        """What it means."""
        return self.value.indicator

    @property
    def list_url(self) -> str:
        """The rows of its numerator, from the same files."""
        return f"/indicators/{self.value.code}/list/?{urlencode(self.where)}"

    @property
    def denominator_url(self) -> str:
        """The rows of its denominator, or nothing."""
        return f"{self.list_url}&part=denominator" if self.indicator.bottom else ""

    @property
    def live_url(self) -> str:
        """The ledger's own list, where it has one."""
        asked = {"measure": self.value.code, "part": "numerator", **self.where}
        return f"{LIVE}?{urlencode(asked)}" if self.indicator.live else ""

    @property
    def definition_url(self) -> str:
        """The page that says what it means."""
        return f"/indicators/{self.value.code}/"

    @property
    def comparisons(self) -> list[Said]:
        """Since last month, and since the same month of last year."""
        one, now = self.indicator, self.value.value
        return [comparing.compared(now, base.value if base else None, one.unit, one.decimals, since)
                for base, since in ((self.before, comparing.BEFORE), (self.last_year, comparing.LAST_YEAR))]

    @property
    def picture(self) -> Svg:
        """Its run as a small line."""
        return sparkline(self.spark)

    @property
    def worse(self) -> bool:
        """Whether it moved the wrong way since last month."""
        base = self.before.value if self.before else None
        return comparing.is_worse(self.value.value, base, self.indicator.direction)

    @property
    def numerator(self) -> str:
        """The numerator in 万元 or pieces."""
        return amount_words(self.indicator, self.value.numerator)

    @property
    def denominator(self) -> str:
        """The denominator in 万元 or pieces."""
        return amount_words(self.indicator, self.value.denominator) if self.indicator.bottom else ""


def amount_words(one: Indicator, amount: int | None) -> str:
    """A whole number of the lake as people read it: 分 as 万元 (two places unless whole), pieces as they are."""
    exact = None if amount is None else Fraction(amount, one.times * (1_000_000 if one.money else 1))
    return rates.shown(exact, 2 if one.money and exact is not None and exact.denominator > 1 else 0)


def figures(codes: Iterable[str], scope: Scope, area: Area, period: date) -> list[Figure]:
    """These figures with their comparisons and their run of twelve months; one aggregate per fact table."""
    wanted = list(codes)
    found = values.with_history(wanted, scope, period)
    months = sorted(found)[-MONTHS:]
    where = {"area": area.code, "month": periods.label(period)}
    before, last_year = found[periods.shifted(period, -1)], found[periods.shifted(period, -MONTHS)]
    return [Figure(found[period][code], before[code], last_year[code],
                   tuple(found[month][code].value for month in months), where) for code in wanted]


# --- boards -------------------------------------------------------------------------------------------------------

def visible_to(person: Any) -> QuerySet[Board]:
    """One's own boards and those shared in an area where one works; a board holds no rows, only which figures."""
    held = [m for m in access.memberships(person) if m.role not in THREE_ADMINISTRATORS]
    if not held:
        return Board.objects.none()
    shared = Q()
    for path in {m.area.path for m in held}:
        shared |= Q(area__path__startswith=path)
    return Board.objects.filter(ended_at__isnull=True).filter(Q(owner=person) | Q(is_shared=True) & shared)


def board(person: Any, key: UUID | str) -> Board:
    """The visible board with this key; hidden, absent and what is no key are refused the same way."""
    try:
        wanted = UUID(str(key))
    except ValueError:
        raise CannotReach("没有这个看板，或您无权查看") from None
    found = visible_to(person).select_related("area", "owner", "unit").filter(pk=wanted).first()
    if found is None:
        raise CannotReach("没有这个看板，或您无权查看")
    return found


def boards(person: Any, area: Area) -> list[Board]:
    """The boards a person can open for an area: the area's own first, then by name."""
    return list(visible_to(person).filter(area=area).select_related("owner", "unit").order_by("-is_default", "name"))


def default_of(area: Area) -> Board | None:
    """The board that an area set as its own."""
    return Board.objects.filter(area=area, is_default=True, ended_at__isnull=True).first()


def codes_of(found: Board | None) -> list[str]:
    """The codes of a board that the catalogue knows; the sensible set where there is no board."""
    return [code for code in found.codes if code in CATALOGUE] if found else list(DEFAULT)


def plan_words(scope: Scope, year: int) -> str:
    """Which plan version the figures of a year stand on, in words; "" when none was published."""
    return tables.plan_version(scope, year)


def told(area: Area, period: date, codes: Iterable[str] | None = None) -> dict[str, Any]:
    """The area's board as plain data: value, unit, parts, as-of and definition of each figure."""
    scope = Scope(area.path)
    wanted = codes_of(default_of(area)) if codes is None else list(codes)
    found = values.evaluate(wanted, area_path=area.path, period=period)
    return {"area": area.code, "name": area.name, "month": periods.label(period),
            "plan": plan_words(scope, period.year), "figures": [figure_told(found[code]) for code in wanted]}


def figure_told(value: Value) -> dict[str, Any]:
    """One figure as plain data; the value is exact, as a fraction in words, and as it is shown."""
    one = value.indicator
    return {"code": one.code, "label": one.label, "value": None if value.value is None else str(value.value),
            "shown": value.shown, "unit": one.unit, "numerator": value.numerator, "denominator": value.denominator,
            "times": one.times, "as_of": value.as_of.isoformat(), "definition": definition_told(one)}


def definition_told(one: Indicator) -> dict[str, str]:
    """What a figure means, in words."""
    return {"formula": one.formula, "numerator": one.top_words, "denominator": one.denominator, "basis": one.basis.zh,
            "source": one.source, "direction": one.direction.zh, "note": one.note}
