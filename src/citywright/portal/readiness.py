"""Is the home ready, and what makes it so? A stamp says what it was made ready with; nothing is done twice."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from . import settings
from .sample import PASSWORD, SAMPLE_DAY, SIGN_INS

ROOT = settings.PACKAGE.parent.parent
STAMP = settings.HOME / "ready"
Say = Callable[[str], None]

class HomeHoldsRealData(SystemExit):
    """The home holds rows that are no sample: the demonstration leaves it alone."""


def digest() -> str:
    """What readiness depends on in the code: the tables, the words, the browser libraries."""
    parts = [*sorted(settings.PACKAGE.glob("*/migrations/*.py")), *sorted(settings.PACKAGE.glob("*/locale/en/*/*.po")),
             *sorted(settings.PACKAGE.glob("*/fixtures/*")), ROOT / "package-lock.json"]
    sum_ = hashlib.sha256()
    for part in parts:
        sum_.update(part.name.encode() + (part.read_bytes() if part.is_file() else b""))
    return sum_.hexdigest()


def is_ready(*, sample: bool) -> bool:
    """Whether the stamp still holds and the database is the one it was written for."""
    from citywright.ui import vendor

    if not STAMP.exists() or not all((folder / "django.mo").exists() for folder in word_folders()):
        return False
    lock = ROOT / "package-lock.json"
    if lock.exists() and not vendor.is_there(lock.read_bytes()):
        return False
    made, migrations, *kind = STAMP.read_text().split()
    return made == digest() and migrations == str(applied()) and (not sample or kind == ["sample"])


def word_folders() -> list[Path]:
    """The folders of words that hold any."""
    return sorted({part.parent for part in settings.PACKAGE.glob("*/locale/en/LC_MESSAGES/*.po")})


def applied() -> int:
    """How many migrations the database has seen, 0 for none; asked without Django, which takes most of a second."""
    chosen, asked = settings.DATABASES["default"], "select count(*) from django_migrations"
    if "sqlite3" in chosen["ENGINE"]:
        if not Path(chosen["NAME"]).exists():
            return 0
        with closing(sqlite3.connect(chosen["NAME"])) as file:
            try:
                return int(file.execute(asked).fetchone()[0])
            except sqlite3.OperationalError:
                return 0
    import psycopg

    try:
        with psycopg.connect(host=chosen["HOST"], port=chosen["PORT"] or None, dbname=chosen["NAME"],
                             user=chosen["USER"], password=chosen["PASSWORD"] or None, connect_timeout=5) as connection:
            row = connection.execute(asked).fetchone()
            return int(row[0]) if row else 0
    except psycopg.errors.UndefinedTable:
        return 0
    except psycopg.OperationalError as error:
        raise SystemExit(f"连不上数据库。The database does not answer: {error}") from error


def prepare(*, sample: bool, say: Say) -> None:
    """Make the home ready, step by step, doing only what is not done; the sample only in an empty home."""
    for text, step in (("文字 words", words), ("浏览器库 browser libraries", browser_libraries)):
        timed(text, step, say)
    import django

    django.setup()
    if sample:
        refuse_real_data()
    timed("数据表 tables", tables, say)
    timed("区划与目录 areas and catalogues", ground, say)
    if sample:
        from .sample import build

        timed("示例区 sample district", lambda: build.build(say), say)
        (settings.HOME / "sample_day").write_text(SAMPLE_DAY + "\n")
    from .upkeep import count_rows

    count_rows()
    STAMP.write_text(f"{digest()} {applied()} {'sample' if sample else ''}\n")


def timed(text: str, step: Callable[[], None], say: Say) -> None:
    """Do one step and say how long it took."""
    begun = time.monotonic()
    step()
    say(f"  {text}  {time.monotonic() - begun:.1f} s")


def words() -> None:
    """The English words are compiled."""
    from .words import compile_words

    compile_words()


def browser_libraries() -> None:
    """What the browser needs stands in the static folder."""
    from citywright.ui.vendor import fetch_vendor

    fetch_vendor()


def tables() -> None:
    """The tables are those of the code."""
    from django.core.management import call_command

    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)


def ground() -> None:
    """Areas, categories, templates, lists, lamp presets, ladders and published figures are there."""
    from citywright.followup.actions import ladders
    from citywright.indicators.actions import published
    from citywright.kernel import areas, clock
    from citywright.projects.actions import lamps, setup

    areas.load_areas(at=clock.now())
    setup.lay_ground(by=None, at=clock.now())
    lamps.lay_presets(by=None, at=clock.now())
    ladders.lay_ladders(by=None, at=clock.now())
    published.lay(by=None, at=clock.now())


def refuse_real_data() -> None:
    """Refuse a home whose people or projects are no sample; an empty home passes, and so does the sample's own.

    What somebody adds to the sample (an imported ledger) stays there: its people are the sample's.
    """
    from django.db import connection

    if "kernel_person" not in connection.introspection.table_names():
        return
    from citywright.kernel.models import Person
    from citywright.projects.models import Project

    people = Person.objects.all()
    if (settings.HOME / "sample_day").exists() and people.filter(username=SIGN_INS[0][0], is_sample=True).exists():
        return
    if people.filter(is_sample=False).exists() or Project.objects.filter(is_sample=False).exists():
        raise HomeHoldsRealData(
            f"{settings.HOME} 里已有真实数据，不放示例：另设 CITYWRIGHT_HOME。"
            f" This home holds real data and stays as it is: set CITYWRIGHT_HOME to another folder.")


def greeting() -> str:
    """The sign-ins of the sample, for the terminal."""
    lines = [f"  {name:<11} {who}" for name, who in SIGN_INS]
    return "\n".join(["", f"城匠 Citywright 示例区，口令 password: {PASSWORD}", *lines, ""])


