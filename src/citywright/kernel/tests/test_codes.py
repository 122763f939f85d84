"""Codes: the vectors of PRACTICE 10, what people type, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citywright.kernel import codes
from citywright.kernel.codes import CannotReadCode, CellCode, ComponentCode, DocumentNumber


class TestUscc:
    def test_agrees_with_the_vector(self) -> None:
        assert codes.uscc("91350100M000100Y43") == "91350100M000100Y43"

    def test_takes_full_width_small_letters_and_spaces(self) -> None:
        assert codes.uscc(" ９1350100 m000100y43 ") == "91350100M000100Y43"

    @pytest.mark.parametrize("text", ["91350100M000100Y44", "91350100M000100Y4", "", "9135O100M000100Y43", "①" * 18])
    def test_refuses_by_name(self, text: str) -> None:
        with pytest.raises(CannotReadCode, match="统一社会信用代码“.*”不对：应为18位"):
            codes.uscc(text)
        assert not codes.uscc_valid(text)

    @given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
    def test_one_changed_character_is_noticed(self, place: int, character: str) -> None:
        right = "91350100M000100Y43"
        wrong = right[:place] + character + right[place + 1:]
        assert codes.uscc_valid(wrong) == (wrong == right)


class TestIdentityNumber:
    def test_agrees_with_the_vector(self) -> None:
        assert codes.identity_number("11010519491231002x") == "11010519491231002X"
        assert codes.mask_identity("11010519491231002X") == "1101**********002X"

    @pytest.mark.parametrize("text", ["110105194912310021", "11010519491331002X", "1101051949123100", "一" * 18, ""])
    def test_refuses_without_repeating_the_number(self, text: str) -> None:
        with pytest.raises(CannotReadCode) as refusal:
            codes.identity_number(text)
        assert not text or text not in str(refusal.value)


class TestMasks:
    def test_leave_as_much_as_the_rule_says(self) -> None:
        assert codes.mask_name("张三丰") == "张*"
        assert codes.mask_phone("13812341234") == "138****1234"

    def test_hide_what_is_not_of_the_usual_form(self) -> None:
        assert codes.mask_name("") == ""
        assert codes.mask_phone("82345") == "***45"
        assert codes.mask_identity("123") == "***"


class TestProjectCode:
    def test_takes_the_shape_with_any_dash(self) -> None:
        for text in ("2403-370115-04-01-123456", "２４０３－370115－04－01－123456", "2403—370115—04—01—123456"):
            assert codes.project_code(text) == "2403-370115-04-01-123456"
            assert codes.project_code_valid(text)

    @pytest.mark.parametrize("text", ["2403-370115-04-01-12345", "2403370115040112345", "2403-37011A-04-01-123456", "",
                                      "2403-370115-04-01-1234567", "2403-370115-04-01-12345\n6x"])
    def test_refuses_by_name(self, text: str) -> None:
        with pytest.raises(CannotReadCode, match="应为24位"):
            codes.project_code(text)
        assert not codes.project_code_valid(text)


class TestCellAndComponent:
    def test_agree_with_the_vectors(self) -> None:
        assert codes.component_code("3205080101000001") == ComponentCode("320508", "01", "01", 1)
        assert codes.cell_code("370115001002001") == CellCode("370115001002", 1)
        assert codes.cell_code("370115001002999").sequence == 999

    @pytest.mark.parametrize("text", ["370115001002000", "37011500100201", "3701150010020011", "37011500100200A"])
    def test_refuse_a_cell_by_name(self, text: str) -> None:
        with pytest.raises(CannotReadCode, match="001至999"):
            codes.cell_code(text)

    def test_refuse_a_component_by_name(self) -> None:
        with pytest.raises(CannotReadCode, match="部件标识码"):
            codes.component_code("320508010100001")


class TestDocumentNumber:
    def test_reads_and_writes(self) -> None:
        read = codes.document_number("永批督〔2024〕12号")
        assert read == DocumentNumber("永批督", 2024, 12)
        assert str(read) == "永批督〔2024〕12号"

    def test_takes_square_brackets_for_hexagonal_ones(self) -> None:
        assert str(codes.document_number("鲁政字[2018]170号")) == "鲁政字〔2018〕170号"

    @pytest.mark.parametrize("text", ["永批督〔2024〕012号", "永批督〔2024〕第12号", "〔2024〕12号", "永批督2024 12号",
                                      "永批督(2024)12号", ""])
    def test_refuses_what_the_standard_does_not_allow(self, text: str) -> None:
        with pytest.raises(CannotReadCode, match="发文字号"):
            codes.document_number(text)
