"""Alerts of one cause stand once: the gravest speaks, the others are named beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from citywright.followup import actions, samples
from citywright.followup.actions import Edge, Followed
from citywright.followup.models import Alert
from citywright.followup.words import AlertKind, AlertStep

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 27)
CAUSE = "projects.project:1|unstarted"


def edge(dimension: str = "start", kind: AlertKind = AlertKind.REMIND, lamp: str = "yellow",
         cause: str = CAUSE) -> Edge:
    unit = samples.unit()
    return Edge(subject="projects.project:1", dimension=dimension, kind=kind, lamp=lamp, reason={}, title="示例项目",
                url_name="projects:project", url_key="P1", area_id=unit.area_id, unit_id=unit.pk, cause=cause)


def follow(*edges: Edge, days: int = 0) -> Followed:
    return actions.follow(family="lamp", area=samples.district(), standing=edges, on=DAY + timedelta(days=days),
                          by=None, at=samples.AT)


def standing() -> Alert:
    return Alert.objects.exclude(step=AlertStep.CLEARED).get()


class TestOneCause:
    def test_is_told_once_by_the_gravest(self) -> None:
        assert follow(edge(), edge("progress", AlertKind.URGE, "red")) == Followed(1, 0)
        assert (standing().dimension, standing().kind, standing().also) == ("progress", AlertKind.URGE, ["start"])

    def test_the_redder_lamp_speaks_on_the_same_rung(self) -> None:
        follow(edge(), edge("progress", lamp="red"))
        assert (standing().dimension, standing().lamp) == ("progress", "red")

    def test_another_dimension_joins_without_a_new_alert(self) -> None:
        follow(edge())
        assert follow(edge(), edge("progress"), days=1) == Followed(0, 0)
        assert standing().also == ["progress"]
        assert follow(edge(), days=2) == Followed(0, 0)
        assert standing().also is None

    def test_a_higher_rung_replaces_the_one_alert(self) -> None:
        follow(edge(), edge("progress"))
        assert follow(edge(kind=AlertKind.URGE), edge("progress"), days=1) == Followed(1, 1)
        assert standing().also == ["progress"]

    def test_is_cleared_when_all_of_it_is_good_and_told_alone_when_the_cause_changed(self) -> None:
        follow(edge(), edge("progress"))
        assert follow(edge("progress", cause=""), days=1) == Followed(1, 1)
        assert (standing().dimension, standing().also) == ("progress", None)
        assert follow(days=2) == Followed(0, 1)

    def test_alerts_told_one_by_one_before_become_one(self) -> None:
        follow(edge(cause=""), edge("progress", cause=""))
        Alert.objects.update(cause=None)
        assert follow(edge(), edge("progress"), days=1) == Followed(0, 1)
        assert standing().also == ["progress"]

    def test_different_subjects_and_causes_stay_apart(self) -> None:
        other = replace(edge(), subject="projects.project:2", cause="projects.project:2|unstarted")
        assert follow(edge(), other, edge("fund", cause="")) == Followed(3, 0)
