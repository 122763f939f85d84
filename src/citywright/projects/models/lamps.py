"""Lamps: versioned rule sets, one run of judging, one snapshot per project and run, overrides by a named person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from citywright.kernel.models import Area, Person

from .. import words
from .projects import Project


class LampRuleSet(models.Model):
    """灯规则集: thresholds as data, with the published source and the days it is in force.

    `parameters` is checked against the schema in `rules/lamps`; `area` empty means a preset open to every area.
    """

    code = models.SlugField(max_length=40)
    version = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    parameters = models.JSONField()
    source = models.CharField(max_length=200)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["code", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], condition=models.Q(area__isnull=True),
                                    name="lamp_preset_once"),
            models.UniqueConstraint(fields=["code", "version", "area"], name="lamp_rules_of_area_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class LampRun(models.Model):
    """One judging of an area's projects on a day under one rule set; the highest `number` of a day is in force."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    number = models.PositiveSmallIntegerField(default=1)
    rule_set = models.ForeignKey(LampRuleSet, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()
    inputs_digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["as_of", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["area", "as_of", "number"], name="lamp_run_once")]


class LampSnapshot(models.Model):
    """亮灯快照 of one project in one run: a lamp per dimension, and why.

    `reasons` maps dimension to {"code", "values"} (texts in words); `inputs` maps dimension to what was looked at.
    `overall` is the computed worst; an override is kept beside it (`LampOverride`) and `shown` is what people see.
    """

    run = models.ForeignKey(LampRun, on_delete=models.PROTECT, related_name="snapshots")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="lamps")
    start = models.CharField(max_length=6, choices=words.Lamp.choices())
    progress = models.CharField(max_length=6, choices=words.Lamp.choices())
    statistics = models.CharField(max_length=6, choices=words.Lamp.choices())
    fund = models.CharField(max_length=6, choices=words.Lamp.choices())
    element = models.CharField(max_length=6, choices=words.Lamp.choices())
    issue = models.CharField(max_length=6, choices=words.Lamp.choices())
    report = models.CharField(max_length=6, choices=words.Lamp.choices())
    overall = models.CharField(max_length=6, choices=words.Lamp.choices())
    shown = models.CharField(max_length=6, choices=words.Lamp.choices())
    reasons = models.JSONField(default=dict)
    inputs = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "project"], name="lamp_snapshot_once")]
        indexes: ClassVar = [models.Index(fields=["project", "run"], name="lamp_by_project")]


class LampOverride(models.Model):
    """灯色调整: a named person's lamp for a dimension, with the reason and the day it ends."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="lamp_overrides")
    dimension = models.CharField(max_length=10, choices=words.Dimension.choices())
    lamp = models.CharField(max_length=6, choices=words.Lamp.choices())
    reason = models.CharField(max_length=300)
    from_on = models.DateField()
    until = models.DateField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(until__gte=models.F("from_on")), name="override_days_in_order"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="override_has_reason"),
        ]
