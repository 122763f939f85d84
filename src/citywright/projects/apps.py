"""Wiring of the package."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "citywright.projects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Evidence may be read by those who see its project; meetings and task forces show their projects."""
        from citywright.kernel import attachments
        from citywright.ui import panels

        from .queries import way

        attachments.DOORS.append(way.may_read)
        panels.hang("followup:meeting", "projects:agenda_panel")
        panels.hang("followup:force", "projects:force_panel")
