"""Which relations hold? The declared ones judged over the loaded figures, and those between the ledger's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from citywright.kernel.errors import CannotReach

from ..catalogue import CATALOGUE
from ..rules import judging
from ..rules.judging import Judgement
from ..rules.relations import Relation
from . import behind, files, published, values
from .reading import Scope


def declared() -> tuple[Relation, ...]:
    """The relations between published figures that the product declares."""
    return files.own("relations.toml")


def of_the_ledger() -> tuple[Relation, ...]:
    """The relations between the ledger's own indicators, those whose indicators are all there."""
    return tuple(relation for relation in files.own("ledger_relations.toml")
                 if all(term.indicator in CATALOGUE for term in relation.terms.values() if term.indicator))


def judged(relations: Iterable[Relation] | None = None) -> list[Judgement]:
    """Each relation with its verdict over the figures that are loaded; nothing is corrected."""
    figures, repeats = published.loaded()
    wanted = declared() if relations is None else relations
    return [judging.judge(relation, figures, repeats) for relation in wanted]


def judged_ledger(scope: Scope, period: date) -> list[Judgement]:
    """Each relation of the ledger's own figures, of what a person reaches in an area and month."""
    relations = of_the_ledger()
    known = values_of(relations, scope, period)
    return [judging.judge(relation, {}, {}, known) for relation in relations]


def values_of(relations: Iterable[Relation], scope: Scope, period: date) -> dict[tuple[str, str], Fraction]:
    """What the indicators of these relations come to: value, parts of the fraction, sums of their parts."""
    terms = [term for relation in relations for term in relation.terms.values() if term.indicator]
    codes = tuple(sorted({term.indicator for term in terms}))
    known: dict[tuple[str, str], Fraction] = {}
    for code, value in (values.run_of(codes, scope, (period,))[period] if codes else {}).items():
        if value.value is None:
            continue
        known[(code, "value")], known[(code, "numerator")] = value.value, Fraction(value.numerator)
        if value.denominator is not None:
            known[(code, "denominator")] = Fraction(value.denominator)
    for code, side in sorted({(t.indicator, t.side) for t in terms if t.side.startswith("by_")}):
        if (code, "value") in known:
            shares = behind.breakdown(code, side.removeprefix("by_"), scope, period)
            known[(code, side)] = sum((s.value.value or Fraction(0) for s in shares), Fraction(0))
    return known


def taking_part(code: str, key: str = "") -> list[Relation]:
    """The declared relations that name a figure, or its mark of repetition."""
    return [r for r in declared() if code in r.figures or (key and key in r.keys)]


def relation(number: str) -> Relation:
    """The declared relation of this number."""
    found = next((r for r in (*declared(), *of_the_ledger()) if r.id == number), None)
    if found is None:
        raise CannotReach("没有这条关系，或您无权查看")
    return found
