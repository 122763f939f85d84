"""Who may open these pages: lines of the matrix."""

from __future__ import annotations

from citywright.approvals import samples
from citywright.approvals.actions import catalogue
from citywright.approvals.models import Dossier
from citywright.projects import samples as people
from citywright.projects.models import Project

PAGES: dict[str, tuple[str, str]] = {
    "approvals:catalogue": ("/approvals/catalogue/", "crxovyl"),
    "approvals:departments": ("/approvals/catalogue/departments/", "crxovyl"),
    "approvals:catalogue_version": ("/approvals/catalogue/{catalogue}/", "crxovyl"),
    "approvals:catalogue_entry": ("/approvals/catalogue/{catalogue}/items/FG104/", "crxovyl"),
    "approvals:catalogue_entry_new": ("/approvals/catalogue/{draft}/items/new/", "oy"),
    "approvals:form": ("/approvals/{code}/form/", "crovyl"),
    "approvals:form_preview": ("/approvals/{code}/form/preview/", "crovyl"),
    "approvals:materials": ("/approvals/{code}/materials/", "crovyl"),
    "approvals:dossier_move": ("/approvals/{code}/catalogue/", "crovyl"),
    "approvals:panel": ("/approvals/{code}/panel/", "crovyl"),
}
ELSEWHERE: set[str] = {"approvals:dossier_open", "dossier_open", "approvals:catalogue_export", "catalogue_export"}


def made(world: dict[str, str]) -> dict[str, str]:
    """The catalogue in force, a draft of the next one, a dossier of the project."""
    version = samples.published()
    draft = catalogue.copy(version=version, area=people.district(), label="样例 2024-2", by=people.office(),
                           at=people.AT)
    project = Project.objects.get(code=world["code"])
    if not Dossier.objects.filter(project=project).exists():
        samples.dossier(project)
    return {"catalogue": str(version.pk), "draft": str(draft.pk)}
