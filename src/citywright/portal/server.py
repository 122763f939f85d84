"""The server process: granian, one worker; one thread on SQLite, eight on PostgreSQL."""

from __future__ import annotations

import socket
import threading
import time
from urllib.error import URLError
from urllib.request import urlopen

from . import settings


def is_free(host: str, port: int) -> bool:
    """Whether the address can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def threads() -> int:
    """Threads that answer requests: SQLite is fastest and never locked out with one (STACK 1)."""
    return 1 if "sqlite3" in settings.DATABASES["default"]["ENGINE"] else 8


def announce(host: str, port: int, greeting: str) -> None:
    """Wait for the first answer, then print the address and the greeting."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    address = f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
    for _ in range(600):
        try:
            urlopen(f"{address}accounts/login/", timeout=5).close()
            break
        except (URLError, OSError):
            time.sleep(0.05)
    print(f"{greeting}\n{address}", flush=True)


def serve(host: str, port: int, greeting: str) -> int:
    """Serve until stopped (Ctrl-C or SIGTERM)."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    threading.Thread(target=announce, args=(host, port, greeting), daemon=True).start()
    Server("citywright.portal.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=1,
           blocking_threads=threads(), websockets=False, log_level=LogLevels.warning,
           respawn_failed_workers=True).serve()
    return 0
