"""Campaigns: a year's theme or an action, the lists, targets and tasks it groups, and its checks."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from citywright.kernel.models import Area, Organisation, Person

from .. import words
from .lists import ListDefinition
from .projects import Project


class Campaign(models.Model):
    """专项行动: a name, an office, from a day to a day; actions hang below it and roll up into it.

    Its name is only a name ("1364", "十大攻坚"): no number is ever read out of it. Tasks say it in `Task.campaign`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=words.CampaignKind.choices())
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField()
    mandate = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    closed_on = models.DateField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "name", "from_on"], name="campaign_once"),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="campaign_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignList(models.Model):
    """专项清单: a list that belongs to a campaign, in the year the campaign begins."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="lists")
    definition = models.ForeignKey(ListDefinition, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["campaign", "definition"], name="campaign_list_once")]


class CampaignTarget(models.Model):
    """专项目标: what is to be reached, measured over the projects of a list (or of all its lists) or typed in."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="targets")
    name = models.CharField(max_length=80)
    measure = models.CharField(max_length=10, choices=words.TargetMeasure.choices())
    definition = models.ForeignKey(ListDefinition, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    qualifier = models.CharField(max_length=8, choices=words.Qualifier.choices(), default=words.Qualifier.AT_LEAST)
    target = models.DecimalField(max_digits=16, decimal_places=2)
    unit = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["campaign", "position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["campaign", "name"], name="campaign_target_once")]


class TargetFact(models.Model):
    """目标填报: what was reached up to a day, for targets that the ledger does not measure; corrections supersede."""

    target = models.ForeignKey(CampaignTarget, on_delete=models.PROTECT, related_name="facts")
    as_of = models.DateField()
    value = models.DecimalField(max_digits=16, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    in_force = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["target", "-as_of", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["target", "as_of"], condition=Q(in_force=True), name="target_fact_once"),
        ]


class CampaignCheck(models.Model):
    """检查项: a line of the checklist, 环节 x 看/深化 x 1–3; entered locally, none by default."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="checks")
    link = models.CharField(max_length=12, choices=words.Link.choices())
    kind = models.CharField(max_length=8, choices=words.CheckKind.choices())
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=120)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["campaign", "link", "kind", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "link", "kind", "position"],
                                    condition=Q(ended_on__isnull=True), name="campaign_check_once"),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=3), name="campaign_check_one_of_three"),
        ]


class CheckMark(models.Model):
    """检查记录: a check of a project was done on a day, by whom, with what was seen."""

    check_item = models.ForeignKey(CampaignCheck, on_delete=models.PROTECT, related_name="marks")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="check_marks")
    done_on = models.DateField()
    is_passed = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    in_force = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["check_item", "project"], condition=Q(in_force=True),
                                    name="check_mark_once"),
        ]
