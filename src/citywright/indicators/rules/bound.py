"""Which quantities stand behind the names? Figures, literals and days become ranges; derived ones follow. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from citywright.kernel.errors import Said

from ..words import FigureKind, Qualifier
from . import expressions, intervals, published, units
from .intervals import Exact, Quantity
from .published import Figure
from .relations import STATES, Relation, Term


@dataclass(slots=True, eq=False)
class Step:
    """One line of the arithmetic: what was reckoned, in which unit, whether it holds (None: only reckoned), and why."""

    text: str
    unit: str = ""
    holds: bool | None = None
    said: Said | None = None
    name: str = ""


@dataclass(slots=True)
class Bound:
    """A relation with its quantities: what is known by name, figures by code, steps so far, and what is missing."""

    relation: Relation
    known: dict[str, Quantity] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    missing: list[Said] = field(default_factory=list)
    derived: dict[str, Quantity] = field(default_factory=dict)

    def subject(self, name: str) -> str:
        """Who a term speaks of: as declared, else as published."""
        term = self.relation.terms[name]
        figure = self.figures.get(term.figure)
        return term.subject or (figure.subject if figure else "")

    def metric(self, name: str) -> str:
        """What a term measures: as declared, else as published."""
        term = self.relation.terms[name]
        figure = self.figures.get(term.figure)
        return term.metric or (figure.metric if figure else "")

    def period(self, name: str) -> str:
        """For which time a term speaks."""
        term = self.relation.terms[name]
        figure = self.figures.get(term.figure)
        return term.period or (figure.period if figure else "")


def bind(relation: Relation, figures: Mapping[str, Figure],
         values: Mapping[tuple[str, str], Fraction] | None = None) -> Bound:
    """The relation with a quantity for every term that has one; derived ones reckoned in their order."""
    made = Bound(relation)
    waiting: dict[str, Term] = {}
    for name, term in relation.terms.items():
        if term.derive:
            waiting[name] = term
            continue
        found = _quantity(term, figures, values or {}, made)
        if found is None:
            made.missing.append(Said("“%(what)s”没有数", {"what": term.zh or term.figure or term.indicator or name}))
        else:
            made.known[name] = found
    _derive(waiting, made)
    return made


def _quantity(term: Term, figures: Mapping[str, Figure], values: Mapping[tuple[str, str], Fraction],
              made: Bound) -> Quantity | None:
    """The range of a term that is not derived."""
    if term.figure:
        figure = figures.get(term.figure)
        if figure is None:
            return None
        made.figures[figure.code] = figure
        if figure.value is not None:
            return intervals.read(figure.value, figure.unit, meant(figure), figure.value_max)
        return _days(figure.due or figure.period, figure.qualifier, term.at)
    if term.value is not None:
        return intervals.read(term.value, term.unit, term.qualifier, term.value_max)
    if term.day is not None:
        return intervals.number(term.day.toordinal(), "日")
    if term.state:
        return intervals.number(STATES[term.state], "阶段")
    value = values.get((term.indicator, term.side))
    if value is None:
        return None
    return intervals.number(Fraction(value) / 100) if term.unit == "%" else intervals.number(value, term.unit)


def meant(figure: Figure) -> str:
    """The hedge as it is meant: a target that says 达到 is a floor."""
    reached = figure.qualifier == Qualifier.EQUAL and figure.kind == FigureKind.TARGET and "达到" in figure.hedge
    return Qualifier.AT_LEAST.value if reached else figure.qualifier


def _days(period: str, qualifier: str, at: str) -> Quantity | None:
    """A time as a range of days; `at` first or last picks one end of it, 以内 opens it to the past."""
    days = published.days_of(period)
    if days is None:
        return None
    first, last = (day.toordinal() for day in days)
    if at in ("first", "last"):
        one = first if at == "first" else last
        return Quantity(one, one, one, "日")
    return Quantity(last, None if qualifier == Qualifier.AT_MOST else first, last, "日")


def _derive(waiting: dict[str, Term], made: Bound) -> None:
    """Reckon derived terms as soon as what they need is known."""
    while waiting:
        ready = [name for name, term in waiting.items()
                 if all(n in made.known for n in expressions.parse(term.derive).names)]
        if not ready:
            return
        for name in ready:
            reckon(waiting.pop(name), made)


def reckon(term: Term, made: Bound) -> Quantity | None:
    """Reckon one derived term, with its line of arithmetic; None without a denominator."""
    side = expressions.parse(term.derive).sides[0]
    try:
        found = expressions.value(side, made.known)
        if term.unit:
            found = found.within("" if term.unit == "%" else term.unit)
    except intervals.NoDenominator:
        made.steps.append(Step(f"{written(side, made)} = —", said=Said("分母为零，没有比率"), name=term.name))
        made.missing.append(Said("分母为零，没有比率"))
        return None
    made.known[term.name] = made.derived[term.name] = found
    unit = shown_unit(found, term)
    made.steps.append(Step(f"{written(side, made)} {equal(shown(found, unit, term.places))}", unit, name=term.name,
                           said=band(found) if found.about or found.mark == "" and not found.exact else None))
    return found


def equal(text: str) -> str:
    """= 34.7, but ≈ 34.7 for a number that carries its own sign."""
    return f"{text[0]} {text[1:]}" if text[:1] in ("≈", "≥", "≤") else f"= {text}"


def band(found: Quantity) -> Said | None:
    """From where to where a reckoned number may lie, given hedges and rounding; nothing when that says nothing."""
    if found.low is None or found.high is None or not found.mid:
        return None
    if (found.high - found.low) * 200 < max(found.mid, -found.mid):
        return None
    by = 1 if found.unit else 100
    places = 0 if found.high * by >= 100 else 1 if found.high * by >= 10 else 2
    return Said("计及约数和四舍五入，在 %(low)s–%(high)s 之间", {
        "low": units.rounded(found.low * by, places) + ("" if found.unit else "%"),
        "high": units.rounded(found.high * by, places) + ("" if found.unit else "%")})


def shown_unit(found: Quantity, term: Term | None = None) -> str:
    """The unit a reckoned number is shown in; a bare ratio as a percentage unless 倍 is asked for."""
    if found.unit in ("日", "阶段"):
        return ""
    if found.unit:
        return found.unit
    return "倍" if term is not None and term.unit == "倍" else "%"


def shown(found: Quantity, unit: str, places: int = 2) -> str:
    """A quantity's number with its mark; percentages with their sign, days as dates."""
    if found.unit == "日":
        return day(found.mid)
    if unit == "%" and not found.unit:
        return f"{found.mark}{units.rounded(found.mid * 100, places)}%"
    return f"{found.mark}{units.rounded(found.mid, places)}"


def day(ordinal: Exact) -> str:
    """A day as 2024-03-01."""
    return date.fromordinal(int(ordinal)).isoformat()


def written(node: expressions.Node, made: Bound, places: int = 4) -> str:
    """An expression with the numbers in place of the names."""
    terms = made.relation.terms

    def said(one: expressions.Node) -> str:
        if isinstance(one, str):
            term, found = terms[one], made.known[one]
            if term.state:
                return term.state
            return shown(found, "%" if _is_percent(term, made) else found.unit or "倍",
                         term.places if term.derive else places)
        return units.rounded(one.mid, places) if isinstance(one, Quantity) else ""

    return expressions.written(node, said)


def _is_percent(term: Term, made: Bound) -> bool:
    figure = made.figures.get(term.figure)
    if figure is not None:
        return figure.unit == "%"
    return term.unit == "%" or bool(term.derive) and not made.known[term.name].unit and term.unit != "倍"
