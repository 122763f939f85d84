"""The reference pages that are made from the code say what the code says."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import pytest

from . import source


def maker() -> ModuleType:
    """docs/make_reference.py as a module."""
    spec = spec_from_file_location("make_reference", source.ROOT / "docs/make_reference.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = maker()


class TestReference:
    @pytest.mark.parametrize("page", MAKER.PAGES)
    def test_page_is_the_one_the_code_makes(self, page: str) -> None:
        kept = (source.ROOT / page).read_text(encoding="utf-8")
        assert kept == MAKER.PAGES[page](), f"{page} lags: run {MAKER.RENEW}"

    def test_every_word_of_the_glossary_has_its_english(self) -> None:
        wrong = [line for line in MAKER.glossary().splitlines() if line.startswith("| `") and line.endswith("|  |")]
        assert not wrong, wrong
