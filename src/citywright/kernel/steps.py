"""The one loop engine: a closed loop is a table of moves; no domain writes a second engine. Pure: no Django.

A loop is data: steps, who may move it, what must be proved. `move` answers the next step or refuses by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .errors import Refusal
from .words import Role, Word


class CannotMove(Refusal):
    """The loop has no such move from this step, or the person may not make it, or a proof is missing."""


@dataclass(frozen=True)
class Move:
    """One arrow: `verb` leads from any of `sources` to `target`, made by one of `roles`, with all of `needs`."""

    verb: Word
    sources: frozenset[Word]
    target: Word
    roles: frozenset[Role]
    needs: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Loop:
    """A named loop and its arrows; `first` is where a new item stands, `ends` where it is closed."""

    name: str
    first: Word
    ends: frozenset[Word]
    moves: tuple[Move, ...]

    def open_moves(self, step: str, roles: Collection[Role]) -> list[Move]:
        """The moves a person with these roles may make from this step, in table order."""
        return [m for m in self.moves if step in m.sources and m.roles & set(roles)]

    def move(self, *, step: Word, verb: Word, roles: Collection[Role], has: Iterable[Word] = ()) -> Word:
        """The step after `verb`; refuses an unknown move, a wrong role, or names the proofs that are missing."""
        arrows = [m for m in self.moves if m.verb == verb and step in m.sources]
        if not arrows:
            raise CannotMove("当前为“%(step)s”，不能%(verb)s", step=step.zh, verb=verb.zh)
        allowed = [m for m in arrows if m.roles & set(roles)]
        if not allowed:
            raise CannotMove("您的岗位不能%(verb)s", verb=verb.zh)
        missing = [need for need in allowed[0].needs if need not in set(has)]
        if missing:
            raise CannotMove("还缺：%(missing)s", missing=[n.zh for n in missing])
        return allowed[0].target
