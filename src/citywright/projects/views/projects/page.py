"""Page: one project."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ...queries import ledger


def project(request: HttpRequest, code: str) -> HttpResponse:
    """一个项目."""
    return render(request, "projects/project.html", {"project": ledger.project(request.user, code)})
