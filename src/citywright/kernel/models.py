"""What do we keep? Areas, organisations, people with posts, memberships, the journal, attachments, calendar days."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from .words import AreaLevel, Role


class Area(models.Model):
    """行政区划: one GB/T 2260 / GB/T 10114 code and its place in the tree.

    `code` is the official code (6, 9 or 12 digits); `path` is the code without the zeros that only fill up
    ("370000" has path "37"), so that everything below an area starts with its path.
    """

    code = models.CharField(max_length=16, unique=True)
    path = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=64)
    level = models.CharField(max_length=12, choices=AreaLevel.choices())
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering: ClassVar = ["path"]

    def __str__(self) -> str:
        return self.name


class AreaChange(models.Model):
    """区划变更: an old code and the area that took it over, with the day and the source of the change."""

    old_code = models.CharField(max_length=16)
    old_name = models.CharField(max_length=64)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="earlier")
    changed_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["old_code", "area"], name="area_change_once")]


class Organisation(models.Model):
    """单位: a department, street, platform company or enterprise that owns rows or acts on them."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=40)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="organisations")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="branches")
    uscc = models.CharField(max_length=18, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_sample = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "short_name"], name="organisation_short_name_once"),
        ]

    def __str__(self) -> str:
        return self.short_name


class Person(AbstractUser):
    """人员: somebody who signs in. The name people read is `full_name`; `username` is the sign-in name."""

    full_name = models.CharField(max_length=40)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=8, default="zh-hans")
    is_sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.full_name or self.username


class Post(models.Model):
    """职务: a post in a unit; leaders answer for projects through their post, so a change of person keeps history."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    name = models.CharField(max_length=60)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")
    held_from = models.DateField(null=True, blank=True)
    held_to = models.DateField(null=True, blank=True)


class Membership(models.Model):
    """任职授权: person x role x organisation x area, from a day to a day."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices())
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="memberships")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "role", "organisation", "area"],
                condition=Q(valid_to__isnull=True),
                name="membership_open_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="membership_days_in_order"
            ),
        ]


class JournalHead(models.Model):
    """The end of the chain: one row, locked while a line is appended, so that lines never fork."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="journal_one_head")]


class JournalEntry(models.Model):
    """日志: one line for each act. Appended only: triggers refuse UPDATE and DELETE on both databases.

    `digest` is the SHA-256 of the line's canonical JSON, which holds `previous`, the digest of the line before.
    `subject` names the row acted on ("projects.project:<id>"); `area_path` and `unit` say whose act it is.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=100, blank=True)
    area_path = models.CharField(max_length=16, blank=True)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "number"], name="journal_by_subject")]


class Attachment(models.Model):
    """附件: an uploaded file, kept by the hash of its content, never executed, shown inline only when an image."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty")]


class CalendarDay(models.Model):
    """工作历调整: a day whose kind the city sets itself, above the published calendar (years not yet published too)."""

    day = models.DateField(unique=True)
    is_workday = models.BooleanField()
    note = models.CharField(max_length=60, blank=True)
