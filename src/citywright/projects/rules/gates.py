"""What is allowed and missing on the way of a project? The gates, their order, evidence and verifiers (PROJECTS 1.2)."""

from __future__ import annotations

from ..words import Gate, Stage

#: Version printed on every passage judged by these tables.
VERSION = "2024-1"

#: The order of the way. A gate between two stages (31, 41 …) moves no stage.
RANK: dict[Gate, int] = {
    Gate.G1: 10, Gate.G1A: 11, Gate.G1B: 12, Gate.G1C: 13, Gate.G2: 20, Gate.G3: 30, Gate.G4C: 31, Gate.G4P: 35,
    Gate.G4: 40, Gate.G4S: 41, Gate.G5: 50, Gate.G6: 60, Gate.G7: 70,
}

#: The lowest rank at which each stage begins.
STAGE_FROM: tuple[tuple[int, Stage], ...] = (
    (70, Stage.EFFECTIVE), (60, Stage.PRODUCING), (50, Stage.COMPLETED), (40, Stage.BUILDING), (30, Stage.LANDED),
    (20, Stage.COMMITTED), (10, Stage.RESERVE), (0, Stage.IDEA),
)


def stage_of(rank: int | None) -> Stage:
    """The stage of a project whose furthest gate has this rank; no gate is 谋划."""
    return next(stage for lowest, stage in STAGE_FROM if (rank or 0) >= lowest)
