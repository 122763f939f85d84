"""The ratchet: how many queries a page makes. One that makes more fails; one that makes fewer asks to lower it here."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from citywright.projects import samples
from citywright.projects.models import Project
from citywright.projects.queries import leaves
from citywright.projects.words import Gate, Stage, YearKind

pytestmark = pytest.mark.django_db
#: Page to the queries it makes, the frame and signing in included. {code} is a project with a plan and an open claim.
MOST = {
    "/projects/": 12,
    "/projects/?category=industrial&kind=new_start": 12,
    "/projects/?report=missing&stage=landed": 12,
    "/projects/?measure=INV_DONE&part=denominator": 12,
    "/projects/?group=unit&in=yi&cols=code&cols=total": 12,
    "/projects/new/": 9,
    "/projects/{code}/": 20,
    "/projects/{code}/sheet/": 14,
    "/projects/{code}/history/": 12,
    "/projects/{code}/amend/": 11,
}


@pytest.fixture()
def row() -> Project:
    """A project half way, with a plan and a claim that waits."""
    made = samples.project(stage=Stage.LANDED, kind=YearKind.CONTINUE, plan_year=1_200)
    samples.claimed(made, Gate.G4P, date(2024, 3, 1))
    for n in range(3):
        samples.project(f"另一个{n}", kind=YearKind.NEW_START, plan_year=100)
    return made


@pytest.mark.parametrize("page", MOST)
def test_a_page_makes_as_many_queries_as_are_written_here(page: str, row: Project, client: Client) -> None:
    client.force_login(samples.office())
    address = page.format(code=row.code)
    assert client.get(address + ("&" if "?" in address else "?") + "month=2024-03").status_code == 200
    leaves.forget()
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    told = "\n".join(one["sql"][:160] for one in made.captured_queries)
    assert len(made) <= MOST[page], f"{len(made)} queries, at most {MOST[page]}:\n{told}"
    assert len(made) >= MOST[page], f"only {len(made)} queries now: lower MOST[{page!r}] to {len(made)}"


def test_more_projects_make_no_more_queries(row: Project, client: Client) -> None:
    client.force_login(samples.office())
    counts = []
    for turn in range(2):
        samples.project(f"再一个{turn}", kind=YearKind.CONTINUE, plan_year=100)
        client.get("/projects/?month=2024-03")
        leaves.forget()
        with CaptureQueriesContext(connection) as made:
            client.get("/projects/")
        counts.append(len(made))
    assert counts[0] == counts[1]
