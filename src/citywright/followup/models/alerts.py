"""Alerts, each raised once on a rising edge; notices, one a person a day."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from citywright.kernel.models import Area, Organisation, Person
from citywright.kernel.words import Lamp

from .. import words


class Alert(models.Model):
    """提醒: a lamp that turned worse, or an obligation that fell due, told once to the unit that answers for it.

    `subject` names the row as the journal does ("projects.project:<id>"); `url_name` and `url_key` open its page.
    `edge` is what makes it unique: the same edge is never raised twice, while it is open or after.
    `cause` names what stands behind it: alerts of one cause stand once, `also` names the other dimensions it lights.
    `reason` is {"code", "values"}: the sentence stands in the words of the package that raised it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=words.AlertKind.choices())
    step = models.CharField(max_length=8, choices=words.AlertStep.choices(), default=words.AlertStep.RAISED)
    subject = models.CharField(max_length=100, db_index=True)
    edge = models.CharField(max_length=160, unique=True)
    title = models.CharField(max_length=160)
    dimension = models.CharField(max_length=12, blank=True)
    cause = models.CharField(max_length=140, null=True, blank=True, db_index=True)
    also = models.JSONField(null=True, blank=True)
    lamp = models.CharField(max_length=6, choices=Lamp.choices(), blank=True)
    reason = models.JSONField(default=dict)
    url_name = models.CharField(max_length=60)
    url_key = models.CharField(max_length=60)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    raised_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cleared_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-raised_on"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False), name="alert_taken_whole"),
        ]


class Notice(models.Model):
    """每日通知: one message a person a day; a manager's is a summary by unit. `lines` are {"text", "values", "url"}."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    on = models.DateField()
    is_summary = models.BooleanField(default=False)
    lines = models.JSONField(default=list)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-on"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "on"], name="notice_once_a_day")]
