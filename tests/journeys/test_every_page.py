"""Every page opens, at both sizes and in both languages, without an error and without asking another host."""

from __future__ import annotations

import pytest

from .conftest import DESK, PHONE
from .pages import every_page

MANY = 12


class TestEveryPage:
    @pytest.mark.parametrize(("size", "language"), [(DESK, "zh-hans"), (PHONE, "zh-hans"), (DESK, "en"), (PHONE, "en")],
                             ids=["desk-zh", "phone-zh", "desk-en", "phone-en"])
    def test_opens_for_the_office_without_errors(self, reading: object, walk: object, size: dict,
                                                 language: str) -> None:
        walker = walk(reading, "office", size, language)
        opened = list(every_page(walker))
        assert len(opened) > MANY, opened

    @pytest.mark.parametrize("who", ["clerk", "reviewer", "verifier", "leader", "city", "stranger", "sysadmin"])
    def test_opens_for_everybody_who_is_shown_it(self, reading: object, walk: object, who: str) -> None:
        walker = walk(reading, who)
        assert list(every_page(walker, 40))

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_is_as_wide_as_the_phone(self, reading: object, walk: object, language: str) -> None:
        walker, wrong = walk(reading, "clerk", PHONE, language), []
        for address in every_page(walker, 40):
            width = walker.page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{address} is {width} wide"] if width > PHONE["width"] + 1 else []
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

    def test_every_page_has_one_title_and_a_language(self, reading: object, walk: object) -> None:
        walker, wrong = walk(reading, "office", language="en"), []
        for address in every_page(walker, 40):
            titles = walker.page.locator("h1").count()
            if titles != 1 or walker.page.get_attribute("html", "lang") != "en" or not walker.page.title():
                wrong.append(f"{address}: {titles} titles, language {walker.page.get_attribute('html', 'lang')}")
        assert not wrong, "\n".join(wrong)
