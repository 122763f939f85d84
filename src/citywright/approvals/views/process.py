"""Which page? What the event log of the handlings tells."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
