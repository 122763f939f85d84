"""The program from the command line: a home is made ready once, a busy port is named, real data is left alone."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from .conftest import ROOT, Home

REAL = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from citywright.kernel.models import Person
Person.objects.create(username="real", full_name="真人")
"""


class TestDemo:
    def test_a_second_preparation_does_nothing(self, prepared: Home) -> None:
        done = prepared.run("demo", "--prepare")
        assert done.returncode == 0 and "已就绪" in done.stdout
        assert "示例区 sample district" not in done.stdout

    def test_a_busy_port_is_named(self, prepared: Home) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = prepared.run("demo", "--port", str(port))
        assert done.returncode == 1 and f"端口 {port} 已被占用" in done.stdout

    def test_a_home_with_real_people_is_left_as_it_is(self, tmp_path: Path) -> None:
        home = Home(tmp_path / "real", "")
        home.folder.mkdir()
        subprocess.run([sys.executable, "-c", REAL], env=home.environment(), cwd=ROOT, check=True)
        before = (home.folder / "citywright.sqlite3").read_bytes()
        done = home.run("demo", "--prepare")
        assert done.returncode == 1 and "已有真实数据" in done.stderr
        assert (home.folder / "citywright.sqlite3").read_bytes() == before
        assert not (home.folder / "sample_day").exists()

    def test_what_was_added_to_the_sample_stays_and_the_sample_starts_again(self, district: Home) -> None:
        sheet = str(district.folder / "workbooks" / "示例区重点项目台账.xlsx")
        loaded = district.run("ledger", "load", sheet, "--area", "990101", "--month", "2024-03", "--by", "office")
        assert loaded.returncode == 0, loaded.stdout + loaded.stderr
        (district.folder / "ready").unlink()
        done = district.run("demo", "--prepare")
        assert done.returncode == 0, done.stdout + done.stderr

    def test_serve_refuses_a_home_that_is_not_ready(self, tmp_path: Path) -> None:
        done = Home(tmp_path / "empty", "").run("serve")
        assert done.returncode == 1 and "./citywright prepare" in done.stdout


class TestCommands:
    def test_the_journal_of_the_sample_is_whole(self, prepared: Home) -> None:
        assert prepared.run("journal", "verify").returncode == 0

    def test_doctor_says_what_is_set(self, prepared: Home) -> None:
        done = prepared.run("doctor")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "2024-03-27" in done.stdout and str(prepared.folder) in done.stdout
