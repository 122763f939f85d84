"""Which alert outranks which, and who may take one? Tables."""

from __future__ import annotations

from citywright.kernel.steps import Loop, Move
from citywright.kernel.words import Role, Word

from ..words import AlertKind, AlertStep, AlertVerb

#: The ladder, lowest first: a higher rung replaces the lower one that stands open for the same thing.
RUNG: dict[Word, int] = {AlertKind.OBLIGATION: 0, AlertKind.REMIND: 1, AlertKind.URGE: 2, AlertKind.INTERVIEW: 3}
#: Steps in which an alert still stands.
OPEN = (AlertStep.RAISED, AlertStep.TAKEN)
#: 提醒: raised by the nightly, taken by the unit it is told to, cleared when things are good again.
ALERT = Loop(
    "alert", AlertStep.RAISED, frozenset({AlertStep.CLEARED}),
    (Move(AlertVerb.TAKE, frozenset({AlertStep.RAISED}), AlertStep.TAKEN,
          frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE})),),
)
