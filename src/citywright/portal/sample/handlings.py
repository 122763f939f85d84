"""When each item of a sample project was received and ended: between its gates, each after what it waits for. Pure.

Days are numbers of working days in a list of them; `today` is the last on which anything has happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import TYPE_CHECKING

from citywright.approvals import plan
from citywright.approvals.words import ItemMode

if TYPE_CHECKING:
    from citywright.approvals.rules.catalogue import Catalogue, Item

#: Items that prove a gate, by the name of its day below.
PROOFS = {"filed": ("FG102", "FG103", "FG104", "FG105"), "landed": ("ZG105", "ZG106"),
          "permitted": ("ZJ309", "ZJ310", "JT301"), "finished": ("ZJ405", "JT401")}
LAND = frozenset(PROOFS["landed"])
#: Working days: how long before the permit stage 3 begins, before the finish stage 4; what may still run after.
STAGE3, STAGE4, AFTER = 40, 30, 35


@dataclass(frozen=True)
class Marks:
    """The days that hold the items: the beginning, and the four gates, come or to come."""

    begun: int
    filed: int
    landed: int
    permitted: int
    finished: int
    quick: bool = False

    def floor(self, stage: str) -> int:
        """Before which day nothing of a stage begins."""
        return {"2": self.begun if self.quick else self.landed, "3": max(self.permitted - STAGE3, self.begun),
                "4": max(self.finished - STAGE4, self.permitted)}.get(stage, self.begun)

    def ceiling(self, stage: str) -> int:
        """By which day a stage is over when nothing else says so."""
        return (self.finished if stage == "4" else self.permitted) + AFTER


@dataclass(frozen=True)
class Run:
    """One item: received, accepted, ended, and what stopped its clock: (from, to) of the owner, of a special act."""

    code: str
    received: int
    accepted: int
    ended: int
    supplement: tuple[int, int] | None = None
    special: tuple[int, int] | None = None
    lacking: bool = False
    minute: int = 0


@dataclass
class Net:
    """The tasks of a project in order, with what holds each between which days."""

    tasks: Sequence[plan.Task]
    marks: Marks
    stages: Mapping[str, str]
    days: Mapping[str, int]

    def __post_init__(self) -> None:
        self.pinned = {task.code: getattr(self.marks, name) for task in self.tasks for name, codes in PROOFS.items()
                       if set(codes) & set(task.members)}
        self.after: dict[str, list[str]] = defaultdict(list)
        for task in self.tasks:
            for code in task.before & self.days.keys():
                self.after[code].append(task.code)
        self.low, self.head = self.forwards()
        self.high, self.tail = self.backwards()

    def forwards(self) -> tuple[dict[str, int], dict[str, int]]:
        """The first day of each, and the days of work up to its end since the last gate."""
        low: dict[str, int] = {}
        head: dict[str, int] = {}
        for task in self.tasks:
            before = [code for code in task.before if code in low]
            low[task.code] = max([self.marks.floor(self.stages[task.code]),
                                  *(self.pinned.get(code, low[code]) for code in before)])
            head[task.code] = self.days[task.code] + max(
                (head[code] for code in before if code not in self.pinned), default=0)
        return low, head

    def backwards(self) -> tuple[dict[str, int], dict[str, int]]:
        """The last day of each, and the days of work from its end to the next gate."""
        high: dict[str, int] = {}
        tail: dict[str, int] = {}
        for task in reversed(self.tasks):
            code, later = task.code, self.after[task.code]
            last = min((self.pinned.get(c, high[c]) for c in later), default=self.marks.ceiling(self.stages[code]))
            if self.stages[code] != "4":
                last = min(last, max(self.marks.permitted + AFTER, self.low[code] + 10))
            high[code] = self.pinned.get(code, max(last, self.low[code]))
            tail[code] = 0 if code in self.pinned else max(
                (self.days[c] + (0 if c in self.pinned else tail[c]) for c in later), default=0)
        return high, tail

    def window(self, code: str) -> tuple[int, int]:
        """The share of its time between two gates that is the task's own."""
        low, high, whole = self.low[code], self.high[code], self.head[code] + self.tail[code] or 1
        return (ceil(low + (high - low) * (self.head[code] - self.days[code]) / whole),
                int(low + (high - low) * self.head[code] / whole))


@dataclass(frozen=True)
class Drawn:
    """What fate gave an item: working days of its department, of the owner, of a special act."""

    days: int
    owner: int = 0
    special: int = 0

    @property
    def whole(self) -> int:
        return self.days + self.owner + self.special


def draw(item: Item, limit: int, plain: bool, chance: Random) -> Drawn:
    """Mostly within the limit, one in twenty late; now and then a supplement or a special act, unless it is plain."""
    if limit < 3:
        return Drawn(chance.choice((0, 1, 1, limit)))
    days = max(round(limit * chance.uniform(0.4, 1.0)), 1)
    if plain:
        return Drawn(days)
    if chance.random() < 0.05:
        days = limit + chance.randrange(1, max(limit // 2, 2) + 1)
    owner = chance.randrange(1, 9) if chance.random() < 0.1 else 0
    special = chance.randrange(8, 21) if item.mode == ItemMode.APPROVAL and chance.random() < 0.04 else 0
    return Drawn(days, owner, special)


def runs(catalogue: Catalogue, codes: Collection[str], kind: str, marks: Marks, today: int,
         chance: Random) -> list[Run]:
    """Every item of the project with its days, those to come too."""
    items = {item.code: item for item in catalogue.items}
    tasks = plan.ordered([_freed(task, items, marks.quick) for task in plan.with_packages(catalogue, codes, kind)])
    fates = {code: draw(items[code], limit_of(catalogue, task, items[code], kind), code in ALL_PROOFS or
                        code != task.members[-1], chance) for task in tasks for code in task.members}
    days = {task.code: max(fates[code].whole for code in task.members) for task in tasks}
    net = Net(tasks, marks, {task.code: items[task.members[-1]].stage for task in tasks}, days)
    ends: dict[str, int] = {}
    found: list[Run] = []
    for task in tasks:
        start, end = net.window(task.code)
        start = max([start, *(ends[code] for code in task.before if code in ends)])
        if task.code in net.pinned:
            end = net.pinned[task.code]
            start = min(max(start, end - days[task.code]), end)
        else:
            late = any(fates[code].days > limit_of(catalogue, task, items[code], kind) > 2 for code in task.members)
            start = _begin(start, end, days[task.code], today, late, chance)
        made = _together(task, items, fates, start, max(end - start, 0), chance)
        if task.code in net.pinned:
            made = [_ended(run, end) if run.code in ALL_PROOFS else run for run in made]
        ends[task.code] = max(run.ended for run in made)
        found += made
    return found


def limit_of(catalogue: Catalogue, task: plan.Task, item: Item, kind: str) -> int:
    """The common limit of a joint package, else the item's own."""
    return catalogue.package(task.code).joint_days or 1 if len(task.members) > 1 else item.days(kind)


def _begin(first: int, end: int, days: int, today: int, late: bool, chance: Random) -> int:
    """Some day that leaves room for the work; what could go on today mostly does, and what is late is so by now."""
    if first <= today <= end and chance.random() < 0.8:
        return max(first, today - (days - 1 if late else chance.randrange(0, max(days, 1))))
    return first + chance.randrange(0, max(min(end - first - days, 15), 0) + 1)


ALL_PROOFS = frozenset(code for codes in PROOFS.values() for code in codes)


def _freed(task: plan.Task, items: Mapping[str, Item], quick: bool) -> plan.Task:
    """拿地即开工: what may be reviewed before the land does not wait for it."""
    if not quick or not all(items[code].pre_review for code in task.members):
        return task
    return plan.Task(task.code, task.days, task.before - LAND, task.members, task.departments)


def _ended(run: Run, end: int) -> Run:
    """The item ends on the day of its gate, with nothing in between."""
    return Run(run.code, run.received, min(run.accepted, end), end, minute=run.minute)


def _together(task: plan.Task, items: Mapping[str, Item], fates: Mapping[str, Drawn], start: int, room: int,
              chance: Random) -> list[Run]:
    """The members of a task: received and accepted together, ended one after the other within the room."""
    accepted = start + (room > 6 and chance.random() < 0.3)
    minute, room, found = chance.randrange(1, 50), max(room - (accepted - start), 0), []
    ends: dict[str, int] = {}
    inside = sorted(task.members, key=lambda code: (len(set(items[code].prerequisites) & set(task.members)), code))
    for code in inside:
        fate = fates[code]
        if fate.whole > room:
            fate = Drawn(min(fate.days, room))
        first = max((ends[c] for c in items[code].prerequisites if c in ends), default=accepted)
        end = max(min(accepted + fate.whole, accepted + room), first)
        ends[code] = end
        found.append(_run(items[code], Run(code, start, accepted, end, minute=minute), fate, chance))
    return found


def _run(item: Item, run: Run, fate: Drawn, chance: Random) -> Run:
    """With its pauses, where the days hold them, and its lacking papers."""
    lacking = item.deferrable and bool(item.needs) and chance.random() < 0.08
    early = (fate.days + 1) // 3
    got = run.accepted + early + fate.owner
    begun = got + (fate.days - early) // 2
    fits = begun + fate.special <= run.ended
    supplement = (got - fate.owner, got) if fate.owner and fits else None
    special = (begun, begun + fate.special) if fate.special and fits else None
    return Run(run.code, run.received, run.accepted, run.ended, supplement, special, lacking, run.minute)
