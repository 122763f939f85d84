"""The list of all dossiers, and the finish days that are told every night."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from citywright.approvals import samples
from citywright.approvals.actions import promises
from citywright.approvals.models import Dossier, Promise
from citywright.approvals.queries import windows
from citywright.approvals.queries.dossiers import File
from citywright.approvals.words import ItemVerb
from citywright.kernel.clock import CITY
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry, Person
from citywright.projects import samples as people
from citywright.projects.words import Stage

pytestmark = pytest.mark.django_db
ON = date(2024, 3, 20)
AT = datetime(2024, 3, 20, 22, 0, tzinfo=CITY)


def dossiers(count: int) -> list[Dossier]:
    return [samples.dossier(people.project(f"示例项目{n}", stage=Stage.COMMITTED), profile=n % 6) for n in range(count)]


def told(by: Person, query: str = "") -> Any:
    browser = Client()
    browser.force_login(by)
    return browser.get(f"/approvals/{query}")


class TestPromises:
    def test_every_open_dossier_has_its_finish_told_with_what_holds_it(self) -> None:
        row, = dossiers(1)
        made, = promises.tell(area=people.district(), on=ON, by=None, at=AT)
        assert (made.dossier, made.reason) == (row, "首次推算")
        assert ON < made.early_on <= made.likely_on <= made.late_on
        assert set(made.holds) & {"ZJ309", "ZJ310"}

    def test_asked_again_tells_nothing_new_and_writes_no_line(self) -> None:
        dossiers(2)
        assert len(promises.tell(area=people.district(), on=ON, by=None, at=AT)) == 2
        lines = JournalEntry.objects.filter(verb="promise.told").count()
        assert promises.tell(area=people.district(), on=ON, by=None, at=AT) == []
        assert JournalEntry.objects.filter(verb="promise.told").count() == lines == 1

    def test_a_finish_that_moved_says_by_how_much_and_what_holds_it(self) -> None:
        dossiers(1)
        promises.tell(area=people.district(), on=ON, by=None, at=AT)
        later, = promises.tell(area=people.district(), on=date(2024, 4, 12), by=None, at=AT)
        assert later.reason.startswith("推后 ") and "卡在" in later.reason
        assert Promise.objects.count() == 2

    def test_a_permit_makes_the_end_of_all_the_goal(self) -> None:
        row, = dossiers(1)
        promises.tell(area=people.district(), on=ON, by=None, at=AT)
        permit, = samples.received(row, "ZJ310" if "ZJ310" in applying(row) else "ZJ309")
        samples.moved(permit, ItemVerb.ACCEPT, days=30)
        samples.moved(permit, ItemVerb.PASS, days=32)
        later, = promises.tell(area=people.district(), on=date(2024, 3, 25), by=None, at=AT)
        assert later.reason == "施工许可已办结，改为推算全部办结"

    def test_a_clerk_may_not_tell_for_the_area(self) -> None:
        dossiers(1)
        with pytest.raises(CannotReach):
            promises.tell(area=people.district(), on=ON, by=people.clerk(), at=AT)

    def test_the_night_tells_them(self) -> None:
        dossiers(1)
        people.office()
        call_command("nightly", "--on", "2024-03-20", "--area", people.district().code)
        assert Promise.objects.count() == 1


def applying(row: Dossier) -> tuple[str, ...]:
    return File(row).decided.applies


class TestList:
    def test_shows_each_dossier_with_its_day(self) -> None:
        rows = dossiers(3)
        promises.tell(area=people.district(), on=ON, by=None, at=AT)
        text = told(people.office()).content.decode()
        assert all(row.project.name in text for row in rows) and "八成区间" in text

    def test_asks_as_few_questions_of_many_as_of_one(self, django_assert_max_num_queries: Any) -> None:
        dossiers(12)
        promises.tell(area=people.district(), on=ON, by=None, at=AT)
        browser = Client()
        browser.force_login(people.office())
        browser.get("/approvals/")
        with django_assert_max_num_queries(12):
            browser.get("/approvals/")

    def test_a_stranger_is_refused_and_another_unit_sees_nothing(self) -> None:
        row, = dossiers(1)
        assert told(people.stranger()).status_code == 403
        other = people.clerk(people.unit("民政局"))
        assert row.project.name not in told(other).content.decode()

    @pytest.mark.parametrize("query", ["?permit=open", "?permit=had", "?miss=1", "?late=1", "?unit=x%00",
                                       "?sort=likely", "?sort=-unit&page=9", "?permit=%3Cb%3E"])
    def test_whatever_is_asked_for_is_answered(self, query: str) -> None:
        dossiers(2)
        promises.tell(area=people.district(), on=ON, by=None, at=AT)
        assert told(people.office(), query).status_code == 200

    def test_one_whose_permit_comes_after_its_start_stands_among_the_late(self) -> None:
        row, = dossiers(1)
        people.plan_of(row.project, year=2024)
        promises.tell(area=people.district(), on=ON, by=None, at=AT)
        plan = row.project.plans.get(in_force=True)
        found = row.project.name in told(people.office(), "?miss=1").content.decode()
        assert found == (plan.planned_start is not None and Promise.objects.get().likely_on > plan.planned_start)

    def test_without_a_told_day_it_says_so(self) -> None:
        dossiers(1)
        assert "—" in told(people.office()).content.decode()

    def test_without_dossiers_it_says_where_they_come_from(self) -> None:
        assert "审批档案在项目页面上开办" in told(people.office()).content.decode()


class TestWindows:
    def test_one_more_window_is_told_for_each_department_and_saves_nothing_where_nobody_waits(self) -> None:
        dossiers(6)
        found = windows.audit(people.district(), ON)
        assert found.dossiers == 6 and len(found.windows) == len(samples.UNITS)
        assert all(row.saved == 0 for row in found.windows if not row.tasks)

    def test_a_package_that_delays_is_named(self) -> None:
        dossiers(6)
        found = windows.audit(people.district(), ON)
        assert {row.package.code for row in found.bundles} >= {"PK-FA", "PK-ST"}
        assert all(row.faster + row.slower <= row.dossiers for row in found.bundles)
        assert all(bool(row.most_lost) == bool(row.slower) for row in found.bundles)

    def test_is_reckoned_anew_only_when_something_happened(self) -> None:
        row, = dossiers(1)
        once = windows.audit(people.district(), ON)
        assert windows.audit(people.district(), ON) is once
        samples.received(row, "SP101")
        assert windows.audit(people.district(), ON) is not once

    def test_the_page_is_for_those_who_see_the_area(self) -> None:
        dossiers(2)
        browser = Client()
        browser.force_login(people.office())
        text = browser.get("/approvals/windows/").content.decode()
        assert "再加一个窗口" in text and "设计方案联审联办" in text
        browser.force_login(people.clerk())
        assert browser.get("/approvals/windows/").status_code == 403
