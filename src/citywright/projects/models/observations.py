"""Peer review 观摩评议: rounds, stops on the route, secret ballots."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from citywright.kernel.models import Area, Organisation, Person

from .. import words
from .projects import Project


class ObservationRound(models.Model):
    """观摩批次: days, vehicle and rule; `field_weight` (0–100) is the share of the vote, the rest is the data's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    held_on = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)
    gathers = models.CharField(max_length=120, blank=True)
    field_weight = models.PositiveSmallIntegerField(default=60)
    measure = models.CharField(max_length=20, default="INV_PACE")
    step = models.CharField(max_length=10, choices=words.RoundStep.choices(), default=words.RoundStep.PLANNED)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-held_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "name"], name="observation_round_once"),
            models.CheckConstraint(condition=Q(field_weight__lte=100), name="observation_weight_in_range"),
        ]


class ObservationStop(models.Model):
    """观摩点位: a project on the route, when the visitors come, how long they stay, who speaks, and its data score."""

    round = models.ForeignKey(ObservationRound, on_delete=models.PROTECT, related_name="stops")
    position = models.PositiveSmallIntegerField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="observation_stops")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    arrives_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=20)
    speaker = models.CharField(max_length=60, blank=True)
    contribution = models.CharField(max_length=300, blank=True)
    data_score = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["round", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "project"], name="observation_stop_once"),
            models.UniqueConstraint(fields=["round", "position"], name="observation_position_once"),
        ]


class BallotToken(models.Model):
    """选票凭证: the SHA-256 of a token handed to one voter; used at most once, tied to nobody and to no ballot."""

    round = models.ForeignKey(ObservationRound, on_delete=models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    is_used = models.BooleanField(default=False)


class Ballot(models.Model):
    """选票: ranks by stop ({"<stop id>": 1, …}); keeps no voter, no token, no moment, and a key without order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(ObservationRound, on_delete=models.PROTECT, related_name="ballots")
    ranks = models.JSONField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(ranks={}), name="ballot_not_empty")]
