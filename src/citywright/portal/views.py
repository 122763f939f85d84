"""Which page? 今日, the search box, and the reader's language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from citywright.kernel.http import standing


def home(request: HttpRequest) -> HttpResponse:
    """今日: what waits for me, and how the area stands."""
    return render(request, "portal/home.html", {"standing": standing(request)})
