"""Who may open these pages: lines of the matrix."""

from __future__ import annotations

from citywright.projects import samples
from citywright.projects.actions import lists
from citywright.projects.models import ListIssue, Project
from citywright.projects.words import ChangeKind

WORKING, MINE, OFFICES = "crxovyl", "crovyl", "oy"
PAGES: dict[str, tuple[str, str]] = {
    "projects:lists": ("/lists/", WORKING),
    "projects:list_page": ("/lists/KEY-D/", WORKING),
    "projects:list_export": ("/lists/NEW/export/", WORKING),
    "projects:list_define": ("/lists/define/", OFFICES),
    "projects:list_draft": ("/lists/CON/draft/", OFFICES),
    "projects:list_issue": ("/lists/issues/{list}/", WORKING),
    "projects:list_issue_export": ("/lists/issues/{list}/export/", WORKING),
    "projects:list_changes": ("/lists/changes/", WORKING),
    "projects:list_propose": ("/lists/changes/propose/", "crxoy"),
    "projects:list_change": ("/lists/changes/{change}/", MINE),
}
ELSEWHERE: set[str] = {"projects:list_strike", "projects:list_end"}


def made(world: dict[str, str]) -> dict[str, str]:
    """A change of the list that waits."""
    change = lists.propose(issue=ListIssue.objects.get(pk=world["list"]), kind=ChangeKind.REMOVE, reason="示例",
                           project=Project.objects.get(code=world["code"]), by=samples.clerk(), at=samples.AT)
    return {"change": str(change.pk)}
