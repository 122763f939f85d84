"""What is reckoned? `a + b = whole`, `part / whole`, `small <= middle <= large` over named quantities. Pure.

Names, numbers, + - * / and brackets; at most one chain of comparisons. Nothing else can be said, so that a file of
relations can do nothing but reckon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from . import intervals
from .intervals import Quantity

LONGEST, DEEPEST = 400, 20
TOKEN = re.compile(r"\s*(?:(?P<name>[a-z][a-z0-9_]{0,39})|(?P<number>\d{1,12}(?:\.\d{1,6})?%?)"
                   r"|(?P<sign><=|>=|[-+*/()=<>]))")
COMPARISONS = frozenset({"=", "<=", ">=", "<", ">"})
REACH: dict[str, Callable[[Quantity, Quantity], Quantity]] = {
    "+": intervals.plus, "-": intervals.minus, "*": intervals.times, "/": intervals.over}
#: A parsed expression: a name, a number, or (sign, left, right).
Node = str | Quantity | tuple[str, "Node", "Node"]


class CannotParse(Exception):
    """The text is no expression; the message says where."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An expression, or sides with the signs between them; `names` in the order they stand."""

    sides: tuple[Node, ...]
    signs: tuple[str, ...]
    names: tuple[str, ...]


@lru_cache(maxsize=4096)
def parse(text: str) -> Parsed:
    """The expression a text says; the same text is read once."""
    if len(text) > LONGEST:
        raise CannotParse(f"{len(text)} > {LONGEST}")
    reader = _Reader(_tokens(text))
    sides, signs = [reader.sum(0)], []
    while reader.peek in COMPARISONS:
        signs.append(reader.take())
        sides.append(reader.sum(0))
    if reader.peek is not None:
        raise CannotParse(reader.peek)
    names = [name for side in sides for name in _names(side)]
    return Parsed(tuple(sides), tuple(signs), tuple(dict.fromkeys(names)))


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise CannotParse(text[at:at + 12].strip())
        found.append(match.group().strip())
        at = match.end()
    return found


class _Reader:
    """Reads sums of products of names, numbers and brackets."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at = tokens, 0

    @property
    def peek(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> str:
        token = self.peek
        if token is None:
            raise CannotParse("…")
        self.at += 1
        return token

    def sum(self, depth: int) -> Node:
        return self._row(("+", "-"), lambda: self._row(("*", "/"), lambda: self._one(depth)))

    def _row(self, signs: tuple[str, ...], part: Callable[[], Node]) -> Node:
        made = part()
        while self.peek in signs:
            sign = self.take()
            made = (sign, made, part())
        return made

    def _one(self, depth: int) -> Node:
        token = self.take()
        if token == "(":
            if depth >= DEEPEST:
                raise CannotParse("((((…")
            inside = self.sum(depth + 1)
            if self.take() != ")":
                raise CannotParse("(")
            return inside
        if token[0].isdigit():
            bare = Fraction(token.rstrip("%"))
            return intervals.number(bare / 100 if token.endswith("%") else bare)
        if not token[0].isalpha():
            raise CannotParse(token)
        return token


def _names(node: Node) -> list[str]:
    if isinstance(node, str):
        return [node]
    return [*_names(node[1]), *_names(node[2])] if isinstance(node, tuple) else []


def value(node: Node, known: Mapping[str, Quantity]) -> Quantity:
    """What an expression comes to."""
    if isinstance(node, str):
        return known[node]
    if isinstance(node, Quantity):
        return node
    return REACH[node[0]](value(node[1], known), value(node[2], known))


def written(node: Node, said: Callable[[Node], str], above: str = "") -> str:
    """The expression with each name as `said` writes it; brackets only where they are needed."""
    if not isinstance(node, tuple):
        return said(node)
    sign = node[0]
    text = f"{written(node[1], said, sign)} {SHOWN[sign]} {written(node[2], said, sign + 'r')}"
    loose = sign in "+-" and (above[:1] in ("*", "/") or above == "-r")
    return f"({text})" if above and (loose or above == "/r") else text


SHOWN = {"+": "+", "-": "−", "*": "×", "/": "÷", "=": "=", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}
