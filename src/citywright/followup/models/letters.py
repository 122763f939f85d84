"""The supervision ladder as data, and the numbered letters written on its rungs."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from citywright.kernel.models import Area, Organisation, Person

from .. import words


class Ladder(models.Model):
    """督查阶梯: a versioned configuration of rungs. 两函一单 and 三色督查单 are two rows of this table.

    `rungs` is a list of {"code", "name", "colour", "mark", "limit_kind", "limit", "asks", "climbs_after"}: the paper's
    name, its colour, the letters of its number (督函), the days to answer, what is asked, and how many days past its
    day the next rung follows (None: by hand only). A change is a new version, never an edit.
    """

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(max_length=120, blank=True)
    rungs = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["code", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="ladder_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to__isnull=True), name="ladder_in_force_once"),
        ]


class Letter(models.Model):
    """督查文书: 督函〔2024〕3号 to a unit about a task or another thing; signed for, answered, accepted, or climbed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, related_name="letters")
    rung = models.CharField(max_length=20)
    colour = models.CharField(max_length=6, choices=words.RungColour.choices(), default=words.RungColour.NONE)
    mark = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    content = models.TextField()
    task = models.ForeignKey("Task", on_delete=models.PROTECT, null=True, blank=True, related_name="letters")
    alert = models.ForeignKey("Alert", on_delete=models.PROTECT, null=True, blank=True, related_name="letters")
    subject = models.CharField(max_length=100, blank=True, db_index=True)
    url_name = models.CharField(max_length=60, blank=True)
    url_key = models.CharField(max_length=60, blank=True)
    lead_leader = models.CharField(max_length=60, blank=True)
    contact = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    step = models.CharField(max_length=10, choices=words.LetterStep.choices(), default=words.LetterStep.ISSUED)
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    returned_reason = models.CharField(max_length=300, blank=True)
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="next")

    class Meta:
        ordering: ClassVar = ["-issued_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "mark", "year", "number"], name="letter_number_once"),
            models.CheckConstraint(condition=Q(accepted_by__isnull=True) | ~Q(accepted_by=F("answered_by")),
                                   name="letter_not_accepted_by_its_answerer"),
        ]
