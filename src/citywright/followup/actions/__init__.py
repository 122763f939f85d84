"""What can be done in followup? Alerts here; meetings, tasks and letters have a file each."""

from .alerts import Edge, Followed, follow, take

__all__ = ["Edge", "Followed", "follow", "take"]
