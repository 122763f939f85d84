"""Who may open these pages: lines of the matrix."""

from __future__ import annotations

from citywright.followup.actions import forces, ladders, letters, meetings
from citywright.followup.queries import letters as asked
from citywright.followup.words import MeetingKind
from citywright.projects import samples
from citywright.projects.samples import AT

#: The unit's own people, the office, a verifier, the city and a leader; the office alone; the office and the city.
SEES, WORKING, WRITES = "crovyl", "crxovyl", "oy"
PAGES: dict[str, tuple[str, str]] = {
    "followup:meetings": ("/meetings/", WORKING),
    "followup:meeting_new": ("/meetings/new/", WRITES),
    "followup:meeting": ("/meetings/{meeting}/", SEES),
    "followup:meeting_amend": ("/meetings/{meeting}/amend/", "o"),
    "followup:decision": ("/meetings/{meeting}/decisions/{decision}/", "o"),
    "followup:forces": ("/forces/", WORKING),
    "followup:force_new": ("/forces/new/", WRITES),
    "followup:force": ("/forces/{force}/", SEES),
    "followup:letters": ("/letters/", WORKING),
    "followup:letter_new": ("/letters/new/", WRITES),
    "followup:letter": ("/letters/{letter}/", SEES),
    "followup:ladders": ("/ladders/", WORKING),
    "followup:ladder": ("/ladders/default/", WRITES),
    "projects:agenda_panel": ("/meetings/{meeting}/panel/", SEES),
    "projects:agenda_material": ("/meetings/{meeting}/material/", SEES),
    "projects:force_panel": ("/forces/{force}/projects/", SEES),
}
ELSEWHERE: set[str] = {"followup:minutes", "followup:letter_paper", "projects:agenda_collect",
                       "projects:agenda_export", "projects:force_add"}


def made(world: dict[str, str]) -> dict[str, str]:
    """A meeting with a decision given to the project's unit, a task force it sits in, and a letter sent to it."""
    office, unit, area = samples.office(), samples.unit(), samples.district()
    ladders.lay_ladders(by=None, at=AT)
    meeting = meetings.call(kind=MeetingKind.DISPATCH, title="示例调度会", area=area, held_at=AT, by=office, at=AT)
    meetings.hold(meeting=meeting, by=office, at=AT)
    decision = meetings.record(meeting=meeting, text="抓紧办理", units=[unit], by=office, at=AT)
    force = forces.set_up(name="示例专班", area=area, members=[unit], by=office, at=AT)
    letter = letters.issue(ladder=asked.ladder("default"), rung="assign", area=area, unit=unit, title="示例督办",
                           content="请办理。", by=office, at=AT)
    return {"meeting": str(meeting.pk), "decision": str(decision.pk), "force": str(force.pk),
            "letter": str(letter.pk)}
