"""Who may open these pages: lines of the matrix."""

from __future__ import annotations

from citywright.approvals import samples
from citywright.projects.models import Project

PAGES: dict[str, tuple[str, str]] = {
    "approvals:desk": ("/approvals/desk/", "crxovyl"),
    "approvals:consultation": ("/approvals/consultation/", "crxovyl"),
    "approvals:handling": ("/approvals/handlings/{handling}/", "crovyl"),
    "approvals:receive": ("/approvals/{code}/receive/", "crovyl"),
    "approvals:surveys": ("/approvals/{code}/surveys/", "crovyl"),
}
ELSEWHERE: set[str] = {"approvals:desk_accept", "desk_accept"}


def made(world: dict[str, str]) -> dict[str, str]:
    """An item of the project at the window of a department."""
    project = Project.objects.get(code=world["code"])
    dossier = getattr(project, "dossier", None) or samples.dossier(project)
    row = dossier.handlings.filter(code="HB502").first() or samples.received(dossier, "HB502")[0]
    return {"handling": str(row.pk)}
