"""What does a file of relations come to? Its declarations judged over the loaded figures; collected ones compared."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from citywright.kernel.errors import CannotAccept, Fault, Said

from ..catalogue import CATALOGUE
from ..rules import judging, units
from ..rules.bound import Step
from ..rules.judging import Judgement
from ..rules.published import Figure
from ..rules.relations import Relation
from . import files, published, relations
from .reading import Scope

UNIT = re.compile(r"\[\[([^\]]+)\]\]")


@dataclass(frozen=True)
class Checked:
    """A relation of the file with its verdict; `expected` is the verdict that the file states, if any."""

    judgement: Judgement
    expected: str = ""

    @property
    def differs(self) -> bool:
        """Whether the file states another verdict than the one reckoned."""
        return bool(self.expected) and self.expected != self.judgement.verdict.value

    @property
    def title(self) -> str:
        """What it says, in the reader's language."""
        relation = self.judgement.relation
        return (relation.en if _english() else "") or relation.zh

    @property
    def question(self) -> str:
        """What a person must answer."""
        relation = self.judgement.relation
        return (relation.question_en if _english() else "") or relation.question

    @property
    def lines(self) -> list[str]:
        """The arithmetic, a line for each step."""
        return [line_of(step, self.judgement.relation) for step in self.judgement.steps]


def _english() -> bool:
    return (get_language() or "").startswith("en")


def line_of(step: Step, relation: Relation) -> str:
    """A step as one line of text: name, arithmetic, mark, unit."""
    term = relation.terms.get(step.name)
    name = ((term.en if _english() else "") or term.zh) if term else ""
    unit = "" if step.unit == "%" else units.english(step.unit) if _english() else step.unit
    text = UNIT.sub(lambda m: units.english(m[1]) if _english() else m[1], step.text)
    mark = {True: "✓", False: "✗", None: ""}[step.holds]
    said = f"({step.said.filled(gettext)})" if step.said is not None and step.holds is None else ""
    return " ".join(part for part in (f"{name}:" if name else "", text, unit, mark, said) if part)


def check(text: str, scope: Scope | None = None, period: date | None = None) -> list[Checked]:
    """Every relation of a file judged; a collected file is met by the product's declarations of the same number.

    Relations of the ledger's own indicators need to be told of which area and month.
    """
    figures, repeats = published.loaded()
    with uncollected():
        return _checked(text, figures, repeats, scope, period)


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing made inside goes in circles: looking for circles among it would take a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _checked(text: str, figures: dict[str, Figure], repeats: dict[str, list[Figure]], scope: Scope | None,
             period: date | None) -> list[Checked]:
    if files.is_collected(text):
        return _collected(files.expected(text))
    found = files.declared(text, codes=figures, keys=repeats, indicators=CATALOGUE)
    known = relations.values_of(found, scope, period) if scope and period else {}
    return [Checked(judging.judge(relation, figures, repeats, known)) for relation in found]


def _collected(stated: list[files.Expected]) -> list[Checked]:
    """The declared relation of each number, with the verdict that the file states."""
    known = {relation.id: relation for relation in relations.declared()}
    faults = [Fault(Said("没有声明编号 %(id)s 的关系", {"id": one.id[:40]}), cell=str(one.line))
              for one in stated if one.id not in known]
    if faults:
        raise CannotAccept("关系文件有 %(count)s 处错误，没有核对", faults, count=len(faults))
    judged = relations.judged([known[one.id] for one in stated])
    return [Checked(judgement, one.verdict) for judgement, one in zip(judged, stated, strict=True)]


def told(one: Checked) -> dict[str, Any]:
    """A judged relation as JSON: verdict, arithmetic, reasons, question, and what was derived, marked as such."""
    judgement = one.judgement
    return {
        "id": judgement.relation.id, "kind": judgement.relation.kind.value, "relation": one.title,
        "verdict": judgement.verdict.value, "expected": one.expected or None, "arithmetic": one.lines,
        "reasons": [said.filled(gettext) for said in judgement.reasons], "question": one.question or None,
        "figures": sorted(judgement.figures), "derived": {name: {
            "value": str(value.mid), "low": None if value.low is None else str(value.low),
            "high": None if value.high is None else str(value.high), "unit": value.unit}
            for name, value in judgement.derived.items()}}
