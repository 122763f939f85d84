"""How is a peer review run and counted? Its loop, the times of its route, its ballots, its scores. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from citywright.kernel.steps import Loop, Move
from citywright.kernel.words import Role

from ..words import RoundStep, RoundVerb
from . import rates

MANAGERS = frozenset({Role.OFFICE, Role.CITY})
LOOP = Loop(
    name="observation", first=RoundStep.PLANNED, ends=frozenset({RoundStep.PUBLISHED}),
    moves=(
        Move(RoundVerb.OPEN, frozenset({RoundStep.PLANNED}), RoundStep.OPEN, MANAGERS),
        Move(RoundVerb.CLOSE, frozenset({RoundStep.OPEN}), RoundStep.CLOSED, MANAGERS),
        Move(RoundVerb.PUBLISH, frozenset({RoundStep.CLOSED}), RoundStep.PUBLISHED, MANAGERS),
    ),
)
#: Minutes on the road between two stops where no arrival is given; ballots below which nothing is shown. Parameters.
TRAVEL = 15
FEWEST_BALLOTS = 3
FEWEST_STOPS, MOST_STOPS, MOST_VOTERS = 2, 30, 500
#: The full mark of both parts.
FULL = 100
#: Letters of a token: none that is read as another one; twelve of them make 60 bits.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH, GROUP = 12, 4


@dataclass(frozen=True)
class Visit:
    """When the visitors come to a stop and leave it; `early` when they are told to come before they can."""

    arrives: time
    leaves: time
    early: bool = False


def route(starts: time | None, stops: Sequence[tuple[time | None, int]], travel: int = TRAVEL) -> list[Visit | None]:
    """The times of each stop (given arrival, minutes of stay): the given arrival, else the one before + the road.

    None where neither a start nor an earlier arrival is known.
    """
    visits: list[Visit | None] = []
    free = _moment(starts) if starts else None
    for given, minutes in stops:
        reached = free + timedelta(minutes=travel) if free else None
        arrives = _moment(given) if given else reached
        if arrives is None:
            visits.append(None)
            continue
        free_before, free = free, arrives + timedelta(minutes=minutes)
        visits.append(Visit(arrives.time(), free.time(), early=free_before is not None and arrives < free_before))
    return visits


def _moment(at: time) -> datetime:
    return datetime.combine(date(2000, 1, 1), at)


def plain(token: str) -> str:
    """The token as it was made: capitals, no spaces or dashes."""
    return "".join(letter for letter in token.upper() if letter in LETTERS)[:2 * LENGTH]


def printed(token: str) -> str:
    """The token in groups of four, as slips show it."""
    return "-".join(token[at:at + GROUP] for at in range(0, len(token), GROUP))


def digest(token: str) -> str:
    """The SHA-256 that is kept instead of a token."""
    return hashlib.sha256(plain(token).encode()).hexdigest()


def is_whole(ranks: Mapping[str, int], stops: Sequence[str]) -> bool:
    """Whether a ballot ranks every stop exactly once, from 1 to their number."""
    return set(ranks) == set(stops) and sorted(ranks.values()) == list(range(1, len(stops) + 1))


def votes(ballots: Sequence[Mapping[str, int]], stops: Sequence[str]) -> dict[str, list[int]]:
    """How many ballots put each stop at each rank: v_1 … v_n by stop."""
    counted = {stop: [0] * len(stops) for stop in stops}
    for ballot in ballots:
        for stop, rank in ballot.items():
            counted[stop][rank - 1] += 1
    return counted


def data_scores(values: Mapping[str, Fraction | None]) -> dict[str, Decimal | None]:
    """功效系数法 over the stops, out of 100, two places; None where a stop has no value."""
    known = [value for value in values.values() if value is not None]
    return {stop: None if value is None else rates.rounded(rates.efficacy(FULL, value, min(known), max(known)), 2)
            for stop, value in values.items()}


@dataclass(frozen=True)
class Score:
    """A stop's result: field vote, data, both mixed, rank; None where it may not or cannot be told."""

    votes: tuple[int, ...]
    field: Fraction | None
    data: Fraction | None
    whole: Fraction | None
    rank: int | None


def scores(counted: Mapping[str, Sequence[int]], data: Mapping[str, Decimal | None], field_weight: int) -> dict[
        str, Score]:
    """Every stop's score; nothing of the vote with fewer ballots than FEWEST_BALLOTS. Equal scores share a rank."""
    share = Fraction(field_weight, 100)
    told = {}
    for stop, column in counted.items():
        enough = sum(column) >= FEWEST_BALLOTS
        field = rates.rank_votes(column) if enough else None
        given = data.get(stop)
        part = None if given is None else Fraction(given)
        whole = None if field is None or (part is None and share < 1) else rates.composite(
            field, part or Fraction(0), share)
        told[stop] = (tuple(column) if enough else (), field, part, whole)
    known = [stop for stop, one in told.items() if one[3] is not None]
    places = rates.ranks([told[stop][3] or Fraction(0) for stop in known]) if len(known) == len(told) else []
    ranked = dict(zip(known, places, strict=False)) if places else {}
    return {stop: Score(*one, ranked.get(stop)) for stop, one in told.items()}
