"""What is followed up, as the frame shows it: tasks and the daily notice on 今日, alerts that are given as tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from citywright.followup.actions import notices, tasks
from citywright.followup.models import Alert, Task
from citywright.followup.words import LimitKind, LoopName
from citywright.kernel.clock import CITY
from citywright.kernel.http import Standing
from citywright.kernel.models import Person
from citywright.portal import queries
from citywright.projects import samples
from citywright.projects.actions import lamps
from citywright.projects.words import Stage, YearKind

pytestmark = pytest.mark.django_db
TODAY, PERIOD = date(2024, 3, 27), date(2024, 3, 1)
NOW = datetime(2024, 3, 27, 9, 40, tzinfo=CITY)


@pytest.fixture(autouse=True)
def sample_day(settings: Any) -> Iterator[None]:
    settings.SAMPLE_DAY = TODAY
    yield


@pytest.fixture()
def task() -> Task:
    """A task of 建设局 whose limit is over."""
    return tasks.assign(loop=LoopName.DECISION, title="示例事项", content="", area=samples.district(),
                        units=[samples.unit()], limit_kind=LimitKind.NATURAL_DAY, limit=3, by=samples.office(),
                        at=samples.AT)


def waiting(person: Person) -> queries.Waiting:
    return queries.waiting(person, Standing(samples.district(), PERIOD, TODAY), run=None, month=None, at=NOW)


def seen(person: Person, address: str = "/") -> str:
    client = Client()
    client.force_login(person)
    return unescape(client.get(address).content.decode())


class TestToday:
    def test_a_task_waits_for_its_unit_with_its_day_and_not_for_another(self, task: Task) -> None:
        line = next(t for t in waiting(samples.clerk()).tasks if t.kind.code == "task")
        assert (line.count, line.late, line.due, line.parts) == (1, 1, date(2024, 3, 23), {"decision": 1})
        assert waiting(samples.clerk(samples.unit("水务局"))).of("task") == 0

    def test_what_is_counted_is_what_the_list_shows(self, task: Task) -> None:
        clerk = samples.clerk()
        assert f"，共 {waiting(clerk).of('task')} 件" in seen(clerk, "/tasks/?mine=1")

    def test_an_answer_waits_for_who_asked(self, task: Task) -> None:
        tasks.sign(task=task, by=samples.clerk(), at=samples.AT)
        tasks.reply(task=task, text="已办结", by=samples.clerk(), at=samples.AT)
        assert [waiting(p).of("task") for p in (samples.clerk(), samples.office(), samples.leader())] == [0, 1, 0]

    def test_the_notice_of_the_day_stands_there_until_it_is_opened(self, task: Task) -> None:
        clerk = samples.clerk()
        notices.write_day(area=samples.district(), on=TODAY, by=None, at=NOW)
        assert "每日通知" in seen(clerk)
        seen(clerk, "/notices/")
        assert "每日通知" not in seen(clerk)


class TestAlerts:
    @pytest.fixture()
    def alert(self) -> Alert:
        """A project that has not started: its start and its progress are one alert."""
        samples.ground()
        samples.project("落后项目", stage=Stage.LANDED, kind=YearKind.NEW_START, plan_year=12_000, months=[1000] * 12,
                        plan={"planned_start": date(2024, 1, 10)})
        lamps.judge(area=samples.district(), on=TODAY, by=samples.office(), at=NOW)
        return Alert.objects.get(cause__endswith="|unstarted")

    def test_one_cause_is_told_once_and_names_what_else_it_lights(self, alert: Alert) -> None:
        assert {alert.dimension, *(alert.also or [])} == {"start", "progress"}
        assert "同一原因，同时亮灯" in seen(samples.clerk(), "/messages/")

    def test_whoever_gives_tasks_can_give_one_for_it(self, alert: Alert) -> None:
        link = f"/tasks/new/?alert={alert.pk}"
        assert link in seen(samples.office(), "/messages/")
        assert link not in seen(samples.clerk(), "/messages/")
        assert "落后项目" in seen(samples.office(), link)
