"""Pages of projects: the list and what is done from it, one project, its sheet, its form."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import listing, page

urlpatterns: list[URLPattern] = [
    path("projects/", listing.project_list, name="list"),
    path("projects/<str:code>/", page.project, name="project"),
]
