"""What can be done with task forces? Set up, changed, given things to look after, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Area, Organisation, Person

from ..models import ForceItem, TaskForce
from ..queries import meetings
from ..rules.meetings import HOSTS


class CannotSetUpForce(Refusal):
    """The task force lacks its name or cycle, there is one of this name, or it has ended."""


@transaction.atomic
def set_up(*, name: str, area: Area, by: Person, at: datetime, leader: str = "", deputies: str = "",
           members: Sequence[Organisation] = (), cycle_days: int = 14, mandate: str = "") -> TaskForce:
    """The task force stands under the office of whoever set it up. Refused when the area has one of this name."""
    office = meetings.office_of(by, area)
    if office is None:
        access.require(by, *HOSTS, area=area)
        raise CannotReach("您没有权限设立专班")
    _check(name, cycle_days)
    try:
        with transaction.atomic():
            made = TaskForce.objects.create(name=name.strip(), area=area, office=office, leader=leader.strip(),
                                            deputies=deputies.strip(), cycle_days=cycle_days, mandate=mandate.strip())
    except IntegrityError as clash:
        raise CannotSetUpForce("已有同名专班：%(name)s", name=name.strip()) from clash
    made.members.set(members)
    tell("force.set_up", made, by, at, name=made.name, members=[unit.code for unit in members])
    return made


def _check(name: str, cycle_days: int) -> None:
    if not name.strip() or not 1 <= cycle_days <= 366:
        raise CannotSetUpForce("请写明专班名称，例会周期为 1 至 366 天")


def locked(force: TaskForce, by: Person) -> TaskForce:
    """The task force, its row locked, still at work; refused to whoever does not keep it."""
    held = TaskForce.objects.select_for_update(of=("self",)).select_related("area", "office").get(pk=force.pk)
    access.require(by, *HOSTS, area=held.area)
    if held.ended_on is not None:
        raise CannotSetUpForce("专班已于 %(day)s 撤销", day=held.ended_on.isoformat())
    return held


def tell(verb: str, force: TaskForce, by: Person, at: datetime, **data: Any) -> None:
    """One line in the journal about a task force."""
    journal.write(verb=verb, by=by, at=at, subject=force, area=force.area, unit=force.office, data=data)


@transaction.atomic
def change(*, force: TaskForce, name: str, by: Person, at: datetime, leader: str = "", deputies: str = "",
           members: Sequence[Organisation] = (), cycle_days: int = 14, mandate: str = "") -> TaskForce:
    """Name, people, members, cycle and mandate are these from now on."""
    held = locked(force, by)
    _check(name, cycle_days)
    held.name, held.leader, held.deputies = name.strip(), leader.strip(), deputies.strip()
    held.cycle_days, held.mandate = cycle_days, mandate.strip()
    try:
        with transaction.atomic():
            held.save()
    except IntegrityError as clash:
        raise CannotSetUpForce("已有同名专班：%(name)s", name=name.strip()) from clash
    held.members.set(members)
    tell("force.changed", held, by, at, name=held.name, members=[unit.code for unit in members])
    return held


@transaction.atomic
def take_on(*, force: TaskForce, subject: str, title: str, url_name: str, url_key: str, by: Person,
            at: datetime) -> ForceItem:
    """The task force looks after this from now on. Refused when it does already."""
    held = locked(force, by)
    if held.items.filter(subject=subject).exists():
        raise CannotSetUpForce("专班已在负责：%(title)s", title=title)
    made = ForceItem.objects.create(force=held, subject=subject, title=title[:160], url_name=url_name,
                                    url_key=url_key, added_on=clock.day_of(at))
    tell("force.item_taken_on", held, by, at, subject=subject, title=made.title)
    return made


@transaction.atomic
def end(*, force: TaskForce, by: Person, at: datetime) -> TaskForce:
    """撤销: the task force meets no more; its meetings and tasks stay. Refused twice."""
    held = locked(force, by)
    held.ended_on = clock.day_of(at)
    held.save(update_fields=["ended_on"])
    tell("force.ended", held, by, at)
    return held
