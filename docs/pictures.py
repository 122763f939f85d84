"""Takes the pictures of the documents: `.venv/bin/python docs/pictures.py [--home FOLDER] [NAME …]`.

Makes a sample home of its own in a temporary folder (or copies the prepared one that --home names), serves it, walks
it as the people of the sample, writes docs/pictures/NAME.png and stops the server. Without names it takes all. Needs
the packages of requirements-dev.lock, a chromium (CITYWRIGHT_CHROMIUM, or the machine's) and Chinese fonts.
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
from citywright.portal.postgres import free_port  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
PASSWORD = "citywright-demo"
SHEET, FAULTS = "示例区重点项目台账.xlsx", "示例区重点项目台账（含错误）.xlsx"
PROJECT = "990101-2021-0043"
#: At most 256 colours: first the most frequent of each coarse region, so that a small red lamp stays red, then the most
#: frequent of the rest; every other colour becomes its nearest.
FEW_COLOURS = """async png => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height), brush = canvas.getContext("2d");
  brush.drawImage(image, 0, 0);
  const data = new Uint32Array(brush.getImageData(0, 0, image.width, image.height).data.buffer), count = new Map();
  for (const colour of data) count.set(colour, (count.get(colour) || 0) + 1);
  const often = [...count.entries()].sort((a, b) => b[1] - a[1]).map(pair => pair[0]), regions = new Map();
  for (const c of often) if (!regions.has(c & 0xe0e0e0)) regions.set(c & 0xe0e0e0, c);
  const kept = [...new Set([...[...regions.values()].slice(0, 160), ...often])].slice(0, 256);
  const parts = c => [c & 255, c >> 8 & 255, c >> 16 & 255], place = new Map(kept.map((c, i) => [c, i]));
  const nearest = colour => {
    const [r, g, b] = parts(colour);
    let best = 0, least = Infinity;
    kept.forEach((other, i) => {
      const [x, y, z] = parts(other), away = (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2;
      if (away < least) { least = away; best = i; }
    });
    place.set(colour, best);
    return best;
  };
  let pixels = "";
  for (const colour of data) pixels += String.fromCharCode(place.has(colour) ? place.get(colour) : nearest(colour));
  return {width: image.width, height: image.height, colours: kept.flatMap(parts), pixels: btoa(pixels)};
}"""


@dataclass
class District:
    """A served sample home and the browser that walks it."""

    folder: Path
    url: str
    browser: Browser

    def person(self, who: str, size: dict[str, int] = DESK, language: str = "zh-hans") -> Page:
        """Somebody signed in."""
        context = self.browser.new_context(viewport=size, locale="en-US" if language == "en" else "zh-CN",
                                           timezone_id="Asia/Shanghai")
        context.add_cookies([{"name": "django_language", "value": language, "url": self.url}])
        page = context.new_page()
        page.goto(f"{self.url}/accounts/login/")
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda address: "/accounts/login" not in address)
        return page

    def go(self, who: str, path: str, size: dict[str, int] = DESK, language: str = "zh-hans") -> Page:
        """The page that a person opens."""
        page = self.person(who, size, language)
        page.goto(self.url + path, wait_until="networkidle")
        return page

    def planned(self, name: str) -> Page:
        """The plan of a workbook, uploaded by the office."""
        page = self.go("office", "/ledger/")
        page.set_input_files("input[type=file]", str(self.folder / "workbooks" / name))
        page.click("form[enctype] button")
        page.wait_for_url(re.compile(r"/ledger/[0-9a-f-]{36}/"))
        return page


def ledger(district: District) -> Page:
    """What the sheet would change, old beside new."""
    page = district.planned(SHEET)
    page.goto(f"{page.url.split('?')[0]}?tab=changed", wait_until="networkidle")
    return page


def report(district: District) -> Page:
    """A report on a phone, its draft filled by the sheet."""
    applied(district)
    return district.go("clerk", f"/month/report/{PROJECT}/", PHONE)


def sheet(district: District) -> Page:
    """The unit's batch sheet, its drafts filled by the workbook."""
    applied(district)
    return district.go("clerk", "/month/sheet/")


def applied(district: District) -> None:
    """The workbook is applied, once."""
    page = district.planned(SHEET)
    button = page.get_by_role("button", name=re.compile("^应用"))
    if button.count() and button.first.is_enabled():
        button.first.click()
        page.wait_for_load_state()



def found(district: District, listed: str, text: str) -> Page:
    """The page a list leads to under this text, as the office sees it."""
    page = district.go("office", listed)
    page.locator("tbody a.nm", has_text=text).first.click()
    page.wait_for_load_state("networkidle")
    return page


def joint_start(district: District) -> Page:
    """The first batch of the joint starts, with its totals."""
    page = district.go("office", "/lists/QST/")
    page.locator("a", has_text="第 1 批").first.click()
    page.wait_for_load_state("networkidle")
    return page


def result(district: District) -> Page:
    """The published result of a peer review."""
    page = found(district, "/observations/", "一季度")
    page.goto(f"{page.url}result/", wait_until="networkidle")
    return page


def ballot(district: District) -> Page:
    """A ballot on the phone of somebody without an account, from a slip of the review to come."""
    page = found(district, "/observations/", "二季度")
    page.fill("input[name=voters]", "6")
    page.click("button[value=open]")
    slip = page.locator(".slips small").first.inner_text()
    phone = district.browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
    phone.goto(slip, wait_until="networkidle")
    phone.click(".acts button")
    phone.wait_for_selector("select")
    return phone


#: In this order: what shows the district before the sheet comes first.
TAKEN: dict[str, Callable[[District], Page]] = {
    "home": lambda d: d.go("office", "/"),
    "home-en": lambda d: d.go("office", "/", language="en"),
    "projects": lambda d: d.go("office", "/projects/"),
    "project": lambda d: d.go("office", f"/projects/{PROJECT}/"),
    "month": lambda d: d.go("office", "/month/"),
    "lamps": lambda d: d.go("office", "/lamps/"),
    "bulletin": lambda d: d.go("office", "/bulletin/"),
    "board": lambda d: d.go("office", "/indicators/"),
    "snapshots": lambda d: d.go("office", "/snapshots/"),
    "gate": lambda d: d.go("clerk", f"/projects/{PROJECT}/gates/g5/claim/"),
    "ledger-faults": lambda d: d.planned(FAULTS),
    "ledger": ledger,
    "sheet": sheet,
    "report-phone": report,
    "meeting": lambda d: found(d, "/meetings/", "谋划策划"),
    "agenda": lambda d: found(d, "/meetings/", "一季度"),
    "letter": lambda d: found(d, "/letters/", "督查橙〔2024〕1号"),
    "lists": lambda d: d.go("office", "/lists/"),
    "list": lambda d: d.go("office", "/lists/KEY-D/"),
    "joint-start": joint_start,
    "plan": lambda d: d.go("office", "/plans/"),
    "reserve": lambda d: d.go("office", "/reserve/"),
    "scores": lambda d: d.go("office", "/reserve/scores/"),
    "tasks": lambda d: d.go("office", "/tasks/"),
    "task": lambda d: found(d, "/tasks/", "省重点项目要素保障"),
    "proposals": lambda d: d.go("office", "/proposals/"),
    "published": lambda d: d.go("office", "/published/"),
    "relations": lambda d: d.go("office", "/relations/"),
    "indicator": lambda d: d.go("office", "/indicators/START_DUE/"),
    "approvals": lambda d: d.go("office", "/approvals/990101-2023-0121/"),
    "approvals-list": lambda d: d.go("office", "/approvals/"),
    "approvals-form": lambda d: d.go("office", "/approvals/990101-2023-0121/form/"),
    "approvals-desk": lambda d: d.go("office", "/approvals/desk/"),
    "approvals-log": lambda d: d.go("office", "/approvals/process/"),
    "campaigns": lambda d: d.go("office", "/campaigns/"),
    "campaign": lambda d: found(d, "/campaigns/", "项目深化年"),
    "review": lambda d: found(d, "/observations/", "二季度"),
    "review-result": result,
    "ballot-phone": ballot,
}


def chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def smaller(page: Page, png: bytes) -> bytes:
    """The picture with a palette of 256 colours: a third of its size, and nobody sees it."""
    found = page.evaluate(FEW_COLOURS, base64.b64encode(png).decode())
    pixels, width = base64.b64decode(found["pixels"]), found["width"]
    rows = b"".join(b"\0" + pixels[at:at + width] for at in range(0, len(pixels), width))
    head = struct.pack(">IIBBBBB", width, found["height"], 8, 3, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"PLTE", bytes(found["colours"]))
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def chromium() -> str:
    """The browser."""
    named = os.environ.get("CITYWRIGHT_CHROMIUM", "")
    found = named or next((f for n in ("chromium", "chromium-browser", "google-chrome") if (f := shutil.which(n))), "")
    if not found:
        raise SystemExit("No chromium was found: install it, or name it in CITYWRIGHT_CHROMIUM.")
    return found


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server on this home, for as long as it is needed."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if k not in ("CITYWRIGHT_TODAY", "CITYWRIGHT_DATABASE_URL")}
    environment["CITYWRIGHT_HOME"] = str(folder)
    command = [sys.executable, "-m", "citywright.portal.program", "demo"]
    environment |= {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "citywright.portal.settings"}
    subprocess.run([*command, "--prepare"], env=environment, check=True)
    server = subprocess.Popen([*command, "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/accounts/login/", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers."""
    for _ in range(300):
        if server.poll() is not None:
            raise SystemExit("The server ended.")
        try:
            urlopen(address, timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("The server did not answer within 30 seconds.")


def main() -> None:
    """The pictures are those of the program as it is."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--home", type=Path, help="a prepared sample home to copy")
    parser.add_argument("names", nargs="*", help="; ".join(TAKEN))
    given = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="citywright-pictures-") as place, sync_playwright() as driver:
        folder = Path(place) / "home"
        if given.home:
            shutil.copytree(given.home, folder)
        with served(folder) as url:
            browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
            district, plain = District(folder, url, browser), browser.new_page()
            for name in given.names or TAKEN:
                png = smaller(plain, TAKEN[name](district).screenshot())
                (PICTURES / f"{name}.png").write_bytes(png)
                print(f"{name}.png  {len(png) // 1024} KB", flush=True)
            browser.close()


if __name__ == "__main__":
    main()
