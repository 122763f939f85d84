"""Tests run on a home of their own; the words are compiled first, as `./citywright` does before it starts."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ["CITYWRIGHT_HOME"] = tempfile.mkdtemp(prefix="citywright-test-")
os.environ.pop("CITYWRIGHT_TODAY", None)

import pytest  # noqa: E402

ROOT = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("CITYWRIGHT_SHARED", ROOT.parent / "shared"))


def pytest_configure(config: pytest.Config) -> None:
    """Files and lake of the tests stand in a home of their own; the English words are compiled once."""
    from django.conf import settings

    from citywright.portal.words import compile_words

    home = Path(os.environ["CITYWRIGHT_HOME"])  # the settings were read before this file: they still name the person's home
    settings.MEDIA_ROOT, settings.LAKE_ROOT, settings.STATIC_ROOT = home / "files", home / "lake", home / "static"
    settings.SAMPLE_DAY = None
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    compile_words()


@pytest.fixture()
def shared() -> Path:
    """The folder of published figures and data sets; tests that need it skip, visibly, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with published figures is not here")
    return SHARED
