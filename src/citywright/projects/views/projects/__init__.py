"""Pages of projects: the list and what is done from it, one project, its sheet, its history, its form."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import change, listing, page

urlpatterns: list[URLPattern] = [
    path("projects/", listing.project_list, name="list"),
    path("projects/new/", change.adopt, name="adopt"),
    path("projects/export/", change.export, name="export"),
    path("projects/enter/", change.enter, name="enter"),
    path("projects/lists/<int:key>/difference/", listing.difference, name="difference"),
    path("projects/<str:code>/", page.project, name="project"),
    path("projects/<str:code>/sheet/", page.sheet, name="sheet"),
    path("projects/<str:code>/history/", page.past, name="history"),
    path("projects/<str:code>/amend/", change.amend, name="amend"),
]
