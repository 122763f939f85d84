"""Who may open these pages: lines of the matrix."""

from __future__ import annotations

from citywright.approvals import samples
from citywright.approvals.actions import people
from citywright.approvals.models import Dossier
from citywright.projects import samples as ledger
from citywright.projects.models import Project

WORKING, MINE, ANYBODY = "crxovyl", "crovyl", "crxovylazts"
PAGES: dict[str, tuple[str, str]] = {
    "approvals:butler": ("/approvals/butler/", WORKING),
    "approvals:overview": ("/approvals/overview/", WORKING),
    "approvals:letters": ("/approvals/messages/", WORKING),
    "approvals:service": ("/approvals/{code}/service/", MINE),
    "approvals:enterprise": ("/p/{token}/", ANYBODY),
}
ELSEWHERE: set[str] = set()


def made(world: dict[str, str]) -> dict[str, str]:
    """A dossier whose enterprise holds a link; it opens today and long after."""
    found = Dossier.objects.filter(project__code=world["code"]).first()
    row = found or samples.dossier(Project.objects.get(code=world["code"]))
    token = people.open_page(dossier=row, days=730, by=ledger.office(), at=ledger.AT)
    Dossier.objects.filter(pk=row.pk).update(token_until="2999-01-01")
    return {"token": token}
