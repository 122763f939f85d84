"""What can be done with the checks of a campaign: say what they are, and mark them on a project."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from citywright.kernel import clock
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Person

from ..models import Campaign, CampaignCheck, CheckMark, Project
from ..queries import campaigns as queries
from ..queries import checks as asked
from ..rules import campaigns as rules
from ..words import CheckKind, Link
from .campaigns import opened, tell

#: 环节, 看 or 深化, and which of the three.
Place = tuple[Link, CheckKind, int]


class CannotCheck(Refusal):
    """There is no such check, the project is not the campaign's, the day is still to come, or it says the same."""


@transaction.atomic
def set_checks(*, campaign: Campaign, texts: Mapping[Place, str], by: Person, at: datetime) -> list[CampaignCheck]:
    """The campaign has these checks; a line whose text changed is ended and begun anew, with its marks kept.

    Places that are not named stay; an empty text ends the line. Nothing is given beforehand.
    """
    one = opened(campaign, by)
    had = {(Link(c.link), CheckKind(c.kind), c.position): c for c in asked.checks(one)}
    came, went = [], []
    for place, given in texts.items():
        text, kept = given.strip(), had.get(place)
        if place[2] not in rules.POSITIONS or len(text) > 120:
            raise CannotCheck("每个环节看、深化各三项，每项不超过 120 个字")
        if (kept.text if kept else "") == text:
            continue
        if kept:
            kept.ended_on = clock.day_of(at)
            kept.save(update_fields=["ended_on"])
            went.append(f"{place[0].value}-{place[1].value}-{place[2]}")
        if text:
            CampaignCheck.objects.create(campaign=one, link=place[0], kind=place[1], position=place[2], text=text)
            came.append(f"{place[0].value}-{place[1].value}-{place[2]}")
    if not came and not went:
        raise CannotCheck("检查项没有变化")
    tell("campaign.checks_set", one, by, at, added=came, ended=went)
    return asked.checks(one)


@transaction.atomic
def mark(*, check: CampaignCheck, project: Project, done_on: date, by: Person, at: datetime, is_passed: bool = True,
         note: str = "") -> CheckMark:
    """The check was done on the project on a day, and passed or not; an earlier mark is superseded and stays."""
    one = opened(check.campaign, by)
    line = CampaignCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
    on = clock.day_of(at)
    if line.ended_on or done_on > on:
        raise CannotCheck("检查项已停用，或检查日期还没有到")
    if not queries.projects_of(by, one, on=on).filter(pk=project.pk).exists():
        raise CannotCheck("“%(name)s”不在这一行动的清单上", name=project.name)
    if len(note.strip()) > 300:
        raise CannotCheck("所见情况不超过 300 个字")
    kept = CheckMark.objects.filter(check_item=line, project=project, in_force=True).first()
    if kept and (kept.done_on, kept.is_passed, kept.note) == (done_on, is_passed, note.strip()):
        raise CannotCheck("已有同样的检查记录")
    CheckMark.objects.filter(check_item=line, project=project, in_force=True).update(in_force=False)
    made = CheckMark.objects.create(check_item=line, project=project, done_on=done_on, is_passed=is_passed,
                                    note=note.strip(), by=by, at=at)
    tell("campaign.checked", one, by, at, check=line.text, code=project.code, done_on=done_on, passed=is_passed)
    return made
