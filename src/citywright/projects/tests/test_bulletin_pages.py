"""The pages of the bulletin and of definitions, its files, and the command that writes them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils.translation import gettext, override
from docx import Document

from citywright.kernel.models import JournalEntry
from citywright.projects import samples
from citywright.projects.queries import figures
from citywright.projects.queries.measures import MEASURES
from citywright.projects.rules.definitions import DEFINITIONS

from .test_figures import office  # noqa: F401

pytestmark = pytest.mark.django_db
HERE = {"area": "990101", "month": "2024-03"}


@pytest.fixture()
def reader(client, office):  # noqa: F811
    client.force_login(office)
    return client


def page(client, name, *args, **more):
    answer = client.get(reverse(f"projects:{name}", args=args), HERE | more)
    assert answer.status_code == 200
    return answer.content.decode()


class TestBulletinPage:
    def test_it_says_the_paper_and_every_number_is_a_link_with_area_and_month(self, reader):
        text = page(reader, "bulletin")
        assert "一、总体进展" in text and "五、下步工作" in text and "尚有" in text
        links = [unescape(link) for link in re.findall(r'href="(/projects/\?measure=[^"]+)"', text)]
        assert len(links) > 60 and all("area=990101&month=2024-03" in link for link in links)

    def test_the_lists_live_where_the_figures_say(self):
        assert reverse("projects:list") == figures.LIST

    def test_it_costs_at_most_twelve_queries(self, reader, django_assert_max_num_queries):
        page(reader, "bulletin")
        with django_assert_max_num_queries(12):
            page(reader, "bulletin")

    def test_the_frame_is_english_and_the_paper_stays_chinese(self, reader):
        reader.cookies["django_language"] = "en"
        text = page(reader, "bulletin")
        assert "Export to Word" in text and "Figures in the bulletin" in text and "一、总体进展" in text

    def test_a_clerk_is_refused_on_the_page_and_told_whom_to_ask_in_the_preview(self, client, office):  # noqa: F811
        client.force_login(samples.clerk())
        assert client.get(reverse("projects:bulletin"), HERE).status_code == 403
        assert "请向项目办索取" in client.get(reverse("projects:bulletin_preview")).content.decode()

    def test_a_stranger_sees_nothing(self, client, office):  # noqa: F811
        client.force_login(samples.stranger())
        for name in ("bulletin", "bulletin_preview"):
            answer = client.get(reverse(f"projects:{name}"), HERE)
            assert answer.status_code == 403 and "重点项目4个" not in answer.content.decode()

    def test_the_preview_is_a_part_of_a_page(self, reader):
        text = page(reader, "bulletin_preview")
        assert "通报预览" in text and "<html" not in text and "导出附表" in text


class TestFiles:
    @pytest.mark.parametrize("form", ["docx", "xlsx"])
    def test_they_are_handed_out_and_journaled(self, reader, form):
        answer = reader.post(reverse("projects:bulletin_export") + "?area=990101&month=2024-03", {"form": form})
        assert answer.status_code == 200 and answer.content[:2] == b"PK"
        told = answer.headers["Content-Disposition"]
        assert told.startswith("attachment") and f".{form}" in told
        assert JournalEntry.objects.filter(verb="bulletin.exported").count() == 1

    def test_reading_a_page_takes_nothing_out(self, reader):
        assert reader.get(reverse("projects:bulletin_export")).status_code == 405

    def test_another_form_is_refused_in_words(self, reader):
        answer = reader.post(reverse("projects:bulletin_export"), {"form": "exe"})
        assert answer.status_code == 409 and "Excel" in answer.content.decode()


class TestDefinitions:
    def test_every_indicator_has_its_page_in_both_languages(self, reader):
        for code, definition in DEFINITIONS.items():
            text = page(reader, "definition", code)
            assert definition.label in text and ("data-definition-body" in text)
            assert ("measure=" in text) == (code in MEASURES)

    def test_an_unknown_code_is_not_found(self, reader):
        assert reader.get(reverse("projects:definition", args=["NOTHING"])).status_code == 404

    def test_the_index_names_all_and_english_has_no_chinese_left(self, reader):
        assert all(d.label in page(reader, "definitions") for d in DEFINITIONS.values())
        reader.cookies["django_language"] = "en"
        for text in (page(reader, "definitions"), page(reader, "definition", "START_DUE")):
            main = re.sub(r"<[^>]+>", "", text[text.index("<main"):text.index("</main>")])
            assert not re.findall(r"[\u4e00-\u9fff]+", main.replace("示例区", ""))


class TestCommand:
    def test_it_writes_both_files_in_the_name_of_a_person(self, office, tmp_path, capsys):  # noqa: F811
        word, excel = tmp_path / "通报.docx", tmp_path / "附表.xlsx"
        call_command("bulletin", area="990101", month="2024-03", out=str(word), xlsx=str(excel), by=office.username)
        text = "".join(p.text for p in Document(str(word)).paragraphs)
        assert "重点项目通报" in text and excel.stat().st_size > 5000
        assert {line.by for line in JournalEntry.objects.filter(verb="bulletin.exported")} == {office}

    @pytest.mark.parametrize(("wrong", "words"), [
        ({"month": "2024-13"}, "月份"), ({"area": "1"}, "没有区划"), ({"by": "nobody"}, "没有登录名"),
        ({"by": "stranger"}, "请向项目办索取"), ({"out": "/no/such/place/a.docx"}, "写不了文件"),
    ])
    def test_it_refuses_in_words_and_writes_nothing(self, office, tmp_path, wrong, words):  # noqa: F811
        samples.stranger()
        asked = {"area": "990101", "month": "2024-03", "out": str(tmp_path / "a.docx"), "by": office.username} | wrong
        with pytest.raises(CommandError, match=words):
            call_command("bulletin", **asked)
        assert not (tmp_path / "a.docx").exists()


class TestWords:
    def test_every_word_of_a_definition_and_of_a_comparison_is_known_in_english(self):
        told = [text for d in DEFINITIONS.values() for text in (
            d.label, d.formula, d.numerator, d.denominator, d.unit, d.source, d.note)]
        with override("en"):
            unknown = [text for text in [*told, *figures.SENTENCES.values()]
                       if re.search(r"[\u4e00-\u9fff]", text) and gettext(text) == text]
        assert unknown == []
