"""Where the sample happens and who is in it: areas, units, people with their sign-ins. Every person is invented."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from citywright.kernel import actions, areas
from citywright.kernel.clock import CITY as CITY_TIME
from citywright.kernel.models import Area, Organisation, Person
from citywright.kernel.words import AreaLevel, Role

from . import PASSWORD
from .things import CITY, DISTRICT, NEIGHBOUR, OFFICES, PLACES, PROVINCE, UNITS, WINDOWS

FOUNDED = datetime(2021, 1, 4, 9, 0, tzinfo=CITY_TIME)
FROM = date(2021, 1, 4)
#: Surnames of the units' clerks and reviewers, one pair per unit.
CLERKS, REVIEWERS = "赵钱孙李周吴郑王冯陈褚卫蒋沈", "韩杨朱秦尤许何吕施张孔曹严华"
#: Who signs in with a name of their own: sign-in, name, role, unit, area.
NAMED: tuple[tuple[str, str, Role, str, str], ...] = (
    ("office", "林示例", Role.OFFICE, "990101-FGJ", DISTRICT),
    ("verifier", "高示例", Role.VERIFIER, "990101-SPJ", DISTRICT),
    ("leader", "郭示例", Role.LEADER, "990101-ZFB", DISTRICT),
    ("city", "梁示例", Role.CITY, "990100-FGW", CITY),
    ("stranger", "罗示例", Role.CLERK, "990102-ZJJ", NEIGHBOUR),
    ("auditadmin", "审示例", Role.AUDIT_ADMIN, "990101-DSJ", CITY),
    ("verifier-fgj", "唐示例", Role.VERIFIER, "990101-FGJ", DISTRICT),
    ("verifier-tjj", "冯示例", Role.VERIFIER, "990101-TJJ", DISTRICT),
    ("steward", "姜示例", Role.STEWARD, "990101-SPJ", DISTRICT),
    ("steward-two", "谢示例", Role.STEWARD, "990101-SPJ", DISTRICT),
    ("verifier-zgj", "宋示例", Role.VERIFIER, "990101-ZGJ", DISTRICT),
)


@dataclass
class Ground:
    """Areas by code, units by code, people by sign-in; `clerks` and `reviewers` by their unit's code."""

    areas: dict[str, Area] = field(default_factory=dict)
    units: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    clerks: dict[str, Person] = field(default_factory=dict)
    reviewers: dict[str, Person] = field(default_factory=dict)

    @property
    def district(self) -> Area:
        return self.areas[DISTRICT]

    @property
    def office(self) -> Person:
        return self.people["office"]


@contextmanager
def quick_passwords() -> Iterator[None]:
    """The sample's password is printed on the screen: its hashes need not take a third of a second each."""
    kept = PBKDF2PasswordHasher.iterations
    PBKDF2PasswordHasher.iterations = 1_000
    try:
        yield
    finally:
        PBKDF2PasswordHasher.iterations = kept


def lay() -> Ground:
    """Areas, units and people of the sample are there."""
    ground = Ground()
    lay_areas(ground)
    with quick_passwords():
        sysadmin = lay_administrators(ground)
        lay_units(ground, sysadmin)
        lay_people(ground, sysadmin)
    return ground


def lay_areas(ground: Ground) -> None:
    """示例省, 示例市, 示例区 with its streets, and a neighbour; a code table, not an act, so no journal line."""
    rows = [(PROVINCE, "示例省", AreaLevel.PROVINCE, ""), (CITY, "示例市", AreaLevel.CITY, PROVINCE),
            (DISTRICT, "示例区", AreaLevel.COUNTY, CITY), (NEIGHBOUR, "示例县", AreaLevel.COUNTY, CITY)]
    rows += [(code, name, AreaLevel.ZONE if name == "开发区" else AreaLevel.STREET, DISTRICT)
             for code, name in PLACES.items()]
    for code, name, level, parent in rows:
        ground.areas[code], _ = Area.objects.get_or_create(
            code=code, defaults={"path": areas.path_of(code), "name": name, "level": level,
                                 "parent": ground.areas.get(parent)})


def lay_administrators(ground: Ground) -> Person:
    """The three administrators, opened by the installation itself; the system administrator is returned."""
    opened = {name: actions.open_account(username=name, full_name=full, password=PASSWORD, by=None, at=FOUNDED,
                                         is_sample=True)
              for name, full in (("sysadmin", "邓示例"), ("secadmin", "傅示例"))}
    unit = actions.found_organisation(code="990101-DSJ", name="示例区大数据局", short_name="区大数据局",
                                      area=ground.district, by=None, at=FOUNDED, position=90, is_sample=True)
    for name, role in (("sysadmin", Role.SYSTEM_ADMIN), ("secadmin", Role.SECURITY_ADMIN)):
        actions.grant(person=opened[name], role=role, organisation=unit, area=ground.areas[CITY], valid_from=FROM,
                      by=None, at=FOUNDED)
    ground.people |= opened
    ground.units[unit.code] = unit
    return opened["sysadmin"]


def lay_units(ground: Ground, by: Person) -> None:
    """The units that report, the offices, one of the city and one of the neighbour."""
    rows = [(unit.code, unit.name, unit.short, DISTRICT) for unit in UNITS]
    rows += [(code, name, short, DISTRICT) for code, name, short in OFFICES if code not in ground.units]
    rows += [("990100-FGW", "示例市发展和改革委员会", "市发改委", CITY),
             ("990102-ZJJ", "示例县住房和城乡建设局", "县住建局", NEIGHBOUR)]
    for position, (code, name, short, area) in enumerate(rows, 1):
        ground.units[code] = actions.found_organisation(
            code=code, name=name, short_name=short, area=ground.areas[area], by=by, at=FOUNDED, position=position,
            is_sample=True)


def lay_people(ground: Ground, by: Person) -> None:
    """Those with a sign-in of their own, a clerk and a reviewer for each unit, a clerk at each other window."""
    for name, full, role, unit, area in NAMED:
        ground.people[name] = person(ground, by, name, full, role, unit, area)
    for unit_, clerk, reviewer in zip(UNITS, CLERKS, REVIEWERS, strict=True):
        tail = "" if unit_.short == "区住建局" else "-" + unit_.code.split("-")[1].lower()
        if tail == "-b":
            tail = "-" + unit_.code.split("-")[0]
        ground.clerks[unit_.code] = person(ground, by, f"clerk{tail}", f"{clerk}示例", Role.CLERK, unit_.code, DISTRICT)
        ground.reviewers[unit_.code] = person(ground, by, f"reviewer{tail}", f"{reviewer}示例", Role.REVIEWER,
                                              unit_.code, DISTRICT)
        ground.people |= {f"clerk{tail}": ground.clerks[unit_.code], f"reviewer{tail}": ground.reviewers[unit_.code]}
    for code, (name, full) in WINDOWS.items():
        ground.people[name] = ground.clerks[code] = person(ground, by, name, full, Role.CLERK, code, DISTRICT)


def person(ground: Ground, by: Person, username: str, full_name: str, role: Role, unit: str, area: str) -> Person:
    """An account with one membership."""
    opened = actions.open_account(username=username, full_name=full_name, password=PASSWORD, by=by, at=FOUNDED,
                                  is_sample=True)
    actions.grant(person=opened, role=role, organisation=ground.units[unit], area=ground.areas[area], valid_from=FROM,
                  by=ground.people["secadmin"], at=FOUNDED)
    return opened
