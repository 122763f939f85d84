"""Every Chinese sentence a person can read has its English words; all that are missing are named at once."""

from __future__ import annotations

import ast
import io
import re
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from citywright.kernel.words import Word

from . import source

GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "gettext_noop"}
TRANSLATE = re.compile(r"{%\s*(?:translate|trans)\s.*?%}", re.S)
BLOCK = re.compile(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}"
                   r"|{%\s*blocktrans\s.*?{%\s*endblocktrans\s*%}", re.S)
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?{%\s*endcomment\s*%}|<!--.*?-->", re.S)
#: Chinese that is the same in every language: the product's name, the name of the language itself.
SAME = ("城匠", "简体中文", "中文", "中")


@cache
def english() -> dict[str, str]:
    """Every English entry of every fragment of every package."""
    found: dict[str, str] = {}
    for part in sorted(source.SRC.glob("*/locale/en/LC_MESSAGES/*.po")):
        with part.open("rb") as file:
            for message in read_po(file, locale="en"):
                ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
                texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
                for key in ids:
                    if key:
                        found[key] = texts[0]
    return found


def said_in_python(path: Path) -> list[tuple[str, int]]:
    """Chinese literals handed to gettext, Said and refusals, and those of tables in capitals that hold Said."""
    found = []
    for node in ast.walk(source.tree(path)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).split(".")[-1]
        if name in GETTEXT or name in ("Said", "Refusal") or name.startswith("Cannot"):
            for argument in node.args[:2]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    found.append((argument.value, node.lineno))
    return [(text, line) for text, line in found if source.CHINESE.search(text)]


def said_in_tables(path: Path) -> list[tuple[str, int]]:
    """Chinese values of dictionaries called REASONS, TITLES, LABELS … : sentences that pages show by their key."""
    found = []
    for node in source.tree(path).body:
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(
            node, ast.Assign) else None
        if not isinstance(target, ast.Name) or not re.match(r"[A-Z_]*(REASONS|TITLES|LABELS|TEXTS)$", target.id):
            continue
        found += [(part.value, part.lineno) for part in ast.walk(node)  # type: ignore[misc]
                  if isinstance(part, ast.Constant) and isinstance(part.value, str)
                  and source.CHINESE.search(part.value)]
    return found


def said_in_template(path: Path) -> list[str]:
    """The keys a template asks the catalogue for, as Django sees them."""
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    python = templatize(text, origin=str(path))
    keys = [key for _, _, messages, _ in extract_python(io.BytesIO(python.encode()), list(GETTEXT), [], {})
            for key in (messages if isinstance(messages, tuple) else (messages,)) if key]
    rest = BLOCK.sub("", TRANSLATE.sub("", text))
    for tag in re.findall(r"{%.*?%}|{{.*?}}", rest, re.S):
        keys += [a or b for a, b in re.findall(r'"([^"]*)"|\'([^\']*)\'', tag)]
    return [key for key in keys if source.CHINESE.search(key)]


def words() -> list[tuple[str, str]]:
    """The Chinese label of every word of every package."""
    found = []
    for path in source.at_station("words"):
        module = import_module(".".join(path.relative_to(source.SRC.parent).with_suffix("").parts).removesuffix(
            ".__init__"))
        for name, kind in vars(module).items():
            if isinstance(kind, type) and issubclass(kind, Word) and issubclass(kind, Enum) and kind is not Word:
                found += [(member.zh, f"{module.__name__}.{name}") for member in kind]
    return sorted(set(found))


def told(missing: list[tuple[str, str]]) -> str:
    """The missing ones as lines of a catalogue, each with its place."""
    lines = {text: place for text, place in missing}
    return f"{len(lines)} without English words:\n" + "\n".join(
        f"#: {place}\nmsgid {ast.unparse(ast.Constant(text))}\nmsgstr \"\"" for text, place in sorted(
            lines.items(), key=lambda pair: pair[1]))


def lacking(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that the catalogue does not know."""
    return [(text, place) for text, place in found if text not in SAME and not english().get(text)]


class TestWords:
    def test_every_label_has_english_words(self) -> None:
        missing = lacking(words())
        assert not missing, told(missing)

    def test_every_sentence_of_the_code_has_english_words(self) -> None:
        missing = lacking([(text, source.shown(path, line)) for path in source.modules()
                           if "sample" not in path.parts
                           for text, line in said_in_python(path) + said_in_tables(path)])
        assert not missing, told(missing)

    def test_every_sentence_of_the_pages_has_english_words(self) -> None:
        missing = lacking([(text, source.shown(path)) for path in source.templates()
                           for text in said_in_template(path)])
        assert not missing, told(missing)

    def test_no_page_holds_chinese_that_cannot_be_translated(self) -> None:
        wrong = []
        for path in source.templates():
            text = path.read_text(encoding="utf-8")
            for pattern in (COMMENT, BLOCK, TRANSLATE):
                text = pattern.sub(lambda m: "\n" * m.group().count("\n"), text)
            bare = re.sub(r"{%.*?%}|{{.*?}}", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
            wrong += [f"{source.shown(path, n)}: {line.strip()[:80]}" for n, line in enumerate(bare.splitlines(), 1)
                      if source.CHINESE.search(re.sub("|".join(SAME), "", line))]
        assert not wrong, "\n".join(wrong)

    def test_slots_are_the_same_in_both_languages(self) -> None:
        slot = re.compile(r"%\((\w+)\)[sd]")
        wrong = [key for key, text in english().items() if text and set(slot.findall(text)) - set(slot.findall(key))]
        assert not wrong, wrong

    @pytest.mark.parametrize("path", sorted(source.SRC.glob("*/locale/en/LC_MESSAGES/*.po")), ids=lambda p: p.name)
    def test_no_english_entry_is_chinese_or_empty(self, path: Path) -> None:
        with path.open("rb") as file:
            wrong = [m.id for m in read_po(file, locale="en") if m.id and not m.string]
        assert not wrong, wrong

    def test_a_sentence_has_one_english_form_in_a_package(self) -> None:
        wrong = []
        for folder in sorted(source.SRC.glob("*/locale/en/LC_MESSAGES")):
            known: dict[object, tuple[str, object]] = {}
            for part in sorted(folder.glob("*.po")):
                with part.open("rb") as file:
                    for message in filter(lambda one: one.id, read_po(file, locale="en")):
                        first, text = known.setdefault(message.id, (part.name, message.string))
                        if text != message.string:
                            wrong.append(f"{message.id}: {text} in {first}, {message.string} in {part.name}")
        assert not wrong, "\n".join(wrong)
