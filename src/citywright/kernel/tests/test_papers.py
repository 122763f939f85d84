"""An official paper has the page, typefaces, lines, numbers and tables of GB/T 9704."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from citywright.kernel import papers
from citywright.kernel.papers import Paper, Run

AT = datetime(2024, 4, 2, 1, 30, tzinfo=UTC)
DAY = date(2024, 4, 2)


@pytest.fixture()
def paper():
    made = Paper(title="示例通报", author="王某", at=AT, mark="王某 2024-04-02 09:30 导出")
    made.red_head("示例通报", "2024年第3期", DAY)
    made.title("关于示例的通报")
    made.addressee("各单位")
    made.heading(1, "总体")
    made.heading(2, "其一")
    made.heading(3, "其中")
    made.heading(4, "其下")
    made.heading(2, "其二")
    made.heading(1, "下步")
    made.body(["共", Run("186", "http://127.0.0.1:8000/projects/"), "个。"])
    made.table(head=("单位", "个数"), rows=[("甲", "1"), ("乙", "2")], total=("合计", "3"), widths=(3, 1), unit="万元")
    made.attachment_names(["名单", "清单"])
    made.signature("示例区项目办", DAY)
    made.attachment("附件1", "名单")
    made.table(head=("序号", "名称"), rows=[("1", "甲")], widths=(1, 4), grid=True)
    made.colophon("示例区政府办", "示例区项目办", DAY)
    return made


@pytest.fixture()
def document(paper):
    return Document(io.BytesIO(paper.content()))


def paragraph(document, text):
    return next(p for p in document.paragraphs if p.text.startswith(text))


def face(paragraph):
    return paragraph.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia"))


class TestPage:
    def test_it_is_a4_with_the_official_margins_on_every_section(self, document):
        assert len(document.sections) == 2
        for section in document.sections:
            assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
            assert [round(m.mm) for m in (section.top_margin, section.bottom_margin, section.left_margin,
                                          section.right_margin)] == [37, 35, 28, 26]
        assert papers.PRINTED == 210 - 28 - 26

    def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(self, document):
        section = document.sections[0]
        odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
        assert document.settings.odd_and_even_pages_header_footer
        assert (odd.alignment, even.alignment) == (WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT)
        assert "PAGE" in odd._p.xml and odd.text.startswith("— ") and odd.text.endswith(" —")

    def test_who_took_it_out_and_when_is_in_the_margin(self, document):
        assert document.sections[0].header.paragraphs[0].text == "王某 2024-04-02 09:30 导出"


class TestText:
    def test_each_level_has_its_number_and_typeface(self, document):
        told = {"一、总体": "黑体", "（一）其一": "楷体_GB2312", "1.其中": "仿宋_GB2312", "（1）其下": "仿宋_GB2312",
                "（二）其二": "楷体_GB2312", "二、下步": "黑体"}
        assert {text: face(paragraph(document, text)) for text in told} == told

    def test_numerals_are_times_new_roman_and_the_body_is_fangsong_16_on_28_9(self, document):
        body = paragraph(document, "共")
        fonts = body.runs[0]._element.rPr.rFonts
        assert (fonts.get(qn("w:ascii")), fonts.get(qn("w:eastAsia"))) == ("Times New Roman", "仿宋_GB2312")
        assert body.runs[0].font.size == Pt(16)
        assert abs(body.paragraph_format.line_spacing.pt - 28.9) < 0.06
        assert body._p.pPr.ind.get(qn("w:firstLineChars")) == "200"

    def test_the_title_is_22_points_in_the_middle(self, document):
        title = paragraph(document, "关于示例的通报")
        assert (title.runs[0].font.size, title.alignment) == (Pt(22), WD_ALIGN_PARAGRAPH.CENTER)
        assert face(title) == "方正小标宋简体"

    def test_a_number_links_to_its_list(self, document):
        body = next(p for p in document.paragraphs if p._p.findall(qn("w:hyperlink")))
        link = body._p.find(qn("w:hyperlink"))
        assert "".join(node.text for node in link.iter(qn("w:t"))) == "186"
        assert document.part.rels[link.get(qn("r:id"))].target_ref == "http://127.0.0.1:8000/projects/"

    def test_days_have_no_leading_zeros(self, document):
        assert papers.long_day(DAY) == "2024年4月2日"
        assert paragraph(document, "2024年4月2日").paragraph_format.right_indent == Pt(64)

    @pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (19, "十九")])
    def test_headings_count_in_chinese(self, number, text):
        assert papers.numeral(number) == text

    def test_attachments_are_named_below_the_body_and_begin_a_page(self, document):
        assert paragraph(document, "附件：1. 名单") and paragraph(document, "　　　2. 清单")
        assert face(paragraph(document, "附件1")) == "黑体"


class TestTable:
    def test_the_unit_stands_at_the_right_and_the_head_is_repeated(self, document):
        assert paragraph(document, "单位：万元").alignment == WD_ALIGN_PARAGRAPH.RIGHT
        assert "tblHeader" in document.tables[0].rows[0]._tr.xml

    def test_three_rules_or_a_thin_grid(self, document):
        three, grid, colophon = document.tables
        assert 'w:val="nil"' in three.rows[1]._tr.xml and "w:left" not in three.rows[1].cells[0]._tc.tcPr.xml
        assert 'w:left w:val="single"' in grid.rows[1].cells[0]._tc.tcPr.xml
        assert colophon.cell(0, 0).text == "抄送：示例区政府办。"
        assert colophon.cell(1, 0).text == "示例区项目办\t2024年4月2日印发"

    def test_numbers_stand_right_and_the_total_is_bold(self, document):
        row = document.tables[0].rows[-1]
        assert [cell.text for cell in row.cells] == ["合计", "3"]
        assert row.cells[1].paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT
        assert row.cells[0].paragraphs[0].runs[0].bold


class TestFile:
    def test_no_typeface_is_embedded_and_nothing_runs(self, paper):
        names = zipfile.ZipFile(io.BytesIO(paper.content())).namelist()
        assert not [name for name in names if "fonts/" in name or "vba" in name.lower()]

    def test_it_says_who_made_it(self, document):
        assert (document.core_properties.title, document.core_properties.author) == ("示例通报", "王某")
