"""What can be asked in followup? Alerts here; meetings, tasks and letters have a file each."""

from .alerts import UnitDigest, digest, standing, visible_to

__all__ = ["UnitDigest", "digest", "standing", "visible_to"]
