"""What fills each list: every code over a small district, with the days measured between verified gates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from citywright.kernel.errors import CannotReach
from citywright.kernel.words import Role
from citywright.projects import samples
from citywright.projects.actions import exits, lists, plans, problems, projects, setup
from citywright.projects.models import ListDefinition, ObservationRound, ObservationStop, Project
from citywright.projects.queries import list_board, list_rows
from citywright.projects.queries import lists as queries
from citywright.projects.rules import list_columns
from citywright.projects.rules import lists as rules
from citywright.projects.samples import AT
from citywright.projects.words import (
    ChangeStep,
    FundingType,
    FundKind,
    Gate,
    ListKind,
    ProblemKind,
    ResponsibleRole,
    RowKind,
    Stage,
    YearKind,
)

PERIOD, TODAY = date(2024, 3, 1), date(2024, 3, 20)


class TestTable:
    def test_every_code_says_what_it_means_and_every_column_has_a_head(self) -> None:
        for rule in rules.RULES.values():
            assert rule.name and rule.words and set(rule.columns) <= set(rules.COLUMNS), rule.code
            assert list_columns.heads(rule)

    def test_lists_that_nothing_fills_yet_are_not_in_it(self) -> None:
        assert not {"TALK", "OPP-L", "SPC", "LDR", "GAP", "ELM", "CMT"} & set(rules.RULES)

    def test_every_worked_out_list_of_projects_has_a_predicate(self) -> None:
        worked = {rule.code for rule in rules.RULES.values()
                  if rule.kind is not ListKind.MANUAL and rule.rows is RowKind.PROJECT}
        assert worked == set(queries.SOURCES)

    def test_the_loop_of_changes_never_lets_a_clerk_decide(self) -> None:
        assert not rules.CHANGE.open_moves(ChangeStep.PROPOSED, {Role.CLERK, Role.REVIEWER, Role.LEADER})
        assert not rules.CHANGE.open_moves(ChangeStep.SCREENED, {Role.CLERK, Role.VERIFIER})

    @pytest.mark.parametrize("typed", [{"landed": "30"}, {"landed": -1}, {"landed": 10**9}, {"other": 3}, {}])
    def test_limits_that_are_no_days_leave_the_neutral_ones(self, typed: dict[str, Any]) -> None:
        assert rules.stalled_after(typed) == rules.STALLED

    def test_limits_of_the_city_are_used(self) -> None:
        assert rules.stalled_after({"landed": 90})["landed"] == 90


def rows(code: str, **given: Any) -> queries.Rows:
    samples.ground()
    known = {"area": samples.district(), "period": PERIOD, "today": TODAY}
    return queries.rows(samples.office(), code, **(known | given))


def names(code: str) -> list[str]:
    return sorted(row.name for row in rows(code).projects())


def told(code: str) -> list[dict[str, Any]]:
    return [one.told for one in list_rows.taken(rows(code))]


@pytest.mark.django_db
class TestProjects:
    def test_reserve_and_idea_are_told_by_verified_gates(self) -> None:
        samples.project("谋划厂")
        samples.project("储备厂", stage=Stage.RESERVE)
        samples.project("签约厂", stage=Stage.COMMITTED)
        assert (names("PLN"), names("RSV")) == (["谋划厂"], ["储备厂"])

    def test_kinds_of_the_year_fill_three_lists(self) -> None:
        samples.project("新", plan_year=100, kind=YearKind.NEW_START)
        samples.project("续", plan_year=100, kind=YearKind.CONTINUE)
        samples.project("竣", plan_year=100, kind=YearKind.FINISH)
        samples.project("续且竣", plan_year=100, kind=YearKind.CONTINUE, plan={"planned_finish": date(2024, 11, 1)})
        assert (names("NEW"), names("CON"), names("FIN")) == (["新"], ["续", "续且竣"], ["竣", "续且竣"])

    def test_signed_projects_are_those_of_enterprise_money(self) -> None:
        samples.project("企", stage=Stage.COMMITTED)
        samples.project("政", stage=Stage.COMMITTED, funding=FundingType.GOVERNMENT)
        assert names("SIGN") == ["企"]

    def test_land_and_start_shows_working_days_between_the_gates(self) -> None:
        for name, permit in (("快", date(2024, 3, 15)), ("慢", date(2024, 3, 19))):
            row = samples.project(name, stage=Stage.LANDED, days={
                Gate.G1: date(2024, 1, 2), Gate.G2: date(2024, 2, 1), Gate.G3: date(2024, 3, 8)})
            samples.passed(row, Gate.G4P, permit)
        assert [(row["name"], row["land0_days"]) for row in told("LND0")] == [("快", 5)]

    def test_finish_and_production_shows_the_days_between_the_gates(self) -> None:
        for name, days in (("快", 29), ("慢", 31)):
            finished = date(2024, 1, 10)
            samples.project(name, stage=Stage.PRODUCING, days={
                Gate.G5: finished, Gate.G6: date.fromordinal(finished.toordinal() + days)})
        assert [(row["name"], row["fin0_days"]) for row in told("FIN0")] == [("快", 29)]

    def test_three_in_one_year(self) -> None:
        days = {Gate.G1: date(2024, 1, 2), Gate.G2: date(2024, 1, 9), Gate.G3: date(2024, 1, 16),
                Gate.G4P: date(2024, 1, 20), Gate.G4: date(2024, 1, 22), Gate.G5: date(2024, 2, 20),
                Gate.G6: date(2024, 3, 1)}
        samples.project("三当年", stage=Stage.PRODUCING, days=days)
        samples.project("去年的", stage=Stage.PRODUCING)
        assert [(row["name"], row["three_days"]) for row in told("THREE")] == [("三当年", 59)]

    def test_late_starts_and_unregistered_ones_show_their_days(self) -> None:
        samples.project("未开", plan_year=100, kind=YearKind.NEW_START, plan={"planned_start": date(2024, 3, 1)})
        samples.project("未统", stage=Stage.BUILDING)
        assert [(row["name"], row["late_start"]) for row in told("DUE")] == [("未开", 30)]
        assert [row["name"] for row in told("UNS")] == ["未统"]

    def test_standing_still_is_told_from_gates_and_money(self) -> None:
        waiting = samples.project("暂停", stage=Stage.COMMITTED)
        exits.suspend(project=waiting, reason="手续", on=TODAY, by=samples.office(), at=AT)
        samples.project("未落地", stage=Stage.COMMITTED)
        samples.project("在建无投资", stage=Stage.BUILDING)
        samples.project("还早", stage=Stage.COMMITTED, days={Gate.G1: date(2024, 1, 2), Gate.G2: date(2024, 2, 1)})
        found = {row["name"]: row["stalled"]["code"] for row in told("STL")}
        assert found == {"暂停": "suspended", "未落地": "approved", "在建无投资": "building_months"}

    def test_the_limits_of_standing_still_are_configuration(self) -> None:
        samples.project("还早", stage=Stage.COMMITTED, days={Gate.G1: date(2024, 1, 2), Gate.G2: date(2024, 2, 1)})
        assert names("STL") == []
        ListDefinition.objects.filter(code="STL").update(rule={"approved": 20})
        assert names("STL") == ["还早"]

    def test_stops_of_the_year_are_the_places_observed(self) -> None:
        row = samples.project("点位")
        round_ = ObservationRound.objects.create(area=samples.district(), name="示例", held_on=date(2024, 3, 5),
                                                 made_by=samples.office(), made_at=AT)
        ObservationStop.objects.create(round=round_, position=1, project=row, unit=row.lead_unit)
        assert names("OBS") == ["点位"]

    def test_packages_count_once_or_by_their_leaves(self) -> None:
        parts = [samples.project(plan_year=100, kind=YearKind.NEW_START) for _ in range(3)]
        package = samples.project("打包")
        projects.pack(package=package, parts=parts[:2], by=samples.office(), at=AT)
        tally = list_rows.tally(rows("NEW"))
        assert (tally.leaves, tally.packages, tally.total, tally.plan) == (3, 2, Decimal(60_000), Decimal(300))

    def test_only_what_the_person_sees_is_counted(self) -> None:
        samples.project("甲", plan_year=100, kind=YearKind.NEW_START)
        other = samples.clerk(samples.unit("水务局"))
        found = queries.rows(other, "NEW", area=samples.district(), period=PERIOD, today=TODAY)
        assert list_rows.tally(found).leaves == 0

    def test_an_unknown_code_is_refused_like_a_hidden_one(self) -> None:
        for code in ("NONE", "TALK", "\0", "x" * 500, "' OR 1=1"):
            with pytest.raises(CannotReach):
                rows(code)


@pytest.mark.django_db
class TestThings:
    def test_open_problems_each_are_a_row(self) -> None:
        row = samples.project("甲")
        for title in ("用电", "征迁"):
            problems.raise_problem(project=row, title=title, kind=ProblemKind.LAND, unit=row.lead_unit,
                                   due_on=date(2024, 4, 1), by=samples.office(), at=AT)
        tally = list_rows.tally(rows("ISS"))
        assert (tally.rows, tally.leaves) == (2, 1)
        assert sorted(one["thing"] for one in told("ISS")) == ["征迁", "用电"]

    def test_responsibilities_in_force_are_rows(self) -> None:
        row = samples.project("甲")
        projects.entrust(project=row, role=ResponsibleRole.LEADER, name="王示例", from_on=date(2024, 1, 1),
                         by=samples.clerk(), at=AT)
        assert ("王示例", "leader") in {(one["thing"], one["role"]) for one in told("RSP")}

    def test_bonds_and_central_money_are_rows_with_what_arrived(self) -> None:
        row = samples.project("甲", funding=FundingType.GOVERNMENT)
        source = plans.agree_fund(project=row, kind=FundKind.SPECIAL_BOND, agreed=Decimal(3000), by=samples.clerk(),
                                  at=AT)
        plans.agree_fund(project=row, kind=FundKind.SELF, agreed=Decimal(1), by=samples.clerk(), at=AT)
        plans.record_arrival(source=source, arrived_on=date(2024, 2, 1), arrived=Decimal(1200), by=samples.clerk(),
                             at=AT)
        assert [(one["fund"], one["agreed"], one["arrived"]) for one in told("BND")] == [
            ("special_bond", "3000.00", "1200.00")]

    def test_letters_need_no_project(self) -> None:
        some = rows("SUP")
        assert list_rows.taken(some) == [] and list_rows.told_by_key(some, list(some.found)) == {}


@pytest.mark.django_db
class TestOverlap:
    def test_tells_on_which_tiers_the_same_projects_stand(self) -> None:
        both, one = samples.project("两级"), samples.project("一级")
        samples.ground()
        for code, some in (("KEY-D", [both, one]), ("KEY-C", [both])):
            lists.issue(definition=ListDefinition.objects.get(code=code), area=samples.district(), year=2024,
                        projects=some, by=samples.office(), at=AT, issued_on=date(2024, 3, 1))
        assert dict(list_rows.overlap(rows("KEY-D"), TODAY)) == {"KEY-P": 0, "KEY-C": 1, "GLC": 0}


@pytest.mark.django_db
class TestBoard:
    def test_the_line_of_every_list_equals_its_page(self) -> None:
        samples.project("新", plan_year=100, kind=YearKind.NEW_START)
        samples.project("储备", stage=Stage.RESERVE)
        row = samples.project("在建", stage=Stage.BUILDING, plan_year=50)
        problems.raise_problem(project=row, title="用电", kind=ProblemKind.LAND, unit=row.lead_unit,
                               due_on=date(2024, 4, 1), by=samples.office(), at=AT)
        lists.issue(definition=ListDefinition.objects.get(code="KEY-D"), area=samples.district(), year=2024,
                    projects=[row], by=samples.office(), at=AT, issued_on=date(2024, 3, 1))
        found = list_board.lines(samples.office(), area=samples.district(), period=PERIOD, today=TODAY)
        assert [line.definition.code for line in found] == list(rules.RULES)
        for line in found:
            assert line.tally is not None
            if line.definition.code == "SUP":
                continue
            page = list_rows.tally(rows(line.definition.code))
            assert (line.tally.leaves, line.tally.rows, line.tally.total, line.tally.plan) == (
                page.leaves, page.rows, page.total, page.plan), line.definition.code

    def test_definitions_of_an_older_ground_learn_what_fills_them(self) -> None:
        samples.ground()
        ListDefinition.objects.filter(code="ISS").update(kind="manual", rows="project", name="问题台账")
        setup.lay_ground(by=None, at=AT)
        kept = ListDefinition.objects.get(code="ISS")
        assert (kept.kind, kept.rows, kept.name) == ("live", "problem", "问题台账")
        assert Project.objects.count() == 0
