"""The district's ledger as a workbook, and a second copy with deliberate faults, for trying the import."""


def write_all() -> None:
    """Both workbooks lie in the home."""
