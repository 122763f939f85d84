"""Pages of lists: all of them, one, its batches, drafting and issuing, changes, a list of one's own."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import batches, board, changes

urlpatterns: list[URLPattern] = [
    path("lists/", board.board, name="lists"),
    path("lists/define/", batches.list_define, name="list_define"),
    path("lists/changes/", changes.list_changes, name="list_changes"),
    path("lists/changes/propose/", changes.list_propose, name="list_propose"),
    path("lists/changes/<int:key>/", changes.list_change, name="list_change"),
    path("lists/issues/<int:key>/", batches.list_issue, name="list_issue"),
    path("lists/issues/<int:key>/strike/", batches.list_strike, name="list_strike"),
    path("lists/issues/<int:key>/export/", batches.list_issue_export, name="list_issue_export"),
    path("lists/<str:code>/", board.list_page, name="list_page"),
    path("lists/<str:code>/draft/", batches.list_draft, name="list_draft"),
    path("lists/<str:code>/export/", board.export, name="list_export"),
    path("lists/<str:code>/end/", board.list_end, name="list_end"),
]
