"""The gates: what is missing, who may say so, what becomes of a claim. Rules first, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.kernel.steps import CannotMove
from citywright.projects import samples
from citywright.projects.actions import gates, milestones
from citywright.projects.models import Evidence, GatePassage, Project
from citywright.projects.queries import ledger, way
from citywright.projects.rules import gates as rules
from citywright.projects.rules.gates import Shown, Standing, WayFacts
from citywright.projects.rules.milestones import CATEGORIES, LEASED_GATES
from citywright.projects.samples import AT
from citywright.projects.words import EvidenceKind, FundingType, Gate, PassageResult, Stage

TODAY = date(2024, 3, 20)
DAY = date(2024, 3, 1)
K = EvidenceKind


def facts(**changes: object) -> WayFacts:
    """An industrial project of an enterprise before its first gate."""
    start = WayFacts(gates=frozenset(Gate), funding=FundingType.ENTERPRISE, total=Decimal(20_000), today=TODAY)
    return replace(start, **changes)  # type: ignore[arg-type]


def stand(*passed: Gate, on: date = date(2023, 1, 1), claimed: tuple[Gate, ...] = ()) -> dict[Gate, Standing]:
    """These gates accepted, those only claimed."""
    return {g: Standing(on, True) for g in passed} | {g: Standing(on, False) for g in claimed}


def shown(gate: Gate, funding: FundingType = FundingType.ENTERPRISE, on: date = DAY) -> tuple[Shown, ...]:
    """All the evidence of a gate, dated on a day, taken at the origin of the map."""
    return tuple(Shown(group[0], on, on, (116.99, 36.98)) for group in rules.evidence_of(gate, funding))


def texts(missing: list[object]) -> str:
    return "；".join(str(said) for said in missing)


class TestMissingToEnter:
    def test_names_every_piece_of_evidence_at_once(self) -> None:
        said = texts(rules.missing_to_enter(Gate.G1, facts()))
        assert said == "缺材料：投资主体证明；缺材料：意向书；缺材料：线索研判意见"

    def test_government_money_is_proved_otherwise(self) -> None:
        said = texts(rules.missing_to_enter(Gate.G2, facts(funding=FundingType.GOVERNMENT, standing=stand(Gate.G1))))
        assert said == "缺材料：可研批复；缺材料：项目代码"

    def test_social_capital_is_proved_like_enterprise_money(self) -> None:
        assert rules.evidence_of(Gate.G2, FundingType.PPP) == rules.evidence_of(Gate.G2, FundingType.ENTERPRISE)

    def test_any_one_of_the_alternatives_will_do(self) -> None:
        land = facts(funding=FundingType.GOVERNMENT, standing=stand(Gate.G1, Gate.G2))
        assert "划拨决定书（或出让合同、成交确认书或租赁合同）" in texts(rules.missing_to_enter(Gate.G3, land))
        for kind in (K.ALLOCATION, K.LAND_CONTRACT):
            assert rules.missing_to_enter(Gate.G3, replace(land, evidence=(Shown(K.SITE_OPINION), Shown(kind)))) == []

    def test_a_framework_agreement_does_not_pass_signing(self) -> None:
        only = facts(standing=stand(Gate.G1), evidence=(Shown(K.FILING), Shown(K.FRAMEWORK)))
        assert "框架协议不算签约，须有正式协议" in texts(rules.missing_to_enter(Gate.G2, only))
        formal = replace(only, evidence=(*only.evidence, Shown(K.AGREEMENT)))
        assert rules.missing_to_enter(Gate.G2, formal) == []

    def test_what_an_earlier_gate_showed_is_not_asked_for_again(self) -> None:
        rest = tuple(s for s in shown(Gate.G4) if s.kind is not K.PERMIT)
        standing = stand(Gate.G1, Gate.G2, Gate.G3, Gate.G4P)
        asked = facts(standing=standing, evidence=rest, event_on=DAY)
        assert texts(rules.missing_to_enter(Gate.G4, asked)) == "缺材料：施工许可证或豁免依据"
        assert rules.missing_to_enter(Gate.G4, replace(asked, evidence=(Shown(K.PERMIT), *rest))) == []

    def test_a_claim_may_run_ahead_of_the_verifier_but_verifying_may_not(self) -> None:
        ahead = facts(standing=stand(claimed=(Gate.G1,)), evidence=shown(Gate.G2), event_on=DAY)
        assert rules.missing_to_enter(Gate.G2, ahead) == []
        assert texts(rules.missing_to_enter(Gate.G2, ahead, verifying=True)) == "前一关口“入储备库”尚待核验"

    def test_a_gate_the_category_lacks_is_stepped_over(self) -> None:
        leased = frozenset(LEASED_GATES)
        assert rules.needed_before(Gate.G6, leased) == (Gate.G3,)
        assert texts(rules.missing_to_enter(Gate.G4, facts(gates=leased))) == "本类项目没有“实质开工”这一关口"

    def test_optional_gates_never_block(self) -> None:
        for gate in Gate:
            assert not set(rules.needed_before(gate, frozenset(Gate))) & rules.OPTIONAL

    def test_statistics_take_no_project_below_five_hundred_wan(self) -> None:
        standing = stand(Gate.G1, Gate.G2, Gate.G3, Gate.G4P, Gate.G4)
        small = facts(standing=standing, total=Decimal("499.99"), evidence=shown(Gate.G4S))
        assert "总投资不足 500 万元" in texts(rules.missing_to_enter(Gate.G4S, small))
        assert rules.missing_to_enter(Gate.G4S, replace(small, total=Decimal(500))) == []

    def test_a_suspended_project_waits(self) -> None:
        assert "项目当前已暂停，须先恢复" in texts(rules.missing_to_enter(Gate.G1, facts(exit="暂停")))


class TestDays:
    def test_the_day_lies_neither_ahead_nor_before_the_gate_before(self) -> None:
        late = facts(standing=stand(Gate.G1, on=DAY), evidence=shown(Gate.G2), event_on=date(2024, 3, 21))
        assert texts(rules.missing_to_enter(Gate.G2, late)) == "发生日期 2024-03-21 在今天之后"
        early = replace(late, event_on=date(2024, 2, 29))
        assert texts(rules.missing_to_enter(Gate.G2, early)) == "发生日期早于“入储备库”的日期 2024-03-01"

    def test_landing_is_the_latest_of_agreement_entity_and_land(self) -> None:
        evidence = (Shown(K.BUSINESS_LICENCE, date(2024, 1, 10)), Shown(K.LAND_CONTRACT, date(2024, 2, 20)),
                    Shown(K.FIRST_FUNDS, date(2024, 3, 5)))
        landing = facts(standing=stand(Gate.G1, Gate.G2, on=date(2023, 12, 1)), evidence=evidence)
        for wrong in (date(2024, 1, 10), date(2024, 2, 19), date(2024, 3, 1)):
            said = texts(rules.missing_to_enter(Gate.G3, replace(landing, event_on=wrong)))
            assert "三者中最晚的一天：2024-02-20" in said
        assert rules.missing_to_enter(Gate.G3, replace(landing, event_on=date(2024, 2, 20))) == []

    def test_an_agreement_later_than_the_land_decides(self) -> None:
        evidence = (Shown(K.BUSINESS_LICENCE, date(2023, 1, 10)), Shown(K.LAND_CONTRACT, date(2023, 2, 20)),
                    Shown(K.FIRST_FUNDS))
        landing = facts(standing=stand(Gate.G1, Gate.G2, on=DAY), evidence=evidence, event_on=DAY)
        assert rules.missing_to_enter(Gate.G3, landing) == []

    def test_effect_needs_twelve_months_of_operation(self) -> None:
        standing = stand(Gate.G1, Gate.G2, Gate.G3, Gate.G4P, Gate.G4, Gate.G5, Gate.G6, on=date(2023, 3, 20))
        asked = facts(standing=standing, evidence=shown(Gate.G7), event_on=date(2024, 3, 18))
        assert "未满 12 个月" in texts(rules.missing_to_enter(Gate.G7, asked))
        assert rules.missing_to_enter(Gate.G7, replace(asked, event_on=date(2024, 3, 19))) == []


class TestSitePhoto:
    @staticmethod
    def start(photo: Shown, site: tuple[float, float] | None = (116.99, 36.98)) -> str:
        rest = tuple(s for s in shown(Gate.G4) if s.kind is not K.SITE_PHOTO)
        asked = facts(standing=stand(Gate.G1, Gate.G2, Gate.G3, Gate.G4P), evidence=(*rest, photo), event_on=DAY,
                      site=site)
        return texts(rules.missing_to_enter(Gate.G4, asked))

    def test_one_at_the_site_on_the_day_is_good(self) -> None:
        assert self.start(Shown(K.SITE_PHOTO, None, DAY, (116.99, 36.98))) == ""

    def test_one_without_place_or_time_is_not(self) -> None:
        assert self.start(Shown(K.SITE_PHOTO, None, DAY)) == "现场照片须带拍摄时间和地点"
        assert self.start(Shown(K.SITE_PHOTO, None, None, (116.99, 36.98))) == "现场照片须带拍摄时间和地点"

    def test_one_from_elsewhere_is_refused_with_the_distance(self) -> None:
        assert self.start(Shown(K.SITE_PHOTO, None, DAY, (116.99, 36.99))) == "现场照片距项目 1112 米，超过 500 米"

    def test_one_from_before_the_start_is_refused(self) -> None:
        assert "早于开工日期" in self.start(Shown(K.SITE_PHOTO, None, date(2024, 2, 1), (116.99, 36.98)))

    def test_the_place_is_not_judged_when_the_project_has_no_point(self) -> None:
        assert self.start(Shown(K.SITE_PHOTO, None, DAY, (100.0, 30.0)), site=None) == ""


class TestStages:
    def test_a_gate_counts_only_with_its_predecessors(self) -> None:
        gap = stand(Gate.G1, Gate.G3)
        assert rules.verified_stage(gap, frozenset(Gate)) is Stage.RESERVE

    def test_the_claimed_stage_runs_ahead(self) -> None:
        standing = stand(Gate.G1, claimed=(Gate.G2,))
        assert rules.verified_stage(standing, frozenset(Gate)) is Stage.RESERVE
        assert rules.claimed_stage(standing, frozenset(Gate)) is Stage.COMMITTED

    def test_every_stage_has_a_link_and_a_status_of_the_standard(self) -> None:
        assert set(rules.LINK_OF) == set(rules.OC4IDS_STATUS) == set(Stage)
        assert set(rules.OC4IDS_STATUS.values()) <= {"identification", "preparation", "implementation", "completion",
                                                     "maintenance"}

    def test_every_gate_stands_in_every_table(self) -> None:
        for table in (rules.RANK, rules.NEEDED_BEFORE, rules.GOVERNMENT_EVIDENCE, rules.ENTERPRISE_EVIDENCE,
                      rules.CLAIMED_BY, rules.VERIFIED_BY):
            assert set(table) == set(Gate)

    def test_the_rank_rises_along_the_way_in_every_category(self) -> None:
        for *_, own in CATEGORIES:
            for gate in own:
                assert all(rules.RANK[b] < rules.RANK[gate] for b in rules.needed_before(gate, own))

    def test_the_next_gate_leaves_out_the_optional_and_the_small(self) -> None:
        standing = stand(Gate.G1, Gate.G2, Gate.G3, Gate.G4P, Gate.G4)
        assert rules.next_gate(facts(standing=standing)) is Gate.G4S
        assert rules.next_gate(facts(standing=standing, total=Decimal(100))) is Gate.G5
        assert rules.next_gate(facts(standing=stand(*Gate))) is None
        assert rules.open_gates(facts(standing=standing)) == (Gate.G1A, Gate.G1B, Gate.G1C, Gate.G4C, Gate.G4S, Gate.G5)


@pytest.mark.django_db
class TestClaim:
    def test_is_kept_with_its_evidence_and_one_line_in_the_journal(self) -> None:
        row = samples.project()
        before = JournalEntry.objects.count()
        passage = samples.claimed(row, Gate.G1, DAY)
        assert (passage.result, passage.sequence, passage.in_force) == (PassageResult.PENDING, 1, True)
        assert passage.evidence.count() == 3
        assert JournalEntry.objects.count() == before + 1
        assert JournalEntry.objects.latest("number").verb == "gate.claimed"

    def test_is_refused_with_all_that_is_missing_and_nothing_is_kept(self) -> None:
        row = samples.project()
        with pytest.raises(gates.CannotClaim) as refused:
            gates.claim(project=row, gate=Gate.G2, event_on=DAY, evidence=[], by=samples.clerk(), unit=row.lead_unit,
                        at=AT)
        assert [str(fault.said) for fault in refused.value.faults] == [
            "前一关口“入储备库”尚未申报", "缺材料：备案证明", "缺材料：正式协议"]
        assert not GatePassage.objects.exists()

    def test_is_refused_for_another_units_project(self) -> None:
        row = samples.project()
        other = samples.unit("水务局")
        with pytest.raises(CannotReach):
            gates.claim(project=row, gate=Gate.G1, event_on=DAY, evidence=samples.given(Gate.G1, row, DAY),
                        by=samples.clerk(other), unit=other, at=AT)

    def test_is_refused_in_the_name_of_a_unit_one_does_not_belong_to(self) -> None:
        row = samples.project()
        with pytest.raises(CannotReach):
            gates.claim(project=row, gate=Gate.G1, event_on=DAY, evidence=samples.given(Gate.G1, row, DAY),
                        by=samples.office(), unit=row.lead_unit, at=AT)

    def test_is_refused_twice(self) -> None:
        row = samples.project()
        samples.claimed(row, Gate.G1, DAY)
        with pytest.raises(gates.CannotClaim, match="已经申报"):
            samples.claimed(row, Gate.G1, DAY)

    def test_evidence_that_shows_nothing_is_refused(self) -> None:
        row = samples.project()
        empty = [gates.Given(kind) for kind in (K.INVESTOR, K.INTENTION_LETTER, K.LEAD_JUDGED)]
        with pytest.raises(gates.CannotClaim, match="佐证材料须有附件、文号或说明"):
            gates.claim(project=row, gate=Gate.G1, event_on=DAY, evidence=empty, by=samples.clerk(),
                        unit=row.lead_unit, at=AT)

    def test_only_the_office_claims_the_effect(self) -> None:
        row = samples.project(stage=Stage.PRODUCING)
        with pytest.raises(CannotReach):
            gates.claim(project=row, gate=Gate.G7, event_on=DAY, evidence=[], by=samples.clerk(), unit=row.lead_unit,
                        at=AT)

    def test_the_known_project_code_need_not_be_shown(self) -> None:
        row = samples.project(funding=FundingType.GOVERNMENT, stage=Stage.RESERVE)
        Project.objects.filter(pk=row.pk).update(national_code="2401-370112-04-01-123456")
        row.refresh_from_db()
        assert [str(said) for said in way.missing_next(row, today=TODAY)[1]] == ["缺材料：可研批复"]

    def test_a_photo_is_kept_with_its_distance(self) -> None:
        row = samples.project(stage=Stage.BUILDING)
        photo = Evidence.objects.get(passage__project=row, kind=K.SITE_PHOTO)
        assert photo.distance_to_site_m == pytest.approx(0)


@pytest.mark.django_db
class TestVerify:
    def test_moves_the_stage_and_meets_the_milestone(self) -> None:
        row = samples.project(stage=Stage.RESERVE)
        milestones.lay_out(project=row, by=samples.clerk(), at=AT)
        samples.passed(row, Gate.G2, DAY)
        assert way.gate_strip(row)[1].state == "v"
        node = row.milestones.get(gate=Gate.G2)
        assert (node.actual_on, node.status) == (DAY, "met")

    def test_is_refused_to_the_claimer_and_to_the_claimers_unit(self) -> None:
        row = samples.project()
        passage = samples.claimed(row, Gate.G1, DAY)
        own = samples.verifier(samples.unit())
        with pytest.raises(gates.CannotVerify, match="核验人须来自另一单位"):
            gates.verify(passage=passage, by=own, unit=samples.unit(), at=AT)
        claimer = samples.clerk()
        other = samples.unit("发改局")
        claimer.memberships.create(role="verifier", organisation=other, area=row.area, valid_from=date(2020, 1, 1))
        with pytest.raises(gates.CannotVerify, match="申报人不能核验自己申报的关口"):
            gates.verify(passage=passage, by=samples.clerk(), unit=other, at=AT)

    def test_is_refused_to_those_who_do_not_verify(self) -> None:
        passage = samples.claimed(samples.project(), Gate.G1, DAY)
        with pytest.raises(CannotMove):
            gates.verify(passage=passage, by=samples.office(), unit=samples.unit("项目办"), at=AT)
        with pytest.raises(CannotReach):
            gates.verify(passage=passage, by=samples.leader(), unit=samples.unit("区政府办"), at=AT)
        next_door = samples.unit("发改局", samples.district("990102", "邻区"))
        with pytest.raises(CannotReach):
            gates.verify(passage=passage, by=samples.verifier(next_door), unit=next_door, at=AT)

    def test_waits_for_the_gate_before(self) -> None:
        row = samples.project()
        samples.claimed(row, Gate.G1, DAY)
        second = samples.claimed(row, Gate.G2, DAY)
        with pytest.raises(gates.CannotVerify) as refused:
            gates.verify(passage=second, by=samples.verifier(), unit=samples.unit("发改局"), at=AT)
        assert "尚待核验" in str(refused.value.faults[0].said)

    def test_a_returned_claim_can_be_made_again_and_supersedes(self) -> None:
        row = samples.project()
        first = samples.claimed(row, Gate.G1, DAY)
        gates.give_back(passage=first, reason="意向书没有盖章", by=samples.verifier(), unit=samples.unit("发改局"),
                        at=AT)
        again = samples.passed(row, Gate.G1, DAY)
        first.refresh_from_db()
        assert (first.result, first.in_force, first.reason) == ("returned", False, "意向书没有盖章")
        assert (again.sequence, again.supersedes_id) == (2, first.pk)

    def test_giving_back_needs_a_reason(self) -> None:
        passage = samples.claimed(samples.project(), Gate.G1, DAY)
        with pytest.raises(gates.CannotRevoke, match="理由"):
            gates.give_back(passage=passage, reason=" ", by=samples.verifier(), unit=samples.unit("发改局"), at=AT)


@pytest.mark.django_db
class TestCorrect:
    def test_stands_beside_the_old_day_until_it_is_verified(self) -> None:
        row = samples.project(stage=Stage.RESERVE)
        samples.passed(row, Gate.G2, DAY)
        old = GatePassage.objects.get(project=row, gate=Gate.G2)
        new = gates.correct(passage=old, event_on=date(2024, 2, 20), reason="批复日期抄错", by=samples.clerk(),
                            unit=row.lead_unit, at=AT)
        assert (way.gate_strip(row)[1].event_on, new.in_force) == (DAY, False)
        assert list(way.waiting_for_me(samples.verifier())) == [new]
        gates.verify(passage=new, by=samples.verifier(), unit=samples.unit("发改局"), at=AT)
        old.refresh_from_db()
        assert way.gate_strip(row)[1].event_on == date(2024, 2, 20)
        assert (old.in_force, old.event_on, old.result) == (False, DAY, "accepted")

    def test_takes_the_old_evidence_over(self) -> None:
        row = samples.project(stage=Stage.RESERVE)
        old = samples.passed(row, Gate.G2, DAY)
        new = gates.correct(passage=old, event_on=date(2024, 2, 20), reason="抄错", by=samples.clerk(),
                            unit=row.lead_unit, at=AT, evidence=[gates.Given(K.FILING, doc_no="新〔2024〕1号")])
        shown_now = set(new.evidence.values_list("kind", "doc_no"))
        assert shown_now == {("filing", "新〔2024〕1号"), ("agreement", "示例〔2024〕2号")}

    def test_a_returned_correction_leaves_the_old_one_and_later_gates_alone(self) -> None:
        row = samples.project(stage=Stage.COMMITTED)
        old = GatePassage.objects.get(project=row, gate=Gate.G1)
        new = gates.correct(passage=old, event_on=date(2021, 10, 1), reason="抄错", by=samples.clerk(),
                            unit=row.lead_unit, at=AT)
        gates.give_back(passage=new, reason="没有抄错", by=samples.verifier(), unit=samples.unit("发改局"), at=AT)
        assert rules.verified_stage(way.facts_of(row, today=TODAY).standing, frozenset(Gate)) is Stage.COMMITTED

    def test_never_moves_a_gate_behind_the_one_after_it(self) -> None:
        row = samples.project(stage=Stage.COMMITTED)
        old = GatePassage.objects.get(project=row, gate=Gate.G1)
        with pytest.raises(gates.CannotClaim) as refused:
            gates.correct(passage=old, event_on=DAY, reason="抄错", by=samples.clerk(), unit=row.lead_unit, at=AT)
        assert "晚于“立项签约”的日期" in str(refused.value.faults[0].said)


@pytest.mark.django_db
class TestRevoke:
    def test_is_refused_while_a_later_gate_stands(self) -> None:
        row = samples.project(stage=Stage.COMMITTED)
        first = GatePassage.objects.get(project=row, gate=Gate.G1)
        with pytest.raises(gates.CannotRevoke, match="后面的“立项签约”"):
            gates.revoke(passage=first, reason="误报", by=samples.office(), unit=samples.unit("项目办"), at=AT)

    def test_takes_the_stage_back_and_keeps_who_verified(self) -> None:
        row = samples.project(stage=Stage.COMMITTED)
        last = GatePassage.objects.get(project=row, gate=Gate.G2)
        gates.revoke(passage=last, reason="误报", by=samples.office(), unit=samples.unit("项目办"), at=AT)
        last.refresh_from_db()
        assert (last.result, last.in_force, last.verified_by) == ("revoked", False, samples.verifier())
        found = ledger.with_stage(ledger.visible_to(samples.office())).get(pk=row.pk)
        assert rules.stage_of(found.verified_rank) is Stage.RESERVE
