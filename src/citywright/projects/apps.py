"""Wiring of the package."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "citywright.projects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Evidence may be read by those who see its project."""
        from citywright.kernel import attachments

        from .queries import way

        attachments.DOORS.append(way.may_read)
