"""Who may open what: every page with a project, a claim or a problem behind it, walked as eleven people.

A page is open (200) to those its line names and refused (403) to all others; a new page fails until it has a line.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from citywright.kernel.models import JournalEntry, Person
from citywright.kernel.words import Role
from citywright.projects import samples
from citywright.projects.actions import lists, problems
from citywright.projects.models import ListDefinition
from citywright.projects.words import Gate, ProblemKind, Stage

from .lines import PARTS

pytestmark = pytest.mark.django_db

#: One letter for each: the unit's clerk and reviewer, a clerk of another unit, the office, a verifier, the city, a
#: leader, the system, security and audit administrators, somebody without any post.
CLERK, REVIEWER, OTHER, OFFICE, VERIFIER, CITY, LEADER, ADMIN, SECURITY, AUDIT, STRANGER = "crxovylazts"
WORKING, MINE, ANYBODY = "crxovyl", "crovyl", "crxovylazts"
#: Page and who may open it. `{code}`, `{claim}`, `{problem}`, `{person}` are filled in.
PAGES: dict[str, tuple[str, str]] = {
    "home": ("/", WORKING + "azt"),
    "people": ("/settings/people/", "az"),
    "person": ("/settings/people/{person}/", "az"),
    "person_new": ("/settings/people/new/", "a"),
    "units": ("/settings/units/", "a"),
    "journal": ("/settings/journal/", "t"),
    "changes": ("/changes/started/", WORKING),
    "messages": ("/messages/", WORKING),
    "search": ("/search/?q=x", ANYBODY),
    "projects:list": ("/projects/", WORKING),
    "projects:export": ("/projects/export/", WORKING),
    "projects:adopt": ("/projects/new/", "crxo"),
    "projects:project": ("/projects/{code}/", MINE),
    "projects:sheet": ("/projects/{code}/sheet/", MINE),
    "projects:history": ("/projects/{code}/history/", MINE),
    "projects:amend": ("/projects/{code}/amend/", "cro"),
    "projects:gate_evidence": ("/projects/{code}/gates/", MINE),
    "projects:gate_claim": ("/projects/{code}/gates/g4/claim/", "cro"),
    "projects:gate_exit": ("/projects/{code}/exit/", "o"),
    "projects:gate_waiting": ("/gates/", ANYBODY),
    "projects:gate_verify": ("/gates/{claim}/verify/", MINE),
    "projects:gate_correct": ("/gates/{claim}/correct/", "cro"),
    "projects:gate_supply": ("/gates/{claim}/supply/", "cro"),
    "projects:plan": ("/projects/{code}/plan/", MINE),
    "projects:funds": ("/projects/{code}/funds/", MINE),
    "projects:milestones": ("/projects/{code}/milestones/", MINE),
    "projects:month": ("/month/", WORKING),
    "projects:month_days": ("/month/days/", "oy"),
    "projects:batch_sheet": ("/month/sheet/", "cx"),
    "projects:report": ("/month/report/{code}/", MINE),
    "projects:report_review": ("/month/review/", WORKING),
    "projects:report_lock": ("/month/lock/", WORKING),
    "projects:corrections": ("/month/corrections/", WORKING),
    "projects:lamp_board": ("/lamps/", WORKING),
    "projects:lamp_rules": ("/lamps/rules/", WORKING),
    "projects:lamp_override": ("/lamps/override/{code}/", "o"),
    "projects:ledger": ("/ledger/", WORKING),
    "projects:bulletin": ("/bulletin/", "ovyl"),
    "projects:definitions": ("/definitions/", ANYBODY),
    "projects:definition": ("/definitions/START_DUE/", WORKING),
    "projects:difference": ("/projects/lists/{list}/difference/", WORKING),
    "projects:problems": ("/problems/", WORKING),
    "projects:problem_new": ("/problems/new/?project={code}", MINE),
    "projects:problem": ("/problems/{problem}/", MINE),
    "api:project_list": ("/api/v1/projects", ANYBODY),
    "api:missing": ("/api/v1/projects/{code}/missing", MINE),
    "api:claims": ("/api/v1/projects/{code}/gates/g4/claims", MINE),
    "api:project": ("/api/v1/projects/{code}", MINE),
}
for part in PARTS:
    PAGES |= part.PAGES
#: Addresses that are not pages with rows behind them: acts that only take POST, files, parts of pages, sign-in.
ELSEWHERE = {
    "settings", "journal_check",
    "language", "attachment", "message_take", "view_save", "view_delete", "openapi-json", "api-root", "openapi-view",
    "projects:enter", "projects:month_chase", "projects:month_close", "projects:correction_decide",
    "projects:correction", "projects:report_check", "projects:ledger_batch", "projects:ledger_columns",
    "projects:ledger_decide", "projects:ledger_apply", "projects:ledger_abandon", "projects:ledger_export",
    "projects:ledger_faults", "projects:bulletin_preview", "projects:bulletin_export", "api:claim",
}
for part in PARTS:
    ELSEWHERE |= part.ELSEWHERE


@pytest.fixture()
def world() -> dict[str, str]:
    """A project about to start with a claim and a problem, and the keys of its pages."""
    samples.ground()
    project = samples.project("示例甲", stage=Stage.LANDED, plan_year=1_000)
    claim = samples.claimed(project, Gate.G4P, date(2024, 3, 1))
    problem = problems.raise_problem(project=project, title="临时用电", kind=ProblemKind.LAND, unit=project.lead_unit,
                                     due_on=date(2024, 4, 1), by=samples.office(), at=samples.AT)
    issue = lists.issue(definition=ListDefinition.objects.get(code="KEY-D"), area=samples.district(), year=2024,
                        projects=[project], by=samples.office(), at=samples.AT, issued_on=date(2024, 3, 1))
    found = {"list": str(issue.pk), "code": project.code, "claim": str(claim.pk), "problem": str(problem.pk),
             "person": str(samples.clerk(samples.unit("水务局")).pk)}
    for part in PARTS:
        found |= part.made(found)
    return found


def people() -> dict[str, Person]:
    """The eleven."""
    other = samples.unit("交通局")
    return {CLERK: samples.clerk(), REVIEWER: samples.reviewer(), OTHER: samples.clerk(other),
            OFFICE: samples.office(), VERIFIER: samples.verifier(), CITY: samples.city(), LEADER: samples.leader(),
            ADMIN: samples.person("sysadmin", "系统员", Role.SYSTEM_ADMIN, other),
            SECURITY: samples.person("secadmin", "安全员", Role.SECURITY_ADMIN, other),
            AUDIT: samples.person("auditadmin", "审计员", Role.AUDIT_ADMIN, other), STRANGER: samples.stranger()}


def names(resolver: URLResolver | None = None, space: str = "") -> set[str]:
    """Every named address of ours."""
    found: set[str] = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = space or (entry.namespace or entry.app_name or "")
            found |= set() if str(entry.pattern).startswith("accounts/") else names(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name and not str(entry.pattern).startswith("accounts/"):
            found.add(f"{space}:{entry.name}" if space else entry.name)
    return found


class TestMatrix:
    def test_every_address_has_a_line(self) -> None:
        ours = {name.replace("api-1.0.0:", "api:") for name in names()}
        ours = {name.split(":")[-1] if name.split(":")[-1] in ELSEWHERE else name for name in ours}
        assert not ours - set(PAGES) - ELSEWHERE

    @pytest.mark.parametrize("name", PAGES)
    def test_page_opens_for_those_it_is_for_and_for_nobody_else(self, world: dict[str, str], name: str) -> None:
        address, allowed = PAGES[name]
        found = {}
        for letter, person in people().items():
            client = Client()
            client.force_login(person)
            found[letter] = client.get(address.format(**world), follow=True).status_code
        expected = {letter: 200 if letter in allowed else 403 for letter in found}
        assert found == expected

    def test_an_attempt_out_of_reach_is_journaled(self, world: dict[str, str]) -> None:
        client = Client()
        client.force_login(people()[OTHER])
        client.get(f"/projects/{world['code']}/")
        last = JournalEntry.objects.order_by("-number").first()
        assert last is not None and last.verb == "access.refused" and last.by == people()[OTHER]


class TestActs:
    @pytest.mark.parametrize("who", [OTHER, ADMIN, SECURITY, AUDIT, STRANGER])
    def test_whoever_does_not_reach_the_rows_changes_nothing(self, world: dict[str, str], who: str) -> None:
        client, before = Client(), everything()
        client.force_login(people()[who])
        before = everything()
        for address, _ in PAGES.values():
            if "{" in address:
                typed = {"event_on": "2024-03-01", "reason": "x", "verb": "verify"}
                answer = client.post(address.format(**world), typed)
                assert answer.status_code != 302, f"{address} was done"
        assert everything() == before

    @pytest.mark.parametrize("address", ["/projects/%00/", "/approvals/%00/", "/lists/%00/", "/definitions/%00/"])
    def test_no_address_holds_a_nul(self, address: str) -> None:
        client = Client()
        client.force_login(people()[OFFICE])
        assert client.get(address).status_code == 404

    def test_acts_need_a_token_of_the_page(self, world: dict[str, str]) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(people()[CLERK])
        answer = client.post(reverse("projects:gate_claim", args=[world["code"], "g4"]), {"event_on": "2024-03-01"})
        assert answer.status_code == 403


OURS = ("projects_", "kernel_", "followup_", "indicators_", "approvals_")


def everything() -> dict[str, int]:
    """How many rows each table of ours has, but for the journal, which tells of refused attempts."""
    with connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names(cursor)
                  if t.startswith(OURS) and "journal" not in t]
        counts = {}
        for table in tables:
            cursor.execute(f'select count(*) from "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts
