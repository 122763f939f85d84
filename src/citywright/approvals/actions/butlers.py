"""What can be done about butlers: name one, hand a dossier over with words, keep notes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from citywright.kernel import access, clock
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ..models import Butler, ButlerNote, Dossier
from ..rules import people as rules
from ..words import ServicePhase
from .people import SERVING, locked, require_service, tell

#: The same note within this time is a second click.
TWICE = timedelta(minutes=10)


class CannotServe(Refusal):
    """There is a butler already or none yet, the person may not serve, or words are lacking."""


@transaction.atomic
def assign(*, dossier: Dossier, person: Person, by: Person, at: datetime) -> Butler:
    """The person is the dossier's butler from today. The office names anybody who serves it, a butler takes it on.

    Refused while there is one: that is a handover.
    """
    kept = locked(dossier)
    access.require(by, Role.OFFICE, Role.CITY, Role.STEWARD, area=kept.project.area)
    if not access.roles_over(by, unit=None, area=kept.project.area) & {Role.OFFICE, Role.CITY} and person != by:
        raise CannotServe("管家只能为自己领办，为他人指派须由项目办办理")
    if kept.butlers.filter(to_on__isnull=True).exists():
        raise CannotServe("已有帮办管家，请办理交接")
    _refuse_unfit(kept, person)
    made = Butler.objects.create(dossier=kept, person=person, from_on=clock.day_of(at))
    tell(kept, "butler.assigned", by, at, person=person.username)
    return made


@transaction.atomic
def hand_over(*, dossier: Dossier, person: Person, words: str, by: Person, at: datetime) -> Butler:
    """Another person is the butler from today; what must be known stands with the one who leaves.

    The butler hands over, or the office; refused without words, or to the same person.
    """
    kept = locked(dossier)
    now = kept.butlers.select_for_update(of=("self",)).select_related("person").filter(to_on__isnull=True).first()
    if now is None:
        raise CannotServe("还没有帮办管家，请先指派")
    if now.person_id != by.pk:
        access.require(by, Role.OFFICE, Role.CITY, area=kept.project.area)
    said = words.replace("\0", "").strip()
    if not said or len(said) > rules.LONGEST_NOTE:
        raise CannotServe("交接须写明情况，不超过 %(most)s 字", most=rules.LONGEST_NOTE)
    if now.person_id == person.pk:
        raise CannotServe("不能交接给同一个人")
    _refuse_unfit(kept, person)
    today = clock.day_of(at)
    now.to_on, now.handover = today, said
    now.save(update_fields=["to_on", "handover"])
    made = Butler.objects.create(dossier=kept, person=person, from_on=today)
    tell(kept, "butler.handed_over", by, at, before=now.person.username, person=person.username, words=said)
    return made


@transaction.atomic
def note(*, dossier: Dossier, phase: ServicePhase, text: str, by: Person, at: datetime,
         is_told: bool = False) -> ButlerNote:
    """What was done or said stands in the service log, in its phase; the enterprise reads it when it `is_told`."""
    kept = locked(dossier)
    require_service(kept, by)
    said = text.replace("\0", "").strip()
    if not said or len(said) > rules.LONGEST_NOTE:
        raise CannotServe("帮办记录不能为空，不超过 %(most)s 字", most=rules.LONGEST_NOTE)
    if kept.notes.filter(by=by, text=said, phase=phase, at__gt=at - TWICE).exists():
        raise CannotServe("刚刚已有同样的记录")
    made = ButlerNote.objects.create(dossier=kept, phase=phase, text=said, by=by, at=at, is_told=is_told)
    tell(kept, "butler.noted", by, at, phase=phase, is_told=is_told)
    return made


def _refuse_unfit(kept: Dossier, person: Person) -> None:
    """Refuse a butler who could not see or serve the dossier."""
    held = access.roles_over(person, unit=kept.project.lead_unit_id, area=kept.project.area)
    if not person.is_active or not held & set(SERVING):
        raise CannotServe("%(name)s不能为本项目帮办", name=person.full_name)
