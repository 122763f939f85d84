"""Wiring of the package."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "citywright.ui"
    default_auto_field = "django.db.models.BigAutoField"
