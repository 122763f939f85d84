"""The page of the lamp rules: what is published, what each would show, and adopting one."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from citywright.kernel.models import Person
from citywright.kernel.words import Lamp
from citywright.projects import samples
from citywright.projects.models import LampRuleSet, Project
from citywright.projects.queries import lamp_rules
from citywright.projects.words import Stage, YearKind

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 27)


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture()
def slow(settings: object) -> Project:
    settings.SAMPLE_DAY = DAY
    samples.ground()
    return samples.project("慢项目", stage=Stage.BUILDING, kind=YearKind.CONTINUE, plan_year=1200, total=5000)


class TestCompared:
    def test_every_published_set_judges_the_same_projects(self, slow: Project) -> None:
        rows = lamp_rules.compared(samples.office(), samples.district(), DAY, None)
        assert {row.rule_set.code for row in rows} == {"points-yinchuan", "ratio-wuhan", "ratio-sanya"}
        assert {sum(row.progress) for row in rows} == {1}

    def test_published_sets_disagree_about_a_project_a_quarter_behind(self, slow: Project) -> None:
        found = {row.rule_set.code: row.progress for row in
                 lamp_rules.compared(samples.office(), samples.district(), DAY, None)}
        red, yellow = lamp_rules.SHOWN.index(Lamp.RED), lamp_rules.SHOWN.index(Lamp.YELLOW)
        assert found["ratio-wuhan"][red] == 1
        assert found["points-yinchuan"][yellow] == 1

    def test_a_stranger_compares_nothing(self, slow: Project) -> None:
        rows = lamp_rules.compared(samples.stranger(), samples.district(), DAY, None)
        assert all(not any(row.progress) for row in rows)


class TestLampRulesPage:
    def test_the_office_adopts_a_set_with_a_threshold_of_its_own(self, slow: Project) -> None:
        answer = browser(samples.office()).post("/lamps/rules/", {
            "code": "ratio-wuhan", "valid_from": "2024-03-01", "yellow": "0.9", "red": ""})
        assert answer.status_code == 302
        rules = lamp_rules.rules_in_force(samples.district(), DAY)
        assert rules is not None and rules.area == samples.district()
        assert (rules.parameters["yellow"], rules.parameters["red"]) == ("0.9", "0.6")
        assert "在用" in browser(samples.office()).get("/lamps/rules/").content.decode()

    def test_thresholds_out_of_order_are_refused_in_words(self, slow: Project) -> None:
        answer = browser(samples.office()).post("/lamps/rules/", {
            "code": "ratio-wuhan", "valid_from": "2024-03-01", "yellow": "0.5", "red": "0.7"})
        assert answer.status_code == 422
        assert not LampRuleSet.objects.filter(area__isnull=False).exists()

    def test_a_clerk_reads_but_does_not_adopt(self, slow: Project) -> None:
        clerk = browser(samples.clerk(slow.lead_unit))
        assert "采用一套规则" not in clerk.get("/lamps/rules/").content.decode()
        assert clerk.post("/lamps/rules/", {"code": "ratio-wuhan", "valid_from": "2024-03-01"}).status_code == 403
        assert not LampRuleSet.objects.filter(area__isnull=False).exists()
