"""Refusals: what happened, why, and what to do, fit to be read aloud. Pure: no Django."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Said:
    """A sentence people read: its Chinese text is also the key under which other languages know it.

    `text` may hold named slots, `%(unit)s`; `values` fills them. A slot may hold a list of words, shown as 甲、乙.
    Pages translate, then fill (`kernel.http.say`).
    """

    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.filled(str)

    def filled(self, translate: Callable[[str], str]) -> str:
        """The sentence in another language: its text, and every word in its slots, go through `translate`."""

        def shown(value: Any) -> Any:
            if isinstance(value, list | tuple):
                return translate("、").join(str(shown(part)) for part in value)
            return translate(value) if isinstance(value, str) and value else value

        text = translate(self.text)
        return text % {slot: shown(value) for slot, value in self.values.items()} if self.values else text


class Refusal(Exception):
    """Something was asked that cannot be done; nothing was changed. Subclasses are called `Cannot…`."""

    def __init__(self, text: str, /, **values: Any) -> None:
        self.said = Said(text, values)
        super().__init__(text, values)

    def __str__(self) -> str:
        return str(self.said)


class CannotReach(Refusal):
    """The person has no right to this row or act; pages answer 403 and the journal keeps the attempt."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a list or a sheet: where it is, what was read, what was expected."""

    said: Said
    sheet: str = ""
    cell: str = ""
    header: str = ""
    read: str = ""
    expected: str = ""


class CannotAccept(Refusal):
    """A whole list was refused; every fault is named at once in `faults`."""

    def __init__(self, text: str, /, faults: list[Fault] | tuple[Fault, ...] = (), **values: Any) -> None:
        super().__init__(text, **values)
        self.faults = tuple(faults)
