"""What do dashboards get of followed matters? Tasks and letters, as they stand. Days since 1970-01-01 (`…_day`).

A row is told by the nearest area at or above it that publishes: `apart` names the paths below that do so themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db.models import Count, Q, QuerySet

from citywright.kernel import clock
from citywright.kernel.models import Area
from citywright.lake import store

from .models import Letter, Task

TEXT, DAY, SMALL, YES = pa.string(), pa.int32(), pa.int16(), pa.bool_()
PLACE = [("area", TEXT), ("area_path", TEXT), ("district", TEXT), ("unit", TEXT)]
EPOCH = date(1970, 1, 1)
TASK = store.Table("task", "One row per followed task.", pa.schema([
    ("task", TEXT), *PLACE, ("raised_unit", TEXT), ("loop", TEXT), ("year", SMALL), ("number", pa.int32()),
    ("title", TEXT), ("step", TEXT), ("severity", SMALL), ("subject", TEXT), ("campaign", TEXT), ("was_late", YES),
    ("refused_count", SMALL), ("reopened_count", SMALL), ("extended_count", SMALL), ("replies", SMALL),
    ("raised_day", DAY), ("assigned_day", DAY), ("due_day", DAY), ("signed_day", DAY), ("answered_day", DAY),
    ("closed_day", DAY),
]))
LETTER = store.Table("letter", "One row per numbered letter of the supervision ladder.", pa.schema([
    ("letter", TEXT), *PLACE, ("issuer", TEXT), ("ladder", TEXT), ("rung", TEXT), ("colour", TEXT), ("mark", TEXT),
    ("year", SMALL), ("number", SMALL), ("step", TEXT), ("task", TEXT), ("subject", TEXT), ("issued_day", DAY),
    ("due_day", DAY), ("signed_day", DAY), ("answered_day", DAY), ("accepted_day", DAY),
]))
TABLES = (TASK, LETTER)
WHO = ("pk", "area__code", "area__path", "unit__code")


def publish(*, area: Area, apart: Sequence[str], on: date) -> dict[str, int]:
    """The area's tasks and letters lie in the lake; answers how many rows were written, by table."""
    return {TASK.name: publish_tasks(area=area, apart=apart, on=on),
            LETTER.name: publish_letters(area=area, apart=apart, on=on)}


def publish_tasks(*, area: Area, apart: Sequence[str], on: date) -> int:
    """One row per followed task, closed and cancelled ones too."""
    rows = _here(Task.objects.all(), area, apart).order_by("area__code", "loop", "year", "number").annotate(
        replies_n=Count("replies")).values_list(
        *WHO, "raised_unit__code", "loop", "year", "number", "title", "step", "severity", "subject", "campaign",
        "was_late", "refused_count", "reopened_count", "extended_count", "replies_n", "raised_at", "assigned_at",
        "due_at", "signed_at", "answered_at", "closed_at")
    return store.publish_rows(TASK, [_told(area, row) for row in rows], partition=f"area={area.code}", as_of=on)


def publish_letters(*, area: Area, apart: Sequence[str], on: date) -> int:
    """One row per numbered letter of the supervision ladder."""
    rows = _here(Letter.objects.all(), area, apart).order_by("area__code", "mark", "year", "number").values_list(
        *WHO, "issuer__code", "ladder__code", "rung", "colour", "mark", "year", "number", "step", "task", "subject",
        "issued_at", "due_at", "signed_at", "answered_at", "accepted_at")
    return store.publish_rows(LETTER, [_told(area, row) for row in rows], partition=f"area={area.code}", as_of=on)


def _here(rows: QuerySet[Any], area: Area, apart: Sequence[str]) -> QuerySet[Any]:
    """The rows this area tells of."""
    found = rows.filter(area__path__startswith=area.path)
    for path in apart:
        found = found.exclude(Q(area__path__startswith=path))
    return found


def _told(area: Area, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row with its publishing area; keys as text, moments as whole days of the city."""
    whole = (*row[:3], area.code, *row[3:])
    return (str(whole[0]), *(_plain(value) for value in whole[1:]))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (clock.day_of(value) - EPOCH).days
    return value if value is None or isinstance(value, int | str) else str(value)
