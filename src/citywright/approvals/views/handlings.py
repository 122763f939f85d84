"""Which page? The worklist of a department, one item on one screen, receiving at one window."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
