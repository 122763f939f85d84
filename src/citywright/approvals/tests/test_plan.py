"""The network: critical path, packages, windows; the sample catalogue and its published working days."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from citywright.approvals import imports, plan
from citywright.approvals.plan import CannotOrder, Job, Task
from citywright.approvals.queries import samples as queries
from citywright.approvals.rules import catalogue as rules


def task(code: str, days: int, *before: str, department: str = "D") -> Task:
    """One task of one department."""
    return Task(code, days, frozenset(before), (code,), (department,))


@st.composite
def networks(draw: st.DrawFn) -> list[Task]:
    """Tasks that wait only for earlier ones."""
    count = draw(st.integers(1, 12))
    found: list[Task] = []
    for n in range(count):
        earlier = st.sets(st.sampled_from([t.code for t in found]), max_size=3) if found else st.just(set())
        found.append(task(f"t{n}", draw(st.integers(0, 9)), *draw(earlier), department=draw(st.sampled_from("AB"))))
    return found


class TestSchedule:
    def test_a_task_starts_when_the_last_of_those_before_it_ends(self) -> None:
        bars = plan.schedule([task("a", 3), task("b", 5), task("c", 2, "a", "b")])
        assert (bars["c"].start, bars["c"].finish) == (5, 7)
        assert (bars["a"].slack, bars["b"].is_critical) == (2, True)

    def test_refuses_a_circle_and_names_it(self) -> None:
        with pytest.raises(CannotOrder) as refused:
            plan.schedule([task("a", 1, "b"), task("b", 1, "a"), task("c", 1)])
        assert refused.value.said.values["codes"] == ["a", "b"]

    @given(networks())
    def test_nothing_starts_before_what_it_waits_for_and_the_path_is_the_whole(self, tasks: list[Task]) -> None:
        bars, known = plan.schedule(tasks), {t.code: t for t in tasks}
        for one in tasks:
            assert all(bars[code].finish <= bars[one.code].start for code in one.before)
        assert sum(known[code].days for code in plan.critical_path(tasks)) == plan.length(tasks)
        assert all(bar.slack >= 0 for bar in bars.values())


class TestShareOut:
    @given(networks(), networks())
    def test_windows_are_never_overfull_and_nothing_starts_too_early(self, one: list[Task], two: list[Task]) -> None:
        jobs = [Job("x", tuple(one)), Job("y", tuple(two), weight=3, begins=2)]
        slots = plan.share_out(jobs, {"A": 1, "B": 2})
        assert len(slots) == len(one) + len(two)
        place = {(s.project, s.code): s for s in slots}
        for job in jobs:
            for t in job.tasks:
                mine = place[job.project, t.code]
                assert mine.start >= job.begins and mine.finish == mine.start + t.days
                assert all(place[job.project, code].finish <= mine.start for code in t.before)
        homes = {(job.project, t.code): t.departments[0] for job in jobs for t in job.tasks}
        for department, windows in (("A", 1), ("B", 2)):
            mine = [s for s in slots if homes[s.project, s.code] == department]
            assert all(sum(o.start <= s.start < o.finish for o in mine) <= windows for s in mine if s.finish > s.start)

    def test_without_full_windows_it_is_the_critical_path(self) -> None:
        tasks = plan.with_packages(queries.shipped(), [i.code for i in queries.shipped().items])
        assert max(slot.finish for slot in plan.share_out([Job("x", tuple(tasks))], {})) == 109


class TestLandStart:
    def test_pre_review_leaves_only_the_issuing_after_the_land_document(self) -> None:
        found = {row.name_en: row.land for row in queries.comparison(queries.shipped()) if row.land}
        industrial, hospital = found["industrial, social investment"], found["government hospital"]
        assert (industrial.now, industrial.then) == (19, 4)
        assert (hospital.now, hospital.then) == (29, 21)
        assert "FG201" in hospital.holds, "the preliminary design may not be reviewed before"
        assert (industrial.begins_before, hospital.begins_before) == (16, 22)
        assert all(0 <= land.then <= land.now for land in found.values())

    def test_a_project_without_land_has_none(self) -> None:
        assert plan.land_start(queries.shipped(), ["SP101"]) is None


class TestSampleCatalogue:
    def test_all_items_as_one_network(self) -> None:
        whole = queries.comparison(queries.shipped())[-1].days
        assert (whole.items, whole.statutory, whole.committed) == (115, 1736, 598)
        assert (whole.parallel, whole.packages) == (113, 109)

    def test_ninety_three_items_are_samples(self) -> None:
        assert sum(item.is_sample for item in queries.shipped().items) == 93

    def test_every_sample_project_is_decided_and_faster_in_parallel(self) -> None:
        for profile in queries.profiles():
            assert not rules.decide(queries.shipped(), profile.known).is_open, profile.name
        for row in queries.comparison(queries.shipped()):
            assert row.days.parallel < row.days.committed < row.days.statutory

    def test_is_the_catalogue_of_the_design(self, shared: Path) -> None:
        given = imports.read((shared / "approvals" / "catalogue.yaml").read_text(encoding="utf-8"))
        assert given.items == queries.shipped().items

    def test_the_form_asks_first_what_settles_most(self) -> None:
        asked = rules.still_asked(queries.shipped(), {})
        assert asked[0] == ("linear", 13)
        assert {name for name, _ in asked} <= {a.code for a in queries.shipped().attributes}


class TestFaults:
    def test_all_faults_are_named_at_once(self) -> None:
        whole = queries.shipped()
        first, second = whole.items[0], whole.items[1]
        broken = replace(whole, items=(
            replace(first, prerequisites=(second.code,), applies_when="floor_area == 'big'", working_days_committed=9),
            replace(second, needs=("没有的材料",), department="XX", applies_when="nobody and ("), *whole.items[2:]))
        found = {(fault.sheet, fault.said.text) for fault in rules.faults(broken)}
        assert {text for where, text in found if where == first.code} == {
            "承诺时限 %(committed)s 天超过法定时限 %(statutory)s 天", "属性“%(name)s”不能与“%(value)s”比较"}
        assert {text for where, text in found if where == second.code} == {
            "没有部门“%(code)s”", "材料“%(name)s”既没有事项产生，也不由申请人提供", "条件“%(text)s”写错了"}
        assert ("", "事项互为前置，成了环：%(codes)s") in found

    @pytest.mark.parametrize("text", ["", "- a", "items: 3", "items: [{code: A}]", "a: &a [*a]",
                                      "x: !!python/object:os.x {}"])
    def test_a_file_that_is_no_catalogue_is_refused(self, text: str) -> None:
        with pytest.raises(imports.CannotReadCatalogue):
            imports.read(text)


class TestCommand:
    def test_prints_the_table(self) -> None:
        out = StringIO()
        call_command("plan", "compare", stdout=out)
        assert "115\t1736\t598\t113\t109" in out.getvalue()

    def test_names_every_fault_of_a_file(self, tmp_path: Path) -> None:
        place = tmp_path / "mine.yaml"
        place.write_text("version: x\ndepartments: [{code: A}]\nstages: []\n", encoding="utf-8")
        with pytest.raises(CommandError, match="处不对"):
            call_command("plan", "compare", catalogue=place)
