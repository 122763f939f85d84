"""The checks of a campaign: its lines, and which of its projects have which mark."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import QuerySet

from citywright.kernel.errors import CannotReach

from ..models import Campaign, CampaignCheck, CheckMark, Project
from ..rules import campaigns as rules
from ..words import CheckKind, Link

ORDER = [(link, kind, position) for link in Link for kind in CheckKind for position in rules.POSITIONS]


def checks(one: Campaign) -> list[CampaignCheck]:
    """The lines in force in the order of the links; none until the office enters some."""
    found = CampaignCheck.objects.filter(campaign=one, ended_on__isnull=True)
    return sorted(found, key=lambda check: ORDER.index((Link(check.link), CheckKind(check.kind), check.position)))


def marks(lines: Sequence[CampaignCheck], projects: Sequence[Any]) -> dict[tuple[int, Any], CheckMark]:
    """The marks in force by check and project."""
    found = CheckMark.objects.filter(check_item__in=lines, project__in=projects, in_force=True).select_related("by")
    return {(mark.check_item_id, mark.project_id): mark for mark in found}


def rates(lines: Sequence[CampaignCheck], projects: Collection[Any]) -> list[rules.LinkRate]:
    """检查率 of each link over the campaign's projects (their keys)."""
    if not lines:
        return []
    told = CheckMark.objects.filter(check_item__in=lines, in_force=True, project__in=projects).values_list(
        "check_item_id", "is_passed")
    return rules.link_rates([(line.pk, Link(line.link)) for line in lines], told, len(projects))


def check(one: Campaign, key: int) -> CampaignCheck:
    """A line in force of the campaign."""
    found = CampaignCheck.objects.filter(campaign=one, pk=key, ended_on__isnull=True).first()
    if found is None:
        raise CannotReach("没有这一检查项，或您无权查看")
    return found


def history(line: CampaignCheck, project: Project) -> QuerySet[CheckMark]:
    """Every mark of a check on a project, superseded ones too."""
    return CheckMark.objects.filter(check_item=line, project=project).select_related("by").order_by("-at", "-pk")
