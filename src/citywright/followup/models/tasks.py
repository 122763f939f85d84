"""Tasks that are followed until the raiser confirms them: who, until when, what was answered."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from citywright.kernel.models import Area, Attachment, Organisation, Person

from .. import words


class Task(models.Model):
    """事项: one matter, one number, one lead unit, one limit; its loop's table says who may move it and how.

    `subject`, `url_name`, `url_key` name what it is about, as in the journal; `campaign` the subject of a campaign it
    belongs to. `due_at` comes from the clock of `limit_kind`; `cycle_days` is the reply cycle, None for one reply.
    Closed by the raiser's side, never by who answered (PRACTICE 0, rule 16).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    loop = models.CharField(max_length=12, choices=words.LoopName.choices())
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    content = models.TextField(blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=10, choices=words.TaskStep.choices(), default=words.TaskStep.DRAFTED)
    severity = models.PositiveSmallIntegerField(default=3)
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    raised_unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    decision = models.ForeignKey("Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    alert = models.ForeignKey("Alert", on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    subject = models.CharField(max_length=100, blank=True, db_index=True)
    campaign = models.CharField(max_length=100, blank=True, db_index=True)
    url_name = models.CharField(max_length=60, blank=True)
    url_key = models.CharField(max_length=60, blank=True)
    limit_kind = models.CharField(max_length=12, choices=words.LimitKind.choices())
    limit = models.PositiveSmallIntegerField()
    assigned_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    cycle_days = models.PositiveSmallIntegerField(null=True, blank=True)
    next_reply_on = models.DateField(null=True, blank=True)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    was_late = models.BooleanField(default=False)
    refused_count = models.PositiveSmallIntegerField(default=0)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    extended_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["due_at", "year", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "loop", "year", "number"], name="task_number_once"),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=3), name="task_severity_in_range"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False), name="task_closed_whole"),
            models.CheckConstraint(condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("answered_by")),
                                   name="task_not_closed_by_its_doer"),
            models.CheckConstraint(condition=Q(step="drafted") | Q(step="cancelled") | Q(due_at__isnull=False),
                                   name="task_assigned_has_day"),
        ]


class TaskUnit(models.Model):
    """承办单位: the lead (position 0) and those that co-operate, with the opinion of each (会办意见)."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="units")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=6, choices=words.UnitPart.choices())
    position = models.PositiveSmallIntegerField(default=0)
    opinion = models.TextField(blank=True)
    opinion_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opinion_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["task", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "unit"], name="task_unit_once"),
            models.UniqueConstraint(fields=["task"], condition=Q(part="lead"), name="task_one_lead"),
        ]


class Reply(models.Model):
    """反馈: what a unit reported, with its proof, and what the raiser's side said to it."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="replies")
    kind = models.CharField(max_length=8, choices=words.ReplyKind.choices())
    text = models.TextField()
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    files = models.ManyToManyField(Attachment, related_name="+", blank=True)
    result = models.CharField(max_length=8, choices=words.ReplyResult.choices(), default=words.ReplyResult.PENDING)
    reason = models.CharField(max_length=300, blank=True)
    judged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task"], condition=Q(kind="done", result="pending"),
                                    name="reply_one_waits"),
        ]


class Proposal(models.Model):
    """建议提案: what a task of that loop holds besides: who proposed, the class of the answer, the satisfaction."""

    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="proposal")
    kind = models.CharField(max_length=16, choices=words.ProposalKind.choices())
    session = models.CharField(max_length=60)
    proposal_no = models.CharField(max_length=30)
    proposers = models.CharField(max_length=200)
    answer_class = models.CharField(max_length=2, choices=words.AnswerClass.choices(), blank=True)
    answer_no = models.CharField(max_length=80, blank=True)
    met_on = models.DateField(null=True, blank=True)
    satisfaction = models.CharField(max_length=12, choices=words.Satisfaction.choices(), blank=True)
    is_adopted = models.BooleanField(default=False)
    redone_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "kind", "proposal_no"], name="proposal_once"),
        ]
