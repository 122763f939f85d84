"""What do dashboards get of projects? Fact tables, filled from what is in force. Money in whole 分 (`…_fen`).

A partition is written again only when its source changed: the digest of the source stands in the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import BigIntegerField, Count, Max, Q, TextField
from django.db.models.functions import Cast

from citywright.kernel import clock
from citywright.kernel.models import Area
from citywright.lake import store

from .models import AnnualPlan, GatePassage, InvestmentFact, LampRun, PlanMonth, ProgressReport, Project
from .queries.ledger import leaves, within
from .words import Source

TEXT, DAY, FEN = pa.string(), pa.date32(), pa.int64()

PROJECT_MONTH = store.Table("project_month", "One row per project and month.", pa.schema([
    ("project", TEXT), ("name", TEXT), ("area", TEXT), ("unit", TEXT), ("category", TEXT), ("funding", TEXT),
    ("period", DAY), ("year_kind", TEXT), ("plan_year_fen", FEN), ("scheduled_fen", FEN), ("done_month_fen", FEN),
    ("done_year_fen", FEN), ("done_total_fen", FEN), ("statistics_year_fen", FEN), ("report_step", TEXT),
    ("physical_percent", pa.float64()),
]))
LAMP_DAY = store.Table("lamp_day", "One row per project and judged day.", pa.schema([
    ("project", TEXT), ("area", TEXT), ("unit", TEXT), ("as_of", DAY), ("rules", TEXT), ("start", TEXT),
    ("progress", TEXT), ("statistics", TEXT), ("fund", TEXT), ("element", TEXT), ("issue", TEXT), ("report", TEXT),
    ("overall", TEXT), ("shown", TEXT),
]))
GATE_PASSAGE = store.Table("gate_passage", "One row per gate passage, the superseded and revoked ones too.", pa.schema([
    ("project", TEXT), ("area", TEXT), ("unit", TEXT), ("gate", TEXT), ("rank", pa.int16()), ("sequence", pa.int16()),
    ("event_on", DAY), ("result", TEXT), ("in_force", pa.bool_()), ("claimed_on", DAY), ("verified_on", DAY),
    ("waiver_due_on", DAY),
]))
TABLES = (PROJECT_MONTH, LAMP_DAY, GATE_PASSAGE)


def publish(*, area: Area, run: LampRun | None, on: date) -> dict[str, int]:
    """Everything about the area's projects lies in the lake; answers how many rows were written, by table."""
    return {PROJECT_MONTH.name: publish_months(area=area, on=on), LAMP_DAY.name: publish_lamps(area=area, run=run),
            GATE_PASSAGE.name: publish_gates(area=area, on=on)}


def _digest(values: Any) -> str:
    """SHA-256 (hex) of values as JSON."""
    return hashlib.sha256(json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()


def _fen(name: str) -> Cast:
    """A money column as the database keeps it."""
    return Cast(name, BigIntegerField())


def _text(name: str) -> Cast:
    """A column as text."""
    return Cast(name, TextField())


def _columns(table: store.Table, rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    empty: Iterable[Any] = [()] * len(table.schema.names)
    return dict(zip(table.schema.names, zip(*rows, strict=True) if rows else empty, strict=True))


def _write(table: store.Table, rows: Sequence[tuple[Any, ...]], area: Area, part: str, as_of: date, source: str) -> int:
    store.publish(table, _columns(table, rows), partition=f"area={area.code}.{part}", as_of=as_of, source=source)
    return len(rows)


def _unchanged(table: store.Table, area: Area, part: str, source: str) -> bool:
    kept = store.notes(table.name, f"area={area.code}.{part}")
    return kept.get("source") == source and kept.get("version") == str(table.version)


def publish_months(*, area: Area, on: date) -> int:
    """One row per project and month: plan, schedule, money in two calibres and the step of the report, by year."""
    years = InvestmentFact.objects.filter(project__area__path__startswith=area.path).dates("period", "year")
    written = 0
    for year in [first.year for first in years]:
        source = _source_of(area, year)
        if not _unchanged(PROJECT_MONTH, area, f"year={year}", source):
            written += _write(PROJECT_MONTH, _month_rows(area, year), area, f"year={year}", on, source)
    return written


def _source_of(area: Area, year: int) -> str:
    """What tells whether a year's rows may have changed: facts, plans, reports, projects by count and last change."""
    mine: dict[str, Any] = {"project__area__path__startswith": area.path}
    facts = InvestmentFact.objects.filter(**mine, period__year=year).aggregate(n=Count("pk"), at=Max("recorded_at"))
    plans = AnnualPlan.objects.filter(**mine, year=year).aggregate(n=Count("pk"), last=Max("pk"), at=Max("frozen_at"))
    reports = ProgressReport.objects.filter(**mine, period__year=year).aggregate(
        n=Count("pk"), filled=Max("filled_at"), sent=Max("submitted_at"), seen=Max("reviewed_at"), at=Max("locked_at"),
        returned=Max("returned_count"))
    projects = within(Project.objects.all(), area).aggregate(n=Count("pk"), at=Max("changed_at"))
    return _digest([facts, plans, reports, projects])


def _month_rows(area: Area, year: int) -> list[tuple[Any, ...]]:
    """The rows of a year. Keys and days are read as text: 72,000 of them need no UUID and no date of their own."""
    mine: dict[str, Any] = {"project__area__path__startswith": area.path}
    projects = {row[0]: row[1:] for row in within(leaves(Project.objects.all()), area).values_list(
        _text("pk"), "code", "name", "area__code", "lead_unit__code", "category__code", "funding_type")}
    plans = {pk: (kind, amount) for pk, kind, amount in AnnualPlan.objects.filter(
        **mine, year=year, in_force=True).order_by().values_list(_text("project"), "kind", _fen("invest_year"))}
    scheduled = {(pk, month): amount for pk, month, amount in PlanMonth.objects.filter(
        plan__project__area__path__startswith=area.path, plan__year=year, plan__in_force=True).order_by().values_list(
        _text("plan__project"), "month", _fen("invest_to_date"))}
    days = {f"{year}-{month:02d}-01": date(year, month, 1) for month in range(1, 13)}
    facts, stat = _facts(mine, year, Source.UNIT), _facts(mine, year, Source.STAT)
    steps = {(pk, day): (step, percent) for pk, day, step, percent in ProgressReport.objects.filter(
        **mine, period__year=year).order_by().values_list(
        _text("project"), _text("period"), "step", _text("physical_percent"))}
    none, rows = (None, None, None), []
    for key in sorted({*facts, *steps}, key=lambda key: (key[1], key[0])):
        pk, day = key
        if pk in projects:
            period, (step, percent) = days[day], steps.get(key, ("", None))
            rows.append((*projects[pk], period, *plans.get(pk, ("", None)), scheduled.get((pk, period.month)),
                         *facts.get(key, none), stat.get(key, none)[1], step, float(percent) if percent else None))
    return rows


def _facts(mine: dict[str, Any], year: int, source: Source) -> dict[tuple[str, str], tuple[int, int, int]]:
    rows = InvestmentFact.objects.filter(**mine, period__year=year, source=source, in_force=True)
    return {(pk, day): (month, to_date, total) for pk, day, month, to_date, total in rows.order_by().values_list(
        _text("project"), _text("period"), _fen("amount_month"), _fen("amount_year"), _fen("amount_total"))}


def publish_lamps(*, area: Area, run: LampRun | None) -> int:
    """One row per project and judged day: the lamps of the run, one partition a day."""
    if run is None:
        return 0
    part = f"day={run.as_of}"
    rows = list(run.snapshots.order_by("project__code").values_list(
        "project__code", "project__area__code", "project__lead_unit__code", "start", "progress", "statistics", "fund",
        "element", "issue", "report", "overall", "shown"))
    source = _digest([run.pk, [row[-1] for row in rows]])
    if _unchanged(LAMP_DAY, area, part, source):
        return 0
    return _write(LAMP_DAY, [(*row[:3], run.as_of, str(run.rule_set), *row[3:]) for row in rows], area, part, run.as_of,
                  source)


def publish_gates(*, area: Area, on: date) -> int:
    """One row per gate passage, with the days of claim and verification."""
    mine = GatePassage.objects.filter(project__area__path__startswith=area.path)
    source = _digest(mine.aggregate(
        n=Count("pk"), claimed=Max("claimed_at"), verified=Max("verified_at"), last=Max("sequence"),
        standing=Count("pk", filter=Q(in_force=True))))
    if _unchanged(GATE_PASSAGE, area, "all", source):
        return 0
    rows = [(*row[:9], clock.day_of(row[9]), clock.day_of(row[10]) if row[10] else None, row[11])
            for row in mine.order_by("project__code", "rank", "sequence").values_list(
                "project__code", "project__area__code", "project__lead_unit__code", "gate", "rank", "sequence",
                "event_on", "result", "in_force", "claimed_at", "verified_at", "waiver_due_on")]
    return _write(GATE_PASSAGE, rows, area, "all", on, source)
