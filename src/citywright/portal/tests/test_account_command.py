"""The first people of a new home, from the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from citywright.kernel import access, areas
from citywright.kernel.models import JournalEntry, Membership, Person
from citywright.kernel.words import Role

pytestmark = pytest.mark.django_db
UNIT = ("--code", "370115-DSJ", "--name", "济阳区大数据局", "--short", "大数据局")


@pytest.fixture()
def first() -> str:
    """The three administrators of 济阳, as printed."""
    areas.load_areas(at=datetime(2024, 1, 2, tzinfo=UTC), within="370115")
    out = StringIO()
    call_command("account", "first", "--area", "370115", *UNIT, stdout=out)
    return out.getvalue()


class TestAccount:
    def test_first_opens_three_administrators_with_printed_passwords(self, first: str) -> None:
        assert {m.role for m in Membership.objects.all()} == {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
        password = first.splitlines()[0].split(": ")[1]
        assert Person.objects.get(username="sysadmin").check_password(password)

    def test_first_is_refused_a_second_time(self, first: str) -> None:
        with pytest.raises(CommandError):
            call_command("account", "first", "--area", "370115", *UNIT)
        assert Person.objects.count() == 3

    def test_the_administrators_open_grant_and_end(self, first: str) -> None:
        unit = ("--code", "370115-FGJ", "--name", "济阳区发展和改革局", "--short", "发改局")
        call_command("account", "unit", "--area", "370115", *unit, "--by", "sysadmin", stdout=StringIO())
        call_command("account", "open", "--who", "zhang", "--name", "张某", "--by", "sysadmin", stdout=StringIO())
        role = ("--who", "zhang", "--role", "office", "--unit", "370115-FGJ", "--by", "secadmin")
        call_command("account", "grant", "--area", "370115", *role, stdout=StringIO())
        assert access.holds(Person.objects.get(username="zhang"), Role.OFFICE)
        call_command("account", "end", *role, stdout=StringIO())
        assert not access.holds(Person.objects.get(username="zhang"), Role.OFFICE)
        assert JournalEntry.objects.filter(verb="membership.ended").exists()

    def test_the_system_administrator_cannot_grant(self, first: str) -> None:
        call_command("account", "open", "--who", "zhang", "--name", "张某", "--by", "sysadmin", stdout=StringIO())
        with pytest.raises(CommandError, match="没有权限"):
            call_command("account", "grant", "--area", "370115", "--who", "zhang", "--role", "office", "--unit",
                         "370115-DSJ", "--by", "sysadmin")
