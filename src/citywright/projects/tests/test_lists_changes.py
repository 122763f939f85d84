"""增补、退库、恢复 in two steps by three people; and the lists that an office defines itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.kernel.steps import CannotMove
from citywright.projects import samples
from citywright.projects.actions import lists
from citywright.projects.models import ListChange, ListDefinition, ListEntry, ListIssue, Project
from citywright.projects.queries import issues
from citywright.projects.queries import lists as queries
from citywright.projects.queries.listing import Filters
from citywright.projects.samples import AT
from citywright.projects.words import ChangeKind, ChangeStep, ListKind, Stage, YearKind

from .test_lists_issue import TODAY, draft, of, planned, propose, publish, standing

pytestmark = pytest.mark.django_db


def accepted(change: ListChange, **given: Any) -> ListChange:
    lists.screen(change=change, by=samples.office(), at=AT)
    return lists.accept(change=change, **({"doc_no": "示例〔2024〕9号", "on": TODAY, "by": samples.leader(),
                                           "at": AT} | given))


class TestChanges:
    @pytest.fixture()
    def made(self) -> ListIssue:
        return publish(draft("KEY-D", projects=[planned("甲厂")]))

    def test_an_addition_stands_after_two_steps_by_three_people(self, made: ListIssue) -> None:
        row = planned("乙厂")
        change = propose(made, row, ChangeKind.ADD)
        assert standing(made) == ["甲厂"]
        change = accepted(change)
        assert standing(made) == ["甲厂", "乙厂"] and change.entry is not None
        assert change.entry.snapshot["name"] == "乙厂" and change.step == ChangeStep.ACCEPTED
        told = issues.difference(samples.office(), made)
        assert [(one.project.name, one.reason) for one in told.added] == [("乙厂", "示例理由")]

    def test_a_removal_ends_the_entry_and_a_restoration_makes_a_new_one(self, made: ListIssue) -> None:
        row = Project.objects.get(name="甲厂")
        gone = accepted(propose(made, row, ChangeKind.REMOVE))
        assert standing(made) == [] and gone.entry is not None and gone.entry.removed_on == TODAY
        with pytest.raises(lists.CannotList, match="请提出恢复"):
            propose(made, row, ChangeKind.ADD)
        back = accepted(propose(made, row, ChangeKind.RESTORE))
        assert standing(made) == ["甲厂"] and back.entry != gone.entry
        assert ListEntry.objects.filter(issue=made, project=row).exclude(snapshot={}).count() == 2

    @pytest.mark.parametrize(("kind", "words"), [(ChangeKind.ADD, "已在"), (ChangeKind.RESTORE, "已在")])
    def test_who_stands_there_is_not_added(self, made: ListIssue, kind: ChangeKind, words: str) -> None:
        with pytest.raises(lists.CannotList, match=words):
            propose(made, Project.objects.get(name="甲厂"), kind)

    def test_who_never_stood_there_is_neither_removed_nor_restored(self, made: ListIssue) -> None:
        row = planned("乙厂")
        with pytest.raises(lists.CannotList, match="不在"):
            propose(made, row, ChangeKind.REMOVE)
        with pytest.raises(lists.CannotList, match="请提出增补"):
            propose(made, row, ChangeKind.RESTORE)

    def test_a_second_click_is_refused(self, made: ListIssue) -> None:
        row = planned("乙厂")
        change = propose(made, row, ChangeKind.ADD)
        with pytest.raises(lists.CannotList, match="已有待审"):
            propose(made, row, ChangeKind.ADD)
        accepted(change)
        with pytest.raises(CannotMove):
            lists.accept(change=change, doc_no="x", on=TODAY, by=samples.city(), at=AT)
        assert standing(made) == ["甲厂", "乙厂"]

    def test_who_asked_does_not_screen_and_who_screened_does_not_decide(self, made: ListIssue) -> None:
        change = propose(made, planned("乙厂"), ChangeKind.ADD, by=samples.office())
        with pytest.raises(lists.CannotList, match="三个不同的人"):
            lists.screen(change=change, by=samples.office(), at=AT)
        lists.screen(change=change, by=samples.verifier(), at=AT)
        with pytest.raises(lists.CannotList, match="三个不同的人"):
            lists.accept(change=change, doc_no="x", on=TODAY, by=samples.office(), at=AT)
        lists.accept(change=change, doc_no="x", on=TODAY, by=samples.leader(), at=AT)

    def test_the_second_step_does_not_come_first(self, made: ListIssue) -> None:
        change = propose(made, planned("乙厂"), ChangeKind.ADD)
        with pytest.raises(CannotMove):
            lists.accept(change=change, doc_no="x", on=TODAY, by=samples.leader(), at=AT)

    @pytest.mark.parametrize("who", [samples.clerk, samples.stranger])
    def test_is_not_decided_by_a_clerk_or_a_stranger(self, made: ListIssue, who: Any) -> None:
        change = propose(made, planned("乙厂"), ChangeKind.ADD)
        with pytest.raises(CannotReach):
            lists.screen(change=change, by=who(), at=AT)

    def test_is_not_asked_for_by_who_does_not_see_the_project(self, made: ListIssue) -> None:
        with pytest.raises(CannotReach):
            propose(made, planned("乙厂"), ChangeKind.ADD, by=samples.clerk(samples.unit("水务局")))

    def test_a_refusal_says_why_and_changes_nothing(self, made: ListIssue) -> None:
        change = propose(made, planned("乙厂"), ChangeKind.ADD)
        with pytest.raises(lists.CannotList, match="须写明理由"):
            lists.refuse(change=change, opinion=" ", by=samples.office(), at=AT)
        lists.refuse(change=change, opinion="手续不全", by=samples.office(), at=AT)
        assert standing(made) == ["甲厂"]

    def test_is_accepted_only_under_a_document_and_not_for_a_day_to_come(self, made: ListIssue) -> None:
        change = propose(made, planned("乙厂"), ChangeKind.ADD)
        lists.screen(change=change, by=samples.office(), at=AT)
        for given in ({"doc_no": ""}, {"on": TODAY + timedelta(days=1)}):
            with pytest.raises(lists.CannotList, match="依据文号"):
                lists.accept(change=change, by=samples.leader(), at=AT, **({"doc_no": "x", "on": TODAY} | given))

    def test_a_removal_from_the_pool_takes_the_project_out_when_asked(self) -> None:
        row = samples.project("储备厂", stage=Stage.RESERVE)
        made = publish(draft("RSV"))
        change = propose(made, row, ChangeKind.REMOVE)
        lists.screen(change=change, by=samples.verifier(), at=AT)
        lists.accept(change=change, doc_no="x", on=TODAY, by=samples.office(), at=AT, drops=True)
        row.refresh_from_db()
        assert row.exit == "dropped" and standing(made) == []

    def test_a_removal_from_another_list_leaves_the_project_where_it_is(self, made: ListIssue) -> None:
        row = Project.objects.get(name="甲厂")
        change = propose(made, row, ChangeKind.REMOVE)
        lists.screen(change=change, by=samples.verifier(), at=AT)
        with pytest.raises(lists.CannotList, match="只有移出储备"):
            lists.accept(change=change, doc_no="x", on=TODAY, by=samples.office(), at=AT, drops=True)
        row.refresh_from_db()
        assert row.exit == "" and standing(made) == ["甲厂"]

    def test_every_step_leaves_one_line_in_the_journal(self, made: ListIssue) -> None:
        before = JournalEntry.objects.count()
        accepted(propose(made, planned("乙厂"), ChangeKind.ADD))
        verbs = list(JournalEntry.objects.order_by("number").values_list("verb", flat=True)[before:])
        assert [verb for verb in verbs if verb.startswith("list")] == [
            "list_change.asked", "list_change.screened", "list_change.accepted"]


class TestDefine:
    def define(self, **given: Any) -> ListDefinition:
        known = {"name": "攻坚项目", "definition": "示例", "kind": ListKind.QUERY, "unit": samples.unit("项目办"),
                 "filters": Filters(kind=("new_start",)), "by": samples.office(), "at": AT}
        return lists.define(**(known | given))

    def test_a_saved_query_fills_the_list(self) -> None:
        planned("甲厂")
        planned("乙厂", YearKind.CONTINUE)
        made = self.define()
        some = queries.rows(samples.office(), made.code, area=samples.district(), period=date(2024, 3, 1), today=TODAY)
        assert [row.name for row in some.found] == ["甲厂"]
        issue = publish(lists.draft(definition=made, area=samples.district(), year=2024, on=TODAY,
                                    by=samples.office(), at=AT))
        assert standing(issue) == ["甲厂"]

    def test_is_refused_without_name_filters_or_right_and_twice(self) -> None:
        self.define()
        faults: tuple[tuple[dict[str, Any], str], ...] = (
            ({"name": " "}, "须有名称"), ({"filters": None, "name": "又"}, "筛选条件"), ({}, "已有清单"))
        for given, words in faults:
            with pytest.raises(lists.CannotList, match=words):
                self.define(**given)
        with pytest.raises(CannotReach):
            self.define(by=samples.clerk(), name="又")

    def test_ends_once_and_then_takes_no_draft(self) -> None:
        made = self.define()
        ended = lists.end_definition(definition=made, by=samples.office(), at=AT)
        with pytest.raises(lists.CannotList, match="已停用"):
            lists.draft(definition=ended, area=samples.district(), year=2024, on=TODAY, by=samples.office(), at=AT)
        with pytest.raises(lists.CannotList, match="已停用"):
            lists.end_definition(definition=made, by=samples.office(), at=AT)

    def test_a_given_list_cannot_be_ended(self) -> None:
        with pytest.raises(CannotReach):
            lists.end_definition(definition=of("KEY-D"), by=samples.office(), at=AT)

    def test_another_areas_list_is_not_seen(self) -> None:
        samples.ground()
        there = samples.district("990102", "示例县")
        made = self.define(unit=samples.unit("项目办", there), by=samples.office(there))
        with pytest.raises(CannotReach):
            queries.definition(samples.district(), made.code)
        assert queries.definition(there, made.code) == made
