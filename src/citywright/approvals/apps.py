"""Wiring of the package."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "citywright.approvals"
    default_auto_field = "django.db.models.BigAutoField"
