"""Joint starts, papers owed, promises, seals, utilities, surveys, gates, cards: what is done and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from citywright.approvals import samples
from citywright.approvals.actions import handlings, joint, obligations, surveys
from citywright.approvals.actions.handlings import CannotHandle
from citywright.approvals.actions.surveys import CannotOrderSurvey
from citywright.approvals.models import Dossier, Handling, SurveyOrder
from citywright.approvals.queries import consultation, desk
from citywright.approvals.words import Card, ItemVerb
from citywright.followup.models import Alert
from citywright.kernel import clock
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import CalendarDay, JournalEntry, Person
from citywright.projects import samples as people
from citywright.projects.models import GatePassage
from citywright.projects.words import Gate, Stage

pytestmark = pytest.mark.django_db
AT = samples.AT
TODAY = clock.day_of(AT)
DUE = TODAY + timedelta(days=14)


def window(row: Handling) -> Person:
    assert row.unit is not None
    return samples.window(row.unit)


def got(dossier: Dossier, *codes: str) -> dict[str, Handling]:
    return {row.code: row for row in samples.received(dossier, *codes)}


def ended(dossier: Dossier, *codes: str, days: int = 0) -> None:
    """Items received one by one, accepted and passed."""
    for code in codes:
        samples.moved(samples.received(dossier, code)[0], ItemVerb.ACCEPT, ItemVerb.PASS, days=days)


class TestJoint:
    def test_members_of_one_submission_start_together_and_share_the_limit(self) -> None:
        rows = got(samples.dossier(), "ZJ304", "ZJ305", "ZJ309")
        made = joint.accept(handling=rows["ZJ304"], by=window(rows["ZJ309"]), at=AT)
        assert {row.code for row in made} == set(rows) and {row.limit for row in made} == {2}
        assert {row.accepted_on for row in Handling.objects.all()} == {TODAY}
        assert JournalEntry.objects.filter(verb="handling.joint_accepted").count() == 1

    def test_a_member_does_not_start_alone(self) -> None:
        rows = got(samples.dossier(), "ZJ304", "ZJ305")
        with pytest.raises(CannotHandle):
            handlings.move(handling=rows["ZJ304"], verb=ItemVerb.ACCEPT, by=window(rows["ZJ304"]), at=AT)

    def test_an_item_that_came_alone_keeps_its_own_limit(self) -> None:
        row = got(samples.dossier(), "ZJ304")["ZJ304"]
        assert row.limit == 1
        with pytest.raises(CannotHandle):
            joint.accept(handling=row, by=window(row), at=AT)

    def test_twice_is_refused(self) -> None:
        rows = got(samples.dossier(), "ZJ304", "ZJ305")
        joint.accept(handling=rows["ZJ304"], by=people.office(), at=AT)
        with pytest.raises(CannotHandle):
            joint.accept(handling=rows["ZJ305"], by=people.office(), at=AT)

    def test_a_department_outside_the_package_is_refused(self) -> None:
        rows = got(samples.dossier(), "ZJ304", "ZJ305")
        with pytest.raises(CannotReach):
            joint.accept(handling=rows["ZJ304"], by=people.clerk(people.unit("水务局")), at=AT)

    def test_a_batch_takes_the_fellows_along_and_stops_at_the_first_that_cannot(self) -> None:
        rows = got(samples.dossier(), "ZJ304", "ZJ305", "HB502")
        assert joint.accept_many(chosen=[rows["ZJ304"], rows["HB502"]], by=people.office(), at=AT) == 3
        with pytest.raises(CannotHandle):
            joint.accept_many(chosen=[rows["HB502"]], by=people.office(), at=AT)

    def test_without_a_unit_behind_it_only_the_office_acts(self) -> None:
        row = got(samples.dossier(), "HB502")["HB502"]
        Handling.objects.filter(pk=row.pk).update(unit=None)
        with pytest.raises(CannotReach):
            handlings.move(handling=row, verb=ItemVerb.ACCEPT, by=people.clerk(), at=AT)
        assert handlings.move(handling=row, verb=ItemVerb.ACCEPT, by=people.office(), at=AT).status == "03"


class TestPapersOwed:
    def owing(self) -> Handling:
        row = got(samples.dossier(), "SW504")["SW504"]
        return handlings.move(handling=row, verb=ItemVerb.ACCEPT, by=window(row), at=AT, lacking=["承诺书原件"],
                              lacking_due_on=DUE)

    def test_papers_follow_until_a_day(self) -> None:
        row = self.owing()
        assert (row.lacking, row.lacking_due_on) == (["承诺书原件"], DUE)
        with pytest.raises(CannotHandle):
            samples.moved(row, ItemVerb.PASS)
        row = obligations.meet(handling=row, by=window(row), at=AT)
        assert samples.moved(row, ItemVerb.PASS).status == "11"
        with pytest.raises(CannotHandle):
            obligations.meet(handling=row, by=window(row), at=AT)

    @pytest.mark.parametrize(("names", "due_on"), [
        ([], DUE), (["x"], None), (["x"], TODAY), (["x"], TODAY + timedelta(days=90)), (["  "], DUE)])
    def test_without_names_and_a_near_day_it_is_refused(self, names: list[str], due_on: date | None) -> None:
        row = got(samples.dossier(), "SW504")["SW504"]
        samples.moved(row, ItemVerb.ACCEPT)
        with pytest.raises(CannotHandle):
            samples.moved(row, ItemVerb.PASS_LACKING, lacking=names, lacking_due_on=due_on)

    def test_an_item_the_catalogue_does_not_name_is_refused(self) -> None:
        row = got(samples.dossier(), "HB502")["HB502"]
        with pytest.raises(CannotHandle):
            samples.moved(row, ItemVerb.ACCEPT, lacking=["x"], lacking_due_on=DUE)

    def test_what_did_not_come_is_withdrawn_in_the_night_once(self) -> None:
        row = samples.moved(self.owing(), ItemVerb.PASS_LACKING)
        area, night = people.district(), AT + timedelta(days=15)
        assert obligations.withdraw_unmet(area=area, on=DUE, by=None, at=night) == 0
        assert obligations.withdraw_unmet(area=area, on=clock.day_of(night), by=None, at=night) == 1
        assert obligations.withdraw_unmet(area=area, on=clock.day_of(night), by=None, at=night) == 0
        row.refresh_from_db()
        assert row.status == "14" and not row.produced.filter(withdrawn_at__isnull=True).exists()
        assert samples.received(row.dossier, "SW504")[0].pk != row.pk


class TestPromises:
    def test_a_promise_decides_at_once_and_is_checked_afterwards(self) -> None:
        row = got(samples.dossier(), "FG104")["FG104"]
        row = joint.commit(handling=row, result_no="示例备〔2024〕1号", by=window(row), at=AT)
        assert (row.status, row.by_commitment, row.events.count()) == ("11", True, 3)
        row = joint.check(handling=row, is_kept=True, by=window(row), at=AT + timedelta(days=9))
        assert row.checked_on is not None and row.status == "11"
        with pytest.raises(CannotHandle):
            joint.check(handling=row, is_kept=True, by=window(row), at=AT)

    def test_a_broken_promise_revokes_the_decision_and_its_papers(self) -> None:
        row = got(samples.dossier(), "FG104")["FG104"]
        row = joint.commit(handling=row, result_no="示例备〔2024〕1号", by=window(row), at=AT)
        with pytest.raises(CannotHandle):
            joint.check(handling=row, is_kept=False, by=window(row), at=AT)
        row = joint.check(handling=row, is_kept=False, by=window(row), at=AT, reason="承诺内容与实际不符")
        assert row.status == "15"
        assert row.produced.get().withdrawn_reason == "承诺内容与实际不符"

    @pytest.mark.parametrize(("code", "number"), [("ZG107", "1"), ("FG104", "  ")])
    def test_is_refused_without_the_catalogue_or_a_number(self, code: str, number: str) -> None:
        row = got(samples.dossier(), code)[code]
        with pytest.raises(CannotHandle):
            joint.commit(handling=row, result_no=number, by=window(row), at=AT)


class TestSeals:
    def test_before_the_land_a_pass_is_a_blue_opinion_until_it_is_exchanged(self) -> None:
        dossier = samples.dossier()
        row = samples.moved(got(dossier, "ZG202")["ZG202"], ItemVerb.ACCEPT, ItemVerb.PASS)
        assert row.is_preview
        with pytest.raises(CannotHandle):
            joint.exchange(handling=row, result_no="示例建字1", by=window(row), at=AT)
        utility = got(dossier, "SP501")["SP501"]
        with pytest.raises(CannotHandle):
            samples.moved(utility, ItemVerb.ACCEPT)
        ended(dossier, "ZG106")
        row = joint.exchange(handling=row, result_no="示例建字1", by=window(row), at=AT)
        assert row.exchanged_on == TODAY and row.produced.count() == 2
        assert samples.moved(utility, ItemVerb.ACCEPT).status == "03"
        with pytest.raises(CannotHandle):
            joint.exchange(handling=row, result_no="示例建字2", by=window(row), at=AT)

    def test_once_the_land_is_there_a_pass_is_final(self) -> None:
        dossier = samples.dossier()
        ended(dossier, "ZG106")
        assert not samples.moved(got(dossier, "ZG202")["ZG202"], ItemVerb.ACCEPT, ItemVerb.PASS).is_preview


class TestGates:
    def test_the_construction_permit_claims_its_gate_in_the_name_of_the_lead_unit(self) -> None:
        project = people.project("示例待许可", stage=Stage.LANDED)
        dossier = samples.dossier(project)
        ended(dossier, "ZG106", "ZJ309")
        found = GatePassage.objects.get(project=project, gate=Gate.G4P)
        assert (found.claimed_unit, found.result) == (project.lead_unit, "pending")
        assert found.evidence.get().doc_no == "示例〔2024〕ZJ309号"

    def test_papers_the_window_does_not_have_are_owed_with_the_claim(self) -> None:
        project = people.project("示例待落地", stage=Stage.COMMITTED)
        ended(samples.dossier(project), "ZG106")
        found = GatePassage.objects.get(project=project, gate=Gate.G3)
        assert set(found.waiver_missing) == {"business_licence", "first_funds"}

    def test_the_item_ends_though_the_way_is_not_ready(self) -> None:
        project = people.project("示例未立项", stage=Stage.IDEA)
        ended(samples.dossier(project), "ZG106")
        assert not GatePassage.objects.filter(project=project, gate=Gate.G3).exists()
        assert Handling.objects.get(code="ZG106").status == "11"

    def test_a_verified_gate_stays_as_it_is(self) -> None:
        project = people.project("示例已立项", stage=Stage.COMMITTED)
        ended(samples.dossier(project), "FG104")
        assert GatePassage.objects.get(project=project, gate=Gate.G2).evidence.filter(issuer="发改局").count() == 0

    def test_what_an_item_produced_is_there_for_the_next(self) -> None:
        dossier = samples.dossier()
        ended(dossier, "SP101", "FG104")
        assert dict(dossier.materials.values_list("name", "doc_no")) == {
            "项目代码": "示例〔2024〕SP101号", "立项文件": "示例〔2024〕FG104号"}


class TestSurveys:
    typed: dict[str, Any] = {"surveyor": "示例测绘院", "contract_no": "示例-1"}

    def order(self, dossier: Dossier, package: str = "PK-CB", **given: Any) -> SurveyOrder:
        return surveys.order(**{"dossier": dossier, "package": package, "by": people.clerk(), "at": AT, **self.typed,
                                **given})

    def test_one_contract_for_all_packages_and_each_once(self) -> None:
        dossier = samples.dossier()
        self.order(dossier)
        self.order(dossier, "PK-CC")
        for wrong in ({"package": "PK-CB"}, {"package": "PK-CA", "contract_no": "另一份"}, {"package": "PK-LX"},
                      {"package": "PK-CA", "datum": "北京54"}, {"package": "PK-CA", "surveyor": " "}):
            with pytest.raises(CannotOrderSurvey):
                self.order(dossier, **wrong)
        assert dossier.materials.get().name == "多测合一委托合同"

    def test_results_come_once(self) -> None:
        order = self.order(samples.dossier())
        surveys.deliver(order=order, results=None, by=people.clerk(), at=AT)
        with pytest.raises(CannotOrderSurvey):
            surveys.deliver(order=order, results=None, by=people.clerk(), at=AT)
        assert set(order.dossier.materials.values_list("name", flat=True)) >= {"放线报告", "验线报告"}

    def test_another_unit_orders_nothing(self) -> None:
        with pytest.raises(CannotReach):
            self.order(samples.dossier(), by=people.clerk(people.unit("水务局")))


class TestCards:
    def test_follow_the_days_left_and_stand_still_with_the_clock(self) -> None:
        row = samples.moved(got(samples.dossier(), "HB502")["HB502"], ItemVerb.ACCEPT)
        works = clock.city_calendar()
        assert row.due_on is not None
        before = row.due_on - timedelta(days=1)
        assert [desk.card_of(row, day, works) for day in (TODAY, before, row.due_on + timedelta(days=5))] == [
            Card.NONE, Card.YELLOW, Card.RED]
        row = samples.moved(row, ItemVerb.ASK_MORE, lines=["附图"])
        assert desk.card_of(row, row.due_on + timedelta(days=30), works) == Card.NONE  # type: ignore[operator]
        assert desk.due(row, TODAY + timedelta(days=30), works) > row.due_on  # type: ignore[operator]

    def test_each_late_item_has_one_alert_at_its_unit_until_it_ends(self) -> None:
        row = samples.moved(got(samples.dossier(), "HB502")["HB502"], ItemVerb.ACCEPT)
        area, on = people.district(), TODAY + timedelta(days=20)
        for _ in range(2):
            obligations.follow_cards(area=area, on=on, by=None, at=AT)
        alert = Alert.objects.get()
        assert (alert.kind, alert.unit, alert.url_key) == ("urge", row.unit, str(row.pk))
        samples.moved(row, ItemVerb.PASS, days=20)
        obligations.follow_cards(area=area, on=on, by=None, at=AT)
        alert.refresh_from_db()
        assert alert.step == "cleared"


class TestConsultation:
    def test_departments_that_decide_differently_are_a_dispute(self) -> None:
        rows = got(samples.dossier(), "ZG403", "ZJ403", "SW401")
        joint.accept(handling=rows["ZG403"], by=people.office(), at=AT)
        samples.moved(rows["ZJ403"], ItemVerb.NOT_PASS, reason="质量问题未整改")
        (matter,) = consultation.matters(people.office(), people.district(), TODAY)
        assert matter.is_dispute and matter.rows[0].code == "ZJ403" and "意见不一致" in str(matter.said)

    def test_asked_again_and_again_is_one_too(self) -> None:
        row = samples.moved(got(samples.dossier(), "HB502")["HB502"], ItemVerb.ACCEPT)
        for _ in range(2):
            samples.moved(row, ItemVerb.ASK_MORE, lines=["附图"])
            samples.moved(row, ItemVerb.GOT_MORE)
        (matter,) = consultation.matters(people.office(), people.district(), TODAY)
        assert "补正 2 次" in str(matter.said)

    def test_a_short_limit_says_nothing(self) -> None:
        rows = got(samples.dossier(), "SW504", "FG104")
        for row in rows.values():
            samples.moved(row, ItemVerb.ACCEPT)
        assert not consultation.matters(people.office(), people.district(), TODAY + timedelta(days=4))


class TestCalendarNotPublished:
    def test_a_due_day_in_an_unpublished_year_leaves_out_weekends_and_is_renewed_when_it_is_known(self) -> None:
        row = got(samples.dossier(), "HB502")["HB502"]
        late = AT.replace(year=2026, month=12, day=30)
        row = handlings.move(handling=row, verb=ItemVerb.ACCEPT, by=window(row), at=late)
        guessed = row.due_on
        assert guessed is not None and guessed.year == 2027
        days = [date(2027, 1, 1) + timedelta(days=n) for n in range(3)]
        CalendarDay.objects.bulk_create(CalendarDay(day=day, is_workday=False) for day in days)
        area = people.district()
        assert obligations.renew_due(area=area, on=clock.day_of(late), by=None, at=late) == 1
        assert obligations.renew_due(area=area, on=clock.day_of(late), by=None, at=late) == 0
        row.refresh_from_db()
        assert row.due_on is not None and row.due_on > guessed
