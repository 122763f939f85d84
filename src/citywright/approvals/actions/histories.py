"""What can be done to histories: take over the handlings another system kept, a whole dossier in one act.

Every step goes through the same loop and the same clock as a step made here; the journal gets one line for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotAccept, Fault, Refusal, Said
from citywright.kernel.models import Organisation, Person
from citywright.kernel.words import Role

from ..models import Dossier, Handling, HandlingEvent, Material
from ..queries import catalogue
from ..queries.dossiers import File
from ..rules import clock as rules
from ..rules import window
from ..rules.catalogue import Item
from ..words import ItemStatus, ItemVerb
from .handlings import refuse_bare

#: How many events go to the database at a time.
BATCH = 2_000
#: Steps after which there is a result.
GRANTING = frozenset({ItemVerb.PASS, ItemVerb.PASS_LACKING})


class CannotTakeOver(CannotAccept):
    """A history that no window could have written; every item that is wrong is in `faults`."""


@dataclass(frozen=True)
class Act:
    """One step of an item as the papers tell it: who did what when, and what was said."""

    verb: ItemVerb
    at: datetime
    by: Person
    reason: str = ""
    lines: tuple[str, ...] = ()
    result_no: str = ""


@dataclass(frozen=True)
class Account:
    """One item as the papers tell it: received when and by whom, its steps, what was lacking, its stamp."""

    code: str
    received_at: datetime
    by: Person
    acts: tuple[Act, ...] = ()
    lacking: tuple[str, ...] = ()
    lacking_due_on: date | None = None
    lacking_met_on: date | None = None
    exchanged_on: date | None = None


@transaction.atomic
def take_over(*, dossier: Dossier, accounts: Sequence[Account], by: Person, at: datetime) -> list[Handling]:
    """The dossier has these handlings with all their events, as if each step had been made here on its day.

    The office takes over, and each step was somebody's who may make it. The dossier begins no later than its first
    item; what passed has produced its documents, and no gate is claimed: the ledger knows its own. Refused whole when
    an item does not apply, is held already, or its steps could not have happened.
    """
    kept = (Dossier.objects.select_for_update(of=("self",))
            .select_related("project__area", "project__lead_unit", "version").get(pk=dossier.pk))
    project = kept.project
    access.require(by, Role.OFFICE, Role.CITY, area=project.area)
    taking = _Taking(kept, accounts, at)
    taken = taking.all()
    rows = [row for row, _ in taken]
    Handling.objects.bulk_create(rows)
    HandlingEvent.objects.bulk_create([event for _, events in taken for event in events], batch_size=BATCH)
    Material.objects.bulk_create(taking.documents(taken), batch_size=BATCH)
    first = min(clock.day_of(row.received_at) for row in rows)
    if first < kept.begins_on:
        kept.begins_on = first
        kept.save(update_fields=["begins_on"])
    journal.write(verb="handling.taken_over", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "items": [row.code for row in rows],
                        "events": sum(len(events) for _, events in taken),
                        "ended": sum(row.ended_on is not None for row in rows)})
    return rows


class _Taking:
    """One dossier being taken over: what its items, units and calendar are, read once."""

    def __init__(self, dossier: Dossier, accounts: Sequence[Account], at: datetime) -> None:
        self.dossier, self.accounts, self.at = dossier, accounts, at
        self.file, self.area = File(dossier), dossier.project.area
        self.units = catalogue.units(self.area)
        self.works: Callable[[date], bool] = clock.city_calendar()
        self.allowed: dict[tuple[int, int | None], set[Role]] = {}
        self.receivers: set[int] = set()
        known = self.file.items
        self.together = Counter((known[a.code].package, a.received_at) for a in accounts if a.code in known)
        self.landed_at = [act.at for a in accounts if a.code in window.LAND for act in a.acts if act.verb in GRANTING]

    def all(self) -> list[tuple[Handling, list[HandlingEvent]]]:
        """Every item with its events; refused with all that is wrong."""
        free = set(self.file.decided.applies) - set(self.file.handlings)
        faults, found = [], []
        for account in self.accounts:
            if account.code not in free:
                faults.append(Fault(Said("事项“%(code)s”不适用、已在办理，或列了两次", {"code": account.code[:20]}),
                                    cell=account.code[:20]))
                continue
            free.discard(account.code)
            try:
                found.append(self.one(account))
            except Refusal as refused:
                faults.append(Fault(refused.said, cell=account.code))
        if faults or not found:
            raise CannotTakeOver("有 %(count)s 个事项不能转入", faults, count=len(faults))
        return found

    def one(self, account: Account) -> tuple[Handling, list[HandlingEvent]]:
        """One item: received, then each of its steps, and its clock as it stood after the last."""
        item = self.file.items[account.code]
        self.receiver(account.by)
        row = Handling(dossier=self.dossier, code=item.code, name=item.name, stage=item.stage,
                       department=item.department, unit=self.units.get(item.department), package=item.package,
                       limit=self.limit(item, account.received_at), statutory=item.working_days_statutory,
                       received_at=account.received_at, lacking=list(account.lacking),
                       lacking_due_on=account.lacking_due_on, lacking_met_on=account.lacking_met_on,
                       exchanged_on=account.exchanged_on)
        events = [self.event(row, 1, ItemStatus.RECEIVED, account.received_at, account.by)]
        for number, act in enumerate(account.acts, 2):
            if act.at < events[-1].at or act.at > self.at:
                raise CannotTakeOver("“%(verb)s”的时间早于上一步，或还没有到", verb=act.verb.zh)
            events.append(self.step(row, number, act))
            if act.verb in GRANTING:
                self.grant(row, item, act)
        self.reckon(row, events)
        return row, events

    def limit(self, item: Item, received_at: datetime) -> int:
        """Its own committed days; the common limit where a joint package came together."""
        if window.is_joint(self.file.catalogue, item.package, self.together[item.package, received_at]):
            return self.file.catalogue.package(item.package).joint_days or 0
        return item.days(self.dossier.project_class)

    def step(self, row: Handling, number: int, act: Act) -> HandlingEvent:
        """One step: allowed to who made it, and one the loop has."""
        refuse_bare(act.verb, act.reason, act.lines, act.result_no)
        row.status = ItemStatus(rules.LOOP.move(step=ItemStatus(row.status), verb=act.verb,
                                                roles=self.roles(act.by, row.unit)))
        return self.event(row, number, ItemStatus(row.status), act.at, act.by, act.reason, act.lines)

    def grant(self, row: Handling, item: Item, act: Act) -> None:
        """What passed has its number and day; before the land it is a 蓝章 opinion."""
        row.result_no, row.issued_on = act.result_no, clock.day_of(act.at)
        passed = window.LAND if any(at < act.at for at in self.landed_at) else ()
        row.is_preview = window.waits_for_land(item, self.file.decided.applies, passed)

    def roles(self, person: Person, unit: Organisation | None) -> set[Role]:
        """What the person holds over the unit behind the item; refused when it is nothing of a window."""
        key = (person.pk, unit.pk if unit else None)
        if key not in self.allowed:
            access.require(person, *rules.WINDOW, unit=unit, area=self.area)
            self.allowed[key] = access.roles_over(person, unit=unit, area=self.area)
        return self.allowed[key]

    def receiver(self, person: Person) -> None:
        """Refused when the person could not have received for this project."""
        if person.pk not in self.receivers:
            project = self.dossier.project
            access.require(person, Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.STEWARD, unit=project.lead_unit_id,
                           area=project.area)
            self.receivers.add(person.pk)

    def event(self, row: Handling, number: int, status: ItemStatus, at: datetime, by: Person, reason: str = "",
              lines: Sequence[str] = ()) -> HandlingEvent:
        """An event that is not stored yet."""
        return HandlingEvent(handling=row, number=number, status=status, on=clock.day_of(at), at=at, by=by,
                             reason=reason.strip(), lines=list(lines))

    def reckon(self, row: Handling, events: Sequence[HandlingEvent]) -> None:
        """The clock of the item."""
        told = [rules.Happened(ItemStatus(event.status), event.on) for event in events]
        read = rules.read(told, row.limit, events[-1].on, self.works)
        row.accepted_on, row.due_on, row.ended_on = read.accepted_on, read.due_on, read.ended_on
        row.used_days, row.owner_days, row.special_days = read.used, read.owner, read.special
        row.was_late = read.is_late

    def documents(self, taken: Sequence[tuple[Handling, list[HandlingEvent]]]) -> list[Material]:
        """What the items that passed have produced, each document as its next version."""
        numbers: Counter[str] = Counter(dict(
            Material.objects.filter(dossier=self.dossier).values_list("name").annotate(Max("version"))))
        found = []
        for row, events in sorted(taken, key=lambda pair: pair[1][-1].at):
            for name in self.file.items[row.code].produces if row.status in window.PASSED else ():
                numbers[name] += 1
                found.append(Material(dossier=self.dossier, name=name, version=numbers[name], doc_no=row.result_no,
                                      produced_by=row, given_by=row.unit.short_name if row.unit else "",
                                      at=events[-1].at))
        return found
