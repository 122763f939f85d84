"""Does an item apply? Expressions of the catalogue, read once into a safe tree, answered yes, no or open. Pure.

The language is `and or not in`, comparisons, names of attributes, texts, numbers, lists, true and false: nothing else,
so that no expression can do anything. What is not known yet stays open (Kleene's three values): `a and b` is no as soon
as one is no, whatever the other turns out to be.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from citywright.kernel.errors import Refusal

Known = Mapping[str, Any]
#: yes, no, or open (None).
Answer = bool | None
Decide = Callable[[Known], Answer]
#: An expression in words, piece by piece: attributes as `{code}`, joining words and values as they are.
Words = tuple[str, ...]
#: What an expression may at most be, in characters.
LONGEST = 500
TRUE = {"true": True, "false": False, "True": True, "False": False}
COMPARE: dict[type[ast.cmpop], tuple[Callable[[Any, Any], bool], str]] = {
    ast.Eq: (lambda a, b: a == b, "为"), ast.NotEq: (lambda a, b: a != b, "不为"),
    ast.Lt: (lambda a, b: a < b, "小于"), ast.LtE: (lambda a, b: a <= b, "不超过"),
    ast.Gt: (lambda a, b: a > b, "大于"), ast.GtE: (lambda a, b: a >= b, "不少于"),
    ast.In: (lambda a, b: a in b, "为"), ast.NotIn: (lambda a, b: a not in b, "不为"),
}


class CannotUnderstand(Refusal):
    """The expression has a slip of the pen, or holds something that no condition needs."""


@dataclass(frozen=True)
class Test:
    """One comparison in an expression: attribute, operator's word, what it is compared with."""

    name: str
    sign: str
    value: Any


@dataclass(frozen=True)
class Condition:
    """An expression that was understood: its text, the attributes it asks, its comparisons, and how it decides."""

    text: str
    names: frozenset[str]
    tests: tuple[Test, ...]
    decide: Decide
    words: Words


@lru_cache(maxsize=4096)
def condition(text: str) -> Condition:
    """The expression understood; refuses calls, sums, attributes of attributes, and anything else that is not logic."""
    if len(text) > LONGEST:
        raise CannotUnderstand("条件太长（%(count)s 字），最多 %(most)s 字", count=len(text), most=LONGEST)
    try:
        tree = ast.parse(text.strip() or "true", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise CannotUnderstand("条件“%(text)s”写错了", text=text) from error
    names: set[str] = set()
    tests: list[Test] = []
    decide, words = _read(tree, text, names, tests)
    return Condition(text, frozenset(names), tuple(tests), decide, words)


def _read(node: ast.expr, text: str, names: set[str], tests: list[Test]) -> tuple[Decide, Words]:
    if isinstance(node, ast.BoolOp):
        return _joined(node, text, names, tests)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner, words = _read(node.operand, text, names, tests)
        return _not(inner), ("不是（", *words, "）")
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _compared(node, text, names, tests)
    fixed = _fixed(node)
    if fixed is not None:
        return (lambda known: fixed), ("一律适用" if fixed else "一律不适用",)
    if isinstance(node, ast.Name):
        name = node.id
        names.add(name)
        tests.append(Test(name, "为", True))
        return (lambda known: None if (value := known.get(name)) is None else bool(value)), (f"{{{name}}}",)
    raise CannotUnderstand("条件“%(text)s”里有不认识的写法：%(part)s", text=text, part=ast.unparse(node)[:60])


def _joined(node: ast.BoolOp, text: str, names: set[str], tests: list[Test]) -> tuple[Decide, Words]:
    parts = [_read(value, text, names, tests) for value in node.values]
    decides = tuple(decide for decide, _ in parts)
    settling = isinstance(node.op, ast.Or)

    def decide(known: Known) -> Answer:
        """`or` is settled by a yes, `and` by a no; otherwise open as soon as one is open."""
        is_open = False
        for one in decides:
            answer = one(known)
            if answer is settling:
                return settling
            is_open = is_open or answer is None
        return None if is_open else not settling

    said: list[str] = []
    for value, (_, words) in zip(node.values, parts, strict=True):
        said += [*(["或者" if settling else "并且"] if said else []),
                 *(("（", *words, "）") if isinstance(value, ast.BoolOp) else words)]
    return decide, tuple(said)


def _fixed(node: ast.expr) -> bool | None:
    """What a bare true or false says."""
    if isinstance(node, ast.Name):
        return TRUE.get(node.id)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, bool) else None


def _not(inner: Decide) -> Decide:
    return lambda known: None if (answer := inner(known)) is None else not answer


def _compared(node: ast.Compare, text: str, names: set[str], tests: list[Test]) -> tuple[Decide, Words]:
    left, right, kind = node.left, node.comparators[0], type(node.ops[0])
    if not isinstance(left, ast.Name) or kind not in COMPARE:
        raise CannotUnderstand("条件“%(text)s”里的比较应写成：属性 比较符 值", text=text)
    value = _literal(right, text)
    if isinstance(value, tuple) != (kind in (ast.In, ast.NotIn)):
        raise CannotUnderstand("条件“%(text)s”里 in 后面应是一列值，其他比较后面应是一个值", text=text)
    name, (holds, sign) = left.id, COMPARE[kind]
    names.add(name)
    tests.append(Test(name, sign, value))

    def decide(known: Known) -> Answer:
        got = known.get(name)
        return None if got is None else holds(got, value)

    values = value if isinstance(value, tuple) else (value,)
    return decide, (f"{{{name}}}", sign, *[part for v in values for part in ("、", str(v))][1:])


def _literal(node: ast.expr, text: str) -> Any:
    if isinstance(node, ast.List | ast.Tuple):
        return tuple(_literal(part, text) for part in node.elts)
    if isinstance(node, ast.Name) and node.id in TRUE:
        return TRUE[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool):
        return node.value
    raise CannotUnderstand("条件“%(text)s”里只能比较文字、数字和列表", text=text)
