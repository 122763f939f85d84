"""Taking over what another system kept: the same rows as if every step had been made here, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from citywright.approvals import samples
from citywright.approvals.actions import handlings, histories
from citywright.approvals.actions.histories import Account, Act, CannotTakeOver
from citywright.approvals.models import Dossier, Handling, HandlingEvent, Material
from citywright.approvals.queries.dossiers import File
from citywright.approvals.words import ItemVerb
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import JournalEntry
from citywright.projects import samples as people
from citywright.projects.words import Stage

pytestmark = pytest.mark.django_db
AT = samples.AT
LATER = AT + timedelta(days=40)
#: What is the same of a handling and an event, whoever wrote it.
ROW = ("code", "name", "stage", "department", "unit_id", "package", "status", "limit", "statutory", "received_at",
       "accepted_on", "due_on", "ended_on", "used_days", "owner_days", "special_days", "was_late", "result_no",
       "issued_on", "expires_on", "lacking", "lacking_due_on", "is_preview", "exchanged_on", "by_commitment")
EVENT = ("handling__code", "number", "status", "on", "at", "by_id", "reason", "lines")
DOCUMENT = ("name", "version", "doc_no", "given_by", "at", "produced_by__code")
#: Item, and its steps: verb and days after AT.
PAPERS: dict[str, Sequence[tuple[ItemVerb, int]]] = {
    "SP101": ((ItemVerb.ACCEPT, 0), (ItemVerb.PASS, 1)),
    "FG104": ((ItemVerb.ACCEPT, 1), (ItemVerb.PASS, 4)),
    "ZG101": ((ItemVerb.ACCEPT, 0), (ItemVerb.TO_DEPARTMENT, 1), (ItemVerb.ASK_MORE, 3), (ItemVerb.GOT_MORE, 9),
              (ItemVerb.PASS, 22)),
    "ZG103": ((ItemVerb.ACCEPT, 23), (ItemVerb.BEGIN_SPECIAL, 24), (ItemVerb.END_SPECIAL, 30)),
    "ZG106": ((ItemVerb.ACCEPT, 24), (ItemVerb.TO_DEPARTMENT, 24), (ItemVerb.ASK_MORE, 25)),
    "ZG202": ((ItemVerb.ACCEPT, 20), (ItemVerb.PASS, 26)),
    "ZJ306": ((ItemVerb.ACCEPT, 20), (ItemVerb.PASS_LACKING, 21)),
}
OWED: dict[str, Any] = {"lacking": ("缴款凭证",), "lacking_due_on": (AT + timedelta(days=30)).date()}


def words(verb: ItemVerb, code: str) -> dict[str, Any]:
    """What each step has to say."""
    said: dict[ItemVerb, dict[str, Any]] = {
        ItemVerb.ASK_MORE: {"lines": ("补盖公章",)}, ItemVerb.BEGIN_SPECIAL: {"reason": "专家评审"},
        ItemVerb.PASS: {"result_no": f"示例{code}号"}, ItemVerb.PASS_LACKING: {"result_no": f"示例{code}号"}}
    return said.get(verb, {})


def told(row: Dossier, papers: dict[str, Sequence[tuple[ItemVerb, int]]]) -> list[Account]:
    """The same papers as accounts."""
    by = {item.code: people.clerk(people.unit(samples.UNITS[item.department]))
          for item in File(row).catalogue.items}
    receiver = people.clerk(row.project.lead_unit)
    return [Account(code, AT, receiver, tuple(
        Act(verb, AT + timedelta(days=days), by[code], **words(verb, code)) for verb, days in steps),
        **(OWED if code == "ZJ306" else {})) for code, steps in papers.items()]


def made(row: Dossier) -> None:
    """The same papers, step by step, in the order of their days."""
    received = {one.code: one for one in samples.received(row, *PAPERS)}
    for days, code, verb in sorted(((days, code, verb) for code, steps in PAPERS.items() for verb, days in steps),
                                   key=lambda step: (step[0], list(PAPERS).index(step[1]))):
        more: dict[str, Any] = OWED if verb == ItemVerb.PASS_LACKING else {}
        samples.moved(received[code], verb, days=days, **words(verb, code), **more)


def rows(row: Dossier) -> tuple[list[Any], list[Any], list[Any]]:
    """Everything kept of a dossier's handlings."""
    return (list(Handling.objects.filter(dossier=row).order_by("code").values_list(*ROW)),
            list(HandlingEvent.objects.filter(handling__dossier=row).order_by("handling__code", "number")
                 .values_list(*EVENT)),
            list(Material.objects.filter(dossier=row).order_by("name", "version").values_list(*DOCUMENT)))


class TestTakeOver:
    def test_leaves_what_the_single_acts_would_have_left(self) -> None:
        one = samples.dossier()
        other = samples.dossier(people.project("示例储能电池二期", stage=Stage.COMMITTED))
        made(one)
        histories.take_over(dossier=other, accounts=told(other, PAPERS), by=people.office(), at=LATER)
        assert rows(other) == rows(one)
        assert Handling.objects.get(dossier=other, code="ZG202").is_preview
        assert Handling.objects.get(dossier=other, code="FG104").was_late

    def test_joint_members_of_one_submission_share_their_limit(self) -> None:
        one = samples.dossier()
        other = samples.dossier(people.project("示例储能电池二期", stage=Stage.COMMITTED))
        joint = ("SP201", "ZG201", "SW201", "YL201")
        samples.received(one, *joint)
        histories.take_over(dossier=other, accounts=told(other, dict.fromkeys(joint, ())), by=people.office(), at=LATER)
        assert rows(other) == rows(one)

    def test_is_one_line_in_the_journal_and_moves_the_beginning(self) -> None:
        row = samples.dossier()
        receiver, window = people.clerk(row.project.lead_unit), people.clerk(people.unit("审批局"))
        early = AT - timedelta(days=100)
        account = Account("SP101", early, receiver, (Act(ItemVerb.ACCEPT, early, window),))
        before = JournalEntry.objects.count()
        histories.take_over(dossier=row, accounts=[account], by=people.office(), at=AT)
        row.refresh_from_db()
        assert row.begins_on == early.date()
        line = JournalEntry.objects.order_by("number").last()
        assert line is not None and JournalEntry.objects.count() == before + 1
        assert (line.verb, line.data["items"], line.data["events"]) == ("handling.taken_over", ["SP101"], 2)

    def test_goes_on_here(self) -> None:
        row = samples.dossier()
        histories.take_over(dossier=row, accounts=told(row, {"ZG101": PAPERS["ZG101"][:3]}), by=people.office(),
                            at=LATER)
        kept = Handling.objects.get(dossier=row)
        unit = people.clerk(people.unit("自然资源局"))
        kept = handlings.move(handling=kept, verb=ItemVerb.GOT_MORE, by=unit, at=LATER)
        assert (kept.owner_days, kept.events.count()) == (26, 5)


class TestRefuses:
    def refused(self, row: Dossier, accounts: list[Account], at: datetime = LATER) -> CannotTakeOver:
        """The refusal; nothing is kept."""
        with pytest.raises(CannotTakeOver) as caught:
            histories.take_over(dossier=row, accounts=accounts, by=people.office(), at=at)
        assert not Handling.objects.exists() and not HandlingEvent.objects.exists()
        return caught.value

    def test_names_every_item_that_is_wrong_at_once(self) -> None:
        row = samples.dossier()
        good, twice = told(row, {"SP101": PAPERS["SP101"]})[0], told(row, {"SP101": ()})[0]
        backwards = told(row, {"ZG101": ((ItemVerb.ACCEPT, 5), (ItemVerb.PASS, 2))})[0]
        no_loop = told(row, {"FG104": ((ItemVerb.PASS, 2),)})[0]
        unknown = Account("<b>XX\0" * 10, AT, good.by)
        found = self.refused(row, [good, twice, backwards, no_loop, unknown])
        assert [fault.cell for fault in found.faults] == ["SP101", "ZG101", "FG104", ("<b>XX\0" * 10)[:20]]

    def test_what_has_not_happened_yet(self) -> None:
        row = samples.dossier()
        self.refused(row, told(row, {"SP101": PAPERS["SP101"]}), at=AT)

    def test_a_step_by_somebody_of_another_window(self) -> None:
        row = samples.dossier()
        receiver = people.clerk(row.project.lead_unit)
        stranger = people.clerk(people.unit("园林局"))
        found = self.refused(row, [Account("SP101", AT, receiver, (Act(ItemVerb.ACCEPT, AT, stranger),))])
        assert found.faults[0].cell == "SP101"

    def test_nothing_at_all_and_everybody_but_the_office(self) -> None:
        row = samples.dossier()
        self.refused(row, [])
        with pytest.raises(CannotReach):
            histories.take_over(dossier=row, accounts=told(row, {"SP101": ()}), by=people.clerk(), at=LATER)

    def test_a_decision_without_a_number(self) -> None:
        row = samples.dossier()
        window = people.clerk(people.unit("审批局"))
        steps = (Act(ItemVerb.ACCEPT, AT, window), Act(ItemVerb.PASS, AT, window))
        self.refused(row, [Account("SP101", AT, people.clerk(row.project.lead_unit), steps)])

    def test_a_second_time(self) -> None:
        row = samples.dossier()
        histories.take_over(dossier=row, accounts=told(row, {"SP101": ()}), by=people.office(), at=LATER)
        with pytest.raises(CannotTakeOver):
            histories.take_over(dossier=row, accounts=told(row, {"SP101": ()}), by=people.office(), at=LATER)
        assert row.begins_on == date(2024, 2, 19)
