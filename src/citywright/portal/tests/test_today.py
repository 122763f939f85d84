"""今日: who sees what, that every count equals its list, and what a page costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from citywright.kernel import access, clock
from citywright.kernel.clock import CITY
from citywright.kernel.http import Standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.portal import home, queries
from citywright.projects import samples
from citywright.projects.actions import lamps, months, problems
from citywright.projects.models import Project
from citywright.projects.queries import attention, figures, ledger
from citywright.projects.words import Gate, ProblemKind, ProblemSource, Stage, YearKind

pytestmark = pytest.mark.django_db
TODAY = date(2024, 3, 27)
NOW = datetime(2024, 3, 27, 9, 40, tzinfo=CITY)
PERIOD = date(2024, 3, 1)


@pytest.fixture(autouse=True)
def sample_day(settings: Any) -> Iterator[None]:
    settings.SAMPLE_DAY = TODAY
    yield


@pytest.fixture()
def late() -> Project:
    """A project that should have started in January, judged today; another that stands well."""
    samples.ground()
    row = samples.project("落后项目", stage=Stage.LANDED, kind=YearKind.NEW_START, plan_year=12_000,
                          months=[1000] * 12, plan={"planned_start": date(2024, 1, 10)})
    samples.project("别区项目", unit=samples.unit("邻区局", samples.district("990102", "邻区")))
    judge()
    return row


def judge() -> None:
    lamps.judge(area=samples.district(), on=TODAY, by=samples.office(), at=NOW)


def seen(person: Person) -> Any:
    client = Client()
    client.force_login(person)
    return client.get("/")


def standing() -> Standing:
    return Standing(samples.district(), PERIOD, TODAY)


def waiting(person: Person) -> queries.Waiting:
    now = standing()
    return queries.waiting(person, now, run=ledger.run_in_force(now.area, TODAY), month=None, at=clock.now())


class TestHome:
    def test_the_office_sees_the_worst_project_with_its_reason(self, late: Project) -> None:
        page = seen(samples.office()).content.decode()
        assert "落后项目" in page
        assert "个月未开工，计划 2024-01-10" in page

    def test_the_stranger_is_told_to_ask_for_a_post(self, late: Project) -> None:
        answer = seen(samples.stranger())
        assert answer.status_code == 403
        assert "落后项目" not in answer.content.decode()

    def test_another_units_clerk_does_not_see_it(self, late: Project) -> None:
        page = seen(samples.clerk(samples.unit("水务局"))).content.decode()
        assert "落后项目" not in page

    def test_an_administrator_is_sent_to_the_own_pages(self, late: Project) -> None:
        answer = seen(samples.person("root", "钱管理", Role.SYSTEM_ADMIN, samples.unit()))
        assert (answer.status_code, answer.headers["Location"]) == (302, "/settings/")

    def test_before_the_first_judging_it_says_so(self) -> None:
        samples.project(plan_year=100)
        assert "还没有判灯" in seen(samples.office()).content.decode()

    def test_without_a_judging_the_red_lamps_are_unknown_and_not_zero(self) -> None:
        samples.project(plan_year=100)
        red = next(f for f in home.home(samples.office(), standing(), at=NOW, month=None, below=[]).figures
                   if f.code == "RED")
        assert (red.shown, red.value) == ("—", None)

    def test_it_reads_in_english_without_a_chinese_word_of_the_frame(self, late: Project) -> None:
        client = Client(headers={"accept-language": "en"})
        client.force_login(samples.office())
        page = client.get("/").content.decode()
        assert "Waiting for me" in page
        assert "等我办" not in page

    def test_every_figure_leads_to_a_list_of_the_same_size(self, late: Project) -> None:
        office = samples.office()
        now = standing()
        made = home.home(office, now, at=NOW, month=None, below=[])
        for figure in made.figures:
            part = figures.members(office, figure.code, "numerator", now.area, now.period, made.run)
            if figure.code in {"RED", "START_DUE", "STAT_IN", "REP_OK"}:
                assert part.count() == figure.numerator, figure.code

    def test_the_red_projects_named_are_those_the_figure_counts(self, late: Project) -> None:
        made = home.home(samples.office(), standing(), at=NOW, month=None, below=[])
        assert made.red == next(f.numerator for f in made.figures if f.code == "RED") == 1

    def test_the_units_add_up_to_the_whole(self, late: Project) -> None:
        samples.project("另一个", unit=samples.unit("水务局"), plan_year=500)
        pace = home.home(samples.office(), standing(), at=NOW, month=None, below=[]).pace
        assert pace.by == "unit"
        assert sum(row.pace.plan for row in pace.rows) == pace.whole.pace.plan

    def test_one_who_sees_one_unit_gets_the_categories(self, late: Project) -> None:
        assert home.home(samples.clerk(), standing(), at=NOW, month=None, below=[]).pace.by == "category"

    def test_names_the_plan_version_its_rates_read(self, late: Project) -> None:
        samples.project(plan_year=100)
        found = home.home(samples.office(), standing(), at=NOW, month=None, below=[]).plan
        assert found is not None and "2024 年度计划第" in str(found)

    def test_costs_no_more_queries_for_more_projects(self, late: Project, django_assert_max_num_queries: Any) -> None:
        for _ in range(4):
            samples.project(plan_year=100)
        judge()
        client = Client()
        client.force_login(samples.office())
        with django_assert_max_num_queries(15):
            client.get("/")


class TestWaiting:
    def test_a_claim_waits_for_the_verifier_and_not_for_its_claimer(self) -> None:
        row = samples.project(stage=Stage.LANDED)
        samples.claimed(row, Gate.G4P, date(2024, 3, 15))
        assert waiting(samples.verifier()).of("verify") == 1
        assert waiting(samples.clerk()).of("verify") == 0

    def test_the_note_names_the_gates(self) -> None:
        row = samples.project(stage=Stage.LANDED)
        samples.claimed(row, Gate.G4P, date(2024, 3, 15))
        assert waiting(samples.verifier()).tasks[0].note == "施工许可 1"

    def test_a_report_not_filled_waits_for_the_clerk_and_is_late_after_its_day(self) -> None:
        samples.project(plan_year=100)
        month = months.open_month(area=samples.district(), period=PERIOD, fill_from=date(2024, 3, 20),
                                  fill_to=date(2024, 3, 25), review_on=date(2024, 3, 26),
                                  lock_at=datetime(2024, 3, 28, 18, tzinfo=CITY), by=samples.office(), at=samples.AT)
        found = queries.waiting(samples.clerk(), standing(), run=None, month=month, at=clock.now())
        task = next(t for t in found.tasks if t.kind.code == "fill")
        assert (task.count, task.late, task.due) == (1, 1, date(2024, 3, 25))

    def test_a_problem_waits_for_the_unit_that_is_to_solve_it(self) -> None:
        row, water = samples.project(), samples.unit("水务局")
        problems.raise_problem(project=row, title="缺水", kind=ProblemKind.UTILITIES, source=ProblemSource.VISIT,
                               unit=water, due_on=TODAY - timedelta(days=1), by=samples.office(), at=samples.AT)
        task = waiting(samples.clerk(water)).tasks[0]
        assert (task.kind.code, task.count, task.late) == ("problem", 1, 1)
        assert waiting(samples.clerk()).of("problem") == 0

    def test_what_is_overdue_stands_first(self, late: Project) -> None:
        late_ones = [bool(task.late) for task in waiting(samples.clerk()).tasks]
        assert late_ones == sorted(late_ones, reverse=True)

    def test_everything_is_counted_in_one_query(self, late: Project, django_assert_num_queries: Any) -> None:
        clerk, now = samples.clerk(), standing()
        run = ledger.run_in_force(now.area, TODAY)
        access.memberships(clerk)
        with django_assert_num_queries(1):
            queries.waiting(clerk, now, run=run, month=None, at=NOW)


class TestChanges:
    def test_a_lamp_that_turned_red_since_last_week_is_counted_and_listed(self, late: Project) -> None:
        lamps.judge(area=samples.district(), on=TODAY - timedelta(days=8), by=samples.office(), at=NOW)
        client = Client()
        client.force_login(samples.office())
        for change in attention.changes(samples.office(), area=samples.district(),
                                        run=ledger.run_in_force(samples.district(), TODAY), at=clock.now()):
            page = client.get(f"/changes/{change.code}/").content.decode()
            listed = re.search(r"显示 \d+–\d+，共 (\d+)", page)
            assert (int(listed.group(1)) if listed else 0) == change.found.count(), change.label

    def test_a_gate_verified_this_week_counts_and_one_of_last_year_does_not(self) -> None:
        old = samples.project(stage=Stage.BUILDING)
        samples.passed(old, Gate.G4S, date(2024, 3, 20), at=NOW - timedelta(days=2))
        found = {change.code: change.found.count() for change in attention.changes(
            samples.office(), area=samples.district(), run=None, at=NOW)}
        assert (found["entered"], found["raised"]) == (1, 0)

    def test_an_unknown_list_is_refused_in_words(self) -> None:
        client = Client()
        client.force_login(samples.office())
        answer = client.get("/changes/nothing/")
        assert answer.status_code == 409
        assert "没有这一项：nothing" in unescape(answer.content.decode())


class TestMessages:
    def test_the_unit_signs_once_and_its_name_stands(self, late: Project) -> None:
        clerk = samples.clerk()
        client = Client()
        client.force_login(clerk)
        alert = queries.alerts(clerk, standing()).first()
        assert alert is not None
        before = queries.alerts(clerk, standing()).count()
        client.post(f"/messages/{alert.pk}/take/", {"next": "/messages/"})
        alert.refresh_from_db()
        assert alert.taken_by == clerk
        assert queries.alerts(clerk, standing()).count() == before - 1

    def test_another_units_clerk_neither_sees_nor_signs_it(self, late: Project) -> None:
        alert = queries.alerts(samples.clerk(), standing()).first()
        client = Client()
        client.force_login(samples.clerk(samples.unit("水务局")))
        assert "落后项目" not in client.get("/messages/").content.decode()
        assert client.post(f"/messages/{alert.pk}/take/").status_code == 403

    def test_the_count_of_the_frame_is_that_of_the_list(self, late: Project) -> None:
        client = Client()
        client.force_login(samples.clerk())
        page = client.get("/messages/?step=raised&mine=1").content.decode()
        shown = re.search(r"消息 (\d+)</a>", page)
        listed = re.search(r"显示 \d+–\d+，共 (\d+)", page)
        assert shown and listed
        assert shown.group(1) == listed.group(1)
