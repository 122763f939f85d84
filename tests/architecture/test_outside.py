"""Nothing is loaded from elsewhere, and nothing we run on forbids the city to run it."""

from __future__ import annotations

import re
from importlib import metadata

from . import source

ELSEWHERE = re.compile(r"""(?:src|href|action|url\(|@import|fetch\(|from)\s*[=(]?\s*["']?\s*(?:https?:)?//[\w.-]""")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json)[^>]*>"
                    r"|\son(?:click|change|load|submit|input)=")
#: Never at run time (STACK 1): their licence would bind the city's own changes.
AGPL = {"pm4py", "django-viewflow", "viewflow", "django-fsm", "libcoveoc4ids"}


class TestNothingFromElsewhere:
    def test_templates_and_styles_load_nothing_from_another_host(self) -> None:
        files = [*source.templates(), *(p for p in source.SRC.glob("*/static/**/*") if p.suffix in {".css", ".js"}
                                        and "vendor" not in p.parts)]
        wrong = [f"{source.shown(path, n)}: {line.strip()[:100]}" for path in files
                 for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
                 if ELSEWHERE.search(line) and "www.w3.org" not in line]
        assert not wrong, "\n".join(wrong)

    def test_templates_hold_no_inline_scripts(self) -> None:
        wrong = [f"{source.shown(path, n)}: {line.strip()[:100]}" for path in source.templates()
                 for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if INLINE.search(line)]
        assert not wrong, f"the content policy forbids them: {wrong}"


class TestLicences:
    def test_no_lock_holds_what_never_runs_here(self) -> None:
        for lock in ("requirements.lock", "requirements-dev.lock", "requirements-spark.lock"):
            names = set(re.findall(r"^([A-Za-z0-9_.-]+)==", (source.ROOT / lock).read_text(), re.M))
            assert names and not {n.lower() for n in names} & AGPL, lock

    def test_nothing_installed_for_running_is_under_the_agpl(self) -> None:
        names = re.findall(r"^([A-Za-z0-9_.-]+)==", (source.ROOT / "requirements.lock").read_text(), re.M)
        wrong = []
        for name in names:
            try:
                about = metadata.metadata(name)
            except metadata.PackageNotFoundError:
                continue
            said = " ".join([about.get("License") or "", about.get("License-Expression") or "",
                             *(about.get_all("Classifier") or [])])
            wrong += [name] if re.search(r"AGPL|Affero", said[:2000]) else []
        assert not wrong, wrong

    def test_locks_name_no_host(self) -> None:
        for lock in ("requirements.lock", "requirements-dev.lock", "requirements-spark.lock", "package-lock.json"):
            if (source.ROOT / lock).exists():
                assert "http" not in (source.ROOT / lock).read_text(), f"{lock} holds an address"
