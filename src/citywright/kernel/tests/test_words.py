"""Every Chinese word and sentence of the kernel has its English one, with the same slots."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

KERNEL = Path(__file__).resolve().parent.parent
MODULES = ["access", "actions", "areas", "attachments", "clock", "codes", "errors", "http", "money", "periods", "steps",
           "views", "words"]
#: Parts of patterns and of stored names, not said to anybody.
NOT_SAID = {"号", "第", "附件", r"([^0-9〔〕\s]+)〔([12][0-9]{3})〕([1-9][0-9]*)号"}
SLOT = re.compile(r"%\(\w+\)\w")


def sentences(module: str) -> set[str]:
    tree = ast.parse((KERNEL / f"{module}.py").read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = {node.value for node in ast.walk(tree)
             if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told}
    return {text for text in texts if re.search("[\u4e00-\u9fff]", text)} - NOT_SAID


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    with (KERNEL / "locale/en/LC_MESSAGES/kernel.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


@pytest.mark.parametrize("module", MODULES)
def test_every_sentence_is_in_the_catalogue(module: str, english: dict[str, str]) -> None:
    assert sentences(module) <= set(english)


def test_translations_keep_the_slots_and_are_not_empty(english: dict[str, str]) -> None:
    for chinese, text in english.items():
        assert text
        assert not re.search("[\u4e00-\u9fff]", re.sub("鲁政字.*号|第", "", text))
        assert sorted(SLOT.findall(chinese)) == sorted(SLOT.findall(text)), chinese
