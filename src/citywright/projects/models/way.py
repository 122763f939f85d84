"""The way of a project: gate passages, evidence, suspensions, milestones and their templates."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from citywright.kernel.models import Attachment, Organisation, Person

from .. import words
from .projects import Project


class GatePassage(models.Model):
    """关口通过: one claim of one gate, and what the verifier said. Never deleted; a correction supersedes.

    `event_on` is the day the fact happened. The verifier is another person of another unit. `in_force` is false
    for a passage that a later one supersedes, was returned or was revoked: at most one is in force per gate.
    A waiver (容缺) names its basis and the day until which the missing evidence is owed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="passages")
    gate = models.CharField(max_length=4, choices=words.Gate.choices())
    rank = models.PositiveSmallIntegerField()
    sequence = models.PositiveSmallIntegerField()
    event_on = models.DateField()
    claimed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    claimed_unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()
    verified_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verified_unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=10, choices=words.PassageResult.choices(),
                              default=words.PassageResult.PENDING)
    in_force = models.BooleanField(default=True)
    reason = models.CharField(max_length=300, blank=True)
    waiver_basis = models.CharField(max_length=200, blank=True)
    waiver_missing = models.JSONField(default=list)
    waiver_due_on = models.DateField(null=True, blank=True)
    waiver_met_on = models.DateField(null=True, blank=True)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True,
                                   related_name="superseded_by")
    rule_version = models.CharField(max_length=20)

    class Meta:
        ordering: ClassVar = ["rank", "sequence"]
        indexes: ClassVar = [models.Index(fields=["gate", "result", "event_on"], name="passage_by_gate")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "gate", "sequence"], name="passage_sequence_once"),
            models.UniqueConstraint(fields=["project", "gate"], condition=Q(in_force=True),
                                    name="passage_in_force_once"),
            models.CheckConstraint(condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("claimed_by")),
                                   name="passage_verifier_is_another_person"),
            models.CheckConstraint(condition=Q(verified_unit__isnull=True) | ~Q(verified_unit=F("claimed_unit")),
                                   name="passage_verifier_of_another_unit"),
            models.CheckConstraint(
                condition=Q(result="pending", verified_by__isnull=True, verified_at__isnull=True,
                            verified_unit__isnull=True)
                | (~Q(result="pending") & Q(verified_by__isnull=False, verified_at__isnull=False,
                                            verified_unit__isnull=False)),
                name="passage_verified_whole"),
            models.CheckConstraint(
                condition=~Q(result="waived") | (Q(waiver_due_on__isnull=False) & ~Q(waiver_basis="")),
                name="passage_waiver_has_basis_and_day"),
            models.CheckConstraint(condition=Q(in_force=False) | ~Q(result__in=["returned", "revoked"]),
                                   name="passage_returned_not_in_force"),
        ]


class Suspension(models.Model):
    """暂停: from a day to a day, with its cause and who approved it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="suspensions")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    cause = models.CharField(max_length=200)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                                   name="suspension_days_in_order"),
            models.UniqueConstraint(fields=["project"], condition=Q(to_on__isnull=True), name="suspension_open_once"),
        ]


class MilestoneTemplate(models.Model):
    """节点模板: the nodes of a class of projects, versioned."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="template_version_once")]

    def __str__(self) -> str:
        return self.name


class TemplateNode(models.Model):
    """模板节点: order, predecessors with lags; the duration stays empty until a reference class fills it."""

    template = models.ForeignKey(MilestoneTemplate, on_delete=models.PROTECT, related_name="nodes")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    gate = models.CharField(max_length=4, choices=words.Gate.choices(), blank=True)
    predecessors = models.JSONField(default=list)
    duration_days = models.PositiveIntegerField(null=True, blank=True)
    evidence_kinds = models.JSONField(default=list)
    statutory_days = models.PositiveIntegerField(null=True, blank=True)
    statutory_source = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["template", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["template", "position"], name="template_node_once")]


class Milestone(models.Model):
    """节点: baseline, forecast and actual day of one node of one project."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    gate = models.CharField(max_length=4, choices=words.Gate.choices(), blank=True)
    baseline_from = models.DateField(null=True, blank=True)
    baseline_on = models.DateField(null=True, blank=True)
    forecast_on = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    actual_on = models.DateField(null=True, blank=True)
    responsible = models.CharField(max_length=60, blank=True)
    weight = models.DecimalField(max_digits=6, decimal_places=2, default=1)
    predecessors = models.JSONField(default=list)
    evidence_kinds = models.JSONField(default=list)
    status = models.CharField(max_length=14, choices=words.MilestoneStatus.choices(),
                              default=words.MilestoneStatus.SCHEDULED)

    class Meta:
        ordering: ClassVar = ["project", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "position"], name="milestone_position_once"),
            models.CheckConstraint(condition=~Q(status="met") | Q(actual_on__isnull=False),
                                   name="milestone_met_has_day"),
        ]


class Evidence(models.Model):
    """佐证材料 of a passage or a milestone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    passage = models.ForeignKey(GatePassage, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    kind = models.CharField(max_length=20, choices=words.EvidenceKind.choices())
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    doc_no = models.CharField(max_length=80, blank=True)
    issuer = models.CharField(max_length=80, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    distance_to_site_m = models.FloatField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(passage__isnull=False, milestone__isnull=True)
                | Q(passage__isnull=True, milestone__isnull=False),
                name="evidence_of_one_thing"),
            models.CheckConstraint(condition=Q(attachment__isnull=False) | ~Q(doc_no="") | ~Q(note=""),
                                   name="evidence_not_empty"),
        ]
