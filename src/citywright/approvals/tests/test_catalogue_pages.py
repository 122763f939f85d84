"""The catalogue as versions: editing a draft, differences, publishing with every fault, moving a dossier."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from citywright.approvals import samples
from citywright.approvals.actions import catalogue, dossiers
from citywright.approvals.actions.catalogue import CannotEditCatalogue, CannotLoadCatalogue, CannotPublishCatalogue
from citywright.approvals.actions.dossiers import CannotMoveDossier
from citywright.approvals.imports import catalogue as imports
from citywright.approvals.imports import sheet
from citywright.approvals.models import CatalogueChange, CatalogueVersion, DepartmentUnit
from citywright.approvals.queries import catalogue as queries
from citywright.approvals.queries import samples as shipped
from citywright.approvals.rules import editing
from citywright.approvals.rules.editing import CannotEditEntry
from citywright.approvals.samples import AT
from citywright.approvals.words import VersionStep
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.projects import samples as people

CONTENT = imports.plain(shipped.text())


class TestEditing:
    def test_a_change_names_the_field_before_and_after_and_leaves_the_rest(self) -> None:
        before = copy.deepcopy(CONTENT)
        after, (change,) = editing.amended(CONTENT, "items", "FG104", {"working_days_committed": 2, "name_en": None} | {
            "name_en": editing.entry(CONTENT, "items", "FG104")["name_en"]})
        assert (change.field, change.after) == ("working_days_committed", 2)
        assert before == CONTENT
        assert editing.difference(CONTENT, after) == [change]

    def test_an_entry_that_came_or_went_is_one_change(self) -> None:
        after, (came,) = editing.added(CONTENT, "packages", "PK-X", {"name_zh": "示例打包"})
        assert (came.before, came.name) == (None, "示例打包")
        again, (went,) = editing.removed(after, "packages", "PK-X")
        assert went.after is None
        assert again == CONTENT

    @pytest.mark.parametrize(("part", "code"), [("items", "ZZ999"), ("nonsense", "FG104"), ("attributes", "")])
    def test_refuses_an_entry_that_is_not_there(self, part: str, code: str) -> None:
        with pytest.raises(CannotEditEntry):
            editing.amended(CONTENT, part, code, {"name_zh": "x"})

    def test_refuses_a_second_entry_of_a_code_and_taking_out_the_documents(self) -> None:
        with pytest.raises(CannotEditEntry):
            editing.added(CONTENT, "items", "FG104", {})
        with pytest.raises(CannotEditEntry):
            editing.removed(CONTENT, "documents", "all")

    def test_the_applicants_documents_and_attributes_change_too(self) -> None:
        after, changes = editing.amended(CONTENT, "documents", "all", {"applicant_documents": ["可行性研究报告"]})
        assert after["applicant_documents"] == ["可行性研究报告"] and len(changes) == 1
        after, changes = editing.amended(CONTENT, "attributes", "linear", {"label_zh": "是否线性"})
        assert after["attributes"]["linear"]["label_zh"] == "是否线性" and len(changes) == 1


def draft(label: str = "样例 2024-2") -> CatalogueVersion:
    return catalogue.copy(version=samples.published(), area=people.district(), label=label, by=people.office(), at=AT)


def amend(row: CatalogueVersion, code: str = "FG104", **fields: Any) -> CatalogueVersion:
    return catalogue.amend(version=row, part="items", code=code, fields=fields, by=people.office(), at=AT)


class TestSheets:
    def test_a_catalogue_comes_back_from_its_workbook_as_it_went(self) -> None:
        again = sheet.content_of(sheet.tables(CONTENT), CONTENT)
        assert editing.difference(CONTENT, again) == []
        assert imports.made(again) == imports.made(CONTENT)

    def test_every_slip_of_a_workbook_is_named_at_once(self) -> None:
        found = sheet.tables(CONTENT)
        del found["打包"]
        column = found["事项"][0].index("承诺工作日")
        found["事项"][1][column], found["事项"][2][column] = "三天", "-1"
        found["部门"][0][0] = "编号"
        with pytest.raises(imports.CannotReadCatalogue) as caught:
            sheet.content_of(found, {})
        assert len(caught.value.faults) == 4

    def test_an_empty_workbook_is_refused_sheet_by_sheet(self) -> None:
        with pytest.raises(imports.CannotReadCatalogue) as caught:
            sheet.content_of({}, {})
        assert len(caught.value.faults) == len(sheet.SHEETS)


@pytest.mark.django_db
class TestActions:
    def test_a_change_is_a_row_and_the_version_in_force_stays(self) -> None:
        row = draft()
        amend(row, working_days_committed=2)
        change = CatalogueChange.objects.get()
        assert (change.code, change.field, change.before, change.after) == ("FG104", "working_days_committed", 1, 2)
        row.refresh_from_db()
        assert queries.difference(samples.published(), row)[0].field == "working_days_committed"
        with pytest.raises(DatabaseError), transaction.atomic():
            CatalogueChange.objects.update(after=9)

    def test_saving_what_is_there_already_leaves_no_row(self) -> None:
        amend(draft(), working_days_committed=editing.entry(CONTENT, "items", "FG104")["working_days_committed"])
        assert not CatalogueChange.objects.exists()

    def test_a_published_version_is_not_edited(self) -> None:
        with pytest.raises(CannotEditCatalogue):
            amend(samples.published(), working_days_committed=2)

    def test_only_the_office_edits(self) -> None:
        with pytest.raises(CannotReach):
            catalogue.amend(version=draft(), part="items", code="FG104", fields={"name_zh": "x"}, by=people.clerk(),
                            at=AT)

    def test_a_second_draft_of_a_name_is_refused(self) -> None:
        draft()
        with pytest.raises(CannotLoadCatalogue):
            draft()

    def test_publishing_a_circle_and_a_typo_names_both_and_changes_nothing(self) -> None:
        row = amend(draft(), prerequisites=["ZJ309"])
        row = amend(row, code="FG101", applies_when="investment_type = 'government'")
        row = amend(row, code="FG102", applies_when="open('x')")
        with pytest.raises(imports.CannotReadCatalogue) as caught:
            catalogue.publish(version=row, valid_from=date(2024, 2, 19), by=people.office(), at=AT)
        assert {"FG101", "FG102"} <= {fault.sheet for fault in caught.value.faults}
        assert any("环" in str(fault.said) for fault in caught.value.faults)
        row.refresh_from_db()
        assert row.step == VersionStep.DRAFT

    def test_a_version_is_not_published_for_a_later_day(self) -> None:
        with pytest.raises(CannotPublishCatalogue):
            catalogue.publish(version=draft(), valid_from=date(2024, 2, 20), by=people.office(), at=AT)

    def moved_to(self, row: CatalogueVersion) -> CatalogueVersion:
        return catalogue.publish(version=row, valid_from=date(2024, 2, 19), by=people.office(), at=AT)

    def test_a_dossier_keeps_its_version_until_it_is_moved(self) -> None:
        dossier = samples.dossier()
        newer = self.moved_to(amend(draft(), working_days_committed=1))
        dossier.refresh_from_db()
        assert dossier.version_id != newer.pk
        moved = dossiers.move_version(dossier=dossier, version=newer, by=people.clerk(), at=AT)
        assert moved.version_id == newer.pk
        with pytest.raises(CannotMoveDossier):
            dossiers.move_version(dossier=dossier, version=newer, by=people.clerk(), at=AT)

    def test_an_answer_nobody_asks_any_more_goes_and_an_item_under_way_holds_the_dossier(self) -> None:
        dossier = samples.dossier()
        (handling,) = samples.received(dossier, "FG104")
        row = draft()
        values = "|".join(value for value in queries.content(row).attributes[4].values if value != "transfer")
        row = catalogue.amend(version=row, part="attributes", code="land_mode", fields={"values": values},
                              by=people.office(), at=AT)
        wrong = [fault.sheet for fault in queries.loose(row)[1]]
        for code in dict.fromkeys(wrong):
            row = catalogue.amend(version=row, part="items", code=code, fields={"applies_when": "true"},
                                  by=people.office(), at=AT)
        newer = self.moved_to(row)
        moved = dossiers.move_version(dossier=dossier, version=newer, by=people.clerk(), at=AT)
        assert "land_mode" not in moved.answers
        assert handling.limit == moved.handlings.get().limit


def client(person: Any = None) -> Client:
    made = Client()
    made.force_login(person or people.office())
    return made


@pytest.mark.django_db
class TestPages:
    def test_the_office_loads_a_file_edits_an_item_and_publishes(self) -> None:
        samples.published()
        file = SimpleUploadedFile("目录.yaml", shipped.text().encode())
        client().post("/approvals/catalogue/", {"verb": "load", "label": "样例二", "file": file})
        row = CatalogueVersion.objects.get(label="样例二")
        address = f"/approvals/catalogue/{row.pk}/"
        page = client().get(f"{address}items/FG104/")
        data = {k: ("on" if v is True else v) for k, v in page.context["form"].initial.items()
                if v not in (None, False) and k in page.context["form"].fields}
        data |= {k: "、".join(v) for k, v in data.items() if isinstance(v, list)}
        answer = client().post(f"{address}items/FG104/", data | {"verb": "save", "working_days_committed": "0"})
        assert answer.status_code == 302
        assert list(CatalogueChange.objects.values_list("field", flat=True)) == ["working_days_committed"]
        assert "承诺工作日" in client().get(address + "?tab=changes").content.decode()
        assert "承诺工作日" in client().get(address + "?tab=difference").content.decode()
        assert client().post(address, {"verb": "publish", "valid_from": "2024-05-01"}).status_code == 302
        row.refresh_from_db()
        assert row.step == VersionStep.PUBLISHED

    def test_a_faulty_draft_shows_every_fault_and_is_not_published(self) -> None:
        row = amend(draft(), applies_when="1 +")
        address = f"/approvals/catalogue/{row.pk}/"
        assert "写错了" in client().get(address).content.decode()
        answer = client().post(address, {"verb": "publish", "valid_from": "2024-05-01"})
        assert answer.status_code == 409 and "写错了" in answer.content.decode()

    def test_a_faulty_file_is_refused_with_all_its_faults(self) -> None:
        samples.published()
        for text, word in (("a: [", "YAML"), ("items: 3", "departments"), ("\0", "目录")):
            file = SimpleUploadedFile("x.yaml", text.encode())
            answer = client().post("/approvals/catalogue/", {"verb": "load", "label": "坏", "file": file})
            assert answer.status_code == 409 and word in answer.content.decode()

    def test_a_workbook_goes_out_and_comes_in_again(self) -> None:
        row = samples.published()
        answer = client().get(f"/approvals/catalogue/{row.pk}/export/")
        assert answer.status_code == 200
        assert JournalEntry.objects.filter(verb="catalogue.exported").count() == 1
        file = SimpleUploadedFile("目录.xlsx", answer.content)
        answer = client().post("/approvals/catalogue/", {"verb": "load", "label": "从表来", "file": file})
        assert answer.status_code == 302
        made = CatalogueVersion.objects.get(label="从表来")
        assert queries.difference(row, made) == []
        assert client(people.clerk()).post("/approvals/catalogue/", {
            "verb": "load", "label": "再来", "file": SimpleUploadedFile("x.yaml", b"a: 1")}).status_code == 403

    def test_entries_come_and_go(self) -> None:
        row = draft()
        address = f"/approvals/catalogue/{row.pk}/packages/"
        given = {"code": "PK-X", "name_zh": "示例打包", "kind": "bundle", "lead": "SP"}
        assert client().post(address + "new/", given).status_code == 302
        assert client().post(address + "new/", given).status_code == 409
        assert client().post(address + "PK-X/", {"verb": "remove"}).status_code == 302
        assert client().get(address + "PK-X/").status_code == 404
        assert client().get(f"/approvals/catalogue/{row.pk}/nonsense/x/").status_code == 404

    @pytest.mark.parametrize("tab", ["items", "packages", "attributes", "stages", "changes", "difference", "x"])
    def test_every_tab_opens_in_few_queries(self, tab: str, django_assert_max_num_queries: Any) -> None:
        row, one = draft(), client()
        with django_assert_max_num_queries(15):
            assert one.get(f"/approvals/catalogue/{row.pk}/?tab={tab}").status_code == 200

    def test_a_clerk_reads_and_does_not_edit(self) -> None:
        row, one = draft(), client(people.clerk())
        page = one.get(f"/approvals/catalogue/{row.pk}/items/FG104/")
        assert page.status_code == 200 and b'name="verb"' not in page.content
        assert one.post(f"/approvals/catalogue/{row.pk}/items/FG104/", {"verb": "remove"}).status_code == 403
        assert one.post(f"/approvals/catalogue/{row.pk}/", {"verb": "copy", "label": "x"}).status_code == 403

    def test_units_stand_behind_departments(self) -> None:
        samples.published()
        answer = client().post("/approvals/catalogue/departments/", {
            "department": "SP", "unit": people.unit("水务局").pk, "windows": 7})
        assert answer.status_code == 302
        assert DepartmentUnit.objects.get(department="SP").windows == 7
        foreign = people.unit("外区局", people.district("990102", "邻区"))
        answer = client().post("/approvals/catalogue/departments/", {
            "department": "SP", "unit": foreign.pk, "windows": 7})
        assert answer.status_code == 422

    def test_moving_a_dossier_shows_what_differs_first(self) -> None:
        dossier = samples.dossier()
        row = amend(draft(), code="SP102", applies_when="linear")
        catalogue.publish(version=row, valid_from=date(2024, 2, 19), by=people.office(), at=AT)
        code, one = dossier.project.code, client(people.clerk())
        assert "换用新目录" in one.get(f"/approvals/{code}/form/").content.decode()
        page = one.get(f"/approvals/{code}/catalogue/").content.decode()
        assert "不再适用的事项" in page and "SP102" in page
        assert one.post(f"/approvals/{code}/catalogue/").status_code == 302
        assert one.post(f"/approvals/{code}/catalogue/").status_code == 409
