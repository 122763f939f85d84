"""One more window in which department, and which packages delay: over all dossiers that are under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Max

from citywright.kernel.models import Area

from .. import plan
from ..models import Dossier, Handling, HandlingEvent
from ..plan import Job, Task
from ..rules.catalogue import Package
from ..words import PackageKind, TaskState
from . import catalogue
from .plans import Planned, plans


@dataclass(frozen=True)
class Window:
    """One more window of a department: how many it has, how many tasks wait for it, project-days saved, weighted."""

    department: str
    name: str
    unit: str
    windows: int
    tasks: int
    saved: int
    weighted: int

    @property
    def told(self) -> tuple[str, str]:
        """Both sums with a true minus: a list rule can do worse with more (Graham's anomaly)."""
        return f"{self.saved}".replace("-", "−"), f"{self.weighted}".replace("-", "−")


@dataclass(frozen=True)
class Bundle:
    """A joint package over the dossiers in which it joins items: how many, faster in, slower in, most days lost."""

    package: Package
    dossiers: int
    faster: int
    slower: int
    most_lost: int
    saved: int


@dataclass(frozen=True)
class Audit:
    """Both tables, and how many dossiers they are about."""

    windows: tuple[Window, ...]
    bundles: tuple[Bundle, ...]
    dossiers: int


_kept: dict[tuple[object, ...], Audit] = {}
#: How many audits are kept.
KEPT = 8


def audit(area: Area, on: date) -> Audit:
    """The audit of an area on a day; reckoned anew when anything happened: else two queries."""
    of_area = Handling.objects.filter(dossier__project__area__path__startswith=area.path)
    told = of_area.aggregate(count=Count("pk"))
    event = HandlingEvent.objects.aggregate(last=Max("pk"))
    windows = catalogue.windows(area)
    key = (area.pk, on, told["count"], event["last"], tuple(sorted(windows.items())))
    if key not in _kept:
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[key] = _audited(area, on, windows)
    return _kept[key]


def _audited(area: Area, on: date, windows: Mapping[str, int]) -> Audit:
    rows = list(Dossier.objects.filter(project__area__path__startswith=area.path, project__exit="",
                                       closed_on__isnull=True)
                .select_related("version", "project").defer("version__content").order_by("pk"))
    made = [one for one in plans(rows, on) if not one.is_over]
    return Audit(_windows(area, made, windows), _bundles(made), len(made))


def left(made: Planned) -> Job:
    """What a dossier still has before it: its tasks not done, without an acceptance whose building does not stand."""
    held = made.after if made.built is None or made.built > made.today else frozenset()
    bars = [bar for bar in made.live.bars.values()
            if bar.state != TaskState.DONE and not set(bar.task.members) <= held]
    codes = {bar.task.code for bar in bars}
    tasks = [Task(bar.task.code, bar.finish - max(bar.start, made.today), bar.task.before & codes, bar.task.members,
                  bar.task.departments) for bar in bars]
    tasks = [replace(task, before=frozenset()) if made.live.bars[task.code].state == TaskState.RUNNING else task
             for task in tasks]
    return Job(str(made.file.dossier.pk), tuple(tasks), made.file.dossier.weight)


def _windows(area: Area, made: Sequence[Planned], windows: Mapping[str, int]) -> tuple[Window, ...]:
    jobs = [job for one in made if (job := left(one)).tasks]
    weights = {job.project: job.weight for job in jobs}
    names = {one.code: one.name for each in made[:1] for one in each.file.catalogue.departments}
    units = catalogue.units(area)
    now = _ends(jobs, windows)
    found = []
    for department, count in windows.items():
        tasks = sum(department in task.departments for job in jobs for task in job.tasks)
        then = _ends(jobs, {**windows, department: count + 1}) if tasks else now
        gains = {project: now[project] - then[project] for project in now}
        found.append(Window(department, names.get(department, department), units[department].short_name, count, tasks,
                            sum(gains.values()), sum(gain * weights[project] for project, gain in gains.items())))
    return tuple(sorted(found, key=lambda one: (-one.weighted, -one.tasks, one.department)))


def _ends(jobs: Sequence[Job], windows: Mapping[str, int]) -> dict[str, int]:
    """The day each project is through."""
    found: dict[str, int] = {}
    for slot in plan.share_out(jobs, windows):
        found[slot.project] = max(found.get(slot.project, 0), slot.finish)
    return found


def _bundles(made: Sequence[Planned]) -> tuple[Bundle, ...]:
    """Each joint package against its members on their own, all other packages kept: the whole network of a dossier."""
    gains: dict[str, list[int]] = {}
    known: dict[tuple[object, ...], dict[str, int]] = {}
    catalogues = {one.file.dossier.version.digest: one.file.catalogue for one in made}
    for one in made:
        key = (one.file.dossier.version.digest, one.codes, one.file.dossier.project_class)
        if key not in known:
            known[key] = _gains(one)
        for code, gain in known[key].items():
            gains.setdefault(code, []).append(gain)
    packages = {pack.code: pack for found in catalogues.values() for pack in found.packages}
    rows = [Bundle(packages[code], len(found), sum(g > 0 for g in found),
                   sum(g < 0 for g in found), -min(min(found), 0), sum(found)) for code, found in gains.items()]
    return tuple(sorted(rows, key=lambda row: (row.saved, row.package.code)))


def _gains(made: Planned) -> dict[str, int]:
    """Working days each joint package of a dossier saves; negative when it delays."""
    known, codes, kind = made.file.catalogue, made.codes, made.file.dossier.project_class
    packed = plan.with_packages(known, codes, kind)
    whole = plan.length(packed)
    joint = {pack.code for pack in known.packages if pack.kind == PackageKind.JOINT}
    return {task.code: plan.length(plan.partly_packed(known, codes, kind, task.members[:1])) - whole
            for task in packed if task.code in joint and len(task.members) > 1}
