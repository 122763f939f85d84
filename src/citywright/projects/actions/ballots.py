"""What can a voter do? Cast one secret ballot with a token that was handed out; nothing tells whose it is.

The new ballot changes places with a random one in the box, so that not even the order of the rows says when it came.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, time

from django.db import transaction

from citywright.kernel import clock, journal
from citywright.kernel.models import Person

from ..models import Ballot, ObservationRound
from ..queries.ballots import CannotVote, admitted
from ..rules import observations as rules
from .observations import locked


@transaction.atomic
def cast(*, round: ObservationRound, token: str, ranks: Mapping[str, int], by: Person | None, at: datetime) -> None:
    """The ballot lies in the box and the token is used, both or neither; `by` is never kept, nor is the moment.

    Refused with a wrong or used token, outside the open vote, or when not every stop is ranked exactly once. The
    journal tells that a ballot was cast, on which day.
    """
    one = locked(round)
    used = admitted(one, token, lock=True)
    if not rules.is_whole(ranks, [str(key) for key in one.stops.values_list("pk", flat=True)]):
        raise CannotVote("每个点位都要排名次，名次不能重复")
    used.is_used = True
    used.save(update_fields=["is_used"])
    put_in(one, dict(ranks))
    midnight = datetime.combine(clock.day_of(at), time(), clock.CITY)
    journal.write(verb="ballot.cast", by=None, at=midnight, subject=one, area=one.area, data={"name": one.name})


def put_in(one: ObservationRound, ranks: dict[str, int]) -> None:
    """The box holds one ballot more; which row holds which is left to chance after every ballot."""
    box = list(Ballot.objects.filter(round=one).values_list("pk", flat=True))
    place = secrets.randbelow(len(box) + 1)
    if place < len(box):
        other = Ballot.objects.get(pk=box[place])
        ranks, other.ranks = other.ranks, ranks
        other.save(update_fields=["ranks"])
    Ballot.objects.create(round=one, ranks=ranks)
