"""From a plan to the ledger: all or nothing, in one transaction, with one line in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from citywright.kernel import clock, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Organisation, Person

from ...models import ImportBatch, ImportRow
from ...queries import batches
from ...rules.ledger import Known, name_key
from ...words import BatchStep, RowState
from . import months, way, writing
from .planning import acting_for, scope_of
from .writing import Pen, Stroke, rewrite


class CannotApply(Refusal):
    """There are faults, the batch is done with, or the ledger has changed since the plan was made."""


@transaction.atomic
def apply(*, batch: ImportBatch, by: Person, at: datetime) -> ImportBatch:
    """Every new and changed row stands in the ledger, and doubtful ones as decided (undecided ones are left out).

    Refused, with nothing written: faults, a batch done with, another import or change since the plan was made.
    """
    Area.objects.select_for_update(no_key=True).get(pk=batch.area_id)
    batch = (ImportBatch.objects.select_for_update(of=("self",))
             .select_related("area", "organisation", "file", "applied_by", "planned_by").get(pk=batch.pk))
    unit = Organisation.objects.filter(code=batch.layout.get("unit") or None).select_related("area").first()
    scope = scope_of(by, batch.area, batch.period, at, unit)
    refuse_unready(batch)
    rows = [row for row in batch.rows.exclude(state__in=[RowState.UNCHANGED, RowState.GONE]) if wanted(row)]
    known = {project.id: project for project in batches.snapshot(batch.area, batch.period, lock=True)}
    refuse_stale(batch, rows, known)
    refuse_foreign(rows, known, scope.units)
    strokes = [stroke_of(row, known) for row in rows]
    pen = Pen(batch.area, batch.period, by, acting_for(by, batch.area), at, clock.day_of(at), scope.office)
    written = write_all(strokes, pen)
    keep_links(rows, strokes)
    batch.step, batch.applied_by, batch.applied_at = BatchStep.APPLIED, by, at
    batch.counts = batch.counts | {"written": written}
    batch.save(update_fields=["step", "applied_by", "applied_at", "counts"])
    journal.write(verb="ledger.applied", by=by, at=at, subject=batch, area=batch.area, unit=batch.organisation, data={
        "file": batch.file.name, "sha256": batch.file.sha256, "period": batch.period, "written": written,
        "codes": [stroke.project.code for stroke in strokes if stroke.project]})
    return batch


@transaction.atomic
def abandon(*, batch: ImportBatch, by: Person, at: datetime) -> ImportBatch:
    """The plan is laid aside; nothing was written and nothing will be. Refused once it was applied."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("area", "organisation").get(pk=batch.pk)
    unit = Organisation.objects.filter(code=batch.layout.get("unit") or None).select_related("area").first()
    scope_of(by, batch.area, batch.period, at, unit)
    if batch.step != BatchStep.PLANNED:
        raise CannotApply("这一批已不在待应用状态，不能放弃")
    batch.step = BatchStep.ABANDONED
    batch.save(update_fields=["step"])
    journal.write(verb="ledger.abandoned", by=by, at=at, subject=batch, area=batch.area, unit=batch.organisation,
                  data={"counts": batch.counts})
    return batch


def write_all(strokes: Sequence[Stroke], pen: Pen) -> dict[str, int]:
    """Every row is written; returns how many projects, plans, amounts, reports, people and claims were."""
    counts = writing.write_projects(strokes, pen)
    counts["plans"] = months.write_plans(strokes, pen)
    counts["facts"] = months.write_facts(strokes, pen)
    counts["reports"] = months.write_reports(strokes, pen)
    counts["people"] = writing.write_people(strokes, pen)
    return counts | way.write_days(strokes, pen)


def wanted(row: ImportRow) -> bool:
    """Whether the row is to be written: new, changed, or a doubtful one that somebody decided."""
    return row.state != RowState.DOUBTFUL or row.doubt.get("decision") in {"match", "new"}


def refuse_unready(batch: ImportBatch) -> None:
    """Refuse a batch that was applied or abandoned, and one with faults."""
    if batch.step == BatchStep.APPLIED and batch.applied_by and batch.applied_at:
        raise CannotApply("这一批已由%(who)s于 %(when)s 应用，不能再应用一次", who=batch.applied_by.full_name,
                          when=f"{batch.applied_at.astimezone(clock.CITY):%Y-%m-%d %H:%M}")
    if batch.step != BatchStep.PLANNED:
        raise CannotApply("这一批已放弃，请重新上传")
    if batch.counts.get("faults"):
        raise CannotApply("还有 %(count)s 处错误，请改好表格后重新上传", count=batch.counts["faults"])


def refuse_stale(batch: ImportBatch, rows: Sequence[ImportRow], known: dict[str, Known]) -> None:
    """Refuse when what the plan compared with is no longer so: it would overwrite what it never saw."""
    names = {name_key(p.name) for p in known.values() if not p.left}
    codes = {p.code for p in known.values()}
    for row in rows:
        project = known.get(str(row.project_id))
        if is_new(row):
            stale = name_key(row.name) in names and row.state == RowState.NEW
            stale = stale or row.values.get("code") in codes
        else:
            stale = project is None or any(project.values.get(c, "") != old for c, (old, _) in row.changes.items())
        if stale:
            raise CannotApply("计划做好之后台账已变（第 %(row)s 行“%(name)s”）%(who)s，请重新上传比对",
                              row=row.row_number, name=row.name, who=who_came_between(batch))


def who_came_between(batch: ImportBatch) -> str:
    """"，王某已于 09:12 应用了另一批" when another batch was applied since the plan, else ""."""
    other = (ImportBatch.objects.filter(area=batch.area, step=BatchStep.APPLIED, applied_at__gte=batch.planned_at)
             .exclude(pk=batch.pk).select_related("applied_by").order_by("-applied_at").first())
    if other is None or other.applied_by is None or other.applied_at is None:
        return ""
    return f"：{other.applied_by.full_name} {other.applied_at.astimezone(clock.CITY):%Y-%m-%d %H:%M}"


def refuse_foreign(rows: Sequence[ImportRow], known: dict[str, Known], units: frozenset[str] | None) -> None:
    """Refuse rows of units that are not the person's; a plan made by somebody else opens no door."""
    if units is None:
        return
    for row in rows:
        theirs = {row.values.get("lead", "")} | ({known[str(row.project_id)].unit} if row.project_id else set())
        if not theirs - {""} <= units:
            raise CannotApply("第 %(row)s 行属于其他单位，您只能导入本单位的项目", row=row.row_number)


def is_new(row: ImportRow) -> bool:
    """Whether the row becomes a project of its own."""
    return row.state == RowState.NEW or (row.state == RowState.DOUBTFUL and row.doubt.get("decision") == "new")


def stroke_of(row: ImportRow, known: dict[str, Known]) -> Stroke:
    """What is to be written for a row: everything for a new project, the changes for a known one."""
    if is_new(row):
        return Stroke(row.name, dict(row.values), None)
    return Stroke(row.name, {column: new for column, (_, new) in row.changes.items()}, known[str(row.project_id)])


def keep_links(rows: Sequence[ImportRow], strokes: Sequence[Stroke]) -> None:
    """Rows that became projects point at them."""
    made = []
    for row, stroke in zip(rows, strokes, strict=True):
        if stroke.known is None and stroke.project is not None:
            row.project = stroke.project
            made.append(row)
    rewrite(ImportRow, made, ["project"])
