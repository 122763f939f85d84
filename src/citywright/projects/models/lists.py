"""Lists are issued documents: definition, issue, dated entries (PROJECTS 1.3)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from citywright.kernel.models import Area

from .. import words
from .projects import Project


class ListDefinition(models.Model):
    """清单定义: code and name of a kind of list, for instance KEY-D 区重点项目."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    definition = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class ListIssue(models.Model):
    """清单批次: one issue of a list for an area and a year, with its document number."""

    definition = models.ForeignKey(ListDefinition, on_delete=models.PROTECT, related_name="issues")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    batch = models.PositiveSmallIntegerField(default=1)
    doc_no = models.CharField(max_length=80, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=8, choices=words.ListStatus.choices(), default=words.ListStatus.DRAFT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["definition", "area", "year", "batch"], name="list_issue_once"),
            models.CheckConstraint(condition=Q(status="draft") | Q(issued_on__isnull=False),
                                   name="list_issued_has_day"),
        ]


class ListEntry(models.Model):
    """入列记录: a project on a list from a day until a day, with the row as it was issued."""

    issue = models.ForeignKey(ListIssue, on_delete=models.PROTECT, related_name="entries")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="list_entries")
    added_on = models.DateField()
    removed_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    snapshot = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "project"], condition=Q(removed_on__isnull=True),
                                    name="list_entry_active_once"),
        ]
