"""What can be done together? A joint package starts as one; many items are accepted in one go; a promise decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ..models import Handling
from ..queries import catalogue, desk
from ..queries.dossiers import File
from ..rules import clock as rules
from ..rules import window
from ..words import ItemStatus, ItemVerb
from . import handlings, results
from .handlings import CannotHandle

#: How many items one batch may hold.
MOST = 200


@transaction.atomic
def accept(*, handling: Handling, by: Person, at: datetime) -> list[Handling]:
    """联合受理: all members of the submission start together; the package's lead, any member's window, the office acts.

    Refused when the item is alone in its submission, or was started already.
    """
    kept = handlings.locked(handling)
    file = File(kept.dossier)
    handlings.refuse_held(kept, file)
    members = [handlings.locked(row) for row in sorted(desk.starting(kept, file), key=lambda row: str(row.pk))]
    if len(members) < 2:
        raise CannotHandle("“%(name)s”没有可一并受理的联办事项", name=kept.name)
    roles = _roles(members, file, by)
    for row in members:
        handlings.step(row, ItemVerb.ACCEPT, roles, by, at)
        row.save()
    handlings.tell(kept, ItemVerb.ACCEPT, by, at, name="joint_accepted", items=[row.code for row in members],
                   package=kept.package)
    return members


def _roles(members: Sequence[Handling], file: File, by: Person) -> set[Role]:
    """The roles of the person at the lead of the package or at a member; refused to others."""
    project = members[0].dossier.project
    lead = catalogue.units(project.area).get(file.catalogue.package(members[0].package).lead)
    units = {row.unit_id for row in members} | ({lead.pk} if lead else set())
    found = {role for unit in units - {None} for role in access.roles_over(by, unit=unit, area=project.area)}
    if not found & rules.WINDOW:
        access.require(by, Role.OFFICE, area=project.area)
        return {Role.OFFICE}
    return found


@transaction.atomic
def accept_many(*, chosen: Sequence[Handling], by: Person, at: datetime) -> int:
    """批量受理: all of these items are accepted, joint ones with their fellows, or none; how many they were."""
    if not chosen or len(chosen) > MOST:
        raise CannotHandle("请勾选 1 到 %(most)s 个办件", most=MOST)
    done: set[object] = set()
    for row in chosen:
        if row.pk in done:
            continue
        try:
            done |= {one.pk for one in _started(row, by, at)}
        except CannotReach:
            raise
        except Refusal as refused:
            raise CannotHandle("“%(name)s”：%(why)s", name=row.name, why=str(refused)) from refused
    return len(done)


def _started(row: Handling, by: Person, at: datetime) -> list[Handling]:
    kept = handlings.locked(row)
    if kept.status == ItemStatus.RECEIVED and len(desk.starting(kept, File(kept.dossier))) > 1:
        return accept(handling=kept, by=by, at=at)
    return [handlings.move(handling=kept, verb=ItemVerb.ACCEPT, by=by, at=at)]


# --- 告知承诺

@transaction.atomic
def commit(*, handling: Handling, result_no: str, by: Person, at: datetime) -> Handling:
    """告知承诺: the item is accepted and decided at once upon the written promise, and is checked afterwards.

    Refused where the catalogue does not allow it, and for an item that is on its way already.
    """
    kept = handlings.locked(handling)
    roles, file = handlings.require_window(kept, by), File(kept.dossier)
    if not window.may_commit(file.items.get(kept.code)):
        raise CannotHandle("目录不允许“%(name)s”告知承诺办理", name=kept.name)
    if len(desk.starting(kept, file)) > 1:
        raise CannotHandle("联合办理的事项须一并受理")
    if not result_no.strip():
        raise CannotHandle("办结须填写文号或证号")
    handlings.refuse_held(kept, file)
    handlings.step(kept, ItemVerb.ACCEPT, roles, by, at)
    handlings.step(kept, ItemVerb.PASS, roles, by, at)
    kept.result_no, kept.issued_on, kept.by_commitment = result_no.strip(), clock.day_of(at), True
    handlings.finish(kept, file, by, at)
    handlings.tell(kept, ItemVerb.PASS, by, at, name="committed")
    return kept


@transaction.atomic
def check(*, handling: Handling, is_kept: bool, by: Person, at: datetime, reason: str = "") -> Handling:
    """承诺核查: the promise was kept, or the decision is revoked with its reason; its documents count no longer."""
    kept = handlings.locked(handling)
    roles = handlings.require_window(kept, by)
    if not kept.by_commitment or kept.checked_on is not None or kept.status not in window.PASSED:
        raise CannotHandle("“%(name)s”没有待核查的承诺", name=kept.name)
    if not is_kept and not reason.strip():
        raise CannotHandle("%(verb)s须写明理由", verb=ItemVerb.REVOKE.zh)
    kept.checked_on = clock.day_of(at)
    if is_kept:
        kept.save(update_fields=["checked_on"])
    else:
        handlings.step(kept, ItemVerb.REVOKE, roles, by, at, reason=reason.strip())
        handlings.finish(kept, File(kept.dossier), by, at, reason.strip())
    handlings.tell(kept, ItemVerb.REVOKE, by, at, name="promise_kept" if is_kept else "promise_broken",
                   reason=reason.strip())
    return kept


# --- 蓝章换红章

@transaction.atomic
def exchange(*, handling: Handling, result_no: str, by: Person, at: datetime) -> Handling:
    """换发红章: the pre-review opinion is the lawful result from now on, and claims the project's gate.

    Refused before the land is there, and a second time.
    """
    kept = handlings.locked(handling)
    handlings.require_window(kept, by)
    file = File(kept.dossier)
    if not kept.is_preview or kept.exchanged_on is not None or kept.status not in window.PASSED:
        raise CannotHandle("“%(name)s”没有待换发的蓝章意见", name=kept.name)
    if not result_no.strip():
        raise CannotHandle("办结须填写文号或证号")
    if not window.LAND & file.passed:
        raise CannotHandle("土地出让或划拨还没有办结，不能换发红章")
    kept.exchanged_on, kept.result_no = clock.day_of(at), result_no.strip()
    kept.save(update_fields=["exchanged_on", "result_no"])
    item = file.items.get(kept.code)
    results.produce(kept, item.produces if item else (), at)
    results.claim(kept, file, by, at)
    handlings.tell(kept, ItemVerb.PASS, by, at, name="exchanged")
    return kept
