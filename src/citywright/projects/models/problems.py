"""Problems of a project, and who answers for it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from citywright.kernel.models import Organisation, Person, Post

from .. import words
from .projects import Project


class Problem(models.Model):
    """问题: raised, answered by its unit, closed by the raiser's side. Severity 1 is the worst, 3 the least."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="problems")
    title = models.CharField(max_length=120)
    detail = models.TextField(blank=True)
    kind = models.CharField(max_length=12, choices=words.ProblemKind.choices())
    severity = models.PositiveSmallIntegerField(default=3)
    source = models.CharField(max_length=12, choices=words.ProblemSource.choices())
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="problems")
    step = models.CharField(max_length=10, choices=words.ProblemStep.choices(), default=words.ProblemStep.OPEN)
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    escalated_level = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reopened_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["due_on"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=3), name="problem_severity_in_range"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, accepted_by__isnull=True)
                | Q(closed_at__isnull=False, accepted_by__isnull=False), name="problem_closed_whole"),
            models.CheckConstraint(condition=Q(accepted_by__isnull=True) | ~Q(accepted_by=F("answered_by")),
                                   name="problem_not_closed_by_its_solver"),
        ]


class Responsibility(models.Model):
    """包保责任: who answers for the project in which role, from a day to a day; through a post where there is one."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="responsibilities")
    role = models.CharField(max_length=10, choices=words.ResponsibleRole.choices())
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=40, blank=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["project", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                                   name="responsibility_days_in_order"),
        ]
