"""How does a judgement look? Verdict as shape and word, arithmetic with units, texts in the reader's language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from citywright.kernel.http import say
from citywright.ui.templatetags.ui import NONE, english, t

from ..rules import bound, judging, published, units
from ..rules.bound import Step
from ..rules.judging import Judgement
from ..rules.relations import Relation, Term
from ..words import RelationKind, Verdict

#: Verdict to its class and shape: red, amber and green as lamps have them; the two others are drawn in ink.
SHAPES = {
    Verdict.HOLDS: ("green", '<use href="#l-green"/>'), Verdict.FAILS: ("red", '<use href="#l-red"/>'),
    Verdict.SUSPECT: ("amber", '<use href="#l-amber"/>'),
    Verdict.UNDECIDABLE: ("grey", '<circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" '
                                  'stroke-width="1.5"/>'),
    Verdict.TRAP: ("grey", '<path d="M1.8 1.8h8.4v8.4H1.8zM2 10 10 2" fill="none" stroke="currentColor" '
                           'stroke-width="1.4"/>')}
UNIT = re.compile(r"\[\[([^\]]+)\]\]")


@dataclass(frozen=True)
class Line:
    """A line of arithmetic as it is shown."""

    name: str
    text: str
    unit: str
    mark: SafeString
    said: str


@dataclass(frozen=True)
class TermLine:
    """A term as it is shown: what it is, whose, its value, period, source, conditions, and its figure's page."""

    name: str
    subject: str
    value: str
    period: str
    source: str
    nature: str
    href: str


@dataclass(frozen=True)
class Shown:
    """A judgement as pages show it."""

    relation: Relation
    verdict: Verdict
    lamp: SafeString
    kind: str
    title: str
    lines: tuple[Line, ...]
    reasons: tuple[str, ...]
    question: str
    note: str
    sources: tuple[str, ...]
    href: str


def verdict_lamp(verdict: Verdict, large: bool = False) -> SafeString:
    """The verdict as shape and word."""
    css, shape = SHAPES[verdict]
    size = " lamp--lg" if large else ""
    return format_html('<span class="lamp lamp--{}{}"><svg viewBox="0 0 12 12" aria-hidden="true">{}</svg>{}</span>',
                       css, size, mark_safe(shape), t(verdict))


def unit_words(unit: str) -> str:
    """The unit in the reader's language."""
    return units.english(unit) if english() else unit


def shown_line(step: Step, relation: Relation) -> Line:
    """One line of arithmetic with its name and its unit."""
    term = relation.terms.get(step.name)
    text = UNIT.sub(lambda match: unit_words(match[1]), step.text)
    mark = {True: "✓", False: "✗", None: ""}[step.holds]
    word = {True: _("相符"), False: _("不符"), None: ""}[step.holds]
    unit = "" if step.unit == "%" else unit_words(step.unit)
    css = "neg" if step.holds is False else ""
    made = format_html('<span class="{}" aria-label="{}" role="img">{}</span>', css, word, mark) if mark else ""
    return Line(either(term.zh, term.en) if term else "", text, unit, SafeString(made),
                say(step.said) if step.said else "")


def either(zh: str, en: str) -> str:
    """The text of a declaration in the reader's language; Chinese where no English was written."""
    return (en or zh) if english() else zh


def shown_judgement(one: Judgement) -> Shown:
    """A judgement for a page."""
    relation = one.relation
    found = dict.fromkeys([f.source for f in one.figures.values()] + [
        term.source for term in relation.terms.values() if term.source])
    lines = tuple(shown_line(step, relation) for step in one.steps)
    return Shown(relation, one.verdict, verdict_lamp(one.verdict), t(RelationKind(relation.kind)),
                 either(relation.zh, relation.en), lines, tuple(dict.fromkeys(say(said) for said in one.reasons)),
                 either(relation.question, relation.question_en), either(relation.note, relation.note_en),
                 tuple(t(source) for source in found), reverse("indicators:relation", args=[relation.id]))


def term_lines(one: Judgement) -> list[TermLine]:
    """The terms of a relation and the figures its marks of repetition bring in, each with its own page."""
    made = []
    seen = set()
    for term in one.relation.terms.values():
        figure = one.figures.get(term.figure)
        if not term.derive:
            made.append(term_line(term, figure))
        seen.add(term.figure)
    return made + [term_line(None, figure) for code, figure in one.figures.items() if code not in seen]


def term_line(term: Term | None, figure: Any) -> TermLine:
    """One term: a loaded figure, a number said in the declaration, or an indicator of the ledger."""
    conditions = []
    if term is not None and term.nature:
        conditions.append(t(judging.NATURE_LABELS[term.nature]))
    if term is not None and term.list:
        conditions.append(_("名单：%(name)s") % {"name": t(term.list)})
    if figure is not None:
        value = published.english(figure) if english() else published.chinese(figure)
        return TermLine(figure.metric, figure.subject, value, (term.period if term else "") or figure.period,
                        t(figure.source), "，".join(conditions),
                        reverse("indicators:published_figure", args=[figure.code]))
    assert term is not None
    href = reverse("indicators:indicator", args=[term.indicator]) if term.indicator else ""
    return TermLine(either(term.zh, term.en) or term.name, term.subject, literal(term), term.period, t(term.source),
                    "，".join(conditions), href)


def literal(term: Term) -> str:
    """What a declaration says itself: a number, a day or a state; an indicator's value stands in the arithmetic."""
    if term.value is not None:
        said = published.Figure(term.name, "", "", "", term.qualifier, "status", value=term.value,
                                value_max=term.value_max, unit=term.unit)
        return published.english(said) if english() else published.chinese(said)
    if term.day is not None:
        return bound.day(term.day.toordinal())
    return t(term.state) if term.state else NONE
