"""./citywright account first | unit | open | grant | end: who works here, from the command line.

A new home has nobody: `first` opens the three administrators, who exclude one another. Everything after that is done
in the name of one of them. Passwords are made here, printed once, and changed at the first sign-in.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from citywright.kernel import actions, areas, clock
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Membership, Organisation, Person
from citywright.kernel.words import Role

#: The security administrator comes last: as soon as there is one, only that person grants.
FIRST = (("sysadmin", "系统管理员", Role.SYSTEM_ADMIN), ("auditadmin", "审计管理员", Role.AUDIT_ADMIN),
         ("secadmin", "安全管理员", Role.SECURITY_ADMIN))


class Command(BaseCommand):
    """Opens accounts and grants roles; a refusal ends the run with its words, and nothing is half done."""

    help = "开户、设单位、授权 / accounts, units, roles"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        first = acts.add_parser("first", help="新系统的三员 / the three administrators of a new home")
        unit = acts.add_parser("unit", help="设单位 / found a unit")
        opened = acts.add_parser("open", help="开户 / open an account")
        grant = acts.add_parser("grant", help="授权 / grant a role")
        end = acts.add_parser("end", help="终止授权 / end a role")
        for sub in (first, unit, grant):
            sub.add_argument("--area", required=True, help="区划代码，如 370115 / area code")
        for sub in (unit, opened, grant, end):
            sub.add_argument("--by", required=True, help="谁来办：登录名 / in whose name")
        for sub in (first, unit):
            sub.add_argument("--code", required=True, help="单位代码 / the unit's code")
            sub.add_argument("--name", required=True, help="单位全称 / the unit's full name")
            sub.add_argument("--short", required=True, help="单位简称 / the unit's short name")
        for sub in (opened, grant, end):
            sub.add_argument("--who", required=True, help="登录名 / sign-in name")
        opened.add_argument("--name", required=True, help="姓名 / full name")
        for sub in (grant, end):
            sub.add_argument("--role", required=True, choices=[role.value for role in Role])
            sub.add_argument("--unit", required=True, help="单位代码 / the unit's code")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        try:
            with transaction.atomic():
                getattr(self, act)(options)
        except Refusal as refused:
            raise CommandError(str(refused)) from refused

    def first(self, given: dict[str, Any]) -> None:
        """The unit and its three administrators are there, each with a password of its own."""
        at, area = clock.now(), areas.area_of(given["area"])
        made = [(self.account(name, full, None), role) for name, full, role in FIRST]
        unit = actions.found_organisation(code=given["code"], name=given["name"], short_name=given["short"], area=area,
                                          by=None, at=at)
        for person, role in made:
            actions.grant(person=person, role=role, organisation=unit, area=area, valid_from=clock.day_of(at), by=None,
                          at=at)

    def unit(self, given: dict[str, Any]) -> None:
        """One more unit."""
        unit = actions.found_organisation(code=given["code"], name=given["name"], short_name=given["short"],
                                          area=areas.area_of(given["area"]), by=person(given["by"]), at=clock.now())
        self.stdout.write(f"{unit.code} {unit.name}")

    def open(self, given: dict[str, Any]) -> None:
        """One more account."""
        self.account(given["who"], given["name"], person(given["by"]))

    def grant(self, given: dict[str, Any]) -> None:
        """A role from today."""
        today: date = clock.day_of(clock.now())
        held = actions.grant(person=person(given["who"]), role=Role(given["role"]), organisation=unit_of(given["unit"]),
                             area=areas.area_of(given["area"]), valid_from=today, by=person(given["by"]),
                             at=clock.now())
        self.stdout.write(f"{held.person} {Role(held.role).zh} {held.organisation} {held.area} {today}")

    def end(self, given: dict[str, Any]) -> None:
        """The role ends today."""
        held = Membership.objects.filter(person=person(given["who"]), role=given["role"], valid_to__isnull=True,
                                         organisation=unit_of(given["unit"])).first()
        if held is None:
            raise CommandError(f"{given['who']} 没有这一授权")
        actions.end_membership(membership=held, on=clock.day_of(clock.now()), by=person(given["by"]), at=clock.now())

    def account(self, username: str, full_name: str, by: Person | None) -> Person:
        """An account with a password made here and printed once."""
        password = secrets.token_urlsafe(12)
        opened = actions.open_account(username=username, full_name=full_name, password=password, by=by, at=clock.now())
        self.stdout.write(f"{username:<12} {full_name}  口令 password: {password}")
        return opened


def person(username: str) -> Person:
    """Who signs in under that name."""
    found = Person.objects.filter(username=username).first()
    if found is None:
        raise CommandError(f"没有登录名 {username}")
    return found


def unit_of(code: str) -> Organisation:
    """The unit with that code."""
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise CommandError(f"没有单位 {code}")
    return found
