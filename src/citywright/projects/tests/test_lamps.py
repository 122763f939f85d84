"""The lamp rules against the published vectors (PRACTICE 10, PROJECTS 1.5)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from citywright.followup.words import AlertKind
from citywright.projects.rules import lamps, presets
from citywright.projects.rules.lamps import Fund, LampInputs, Late
from citywright.projects.words import Dimension, Lamp

RULES = {preset.code: presets.validate(preset.parameters) for preset in presets.PRESETS}
WUHAN = RULES["ratio-wuhan"]
OCTOBER = LampInputs(as_of=date(2024, 10, 31), month=10, plan_year=Decimal(100))
MARCH = LampInputs(as_of=date(2024, 3, 27), month=3, plan_year=Decimal(1200))


def colour(rule: str, seen: LampInputs, parameters: presets.Parameters = WUHAN) -> Lamp:
    return lamps.DIMENSIONS[Dimension(rule)](seen, parameters).lamp


class TestProgress:
    @pytest.mark.parametrize(("code", "expected"), [
        ("points-yinchuan", ["green", "green", "yellow", "red"]),
        ("ratio-wuhan", ["green", "green", "green", "red"]),
        ("ratio-sanya", ["green", "yellow", "yellow", "red"]),
    ])
    def test_agrees_with_the_published_vectors_at_schedule_83_3(self, code: str, expected: list[str]) -> None:
        found = [colour("progress", replace(OCTOBER, done_year=Decimal(d)), RULES[code]) for d in (84, 78, 70, 40)]
        assert found == expected

    def test_says_slightly_late_in_the_gap_the_points_rule_leaves_open(self) -> None:
        verdict = lamps.progress(replace(OCTOBER, done_year=Decimal(78)), RULES["points-yinchuan"])
        assert (verdict.lamp, verdict.code, verdict.values["points"]) == (Lamp.GREEN, "progress_slightly_late", "5.3")

    def test_compares_unrounded(self) -> None:
        just_below = replace(MARCH, scheduled=Decimal(300), done_year=Decimal("239.99"))
        assert colour("progress", just_below) == Lamp.YELLOW
        assert colour("progress", replace(just_below, done_year=Decimal(240))) == Lamp.GREEN
        assert colour("progress", replace(just_below, done_year=Decimal("179.99"))) == Lamp.RED
        assert colour("progress", replace(just_below, done_year=Decimal(180))) == Lamp.YELLOW

    def test_includes_both_ends_of_the_yellow_band_in_points(self) -> None:
        at = replace(MARCH, plan_year=Decimal(100), scheduled=Decimal(50))
        found = [colour("progress", replace(at, done_year=Decimal(d)), RULES["points-yinchuan"])
                 for d in ("40.01", "40", "20", "19.99")]
        assert found == ["green", "yellow", "yellow", "red"]

    def test_is_blue_when_the_year_is_done_and_grey_without_a_plan(self) -> None:
        assert colour("progress", replace(MARCH, done_year=Decimal(1200))) == Lamp.BLUE
        assert colour("progress", replace(MARCH, plan_year=None)) == Lamp.GREY
        assert colour("progress", replace(MARCH, plan_year=Decimal(0), done_year=Decimal(5))) == Lamp.GREY
        assert colour("progress", replace(MARCH, scheduled=Decimal(0))) == Lamp.GREY

    def test_marks_the_fallback_to_twelfths(self) -> None:
        verdict = lamps.progress(replace(MARCH, done_year=Decimal(100)), WUHAN)
        assert verdict.values["basis"] == "按月均摊"
        assert str(verdict.said) == "为时序的 33.3%：完成 100，应完成 300 万元（按月均摊）"


class TestStart:
    @pytest.mark.parametrize(("planned", "started", "expected"), [
        (date(2024, 4, 1), None, "grey"),
        (date(2024, 3, 31), None, "yellow"),
        (date(2024, 2, 1), None, "yellow"),
        (date(2024, 1, 31), None, "red"),
        (date(2024, 3, 1), date(2024, 2, 28), "blue"),
        (date(2024, 3, 1), date(2024, 3, 20), "green"),
        (date(2024, 1, 1), date(2024, 3, 20), "green"),
        (None, date(2021, 5, 1), "green"),
        (None, None, "grey"),
    ])
    def test_follows_the_planned_month(self, planned: date | None, started: date | None, expected: str) -> None:
        assert colour("start", replace(MARCH, planned_start=planned, started_on=started)) == expected

    def test_caps_at_yellow_until_the_excuse_ends(self) -> None:
        late = replace(MARCH, planned_start=date(2023, 10, 1), excused_until=date(2024, 3, 27))
        assert colour("start", late) == Lamp.YELLOW
        assert colour("start", replace(late, excused_until=date(2024, 3, 26))) == Lamp.RED

    def test_is_grey_where_the_category_has_no_start_gate(self) -> None:
        assert colour("start", replace(MARCH, planned_start=date(2023, 1, 1), must_start=False)) == Lamp.GREY


class TestStatistics:
    @pytest.mark.parametrize(("days", "expected"), [(30, "green"), (31, "yellow"), (60, "yellow"), (61, "red")])
    def test_counts_days_since_the_verified_start(self, days: int, expected: str) -> None:
        started = date.fromordinal(MARCH.as_of.toordinal() - days)
        assert colour("statistics", replace(MARCH, started_on=started, total=Decimal(500))) == expected

    def test_is_grey_below_five_million_or_before_the_start_and_green_once_registered(self) -> None:
        started = replace(MARCH, started_on=date(2023, 1, 1), total=Decimal("499.99"))
        assert colour("statistics", started) == Lamp.GREY
        assert colour("statistics", replace(MARCH, total=Decimal(900))) == Lamp.GREY
        assert colour("statistics", replace(started, total=Decimal(500), registered_on=date(2024, 1, 1))) == Lamp.GREEN


class TestFund:
    @pytest.mark.parametrize(("arrived", "expected"), [("100", "green"), ("99.99", "yellow"), ("70", "yellow"),
                                                       ("69.99", "red")])
    def test_compares_arrived_with_due_by_now(self, arrived: str, expected: str) -> None:
        due, later = date(2024, 3, 27), date(2024, 4, 1)
        funds = (Fund(Decimal(100), Decimal(arrived), due), Fund(Decimal(500), Decimal(0), later))
        assert colour("fund", replace(MARCH, funds=funds)) == expected

    def test_has_no_yellow_in_the_yinchuan_preset(self) -> None:
        funds = (Fund(Decimal(100), Decimal(99), date(2024, 3, 1)),)
        assert colour("fund", replace(MARCH, funds=funds), RULES["points-yinchuan"]) == Lamp.RED

    @pytest.mark.parametrize(("arrived", "expected"), [("200", "green"), ("140", "yellow"), ("139", "red")])
    def test_spreads_a_bond_evenly_over_six_months_after_its_issue(self, arrived: str, expected: str) -> None:
        bond = Fund(Decimal(600), Decimal(arrived), date(2024, 1, 15), is_bond=True)
        assert colour("fund", replace(MARCH, funds=(bond,))) == expected

    def test_is_grey_when_nothing_is_due(self) -> None:
        issued_this_month = Fund(Decimal(600), Decimal(0), date(2024, 3, 1), is_bond=True)
        assert colour("fund", replace(MARCH, funds=(issued_this_month,))) == Lamp.GREY


class TestElementAndIssue:
    @pytest.mark.parametrize(("due", "workdays", "expected"), [
        (date(2024, 3, 27), 0, "green"), (date(2024, 3, 26), 1, "yellow"), (date(2024, 3, 6), 15, "yellow"),
        (date(2024, 3, 5), 16, "red"),
    ])
    def test_turns_red_after_fifteen_working_days(self, due: date, workdays: int, expected: str) -> None:
        assert colour("element", replace(MARCH, elements=(Late("用地报批", due, workdays),))) == expected

    def test_is_red_when_a_late_element_made_the_start_slip(self) -> None:
        seen = replace(MARCH, planned_start=date(2024, 3, 1), elements=(Late("用地报批", date(2024, 3, 26), 1),))
        assert lamps.element(seen, WUHAN).code == "element_gate_missed"

    def test_judges_open_problems_by_day_times_and_severity(self) -> None:
        late = Late("管线迁改", date(2024, 3, 26))
        assert colour("issue", replace(MARCH, problems=(late,))) == Lamp.YELLOW
        assert colour("issue", replace(MARCH, problems=(replace(late, times=2),))) == Lamp.RED
        grave = replace(late, due_on=date(2024, 9, 1), severity=1)
        assert colour("issue", replace(MARCH, problems=(grave,))) == Lamp.RED
        assert colour("issue", replace(MARCH, problems=(replace(late, due_on=date(2024, 3, 27)),))) == Lamp.GREEN


class TestReport:
    @pytest.mark.parametrize(("days", "expected"), [(36, "green"), (37, "yellow"), (62, "yellow"), (63, "red")])
    def test_does_not_stay_green_when_reports_stop(self, days: int, expected: str) -> None:
        locked = date.fromordinal(MARCH.as_of.toordinal() - days)
        assert colour("report", replace(MARCH, last_locked_on=locked)) == expected

    def test_counts_from_the_day_of_adoption_while_nothing_was_locked(self) -> None:
        assert colour("report", replace(MARCH, reports_since=date(2024, 1, 1))) == Lamp.RED
        assert colour("report", MARCH) == Lamp.GREY


class TestJudge:
    def test_takes_the_worst_live_lamp_and_names_the_dimension(self) -> None:
        found = lamps.judge(replace(MARCH, done_year=Decimal(100), last_locked_on=date(2024, 3, 1)), WUHAN)
        assert found[Dimension.OVERALL].lamp == Lamp.RED
        assert found[Dimension.OVERALL].values == {"dimensions": ["进度"]}
        assert list(found) == list(Dimension)

    def test_is_blue_only_when_every_live_lamp_is_blue(self) -> None:
        early = replace(MARCH, plan_year=None, planned_start=date(2024, 5, 1), started_on=date(2024, 3, 1),
                        must_register=False)
        blue = {Dimension.ELEMENT: Lamp.GREY, Dimension.ISSUE: Lamp.GREY}
        found = {d: verdict.lamp for d, verdict in lamps.judge(early, WUHAN).items()} | blue
        assert lamps.shown(found, {}) == Lamp.BLUE
        assert lamps.judge(early, WUHAN)[Dimension.OVERALL].lamp == Lamp.GREEN

    def test_says_every_reason_in_a_sentence_that_can_be_filled(self) -> None:
        for code in presets.REASONS:
            slots = dict.fromkeys(re.findall(r"%\((\w+)\)s", presets.REASONS[code]), "1")
            said = str(lamps.sentence(code, slots))
            assert "%(" not in said
            assert "%%" not in said


class TestShown:
    def test_puts_a_named_lamp_in_the_place_of_the_computed_one(self) -> None:
        found = {d: Lamp.GREEN for d in Dimension} | {Dimension.FUND: Lamp.RED}
        assert lamps.shown(found, {}) == Lamp.RED
        assert lamps.shown(found, {"fund": Lamp.YELLOW}) == Lamp.YELLOW
        assert lamps.shown(found, {"overall": Lamp.GREEN, "fund": Lamp.YELLOW}) == Lamp.GREEN

    def test_shows_a_red_month_yellow_once_it_was_made_good(self) -> None:
        assert lamps.recovered([Lamp.RED, Lamp.GREEN, Lamp.RED]) == [Lamp.YELLOW, Lamp.GREEN, Lamp.RED]
        assert lamps.recovered([Lamp.RED, Lamp.GREY]) == [Lamp.RED, Lamp.GREY]
        assert lamps.recovered([]) == []


class TestLadder:
    @pytest.mark.parametrize(("months", "expected"), [
        ("g", None), ("y", AlertKind.REMIND), ("gy", AlertKind.REMIND), ("yy", AlertKind.URGE), ("r", AlertKind.URGE),
        ("ry", AlertKind.URGE), ("rr", AlertKind.INTERVIEW), ("ryr", AlertKind.INTERVIEW), ("rgr", AlertKind.URGE),
        ("rrg", None),
    ])
    def test_climbs_with_the_present_bad_spell(self, months: str, expected: AlertKind | None) -> None:
        letters = {"r": Lamp.RED, "y": Lamp.YELLOW, "g": Lamp.GREEN}
        assert lamps.rung([letters[m] for m in months]) == expected


class TestValidate:
    @pytest.mark.parametrize("wrong", [
        {"kind": "guess", "yellow": "1", "red": "0.5"}, {"kind": "ratio", "yellow": "1"},
        {"kind": "ratio", "yellow": "0.5", "red": "0.8"}, {"kind": "points", "yellow": "30", "red": "10"},
        {"kind": "ratio", "yellow": "many", "red": "0.5"}, {"kind": "ratio", "yellow": 0.8, "red": "0.5"},
        {"kind": "ratio", "yellow": "0.8", "red": "0.5", "colour": "3"},
        {"kind": "ratio", "yellow": "0.8", "red": "0.5", "report_green_days": 90},
        {"kind": "ratio", "yellow": "0.8", "red": "0.5", "bond_months": "2.5"},
    ])
    def test_refuses_bad_parameters_by_name(self, wrong: dict[str, object]) -> None:
        with pytest.raises(presets.CannotUseRules) as refused:
            presets.validate(wrong)
        assert refused.value.faults
