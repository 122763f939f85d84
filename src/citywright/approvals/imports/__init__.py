"""What comes in from files: catalogues (YAML), event logs (XES)."""

from .catalogue import CannotReadCatalogue, read

__all__ = ["CannotReadCatalogue", "read"]
