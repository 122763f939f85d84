"""Who may vote? Whoever holds an unused token of an open round; nothing else is asked, and nothing is kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from citywright.kernel.errors import Refusal

from ..models import BallotToken, ObservationRound, ObservationStop
from ..rules import observations as rules
from ..words import RoundStep


class CannotVote(Refusal):
    """The vote is not open, the token is unknown or used, or the ballot does not rank every stop once."""


def round_of(key: UUID) -> ObservationRound | None:
    """The round people vote in, for whoever was given its address; None when there is none."""
    return ObservationRound.objects.filter(pk=key).first()


def admitted(one: ObservationRound, token: str, *, lock: bool = False) -> BallotToken:
    """The unused token of an open vote; refused otherwise, without telling more than its holder must know."""
    if one.step == RoundStep.PLANNED:
        raise CannotVote("投票尚未开放")
    if one.step != RoundStep.OPEN:
        raise CannotVote("投票已经结束")
    rows: Any = BallotToken.objects.select_for_update(of=("self",)) if lock else BallotToken.objects
    found: BallotToken | None = rows.filter(round=one, digest=rules.digest(token)).first()
    if found is None:
        raise CannotVote("凭证不对，请照选票上的字样重新输入")
    if found.is_used:
        raise CannotVote("这张选票已经投过，每张只能投一次")
    return found


def choices(one: ObservationRound) -> list[ObservationStop]:
    """What is to be ranked, in the order of the visit."""
    return list(one.stops.select_related("project", "unit").order_by("position"))
