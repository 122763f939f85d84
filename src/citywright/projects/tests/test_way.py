"""What is asked about the way: strip, waiting, history, people; packing, relations, milestones; the pages of gates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from citywright.kernel import attachments
from citywright.kernel.clock import CITY
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Attachment, JournalEntry
from citywright.projects import samples
from citywright.projects.actions import gates, milestones, projects
from citywright.projects.models import GatePassage, Milestone, Project
from citywright.projects.queries import history, ledger, way
from citywright.projects.rules import gates as rules
from citywright.projects.samples import AT
from citywright.projects.words import FundingType, Gate, RelationKind, ResponsibleRole, Stage

DAY = date(2024, 3, 1)
TODAY = date(2024, 3, 20)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def client(person: Any) -> Client:
    made = Client()
    made.force_login(person)
    return made


@pytest.mark.django_db
class TestAdopt:
    def test_gives_the_next_code_of_area_and_year_and_the_initials(self) -> None:
        one, two = samples.project("示例数据中心"), samples.project("二号厂房")
        assert (one.code, two.code, one.initials) == ("990101-2024-0001", "990101-2024-0002", "SLSJZX")

    def test_refuses_a_name_the_area_knows_and_says_what_to_do(self) -> None:
        samples.project("甲厂")
        with pytest.raises(projects.CannotAdopt, match=r"990101-2024-0001.*分期"):
            samples.project(" 甲厂 ")
        assert Project.objects.count() == 1

    @pytest.mark.parametrize("wrong", [{"national_code": "123"}, {"owner_uscc": "91370100MA3"}, {"colour": "red"},
                                       {"total_investment": Decimal(-1)}])
    def test_refuses_wrong_codes_fields_and_amounts(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(projects.CannotAdopt):
            samples.project(**wrong)
        assert not Project.objects.exists()

    def test_is_refused_to_those_who_only_read(self) -> None:
        samples.ground()
        for person in (samples.leader(), samples.city(), samples.stranger(), samples.clerk(samples.unit("水务局"))):
            with pytest.raises(CannotReach):
                projects.adopt(name="甲", category=samples.category(), area=samples.district(),
                               lead_unit=samples.unit(), funding_type=FundingType.GOVERNMENT, by=person, at=AT)

    def test_streets_share_the_codes_and_names_of_their_district(self) -> None:
        street = samples.district("990101001", "云溪街道")
        one = samples.project("甲", area=street, code="990101-2024-乙12")
        assert samples.project("乙", unit=one.lead_unit).code == "990101-2024-0001"
        assert samples.project("丙").code == "990101-2024-0002"
        with pytest.raises(projects.CannotAdopt, match="同名"):
            samples.project("甲")

    def test_a_code_in_use_is_refused(self) -> None:
        samples.project("甲", code="OLD-1")
        with pytest.raises(projects.CannotAdopt, match="已被使用"):
            samples.project("乙", code="OLD-1")


@pytest.mark.django_db
class TestAmend:
    def test_tells_old_and_new_and_is_silent_when_nothing_differs(self) -> None:
        row = samples.project("甲", total=100)
        changes = {"total_investment": Decimal(200), "name": "甲厂"}
        projects.amend(project=row, changes=changes, by=samples.clerk(), at=AT)
        line = JournalEntry.objects.latest("number")
        assert line.data["changes"] == {"total_investment": ["100", "200"], "name": ["甲", "甲厂"]}
        projects.amend(project=row, changes={"total_investment": Decimal(200)}, by=samples.clerk(), at=AT)
        assert JournalEntry.objects.latest("number") == line
        row.refresh_from_db()
        assert row.initials == "JC"

    def test_only_the_office_moves_it_to_another_unit(self) -> None:
        row = samples.project()
        with pytest.raises(CannotReach):
            projects.amend(project=row, changes={"lead_unit": samples.unit("水务局")}, by=samples.clerk(), at=AT)
        projects.amend(project=row, changes={"lead_unit": samples.unit("水务局")}, by=samples.office(), at=AT)
        assert not ledger.visible_to(samples.clerk()).exists()


@pytest.mark.django_db
class TestRelate:
    def test_phases_are_related_once_and_one_way(self) -> None:
        one, two = samples.project("一期"), samples.project("二期")
        projects.relate(kind=RelationKind.PHASE_OF, source=two, target=one, by=samples.clerk(), at=AT)
        for source, target in ((two, one), (one, two), (one, one)):
            with pytest.raises(projects.CannotRelate):
                projects.relate(kind=RelationKind.PHASE_OF, source=source, target=target, by=samples.clerk(), at=AT)


@pytest.mark.django_db
class TestPeople:
    def test_whoever_answered_before_stands_until_the_day_of_the_next(self) -> None:
        row = samples.project()
        for name, on in (("钱一", date(2023, 1, 1)), ("钱二", date(2024, 1, 1))):
            projects.entrust(project=row, role=ResponsibleRole.LEADER, name=name, from_on=on, by=samples.clerk(),
                             at=AT)
        assert [p.name for p in way.people_of(row, date(2023, 6, 1))] == ["钱一"]
        assert [p.name for p in way.people_of(row, date(2024, 1, 1))] == ["钱二"]


@pytest.mark.django_db
class TestStrip:
    def test_shows_verified_claimed_planned_and_owed(self) -> None:
        row = samples.project(stage=Stage.RESERVE, plan_year=10, plan={"planned_finish": date(2025, 12, 31)})
        passage = gates.claim(project=row, gate=Gate.G2, event_on=DAY, evidence=[], by=samples.clerk(),
                              unit=row.lead_unit, at=AT, waiver_basis="会议纪要")
        marks = {mark.gate: mark for mark in way.gate_strip(row)}
        assert (marks[Gate.G1].state, marks[Gate.G2].state, marks[Gate.G3].state) == ("v", "c", "n")
        assert marks[Gate.G5].planned_on == date(2025, 12, 31)
        assert Gate.G1A not in marks
        gates.waive(passage=passage, basis="会议纪要", due_on=date(2024, 6, 1), by=samples.verifier(),
                    unit=samples.unit("发改局"), at=AT)
        assert {m.gate: m.waiver_due_on for m in way.gate_strip(row)}[Gate.G2] == date(2024, 6, 1)

    def test_small_projects_have_no_statistics_gate_and_leased_ones_no_works(self) -> None:
        small, leased = samples.project("小", total=499), samples.project("租", category="services")
        assert Gate.G4S not in {mark.gate for mark in way.gate_strip(small)}
        assert [mark.code for mark in way.gate_strip(leased)] == ["G1", "G2", "G3", "G6", "G7"]

    def test_costs_three_queries(self, django_assert_num_queries: Any) -> None:
        row = samples.project(stage=Stage.BUILDING)
        assert row.category.gates
        with django_assert_num_queries(3):
            way.gate_strip(row)


@pytest.mark.django_db
class TestWaiting:
    def test_a_verifier_gets_the_claims_of_others_in_the_area(self) -> None:
        row = samples.project()
        passage = samples.claimed(row, Gate.G1, DAY)
        next_door = samples.unit("发改局", samples.district("990102", "邻区"))
        assert list(way.waiting_for_me(samples.verifier())) == [passage]
        for person in (samples.verifier(samples.unit()), samples.verifier(next_door), samples.office(),
                       samples.stranger(), samples.clerk()):
            assert not way.waiting_for_me(person).exists()


@pytest.mark.django_db
class TestStage:
    @pytest.mark.parametrize("stage", list(Stage))
    def test_projects_are_found_by_their_stage(self, stage: Stage) -> None:
        row = samples.project(stage=stage)
        for asked in Stage:
            found = way.at_stage(ledger.with_stage(Project.objects.all()), asked)
            assert list(found) == ([row] if asked is stage else [])


@pytest.mark.django_db
class TestMilestones:
    def test_are_laid_out_once_with_the_days_of_the_gates_passed(self) -> None:
        row = samples.project(stage=Stage.COMMITTED)
        made = milestones.lay_out(project=row, by=samples.clerk(), at=AT)
        assert len(made) == 22
        signed = row.passages.get(gate=Gate.G2)
        assert (made[0].gate, made[0].status, made[0].actual_on) == (Gate.G2, "met", signed.event_on)
        with pytest.raises(milestones.CannotSetMilestone):
            milestones.lay_out(project=row, by=samples.clerk(), at=AT)

    def test_the_day_of_a_gate_follows_its_verified_passage_only(self) -> None:
        row = samples.project()
        milestones.lay_out(project=row, by=samples.clerk(), at=AT)
        node = row.milestones.get(gate=Gate.G2)
        with pytest.raises(milestones.CannotSetMilestone, match="以核验为准"):
            milestones.set_days(milestone=node, changes={"actual_on": DAY}, by=samples.clerk(), at=AT)

    def test_a_baseline_stands_and_a_forecast_moves(self) -> None:
        row = samples.project()
        milestones.lay_out(project=row, by=samples.clerk(), at=AT)
        node = row.milestones.get(name="公司注册")
        milestones.set_days(milestone=node, changes={"baseline_on": DAY}, by=samples.clerk(), at=AT)
        with pytest.raises(milestones.CannotSetMilestone, match="预计日期"):
            milestones.set_days(milestone=node, changes={"baseline_on": TODAY}, by=samples.clerk(), at=AT)
        days = {"forecast_on": TODAY, "actual_on": DAY}
        done = milestones.set_days(milestone=node, changes=days, by=samples.clerk(), at=AT)
        assert (done.status, done.forecast_on) == ("met", TODAY)
        with pytest.raises(milestones.CannotSetMilestone, match="今天之后"):
            milestones.set_days(milestone=node, changes={"actual_on": date(2024, 3, 21)}, by=samples.clerk(), at=AT)

    def test_revoking_the_gate_takes_its_day_away(self) -> None:
        row = samples.project(stage=Stage.COMMITTED)
        milestones.lay_out(project=row, by=samples.clerk(), at=AT)
        gates.revoke(passage=row.passages.get(gate=Gate.G2), reason="误报", by=samples.office(),
                     unit=samples.unit("项目办"), at=AT)
        node = Milestone.objects.get(project=row, gate=Gate.G2)
        assert (node.actual_on, node.status) == (None, "scheduled")


@pytest.mark.django_db
class TestHistory:
    def test_tells_what_happened_the_latest_first(self) -> None:
        row = samples.project(stage=Stage.RESERVE)
        told = [(str(line.said), line.who) for line in history.history_of(row)]
        assert told == [("核验“入储备库”，发生于 2021-10-11", "赵核验"),
                        ("申报“入储备库”，发生于 2021-10-11", "张填报"), ("入库", "张填报")]

    def test_a_verb_without_a_sentence_says_that_something_changed(self) -> None:
        entry = JournalEntry(number=1, at=AT, verb="project.painted", data={})
        assert str(history.line_of(entry).said) == "有一次改动"

    def test_every_verb_written_about_a_project_has_its_sentence(self) -> None:
        row = samples.project(stage=Stage.EFFECTIVE, plan_year=10)
        milestones.lay_out(project=row, by=samples.clerk(), at=AT)
        assert "有一次改动" not in {str(line.said) for line in history.history_of(row, 100)}


@pytest.mark.django_db
class TestEvidenceFiles:
    def test_the_verifier_may_read_them_and_a_neighbour_may_not(self) -> None:
        row = samples.project()
        kept = attachments.keep(name="意向书.pdf", stream=SimpleUploadedFile("a.pdf", PDF), by=samples.office(),
                                organisation=samples.unit("项目办"), at=AT)
        given = [gates.Given(g.kind, attachment=kept, issued_on=DAY) for g in samples.given(Gate.G1, row, DAY)]
        gates.claim(project=row, gate=Gate.G1, event_on=DAY, evidence=given, by=samples.clerk(), unit=row.lead_unit,
                    at=AT)
        assert attachments.readable_by(samples.verifier(), kept)
        assert attachments.readable_by(samples.clerk(), kept)
        assert not attachments.readable_by(samples.clerk(samples.unit("水务局")), kept)
        assert not attachments.readable_by(samples.stranger(), kept)


def typed(gate: Gate, row: Project, **changes: Any) -> dict[str, Any]:
    """What a clerk types into the page of a gate."""
    data: dict[str, Any] = {"event_on": "2024-03-01", "unit": str(row.lead_unit_id)}
    for number, given in enumerate(samples.given(gate, row, DAY), 1):
        data |= {f"e{number}-kind": given.kind.value, f"e{number}-doc_no": given.doc_no}
    return data | changes


@pytest.mark.django_db
class TestGatePages:
    def test_the_page_says_what_is_missing_before_anything_is_typed(self) -> None:
        row = samples.project()
        page = client(samples.clerk()).get(reverse("projects:gate_claim", args=[row.code, "g2"])).content.decode()
        for said in ("前一关口“入储备库”尚未申报", "缺材料：备案证明", "缺材料：正式协议"):
            assert said in page

    def test_a_whole_claim_is_kept_with_its_file(self) -> None:
        row = samples.project()
        data = typed(Gate.G1, row) | {"e1-doc_no": "", "e1-file": SimpleUploadedFile("执照.pdf", PDF)}
        answer = client(samples.clerk()).post(reverse("projects:gate_claim", args=[row.code, "g1"]), data)
        assert answer.status_code == 302
        assert GatePassage.objects.get().evidence.get(kind="investor").attachment.name == "执照.pdf"

    def test_a_refused_claim_names_what_is_missing_and_keeps_the_file_and_the_words(self) -> None:
        row = samples.project()
        page = reverse("projects:gate_claim", args=[row.code, "g1"])
        data = typed(Gate.G1, row) | {"e1-doc_no": "", "e3-doc_no": "",
                                      "e1-file": SimpleUploadedFile("执照.pdf", PDF)}
        clerk = client(samples.clerk())
        answer = clerk.post(page, data)
        shown = answer.content.decode()
        assert answer.status_code == 409
        assert "缺材料：线索研判意见" in shown
        assert "已收到附件：执照.pdf" in shown
        assert not GatePassage.objects.exists()
        kept = Attachment.objects.get()
        again = typed(Gate.G1, row) | {"e1-doc_no": "", "e1-kept": str(kept.pk)}
        assert clerk.post(page, again).status_code == 302
        assert GatePassage.objects.get().evidence.get(kind="investor").attachment == kept

    def test_nobody_takes_a_file_that_somebody_else_kept(self) -> None:
        row = samples.project()
        kept = attachments.keep(name="秘.pdf", stream=SimpleUploadedFile("a.pdf", PDF), by=samples.office(),
                                organisation=samples.unit("项目办"), at=AT)
        data = typed(Gate.G1, row) | {"e1-kept": str(kept.pk)}
        client(samples.clerk()).post(reverse("projects:gate_claim", args=[row.code, "g1"]), data)
        assert GatePassage.objects.get().evidence.get(kind="investor").attachment is None

    def test_the_verifier_accepts_and_the_clerk_sees_no_button(self) -> None:
        passage = samples.claimed(samples.project(), Gate.G1, DAY)
        page = reverse("projects:gate_verify", args=[passage.pk])
        assert 'value="verify"' not in client(samples.clerk()).get(page).content.decode()
        verifier = client(samples.verifier())
        assert 'value="verify"' in verifier.get(page).content.decode()
        answer = verifier.post(page, {"verb": "verify", "unit": str(samples.unit("发改局").pk)})
        assert answer.status_code == 302
        passage.refresh_from_db()
        assert passage.result == "accepted"

    def test_the_verifier_gives_back_with_a_reason_only(self) -> None:
        passage = samples.claimed(samples.project(), Gate.G1, DAY)
        page = reverse("projects:gate_verify", args=[passage.pk])
        verifier, unit = client(samples.verifier()), str(samples.unit("发改局").pk)
        assert verifier.post(page, {"verb": "return", "unit": unit, "return-reason": ""}).status_code == 422
        assert verifier.post(page, {"verb": "return", "unit": unit, "return-reason": "缺章"}).status_code == 302
        passage.refresh_from_db()
        assert (passage.result, passage.reason) == ("returned", "缺章")

    def test_a_waiver_is_asked_for_granted_supplied_and_met(self) -> None:
        row = samples.project()
        clerk, verifier = client(samples.clerk()), client(samples.verifier())
        unit = str(samples.unit("发改局").pk)
        clerk.post(reverse("projects:gate_claim", args=[row.code, "g1"]),
                   typed(Gate.G1, row) | {"e3-doc_no": "", "waiver_basis": "会议纪要"})
        passage = GatePassage.objects.get()
        page = reverse("projects:gate_verify", args=[passage.pk])
        assert 'value="verify"' not in verifier.get(page).content.decode()
        assert verifier.post(page, {"verb": "waive", "unit": unit, "waive-basis": "会议纪要",
                                    "waive-due_on": "2099-01-01"}).status_code == 302
        assert "线索研判意见" in verifier.get(reverse("projects:gate_waiting")).content.decode()
        clerk.post(reverse("projects:gate_supply", args=[passage.pk]),
                   {"e1-kind": "lead_judged", "e1-doc_no": "研判 3 号"})
        assert verifier.post(page, {"verb": "meet", "unit": unit}).status_code == 302
        assert not way.obligations(samples.verifier(), TODAY)

    def test_the_office_suspends_and_the_clerk_may_not(self) -> None:
        row = samples.project(stage=Stage.COMMITTED)
        page = reverse("projects:gate_exit", args=[row.code])
        assert client(samples.clerk()).get(page).status_code == 403
        data = {"verb": "suspend", "suspend-on": "2024-03-01", "suspend-reason": "用地调整"}
        assert client(samples.office()).post(page, data).status_code == 302
        row.refresh_from_db()
        assert row.exit == "suspended"

    def test_pages_show_nothing_to_strangers_and_neighbours(self) -> None:
        row = samples.project()
        passage = samples.claimed(row, Gate.G1, DAY)
        pages = [reverse("projects:gate_claim", args=[row.code, "g2"])]
        pages += [reverse(f"projects:gate_{name}", args=[row.code]) for name in ("evidence", "exit")]
        pages += [reverse(f"projects:gate_{name}", args=[passage.pk]) for name in ("verify", "supply", "correct")]
        for page in pages:
            assert Client().get(page).status_code == 302
            for person in (samples.stranger(), samples.clerk(samples.unit("水务局"))):
                assert client(person).get(page).status_code == 403, page

    def test_a_gate_that_does_not_exist_is_not_found(self) -> None:
        row = samples.project()
        assert client(samples.clerk()).get(reverse("projects:gate_claim", args=[row.code, "g9"])).status_code == 404

    def test_the_page_of_evidence_lists_every_claim(self) -> None:
        row = samples.project(stage=Stage.BUILDING)
        shown = client(samples.office()).get(reverse("projects:gate_evidence", args=[row.code])).content.decode()
        for said in ("施工合同", "示例〔2022〕1号", "发改局 赵核验核验"):
            assert said in shown

    def test_a_photo_taken_elsewhere_is_refused_on_the_page(self) -> None:
        row = samples.project(stage=Stage.LANDED)
        samples.passed(row, Gate.G4P, date(2024, 2, 1))
        data: dict[str, Any] = {"event_on": "2024-03-01", "unit": str(row.lead_unit_id)}
        for number, kind in enumerate(("contract", "commencement", "site_photo", "verifier_name"), 1):
            data |= {f"e{number}-kind": kind, f"e{number}-note": "示例"}
        data |= {"e3-taken_at": "2024-03-01T10:00", "e3-longitude": "117.5", "e3-latitude": "36.98"}
        answer = client(samples.clerk()).post(reverse("projects:gate_claim", args=[row.code, "g4"]), data)
        assert answer.status_code == 409
        assert "超过 500 米" in answer.content.decode()


class TestMoments:
    def test_the_day_of_a_photo_is_the_citys_day(self) -> None:
        taken = datetime(2024, 3, 1, 0, 30, tzinfo=CITY)
        assert gates.Given(rules.K.SITE_PHOTO, note="x", taken_at=taken).shown.taken_on == date(2024, 3, 1)
