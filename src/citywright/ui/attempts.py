"""Acts of a page: what may be done with which form, what came of it or why it was refused, how the page answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext

from citywright.kernel.errors import CannotReach, Refusal


@dataclass(frozen=True)
class Act:
    """One act of a page: the head, the button, what is said afterwards, its form, and what is done with a row."""

    title: str
    button: str
    said: str
    form: type[forms.Form]
    run: Callable[[Any, dict[str, Any]], Any]
    hint: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Panel:
    """An act that this person may do now, with its form; the first one has the filled button.

    `wish` is what somebody asked for: the form then stands open, filled in.
    """

    verb: str
    act: Act
    form: forms.Form
    first: bool
    wish: str = ""

    @property
    def opened(self) -> bool:
        """A folded act stands open when what was typed is not accepted, or when somebody asked for it."""
        return bool(self.form.errors or self.wish)


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
