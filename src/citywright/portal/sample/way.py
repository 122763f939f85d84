"""The sample's projects walk their way: taken in, through the gates, on lists, with those who answer for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from citywright.kernel.clock import CITY
from citywright.projects import samples
from citywright.projects.actions import exits, gates, lists, projects
from citywright.projects.models import Category, ListDefinition
from citywright.projects.words import FundingType, Gate, Origin, ResponsibleRole, YearKind

from .days import Passed, passages
from .diary import Act, Diary
from .figures import Row, rows
from .things import CORNERS, DISTRICT

#: Where each corner lies (longitude, latitude): a made-up district round one point.
POINTS = {corner: (117.10 + 0.03 * (i % 4), 36.90 + 0.03 * (i // 4)) for i, (corner, _) in enumerate(CORNERS)}
#: Who verifies each gate, and in whose name; 行政审批局 the others.
VERIFIERS = {Gate.G1: ("verifier-fgj", "990101-FGJ"), Gate.G1A: ("verifier-fgj", "990101-FGJ"),
             Gate.G3: ("verifier-zgj", "990101-ZGJ"),
             Gate.G4C: ("verifier-fgj", "990101-FGJ"), Gate.G4: ("verifier-fgj", "990101-FGJ"),
             Gate.G4S: ("verifier-tjj", "990101-TJJ")}
APPROVALS = ("verifier", "990101-SPJ")
LEADERS = ("示例甲", "示例乙", "示例丙", "示例丁", "示例戊", "示例己")
#: Day each list of 2024 was issued, with its number.
ISSUED = {"KEY-D": (date(2024, 1, 15), "示例政发〔2024〕3号"), "NEW": (date(2024, 1, 15), ""),
          "CON": (date(2024, 1, 15), ""), "FIN": (date(2024, 1, 15), ""),
          "QST": (date(2024, 1, 19), "示例重点办〔2024〕1号"), "LND0": (date(2024, 1, 18), "示例审批〔2024〕2号"),
          "FIN0": (date(2024, 1, 18), "示例审批〔2024〕2号")}


def at_nine(day: date, minute: int = 0) -> datetime:
    """A moment of the morning."""
    return datetime.combine(day, time(9, minute % 60), CITY)


def fields_of(row: Row) -> dict[str, Any]:
    """Everything `adopt` takes besides the named."""
    chance = Random(f"fields {row.number}")
    corner = next((c for c, _ in CORNERS if row.name.startswith(c)), CORNERS[0][0])
    east, north = POINTS[corner]
    own = row.thing.funding == FundingType.ENTERPRISE
    land = Decimal(max(round(row.total / chance.uniform(220, 420)), 3))
    owner = f"示例{row.name[:4]}实业有限公司（示例）" if own else f"示例区{corner}建设发展公司（示例）"
    return {
        "industry_code": row.thing.industry, "nature": row.thing.nature, "owner_name": owner, "is_sample": True,
        "origin": Origin.LEAD if own else Origin.PLAN, "location": f"{corner}片区（示意）",
        "longitude": round(east + chance.uniform(-0.012, 0.012), 5), "latitude": round(
            north + chance.uniform(-0.012, 0.012), 5),
        "total_investment": Decimal(row.total), "fixed_investment": Decimal(round(row.total * 0.86)),
        "land_mu": land, "floor_area": land * Decimal(chance.randrange(500, 900)),
        "summary": f"用地约{land}亩，建设{row.thing.name}及配套设施（示例）。",
        "planned_output": Decimal(round(row.total * 1.4)) if own else None,
        "planned_tax": Decimal(round(row.total * 0.06)) if own else None,
        "planned_jobs": chance.randrange(20, 900) if own else None,
        "build_from": date(row.planned_start.year, 1, 1), "build_to": date(row.planned_finish.year, 12, 1),
    }


def note_way(diary: Diary) -> None:
    """Every leaf is adopted, claims its gates, and is entrusted to people."""
    categories = {category.code: category for category in Category.objects.all()}
    for row in rows():
        walked = passages(row)
        begun = walked[0].claimed_at if walked else at_nine(date(2023, 11, 6))
        diary.note(begun - timedelta(minutes=3), adopting(diary, row, categories[row.thing.category]))
        for passed in walked:
            kept: dict[str, Any] = {}
            diary.note(passed.claimed_at, claiming(diary, row, passed, kept))
            if passed.verified_at:
                diary.note(passed.verified_at, verifying(diary, passed, kept))
        diary.note(begun + timedelta(minutes=1), entrusting(diary, row))


def adopting(diary: Diary, row: Row, category: Category) -> Act:
    """The unit's clerk takes the project in."""
    def act(at: datetime) -> None:
        ground = diary.ground
        diary.projects[row.number] = projects.adopt(
            name=row.name, category=category, area=ground.areas[row.place], lead_unit=ground.units[row.unit.code],
            funding_type=row.thing.funding, by=ground.clerks[row.unit.code], at=at,
            code=f"{DISTRICT}-{at.year}-{row.number:04d}", **fields_of(row))
    return act


def claiming(diary: Diary, row: Row, passed: Passed, kept: dict[str, Any]) -> Act:
    """The unit's clerk claims the gate with what the gate asks for."""
    def act(at: datetime) -> None:
        ground, project = diary.ground, diary.projects[row.number]
        kept["passage"] = gates.claim(
            project=project, gate=passed.gate, event_on=passed.on, evidence=evidence(diary, row, passed),
            by=ground.clerks[row.unit.code], unit=ground.units[row.unit.code], at=at)
    return act


def evidence(diary: Diary, row: Row, passed: Passed) -> list[gates.Given]:
    """One numbered document for each group the gate asks for; photos stand at the project's point."""
    given = samples.given(passed.gate, diary.projects[row.number], passed.on)
    return [replace(piece, doc_no=f"示例〔{passed.on.year}〕{row.number * 10 + n}号") for n, piece in enumerate(given)]


def verifying(diary: Diary, passed: Passed, kept: dict[str, Any]) -> Act:
    """The department verifies the claim."""
    def act(at: datetime) -> None:
        person, unit = VERIFIERS.get(passed.gate, APPROVALS)
        gates.verify(passage=kept["passage"], by=diary.ground.people[person], unit=diary.ground.units[unit], at=at)
    return act


def entrusting(diary: Diary, row: Row) -> Act:
    """A leader, a chief and a contact answer for the project."""
    def act(at: datetime) -> None:
        project, by = diary.projects[row.number], diary.ground.clerks[row.unit.code]
        for role, name in ((ResponsibleRole.LEADER, LEADERS[row.number % 6]),
                           (ResponsibleRole.CHIEF, by.full_name),
                           (ResponsibleRole.STEWARD, LEADERS[(row.number + 3) % 6])):
            projects.entrust(project=project, role=role, name=name, from_on=at.date(), by=by, at=at)
    return act


def note_lists(diary: Diary) -> None:
    """The lists of 2024 are issued; what was taken in later is entered by a second issue."""
    definitions = {definition.code: definition for definition in ListDefinition.objects.all()}
    for code, (day, doc_no) in ISSUED.items():
        diary.note(at_nine(day, 30), issuing(diary, definitions[code], day, doc_no))


def issuing(diary: Diary, definition: ListDefinition, day: date, doc_no: str) -> Act:
    """One list with the projects that the figures put on it."""
    def act(at: datetime) -> None:
        wanted = [diary.projects[row.number] for row in rows() if definition.code in row.lists]
        lists.issue(definition=definition, area=diary.ground.district, year=2024, projects=wanted,
                    by=diary.ground.office, at=at, issued_on=day, doc_no=doc_no,
                    event_on=day if definition.code == "QST" else None)
    return act


def note_exits(diary: Diary) -> None:
    """Two projects wait, two others left before the year's list, and two packages stand over their parts."""
    waiting = [row for row in rows() if row.kind == YearKind.CONTINUE][5:40:20]
    for row, cause in zip(waiting, ("用地手续调整，暂停施工", "投资方资金安排调整"), strict=True):
        def suspending(at: datetime, number: int = row.number, cause: str = cause) -> None:
            exits.suspend(project=diary.projects[number], reason=cause, on=at.date(), by=diary.ground.office, at=at)
        diary.note(at_nine(date(2024, 2, 26), row.number), suspending)
    categories = {category.code: category for category in Category.objects.all()}
    for number, name, unit, code in ((901, "石桥仓储中转场", "990101-SWU", "services_built"),
                                     (902, "西郊建材交易市场", "990101-KFQ", "industrial")):
        diary.note(at_nine(date(2022, 5, 9), number), arriving_late(diary, number, name, unit, categories[code]))
        diary.note(at_nine(date(2023, 6, 13), number), leaving(diary, number))
    for number, name, unit, code, word in (
            (911, "农村公路提升工程（打包）", "990101-JTJ", "infrastructure", "农村公路提升"),
            (912, "老旧小区改造工程（打包）", "990101-ZJJ", "renewal", "老旧小区改造")):
        diary.note(at_nine(date(2024, 1, 14), number),
                   packing(diary, number, name, unit, categories[code], word))


def arriving_late(diary: Diary, number: int, name: str, unit: str, category: Category) -> Act:
    """A project beside the figures is taken in."""
    def act(at: datetime) -> None:
        ground = diary.ground
        diary.projects[number] = projects.adopt(
            name=name, category=category, area=ground.district, lead_unit=ground.units[unit], at=at,
            funding_type=FundingType.ENTERPRISE, by=ground.clerks[unit], total_investment=Decimal(8600),
            code=f"{DISTRICT}-{at.year}-{number:04d}", is_sample=True)
    return act


def leaving(diary: Diary, number: int) -> Act:
    """The project is dropped."""
    def act(at: datetime) -> None:
        exits.drop(project=diary.projects[number], reason="投资方放弃投资", on=at.date(), by=diary.ground.office, at=at)
    return act


def packing(diary: Diary, number: int, name: str, unit: str, category: Category,
            word: str) -> Act:
    """A package over the parts whose names hold the word; its total is theirs."""
    def act(at: datetime) -> None:
        ground = diary.ground
        parts = [diary.projects[row.number] for row in rows() if word in row.name and row.unit.code == unit]
        package = projects.adopt(
            name=name, category=category, area=ground.district, lead_unit=ground.units[unit], at=at,
            funding_type=FundingType.GOVERNMENT, by=ground.clerks[unit], code=f"{DISTRICT}-{at.year}-{number:04d}",
            total_investment=sum((part.total_investment for part in parts), Decimal(0)), is_sample=True)
        projects.pack(package=package, parts=parts, by=ground.office, at=at)
    return act
