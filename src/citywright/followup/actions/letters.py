"""What can be done with letters? Issued with a number, signed for, answered, accepted or returned, climbed once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Area, Organisation, Person

from ..models import Alert, Ladder, Letter, Task
from ..queries import letters
from ..queries.letters import due_to_climb
from ..queries.meetings import office_of
from ..rules import letters as rules
from ..words import LetterStep, LetterVerb
from .tasks.raising import due

__all__ = ["CannotAnswer", "CannotClimb", "CannotIssue", "accept", "answer", "climb", "climb_due", "due_to_climb",
           "issue", "return_", "sign"]


class CannotIssue(Refusal):
    """The letter lacks a title or content, its rung does not begin a ladder, or the same one was issued already."""


class CannotAnswer(Refusal):
    """The answer is empty, it is not for this person to give or to judge, or the reason is missing."""


class CannotClimb(Refusal):
    """Its day has not passed, it is on the highest rung, or it has climbed already."""


@transaction.atomic
def issue(*, ladder: Ladder, rung: str, area: Area, unit: Organisation, title: str, content: str, by: Person,
          at: datetime, task: Task | None = None, alert: Alert | None = None, subject: str = "", url_name: str = "",
          url_key: str = "", lead_leader: str = "", contact: str = "", phone: str = "") -> Letter:
    """A numbered letter to a unit, on a rung where the ladder may begin, with its day. Refused twice for one matter."""
    if not letters.may_issue(by, area):
        access.require(by, *rules.ISSUERS, area=area)
    if ladder.valid_to is not None or rung not in {one.code for one in rules.startable(ladder.rungs)}:
        raise CannotIssue("不能从这一级发文：首次发文限阶梯的起始级")
    if not title.strip() or not content.strip():
        raise CannotIssue("请写明督办事项和督办内容")
    if not unit.area.path.startswith(area.path):
        raise CannotIssue("主送单位不在本区划")
    step = rules.rung(ladder.rungs, rung)
    assert step is not None
    Area.objects.select_for_update().get(pk=area.pk)
    if _open_already(task, alert, subject, unit, title):
        raise CannotIssue("这一事项已有在办的督查文书，请在原文书上升级")
    subject = subject or (task.subject if task else alert.subject if alert else "")
    return _write(ladder, step, by, at, area=area, unit=unit, title=title.strip(), content=content.strip(), task=task,
                  alert=alert, subject=subject, url_name=url_name, url_key=url_key, lead_leader=lead_leader.strip(),
                  contact=contact.strip(), phone=phone.strip())


def _open_already(task: Task | None, alert: Alert | None, subject: str, unit: Organisation, title: str) -> bool:
    """Whether a letter about the same matter to the same unit is still on its way."""
    rows = Letter.objects.filter(unit=unit, step__in=rules.OPEN)
    if task is not None:
        return rows.filter(task=task).exists()
    if alert is not None:
        return rows.filter(alert=alert).exists()
    return rows.filter(subject=subject, title=title.strip(), task=None, alert=None).exists()


def _write(ladder: Ladder, step: rules.Rung, by: Person | None, at: datetime, *, area: Area,
           previous: Letter | None = None, issuer: Organisation | None = None, **fields: Any) -> Letter:
    """The letter with the next number of its mark and year in the area; the area's row is locked by the caller."""
    year = clock.day_of(at).year
    last = Letter.objects.filter(area=area, mark=step.mark, year=year).aggregate(n=Max("number"))["n"]
    office = issuer or (office_of(by, area) if by else None)
    writer = by or (previous.issued_by if previous else None)
    if office is None or writer is None:
        raise CannotReach("您没有权限签发督查文书")
    made = Letter.objects.create(
        ladder=ladder, rung=step.code, colour=step.colour, mark=step.mark, year=year, number=(last or 0) + 1,
        area=area, issuer=office, previous=previous, issued_at=at, due_at=due(at, step.limit_kind, step.limit),
        issued_by=writer, **fields)
    tell("letter.issued", made, by, at, rung=step.code, number=rules.number_words(made.mark, year, made.number),
         due_at=made.due_at, previous=str(previous.pk) if previous else "")
    return made


def locked(letter: Letter) -> Letter:
    """The letter as it stands now, its row locked."""
    return Letter.objects.select_for_update(of=("self",)).select_related("ladder", "area", "unit", "issuer", "task",
                                                                         "alert", "issued_by").get(pk=letter.pk)


def tell(verb: str, letter: Letter, by: Person | None, at: datetime, **data: Any) -> None:
    """One line in the journal about a letter."""
    journal.write(verb=verb, by=by, at=at, subject=letter, area=letter.area, unit=letter.unit,
                  data={"title": letter.title} | data)


def _moved(letter: Letter, verb: LetterVerb, by: Person) -> LetterStep:
    """The step after the verb; whose side the person stands on decides which roles count."""
    if verb in (LetterVerb.SIGN, LetterVerb.ANSWER):
        if not letters.answers_for(by, letter):
            raise CannotReach("您没有权限：限主送单位办理")
        roles = access.roles(by) & rules.ANSWERERS
    else:
        if not letters.judges(by, letter):
            raise CannotAnswer("由发文单位认可，答复人和主送单位不能自己认可")
        roles = access.roles(by) & rules.ISSUERS
    return LetterStep(rules.LETTER.move(step=LetterStep(letter.step), verb=verb, roles=roles))


@transaction.atomic
def sign(*, letter: Letter, by: Person, at: datetime) -> Letter:
    """签收: the unit has the letter; name and moment stand with it. Refused a second time."""
    held = locked(letter)
    held.step = _moved(held, LetterVerb.SIGN, by)
    held.signed_by, held.signed_at = by, at
    held.save(update_fields=["step", "signed_by", "signed_at"])
    tell("letter.signed", held, by, at)
    return held


@transaction.atomic
def answer(*, letter: Letter, text: str, by: Person, at: datetime) -> Letter:
    """回复: the unit says what it did; it waits for the issuer's word."""
    held = locked(letter)
    if not text.strip():
        raise CannotAnswer("请写明办理情况")
    held.step = _moved(held, LetterVerb.ANSWER, by)
    held.answer, held.answered_by, held.answered_at, held.returned_reason = text.strip(), by, at, ""
    held.save(update_fields=["step", "answer", "answered_by", "answered_at", "returned_reason"])
    tell("letter.answered", held, by, at, answer=held.answer)
    return held


@transaction.atomic
def return_(*, letter: Letter, reason: str, by: Person, at: datetime) -> Letter:
    """退回: the answer does not do; the unit answers again, its day stays."""
    held = locked(letter)
    if not reason.strip():
        raise CannotAnswer("请写明退回理由")
    held.step = _moved(held, LetterVerb.RETURN, by)
    held.returned_reason, held.answered_by, held.answered_at = reason.strip()[:300], None, None
    held.save(update_fields=["step", "returned_reason", "answered_by", "answered_at"])
    tell("letter.returned", held, by, at, reason=held.returned_reason, answer=held.answer)
    return held


@transaction.atomic
def accept(*, letter: Letter, by: Person, at: datetime) -> Letter:
    """认可: the issuer's side takes the answer; the letter is done with."""
    held = locked(letter)
    held.step = _moved(held, LetterVerb.ACCEPT, by)
    held.accepted_by, held.accepted_at = by, at
    held.save(update_fields=["step", "accepted_by", "accepted_at"])
    tell("letter.accepted", held, by, at)
    return held


@transaction.atomic
def climb(*, letter: Letter, by: Person | None, at: datetime) -> Letter:
    """升级: the next rung's letter is issued about the same matter, leading back to this one, which is done with.

    Refused before its day has passed, on the highest rung, and a second time. Without a person the night acts.
    """
    held = locked(letter)
    if by is not None and not letters.judges(by, held):
        raise CannotReach("您没有权限：限发文单位办理")
    roles = access.roles(by) & rules.ISSUERS if by is not None else rules.ISSUERS
    above = rules.above(held.ladder.rungs, held.rung)
    after = rules.LETTER.move(step=LetterStep(held.step), verb=LetterVerb.CLIMB, roles=roles)
    if above is None:
        raise CannotClimb("已是阶梯的最高一级，不能再升级")
    if at <= held.due_at:
        raise CannotClimb("还未到办理期限 %(day)s，不能升级", day=clock.day_of(held.due_at).isoformat())
    Area.objects.select_for_update().get(pk=held.area_id)
    try:
        with transaction.atomic():
            made = _write(held.ladder, above, by, at, area=held.area, previous=held, issuer=held.issuer,
                          unit=held.unit, title=held.title, content=held.content, task=held.task, alert=held.alert,
                          subject=held.subject, url_name=held.url_name, url_key=held.url_key,
                          lead_leader=held.lead_leader, contact=held.contact, phone=held.phone)
    except IntegrityError as clash:
        raise CannotClimb("这份文书已经升级") from clash
    held.step = after
    held.save(update_fields=["step"])
    return made


@transaction.atomic
def climb_due(*, area: Area, by: Person | None, at: datetime) -> list[Letter]:
    """Every letter of the area that is due to climb from a rung that climbs by itself has climbed; the others wait."""
    made = []
    for letter in due_to_climb(area, clock.day_of(at)):
        here = rules.rung(letter.ladder.rungs, letter.rung)
        if here is not None and here.automatic:
            made.append(climb(letter=letter, by=by, at=at))
    return made
