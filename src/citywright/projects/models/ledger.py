"""The Excel ledger: remembered column mappings of a sender, import batches and their rows."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from citywright.kernel.models import Area, Attachment, Organisation, Person

from .. import words
from .projects import Project


class ColumnMapping(models.Model):
    """列对应: how one sender's headers read, remembered by the headers' signature. `columns` maps header to field."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    signature = models.CharField(max_length=64)
    columns = models.JSONField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "signature"], name="column_mapping_once"),
        ]


class ImportBatch(models.Model):
    """导入批次: one uploaded sheet, its plan (new, changed, unchanged, gone, doubtful) and whether it was applied.

    `base_number` is the journal number the plan was made at: a plan made before other changes is refused.
    `layout` keeps the sender's sheet layout for the way back (sheet name, header rows, columns, units).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    period = models.DateField()
    file = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=10, choices=words.BatchStep.choices(), default=words.BatchStep.PLANNED)
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    layout = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    applied_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-planned_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(step="applied", applied_at__isnull=False, applied_by__isnull=False)
                | (~Q(step="applied") & Q(applied_at__isnull=True)), name="import_applied_whole"),
        ]


class ImportRow(models.Model):
    """导入行: what the plan says of one row. `values` is what was read; `changes` maps field to [old, new]."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    row_number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=words.RowState.choices())
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="import_rows")
    name = models.CharField(max_length=160)
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    doubt = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["row_number"]
        indexes: ClassVar = [models.Index(fields=["batch", "state"], name="import_row_by_state")]
