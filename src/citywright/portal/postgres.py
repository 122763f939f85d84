"""A PostgreSQL of one's own for the length of a test run: made in a temporary folder, stopped by its own process."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Speed before safety: nothing here is to outlive the run.
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=120", "log_min_messages=fatal")


def binaries() -> Path | None:
    """The folder that holds initdb and postgres, the newest version first; None when there is none."""
    places = [Path(found).resolve().parent] if (found := shutil.which("initdb")) else []
    for pattern in ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"):
        places += sorted(Path("/").glob(pattern[1:]), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def throw_away() -> Iterator[str]:
    """A running cluster; gives its address as CITYWRIGHT_DATABASE_URL takes it, and removes everything after."""
    folder = Path(tempfile.mkdtemp(prefix="citywright-pg-"))
    place, port = binaries(), free_port()
    if place is None:
        raise FileNotFoundError("initdb")
    owner = "postgres" if os.geteuid() == 0 else None
    if owner:
        shutil.chown(folder, owner, owner)
    data, log = folder / "data", folder / "log"
    process: subprocess.Popen[bytes] | None = None
    try:
        subprocess.run([place / "initdb", "-D", data, "-U", "citywright", "-A", "trust", "-E", "UTF8", "--locale=C",
                        "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd=folder, user=owner, group=owner)
        options = [word for setting in SPEED for word in ("-c", setting)]
        with log.open("wb") as out:
            process = subprocess.Popen([place / "postgres", "-D", data, "-k", folder, "-h", "127.0.0.1",
                                        "-p", str(port), *options], stdout=out, stderr=out, cwd=folder,
                                       user=owner, group=owner)
        address = f"postgresql://citywright@127.0.0.1:{port}/postgres"
        wait_for(address, process, log)
        yield address
    finally:
        if process is not None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; says what its log says when it ended instead."""
    import psycopg

    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(log.read_text(errors="replace"))
        try:
            psycopg.connect(address, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise TimeoutError("PostgreSQL did not start within 30 seconds")
