"""What projects bring to a meeting: problems, alerts, contested lamps; the material with one page for each project."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import docx
import pytest
from django.test import Client

from citywright.followup import actions as alerts
from citywright.followup.actions import Edge, forces, meetings
from citywright.followup.models import AgendaItem, ForceItem, Meeting
from citywright.followup.words import AgendaSource, AlertKind, MeetingKind
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry, Person
from citywright.kernel.words import Lamp
from citywright.projects import samples
from citywright.projects.actions import lamps, meeting_papers, problems
from citywright.projects.models import Problem, Project
from citywright.projects.queries import agenda
from citywright.projects.rules import agenda as rules
from citywright.projects.samples import AT, clerk, district, office, stranger, unit
from citywright.projects.words import Dimension, ProblemKind, ProblemStep, Stage

pytestmark = pytest.mark.django_db
TODAY, MARCH = AT.date(), date(2024, 3, 1)


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    """The program stands on the day of the samples."""
    settings.SAMPLE_DAY = TODAY


def called(kind: MeetingKind = MeetingKind.DISPATCH, **about: Any) -> Meeting:
    return meetings.call(kind=kind, title="示例调度会", area=district(), held_at=AT, by=office(), at=AT, **about)


def problem(project: Project, title: str, *, days: int = 10, severity: int = 3,
            kind: ProblemKind = ProblemKind.LAND) -> Problem:
    """A problem due so many days after the samples' day; raised long before."""
    return problems.raise_problem(project=project, title=title, kind=kind, unit=project.lead_unit, severity=severity,
                                  due_on=TODAY + timedelta(days=days), by=office(), at=AT - timedelta(days=60))


def alerted(project: Project) -> None:
    """A red lamp of the project, on the rung of supervision."""
    edge = Edge(subject=agenda.subject_of(project), dimension="progress", kind=AlertKind.URGE, lamp="red",
                reason={"code": "fund_arrived", "values": {"arrived": "1", "due": "4", "rate": "25.0"}},
                title=project.name, url_name="projects:project", url_key=project.code, area_id=project.area_id,
                unit_id=project.lead_unit_id)
    alerts.follow(family="lamp", area=district(), standing=[edge], on=TODAY, by=None, at=AT)


class TestRules:
    @pytest.mark.parametrize(("step", "severity", "days", "belongs"), [
        (ProblemStep.OPEN, 3, 0, False), (ProblemStep.OPEN, 3, -1, True), (ProblemStep.OPEN, 1, 30, True),
        (ProblemStep.ANSWERED, 1, -30, False), (ProblemStep.CLOSED, 1, -30, False)])
    def test_overdue_and_severe_problems_belong(self, step: ProblemStep, severity: int, days: int,
                                                belongs: bool) -> None:
        assert rules.problem_belongs(step, severity, TODAY + timedelta(days=days), TODAY) is belongs

    def test_a_lamp_is_contested_when_a_person_shows_another_colour(self) -> None:
        assert rules.contested(Lamp.GREEN, Lamp.RED) and rules.contested(Lamp.RED, Lamp.YELLOW)
        assert not rules.contested(Lamp.RED, Lamp.RED) and not rules.contested(Lamp.GREY, Lamp.RED)


class TestCandidates:
    def test_are_overdue_or_severe_problems_and_alerts_with_their_reason(self) -> None:
        project = samples.project("示例甲", stage=Stage.BUILDING, plan_year=1_000)
        late, severe = problem(project, "管线", days=-5), problem(project, "指标", severity=1)
        problem(project, "不急")
        alerted(project)
        found = {one.subject: one for one in agenda.candidates(office(), called(), TODAY)}
        assert set(found) == {f"projects.problem:{late.pk}", f"projects.problem:{severe.pk}",
                              agenda.subject_of(project)}
        assert "超期 5 天" in str(found[f"projects.problem:{late.pk}"].said)
        assert "25.0" in str(found[agenda.subject_of(project)].said)

    def test_put_a_contested_lamp_on_top(self) -> None:
        project = samples.project("示例甲", stage=Stage.BUILDING, plan_year=1_000)
        run = lamps.judge(area=district(), on=TODAY, by=None, at=AT).run
        computed = Lamp(run.snapshots.get(project=project).progress)
        named = Lamp.GREEN if computed != Lamp.GREEN else Lamp.RED
        lamps.override(project=project, dimension=Dimension.PROGRESS, lamp=named, reason="现场核实", from_on=TODAY,
                       until=TODAY + timedelta(days=30), by=office(), at=AT)
        found = agenda.candidates(office(), called(), TODAY)
        assert found[0].source is AgendaSource.CONFIDENCE and found[0].title == "示例甲"

    def test_of_a_task_force_are_those_of_its_projects(self) -> None:
        mine, other = samples.project("示例甲"), samples.project("示例乙")
        problem(mine, "管线", days=-5)
        problem(other, "指标", days=-5)
        force = forces.set_up(name="示例专班", area=district(), by=office(), at=AT)
        forces.take_on(force=force, subject=agenda.subject_of(mine), title=mine.name, url_name="projects:project",
                       url_key=mine.code, by=office(), at=AT)
        meeting = called(MeetingKind.TASK_FORCE, force=force)
        found = agenda.candidates(office(), meeting, TODAY)
        assert [one.title for one in found] == ["示例甲：管线"]

    def test_a_stranger_proposes_nothing(self) -> None:
        problem(samples.project("示例甲"), "管线", days=-5)
        assert agenda.candidates(stranger(), called(), TODAY) == []


class TestMaterial:
    def test_holds_the_agenda_the_problems_by_element_and_a_page_for_each_project(self) -> None:
        first = samples.project("示例甲", stage=Stage.BUILDING, plan_year=1_000)
        second = samples.project("示例乙", stage=Stage.BUILDING, plan_year=1_000)
        problem(second, "高压线未迁改", days=-5, kind=ProblemKind.PIPES)
        problem(first, "用地指标", days=-3)
        meeting = called(place="示例会议室", chair="周领导")
        meetings.collect(meeting=meeting, candidates=agenda.candidates(office(), meeting, TODAY), by=office(), at=AT)
        assert [row.name for row in agenda.projects_of(office(), meeting)] == ["示例乙", "示例甲"]
        assert [(one.kind, one.late) for one in agenda.troubles(office(), [first, second], TODAY)] == [
            (ProblemKind.LAND, 3), (ProblemKind.PIPES, 5)]
        paper = docx.Document(io.BytesIO(meeting_papers.material(meeting=meeting, period=MARCH, by=office(), at=AT)))
        words = "\n".join(p.text for p in paper.paragraphs)
        for text in ("会议材料", "地点：示例会议室", "在办问题2个，其中超期2个", "一项目一页", "示例甲", "示例乙"):
            assert text in words, text
        assert len(paper.sections) == 3
        assert [cell.text for cell in paper.tables[1].rows[1].cells] == [
            "用地", "用地指标", "示例甲", "建设局", "3月17日", "3"]
        assert JournalEntry.objects.filter(verb="meeting.material_exported").count() == 1
        with pytest.raises(CannotReach):
            meeting_papers.material(meeting=meeting, period=MARCH, by=stranger(), at=AT)

    def test_of_an_empty_agenda_says_so(self) -> None:
        paper = docx.Document(io.BytesIO(meeting_papers.material(meeting=called(), period=MARCH, by=office(), at=AT)))
        words = "\n".join(p.text for p in paper.paragraphs)
        assert "暂无议题" in words and "没有在办问题" in words


def visit(who: Person) -> Client:
    client = Client()
    client.force_login(who)
    return client


class TestPages:
    def test_one_button_collects_everything_once(self) -> None:
        project = samples.project("示例甲", stage=Stage.BUILDING, plan_year=1_000)
        problem(project, "管线", days=-5)
        alerted(project)
        meeting, client = called(), visit(office())
        page = f"/meetings/{meeting.pk}/"
        assert "按规则收集议题" in client.get(f"{page}panel/").content.decode()
        for _again in range(2):
            assert client.post(f"{page}collect/")["Location"] == page
        assert AgendaItem.objects.count() == 2
        shown = client.get(f"{page}material/").content.decode()
        assert "示例甲" in shown and "管线" in shown
        assert client.post(f"{page}material/export/").content[:2] == b"PK"

    def test_whoever_keeps_no_papers_collects_nothing(self) -> None:
        meeting = called()
        page = f"/meetings/{meeting.pk}/"
        meetings.add_item(meeting=meeting, title="甲", unit=unit(), by=office(), at=AT)
        problem(samples.project("示例甲"), "管线", days=-5)
        assert visit(clerk()).post(f"{page}collect/").status_code == 403
        assert visit(stranger()).get(f"{page}panel/").status_code == 403
        assert "按规则收集议题" not in visit(clerk()).get(f"{page}panel/").content.decode()
        meetings.cancel(meeting=meeting, by=office(), at=AT)
        visit(office()).post(f"{page}collect/")
        assert AgendaItem.objects.count() == 1

    def test_a_problem_found_on_site_leads_to_its_project(self) -> None:
        project = samples.project("示例甲")
        problem(project, "管线", days=-5)
        meeting = called(MeetingKind.ON_SITE)
        client = visit(office())
        client.post(f"/meetings/{meeting.pk}/collect/")
        assert f"/problems/new/?project={project.code}" in client.get(f"/meetings/{meeting.pk}/panel/").content.decode()

    def test_a_task_force_takes_on_a_project_by_code_or_name(self) -> None:
        project, force = samples.project("示例甲"), forces.set_up(name="示例专班", area=district(), by=office(), at=AT)
        problem(project, "管线", days=-5)
        client, page = visit(office()), f"/forces/{force.pk}/projects/"
        for typed in ("没有的", "", "x" * 500, "\0", project.code, "示例甲"):
            assert client.post(f"{page}add/", {"project": typed}).status_code == 302
        assert ForceItem.objects.get().url_key == project.code
        assert "示例甲" in client.get(page).content.decode()
        assert [(one.open, one.late) for one in agenda.watched(office(), force, TODAY)] == [(1, 1)]
        assert visit(clerk()).post(f"{page}add/", {"project": project.code}).status_code == 403
