"""An act tried from a page: what it gave, or why it was refused; and how the page is then answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext

from citywright.kernel.errors import CannotReach, Refusal


def tried(act: Callable[[], Any]) -> tuple[Any, Refusal | None]:
    """What the act gave, or why it was refused; out of reach is not caught: that is a page of its own."""
    try:
        return act(), None
    except CannotReach:
        raise
    except Refusal as refusal:
        return None, refusal


def attempt(request: HttpRequest, act: Callable[[], Any], said: str) -> Refusal | None:
    """Does the act and says so; answers the refusal, if it was one that the page can show."""
    _, refusal = tried(act)
    if refusal is None:
        messages.success(request, gettext(said))
    return refusal


def status(request: HttpRequest, refusal: Refusal | None) -> int:
    """How a page that shows its form again is answered: refused, not understood, or just opened."""
    return 409 if refusal else 422 if request.method == "POST" else 200
