"""The frame round every page: navigation by work, area and month in force."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame needs, as the template variable `frame`."""
    return {"frame": {}}
