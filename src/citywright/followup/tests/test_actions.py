"""Alerts: one for a rising edge, replaced by a higher rung, cleared when good again, taken once by the unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from citywright.followup import actions, queries
from citywright.followup.actions import Edge, Followed
from citywright.followup.models import Alert
from citywright.followup.words import AlertKind, AlertStep
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area, JournalEntry, Membership, Organisation, Person
from citywright.kernel.steps import CannotMove
from citywright.kernel.words import AreaLevel, Role

pytestmark = pytest.mark.django_db
DAY, AT = date(2024, 3, 27), datetime(2024, 3, 27, 1, tzinfo=UTC)


@pytest.fixture()
def area() -> Area:
    return Area.objects.create(code="990101", path="990101", name="示例区", level=AreaLevel.COUNTY)


@pytest.fixture()
def unit(area: Area) -> Organisation:
    return Organisation.objects.create(code="u1", name="示例建设局", short_name="建设局", area=area)


@pytest.fixture()
def edge(area: Area, unit: Organisation) -> Edge:
    return Edge(subject="projects.project:1", dimension="progress", kind=AlertKind.REMIND, lamp="yellow", reason={},
                title="示例项目", url_name="projects:project", url_key="P1", area_id=area.pk, unit_id=unit.pk)


def somebody(name: str, role: Role, unit: Organisation) -> Person:
    person = Person.objects.create(username=name, full_name=name)
    Membership.objects.create(person=person, role=role, organisation=unit, area=unit.area, valid_from=DAY)
    return person


def follow(area: Area, *edges: Edge, days: int = 0, family: str = "lamp", raising: bool = True) -> Followed:
    return actions.follow(family=family, area=area, standing=edges, on=DAY + timedelta(days=days), by=None, at=AT,
                          raising=raising)


class TestFollow:
    def test_raises_a_rising_edge_once(self, area: Area, edge: Edge) -> None:
        assert [follow(area, edge), follow(area, edge), follow(area, edge, days=1)] == [
            Followed(1, 0), Followed(0, 0), Followed(0, 0)]

    def test_replaces_a_lower_rung_by_a_higher_one_and_never_goes_down(self, area: Area, edge: Edge) -> None:
        follow(area, edge)
        assert follow(area, replace(edge, kind=AlertKind.URGE), days=1) == Followed(1, 1)
        assert follow(area, edge, days=2) == Followed(0, 0)
        assert [a.kind for a in Alert.objects.filter(step=AlertStep.RAISED)] == [AlertKind.URGE]

    def test_clears_what_is_good_again_and_raises_the_next_spell_anew(self, area: Area, edge: Edge) -> None:
        follow(area, edge)
        assert follow(area, days=1) == Followed(0, 1)
        assert Alert.objects.get().cleared_on == DAY + timedelta(days=1)
        assert follow(area, edge, days=2) == Followed(1, 0)

    def test_does_not_raise_the_same_edge_twice_on_one_day(self, area: Area, edge: Edge) -> None:
        follow(area, edge)
        follow(area)
        assert follow(area, edge) == Followed(0, 0)

    def test_keeps_families_and_areas_apart(self, area: Area, edge: Edge) -> None:
        other = Area.objects.create(code="990102", path="990102", name="邻区", level=AreaLevel.COUNTY)
        follow(area, edge)
        assert follow(area, family="waiver") == Followed(0, 0)
        assert follow(other) == Followed(0, 0)
        assert Alert.objects.get().step == AlertStep.RAISED

    def test_only_clears_when_asked_to(self, area: Area, edge: Edge) -> None:
        assert follow(area, edge, raising=False) == Followed(0, 0)
        follow(area, edge)
        assert follow(area, edge, raising=False, days=1) == Followed(0, 0)
        assert follow(area, raising=False, days=1) == Followed(0, 1)

    def test_writes_no_journal_line_when_nothing_changed(self, area: Area, edge: Edge) -> None:
        follow(area, edge)
        before = JournalEntry.objects.count()
        follow(area, edge)
        assert JournalEntry.objects.count() == before


class TestTake:
    def test_is_for_the_unit_and_for_once(self, area: Area, unit: Organisation, edge: Edge) -> None:
        follow(area, edge)
        clerk, leader = somebody("clerk", Role.CLERK, unit), somebody("leader", Role.LEADER, unit)
        stranger = Person.objects.create(username="stranger")
        for nobody in (stranger, leader):
            with pytest.raises((CannotReach, CannotMove)):
                actions.take(alert=Alert.objects.get(), by=nobody, at=AT)
        taken = actions.take(alert=Alert.objects.get(), by=clerk, at=AT)
        assert (taken.step, taken.taken_by, taken.taken_at) == (AlertStep.TAKEN, clerk, AT)
        with pytest.raises(CannotMove):
            actions.take(alert=taken, by=clerk, at=AT)


class TestDigest:
    def test_tells_a_leader_one_line_per_unit_the_gravest_first(
            self, area: Area, unit: Organisation, edge: Edge) -> None:
        second = Organisation.objects.create(code="u2", name="示例交通局", short_name="交通局", area=area)
        follow(area, edge, replace(edge, subject="projects.project:2"),
               replace(edge, subject="projects.project:3", unit_id=second.pk, kind=AlertKind.INTERVIEW, lamp="red"))
        lines = queries.digest(somebody("leader", Role.LEADER, unit), on=DAY)
        assert [(line.unit, line.standing, line.fresh, line.talks) for line in lines] == [
            ("交通局", 1, 1, 1), ("建设局", 2, 2, 0)]
        assert queries.digest(Person.objects.create(username="stranger"), on=DAY) == []
