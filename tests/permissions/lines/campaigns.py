"""Who may open these pages: lines of the matrix."""

from __future__ import annotations

from datetime import date

from citywright.projects import samples
from citywright.projects.actions import ballots, campaigns, checks, observations
from citywright.projects.models import ListDefinition, Project
from citywright.projects.queries import observations as rounds
from citywright.projects.words import CampaignKind, CheckKind, Link, TargetMeasure

WORKING, ANYBODY, OFFICES = "crxovyl", "crxovylazts", "oy"
PAGES: dict[str, tuple[str, str]] = {
    "projects:campaigns": ("/campaigns/", WORKING),
    "projects:campaign_new": ("/campaigns/new/?area=990101", OFFICES),
    "projects:campaign": ("/campaigns/{campaign}/", WORKING),
    "projects:campaign_edit": ("/campaigns/{campaign}/edit/", OFFICES),
    "projects:campaign_projects": ("/campaigns/{campaign}/projects/", WORKING),
    "projects:campaign_target_new": ("/campaigns/{campaign}/targets/new/", OFFICES),
    "projects:campaign_target": ("/campaigns/{campaign}/targets/{target}/", WORKING),
    "projects:campaign_target_edit": ("/campaigns/{campaign}/targets/{target}/edit/", OFFICES),
    "projects:campaign_checks": ("/campaigns/{campaign}/checks/", WORKING),
    "projects:campaign_checks_edit": ("/campaigns/{campaign}/checks/edit/", OFFICES),
    "projects:campaign_mark": ("/campaigns/{campaign}/checks/{check}/{code}/", OFFICES),
    "projects:observations": ("/observations/", WORKING),
    "projects:observation_new": ("/observations/new/?area=990101", OFFICES),
    "projects:observation": ("/observations/{round}/", WORKING),
    "projects:observation_edit": ("/observations/{round}/edit/", OFFICES),
    "projects:observation_stops": ("/observations/{round}/stops/", OFFICES),
    "projects:observation_route": ("/observations/{round}/route/", WORKING),
    "projects:observation_result": ("/observations/{reviewed}/result/", WORKING),
    "projects:ballot": ("/ballots/{round}/", ANYBODY),
    "projects:ballot_cast": ("/ballots/{round}/thanks/", ANYBODY),
}
ELSEWHERE: set[str] = set()


def made(world: dict[str, str]) -> dict[str, str]:
    """A campaign over the list with a target and a check, a round in preparation, and one that is published."""
    by, at = samples.office(), samples.AT
    one = campaigns.make(area=samples.district(), name="示例行动", kind=CampaignKind.ACTION, by=by, at=at,
                         office=samples.unit("项目办"), from_on=date(2024, 1, 1), to_on=date(2024, 12, 31),
                         lists=[ListDefinition.objects.get(code="KEY-D")])
    target = campaigns.set_target(campaign=one, name="开工", measure=TargetMeasure.STARTED, target=3, by=by, at=at)
    check = checks.set_checks(campaign=one, texts={(Link.LANDING, CheckKind.LOOK, 1): "示例"}, by=by, at=at)[0]
    project = Project.objects.get(code=world["code"])
    planned = observations.plan(area=samples.district(), name="示例观摩甲", held_on=date(2024, 3, 22), by=by, at=at)
    return {"campaign": str(one.pk), "target": str(target.pk), "check": str(check.pk), "round": str(planned.pk),
            "reviewed": reviewed([project, samples.project("示例乙", plan_year=1_000)])}


def reviewed(projects: list[Project]) -> str:
    """The key of a round whose result is published."""
    by, at = samples.office(), samples.AT
    one = observations.plan(area=samples.district(), name="示例观摩乙", held_on=date(2024, 3, 1), by=by, at=at)
    for project in projects:
        observations.add_stop(round=one, project=project, by=by, at=at)
    ranks = {str(stop.pk): stop.position for stop in rounds.stops(one)}
    for token in observations.open_voting(round=one, voters=3, by=by, at=at):
        ballots.cast(round=one, token=token, ranks=ranks, by=None, at=at)
    observations.publish(round=observations.close(round=one, by=by, at=at), by=by, at=at)
    return str(one.pk)
