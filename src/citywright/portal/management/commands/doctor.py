"""./citywright doctor: what is set, what is there, what is missing."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from citywright.portal import postgres, readiness
from citywright.portal import settings as set_

PACKAGES = ("django", "granian", "psycopg", "openpyxl", "python-calamine", "pyarrow", "duckdb", "ibis-framework",
            "chinesecalendar")
Line = tuple[bool, str, str]


class Command(BaseCommand):
    """Prints one line for each thing; ends with 1 when something that is needed is missing."""

    help = "现在的设置、缺什么 / what is set and what is missing"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        needed = [*home(), *database()]
        parts = (("设置 settings", needed), ("程序 program", [*program()]), ("可选 optional", [*optional()]))
        for title, lines in parts:
            self.stdout.write(title)
            for good, name, value in lines:
                self.stdout.write(f"  {'✓' if good else '✗'} {name:<16} {value}")
        if not all(good for good, _, _ in needed):
            raise SystemExit(1)


def home() -> Iterator[Line]:
    """Where data lives, and whether it is ready."""
    folder = set_.HOME
    yield folder.exists(), "home", f"{folder}" + ("" if folder.exists() else "（不存在 missing）")
    ready = readiness.is_ready(sample=False)
    yield ready, "ready", "已准备" if ready else "未准备：./citywright prepare 或 demo"
    yield True, "sample day", str(settings.SAMPLE_DAY or "—（真实时间 real time）")
    yield True, "hosts", ",".join(settings.ALLOWED_HOSTS)
    yield True, "https", "1" if settings.SESSION_COOKIE_SECURE else "0（没有 HTTPS 代理）"
    yield True, "max upload", f"{settings.MAX_UPLOAD // 1024 // 1024} MiB"


def database() -> Iterator[Line]:
    """Which database, whether it answers, and whether its tables are those of the code."""
    chosen = connection.settings_dict
    name = chosen["NAME"] if connection.vendor == "sqlite" else (
        f"{chosen['USER']}@{chosen['HOST']}:{chosen['PORT']}/{chosen['NAME']}")
    try:
        executor = MigrationExecutor(connection)
        owed = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        with connection.cursor() as cursor:
            cursor.execute("select sqlite_version()" if connection.vendor == "sqlite" else "show server_version")
            version = cursor.fetchone()[0]
    except DatabaseError as error:
        yield False, "database", f"{connection.vendor} {name}：{error}"
        return
    yield True, "database", f"{connection.vendor} {version} {name}"
    yield not owed, "tables", "与程序一致" if not owed else f"还差 {owed} 步迁移 migrations owed"


def program() -> Iterator[Line]:
    """Versions of what runs."""
    yield True, "python", f"{platform.python_version()} {platform.machine()}"
    yield True, "sqlite", sqlite3.sqlite_version
    for name in PACKAGES:
        try:
            yield True, name, metadata.version(name)
        except metadata.PackageNotFoundError:
            yield False, name, "没有安装 not installed"
    for program_, why in (("git", ""), ("npm", "取浏览器库；没有时用 PyPI 里的一份")):
        found = shutil.which(program_)
        yield True, program_, found or f"—（{why or '不需要'}）"


def optional() -> Iterator[Line]:
    """What tests and screenshots want."""
    browser = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
    yield bool(browser), "chromium", browser or "没有：浏览器测试会跳过"
    place = postgres.binaries()
    yield bool(place), "postgresql", str(place) if place else "没有 initdb：只能在 SQLite 上测试"
    fonts = cjk_fonts()
    yield fonts > 0, "fonts", f"{fonts} 种中文字体" if fonts else "没有中文字体：截图会缺字（fonts-noto-cjk）"


def cjk_fonts() -> int:
    """How many fonts know Chinese; 0 when fontconfig is not there."""
    if not shutil.which("fc-list"):
        return 0
    done = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return len(set(done.stdout.splitlines()))
