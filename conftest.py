"""Tests run on a home of their own; the words are compiled first, as `./citywright` does before it starts."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ["CITYWRIGHT_HOME"] = tempfile.mkdtemp(prefix="citywright-test-")
os.environ.pop("CITYWRIGHT_TODAY", None)

import pytest  # noqa: E402

ROOT = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("CITYWRIGHT_SHARED", ROOT.parent / "shared"))


def pytest_configure(config: pytest.Config) -> None:
    """Files and lake of the tests stand in a home of their own; the English words are compiled once."""
    from django.conf import settings
    from hypothesis import settings as hypothesis_settings

    from citywright.portal.words import compile_words

    hypothesis_settings.register_profile("untimed", deadline=None)
    hypothesis_settings.load_profile("untimed")
    # The settings were read before this file: they still name the person's home.
    home = Path(os.environ["CITYWRIGHT_HOME"])
    settings.MEDIA_ROOT, settings.LAKE_ROOT, settings.STATIC_ROOT = home / "files", home / "lake", home / "static"
    settings.SAMPLE_DAY = None
    # The real one is slow on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    compile_words()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The home of the tests is gone with them."""
    shutil.rmtree(os.environ["CITYWRIGHT_HOME"], ignore_errors=True)


@pytest.fixture()
def shared() -> Path:
    """The folder of published figures and data sets; tests that need it skip, visibly, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with published figures is not here")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def _triggers_sleep_while_tables_are_emptied() -> Iterator[None]:
    """Tests that commit are cleaned by emptying every table, which the triggers of the journal and others refuse."""
    from django.test import TransactionTestCase

    emptied = TransactionTestCase._fixture_teardown

    def asleep(case: TransactionTestCase) -> None:
        with _without_triggers():
            emptied(case)

    TransactionTestCase._fixture_teardown = asleep
    yield
    TransactionTestCase._fixture_teardown = emptied


@contextmanager
def _without_triggers() -> Iterator[None]:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            try:
                yield
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        try:
            yield
        finally:
            for _, sql in triggers:
                cursor.execute(sql)
