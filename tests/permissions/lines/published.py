"""Who may open these pages: published figures and relations are for everybody who has a working post."""

from __future__ import annotations

from citywright.indicators.actions import published
from citywright.projects.samples import AT

WORKING = "crxovyl"
PAGES: dict[str, tuple[str, str]] = {
    "indicators:published": ("/published/", WORKING),
    "indicators:published_figure": ("/published/{published}/", WORKING),
    "indicators:relations": ("/relations/", WORKING),
    "indicators:relation": ("/relations/R02/", WORKING),
}
ELSEWHERE: set[str] = set()


def made(world: dict[str, str]) -> dict[str, str]:
    """The rows these pages need; `world` holds the keys made before (`code`, `list`, `problem` …)."""
    published.lay(by=None, at=AT)
    return {"published": "004-004"}
