"""Which page? Versions of the catalogue, their entries, publishing, units behind departments."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
