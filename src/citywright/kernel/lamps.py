"""Lamps: their order, their shape (never colour alone) and the worst of several. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from .words import Lamp

#: Worst first; grey (不适用) stands outside the order.
LAMP_ORDER = (Lamp.RED, Lamp.YELLOW, Lamp.GREEN, Lamp.BLUE)
#: The shape that tells a lamp without its colour.
SHAPES = {
    Lamp.RED: "diamond",
    Lamp.YELLOW: "triangle",
    Lamp.GREEN: "disc",
    Lamp.BLUE: "arrow",
    Lamp.GREY: "dash",
}


def worst(lamps: Iterable[str]) -> Lamp:
    """The worst live lamp; grey is skipped, and blue wins only when every live lamp is blue. Grey when none is live."""
    live = {Lamp(lamp) for lamp in lamps}
    return next((lamp for lamp in LAMP_ORDER if lamp in live), Lamp.GREY)
