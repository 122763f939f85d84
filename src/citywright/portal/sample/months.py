"""Three years of the sample's monthly reports, the other calibre a month behind, and the nights that judged them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from citywright.kernel.clock import CITY
from citywright.kernel.periods import between, shifted
from citywright.portal import publishing
from citywright.projects.actions import lamps, months
from citywright.projects.actions.months import Amounts, ReportValues
from citywright.projects.models import ProgressReport
from citywright.projects.words import Gate, Source

from .days import LAST, passages
from .diary import Act, Diary
from .figures import FIRST_PERIOD, PERIOD, Row, parts_of, rows
from .things import BEFORE, LOOKS, UNITS, Unit
from .way import at_nine

#: Where the reports of March 2024 stand, by unit, in the order of its projects; what is not named is locked.
OPEN: dict[str, tuple[str, ...]] = {
    "区住建局": ("missing", "draft", "missing", "submitted", "submitted", "reviewed", "returned", "returned", "same"),
    "开发区": ("submitted", "submitted", "reviewed", "returned", "same"), "区工信局": ("reviewed", "reviewed"),
    "区交通局": ("submitted", "returned"), "区水务局": ("same", "same"),
    "区文旅局": ("missing", "submitted", "submitted"),
    "南湖街道": ("draft", "missing", "submitted", "same"), "北岗街道": ("reviewed",), "青杨镇": ("missing",),
}
#: The nights whose lamps are kept: five month ends, and the sample's own day.
NIGHTS = (date(2023, 10, 31), date(2023, 11, 30), date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29),
          date(2024, 3, 27))
Kept = dict[int, ProgressReport]


def note_months(diary: Diary) -> None:
    """Every month is opened, filled by the units, reviewed, locked and closed; the last one is still open."""
    for period in between(FIRST_PERIOD, PERIOD):
        diary.note(at_nine(period), opening(diary, period))
        kept: Kept = {}
        for minute, (unit, reporting) in enumerate(by_unit(period)):
            diary.note(at_nine(period.replace(day=22), minute), filling(diary, unit, reporting, period, kept))
            diary.note(at_nine(period.replace(day=24), minute), submitting(diary, unit, reporting, period, kept))
            diary.note(at_nine(period.replace(day=26), minute), reviewing(diary, unit, reporting, period, kept))
        diary.note(min(at_nine(period.replace(day=28)), LAST - timedelta(minutes=20)), locking(diary, period, kept))
        if period < PERIOD:
            diary.note(at_nine(shifted(period, 1), 30), closing(diary, period))
            diary.note(at_nine(shifted(period, 1).replace(day=9)), counting(diary, period))


def by_unit(period: date) -> list[tuple[Unit, list[Row]]]:
    """Who reports in a month: what has started, and from 2024 whatever has a plan."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows():
        if period.year >= 2024 or any(month == period for month, _ in row.done):
            found[row.unit.code].append(row)
    return [(unit, found[unit.code]) for unit in UNITS if found[unit.code]]


def state_of(row: Row, period: date) -> str:
    """Where the report stands at the end: locked, but for some of the open month."""
    if period < PERIOD:
        return "locked"
    states = OPEN.get(row.unit.short, ())
    place = [r.number for r in rows() if r.unit.code == row.unit.code].index(row.number)
    return states[place] if place < len(states) else "locked"


def text_of(row: Row, period: date) -> str:
    """What the site looks like in that month; never twice the same."""
    percent = percent_of(row, period)
    if row.started_on is None or period < row.started_on.replace(day=1):
        step = min(len(passages(row)) + period.month - 1, len(BEFORE) - 1)
        return f"{BEFORE[step]}，{period.month}月完成资料{row.number % 5 + period.month}份"
    look = LOOKS[row.thing.category][min(int(percent / 100 * 7), 6)]
    return f"{look}，形象进度{percent}%"


def percent_of(row: Row, period: date) -> Decimal:
    """Physical progress: what is done of the total, one decimal."""
    done = sum(amount for month, amount in row.done if month <= period)
    return (Decimal(done) * 100 / row.total).quantize(Decimal("0.1"))


def values_of(row: Row, period: date, state: str) -> ReportValues:
    """What the unit types for the month."""
    amount = dict(row.done).get(period, 0)
    built, installed, equipment, other = (Decimal(part) for part in parts_of(amount, float(percent_of(row, period))))
    text = text_of(row, shifted(period, -1) if state == "same" else period)
    return ReportValues(physical_text=text, physical_percent=percent_of(row, period), amount_month=Decimal(amount),
                        next_step="按计划推进" if row.started_on else "办理前期手续", built=built,
                        installed=installed, equipment=equipment, other=other)


def opening(diary: Diary, period: date) -> Act:
    """The month has its days: filled 20 to 25, reviewed 26, locked 28 at 18:00, bulletin on the second."""
    def act(at: datetime) -> None:
        months.open_month(
            area=diary.ground.district, period=period, fill_from=period.replace(day=20), fill_to=period.replace(day=25),
            review_on=period.replace(day=26), lock_at=datetime.combine(period.replace(day=28), time(18), CITY),
            by=diary.ground.office, at=at, bulletin_on=shifted(period, 1).replace(day=2))
    return act


def wanted(reporting: Iterable[Row], period: date, *not_in: str) -> list[Row]:
    """The rows whose report goes on, those of the given states left out."""
    return [row for row in reporting if state_of(row, period) not in not_in]


def filling(diary: Diary, unit: Unit, reporting: list[Row], period: date, kept: Kept) -> Act:
    """The unit's clerk fills the sheet."""
    def act(at: datetime) -> None:
        chosen = wanted(reporting, period, "missing")
        sheet = [(diary.projects[row.number], values_of(row, period, state_of(row, period))) for row in chosen]
        reports = months.fill_many(period=period, rows=sheet, by=diary.ground.clerks[unit.code], at=at)
        kept.update(zip((row.number for row in chosen), reports, strict=True))
    return act


def submitting(diary: Diary, unit: Unit, reporting: list[Row], period: date, kept: Kept) -> Act:
    """The unit's clerk submits; a first report and a repeated text come with a word."""
    def act(at: datetime) -> None:
        chosen = wanted(reporting, period, "missing", "draft")
        explained = {kept[row.number].pk: why for row in chosen if (why := explanation(row, period))}
        months.submit(reports=[kept[row.number] for row in chosen], by=diary.ground.clerks[unit.code], at=at,
                      explanations=explained)
    return act


def explanation(row: Row, period: date) -> str:
    """The word that goes with a report, or none."""
    if state_of(row, period) == "same":
        return "本月受雨雪影响，形象进度与上月基本一致"
    first = row.done[0][0] if row.done and row.done[0][0] < date(2024, 1, 1) else date(2024, 1, 1)
    return "首次填报" if period == first else ""


def reviewing(diary: Diary, unit: Unit, reporting: list[Row], period: date, kept: Kept) -> Act:
    """The unit's reviewer stands behind the sheet, and gives some back."""
    def act(at: datetime) -> None:
        by = diary.ground.reviewers[unit.code]
        good = wanted(reporting, period, "missing", "draft", "submitted", "same", "returned")
        bad = [row for row in reporting if state_of(row, period) == "returned"]
        if good:
            months.review(reports=[kept[row.number] for row in good], by=by, at=at)
        if bad:
            months.give_back(reports=[kept[row.number] for row in bad], reason="形象进度与投资不匹配，请核实", by=by,
                             at=at)
    return act


def locking(diary: Diary, period: date, kept: Kept) -> Act:
    """The office locks what is reviewed."""
    def act(at: datetime) -> None:
        chosen = [kept[row.number] for row in rows() if row.number in kept and state_of(row, period) == "locked"]
        months.lock(reports=chosen, by=diary.ground.office, at=at)
    return act


def closing(diary: Diary, period: date) -> Act:
    """The office closes the month."""
    def act(at: datetime) -> None:
        months.close_month(area=diary.ground.district, period=period, by=diary.ground.office, at=at)
    return act


def counting(diary: Diary, period: date) -> Act:
    """The statistics of the month before arrive for what is registered; some stay well behind the dispatch figure."""
    def act(at: datetime) -> None:
        found = []
        for row in rows():
            amount = dict(row.done).get(period)
            registered = next((p.verified_at for p in passages(row) if p.gate is Gate.G4S), None)
            if amount is None or registered is None or registered > at:
                continue
            found.append((diary.projects[row.number], Amounts(Decimal(round(amount * share_of(row, period))))))
        if found:
            months.record_facts(period=period, source=Source.STAT, rows=found, by=diary.ground.office, at=at)
    return act


def share_of(row: Row, period: date) -> float:
    """How much of the dispatch figure the statistics accept: nearly all, of one in twelve far less."""
    chance = Random(f"stat {row.number} {period}")
    return chance.uniform(0.5, 0.75) if row.number % 12 == 5 else chance.uniform(0.9, 1.0)


def note_nights(diary: Diary) -> None:
    """The lamps of the month ends and of the sample's day, and the facts published then."""
    for night in NIGHTS:
        at = min(datetime.combine(night, time(23), CITY), LAST)

        def judging(at: datetime, night: date = night) -> None:
            judged = lamps.judge(area=diary.ground.district, on=night, by=None, at=at)
            publishing.publish(area=diary.ground.district, run=judged.run, on=night)
        diary.note(at, judging)
