"""Wiring of the package."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "citywright.projects"
    default_auto_field = "django.db.models.BigAutoField"
