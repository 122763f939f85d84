"""Issued lists: batches, entries with the row as it was, removal; and the ground that is laid once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.projects import samples
from citywright.projects.actions import exits, lists, projects, setup
from citywright.projects.models import (
    Category,
    LampRuleSet,
    ListDefinition,
    ListIssue,
    MilestoneTemplate,
    Project,
    TemplateNode,
)
from citywright.projects.rules import milestones
from citywright.projects.samples import AT
from citywright.projects.words import Gate

DAY = date(2024, 1, 10)


def issue(*rows: Project, **changes: Any) -> ListIssue:
    known = {"definition": ListDefinition.objects.get(code="KEY-D"), "area": samples.district(), "year": 2024,
             "projects": rows, "by": samples.office(), "at": AT, "issued_on": DAY}
    return lists.issue(**(known | changes))


@pytest.mark.django_db
class TestIssue:
    def test_keeps_the_row_as_it_was_issued(self) -> None:
        row = samples.project("甲厂", total=30_000, plan_year=9_000)
        entry = issue(row).entries.get()
        projects.amend(project=row, changes={"total_investment": Decimal(1)}, by=samples.clerk(), at=AT)
        entry.refresh_from_db()
        assert (entry.snapshot["name"], entry.snapshot["total_investment"], entry.snapshot["invest_year"]) == (
            "甲厂", "30000.00", "9000.00")

    def test_a_second_batch_gets_the_next_number(self) -> None:
        row = samples.project()
        assert [issue(row).batch, issue(row).batch] == [1, 2]
        with pytest.raises(lists.CannotList, match="已印发"):
            issue(row, batch=2)

    def test_is_refused_to_clerks_and_for_what_cannot_be_counted(self) -> None:
        row = samples.project()
        with pytest.raises(CannotReach):
            issue(row, by=samples.clerk())
        exits.drop(project=row, reason="撤资", on=DAY, by=samples.office(), at=AT)
        row.refresh_from_db()
        with pytest.raises(lists.CannotList, match="已退出"):
            issue(row)
        assert not ListIssue.objects.exists()

    def test_a_dropped_project_leaves_every_list_on_that_day(self) -> None:
        row = samples.project()
        made = issue(row)
        exits.drop(project=row, reason="撤资", on=date(2024, 2, 1), by=samples.office(), at=AT)
        entry = made.entries.get()
        assert (entry.removed_on, entry.reason) == (date(2024, 2, 1), "撤资")

    def test_removal_needs_a_reason_and_happens_once(self) -> None:
        entry = issue(samples.project()).entries.get()
        with pytest.raises(lists.CannotList):
            lists.remove(entry=entry, on=DAY, reason="", by=samples.office(), at=AT)
        lists.remove(entry=entry, on=DAY, reason="调出", by=samples.office(), at=AT)
        with pytest.raises(lists.CannotList):
            lists.remove(entry=entry, on=DAY, reason="调出", by=samples.office(), at=AT)


class TestTemplates:
    def test_every_predecessor_is_a_node_of_the_template_before_it(self) -> None:
        for template in milestones.TEMPLATES:
            for position, before in enumerate(milestones.positions_before(template), 1):
                assert all(number < position for number in before), (template.code, position)

    def test_the_gates_of_a_template_stand_in_the_order_of_the_way(self) -> None:
        order = list(Gate)
        for template in milestones.TEMPLATES:
            places = [order.index(node.gate) for node in template.nodes if node.gate]
            assert places == sorted(places), template.code

    def test_the_permit_of_an_industrial_project_waits_for_its_parallel_branches(self) -> None:
        template = milestones.TEMPLATES[0]
        names = [node.name for node in template.nodes]
        permit = names.index("施工许可")
        before = {names[number - 1] for number in milestones.positions_before(template)[permit]}
        assert before == {"施工图审查", "环评", "能评", "安评"}


@pytest.mark.django_db
class TestLayGround:
    def test_lays_everything_once_and_again_changes_nothing(self) -> None:
        setup.lay_ground(by=None, at=AT)
        counts = [table.objects.count() for table in (Category, MilestoneTemplate, TemplateNode, ListDefinition,
                                                      LampRuleSet)]
        assert counts[1] == 5
        assert all(counts)
        lines = JournalEntry.objects.count()
        Category.objects.filter(code="industrial").update(name="工业")
        setup.lay_ground(by=None, at=AT)
        assert [table.objects.count() for table in (Category, MilestoneTemplate, TemplateNode, ListDefinition,
                                                    LampRuleSet)] == counts
        assert Category.objects.get(code="industrial").name == "工业"
        assert JournalEntry.objects.count() == lines
