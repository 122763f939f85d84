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
    """Compile the English words once."""
    from citywright.portal.words import compile_words

    compile_words()


@pytest.fixture()
def shared() -> Path:
    """The folder of published figures and data sets; tests that need it skip, visibly, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with published figures is not here")
    return SHARED
