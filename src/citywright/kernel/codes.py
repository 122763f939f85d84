"""Codes that documents carry: read, checked, and masked where they are a person's. Pure.

Each reader takes what people type (full-width digits, spaces, other dashes), answers the written form, or refuses by
name with the shape that was expected.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc

from .errors import Refusal

DASHES = re.compile("[‐‑‒–—―−﹣]")
PROJECT_CODE = re.compile(r"[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}")
DOCUMENT = re.compile(r"([^0-9〔〕\s]+)〔([12][0-9]{3})〕([1-9][0-9]*)号")


class CannotReadCode(Refusal):
    """The text is not a code of the kind asked for."""


class CellCode(NamedTuple):
    """单元网格编码: the community (12 digits) and the cell's number in it, 001 to 999."""

    community: str
    sequence: int


class ComponentCode(NamedTuple):
    """部件标识码: county, 大类, 小类 and the number of the thing."""

    county: str
    major: str
    minor: str
    sequence: int


class DocumentNumber(NamedTuple):
    """发文字号: 永批督〔2024〕12号."""

    agency: str
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.agency}〔{self.year}〕{self.number}号"


def uscc(text: str) -> str:
    """统一社会信用代码 (GB 32100): 18 characters whose last one checks."""
    code = _typed(text).upper()
    if not stdnum_uscc.is_valid(code):
        raise CannotReadCode("统一社会信用代码“%(text)s”不对：应为18位且校验位相符", text=text)
    return code


def uscc_valid(text: str) -> bool:
    """Whether the text is a unified social credit code."""
    return stdnum_uscc.is_valid(_typed(text).upper())


def identity_number(text: str) -> str:
    """公民身份号码 (GB 11643): 18 characters, a possible birthday, and a check digit that fits.

    The birthplace is not looked up: tables of it lag behind the codes of new districts.
    """
    code = _typed(text).upper()
    if not (re.fullmatch(r"[1-9][0-9]{16}[0-9X]", code) and _born(code) and ric.calc_check_digit(code) == code[-1]):
        raise CannotReadCode("身份证号不对：应为18位，出生日期和校验位相符")
    return code


def project_code(text: str) -> str:
    """投资项目代码 (GB/T 40058): the shape only, as its check digit's rule is not published."""
    code = DASHES.sub("-", _typed(text))
    if not PROJECT_CODE.fullmatch(code):
        raise CannotReadCode("项目代码“%(text)s”不对：应为24位，形如 2403-370115-04-01-123456", text=text)
    return code


def project_code_valid(text: str) -> bool:
    """Whether the text has the shape of a project code."""
    return PROJECT_CODE.fullmatch(DASHES.sub("-", _typed(text))) is not None


def cell_code(text: str) -> CellCode:
    """单元网格编码: 15 digits, 12 of the community and 3 of the cell, which is not 000."""
    code = _typed(text)
    if not re.fullmatch(r"[0-9]{15}", code) or code.endswith("000"):
        raise CannotReadCode("单元网格编码“%(text)s”不对：应为15位数字，12位社区代码加001至999", text=text)
    return CellCode(code[:12], int(code[12:]))


def component_code(text: str) -> ComponentCode:
    """部件标识码: 16 digits, 6 county + 2 大类 + 2 小类 + 6 number."""
    code = _typed(text)
    if not re.fullmatch(r"[0-9]{16}", code):
        raise CannotReadCode("部件标识码“%(text)s”不对：应为16位数字，县区6位、大类2位、小类2位、序号6位", text=text)
    return ComponentCode(code[:6], code[6:8], code[8:10], int(code[10:]))


def document_number(text: str) -> DocumentNumber:
    """发文字号: agency, year in hexagonal brackets, number without leading zero and without 第."""
    read = DOCUMENT.fullmatch(_typed(text).replace("[", "〔").replace("]", "〕"))
    if read is None or read[1].endswith("第"):
        raise CannotReadCode("发文字号“%(text)s”不对：应形如 鲁政字〔2024〕12号，序号不加“第”，不编虚位", text=text)
    return DocumentNumber(read[1], int(read[2]), int(read[3]))


def mask_name(name: str) -> str:
    """张* of 张三丰; "" stays ""."""
    return name[:1] + "*" if name else ""


def mask_phone(phone: str) -> str:
    """138****1234; of a shorter number only the last two digits are left."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * (len(phone) - 2) + phone[-2:]


def mask_identity(number: str) -> str:
    """1101**********002X; anything that is not 18 characters long is hidden whole."""
    return f"{number[:4]}**********{number[-4:]}" if len(number) == 18 else "*" * len(number)


def _typed(text: str) -> str:
    """The text as it was meant: half-width, without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _born(code: str) -> bool:
    try:
        return date(int(code[6:10]), int(code[10:12]), int(code[12:14])) >= date(1800, 1, 1)
    except ValueError:
        return False
