"""Panels: an upper package shows something on a lower package's page, by the name of its address, loaded by htmx.

Hung up once, when the upper package is wired (`apps.ready`); the lower page knows names only.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

_HUNG: dict[str, list[str]] = {}


def hang(place: str, page: str) -> None:
    """The panel answered by address `page` stands on `place` (`followup:meeting`); hung twice it stands once."""
    names = _HUNG.setdefault(place, [])
    if page not in names:
        names.append(page)


def of(place: str, keys: Iterable[object]) -> list[str]:
    """The addresses of the panels of a place, each made with the place's own keys."""
    return [reverse(page, args=list(keys)) for page in _HUNG.get(place, ())]
