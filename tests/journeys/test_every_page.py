"""Every page opens, at both sizes and in both languages, fits the phone, and asks no other host."""

from __future__ import annotations

import pytest

from .conftest import DESK, PHONE
from .pages import every_page

MANY = 20
SPOKEN = {"zh-hans": "zh-CN", "en": "en"}
OFTEN = [(DESK, "zh-hans"), (PHONE, "zh-hans"), (DESK, "en"), (PHONE, "en")]


def odd(walker: object, address: str, size: dict[str, int], language: str) -> list[str]:
    """What is wrong with the open page: not one title, the wrong language, wider than the phone."""
    page = walker.page
    titles, spoken = page.locator("h1").count(), page.get_attribute("html", "lang")
    width = page.evaluate("document.documentElement.scrollWidth")
    return [f"{address}: {text}" for text, bad in (
        (f"{titles} titles", titles != 1), ("no name for the tab", not page.title()),
        (f"says its language is {spoken}", spoken != SPOKEN[language]),
        (f"is {width} wide", size is PHONE and width > PHONE["width"] + 1)) if bad]


class TestEveryPage:
    @pytest.mark.parametrize(("size", "language"), OFTEN, ids=["desk-zh", "phone-zh", "desk-en", "phone-en"])
    def test_opens_for_the_office(self, reading: object, walk: object, size: dict, language: str) -> None:
        walker, wrong, opened = walk(reading, "office", size, language), [], []
        for address in every_page(walker):
            opened.append(address)
            wrong += odd(walker, address, size, language)
        assert not wrong, "\n".join(wrong)
        assert len(opened) > MANY, opened

    @pytest.mark.parametrize("who", ["clerk", "reviewer", "verifier", "leader", "city", "stranger", "sysadmin"])
    def test_opens_for_everybody_who_is_shown_it(self, reading: object, walk: object, who: str) -> None:
        walker, wrong = walk(reading, who, PHONE), []
        for address in every_page(walker, 40):
            wrong += odd(walker, address, PHONE, "zh-hans")
        assert not wrong, "\n".join(wrong)


class TestEverybodyCanUseIt:
    def test_axe_finds_nothing_serious(self, reading: object, walk: object, axe: str) -> None:
        walker, wrong = walk(reading, "office"), []
        for address in every_page(walker):
            walker.page.evaluate(axe)
            found = walker.page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
            wrong += [f"{address}: {v['id']} ({v['impact']}), {len(v['nodes'])} x, first {v['nodes'][0]['target']}"
                      for v in found if v["impact"] in ("serious", "critical")]
        assert not wrong, "\n".join(wrong)
