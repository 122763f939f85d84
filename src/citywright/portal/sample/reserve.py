"""The sample's reserve: how ripe it is, ideas that were given up, scores, rounds; and the plan adjusted once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from citywright.projects import samples
from citywright.projects.actions import exits, gates, plans, projects, reserve
from citywright.projects.models import AnnualPlan, Category, ScoreSheet, Submission, SubmissionRound
from citywright.projects.words import FundingType, Gate

from .diary import Act, Diary
from .figures import Row, rows
from .things import DISTRICT
from .way import VERIFIERS, at_nine

#: Maturity that projects of the reserve have reached, with the day; their plans of the year stay as they are.
RIPE: dict[int, tuple[tuple[Gate, date], ...]] = {
    1: ((Gate.G1A, date(2024, 1, 10)), (Gate.G1B, date(2024, 2, 22))),
    10: ((Gate.G1A, date(2023, 8, 21)), (Gate.G1B, date(2023, 11, 14)), (Gate.G1C, date(2024, 3, 5))),
    17: ((Gate.G1A, date(2024, 1, 23)),),
    32: ((Gate.G1A, date(2023, 12, 6)),),
    56: ((Gate.G1A, date(2023, 9, 12)), (Gate.G1B, date(2024, 1, 16))),
    97: ((Gate.G1A, date(2024, 2, 6)),),
}


class Idea(NamedTuple):
    """Something that was thought of and given up: days taken in and left, total in 万元."""

    number: int
    name: str
    unit: str
    category: str
    entered: date
    left: date
    why: str
    total: int


GIVEN_UP = (
    Idea(921, "河湾新材料中试基地", "990101-KFQ", "industrial", date(2023, 3, 14), date(2023, 8, 22),
         "用地指标无法落实", 26_000),
    Idea(922, "石桥冷链仓储中心", "990101-SWU", "services_built", date(2023, 4, 18), date(2023, 11, 7),
         "投资方调整布局", 18_000),
    Idea(923, "望岭研学营地", "990101-WLJ", "services_built", date(2023, 5, 9), date(2023, 12, 19),
         "规划条件不符", 6_400),
    Idea(924, "西郊社区公园", "990101-ZJJ", "livelihood", date(2023, 7, 4), date(2024, 1, 23),
         "并入片区更新统筹实施", 3_200),
    Idea(925, "柳泉应急物资库", "990101-MZJ", "livelihood", date(2023, 9, 12), date(2024, 2, 27),
         "资金渠道未落实", 4_500),
    Idea(926, "北岗雨污分流二期", "990101-SWJ", "infrastructure", date(2023, 10, 17), date(2024, 3, 12),
         "与上级项目重复", 9_800),
)
#: The sheet of the district: item, weight of the first and second version; every item is judged out of 100.
ITEMS = (("产业契合度", 25, 20), ("要素保障", 20, 25), ("投资强度与效益", 25, 25), ("前期深度", 15, 20),
         ("环境影响", 15, 10))
#: Who scores which projects, and how high; the numbers differ a little from person to person.
SCORERS = ("office", "verifier-fgj", "leader")
SCORED = {1: 88, 10: 82, 17: 88, 32: 71, 56: 76, 97: 79, 98: 68}
#: What becomes of each project handed in to the district's round, and to the city's.
DISTRICT_FATES = {1: "accept", 10: "accept", 17: "again", 32: "return", 56: "accept", 97: "wait", 98: "wait",
                  108: "return"}
CITY_FATES = {1: "accept", 10: "forward", 56: "wait"}
#: Two continuing projects whose finish moves by some months, without any change of money.
MOVED = 2


def note_reserve(diary: Diary) -> None:
    """The whole of it, in the order in which it happens."""
    by_number = {row.number: row for row in rows()}
    for number, walked in RIPE.items():
        for gate, day in walked:
            kept: dict[str, Any] = {}
            diary.note(at_nine(day, number), claiming(diary, by_number[number], gate, day, kept))
            diary.note(at_nine(day + timedelta(days=1), number), verifying(diary, gate, kept))
    categories = {category.code: category for category in Category.objects.all()}
    for idea in GIVEN_UP:
        diary.note(at_nine(idea.entered, idea.number), adopting(diary, idea, categories[idea.category]))
        diary.note(at_nine(idea.left, idea.number), leaving(diary, idea))
    note_scores(diary)
    note_rounds(diary, by_number)
    diary.note(at_nine(date(2024, 3, 11), 40), adjusting(diary))


def claiming(diary: Diary, row: Row, gate: Gate, day: date, kept: dict[str, Any]) -> Act:
    """The unit's clerk claims that the document is there."""
    def act(at: datetime) -> None:
        ground, project = diary.ground, diary.projects[row.number]
        number = f"示例〔{day.year}〕{row.number}号"
        papers = [replace(piece, doc_no=number) for piece in samples.given(gate, project, day)]
        kept["passage"] = gates.claim(project=project, gate=gate, event_on=day, evidence=papers, at=at,
                                      by=ground.clerks[row.unit.code], unit=ground.units[row.unit.code])
    return act


def verifying(diary: Diary, gate: Gate, kept: dict[str, Any]) -> Act:
    """发改 verifies it."""
    def act(at: datetime) -> None:
        person, unit = VERIFIERS.get(gate, VERIFIERS[Gate.G1])
        gates.verify(passage=kept["passage"], by=diary.ground.people[person], unit=diary.ground.units[unit], at=at)
    return act


def adopting(diary: Diary, idea: Idea, category: Category) -> Act:
    """An idea is taken in."""
    def act(at: datetime) -> None:
        ground = diary.ground
        diary.projects[idea.number] = projects.adopt(
            name=idea.name, category=category, area=ground.district, lead_unit=ground.units[idea.unit], at=at,
            funding_type=FundingType.GOVERNMENT, by=ground.clerks[idea.unit], total_investment=Decimal(idea.total),
            code=f"{DISTRICT}-{at.year}-{idea.number:04d}", is_sample=True)
    return act


def leaving(diary: Diary, idea: Idea) -> Act:
    """It is given up."""
    def act(at: datetime) -> None:
        exits.drop(project=diary.projects[idea.number], reason=idea.why, on=at.date(), by=diary.ground.office, at=at)
    return act


def note_scores(diary: Diary) -> None:
    """Two versions of the sheet; three people score seven projects on the second, one of them thinks again."""
    kept: list[ScoreSheet] = []
    for day, version in ((date(2024, 1, 30), 1), (date(2024, 2, 26), 2)):
        def setting(at: datetime, version: int = version) -> None:
            items = [{"name": item[0], "weight": item[version], "best": 100} for item in ITEMS]
            kept.append(reserve.set_sheet(area=diary.ground.district, items=items, by=diary.ground.office, at=at))
        diary.note(at_nine(day, 5), setting)
    for place, scorer in enumerate(SCORERS):
        for number, high in SCORED.items():
            if (number + place) % 5 != 4:
                diary.note(at_nine(date(2024, 3, 6 + place), number), scoring(diary, kept, scorer, number, high, place))
    diary.note(at_nine(date(2024, 3, 14), 9), scoring(diary, kept, "office", 97, 83, 0))


def scoring(diary: Diary, kept: list[ScoreSheet], scorer: str, number: int, high: int, place: int) -> Act:
    """One person's points for one project."""
    def act(at: datetime) -> None:
        sheet = kept[-1]
        points = {item["code"]: Decimal(high + (n * 3 + place * 2) % 7 - 3) for n, item in enumerate(sheet.items)}
        reserve.score(sheet=sheet, project=diary.projects[number], points=points, at=at,
                      by=diary.ground.people[scorer], note="前期深度还要加强（示例）" if high < 75 else "")
    return act


def note_rounds(diary: Diary, by_number: dict[int, Row]) -> None:
    """The district's round with acceptances and returns, and the city's round behind it."""
    for person, area, name, opened, closes, quota, fates in (
            ("office", DISTRICT, "2024年第一批储备项目提报", date(2024, 2, 19), date(2024, 4, 12), 1, DISTRICT_FATES),
            ("city", "990100", "2024年上半年市级储备项目提报", date(2024, 3, 4), date(2024, 4, 30), None, CITY_FATES)):
        kept: dict[str, SubmissionRound] = {}

        def opening(at: datetime, kept: dict[str, SubmissionRound] = kept, person: str = person, area: str = area,
                    name: str = name, closes: date = closes, quota: int | None = quota) -> None:
            kept["round"] = reserve.open_round(
                area=diary.ground.areas[area], name=name, opens_on=at.date(), closes_on=closes, quota=quota,
                by=diary.ground.people[person], at=at)
        diary.note(at_nine(opened, 1), opening)
        for number, fate in fates.items():
            note_submission(diary, kept, by_number[number], fate, person, opened)


def note_submission(diary: Diary, kept: dict[str, SubmissionRound], row: Row, fate: str, person: str,
                    opened: date) -> None:
    """One project is handed in, and what becomes of it."""
    held: list[Submission] = []
    ground = diary.ground

    def submitting(at: datetime) -> None:
        held.append(reserve.submit(round=kept["round"], project=diary.projects[row.number], at=at,
                                   by=ground.clerks[row.unit.code]))

    def returning(at: datetime) -> None:
        reserve.send_back(submission=held[-1], by=ground.office, at=at,
                          reason="选址意向和资金筹措不够具体，请补充（示例）")

    def forwarding(at: datetime) -> None:
        reserve.forward(submission=held[-1], by=ground.office, at=at)

    def accepting(at: datetime) -> None:
        reserve.accept(submission=held[-1], by=ground.people[person], at=at)

    later = [(3, submitting)]
    if fate in ("return", "again"):
        later.append((8, returning))
    if fate == "again":
        later.append((12, submitting))
    if person == "city" and fate in ("forward", "accept"):
        later.append((9, forwarding))
    if fate == "accept":
        later.append((15, accepting))
    for days, act in later:
        diary.note(at_nine(opened + timedelta(days=days), row.number), act)


def adjusting(diary: Diary) -> Act:
    """The finish of two projects moves; the plan has its second version, its money is what it was."""
    def act(at: datetime) -> None:
        found = (AnnualPlan.objects.filter(year=2024, in_force=True, kind="continue", planned_finish__year=2026)
                 .select_related("project__area", "project__lead_unit").prefetch_related("months")
                 .order_by("project__code")[:MOVED])
        changes = [plans.Change(
            plan, plan.invest_year, [month.invest for month in plan.months.all()],
            targets=[month.physical_target for month in plan.months.all()],
            fields={"planned_finish": plan.planned_finish.replace(month=10)}) for plan in found if plan.planned_finish]
        plans.adjust(changes=changes, doc_no="示例重点办〔2024〕5号", reason="管线迁改影响工期，竣工时间顺延（示例）",
                     by=diary.ground.office, at=at)
    return act
