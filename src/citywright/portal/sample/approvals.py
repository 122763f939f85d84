"""The sample's approvals: a catalogue in force, a dossier for every project, and what its papers tell of each item."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from citywright.approvals.actions import catalogue, dossiers, histories
from citywright.approvals.actions.histories import Account, Act
from citywright.approvals.models import Dossier
from citywright.approvals.queries import samples
from citywright.approvals.queries.dossiers import File
from citywright.approvals.words import ItemVerb
from citywright.kernel import clock
from citywright.kernel.clock import CITY
from citywright.kernel.models import Person
from citywright.projects.words import Gate, YearKind

from . import forms, handlings
from .days import all_days, passages
from .diary import Act as Telling
from .diary import Diary
from .figures import TODAY, Row, rows
from .handlings import Marks, Run
from .things import DEPARTMENTS

if TYPE_CHECKING:
    from citywright.approvals.rules.catalogue import Catalogue

LABEL, SOURCE = "样例 2024-1", "产品自带样例目录（示例）"
PUBLISHED = datetime(2024, 1, 8, 9, 0, tzinfo=CITY)
#: The evening on which the dossiers come over from the system before; what waits came over before it waited.
TAKEN_OVER, BEFORE_WAITING = date(2024, 3, 26), date(2024, 2, 23)
FROM, UNTIL = date(2019, 1, 1), date(2027, 12, 31)
#: Weight of a dossier from so many 万元.
WEIGHTS = ((200_000, 3), (50_000, 2), (0, 1))
ASKED = ("请补充总平面图电子版（示例）", "请更正用地面积，与勘测定界报告一致（示例）", "请补盖建设单位公章（示例）",
         "请提供更新后的法人授权书（示例）", "请补充专家意见修改说明（示例）")
SPECIALS = ("组织专家评审（示例）", "公示（示例）", "现场勘验（示例）", "听证（示例）")


def note_approvals(diary: Diary) -> None:
    """The catalogue is in force from January; every project's dossier comes over before the sample's day."""
    diary.note(PUBLISHED, publishing(diary))
    waiting = {row.number for row in [row for row in rows() if row.kind == YearKind.CONTINUE][5:40:20]}
    teller = Teller(diary)
    for row in rows():
        day = BEFORE_WAITING if row.number in waiting else TAKEN_OVER
        diary.note(datetime.combine(day, time(18, 0), CITY) + timedelta(minutes=row.number), teller.taking(row, day))


def publishing(diary: Diary) -> Telling:
    """The sample catalogue is published, with a unit behind each department."""
    def act(at: datetime) -> None:
        area, by = diary.ground.district, diary.ground.office
        made = catalogue.load(area=area, label=LABEL, text=samples.text(), by=by, at=at, source=SOURCE)
        for code, (unit, windows) in DEPARTMENTS.items():
            catalogue.assign_unit(area=area, department=code, unit=diary.ground.units[unit], windows=windows, by=by,
                                  at=at)
        catalogue.publish(version=made, valid_from=date(2024, 1, 1), by=by, at=at)
    return act


class Calendar:
    """Working days by number; past the published years every weekday counts."""

    def __init__(self, works: Callable[[date], bool]) -> None:
        self.days = [day for day in span(FROM, UNTIL) if known(works, day)]

    def number(self, day: date) -> int:
        """The last working day up to and with a day."""
        return max(bisect_right(self.days, day) - 1, 0)


def span(first: date, last: date) -> Iterator[date]:
    """Every day of the calendar between two."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def known(works: Callable[[date], bool], day: date) -> bool:
    """Whether the city works on a day, as far as is known."""
    try:
        return works(day)
    except clock.CannotKnowWorkday:
        return day.weekday() < 5


def marks_of(row: Row, calendar: Calendar, until: date) -> Marks:
    """The days of the gates as working days; those that have not come lie ahead of today."""
    claimed = {passed.gate: passed.on for passed in passages(row)}
    wished = dict(all_days(row, Random(row.number)))
    ahead = calendar.number(until) + 3

    def day(gate: Gate, otherwise: date, least: int) -> int:
        if gate in claimed:
            return max(calendar.number(claimed[gate]), least)
        return max(calendar.number(wished.get(gate, otherwise)), ahead, least)

    start = row.started_on or row.planned_start
    first = calendar.number(claimed.get(Gate.G1, start - timedelta(days=300)))
    filed = day(Gate.G2, max(start - timedelta(days=240), TODAY + timedelta(days=20)), first)
    landed = day(Gate.G3, start - timedelta(days=100), filed)
    permitted = day(Gate.G4P, start - timedelta(days=12), landed)
    finished = day(Gate.G5, row.planned_finish, permitted + 60)
    return Marks(max(first, filed - 60), filed, landed, permitted, finished, "LND0" in row.lists)


@dataclass
class Teller:
    """Turns the days of a project's items into accounts of who did what."""

    diary: Diary
    calendar: Calendar | None = None

    def taking(self, row: Row, until: date) -> Telling:
        """The office takes over the project's dossier as it stands on a day."""
        def act(at: datetime) -> None:
            self.calendar = self.calendar or Calendar(clock.city_calendar())
            project, by = self.diary.projects[row.number], self.diary.ground.office
            marks = marks_of(row, self.calendar, until)
            dossier = dossiers.open_dossier(
                project=project, by=by, at=at, project_class=forms.project_class(row),
                weight=next(weight for least, weight in WEIGHTS if row.total >= least),
                answers=forms.answers(row, float(project.floor_area or 0), float(project.land_mu or 0),
                                      self.calendar.days[marks.landed] <= until))
            told = list(self.accounts(row, dossier, marks, until))
            if told:
                histories.take_over(dossier=dossier, accounts=told, by=by, at=at)
        return act

    def accounts(self, row: Row, dossier: Dossier, marks: Marks, until: date) -> Iterator[Account]:
        """What the papers tell of every item that has begun."""
        assert self.calendar is not None
        file, chance, last = File(dossier), Random(f"approvals {row.number}"), self.calendar.number(until)
        found = handlings.runs(file.catalogue, file.decided.applies, dossier.project_class, marks, last, chance)
        landed = max((run.ended for run in found if run.code in handlings.LAND), default=last + 1)
        for run in found:
            if run.received <= last:
                yield self.account(row, file.catalogue, run, last, landed, chance)

    def account(self, row: Row, content: Catalogue, run: Run, last: int, landed: int, chance: Random) -> Account:
        """One item: everybody at the window of its department, up to a day."""
        assert self.calendar is not None
        item, days = content.item(run.code), self.calendar.days
        window = self.diary.ground.clerks[DEPARTMENTS[item.department][0]]
        acts = tuple(act for act in self.acts(row, run, item.days() >= 3, window, chance)
                     if act.at.date() <= days[last])
        ended, due, met = run.ended <= last, run.ended + 15, min(run.ended + chance.randrange(3, 14), last)
        blue = item.pre_review and ended and run.ended < landed
        return Account(
            run.code, moment(days[run.received], 9, run.minute), self.diary.ground.clerks[row.unit.code], acts,
            lacking=item.needs[:1] if run.lacking and ended else (),
            lacking_due_on=days[due] if run.lacking and ended else None,
            lacking_met_on=days[met] if run.lacking and due <= last else None,
            exchanged_on=days[landed] if blue and landed <= last else None)

    def acts(self, row: Row, run: Run, long: bool, by: Person, chance: Random) -> Iterator[Act]:
        """The steps of an item, one after the other."""
        assert self.calendar is not None
        days = self.calendar.days
        yield Act(ItemVerb.ACCEPT, moment(days[run.accepted], 10, run.minute), by)
        if long:
            yield Act(ItemVerb.TO_DEPARTMENT, moment(days[run.accepted], 11, run.minute), by)
        if run.supplement:
            asked, got = run.supplement
            yield Act(ItemVerb.ASK_MORE, moment(days[asked], 14, run.minute), by,
                      lines=tuple(chance.sample(ASKED, chance.randrange(1, 3))))
            yield Act(ItemVerb.GOT_MORE, moment(days[got], 14, run.minute + 5), by)
        if run.special:
            begun, over = run.special
            yield Act(ItemVerb.BEGIN_SPECIAL, moment(days[begun], 15, run.minute), by, reason=chance.choice(SPECIALS))
            yield Act(ItemVerb.END_SPECIAL, moment(days[over], 15, run.minute + 5), by)
        yield Act(ItemVerb.PASS_LACKING if run.lacking else ItemVerb.PASS,
                  moment(days[run.ended], 16, (run.minute + row.number) % 60), by,
                  result_no=f"示例{run.code}〔{days[run.ended].year}〕{row.number}号")


def moment(day: date, hour: int, minute: int) -> datetime:
    """A moment of a working day."""
    return datetime.combine(day, time(hour, minute), CITY)
