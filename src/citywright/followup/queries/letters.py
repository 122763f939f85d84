"""What can be asked about letters and ladders? Which a person sees, which wait, which are due to climb."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area
from citywright.kernel.words import Role

from ..models import Ladder, Letter
from ..rules import letters as rules
from ..words import LetterStep


def visible_to(person: Any) -> QuerySet[Letter]:
    """The letters of the areas reached, and those sent to a unit of mine."""
    return access.rows(person, Letter.objects.select_related("ladder", "unit", "issuer", "area", "task"), unit="unit")


def letter(person: Any, key: UUID | str) -> Letter:
    """The visible letter; hidden and absent are refused the same way."""
    found = visible_to(person).select_related("previous", "issued_by", "signed_by", "answered_by", "accepted_by",
                                              "alert").filter(pk=key).first()
    if found is None:
        raise CannotReach("没有这份督查文书，或您无权查看")
    return found


def number_of(letter: Letter) -> str:
    """The document number of a letter."""
    return rules.number_words(letter.mark, letter.year, letter.number)


def may_issue(person: Any, area: Area) -> bool:
    """Whether this person writes letters in the area."""
    return any(access.holds(person, role, area=area) for role in rules.ISSUERS)


def answers_for(person: Any, letter: Letter) -> bool:
    """Whether this person works for the unit the letter was sent to."""
    return any(m.organisation_id == letter.unit_id and m.role in rules.ANSWERERS for m in access.memberships(person))


def judges(person: Any, letter: Letter) -> bool:
    """Whether this person stands on the issuer's side: may issue here, and neither answered nor works for the unit."""
    if person.pk == letter.answered_by_id or answers_for(person, letter):
        return False
    if access.holds(person, Role.OFFICE, area=letter.area):
        return True
    return access.holds(person, Role.CITY, area=letter.area) and letter.issuer_id in {
        m.organisation_id for m in access.memberships(person)}


def chain(letter: Letter) -> list[Letter]:
    """The letter with those it climbed from and to, the lowest rung first."""
    found, here = [letter], letter
    while here.previous_id:
        here = Letter.objects.select_related("previous", "ladder").get(pk=here.previous_id)
        found.insert(0, here)
    here = letter
    while (above := Letter.objects.select_related("ladder").filter(previous=here).first()) is not None:
        found.append(above)
        here = above
    return found


def late(rows: QuerySet[Letter], at: datetime) -> QuerySet[Letter]:
    """Those that still wait for their unit though their day has passed."""
    return rows.filter(step__in=rules.WAITING, due_at__lt=at)


def due_to_climb(area: Area, on: date) -> list[Letter]:
    """The letters of the area that are unanswered past their day and for which the next rung is due, oldest first."""
    rows = (Letter.objects.filter(area__path__startswith=area.path, step__in=rules.WAITING)
            .select_related("ladder", "unit", "issuer", "area", "task").order_by("due_at", "pk"))
    return [row for row in rows if climbs(row, on)]


def climbs(letter: Letter, on: date) -> bool:
    """Whether the next rung is due on a day."""
    here = rules.rung(letter.ladder.rungs, letter.rung)
    if here is None or rules.above(letter.ladder.rungs, letter.rung) is None or letter.step not in rules.WAITING:
        return False
    day = rules.climbs_on(clock.day_of(letter.due_at), here.climbs_after)
    return day is not None and on >= day


def waiting_for_me(person: Any) -> QuerySet[Letter]:
    """What this person is to do: sign for or answer what was sent to a unit of theirs, judge answers."""
    mine = [m.organisation_id for m in access.memberships(person) if m.role in rules.ANSWERERS]
    wanted = Q(step__in=rules.WAITING, unit__in=mine)
    for membership in access.memberships(person):
        if membership.role in rules.ISSUERS:
            wanted |= Q(step=LetterStep.ANSWERED, area__path__startswith=membership.area.path) & ~Q(unit__in=mine)
    return visible_to(person).filter(wanted).order_by("due_at")


# --- ladders

def ladders(on: date | None = None) -> QuerySet[Ladder]:
    """The ladders in force, or those that were in force on a day."""
    if on is None:
        return Ladder.objects.filter(valid_to__isnull=True).order_by("pk")
    open_then = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    return Ladder.objects.filter(open_then, valid_from__lte=on).order_by("pk")


def ladder(code: str) -> Ladder:
    """The ladder in force with this code."""
    found = ladders().filter(code=code).first()
    if found is None:
        raise CannotReach("没有这个督查阶梯")
    return found


def versions(code: str) -> QuerySet[Ladder]:
    """Every version of a ladder, the latest first."""
    return Ladder.objects.filter(code=code).order_by("-version")


def may_revise(person: Any) -> bool:
    """Whether this person makes new versions of ladders."""
    return bool(access.roles(person) & rules.ISSUERS)
