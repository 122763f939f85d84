"""What of the projects belongs on a meeting's agenda, and how are its papers ordered? Tables. Pure."""

from __future__ import annotations

from datetime import date

from citywright.kernel.lamps import LAMP_ORDER
from citywright.kernel.words import Lamp

from ..words import ProblemKind, ProblemStep

#: A problem of this severity comes on the agenda while it is open, whatever its day.
SEVERE = 1
#: How far apart the computed lamp and the one a named person shows must stand to be a matter of its own.
APART = 1
#: In which order the table of problems tells the elements.
KINDS: tuple[ProblemKind, ...] = tuple(ProblemKind)


def problem_belongs(step: str, severity: int, due_on: date, on: date) -> bool:
    """Whether an unfinished problem is a matter for a meeting: overdue, or severe."""
    return step == ProblemStep.OPEN and (severity <= SEVERE or due_on < on)


def days_late(due_on: date, on: date) -> int:
    """Days past its day, 0 while there is time."""
    return max((on - due_on).days, 0)


def contested(computed: Lamp, named: Lamp) -> bool:
    """Whether a person's lamp says something else than the computed one: it goes to the top of the agenda."""
    if Lamp.GREY in (computed, named):
        return False
    return abs(LAMP_ORDER.index(computed) - LAMP_ORDER.index(named)) >= APART
