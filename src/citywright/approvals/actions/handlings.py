"""What can be done to handlings: receive many in one submission, move one along its loop; the clock goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotAccept, Fault, Refusal, Said
from citywright.kernel.models import Attachment, Person
from citywright.kernel.words import Role

from ..models import Dossier, Handling, HandlingEvent
from ..queries import catalogue
from ..queries.dossiers import File
from ..rules import clock as rules
from ..words import ItemStatus, ItemVerb

#: 一次性告知: how many lines a request for supplements may hold, and how long each may be.
MOST_LINES, LONGEST_LINE = 50, 200


class CannotReceive(CannotAccept):
    """An item that does not apply, is handled already, or is not decided yet; all of them in `faults`."""


class CannotHandle(Refusal):
    """The act lacks its reason, its number or its day."""


@transaction.atomic
def receive(*, dossier: Dossier, codes: Sequence[str], by: Person, at: datetime) -> list[Handling]:
    """一窗受理: every named item is received at once, each at the unit behind its department, in one submission."""
    kept = (Dossier.objects.select_for_update(of=("self",))
            .select_related("project__area", "project__lead_unit", "version").get(pk=dossier.pk))
    project, file = kept.project, File(kept)
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.STEWARD, unit=project.lead_unit_id,
                   area=project.area)
    wanted = list(dict.fromkeys(codes))
    _refuse_items(file, wanted)
    units, items = catalogue.units(project.area), file.catalogue
    rows = [Handling(dossier=kept, code=item.code, name=item.name, stage=item.stage, department=item.department,
                     unit=units.get(item.department), package=item.package, limit=item.days(kept.project_class),
                     statutory=item.working_days_statutory, received_at=at)
            for item in map(items.item, wanted)]
    Handling.objects.bulk_create(rows)
    HandlingEvent.objects.bulk_create(
        HandlingEvent(handling=row, number=1, status=ItemStatus.RECEIVED, on=clock.day_of(at), at=at, by=by)
        for row in rows)
    journal.write(verb="handling.received", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "items": wanted})
    return rows


def _refuse_items(file: File, wanted: Sequence[str]) -> None:
    """Refuse what cannot be received, every item named at once."""
    applies, held = set(file.decided.applies), file.handlings
    faults = []
    for code in wanted:
        if code not in applies:
            faults.append(Fault(Said("事项“%(code)s”不适用，或表单还没有答完", {"code": code[:20]}), cell=code))
        elif code in held and ItemStatus(held[code].status) not in REOPENING:
            faults.append(Fault(Said("事项“%(name)s”已在办理或已办结", {"name": held[code].name}), cell=code))
    if faults or not wanted:
        raise CannotReceive("有 %(count)s 个事项不能接件", faults, count=len(faults))


#: An item that ended so may be received anew.
REOPENING = frozenset({ItemStatus.TAKEN_BACK, ItemStatus.NOT_TAKEN, ItemStatus.REFUSED_ENTRY, ItemStatus.NOT_PASSED,
                       ItemStatus.WITHDRAWN, ItemStatus.REVOKED})
#: Acts that need a reason said.
REASONED = frozenset({ItemVerb.NOT_TAKE, ItemVerb.REFUSE_ENTRY, ItemVerb.TAKE_BACK, ItemVerb.BEGIN_SPECIAL,
                      ItemVerb.NOT_PASS, ItemVerb.WITHDRAW, ItemVerb.REVOKE})


@transaction.atomic
def move(*, handling: Handling, verb: ItemVerb, by: Person, at: datetime, reason: str = "",
         lines: Sequence[str] = (), result_no: str = "", expires_on: date | None = None,
         certificate: Attachment | None = None) -> Handling:
    """The item made one step of its loop; its clock is kept, and overdue is stored when it ends.

    A supplement names everything at once in `lines`; a decision has its number. The department's unit acts, or the
    office. Refused for a move the loop has not: a second clerk, a clock resumed twice.
    """
    kept = (Handling.objects.select_for_update(of=("self",))
            .select_related("dossier__project__area", "dossier__project__lead_unit", "unit").get(pk=handling.pk))
    project = kept.dossier.project
    held = access.roles_over(by, unit=kept.unit_id, area=project.area)
    access.require(by, *rules.WINDOW, unit=kept.unit_id, area=project.area)
    said = [line.strip()[:LONGEST_LINE] for line in lines if line.strip()][:MOST_LINES]
    _refuse_bare(verb, reason, said, result_no)
    target = ItemStatus(rules.LOOP.move(step=ItemStatus(kept.status), verb=verb, roles=held))
    event = HandlingEvent.objects.create(handling=kept, number=kept.events.count() + 1, status=target,
                                         on=clock.day_of(at), at=at, by=by, reason=reason.strip(), lines=said)
    kept.status = target
    if target in (ItemStatus.PASSED, ItemStatus.PASSED_LACKING):
        kept.result_no, kept.issued_on = result_no.strip(), event.on
        kept.expires_on, kept.certificate = expires_on, certificate
    keep_clock(kept, event.on)
    kept.save()
    journal.write(verb=f"handling.{PAST[verb]}", by=by, at=at, subject=project, area=project.area, unit=kept.unit,
                  data=_told(kept, verb, reason.strip(), said))
    return kept


def _refuse_bare(verb: ItemVerb, reason: str, lines: Sequence[str], result_no: str) -> None:
    if verb in REASONED and not reason.strip():
        raise CannotHandle("%(verb)s须写明理由", verb=verb.zh)
    if verb == ItemVerb.ASK_MORE and not lines:
        raise CannotHandle("补正须一次性列明全部需要补正的内容")
    if verb in (ItemVerb.PASS, ItemVerb.PASS_LACKING) and not result_no.strip():
        raise CannotHandle("办结须填写文号或证号")


#: Journal verbs of the acts.
PAST: dict[ItemVerb, str] = {
    ItemVerb.ACCEPT: "accepted", ItemVerb.NOT_TAKE: "not_taken", ItemVerb.REFUSE_ENTRY: "refused",
    ItemVerb.TAKE_BACK: "taken_back", ItemVerb.TO_DEPARTMENT: "handed_on", ItemVerb.ASK_MORE: "supplement_asked",
    ItemVerb.GOT_MORE: "supplemented", ItemVerb.BEGIN_SPECIAL: "special_begun", ItemVerb.END_SPECIAL: "special_ended",
    ItemVerb.PASS: "passed", ItemVerb.PASS_LACKING: "passed_lacking", ItemVerb.NOT_PASS: "not_passed",
    ItemVerb.WITHDRAW: "withdrawn", ItemVerb.REVOKE: "revoked",
}


def _told(kept: Handling, verb: ItemVerb, reason: str, lines: Sequence[str]) -> dict[str, Any]:
    return {"code": kept.dossier.project.code, "item": kept.code, "verb": verb, "status": kept.status,
            "reason": reason, "lines": list(lines), "result_no": kept.result_no, "due_on": kept.due_on,
            "was_late": kept.was_late}


def keep_clock(kept: Handling, today: date) -> None:
    """The handling's days as its events give them up to a day."""
    history = [rules.Happened(ItemStatus(status), on)
               for status, on in kept.events.order_by("number").values_list("status", "on")]
    read = rules.read(history, kept.limit, today, clock.city_calendar())
    kept.accepted_on, kept.due_on, kept.ended_on = read.accepted_on, read.due_on, read.ended_on
    kept.used_days, kept.owner_days, kept.special_days = read.used, read.owner, read.special
    kept.was_late = read.is_late
