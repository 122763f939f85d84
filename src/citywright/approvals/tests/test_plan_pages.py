"""The page of a plan: who sees it, what it says, and how many questions it asks the database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from citywright.approvals import samples
from citywright.approvals.models import Dossier
from citywright.approvals.queries import plans
from citywright.approvals.words import ItemVerb, TaskState
from citywright.kernel.models import Person
from citywright.projects import samples as people

pytestmark = pytest.mark.django_db
ON = date(2024, 3, 27)


def under_way() -> Dossier:
    """A dossier with an item done, one that stands still, one that runs."""
    row = samples.dossier()
    done, still, runs = samples.received(row, "SP101", "HB504", "ZG101")
    for one in (done, still, runs):
        samples.moved(one, ItemVerb.ACCEPT)
    samples.moved(done, ItemVerb.PASS, days=1)
    samples.moved(still, ItemVerb.ASK_MORE, days=2, lines=["示例材料"])
    return row


def page(by: Person, address: str) -> Any:
    browser = Client()
    browser.force_login(by)
    return browser.get(address)


class TestPlanned:
    def test_each_item_stands_where_its_clock_says(self) -> None:
        made = plans.planned(under_way(), ON)
        states = {code: made.live.bars[code].state for code in ("SP101", "HB504", "ZG101", "ZG103")}
        assert states == {"SP101": TaskState.DONE, "HB504": TaskState.RUNNING, "ZG101": TaskState.RUNNING,
                          "ZG103": TaskState.PLANNED}
        assert made.facts["HB504"].pauses[0][2] == "06" and made.today == 27

    def test_many_plans_say_what_one_says_with_two_queries(self, django_assert_max_num_queries: Any) -> None:
        row = under_way()
        with django_assert_max_num_queries(5):
            both = plans.plans(list(Dossier.objects.select_related("version", "project")), ON)
        one = plans.planned(row, ON)
        assert [(b.task.code, b.start, b.finish) for b in both[0].live.bars.values()] == [
            (b.task.code, b.start, b.finish) for b in one.live.bars.values()]
        assert both[0].forecast == one.forecast

    def test_an_item_that_was_not_passed_stands_in_the_plan_again(self) -> None:
        row = samples.dossier()
        first, = samples.received(row, "SP101")
        samples.moved(first, ItemVerb.ACCEPT)
        samples.moved(first, ItemVerb.NOT_PASS, days=1, reason="示例")
        assert plans.planned(row, ON).live.bars["SP101"].state == TaskState.PLANNED

    def test_a_year_without_published_holidays_counts_weekends_and_says_so(self) -> None:
        row = under_way()
        row.project.build_to = date(2040, 6, 1)
        made = plans.planned(row, ON)
        assert made.day(made.live.finish) > date(2040, 6, 1)
        assert 2040 in made.calendar.unpublished

    def test_acceptance_waits_for_the_building(self) -> None:
        row = under_way()
        row.project.build_to = date(2025, 6, 2)
        made = plans.planned(row, ON)
        accepted = made.live.home("SP401")
        assert accepted is not None and made.day(accepted.start) >= date(2025, 6, 1)
        assert made.live.goal is not None and made.day(made.live.goal) < date(2024, 8, 1)

    def test_the_permit_moves_the_goal_to_the_end_of_all(self) -> None:
        row = samples.dossier()
        permit, = samples.received(row, "ZJ309")
        samples.moved(permit, ItemVerb.ACCEPT)
        samples.moved(permit, ItemVerb.PASS, days=3)
        made = plans.planned(row, ON)
        assert made.goals == () and made.forecast is not None
        assert plans.history(row.version.area).coverage is None

    def test_next_are_those_with_least_slack_that_may_begin(self) -> None:
        made = plans.planned(under_way(), ON)
        slacks = [bar.slack for bar in made.next_steps]
        assert slacks == sorted(slacks) and "ZG101" in {bar.task.code for bar in made.next_steps}


    def test_what_was_done_out_of_turn_makes_nobody_late(self) -> None:
        row = samples.dossier()
        early, = samples.received(row, "ZG202")
        samples.moved(early, ItemVerb.ACCEPT)
        samples.moved(early, ItemVerb.PASS, days=3)
        assert all(bar.slack >= 0 for bar in plans.planned(row, ON).live.bars.values())


class TestPage:
    def test_shows_the_plan_with_its_day_and_the_table_behind_it(self) -> None:
        row = under_way()
        shown = page(people.office(), f"/approvals/{row.project.code}/")
        text = shown.content.decode()
        assert shown.status_code == 200
        assert "p50" in text and "用地测量" in text and "今日 第 " in text and "假如拿地即开工" in text
        assert text.count("<h1") == 1

    def test_asks_few_questions(self, django_assert_max_num_queries: Any) -> None:
        row = under_way()
        address = f"/approvals/{row.project.code}/"
        browser = Client()
        browser.force_login(people.office())
        browser.get(address)
        with django_assert_max_num_queries(14):
            browser.get(address)

    def test_a_stranger_and_an_unknown_code_are_refused_the_same_way(self) -> None:
        row = under_way()
        assert page(people.stranger(), f"/approvals/{row.project.code}/").status_code == 403
        assert page(people.office(), "/approvals/nothing-here/").status_code == 403
        assert page(people.office(), "/approvals/%00<b>/").status_code in (403, 404)

    def test_all_lines_can_be_asked_for(self) -> None:
        row = under_way()
        few = page(people.office(), f"/approvals/{row.project.code}/").content.decode()
        everything = page(people.office(), f"/approvals/{row.project.code}/?all=1").content.decode()
        assert len(everything) > len(few) and "只看主干" in everything

    def test_a_dossier_of_which_nothing_is_known_says_what_to_do(self) -> None:
        row = samples.dossier()
        row.answers = {}
        row.save()
        assert page(people.office(), f"/approvals/{row.project.code}/").status_code == 200

    def test_speaks_english(self) -> None:
        row = under_way()
        browser = Client()
        browser.force_login(people.office())
        browser.cookies["django_language"] = "en"
        text = browser.get(f"/approvals/{row.project.code}/").content.decode()
        assert "Construction permit" in text


