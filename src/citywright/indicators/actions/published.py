"""What can be done with published figures? Load them, with their source; a changed value is never slipped in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from citywright.kernel import access, journal
from citywright.kernel.errors import CannotAccept, Fault, Said
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ..models import PublishedFigure
from ..queries import files
from ..rules import published
from ..rules.published import Figure, Row

#: What a figure says, in the order differences are told.
FIELDS = tuple(one.name for one in fields(Figure) if one.name != "code")


@dataclass(frozen=True)
class Change:
    """One field of a known figure that a file gives another value."""

    code: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Loaded:
    """What a file did: figures that are new, the same, changed; and each change."""

    new: int
    same: int
    changes: tuple[Change, ...] = ()


class CannotLoad(CannotAccept):
    """Rows that break the conventions, or known figures with other values; nothing was loaded."""


@transaction.atomic
def load(*, rows: Sequence[Row], by: Person | None, at: datetime, replace: bool = False,
         faults: Iterable[Fault] = ()) -> Loaded:
    """The figures of the rows are there with their source; the same file again changes nothing.

    All faults are told at once. Other values for a known code are refused with the difference, unless `replace`: then
    the journal keeps before and after. The installation (None) loads, or the city's office.
    """
    if by is not None:
        access.require(by, Role.CITY)
    figures, wrong = published.check(rows)
    wrong = [*faults, *wrong]
    if wrong:
        raise CannotLoad("有 %(count)s 处错误，没有装入任何数据", wrong, count=len(wrong))
    known = {row.code: row for row in PublishedFigure.objects.select_for_update(of=("self",))
             .filter(code__in=[figure.code for figure in figures])}
    changes = tuple(change for figure in figures if figure.code in known
                    for change in differences(known[figure.code], figure))
    if changes and not replace:
        lines = {row.given.get("code", ""): row.line for row in rows}
        raise CannotLoad("有 %(count)s 处与已装入的不同，没有装入任何数据：确要更正的，用 --replace",
                         [told(change, lines[change.code]) for change in changes], count=len(changes))
    return _kept(figures, known, changes, by, at)


def _kept(figures: Sequence[Figure], known: dict[str, PublishedFigure], changes: tuple[Change, ...],
          by: Person | None, at: datetime) -> Loaded:
    """New figures are made, changed ones changed, with one line in the journal when anything was."""
    new = [figure for figure in figures if figure.code not in known]
    PublishedFigure.objects.bulk_create(
        [PublishedFigure(code=figure.code, **{name: getattr(figure, name) for name in FIELDS}) for figure in new])
    touched = {change.code for change in changes}
    for figure in figures:
        if figure.code in touched:
            row = known[figure.code]
            for name in FIELDS:
                setattr(row, name, getattr(figure, name))
            row.save()
    if new or changes:
        journal.write(verb="figures.loaded", by=by, at=at, data={
            "new": len(new), "changed": [[c.code, c.column, c.before, c.after] for c in changes]})
    return Loaded(len(new), len(figures) - len(new) - len(touched), changes)


@transaction.atomic
def lay(*, by: Person | None, at: datetime) -> int:
    """The figures the product brings are there; what a city corrected or added stays. How many are new.

    Part of installing: only commands reach it, before anybody has a role, so none is asked for.
    """
    known = set(PublishedFigure.objects.values_list("code", flat=True))
    rows, _ = files.figure_rows(files.text_of(files.FIGURES))
    return load(rows=[row for row in rows if row.given["code"] not in known], by=by, at=at).new


def differences(row: PublishedFigure, figure: Figure) -> list[Change]:
    """The fields in which a figure differs from the row that is kept."""
    return [Change(row.code, name, _text(getattr(row, name)), _text(getattr(figure, name)))
            for name in FIELDS if getattr(row, name) != getattr(figure, name)]


def told(change: Change, line: int) -> Fault:
    """A difference as a fault: where, what is kept, what the file says."""
    return Fault(Said("%(code)s 已装入“%(before)s”，文件写的是“%(after)s”", {
        "code": change.code, "before": change.before, "after": change.after}), cell=str(line), header=change.column,
        read=change.after, expected=change.before)


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
