"""Finding every page there is by following links, one of each shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
CODE = re.compile(r"/\d{6}-\d{4}-\d{4}/")
DEFINITION = re.compile(r"/definitions/[^/]+/")
INDICATOR = re.compile(r"/((?:indicators|snapshots/KEY))/[A-Z][A-Z0-9_]+/")
PUBLISHED = re.compile(r"/(published|relations)/[^/]+/")
LISTED = re.compile(r"/lists/(?:(issues|changes)/\d+|[A-Z][A-Z0-9-]+)/")
CATALOGUE = re.compile(r"/approvals/catalogue/\d+/(?:([a-z]+)/(?!new/)[^/]+/)?")
FILE = re.compile(r"(?:\.(?:xlsx|docx|csv|png|svg|json)$|/attachments/|/export|/download|/logout)")


def shape(address: str) -> str:
    """The address with codes, keys and filters taken out: pages of one shape are one page."""
    parts = urlsplit(address)
    path = DEFINITION.sub("/definitions/NAME/", CODE.sub("/CODE/", UUID.sub("KEY", parts.path)))
    path = PUBLISHED.sub(r"/\1/NAME/", INDICATOR.sub(r"/\1/NAME/", path))
    path = LISTED.sub(lambda found: f"/lists/{found[1]}/KEY/" if found[1] else "/lists/NAME/", path)
    path = CATALOGUE.sub(lambda found: f"/approvals/catalogue/KEY/{found[1]}/NAME/" if found[1]
                         else "/approvals/catalogue/KEY/", path)
    names = sorted({pair.split("=")[0] for pair in parts.query.split("&") if pair} & {"view", "group", "measure"})
    return path + ("?" + "&".join(names) if names else "")


def links(walker: object) -> list[str]:
    """The addresses of our own pages that the open page links to, as paths."""
    here, found = walker.page.url, []
    for href in walker.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))"):
        whole = urljoin(here, href)
        if whole.startswith(walker.home.url) and not FILE.search(urlsplit(whole).path):
            parts = urlsplit(whole)
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def every_page(walker: object, most: int = 80) -> Iterator[str]:
    """Open every shape of page that can be reached by links from 今日, breadth first, and give its address."""
    waiting, seen = ["/"], {"/"}
    while waiting and most:
        address = waiting.pop(0)
        answer = walker.go(address)
        if answer is not None and answer.status >= 400:
            walker.faults.append(f"{answer.status}: {address}")
            continue
        most -= 1
        yield address
        for link in links(walker):
            if shape(link) not in seen:
                seen.add(shape(link))
                waiting.append(link)
