"""Which page? Saving and deleting a view; both go back to the list."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from citywright.kernel import access, clock
from citywright.kernel.models import Person

from . import actions
from .models import SavedView


def back(request: HttpRequest) -> str:
    """The page of this program to return to, named by the form; else the first page."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"


@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Save the list's address under a name."""
    by = cast(Person, request.user)
    held = access.memberships(by)
    unit = held[0].organisation if held and request.POST.get("for_unit") else None
    actions.save_view(page=request.POST.get("page", "")[:60], name=request.POST.get("name", ""),
                      query=request.POST.get("query", ""), unit=unit, by=by, at=clock.now())
    return redirect(back(request))


@require_POST
def view_delete(request: HttpRequest, view: int) -> HttpResponse:
    """Delete a view of one's own."""
    by = cast(Person, request.user)
    actions.delete_view(view=get_object_or_404(SavedView, pk=view), by=by, at=clock.now())
    return redirect(back(request))
