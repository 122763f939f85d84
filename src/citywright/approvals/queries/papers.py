"""What does the page of one item show? Its papers, what it waits for, its fellows, its clock, the gate it proves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from citywright.kernel import clock
from citywright.projects.models import GatePassage
from citywright.projects.queries import ledger
from citywright.projects.words import Gate

from ..models import Handling, HandlingEvent
from ..rules import clock as rules
from ..rules import window
from ..rules.catalogue import Item
from ..words import ItemStatus, Span
from . import desk, materials
from .dossiers import File


@dataclass(frozen=True)
class Before:
    """A prerequisite that applies: the item, and its handling when there is one."""

    item: Item
    row: Handling | None

    @property
    def is_done(self) -> bool:
        """Whether it has passed."""
        return self.row is not None and self.row.status in window.PASSED


@dataclass(frozen=True)
class Stretch:
    """A stretch of an item's time: after one day, up to and with another, whose time it was, its working days."""

    after: date
    until: date
    span: Span
    days: int


def events_of(row: Handling) -> list[HandlingEvent]:
    """What happened, in order, with who did it: one query."""
    return list(row.events.select_related("by").order_by("number"))


def needs(file: File, item: Item | None) -> list[materials.Line]:
    """The documents the item needs, as the dossier's one set has them: one query."""
    wanted = set(item.needs) if item else set()
    return [line for line in materials.lines(file) if line.needed.name in wanted]


def before(file: File, item: Item | None) -> list[Before]:
    """The prerequisites that apply to the project."""
    applies = set(file.decided.applies)
    return [Before(file.items[code], file.handlings.get(code)) for code in (item.prerequisites if item else ())
            if code in applies]


def fellows(file: File, row: Handling) -> list[Handling]:
    """The members of the same joint submission; none for an item that goes alone."""
    found = desk.fellows_of(row, file.handlings.values())
    return found if window.is_joint(file.catalogue, row.package, len(found)) else []


def clock_now(row: Handling, events: list[HandlingEvent], today: date, works: clock.Workdays) -> rules.Clock:
    """What the clock of the item says today; what is stored is as of the last event."""
    return rules.read([rules.Happened(ItemStatus(one.status), one.on) for one in events], row.limit, today, works)


def stretches(row: Handling, events: list[HandlingEvent], today: date, works: clock.Workdays) -> list[Stretch]:
    """The item's time from acceptance on, pause by pause, up to its end or today."""
    found = []
    for number, event in enumerate(events):
        status = ItemStatus(event.status)
        span = Span.GOVERNMENT if status in rules.RUNS else rules.PAUSES.get(status)
        if span is None:
            continue
        until = events[number + 1].on if number + 1 < len(events) else (row.ended_on or today)
        found.append(Stretch(event.on, until, span, clock.workdays_between(event.on, until, works)))
    return found


def gate_of(row: Handling) -> Gate | None:
    """The gate the item's certificate proves."""
    return window.GATES[row.code][0] if row.code in window.GATES else None


def passage_of(row: Handling) -> GatePassage | None:
    """The claim or passage of that gate that stands: one query."""
    gate = gate_of(row)
    if gate is None:
        return None
    return GatePassage.objects.filter(project=row.dossier.project, gate=gate, in_force=True).first()


def reaches_project(person: Any, row: Handling) -> bool:
    """Whether the person may open the project's own page."""
    return ledger.visible_to(person).filter(pk=row.dossier.project_id).exists()
