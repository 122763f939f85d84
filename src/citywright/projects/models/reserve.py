"""The reserve pool: score sheets, scores, and the submission of projects through the levels."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from citywright.kernel.models import Area, Organisation, Person

from .. import words
from .projects import Project


class ScoreSheet(models.Model):
    """评分表: versioned; `items` are {"code", "name", "weight", "best", "help"}: points 0…best count weight/best each.

    The weights sum to 100. A change is a new version; scores stay with the version they were given on.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    items = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["area", "name", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "name", "version"], name="score_sheet_version_once"),
            models.UniqueConstraint(fields=["area", "name"], condition=Q(valid_to__isnull=True),
                                    name="score_sheet_in_force_once"),
        ]


class Scoring(models.Model):
    """评分: a reviewer's points for a project on a sheet and their weighted total (0–100); a later one supersedes."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="scorings")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="scorings")
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    points = models.JSONField()
    total = models.DecimalField(max_digits=5, decimal_places=2)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    in_force = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "project", "reviewer"], condition=Q(in_force=True),
                                    name="scoring_once"),
            models.CheckConstraint(condition=Q(total__gte=0, total__lte=100), name="scoring_in_range"),
        ]


class SubmissionRound(models.Model):
    """提报批次: from a day to a cut-off, asked for by an area's office; `quota` is how many each unit is to hand in."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    opens_on = models.DateField()
    closes_on = models.DateField()
    quota = models.PositiveSmallIntegerField(null=True, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-opens_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "name"], name="submission_round_once"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="submission_round_days_in_order"),
        ]


class Submission(models.Model):
    """提报: one project in one round, from its unit to the district and the city, accepted or returned."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(SubmissionRound, on_delete=models.PROTECT, related_name="submissions")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="submissions")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=10, choices=words.SubmissionStep.choices())
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    forwarded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    forwarded_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    returned_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-submitted_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "project"], name="submission_once")]
