"""What every benchmark shares: a fresh home, CPU time and memory of this process, one printed line per figure."""

from __future__ import annotations

import atexit
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "src"), str(Path(__file__).resolve().parents[1])]
MARK = "BENCH "
TURNS = 3_000_000


def calibration() -> float:
    """CPU seconds of a fixed loop of plain Python: the yardstick between machines (about 0.2 on a laptop of 2024)."""
    begun, total = time.process_time(), 0
    for number in range(TURNS):
        total += number * number % 7
    assert total
    return time.process_time() - begun


def ready() -> None:
    """Django awake on an empty home of its own, gone at the end: tables made, nothing in them."""
    home = tempfile.mkdtemp(prefix="citywright-bench-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["CITYWRIGHT_HOME"] = home
    os.environ.pop("CITYWRIGHT_TODAY", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citywright.portal.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def told(name: str, value: float, unit: str, limit: float | None = None) -> None:
    """One figure, as the table reads it."""
    figure = {"name": name, "value": value, "unit": unit, "limit": limit}
    print(MARK + json.dumps(figure, ensure_ascii=False), flush=True)


@contextmanager
def cpu(name: str, limit: float | None = None) -> Iterator[None]:
    """Tells the CPU seconds (user and system) of what is done inside."""
    begun = time.process_time()
    yield
    told(name, time.process_time() - begun, "CPU s", limit)


def peak_mb() -> float:
    """The most memory this process has held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
