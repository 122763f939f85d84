"""What do we keep? Saved views of lists, per person and per unit."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from citywright.kernel.models import Organisation, Person


class SavedView(models.Model):
    """视图: a list page with its filters, named; `unit` set means the whole unit sees it. `query` is the address's."""

    page = models.CharField(max_length=60)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=600, blank=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    unit = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["page", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "page", "name"], name="saved_view_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
        ]
