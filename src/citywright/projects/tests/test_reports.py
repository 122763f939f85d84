"""The guards of a monthly report (PRACTICE 0.12, 4.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from citywright.kernel.steps import CannotMove
from citywright.kernel.words import Role
from citywright.projects.rules import reports
from citywright.projects.rules.reports import Before, ReportValues
from citywright.projects.words import Guarding, ReportStep, ReportVerb

GOOD = ReportValues(physical_text="主体结构施工至三层", physical_percent=Decimal(35), amount_month=Decimal(1200))
MARCH = Before(period=date(2024, 3, 1), year_before=Decimal(2000), reported=True, expected=True,
               text="主体结构施工至二层", percent=Decimal(30), amount=Decimal(1000))


def codes(values: ReportValues, before: Before = MARCH) -> list[str]:
    return [guard.code for guard in reports.guards(values, before)]


class TestGuards:
    def test_find_nothing_wrong_with_a_good_report(self) -> None:
        assert codes(GOOD) == []

    @pytest.mark.parametrize("text", ["主体结构施工至二层", " 主体结构 施工至二层。", "主体结构施工至二层！"])
    def test_see_through_spaces_and_punctuation_when_the_text_is_last_months(self, text: str) -> None:
        assert codes(replace(GOOD, physical_text=text)) == ["same_text"]

    def test_warn_of_the_same_figure_but_not_of_two_zeros(self) -> None:
        assert codes(replace(GOOD, amount_month=Decimal("1000.00"))) == ["same_amount"]
        assert codes(replace(GOOD, amount_month=Decimal(0)), replace(MARCH, amount=Decimal(0))) == []

    def test_warn_when_last_month_is_missing_and_was_expected(self) -> None:
        missing = Before(period=date(2024, 3, 1), expected=True, gaps=1)
        assert codes(GOOD, missing) == ["last_missing"]
        assert codes(GOOD, replace(missing, expected=False)) == []

    def test_refuse_a_year_that_is_not_the_sum_of_its_months(self) -> None:
        found = reports.guards(replace(GOOD, amount_year=Decimal(3300)), MARCH)
        assert [str(g.said) for g in found] == ["自年初累计 3300 万元不等于各月之和 3200 万元"]
        assert codes(replace(GOOD, amount_year=Decimal(3100))) == ["year_sum"]
        assert codes(replace(GOOD, amount_year=Decimal(3200))) == []

    def test_ask_for_an_explanation_when_the_year_holds_months_not_reported(self) -> None:
        gap = replace(MARCH, gaps=1)
        assert codes(replace(GOOD, amount_year=Decimal(3300)), gap) == ["gap_sum"]
        assert codes(replace(GOOD, amount_year=Decimal(3100)), gap) == ["year_sum"]

    def test_refuse_a_year_that_falls(self) -> None:
        assert codes(replace(GOOD, amount_month=Decimal(-1))) == ["year_falls"]

    def test_refuse_parts_that_do_not_add_up_to_the_month(self) -> None:
        parts = replace(GOOD, built=Decimal(1000), installed=Decimal(100), equipment=Decimal(50), other=Decimal(49))
        assert codes(parts) == ["parts_sum"]
        assert codes(replace(parts, other=Decimal(50))) == []
        assert codes(replace(GOOD, built=Decimal(1200))) == []

    def test_warn_when_the_percentage_falls_and_refuse_one_beyond_a_hundred(self) -> None:
        assert codes(replace(GOOD, physical_percent=Decimal(29))) == ["percent_falls"]
        assert codes(replace(GOOD, physical_percent=Decimal(101))) == ["percent_range"]

    def test_name_refusals_first(self) -> None:
        found = reports.guards(replace(GOOD, physical_text="", physical_percent=Decimal(1)), MARCH)
        assert [g.severity for g in found] == [Guarding.REFUSE, Guarding.WARN]
        assert reports.needs_explanation(found)
        assert [g.code for g in reports.refusals(found)] == ["text_empty"]

    def test_have_a_sentence_for_every_finder(self) -> None:
        assert set(reports.FINDERS) == set(reports.GUARDS)


class TestTooLate:
    LOCK = datetime(2024, 3, 28, 10, tzinfo=UTC)

    def test_refuses_after_the_cut_off_unless_somebody_reopened_it(self) -> None:
        late = datetime(2024, 3, 28, 10, 1, tzinfo=UTC)
        assert reports.too_late(step="draft", at=late, lock_at=self.LOCK, closed=False)
        assert reports.too_late(step="returned", at=late, lock_at=self.LOCK, closed=False) is None
        assert reports.too_late(step="draft", at=self.LOCK, lock_at=self.LOCK, closed=False) is None

    def test_refuses_everything_once_the_month_is_closed(self) -> None:
        assert reports.too_late(step="returned", at=self.LOCK, lock_at=None, closed=True)


class TestLoop:
    def test_needs_the_unit_and_then_the_office(self) -> None:
        step = ReportStep.DRAFT
        for verb, role in [(ReportVerb.SUBMIT, Role.CLERK), (ReportVerb.REVIEW, Role.REVIEWER),
                           (ReportVerb.LOCK, Role.OFFICE)]:
            step = reports.REPORT.move(step=step, verb=verb, roles={role})
        assert step == ReportStep.LOCKED

    @pytest.mark.parametrize(("step", "verb", "role"), [
        (ReportStep.SUBMITTED, ReportVerb.LOCK, Role.OFFICE), (ReportStep.SUBMITTED, ReportVerb.REVIEW, Role.CLERK),
        (ReportStep.REVIEWED, ReportVerb.RETURN, Role.REVIEWER), (ReportStep.LOCKED, ReportVerb.RETURN, Role.OFFICE),
        (ReportStep.DRAFT, ReportVerb.REVIEW, Role.REVIEWER),
    ])
    def test_refuses_a_short_cut(self, step: ReportStep, verb: ReportVerb, role: Role) -> None:
        with pytest.raises(CannotMove):
            reports.REPORT.move(step=step, verb=verb, roles={role})
