"""The English words: every `locale/en/LC_MESSAGES/*.po` of a package becomes its one `django.mo` (without gettext)."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent


def catalogue_folders() -> list[Path]:
    """The folders that hold English words, one per package."""
    return sorted(PACKAGE.glob("*/locale/en/LC_MESSAGES"))


def compile_words() -> int:
    """Compile what is newer than its compiled form; returns how many catalogues were written."""
    written = 0
    for folder in catalogue_folders():
        parts, target = sorted(folder.glob("*.po")), folder / "django.mo"
        if not parts or (target.exists() and target.stat().st_mtime >= max(p.stat().st_mtime for p in parts)):
            continue
        merged = Catalog(locale="en", charset="utf-8")
        for part in parts:
            with part.open("rb") as file:
                for message in read_po(file, locale="en"):
                    if message.id:
                        merged.add(message.id, message.string)
        fresh = target.with_suffix(".tmp")
        with fresh.open("wb") as file:
            write_mo(file, merged)
        fresh.replace(target)
        written += 1
    return written
