"""The sample's finish days: told the evening the dossiers came over, as the night would have told them."""

from __future__ import annotations

from datetime import datetime, time

from citywright.approvals.actions import promises
from citywright.kernel.clock import CITY

from .approvals import TAKEN_OVER
from .diary import Diary


def note_promises(diary: Diary) -> None:
    """Every open dossier has its finish told, p10, p50 and p90."""
    def act(at: datetime) -> None:
        promises.tell(area=diary.ground.district, on=TAKEN_OVER, by=None, at=at)

    diary.note(datetime.combine(TAKEN_OVER, time(22, 0), CITY), act)
