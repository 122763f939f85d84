"""Refusals: what happened, why, and what to do, fit to be read aloud. Pure: no Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Said:
    """A sentence people read: its Chinese text is also the key under which other languages know it.

    `text` may hold named slots, `%(unit)s`; `values` fills them. Pages translate, then fill (`kernel.http.say`).
    """

    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


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
