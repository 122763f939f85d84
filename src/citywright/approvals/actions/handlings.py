"""What can be done to handlings: receive many in one submission, move one along its loop; the clock goes with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotAccept, Fault, Refusal, Said
from citywright.kernel.models import Attachment, Person
from citywright.kernel.words import Role

from ..models import Dossier, Handling, HandlingEvent
from ..queries import catalogue, desk
from ..queries.dossiers import File
from ..queries.workweek import Workweek
from ..rules import clock as rules
from ..rules import window
from ..words import ItemStatus, ItemVerb
from . import results

#: 一次性告知: how many lines a request for supplements may hold, and how long each may be.
MOST_LINES, LONGEST_LINE = 50, 200


class CannotReceive(CannotAccept):
    """An item that does not apply, is handled already, or is not decided yet; all of them in `faults`."""


class CannotHandle(Refusal):
    """The act lacks its reason, its number or its day."""


@transaction.atomic
def receive(*, dossier: Dossier, codes: Sequence[str], by: Person, at: datetime) -> list[Handling]:
    """一窗受理: every named item is received at once, each at the unit behind its department, in one submission.

    Members of a joint package that come together share its limit and will start together.
    """
    kept = (Dossier.objects.select_for_update(of=("self",))
            .select_related("project__area", "project__lead_unit", "version").get(pk=dossier.pk))
    project, file = kept.project, File(kept)
    access.require(by, Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.STEWARD, unit=project.lead_unit_id,
                   area=project.area)
    wanted = list(dict.fromkeys(codes))
    _refuse_items(file, wanted)
    rows = _rows(file, wanted, at)
    Handling.objects.bulk_create(rows)
    HandlingEvent.objects.bulk_create(
        HandlingEvent(handling=row, number=1, status=ItemStatus.RECEIVED, on=clock.day_of(at), at=at, by=by)
        for row in rows)
    journal.write(verb="handling.received", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "items": wanted})
    return rows


def _rows(file: File, wanted: Sequence[str], at: datetime) -> list[Handling]:
    """The handlings of a submission, with the common limit where a joint package comes together."""
    kept, found = file.dossier, file.catalogue
    units = catalogue.units(kept.project.area)
    items = [found.item(code) for code in wanted]
    together = Counter(item.package for item in items)

    def limit(package: str, own: int) -> int:
        joint = window.is_joint(found, package, together[package])
        return found.package(package).joint_days or own if joint else own

    return [Handling(dossier=kept, code=item.code, name=item.name, stage=item.stage, department=item.department,
                     unit=units.get(item.department), package=item.package,
                     limit=limit(item.package, item.days(kept.project_class)),
                     statutory=item.working_days_statutory, received_at=at) for item in items]


def _refuse_items(file: File, wanted: Sequence[str]) -> None:
    """Refuse what cannot be received, every item named at once."""
    applies, held = set(file.decided.applies), file.handlings
    faults = []
    for code in wanted:
        if code not in applies:
            faults.append(Fault(Said("事项“%(code)s”不适用，或表单还没有答完", {"code": code[:20]}), cell=code))
        elif code in held and ItemStatus(held[code].status) not in window.REOPENING:
            faults.append(Fault(Said("事项“%(name)s”已在办理或已办结", {"name": held[code].name}), cell=code))
    if not wanted:
        raise CannotReceive("请至少选一个事项")
    if faults:
        raise CannotReceive("有 %(count)s 个事项不能接件", faults, count=len(faults))


#: Acts that need a reason said.
REASONED = frozenset({ItemVerb.NOT_TAKE, ItemVerb.REFUSE_ENTRY, ItemVerb.TAKE_BACK, ItemVerb.BEGIN_SPECIAL,
                      ItemVerb.NOT_PASS, ItemVerb.WITHDRAW, ItemVerb.REVOKE})


@transaction.atomic
def move(*, handling: Handling, verb: ItemVerb, by: Person, at: datetime, reason: str = "",
         lines: Sequence[str] = (), result_no: str = "", expires_on: date | None = None,
         certificate: Attachment | None = None, lacking: Sequence[str] = (),
         lacking_due_on: date | None = None) -> Handling:
    """The item made one step of its loop; its clock is kept, and overdue is stored when it ends.

    A supplement names everything at once in `lines`; a decision has its number, and papers that follow (容缺) their
    names and day. The department's unit acts, or the office. Refused for a move the loop has not: a second clerk, a
    clock resumed twice; a joint member does not start alone.
    """
    kept = locked(handling)
    roles = require_window(kept, by)
    said = _lines(lines)
    refuse_bare(verb, reason, said, result_no)
    file = File(kept.dossier)
    _refuse_early(kept, verb, file)
    if lacking or verb == ItemVerb.PASS_LACKING:
        _owe(kept, verb, file, _lines(lacking), lacking_due_on, clock.day_of(at))
    if verb in (ItemVerb.PASS, ItemVerb.PASS_LACKING):
        kept.result_no, kept.issued_on = result_no.strip(), clock.day_of(at)
        kept.expires_on, kept.certificate = expires_on, certificate
    step(kept, verb, roles, by, at, reason=reason.strip(), lines=said)
    finish(kept, file, by, at, reason)
    tell(kept, verb, by, at, reason=reason.strip(), lines=said)
    return kept


def locked(handling: Handling) -> Handling:
    """The handling as it stands now, its row locked."""
    return (Handling.objects.select_for_update(of=("self",)).select_related(
        "dossier__project__area", "dossier__project__lead_unit", "dossier__version", "unit")
        .defer("dossier__version__content").get(pk=handling.pk))


def require_window(kept: Handling, by: Person) -> set[Role]:
    """The roles of the person at the item's window; refused to others. Without a unit behind it the office acts."""
    area = kept.dossier.project.area
    if kept.unit_id is None:
        access.require(by, Role.OFFICE, area=area)
        return {Role.OFFICE}
    access.require(by, *rules.WINDOW, unit=kept.unit_id, area=area)
    return access.roles_over(by, unit=kept.unit_id, area=area)


def _lines(typed: Sequence[str]) -> list[str]:
    """What was typed line by line, without the empty ones."""
    return [line.strip()[:LONGEST_LINE] for line in typed if line.strip()][:MOST_LINES]


def refuse_bare(verb: ItemVerb, reason: str, lines: Sequence[str], result_no: str) -> None:
    """Refuse a step without its reason, its lines or its number."""
    if verb in REASONED and not reason.strip():
        raise CannotHandle("%(verb)s须写明理由", verb=verb.zh)
    if verb == ItemVerb.ASK_MORE and not lines:
        raise CannotHandle("补正须一次性列明全部需要补正的内容")
    if verb in (ItemVerb.PASS, ItemVerb.PASS_LACKING) and not result_no.strip():
        raise CannotHandle("办结须填写文号或证号")


def _refuse_early(kept: Handling, verb: ItemVerb, file: File) -> None:
    """Refuse what must wait: a joint member alone, utilities before the 红章, a full pass while papers are owed."""
    if verb == ItemVerb.ACCEPT:
        if len(desk.starting(kept, file)) > 1:
            raise CannotHandle("联合办理的事项须一并受理")
        refuse_held(kept, file)
    if verb == ItemVerb.PASS and kept.lacking and kept.lacking_met_on is None:
        raise CannotHandle("容缺材料还没有补齐，只能容缺通过")


def refuse_held(kept: Handling, file: File) -> None:
    """Refuse to push to the utilities while the planning permit is a 蓝章 opinion."""
    if kept.package != window.UTILITIES:
        return
    blue = [row for code, row in file.handlings.items()
            if code in window.PLANNING and row.is_preview and row.exchanged_on is None]
    if blue:
        raise CannotHandle("“%(name)s”还是蓝章预审意见，换发红章后才能向市政公用单位推送", name=blue[0].name)


def _owe(kept: Handling, verb: ItemVerb, file: File, names: list[str], due_on: date | None, today: date) -> None:
    """容缺: the papers are owed until a day; refused where the catalogue does not let them follow."""
    if verb not in (ItemVerb.ACCEPT, ItemVerb.PASS_LACKING):
        raise CannotHandle("只有受理和容缺通过时可以容缺")
    if not names and kept.lacking and kept.lacking_met_on is None:
        return
    if not window.may_follow(file.items.get(kept.code)):
        raise CannotHandle("目录不允许“%(name)s”容缺办理", name=kept.name)
    last = clock.statutory_due(today, window.FOLLOW_WITHIN, Workweek())
    if not names or due_on is None or not today < due_on <= last:
        raise CannotHandle("容缺须列明所缺材料和补齐日期，日期最晚为 %(day)s", day=last.isoformat())
    kept.lacking, kept.lacking_due_on, kept.lacking_met_on = names, due_on, None


def step(kept: Handling, verb: ItemVerb, roles: set[Role], by: Person | None, at: datetime, *, reason: str = "",
         lines: Sequence[str] = ()) -> None:
    """One arrow of the loop: its event, its status, its clock; nothing is saved of the row yet."""
    target = ItemStatus(rules.LOOP.move(step=ItemStatus(kept.status), verb=verb, roles=roles))
    event = HandlingEvent.objects.create(handling=kept, number=kept.events.count() + 1, status=target,
                                         on=clock.day_of(at), at=at, by=by, reason=reason[:300], lines=list(lines))
    kept.status = target
    keep_clock(kept, event.on)


def finish(kept: Handling, file: File, by: Person | None, at: datetime, reason: str = "") -> None:
    """The row is saved; what it decided is issued, what it takes back is recalled."""
    if kept.status in window.PASSED:
        results.issue(kept, file, by, at)
    elif kept.status in (ItemStatus.WITHDRAWN, ItemStatus.REVOKED):
        results.recall(kept, reason, at)
    kept.save()


#: Journal verbs of the acts.
PAST: dict[ItemVerb, str] = {
    ItemVerb.ACCEPT: "accepted", ItemVerb.NOT_TAKE: "not_taken", ItemVerb.REFUSE_ENTRY: "refused",
    ItemVerb.TAKE_BACK: "taken_back", ItemVerb.TO_DEPARTMENT: "handed_on", ItemVerb.ASK_MORE: "supplement_asked",
    ItemVerb.GOT_MORE: "supplemented", ItemVerb.BEGIN_SPECIAL: "special_begun", ItemVerb.END_SPECIAL: "special_ended",
    ItemVerb.PASS: "passed", ItemVerb.PASS_LACKING: "passed_lacking", ItemVerb.NOT_PASS: "not_passed",
    ItemVerb.WITHDRAW: "withdrawn", ItemVerb.REVOKE: "revoked",
}


def tell(kept: Handling, verb: ItemVerb, by: Person | None, at: datetime, *, name: str = "", **more: Any) -> None:
    """One line in the journal about a handling; `name` where the act has its own."""
    project = kept.dossier.project
    data = {"code": project.code, "item": kept.code, "verb": verb, "status": kept.status, "result_no": kept.result_no,
            "due_on": kept.due_on, "was_late": kept.was_late} | more
    journal.write(verb=f"handling.{name or PAST[verb]}", by=by, at=at, subject=project, area=project.area,
                  unit=kept.unit, data=data)


def keep_clock(kept: Handling, today: date) -> None:
    """The handling's days as its events give them up to a day."""
    history = [rules.Happened(ItemStatus(status), on)
               for status, on in kept.events.order_by("number").values_list("status", "on")]
    read = rules.read(history, kept.limit, today, Workweek())
    kept.accepted_on, kept.due_on, kept.ended_on = read.accepted_on, read.due_on, read.ended_on
    kept.used_days, kept.owner_days, kept.special_days = read.used, read.owner, read.special
    kept.was_late = read.is_late
