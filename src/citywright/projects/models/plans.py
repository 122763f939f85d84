"""Annual plans with their months, and the funds agreed and arrived. Amounts in 万元."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from citywright.kernel.models import Area, Person
from citywright.kernel.money import MoneyField

from .. import words
from .projects import Project


class PlanVersion(models.Model):
    """计划版本: one frozen version of an area's year plan with its document and reason; every rate names it.

    Number 1 is the plan as first frozen; each adjustment afterwards is a version of its own.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    doc_no = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["area", "year", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "year", "number"], name="plan_version_number_once"),
        ]


class AnnualPlan(models.Model):
    """年度计划: one version of one year's plan. Once frozen it is immutable (triggers); a change is a new version."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=words.YearKind.choices())
    invest_year = MoneyField(default=0)
    done_before = MoneyField(default=0)
    planned_start = models.DateField(null=True, blank=True)
    planned_finish = models.DateField(null=True, blank=True)
    planned_production = models.DateField(null=True, blank=True)
    goal = models.CharField(max_length=300, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_doc = models.CharField(max_length=80, blank=True)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="next")
    in_force = models.BooleanField(default=True)
    frozen_in = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="plans")

    class Meta:
        ordering: ClassVar = ["project", "year", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "year", "version"], name="plan_version_once"),
            models.UniqueConstraint(fields=["project", "year"], condition=Q(in_force=True), name="plan_in_force_once"),
            models.CheckConstraint(condition=Q(invest_year__gte=0), name="plan_not_negative"),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True, frozen_by__isnull=True)
                | Q(frozen_at__isnull=False, frozen_by__isnull=False), name="plan_frozen_whole"),
        ]

    def __str__(self) -> str:
        return self.project.name


class PlanMonth(models.Model):
    """分月计划: money and physical target of one month of a plan; `invest_to_date` sums January to this month."""

    plan = models.ForeignKey(AnnualPlan, on_delete=models.PROTECT, related_name="months")
    month = models.PositiveSmallIntegerField()
    invest = MoneyField(default=0)
    invest_to_date = MoneyField(default=0)
    physical_target = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["plan", "month"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "month"], name="plan_month_once"),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="plan_month_of_year"),
        ]


class PlanReview(models.Model):
    """计划送审: where the draft of a plan stands between its unit and the office; the row goes with its plan."""

    plan = models.OneToOneField(AnnualPlan, on_delete=models.CASCADE, related_name="review")
    step = models.CharField(max_length=10, choices=words.PlanStep.choices(), default=words.PlanStep.SUBMITTED)
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("submitted_by")),
                                   name="plan_not_reviewed_by_its_filler"),
        ]


class FundSource(models.Model):
    """资金来源: what was agreed, of which kind, due on which day."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="funds")
    kind = models.CharField(max_length=12, choices=words.FundKind.choices())
    agreed = MoneyField()
    due_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(agreed__gte=0), name="fund_agreed_not_negative")]


class FundFact(models.Model):
    """到位资金: what arrived and what was paid, on a day; foreign money keeps its rate."""

    source = models.ForeignKey(FundSource, on_delete=models.PROTECT, related_name="facts")
    arrived_on = models.DateField()
    arrived = MoneyField(default=0)
    paid = MoneyField(default=0)
    fx_rate = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["arrived_on"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(arrived__gte=0) & Q(paid__gte=0), name="fund_fact_not_negative"),
            models.CheckConstraint(condition=Q(paid__lte=F("arrived")), name="fund_paid_within_arrived"),
        ]
