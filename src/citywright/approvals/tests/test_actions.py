"""Catalogues, dossiers and handlings: what is done, by whom, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from citywright.approvals import imports, samples
from citywright.approvals.actions import catalogue, dossiers, handlings
from citywright.approvals.actions.catalogue import CannotLoadCatalogue, CannotPublishCatalogue
from citywright.approvals.actions.dossiers import CannotAnswer, CannotOpenDossier
from citywright.approvals.actions.handlings import CannotHandle, CannotReceive
from citywright.approvals.models import CatalogueVersion, HandlingEvent
from citywright.approvals.queries import catalogue as catalogues
from citywright.approvals.queries import dossiers as asked
from citywright.approvals.queries import samples as shipped
from citywright.approvals.words import AnswerSource, ItemStatus, ItemVerb
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.kernel.steps import CannotMove
from citywright.projects import samples as people
from citywright.projects.words import Stage

pytestmark = pytest.mark.django_db
AT = samples.AT


class TestCatalogue:
    def test_a_published_version_is_in_force_in_the_area_and_ends_with_the_next(self) -> None:
        first = samples.published()
        text = shipped.text().replace("version: 0.1-sample", "version: 0.2")
        second = catalogue.load(area=first.area, label="2024-2", text=text, by=people.office(), at=AT)
        catalogue.publish(version=second, valid_from=date(2024, 2, 19), by=people.office(), at=AT)
        first.refresh_from_db()
        assert (first.step, first.valid_to) == ("ended", date(2024, 2, 19))
        assert catalogues.in_force(first.area) == second
        assert catalogues.content(second).version == "0.2"

    def test_publishing_twice_is_refused(self) -> None:
        with pytest.raises(CannotPublishCatalogue):
            catalogue.publish(version=samples.published(), valid_from=date(2024, 2, 1), by=people.office(), at=AT)

    def test_a_faulty_text_is_refused_with_every_fault_and_nothing_is_kept(self) -> None:
        text = shipped.text().replace("department: SP", "department: XX", 2)
        with pytest.raises(imports.CannotReadCatalogue) as refused:
            catalogue.load(area=people.district(), label="坏", text=text, by=people.office(), at=AT)
        assert len(refused.value.faults) == 2
        assert not CatalogueVersion.objects.exists()

    def test_a_name_stands_once_and_only_the_office_loads(self) -> None:
        samples.published()
        with pytest.raises(CannotLoadCatalogue):
            catalogue.load(area=people.district(), label="样例 2024-1", text=shipped.text(), by=people.office(), at=AT)
        with pytest.raises(CannotReach):
            catalogue.load(area=people.district(), label="x", text=shipped.text(), by=people.clerk(), at=AT)

    def test_the_database_keeps_a_published_catalogue_as_it_was(self) -> None:
        row = samples.published()
        with pytest.raises(DatabaseError), transaction.atomic():
            CatalogueVersion.objects.filter(pk=row.pk).update(digest="0" * 64)


class TestDossier:
    def test_is_pinned_to_the_catalogue_it_began_with(self) -> None:
        row = samples.dossier()
        assert row.version == samples.published()
        assert len(asked.File(row).decided.applies) == 54

    def test_a_second_one_is_refused(self) -> None:
        row = samples.dossier()
        with pytest.raises(CannotOpenDossier):
            dossiers.open_dossier(project=row.project, by=people.clerk(), at=AT)

    def test_answers_leave_less_to_ask(self) -> None:
        samples.published()
        row = dossiers.open_dossier(project=people.project(stage=Stage.COMMITTED), by=people.clerk(), at=AT)
        before = len(asked.File(row).asked)
        row = dossiers.answer(dossier=row, answers={"linear": False, "floor_area": 30_000}, by=people.clerk(),
                              source=AnswerSource.OFFICE, at=AT)
        assert len(asked.File(row).asked) < before
        assert row.sources == {"linear": "office", "floor_area": "office"}

    @pytest.mark.parametrize("wrong", [{"nobody": 1}, {"linear": "yes"}, {"floor_area": -1}, {"floor_area": True},
                                       {"land_mode": "stolen"}, {"land_mode": ["transfer"]}])
    def test_an_answer_of_the_wrong_kind_is_refused_and_nothing_is_kept(self, wrong: dict[str, Any]) -> None:
        row = samples.dossier()
        with pytest.raises(CannotAnswer):
            dossiers.answer(dossier=row, answers={"dig_road": False} | wrong, by=people.clerk(),
                            source=AnswerSource.OFFICE, at=AT)
        row.refresh_from_db()
        assert row.answers["dig_road"] is True

    def test_only_those_of_the_project_and_of_its_departments_see_it(self) -> None:
        row = samples.dossier()
        water = people.clerk(people.unit("水务局"))
        assert not asked.visible_to(water).exists()
        samples.received(row, "SW504")
        assert asked.visible_to(water).get() == row
        assert not asked.visible_to(people.stranger()).exists()
        with pytest.raises(CannotReach):
            asked.dossier(people.clerk(people.unit("档案局")), row.project.code)


class TestReceive:
    def test_one_submission_starts_every_item_at_its_department(self) -> None:
        found = samples.received(samples.dossier(), "SP101", "FG104", "ZG101")
        assert [(row.code, row.status, row.unit and row.unit.short_name) for row in found] == [
            ("SP101", "01", "审批局"), ("FG104", "01", "发改局"), ("ZG101", "01", "自然资源局")]
        assert JournalEntry.objects.filter(verb="handling.received").count() == 1

    def test_every_item_that_cannot_be_received_is_named_at_once(self) -> None:
        row = samples.dossier()
        samples.received(row, "SP101")
        with pytest.raises(CannotReceive) as refused:
            samples.received(row, "SP101", "ZG105", "XX999", "ZG101")
        assert [fault.cell for fault in refused.value.faults] == ["SP101", "ZG105", "XX999"]
        assert row.handlings.count() == 1

    def test_what_was_not_passed_may_come_again(self) -> None:
        row = samples.dossier()
        (first,) = samples.received(row, "SP101")
        samples.moved(first, ItemVerb.NOT_TAKE, reason="材料不属本窗口")
        (again,) = samples.received(row, "SP101")
        assert asked.File(row).handlings["SP101"] == again


class TestMove:
    def test_the_clock_stands_while_papers_are_missing(self) -> None:
        (row,) = samples.received(samples.dossier(), "HB502")
        row = samples.moved(row, ItemVerb.ACCEPT)
        due = row.due_on
        row = samples.moved(row, ItemVerb.ASK_MORE, days=2, lines=["环评表附图", "公众参与说明"])
        row = samples.moved(row, ItemVerb.GOT_MORE, days=9)
        assert due is not None and row.due_on == due + timedelta(days=7)
        assert (row.owner_days, row.used_days) == (5, 2)
        assert HandlingEvent.objects.get(status=ItemStatus.SUPPLEMENTING).lines == ["环评表附图", "公众参与说明"]

    def test_overdue_is_stored_at_the_end(self) -> None:
        (row,) = samples.received(samples.dossier(), "FG104")
        row = samples.moved(samples.moved(row, ItemVerb.ACCEPT), ItemVerb.PASS, days=4)
        assert (row.status, row.was_late, row.used_days, row.result_no) == ("11", True, 4, "示例〔2024〕FG104号")

    def test_the_second_of_two_clerks_is_refused(self) -> None:
        (row,) = samples.received(samples.dossier(), "FG104")
        samples.moved(row, ItemVerb.ACCEPT)
        with pytest.raises(CannotMove):
            samples.moved(row, ItemVerb.ACCEPT)
        assert row.events.count() == 2

    @pytest.mark.parametrize(("verb", "given"), [
        (ItemVerb.ASK_MORE, {"lines": ["  "]}), (ItemVerb.NOT_TAKE, {}), (ItemVerb.REFUSE_ENTRY, {"reason": " "})])
    def test_an_act_without_its_words_is_refused(self, verb: ItemVerb, given: dict[str, Any]) -> None:
        (row,) = samples.received(samples.dossier(), "FG104")
        with pytest.raises(CannotHandle):
            samples.moved(row, verb, **given)

    def test_another_department_does_not_decide(self) -> None:
        (row,) = samples.received(samples.dossier(), "FG104")
        with pytest.raises(CannotReach):
            handlings.move(handling=row, verb=ItemVerb.ACCEPT, by=people.clerk(people.unit("水务局")), at=AT)

    def test_the_database_keeps_events_as_they_happened(self) -> None:
        (row,) = samples.received(samples.dossier(), "FG104")
        with pytest.raises(DatabaseError), transaction.atomic():
            row.events.update(status=ItemStatus.PASSED)
        with pytest.raises(DatabaseError), transaction.atomic():
            row.events.all().delete()
