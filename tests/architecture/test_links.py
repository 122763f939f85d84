"""Every relative link of the documents leads to a file that is there, and to a heading when it names one."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from . import source

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.S | re.M)
HEADING = re.compile(r"^#+ +(.+?) *$", re.M)
DOCUMENTS = sorted([*source.ROOT.glob("*.md"), *source.ROOT.glob("docs/**/*.md"), *source.ROOT.glob("deploy/*.md"),
                    *source.ROOT.glob("benchmarks/*.md")])


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as hosts of Markdown make them."""
    heads = HEADING.findall(FENCE.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def broken(path: Path) -> list[str]:
    """The links of a document that lead nowhere."""
    wrong = []
    for link in LINK.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = unquote(link).partition("#")
        target = (path.parent / place).resolve() if place else path
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            wrong.append(link)
    return wrong


class TestLinks:
    @pytest.mark.parametrize("path", DOCUMENTS, ids=source.shown)
    def test_lead_to_what_is_there(self, path: Path) -> None:
        assert not broken(path), f"{source.shown(path)}: {broken(path)}"

    def test_every_document_of_the_manual_is_linked_from_another(self) -> None:
        linked = {(path.parent / unquote(link).partition("#")[0]).resolve() for path in DOCUMENTS
                  for link in LINK.findall(path.read_text(encoding="utf-8"))}
        lost = [source.shown(path) for path in DOCUMENTS if "docs" in path.parts and path.resolve() not in linked]
        assert not lost, f"no page leads to {lost}"

    def test_no_picture_is_kept_that_no_page_shows(self) -> None:
        text = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
        assert not [p.name for p in source.ROOT.glob("docs/pictures/*.png") if p.name not in text]
