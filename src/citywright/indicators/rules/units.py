"""In which unit? What units measure, how they convert, and how people read a number in them. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

#: Unit to what it measures and how much of it one is. Nothing here is rounded: 1 亩 is 2000/3 平方米.
MEASURES: dict[str, tuple[str, Fraction]] = {
    "元": ("元", Fraction(1)), "万元": ("元", Fraction(10**4)), "亿元": ("元", Fraction(10**8)),
    "万亿元": ("元", Fraction(10**12)), "美元": ("美元", Fraction(1)), "万美元": ("美元", Fraction(10**4)),
    "亿美元": ("美元", Fraction(10**8)), "平方米": ("平方米", Fraction(1)), "㎡": ("平方米", Fraction(1)),
    "万平方米": ("平方米", Fraction(10**4)), "亿平方米": ("平方米", Fraction(10**8)),
    "平方公里": ("平方米", Fraction(10**6)), "亩": ("平方米", Fraction(2000, 3)),
    "万亩": ("平方米", Fraction(2 * 10**7, 3)), "公顷": ("平方米", Fraction(10**4)),
    "米": ("米", Fraction(1)), "公里": ("米", Fraction(1000)),
    "千瓦": ("千瓦", Fraction(1)), "万千瓦": ("千瓦", Fraction(10**4)), "吨": ("吨", Fraction(1)),
    "万吨": ("吨", Fraction(10**4)), "天": ("天", Fraction(1)), "日": ("日", Fraction(1)),
    "阶段": ("阶段", Fraction(1)), "%": ("", Fraction(1, 100)), "": ("", Fraction(1)), "倍": ("", Fraction(1)),
}
#: Measure words of things that are counted one by one.
COUNTS = frozenset("个家项件条辆列处组所场类名人户宗块步份期台套座村镇街次届批" ) | {"人次", "万个", "万户", "万人"}
#: A place in an order: a number, but nothing to add.
RANKS = frozenset({"位"})
ENGLISH = {
    "元": "CNY", "万元": "CNY 10,000", "亿元": "CNY 100 m", "万亿元": "CNY trn", "美元": "USD", "万美元": "USD 10,000",
    "亿美元": "USD 100 m", "平方米": "m²", "㎡": "m²", "万平方米": "10,000 m²", "亿平方米": "100 m m²",
    "平方公里": "km²", "亩": "mu", "万亩": "10,000 mu", "公顷": "ha", "米": "m", "公里": "km", "千瓦": "kW",
    "万千瓦": "10,000 kW", "吨": "t", "万吨": "10,000 t", "天": "days", "%": "%", "倍": "times", "": "", "日": "",
    "阶段": "",
}
#: How an English page writes an amount: words before, the factor, words behind.
SCALED = {
    "亿元": ("CNY ", Decimal("0.1"), "bn"), "万元": ("CNY ", Decimal("0.01"), "m"),
    "亿美元": ("USD ", Decimal("0.1"), "bn"), "万平方米": ("", Decimal("0.01"), "million m²"),
    "万千瓦": ("", Decimal(10), "MW")}
#: Units that stand behind 万 and 亿 already: numbers in them fold to the next word (万亿元, 亿平方米).
LARGER = {"亿元": "万亿元", "万平方米": "亿平方米", "万千瓦": "亿千瓦", "亿美元": "万亿美元"}
#: From here on people write 万.
TEN_THOUSAND = Decimal(10_000)


def is_known(unit: str) -> bool:
    """Whether the unit is one that figures may have."""
    return unit in MEASURES or unit in COUNTS or unit in RANKS


def is_count(unit: str) -> bool:
    """Whether the unit counts things one by one, so that a number in it is exact."""
    return unit in COUNTS or unit in RANKS


@lru_cache(maxsize=1024)
def measured(unit: str) -> tuple[str, Fraction] | None:
    """What a unit measures and how much of it; `亿元/个` is money for each thing; None for a unit nobody knows."""
    if "/" in unit:
        above, below = unit.split("/", 1)
        first, second = measured(above), measured(below)
        if first is None or second is None or not second[1]:
            return None
        return f"{first[0]}/{second[0]}", first[1] / second[1]
    if unit in COUNTS:
        return "个", Fraction(1)
    if unit in RANKS:
        return "位", Fraction(1)
    return MEASURES.get(unit)


@lru_cache(maxsize=4096)
def factor(unit: str, to: str) -> Fraction | None:
    """How many of `to` one `unit` is, or None when they measure different things."""
    if unit == to:
        return Fraction(1)
    first, second = measured(unit), measured(to)
    if first is None or second is None or first[0] != second[0]:
        return None
    return first[1] / second[1]


def english(unit: str) -> str:
    """The unit as an English page writes it; counted things have none alone, and are items below a line."""
    if "/" in unit:
        above, below = unit.split("/", 1)
        return f"{english(above)} / {english(below) or 'item'}".strip()
    return ENGLISH.get(unit, "")


def decimals(value: Decimal) -> int:
    """Places behind the point as printed, without closing zeros."""
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def printed_step(value: Decimal, unit: str) -> Fraction:
    """One step of the last digit as it was printed; 0 for a plain count.

    86,900 项 was printed as 8.69万项: a step is 100. 26,600 亿元 was 2.66万亿元: a step is 100 亿元.
    """
    if value >= TEN_THOUSAND and unit != "日":
        return Fraction(10_000, 10 ** decimals(value / TEN_THOUSAND))
    if is_count(unit) or unit in ("日", "天", "阶段"):
        return Fraction(0)
    return Fraction(1, 10 ** decimals(value))


def plain(value: Decimal) -> str:
    """A decimal without closing zeros and without an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: Fraction | int, places: int = 2) -> str:
    """A fraction rounded half up, without closing zeros, with a real minus."""
    if value.denominator == 1 and value >= 0:
        return str(value.numerator)
    step = 10 ** places
    whole = abs(value.numerator) * step * 2 + value.denominator
    units = whole // (value.denominator * 2)
    text = f"{units // step}.{units % step:0{places}d}".rstrip("0").rstrip(".") if places else str(units)
    return f"−{text}" if value < 0 and units else text


def chinese(value: Decimal, unit: str) -> str:
    """Number and unit as people write them: 8.69万项, 2.66万亿元, 1亿平方米, 3470.6亿元, 99.6%."""
    if value >= TEN_THOUSAND:
        if unit in LARGER:
            return plain(value / TEN_THOUSAND) + LARGER[unit]
        if value >= TEN_THOUSAND ** 2:
            return f"{plain(value / TEN_THOUSAND ** 2)}亿{unit}"
        return f"{plain(value / TEN_THOUSAND)}万{unit}"
    return plain(value) + unit


def parted(value: Decimal) -> str:
    """A number with its thousands parted, as English pages write it."""
    return f"{value.quantize(Decimal(1).scaleb(-decimals(value)), ROUND_HALF_UP):,f}"
