"""Loading published figures, the command, the pages: acts, refusals, filters, both languages, hostile addresses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from citywright.indicators.actions import published
from citywright.indicators.models import PublishedFigure
from citywright.indicators.queries import files
from citywright.indicators.queries import published as asked
from citywright.indicators.rules.published import Row
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry, Person
from citywright.kernel.words import Role

from .lake_rows import AT, YI, clerk, leader, neighbour, person, publish, row
from .lake_rows import office as of_the_office

pytestmark = pytest.mark.django_db
ROW = {"code": "X-1", "source": "甲报（2024年1月）", "subject": "示例市", "metric": "项目数", "value": "12",
       "unit": "个", "qualifier": "ge", "kind": "target", "period": "2024", "topic": "project", "same_as": "x"}


def rows(*changed: dict[str, str]) -> list[Row]:
    return [Row(i, ROW | more) for i, more in enumerate(changed or ({},), 2)]


def client(who: Person) -> Client:
    made = Client()
    made.force_login(who)
    return made


@pytest.fixture()
def office() -> Client:
    published.lay(by=None, at=AT)
    return client(of_the_office())


class TestLoading:
    def test_a_figure_stands_with_its_source_and_a_line_in_the_journal(self) -> None:
        done = published.load(rows=rows(), by=None, at=AT)
        assert (done.new, done.same) == (1, 0)
        row = PublishedFigure.objects.get()
        assert (row.metric, row.value, row.source, row.same_as) == ("项目数", 12, "甲报（2024年1月）", "x")
        assert JournalEntry.objects.get().data["new"] == 1

    def test_the_same_file_again_changes_nothing_and_writes_nothing(self) -> None:
        published.load(rows=rows(), by=None, at=AT)
        assert published.load(rows=rows(), by=None, at=AT) == published.Loaded(0, 1)
        assert JournalEntry.objects.count() == 1

    def test_refuses_a_changed_value_with_the_difference_and_loads_nothing(self) -> None:
        published.load(rows=rows(), by=None, at=AT)
        with pytest.raises(published.CannotLoad) as refused:
            published.load(rows=rows({"value": "13"}, {"code": "X-2"}), by=None, at=AT)
        assert [str(fault.said) for fault in refused.value.faults] == ["X-1 已装入“12”，文件写的是“13”"]
        assert (refused.value.faults[0].cell, refused.value.faults[0].header) == ("2", "value")
        assert PublishedFigure.objects.count() == 1

    def test_corrects_when_told_to_and_the_journal_keeps_both(self) -> None:
        published.load(rows=rows(), by=None, at=AT)
        done = published.load(rows=rows({"value": "13.5"}), by=None, at=AT, replace=True)
        assert [(c.column, c.before, c.after) for c in done.changes] == [("value", "12", "13.5")]
        assert JournalEntry.objects.order_by("-number")[0].data["changed"] == [["X-1", "value", "12", "13.5"]]
        assert published.load(rows=rows({"value": "13.5"}), by=None, at=AT).same == 1

    def test_tells_all_faults_at_once_and_loads_nothing(self) -> None:
        with pytest.raises(published.CannotLoad) as refused:
            published.load(rows=rows({"value": "many"}, {"unit": "斤斗", "code": ""}), by=None, at=AT)
        assert {(f.cell, f.header) for f in refused.value.faults} == {("2", "value"), ("3", "unit"), ("3", "code")}
        assert not PublishedFigure.objects.exists()

    def test_laying_again_leaves_what_a_city_corrected(self) -> None:
        assert published.lay(by=None, at=AT) == 226
        given = next(r for r in files.figure_rows(files.text_of(files.FIGURES))[0] if r.given["code"] == "004-004")
        published.load(rows=[Row(2, dict(given.given) | {"value": "2001"})], by=None, at=AT, replace=True)
        assert published.lay(by=None, at=AT) == 0
        assert PublishedFigure.objects.get(code="004-004").value == 2001

    def test_only_the_city_loads_by_name(self) -> None:
        published.load(rows=rows(), by=person("city", Role.CITY), at=AT)
        for other in (of_the_office(), clerk(), leader(), neighbour()):
            with pytest.raises(CannotReach):
                published.load(rows=rows({"code": "X-2"}), by=other, at=AT)


class TestFiles:
    @pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "code,source\nx,y\n"])
    def test_a_table_without_the_needed_columns_is_refused(self, text: str) -> None:
        with pytest.raises(files.CannotRead):
            files.figure_rows(text)

    def test_bytes_that_are_no_text_are_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "x.csv"
        file.write_bytes(b"\xff\xfe\x00\xd8")
        with pytest.raises(files.CannotRead):
            files.text_of(file)

    def test_broken_json_lines_are_told_by_line(self) -> None:
        found, faults = files.figure_rows('{"id": "X-1"}\n{"id": \n[1]\n')
        assert len(found) == 1
        assert [fault.cell for fault in faults] == ["2", "3"]

    def test_deep_json_and_toml_end_in_words(self) -> None:
        for text in ("{" + '"a":[' * 5_000, "a = " + "[" * 5_000, "[[relation]]\nid = 'x", "x = 1",
                     "[[relation]]\n" * 3):
            with pytest.raises(published.CannotAccept) as refused:
                files.declared(text)
            assert refused.value.faults and all(fault.cell.isdigit() for fault in refused.value.faults)

    def test_every_fault_of_a_relations_file_is_told_with_its_line(self) -> None:
        text = ('[[relation]]\nid = "A"\nkind = "sum"\nzh = "甲"\nchecks = ["x = y"]\nterms.x = "nowhere"\n\n'
                '[[relation]]\nid = "A"\nkind = "odd"\nzh = "乙"\n')
        with pytest.raises(published.CannotAccept) as refused:
            files.declared(text, codes={})
        told = [(fault.cell, str(fault.said)) for fault in refused.value.faults]
        assert {cell for cell, _ in told} == {"1", "8"}
        assert any("nowhere" in said for _, said in told) and any("重复" in said for _, said in told)
        assert any("odd" in said for _, said in told)

    def test_a_column_that_nobody_knows_is_told_once(self) -> None:
        text = "colour," + ",".join(ROW) + "\n" + ("x," + ",".join(ROW.values()) + "\n") * 3
        assert [(f.cell, f.header) for f in files.figure_rows(text)[1]] == [("1", "colour")]

    def test_unknown_codes_circles_and_unknown_names_are_told_together(self) -> None:
        text = ('[[relation]]\nid="A"\nkind="odd"\nchecks=["a+b=q"]\nterms.a="zz"\nterms.b={derive="c"}\n'
                'terms.c={derive="b"}\n')
        with pytest.raises(published.CannotAccept) as refused:
            files.declared(text, codes={})
        told = " ".join(str(fault.said) for fault in refused.value.faults)
        assert all(word in told for word in ("zz", "成环", "名为q", "odd", "缺少“zh”"))

    def test_what_the_product_declares_is_without_fault(self) -> None:
        published.lay(by=None, at=AT)
        codes, keys = asked.loaded()
        assert len(files.declared(files.text_of(files.RELATIONS), codes=codes, keys=keys)) == 36
        assert len(files.declared(files.text_of(files.LEDGER))) == 8
        assert set(asked.references()) <= set(codes)


class TestCommand:
    def test_loads_and_tells_how_many(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("figures", "load", str(files.FIGURES))
        assert "226" in capsys.readouterr().out
        bad = tmp_path / "bad.csv"
        bad.write_text("code,source,subject,metric,qualifier,kind\nX,甲,乙,丙,eq,odd\n", encoding="utf-8")
        with pytest.raises(SystemExit) as ended:
            call_command("figures", "load", str(bad))
        assert ended.value.code == 1
        assert "kind" in capsys.readouterr().err

    def test_judges_a_file_as_json(self, capsys: pytest.CaptureFixture[str]) -> None:
        published.lay(by=None, at=AT)
        call_command("figures", "check", str(files.RELATIONS), "--json", "--language", "en")
        told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        found = {one["id"]: one for one in told}
        assert found["R02"]["verdict"] == "FAILS" and "337" in found["R02"]["reasons"][0]
        assert found["R48"]["derived"]["base"]["unit"] == "亿元"

    def test_a_faulty_file_ends_with_one_and_a_missing_one_with_two(self, tmp_path: Path) -> None:
        bad = tmp_path / "bad.toml"
        bad.write_text("[[relation]]\nid = 1\n", encoding="utf-8")
        for path, code in ((bad, 1), (tmp_path / "none", 2)):
            with pytest.raises(SystemExit) as ended:
                call_command("figures", "check", str(path))
            assert ended.value.code == code


class TestPages:
    def test_the_table_shows_figures_as_people_write_them(self, office: Client) -> None:
        page = office.get(reverse("indicators:published") + "?topic=grid").content.decode()
        assert "8.69万项" in page and "报纸版面 000（2024年1月）" in page and "2.66万亿元" not in page

    def test_filters_leave_what_they_say(self, office: Client) -> None:
        def count(query: str) -> int:
            return office.get(reverse("indicators:published") + query).context["list"].count

        assert count("") == 226
        assert count("?kind=target") == PublishedFigure.objects.filter(kind="target").count()
        assert count("?subject=章丘区&kind=status") == 13
        assert count("?repeated=1") == PublishedFigure.objects.exclude(same_as="").count()
        assert count("?source=nowhere") == 0

    @pytest.mark.parametrize("query", ["?kind=%00", "?page=99999999999999", "?sort=-zz&cols=x", "?year=9999999999",
                                       "?topic=<script>alert(1)</script>", "?weak=2", "?group=subject"])
    def test_a_hostile_address_is_a_page(self, office: Client, query: str) -> None:
        for name in ("indicators:published", "indicators:relations"):
            answer = office.get(reverse(name) + query)
            assert answer.status_code == 200
            assert b"<script>alert" not in answer.content

    def test_a_figure_tells_its_repeats_and_relations(self, office: Client) -> None:
        page = office.get(reverse("indicators:published_figure", args=["004-004"])).content.decode()
        for text in ("004-033", "004-098", "R02", "1075 + 98 + 490 = 1663 ≠ 2000", "2000个"):
            assert text in page

    def test_relations_stand_worst_first_and_filter(self, office: Client) -> None:
        rows = office.get(reverse("indicators:relations")).context["rows"]
        assert [row.verdict.value for row in rows][:2] == ["FAILS", "SUSPECT"] and len(rows) == 36
        rows = office.get(reverse("indicators:relations") + "?verdict=TRAP&kind=rate").context["rows"]
        assert {row.relation.id for row in rows} == {"R49", "R51"}

    def test_a_relation_shows_arithmetic_terms_and_the_question(self, office: Client) -> None:
        page = office.get(reverse("indicators:relation", args=["R30"])).content.decode()
        for text in ("86900 × (1 − 99.6%) = 348", "304–391", "8.69万项是受理数还是办结数？", "/published/000-012/"):
            assert text in page

    def test_english_pages_are_english(self, office: Client) -> None:
        office.cookies["django_language"] = "en"
        page = office.get(reverse("indicators:relation", args=["R01"])).content.decode()
        for text in ("CNY 100 m", "CNY 347.06 bn", "Holds", "Newspaper 004, Jan 2024"):
            assert text in page

    def test_each_page_costs_few_queries(self, office: Client, django_assert_max_num_queries) -> None:
        for name, args in (("published", []), ("published_figure", ["004-004"]), ("relations", []),
                           ("relation", ["R57"])):
            office.get(reverse(f"indicators:{name}", args=args))
            with django_assert_max_num_queries(15):
                office.get(reverse(f"indicators:{name}", args=args))

    def test_absent_and_unreachable_are_refused_the_same_way(self, office: Client) -> None:
        assert office.get(reverse("indicators:published_figure", args=["none"])).status_code == 403
        assert office.get(reverse("indicators:relation", args=["R999"])).status_code == 403
        outside = client(Person.objects.create(username="nobody"))
        for name in ("published", "relations"):
            assert outside.get(reverse(f"indicators:{name}")).status_code == 403

    def test_the_ledger_beside_is_for_reference_where_the_area_differs(self, office: Client) -> None:
        publish([row(1, plan_year_fen=3 * YI), row(2, plan_year_fen=4 * YI)])
        assert asked.references()["004-004"] == ("COUNT", "370100")
        page = office.get(reverse("indicators:published") + "?beside=1&month=2024-03").content.decode()
        assert "参照" in page and "2 个" in page
        page = office.get(reverse("indicators:published_figure", args=["004-005"]) + "?month=2024-03").content.decode()
        assert "7.00 亿元" in page and "公布的是另一区划" in page

    def test_relations_of_the_ledger_are_judged_on_its_own_figures(self, office: Client) -> None:
        publish([row(1, plan_year_fen=3 * YI, total_fen=9 * YI), row(2, plan_year_fen=4 * YI, category="other")])
        rows = office.get(reverse("indicators:relations") + "?of=ledger&month=2024-03").context["rows"]
        found = {one.relation.id: one.verdict.value for one in rows}
        assert len(found) == 8 and found["L01"] == found["L02"] == "HOLDS"
        assert found["L03"] == "HOLDS" and "FAILS" not in found.values()
        publish([row(1, plan_year_fen=3 * YI, total_fen=2 * YI)])
        rows = office.get(reverse("indicators:relations") + "?of=ledger&month=2024-03").context["rows"]
        assert (rows[0].relation.id, rows[0].verdict.value) == ("L03", "FAILS")
        assert office.get(reverse("indicators:relation", args=["L02"])).status_code == 200

    def test_without_published_facts_the_ledger_decides_nothing(self, office: Client) -> None:
        rows = office.get(reverse("indicators:relations") + "?of=ledger&month=2019-01").context["rows"]
        assert {one.verdict.value for one in rows} <= {"UNDECIDABLE"}
