"""拿地即开工: what if all that may be reviewed before the land is held were reviewed before? Pure; working days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..rules.catalogue import Catalogue
from .network import Task, by_items, critical_path, schedule, with_packages

#: The items that hand over the land, and those that permit construction, in the sample catalogue.
LAND, PERMITS = ("ZG105", "ZG106"), ("ZJ309", "ZJ310")
#: Working days to issue what was reviewed before.
ISSUING = 1


@dataclass(frozen=True)
class LandStart:
    """Days from the land document to the construction permit, now and with pre-review; what still holds the permit.

    `begins_before` is how many working days before the land document the pre-review must begin at the latest.
    """

    now: int
    then: int
    begins_before: int
    holds: tuple[str, ...]

    @property
    def saved(self) -> int:
        """Working days gained."""
        return self.now - self.then


def land_start(catalogue: Catalogue, codes: Collection[str], project_class: str = "", *,
               land: Collection[str] = LAND, permits: Collection[str] = PERMITS) -> LandStart | None:
    """The what-if of a project; None when it takes no land, or needs no permit.

    Items that may be pre-reviewed, and wait for nothing else that must come after the land document, are issued on the
    first day after it; everything else still comes after it. A package half of which is done is no package any more.
    """
    wanted = set(codes)
    given = [code for code in land if code in wanted]
    permit = [code for code in permits if code in wanted]
    if not given or not permit:
        return None
    packed = with_packages(catalogue, codes, project_class)
    bars, handed = schedule(packed), _home(packed, given[0])
    now = max(bars[_home(packed, code)].finish for code in permit) - bars[handed].finish
    tasks = by_items(catalogue, codes, project_class)
    late = _after(tasks, given[0])
    early = _early(tasks, late, {code for code in late if catalogue.item(code).pre_review})
    after = [Task(t.code, ISSUING if t.code in early else t.days, frozenset() if t.code in early else t.before & late,
                  t.members, t.departments) for t in tasks if t.code in late]
    rest = [task for task in after if task.code in _before(after, permit)]
    needed = _before([task for task in tasks if task.code in late], permit)
    reviews = [Task(t.code, max(t.days - ISSUING, 0), t.before & early, t.members, t.departments)
               for t in tasks if t.code in early & needed]
    return LandStart(now=now, then=max((bar.finish for bar in schedule(rest).values()), default=0),
                     begins_before=max((bar.finish for bar in schedule(reviews).values()), default=0),
                     holds=tuple(critical_path(rest)))


def _home(tasks: Collection[Task], code: str) -> str:
    """The task an item belongs to."""
    return next(task.code for task in tasks if code in task.members)


def _early(tasks: Collection[Task], late: set[str], may: set[str]) -> set[str]:
    """Of those that may be pre-reviewed, the ones that wait for nothing that cannot be."""
    known = {task.code: task for task in tasks}
    while wrong := {code for code in may if known[code].before & (late - may)}:
        may = may - wrong
    return may


def _after(tasks: Collection[Task], start: str) -> set[str]:
    """Everything that waits for a task, directly or not."""
    found = {start}
    while more := {t.code for t in tasks if t.code not in found and t.before & found}:
        found |= more
    return found - {start}


def _before(tasks: Collection[Task], ends: Collection[str]) -> set[str]:
    """Some tasks and everything they wait for."""
    known = {task.code: task for task in tasks}
    found: set[str] = set()
    waiting = [code for code in ends if code in known]
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting += [c for c in known[code].before if c in known]
    return found
