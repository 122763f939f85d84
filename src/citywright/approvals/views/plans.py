"""Which page? All dossiers with their finish days, the plan of one."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
