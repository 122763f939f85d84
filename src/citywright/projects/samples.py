"""Give me a project under construction: small data for tests, built by actions.

Everybody's people: the clerk, the office, the verifier, the city, the leader, and the stranger who must see nothing.
Called again in one test, each gives the same row. Area 990101 示例区; every act is told at AT unless said otherwise.
People and units are those of followup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from citywright.followup.samples import (
    AT,
    city,
    clerk,
    district,
    leader,
    office,
    person,
    reviewer,
    stranger,
    unit,
)
from citywright.kernel.clock import CITY
from citywright.kernel.models import Area, Organisation, Person
from citywright.kernel.words import Role

from .actions import gates, plans, projects, setup
from .models import Category, GatePassage, Project
from .queries import way
from .rules import gates as rules
from .rules.gates import evidence_of
from .words import FundingType, Gate, Stage, YearKind

__all__ = ["AT", "city", "clerk", "district", "leader", "office", "person", "reviewer", "stranger", "unit"]

#: The point of every sample project (longitude, latitude).
POINT = (116.99, 36.98)
#: The day of the first gate; the next ones follow 40 days apart, 达效 400 days after 投产.
FIRST_DAY = date(2021, 9, 1)
STEP = timedelta(days=40)

_numbers = count(1)
#: The unit by its short name, where `unit` is the one that was said.
_unit = unit


def verifier(of: Organisation | None = None) -> Person:
    """核验人员 of another unit over the district (发改局 when none is said)."""
    place = of or unit("发改局")
    return person(f"verifier-{place.code}", "赵核验", Role.VERIFIER, place, place.area)


def ground() -> Area:
    """The sample district with categories, templates, list definitions and presets laid."""
    place = district()
    setup.lay_ground(by=person("installer", "安装", None), at=AT)
    return place


def category(code: str = "industrial") -> Category:
    """A category of the ground, laid when it is not there yet."""
    return _category(code)


def _category(code: str) -> Category:
    found = Category.objects.filter(code=code).first()
    if found is None:
        ground()
        found = Category.objects.get(code=code)
    return found


def project(name: str = "", *, stage: Stage = Stage.IDEA, unit: Organisation | None = None,
            category: str = "industrial", funding: FundingType = FundingType.ENTERPRISE,
            total: Decimal | int = 20_000, kind: YearKind | None = None, year: int = 2024,
            plan_year: Decimal | int | None = None, months: Sequence[Decimal | int] | None = None,
            frozen: bool = True, days: Mapping[Gate, date] | None = None, area: Area | None = None,
            plan: Mapping[str, Any] | None = None, **fields: Any) -> Project:
    """A project of the unit (建设局 when none is said), taken up to `stage`, with a plan if `plan_year` is said.

    `days` sets event days of gates, `plan` further fields of the plan; other fields go to `adopt`. Amounts in 万元.
    """
    place = unit or _unit(area=area)
    by = clerk(place)
    longitude, latitude = POINT
    known: dict[str, Any] = {"total_investment": Decimal(total), "longitude": longitude, "latitude": latitude}
    row = projects.adopt(
        name=name or f"示例项目{next(_numbers)}", category=_category(category), area=place.area, lead_unit=place,
        funding_type=funding, by=by, at=AT, **(known | fields))
    pass_gates(row, upto=stage, days=days)
    if plan_year is not None:
        plan_of(row, year=year, kind=kind or YearKind.CONTINUE, invest_year=Decimal(plan_year), months=months,
                frozen=frozen, **dict(plan or {}))
    return row


def plan_of(row: Project, *, year: int = 2024, kind: YearKind = YearKind.CONTINUE, invest_year: Decimal | int = 12_000,
            months: Sequence[Decimal | int] | None = None, frozen: bool = True, **fields: Any) -> Any:
    """The project's plan of the year, frozen by the office unless said otherwise."""
    split = None if months is None else [Decimal(amount) for amount in months]
    made = plans.draft(project=row, year=year, kind=kind, invest_year=Decimal(invest_year), months=split,
                       by=clerk(row.lead_unit), at=AT, **fields)
    return plans.freeze(plans=[made], by=office(row.area), at=AT)[0] if frozen else made


def given(gate: Gate, row: Project, on: date) -> list[gates.Given]:
    """Everything the gate asks for, dated on a day."""
    at = datetime.combine(on, datetime.min.time().replace(hour=10), tzinfo=CITY)
    groups = evidence_of(gate, FundingType(row.funding_type))
    return [gates.Given(kind=group[0], note="示例照片", taken_at=at, longitude=row.longitude, latitude=row.latitude)
            if group[0] in gates.PHOTOS else
            gates.Given(kind=group[0], doc_no=f"示例〔{on.year}〕{position}号", issued_on=on)
            for position, group in enumerate(groups, 1)]


def claimed(row: Project, gate: Gate, on: date, at: datetime = AT) -> GatePassage:
    """The gate claimed by the unit's clerk (达效 by the office) with all its evidence."""
    by, place = (office(row.area), unit("项目办", row.area)) if gate is Gate.G7 else (clerk(row.lead_unit),
                                                                                  row.lead_unit)
    return gates.claim(project=row, gate=gate, event_on=on, evidence=given(gate, row, on), by=by, unit=place, at=at)


def passed(row: Project, gate: Gate, on: date, at: datetime = AT) -> GatePassage:
    """The gate claimed and verified."""
    place = unit("发改局", row.area)
    return gates.verify(passage=claimed(row, gate, on, at), by=verifier(place), unit=place, at=at)


def pass_gates(row: Project, *, upto: Stage, days: Mapping[Gate, date] | None = None) -> None:
    """Every gate of the project's way up to the stage is passed, on the given days or 40 days apart; not 入统."""
    day = FIRST_DAY
    for gate in rules.way_of(way.gates_of(row), Decimal(0)):
        reached = rules.stage_of(rules.RANK[gate])
        if list(Stage).index(reached) > list(Stage).index(upto):
            return
        if gate is Gate.G4P and upto is Stage.LANDED:
            return
        day = (days or {}).get(gate) or (day + timedelta(days=400) if gate is Gate.G7 else day + STEP)
        passed(row, gate, day)
