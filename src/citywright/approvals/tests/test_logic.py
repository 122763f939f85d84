"""Conditions of the catalogue: three values, and nothing but logic."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citywright.approvals.rules.logic import CannotUnderstand, condition

NAMES = ("a", "b", "c")


def expressions() -> st.SearchStrategy[str]:
    """Any expression over three yes-or-no attributes."""
    return st.recursive(
        st.sampled_from([*NAMES, "n >= 5", "k in ['x', 'y']", "true"]),
        lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        | inner.map(lambda e: f"(not {e})"), max_leaves=8)


class TestCondition:
    @pytest.mark.parametrize(("text", "known", "answer"), [
        ("true", {}, True), ("false", {}, False), ("a", {}, None), ("a", {"a": True}, True),
        ("not a", {"a": True}, False),
        ("a and b", {"a": False}, False), ("a and b", {"a": True}, None), ("a or b", {"b": True}, True),
        ("a or b", {"b": False}, None), ("n >= 5000", {"n": 5000}, True), ("n < 5000", {"n": 5000}, False),
        ("k in ['x', 'y']", {"k": "y"}, True), ("k not in ['x']", {"k": "x"}, False), ("k == 'x'", {}, None),
        ("(n >= 0.5 and n < 5) or (n >= 5 and a)", {"n": 6, "a": False}, False),
    ])
    def test_answers_yes_no_or_open(self, text: str, known: dict[str, Any], answer: bool | None) -> None:
        assert condition(text).decide(known) is answer

    @pytest.mark.parametrize("text", [
        "a(", "__import__('os')", "a.b", "a + b", "a if b else c", "lambda: 1", "[a for a in b]", "a == b", "a < b < 3",
        "5 > a", "a in 'text'", "a == ['x']", "a; b", "x" * 501, "not", "f'{a}'", "a := 1",
    ])
    def test_refuses_what_is_no_condition(self, text: str) -> None:
        with pytest.raises(CannotUnderstand):
            condition(text)

    def test_names_every_attribute_it_asks(self) -> None:
        assert condition("(n >= 5 and a) or k == 'x'").names == {"n", "a", "k"}

    def test_says_itself_in_words(self) -> None:
        assert condition("(n >= 5 or a) and not b").words == (
            "（", "{n}", "不少于", "5", "或者", "{a}", "）", "并且", "不是（", "{b}", "）")

    @given(expressions(), st.fixed_dictionaries({}, optional={
        "a": st.booleans(), "b": st.booleans(), "c": st.booleans(), "n": st.integers(0, 10),
        "k": st.sampled_from("xyz")}), st.data())
    def test_knowing_more_never_opens_or_turns_what_was_decided(self, text: str, known: dict[str, Any],
                                                               data: st.DataObject) -> None:
        before = condition(text).decide(known)
        more = dict(known)
        for name, values in (("a", st.booleans()), ("b", st.booleans()), ("c", st.booleans()),
                             ("n", st.integers(0, 10)), ("k", st.sampled_from("xyz"))):
            if name not in more:
                more[name] = data.draw(values)
        after = condition(text).decide(more)
        assert after is not None
        assert before is None or before is after
