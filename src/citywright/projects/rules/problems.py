"""How does a problem close, and when does it climb? The loop of 销号 and its clock. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from citywright.kernel.steps import Loop, Move
from citywright.kernel.words import Role

from ..words import ProblemStep, ProblemVerb

SOLVERS = frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE})
RAISERS = frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.CITY, Role.LEADER, Role.VERIFIER, Role.STEWARD})

#: 问题闭环: the unit answers, the raiser's side accepts or has it done again.
LOOP = Loop(
    name="problem", first=ProblemStep.OPEN, ends=frozenset({ProblemStep.CLOSED}),
    moves=(
        Move(ProblemVerb.ANSWER, frozenset({ProblemStep.OPEN}), ProblemStep.ANSWERED, SOLVERS),
        Move(ProblemVerb.ACCEPT, frozenset({ProblemStep.ANSWERED}), ProblemStep.CLOSED, RAISERS),
        Move(ProblemVerb.REOPEN, frozenset({ProblemStep.ANSWERED, ProblemStep.CLOSED}), ProblemStep.OPEN, RAISERS),
    ),
)

#: How many days past its day an open problem climbs one level further; the last level stays. A parameter.
CLIMBS_EVERY = timedelta(days=7)
HIGHEST = 3
SEVERITIES = (1, 2, 3)


def level_of(due_on: date, today: date) -> int:
    """The level an open problem stands at: 0 until its day has passed, then one more each week, up to HIGHEST."""
    late = (today - due_on).days
    return 0 if late <= 0 else min(1 + (late - 1) // CLIMBS_EVERY.days, HIGHEST)
