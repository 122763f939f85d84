"""Task forces, meetings, what they spoke about and what they decided."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from citywright.kernel.models import Area, Organisation, Person

from .. import words


class TaskForce(models.Model):
    """专班: a group with a mandate, its leader and members, the cycle of its meetings; its portfolio are ForceItems."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    leader = models.CharField(max_length=60, blank=True)
    deputies = models.CharField(max_length=120, blank=True)
    members = models.ManyToManyField(Organisation, related_name="+", blank=True)
    cycle_days = models.PositiveSmallIntegerField(default=14)
    mandate = models.TextField(blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["area", "name"], name="task_force_name_once")]


class ForceItem(models.Model):
    """专班项目: one thing the task force looks after, named as in the journal."""

    force = models.ForeignKey(TaskForce, on_delete=models.PROTECT, related_name="items")
    subject = models.CharField(max_length=100)
    title = models.CharField(max_length=160)
    url_name = models.CharField(max_length=60)
    url_key = models.CharField(max_length=60)
    added_on = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["force", "subject"], name="force_item_once")]


class Meeting(models.Model):
    """调度会: called, held, minuted 〔year〕number; its agenda is collected by rule or by hand."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=words.MeetingKind.choices())
    title = models.CharField(max_length=120)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    force = models.ForeignKey(TaskForce, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    held_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    chair = models.CharField(max_length=60, blank=True)
    attendees = models.CharField(max_length=300, blank=True)
    summary = models.TextField(blank=True)
    step = models.CharField(max_length=10, choices=words.MeetingStep.choices(), default=words.MeetingStep.CALLED)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    called_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    minuted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    minuted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-held_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "year", "number"], condition=Q(number__isnull=False),
                                    name="meeting_number_once"),
            models.CheckConstraint(
                condition=Q(minuted_at__isnull=True, minuted_by__isnull=True)
                | Q(minuted_at__isnull=False, minuted_by__isnull=False), name="meeting_minuted_whole"),
        ]


class AgendaItem(models.Model):
    """议题: one matter of a meeting; `said` is {"text", "values"}, the reason in words; the same thing stands once."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=12, choices=words.AgendaSource.choices())
    subject = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=160)
    said = models.JSONField(default=dict)
    url_name = models.CharField(max_length=60, blank=True)
    url_key = models.CharField(max_length=60, blank=True)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    alert = models.ForeignKey("Alert", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    task = models.ForeignKey("Task", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_dropped = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["meeting", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "source", "subject"], condition=~Q(subject=""),
                                    name="agenda_item_once"),
        ]


class Decision(models.Model):
    """议定事项: what the meeting decided, in one sentence; each becomes one task or more."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["meeting", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "position"], name="decision_position_once"),
        ]
