"""All dossiers of an area with where they stand and when they will be done: what the list of plans shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from citywright.kernel.models import Area
from citywright.projects.models import AnnualPlan

from .. import plan
from ..models import Dossier, Handling, Promise
from ..rules import catalogue as rules
from ..rules import clock as clocks
from ..rules.catalogue import Catalogue, Decided, Item
from . import catalogue
from .dossiers import visible_to
from .plans import PASSED, Calendar

#: No permit yet, and it is expected after the planned start.
MISSING = Q(has_permit=False, likely_on__gt=F("start_on"))


@dataclass(frozen=True)
class Standing:
    """Where a dossier stands: the furthest stage begun, done, running, all, late; what was told; days to the start.

    `slack` is None where no start is planned, or the permit is had.
    """

    stage: str
    done: int
    running: int
    count: int
    late: int
    promise: Promise | None
    moved: int | None
    slack: int | None
    is_permit: bool
    holds: Item | None


def listed(person: Any, area: Area, today: date) -> QuerySet[Dossier]:
    """The dossiers of an area, with what the list is filtered and sorted by."""
    mine = Handling.objects.filter(dossier=OuterRef("pk"))
    told = Promise.objects.filter(dossier=OuterRef("pk"))
    start = AnnualPlan.objects.filter(project=OuterRef("project"), in_force=True).order_by("-year")
    return (visible_to(person).filter(project__area__path__startswith=area.path, project__exit="")
            .select_related("project__lead_unit", "version").defer("version__content")
            .annotate(is_late=Exists(mine.filter(late_now(today))),
                      has_permit=Exists(mine.filter(code__in=plan.GOALS, status__in=PASSED)),
                      likely_on=Subquery(told.order_by("-made_at").values("likely_on")[:1]),
                      start_on=Subquery(start.values("planned_start")[:1]))
            .annotate(misses=Case(When(MISSING, then=Value(1)), default=Value(0))))


def late_now(today: date) -> Q:
    """Handlings whose clock runs past its due day."""
    return Q(status__in=clocks.RUNS, due_on__lt=today)


def standings(rows: Sequence[Dossier], today: date) -> None:
    """Each row of a page knows where it stands: three queries however many rows."""
    counts: dict[Any, Counter[tuple[str, str]]] = {row.pk: Counter() for row in rows}
    told = Handling.objects.filter(dossier__in=counts).values_list("dossier", "stage").annotate(
        done=Count("pk", filter=Q(status__in=PASSED)), running=Count("pk", filter=Q(ended_on__isnull=True)),
        late=Count("pk", filter=late_now(today))).order_by()
    for key, stage, done, running, late in told:
        counts[key].update({("done", stage): done, ("running", stage): running, ("late", stage): late})
    first: dict[Any, Promise] = {}
    last: dict[Any, Promise] = {}
    for promise in Promise.objects.filter(dossier__in=counts).order_by("made_at"):
        first.setdefault(promise.dossier_id, promise)
        last[promise.dossier_id] = promise
    calendar = Calendar(date(today.year - 1, 1, 1))
    for row in rows:
        row.stands = _standing(row, counts[row.pk], first.get(row.pk), last.get(row.pk), calendar)  # type: ignore[attr-defined]


def _standing(row: Dossier, counts: Counter[tuple[str, str]], first: Promise | None, last: Promise | None,
              calendar: Calendar) -> Standing:
    known, number = catalogue.content(row.version), calendar.days.number
    decided = applying(row, known).applies
    begun = [stage.name for stage in known.stages if stage.code.isdecimal()
             and counts["done", stage.code] + counts["running", stage.code]]

    def total(name: str) -> int:
        return sum(count for (kind, _stage), count in counts.items() if kind == name)

    moved = number(last.likely_on) - number(first.likely_on) if first and last else None
    waits = not row.has_permit and any(code in decided for code in plan.GOALS)  # type: ignore[attr-defined]
    start: date | None = row.start_on  # type: ignore[attr-defined]
    slack = number(start) - number(last.likely_on) if last and start and waits else None
    holds = next((item for item in known.items if last and item.code in last.holds[:1]), None)
    return Standing(begun[-1] if begun else "", total("done"), total("running"), len(decided), total("late"), last,
                    moved, slack, waits, holds)


_decided: dict[tuple[Any, ...], Decided] = {}
#: How many decisions are kept.
KEPT = 4096


def applying(row: Dossier, known: Catalogue) -> Decided:
    """What applies to a dossier; decided once for the same answers."""
    key = (row.version.digest, *sorted((name, str(value)) for name, value in row.answers.items()))
    found = _decided.get(key)
    if found is None:
        if len(_decided) >= KEPT:
            _decided.clear()
        found = _decided[key] = rules.decide(known, row.answers)
    return found
