"""The month: reporting calendar, reports, investment facts in their calibres, corrections. Amounts in 万元."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from citywright.kernel.models import Area, Person
from citywright.kernel.money import MoneyField

from .. import words
from .projects import Project


class ReportingMonth(models.Model):
    """月报日程 of an area: fill from/to, unit review, lock, bulletin; `closed_at` when the month is locked."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    period = models.DateField()
    fill_from = models.DateField()
    fill_to = models.DateField()
    review_on = models.DateField()
    lock_at = models.DateTimeField()
    bulletin_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["period"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "period"], name="reporting_month_once"),
            models.CheckConstraint(condition=Q(period__day=1), name="reporting_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False), name="reporting_month_closed_whole"),
        ]


class ProgressReport(models.Model):
    """月度填报: one report of one project for one month. A draft's money becomes a fact when it is submitted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reports")
    period = models.DateField()
    step = models.CharField(max_length=10, choices=words.ReportStep.choices(), default=words.ReportStep.DRAFT)
    physical_text = models.CharField(max_length=300, blank=True)
    physical_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    problem_text = models.CharField(max_length=300, blank=True)
    amount_month = MoneyField(null=True, blank=True)
    amount_year = MoneyField(null=True, blank=True)
    built = MoneyField(null=True, blank=True)
    installed = MoneyField(null=True, blank=True)
    equipment = MoneyField(null=True, blank=True)
    other = MoneyField(null=True, blank=True)
    warnings = models.JSONField(default=list)
    explanation = models.CharField(max_length=300, blank=True)
    filled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    filled_at = models.DateTimeField()
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    locked_at = models.DateTimeField(null=True, blank=True)
    returned_reason = models.CharField(max_length=300, blank=True)
    returned_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["project", "period"]
        indexes: ClassVar = [models.Index(fields=["period", "step"], name="report_by_period")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "period"], name="report_once_a_month"),
            models.CheckConstraint(condition=Q(period__day=1), name="report_period_is_first_day"),
            models.CheckConstraint(
                condition=Q(physical_percent__isnull=True) | Q(physical_percent__gte=0, physical_percent__lte=100),
                name="report_percent_in_range"),
            models.CheckConstraint(condition=~Q(step="locked") | Q(locked_at__isnull=False, locked_by__isnull=False),
                                   name="report_locked_whole"),
            models.CheckConstraint(
                condition=Q(step="draft") | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="report_submitted_whole"),
        ]


class InvestmentFact(models.Model):
    """投资完成 of a project in a month, in one calibre. A correction is a new row that revises the old one.

    `amount_month` the month, `amount_year` January to this month, `amount_total` since the start of works; the four
    parts are 建筑, 安装, 设备, 其他 of the month. `in_force` marks the latest revision.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="investments")
    period = models.DateField()
    source = models.CharField(max_length=8, choices=words.Source.choices())
    amount_month = MoneyField(default=0)
    amount_year = MoneyField(default=0)
    amount_total = MoneyField(default=0)
    built = MoneyField(null=True, blank=True)
    installed = MoneyField(null=True, blank=True)
    equipment = MoneyField(null=True, blank=True)
    other = MoneyField(null=True, blank=True)
    in_force = models.BooleanField(default=True)
    revision_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="revisions")
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["project", "period"]
        indexes: ClassVar = [models.Index(fields=["period", "source", "in_force"], name="investment_by_period")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "period", "source"], condition=Q(in_force=True),
                                    name="investment_in_force_once"),
            models.CheckConstraint(condition=Q(revision_of__isnull=True) | ~Q(reason=""),
                                   name="investment_revision_has_reason"),
            models.CheckConstraint(condition=Q(period__day=1), name="investment_period_is_first_day"),
        ]


class Correction(models.Model):
    """更正申请 of a locked report: what is to change, why, and who decided. `changes` maps field to [old, new]."""

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="corrections")
    step = models.CharField(max_length=8, choices=words.CorrectionStep.choices(), default=words.CorrectionStep.ASKED)
    changes = models.JSONField()
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report"], condition=Q(step="asked"), name="correction_open_once"),
            models.CheckConstraint(
                condition=Q(step="asked", decided_by__isnull=True) | (~Q(step="asked") & Q(decided_by__isnull=False)),
                name="correction_decided_whole"),
        ]
