"""Wiring of the package."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "citywright.portal"
    default_auto_field = "django.db.models.BigAutoField"
