"""The plan as it stands today: what is done, what runs, what is still to come, on the work calendar. Pure.

Days are handed in as numbers of working days (`WorkDays`); the clock of an item tells how many it has left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ..rules.catalogue import Catalogue
from ..words import TaskState
from .land import PERMITS
from .network import Task, by_items, ordered, with_packages

#: The items that let construction begin, in the sample catalogue: of buildings and works, and of roads.
GOALS = (*PERMITS, "JT301")


class WorkDays:
    """Days as numbers: how many working days they lie after a first day. One table serves every project of a page."""

    def __init__(self, first: date, works: Callable[[date], bool]) -> None:
        self.first, self._works = first, works
        self._numbers, self._days = [0], [first]

    def number(self, day: date) -> int:
        """Working days after the first day, up to and with a day; a rest day has the number of the day before."""
        wanted = (day - self.first).days
        if wanted < 0:
            return -sum(self._works(day + timedelta(days=n)) for n in range(1, -wanted + 1))
        while len(self._numbers) <= wanted:
            self._grow()
        return self._numbers[wanted]

    def day(self, number: int) -> date:
        """The working day with this number; 0 is the first day."""
        if number < 0:
            day, left = self.first, -number
            while left:
                left -= self._works(day)
                day -= timedelta(days=1)
            while not self._works(day):
                day -= timedelta(days=1)
            return day
        while len(self._days) <= number:
            self._grow()
        return self._days[number]

    def _grow(self) -> None:
        day = self.first + timedelta(days=len(self._numbers))
        works = self._works(day)
        self._numbers.append(self._numbers[-1] + works)
        if works:
            self._days.append(day)


@dataclass(frozen=True)
class Fact:
    """What happened to an item: when it began, when it ended, else how many working days its clock has left.

    `pauses` are (from, to, which status began it); days are numbers of working days.
    """

    began: int
    ended: int | None = None
    used: int = 0
    left: int = 0
    pauses: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True)
class LiveBar:
    """One task in its place: from, to, how many working days it may still slip, whether the date hangs on it."""

    task: Task
    state: TaskState
    start: int
    finish: int
    slack: int
    is_critical: bool = False


@dataclass(frozen=True)
class Live:
    """Every task in its place; the chain that holds the goal, first to last; when the goal and when all is reached."""

    bars: Mapping[str, LiveBar]
    path: tuple[str, ...]
    goal: int | None
    finish: int

    def home(self, code: str) -> LiveBar | None:
        """The bar of the task an item belongs to."""
        return next((bar for bar in self.bars.values() if code in bar.task.members), None)


def partly_packed(catalogue: Catalogue, codes: Collection[str], project_class: str = "",
                  begun: Collection[str] = ()) -> list[Task]:
    """As `with_packages`, but a package of which a member has begun is shown, and reckoned, by its members."""
    packed, has = with_packages(catalogue, codes, project_class), set(begun)
    opened = {task.code for task in packed if has.intersection(task.members)}
    home = {code: code if task.code in opened else task.code for task in packed for code in task.members}
    items = {task.code: task for task in by_items(catalogue, codes, project_class)}
    found = []
    for task in packed:
        if task.code in opened:
            found += [Task(code, items[code].days, frozenset(home[c] for c in items[code].before), (code,),
                           items[code].departments) for code in task.members]
        else:
            before = {home[c] for code in task.members for c in items[code].before} - {task.code}
            found.append(Task(task.code, task.days, frozenset(before), task.members, task.departments))
    return found


def live(tasks: Sequence[Task], facts: Mapping[str, Fact], today: int, *, goals: Collection[str] = (),
         not_before: Mapping[str, int] | None = None) -> Live:
    """Every task in its place: the past as it was, what runs by its clock, the rest as early as it can.

    An item that is late is expected tomorrow. What is still to come never starts before today, nor before the day its
    members are held until. The goal is the last of `goals`, or all of the plan.
    """
    order = ordered(tasks)
    held = not_before or {}
    start: dict[str, int] = {}
    finish: dict[str, int] = {}
    state: dict[str, TaskState] = {}
    for task in order:
        code = task.code
        state[code], start[code], finish[code] = _placed(task, facts.get(code), today, finish, held)
    wanted = [task.code for task in order if set(goals).intersection(task.members)]
    goal = max((finish[code] for code in wanted), default=None)
    end = max(finish.values(), default=today)
    path = _path(order, wanted or list(finish), start, finish, state)
    latest = _latest([task for task in order if state[task.code] != TaskState.DONE], finish, start,
                     dict.fromkeys(wanted, goal or end), end)
    bars = {task.code: LiveBar(task, state[task.code], start[task.code], finish[task.code],
                               max(latest[task.code] - finish[task.code], 0), task.code in path) for task in order}
    return Live(bars, tuple(path), goal, end)


def _placed(task: Task, fact: Fact | None, today: int, finish: Mapping[str, int],
            held: Mapping[str, int]) -> tuple[TaskState, int, int]:
    if fact is not None and fact.ended is not None:
        return TaskState.DONE, fact.began, max(fact.ended, fact.began)
    if fact is not None:
        return TaskState.RUNNING, fact.began, today + max(fact.left, 1)
    waits = [finish[c] for c in task.before if c in finish] + [held[c] for c in task.members if c in held]
    begins = max([today, *waits])
    return TaskState.PLANNED, begins, begins + task.days


def _path(order: Sequence[Task], ends: Sequence[str], start: Mapping[str, int], finish: Mapping[str, int],
          state: Mapping[str, TaskState]) -> list[str]:
    """One chain of tasks not yet done that holds the last of `ends`; what runs is the head of it."""
    known = {task.code: task for task in order}
    code = max(ends, key=lambda c: (finish[c], c), default="")
    found: list[str] = []
    while code and state[code] != TaskState.DONE:
        found.append(code)
        before = [] if state[code] == TaskState.RUNNING else [
            c for c in known[code].before if c in finish and finish[c] == start[code]]
        code = min((c for c in before if state[c] != TaskState.DONE), default="")
    return found[::-1]


def _latest(order: Sequence[Task], finish: Mapping[str, int], start: Mapping[str, int], goals: Mapping[str, int],
            end: int) -> dict[str, int]:
    """The latest end of each task not yet done that moves neither a goal nor the end of all."""
    latest = {code: min(goals.get(code, end), end) for code in finish}
    for task in reversed(order):
        begins = latest[task.code] - (finish[task.code] - start[task.code])
        for code in task.before:
            if code in latest:
                latest[code] = min(latest[code], begins)
    return latest


def holding(plan: Live) -> tuple[str, ...]:
    """The items that hold the goal, first to last."""
    return tuple(code for name in plan.path for code in plan.bars[name].task.members)
