"""Lists are issued documents: definition, issue, dated entries (PROJECTS 1.3)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from citywright.kernel.models import Area, Organisation, Person

from .. import words
from .projects import Project


class ListDefinition(models.Model):
    """清单定义: code and name of a kind of list, for instance KEY-D 区重点项目.

    `kind` says what fills it; `rule` is the saved query of a list the office defined itself (filters of the project
    list, as in an address); the rules of the given codes stand in `rules.lists`.
    """

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    definition = models.TextField(blank=True)
    kind = models.CharField(max_length=8, choices=words.ListKind.choices(), default=words.ListKind.MANUAL)
    rows = models.CharField(max_length=16, choices=words.RowKind.choices(), default=words.RowKind.PROJECT)
    rule = models.JSONField(default=dict, blank=True)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cycle = models.CharField(max_length=30, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    ended_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class ListIssue(models.Model):
    """清单批次: one issue of a list for an area and a year, with its document number.

    `as_of` is the day its rows were taken; `event_on` the day of the ceremony of a 集中开工 batch.
    """

    definition = models.ForeignKey(ListDefinition, on_delete=models.PROTECT, related_name="issues")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    batch = models.PositiveSmallIntegerField(default=1)
    doc_no = models.CharField(max_length=80, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=8, choices=words.ListStatus.choices(), default=words.ListStatus.DRAFT)
    as_of = models.DateField(null=True, blank=True)
    event_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["definition", "area", "year", "batch"], name="list_issue_once"),
            models.CheckConstraint(condition=Q(status="draft") | Q(issued_on__isnull=False),
                                   name="list_issued_has_day"),
        ]


class ListEntry(models.Model):
    """入列记录: a project on a list from a day until a day, with the row as it was issued.

    `item` names the row on a list whose rows are not projects ("problem:<id>"), else it is None.
    """

    issue = models.ForeignKey(ListIssue, on_delete=models.PROTECT, related_name="entries")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="list_entries")
    item = models.CharField(max_length=60, null=True, blank=True)
    added_on = models.DateField()
    removed_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    snapshot = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "project"], name="list_entry_active_once",
                                    condition=Q(removed_on__isnull=True, item__isnull=True)),
            models.UniqueConstraint(fields=["issue", "item"], condition=Q(removed_on__isnull=True, item__isnull=False),
                                    name="list_item_active_once"),
        ]


class ListChange(models.Model):
    """增补、退库、恢复: asked for with a reason, screened by the office, decided; then the entry stands or is gone.

    The three decide in order and are three different people; `entry` is the entry that came of it or was removed.
    """

    issue = models.ForeignKey(ListIssue, on_delete=models.PROTECT, related_name="changes")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="list_changes")
    kind = models.CharField(max_length=8, choices=words.ChangeKind.choices())
    step = models.CharField(max_length=10, choices=words.ChangeStep.choices(), default=words.ChangeStep.PROPOSED)
    reason = models.CharField(max_length=300)
    doc_no = models.CharField(max_length=80, blank=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    screened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    screened_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    opinion = models.CharField(max_length=300, blank=True)
    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="changes")

    class Meta:
        ordering: ClassVar = ["-proposed_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "project"], condition=Q(step__in=["proposed", "screened"]),
                                    name="list_change_one_open"),
            models.CheckConstraint(condition=Q(screened_by__isnull=True) | ~Q(screened_by=models.F("proposed_by")),
                                   name="list_change_not_screened_by_its_asker"),
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("screened_by")),
                                   name="list_change_two_people_decide"),
        ]
