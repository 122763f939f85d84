"""The sample's campaigns and peer reviews: the year's theme with its four headings, tasks, a review that was held.

The four headings are as published; lists, targets, checks and scores under them are invented and marked 示例.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from random import Random
from typing import Any

from citywright.followup.actions import tasks
from citywright.followup.words import LimitKind, LoopName
from citywright.kernel import journal
from citywright.projects.actions import ballots, campaigns, checks, observations
from citywright.projects.models import Campaign, CampaignTarget, ListDefinition, ObservationRound
from citywright.projects.queries import observations as rounds
from citywright.projects.words import CampaignKind, CheckKind, Link, Qualifier, TargetMeasure

from .diary import Act, Diary
from .figures import rows
from .way import at_nine

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
#: Name, kind, what it hangs below, its office, its lists.
TREE: tuple[tuple[str, CampaignKind, str, str, tuple[str, ...]], ...] = (
    ("项目深化年", CampaignKind.YEAR, "", "990101-FGJ", ("KEY-D",)),
    ("四大提升工程", CampaignKind.ACTION, "项目深化年", "990101-FGJ", ()),
    ("片区开发", CampaignKind.MEASURE, "四大提升工程", "990101-ZJJ", ("CON",)),
    ("结构优化", CampaignKind.MEASURE, "四大提升工程", "990101-GXJ", ("FIN",)),
    ("项目招引", CampaignKind.MEASURE, "四大提升工程", "990101-SWU", ("QST",)),
    ("要素支撑", CampaignKind.MEASURE, "四大提升工程", "990101-ZGJ", ("LND0", "FIN0")),
    ("我为群众办实事", CampaignKind.LIVELIHOOD, "", "990101-MZJ", ()),
)
HAND, GE = TargetMeasure.HAND, Qualifier.AT_LEAST
#: Campaign, target, measure, its list, qualifier, amount, unit.
TARGETS: tuple[tuple[str, str, TargetMeasure, str, Qualifier, int, str], ...] = (
    ("项目深化年", "区重点项目完成投资（示例）", TargetMeasure.DONE, "KEY-D", GE, 900_000, ""),
    ("项目深化年", "区重点项目开工（示例）", TargetMeasure.STARTED, "KEY-D", GE, 60, ""),
    ("片区开发", "续建项目竣工（示例）", TargetMeasure.FINISHED, "", GE, 12, ""),
    ("结构优化", "竣工项目投产（示例）", TargetMeasure.PRODUCING, "", GE, 20, ""),
    ("项目招引", "集中开工项目开工（示例）", TargetMeasure.STARTED, "", GE, 35, ""),
    ("项目招引", "正式签约项目（示例）", HAND, "", GE, 30, "个"),
    ("要素支撑", "拿地即开工项目（示例）", TargetMeasure.COUNT, "LND0", GE, 60, ""),
    ("要素支撑", "要素事项销号（示例）", TargetMeasure.TASKS, "", GE, 4, ""),
    ("我为群众办实事", "办成实事（示例）", HAND, "", GE, 120, "件"),
    ("我为群众办实事", "群众回访满意（示例）", HAND, "", Qualifier.ABOUT, 95, "分"),
    ("我为群众办实事", "逾期未办（示例）", HAND, "", Qualifier.AT_MOST, 5, "件"),
)
#: Target, day, what was typed in; the second of a day corrects the first.
FACTS = (("正式签约项目（示例）", date(2024, 2, 29), 4), ("正式签约项目（示例）", date(2024, 2, 29), 5),
         ("正式签约项目（示例）", date(2024, 3, 22), 9), ("办成实事（示例）", date(2024, 2, 29), 18),
         ("办成实事（示例）", date(2024, 3, 22), 25), ("群众回访满意（示例）", date(2024, 3, 22), 93),
         ("逾期未办（示例）", date(2024, 3, 22), 2))
#: Campaign, task, unit, day given, days until it is due, what became of it.
TASKS = (("要素支撑", "落实二期用地指标（示例）", "990101-KFQ", date(2024, 1, 22), 30, "confirmed"),
         ("要素支撑", "完成临时用电增容（示例）", "990101-GXJ", date(2024, 2, 5), 45, "signed"),
         ("要素支撑", "打通进场道路（示例）", "990101-JTJ", date(2024, 2, 6), 25, "assigned"),
         ("项目招引", "梳理在谈项目要素需求（示例）", "990101-SWU", date(2024, 3, 4), 40, "signed"),
         ("片区开发", "征迁尾留清零（示例）", "990101-ZJJ", date(2024, 3, 11), 60, "assigned"))
#: Marked checks: how many projects of the list, and how many of them did not pass.
MARKED, FAILED = 18, 3
VOTERS, CAST = 21, 19


@dataclass
class Kept:
    """What the acts made, by name."""

    campaigns: dict[str, Campaign] = field(default_factory=dict)
    targets: dict[str, CampaignTarget] = field(default_factory=dict)
    rounds: dict[str, ObservationRound] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)


def note_campaigns(diary: Diary) -> None:
    """The year's theme, its actions and measures, what is to be reached and what was; tasks; reviews."""
    kept = Kept()
    for n, line in enumerate(TREE):
        diary.note(at_nine(date(2024, 1, 16), n), making(diary, kept, *line))
    for n, target in enumerate(TARGETS):
        diary.note(at_nine(date(2024, 1, 17), n), setting(diary, kept, *target))
    for n, (name, day, value) in enumerate(FACTS):
        diary.note(at_nine(date(2024, 3, 1) if day.month == 2 else day, 20 + n), typing(diary, kept, name, day, value))
    for n, (name, title, unit, day, days, fate) in enumerate(TASKS):
        diary.note(at_nine(day, 30 + n), giving(diary, kept, name, title, unit, days))
        if fate != "assigned":
            diary.note(at_nine(day, 50 + n), signing(diary, kept, title, unit))
        if fate == "confirmed":
            diary.note(at_nine(date(2024, 2, 19), n), answering(diary, kept, title, unit))
            diary.note(at_nine(date(2024, 2, 20), n), confirming(diary, kept, title))
    diary.note(at_nine(date(2024, 1, 18), 1), checking(diary, kept))
    diary.note(at_nine(date(2024, 3, 20), 2), marking(diary, kept))
    note_reviews(diary, kept)


def making(diary: Diary, kept: Kept, name: str, kind: CampaignKind, above: str, unit: str,
           codes: tuple[str, ...]) -> Act:
    """The office makes a campaign."""
    def act(at: datetime) -> None:
        chosen = list(ListDefinition.objects.filter(code__in=codes))
        kept.campaigns[name] = campaigns.make(
            area=diary.ground.district, name=name, kind=kind, office=diary.ground.units[unit], from_on=FIRST,
            to_on=LAST, parent=kept.campaigns.get(above), position=len(kept.campaigns), lists=chosen, at=at,
            mandate="示例：清单、目标和检查项均为虚构。", by=diary.ground.office, is_sample=True)
    return act


def setting(diary: Diary, kept: Kept, name: str, title: str, measure: TargetMeasure, code: str, qualifier: Qualifier,
            amount: int, unit: str) -> Act:
    """A target of a campaign."""
    def act(at: datetime) -> None:
        kept.targets[title] = campaigns.set_target(
            campaign=kept.campaigns[name], name=title, measure=measure, qualifier=qualifier, target=Decimal(amount),
            unit=unit, definition=ListDefinition.objects.filter(code=code).first(), position=len(kept.targets),
            by=diary.ground.office, at=at)
    return act


def typing(diary: Diary, kept: Kept, title: str, day: date, value: int) -> Act:
    """What was reached is typed in."""
    def act(at: datetime) -> None:
        campaigns.report(target=kept.targets[title], as_of=day, value=Decimal(value), by=diary.ground.office, at=at)
    return act


def giving(diary: Diary, kept: Kept, name: str, title: str, unit: str, days: int) -> Act:
    """A task under a campaign."""
    def act(at: datetime) -> None:
        one = kept.campaigns[name]
        kept.made[title] = tasks.assign(
            loop=LoopName.SUPERVISION, title=title, content="示例事项。", area=diary.ground.district,
            units=[diary.ground.units[unit]], limit_kind=LimitKind.NATURAL_DAY, limit=days, by=diary.ground.office,
            at=at, campaign=journal.subject_of(one))
    return act


def signing(diary: Diary, kept: Kept, title: str, unit: str) -> Act:
    """The unit signs for it."""
    def act(at: datetime) -> None:
        kept.made[title] = tasks.sign(task=kept.made[title], by=diary.ground.clerks[unit], at=at)
    return act


def answering(diary: Diary, kept: Kept, title: str, unit: str) -> Act:
    """The unit says that it is done."""
    def act(at: datetime) -> None:
        tasks.reply(task=kept.made[title], text="已落实（示例）", by=diary.ground.clerks[unit], at=at)
    return act


def confirming(diary: Diary, kept: Kept, title: str) -> Act:
    """The office confirms."""
    def act(at: datetime) -> None:
        tasks.confirm(task=kept.made[title], by=diary.ground.office, at=at)
    return act


def checking(diary: Diary, kept: Kept) -> Act:
    """Two checks are entered, marked as samples; no text says what they are, so most places stay empty."""
    def act(at: datetime) -> None:
        kept.made["checks"] = checks.set_checks(
            campaign=kept.campaigns["项目深化年"], by=diary.ground.office, at=at, texts={
                (Link.CONSTRUCTION, CheckKind.LOOK, 1): "示例检查项一",
                (Link.BENEFIT, CheckKind.DEEPEN, 1): "示例检查项二"})
    return act


def marking(diary: Diary, kept: Kept) -> Act:
    """The first check was done on some of the key projects."""
    def act(at: datetime) -> None:
        chosen = [diary.projects[row.number] for row in rows() if "KEY-D" in row.lists][:MARKED]
        for n, project in enumerate(chosen):
            checks.mark(check=kept.made["checks"][0], project=project, done_on=at.date(), is_passed=n >= FAILED,
                        note="示例：资料待补" if n < FAILED else "", by=diary.ground.office, at=at)
    return act


# --- peer reviews

def note_reviews(diary: Diary, kept: Kept) -> None:
    """One review was held in March and published; the next is being prepared."""
    held, first, second = date(2024, 3, 8), "2024 年一季度项目观摩（示例）", "2024 年二季度项目观摩（示例）"
    diary.note(at_nine(date(2024, 3, 1), 5), planning(diary, kept, first, held, 8))
    diary.note(at_nine(held, 10).replace(hour=17), voting(diary, kept, first))
    diary.note(at_nine(date(2024, 3, 11), 11), publishing(diary, kept, first))
    diary.note(at_nine(date(2024, 3, 25), 12), planning(diary, kept, second, date(2024, 4, 12), 5))


def planning(diary: Diary, kept: Kept, name: str, held: date, count: int) -> Act:
    """A round with its route, over projects under construction of different units."""
    def act(at: datetime) -> None:
        by = diary.ground.office
        one = kept.rounds[name] = observations.plan(
            area=diary.ground.district, name=name, held_on=held, starts_at=time(8, 30), gathers="示例区政府北门",
            field_weight=60, by=by, at=at)
        for n, project in enumerate(stops(diary, count, held)):
            observations.add_stop(round=one, project=project, by=by, at=at, minutes=25 if n % 3 == 0 else 20,
                                  speaker=f"{project.lead_unit.short_name}负责人",
                                  contribution="看点：现场进度、设备安装和用工情况（示例）。" if n % 2 == 0 else "")
    return act


def stops(diary: Diary, count: int, held: date) -> list[Any]:
    """Started projects with money planned this year, one for each unit first."""
    found: dict[str, Any] = {}
    for row in sorted(rows(), key=lambda row: -row.total):
        project = diary.projects[row.number]
        if row.plan and "CON" in row.lists and project.is_leaf and not project.exit:
            found.setdefault(f"{row.unit.code}{held.month % 2 if row.number % 2 else ''}", project)
    return list(dict.fromkeys(found.values()))[:count]


def voting(diary: Diary, kept: Kept, name: str) -> Act:
    """The vote opens, nearly all vote, and the votes are counted."""
    def act(at: datetime) -> None:
        by, chance = diary.ground.office, Random("ballots")
        one = kept.rounds[name]
        tokens = observations.open_voting(round=one, voters=VOTERS, by=by, at=at)
        along = [str(stop.pk) for stop in rounds.stops(one)]
        for token in tokens[:CAST]:
            order = sorted(range(len(along)), key=lambda place: place + chance.uniform(-3, 3))
            ballots.cast(round=one, token=token, by=None, at=at, ranks={
                along[place]: rank for rank, place in enumerate(order, 1)})
        kept.rounds[name] = observations.close(round=one, by=by, at=at)
    return act


def publishing(diary: Diary, kept: Kept, name: str) -> Act:
    """The result is published."""
    def act(at: datetime) -> None:
        observations.publish(round=kept.rounds[name], by=diary.ground.office, at=at)
    return act
