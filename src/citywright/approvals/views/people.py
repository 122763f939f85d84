"""Which page? The butler, the enterprise that follows its project, the leader."""

from __future__ import annotations

from django.urls import URLPattern

from . import butlers, enterprise, overview

urlpatterns: list[URLPattern] = [*enterprise.urlpatterns, *overview.urlpatterns, *butlers.urlpatterns]
