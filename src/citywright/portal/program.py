"""What `./citywright COMMAND …` runs: demo, serve, test, check, bench; every other word is a command of Django's."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PYTHON = sys.executable
#: What `check` runs, in order; each must end with 0.
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lint", (PYTHON, "-m", "ruff", "check", "src", "tests", "benchmarks", "conftest.py")),
    ("types", (PYTHON, "-m", "mypy", "src")),
    ("import contracts", (PYTHON, "-c", "from importlinter.cli import lint_imports_command as run; run()",
                          "--no-cache", "--no-logo")),
    ("templates", (PYTHON, "-m", "djlint", "src/citywright", "--lint", "--quiet")),
    ("migrations", (PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run")),
)


def say(text: str) -> None:
    """One line to the person at the terminal, at once."""
    print(text, flush=True)


def demo(arguments: Sequence[str]) -> int:
    """Make the home ready with the sample district and serve it; a second start only serves."""
    parser = argparse.ArgumentParser(prog="citywright demo", description="准备示例区并启动 / the sample district")
    parser.add_argument("--prepare", action="store_true", help="只准备，不启动 / do all but start the server")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args(arguments)
    from . import readiness, server

    if not given.prepare and not server.is_free(given.host, given.port):
        say(f"端口 {given.port} 已被占用：关掉占用它的程序，或用 --port 换一个。"
            f" Port {given.port} is taken: stop what uses it, or choose another with --port.")
        return 1
    if not readiness.is_ready(sample=True):
        readiness.prepare(sample=True, say=say)
    if given.prepare:
        say("示例区已就绪。The sample district is ready.")
        return 0
    return server.serve(given.host, given.port, readiness.greeting())


def serve(arguments: Sequence[str]) -> int:
    """Serve a home that `prepare` has made ready; refuses one that is not."""
    parser = argparse.ArgumentParser(prog="citywright serve", description="启动 / serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args(arguments)
    from . import readiness, server

    if not readiness.is_ready(sample=False):
        say("数据还没有准备好：先运行 ./citywright prepare。The home is not ready: run ./citywright prepare first.")
        return 1
    if not server.is_free(given.host, given.port):
        say(f"端口 {given.port} 已被占用。Port {given.port} is taken.")
        return 1
    return server.serve(given.host, given.port, "")


def prepare(arguments: Sequence[str]) -> int:
    """Make the home ready for a real district: words, browser libraries, tables, areas, categories; no sample."""
    argparse.ArgumentParser(prog="citywright prepare", description="建库、更新 / make or update the home").parse_args(
        arguments)
    from . import readiness

    readiness.prepare(sample=False, say=say)
    say("已就绪。Ready.")
    return 0


def test(arguments: Sequence[str]) -> int:
    """Run the whole suite on SQLite, on PostgreSQL, or on both one after the other; the rest goes to pytest."""
    parser = argparse.ArgumentParser(prog="citywright test", allow_abbrev=False)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"])
    given, rest = parser.parse_known_args(arguments)
    from . import postgres

    found = postgres.binaries()
    wanted = given.database or ("both" if found else "sqlite")
    if found is None and wanted != "sqlite":
        say("没有找到 PostgreSQL 的 initdb。No initdb of PostgreSQL was found: install the server's package.")
        return 1
    if given.database is None and found is None:
        say("没有找到 PostgreSQL，只在 SQLite 上测试。PostgreSQL was not found: testing on SQLite only.")
    results = []
    if wanted in ("sqlite", "both"):
        results.append(run_pytest("SQLite", "", rest))
    if wanted in ("postgresql", "both"):
        with postgres.throw_away() as address:
            results.append(run_pytest("PostgreSQL", address, rest))
    return max(results)


def run_pytest(name: str, address: str, arguments: Sequence[str]) -> int:
    """One run of pytest with two workers against one database; returns pytest's code."""
    environment = {**os.environ, "CITYWRIGHT_DATABASE_URL": address}
    if not address:
        del environment["CITYWRIGHT_DATABASE_URL"]
    workers = [] if any(a in ("-n", "--pdb") or a.startswith("-n") for a in arguments) else ["-n", "2"]
    say(f"== {name} ==")
    return subprocess.run([PYTHON, "-m", "pytest", *workers, *arguments], cwd=ROOT, env=environment).returncode


def check(arguments: Sequence[str]) -> int:
    """Lint, types, import contracts, templates, migrations: all are run, and each that fails is named."""
    argparse.ArgumentParser(prog="citywright check").parse_args(arguments)
    failed = []
    for name, command in CHECKS:
        begun = time.monotonic()
        code = subprocess.run(command, cwd=ROOT).returncode
        say(f"{'ok' if code == 0 else 'FAILED'}  {name}  {time.monotonic() - begun:.1f} s")
        failed += [name] if code else []
    return 1 if failed else 0


def bench(arguments: Sequence[str]) -> int:
    """The benchmarks, each in a process and a home of its own, as one table."""
    return subprocess.run([PYTHON, str(ROOT / "benchmarks" / "table.py"), *arguments], cwd=ROOT).returncode


def django(arguments: Sequence[str]) -> int:
    """Any command of Django's or of the packages."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["citywright", *arguments])
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo": demo, "serve": serve, "prepare": prepare, "test": test, "check": check, "bench": bench,
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns what the shell gets."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citywright.portal.settings")
    if not arguments:
        return django(["help"])
    own = COMMANDS.get(arguments[0])
    try:
        return own(arguments[1:]) if own else django(arguments)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
