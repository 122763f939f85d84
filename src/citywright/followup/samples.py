"""Give me a task, a meeting, a letter: small data for tests, built by actions; people and units besides.

Called again in one test, each gives the same row. Area 990101 示例区; every act is told at AT unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

from citywright.kernel.clock import CITY
from citywright.kernel.models import Area, Membership, Organisation, Person
from citywright.kernel.words import AreaLevel, Role

from .actions import ladders, letters, meetings, tasks
from .models import Ladder, Letter, Meeting, Task
from .words import LimitKind, LoopName, MeetingKind

#: The moment at which samples act: a Wednesday.
AT = datetime(2024, 3, 20, 9, 0, tzinfo=CITY)
FROM = date(2020, 1, 1)
_numbers = count(1)


def district(code: str = "990101", name: str = "示例区") -> Area:
    """The sample district below 示例市 and 示例省; other codes make neighbours below the same city."""
    province = _area("990000", "99", "示例省", AreaLevel.PROVINCE, None)
    return _area(code, code, name, AreaLevel.COUNTY, _area("990100", "9901", "示例市", AreaLevel.CITY, province))


def _area(code: str, path: str, name: str, level: AreaLevel, parent: Area | None) -> Area:
    return Area.objects.get_or_create(code=code, defaults={"path": path, "name": name, "level": level,
                                                           "parent": parent})[0]


def unit(name: str = "建设局", area: Area | None = None) -> Organisation:
    """A unit of the district, by its short name."""
    place = area or district()
    found = Organisation.objects.filter(area=place, short_name=name).first()
    return found or Organisation.objects.create(code=f"{place.code}-{next(_numbers):04d}", name=f"示例{name}",
                                                short_name=name, area=place)


def person(username: str, full_name: str, role: Role | None, organisation: Organisation | None = None,
           area: Area | None = None) -> Person:
    """Somebody with one post; the same sign-in name is the same person, read afresh."""
    found, new = Person.objects.get_or_create(username=username, defaults={"full_name": full_name})
    if new and role is not None:
        organisation = organisation or unit()
        Membership.objects.create(person=found, role=role, organisation=organisation, valid_from=FROM,
                                  area=area or organisation.area)
    return found


def clerk(of: Organisation | None = None) -> Person:
    """填报员 of a unit (建设局 when none is said)."""
    place = of or unit()
    return person(f"clerk-{place.code}", "张填报", Role.CLERK, place)


def reviewer(of: Organisation | None = None) -> Person:
    """单位审核人 of a unit (建设局 when none is said)."""
    place = of or unit()
    return person(f"reviewer-{place.code}", "李审核", Role.REVIEWER, place)


def office(area: Area | None = None) -> Person:
    """区项目办 of the district."""
    place = area or district()
    return person(f"office-{place.code}", "王项目", Role.OFFICE, unit("项目办", place), place)


def leader(area: Area | None = None) -> Person:
    """领导 of the district."""
    place = area or district()
    return person(f"leader-{place.code}", "周领导", Role.LEADER, unit("区政府办", place), place)


def city() -> Person:
    """市级项目办: sees the whole city."""
    district()
    top = Area.objects.get(code="990100")
    return person("city", "孙市级", Role.CITY, unit("市项目办", top), top)


def stranger() -> Person:
    """Somebody without any post, who must see nothing."""
    return person("stranger", "路人", None)


def task(title: str = "示例事项", *, loop: LoopName = LoopName.DECISION, units: Sequence[Organisation] | None = None,
         limit: int = 10, limit_kind: LimitKind = LimitKind.NATURAL_DAY, by: Person | None = None, at: datetime = AT,
         area: Area | None = None, content: str = "", signed: bool = False, **about: Any) -> Task:
    """A task given by the office to 建设局 (or the units said), signed for when asked."""
    made = tasks.assign(loop=loop, title=title, content=content, area=area or district(),
                        units=units or [unit()], limit_kind=limit_kind, limit=limit, by=by or office(), at=at, **about)
    return tasks.sign(task=made, by=clerk(made.unit), at=at) if signed else made


def answered(title: str = "示例事项", *, text: str = "已办结", at: datetime = AT, **about: Any) -> Task:
    """A task whose unit answered; the office has not spoken yet."""
    made = task(title, signed=True, at=at, **about)
    tasks.reply(task=made, text=text, by=clerk(made.unit), at=at)
    return Task.objects.get(pk=made.pk)


def meeting(title: str = "示例调度会", *, kind: MeetingKind = MeetingKind.DISPATCH, held: bool = False,
            by: Person | None = None, at: datetime = AT, area: Area | None = None, **about: Any) -> Meeting:
    """A meeting called by the office for this moment, held when asked."""
    host = by or office(area)
    made = meetings.call(kind=kind, title=title, area=area or district(), held_at=about.pop("held_at", at), by=host,
                         at=at, **about)
    return meetings.hold(meeting=made, by=host, at=at) if held else made


def ladder(code: str = "default") -> Ladder:
    """A preset ladder, laid when it is not there yet."""
    ladders.lay_ladders(by=None, at=AT)
    return Ladder.objects.get(code=code, valid_to__isnull=True)


def letter(title: str = "示例督办", *, of: Organisation | None = None, rung: str = "assign", code: str = "default",
           by: Person | None = None, at: datetime = AT, signed: bool = False, **about: Any) -> Letter:
    """A letter to 建设局 (or the unit said) on the first rung of a ladder, signed for when asked."""
    made = letters.issue(ladder=ladder(code), rung=rung, area=district(), unit=of or unit(), title=title,
                         content=about.pop("content", "请抓紧办理。"), by=by or office(), at=at, **about)
    return letters.sign(letter=made, by=clerk(made.unit), at=at) if signed else made
