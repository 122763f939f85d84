"""The worst of several lamps."""

from __future__ import annotations

from itertools import chain, combinations_with_replacement

import pytest

from citywright.kernel.lamps import LAMP_ORDER, SHAPES, worst
from citywright.kernel.words import Lamp

RED, YELLOW, GREEN, BLUE, GREY = Lamp.RED, Lamp.YELLOW, Lamp.GREEN, Lamp.BLUE, Lamp.GREY


class TestWorst:
    @pytest.mark.parametrize(
        ("lamps", "expected"),
        [
            ([], GREY),
            ([GREY, GREY], GREY),
            ([GREY, BLUE], BLUE),
            ([BLUE, BLUE], BLUE),
            ([BLUE, GREEN], GREEN),
            ([BLUE, YELLOW, GREY], YELLOW),
            ([GREEN, RED, YELLOW], RED),
            (["green", "yellow"], YELLOW),
        ],
    )
    def test_skips_grey_and_is_blue_only_when_all_live_ones_are(self, lamps: list[str], expected: Lamp) -> None:
        assert worst(lamps) == expected

    def test_of_two_groups_is_the_worst_of_their_worst(self) -> None:
        for first in combinations_with_replacement(Lamp, 2):
            for second in combinations_with_replacement(Lamp, 2):
                assert worst(chain(first, second)) == worst([worst(first), worst(second)])

    def test_refuses_a_colour_that_is_no_lamp(self) -> None:
        with pytest.raises(ValueError, match="purple"):
            worst(["purple"])


def test_every_lamp_has_a_shape_of_its_own() -> None:
    assert set(SHAPES) == set(Lamp) == {*LAMP_ORDER, Lamp.GREY}
    assert len(set(SHAPES.values())) == len(SHAPES)
