"""Builds the sample district in an empty home, in one transaction: all of it stands, or nothing does."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from citywright.projects.models import Project

from . import (
    approvals,
    boards,
    butlers,
    campaigns,
    ground,
    issues,
    meetings,
    milestones,
    money,
    months,
    problems,
    promises,
    reserve,
    tasks,
    way,
    workbook,
)
from .diary import Diary

#: What happens in the district, each part noted before anything is told.
NOTES = (way.note_way, way.note_lists, way.note_exits, money.note_plans, money.note_funds, months.note_months,
         issues.note_issues, problems.note_problems, meetings.note_meetings, milestones.note_milestones,
         tasks.note_tasks, months.note_nights, reserve.note_reserve, campaigns.note_campaigns, boards.note_boards,
         approvals.note_approvals, butlers.note_butlers, promises.note_promises)


def build(say: Callable[[str], None]) -> None:
    """The sample stands; nothing happens where it stands already."""
    if Project.objects.exists():
        return
    with transaction.atomic():
        diary = Diary(ground.lay())
        for note in NOTES:
            note(diary)
        diary.tell(progress(say))
    workbook.write_all()


def progress(say: Callable[[str], None]) -> Callable[[int, int], None]:
    """Tells every fifth of the way."""
    def told(done: int, whole: int) -> None:
        if done * 5 // whole != (done - 1) * 5 // whole:
            say(f"    {done * 100 // whole} %  {done}/{whole}")
    return told
