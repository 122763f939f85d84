"""Give me a published month: rows of the monthly table as the ledger would tell them, and people who read them.

The columns are those of the published table; `row` fills what a test does not say. Area 990101 示例区.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from citywright.kernel import periods
from citywright.kernel.clock import CITY
from citywright.kernel.models import Area, Membership, Organisation, Person
from citywright.kernel.words import AreaLevel, Role
from citywright.lake import store

from ..queries.reading import day_number

AT = datetime(2024, 3, 27, 9, 0, tzinfo=CITY)
MARCH, FEBRUARY, LAST_MARCH = date(2024, 3, 1), date(2024, 2, 1), date(2023, 3, 1)
TEXT, DAY, FEN, YES, COUNT = pa.string(), pa.int32(), pa.int64(), pa.bool_(), pa.int32()
TEXTS = ("project", "name", "area", "area_path", "district", "unit", "unit_name", "category", "category_name",
         "funding", "year_kind", "report_step", "lamp_shown")
DAYS = ("planned_start_day", "planned_finish_day", "planned_production_day", "g1_day", "g2_day", "g3_day", "g4c_day",
        "g4p_day", "g4_day", "g4s_day", "g5_day", "g6_day", "g7_day")
MONEY = ("plan_year_fen", "next_plan_fen", "scheduled_fen", "done_month_fen", "done_year_fen", "done_total_fen",
         "statistics_year_fen", "total_fen", "agreed_fen", "arrived_fen")
TRUTHS = ("g4_claimed", "land0_ok", "fin0_ok", "report_sent", "report_on_time", "report_returned", "stat_gap_listed",
          "on_reserve")
COUNTS = ("issues_due", "issues_ok", "issues_closed", "issues_reopened")
MONTHS = store.Table("project_month", "One row per project and month.", pa.schema([
    *((name, TEXT) for name in TEXTS), ("period", pa.date32()), ("period_end_day", DAY), ("year", pa.int16()),
    ("month", pa.int8()), *((name, DAY) for name in DAYS), *((name, FEN) for name in MONEY),
    *((name, YES) for name in TRUTHS), *((name, COUNT) for name in COUNTS)]))
YI = 10**10


def day(text: str) -> int:
    """A day as the lake keeps it."""
    return day_number(date.fromisoformat(text))


def row(number: int, period: date = MARCH, **told: Any) -> dict[str, Any]:
    """One project in one month; nothing is claimed of it but what is told. `unit` is 1 or 2."""
    unit = told.pop("unit", 1)
    plain: dict[str, Any] = dict.fromkeys((*DAYS, *MONEY), None) | dict.fromkeys(TRUTHS, False)
    plain |= dict.fromkeys(COUNTS, 0) | {
        "project": f"990101-2024-{number:04d}", "name": f"示例项目{number}", "area": "990101", "area_path": "990101",
        "district": "990101", "unit": f"990101-{unit:04d}", "unit_name": f"单位{unit}", "category": "industrial",
        "category_name": "产业", "funding": "enterprise", "year_kind": "continue", "report_step": "", "lamp_shown": "",
        "period": period, "period_end_day": day_number(periods.last_of(period)), "year": period.year,
        "month": period.month, "total_fen": YI}
    return plain | told


def publish(rows: Sequence[dict[str, Any]], as_of: date = date(2024, 3, 27)) -> None:
    """These rows lie in the lake, a file for each year; what was published before is replaced."""
    for year in sorted({one["year"] for one in rows}):
        mine = [one for one in rows if one["year"] == year]
        store.publish(MONTHS, {name: [one[name] for one in mine] for name in MONTHS.schema.names},
                      partition=f"area=990101.year={year}", as_of=as_of, source=f"{len(mine)}")


# --- people -------------------------------------------------------------------------------------------------------

def district(code: str = "990101", name: str = "示例区") -> Area:
    """The sample district below 示例市."""
    city = Area.objects.get_or_create(code="990100", defaults={
        "path": "9901", "name": "示例市", "level": AreaLevel.CITY})[0]
    return Area.objects.get_or_create(code=code, defaults={
        "path": code, "name": name, "level": AreaLevel.COUNTY, "parent": city})[0]


def unit(number: int = 1, area: Area | None = None) -> Organisation:
    """A unit of the district by the number its rows carry."""
    place = area or district()
    return Organisation.objects.get_or_create(code=f"{place.code}-{number:04d}", defaults={
        "name": f"示例单位{number}", "short_name": f"单位{number}", "area": place})[0]


def person(name: str, role: Role | None, number: int = 1, area: Area | None = None) -> Person:
    """Somebody with one post."""
    place = area or district()
    found, new = Person.objects.get_or_create(username=name, defaults={"full_name": name})
    if new and role is not None:
        Membership.objects.create(person=found, role=role, organisation=unit(number, place), area=place,
                                  valid_from=date(2020, 1, 1))
    return found


def office() -> Person:
    """区项目办."""
    return person("office", Role.OFFICE, 9)


def leader() -> Person:
    """领导."""
    return person("leader", Role.LEADER, 8)


def clerk(number: int = 1) -> Person:
    """填报员 of a unit."""
    return person(f"clerk-{number}", Role.CLERK, number)


def neighbour() -> Person:
    """区项目办 of another district."""
    return person("neighbour", Role.OFFICE, 9, district("990102", "邻区"))
