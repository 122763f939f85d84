"""What do dashboards get of approvals? Handlings as they stand, and their events. Days since 1970-01-01 (`…_day`).

A row is told by the nearest area at or above the project that publishes: `apart` names the paths below that do so
themselves. Words that people wrote (reasons, lines) and names of people stay in the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet

from citywright.kernel import clock
from citywright.kernel.models import Area
from citywright.lake import store

from .models import Handling, HandlingEvent

TEXT, DAY, SMALL, YES = pa.string(), pa.int32(), pa.int16(), pa.bool_()
EPOCH = date(1970, 1, 1)
PLACE = [("area", TEXT), ("area_path", TEXT), ("district", TEXT), ("unit", TEXT), ("project", TEXT)]
HANDLING = store.Table("handling", "One row per handling.", pa.schema([
    ("handling", TEXT), *PLACE, ("lead_unit", TEXT), ("project_class", TEXT), ("catalogue", TEXT), ("item", TEXT),
    ("name", TEXT), ("stage", TEXT), ("department", TEXT), ("package", TEXT), ("status", TEXT), ("limit_days", SMALL),
    ("statutory_days", SMALL), ("used_days", SMALL), ("owner_days", SMALL), ("special_days", SMALL),
    ("was_late", YES), ("by_commitment", YES), ("is_preview", YES), ("lacking", SMALL), ("received_day", DAY),
    ("accepted_day", DAY), ("due_day", DAY), ("ended_day", DAY), ("issued_day", DAY), ("expires_day", DAY),
    ("exchanged_day", DAY), ("lacking_due_day", DAY), ("lacking_met_day", DAY),
]))
EVENT = store.Table("handling_event", "One row per event of a handling.", pa.schema([
    ("handling", TEXT), *PLACE, ("item", TEXT), ("stage", TEXT), ("department", TEXT), ("number", SMALL),
    ("status", TEXT), ("on_day", DAY), ("at_second", pa.int64()), ("lines", SMALL),
]))
TABLES = (HANDLING, EVENT)
#: What the columns mean that do not say it themselves.
MEANING = {
    "lead_unit": "code of the unit responsible for the project", "item": "code of the item in its catalogue",
    "catalogue": "label of the catalogue version the project is pinned to",
    "status": "where it stands; of a handling two digits of the national exchange standard",
    "limit_days": "committed working days, the common limit of a joint package",
    "statutory_days": "working days by law",
    "used_days": "working days of the department up to the last event", "owner_days": "working days the applicant took",
    "special_days": "working days of special procedures", "lacking": "papers that were to follow (容缺)",
    "is_preview": "issued before the land, as a 蓝章 opinion", "exchanged_day": "exchanged for the 红章",
    "at_second": "seconds since 1970-01-01 UTC", "lines": "lines of a request for supplements",
    "on_day": "day of the event in the city",
}
WHERE = ("dossier__project__area__code", "dossier__project__area__path", "unit__code", "dossier__project__code")


def publish(*, area: Area, apart: Sequence[str], on: date) -> dict[str, int]:
    """The area's handlings and their events lie in the lake; answers how many rows were written, by table."""
    return {HANDLING.name: publish_handlings(area=area, apart=apart, on=on),
            EVENT.name: publish_events(area=area, apart=apart, on=on)}


def publish_handlings(*, area: Area, apart: Sequence[str], on: date) -> int:
    """One row per handling, those taken back or refused too."""
    rows = _here(Handling.objects.all(), "", area, apart).order_by("received_at", "pk").values_list(
        "pk", *WHERE, "dossier__project__lead_unit__code", "dossier__project_class", "dossier__version__label", "code",
        "name", "stage", "department", "package", "status", "limit", "statutory", "used_days", "owner_days",
        "special_days", "was_late", "by_commitment", "is_preview", "lacking", "received_at", "accepted_on", "due_on",
        "ended_on", "issued_on", "expires_on", "exchanged_on", "lacking_due_on", "lacking_met_on")
    return store.publish_rows(HANDLING, [_told(area, row) for row in rows], partition=f"area={area.code}", as_of=on)


def publish_events(*, area: Area, apart: Sequence[str], on: date) -> int:
    """One row per event of a handling."""
    where = tuple(f"handling__{name}" for name in WHERE)
    rows = _here(HandlingEvent.objects.all(), "handling__", area, apart).order_by("at", "pk").values_list(
        "handling_id", *where, "handling__code", "handling__stage", "handling__department", "number", "status", "on",
        "at", "lines")
    return store.publish_rows(EVENT, [_event(area, row) for row in rows], partition=f"area={area.code}", as_of=on)


def _here(rows: QuerySet[Any], before: str, area: Area, apart: Sequence[str]) -> QuerySet[Any]:
    """The rows this area tells of."""
    path = f"{before}dossier__project__area__path__startswith"
    found = rows.filter(**{path: area.path})
    for below in apart:
        found = found.exclude(**{path: below})
    return found


def _told(area: Area, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A handling with its publishing area; its key as text, its days as numbers."""
    return (str(row[0]), row[1], row[2], area.code, *map(_plain, row[3:]))


def _event(area: Area, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """As above, of an event: its moment to the second."""
    return (*_told(area, row[:-2]), int(row[-2].timestamp()), len(row[-1]))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (clock.day_of(value) - EPOCH).days
    if isinstance(value, date):
        return (value - EPOCH).days
    return len(value) if isinstance(value, list) else value
