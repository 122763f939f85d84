"""Problems: who raises, who answers, who closes; the pages that do it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from citywright.kernel.errors import CannotReach
from citywright.kernel.steps import CannotMove
from citywright.projects import samples
from citywright.projects.actions import problems
from citywright.projects.models import Problem
from citywright.projects.queries import problems as queries
from citywright.projects.rules.problems import level_of
from citywright.projects.samples import AT
from citywright.projects.words import ProblemKind, ProblemStep

DUE = date(2024, 4, 10)


def raised(**changes: Any) -> Problem:
    """The office raises a problem that the water bureau is to solve."""
    known = {"project": changes.pop("project", None) or samples.project(), "title": "红线内高压线未迁",
             "kind": ProblemKind.PIPES, "unit": samples.unit("水务局"), "due_on": DUE, "by": samples.office(), "at": AT}
    return problems.raise_problem(**(known | changes))


class TestLevel:
    @pytest.mark.parametrize(("today", "level"), [
        (date(2024, 4, 10), 0), (date(2024, 4, 11), 1), (date(2024, 4, 17), 1), (date(2024, 4, 18), 2),
        (date(2024, 4, 25), 3), (date(2025, 4, 25), 3)])
    def test_climbs_one_level_each_week_past_its_day(self, today: date, level: int) -> None:
        assert level_of(DUE, today) == level


@pytest.mark.django_db
class TestRaise:
    def test_is_refused_to_those_who_do_not_see_the_project(self) -> None:
        row = samples.project()
        for person in (samples.stranger(), samples.clerk(samples.unit("水务局"))):
            with pytest.raises(CannotReach):
                raised(project=row, by=person)

    @pytest.mark.parametrize("wrong", [{"title": " "}, {"due_on": date(2024, 3, 19)}, {"severity": 4}])
    def test_is_refused_without_title_day_or_severity(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(problems.CannotRaise):
            raised(**wrong)


@pytest.mark.django_db
class TestLoop:
    def test_the_unit_answers_and_the_raiser_closes(self) -> None:
        problem = raised()
        solver = samples.clerk(samples.unit("水务局"))
        assert list(queries.waiting_for_me(solver)) == [problem]
        problems.answer(problem=problem, answer="已迁改", by=solver, at=AT)
        assert list(queries.waiting_for_me(samples.office())) == [problem]
        done = problems.accept(problem=problem, by=samples.office(), at=AT)
        assert (done.step, done.accepted_by) == (ProblemStep.CLOSED, samples.office())

    def test_the_solver_never_closes_it_not_even_when_they_raised_it(self) -> None:
        office = samples.office()
        problem = raised(unit=samples.unit("项目办"))
        problems.answer(problem=problem, answer="已办", by=office, at=AT)
        with pytest.raises(problems.CannotClose, match="不能自己销号"):
            problems.accept(problem=problem, by=office, at=AT)
        with pytest.raises(IntegrityError, match="problem_not_closed_by_its_solver"):
            Problem.objects.filter(pk=problem.pk).update(closed_at=AT, accepted_by=office)

    def test_a_colleague_of_the_solver_does_not_close_it_either(self) -> None:
        problem = raised()
        water = samples.unit("水务局")
        problems.answer(problem=problem, answer="已办", by=samples.clerk(water), at=AT)
        with pytest.raises(problems.CannotClose):
            problems.accept(problem=problem, by=samples.reviewer(water), at=AT)

    def test_is_done_again_with_a_new_day_and_counted(self) -> None:
        problem = raised()
        problems.answer(problem=problem, answer="已办", by=samples.clerk(samples.unit("水务局")), at=AT)
        again = problems.reopen(problem=problem, reason="仍未断电", due_on=date(2024, 5, 1), by=samples.office(), at=AT)
        assert (again.step, again.reopened_count, again.answered_by) == (ProblemStep.OPEN, 1, None)
        with pytest.raises(problems.CannotRaise):
            problems.reopen(problem=problem, reason="", due_on=date(2024, 5, 1), by=samples.office(), at=AT)

    def test_what_is_not_answered_cannot_be_closed(self) -> None:
        with pytest.raises(CannotMove):
            problems.accept(problem=raised(), by=samples.office(), at=AT)

    def test_another_unit_cannot_answer(self) -> None:
        with pytest.raises(CannotMove):
            problems.answer(problem=raised(), answer="办了", by=samples.clerk(samples.unit("交通局")), at=AT)

    def test_only_the_office_hands_it_on(self) -> None:
        problem = raised()
        with pytest.raises(CannotReach):
            problems.assign(problem=problem, unit=samples.unit("交通局"), due_on=DUE, by=samples.clerk(), at=AT)
        assert problems.assign(problem=problem, unit=samples.unit("交通局"), due_on=DUE, by=samples.office(),
                               at=AT).unit == samples.unit("交通局")

    def test_overdue_ones_rise_once(self) -> None:
        problem = raised()
        area = samples.district()
        assert problems.escalate(area=area, on=date(2024, 4, 11), by=None, at=AT) == [problem]
        assert problems.escalate(area=area, on=date(2024, 4, 12), by=None, at=AT) == []
        problem.refresh_from_db()
        assert problem.escalated_level == 1


@pytest.mark.django_db
class TestPages:
    @staticmethod
    def client(person: Any) -> Client:
        client = Client()
        client.force_login(person)
        return client

    def test_a_problem_is_raised_answered_and_closed(self) -> None:
        row = samples.project()
        water = samples.unit("水务局")
        office = self.client(samples.office())
        answer = office.post(f"{reverse('projects:problem_new')}?project={row.code}", {
            "title": "缺水", "kind": "utilities", "severity": "2", "source": "visit", "unit": water.pk,
            "due_on": "2099-01-01"})
        problem = Problem.objects.get()
        page = reverse("projects:problem", args=[problem.pk])
        assert (answer.status_code, answer["Location"]) == (302, page)
        solver = self.client(samples.clerk(water))
        assert "报办结" in solver.get(page).content.decode()
        solver.post(page, {"verb": "answer", "answer-answer": "已通水"})
        assert solver.post(page, {"verb": "accept"}).status_code == 409
        assert office.post(page, {"verb": "accept"}).status_code == 302
        problem.refresh_from_db()
        assert problem.step == ProblemStep.CLOSED

    def test_a_refused_form_says_why_and_keeps_what_was_typed(self) -> None:
        row = samples.project()
        answer = self.client(samples.office()).post(f"{reverse('projects:problem_new')}?project={row.code}", {
            "title": "缺水", "kind": "utilities", "severity": "2", "source": "visit", "unit": row.lead_unit_id,
            "due_on": "2020-01-01"})
        assert answer.status_code == 409
        assert "解决期限 2020-01-01 已过" in answer.content.decode()
        assert 'value="缺水"' in answer.content.decode()

    def test_the_list_filters_by_its_address(self) -> None:
        row = samples.project()
        raised(project=row)
        raised(project=row, title="缺电", kind=ProblemKind.UTILITIES)
        client = self.client(samples.office())
        page = reverse("projects:problems")
        assert "缺电" in client.get(page).content.decode()
        shown = client.get(f"{page}?kind=pipes").content.decode()
        assert "红线内高压线未迁" in shown
        assert "缺电" not in shown

    def test_the_stranger_sees_nothing(self) -> None:
        problem = raised()
        client = self.client(samples.stranger())
        assert client.get(reverse("projects:problem", args=[problem.pk])).status_code == 403
        assert client.get(reverse("projects:problems")).status_code == 403
        assert Client().get(reverse("projects:problems")).status_code == 302
