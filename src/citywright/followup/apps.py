"""Wiring of the package."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "citywright.followup"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What came with a reply may be read by those who see its task; a photo of a meeting by those who see that."""
        from citywright.kernel import attachments

        from .queries import meetings, tasks

        attachments.DOORS.extend((tasks.may_read, meetings.may_read))
