"""The sample's plans of each year, and the money agreed and arrived."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from citywright.projects.actions import plans
from citywright.projects.models import AnnualPlan, FundSource
from citywright.projects.words import FundingType, FundKind, YearKind

from .diary import Act, Diary
from .figures import Row, YearFigures, rows
from .way import at_nine

#: Sources by funding type, each with its share of the year's plan.
SOURCES: dict[FundingType, tuple[tuple[FundKind, int], ...]] = {
    FundingType.ENTERPRISE: ((FundKind.SELF, 60), (FundKind.LOAN, 40)),
    FundingType.GOVERNMENT: ((FundKind.FISCAL, 40), (FundKind.SPECIAL_BOND, 60)),
    FundingType.PPP: ((FundKind.SELF, 70), (FundKind.FISCAL, 30)),
}


def note_plans(diary: Diary) -> None:
    """Each year's plan is drafted by the units in January (or when works begin) and frozen by the office."""
    for year in (2021, 2022, 2023, 2024):
        kept: list[AnnualPlan] = []
        drafting_day = date(2021, 4, 2) if year == 2021 else date(year, 1, 8)
        later: list[tuple[Row, YearFigures]] = []
        for row in rows():
            figures = next((f for f in row.years if f.year == year), None)
            if figures is None:
                continue
            begun = row.started_on and row.started_on.year == year and year < 2024
            if begun:
                later.append((row, figures))
            else:
                diary.note(at_nine(drafting_day, row.number), drafting(diary, row, figures, kept))
        diary.note(at_nine(date(year, 4, 12) if year == 2021 else date(year, 1, 12)), freezing(diary, kept))
        for row, figures in later:
            late: list[AnnualPlan] = []
            assert row.started_on is not None
            diary.note(at_nine(row.started_on, 2), drafting(diary, row, figures, late))
            diary.note(at_nine(row.started_on, 50), freezing(diary, late))


def drafting(diary: Diary, row: Row, figures: YearFigures, kept: list[AnnualPlan]) -> Act:
    """The unit's clerk drafts the year's plan with its months."""
    def act(at: datetime) -> None:
        kept.append(plans.draft(
            project=diary.projects[row.number], year=figures.year, kind=figures.kind, at=at,
            by=diary.ground.clerks[row.unit.code], invest_year=Decimal(figures.invest),
            months=[Decimal(month) for month in figures.months], done_before=Decimal(figures.done_before),
            planned_start=row.planned_start, planned_finish=row.planned_finish, goal=goal(figures.kind)))
    return act


def goal(kind: YearKind) -> str:
    """What the year is to show."""
    return {YearKind.NEW_START: "开工建设，完成基础", YearKind.CONTINUE: "主体工程推进", YearKind.FINISH: "竣工验收",
            YearKind.PREPARATORY: "完成前期手续"}[kind]


def freezing(diary: Diary, kept: list[AnnualPlan]) -> Act:
    """The office freezes what was drafted."""
    def act(at: datetime) -> None:
        if kept:
            plans.freeze(plans=kept, by=diary.ground.office, at=at, approved_doc=f"示例重点办〔{at.year}〕2号")
    return act


def note_funds(diary: Diary) -> None:
    """Every started project and every start of the quarter has sources; most have arrived, some are short."""
    for row in rows():
        if row.started_on is None and "QST" not in row.lists:
            continue
        chance = Random(f"funds {row.number}")
        arrived = arrival_of(chance)
        for n, (kind, share) in enumerate(SOURCES[row.thing.funding]):
            agreed = Decimal(row.plan * share // 100)
            bond = kind == FundKind.SPECIAL_BOND
            day = date(2024, 2, 6 + row.number % 18) if n == 0 or bond else date(
                2024, 3, 4 + row.number % 18)
            due = date(2024, 1, 20) if bond else day + timedelta(days=2)
            kept: list[FundSource] = []
            diary.note(at_nine(date(2024, 1, 16), row.number + n), agreeing(diary, row, kind, agreed, due, kept))
            money = (agreed * Decimal(round(arrived * 100)) / 100).quantize(Decimal(1))
            diary.note(at_nine(day, row.number), arriving(diary, row, money, kept))


def arrival_of(chance: Random) -> float:
    """Share of what is due that arrived: nine in ten all of it, some three quarters, a few a third."""
    throw = chance.random()
    return chance.uniform(0.25, 0.6) if throw < 0.05 else chance.uniform(0.72, 0.95) if throw < 0.15 else 1.0


def agreeing(diary: Diary, row: Row, kind: FundKind, agreed: Decimal, due: date,
             kept: list[FundSource]) -> Act:
    """One source is agreed."""
    def act(at: datetime) -> None:
        kept.append(plans.agree_fund(project=diary.projects[row.number], kind=kind, agreed=agreed, due_on=due,
                                     by=diary.ground.clerks[row.unit.code], at=at, note="2024年度"))
    return act


def arriving(diary: Diary, row: Row, money: Decimal, kept: list[FundSource]) -> Act:
    """Its money arrives; four fifths are paid on."""
    def act(at: datetime) -> None:
        plans.record_arrival(source=kept[0], arrived_on=at.date(), arrived=money, at=at,
                             paid=(money * 4 / 5).quantize(Decimal(1)), by=diary.ground.clerks[row.unit.code])
    return act
