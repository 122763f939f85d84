"""Who serves which dossier, what waits for an answer, and what an enterprise may see of its own dossier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from citywright.kernel import access
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Area, Membership, Person
from citywright.kernel.words import Role

from ..models import Butler, ButlerNote, Dossier, Handling, HandlingEvent, Message, Promise, Rating
from ..plan import LiveBar
from ..rules import clock as clocks
from ..rules import people as rules
from ..rules import window
from ..words import ItemStatus, MessageKind, ServicePhase, Span, TaskState
from . import dossiers, plans
from .plans import Planned

#: How many of what comes later an enterprise is shown.
NEXT = 6


class CannotFollow(Refusal):
    """The token opens nothing: wrong, replaced, closed or out of its days; which of them is not said."""


def admitted(token: str, on: date, *, lock: bool = False) -> Dossier:
    """The dossier that a token opens on a day."""
    rows = (Dossier.objects.select_related("project__area", "project__lead_unit", "version")
            .defer("version__content"))
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = None
    if 0 < len(token) <= rules.LONGEST_TOKEN:
        found = rows.filter(token_digest=rules.digest(token), token_until__gte=on, project__exit="").first()
    if found is None:
        raise CannotFollow("链接不对或已经失效，请向帮办管家或受理窗口索取新的链接")
    return found


# --- what the enterprise sees ----------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Need:
    """Something the enterprise has to bring: for which item, what, until when."""

    name: str
    code: str
    papers: tuple[str, ...]
    until: date | None
    is_supplement: bool


@dataclass
class Journey:
    """One dossier as its enterprise follows it on a day."""

    dossier: Dossier
    on: date

    @cached_property
    def plan(self) -> Planned:
        """The plan with its pauses: two queries."""
        return plans.planned(self.dossier, self.on)

    @cached_property
    def rows(self) -> list[Handling]:
        """The latest handling of each item."""
        return list(self.plan.file.handlings.values())

    @cached_property
    def running(self) -> list[Handling]:
        """What is under way, what is due first."""
        rows = [row for row in self.rows if row.status in window.OPEN]
        return sorted(rows, key=lambda row: (row.due_on or date.max, row.code))

    @cached_property
    def ended(self) -> list[Handling]:
        """What has ended, the latest first."""
        return sorted((row for row in self.rows if row.ended_on), key=lambda row: (row.ended_on, row.code),
                      reverse=True)

    @cached_property
    def rated(self) -> dict[UUID, Rating]:
        """The ratings given."""
        return {row.handling_id: row for row in Rating.objects.filter(handling__dossier=self.dossier)}

    @cached_property
    def urged(self) -> dict[UUID, datetime]:
        """The day each item was last urged."""
        return {message.handling_id: message.at for message in reversed(self.messages)
                if message.kind == MessageKind.URGE and message.handling_id}

    @cached_property
    def messages(self) -> list[Message]:
        """What was asked and urged, the latest first."""
        return list(self.dossier.messages.select_related("handling", "replied_by").order_by("-at")[:100])

    @cached_property
    def told(self) -> list[ButlerNote]:
        """What the butler told, the latest first."""
        return list(self.dossier.notes.filter(is_told=True).select_related("by").order_by("-at")[:20])

    @cached_property
    def butler(self) -> Butler | None:
        """The butler."""
        return self.dossier.butlers.select_related("person").filter(to_on__isnull=True).first()

    @cached_property
    def promises(self) -> list[Promise]:
        """The finish as it was promised, the latest first."""
        return list(self.dossier.promises.order_by("-made_at")[:12])

    @cached_property
    def needs(self) -> list[Need]:
        """What is needed from the enterprise: supplements and papers owed first, then what may be handed in now."""
        asked = [row for row in self.running if row.status == ItemStatus.SUPPLEMENTING]
        events = HandlingEvent.objects.filter(handling__in=asked).order_by("handling", "number") if asked else ()
        lines = {event.handling_id: tuple(event.lines) for event in events
                 if event.status == ItemStatus.SUPPLEMENTING}
        found = [Need(row.name, row.code, lines.get(row.pk, ()), None, True) for row in asked]
        found += [Need(row.name, row.code, tuple(row.lacking), row.lacking_due_on, True) for row in self.rows
                  if row.lacking_due_on and row.lacking_met_on is None and row.status not in window.REOPENING]
        return found + [Need(code, code, self.papers(code), self.latest(bar), False) for bar in self.ready
                        for code in bar.task.members]

    @cached_property
    def ready(self) -> list[LiveBar]:
        """What may be handed in today, least slack first."""
        return [bar for bar in self.plan.next_steps if bar.state == TaskState.PLANNED
                and not self.plan.after.intersection(bar.task.members)]

    def latest(self, bar: LiveBar) -> date:
        """The latest day to hand in without moving the finish."""
        return self.plan.day(bar.start + max(bar.slack, 0))

    def papers(self, code: str) -> tuple[str, ...]:
        """The documents of the applicant that the item needs and nobody has given yet."""
        item = self.plan.file.items[code]
        return tuple(name for name in item.needs
                     if name in self.plan.file.catalogue.applicant_documents and name not in self.given)

    @cached_property
    def given(self) -> set[str]:
        """The documents that are there."""
        return set(self.dossier.materials.filter(withdrawn_at__isnull=True).values_list("name", flat=True))

    @cached_property
    def next(self) -> list[LiveBar]:
        """What comes after that, in order."""
        now = {bar.task.code for bar in self.plan.next_steps}
        return sorted((bar for bar in self.plan.live.bars.values() if bar.state == TaskState.PLANNED
                       and bar.task.code not in now), key=lambda bar: (bar.start, bar.finish, bar.task.code))[:NEXT]

    @property
    def phase(self) -> ServicePhase:
        """The phase of service."""
        return rules.phase(not self.plan.goals and bool(self.plan.codes), bool(self.rows))


# --- butlers ---------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Work:
    """One dossier in a butler's worklist on a day."""

    dossier: Dossier
    plan: Planned
    butler: Person | None
    waiting: int
    urged: int

    @cached_property
    def slack(self) -> int | None:
        """Working days between the expected permit and the planned start of building; None without either."""
        due, goal = self.due, self.plan.live.goal
        return None if due is None or goal is None else self.plan.calendar.days.number(due) - goal

    @property
    def due(self) -> date | None:
        """The day the permit is needed: the planned start of building."""
        return self.dossier.project.build_from if self.plan.goals else None

    @property
    def expected(self) -> date | None:
        """When the permit is there, by committed days."""
        return None if self.plan.live.goal is None else self.plan.day(self.plan.live.goal)

    @cached_property
    def running(self) -> list[Handling]:
        """What is under way."""
        return [row for row in self.plan.file.handlings.values() if row.status in window.OPEN]

    @property
    def owner(self) -> int:
        """Items that wait for the enterprise."""
        return sum(clocks.PAUSES.get(row.status) == Span.OWNER for row in self.running)

    @property
    def late(self) -> int:
        """Items past their due day."""
        return sum(row.status in clocks.RUNS and row.due_on is not None and row.due_on < self.plan.on
                   for row in self.running)

    @property
    def phase(self) -> ServicePhase:
        """The phase of service."""
        return rules.phase(not self.plan.goals, bool(self.plan.facts))

    @property
    def rank(self) -> tuple[bool, int, int, str]:
        """Its place in the list."""
        return (*rules.rank(self.slack, self.dossier.weight), -self.late, self.dossier.project.code)


def open_dossiers(person: Any, area: Area) -> QuerySet[Dossier]:
    """The visible dossiers of an area that go on."""
    return (dossiers.visible_to(person).filter(project__area__path__startswith=area.path, closed_on__isnull=True,
                                               project__exit="")
            .select_related("project__lead_unit", "project__area", "version__area").defer("version__content"))


def worklist(person: Any, area: Area, on: date, butler: str = "") -> list[Work]:
    """The dossiers of a butler (a sign-in; "none": without one; all when empty), ranked by slack and weight."""
    rows = open_dossiers(person, area)
    if butler == "none":
        rows = rows.exclude(pk__in=Butler.objects.filter(to_on__isnull=True).values("dossier"))
    elif butler:
        rows = rows.filter(butlers__person__username=butler, butlers__to_on__isnull=True)
    found = list(rows)
    names = {row.dossier_id: row.person for row in butlers_of(found)}
    waits = waiting(found)
    made = [Work(one.file.dossier, one, names.get(one.file.dossier.pk), *waits.get(one.file.dossier.pk, (0, 0)))
            for one in plans.plans(found, on)]
    return sorted((one for one in made if one.plan.codes and not one.plan.is_over), key=lambda one: one.rank)


def butlers_of(rows: Sequence[Dossier]) -> QuerySet[Butler]:
    """The butlers of dossiers today."""
    return Butler.objects.filter(dossier__in=rows, to_on__isnull=True).select_related("person")


def waiting(rows: Sequence[Dossier]) -> dict[UUID, tuple[int, int]]:
    """Dossier to how many questions, and how many urgings, wait for an answer."""
    told = (Message.objects.filter(dossier__in=rows, replied_at__isnull=True).order_by().values_list("dossier")
            .annotate(asked=Count("pk", filter=Q(kind=MessageKind.QUESTION)),
                      urged=Count("pk", filter=Q(kind=MessageKind.URGE))))
    return {key: (asked, urged) for key, asked, urged in told}


@dataclass(frozen=True)
class Carried:
    """What one butler carries: dossiers, their weight, what waits for an answer."""

    username: str
    name: str
    dossiers: int
    weight: int
    waiting: int


def carried(person: Any, area: Area) -> list[Carried]:
    """The load of each butler of the area, the heaviest first: two queries."""
    rows = Butler.objects.filter(dossier__in=open_dossiers(person, area).values("pk"), to_on__isnull=True)
    found = rows.order_by().values_list("person__username", "person__full_name", "dossier", "dossier__weight")
    asked = dict(Message.objects.filter(dossier__in=rows.values("dossier"), replied_at__isnull=True).order_by()
                 .values_list("dossier").annotate(Count("pk")))
    known: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for username, name, dossier, weight in found:
        known.setdefault((username, name), []).append((weight, asked.get(dossier, 0)))
    made = [Carried(username, name, len(of), sum(weight for weight, _ in of), sum(n for _, n in of))
            for (username, name), of in known.items()]
    return sorted(made, key=lambda one: (-one.weight, -one.dossiers, one.username))


def fit(dossier: Dossier) -> list[Person]:
    """Who may be the dossier's butler: stewards and the office over its area, its lead unit's people."""
    project = dossier.project
    above = [project.area.path[:length] for length in range(2, len(project.area.path) + 1)]
    found = Membership.objects.filter(
        Q(role__in=(Role.STEWARD, Role.OFFICE), area__path__in=above)
        | Q(role__in=(Role.CLERK, Role.REVIEWER), organisation=project.lead_unit),
        valid_to__isnull=True, person__is_active=True).select_related("person")
    ordered = sorted(found, key=lambda one: (one.role != Role.STEWARD, one.person.username))
    return list(dict.fromkeys(one.person for one in ordered))


def may_serve(person: Any, dossier: Dossier) -> bool:
    """Whether the person serves the dossier."""
    held = access.roles_over(person, unit=dossier.project.lead_unit_id, area=dossier.project.area)
    return bool(held & {Role.CLERK, Role.REVIEWER, Role.STEWARD, Role.OFFICE})


def messages(person: Any) -> QuerySet[Message]:
    """Every message the person may see: of projects reached, and about items at the person's window."""
    mine = Q(dossier__in=dossiers.visible_to(person).values("pk"))
    return Message.objects.filter(mine).select_related("dossier__project", "handling__unit", "replied_by")


def message(person: Any, key: int) -> Message:
    """The visible message; refused the same way whether hidden or absent."""
    found = messages(person).filter(pk=key).first()
    if found is None:
        raise CannotReach("没有这一来信，或您无权查看")
    return found
