"""Who may open these pages: lines of the matrix."""

from __future__ import annotations

from citywright.approvals import samples

WORKING, MINE = "crxovyl", "crovyl"
PAGES: dict[str, tuple[str, str]] = {
    "approvals:dossiers": ("/approvals/", WORKING),
    "approvals:windows": ("/approvals/windows/", "oyl"),
    "approvals:dossier": ("/approvals/{dossier}/", MINE),
}
ELSEWHERE: set[str] = set()


def made(world: dict[str, str]) -> dict[str, str]:
    """The rows these pages need."""
    return {"dossier": samples.dossier().project.code}
