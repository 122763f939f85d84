"""What follows of itself? Papers that were owed and did not come, cards that are shown to the department."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from citywright.followup.actions import alerts
from citywright.followup.actions.alerts import Edge, Followed
from citywright.followup.words import AlertKind
from citywright.kernel import clock, journal
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Lamp
from citywright.projects.queries import judging

from ..models import Handling
from ..queries import desk
from ..queries.dossiers import File
from ..queries.workweek import Workweek
from ..rules import clock as rules
from ..rules import window
from ..words import Card, ItemStatus, ItemVerb
from . import handlings
from .handlings import CannotHandle

#: Why an item is withdrawn by the program.
UNMET = "容缺材料逾期未补齐"
FAMILY = "handling"
#: An obligation is told so many natural days before it is due. A parameter.
TELL_BEFORE = 3


@transaction.atomic
def meet(*, handling: Handling, by: Person, at: datetime) -> Handling:
    """补齐: what was owed is here. Refused when nothing is owed, or it was met already."""
    kept = handlings.locked(handling)
    handlings.require_window(kept, by)
    if not kept.lacking or kept.lacking_met_on is not None or kept.status not in desk.OWING:
        raise CannotHandle("“%(name)s”没有待补的容缺材料", name=kept.name)
    kept.lacking_met_on = clock.day_of(at)
    kept.save(update_fields=["lacking_met_on"])
    handlings.tell(kept, ItemVerb.PASS_LACKING, by, at, name="papers_met", lines=kept.lacking)
    return kept


@transaction.atomic
def withdraw_unmet(*, area: Area, on: date, by: Person | None, at: datetime) -> int:
    """容缺到期: whatever was owed until before this day and did not come is withdrawn; how many they were.

    One line in the journal names them all; nothing is written when there are none.
    """
    rows = desk.owed(desk.of_area(area)).filter(lacking_due_on__lt=on)
    told = []
    for row in rows.order_by("pk"):
        kept = handlings.locked(row)
        verb = ItemVerb.WITHDRAW if kept.status == ItemStatus.PASSED_LACKING else ItemVerb.TAKE_BACK
        handlings.step(kept, verb, set(rules.WINDOW), by, at, reason=UNMET)
        handlings.finish(kept, File(kept.dossier), by, at, UNMET)
        told.append(f"{kept.dossier.project.code} {kept.code}")
    if told:
        journal.write(verb="handlings.withdrawn", by=by, at=at, area=area, data={"on": on, "items": told})
    return len(told)


@transaction.atomic
def renew_due(*, area: Area, on: date, by: Person | None, at: datetime) -> int:
    """Due days in a year that was not published when they were reckoned are reckoned again; how many changed.

    One line in the journal names them all; nothing is written when none changed.
    """
    rows = desk.of_area(area).filter(status__in=window.OPEN, due_on__year__gt=on.year)
    told = []
    for row in rows.order_by("pk"):
        kept = handlings.locked(row)
        before = kept.due_on
        handlings.keep_clock(kept, on)
        if kept.due_on != before:
            kept.save(update_fields=["due_on"])
            told.append(f"{kept.dossier.project.code} {kept.code} {before} {kept.due_on}")
    if told:
        journal.write(verb="handlings.due_renewed", by=by, at=at, area=area, data={"on": on, "items": told})
    return len(told)


@transaction.atomic
def follow_cards(*, area: Area, on: date, by: Person | None, at: datetime) -> Followed:
    """黄牌、红牌、容缺到期: each item that is late, almost late, or owes papers has one alert at its unit."""
    if not judging.speaks(area):
        return Followed()
    works = Workweek()
    standing = []
    for row in desk.carded(desk.of_area(area), on, works):
        card = desk.card_of(row, on, works)
        kind = AlertKind.URGE if card == Card.RED else AlertKind.REMIND
        standing.append(_edge(row, kind, Lamp.RED if card == Card.RED else Lamp.YELLOW, "clock", row.due_on))
    standing += [_edge(row, AlertKind.OBLIGATION, Lamp.YELLOW, "papers", row.lacking_due_on)
                 for row in desk.owing_soon(desk.of_area(area), on, TELL_BEFORE)]
    return alerts.follow(family=FAMILY, area=area, standing=standing, on=on, by=by, at=at)


def _edge(row: Handling, kind: AlertKind, lamp: Lamp, dimension: str, due_on: date | None) -> Edge:
    project = row.dossier.project
    assert row.unit_id is not None, "only items with a unit are told"
    return Edge(subject=f"approvals.handling:{row.pk}", dimension=dimension, kind=kind, lamp=lamp, reason={},
                title=f"{row.name}（{project.name}）"[:160], url_name="approvals:handling", url_key=str(row.pk),
                area_id=project.area_id, unit_id=row.unit_id, due_on=due_on)
