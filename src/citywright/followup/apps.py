"""Wiring of the package."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "citywright.followup"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What came with a reply may be read by those who see its task."""
        from citywright.kernel import attachments

        from .queries import tasks

        attachments.DOORS.append(tasks.may_read)
