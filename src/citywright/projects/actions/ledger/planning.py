"""From a file to a plan: read, compare, keep what was found. Nothing of a project is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from citywright.kernel import access, attachments, clock, journal, sheets
from citywright.kernel.errors import CannotReach, Fault, Refusal, Said
from citywright.kernel.models import Area, Attachment, Organisation, Person
from citywright.kernel.words import UNIT_ROLES, Role

from ... import imports
from ...models import ColumnMapping, ImportBatch, ImportRow
from ...queries import batches
from ...rules import ledger_plan
from ...rules.ledger import Finding, PlannedRow, Scope, Sheet, shortened
from ...words import BatchStep, RowState

#: How many findings a batch keeps; the counts tell how many there are.
KEPT_FINDINGS = 2_000
DECISIONS = frozenset({"match", "new", "skip", ""})
WORDING = ledger_plan.Wording(imports.STORED, imports.GATE_OF, imports.NAMES)


class CannotPlanSheet(Refusal):
    """The batch is no longer waiting, or the decision is none."""


@dataclass(frozen=True)
class Looked:
    """What a look at a file found: its table, what its headers were taken for, its rows as read, and the plan."""

    table: sheets.Table
    found: Sequence[imports.Match]
    sheet: Sheet
    plan: ledger_plan.Plan


def scope_of(by: Person, area: Area, period: date, at: datetime, unit: Organisation | None = None) -> Scope:
    """What the person may load: the office every unit of the area, a unit's people their own rows; else refused."""
    today = clock.day_of(at)
    if unit is not None and not unit.area.path.startswith(area.path):
        raise CannotReach("单位“%(unit)s”不在%(area)s", unit=unit.short_name, area=area.name)
    if access.holds(by, Role.OFFICE, area=area):
        return Scope(period, today, None, unit.code if unit else "", office=True)
    own = {m.organisation.code for m in access.memberships(by)
           if m.role in UNIT_ROLES and m.organisation.area.path.startswith(area.path)}
    if not own or (unit is not None and unit.code not in own):
        raise CannotReach("您没有权限导入%(area)s的台账：需要本单位填报员或区项目办", area=area.name)
    return Scope(period, today, frozenset(own), unit.code if unit else min(own))


def open_scope(period: date, at: datetime, unit: Organisation | None = None) -> Scope:
    """Every unit, as the office has it: for a look from the command line, which writes nothing."""
    return Scope(period, clock.day_of(at), None, unit.code if unit else "", office=True)


def look(path: Path, *, area: Area, scope: Scope, columns: Mapping[str, Any] | None = None,
         mapping: imports.MappingFile | None = None, organisation: Organisation | None = None) -> Looked:
    """Read a file and compare it with the ledger; writes nothing. Refuses a file that cannot be read as a table."""
    given = mapping or imports.MappingFile()
    table = sheets.read_table(path, lambda header: header in given.columns or imports.known(header), sheet=given.sheet,
                              max_bytes=settings.MAX_UPLOAD)
    kept = batches.remembered(organisation, imports.signature(table.columns))
    found = imports.matches(table, {**kept, **given.columns, **(columns or {})})
    sheet, findings = imports.read(table, found, batches.directory(area), scope.period,
                                   imports.Options(given.day_first, given.defaults))
    scope = replace(scope, forecasts=scope.forecasts or given.forecasts)
    made = ledger_plan.plan(sheet, batches.snapshot(area, scope.period), scope, WORDING)
    made.findings = sorted([*findings, *made.findings], key=lambda f: (not f.grave, f.row))
    return Looked(table, found, sheet, made)


@transaction.atomic
def plan(*, file: Attachment, area: Area, period: date, by: Person, at: datetime, unit: Organisation | None = None,
         columns: Mapping[str, Any] | None = None, mapping: imports.MappingFile | None = None) -> ImportBatch:
    """The sheet is read and compared, and the plan is kept; no project is written.

    A clerk plans rows of the own unit, the office all of the area. Rows of another unit are faults, and the journal
    line is then called `ledger.refused`.
    """
    scope = scope_of(by, area, period, at, unit)
    organisation = unit or acting_for(by, area)
    looked = look(attachments.path_of(file), area=area, scope=scope, columns=columns, mapping=mapping,
                  organisation=organisation)
    batch = ImportBatch(area=area, organisation=organisation, period=period, file=file, planned_by=by, planned_at=at)
    _keep(batch, looked, mapping, unit)
    note_plan(batch, looked, by, at)
    return batch


@transaction.atomic
def remap(*, batch: ImportBatch, columns: Mapping[str, Any], by: Person, at: datetime) -> ImportBatch:
    """The batch is planned anew with these columns, and the sender's headers are remembered so."""
    batch = _waiting(batch)
    unit = Organisation.objects.filter(code=batch.layout.get("unit") or None).select_related("area").first()
    scope = scope_of(by, batch.area, batch.period, at, unit)
    mapping = mapping_of(batch)
    looked = look(attachments.path_of(batch.file), area=batch.area, scope=scope, columns=columns, mapping=mapping)
    batch.rows.all().delete()
    batch.planned_by, batch.planned_at = by, at
    _keep(batch, looked, mapping, unit)
    if batch.organisation:
        ColumnMapping.objects.update_or_create(
            organisation=batch.organisation, signature=imports.signature(looked.table.columns),
            defaults={"columns": batch.columns, "changed_by": by, "changed_at": at})
    note_plan(batch, looked, by, at)
    return batch


@transaction.atomic
def decide(*, batch: ImportBatch, decisions: Mapping[int, str], by: Person, at: datetime) -> ImportBatch:
    """Each named doubtful row is taken as the project found ("match"), as a new one ("new") or left out ("skip")."""
    batch = _waiting(batch)
    unit = Organisation.objects.filter(code=batch.layout.get("unit") or None).select_related("area").first()
    scope_of(by, batch.area, batch.period, at, unit)
    rows = list(batch.rows.filter(state=RowState.DOUBTFUL, row_number__in=list(decisions)))
    for row in rows:
        choice = decisions[row.row_number]
        if choice not in DECISIONS or (choice == "match" and row.project_id is None):
            raise CannotPlanSheet("第 %(row)s 行不能这样决定", row=row.row_number)
        row.doubt = row.doubt | {"decision": choice}
    ImportRow.objects.bulk_update(rows, ["doubt"])
    journal.write(verb="ledger.decided", by=by, at=at, subject=batch, area=batch.area, unit=batch.organisation,
                  data={"decisions": {str(row.row_number): row.doubt["decision"] for row in rows}})
    return batch


def acting_for(by: Person, area: Area) -> Organisation | None:
    """The organisation in whose name the person loads: the one through which they reach the area, or their own unit."""
    held = [m for m in access.memberships(by) if m.role in {Role.OFFICE, *UNIT_ROLES}]
    over = [m for m in held if m.role == Role.OFFICE and area.path.startswith(m.area.path)]
    own = [m for m in held if m.role in UNIT_ROLES and m.organisation.area.path.startswith(area.path)]
    return next((m.organisation for m in [*over, *own]), None)


def mapping_of(batch: ImportBatch) -> imports.MappingFile:
    """How the batch's file was read, as a mapping file."""
    options = batch.layout.get("options", {})
    return imports.MappingFile({}, options.get("defaults", {}), bool(options.get("day_first")),
                               str(options.get("sheet", "")), bool(options.get("forecasts")))


def note_plan(batch: ImportBatch, looked: Looked, by: Person, at: datetime) -> None:
    """One journal line about the plan; an attempt on another unit's rows has a verb of its own."""
    foreign = looked.plan.foreign
    journal.write(verb="ledger.refused" if foreign else "ledger.planned", by=by, at=at, subject=batch, area=batch.area,
                  unit=batch.organisation, data={"file": batch.file.name, "sha256": batch.file.sha256,
                                                 "counts": batch.counts, "foreign": foreign[:50]})


def faults_of(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings as a batch keeps them."""
    return [asdict(f.fault) | {"said": [f.fault.said.text, f.fault.said.values], "row": f.row, "grave": f.grave}
            for f in findings[:KEPT_FINDINGS]]


def fault_from(kept: Mapping[str, Any]) -> Fault:
    """The fault that a batch keeps."""
    text, values = kept["said"]
    return Fault(Said(text, values), kept["sheet"], kept["cell"], kept["header"], kept["read"], kept["expected"])


def _waiting(batch: ImportBatch) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("area", "organisation", "file").get(
        pk=batch.pk)
    if batch.step != BatchStep.PLANNED:
        raise CannotPlanSheet("这一批已不在待应用状态，请重新上传")
    return batch


def _keep(batch: ImportBatch, looked: Looked, mapping: imports.MappingFile | None, unit: Organisation | None) -> None:
    table, given = looked.table, mapping or imports.MappingFile()
    batch.counts = looked.plan.counts | {"rows": len(table.data)}
    batch.faults = faults_of(looked.plan.findings)
    batch.columns = {m.header: {"field": list(m.fields), "unit": m.unit} for m in looked.found}
    batch.layout = {
        "kind": table.kind, "sheet": table.sheet, "title": table.title, "unit_line": table.unit, "first": table.first,
        "last": table.last, "foot": table.foot, "unit": unit.code if unit else "",
        "columns": [{"index": c.index, "header": c.header, "field": list(m.fields), "unit": m.unit,
                     "suggestion": m.suggestion, "sample": sample_of(table, c)}
                    for c, m in zip(table.columns, looked.found, strict=True)],
        "options": {"day_first": given.day_first, "defaults": dict(given.defaults), "sheet": given.sheet,
                    "forecasts": given.forecasts},
    }
    batch.save()
    ImportRow.objects.bulk_create([_row(batch, planned) for planned in looked.plan.rows], batch_size=500)


def sample_of(table: sheets.Table, column: sheets.Column) -> str:
    """The first filled cell of a column, shortened: what helps a person say which column it is."""
    values = (row.values[column.index] for row in table.data[:50])
    return next((shortened(value) for value in values if value not in ("", None)), "")


def _row(batch: ImportBatch, planned: PlannedRow) -> ImportRow:
    values = planned.values | ({"lead": planned.unit} if planned.unit and not planned.values.get("lead") else {})
    return ImportRow(
        batch=batch, row_number=planned.number, state=planned.state, project_id=planned.known or None,
        name=planned.name[:160], values=values, changes=planned.changes,
        doubt={"reasons": [[s.text, s.values] for s in planned.reasons], "decision": ""} if planned.reasons else {})
