"""A real browser against a real server on a copy of the prepared sample home, on whichever database the run has.

The home is prepared once for all workers (a lock file), copied for each test that writes; tests that only read share
one server per worker. Without chromium every journey skips and says so.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen
from uuid import uuid4

import psycopg
import pytest

from citywright.portal.postgres import free_port
from citywright.ui import vendor

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
PASSWORD = "citywright-demo"
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
ADDRESS = os.environ.get("CITYWRIGHT_DATABASE_URL", "")
#: Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is marked `browser`, and skips where there is no chromium."""
    missing = None if chromium() else pytest.mark.skip(reason="chromium is not installed: the journeys were not walked")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(missing)


def chromium() -> str | None:
    """The browser of the machine."""
    return next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
                None)


@dataclass
class Home:
    """A prepared home: its folder, the address of its database ("" for SQLite), where its server listens."""

    folder: Path
    database: str
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder.parent / "server.log"

    def environment(self) -> dict[str, str]:
        """What a process of this home needs."""
        kept = {key: value for key, value in os.environ.items() if key not in ("CITYWRIGHT_TODAY",)}
        kept |= {"CITYWRIGHT_HOME": str(self.folder), "PYTHONPATH": str(ROOT / "src"),
                 "DJANGO_SETTINGS_MODULE": "citywright.portal.settings"}
        kept.pop("CITYWRIGHT_DATABASE_URL", None)
        return kept | ({"CITYWRIGHT_DATABASE_URL": self.database} if self.database else {})

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the program in this home."""
        return subprocess.run([sys.executable, "-m", "citywright.portal.program", *arguments], cwd=ROOT, text=True,
                              env=self.environment(), capture_output=True, check=False, timeout=900)


def database(name: str) -> str:
    """The address of a database of the run's cluster."""
    return urlunsplit(urlsplit(ADDRESS)._replace(path=f"/{name}"))


def in_cluster(statement: str) -> None:
    """One statement outside any transaction."""
    with psycopg.connect(ADDRESS, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Home:
    """The home as `demo --prepare` leaves it, made by the first worker that asks.

    CITYWRIGHT_JOURNEY_HOME names one that is ready already (SQLite), while journeys are being written.
    """
    ready = os.environ.get("CITYWRIGHT_JOURNEY_HOME", "")
    if ready and not ADDRESS:
        return Home(Path(ready), "")
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    home = Home(shared / "prepared", database("citywright_sample") if ADDRESS else "")
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home.folder / "ready").exists():
            if ADDRESS:
                in_cluster('CREATE DATABASE "citywright_sample"')
            done = home.run("demo", "--prepare")
            assert done.returncode == 0, done.stdout + done.stderr
    return home


@contextmanager
def copied(prepared: Home, folder: Path) -> Iterator[Home]:
    """A copy of the prepared home, with a server on it, gone afterwards."""
    home = Home(folder / "home", "", free_port())
    shutil.copytree(prepared.folder, home.folder)
    if ADDRESS:
        name = f"citywright_{uuid4().hex[:12]}"
        in_cluster(f'CREATE DATABASE "{name}" TEMPLATE "citywright_sample"')
        home.database = database(name)
    with home.log.open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "citywright.portal.program", "demo", "--port", str(home.port)], cwd=ROOT,
            env=home.environment(), stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(home, server)
        yield home
    finally:
        server.terminate()
        server.wait(20)
        if ADDRESS:
            in_cluster(f'DROP DATABASE "{name}" WITH (FORCE)')
        shutil.rmtree(home.folder, ignore_errors=True)


def wait_for(home: Home, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; fails with what it said when it ended instead."""
    for _ in range(300):
        if server.poll() is not None:
            pytest.fail(f"the server ended: {home.log.read_text()}")
        try:
            urlopen(f"{home.url}/accounts/login/", timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail("the server did not answer within 30 seconds")


@pytest.fixture()
def district(prepared: Home, tmp_path: Path) -> Iterator[Home]:
    """A district of one's own: what the test does there is gone afterwards."""
    with copied(prepared, tmp_path) as home:
        yield home


@pytest.fixture(scope="session")
def reading(prepared: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The district of all tests that only read."""
    with copied(prepared, tmp_path_factory.mktemp("reading")) as home:
        yield home


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The machine's chromium, without a window."""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Walker:
    """Somebody at a browser: a page that is watched for errors and for requests to other hosts."""

    page: object
    home: Home
    faults: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Everything that goes wrong from now on is noted."""
        page = self.page
        page.on("console", lambda m: m.type == "error" and self.faults.append(f"console: {m.text} ({page.url})"))
        page.on("pageerror", lambda error: self.faults.append(f"script: {error} ({page.url})"))
        page.on("request", lambda r: self.outside(r.url))
        page.on("response", lambda r: r.status >= 500 and self.faults.append(f"{r.status}: {r.url}"))

    def outside(self, address: str) -> None:
        """Note a request that leaves the program."""
        if not address.startswith((self.home.url, "data:", "blob:", "about:")):
            self.faults.append(f"another host: {address}")

    def go(self, path: str) -> object:
        """Open an address of the program."""
        return self.page.goto(self.home.url + path, wait_until="load")

    def sign_in(self, who: str) -> None:
        """Sign in by the form, as a person does."""
        self.go("/accounts/login/")
        self.page.fill("input[name=login]", who)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)


@pytest.fixture()
def walk(browser: object) -> Iterator[object]:
    """Gives walkers: `walk(home, who, size=DESK, language="zh-hans")`; none of them may leave a fault behind."""
    contexts, walkers = [], []

    def start(home: Home, who: str = "", size: dict[str, int] = DESK, language: str = "zh-hans") -> Walker:
        context = browser.new_context(viewport=size, locale={"en": "en-US"}.get(language, "zh-CN"),
                                      timezone_id="Asia/Shanghai", accept_downloads=True)
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "django_language", "value": language, "url": home.url}])
        contexts.append(context)
        walker = Walker(context.new_page(), home)
        walker.watch()
        walkers.append(walker)
        if who:
            walker.sign_in(who)
        return walker

    yield start
    for context in contexts:
        context.close()
    faults = [fault for walker in walkers for fault in walker.faults]
    said = [walker.home.log.read_text()[-3000:] for walker in walkers if any(f[:3] == "500" for f in walker.faults)]
    assert not faults, "\n".join(faults + said[:1])


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """The text of axe-core, by the lock file of this folder; skips where npm cannot fetch it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    place = shared / "axe"
    with (shared / "axe.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "node_modules").exists():
            place.mkdir(exist_ok=True)
            for name in (HERE / "package.json", HERE / "package-lock.json", ROOT / ".npmrc"):
                shutil.copy(name, place / name.name)
            try:
                vendor.install(place)
            except vendor.CannotFetch as refused:
                pytest.skip(f"axe-core could not be fetched: {refused}")
    return (place / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
