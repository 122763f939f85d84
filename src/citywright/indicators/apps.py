"""Wiring of the package."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "citywright.indicators"
    default_auto_field = "django.db.models.BigAutoField"
