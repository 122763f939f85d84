"""What is the best order, and when is it done? The network of items on working days. Pure; days are whole numbers.

A prerequisite that does not apply is ignored. Joint packages are contracted: one submission, members start together,
and it lasts its joint days, or as long as its longest chain of members where that is shorter (APPROVALS 2).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from citywright.kernel.errors import Refusal

from .rules.catalogue import Catalogue, Item
from .words import PackageKind


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


# --- several projects and the windows of departments ---------------------------------------------------------------

@dataclass(frozen=True)
class Job:
    """The network of one live project: its tasks, its weight, the working day it can begin."""

    project: str
    tasks: tuple[Task, ...]
    weight: int = 1
    begins: int = 0


@dataclass(frozen=True)
class Slot:
    """A task of a project in its place of the common plan."""

    project: str
    code: str
    start: int
    finish: int


#: How many working days of latest start one unit of project weight is worth (APPROVALS 1; measured, ranking by raw
#: slack is the worst rule).
WEIGHS = 10


def share_out(jobs: Sequence[Job], windows: Mapping[str, int]) -> list[Slot]:
    """Every task of every project, given how many each department handles at a time; departments unnamed are not full.

    A list rule: whenever windows are free, the task whose latest start minus WEIGHS x weight is smallest goes first.
    A task of several departments needs a window of each from its first day to its last.
    """
    waiting: dict[tuple[str, str], int] = {}
    after: dict[tuple[str, str], list[tuple[Job, Task]]] = defaultdict(list)
    rank: dict[tuple[str, str], int] = {}
    ready: list[tuple[int, int, str, str]] = []
    known: dict[tuple[str, str], tuple[Job, Task]] = {}
    for job in jobs:
        bars, codes = schedule(job.tasks), {task.code for task in job.tasks}
        for task in job.tasks:
            key = (job.project, task.code)
            known[key], rank[key] = (job, task), job.begins + bars[task.code].latest_start - WEIGHS * job.weight
            waiting[key] = len(task.before & codes)
            for code in task.before & codes:
                after[job.project, code].append((job, task))
            if not waiting[key]:
                heapq.heappush(ready, (job.begins, rank[key], *key))
    return _run(known, waiting, after, rank, ready, dict(windows))


def _run(known: Mapping[tuple[str, str], tuple[Job, Task]], waiting: dict[tuple[str, str], int],
         after: Mapping[tuple[str, str], list[tuple[Job, Task]]], rank: Mapping[tuple[str, str], int],
         ready: list[tuple[int, int, str, str]], free: dict[str, int]) -> list[Slot]:
    """The clock of `share_out`: ends free windows, then the best ranked of what can start starts."""
    running: list[tuple[int, str, str]] = []
    queue: list[tuple[int, str, str]] = []
    slots: list[Slot] = []
    now = 0
    while ready or queue or running:
        now = min([now] if queue and not running else [*(r[0] for r in running[:1]), *(r[0] for r in ready[:1])])
        while running and running[0][0] <= now:
            _, project, code = heapq.heappop(running)
            _free(known[project, code][1], free, 1)
            for job, task in after[project, code]:
                key = (job.project, task.code)
                waiting[key] -= 1
                if not waiting[key]:
                    heapq.heappush(ready, (now, rank[key], *key))
        while ready and ready[0][0] <= now:
            _, place, project, code = heapq.heappop(ready)
            heapq.heappush(queue, (place, project, code))
        kept = []
        while queue:
            entry = heapq.heappop(queue)
            task = known[entry[1], entry[2]][1]
            if any(free.get(d, 1) < 1 for d in task.departments):
                kept.append(entry)
                continue
            _free(task, free, -1)
            slots.append(Slot(entry[1], task.code, now, now + task.days))
            heapq.heappush(running, (now + task.days, entry[1], task.code))
        queue = kept
        heapq.heapify(queue)
    return slots


def _free(task: Task, free: dict[str, int], change: int) -> None:
    for department in task.departments:
        if department in free:
            free[department] += change


def items_of(catalogue: Catalogue, tasks: Iterable[str]) -> list[Item]:
    """The items behind task codes, the members of a package in the order of the catalogue."""
    wanted = set(tasks)
    return [item for item in catalogue.items if item.code in wanted or item.package in wanted]
