"""Which page? The butler, the enterprise that follows its project, the leader."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
