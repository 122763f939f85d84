"""Several projects and the windows of departments: a list rule, whoever is nearest to being late goes first. Pure."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .network import Task, schedule


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
    """The clock of `share_out`: ends free windows, then the best ranked of what can start starts.

    What can start but finds a department full waits in the queue of that department, so that only queues of
    departments with a free window are looked at.
    """
    running: list[tuple[int, str, str]] = []
    queues: dict[str, list[tuple[int, str, str]]] = {"": [], **{name: [] for name in free}}
    slots: list[Slot] = []
    while ready or running:
        now = min([*(r[0] for r in running[:1]), *(r[0] for r in ready[:1])])
        while running and running[0][0] <= now:
            _, project, code = heapq.heappop(running)
            _free(known[project, code][1], free, 1)
            for job, task in after[project, code]:
                key = (job.project, task.code)
                waiting[key] -= 1
                if not waiting[key]:
                    heapq.heappush(ready, (now, rank[key], *key))
        while ready and ready[0][0] <= now:
            heapq.heappush(queues[""], heapq.heappop(ready)[1:])
        while open_queues := [queue for name, queue in queues.items() if queue and free.get(name, 1) > 0]:
            entry = heapq.heappop(min(open_queues))
            task = known[entry[1], entry[2]][1]
            full = next((d for d in task.departments if free.get(d, 1) < 1), None)
            if full is not None:
                heapq.heappush(queues[full], entry)
                continue
            _free(task, free, -1)
            slots.append(Slot(entry[1], task.code, now, now + task.days))
            heapq.heappush(running, (now + task.days, entry[1], task.code))
    return slots


def _free(task: Task, free: dict[str, int], change: int) -> None:
    for department in task.departments:
        if department in free:
            free[department] += change
