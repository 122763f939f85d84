"""The sample's meetings: two that were held, one of a task force, one that is being prepared; and letters on rungs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from citywright.followup.actions import forces, letters, meetings, tasks
from citywright.followup.models import Letter, Meeting, Task, TaskForce
from citywright.followup.queries import letters as ladders
from citywright.followup.words import LimitKind, MeetingKind
from citywright.kernel.clock import CITY
from citywright.kernel.models import Organisation, Person
from citywright.projects.queries import agenda

from .diary import Diary

#: The projects a task force looks after, by number.
PORTFOLIO = (1, 4, 10, 25)
#: What was decided on site: text, lead, co-operating unit, days, what became of it.
ON_SITE = (
    ("红线内高压线三月底前迁改到位，供电方案同步报审", "990101-ZJJ", "990101-KFQ", 30, "confirmed"),
    ("征迁尾留户由属地包干，两周内签约", "990101-KFQ", "990101-ZJJ", 14, "refused"),
    ("进场道路临时通行方案七日内落实", "990101-JTJ", "", 7, "confirmed"),
)
#: What the meeting on scheduling decided.
DISPATCH = (
    ("规划条件变更事项二十日内办结，逐项说明堵点", "990101-GXJ", "990101-ZJJ", 20, "replied"),
    ("对进度连续两月亮灯的项目逐个拿出赶工计划", "990101-ZJJ", "990101-KFQ", 30, "signed"),
    ("专项债项目三月底前支付到位，逐周反馈", "990101-JTJ", "", 12, "signed"),
)
#: What the task force decided.
FORCE = (("土方调配方案报专班审定后实施", "990101-KFQ", "990101-JTJ", 21, "signed"),)
#: What a unit answers in the end.
DONE = "已按议定事项办结，现场已复核（示例）"


@dataclass
class Told:
    """What has happened so far, by name."""

    meetings: dict[str, Meeting] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    letters: dict[str, Letter] = field(default_factory=dict)
    forces: dict[str, TaskForce] = field(default_factory=dict)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of 2024."""
    return datetime.combine(date(2024, month, day), time(hour, minute), CITY)


def note_meetings(diary: Diary) -> None:
    """A task force, three meetings with what came of them, one more that is being prepared, and letters."""
    told = Told()
    note_force(diary, told)
    note_meeting(diary, told, "区领导现场办公", MeetingKind.ON_SITE, at(2, 17, 9, 30), "示例项目工地", ON_SITE,
                 by_hand=("高压线迁改", "征迁尾留", "进场道路"))
    note_meeting(diary, told, "重点项目谋划策划情况专题调度会", MeetingKind.DISPATCH, at(3, 2, 14, 30),
                 "区政府二楼会议室", DISPATCH)
    note_meeting(diary, told, "快速路项目专班第一次例会", MeetingKind.TASK_FORCE, at(3, 8, 10), "专班会议室", FORCE,
                 by_hand=("土方调配",))
    note_next(diary, told)
    note_letters(diary, told)


def note_force(diary: Diary, told: Told) -> None:
    """The task force is set up and looks after a few projects."""
    def act(moment: datetime) -> None:
        units = diary.ground.units
        force = forces.set_up(
            name="示例快速路项目专班", area=diary.ground.district, leader="郭示例", deputies="林示例", cycle_days=14,
            members=[units["990101-ZJJ"], units["990101-KFQ"], units["990101-JTJ"]], by=diary.ground.office, at=moment,
            mandate="统筹征迁、管线迁改和土方调配，两周一调度，疑难事项提请专题调度会研究。")
        told.forces["one"] = force
        for number in PORTFOLIO:
            project = diary.projects[number]
            forces.take_on(force=force, subject=agenda.subject_of(project), title=project.name,
                           url_name="projects:project", url_key=project.code, by=diary.ground.office, at=moment)
    diary.note(at(2, 23, 16), act)


def note_meeting(diary: Diary, told: Told, title: str, kind: MeetingKind, held_at: datetime, place: str,
                 decided: tuple[tuple[str, str, str, int, str], ...], by_hand: tuple[str, ...] = ()) -> None:
    """A meeting is called, its agenda collected, held and decided, and its minutes go out; its tasks run."""
    def call(moment: datetime) -> None:
        force = told.forces["one"] if kind is MeetingKind.TASK_FORCE else None
        meeting = meetings.call(kind=kind, title=title, area=diary.ground.district, held_at=held_at, place=place,
                                chair="郭示例", attendees="区发改局、区住建局、开发区、区交通局（示例）", force=force,
                                by=diary.ground.office, at=moment)
        told.meetings[title] = meeting
        for text in by_hand:
            meetings.add_item(meeting=meeting, title=text, unit=diary.ground.units[decided[0][1]],
                              by=diary.ground.office, at=moment)
        if not by_hand:
            collect(diary, meeting, moment)

    def hold(moment: datetime) -> None:
        meeting = meetings.hold(meeting=told.meetings[title], by=diary.ground.office, at=moment)
        items = list(meeting.items.filter(is_dropped=False).order_by("position"))
        for number, (text, lead, other, days, _fate) in enumerate(decided):
            made = meetings.record(
                meeting=meeting, text=text, item=items[number] if number < len(items) else None,
                units=[diary.ground.units[code] for code in (lead, other) if code], limit_kind=LimitKind.NATURAL_DAY,
                limit=days, cycle_days=7, by=diary.ground.office, at=moment)
            told.tasks[text] = made.tasks.get()

    def minute(moment: datetime) -> None:
        meetings.minute(meeting=told.meetings[title], by=diary.ground.office, at=moment,
                        summary="会议听取有关情况汇报，研究了存在问题（示例）。")
    day = held_at.date()
    diary.note(datetime.combine(day, time(8), CITY), call)
    diary.note(held_at, hold)
    diary.note(datetime.combine(day, time(17), CITY), minute)
    for number, (text, lead, _other, _days, fate) in enumerate(decided):
        note_fate(diary, told, text, lead, fate, day.month, day.day, number)


def collect(diary: Diary, meeting: Meeting, moment: datetime) -> None:
    """What belongs on the agenda by rule is on it."""
    meetings.collect(meeting=meeting, by=diary.ground.office, at=moment,
                     candidates=agenda.candidates(diary.ground.office, meeting, moment.date()))


def note_fate(diary: Diary, told: Told, text: str, lead: str, fate: str, month: int, day: int, number: int) -> None:
    """The lead signs for its task, answers, and is believed or not."""
    def act(what: Callable[..., object], **words: str) -> Callable[[datetime], None]:
        def told_at(moment: datetime) -> None:
            by = diary.ground.office if what in (tasks.confirm, tasks.refuse) else diary.ground.clerks[lead]
            what(task=told.tasks[text], by=by, at=moment, **words)
        return told_at
    diary.note(at(month, day + 1, 10, number), act(tasks.sign))
    if fate == "signed":
        return
    diary.note(at(month, day + 9, 15, number), act(tasks.reply, text=DONE))
    if fate == "refused":
        diary.note(at(month, day + 10, 10, number), act(tasks.refuse, reason="仍有两户未签约，未附协议"))
    if fate == "confirmed":
        diary.note(at(month, day + 11, 10, number), act(tasks.confirm))


def note_next(diary: Diary, told: Told) -> None:
    """A meeting of the end of the month is being prepared."""
    def act(moment: datetime) -> None:
        meeting = meetings.call(kind=MeetingKind.DISPATCH, title="一季度重点项目专题调度会", area=diary.ground.district,
                                held_at=at(3, 29, 14, 30), place="区政府三楼会议室", chair="郭示例",
                                attendees="各责任单位主要负责人（示例）", by=diary.ground.office, at=moment)
        told.meetings["next"] = meeting
        collect(diary, meeting, moment)
    diary.note(at(3, 26, 16), act)


# --- letters

#: Name, ladder, rung, unit, title, content, issued, how far it went: signed, answered, accepted, climbed (days later).
LETTERS: tuple[tuple[str, str, str, str, str, datetime, dict[str, datetime]], ...] = (
    ("done", "default", "assign", "990101-ZJJ", "进场道路临时通行", at(2, 20),
     {"sign": at(2, 20, 15), "answer": at(2, 27), "accept": at(2, 28)}),
    ("climbing", "default", "remind", "990101-KFQ", "征迁尾留户签约", at(2, 27),
     {"sign": at(2, 27, 16), "climb": at(3, 6)}),
    ("blue", "three-colours", "blue", "990101-GXJ", "规划条件变更办理", at(3, 8), {"climb": at(3, 18)}),
    ("urgent", "three-colours", "orange", "990101-JTJ", "专项债资金支付", at(3, 26, 11), {}),
    ("two", "two-letters", "assign", "990101-ZJJ", "赶工计划报送", at(3, 20), {"sign": at(3, 21)}),
)


def note_letters(diary: Diary, told: Told) -> None:
    """Five letters, two of which climbed a rung; one of those was answered and waits, the other is due to climb."""
    for name, ladder, rung, unit, title, issued, went in LETTERS:
        diary.note(issued, issuing(diary, told, name, ladder, rung, diary.ground.units[unit], title))
        for verb, moment in went.items():
            diary.note(moment, moving(diary, told, name, verb, diary.ground.clerks[unit]))
    clerk = diary.ground.clerks["990101-GXJ"]
    diary.note(at(3, 18, 15), moving(diary, told, "blue", "sign", clerk))
    diary.note(at(3, 25, 15), moving(diary, told, "blue", "answer", clerk))


def issuing(diary: Diary, told: Told, name: str, ladder: str, rung: str, unit: Organisation,
            title: str) -> Callable[[datetime], None]:
    """The office writes it."""
    def act(moment: datetime) -> None:
        told.letters[name] = letters.issue(
            ladder=ladders.ladder(ladder), rung=rung, area=diary.ground.district, unit=unit, title=title,
            content=f"{title}进展缓慢，影响项目推进。请抓紧办理，按时书面反馈（示例）。", lead_leader="郭示例",
            contact="林示例", phone="0000-0000000", by=diary.ground.office, at=moment)
    return act


def moving(diary: Diary, told: Told, name: str, verb: str, clerk: Person) -> Callable[[datetime], None]:
    """It is signed for, answered, accepted or climbs."""
    def act(moment: datetime) -> None:
        letter, office = told.letters[name], diary.ground.office
        if verb == "climb":
            told.letters[name] = letters.climb(letter=letter, by=office, at=moment)
        elif verb == "answer":
            letters.answer(letter=letter, text="已会同有关单位办理，材料已报（示例）", by=clerk, at=moment)
        else:
            {"sign": letters.sign, "accept": letters.accept}[verb](
                letter=letter, by=clerk if verb == "sign" else office, at=moment)
    return act
