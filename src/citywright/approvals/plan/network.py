"""The network of items on working days, and its critical path. Pure; days are whole numbers.

A prerequisite that does not apply is ignored. Joint packages are contracted: one submission, members start together,
and it lasts its joint days, or as long as its longest chain of members where that is shorter (APPROVALS 2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from citywright.kernel.errors import Refusal

from ..rules.catalogue import Catalogue
from ..words import PackageKind


class CannotOrder(Refusal):
    """The items wait for one another in a circle."""


@dataclass(frozen=True)
class Task:
    """One box of the network: an item or a joint package, its working days, what must be done before it."""

    code: str
    days: int
    before: frozenset[str]
    members: tuple[str, ...]
    departments: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    """When a task runs: offsets in working days from the start, and how late it may start without moving the end."""

    code: str
    start: int
    finish: int
    latest_start: int

    @property
    def slack(self) -> int:
        """Working days the task may slip."""
        return self.latest_start - self.start

    @property
    def is_critical(self) -> bool:
        """Whether the end moves with it."""
        return self.latest_start == self.start


def by_items(catalogue: Catalogue, codes: Collection[str], project_class: str = "") -> list[Task]:
    """Every applicable item on its own."""
    wanted = set(codes)
    return [Task(item.code, item.days(project_class), frozenset(wanted.intersection(item.prerequisites)), (item.code,),
                 (item.department,)) for item in catalogue.items if item.code in wanted]


def with_packages(catalogue: Catalogue, codes: Collection[str], project_class: str = "") -> list[Task]:
    """Applicable items, those of a joint package as one task."""
    tasks = {task.code: task for task in by_items(catalogue, codes, project_class)}
    groups = _groups(catalogue, tasks)
    home = {code: package for package, members in groups.items() for code in members}
    found = []
    for name in dict.fromkeys(home.get(code, code) for code in tasks):
        members = groups.get(name, [name])
        inner = [Task(t.code, t.days, t.before & set(members), t.members, t.departments)
                 for t in (tasks[code] for code in members)]
        days = max(bar.finish for bar in schedule(inner).values())
        joint = catalogue.package(name).joint_days if name in groups else None
        before = {home.get(code, code) for task in (tasks[c] for c in members) for code in task.before} - {name}
        found.append(Task(name, days if joint is None else min(days, joint), frozenset(before), tuple(members),
                          tuple(dict.fromkeys(d for t in inner for d in t.departments))))
    return found


def _groups(catalogue: Catalogue, tasks: Mapping[str, Task]) -> dict[str, list[str]]:
    """The applicable members of each joint package."""
    found: dict[str, list[str]] = defaultdict(list)
    for item in catalogue.items:
        if item.code in tasks and item.package and catalogue.package(item.package).kind == PackageKind.JOINT:
            found[item.package].append(item.code)
    return dict(found)


def ordered(tasks: Iterable[Task]) -> list[Task]:
    """The tasks so that each stands after those it waits for; refuses a circle, naming it."""
    known = {task.code: task for task in tasks}
    waiting = {code: len(task.before & known.keys()) for code, task in known.items()}
    after: dict[str, list[str]] = defaultdict(list)
    for task in known.values():
        for code in task.before & known.keys():
            after[code].append(task.code)
    ready = [code for code, count in waiting.items() if not count]
    found = []
    while ready:
        code = ready.pop()
        found.append(known[code])
        for later in after[code]:
            waiting[later] -= 1
            if not waiting[later]:
                ready.append(later)
    if len(found) < len(known):
        raise CannotOrder("事项互为前置，成了环：%(codes)s", codes=sorted(c for c, n in waiting.items() if n))
    return found


def schedule(tasks: Sequence[Task]) -> dict[str, Bar]:
    """Critical path: each task starts once what it waits for is done; its latest start leaves the end where it is."""
    order = ordered(tasks)
    finish: dict[str, int] = {}
    for task in order:
        finish[task.code] = task.days + max((finish[c] for c in task.before if c in finish), default=0)
    latest = dict.fromkeys(finish, max(finish.values(), default=0))
    for task in reversed(order):
        for code in task.before:
            if code in latest:
                latest[code] = min(latest[code], latest[task.code] - task.days)
    return {task.code: Bar(task.code, finish[task.code] - task.days, finish[task.code], latest[task.code] - task.days)
            for task in order}


def length(tasks: Sequence[Task]) -> int:
    """Working days from the first start to the last end; 0 of nothing."""
    return max((bar.finish for bar in schedule(tasks).values()), default=0)


def critical_path(tasks: Sequence[Task]) -> list[str]:
    """One chain of tasks that holds the date, first to last."""
    bars = schedule(tasks)
    known = {task.code: task for task in tasks}
    code = max(bars.values(), key=lambda bar: (bar.finish, bar.code)).code if bars else ""
    found: list[str] = []
    while code:
        found.append(code)
        before = [c for c in known[code].before if c in bars and bars[c].finish == bars[code].start]
        code = min(before, default="")
    return found[::-1]


@dataclass(frozen=True)
class Comparison:
    """One row of the table: how many items apply, and the working days of each way of doing them."""

    items: int
    statutory: int
    committed: int
    parallel: int
    packages: int

    @property
    def bundling_costs(self) -> int:
        """Working days that the packages add instead of saving; 0 when they do not."""
        return max(self.packages - self.parallel, 0)


def compare(catalogue: Catalogue, codes: Collection[str], project_class: str = "") -> Comparison:
    """One after the other by law and as committed, in parallel, and in parallel with joint packages."""
    wanted = [item for item in catalogue.items if item.code in set(codes)]
    return Comparison(
        items=len(wanted), statutory=sum(item.working_days_statutory for item in wanted),
        committed=sum(item.days(project_class) for item in wanted),
        parallel=length(by_items(catalogue, codes, project_class)),
        packages=length(with_packages(catalogue, codes, project_class)))
