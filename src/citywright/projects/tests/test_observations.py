"""Peer review: the rules of route, tokens and scores, and what the office may do with a round."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from docx import Document

from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.kernel.steps import CannotMove
from citywright.projects import samples
from citywright.projects.actions import ballots, observations
from citywright.projects.actions.observations import CannotCount, CannotOpen, CannotPlan
from citywright.projects.models import Ballot, BallotToken, ObservationRound
from citywright.projects.queries import observations as queries
from citywright.projects.queries.ballots import CannotVote
from citywright.projects.rules import observations as rules
from citywright.projects.words import RoundStep, Stage

AT = samples.AT


def planned(count: int = 3, *, name: str = "示例观摩", weight: int = 60, measure: str = "INV_PACE",
            **fields: Any) -> ObservationRound:
    """A round with so many stops, the first behind its plan, the last ahead of nobody."""
    samples.ground()
    one = observations.plan(area=samples.district(), name=name, held_on=date(2024, 3, 22), starts_at=time(8, 30),
                            gathers="区政府北门", field_weight=weight, measure=measure, by=samples.office(), at=AT,
                            **fields)
    for number in range(count):
        project = samples.project(f"示例点位{number}{name}", stage=Stage.BUILDING, plan_year=1_000 * (number + 1))
        observations.add_stop(round=one, project=project, by=samples.office(), at=AT, minutes=20)
    return one


def vote(one: ObservationRound, token: str, order: list[int], at: datetime = AT) -> None:
    """A ballot that ranks the stops (by place on the route) in this order, the best first."""
    along = queries.stops(one)
    ballots.cast(round=one, token=token, by=None, at=at, ranks={
        str(along[place].pk): rank for rank, place in enumerate(order, 1)})


class TestRules:
    def test_tells_the_times_of_the_route_from_its_start_and_the_minutes(self) -> None:
        visits = rules.route(time(8, 30), [(None, 20), (None, 30), (time(11, 0), 20)])
        assert [(v.arrives, v.leaves, v.early) for v in visits if v] == [
            (time(8, 45), time(9, 5), False), (time(9, 20), time(9, 50), False), (time(11, 0), time(11, 20), False)]

    def test_knows_no_time_without_a_start_and_marks_one_that_comes_too_early(self) -> None:
        assert rules.route(None, [(None, 20)]) == [None]
        visits = rules.route(time(9, 0), [(None, 60), (time(9, 30), 20)])
        assert visits[1] is not None and visits[1].early

    def test_counts_as_jining_published(self) -> None:
        box = [{"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 3, "c": 2}, {"a": 2, "b": 1, "c": 3}]
        counted = rules.votes(box, ["a", "b", "c"])
        assert counted == {"a": [2, 1, 0], "b": [1, 1, 1], "c": [0, 1, 2]}
        told = rules.scores(counted, {"a": Decimal(80), "b": Decimal(80), "c": Decimal(80)}, 60)
        assert told["a"].field == Fraction(297, 3) and told["a"].rank == 1
        assert told["a"].whole == Fraction(6, 10) * Fraction(99) + Fraction(4, 10) * 80

    def test_equal_scores_share_a_rank_and_the_next_one_skips(self) -> None:
        counted = {"a": [3, 0, 0, 0], "b": [0, 3, 0, 0], "c": [0, 3, 0, 0], "d": [0, 0, 0, 3]}
        told = rules.scores(counted, dict.fromkeys("abcd", Decimal(60)), 100)
        assert [told[one].rank for one in "abcd"] == [1, 2, 2, 4]

    def test_hides_the_vote_when_ballots_are_too_few(self) -> None:
        told = rules.scores({"a": [1, 1], "b": [1, 1]}, {"a": Decimal(60), "b": Decimal(100)}, 60)
        assert {(one.votes, one.field, one.whole, one.rank) for one in told.values()} == {((), None, None, None)}

    def test_makes_data_scores_by_the_efficacy_coefficient(self) -> None:
        told = rules.data_scores({"a": Fraction(-10), "b": Fraction(0), "c": Fraction(10), "d": None})
        assert told == {"a": Decimal("60.00"), "b": Decimal("80.00"), "c": Decimal("100.00"), "d": None}

    @pytest.mark.parametrize("ranks", [{"1": 1}, {"1": 1, "2": 1}, {"1": 1, "2": 3}, {"1": 1, "2": 2, "3": 3}, {}])
    def test_refuses_a_ballot_that_does_not_rank_every_stop_once(self, ranks: dict[str, int]) -> None:
        assert not rules.is_whole(ranks, ["1", "2"])

    def test_reads_a_token_with_or_without_its_dashes(self) -> None:
        assert rules.digest("abcd-efgh-jkmn") == rules.digest("ABCDEFGHJKMN") != rules.digest("ABCDEFGHJKMP")


@pytest.mark.django_db
class TestPlan:
    def test_only_the_office_plans(self) -> None:
        for person in (samples.clerk(), samples.leader(), samples.stranger()):
            with pytest.raises(CannotReach):
                observations.plan(area=samples.district(), name="x", held_on=date(2024, 3, 22), by=person, at=AT)

    def test_refuses_a_second_round_of_one_name_and_a_weight_that_is_no_share(self) -> None:
        planned(0)
        with pytest.raises(CannotPlan):
            planned(0)
        with pytest.raises(CannotPlan):
            planned(0, name="另一批", weight=101)

    def test_refuses_a_project_twice_and_one_of_another_area(self) -> None:
        one = planned(1)
        other = samples.project("邻区项目", unit=samples.unit("建设局", samples.district("990102", "邻区")))
        for project in (queries.stops(one)[0].project, other):
            with pytest.raises(CannotPlan):
                observations.add_stop(round=one, project=project, by=samples.office(), at=AT)

    def test_stops_stand_in_the_order_given_and_those_not_named_are_gone(self) -> None:
        one = planned(3)
        first, second, third = queries.stops(one)
        observations.set_route(round=one, by=samples.office(), at=AT, stops={
            first.pk: {"position": 2, "minutes": 15, "speaker": "张三"}, third.pk: {"position": 1, "minutes": 30}})
        assert [(s.pk, s.position, s.minutes) for s in queries.stops(one)] == [(third.pk, 1, 30), (first.pk, 2, 15)]
        assert not one.stops.filter(pk=second.pk).exists()

    def test_refuses_a_stop_of_another_round(self) -> None:
        one, other = planned(1), planned(1, name="另一批")
        with pytest.raises(CannotPlan):
            observations.set_route(round=one, stops={queries.stops(other)[0].pk: {}}, by=samples.office(), at=AT)

    def test_writes_the_route_as_a_word_file_and_one_line(self) -> None:
        one = planned(2)
        before = JournalEntry.objects.count()
        content = observations.export_route(round=one, by=samples.leader(), at=AT)
        paper = Document(io.BytesIO(content))
        cells = [cell.text for row in paper.tables[0].rows for cell in row.cells]
        assert "08:45" in cells and "09:40" in cells and any("区政府北门" in p.text for p in paper.paragraphs)
        assert JournalEntry.objects.count() == before + 1


@pytest.mark.django_db
class TestVote:
    def test_goes_from_planning_to_a_published_result(self) -> None:
        one = planned()
        tokens = observations.open_voting(round=one, voters=3, by=samples.office(), at=AT)
        for token, order in zip(tokens, ([0, 1, 2], [0, 2, 1], [1, 0, 2]), strict=True):
            vote(one, token, order)
        observations.close(round=one, by=samples.office(), at=AT)
        observations.publish(round=one, by=samples.office(), at=AT)
        found = queries.result(samples.clerk(), queries.found(samples.clerk(), one.pk))
        assert found.ballots == 3 and not found.is_few and found.lines[0].score.rank == 1
        assert found.lines[0].score.field == Fraction(297, 3)
        assert all(line.stop.data_score is not None for line in found.lines)

    def test_nothing_changes_once_the_vote_is_open(self) -> None:
        one = planned()
        observations.open_voting(round=one, voters=3, by=samples.office(), at=AT)
        with pytest.raises(CannotPlan):
            observations.set_route(round=one, stops={}, by=samples.office(), at=AT)
        with pytest.raises(CannotPlan):
            observations.amend(round=one, name="x", held_on=date(2024, 3, 22), by=samples.office(), at=AT)
        with pytest.raises(CannotMove):
            observations.open_voting(round=one, voters=3, by=samples.office(), at=AT)

    def test_refuses_to_open_without_stops_or_for_too_many(self) -> None:
        with pytest.raises(CannotOpen):
            observations.open_voting(round=planned(1), voters=3, by=samples.office(), at=AT)
        for voters in (0, -1, 501):
            with pytest.raises(CannotOpen):
                observations.open_voting(round=planned(2, name=f"批{voters}"), voters=voters, by=samples.office(),
                                         at=AT)

    def test_a_second_click_adds_no_voters(self) -> None:
        one = planned(2)
        observations.open_voting(round=one, voters=3, by=samples.office(), at=AT)
        more = observations.add_voters(round=one, voters=2, handed=3, by=samples.office(), at=AT)
        with pytest.raises(CannotOpen, match="刷新"):
            observations.add_voters(round=one, voters=2, handed=3, by=samples.office(), at=AT)
        assert len(more) == 2 and BallotToken.objects.count() == 5

    def test_a_token_votes_once(self) -> None:
        one = planned()
        token = observations.open_voting(round=one, voters=3, by=samples.office(), at=AT)[0]
        vote(one, token, [0, 1, 2])
        with pytest.raises(CannotVote, match="已经投过"):
            vote(one, token, [2, 1, 0])
        assert Ballot.objects.count() == 1 and BallotToken.objects.filter(is_used=True).count() == 1

    def test_refuses_the_token_of_another_round_like_a_wrong_one(self) -> None:
        one, other = planned(), planned(name="另一批")
        observations.open_voting(round=one, voters=1, by=samples.office(), at=AT)
        foreign = observations.open_voting(round=other, voters=1, by=samples.office(), at=AT)[0]
        for token in (foreign, "", "x" * 5000, "\0", "<b>"):
            with pytest.raises(CannotVote, match="凭证不对"):
                vote(one, token, [0, 1, 2])

    def test_a_ballot_that_lacks_a_stop_leaves_the_token_unused(self) -> None:
        one = planned()
        token = observations.open_voting(round=one, voters=1, by=samples.office(), at=AT)[0]
        with pytest.raises(CannotVote):
            vote(one, token, [0, 1])
        assert not BallotToken.objects.filter(is_used=True).exists() and not Ballot.objects.exists()

    def test_nobody_votes_before_it_opens_or_after_it_is_counted(self) -> None:
        one = planned()
        with pytest.raises(CannotVote, match="尚未开放"):
            vote(one, "ABCD", [0, 1, 2])
        tokens = observations.open_voting(round=one, voters=2, by=samples.office(), at=AT)
        vote(one, tokens[0], [0, 1, 2])
        observations.close(round=one, by=samples.office(), at=AT)
        with pytest.raises(CannotVote, match="已经结束"):
            vote(one, tokens[1], [0, 1, 2])

    def test_refuses_a_result_before_the_count_and_to_others_before_it_is_published(self) -> None:
        one = planned()
        with pytest.raises(queries.CannotSeeResult):
            queries.result(samples.office(), one)
        tokens = observations.open_voting(round=one, voters=3, by=samples.office(), at=AT)
        for token in tokens:
            vote(one, token, [0, 1, 2])
        observations.close(round=one, by=samples.office(), at=AT)
        one.refresh_from_db()
        assert queries.result(samples.office(), one).ballots == 3
        with pytest.raises(queries.CannotSeeResult):
            queries.result(samples.clerk(), one)

    def test_few_ballots_show_nothing_of_the_vote_and_are_not_published(self) -> None:
        one = planned()
        tokens = observations.open_voting(round=one, voters=3, by=samples.office(), at=AT)
        vote(one, tokens[0], [0, 1, 2])
        observations.close(round=one, by=samples.office(), at=AT)
        one.refresh_from_db()
        found = queries.result(samples.office(), one)
        assert found.is_few and all(line.score.field is None and not line.score.votes for line in found.lines)
        with pytest.raises(CannotCount, match="票数过少"):
            observations.publish(round=one, by=samples.office(), at=AT)

    def test_refuses_to_count_an_empty_box_or_without_data_scores(self) -> None:
        one = planned(2, measure="TYPED")
        tokens = observations.open_voting(round=one, voters=3, by=samples.office(), at=AT)
        with pytest.raises(CannotCount, match="还没有人投票"):
            observations.close(round=one, by=samples.office(), at=AT)
        vote(one, tokens[0], [0, 1])
        with pytest.raises(CannotCount, match="缺数据分"):
            observations.close(round=one, by=samples.office(), at=AT)

    def test_typed_scores_count_as_typed(self) -> None:
        one = planned(2, measure="TYPED")
        stops = {stop.pk: {"position": n, "data_score": Decimal(n * 40)} for n, stop in enumerate(
            queries.stops(one), 1)}
        observations.set_route(round=one, stops=stops, by=samples.office(), at=AT)
        for token in observations.open_voting(round=one, voters=3, by=samples.office(), at=AT):
            vote(one, token, [0, 1])
        observations.close(round=one, by=samples.office(), at=AT)
        one.refresh_from_db()
        assert one.step == RoundStep.CLOSED
        found = {line.stop.position: line.score for line in queries.result(samples.office(), one).lines}
        assert found[1].whole == 60 + 16 and found[2].whole == Fraction(6 * 97, 10) + 32


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_one_token_sent_by_three_phones_at_once_is_one_ballot(self) -> None:
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            pytest.skip("a database in memory has one writer at a time")
        one = planned(2)
        token = observations.open_voting(round=one, voters=3, by=samples.office(), at=AT)[0]
        refused: list[CannotVote] = []

        def cast() -> None:
            try:
                vote(one, token, [0, 1])
            except CannotVote as refusal:
                refused.append(refusal)
            finally:
                connection.close()

        phones = [Thread(target=cast) for _ in range(3)]
        for phone in phones:
            phone.start()
        for phone in phones:
            phone.join()
        assert Ballot.objects.count() == 1 and len(refused) == 2


@pytest.mark.django_db
class TestSecrecy:
    def test_no_column_links_ballot_token_and_person(self) -> None:
        assert {f.name for f in Ballot._meta.get_fields()} == {"id", "round", "ranks"}
        assert {f.name for f in BallotToken._meta.get_fields()} == {"id", "round", "digest", "is_used"}

    def test_no_token_is_kept_anywhere_but_as_its_digest(self) -> None:
        one = planned()
        tokens = observations.open_voting(round=one, voters=3, by=samples.office(), at=AT)
        vote(one, tokens[0], [0, 1, 2])
        told = "".join(f"{e.data}{e.subject}" for e in JournalEntry.objects.all())
        kept = told + str(list(BallotToken.objects.values())) + str(list(Ballot.objects.values()))
        assert not any(rules.plain(token) in kept or token in kept for token in tokens)
        assert set(BallotToken.objects.values_list("digest", flat=True)) == {rules.digest(t) for t in tokens}

    def test_the_journal_tells_of_a_ballot_without_who_what_or_when(self) -> None:
        one = planned()
        token = observations.open_voting(round=one, voters=3, by=samples.office(), at=AT)[0]
        vote(one, token, [0, 1, 2])
        line = JournalEntry.objects.order_by("-number")[0]
        assert (line.verb, line.by, line.data) == ("ballot.cast", None, {"name": one.name})
        assert line.at.astimezone(AT.tzinfo).time() == time(0, 0)

    def test_a_new_ballot_changes_places_with_one_in_the_box(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ballots.secrets, "randbelow", lambda count: 0)
        one = planned(2)
        tokens = observations.open_voting(round=one, voters=2, by=samples.office(), at=AT)
        vote(one, tokens[0], [0, 1])
        row, first = Ballot.objects.get(), str(queries.stops(one)[0].pk)
        vote(one, tokens[1], [1, 0])
        row.refresh_from_db()
        assert row.ranks[first] == 2 and Ballot.objects.exclude(pk=row.pk).get().ranks[first] == 1
