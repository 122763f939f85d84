"""The JSON interface: the same rights and refusals as the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from citywright.kernel.models import JournalEntry
from citywright.projects import samples
from citywright.projects.actions import gates
from citywright.projects.models import GatePassage
from citywright.projects.words import Gate, Stage

pytestmark = pytest.mark.django_db


def signed_in(person: Any, **kwargs: Any) -> Client:
    client = Client(**kwargs)
    client.force_login(person)
    return client


def body(row: Any, gate: Gate = Gate.G1, on: str = "2024-03-01") -> str:
    whole = samples.given(gate, row, samples.FIRST_DAY)
    evidence = [{"kind": given.kind.value, "doc_no": given.doc_no} for given in whole]
    return json.dumps({"event_on": on, "evidence": evidence})


class TestReading:
    def test_lists_only_what_the_person_sees(self) -> None:
        mine = samples.project("甲厂", stage=Stage.RESERVE)
        samples.project("乙厂", unit=samples.unit("水务局"))
        answer = signed_in(samples.clerk()).get("/api/v1/projects").json()
        assert [p["code"] for p in answer["projects"]] == [mine.code]
        assert answer["count"] == 1
        assert (answer["projects"][0]["stage"], answer["projects"][0]["link"]) == ("reserve", "planning")
        assert signed_in(samples.stranger()).get("/api/v1/projects").json()["count"] == 0

    def test_filters_by_words_unit_and_stage(self) -> None:
        samples.project("甲厂", stage=Stage.RESERVE)
        samples.project("乙桥", unit=samples.unit("水务局"))
        client = signed_in(samples.office())
        names = lambda query: [p["name"] for p in client.get(f"/api/v1/projects?{query}").json()["projects"]]  # noqa: E731
        assert names("q=jc") == names("stage=reserve") == names("q=甲") == ["甲厂"]
        assert names("stage=idea") == names(f"unit={samples.unit('水务局').code}") == ["乙桥"]
        assert client.get("/api/v1/projects?stage=nowhere").status_code == 422

    def test_shows_one_project_with_its_gates(self) -> None:
        row = samples.project(stage=Stage.BUILDING)
        answer = signed_in(samples.office()).get(f"/api/v1/projects/{row.code}").json()
        states = {gate["gate"]: gate["state"] for gate in answer["gates"]}
        assert states == {"g1": "v", "g2": "v", "g3": "v", "g4p": "v", "g4": "v", "g4s": "n", "g5": "n", "g6": "n",
                          "g7": "n"}
        assert (answer["oc4ids_status"], answer["total_investment"]) == ("implementation", "20000.00")

    def test_says_what_is_missing_as_the_page_does(self) -> None:
        row = samples.project()
        answer = signed_in(samples.clerk()).get(f"/api/v1/projects/{row.code}/missing").json()
        assert answer == {"gate": "g1", "ready": False,
                          "missing": ["缺材料：投资主体证明", "缺材料：意向书", "缺材料：线索研判意见"]}
        later = signed_in(samples.clerk()).get(f"/api/v1/projects/{row.code}/missing?gate=g2").json()
        assert later["missing"][0] == "前一关口“入储备库”尚未申报"

    def test_refuses_a_hidden_project_in_words_and_journals_it(self) -> None:
        row = samples.project()
        answer = signed_in(samples.stranger()).get(f"/api/v1/projects/{row.code}")
        assert answer.status_code == 403
        assert "您无权查看" in answer.json()["detail"]
        assert JournalEntry.objects.latest("number").verb == "access.refused"


class TestStrangersAndForgers:
    def test_nobody_signed_in_gets_401_in_json_not_a_page(self) -> None:
        row = samples.project()
        for address in ("/api/v1/projects", f"/api/v1/projects/{row.code}"):
            answer = Client().get(address)
            assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (401, "application/json")

    def test_a_claim_without_the_csrf_token_is_refused(self) -> None:
        row = samples.project()
        client = signed_in(samples.clerk(), enforce_csrf_checks=True)
        answer = client.post(f"/api/v1/projects/{row.code}/gates/g1/claims", body(row), content_type="application/json")
        assert answer.status_code == 403
        assert not GatePassage.objects.exists()

    def test_there_is_a_description_but_no_page_that_loads_things(self) -> None:
        client = signed_in(samples.clerk())
        assert client.get("/api/v1/openapi.json").json()["info"]["title"] == "城匠 Citywright"
        assert client.get("/api/v1/docs").status_code == 404
        assert Client().get("/api/v1/openapi.json").status_code == 302


class TestClaiming:
    def test_keeps_a_claim(self) -> None:
        row = samples.project()
        answer = signed_in(samples.clerk()).post(f"/api/v1/projects/{row.code}/gates/g1/claims", body(row),
                                                 content_type="application/json")
        assert (answer.status_code, answer.json()["result"]) == (201, "pending")
        assert GatePassage.objects.get().evidence.count() == 3

    def test_refuses_with_everything_that_is_missing(self) -> None:
        row = samples.project()
        answer = signed_in(samples.clerk()).post(f"/api/v1/projects/{row.code}/gates/g2/claims",
                                                 '{"event_on": "2024-03-01"}', content_type="application/json")
        assert (answer.status_code, len(answer.json()["missing"])) == (409, 3)
        assert not GatePassage.objects.exists()

    def test_refuses_another_unit_and_those_who_only_read(self) -> None:
        row = samples.project()
        for person in (samples.clerk(samples.unit("水务局")), samples.leader(), samples.city()):
            answer = signed_in(person).post(f"/api/v1/projects/{row.code}/gates/g1/claims", body(row),
                                            content_type="application/json")
            assert answer.status_code == 403
        assert not GatePassage.objects.exists()

    def test_shares_its_answer_with_the_action(self) -> None:
        row = samples.project()
        answer = signed_in(samples.clerk()).get(f"/api/v1/projects/{row.code}/missing").json()["missing"]
        with pytest.raises(gates.CannotClaim) as refused:
            gates.claim(project=row, gate=Gate.G1, event_on=samples.FIRST_DAY, evidence=[], by=samples.clerk(),
                        unit=row.lead_unit, at=samples.AT)
        assert [str(fault.said) for fault in refused.value.faults] == answer
