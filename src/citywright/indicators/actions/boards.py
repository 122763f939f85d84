"""What can be done with a board? Make, change, make it the area's own, end. Who made it says what is on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from citywright.kernel import access, journal
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Area, Person
from citywright.kernel.words import THREE_ADMINISTRATORS, Role

from ..catalogue import CATALOGUE
from ..models import Board

MOST, WIDEST, LONGEST = 60, 4, 60
WORKING = tuple(role for role in Role if role not in THREE_ADMINISTRATORS)


class CannotMakeBoard(Refusal):
    """The board has no name, no figures, too many, unknown ones, or its name is taken."""


class CannotChangeBoard(Refusal):
    """The board was ended, or is somebody else's."""


@transaction.atomic
def make(*, name: str, area: Area, codes: Sequence[str], columns: int, is_shared: bool, by: Person,
         at: datetime) -> Board:
    """A board of these figures, in this order, of an area where the person works. A name is taken once a person."""
    own = next((m for m in access.memberships(by) if m.role in WORKING and area.path.startswith(m.area.path)), None)
    if own is None:
        raise CannotReach("您无权在区划 %(area)s 建看板", area=area.name)
    name, kept = _checked(name, codes, columns)
    _refuse_taken(by, area, name, None)
    made = Board.objects.create(name=name, area=area, owner=by, unit=own.organisation, codes=kept, columns=columns,
                                is_shared=is_shared, made_at=at)
    journal.write(verb="board.made", by=by, at=at, subject=made, area=area, unit=made.unit,
                  data={"name": name, "codes": kept, "shared": is_shared})
    return made


@transaction.atomic
def change(*, board: Board, name: str, codes: Sequence[str], columns: int, is_shared: bool, by: Person,
           at: datetime) -> Board:
    """The board has this name, these figures and columns; only its owner changes it, an area's own stays shared."""
    found = _mine(board, by)
    name, kept = _checked(name, codes, columns)
    _refuse_taken(by, found.area, name, found)
    found.name, found.codes, found.columns = name, kept, columns
    found.is_shared = is_shared or found.is_default
    found.save(update_fields=["name", "codes", "columns", "is_shared"])
    journal.write(verb="board.changed", by=by, at=at, subject=found, area=found.area, unit=found.unit,
                  data={"name": name, "codes": kept, "shared": found.is_shared})
    return found


@transaction.atomic
def make_default(*, board: Board, by: Person, at: datetime) -> Board:
    """The board is the area's own, shared with everybody there; the one before it is no longer. The office decides."""
    access.require(by, Role.OFFICE, Role.CITY, area=board.area)
    found = _open(board)
    Board.objects.filter(area=found.area, is_default=True).exclude(pk=found.pk).update(is_default=False)
    found.is_default = found.is_shared = True
    found.save(update_fields=["is_default", "is_shared"])
    journal.write(verb="board.adopted", by=by, at=at, subject=found, area=found.area, unit=found.unit,
                  data={"name": found.name})
    return found


@transaction.atomic
def end(*, board: Board, by: Person, at: datetime) -> Board:
    """The board is shown no more; it stays in the records. Only its owner ends it."""
    found = _mine(board, by)
    found.ended_at, found.is_default = at, False
    found.save(update_fields=["ended_at", "is_default"])
    journal.write(verb="board.ended", by=by, at=at, subject=found, area=found.area, unit=found.unit,
                  data={"name": found.name})
    return found


def _open(board: Board) -> Board:
    found = Board.objects.select_for_update(of=("self",)).select_related("area", "unit").get(pk=board.pk)
    if found.ended_at is not None:
        raise CannotChangeBoard("看板“%(name)s”已经停用", name=found.name)
    return found


def _mine(board: Board, by: Person) -> Board:
    if board.owner_id != by.pk:
        raise CannotReach("看板“%(name)s”是别人的，只有建的人能改", name=board.name)
    return _open(board)


def _checked(name: str, codes: Sequence[str], columns: int) -> tuple[str, list[str]]:
    """The name without blanks at its ends, the codes each once; refuses what is not there."""
    name, kept = name.strip(), list(dict.fromkeys(codes))
    if not name or len(name) > LONGEST:
        raise CannotMakeBoard("看板名称须为 1 至 %(most)s 个字", most=LONGEST)
    if not kept or len(kept) > MOST:
        raise CannotMakeBoard("请选 1 至 %(most)s 个指标", most=MOST)
    if not 1 <= columns <= WIDEST:
        raise CannotMakeBoard("列数须为 1 至 %(most)s", most=WIDEST)
    unknown = [code for code in kept if code not in CATALOGUE]
    if unknown:
        raise CannotMakeBoard("没有这些指标：%(codes)s", codes=unknown)
    return name, kept


def _refuse_taken(by: Person, area: Area, name: str, but: Board | None) -> None:
    taken = Board.objects.select_for_update(of=("self",)).filter(owner=by, area=area, name=name, ended_at__isnull=True)
    if (taken.exclude(pk=but.pk) if but else taken).exists():
        raise CannotMakeBoard("您已有名为“%(name)s”的看板", name=name)
