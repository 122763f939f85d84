"""Ranges, units, expressions and verdicts, without a database."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citywright.indicators.rules import expressions, intervals, judging, published, relations, units
from citywright.indicators.rules.intervals import Quantity
from citywright.indicators.rules.published import Figure, Row
from citywright.indicators.words import Verdict

NUMBERS = st.decimals(min_value=0, max_value=10**7, places=2)
HEDGES = st.sampled_from(["eq", "ge", "le", "approx", "growth_eq", "growth_ge", "growth_approx"])
SIGNS = st.sampled_from(["+", "-", "*", "/"])


def figure(code: str, value: str, unit: str = "个", **more: str) -> Figure:
    return Figure(code, more.pop("source", "甲"), more.pop("subject", "示例市"), more.pop("metric", "数"),
                  more.pop("qualifier", "eq"), more.pop("kind", "status"), value=Decimal(value), unit=unit, **more)


def relation(**raw: object) -> relations.Relation:
    readers = relations.Readers()
    made = relations.read({"id": "T1", "kind": "sum", "zh": "试"} | raw, 1, readers)
    assert made is not None, [str(wrong.said) for wrong in readers.faults]
    return made


def faults(**raw: object) -> list[str]:
    readers = relations.Readers(codes={"a"}, keys=set())
    assert relations.read({"id": "T1", "kind": "sum", "zh": "试"} | raw, 7, readers) is None
    assert {wrong.line for wrong in readers.faults} == {7}
    return [str(wrong.said) for wrong in readers.faults]


def verdict(figures: list[Figure], **raw: object) -> Verdict:
    return judging.judge(relation(**raw), {f.code: f for f in figures}).verdict


def inside(quantity: Quantity, part: Fraction) -> Fraction:
    """A number within a range: `part` of the way from its lower to its upper end (or 1,000 beyond an open one)."""
    low = quantity.mid - 1000 if quantity.low is None else quantity.low
    high = max(quantity.mid, low) + 1000 if quantity.high is None else quantity.high
    return low + (high - low) * part


def contains(quantity: Quantity, value: Fraction) -> bool:
    return (quantity.low is None or quantity.low <= value) and (quantity.high is None or value <= quantity.high)


class TestRanges:
    @given(NUMBERS, HEDGES, NUMBERS, HEDGES, SIGNS, st.fractions(0, 1), st.fractions(0, 1))
    def test_hold_every_result_of_numbers_within_them(self, a, hedge_a, b, hedge_b, sign, at_a, at_b) -> None:
        first, second = intervals.read(a, "亿元", hedge_a), intervals.read(b, "亿元", hedge_b)
        x, y = inside(first, at_a), inside(second, at_b)
        if sign == "/" and (not second.mid or not y):
            return
        reckon = {"+": x + y, "-": x - y, "*": x * y, "/": x / y if y else None}[sign]
        assert contains(expressions.REACH[sign](first, second), reckon)

    @given(NUMBERS, HEDGES)
    def test_hold_the_number_itself(self, value, hedge) -> None:
        for unit in ("亿元", "个", "%", "万平方米"):
            found = intervals.read(value, unit, hedge)
            assert contains(found, found.mid)

    @given(NUMBERS, HEDGES, NUMBERS, HEDGES)
    def test_a_comparison_never_fails_where_numbers_within_fit(self, a, hedge_a, b, hedge_b) -> None:
        left, right = intervals.read(a, "亿元", hedge_a), intervals.read(b, "亿元", hedge_b)
        if judging.compare(left, "<=", right)[0] is Verdict.FAILS:
            assert left.low is not None and right.high is not None and left.low > right.high
        if judging.compare(left, "=", right)[0] is Verdict.FAILS:
            assert not (contains(left, right.mid) or contains(right, left.mid))

    @given(NUMBERS)
    def test_go_to_another_unit_and_back(self, value) -> None:
        found = intervals.read(value, "亿平方米", "approx")
        back = found.within("万平方米").within("亿平方米")
        assert (back.mid, back.low, back.high) == (found.mid, found.low, found.high)
        assert found.within("万平方米").mid == Fraction(value) * 10_000

    def test_a_large_count_is_known_to_the_digit_that_was_printed(self) -> None:
        found = intervals.read(Decimal(86_900), "项", "eq")
        assert (found.low, found.high) == (86_850, 86_950)
        assert intervals.read(Decimal(2_000), "个", "eq").exact

    def test_money_and_people_do_not_add_up(self) -> None:
        with pytest.raises(intervals.CannotBeReckoned):
            intervals.plus(intervals.read(Decimal(1), "亿元", "eq"), intervals.read(Decimal(1), "人", "eq"))

    def test_nothing_divides_by_nothing(self) -> None:
        with pytest.raises(intervals.NoDenominator):
            intervals.over(intervals.number(1), intervals.number(0))


class TestExpressions:
    @pytest.mark.parametrize("text", ["", "a +", "a b", "(a", "a)", "a ** b", "__import__('os')", "a = = b", "1e9",
                                      "甲", "(" * 30 + "a" + ")" * 30, "a+" * 300 + "a", "a;b", "a.b", "-a"])
    def test_say_nothing_but_arithmetic(self, text: str) -> None:
        with pytest.raises(expressions.CannotParse):
            expressions.parse(text)

    def test_multiply_before_they_add(self) -> None:
        known = {name: intervals.number(n) for name, n in (("a", 2), ("b", 3), ("c", 4))}
        assert expressions.value(expressions.parse("a + b * c").sides[0], known).mid == 14
        assert expressions.value(expressions.parse("(a + b) * c").sides[0], known).mid == 20
        assert expressions.value(expressions.parse("a - b - c").sides[0], known).mid == -5


class TestVerdicts:
    A, B, C = figure("a", "60"), figure("b", "40"), figure("c", "100")

    def test_a_sum_holds_or_fails_by_its_numbers(self) -> None:
        terms = {"x": "a", "y": "b", "z": "c"}
        assert verdict([self.A, self.B, self.C], terms=terms, checks=["x + y = z"]) is Verdict.HOLDS
        assert verdict([figure("a", "61"), self.B, self.C], terms=terms, checks=["x + y = z"]) is Verdict.FAILS

    def test_rounded_parts_may_miss_the_whole_by_their_rounding(self) -> None:
        money = [figure("a", "1.4", "亿元"), figure("b", "1.4", "亿元"), figure("c", "2.9", "亿元")]
        terms = {"x": "a", "y": "b", "z": "c"}
        assert verdict(money, terms=terms, checks=["x + y = z"]) is Verdict.HOLDS
        assert verdict([*money[:2], figure("c", "3.1", "亿元")], terms=terms, checks=["x + y = z"]) is Verdict.FAILS

    def test_a_floor_only_contradicts_what_lies_below_it(self) -> None:
        floor = figure("c", "100", qualifier="ge")
        terms = {"x": "a", "z": "c"}
        assert verdict([figure("a", "500"), floor], terms=terms, checks=["x = z"]) is Verdict.HOLDS
        assert verdict([figure("a", "99"), floor], terms=terms, checks=["x = z"]) is Verdict.FAILS

    def test_overlapping_hedges_cannot_be_told_apart(self) -> None:
        near = figure("c", "100", qualifier="approx")
        assert verdict([figure("a", "102"), near], terms={"x": "a", "z": "c"},
                       checks=["x <= z"]) is Verdict.UNDECIDABLE

    def test_lists_of_different_names_are_not_added(self) -> None:
        terms = {"x": {"figure": "a", "list": "甲"}, "y": {"figure": "b", "list": "乙"}, "z": "c"}
        assert verdict([self.A, self.B, self.C], terms=terms, checks=["x + y = z"]) is Verdict.UNDECIDABLE

    def test_units_that_measure_different_things_are_a_trap(self) -> None:
        assert verdict([self.A, figure("b", "40", "亿元")], terms={"x": "a", "y": "b"},
                       checks=["x = y"]) is Verdict.TRAP

    def test_growth_between_two_subjects_is_a_trap(self) -> None:
        other = figure("b", "40", subject="示例公司")
        assert verdict([self.A, other], kind="growth", terms={
            "x": "a", "y": "b", "g": {"derive": "x / y - 1"}}) is Verdict.TRAP

    def test_a_rate_over_a_foreign_base_is_a_trap_and_over_its_own_is_not(self) -> None:
        spent, share = figure("a", "80", "亿元"), figure("b", "80", "%")
        for nature, wanted in (("revenue", Verdict.TRAP), ("expenditure", Verdict.HOLDS)):
            assert verdict([spent, share, figure("c", "100", "亿元")], kind="rate", rate="r", whole="w", terms={
                "p": "a", "r": {"figure": "b", "base": "expenditure"}, "w": {"figure": "c", "nature": nature}},
                checks=["p / w = r"]) is wanted

    def test_a_rate_that_does_not_come_out_fails_unless_its_definition_is_open(self) -> None:
        figures = [self.A, self.C, figure("b", "90", "%")]
        raw = {"kind": "rate", "terms": {"x": "a", "z": "c", "r": "b"}, "checks": ["x / z = r"]}
        assert verdict(figures, **raw) is Verdict.FAILS
        assert verdict(figures, **raw, definition="unstated") is Verdict.SUSPECT

    @pytest.mark.parametrize(("large", "wanted"), [
        ("600", "SUSPECT"), ("6100", "SUSPECT"), ("300", "HOLDS"), ("60", "HOLDS")])
    def test_sizes_about_a_power_of_ten_apart_ask_for_a_look(self, large: str, wanted: str) -> None:
        assert verdict([self.A, figure("b", large)], kind="scale", terms={"x": "a", "y": "b"},
                       scale=["x", "y"]).value == wanted

    def test_a_missing_number_or_denominator_decides_nothing(self) -> None:
        assert verdict([], terms={"x": "a", "y": "b"}, checks=["x = y"]) is Verdict.UNDECIDABLE
        assert verdict([self.A, figure("b", "0")], kind="mean",
                       terms={"x": "a", "y": "b", "m": {"derive": "x / y"}}) is Verdict.UNDECIDABLE

    def test_repeats_must_say_the_same(self) -> None:
        made = relation(kind="repeat", keys=["k"])
        same = [figure("a", "1", source="甲", same_as="k"), figure("b", "1", source="乙", same_as="k")]
        other = [same[0], figure("b", "2", source="乙", same_as="k")]
        for group, wanted in ((same, Verdict.HOLDS), (other, Verdict.FAILS), (same[:1], Verdict.UNDECIDABLE)):
            assert judging.judge(made, {}, {"k": group}).verdict is wanted

    def test_a_part_larger_than_its_whole_fails(self) -> None:
        assert verdict([self.A, self.C], kind="rate", part="z", whole="x",
                       terms={"x": "a", "z": "c", "s": {"derive": "z / x"}}) is Verdict.FAILS

    def test_an_unlikely_number_is_suspect(self) -> None:
        raw = {"kind": "mean", "terms": {"x": "a", "y": "b", "m": {"derive": "x / y"}}}
        assert verdict([self.A, self.B], **raw, plausible=["0.1", "2"]) is Verdict.HOLDS
        assert verdict([self.A, self.B], **raw, plausible=["2", "3"]) is Verdict.SUSPECT


class TestDeclarations:
    def test_name_every_fault_at_once(self) -> None:
        told = faults(kind="magic", zh="", colour="red", terms={"x": {"figure": "b"}, "Y": "a", "z": {"value": "1e5"}})
        assert len(told) >= 5
        assert any("magic" in text for text in told) and any("colour" in text for text in told)

    def test_name_unknown_codes_and_names(self) -> None:
        assert any("没有编号 zzz" in text for text in faults(terms={"x": "zzz"}, checks=["x = x"]))
        assert any("y" in text for text in faults(terms={"x": "a"}, checks=["x = y"]))

    def test_refuse_circles(self) -> None:
        told = faults(terms={"x": "a", "y": {"derive": "z + x"}, "z": {"derive": "y - x"}})
        assert any("成环" in text and "y、z" in text for text in told)

    @pytest.mark.parametrize("raw", [None, 3, [], "text", {"id": []}, {"id": "x" * 999}])
    def test_refuse_what_is_no_relation(self, raw: object) -> None:
        readers = relations.Readers()
        assert relations.read(raw, 1, readers) is None
        assert readers.faults

    @pytest.mark.parametrize("hostile", [
        {"terms": {f"t{i}": "a" for i in range(300)}}, {"checks": ["a = b"] * 90}, {"zh": "字" * 2_000},
        {"terms": {"x": {"value": "9" * 400, "source": "s"}}}, {"plausible": ["1e999999", "2"]}, {"plausible": [3, 1]},
        {"terms": {"x": {"derive": "a+" * 400 + "a"}}}, {"scale": ["a"]}, {"pairs": [["a"]]}, {"keys": "a"},
        {"readings": [{}]}, {"terms": {"x": {"date": "2024-13-01"}}}, {"checks": ["x\0"], "terms": {"x": "a"}}])
    def test_refuse_hostile_sizes_and_shapes(self, hostile: dict) -> None:
        assert faults(**hostile)


class TestWriting:
    @pytest.mark.parametrize(("value", "unit", "hedge", "qualifier", "text"), [
        ("86900", "项", "", "eq", "8.69万项"), ("26600", "亿元", "", "eq", "2.66万亿元"),
        ("10000", "万平方米", "约", "approx", "约1亿平方米"), ("200", "个", "余", "ge", "200余个"),
        ("6", "%", "预计/左右", "growth_approx", "预计增长6%左右"), ("60", "个", "以上", "ge", "60个以上"),
        ("1540000", "户", "超过", "ge", "超过154万户"), ("15000", "名", "近", "approx", "近1.5万名"),
        ("8", "米", "以下", "le", "8米以下"), ("20", "个", "", "ge", "20个以上"), ("1", "位", "", "eq", "第1位")])
    def test_is_as_people_write(self, value, unit, hedge, qualifier, text) -> None:
        assert published.chinese(figure("a", value, unit, hedge=hedge, qualifier=qualifier)) == text

    def test_english_pages_have_english_amounts(self) -> None:
        assert published.english(figure("a", "3470.6", "亿元")) == "CNY 347.06 bn"
        assert published.english(figure("a", "86900", "项", qualifier="ge")) == "≥ 86,900"

    @given(st.integers(-10**9, 10**9), st.integers(1, 10**6))
    def test_rounds_half_up_without_closing_zeros(self, top: int, bottom: int) -> None:
        text = units.rounded(Fraction(top, bottom), 2)
        assert abs(Decimal(text.replace("−", "-")) - Decimal(top) / Decimal(bottom)) <= Decimal("0.00501")
        assert not ("." in text and text.endswith("0"))


class TestRows:
    GOOD = {"code": "X-1", "source": "甲", "subject": "示例市", "metric": "数", "value": "1", "unit": "个",
            "qualifier": "eq", "kind": "status"}

    def told(self, **changed: str) -> list[tuple[str, str]]:
        return [(fault.cell, fault.header) for fault in published.check([Row(3, self.GOOD | changed)])[1]]

    def test_a_good_row_is_a_figure(self) -> None:
        figures, wrong = published.check([Row(2, self.GOOD)])
        assert not wrong and figures[0].value == 1

    @pytest.mark.parametrize(("column", "text"), [
        ("code", ""), ("code", "a b"), ("value", "1,000"), ("value", "1e9"), ("value", "约1"), ("value", "9" * 30),
        ("value", "NaN"), ("unit", "斤斗"), ("qualifier", "some"), ("kind", "wish"), ("period", "二〇二四"),
        ("topic", "x"), ("metric", "字" * 200), ("subject", "a\0b"), ("weak", "yes"), ("value_max", "2"),
        ("due", "soon")])
    def test_a_wrong_cell_is_named_with_line_and_column(self, column: str, text: str) -> None:
        assert ("3", column) in self.told(**{column: text})

    def test_all_faults_are_told_at_once_and_a_code_stands_once(self) -> None:
        _, wrong = published.check([Row(2, self.GOOD), Row(3, self.GOOD | {"kind": "x", "unit": "y"}),
                                    Row(4, self.GOOD | {"code": "X-2", "colour": ""}, ("colour",))])
        assert [(fault.cell, fault.header) for fault in wrong] == [
            ("3", "code"), ("3", "kind"), ("3", "unit"), ("4", "colour")]

    def test_too_many_rows_are_refused(self) -> None:
        rows = (Row(i, self.GOOD | {"code": f"X-{i}"}) for i in range(published.MOST_ROWS + 5))
        assert len(published.check(rows)[1]) == 1


@pytest.mark.parametrize(("text", "first", "last"), [
    ("2024", "2024-01-01", "2024-12-31"), ("2024-02", "2024-02-01", "2024-02-29"),
    ("2024Q1", "2024-01-01", "2024-03-31"), ("2024-2028", "2024-01-01", "2028-12-31"),
    ("2024-02-29", "2024-02-29", "2024-02-29"),
    ("2024Q4", "2024-10-01", "2024-12-31"), ("2024-12", "2024-12-01", "2024-12-31")])
def test_periods_are_days(text: str, first: str, last: str) -> None:
    found = published.days_of(text)
    assert found is not None
    assert (found[0].isoformat(), found[1].isoformat()) == (first, last)
