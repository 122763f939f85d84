"""The one form and the one set of materials: rules, actions, pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from citywright.approvals import samples
from citywright.approvals.actions import dossiers, handlings, materials
from citywright.approvals.actions.materials import CannotHandIn, CannotWithdraw
from citywright.approvals.models import Dossier, Material
from citywright.approvals.queries import materials as material_queries
from citywright.approvals.queries import samples as shipped
from citywright.approvals.queries.dossiers import File
from citywright.approvals.rules import catalogue as rules
from citywright.approvals.rules import form
from citywright.approvals.rules import materials as material_rules
from citywright.approvals.samples import AT
from citywright.approvals.words import AnswerSource, AttributeKind, ItemVerb
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.projects import samples as people
from citywright.projects.words import FundingType

CATALOGUE = shipped.shipped()


def known(**facts: Any) -> dict[str, Any]:
    return form.prefilled(CATALOGUE, form.Facts(**({"funding": "enterprise"} | facts)))


def value_of(attribute: rules.Attribute) -> st.SearchStrategy[Any]:
    if attribute.kind == AttributeKind.BOOL:
        return st.booleans()
    return st.sampled_from(attribute.values) if attribute.values else st.integers(0, 200_000)


ANSWERS = st.fixed_dictionaries({}, optional={one.code: value_of(one) for one in CATALOGUE.attributes})


class TestRules:
    @pytest.mark.parametrize(("facts", "code", "value"), [
        ({"funding": "government"}, "investment_type", "government"),
        ({"funding": "ppp"}, "investment_type", "social"),
        ({"funding": "government"}, "small_low_risk", False),
        ({"industry_code": "C3841"}, "industry_type", "industrial"),
        ({"industry_code": "G5440"}, "industry_type", "transport"),
        ({"industry_code": "78"}, "industry_type", "municipal"),
        ({"category": "livelihood"}, "industry_type", "public"), ({"floor_area": 30000.0}, "floor_area", 30000.0),
        ({"land_mu": 30.0}, "soil_area_ha", 2.0)])
    def test_the_ledger_answers(self, facts: dict[str, Any], code: str, value: Any) -> None:
        assert known(**facts)[code] == value

    def test_what_the_ledger_does_not_know_stays_open(self) -> None:
        assert set(known(category="unclassified", industry_code="乱码")) == {"investment_type"}

    @settings(max_examples=60, deadline=None)
    @given(ANSWERS, ANSWERS)
    def test_a_more_complete_form_never_turns_a_decided_item_back_to_open(self, first: dict[str, Any],
                                                                          more: dict[str, Any]) -> None:
        before, after = rules.decide(CATALOGUE, first), rules.decide(CATALOGUE, more | first)
        assert set(before.applies) <= set(after.applies)
        assert set(before.does_not) <= set(after.does_not)

    @settings(max_examples=30, deadline=None)
    @given(ANSWERS)
    def test_a_form_without_questions_leaves_nothing_open(self, answers: dict[str, Any]) -> None:
        assert bool(rules.still_asked(CATALOGUE, answers)) == bool(rules.decide(CATALOGUE, answers).is_open)

    def test_each_document_is_asked_for_once(self) -> None:
        profile = shipped.profiles()[3]
        found = material_rules.needed(CATALOGUE, set(rules.decide(CATALOGUE, profile.known).applies))
        names = [one.name for one in found]
        assert len(names) == len(set(names))
        assert all(one.is_produced or one.name in CATALOGUE.applicant_documents for one in found)
        assert any(one.is_produced for one in found)
        assert all(one.items for one in found)


@pytest.mark.django_db
class TestMaterials:
    def given(self, row: Dossier, **values: Any) -> Material:
        return materials.hand_in(dossier=row, **({"name": "项目基本信息表", "doc_no": "示例1号"} | values),
                                 by=people.clerk(), at=AT)

    def test_a_second_version_holds_and_the_first_stays(self) -> None:
        row = samples.dossier()
        self.given(row)
        self.given(row, doc_no="示例2号")
        line = next(one for one in material_queries.lines(File(row)) if one.needed.name == "项目基本信息表")
        assert line.live is not None
        assert (line.live.doc_no, len(line.versions)) == ("示例2号", 2)

    def test_the_result_of_an_item_is_the_material_of_the_next(self) -> None:
        row = samples.dossier()
        (handling,) = samples.received(row, "FG104")
        samples.moved(handling, ItemVerb.ACCEPT, ItemVerb.PASS)
        made = {one.needed.name for one in material_queries.lines(File(row)) if one.made_by}
        assert "立项文件" in made

    @pytest.mark.parametrize("values", [{"name": "不存在的材料"}, {"doc_no": "  "}])
    def test_refuses_what_nobody_needs_and_what_is_empty(self, values: dict[str, Any]) -> None:
        with pytest.raises(CannotHandIn):
            self.given(samples.dossier(), **values)

    def test_refuses_somebody_of_another_unit(self) -> None:
        with pytest.raises(CannotReach):
            materials.hand_in(dossier=samples.dossier(), name="项目基本信息表", doc_no="1",
                              by=people.clerk(people.unit("水务局")), at=AT)

    def test_a_document_in_use_is_not_withdrawn_until_a_newer_one_holds(self) -> None:
        row = samples.dossier()
        one = self.given(row)
        (handling,) = samples.received(row, "SP101")
        samples.moved(handling, ItemVerb.ACCEPT)
        with pytest.raises(CannotWithdraw, match="投资项目赋码"):
            materials.withdraw(material=one, reason="填错", by=people.clerk(), at=AT)
        self.given(row, doc_no="示例2号")
        materials.withdraw(material=one, reason="填错", by=people.clerk(), at=AT)
        with pytest.raises(CannotWithdraw):
            materials.withdraw(material=one, reason="填错", by=people.clerk(), at=AT)
        assert JournalEntry.objects.filter(verb="material.withdrawn").count() == 1

    def test_withdrawing_needs_a_reason(self) -> None:
        with pytest.raises(CannotWithdraw):
            materials.withdraw(material=self.given(samples.dossier()), reason=" ", by=people.clerk(), at=AT)


def client(person: Any = None) -> Client:
    made = Client()
    made.force_login(person or people.clerk())
    return made


@pytest.mark.django_db
class TestPages:
    def opened(self) -> Dossier:
        """A dossier that knows only what the ledger tells."""
        samples.published()
        row = people.project("示例甲", funding=FundingType.ENTERPRISE)
        client().post(f"/approvals/{row.code}/open/")
        return Dossier.objects.get(project=row)

    def test_a_dossier_is_opened_with_what_the_ledger_knows(self) -> None:
        row = self.opened()
        assert row.answers["investment_type"] == "social"
        assert row.sources["investment_type"] == AnswerSource.PROJECT
        assert client().post(f"/approvals/{row.project.code}/open/").status_code == 409

    def test_the_form_asks_saves_and_says_from_where(self) -> None:
        row = self.opened()
        address = f"/approvals/{row.project.code}/form/"
        before = client().get(address).content.decode()
        assert "还要问的" in before and "项目库" in before
        answer = client().post(address, {"verb": "save", "linear": "no", "land_mode": "transfer", "floor_area": ""})
        assert answer.status_code == 302
        row.refresh_from_db()
        assert (row.answers["linear"], row.answers["land_mode"]) == (False, "transfer")
        assert row.sources["land_mode"] == AnswerSource.OFFICE
        client().post(address + "?change=linear", {"verb": "take_back"})
        row.refresh_from_db()
        assert "linear" not in row.answers

    def test_nothing_is_asked_when_all_is_settled(self) -> None:
        row = samples.dossier()
        assert "不再问了" in client().get(f"/approvals/{row.project.code}/form/").content.decode()

    def test_the_preview_saves_nothing(self) -> None:
        row = self.opened()
        shown = client().get(f"/approvals/{row.project.code}/form/preview/?linear=yes&floor_area=x").content.decode()
        assert "尚未保存" in shown
        row.refresh_from_db()
        assert "linear" not in row.answers

    @pytest.mark.parametrize("data", [
        {"floor_area": "-1"}, {"floor_area": "9" * 400}, {"land_mode": "<script>"}, {"linear": "\0"},
        {"floor_area": "nan"}, {"energy_tce": "inf"}])
    def test_hostile_answers_are_refused_and_nothing_is_kept(self, data: dict[str, str]) -> None:
        row = self.opened()
        client().get(f"/approvals/{row.project.code}/form/preview/", data)
        answer = client().post(f"/approvals/{row.project.code}/form/", {"verb": "save"} | data)
        assert answer.status_code == 422
        before = row.answers
        row.refresh_from_db()
        assert row.answers == before

    def test_another_unit_sees_nothing(self) -> None:
        row = self.opened()
        other = client(people.clerk(people.unit("水务局")))
        assert {other.get(f"/approvals/{row.project.code}/{part}/").status_code
                for part in ("form", "materials", "panel", "form/preview")} == {403}

    def test_an_answer_that_unsettles_an_item_under_way_is_shown(self) -> None:
        row = samples.dossier()
        samples.moved(samples.received(row, "FG104")[0], ItemVerb.ACCEPT)
        dossiers.answer(dossier=row, answers={"investment_type": "government"}, source=AnswerSource.OFFICE,
                        by=people.clerk(), at=AT)
        assert "请核对" in client().get(f"/approvals/{row.project.code}/form/").content.decode()

    def test_a_file_is_handed_in_read_by_the_department_and_withdrawn(self) -> None:
        row = samples.dossier()
        address = f"/approvals/{row.project.code}/materials/"
        file = SimpleUploadedFile("信息表.txt", "示例".encode())
        assert client().post(address, {"verb": "hand_in", "name": "项目基本信息表", "file": file}).status_code == 302
        kept = Material.objects.get()
        assert client().get(f"/attachments/{kept.attachment_id}/").status_code == 200
        department = client(people.clerk(people.unit("审批局")))
        assert department.get(f"/attachments/{kept.attachment_id}/").status_code == 403
        handlings.receive(dossier=row, codes=["SP101"], by=people.clerk(), at=AT)
        assert department.get(f"/attachments/{kept.attachment_id}/").status_code == 200
        assert client().post(address, {"verb": "withdraw", "material": kept.pk, "reason": "换"}).status_code == 302
        assert client().post(address, {"verb": "withdraw", "material": kept.pk, "reason": "换"}).status_code == 409
        assert client().post(address, {"verb": "withdraw", "material": 10**9, "reason": "换"}).status_code == 403
        assert client().post(address, {"verb": "hand_in", "name": "无", "doc_no": "1"}).status_code == 409

    def test_the_panel_offers_to_open_and_then_tells(self) -> None:
        samples.published()
        row = people.project("示例甲")
        assert "开办审批档案" in client().get(f"/approvals/{row.code}/panel/").content.decode()
        client().post(f"/approvals/{row.code}/open/")
        assert "待定" in client().get(f"/approvals/{row.code}/panel/").content.decode()
        assert f"/approvals/{row.code}/panel/" in client().get(f"/projects/{row.code}/").content.decode()

    def test_pages_ask_little(self, django_assert_max_num_queries: Any) -> None:
        row, one = samples.dossier(), client()
        for part in ("form", "materials"):
            with django_assert_max_num_queries(15):
                one.get(f"/approvals/{row.project.code}/{part}/")
