"""What happened to projects, one row a happening: lamps of a day, passages, problems, entries on lists, plan versions.

Each table of an area is one file (lamps: one a month), written again only when its source changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce

from citywright.kernel import clock
from citywright.kernel.models import Area
from citywright.lake import store

from ..models import GatePassage, LampRun, LampSnapshot, ListEntry, PlanVersion, Problem
from ..words import ListStatus
from .source import Ground, day_number, digest, fen, ground
from .tables import GATE_PASSAGE, LAMP_DAY, LIST_ENTRY, PLAN_VERSION, PROBLEM

WHO = ("project__code", "project__area__code", "project__area__path")
Rows = Sequence[tuple[Any, ...]]


def _write(table: store.Table, place: Ground, rows: Rows, source: str, on: date, part: str = "") -> int:
    return store.publish_rows(table, rows, partition=f"area={place.area.code}{part}", as_of=on, source=source)


def _day(at: Any) -> date | None:
    return clock.day_of(at) if at else None


def _number(at: Any) -> int | None:
    """The city's day of a moment, in days since 1970-01-01."""
    return day_number(_day(at))


def publish_lamps(*, area: Area, run: LampRun | None) -> int:
    """One row per project and judged day: the last judging of each day, one file a month; answers how many are new."""
    if run is None or run.area_id != area.pk:
        return 0
    place, first = ground(area), run.as_of.replace(day=1)
    latest: dict[date, int] = dict(LampRun.objects.filter(area=area, as_of__gte=first, as_of__lte=run.as_of).order_by(
        "as_of", "number").values_list("as_of", "pk"))
    runs, partition = sorted(latest.items()), f"area={area.code}.month={first:%Y-%m}"
    source = digest(place.apart, runs)
    if store.confirm(LAMP_DAY, partition=partition, as_of=run.as_of, source=source):
        return 0
    kept = store.notes(LAMP_DAY.name, partition)
    goes_on = (kept.get("source"), kept.get("version")) == (digest(place.apart, runs[:-1]), str(LAMP_DAY.version))
    rows = _lamp_rows(place, dict(runs[-1:] if goes_on else runs))
    fresh = pa.table(store.columns_of(LAMP_DAY, rows), schema=LAMP_DAY.schema)
    if goes_on:
        fresh = pa.concat_tables([store.read(LAMP_DAY.name, partition=partition), fresh])
    store.publish(LAMP_DAY, dict(zip(fresh.column_names, fresh.columns, strict=True)), partition=partition,
                  as_of=run.as_of, source=source)
    return len(rows)


def _lamp_rows(place: Ground, runs: dict[date, int]) -> Rows:
    rules = {run.as_of: str(run.rule_set) for run in LampRun.objects.filter(pk__in=runs.values()).select_related(
        "rule_set")}
    rows = place.of_projects(LampSnapshot.objects.filter(run__in=runs.values())).order_by("run__as_of", "project__code")
    return [(*row[:3], place.area.code, row[3], row[4], rules[row[4]], *row[5:]) for row in rows.values_list(
        *WHO, "project__lead_unit__code", "run__as_of", "start", "progress", "statistics", "fund", "element", "issue",
        "report", "overall", "shown")]


def publish_gates(*, area: Area, on: date) -> int:
    """One row per gate passage, with the days of claim and verification."""
    place = ground(area)
    mine = place.of_projects(GatePassage.objects.all())
    seen = mine.aggregate(n=Count("pk"), claimed=Max("claimed_at"), verified=Max("verified_at"), last=Max("sequence"),
                          standing=Count("pk", filter=Q(in_force=True)))
    source = digest(place.apart, seen)
    if store.confirm(GATE_PASSAGE, partition=f"area={area.code}", as_of=on, source=source):
        return 0
    rows = [(*row[:3], area.code, *row[3:10], _day(row[10]), _day(row[11]), row[12])
            for row in mine.order_by("project__code", "rank", "sequence").values_list(
                *WHO, "project__lead_unit__code", "gate", "rank", "sequence", "event_on", "result", "in_force",
                "claimed_at", "verified_at", "waiver_due_on")]
    return _write(GATE_PASSAGE, place, rows, source, on)


def publish_problems(*, area: Area, on: date) -> int:
    """One row per problem, under the unit that answers for it."""
    place = ground(area)
    mine = place.of_projects(Problem.objects.all()).order_by("project__code", "raised_at", "pk")
    rows = [(*row[:3], area.code, *row[3:8], _number(row[8]), day_number(row[9]), *map(_number, row[10:12]), *row[12:])
            for row in mine.values_list(*WHO, "unit__code", "kind", "severity", "source", "step", "raised_at", "due_on",
                                        "answered_at", "closed_at", "escalated_level", "reopened_count")]
    return _write(PROBLEM, place, rows, digest(rows), on)


def publish_entries(*, area: Area, on: date) -> int:
    """One row per entry on an issued list, those taken off since too; what was only drafted keeps no row."""
    place = ground(area)
    issued = ListEntry.objects.exclude(issue__status=ListStatus.DRAFT).exclude(snapshot={})
    mine = place.of_projects(issued).order_by("issue__definition__code", "issue__year", "issue__batch", "pk")
    found = mine.values_list(
        *WHO, "project__lead_unit__code", "issue__definition__code", "issue__definition__name", "issue__area__code",
        "issue__year", "issue__batch", "issue__doc_no", "issue__issued_on", "issue__status", "item", "added_on",
        "removed_on", "reason", fen("project__total_investment"))
    rows = [(*row[:3], area.code, *row[3:10], day_number(row[10]), *row[11:13], *map(day_number, row[13:15]), *row[15:])
            for row in found]
    return _write(LIST_ENTRY, place, rows, digest(rows), on)


def publish_versions(*, area: Area, on: date) -> int:
    """One row per frozen version of the area's year plan: how many plans it froze and their money."""
    place = ground(area)
    mine = PlanVersion.objects.filter(place.here("area")).order_by("area__code", "year", "number").annotate(
        n=Count("plans"), money=Coalesce(Sum(fen("plans__invest_year")), 0))
    rows = [(*row[:2], area.code, "", *row[2:6], _number(row[6]), *row[7:]) for row in mine.values_list(
        "area__code", "area__path", "year", "number", "doc_no", "reason", "frozen_at", "n", "money")]
    return _write(PLAN_VERSION, place, rows, digest(rows), on)
