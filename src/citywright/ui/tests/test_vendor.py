"""The browser libraries: exactly those of the lock file, no address anywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from citywright.ui import vendor

LOCK = vendor.ROOT / "package-lock.json"


class TestLock:
    @pytest.mark.skipif(not LOCK.exists(), reason="an installed wheel carries the libraries and no lock file")
    def test_holds_hashes_and_no_addresses(self) -> None:
        text = LOCK.read_text()
        assert "http" not in text.lower()
        packages = {k: v for k, v in json.loads(text)["packages"].items() if k}
        assert packages
        assert all(p["integrity"].startswith("sha512-") for p in packages.values())

    @pytest.mark.skipif(not LOCK.exists(), reason="an installed wheel carries the libraries and no lock file")
    def test_pages_name_the_version_of_the_lock_file(self) -> None:
        version = json.loads(LOCK.read_text())["packages"]["node_modules/htmx.org"]["version"]
        base = (Path(vendor.__file__).parent / "templates/ui/base.html").read_text()
        assert f"vendor/htmx.org-{version}/htmx.min.js" in base


class TestCopy:
    def modules(self, place: Path) -> Path:
        (place / "htmx.org/dist").mkdir(parents=True)
        (place / "htmx.org/package.json").write_text('{"version": "9.9.9", "license": "0BSD"}')
        (place / "htmx.org/dist/htmx.min.js").write_text("run()\n//# sourceMappingURL=htmx.min.js.map\n")
        (place / "htmx.org/LICENSE").write_text("free")
        return place

    def test_leaves_versioned_files_without_source_maps_and_a_manifest(self, tmp_path: Path) -> None:
        target = tmp_path / "vendor"
        vendor.copy(self.modules(tmp_path / "node_modules"), target)
        assert (target / "htmx.org-9.9.9/htmx.min.js").read_text() == "run()\n\n"
        manifest = json.loads((target / "manifest.json").read_text())
        assert manifest[0]["version"] == "9.9.9"
        assert manifest[0]["licence"] == "0BSD"
        assert manifest[0]["files"][0]["sha384"].startswith("sha384-")

    def test_what_stood_there_before_goes(self, tmp_path: Path) -> None:
        target = tmp_path / "vendor"
        (target / "htmx.org-1.0.0").mkdir(parents=True)
        vendor.copy(self.modules(tmp_path / "node_modules"), target)
        assert not (target / "htmx.org-1.0.0").exists()

    def test_a_lost_file_or_another_lock_file_is_noticed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        target = tmp_path / "vendor"
        monkeypatch.setattr(vendor, "TARGET", target)
        vendor.copy(self.modules(tmp_path / "node_modules"), target)
        (target / "stamp").write_text(vendor.hashlib.sha256(b"lock").hexdigest())
        assert vendor.is_there(b"lock")
        assert not vendor.is_there(b"another")
        (target / "htmx.org-9.9.9/LICENSE").unlink()
        assert not vendor.is_there(b"lock")
