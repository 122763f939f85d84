"""Wiring of the package."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "citywright.followup"
    default_auto_field = "django.db.models.BigAutoField"
