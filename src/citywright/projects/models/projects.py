"""The project itself, its category and its relations."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from citywright.kernel.models import Area, Organisation, Person
from citywright.kernel.money import MoneyField

from .. import words


class Category(models.Model):
    """项目类别: data, with an explicit 未归类 (`code` "unclassified"); `gates` are the gates this class passes.

    `gates` is a list of gate codes; leased premises of a service project have no g4, for instance.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    template = models.ForeignKey("projects.MilestoneTemplate", on_delete=models.PROTECT, null=True, blank=True)
    gates = models.JSONField(default=list)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """项目: one row of the ledger. Its stage is derived from the gates passed and is stored nowhere.

    Amounts in 万元. `is_leaf` is false for a package (打包项目) that has parts; counts run over leaves only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=32, unique=True)
    national_code = models.CharField(max_length=24, blank=True, db_index=True)
    name = models.CharField(max_length=160)
    initials = models.CharField(max_length=160, blank=True, db_index=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="projects")
    industry_code = models.CharField(max_length=8, blank=True)
    funding_type = models.CharField(max_length=12, choices=words.FundingType.choices())
    nature = models.CharField(max_length=8, choices=words.Nature.choices(), default=words.Nature.NEW)
    origin = models.CharField(max_length=8, choices=words.Origin.choices(), default=words.Origin.PLAN)
    secrecy = models.CharField(max_length=8, choices=words.Secrecy.choices(), default=words.Secrecy.OPEN)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="projects")
    lead_unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="led_projects")
    cooperating_units = models.ManyToManyField(Organisation, related_name="helped_projects", blank=True)
    owner_name = models.CharField(max_length=120, blank=True)
    owner_uscc = models.CharField(max_length=18, blank=True)
    location = models.CharField(max_length=200, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    summary = models.TextField(blank=True)
    remark = models.TextField(blank=True)
    total_investment = MoneyField(default=0)
    fixed_investment = MoneyField(null=True, blank=True)
    land_mu = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    floor_area = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    planned_output = MoneyField(null=True, blank=True)
    planned_tax = MoneyField(null=True, blank=True)
    planned_jobs = models.PositiveIntegerField(null=True, blank=True)
    build_from = models.DateField(null=True, blank=True)
    build_to = models.DateField(null=True, blank=True)
    stat_name = models.CharField(max_length=160, blank=True)
    stat_code = models.CharField(max_length=40, blank=True)
    stat_total = MoneyField(null=True, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    is_leaf = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False)
    exit = models.CharField(max_length=10, choices=words.Exit.choices(), blank=True)
    exit_on = models.DateField(null=True, blank=True)
    exit_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["code"]
        indexes: ClassVar = [models.Index(fields=["area", "lead_unit"], name="project_by_area_unit"),
                             models.Index(fields=["name"], name="project_by_name")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(total_investment__gte=0), name="project_total_not_negative"),
            models.CheckConstraint(condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="project_not_own_part"),
            models.CheckConstraint(
                condition=Q(exit="", exit_on__isnull=True) | (~Q(exit="") & Q(exit_on__isnull=False)),
                name="project_exit_has_day"),
        ]

    def __str__(self) -> str:
        return self.name


class ProjectRelation(models.Model):
    """项目关系: phases, exclusions, order, support, replacement."""

    kind = models.CharField(max_length=10, choices=words.RelationKind.choices())
    source = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="relations")
    target = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="related")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "source", "target"], name="relation_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="relation_between_two"),
        ]
