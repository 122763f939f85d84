"""Pages of the month: the matrix, the report, the batch sheet, review and lock, corrections, the days."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import correcting, filling, hands, overview

urlpatterns: list[URLPattern] = [
    path("month/", overview.month, name="month"),
    path("month/chase/", overview.month_chase, name="month_chase"),
    path("month/days/", overview.month_days, name="month_days"),
    path("month/close/", overview.month_close, name="month_close"),
    path("month/sheet/", filling.batch_sheet, name="batch_sheet"),
    path("month/review/", hands.report_review, name="report_review"),
    path("month/lock/", hands.report_lock, name="report_lock"),
    path("month/corrections/", correcting.corrections, name="corrections"),
    path("month/corrections/<int:key>/", correcting.correction_decide, name="correction_decide"),
    path("month/report/<str:code>/", filling.report, name="report"),
    path("month/report/<str:code>/check/", filling.report_check, name="report_check"),
    path("month/report/<str:code>/correct/", correcting.correction, name="correction"),
]
