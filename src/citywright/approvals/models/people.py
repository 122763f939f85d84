"""The people round a dossier: its butler, what the enterprise asked and how it rates, surveys ordered once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from citywright.kernel.models import Attachment, Person

from .. import words
from .dossiers import Dossier, Handling


class Butler(models.Model):
    """帮办代办: the named person of a dossier, from a day to a day; handed over with words."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="butlers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    handover = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["dossier", "from_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(to_on__isnull=True), name="butler_one_at_a_time"),
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                                   name="butler_days_in_order"),
        ]


class ButlerNote(models.Model):
    """帮办记录: what the butler did or said, in which phase; `is_told` when the enterprise may read it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="notes")
    phase = models.CharField(max_length=14, choices=words.ServicePhase.choices())
    text = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_told = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["dossier", "-at"]


class Message(models.Model):
    """企业来信: a question or an urging through the enterprise's page, and its answer."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="messages")
    handling = models.ForeignKey(Handling, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    kind = models.CharField(max_length=10, choices=words.MessageKind.choices())
    text = models.CharField(max_length=500)
    at = models.DateTimeField()
    reply = models.CharField(max_length=1000, blank=True)
    replied_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at"]


class Rating(models.Model):
    """评价: the enterprise's one to five for an item that ended."""

    handling = models.OneToOneField(Handling, on_delete=models.PROTECT, related_name="rating")
    stars = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="rating_in_range"),
        ]


class SurveyOrder(models.Model):
    """多测合一: one order of a survey package, one contract, one set of coordinates, results shared by all items."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="surveys")
    package = models.CharField(max_length=20)
    surveyor = models.CharField(max_length=80)
    contract_no = models.CharField(max_length=80)
    datum = models.CharField(max_length=20, default="CGCS2000")
    ordered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ordered_on = models.DateField()
    delivered_on = models.DateField(null=True, blank=True)
    results = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["dossier", "package"], name="survey_order_once")]
