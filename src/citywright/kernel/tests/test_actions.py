"""Accounts, organisations, memberships: who may make them, and what must be kept apart."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from citywright.kernel import access, actions
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area, JournalEntry, Membership, Organisation, Person
from citywright.kernel.words import THREE_ADMINISTRATORS, Role

from .conftest import DAY, PASSWORD, Grants

pytestmark = pytest.mark.django_db


class TestOpenAccount:
    def test_the_first_is_opened_by_the_installation_and_journaled(self, at: datetime) -> None:
        person = actions.open_account(username="first", full_name="甲", password=PASSWORD, by=None, at=at)
        assert person.check_password(PASSWORD)
        assert JournalEntry.objects.get().verb == "account.opened"
        assert access.memberships(person) == []

    def test_once_there_is_a_system_administrator_nobody_else_opens_one(self, secadmin: Person, at: datetime) -> None:
        for by in (None, secadmin):
            with pytest.raises(CannotReach):
                actions.open_account(username="more", full_name="乙", password=PASSWORD, by=by, at=at)

    def test_refuses_a_taken_name_whatever_its_case(self, sysadmin: Person, at: datetime) -> None:
        with pytest.raises(actions.CannotOpenAccount, match="已有人使用"):
            actions.open_account(username="SecAdmin", full_name="乙", password=PASSWORD, by=sysadmin, at=at)

    @pytest.mark.parametrize(("username", "password"), [("ok", "short"), ("ok", "1234567890"), ("a b/c", PASSWORD)])
    def test_refuses_a_weak_password_and_an_impossible_name(
        self, sysadmin: Person, at: datetime, username: str, password: str
    ) -> None:
        with pytest.raises(actions.CannotOpenAccount, match="不能开户"):
            actions.open_account(username=username, full_name="乙", password=password, by=sysadmin, at=at)

    def test_refuses_a_person_without_a_name(self, sysadmin: Person, at: datetime) -> None:
        with pytest.raises(actions.CannotOpenAccount, match="姓名"):
            actions.open_account(username="nobody", full_name=" ", password=PASSWORD, by=sysadmin, at=at)


class TestFoundOrganisation:
    def test_refuses_a_second_of_the_same_short_name_in_the_area(
        self, unit: Organisation, sysadmin: Person, at: datetime
    ) -> None:
        with pytest.raises(actions.CannotFound, match="已有简称"):
            actions.found_organisation(code="T2", name="另一局", short_name="交通局", area=unit.area, by=sysadmin,
                                       at=at)
        with pytest.raises(actions.CannotFound, match="单位代码"):
            actions.found_organisation(code="TRANS", name="另一局", short_name="另局", area=unit.area, by=sysadmin,
                                       at=at)

    def test_refuses_a_false_credit_code(self, sysadmin: Person, district: Area, at: datetime) -> None:
        with pytest.raises(Exception, match="统一社会信用代码"):
            actions.found_organisation(code="E", name="企业", short_name="企业", area=district, by=sysadmin, at=at,
                                       uscc="91350100M000100Y44")

    def test_is_for_the_system_administrator_alone(self, secadmin: Person, district: Area, at: datetime) -> None:
        with pytest.raises(CannotReach):
            actions.found_organisation(code="E", name="企业", short_name="企业", area=district, by=secadmin, at=at)


class TestGrant:
    def test_the_installation_grants_only_until_there_is_a_security_administrator(
        self, secadmin: Person, opened: Grants, unit: Organisation, district: Area, at: datetime
    ) -> None:
        with pytest.raises(CannotReach, match="安全管理员"):
            actions.grant(person=opened("late"), role=Role.CLERK, organisation=unit, area=district, valid_from=DAY,
                          by=None, at=at)

    def test_a_role_takes_effect_at_once(self, opened: Grants, unit: Organisation, district: Area) -> None:
        person = opened("clerk", Role.CLERK, unit, district)
        assert access.roles(person) == {Role.CLERK}

    def test_refuses_one_who_is_no_security_administrator(
        self, sysadmin: Person, opened: Grants, unit: Organisation, district: Area, at: datetime
    ) -> None:
        office = opened("office", Role.OFFICE, unit, district)
        for by in (sysadmin, office):
            with pytest.raises(CannotReach):
                actions.grant(person=office, role=Role.CITY, organisation=unit, area=district, valid_from=DAY, by=by,
                              at=at)

    def test_refuses_what_lies_outside_the_granters_area(
        self, secadmin: Person, sysadmin: Person, opened: Grants, unit: Organisation, district: Area, neighbour: Area,
        at: datetime,
    ) -> None:
        local = opened("local", Role.SECURITY_ADMIN, unit, district)
        with pytest.raises(CannotReach):
            actions.grant(person=opened("x"), role=Role.OFFICE, organisation=unit, area=neighbour, valid_from=DAY,
                          by=local, at=at)

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECURITY_ADMIN}))
    def test_nobody_is_security_administrator_and_anything_else(
        self, role: Role, secadmin: Person, unit: Organisation, at: datetime
    ) -> None:
        with pytest.raises(actions.CannotGrant, match="三员互斥"):
            actions.grant(person=secadmin, role=role, organisation=unit, area=unit.area, valid_from=DAY, by=secadmin,
                          at=at)

    @pytest.mark.parametrize("role", sorted(THREE_ADMINISTRATORS))
    def test_one_who_works_becomes_no_administrator(
        self, role: Role, opened: Grants, secadmin: Person, unit: Organisation, at: datetime
    ) -> None:
        clerk = opened("clerk", Role.CLERK, unit, unit.area)
        with pytest.raises(actions.CannotGrant, match="三员互斥"):
            actions.grant(person=clerk, role=role, organisation=unit, area=unit.area, valid_from=DAY, by=secadmin,
                          at=at)

    def test_refuses_the_same_twice_and_a_day_to_come(
        self, opened: Grants, secadmin: Person, unit: Organisation, at: datetime
    ) -> None:
        clerk = opened("clerk", Role.CLERK, unit, unit.area)
        with pytest.raises(actions.CannotGrant, match="已任"):
            actions.grant(person=clerk, role=Role.CLERK, organisation=unit, area=unit.area, valid_from=DAY, by=secadmin,
                          at=at)
        with pytest.raises(actions.CannotGrant, match="还没有到"):
            actions.grant(person=clerk, role=Role.REVIEWER, organisation=unit, area=unit.area,
                          valid_from=at.date() + timedelta(days=1), by=secadmin, at=at)


class TestTheDatabaseItself:
    def test_keeps_administrators_apart_on_insert(
        self, opened: Grants, unit: Organisation, district: Area
    ) -> None:
        clerk = opened("clerk", Role.CLERK, unit, district)
        for role in THREE_ADMINISTRATORS:
            with pytest.raises(IntegrityError, match="三员互斥"), transaction.atomic():
                Membership.objects.create(person=clerk, role=role, organisation=unit, area=district, valid_from=DAY)

    def test_keeps_administrators_apart_on_update(
        self, opened: Grants, unit: Organisation, district: Area
    ) -> None:
        person = opened("both", Role.CLERK, unit, district)
        actions.grant(person=person, role=Role.REVIEWER, organisation=unit, area=district, valid_from=DAY,
                      by=Person.objects.get(username="secadmin"), at=datetime.fromisoformat("2024-03-27T09:00+08:00"))
        with pytest.raises(IntegrityError, match="三员互斥"), transaction.atomic():
            Membership.objects.filter(person=person, role=Role.REVIEWER).update(role=Role.AUDIT_ADMIN)

    def test_lets_a_clerk_become_administrator_after_the_last_day(
        self, opened: Grants, unit: Organisation, district: Area
    ) -> None:
        person = opened("mover", Role.CLERK, unit, district)
        Membership.objects.filter(person=person).update(valid_to=date(2024, 3, 1))
        Membership.objects.create(person=person, role=Role.AUDIT_ADMIN, organisation=unit, area=district,
                                  valid_from=date(2024, 3, 2))
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(person=person, role=Role.CLERK).update(valid_to=None)


class TestEndMembership:
    def test_reaches_nothing_from_that_moment(
        self, opened: Grants, secadmin: Person, unit: Organisation, at: datetime
    ) -> None:
        clerk = opened("clerk", Role.CLERK, unit, unit.area)
        membership = access.memberships(clerk)[0]
        actions.end_membership(membership=membership, on=at.date(), by=secadmin, at=at)
        assert access.reach(Person.objects.get(pk=clerk.pk)).nothing
        assert JournalEntry.objects.latest("number").verb == "membership.ended"
        with pytest.raises(actions.CannotEnd, match="已于2024-03-27终止"):
            actions.end_membership(membership=membership, on=at.date(), by=secadmin, at=at)

    @pytest.mark.parametrize("days", [-400, 1])
    def test_refuses_a_day_before_it_began_or_after_today(
        self, days: int, opened: Grants, secadmin: Person, unit: Organisation, at: datetime
    ) -> None:
        membership = access.memberships(opened("clerk", Role.CLERK, unit, unit.area))[0]
        with pytest.raises(actions.CannotEnd):
            actions.end_membership(membership=membership, on=at.date() + timedelta(days=days), by=secadmin, at=at)
