"""People everybody knows, for the kernel's tests: built through the kernel's own actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from citywright.kernel import actions
from citywright.kernel.clock import CITY
from citywright.kernel.models import Area, Organisation, Person
from citywright.kernel.words import AreaLevel, Role

AT = datetime(2024, 3, 27, 9, 0, tzinfo=CITY)
DAY = date(2024, 1, 1)
PASSWORD = "citywright-kernel-9"

Grants = Callable[..., Person]


@pytest.fixture()
def at() -> datetime:
    return AT


@pytest.fixture()
def city(db: None) -> Area:
    """A city 990100 with two districts 990101 and 990102."""
    province = Area.objects.create(code="990000", path="99", name="示例省", level=AreaLevel.PROVINCE)
    city = Area.objects.create(code="990100", path="9901", name="示例市", level=AreaLevel.CITY, parent=province)
    for code, name in (("990101", "示例区"), ("990102", "邻区")):
        Area.objects.create(code=code, path=code, name=name, level=AreaLevel.COUNTY, parent=city)
    return city


@pytest.fixture()
def district(city: Area) -> Area:
    return Area.objects.get(code="990101")


@pytest.fixture()
def neighbour(city: Area) -> Area:
    return Area.objects.get(code="990102")


@pytest.fixture()
def secadmin(city: Area, at: datetime) -> Person:
    """The installation opens two administrators; from then on nothing is done without a name."""
    sysadmin = actions.open_account(username="sysadmin", full_name="系统员", password=PASSWORD, by=None, at=at)
    office = actions.found_organisation(
        code="DATA", name="示例市数据局", short_name="数据局", area=city, by=None, at=at
    )
    grant = {"organisation": office, "area": city, "valid_from": DAY, "by": None, "at": at}
    actions.grant(person=sysadmin, role=Role.SYSTEM_ADMIN, **grant)
    secadmin = actions.open_account(username="secadmin", full_name="安全员", password=PASSWORD, by=sysadmin, at=at)
    actions.grant(person=secadmin, role=Role.SECURITY_ADMIN, **grant)
    return secadmin


@pytest.fixture()
def sysadmin(secadmin: Person) -> Person:
    return Person.objects.get(username="sysadmin")


@pytest.fixture()
def unit(sysadmin: Person, district: Area, at: datetime) -> Organisation:
    return actions.found_organisation(
        code="TRANS", name="示例区交通局", short_name="交通局", area=district, by=sysadmin, at=at
    )


@pytest.fixture()
def other_unit(sysadmin: Person, district: Area, at: datetime) -> Organisation:
    return actions.found_organisation(
        code="WATER", name="示例区水务局", short_name="水务局", area=district, by=sysadmin, at=at
    )


@pytest.fixture()
def opened(sysadmin: Person, secadmin: Person, at: datetime) -> Grants:
    """opened("clerk", Role.CLERK, unit, area): a person with that role; without a role, a stranger."""

    def opened(username: str, role: Role | None = None, unit: Organisation | None = None,
               area: Area | None = None) -> Person:
        person = actions.open_account(
            username=username, full_name=f"{username}某", password=PASSWORD, by=sysadmin, at=at
        )
        if role and unit and area:
            actions.grant(person=person, role=role, organisation=unit, area=area, valid_from=DAY, by=secadmin, at=at)
        return person

    return opened


@pytest.fixture()
def media(tmp_path: Path, settings: pytest.FixtureRequest) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"
