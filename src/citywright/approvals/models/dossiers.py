"""One dossier a project: what is known of it, the items it passes, their events, its materials, what was promised."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from citywright.kernel.models import Attachment, Organisation, Person
from citywright.projects.models import Project

from .. import words
from .catalogue import CatalogueVersion


class Dossier(models.Model):
    """审批档案: a project on its way through the approvals, pinned to the catalogue version it began with.

    `answers` holds what the one form knows by attribute code, `sources` where each answer came from. The enterprise's
    page opens with a token of which only the SHA-256 is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="dossier")
    version = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="dossiers")
    answers = models.JSONField(default=dict)
    sources = models.JSONField(default=dict)
    project_class = models.CharField(max_length=30, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    begins_on = models.DateField()
    token_digest = models.CharField(max_length=64, blank=True, db_index=True)
    token_until = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)


class Promise(models.Model):
    """承诺完成日: the finish that was told on a day, with its p10 and p90, and why it moved."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="promises")
    made_at = models.DateTimeField()
    likely_on = models.DateField()
    early_on = models.DateField()
    late_on = models.DateField()
    holds = models.JSONField(default=list)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["dossier", "made_at"]


class Handling(models.Model):
    """办件: one item of a dossier, from 接件 to its end; working days are stored when it ends (overdue is a fact).

    `lacking` names the papers of a 容缺 acceptance, owed until `lacking_due_on`; `is_preview` is a 蓝章 opinion that
    still waits to be exchanged for the 红章.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="handlings")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    stage = models.CharField(max_length=10)
    department = models.CharField(max_length=10)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    package = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=2, choices=words.ItemStatus.choices(), default=words.ItemStatus.RECEIVED)
    limit = models.PositiveSmallIntegerField()
    statutory = models.PositiveSmallIntegerField()
    received_at = models.DateTimeField()
    accepted_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    used_days = models.PositiveSmallIntegerField(default=0)
    owner_days = models.PositiveSmallIntegerField(default=0)
    special_days = models.PositiveSmallIntegerField(default=0)
    was_late = models.BooleanField(default=False)
    result_no = models.CharField(max_length=80, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    certificate = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lacking = models.JSONField(default=list)
    lacking_due_on = models.DateField(null=True, blank=True)
    lacking_met_on = models.DateField(null=True, blank=True)
    by_commitment = models.BooleanField(default=False)
    checked_on = models.DateField(null=True, blank=True)
    is_preview = models.BooleanField(default=False)
    exchanged_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["dossier", "stage", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "code"], name="handling_once",
                                    condition=~Q(status__in=["02", "04", "05", "13", "14", "15"])),
            models.CheckConstraint(condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("accepted_on"))
                                   | Q(accepted_on__isnull=True), name="handling_days_in_order"),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "due_on"], name="handling_by_unit")]

    def __str__(self) -> str:
        return self.name


class HandlingEvent(models.Model):
    """办件过程: the item came to a status; appended only (triggers). `lines` names at once everything to supplement."""

    handling = models.ForeignKey(Handling, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=2, choices=words.ItemStatus.choices())
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    lines = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["handling", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["handling", "number"], name="handling_event_once")]


class Material(models.Model):
    """材料: one version of one document, asked once whichever items need it; `produced_by` an item, or by hand."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="materials")
    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    doc_no = models.CharField(max_length=80, blank=True)
    produced_by = models.ForeignKey(Handling, on_delete=models.PROTECT, null=True, blank=True, related_name="produced")
    given_by = models.CharField(max_length=60)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["dossier", "name", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "name", "version"], name="material_version_once"),
        ]
