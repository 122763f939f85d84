"""Which page? The one form of a dossier: what applies, what is still asked, its materials."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
