"""The month as people work it: fill, submit, review, return, lock, correct; what waits for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from citywright.kernel.clock import CITY
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.kernel.steps import CannotMove
from citywright.projects import samples
from citywright.projects.actions import months
from citywright.projects.actions.months import Amounts, ReportValues
from citywright.projects.models import InvestmentFact, ProgressReport, Project
from citywright.projects.queries import ledger
from citywright.projects.queries import months as asked
from citywright.projects.words import CorrectionStep, ReportState, ReportStep, Source, YearKind

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)
AT = datetime(2024, 3, 25, 10, tzinfo=CITY)
GOOD = ReportValues(physical_text="主体施工至三层", physical_percent=Decimal(35), amount_month=Decimal(1200))


@pytest.fixture()
def project() -> Project:
    return samples.project(plan_year=12_000, kind=YearKind.CONTINUE, plan={"done_before": Decimal(5000)})


def out(project: Project, period: date = MARCH, values: ReportValues = GOOD, said: str = "已核实") -> ProgressReport:
    """A report filled and submitted, with a word for whatever the guards ask."""
    clerk = samples.clerk(project.lead_unit)
    report = months.fill(project=project, period=period, values=values, by=clerk, at=AT)
    return months.submit(reports=[report], by=clerk, at=AT, explanations={report.pk: said})[0]


def locked(project: Project, period: date = MARCH, values: ReportValues = GOOD) -> ProgressReport:
    report = out(project, period, values)
    months.review(reports=[report], by=samples.reviewer(project.lead_unit), at=AT)
    return months.lock(reports=[report], by=samples.office(), at=AT)[0]


def fact(project: Project, period: date = MARCH, source: Source = Source.UNIT) -> InvestmentFact:
    return InvestmentFact.objects.get(project=project, period=period, source=source, in_force=True)


class TestFill:
    def test_keeps_a_draft_that_the_clerk_may_change(self, project: Project) -> None:
        clerk = samples.clerk()
        months.fill(project=project, period=MARCH, values=ReportValues(physical_text="基础"), by=clerk, at=AT)
        report = months.fill(project=project, period=MARCH, values=GOOD, by=clerk, at=AT)
        assert (report.step, report.physical_text, report.amount_month) == ("draft", "主体施工至三层", Decimal(1200))
        assert ProgressReport.objects.count() == 1
        assert not InvestmentFact.objects.exists()

    @pytest.mark.parametrize("who", ["stranger", "leader", "verifier"])
    def test_is_refused_to_everybody_else(self, project: Project, who: str) -> None:
        with pytest.raises(CannotReach):
            months.fill(project=project, period=MARCH, values=GOOD, by=getattr(samples, who)(), at=AT)

    def test_is_refused_to_another_units_clerk(self, project: Project) -> None:
        with pytest.raises(CannotReach):
            months.fill(project=project, period=MARCH, values=GOOD, by=samples.clerk(samples.unit("交通局")), at=AT)

    def test_keeps_nothing_of_a_sheet_with_one_fault(self, project: Project) -> None:
        other = samples.project(plan_year=100)
        with pytest.raises(months.CannotFill) as refused:
            months.fill_many(period=MARCH, by=samples.clerk(), at=AT, rows=[
                (other, GOOD), (project, replace(GOOD, physical_percent=Decimal(120)))])
        assert [(f.cell, f.header) for f in refused.value.faults] == [(project.code, "physical_percent")]
        assert not ProgressReport.objects.exists()

    def test_leaves_one_journal_line_for_a_sheet(self, project: Project) -> None:
        before = JournalEntry.objects.filter(verb="report.filled").count()
        months.fill_many(period=MARCH, by=samples.clerk(), at=AT, rows=[(project, GOOD), (samples.project(), GOOD)])
        assert JournalEntry.objects.filter(verb="report.filled").count() == before + 1

    def test_does_not_touch_a_report_that_is_out(self, project: Project) -> None:
        out(project)
        with pytest.raises(months.CannotFill):
            months.fill(project=project, period=MARCH, values=GOOD, by=samples.clerk(), at=AT)


class TestSubmit:
    def test_records_month_year_and_total_in_the_dispatch_calibre(self, project: Project) -> None:
        out(project, FEBRUARY, replace(GOOD, amount_month=Decimal(1000), physical_text="基础完成"))
        report = out(project)
        kept = fact(project)
        assert (kept.amount_month, kept.amount_year, kept.amount_total) == (1200, 2200, 7200)
        assert (report.step, report.amount_year) == ("submitted", 2200)

    def test_asks_for_a_word_when_the_text_is_last_months(self, project: Project) -> None:
        out(project, FEBRUARY, replace(GOOD, amount_month=Decimal(1000)))
        report = months.fill(project=project, period=MARCH, values=GOOD, by=samples.clerk(), at=AT)
        with pytest.raises(months.CannotSubmit) as refused:
            months.submit(reports=[report], by=samples.clerk(), at=AT)
        assert [f.header for f in refused.value.faults] == ["same_text"]
        done = months.submit(reports=[report], by=samples.clerk(), at=AT, explanations={report.pk: "雨季停工"})[0]
        assert (done.explanation, [w["code"] for w in done.warnings]) == ("雨季停工", ["same_text"])

    def test_refuses_a_sum_that_is_wrong_whatever_is_explained(self, project: Project) -> None:
        with pytest.raises(months.CannotSubmit) as refused:
            out(project, JANUARY, replace(GOOD, amount_year=Decimal(5)))
        assert "year_sum" in [f.header for f in refused.value.faults]

    def test_is_refused_after_the_cut_off_until_the_office_moves_it(self, project: Project) -> None:
        opened(lock_at=AT - timedelta(hours=1))
        with pytest.raises(months.CannotSubmit):
            out(project)
        opened(lock_at=AT + timedelta(hours=1))
        assert out(project).step == ReportStep.SUBMITTED

    def test_is_let_in_late_when_it_was_returned(self, project: Project) -> None:
        report = out(project)
        opened(lock_at=AT)
        months.give_back(reports=[report], reason="数字与统计不符", by=samples.office(), at=AT + timedelta(hours=1))
        again = months.fill(project=project, period=MARCH, values=replace(GOOD, amount_month=Decimal(900)),
                            by=samples.clerk(), at=AT + timedelta(hours=2))
        months.submit(reports=[again], by=samples.clerk(), at=AT + timedelta(hours=2), explanations={again.pk: "更正"})
        kept = fact(project)
        assert (kept.amount_month, kept.amount_year, kept.revision_of.amount_month) == (900, 900, 1200)


def opened(lock_at: datetime) -> None:
    months.open_month(area=samples.district(), period=MARCH, fill_from=date(2024, 3, 20), fill_to=date(2024, 3, 25),
                      review_on=date(2024, 3, 25), lock_at=lock_at, by=samples.office(), at=AT)


class TestReviewAndReturn:
    def test_needs_another_person_of_the_unit(self, project: Project) -> None:
        report = out(project)
        with pytest.raises(months.CannotReview):
            months.review(reports=[report], by=samples.clerk(), at=AT)
        with pytest.raises(CannotReach):
            months.review(reports=[report], by=samples.reviewer(samples.unit("交通局")), at=AT)
        done = months.review(reports=[report], by=samples.reviewer(), at=AT)[0]
        assert (done.step, done.reviewed_by) == ("reviewed", samples.reviewer())

    def test_does_not_let_a_person_with_both_posts_review_the_own_report(self, project: Project) -> None:
        from citywright.kernel.access import forget
        from citywright.kernel.models import Membership
        from citywright.kernel.words import Role

        both = samples.clerk()
        Membership.objects.create(person=both, role=Role.REVIEWER, organisation=project.lead_unit, area=project.area,
                                  valid_from=date(2020, 1, 1))
        report = out(project)
        forget(both)
        with pytest.raises(months.CannotReview) as refused:
            months.review(reports=[report], by=both, at=AT)
        assert "上报人不能审核自己的月报" in str(refused.value.faults[0].said)

    def test_returns_with_a_reason_from_either_level(self, project: Project) -> None:
        report = out(project)
        with pytest.raises(months.CannotReturn):
            months.give_back(reports=[report], reason=" ", by=samples.reviewer(), at=AT)
        back = months.give_back(reports=[report], reason="形象进度不实", by=samples.reviewer(), at=AT)[0]
        assert (back.step, back.returned_reason, back.returned_count) == ("returned", "形象进度不实", 1)

    def test_does_not_lock_what_the_unit_has_not_reviewed(self, project: Project) -> None:
        report = out(project)
        with pytest.raises(months.CannotLock):
            months.lock(reports=[report], by=samples.office(), at=AT)
        months.review(reports=[report], by=samples.reviewer(), at=AT)
        with pytest.raises(months.CannotLock):
            months.lock(reports=[report], by=samples.reviewer(), at=AT)
        assert months.lock(reports=[report], by=samples.office(), at=AT)[0].locked_by == samples.office()

    def test_does_not_close_a_month_while_reports_wait(self, project: Project) -> None:
        opened(lock_at=AT)
        report = out(project)
        with pytest.raises(months.CannotClose):
            months.close_month(area=samples.district(), period=MARCH, by=samples.office(), at=AT)
        months.review(reports=[report], by=samples.reviewer(), at=AT)
        months.lock(reports=[report], by=samples.office(), at=AT)
        months.close_month(area=samples.district(), period=MARCH, by=samples.office(), at=AT)
        with pytest.raises(months.CannotOpen):
            opened(lock_at=AT)


class TestCorrection:
    def test_is_the_only_way_to_change_a_locked_report(self, project: Project) -> None:
        report = locked(project)
        with pytest.raises(months.CannotReturn):
            months.give_back(reports=[report], reason="要改", by=samples.office(), at=AT)

    def test_revises_the_month_and_every_later_one(self, project: Project) -> None:
        january = locked(project, JANUARY, replace(GOOD, amount_month=Decimal(1000), physical_text="基础"))
        locked(project, FEBRUARY, replace(GOOD, amount_month=Decimal(500), physical_text="一层"))
        asked_for = months.ask_correction(report=january, changes={"amount_month": "700"}, reason="重复计入设备款",
                                          by=samples.clerk(), at=AT)
        assert asked_for.changes == {"amount_month": ["1000", "700"]}
        months.decide_correction(correction=asked_for, grant=True, by=samples.office(), at=AT)
        first, second = fact(project, JANUARY), fact(project, FEBRUARY)
        assert (first.amount_month, first.amount_year, first.amount_total) == (700, 700, 5700)
        assert (second.amount_month, second.amount_year, second.amount_total) == (500, 1200, 6200)
        assert (first.reason, second.revision_of.amount_year) == ("重复计入设备款", 1500)
        assert ProgressReport.objects.get(project=project, period=FEBRUARY).amount_year == 1200
        assert InvestmentFact.objects.filter(project=project).count() == 4

    def test_changes_nothing_when_denied(self, project: Project) -> None:
        asked_for = months.ask_correction(report=locked(project), changes={"amount_month": "700"}, reason="笔误",
                                          by=samples.clerk(), at=AT)
        with pytest.raises(months.CannotCorrect):
            months.decide_correction(correction=asked_for, grant=False, by=samples.office(), at=AT)
        done = months.decide_correction(correction=asked_for, grant=False, decision="无依据", by=samples.office(),
                                        at=AT)
        assert (done.step, fact(project).amount_month) == (CorrectionStep.DENIED, 1200)

    def test_is_refused_without_reason_before_the_lock_twice_or_by_the_clerk(self, project: Project) -> None:
        report = out(project)
        with pytest.raises(months.CannotCorrect):
            months.ask_correction(report=report, changes={"amount_month": "7"}, reason="误", by=samples.clerk(), at=AT)
        months.review(reports=[report], by=samples.reviewer(), at=AT)
        months.lock(reports=[report], by=samples.office(), at=AT)
        for changes, reason in (({"amount_month": "7"}, ""), ({"amount_month": "1200.00"}, "误"),
                                ({"step": "draft"}, "误"), ({"built": "7"}, "误"), ({"amount_month": "七"}, "误")):
            with pytest.raises(months.CannotCorrect):
                months.ask_correction(report=report, changes=changes, reason=reason, by=samples.clerk(), at=AT)
        waiting = months.ask_correction(report=report, changes={"amount_month": "7"}, reason="误", by=samples.clerk(),
                                        at=AT)
        with pytest.raises(months.CannotCorrect):
            months.ask_correction(report=report, changes={"amount_month": "8"}, reason="误", by=samples.clerk(), at=AT)
        with pytest.raises(CannotMove):
            months.decide_correction(correction=waiting, grant=True, by=samples.clerk(), at=AT)


class TestRecordFacts:
    def test_keeps_the_calibres_apart(self, project: Project) -> None:
        out(project)
        months.record_facts(period=MARCH, source=Source.STAT, rows=[(project, Amounts(Decimal(900)))],
                            by=samples.office(), at=AT)
        assert (fact(project).amount_month, fact(project, source=Source.STAT).amount_month) == (1200, 900)

    def test_changes_nothing_the_second_time(self, project: Project) -> None:
        rows = [(project, Amounts(Decimal(900), amount_year=Decimal(2000)))]
        counts = [months.record_facts(period=MARCH, source=Source.STAT, rows=rows, by=samples.office(), at=AT)
                  for _ in range(2)]
        assert (counts, InvestmentFact.objects.count()) == ([1, 0], 1)

    def test_refuses_a_year_that_falls_in_the_dispatch_calibre(self, project: Project) -> None:
        def record(source: Source) -> None:
            for period, year in ((FEBRUARY, 500), (MARCH, 400)):
                months.record_facts(period=period, source=source, by=samples.office(), at=AT,
                                    rows=[(project, Amounts(Decimal(10), amount_year=Decimal(year)))])
        with pytest.raises(months.CannotRecord):
            record(Source.UNIT)
        record(Source.STAT)
        assert fact(project, source=Source.STAT).amount_year == 400

    def test_is_refused_to_a_unit(self, project: Project) -> None:
        with pytest.raises(CannotReach):
            months.record_facts(period=MARCH, source=Source.STAT, rows=[(project, Amounts(Decimal(1)))],
                                by=samples.clerk(), at=AT)


class TestMatrix:
    def test_puts_every_project_that_owes_a_report_in_exactly_one_state(
            self, project: Project, django_assert_max_num_queries: object) -> None:
        for state in ("missing", "draft", "submitted", "reviewed", "same", "returned", "locked"):
            make(state)
        samples.project("没有计划")
        office, area = samples.office(), samples.district()
        with django_assert_max_num_queries(2):  # type: ignore[operator]
            found = asked.matrix(office, area=area, period=MARCH)
        counts = {state.value: n for state, n in found.total.counts.items()}
        assert counts == {"due": 8, "missing": 3, "out": 2, "returned": 1, "same": 1, "locked": 1}
        assert found.rows[0].state == ReportState.MISSING
        assert found.total.reviewed == 1
        for state, count in found.total.counts.items():
            rows = ledger.within(ledger.leaves(ledger.visible_to(samples.office())), samples.district())
            assert asked.reported(rows, MARCH, state).count() == count, state

    def test_shows_a_stranger_nothing(self, project: Project) -> None:
        found = asked.matrix(samples.stranger(), area=samples.district(), period=MARCH)
        assert (found.rows, found.total.counts[ReportState.DUE]) == ([], 0)


def make(state: str) -> None:
    """A project whose March report stands so."""
    row = samples.project(plan_year=100)
    if state == "missing":
        return
    if state == "draft":
        months.fill(project=row, period=MARCH, values=GOOD, by=samples.clerk(), at=AT)
        return
    if state == "same":
        out(row, FEBRUARY)
    report = out(row)
    if state in ("reviewed", "locked"):
        months.review(reports=[report], by=samples.reviewer(), at=AT)
    if state == "locked":
        months.lock(reports=[report], by=samples.office(), at=AT)
    if state == "returned":
        months.give_back(reports=[report], reason="补图", by=samples.office(), at=AT)


class TestWaiting:
    def test_follows_the_report_from_hand_to_hand(self, project: Project) -> None:
        opened(lock_at=AT + timedelta(days=1))

        def waits(person: object) -> list[tuple[str, int]]:
            return [(w.code, w.count) for w in asked.waiting(person, area=samples.district(), period=MARCH)]

        assert waits(samples.clerk()) == [("fill", 1)]
        report = out(project)
        assert (waits(samples.clerk()), waits(samples.reviewer())) == ([], [("review", 1)])
        months.review(reports=[report], by=samples.reviewer(), at=AT)
        assert (waits(samples.reviewer()), waits(samples.office())) == ([], [("lock", 1)])
        months.lock(reports=[report], by=samples.office(), at=AT)
        months.ask_correction(report=report, changes={"amount_month": "7"}, reason="误", by=samples.clerk(), at=AT)
        assert waits(samples.office()) == [("correct", 1)]
        assert waits(samples.stranger()) == []
