"""What can be done to the ground: accounts, organisations, memberships, the work calendar.

`by=None` is the installation itself. It may open the first account, and act for an administrator only as long as the
place has no such administrator; afterwards everything is done by a named person.
"""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from . import access, clock, codes, journal
from .errors import CannotReach, Refusal
from .models import Area, CalendarDay, Membership, Organisation, Person
from .words import THREE_ADMINISTRATORS, Role


class CannotOpenAccount(Refusal):
    """The account would be a second one of that name, nameless, or badly locked."""


class CannotChangeAccount(Refusal):
    """It is one's own account, another administrator's, or stands that way already; or the password is too weak."""


class CannotFound(Refusal):
    """The organisation's code or short name is taken, or its credit code is not one."""


class CannotGrant(Refusal):
    """The membership exists already, lies in the future, or joins what must be kept apart (三员)."""


class CannotEnd(Refusal):
    """The membership is over already, or would end before it began or after today."""


@transaction.atomic
def open_account(*, username: str, full_name: str, password: str, by: Person | None, at: datetime, phone: str = "",
                 language: str = "zh-hans", is_sample: bool = False) -> Person:
    """A person can sign in, and as yet reaches nothing. Opened by the system administrator."""
    if by is not None or Person.objects.exists():
        _require(by, Role.SYSTEM_ADMIN)
    if not full_name.strip():
        raise CannotOpenAccount("请填写姓名")
    if Person.objects.filter(username__iexact=username).exists():
        raise CannotOpenAccount("登录名“%(username)s”已有人使用", username=username)
    person = Person(username=username, full_name=full_name.strip(), phone=phone, language=language, is_sample=is_sample)
    _check_sign_in(person, password)
    person.set_password(password)
    person.save(force_insert=True)
    journal.write(verb="account.opened", by=by, at=at, subject=person, data={"username": username})
    return person


@transaction.atomic
def close_account(*, person: Person, by: Person, at: datetime) -> Person:
    """The person signs in no more, and is signed out; memberships stand. Refused for oneself and administrators."""
    return _switched(person, False, "account.closed", by, at)


@transaction.atomic
def reopen_account(*, person: Person, by: Person, at: datetime) -> Person:
    """A closed account can sign in again."""
    return _switched(person, True, "account.reopened", by, at)


@transaction.atomic
def reset_password(*, person: Person, password: str, by: Person, at: datetime) -> Person:
    """The person signs in with this password only, and is signed out everywhere; the journal never holds it."""
    kept = _account(person, by)
    _check_sign_in(kept, password)
    kept.set_password(password)
    kept.save(update_fields=["password"])
    journal.write(verb="account.password_reset", by=by, at=at, subject=kept, data={"username": kept.username})
    return kept


@transaction.atomic
def found_organisation(*, code: str, name: str, short_name: str, area: Area, by: Person | None, at: datetime,
                       parent: Organisation | None = None, uscc: str = "", phone: str = "", position: int = 0,
                       is_sample: bool = False) -> Organisation:
    """A unit exists in an area, under a short name that is its own there."""
    _require(by, Role.SYSTEM_ADMIN, area)
    if Organisation.objects.filter(code=code).exists():
        raise CannotFound("单位代码“%(code)s”已存在", code=code)
    if Organisation.objects.filter(area=area, short_name=short_name).exists():
        raise CannotFound("%(area)s已有简称“%(short)s”的单位", area=area.name, short=short_name)
    unit = Organisation.objects.create(
        code=code, name=name, short_name=short_name, area=area, parent=parent, uscc=codes.uscc(uscc) if uscc else "",
        phone=phone, position=position, is_sample=is_sample,
    )
    journal.write(verb="organisation.founded", by=by, at=at, subject=unit, area=area, unit=unit, data={"name": name})
    return unit


@transaction.atomic
def grant(*, person: Person, role: Role, organisation: Organisation, area: Area, valid_from: date,
          by: Person | None, at: datetime) -> Membership:
    """The person holds the role for the organisation in the area from that day on; the security administrator grants.

    三员 exclude one another and every working role, on any day. A day that has not come is refused.
    """
    _require(by, Role.SECURITY_ADMIN, area)
    Person.objects.select_for_update().get(pk=person.pk)
    if valid_from > clock.day_of(at):
        raise CannotGrant("授权起始日%(day)s还没有到，请到时再授", day=valid_from.isoformat())
    held = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from), person=person)
    for other in held:
        _refuse_both(person, role, Role(other.role))
    if held.filter(role=role, organisation=organisation, area=area, valid_to__isnull=True).exists():
        raise CannotGrant("%(person)s已任%(unit)s%(role)s", person=str(person), unit=str(organisation), role=role.zh)
    membership = Membership.objects.create(
        person=person, role=role, organisation=organisation, area=area, valid_from=valid_from
    )
    access.forget(person)
    _journal("membership.granted", membership, by, at)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, on: date, by: Person | None, at: datetime) -> Membership:
    """The membership is over; `on` is its last day, and it reaches nothing from this moment."""
    _require(by, Role.SECURITY_ADMIN, membership.area)
    kept = Membership.objects.select_for_update().get(pk=membership.pk)
    if kept.valid_to is not None:
        raise CannotEnd("该授权已于%(day)s终止", day=kept.valid_to.isoformat())
    if not kept.valid_from <= on <= clock.day_of(at):
        raise CannotEnd("终止日应在%(first)s与今天之间", first=kept.valid_from.isoformat())
    kept.valid_to = on
    kept.save(update_fields=["valid_to"])
    access.forget(membership.person)
    _journal("membership.ended", kept, by, at)
    return kept


@transaction.atomic
def set_calendar_day(*, day: date, is_workday: bool, note: str, by: Person | None, at: datetime) -> CalendarDay:
    """The city works on that day, or does not, whatever the published calendar says."""
    _require(by, Role.SYSTEM_ADMIN)
    kept, _ = CalendarDay.objects.update_or_create(day=day, defaults={"is_workday": is_workday, "note": note})
    journal.write(verb="calendar.set", by=by, at=at, subject=kept, data={"day": day, "is_workday": is_workday})
    return kept


def _require(by: Person | None, role: Role, area: Area | None = None) -> None:
    """Refuse anybody but the administrator; the installation may stand in while there is none."""
    if by is not None:
        access.require(by, role, area=area)
    elif Membership.objects.filter(role=role, valid_to__isnull=True).exists():
        raise CannotReach("已有%(role)s，请由其本人办理", role=role.zh)


def _account(person: Person, by: Person) -> Person:
    """Another's account within the system administrator's areas; 三员 hold no power over one another's sign-in."""
    access.require(by, Role.SYSTEM_ADMIN)
    for held in access.memberships(person):
        access.require(by, Role.SYSTEM_ADMIN, area=held.area)
    if person.pk == by.pk or access.roles(person) & THREE_ADMINISTRATORS:
        raise CannotChangeAccount("不能停用或重置管理员的账号：请先由安全管理员终止其授权")
    return Person.objects.select_for_update().get(pk=person.pk)


def _switched(person: Person, is_active: bool, verb: str, by: Person, at: datetime) -> Person:
    kept = _account(person, by)
    if kept.is_active == is_active:
        raise CannotChangeAccount("账号“%(username)s”的状态已经变了，请刷新页面", username=kept.username)
    kept.is_active = is_active
    kept.save(update_fields=["is_active"])
    journal.write(verb=verb, by=by, at=at, subject=kept, data={"username": kept.username})
    return kept


def _check_sign_in(person: Person, password: str) -> None:
    try:
        UnicodeUsernameValidator()(person.username)
        validate_password(password, person)
    except ValidationError as error:
        raise CannotOpenAccount("不能开户：%(why)s", why="".join(error.messages)) from error


def _refuse_both(person: Person, role: Role, held: Role) -> None:
    if role != held and {role, held} & THREE_ADMINISTRATORS:
        raise CannotGrant("%(person)s是%(held)s，不能再任%(role)s：三员互斥，也不兼业务岗位",
                          person=str(person), held=held.zh, role=role.zh)


def _journal(verb: str, membership: Membership, by: Person | None, at: datetime) -> None:
    journal.write(verb=verb, by=by, at=at, subject=membership, area=membership.area, unit=membership.organisation,
                  data={"person": membership.person.username, "role": membership.role})
