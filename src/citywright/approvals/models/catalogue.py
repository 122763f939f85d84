"""The catalogue of approval items as versions: a draft is edited, a published one stands."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from citywright.kernel.models import Area, Organisation, Person

from .. import words


class CatalogueVersion(models.Model):
    """目录版本: `content` is the whole catalogue as its file has it; once published it never changes (triggers)."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=40)
    source = models.CharField(max_length=160, blank=True)
    step = models.CharField(max_length=10, choices=words.VersionStep.choices(), default=words.VersionStep.DRAFT)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="next")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["area", "-made_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "label"], name="catalogue_label_once"),
            models.UniqueConstraint(fields=["area"], condition=Q(step="published"), name="catalogue_in_force_once"),
            models.CheckConstraint(condition=Q(step="draft") | Q(valid_from__isnull=False),
                                   name="catalogue_published_has_day"),
        ]

    def __str__(self) -> str:
        return self.label


class CatalogueChange(models.Model):
    """目录改动: one field of one entry of a draft, before and after, by whom; appended, never edited."""

    version = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="changes")
    part = models.CharField(max_length=20)
    code = models.CharField(max_length=40)
    field = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["version", "id"]


class DepartmentUnit(models.Model):
    """部门对应单位: which unit of an area stands behind a department of the catalogue, and how many windows it has."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    department = models.CharField(max_length=10)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    windows = models.PositiveSmallIntegerField(default=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "department"], name="department_unit_once"),
            models.CheckConstraint(condition=Q(windows__gte=1), name="department_has_a_window"),
        ]
