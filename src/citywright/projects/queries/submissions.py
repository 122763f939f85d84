"""Which projects were handed in? Rounds, their submissions, and the counts of each unit against its quota."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from citywright.kernel import access
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Area, Membership, Organisation
from citywright.kernel.words import THREE_ADMINISTRATORS, UNIT_ROLES

from ..models import GatePassage, Project, Submission, SubmissionRound
from ..rules import reserve as rules
from ..words import Gate, SubmissionStep
from . import reserve

#: No row has a larger key.
LARGEST = 2**31 - 1
#: More than this at once is refused.
MOST = 200


class CannotPick(Refusal):
    """Nothing was picked, or too much at once."""


def rounds(person: Any) -> QuerySet[SubmissionRound]:
    """The rounds of the areas a person reaches, and of those above the person's own area."""
    held = [m for m in access.memberships(person) if m.role not in THREE_ADMINISTRATORS]
    if not held:
        return SubmissionRound.objects.none()
    wanted = Q()
    for m in held:
        wanted |= Q(area__path__in=[m.area.path[:length] for length in range(2, len(m.area.path) + 1)])
        if m.role not in UNIT_ROLES:
            wanted |= Q(area__path__startswith=m.area.path)
    return SubmissionRound.objects.filter(wanted).select_related("area", "made_by")


def rounds_of(person: Any, area: Area) -> QuerySet[SubmissionRound]:
    """Those that concern an area: its own, those above and below it, the latest first."""
    above = [area.path[:length] for length in range(2, len(area.path) + 1)]
    return rounds(person).filter(Q(area__path__in=above) | Q(area__path__startswith=area.path)).order_by("-opens_on")


def one_round(person: Any, key: int) -> SubmissionRound:
    """The visible round; refused the same way whether it is hidden or does not exist."""
    found = rounds(person).filter(pk=min(key, LARGEST)).first()
    if found is None:
        raise CannotReach("没有这一批提报，或您无权查看")
    return found


def visible_to(person: Any) -> QuerySet[Submission]:
    """The submissions of the units and areas a person reaches."""
    return access.rows(person, Submission.objects.all(), area="project__area__path", unit="unit").select_related(
        "round__area", "project__area", "project__category", "unit", "submitted_by", "forwarded_by", "decided_by")


@dataclass(frozen=True)
class Line:
    """A submission and what the person may do to it now."""

    row: Any
    may: frozenset[str]


def lines(person: Any, found: SubmissionRound) -> list[Line]:
    """The submissions of a round with `in_reserve` (入储备库 is claimed), those that wait first. One query."""
    order = {step.value: place for place, step in enumerate(
        (SubmissionStep.DISTRICT, SubmissionStep.CITY, SubmissionStep.RETURNED, SubmissionStep.ACCEPTED,
         SubmissionStep.WITHDRAWN, SubmissionStep.UNIT))}
    claimed = GatePassage.objects.filter(project=OuterRef("project"), gate=Gate.G1, in_force=True)
    rows = sorted(visible_to(person).filter(round=found).annotate(in_reserve=Exists(claimed)),
                  key=lambda row: (order[row.step], row.unit.position, row.pk))
    return [Line(row, may_do(person, row)) for row in rows]


def may_do(person: Any, row: Submission) -> frozenset[str]:
    """The verbs open to the person for this submission."""
    held = access.roles_over(person, unit=row.unit_id, area=row.project.area)
    return rules.may_move(row.round.area.path, SubmissionStep(row.step), held)


@dataclass(frozen=True)
class Count:
    """One unit in a round: handed in (not withdrawn), accepted, waiting, returned now, times returned, its quota."""

    unit: str
    handed_in: int
    accepted: int
    waiting: int
    returned: int
    times: int
    quota: int | None

    @property
    def short(self) -> int:
        """How many are missing to the quota."""
        return max((self.quota or 0) - self.handed_in, 0)


def counts(found: Iterable[Line], quota: int | None, units: Iterable[str]) -> list[Count]:
    """By unit, in the order given; a unit that handed in nothing stands there with 0."""
    by_unit: dict[str, list[Submission]] = {name: [] for name in units}
    for line in found:
        by_unit.setdefault(line.row.unit.short_name, []).append(line.row)
    return [counted(name, rows, quota) for name, rows in by_unit.items()]


def counted(name: str, rows: Iterable[Submission], quota: int | None) -> Count:
    """The counts of some rows."""
    rows = list(rows)
    at = [row.step for row in rows]
    live = [step for step in at if step not in (SubmissionStep.WITHDRAWN, SubmissionStep.UNIT)]
    return Count(name, len(live), at.count(SubmissionStep.ACCEPTED),
                 at.count(SubmissionStep.DISTRICT) + at.count(SubmissionStep.CITY), at.count(SubmissionStep.RETURNED),
                 sum(row.returned_count for row in rows), quota)


def candidates(person: Any, found: SubmissionRound, today: date) -> QuerySet[Project]:
    """The projects of the person's own units that can be handed in today: in the pool, not handed in already."""
    if rules.handing_in_fault(found.opens_on, found.closes_on, today):
        return Project.objects.none()
    units = access.reach(person).units
    taken = Submission.objects.filter(round=found).exclude(
        step__in=[SubmissionStep.RETURNED, SubmissionStep.WITHDRAWN]).values("project")
    return (reserve.pool(person, found.area).filter(lead_unit__in=units).exclude(pk__in=taken)
            .select_related("lead_unit").order_by("code"))


def units_asked(person: Any, found: SubmissionRound) -> list[str]:
    """The units that a round with a quota asks, as far as the person sees them: those of the area that fill reports."""
    if not found.quota:
        return []
    seen = access.reach(person)
    wanted = Q(pk__in=seen.units)
    for path in seen.paths:
        wanted |= Q(area__path__startswith=path)
    filling = Membership.objects.filter(role__in=UNIT_ROLES, valid_to__isnull=True).values("organisation")
    units = Organisation.objects.filter(wanted, pk__in=filling, area__path__startswith=found.area.path)
    return list(units.order_by("position", "code").values_list("short_name", flat=True))


def picked(person: Any, found: SubmissionRound, keys: Sequence[str]) -> list[Submission]:
    """The visible submissions of these keys; refused when there are none, too many, or one is out of reach."""
    if not keys or len(keys) > MOST:
        raise CannotPick("请选1至%(most)s个提报", most=MOST)
    known = {str(row.pk): row for row in visible_to(person).filter(round=found)}
    if not set(keys) <= set(known):
        raise CannotReach("没有这份提报，或您无权查看")
    return [known[key] for key in dict.fromkeys(keys)]
