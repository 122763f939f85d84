"""The life of a batch: drafted, taken anew, issued once, closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from citywright.kernel.errors import CannotReach
from citywright.projects import samples
from citywright.projects.actions import exits, lists, problems
from citywright.projects.models import ListChange, ListDefinition, ListIssue, Project
from citywright.projects.queries import issues, list_rows
from citywright.projects.queries import lists as queries
from citywright.projects.samples import AT
from citywright.projects.words import (
    ChangeKind,
    Gate,
    ListStatus,
    ProblemKind,
    Stage,
    YearKind,
)

TODAY = date(2024, 3, 20)
pytestmark = pytest.mark.django_db


def of(code: str) -> ListDefinition:
    samples.ground()
    return ListDefinition.objects.get(code=code)


def draft(code: str = "NEW", **given: Any) -> ListIssue:
    known = {"definition": of(code), "area": samples.district(), "year": 2024, "on": TODAY, "by": samples.office(),
             "at": AT}
    return lists.draft(**(known | given))


def publish(made: ListIssue, **given: Any) -> ListIssue:
    return lists.publish(issue=made, **({"doc_no": "示例〔2024〕1号", "issued_on": TODAY, "by": samples.office(),
                                         "at": AT} | given))


def planned(name: str = "", kind: YearKind = YearKind.NEW_START, **given: Any) -> Project:
    return samples.project(name, plan_year=1_000, kind=kind, **given)


def standing(made: ListIssue) -> list[str]:
    return list(made.entries.filter(removed_on__isnull=True).order_by("project__code")
                .values_list("project__name", flat=True))


def propose(made: ListIssue, row: Project, kind: ChangeKind, **given: Any) -> ListChange:
    known = {"issue": made, "project": row, "kind": kind, "reason": "示例理由", "by": samples.clerk(), "at": AT}
    return lists.propose(**(known | given))


class TestDraft:
    def test_takes_the_rows_of_the_rule_and_keeps_no_row_until_it_is_issued(self) -> None:
        planned("甲厂")
        planned("乙厂", YearKind.CONTINUE)
        made = draft()
        assert (made.status, made.batch, made.as_of, standing(made)) == (ListStatus.DRAFT, 1, TODAY, ["甲厂"])
        assert made.entries.get().snapshot == {}

    def test_of_a_list_picked_by_hand_begins_with_who_stands_on_it(self) -> None:
        row = planned("甲厂")
        publish(draft("KEY-D", projects=[row]))
        assert standing(draft("KEY-D")) == ["甲厂"]

    def test_of_a_ceremony_begins_empty(self) -> None:
        publish(draft("QST", projects=[planned("甲厂")], event_on=TODAY))
        assert standing(draft("QST")) == []

    def test_is_refused_while_another_waits(self) -> None:
        draft()
        with pytest.raises(lists.CannotList, match="还是草稿"):
            draft()
        assert ListIssue.objects.count() == 1

    def test_stands_for_nothing_until_it_is_issued(self) -> None:
        row = planned("甲厂")
        made = draft("KEY-D", projects=[row])
        args = {"area": samples.district(), "year": 2024, "on": TODAY}
        assert not queries.entries(samples.office(), of("KEY-D"), **args)
        publish(made)
        assert queries.entries(samples.office(), of("KEY-D"), **args).get() == row

    def test_is_taken_anew_as_of_another_day(self) -> None:
        planned("甲厂")
        made = draft()
        planned("乙厂")
        lists.retake(issue=made, on=TODAY, by=samples.office(), at=AT)
        assert standing(made) == ["甲厂", "乙厂"]

    def test_loses_the_rows_that_are_struck(self) -> None:
        planned("甲厂")
        planned("乙厂")
        made = draft()
        lists.strike(issue=made, entries=[made.entries.get(project__name="甲厂")], by=samples.office(), at=AT)
        assert standing(made) == ["乙厂"]
        with pytest.raises(lists.CannotList, match="没有选中"):
            lists.strike(issue=made, entries=[], by=samples.office(), at=AT)

    @pytest.mark.parametrize("act", [
        lambda made: draft("CON", by=samples.clerk()),
        lambda made: lists.retake(issue=made, on=TODAY, by=samples.clerk(), at=AT),
        lambda made: lists.strike(issue=made, entries=list(made.entries.all()), by=samples.reviewer(), at=AT),
        lambda made: publish(made, by=samples.leader()),
        lambda made: lists.close(issue=made, by=samples.verifier(), at=AT)])
    def test_is_refused_to_everybody_but_the_office(self, act: Any) -> None:
        planned("甲厂")
        made = draft()
        with pytest.raises(CannotReach):
            act(made)

    def test_is_refused_for_letters_and_for_a_day_to_come(self) -> None:
        with pytest.raises(lists.CannotList, match="不印发"):
            draft("SUP")
        with pytest.raises(lists.CannotList, match="今天之后"):
            draft(on=TODAY + timedelta(days=1))


class TestPublish:
    def test_freezes_the_rows_with_number_day_and_further_columns(self) -> None:
        days = {"g3": date(2024, 3, 11), "g4p": date(2024, 3, 14)}
        row = samples.project("甲厂", stage=Stage.LANDED, plan_year=1_000)
        row2 = samples.project("乙厂", stage=Stage.LANDED, plan_year=500, days={
            Gate.G1: date(2024, 1, 2), Gate.G2: date(2024, 2, 1), Gate.G3: days["g3"]})
        samples.passed(row2, Gate.G4P, days["g4p"])
        made = publish(draft("LND0"))
        entry = made.entries.get(removed_on__isnull=True)
        assert entry.project == row2 and row not in [e.project for e in made.entries.all()]
        assert (entry.snapshot["g3_on"], entry.snapshot["g4p_on"], entry.snapshot["land0_days"]) == (
            "2024-03-11", "2024-03-14", 3)
        assert (made.doc_no, made.issued_on, made.status) == ("示例〔2024〕1号", TODAY, ListStatus.ISSUED)

    def test_happens_once(self) -> None:
        planned("甲厂")
        made = draft()
        publish(made)
        with pytest.raises(lists.CannotList, match="已印发"):
            publish(made)
        assert made.entries.filter(removed_on__isnull=True).count() == 1

    def test_is_refused_under_a_number_that_was_used(self) -> None:
        planned("甲厂")
        publish(draft())
        with pytest.raises(lists.CannotList, match="不能印发两次"):
            publish(draft())

    @pytest.mark.parametrize(("given", "words"), [
        ({"doc_no": " "}, "须有文号"), ({"issued_on": TODAY + timedelta(days=1)}, "不晚于今天")])
    def test_is_refused_without_number_or_for_a_day_to_come(self, given: dict[str, Any], words: str) -> None:
        planned("甲厂")
        with pytest.raises(lists.CannotList, match=words):
            publish(draft(), **given)

    def test_is_refused_empty_and_a_ceremony_without_its_day(self) -> None:
        with pytest.raises(lists.CannotList, match="一行也没有"):
            publish(draft())
        with pytest.raises(lists.CannotList, match="活动日期"):
            publish(draft("QST", projects=[planned()]))

    def test_names_the_project_that_left_since_the_draft(self) -> None:
        row = planned("甲厂")
        made = draft("KEY-D", projects=[row])
        Project.objects.filter(pk=row.pk).update(exit="dropped", exit_on=TODAY)
        with pytest.raises(lists.CannotList, match="甲厂"):
            publish(made)

    def test_a_later_batch_stands_instead_of_the_one_before_it(self) -> None:
        first, second = planned("甲厂"), planned("乙厂")
        publish(draft("KEY-D", projects=[first, second]))
        made = publish(draft("KEY-D", projects=[second]), doc_no="示例〔2024〕2号")
        found = queries.entries(samples.office(), of("KEY-D"), area=samples.district(), year=2024, on=TODAY)
        assert [row.name for row in found] == ["乙厂"]
        told = issues.difference(samples.office(), made)
        assert [change.project.name for change in told.removed] == ["甲厂"] and not told.added

    def test_batches_of_a_ceremony_stand_beside_each_other(self) -> None:
        first, second = planned("甲厂"), planned("乙厂")
        publish(draft("QST", projects=[first], event_on=TODAY))
        publish(draft("QST", projects=[second], event_on=TODAY), doc_no="示例〔2024〕2号")
        found = queries.entries(samples.office(), of("QST"), area=samples.district(), year=2024, on=TODAY)
        assert {row.name for row in found} == {"甲厂", "乙厂"}

    def test_a_problem_stands_as_a_row_of_its_own(self) -> None:
        row = planned("甲厂")
        raised = problems.raise_problem(project=row, title="临时用电", kind=ProblemKind.LAND, unit=row.lead_unit,
                                        due_on=date(2024, 4, 1), by=samples.office(), at=AT)
        problems.raise_problem(project=row, title="征迁尾留", kind=ProblemKind.LAND, unit=row.lead_unit,
                               due_on=date(2024, 4, 2), by=samples.office(), at=AT)
        made = publish(draft("ISS"))
        entry = made.entries.get(item=f"problem:{raised.pk}", removed_on__isnull=True)
        assert entry.snapshot["thing"] == "临时用电"
        assert made.entries.filter(removed_on__isnull=True).count() == 2

    def test_a_problem_closed_since_the_draft_is_left_out(self) -> None:
        row = planned("甲厂")
        raised = problems.raise_problem(project=row, title="临时用电", kind=ProblemKind.LAND, unit=row.lead_unit,
                                        due_on=date(2024, 4, 1), by=samples.office(), at=AT)
        made = draft("ISS")
        problems.answer(problem=raised, answer="已接通", by=samples.clerk(), at=AT)
        problems.accept(problem=raised, by=samples.office(), at=AT)
        with pytest.raises(lists.CannotList, match="一行也没有"):
            publish(made)

    def test_what_live_rows_would_change_is_told_with_reasons(self) -> None:
        first = planned("甲厂")
        made = publish(draft())
        planned("乙厂")
        exits.drop(project=first, reason="撤资", on=TODAY, by=samples.office(), at=AT)
        some = queries.rows(samples.office(), "NEW", area=samples.district(), period=date(2024, 3, 1), today=TODAY)
        told = issues.drift(samples.office(), made, list_rows.taken(some), TODAY)
        assert [change.project.name for change in told.added] == ["乙厂"]
        assert not told.removed  # the exit ended its entry already
        assert [change.reason for change in issues.difference(samples.office(), made).removed] == ["撤资"]


class TestClose:
    def test_a_closed_list_takes_nobody_and_no_change(self) -> None:
        row, other = planned("甲厂"), planned("乙厂")
        made = lists.close(issue=publish(draft("KEY-D", projects=[row])), by=samples.office(), at=AT)
        with pytest.raises(lists.CannotList, match="已结束"):
            lists.enter(issue=made, project=other, on=TODAY, reason="增补", by=samples.office(), at=AT)
        with pytest.raises(lists.CannotList, match="已结束"):
            lists.remove(entry=made.entries.get(removed_on__isnull=True), on=TODAY, reason="x", by=samples.office(),
                         at=AT)
        with pytest.raises(lists.CannotList, match="已结束"):
            propose(made, other, ChangeKind.ADD)
        with pytest.raises(lists.CannotList, match="只有已印发"):
            lists.close(issue=made, by=samples.office(), at=AT)

    def test_a_stale_page_cannot_enter_into_a_closed_list(self) -> None:
        made = publish(draft("KEY-D", projects=[planned("甲厂")]))
        stale = ListIssue.objects.get(pk=made.pk)
        lists.close(issue=made, by=samples.office(), at=AT)
        with pytest.raises(lists.CannotList, match="已结束"):
            lists.enter(issue=stale, project=planned("乙厂"), on=TODAY, reason="增补", by=samples.office(), at=AT)

    def test_waits_for_the_changes(self) -> None:
        row = planned("甲厂")
        made = publish(draft("KEY-D", projects=[row]))
        propose(made, row, ChangeKind.REMOVE)
        with pytest.raises(lists.CannotList, match="没有审定"):
            lists.close(issue=made, by=samples.office(), at=AT)
