"""Who reaches what. Organisations stand in for rows here: they have an area, and they are units."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from citywright.kernel import access, actions
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area, Organisation, Person
from citywright.kernel.words import THREE_ADMINISTRATORS, UNIT_ROLES, Role

from .conftest import DAY, Grants

pytestmark = pytest.mark.django_db
AREA_ROLES = sorted(set(Role) - UNIT_ROLES - THREE_ADMINISTRATORS)


def seen(person: object, only: set[Role] | None = None) -> set[str]:
    rows = access.rows(person, Organisation.objects.all(), area="area__path", unit="pk", only=only)
    return set(rows.values_list("short_name", flat=True))


@pytest.fixture()
def far_unit(sysadmin: Person, neighbour: Area, at: datetime) -> Organisation:
    return actions.found_organisation(
        code="FAR", name="邻区交通局", short_name="邻交通", area=neighbour, by=sysadmin, at=at
    )


class TestRows:
    @pytest.mark.parametrize("role", sorted(UNIT_ROLES))
    def test_a_clerk_sees_the_own_units_rows_only(
        self, role: Role, opened: Grants, unit: Organisation, other_unit: Organisation, far_unit: Organisation
    ) -> None:
        assert seen(opened("clerk", role, unit, unit.area)) == {"交通局"}

    def test_a_clerk_of_the_city_still_sees_one_unit(
        self, opened: Grants, unit: Organisation, other_unit: Organisation, city: Area
    ) -> None:
        assert seen(opened("clerk", Role.CLERK, unit, city)) == {"交通局"}

    @pytest.mark.parametrize("role", AREA_ROLES)
    def test_a_district_office_sees_its_district(
        self, role: Role, opened: Grants, unit: Organisation, other_unit: Organisation, far_unit: Organisation
    ) -> None:
        assert seen(opened("office", role, unit, unit.area)) == {"交通局", "水务局"}

    def test_the_city_sees_all(
        self, opened: Grants, unit: Organisation, other_unit: Organisation, far_unit: Organisation, city: Area
    ) -> None:
        assert seen(opened("city", Role.CITY, unit, city)) == {"交通局", "水务局", "邻交通", "数据局"}

    def test_a_stranger_and_a_passer_by_see_nothing(self, opened: Grants, unit: Organisation) -> None:
        assert seen(opened("stranger")) == set()
        assert seen(AnonymousUser()) == set()

    @pytest.mark.parametrize("role", sorted(THREE_ADMINISTRATORS))
    def test_an_administrator_sees_nothing_of_the_city(
        self, role: Role, opened: Grants, unit: Organisation, city: Area
    ) -> None:
        assert seen(opened("admin", role, unit, city)) == set()

    def test_two_roles_reach_what_either_reaches(
        self, opened: Grants, secadmin: Person, unit: Organisation, far_unit: Organisation, neighbour: Area,
        at: datetime,
    ) -> None:
        person = opened("two", Role.CLERK, unit, unit.area)
        actions.grant(person=person, role=Role.OFFICE, organisation=far_unit, area=neighbour, valid_from=DAY,
                      by=secadmin, at=at)
        assert seen(person) == {"交通局", "邻交通"}
        assert seen(person, {Role.OFFICE}) == {"邻交通"}

    def test_an_ended_role_reaches_nothing(
        self, opened: Grants, secadmin: Person, unit: Organisation, at: datetime
    ) -> None:
        person = opened("gone", Role.OFFICE, unit, unit.area)
        actions.end_membership(membership=access.memberships(person)[0], on=at.date(), by=secadmin, at=at)
        assert seen(Person.objects.get(pk=person.pk)) == set()
        assert access.memberships(Person.objects.get(pk=person.pk), on=date(2024, 2, 1)) != []

    def test_memberships_are_read_once_for_a_person(
        self, opened: Grants, unit: Organisation, django_assert_num_queries: object
    ) -> None:
        person = Person.objects.get(pk=opened("clerk", Role.CLERK, unit, unit.area).pk)
        with django_assert_num_queries(1):  # type: ignore[operator]
            access.reach(person)
            access.roles_over(person, unit=unit, area=unit.area)


class TestHoldsAndRequire:
    def test_a_unit_role_is_held_for_that_unit(
        self, opened: Grants, unit: Organisation, other_unit: Organisation
    ) -> None:
        clerk = opened("clerk", Role.CLERK, unit, unit.area)
        assert access.holds(clerk, Role.CLERK, unit=unit)
        assert not access.holds(clerk, Role.CLERK, unit=other_unit, area=unit.area)
        assert not access.holds(clerk, Role.OFFICE, unit=unit, area=unit.area)

    def test_an_area_role_is_held_over_that_area_and_below(
        self, opened: Grants, unit: Organisation, city: Area, neighbour: Area
    ) -> None:
        office = opened("office", Role.OFFICE, unit, unit.area)
        assert access.holds(office, Role.OFFICE, area=unit.area)
        assert access.holds(office, Role.OFFICE, area=unit.area.path + "001")
        assert not access.holds(office, Role.OFFICE, area=city)
        assert not access.holds(office, Role.OFFICE, area=neighbour)

    def test_roles_over_a_row_never_name_an_administrator(self, secadmin: Person, unit: Organisation) -> None:
        assert access.roles_over(secadmin, unit=unit, area=unit.area) == set()

    def test_require_names_what_is_needed(self, opened: Grants, unit: Organisation) -> None:
        with pytest.raises(CannotReach, match="限区项目办、市级项目办办理"):
            access.require(opened("clerk", Role.CLERK, unit, unit.area), Role.OFFICE, Role.CITY, area=unit.area)
