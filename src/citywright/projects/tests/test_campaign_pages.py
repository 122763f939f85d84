"""The pages of campaigns and peer reviews, walked as the office and as a voter who never signs in."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from citywright.kernel.models import JournalEntry
from citywright.projects import samples
from citywright.projects.actions import campaigns, observations
from citywright.projects.models import Ballot, Campaign, CampaignCheck, CheckMark, ObservationRound
from citywright.projects.queries import observations as rounds
from citywright.projects.words import CampaignKind, Stage, TargetMeasure

from .test_campaigns import campaign, definition, issued
from .test_observations import planned, vote

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture()
def client() -> Client:
    """The office, signed in."""
    made = Client()
    made.force_login(samples.office())
    return made


def filled(**given: Any) -> dict[str, Any]:
    """What the form of a campaign sends."""
    return {"name": "示例行动", "kind": "action", "office": samples.unit("项目办").pk, "from_on": "2024-01-01",
            "to_on": "2024-12-31"} | given


class TestCampaignPages:
    def test_office_makes_one_gives_it_a_target_and_closes_it(self, client: Client) -> None:
        key = definition("KEY-D").pk
        answer = client.post("/campaigns/new/?area=990101", filled(lists=[key]))
        one = Campaign.objects.get()
        assert answer.status_code == 302 and answer["Location"] == reverse("projects:campaign", args=[one.pk])
        answer = client.post(f"/campaigns/{one.pk}/targets/new/", {
            "name": "开工", "measure": "started", "qualifier": "ge", "target": "12", "definition": key})
        assert answer.status_code == 302 and one.targets.get().unit == "个"
        assert client.post(f"/campaigns/{one.pk}/", {"verb": "close"}).status_code == 302
        assert client.post(f"/campaigns/{one.pk}/", {"verb": "close"}).status_code == 409
        one.refresh_from_db()
        assert one.closed_on is not None

    @pytest.mark.parametrize("wrong", [
        {"name": ""}, {"name": "x" * 61}, {"name": "a\0b"}, {"from_on": "yesterday"}, {"kind": "war"},
        {"office": "999999"}, {"lists": ["x"]}, {"parent": str(uuid4())}, {"position": "-1"}])
    def test_hostile_forms_make_nothing(self, client: Client, wrong: dict[str, Any]) -> None:
        assert client.post("/campaigns/new/?area=990101", filled(**wrong)).status_code in (409, 422)
        assert not Campaign.objects.exists()

    def test_a_unit_of_another_area_cannot_lead(self, client: Client) -> None:
        foreign = samples.unit("项目办", samples.district("990102", "邻区"))
        assert client.post("/campaigns/new/?area=990101", filled(office=foreign.pk)).status_code == 422

    def test_markup_in_a_name_is_shown_as_text(self, client: Client) -> None:
        client.post("/campaigns/new/?area=990101", filled(name=HOSTILE))
        page = client.get("/campaigns/?month=2024-03").content.decode()
        assert HOSTILE not in page and "&lt;script&gt;" in page

    def test_every_figure_of_the_tree_opens_a_list_of_that_length(self, client: Client) -> None:
        some = [samples.project(stage=stage, plan_year=1_000) for stage in (Stage.LANDED, Stage.BUILDING)]
        one = campaign(lists=[issued("KEY-D", some)])
        page = client.get("/campaigns/?month=2024-03&area=990101")
        node = page.context["lines"][0][0]
        for part, count in (("", node.sums.count), ("started", node.sums.started), ("finished", node.sums.finished)):
            shown = client.get(f"/campaigns/{one.pk}/projects/?part={part}")
            assert shown.context["list"].count == count
        assert client.get(f"/campaigns/{one.pk}/projects/?part=x&list=%00&page=zz&sort=--").status_code == 200

    def test_pages_cost_few_queries(self, client: Client, django_assert_max_num_queries: Any) -> None:
        project = samples.project(stage=Stage.BUILDING, plan_year=1_000)
        year = campaign("示例年", CampaignKind.YEAR, lists=[issued("KEY-D", [project])])
        for number in range(5):
            made = campaign(f"行动{number}", parent=year, lists=[definition("KEY-D")])
            campaigns.set_target(campaign=made, name="开工", measure=TargetMeasure.STARTED, target=1, at=samples.AT,
                                 by=samples.office())
        client.get("/campaigns/?month=2024-03")
        for address in ("/campaigns/", f"/campaigns/{year.pk}/", f"/campaigns/{year.pk}/projects/"):
            with django_assert_max_num_queries(16):
                assert client.get(address).status_code == 200

    def test_typed_values_are_entered_and_corrected_on_their_page(self, client: Client) -> None:
        row = campaigns.set_target(campaign=campaign(), name="办成实事", measure=TargetMeasure.HAND, target=100,
                                   unit="件", by=samples.office(), at=samples.AT)
        address = f"/campaigns/{row.campaign_id}/targets/{row.pk}/"
        for value, status in (("10", 302), ("10", 409), ("12", 302), ("x", 422), ("-1", 422)):
            assert client.post(address, {"as_of": "2024-03-20", "value": value}).status_code == status
        page = client.get(address).content.decode()
        assert "<s class" in page and row.facts.count() == 2

    def test_checks_are_entered_and_marked(self, client: Client) -> None:
        project = samples.project(stage=Stage.BUILDING)
        one = campaign(lists=[issued("KEY-D", [project])])
        assert "没有检查项" in client.get(f"/campaigns/{one.pk}/checks/").content.decode()
        sent = {"landing-look-1": "示例检查", "service-deepen-3": "另一项"}
        assert client.post(f"/campaigns/{one.pk}/checks/edit/", sent).status_code == 302
        assert client.post(f"/campaigns/{one.pk}/checks/edit/", sent).status_code == 409
        line = CampaignCheck.objects.get(text="示例检查")
        address = f"/campaigns/{one.pk}/checks/{line.pk}/{project.code}/"
        told = {"done_on": "2024-03-20", "is_passed": "0", "note": HOSTILE}
        assert client.post(address, told).status_code == 302
        assert client.post(address, told).status_code == 409
        assert CheckMark.objects.get().is_passed is False
        assert HOSTILE not in client.get(f"/campaigns/{one.pk}/checks/?month=2024-03").content.decode()

    def test_a_target_or_check_of_another_campaign_is_out_of_reach(self, client: Client) -> None:
        one, other = campaign(), campaign("另一个")
        row = campaigns.set_target(campaign=other, name="x", measure=TargetMeasure.COUNT, target=1, at=samples.AT,
                                   by=samples.office())
        assert client.get(f"/campaigns/{one.pk}/targets/{row.pk}/").status_code == 403


class TestObservationPages:
    def test_office_plans_a_round_and_sets_its_route(self, client: Client) -> None:
        projects = [samples.project(f"示例{n}", stage=Stage.BUILDING, plan_year=1_000) for n in range(2)]
        sent = {"name": "示例观摩", "held_on": "2024-03-22", "starts_at": "08:30", "field_weight": "60",
                "measure": "INV_PACE"}
        assert client.post("/observations/new/?area=990101", sent).status_code == 302
        assert client.post("/observations/new/?area=990101", sent).status_code == 409
        one = ObservationRound.objects.get()
        for project in projects:
            told = {"verb": "add", "project": project.code}
            assert client.post(f"/observations/{one.pk}/stops/", told).status_code == 302
            assert client.post(f"/observations/{one.pk}/stops/", told).status_code == 409
        first, second = rounds.stops(one)
        rows = {f"s{first.pk}-position": 2, f"s{first.pk}-minutes": 20, f"s{second.pk}-position": 1,
                f"s{second.pk}-minutes": 45, f"s{second.pk}-speaker": HOSTILE}
        assert client.post(f"/observations/{one.pk}/stops/", {"verb": "save"} | rows).status_code == 302
        assert [s.pk for s in rounds.stops(one)] == [second.pk, first.pk]
        assert HOSTILE not in client.get(f"/observations/{one.pk}/").content.decode()

    @pytest.mark.parametrize("wrong", [
        {"minutes": "0"}, {"minutes": "x"}, {"arrives_at": "25:00"}, {"data_score": "101"}, {"position": ""}])
    def test_a_wrong_row_changes_nothing(self, client: Client, wrong: dict[str, str]) -> None:
        one = planned(1)
        stop = rounds.stops(one)[0]
        row = {f"s{stop.pk}-{key}": value for key, value in ({"position": "1", "minutes": "20"} | wrong).items()}
        assert client.post(f"/observations/{one.pk}/stops/", {"verb": "save"} | row).status_code == 422
        assert rounds.stops(one)[0].minutes == 20

    def test_the_route_is_printed_and_taken_as_word(self, client: Client) -> None:
        one = planned(2)
        page = client.get(f"/observations/{one.pk}/route/").content.decode()
        assert "08:45" in page and page.count("<h1") == 1
        answer = client.post(f"/observations/{one.pk}/route/")
        assert answer["Content-Type"].endswith("wordprocessingml.document") and answer.content[:2] == b"PK"

    def test_a_result_before_the_count_is_refused_in_words(self, client: Client) -> None:
        answer = client.get(f"/observations/{planned().pk}/result/")
        assert answer.status_code == 409 and "计票之后" in answer.content.decode()

    def test_published_result_shows_both_parts_and_the_rank(self, client: Client) -> None:
        one = planned()
        for token in observations.open_voting(round=one, voters=3, by=samples.office(), at=samples.AT):
            vote(one, token, [2, 1, 0])
        for verb in ("close", "publish"):
            assert client.post(f"/observations/{one.pk}/", {"verb": verb}).status_code == 302
            assert client.post(f"/observations/{one.pk}/", {"verb": verb}).status_code == 409
        page = client.get(f"/observations/{one.pk}/result/").content.decode()
        assert "100.00" in page and "94.00" in page and "<svg" in page

    def test_data_scores_are_the_offices_until_they_are_published(self, client: Client) -> None:
        one, clerk = planned(2), Client()
        clerk.force_login(samples.clerk(samples.unit("水务局")))
        shown = [client.get(f"/observations/{one.pk}/").context["route"], clerk.get(
            f"/observations/{one.pk}/").context["route"]]
        assert all(score is not None for _, score in shown[0]) and all(score is None for _, score in shown[1])
        assert not any(each.is_open for each, _ in shown[1])

    def test_few_ballots_say_so_and_hide_the_vote(self, client: Client) -> None:
        one = planned()
        token = observations.open_voting(round=one, voters=3, by=samples.office(), at=samples.AT)[0]
        vote(one, token, [2, 1, 0])
        client.post(f"/observations/{one.pk}/", {"verb": "close"})
        page = client.get(f"/observations/{one.pk}/result/").content.decode()
        assert "票数过少" in page and "94.00" not in page and "各名次票数" not in page


class TestBallotPage:
    def slips(self, client: Client, one: ObservationRound, voters: int = 3) -> list[str]:
        """The tokens, as the office sees them once."""
        answer = client.post(f"/observations/{one.pk}/", {"verb": "open", "voters": voters})
        assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
        return list(answer.context["tokens"])

    def ranked(self, one: ObservationRound, token: str, order: tuple[int, ...] = (1, 2, 3)) -> dict[str, Any]:
        """What a voter's phone sends."""
        along = rounds.stops(one)
        return {"token": token, "verb": "cast"} | {f"r{s.pk}": rank for s, rank in zip(along, order, strict=True)}

    def test_slips_are_shown_once(self, client: Client) -> None:
        one = planned()
        tokens = self.slips(client, one)
        page = client.get(f"/observations/{one.pk}/").content.decode()
        assert len(set(tokens)) == 3 and not any(token in page for token in tokens)
        assert client.post(f"/observations/{one.pk}/", {"verb": "open", "voters": 3}).status_code == 409

    def test_a_voter_needs_no_account_and_votes_once(self, client: Client) -> None:
        one, voter = planned(), Client()
        token = self.slips(client, one)[0]
        address = f"/ballots/{one.pk}/"
        page = voter.get(address).content.decode()
        assert "示例点位" not in page
        page = voter.post(address, {"token": token.lower()}).content.decode()
        assert page.count("<select") == 3 and "示例点位" in page
        answer = voter.post(address, self.ranked(one, token))
        assert answer.status_code == 302 and answer["Location"].endswith("/thanks/")
        again = voter.post(address, self.ranked(one, token, (3, 2, 1)))
        assert again.status_code == 409 and "已经投过" in again.content.decode()
        assert Ballot.objects.count() == 1 and voter.get(answer["Location"]).status_code == 200

    @pytest.mark.parametrize("order", [(1, 1, 2), ("", 1, 2), (1, 2, 4), ("x", 1, 2), (0, 1, 2)])
    def test_a_ballot_that_is_not_whole_is_asked_again(self, client: Client, order: tuple[Any, ...]) -> None:
        one = planned()
        token = self.slips(client, one)[0]
        assert Client().post(f"/ballots/{one.pk}/", self.ranked(one, token, order)).status_code == 422
        assert not Ballot.objects.exists()

    @pytest.mark.parametrize("token", ["", "AAAA-AAAA-AAAA", "\0", "x" * 10_000, HOSTILE, "' or 1=1 --"])
    def test_a_wrong_token_learns_nothing(self, client: Client, token: str) -> None:
        one = planned()
        self.slips(client, one)
        answer = Client().post(f"/ballots/{one.pk}/", {"token": token})
        page = answer.content.decode()
        assert answer.status_code == 409 and "示例点位" not in page and one.name not in page and HOSTILE not in page

    def test_an_unknown_or_unopened_vote_says_nothing_of_itself(self) -> None:
        one = planned()
        assert Client().get(f"/ballots/{uuid4()}/").status_code == 404
        page = Client().get(f"/ballots/{one.pk}/").content.decode()
        assert "尚未开放" in page and one.name not in page

    def test_somebody_signed_in_votes_as_nobody(self, client: Client) -> None:
        one = planned()
        token = self.slips(client, one)[0]
        client.post(f"/ballots/{one.pk}/", self.ranked(one, token))
        last = JournalEntry.objects.order_by("-number")[0]
        assert (last.verb, last.by) == ("ballot.cast", None)

    def test_casting_asks_for_the_token_of_the_page(self, client: Client) -> None:
        one = planned()
        token = self.slips(client, one)[0]
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(f"/ballots/{one.pk}/", self.ranked(one, token)).status_code == 403
        assert not Ballot.objects.exists()


def test_days_of_the_month_in_force_decide_the_figures(client: Client) -> None:
    project = samples.project(stage=Stage.LANDED, plan_year=1_000)
    one = campaign(lists=[issued("KEY-D", [project])], from_on=date(2024, 1, 1))
    for month, count in (("2023-12", 0), ("2024-03", 1)):
        shown = client.get(f"/campaigns/{one.pk}/projects/?month={month}")
        assert shown.context["list"].count == count
