"""When each sample project passed its gates. Pure and seeded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from citywright.kernel.clock import CITY
from citywright.projects.words import Gate, YearKind

from .figures import TODAY, Row

#: The last moment anything of the sample happens at: the morning it stands on.
LAST = datetime.combine(TODAY, time(9, 0), CITY)
#: The first moment: the ledger was opened with what had happened before.
FIRST = datetime(2021, 1, 5, 9, 0, tzinfo=CITY)


@dataclass(frozen=True)
class Passed:
    """A gate: the day of its fact, when it was claimed, and when verified (None: it waits)."""

    gate: Gate
    on: date
    claimed_at: datetime
    verified_at: datetime | None


def passages(row: Row) -> list[Passed]:
    """Every gate the project has claimed, in order; verifying never runs ahead of the predecessors."""
    chance = Random(row.number)
    found: list[Passed] = []
    claimed = verified = FIRST
    for gate, on in sorted(fact_days(row, chance), key=lambda pair: (pair[1], list(Gate).index(pair[0]))):
        claimed = max(moment(on, chance.randrange(1, 5), row.number), claimed + timedelta(minutes=5))
        verified = max(moment(claimed.date(), chance.randrange(1, 8), row.number + 60), verified + timedelta(minutes=5),
                       claimed + timedelta(minutes=30))
        found.append(Passed(gate, on, min(claimed, LAST), None if waits(row, gate, on) else min(verified, LAST)))
    return found


def moment(day: date, later: int, minute: int) -> datetime:
    """Some minute of a working hour, so many days after."""
    return datetime.combine(day + timedelta(days=later), time(9 + minute % 3, minute % 60), CITY)


def waits(row: Row, gate: Gate, on: date) -> bool:
    """Whether the verifier has not come yet: four starts, one registration, two finishes."""
    if gate is Gate.G4:
        return row.pending
    return (gate is Gate.G4S and row.number % 40 == 17) or (gate is Gate.G5 and on > date(2024, 3, 14))


def fact_days(row: Row, chance: Random) -> list[tuple[Gate, date]]:
    """The day of each gate's fact that has happened."""
    return [(gate, day) for gate, day in all_days(row, chance) if day <= TODAY - timedelta(days=2)]


def all_days(row: Row, chance: Random) -> list[tuple[Gate, date]]:
    """The day of each gate, come or to come, from the planned or real start backwards and forwards."""
    start = row.started_on or row.planned_start
    quick = "LND0" in row.lists
    landed = start - timedelta(days=12 if quick else chance.randrange(50, 140))
    agreed = landed - timedelta(days=chance.randrange(60, 150))
    reserved = min(agreed - timedelta(days=chance.randrange(60, 200)), date(2023, 11, 1 + row.number % 28))
    soon, before = timedelta(days=chance.randrange(2, 6)), timedelta(days=chance.randrange(5, 20))
    permitted = landed + soon if quick else start - before
    days = [(Gate.G1, reserved), (Gate.G2, agreed), (Gate.G3, landed), (Gate.G4P, permitted)]
    if row.thing.category == "renewal":
        days.append((Gate.G1A, reserved + (agreed - reserved) / 2))
    if "QST" in row.lists and row.started_on:
        days.append((Gate.G4C, max(permitted, min(row.started_on, date(2024, 2, 20) if start.month > 1 else start))))
    if row.kind == YearKind.PREPARATORY:
        days = [(Gate.G1, date(2023, 3 + row.number % 9, 12))] + [(Gate.G2, date(2024, 1, 22))] * (row.number % 2)
    if row.started_on:
        days.append((Gate.G4, row.started_on))
        days += after_start(row, chance)
    return days


def unregistered(row: Row) -> bool:
    """Whether the statistics do not know it yet: every second late start of the quarter, and three old ones."""
    assert row.started_on is not None
    late = row.started_on > date(2024, 1, 27) and row.number % 2 == 0
    return late if row.kind == YearKind.NEW_START else row.number % 25 == 7


def after_start(row: Row, chance: Random) -> list[tuple[Gate, date]]:
    """Statistics, finish and first production."""
    assert row.started_on is not None
    days = []
    if not (unregistered(row) or row.pending):
        days.append((Gate.G4S, row.started_on + timedelta(days=chance.randrange(10, 50))))
    if row.kind == YearKind.FINISH and row.planned_finish <= date(2024, 5, 28):
        finished = date(2024, 3, 4) + timedelta(days=row.number * 7 % 20)
        days.append((Gate.G5, finished))
        if finished <= date(2024, 3, 10):
            days.append((Gate.G6, finished + timedelta(days=9)))
    return days
