"""What do we keep? Boards, frozen figures with their lists, figures that others published."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from citywright.kernel.models import Area, Organisation, Person

from . import words


class Board(models.Model):
    """看板: the indicators a person put together, in order; shared with the unit when `is_shared`.

    `codes` are codes of the catalogue; `columns` how many stand side by side (1–4). One board of an area may be the
    area's own (`is_default`): what `figures board` prints.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="boards")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    codes = models.JSONField(default=list)
    columns = models.PositiveSmallIntegerField(default=3)
    is_shared = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "area", "name"], condition=Q(ended_at__isnull=True),
                                    name="board_name_once"),
            models.UniqueConstraint(fields=["area"], condition=Q(is_default=True, ended_at__isnull=True),
                                    name="board_default_once"),
        ]


class Snapshot(models.Model):
    """快照: figures as they were published for a month, each with its list; never changed (triggers), opened any time.

    `plan` names the plan version in words; `lake` is the digest of the facts it was read from.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=120)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    period = models.DateField()
    as_of = models.DateField()
    plan = models.CharField(max_length=160, blank=True)
    lake = models.CharField(max_length=64, blank=True)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-taken_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["area", "period", "title"], name="snapshot_once")]


class SnapshotFigure(models.Model):
    """快照指标: value with numerator and denominator as exact text ("139/1000"), the words it had, its frozen rows.

    `rows` is {"numerator": [[…], …], "denominator": […], "columns": […]}: the list behind it as it was.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="figures")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=60)
    unit = models.CharField(max_length=12, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    value = models.CharField(max_length=80, blank=True)
    numerator = models.CharField(max_length=40)
    denominator = models.CharField(max_length=40, blank=True)
    definition = models.JSONField(default=dict)
    rows = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["snapshot", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["snapshot", "code"], name="snapshot_figure_once")]


class PublishedFigure(models.Model):
    """已公布数据: one quantified statement that somebody published, with its source; never mixed with the ledger's.

    `value` is folded (万/亿 into the number, but not in 亿元, 万元, 亿美元, 万平方米, 万千瓦); None for a date target.
    """

    code = models.CharField(max_length=20, unique=True)
    source = models.CharField(max_length=120)
    source_day = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=80)
    metric = models.CharField(max_length=120)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    value_max = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=12, blank=True)
    qualifier = models.CharField(max_length=16, choices=words.Qualifier.choices())
    hedge = models.CharField(max_length=12, blank=True)
    period = models.CharField(max_length=24, blank=True)
    kind = models.CharField(max_length=8, choices=words.FigureKind.choices())
    location = models.CharField(max_length=60, blank=True)
    topic = models.CharField(max_length=40, blank=True)
    same_as = models.CharField(max_length=40, blank=True)
    due = models.CharField(max_length=24, blank=True)
    is_weak = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["code"]
