"""Who may open these pages: lines of the matrix."""

from __future__ import annotations

PAGES: dict[str, tuple[str, str]] = {
    "approvals:process": ("/approvals/process/", "crxovyl"),
    "approvals:process_export": ("/approvals/process/export/", "crxovyl"),
}
ELSEWHERE: set[str] = set()


def made(world: dict[str, str]) -> dict[str, str]:
    """Nothing of its own."""
    return {}
