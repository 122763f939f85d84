"""Refusals read as sentences."""

from __future__ import annotations

from citywright.kernel.errors import CannotAccept, CannotReach, Fault, Refusal, Said


class TestRefusal:
    def test_reads_as_its_sentence_with_the_slots_filled(self) -> None:
        refusal = CannotReach("没有项目 %(code)s", code="P1")
        assert str(refusal) == "没有项目 P1"
        assert refusal.said == Said("没有项目 %(code)s", {"code": "P1"})
        assert isinstance(refusal, Refusal)

    def test_takes_a_slot_of_any_name(self) -> None:
        assert str(Refusal("“%(text)s”不对", text="x")) == "“x”不对"

    def test_leaves_a_percent_sign_without_slots_alone(self) -> None:
        assert str(Refusal("完成 50%")) == "完成 50%"


class TestCannotAccept:
    def test_names_every_fault_at_once(self) -> None:
        faults = [Fault(Said("不是数"), cell="B3", read="一二"), Fault(Said("没有此单位"), cell="C4")]
        refusal = CannotAccept("有 %(n)s 处错误", faults, n=2)
        assert str(refusal) == "有 2 处错误"
        assert [fault.cell for fault in refusal.faults] == ["B3", "C4"]


class TestSaid:
    def test_joins_a_list_and_translates_each_word_of_it(self) -> None:
        said = Said("还缺：%(missing)s", {"missing": ["红", "黄"]})
        assert str(said) == "还缺：红、黄"
        english = {"还缺：%(missing)s": "Missing: %(missing)s", "红": "red", "黄": "yellow", "、": ", "}
        assert said.filled(english.__getitem__) == "Missing: red, yellow"

    def test_leaves_numbers_and_empty_words_as_they_are(self) -> None:
        assert Said("%(n)d%(unit)s", {"n": 3, "unit": ""}).filled(str) == "3"
