"""Campaigns: the rules of time and targets, the tree and its sums, what the office may do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.projects import samples
from citywright.projects.actions import campaigns, checks, lists
from citywright.projects.actions.campaigns import CannotRun, CannotTarget
from citywright.projects.actions.checks import CannotCheck
from citywright.projects.models import Campaign, CampaignCheck, CheckMark, ListDefinition, Project
from citywright.projects.queries import campaigns as queries
from citywright.projects.queries import checks as asked
from citywright.projects.rules import campaigns as rules
from citywright.projects.words import CampaignKind, CheckKind, Link, Qualifier, Stage, TargetMeasure
from citywright.projects.words.campaigns import Standing

AT, ON = samples.AT, date(2024, 3, 20)
YEAR = {"from_on": date(2024, 1, 1), "to_on": date(2024, 12, 31)}


def definition(code: str = "KEY-D") -> ListDefinition:
    """A list of the ground."""
    samples.ground()
    return ListDefinition.objects.get(code=code)


def campaign(name: str = "示例行动", kind: CampaignKind = CampaignKind.ACTION, **fields: Any) -> Campaign:
    """A campaign of the year, made by the office."""
    area = fields.pop("area", samples.district())
    known: dict[str, Any] = YEAR | {"office": samples.unit("项目办", area), "by": samples.office(area), "at": AT}
    return campaigns.make(area=area, name=name, kind=kind, **(known | fields))


def issued(code: str, projects: list[Project]) -> ListDefinition:
    """The projects stand on the list."""
    lists.issue(definition=definition(code), area=samples.district(), year=2024, projects=projects, at=AT,
                by=samples.office(), issued_on=date(2024, 1, 15), doc_no="示例〔2024〕1号")
    return definition(code)


def nodes(person: Any = None) -> dict[str, queries.Node]:
    """The tree as the office sees it, by name."""
    person = person or samples.office()
    chosen = queries.of_year(person, samples.district(), 2024)
    return {node.campaign.name: node for node in queries.Reading(person, chosen, on=ON, at=AT).nodes()}


class TestRules:
    def test_time_is_the_share_of_days_that_have_passed(self) -> None:
        start, end = date(2024, 1, 1), date(2024, 12, 31)
        assert rules.elapsed(start, end, date(2024, 1, 1)) == Fraction(1, 366)
        assert rules.elapsed(start, end, date(2023, 12, 31)) == 0
        assert rules.elapsed(start, end, end) == rules.elapsed(start, end, date(2025, 5, 1)) == 1

    @pytest.mark.parametrize(("qualifier", "value", "time", "expected"), [
        (Qualifier.AT_LEAST, 100, Fraction(1, 2), Standing.DONE),
        (Qualifier.AT_LEAST, 50, Fraction(1, 2), Standing.ON_PACE),
        (Qualifier.AT_LEAST, 49, Fraction(1, 2), Standing.BEHIND),
        (Qualifier.AT_LEAST, 0, Fraction(1, 2), Standing.IDLE),
        (Qualifier.AT_LEAST, None, Fraction(1, 2), Standing.IDLE),
        (Qualifier.AT_LEAST, 60, Fraction(0), Standing.IDLE),
        (Qualifier.AT_MOST, 99, Fraction(1, 2), Standing.ON_PACE),
        (Qualifier.AT_MOST, 0, Fraction(1), Standing.DONE),
        (Qualifier.AT_MOST, 101, Fraction(1, 10), Standing.BEHIND),
        (Qualifier.EQUAL, 100, Fraction(1, 2), Standing.DONE),
        (Qualifier.EQUAL, 101, Fraction(1, 2), Standing.BEHIND),
        (Qualifier.ABOUT, 95, Fraction(1), Standing.DONE),
        (Qualifier.ABOUT, 94, Fraction(1), Standing.BEHIND),
        (Qualifier.ABOUT, 48, Fraction(1, 2), Standing.ON_PACE),
    ])
    def test_target_stands_against_time(self, qualifier: Qualifier, value: int | None, time: Fraction,
                                        expected: Standing) -> None:
        assert rules.standing(qualifier, value, 100, time) == expected

    def test_a_parent_counts_each_project_of_its_children_once(self) -> None:
        own = {"a": ["1"], "b": ["1", "2"], "c": ["2", "3"]}
        assert rules.rolled_up(own, {"a": None, "b": "a", "c": "b"}) == {
            "a": {"1", "2", "3"}, "b": {"1", "2", "3"}, "c": {"2", "3"}}

    def test_kinds_lead_downwards_only(self) -> None:
        assert rules.may_hang(CampaignKind.MEASURE, CampaignKind.ACTION)
        assert not rules.may_hang(CampaignKind.YEAR, CampaignKind.ACTION)
        assert not rules.may_hang(CampaignKind.MEASURE, None)

    def test_rates_of_links_leave_out_links_without_checks(self) -> None:
        found = rules.link_rates([(1, Link.LANDING), (2, Link.LANDING)], [(1, True), (2, False), (9, True)], 4)
        assert [(one.link, one.due, one.marked, one.passed, one.rate) for one in found] == [
            (Link.LANDING, 8, 2, 1, Fraction(1, 8))]
        assert rules.link_rates([(1, Link.LANDING)], [], 0)[0].rate is None


@pytest.mark.django_db
class TestTree:
    def test_rolls_up_projects_money_and_starts_each_once(self) -> None:
        started = samples.project("已开工", stage=Stage.BUILDING, plan_year=1_000, total=5_000)
        waiting = samples.project("未开工", stage=Stage.LANDED, plan_year=500, total=3_000)
        year = campaign("示例年", CampaignKind.YEAR)
        action = campaign("行动", parent=year, lists=[issued("KEY-D", [started, waiting])])
        campaign("措施", CampaignKind.MEASURE, parent=action, lists=[issued("NEW", [waiting])])
        found = nodes()
        assert list(found) == ["示例年", "行动", "措施"] and [n.depth for n in found.values()] == [0, 1, 2]
        assert [n.sums.count for n in found.values()] == [2, 2, 1]
        top = found["示例年"].sums
        assert (top.total, top.plan, top.started, top.finished) == (Decimal(8_000), Decimal(1_500), 1, 0)

    def test_every_figure_equals_its_list(self) -> None:
        some = [samples.project(stage=stage, plan_year=1_000) for stage in (Stage.LANDED, Stage.BUILDING,
                                                                            Stage.PRODUCING)]
        one = campaign(lists=[issued("KEY-D", some)])
        campaign("措施", CampaignKind.MEASURE, parent=one, lists=[issued("NEW", some[:1])])
        sums = nodes()[one.name].sums
        by = samples.office()
        assert queries.projects_of(by, one, on=ON).count() == sums.count == 3
        for part in ("started", "finished", "producing"):
            assert queries.projects_of(by, one, on=ON, part=part).count() == getattr(sums, part)
        assert sum(p.plan_year for p in queries.projects_of(by, one, on=ON)) == sums.plan

    def test_a_name_is_only_a_name(self) -> None:
        campaign("1364", CampaignKind.YEAR)
        campaign("十大攻坚")
        found = nodes()
        assert found["1364"].sums.count == found["十大攻坚"].sums.count == 0
        assert not found["1364"].targets

    def test_costs_the_same_queries_however_many_campaigns(self, django_assert_max_num_queries: Any) -> None:
        project = samples.project(stage=Stage.BUILDING, plan_year=1_000)
        made = issued("KEY-D", [project])
        year = campaign("示例年", CampaignKind.YEAR)
        for number in range(6):
            one = campaign(f"行动{number}", parent=year, lists=[made])
            campaigns.set_target(campaign=one, name="开工", measure=TargetMeasure.STARTED, target=Decimal(1),
                                 by=samples.office(), at=AT)
        person = samples.office()
        with django_assert_max_num_queries(10):
            assert nodes(person)["示例年"].sums.count == 1

    def test_who_sees_one_unit_only_is_told_no_standing(self) -> None:
        project = samples.project(unit=samples.unit("水务局"), stage=Stage.BUILDING)
        one = campaign(lists=[issued("KEY-D", [project])])
        campaigns.set_target(campaign=one, name="开工", measure=TargetMeasure.STARTED, target=Decimal(1), at=AT,
                             by=samples.office())
        assert nodes()[one.name].targets[0].standing == Standing.DONE
        other = nodes(samples.clerk())[one.name]
        assert other.sums.count == 0 and other.targets[0].standing is None
        assert nodes(samples.clerk(samples.unit("水务局")))[one.name].sums.count == 1

    def test_is_hidden_from_a_stranger_and_a_neighbour(self) -> None:
        one = campaign()
        for person in (samples.stranger(), samples.office(samples.district("990102", "邻区"))):
            with pytest.raises(CannotReach):
                queries.campaign(person, one.pk)
        assert queries.campaign(samples.city(), one.pk) == one


@pytest.mark.django_db
class TestMake:
    def test_only_the_office_makes_amends_and_closes(self) -> None:
        one = campaign()
        for person in (samples.clerk(), samples.leader(), samples.verifier(), samples.stranger()):
            with pytest.raises(CannotReach):
                campaign("另一个", by=person)
            with pytest.raises(CannotReach):
                campaigns.close(campaign=one, by=person, at=AT)

    def test_refuses_a_second_of_one_name_and_day(self) -> None:
        campaign()
        with pytest.raises(CannotRun, match="已有"):
            campaign()

    @pytest.mark.parametrize("wrong", [
        {"name": " "}, {"name": "x" * 61}, {"to_on": date(2023, 12, 31)}, {"kind": CampaignKind.MEASURE}])
    def test_refuses_what_makes_no_campaign(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(CannotRun):
            campaign(**({"name": "示例"} | wrong))

    def test_refuses_a_parent_or_an_office_of_another_area(self) -> None:
        neighbour = samples.district("990102", "邻区")
        parent = campaign("邻区年", CampaignKind.YEAR, area=neighbour)
        with pytest.raises(CannotRun):
            campaign(parent=parent)
        with pytest.raises(CannotRun):
            campaign("外单位", office=samples.unit("项目办", neighbour))

    def test_days_lie_within_the_parents(self) -> None:
        year = campaign("示例年", CampaignKind.YEAR)
        with pytest.raises(CannotRun, match="之内"):
            campaign(parent=year, to_on=date(2025, 1, 31))
        campaign(parent=year)
        with pytest.raises(CannotRun, match="下级"):
            campaigns.amend(campaign=year, name="示例年", office=year.office, from_on=date(2024, 2, 1),
                            to_on=date(2024, 12, 31), by=samples.office(), at=AT)

    def test_closing_waits_for_what_hangs_below_and_then_nothing_changes(self) -> None:
        year = campaign("示例年", CampaignKind.YEAR)
        action = campaign(parent=year)
        with pytest.raises(CannotRun, match="下级"):
            campaigns.close(campaign=year, by=samples.office(), at=AT)
        campaigns.close(campaign=action, by=samples.office(), at=AT)
        before = JournalEntry.objects.count()
        with pytest.raises(CannotRun, match="不能再改"):
            campaigns.close(campaign=action, by=samples.office(), at=AT)
        with pytest.raises(CannotRun):
            campaigns.set_target(campaign=action, name="x", measure=TargetMeasure.COUNT, target=Decimal(1), at=AT,
                                 by=samples.office())
        assert JournalEntry.objects.count() == before
        campaigns.close(campaign=year, by=samples.office(), at=AT)

    def test_a_list_with_a_target_stays(self) -> None:
        one = campaign(lists=[definition("KEY-D"), definition("NEW")])
        campaigns.set_target(campaign=one, name="个数", measure=TargetMeasure.COUNT, target=Decimal(5), at=AT,
                             definition=definition("KEY-D"), by=samples.office())
        told: dict[str, Any] = YEAR | {"campaign": one, "name": one.name, "office": one.office,
                                       "by": samples.office(), "at": AT}
        with pytest.raises(CannotRun, match="在用"):
            campaigns.amend(**told, lists=[definition("NEW")])
        campaigns.amend(**told, lists=[definition("KEY-D")])
        assert [link.definition.code for link in one.lists.all()] == ["KEY-D"]


@pytest.mark.django_db
class TestTargets:
    def target(self, one: Campaign, **fields: Any) -> Any:
        """A target typed in by hand."""
        known: dict[str, Any] = {"name": "办成实事", "measure": TargetMeasure.HAND, "target": Decimal(100),
                                 "unit": "件", "by": samples.office(), "at": AT}
        return campaigns.set_target(campaign=one, **(known | fields))

    def test_measured_over_one_list_or_all(self) -> None:
        some = [samples.project(stage=Stage.BUILDING, plan_year=1_000) for _ in range(3)]
        one = campaign(lists=[issued("KEY-D", some), issued("NEW", some[:1])])
        self.target(one, name="全部", measure=TargetMeasure.COUNT, target=Decimal(4))
        self.target(one, name="新开工", measure=TargetMeasure.STARTED, target=Decimal(2), definition=definition("NEW"))
        self.target(one, name="投资", measure=TargetMeasure.PLAN, target=Decimal(3_000))
        found = {line.target.name: line for line in nodes()[one.name].own_targets}
        assert [found[name].value for name in ("全部", "新开工", "投资")] == [3, 1, 3_000]
        assert found["投资"].standing == Standing.DONE and found["投资"].target.unit == "万元"
        assert found["新开工"].standing == Standing.ON_PACE

    def test_a_typed_value_is_superseded_by_the_next_of_its_day_and_kept(self) -> None:
        row = self.target(campaign())
        for value in (10, 12):
            campaigns.report(target=row, as_of=ON, value=Decimal(value), by=samples.office(), at=AT)
        assert [(f.value, f.in_force) for f in row.facts.order_by("pk")] == [(10, False), (12, True)]
        line = nodes()["示例行动"].own_targets[0]
        assert (line.value, line.as_of, line.standing) == (12, ON, Standing.BEHIND)

    def test_refuses_the_same_value_twice_a_day_to_come_and_measured_targets(self) -> None:
        one = campaign()
        row = self.target(one)
        told: dict[str, Any] = {"by": samples.office(), "at": AT}
        campaigns.report(target=row, as_of=ON, value=Decimal(10), **told)
        measured = self.target(one, name="个数", measure=TargetMeasure.COUNT)
        for target, as_of, value in ((row, ON, 10), (row, date(2024, 3, 21), 11), (row, date(2023, 12, 31), 1),
                                     (row, ON, -1), (measured, ON, 5)):
            with pytest.raises(CannotTarget):
                campaigns.report(target=target, as_of=as_of, value=Decimal(value), **told)

    @pytest.mark.parametrize("wrong", [
        {"name": ""}, {"name": "x" * 81}, {"target": Decimal(-1)}, {"target": Decimal(10) ** 15}, {"unit": ""},
        {"unit": "x" * 13}])
    def test_refuses_what_makes_no_target(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(CannotTarget):
            self.target(campaign(), **wrong)

    def test_refuses_a_list_the_campaign_does_not_group_and_a_second_name(self) -> None:
        one = campaign()
        self.target(one)
        for wrong in ({}, {"name": "x", "measure": TargetMeasure.COUNT, "definition": definition("NEW")}):
            with pytest.raises(CannotTarget):
                self.target(one, **wrong)

    def test_amending_keeps_the_row(self) -> None:
        one = campaign()
        row = self.target(one)
        again = self.target(one, row=row, target=Decimal(120), qualifier=Qualifier.ABOUT)
        assert again.pk == row.pk and again.target == 120 and one.targets.count() == 1


@pytest.mark.django_db
class TestChecks:
    PLACE = (Link.LANDING, CheckKind.LOOK, 1)

    def ready(self) -> tuple[Campaign, CampaignCheck, Project]:
        """A campaign with one check and one project."""
        project = samples.project(stage=Stage.BUILDING)
        one = campaign(lists=[issued("KEY-D", [project])])
        line = checks.set_checks(campaign=one, texts={self.PLACE: "示例检查"}, by=samples.office(), at=AT)[0]
        return one, line, project

    def test_there_are_none_until_somebody_enters_them(self) -> None:
        assert asked.checks(campaign()) == []

    def test_a_changed_text_ends_the_line_and_keeps_its_marks(self) -> None:
        one, line, project = self.ready()
        checks.mark(check=line, project=project, done_on=ON, by=samples.office(), at=AT)
        new = checks.set_checks(campaign=one, texts={self.PLACE: "另一项"}, by=samples.office(), at=AT)
        line.refresh_from_db()
        assert [each.text for each in new] == ["另一项"] and line.ended_on == ON and line.marks.count() == 1
        with pytest.raises(CannotCheck, match="没有变化"):
            checks.set_checks(campaign=one, texts={self.PLACE: "另一项"}, by=samples.office(), at=AT)

    def test_marking_again_supersedes(self) -> None:
        one, line, project = self.ready()
        told: dict[str, Any] = {"check": line, "project": project, "by": samples.office(), "at": AT}
        checks.mark(**told, done_on=ON, is_passed=False, note="示例")
        checks.mark(**told, done_on=ON)
        with pytest.raises(CannotCheck, match="同样"):
            checks.mark(**told, done_on=ON)
        assert [(m.is_passed, m.in_force) for m in CheckMark.objects.order_by("pk")] == [(False, False), (True, True)]
        rate = asked.rates([line], list(queries.projects_of(samples.office(), one, on=ON)))[0]
        assert (rate.due, rate.passed, rate.rate) == (1, 1, 1)

    def test_refuses_a_project_that_is_not_the_campaigns_and_a_day_to_come(self) -> None:
        _, line, project = self.ready()
        for row, day in ((samples.project("别的"), ON), (project, date(2024, 3, 21))):
            with pytest.raises(CannotCheck):
                checks.mark(check=line, project=row, done_on=day, by=samples.office(), at=AT)

    def test_only_the_office_marks(self) -> None:
        _, line, project = self.ready()
        with pytest.raises(CannotReach):
            checks.mark(check=line, project=project, done_on=ON, by=samples.clerk(), at=AT)
