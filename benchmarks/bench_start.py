"""The program from the command to the first answer, on a home that is ready."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import measure

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Prepare an empty home, then measure the second start by the wall clock."""
    sys.path.insert(0, str(ROOT / "src"))
    from citywright.portal.postgres import free_port

    port = free_port()
    home = tempfile.mkdtemp(prefix="citywright-bench-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    environment = {**os.environ, "CITYWRIGHT_HOME": home, "PYTHONPATH": str(ROOT / "src")}
    run = [sys.executable, "-m", "citywright.portal.program"]
    begun = time.monotonic()
    subprocess.run([*run, "demo", "--prepare"], env=environment, check=True, stdout=subprocess.DEVNULL)
    measure.told("demo --prepare on an empty home", time.monotonic() - begun, "s")
    begun = time.monotonic()
    server = subprocess.Popen([*run, "demo", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
    try:
        while time.monotonic() - begun < 60:
            try:
                urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5).close()
                break
            except (URLError, OSError):
                time.sleep(0.02)
        measure.told("second start of demo, to the first answer", time.monotonic() - begun, "s", 3)
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
