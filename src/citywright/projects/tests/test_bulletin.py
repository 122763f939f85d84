"""The bulletin says the figures of the month; Word, Excel and the page are written from the same sentences."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db.models import Sum
from docx import Document
from docx.oxml.ns import qn

from citywright.kernel import journal
from citywright.kernel.models import JournalEntry
from citywright.kernel.periods import last_of
from citywright.projects import samples
from citywright.projects.actions import bulletin as actions
from citywright.projects.queries import bulletin, figures
from citywright.projects.queries.bulletin import Number, Sentence

from .test_figures import MARCH, office  # noqa: F401

pytestmark = pytest.mark.django_db
ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture()
def paper(office):  # noqa: F811
    return bulletin.compose(office, area=samples.district(), period=MARCH)


def exported(person, form):
    return actions.export(area=samples.district(), period=MARCH, form=form, by=person, at=samples.AT, address=ADDRESS)


def text_of(paper):
    return "".join(str(sentence) for section in paper.sections for sentence in section.paragraphs)


class TestSentence:
    def test_it_is_cut_into_text_and_numbers(self):
        said = Sentence("共%(count)s个（%(names)s），占%(rate)s%。", {
            "count": Number("2", "/list/"), "names": "甲、乙", "rate": (Number("5"), Number("0"))})
        assert str(said) == "共2个（甲、乙），占50%。"
        assert [piece.url for piece in said.pieces() if piece.text == "2"] == ["/list/"]


class TestCompose:
    def test_it_has_the_five_parts_of_a_published_bulletin(self, paper):
        assert [section.heading for section in paper.sections] == [
            "总体进展", "分类别、分责任单位进展", "开工情况", "存在问题", "下步工作"]
        assert paper.title == "2024年一季度全区重点项目进展情况"

    def test_it_says_the_figures_in_points_and_against_the_schedule(self, paper):
        text = text_of(paper)
        assert "重点项目4个" in text and "年度计划投资2.40亿元" in text
        assert "慢于时序进度25.0个百分点" in text and "按月数平均应完成25.0%" in text
        assert "应开工2个，核验开工1个，应开工开工率50.0%；提前开工1个" in text
        assert "未按计划开工1个：未按期开工（见附件2）" in text

    def test_every_figure_in_a_sentence_opens_a_list_whose_count_or_sum_it_is(self, office, paper):  # noqa: F811
        for figure in paper.figures:
            listed = figures.members(office, figure.code, "numerator", paper.area, MARCH, None)
            part = figures.MEASURES[figure.code].numerator
            value = listed.aggregate(n=Sum(part.amount))["n"] if part.amount else listed.count()
            assert figure.numerator == (value or 0)

    def test_no_number_of_a_sentence_stands_without_a_list(self, paper):
        for section in paper.sections:
            for sentence in section.paragraphs:
                for piece in sentence.pieces():
                    if piece.value is not None:
                        assert piece.url.startswith(("/projects/?measure=", "/definitions/")), piece

    def test_it_says_that_numbers_are_preliminary_while_reports_are_not_locked(self, paper):
        assert str(paper.preliminary) == "尚有4个项目的月报未锁定，本通报数字为初步数。"
        assert paper.number.endswith("（初稿）")

    def test_parts_add_up_to_the_whole_in_every_table(self, paper):
        tables = [*(table for section in paper.sections for table in section.tables), paper.attachments[0]]
        for table in tables:
            for column in (1, 2, 3, 4):
                assert sum(row[column].value for row in table.rows) == table.total[column].value

    def test_parts_that_do_not_add_up_in_print_are_explained(self, office):  # noqa: F811
        samples.project(plan_year=Decimal("50"), total=100)
        samples.project(plan_year=Decimal("50"), total=100, category="livelihood")
        text = "".join(map(str, bulletin.compose(office, area=samples.district(), period=MARCH).notes))
        assert "四舍五入" in text

    def test_who_sees_only_a_unit_is_refused(self, office):  # noqa: F811
        for person in (samples.clerk(), samples.stranger()):
            with pytest.raises(bulletin.CannotSeeBulletin, match="请向项目办索取"):
                bulletin.compose(person, area=samples.district(), period=MARCH)

    def test_it_costs_four_queries(self, office, django_assert_num_queries):  # noqa: F811
        area = samples.district()
        bulletin.compose(office, area=area, period=MARCH)
        with django_assert_num_queries(4):
            bulletin.compose(office, area=area, period=MARCH)

    def test_an_empty_area_says_so_and_divides_by_nothing(self, office):  # noqa: F811
        empty = samples.district("990102", "空白区")
        found = bulletin.compose(samples.city(), area=empty, period=MARCH)
        text = text_of(found)
        assert "重点项目0个" in text and "占年度计划的—%" in text and "年度计划没有新开工项目" in text
        assert found.day == last_of(MARCH)


class TestWord:
    @pytest.fixture()
    def document(self, office):  # noqa: F811
        return Document(io.BytesIO(exported(office, "docx")))

    def test_the_page_is_the_official_one(self, document):
        for section in document.sections:
            assert [round(side.mm) for side in (section.top_margin, section.bottom_margin, section.left_margin,
                                                section.right_margin)] == [37, 35, 28, 26]

    def test_headings_and_body_name_the_official_typefaces(self, document):
        faces = {paragraph.text: paragraph.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia"))
                 for paragraph in document.paragraphs if paragraph.runs}
        assert faces["2024年一季度全区重点项目进展情况"] == "方正小标宋简体"
        assert faces["三、开工情况"] == "黑体"

    def test_it_says_the_same_as_the_page(self, document, paper):
        printed = {re.sub(r"\s", "", "".join(node.text or "" for node in p._p.iter(qn("w:t"))))
                   for p in document.paragraphs}
        for section in paper.sections:
            for sentence in section.paragraphs:
                assert re.sub(r"\s", "", str(sentence)) in printed

    def test_every_number_is_a_link_to_its_list(self, document, paper):
        targets = [rel.target_ref for rel in document.part.rels.values() if "hyperlink" in rel.reltype]
        assert targets and all(target.startswith(ADDRESS + "/") for target in targets)
        told = [*paper.notes, paper.preliminary, *(p for section in paper.sections for p in section.paragraphs)]
        linked = sum(bool(piece.url) for sentence in told for piece in sentence.pieces())
        in_text = sum(len(p._p.findall(qn("w:hyperlink"))) for p in document.paragraphs)
        assert in_text == linked > 25

    def test_the_tables_carry_a_total(self, document):
        assert [cell.text for cell in document.tables[0].rows[-1].cells][:2] == ["合计", "4"]


class TestExcel:
    @pytest.fixture()
    def book(self, office):  # noqa: F811
        return openpyxl.load_workbook(io.BytesIO(exported(office, "xlsx")))

    def test_the_total_of_a_sheet_is_the_sum_of_its_rows(self, book):
        for name in ("分类别进展情况", "分责任单位进展情况"):
            rows = list(book[name].iter_rows(min_row=4, values_only=True))
            last = next(i for i, row in enumerate(rows) if row[0] == "合计")
            for column in (1, 2, 3, 4):
                assert sum(Decimal(str(row[column])) for row in rows[:last]) == Decimal(str(rows[last][column]))

    def test_it_has_the_official_form(self, book):
        sheet = book["分责任单位进展情况"]
        assert sheet["A1"].value.startswith("2024年一季度全区重点项目进展情况")
        assert sheet["G2"].value == "单位：万元、%、百分点" and sheet["G2"].alignment.horizontal == "right"
        assert sheet.freeze_panes == "A4" and sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$3:$3" and sheet["A3"].border.left.style == "thin"
        assert "王项目 2024-03-20 09:00 导出" in sheet.oddFooter.left.text
        assert any(str(row[0]).startswith("填报单位：") for row in sheet.iter_rows(min_row=4, values_only=True))

    def test_it_says_the_figures_of_the_page(self, book, paper):
        told = {row[0]: row[1] for row in book["总体情况"].iter_rows(min_row=4, values_only=True)}
        for figure in paper.figures:
            if figure.value is not None:
                assert f"{told[figure.label]:,.{figure.definition.decimals}f}".replace("-", "−") == figure.shown


class TestExport:
    def test_the_journal_keeps_who_took_which_numbers(self, office):  # noqa: F811
        exported(office, "xlsx")
        line = JournalEntry.objects.get(verb="bulletin.exported")
        assert line.by == office and line.data["figures"]["START_DUE"] == "50.0" and line.data["form"] == "xlsx"
        assert journal.first_broken() is None

    def test_another_form_is_refused_and_leaves_no_line(self, office):  # noqa: F811
        with pytest.raises(actions.CannotExportBulletin, match="pdf"):
            exported(office, "pdf")
        assert not JournalEntry.objects.filter(verb="bulletin.exported").exists()

    def test_a_clerk_takes_nothing_out(self, office):  # noqa: F811
        with pytest.raises(bulletin.CannotSeeBulletin):
            exported(samples.clerk(), "docx")


def test_the_day_of_the_figures_is_never_after_today(office):  # noqa: F811
    found = bulletin.compose(office, area=samples.district(), period=MARCH, today=date(2024, 3, 27))
    assert found.as_of == date(2024, 3, 27)
