"""Wiring of the package."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "citywright.approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Materials may be read by those who see their dossier; a project's page shows where its approvals stand."""
        from citywright.kernel import attachments
        from citywright.ui import panels

        from .queries import materials

        attachments.DOORS.append(materials.may_read)
        panels.hang("projects:project", "approvals:panel")
